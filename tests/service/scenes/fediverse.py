"""Scenes of Bluesky, Mastodon and the rest of the Fediverse, Truth Social."""

from __future__ import annotations

from typing import Any

from archiver.citation.platform import State
from archiver.service.demo.server import page
from tests.service.scenes.scene import (
    ARABIC,
    BROKEN,
    BUSY,
    CHALLENGE,
    HEBREW,
    NOTHING,
    SHELL,
    WORDS,
    Scene,
    captured,
    doc,
    failed,
    file,
    js,
    partial,
    unavailable,
)  # fmt: skip

# ------------------------------------------------------------------ Bluesky

DID = "did:plc:abcdefghijklmnopqrstuvwx"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def bsky_uri(n: int) -> str:
    return f"at://{DID}/app.bsky.feed.post/3lhvkq6xx222{LETTERS[n]}"


def bsky_url(n: int) -> str:
    return f"https://bsky.app/profile/{DID}/post/3lhvkq6xx222{LETTERS[n]}"


def bsky_post(n: int, text: str = WORDS, **more: Any) -> dict[str, Any]:
    record = {"$type": "app.bsky.feed.post", "createdAt": "2025-02-11T10:30:00.000Z", "text": text, "langs": ["en"]} | more.pop(
        "record", {}
    )
    author = {"did": DID, "handle": "harbour.example.org", "displayName": "Harbour Log"}
    return {"uri": bsky_uri(n), "author": author, "record": record, "indexedAt": "2025-02-11T10:30:01.000Z", "likeCount": 4} | more


def bsky(n: int, thread: bytes, oembed: bytes = NOTHING, shell: bytes = SHELL) -> dict[str, bytes]:
    return {
        f"public.api.bsky.app/xrpc/app.bsky.feed.getPostThread?uri={bsky_uri(n)}": thread,
        f"embed.bsky.app/oembed?url={bsky_url(n)}": oembed,
        bsky_url(n).removeprefix("https://"): shell,
    }


def told(n: int, **more: Any) -> bytes:
    above = {"parent": {"$type": "app.bsky.feed.defs#threadViewPost", "post": more.pop("parent")}} if "parent" in more else {}
    return js({"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": bsky_post(n, **more)} | above})


def quotation(n: int, text: str = WORDS, handle: str = "harbour.example.org") -> str:
    return (
        f'<blockquote class="bluesky-embed" data-bluesky-uri="{bsky_uri(n)}"><p lang="en">{text.replace("&", "&amp;")}</p>&mdash; Harbour Log '
        f'(<a href="https://bsky.app/profile/{DID}?ref_src=embed">@{handle}</a>) <a href="{bsky_url(n)}?ref_src=embed">February 11, 2025 at 10:30 AM'
        "</a></blockquote>"
    )


def bsky_oembed(n: int) -> bytes:
    return js({"type": "rich", "version": "1.0", "author_name": "Harbour Log", "html": quotation(n)})


PICTURES = {
    "$type": "app.bsky.embed.images#view",
    "images": [{"fullsize": file("bsky/a.jpg"), "thumb": file("bsky/t.jpg"), "alt": "A pier"}],
}
FILM = {
    "$type": "app.bsky.embed.video#view",
    "cid": "bafkreiabcdefghijklmnop",
    "playlist": file("bsky/p.m3u8"),
    "thumbnail": file("bsky/p.jpg"),
}
QUOTED = {
    "$type": "app.bsky.embed.record#view",
    "record": {
        "uri": bsky_uri(25),
        "author": {"did": DID, "handle": "pier.example.org"},
        "value": {"text": HEBREW, "createdAt": "2025-02-10T10:30:00Z"},
        "embeds": [{"$type": "app.bsky.embed.images#view", "images": [{"fullsize": file("bsky/q.jpg")}]}],
    },
}
REPLY = {"reply": {"parent": {"uri": bsky_uri(24)}, "root": {"uri": bsky_uri(24)}}}
BLOB = f"bsky.social/xrpc/com.atproto.sync.getBlob?did={DID}&cid={FILM['cid']}"

BLUESKY = (
    captured("bluesky: words and a picture", bsky_url(0), bsky(0, told(0, embed=PICTURES)), markup=quotation(0), says=WORDS,
             media=("bsky/a.jpg",), verdict="match"),
    captured("bluesky: quotes one post and answers another", bsky_url(1), bsky(1, told(1, embed=QUOTED, record=REPLY, parent=bsky_post(24, ARABIC))),
             says=WORDS, media=("bsky/q.jpg",), facts={"quoted.text": HEBREW, "parent.text": ARABIC, "reply_to": bsky_url(24)}),
    captured("bluesky: a film as it was uploaded", bsky_url(2), bsky(2, told(2, embed=FILM)) | {BLOB: page(b"film", media_type="video/mp4")},
             says=WORDS, media=("bsky/p.jpg",)),
    partial("bluesky: a film whose server has lost it", bsky_url(3), bsky(3, told(3, embed=FILM | {"cid": "bafkreinobodyhasthisfilm"})), says=WORDS),
    captured("bluesky: the words of the article were changed", bsky_url(4), bsky(4, told(4)), markup=quotation(4, WORDS.replace("pier", "boat")),
             verdict="edited"),
    captured("bluesky: the article names another author", bsky_url(5), bsky(5, told(5)), markup=quotation(5, handle="other.example.org"),
             verdict="different_author"),
    unavailable("bluesky: notFoundPost", bsky_url(6), bsky(6, js({"thread": {"$type": "app.bsky.feed.defs#notFoundPost", "notFound": True}})),
                State.DELETED, markup=quotation(6), verdict="gone"),
    unavailable("bluesky: 400 NotFound", bsky_url(7), bsky(7, js({"error": "NotFound", "message": "Post not found"}, "400 Bad Request")), State.DELETED),
    unavailable("bluesky: blocked, which is not gone", bsky_url(8), bsky(8, js({"thread": {"$type": "app.bsky.feed.defs#blockedPost"}})),
                State.UNAVAILABLE_UNSPECIFIED),
    unavailable("bluesky: its author wants readers with an account only", bsky_url(9),
                bsky(9, told(9, labels=[{"val": "!no-unauthenticated"}]), shell=SHELL), State.LOGIN_WALL),
    unavailable("bluesky: taken down", bsky_url(10), bsky(10, told(10, labels=[{"val": "!takedown"}])), State.REMOVED_BY_PLATFORM),
    unavailable("bluesky: account taken down", bsky_url(11), bsky(11, js({"error": "AccountTakedown"}, "400 Bad Request")), State.SUSPENDED),
    unavailable("bluesky: account deactivated", bsky_url(12), bsky(12, js({"error": "AccountDeactivated"}, "400 Bad Request")), State.ACCOUNT_GONE),
    partial("bluesky: only oEmbed tells it", bsky_url(13), bsky(13, BROKEN, bsky_oembed(13)), says=WORDS),
    failed("bluesky: rate limit beside oEmbed's 404", bsky_url(14),
           bsky(14, js({"error": "RateLimitExceeded"}, "429 Too Many Requests"), js({"error": "no"}, "404 Not Found")), State.RATE_LIMITED),
    failed("bluesky: a challenge", bsky_url(15), bsky(15, CHALLENGE, CHALLENGE, CHALLENGE), State.BOT_CHALLENGE),
)  # fmt: skip

# ----------------------------------------------------------------- Mastodon

HOST = "social.small-web.test"


def toot_id(n: int) -> str:
    return str(113984785612800000 + n)


def toot_url(n: int, host: str = HOST) -> str:
    return f"https://{host}/@harbour/{toot_id(n)}"


def toot(n: int, content: str = f"<p>{WORDS.replace('&', '&amp;')}</p>", **more: Any) -> bytes:
    account = {"acct": "harbour", "username": "harbour", "display_name": "Harbour Log"}
    return js({"id": toot_id(n), "url": toot_url(n), "created_at": "2025-02-11T10:30:00.000Z", "edited_at": None, "language": "en", "content": content,
               "account": account, "visibility": "public", "favourites_count": 3} | more)  # fmt: skip


def note(n: int, url: str = "", **more: Any) -> bytes:
    address = url or toot_url(n)
    data = {"type": "Note", "id": address, "url": address, "attributedTo": f"https://{HOST}/users/harbour", "published": "2025-02-11T10:30:00Z",
            "content": f"<p>{ARABIC}</p>", "contentMap": {"ar": f"<p>{ARABIC}</p>"}}  # fmt: skip
    return js(data | more, media_type="application/activity+json; charset=utf-8")


def fedi(n: int, api: bytes, own: bytes = NOTHING, shown: bytes = NOTHING) -> dict[str, bytes]:
    """The same address is the post for servers (`own`) and its page for people (`shown`): what is accepted tells them apart."""
    address = f"{HOST}/@harbour/{toot_id(n)}"
    return {f"{HOST}/api/v1/statuses/{toot_id(n)}": api, f"activity {address}": own, address: shown}


def gone(status: str, said: str = "Record not found") -> bytes:
    return js({"error": said}, status)


POLL = {"options": [{"title": "Early", "votes_count": 3}, {"title": "Late", "votes_count": 1}], "voters_count": 4, "expired": True,
        "expires_at": "2025-02-12T10:30:00.000Z"}  # fmt: skip
ATTACHED = [
    {"type": "image", "url": file("toot/a.png"), "description": "A pier"},
    {"type": "image", "url": None, "remote_url": file("toot/far.png")},
]
TOOT = '<iframe class="mastodon-embed" src="{url}/embed"></iframe>'
DISCOVERED = f"https://far.small-web.test/objects/{toot_id(40)}"
NOTE_LINK = '<link rel="alternate" type="application/activity+json" href="{url}">'

MASTODON = (
    captured("mastodon: words and pictures", toot_url(0), fedi(0, toot(0, media_attachments=ATTACHED)), markup=TOOT.format(url=toot_url(0)), says=WORDS,
             media=("toot/a.png", "toot/far.png"), verdict="match"),
    captured("mastodon: a poll, edited, an answer", toot_url(1),
             fedi(1, toot(1, poll=POLL, edited_at="2025-02-11T11:00:00.000Z", in_reply_to_id="113984785612800099")), says=WORDS,
             facts={"edited": True, "edited_at": "2025-02-11T11:00:00Z", "poll.voters": 4,
                    "reply_to": f"https://{HOST}/web/statuses/113984785612800099"}),
    captured("mastodon: behind a warning", toot_url(2), fedi(2, toot(2, sensitive=True, spoiler_text="Fog")), says=f"Fog\n\n{WORDS}"),
    partial("mastodon: one picture is missing", toot_url(3), fedi(3, toot(3, media_attachments=[{"type": "image", "url": file("missing/x.png")}])), says=WORDS),
    captured("mastodon: secure mode, told by ActivityPub", toot_url(4), fedi(4, gone("401 Unauthorized", "This method requires an authenticated user"), note(4)),
             says=ARABIC, facts={"handle": f"harbour@{HOST}", "lang": "ar"}),
    unavailable("mastodon: deleted, in the API's own words", toot_url(5), fedi(5, gone("404 Not Found")), State.DELETED),
    failed("mastodon: 404 of somebody in between, and a broken page", toot_url(6), fedi(6, doc("Not found", status="404 Not Found"), NOTHING, BROKEN),
           State.SERVER_ERROR),
    unavailable("mastodon: account deleted", toot_url(7), fedi(7, gone("410 Gone", "Gone")), State.ACCOUNT_GONE),
    unavailable("mastodon: account suspended on the host", toot_url(8), fedi(8, gone("403 Forbidden", "This action is not allowed")), State.SUSPENDED),
    unavailable("mastodon: secure mode to the end", toot_url(9),
                fedi(9, gone("401 Unauthorized", "x"), gone("401 Unauthorized", "Request not signed")), State.LOGIN_WALL),
    unavailable("mastodon: a tombstone and a 404", toot_url(10),
                fedi(10, gone("404 Not Found"), js({"type": "Tombstone", "id": toot_url(10)}, "410 Gone")), State.DELETED),
    failed("mastodon: everything behind a wall of proof of work", toot_url(11),
           fedi(11, page("<!doctype html><script id='anubis_challenge'>{}</script>", "200 OK"),
                page("<!doctype html><script id='anubis_challenge'>{}</script>", "200 OK"),
                page("<!doctype html><script id='anubis_challenge'>{}</script>", "200 OK")), State.BOT_CHALLENGE),
    failed("mastodon: rate limit", toot_url(12), fedi(12, BUSY, BUSY, BUSY), State.RATE_LIMITED),
    captured("mastodon: a poll by ActivityPub", toot_url(13),
             fedi(13, BROKEN, note(13, type="Question", votersCount=2, endTime="2025-02-12T10:30:00Z", updated="2025-02-11T12:00:00Z",
                                   oneOf=[{"type": "Note", "name": "نعم", "replies": {"totalItems": 2}}, {"type": "Note", "name": "لا"}])),
             says=ARABIC, facts={"poll.voters": 2, "edited": True}),
    captured("misskey: a note by ActivityPub", "https://misskey.small-web.test/notes/a4k8z2q1x0",
             {"activity misskey.small-web.test/notes/a4k8z2q1x0": note(0, "https://misskey.small-web.test/notes/a4k8z2q1x0",
                                                              attachment=[{"type": "Document", "mediaType": "image/png", "url": file("note/a.png")}])},
             says=ARABIC, media=("note/a.png",)),
    captured("a host that nobody listed: its page names the post", DISCOVERED,
             {DISCOVERED.removeprefix("https://"): doc("Harbour", f"<p>{WORDS}, and more of them</p>" + NOTE_LINK.format(url=f"{DISCOVERED}.json")),
              f"activity {DISCOVERED.removeprefix('https://')}.json": note(0, DISCOVERED)}, says=ARABIC),
)  # fmt: skip

# ------------------------------------------------------------- Truth Social


def truth(n: int, api: bytes, shell: bytes = SHELL) -> dict[str, bytes]:
    return {f"truthsocial.com/api/v1/statuses/{toot_id(n)}": api, f"truthsocial.com/@harbour/{toot_id(n)}": shell}


def truth_url(n: int) -> str:
    return f"https://truthsocial.com/@harbour/{toot_id(n)}"


TRUTH = (
    captured("truth social: told", truth_url(0),
             truth(0, js({"id": toot_id(0), "content": f"<p>{WORDS.replace('&', '&amp;')}</p>", "created_at": "2025-02-11T10:30:00.000Z",
                          "account": {"username": "harbour", "display_name": "Harbour"}})), says=WORDS),
    unavailable("truth social: not there", truth_url(1), truth(1, gone("404 Not Found")), State.DELETED),
    failed("truth social: the usual challenge", truth_url(2), truth(2, CHALLENGE, CHALLENGE), State.BOT_CHALLENGE),
    unavailable("truth social: a number of the future", "https://truthsocial.com/@harbour/999999999999999999", {}, State.INVALID_ID),
)  # fmt: skip

SCENES: tuple[Scene, ...] = (*BLUESKY, *MASTODON, *TRUTH)
