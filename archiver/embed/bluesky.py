"""Bluesky: one post by its AT-URI. Identity `bluesky:at://ACTOR/app.bsky.feed.post/RKEY`.

ACTOR is the account's DID where the citation names it, which every embed does; links copied from the address bar may name the handle
instead. Which DID a handle belongs to is known by asking only, and changes; so the same post by handle and by DID are two references here,
and the answer's own AT-URI tells that they are one. Handles are compared in lower case.

Record keys are chosen by the client: nearly always a TID, 13 letters that tell microseconds, but not always, and nobody checks that the
time is true. `created` reads it as a hint; the post's `indexedAt` is the network's word.

Asked: the public API (`getPostThread`), which tells the post or that there is none; oEmbed, the second witness; the page, a shell whose
head names the post, kept and never a proof. An author's label `!no-unauthenticated` asks that readers without an account are not shown the
post: the API tells it all the same, Bluesky's own embeds refuse. We keep the answer, and do not show what is in it: `login_wall`.

False friends: profiles, feeds, lists, hashtags, starter packs. `app.bsky.…` record pages of other kinds are no posts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

from archiver.article.dates import parse_date
from archiver.article.document import Document, Element
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.embed.answer import endpoint, media, oembed, page
from archiver.embed.answer.judgement import judge
from archiver.embed.markup.words import laid_out
from archiver.embed.markup.wrapper import WRAPPERS, Sight, identified, sight
from archiver.url import on_host, parts

name: str = "bluesky"
HOSTS = ("bsky.app", "main.bsky.dev", "deer.social")
PROXIES = re.compile(r"(?:.*\.)?(?:c|[fv]x)?bs(?:[ky]y[ex]?|kx)\.app")  # they show a post's card to chat programs
COLLECTION = "app.bsky.feed.post"
API = "https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread"
OEMBED = "https://embed.bsky.app/oembed"
BLOB = "https://bsky.social/xrpc/com.atproto.sync.getBlob"
DID = re.compile(r"did:(?:plc:[a-z2-7]{24}|web:[A-Za-z0-9.%-]{3,253})")
HANDLE = re.compile(r"(?=.{4,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}")
RKEY = re.compile(r"[A-Za-z0-9._:~-]{1,512}")
PATHS = (re.compile(r"/profile/([^/]+)/post/([^/]+)/?"), re.compile(rf"/embed/([^/]+)/{re.escape(COLLECTION)}/([^/]+)/?"))
AT_URI = re.compile(rf"at://([^/]+)/{re.escape(COLLECTION)}/([^/?#]+)")
TID = re.compile(r"[2-7a-j][2-7a-z]{12}")
TID_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
LAUNCH = datetime(2022, 11, 1, tzinfo=UTC)
SUBSTACK = "[data-component-name='BlueskyCreateBlueskyEmbed'][data-attrs]"
hosts: tuple[str, ...] = (*HOSTS, "app")
embeds: str = f"blockquote.bluesky-embed, [data-bluesky-uri], bluesky-post[src], {SUBSTACK}, {WRAPPERS}"
COUNTS = {"likeCount": "likes", "repostCount": "reposts", "replyCount": "replies", "quoteCount": "quotes"}
ERRORS = {  # of the API, by its own name
    "NotFound": State.DELETED,
    "AccountTakedown": State.SUSPENDED,
    "RepoTakendown": State.SUSPENDED,
    "AccountDeactivated": State.ACCOUNT_GONE,
    "RepoDeactivated": State.ACCOUNT_GONE,
    "RateLimitExceeded": State.RATE_LIMITED,
}
WITHHELD = {"!takedown": State.REMOVED_BY_PLATFORM, "!hide": State.REMOVED_BY_PLATFORM, "!no-unauthenticated": State.LOGIN_WALL}
LONGEST = 100_000  # characters of markup in an answer
NO_WALL = re.compile(r"(?!)")


def reference(actor: str, rkey: str) -> Reference | None:
    """Return the reference of a post by DID or handle and record key; None where either is malformed."""
    if not DID.fullmatch(actor):
        actor = actor.removeprefix("@").lower()
        if not HANDLE.fullmatch(actor):
            return None
    if not RKEY.fullmatch(rkey) or rkey in (".", ".."):
        return None
    uri = f"at://{actor}/{COLLECTION}/{rkey}"
    return Reference(name, uri, f"https://bsky.app/profile/{actor}/post/{rkey}", f"{name}:{uri}")


def identify(url: str) -> Reference | None:
    """Return the post that a resolved URL points to; None for profiles, feeds, lists and other sites."""
    named = parts(url)
    if not on_host(named.host, *HOSTS) and not PROXIES.fullmatch(named.host):
        return None
    matched = next((found for path in PATHS if (found := path.fullmatch(named.path))), None)
    return reference(unquote(matched[1]), unquote(matched[2])) if matched else None


def identify_uri(written: str) -> Reference | None:
    """Return the post that an AT-URI, or a URL, in markup or in an answer points to."""
    matched = AT_URI.fullmatch(written.strip())
    return reference(matched[1], matched[2]) if matched else identified(written, identify)


def created(identifier: str) -> datetime | None:
    """Return the UTC time that a post's key tells, to the microsecond; None for keys that tell none, or one that cannot be."""
    rkey = identifier.rpartition("/")[2]
    if not TID.fullmatch(rkey):
        return None
    number = 0
    for letter in rkey:
        number = number * 32 + TID_LETTERS.index(letter)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=number >> 10)
    return moment if LAUNCH <= moment <= datetime.now(UTC) + timedelta(days=1) else None


# ------------------------------------------------------------------ markup


def recognise(element: Element) -> Hit | None:
    """Return the post that an element shows, with what the markup claims of it."""
    found = _sight(element) or sight(element, identify)
    if found is None:
        return None
    claims = _claims(element) if element.tag == "blockquote" else Claims()
    if "data-attrs" in element.attributes:
        claims = _substack_claims(_json(element.attributes["data-attrs"]))
    return Hit(found.reference, "embed", found.via, found.written, claims)


def _sight(element: Element) -> Sight | None:
    tag, attributes = element.tag, element.attributes
    for attribute in ("data-bluesky-uri", "src") if tag == "bluesky-post" else ("data-bluesky-uri",):
        written = attributes.get(attribute, "")
        if found := identify_uri(written):
            return Sight(found, "blockquote.bluesky-embed" if tag == "blockquote" else f"{tag}[{attribute}]", written)
    if "data-attrs" in attributes:
        data = _json(attributes["data-attrs"])
        written = endpoint.text(data, "uri") or f"at://{data.get('authorDid')}/{COLLECTION}/{data.get('postId')}"
        found = identify_uri(written)
        return Sight(found, "div[data-attrs]", written) if found else None
    if tag == "blockquote" and "bluesky-embed" in element.classes:
        cited = reversed(element.hrefs)
        return next((Sight(found, "blockquote.bluesky-embed", href) for href in cited if (found := identify_uri(href))), None)
    return None


def _claims(element: Element) -> Claims:
    """Read a quotation: a paragraph of words, then `— Name (@handle) date`; the date is printed in the publisher's time zone."""
    soup = element.fragment()
    paragraph, anchors = soup.find("p"), soup.find_all("a", href=True)
    lang = str(paragraph.get("lang") or "") if paragraph else ""
    inside = paragraph.find_all("a", href=True) if paragraph else []
    links = [str(anchor["href"]) for anchor in inside if identify_uri(str(anchor["href"])) is None]
    for anchor in inside:
        if identify_uri(str(anchor["href"])):
            anchor.decompose()  # "[image or embed]", a link to the post itself
    after = [anchor for anchor in anchors if not anchor.decomposed and anchor not in inside]
    profile = next((anchor for anchor in after if re.fullmatch(r"\s*@\S+\s*", anchor.get_text())), None)
    before = str(profile.previous_sibling or "") if profile else ""
    author = re.search(r"[—–-]\s*(.*?)\s*[(（]\s*$", before, re.DOTALL)
    printed = after[-1].get_text(" ", strip=True) if after and after[-1] is not profile else ""
    day = parse_date(printed, lang or None) if printed else None
    tags = [link for link in links if "/hashtag/" in link]
    return Claims(
        author=author[1] if author and author[1] else None,
        handle=profile.get_text().strip()[1:] if profile else None,
        date=day.isoformat() if day else None,
        text=(laid_out(str(paragraph)) or None) if paragraph else None,
        lang=lang or None,
        links=tuple(dict.fromkeys(link for link in links if link not in tags)),
        hashtags=tuple(dict.fromkeys("#" + unquote(tag.rpartition("/")[2].partition("?")[0]) for tag in tags)),
    )


def _substack_claims(data: Mapping[str, Any]) -> Claims:
    told = endpoint.moment(data.get("createdAt"))
    return Claims(
        author=endpoint.text(data, "authorName"),
        handle=endpoint.text(data, "authorHandle"),
        date=told[:10] if told else None,
        text=endpoint.text(data, "text"),
    )


def _json(written: str) -> Mapping[str, Any]:
    return endpoint.json_object(written.encode("utf8", "surrogatepass")) or {}


# ----------------------------------------------------------------- answers


def targets(citation: Citation) -> Sequence[Target]:
    """Return the API's thread, oEmbed and the page; nothing for a mention that nothing resolved."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    thread = f"{API}?uri={quote(cited.id, safe=':/')}&depth=0&parentHeight=1"
    return (Target(thread, tier="post", purpose="thread"), endpoint.oembed(OEMBED, cited.url), Target(cited.url, proof=False))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.tier == "memento" or answer.target.purpose not in ("thread", "oembed"):
        return page.read(answer, identify, walls=NO_WALL)
    refused = endpoint.refused(answer)
    if refused:
        return refused
    return _oembed(answer) if answer.target.purpose == "oembed" else _thread(answer, endpoint.json_object(answer.body))


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post; the API answers by id and names a missing post in its own format, so its word is enough."""
    return judge(readings, reference, one_word_enough=frozenset({"thread"}))


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the media of a told post, or what the page needs."""
    if answer.target.purpose == "page":
        return page.requisites(answer, read(answer).post)
    return media.targets(read(answer).post)


def _thread(answer: Answer, data: Mapping[str, Any] | None) -> Reading:
    if data is None:
        return Reading(State.UNREADABLE, f"the API answered {answer.status} without a JSON object")
    if answer.status != 200:
        error = endpoint.text(data, "error") or ""
        state = ERRORS.get(error, State.UNAVAILABLE_UNSPECIFIED)
        return Reading(state, f"the API answered {answer.status}, error {error[:60] or '(unnamed)'}")
    thread = endpoint.table(data, "thread")
    kind = str(thread.get("$type", "")).rpartition("#")[2]
    if kind == "notFoundPost":
        return Reading(State.DELETED, "the API answered notFoundPost")
    if kind == "blockedPost":
        return Reading(State.UNAVAILABLE_UNSPECIFIED, "the API answered blockedPost: it withholds the post")
    told = endpoint.table(thread, "post")
    for label in (*endpoint.rows(told, "labels"), *endpoint.rows(endpoint.table(told, "author"), "labels")):
        value = endpoint.text(label, "val") or ""
        if value in WITHHELD:
            return Reading(WITHHELD[value], f"the post or its author is labelled {value}")
    post, asked = post_from(told), re.search(r"[?&]uri=([^&]+)", answer.target.url)
    if post is None or asked is None or not _same(unquote(asked[1]), post.id):
        return Reading(State.UNREADABLE, "the API's answer does not hold the post that was asked for")
    parent = post_from(endpoint.table(endpoint.table(thread, "parent"), "post"), quoted=False)
    return Reading(State.OK, "the post as the API tells it", post=replace(post, parent=parent))


def _same(asked: str, told: str) -> bool:
    """Tell whether a told AT-URI is the one asked for; a handle that was asked for is a DID in the answer."""
    same = asked.rpartition("/")[2] == told.rpartition("/")[2]
    return asked == told or (same and not (asked.startswith("at://did:") and told.startswith("at://did:")))


def _oembed(answer: Answer) -> Reading:
    asked = identify(endpoint.asked_url(answer) or "https://bsky.app/")

    def tell(told: Mapping[str, Any]) -> Post | None:
        quotations = Document((endpoint.text(told, "html") or "")[:LONGEST]).select("blockquote.bluesky-embed")
        hit = recognise(quotations[0]) if quotations else None
        if hit is None or asked is None or not _same(str(asked.id), str(hit.reference.id)):
            return None
        says = hit.claims
        return Post(
            name, str(hit.reference.id), str(hit.reference.url), says.author, says.handle, says.date, says.text, says.lang,
            partial="its media are not told",
        )  # fmt: skip

    return oembed.read(answer, tell)


def post_from(told: Mapping[str, Any], *, quoted: bool = True) -> Post | None:
    """Return a post normalised from the API's view of it, or of a quoted record; None where address or words are missing."""
    found = identify_uri(endpoint.text(told, "uri") or "")
    record = endpoint.table(told, "record") or endpoint.table(told, "value")
    words = record.get("text")
    if found is None or found.id is None or found.url is None or not isinstance(words, str):
        return None
    author, embed = endpoint.table(told, "author"), endpoint.table(told, "embed")
    langs, answered = record.get("langs"), endpoint.text(endpoint.table(endpoint.table(record, "reply"), "parent"), "uri")
    replied = identify_uri(answered) if answered else None
    shown = endpoint.table(embed, "media") or embed or next(iter(endpoint.rows(told, "embeds")), {})
    return Post(
        name,
        found.id,
        found.url,
        author=endpoint.text(author, "displayName") or endpoint.text(author, "handle"),
        handle=endpoint.text(author, "handle"),
        created=endpoint.moment(record.get("createdAt")) or endpoint.moment(told.get("indexedAt")),
        text=words,
        lang=langs[0] if isinstance(langs, list) and langs and isinstance(langs[0], str) else None,
        media=_media(endpoint.table(shown, "media") or shown, found.id.split("/")[2]),
        quoted=_quoted(embed) if quoted else None,
        counts=endpoint.counts(told, COUNTS),
        reply_to=replied.url if replied else None,
    )


def _media(embed: Mapping[str, Any], author: str) -> tuple[Media, ...]:
    """Return pictures in full size, and a film as it was uploaded: the blob by its content's own hash, which the author's server keeps.

    The playlist that the view names leads to many small pieces of a smaller film. The entryway leads on to the server that has the blob.
    """
    pictures = [
        Media("photo", full, endpoint.text(row, "alt")) for row in endpoint.rows(embed, "images") if (full := endpoint.url(row, "fullsize"))
    ]
    playlist, poster, cid = endpoint.url(embed, "playlist"), endpoint.url(embed, "thumbnail"), endpoint.text(embed, "cid")
    named = cid and re.fullmatch(r"[A-Za-z0-9]{20,100}", cid) and author.startswith("did:")
    blob = f"{BLOB}?did={author}&cid={cid}" if playlist and named else playlist
    kind = "video/mp4" if named else "application/vnd.apple.mpegurl"
    video = [Media("video", blob, endpoint.text(embed, "alt"), kind)] if blob else []
    still = [Media("poster", poster)] if playlist and poster else []
    return (*pictures, *video, *still)


def _quoted(embed: Mapping[str, Any]) -> Post | None:
    record = endpoint.table(embed, "record")
    inner = endpoint.table(record, "record") or record
    return post_from(inner, quoted=False) if inner else None
