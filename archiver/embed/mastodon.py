"""Mastodon and what speaks its language (Pleroma, Akkoma, GoToSocial, Misskey and its forks): one post on one of some ten thousand hosts.

There is no list of hosts, so the shape of a URL has to tell, and a shape alone is a guess. What makes it certain enough:
  * Markup says it: `mastodon-embed` is a class of Mastodon's own embeds. Any id counts there.
  * The id tells a time. Mastodon's ids since 2.0 are milliseconds << 16: of 18 digits at random one in some thousand is a time between
    2016 and now, and behind `/@name/` nothing else writes such a number. Pleroma's flakes (18 letters and figures) and GoToSocial's ULIDs
    (26) tell a time likewise. An id that tells none, or one that cannot be, does not make a post.
  * The host says it: names that begin with `mastodon.`, `mstdn.`, `misskey.` …, and the largest instances. There the sequential ids of
    before 2017 count too, and Misskey's `/notes/ID`, which elsewhere could be anybody's notes.
Left to `web`: `/objects/UUID` (museums have objects too), `/notice/7`, `/notes/…` elsewhere, short ids on unknown hosts. Medium's
`/@name/slug-hex`, TikTok's and YouTube's `/@name` have other shapes; Truth Social, a fork, is a platform of its own.

Identity is the status URL on the host that was cited: `https://HOST/@user/ID`, host and user in lower case; ids are local to their host. A
mirror of a remote post (`/@user@remote/ID`) is the mirror's. `/web/statuses/ID` (before 4.0) names no user, so it is a key of its own.

Asked: the API by id, which is public unless the host runs in secure mode (401); ActivityPub, which all of that software speaks; oEmbed; the
page, whose head names the post. 404 of the API
with its JSON error is its word for deleted, never there, or not public any more; 410 for an account that was deleted; 403 for one that the
host has suspended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from archiver.article.document import Element
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Choice, Hit, Media, Poll, Post, Reading, State, Target
from archiver.embed.answer import activity, endpoint, media, oembed, page
from archiver.embed.answer.judgement import judge
from archiver.embed.markup.words import laid_out
from archiver.embed.markup.wrapper import WRAPPERS, Sight, sight
from archiver.url import absolute, on_host, parts, port

name: str = "mastodon"
OTHERS = ("truthsocial.com", "medium.com", "tiktok.com", "youtube.com", "threads.net", "threads.com", "substack.com", "flipboard.com")
LARGEST = (
    "mastodon.social", "mastodon.online", "mastodon.world", "mstdn.social", "mstdn.jp", "mstdn.ca", "mas.to", "pawoo.net", "fosstodon.org",
    "hachyderm.io", "infosec.exchange", "techhub.social", "octodon.social", "social.coop", "journa.host", "newsie.social", "toot.community",
    "universeodon.com", "chaos.social", "det.social", "troet.cafe", "kolektiva.social", "wandering.shop", "zirk.us", "ruby.social",
    "tech.lgbt", "social.vivaldi.net", "mamot.fr", "piaille.fr", "qoto.org", "aus.social", "mathstodon.xyz", "social.bund.de",
)  # fmt: skip
NAMED = re.compile(r"(?:mastodon|mstdn|mastodont|toot)[.-]|.*\.(?:mastodon|mstdn)\.")
MISSKEY = re.compile(r"(?:misskey|sharkey|firefish|calckey|iceshrimp)\.|.*\.(?:misskey|sharkey|firefish|calckey|iceshrimp)\.")
FLAKE_LENGTH, ULID_LENGTH = 18, 26
USER = r"(?P<user>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,60}[A-Za-z0-9_])?(?:@[A-Za-z0-9.-]{3,120})?)"
NUMBER, FLAKE, ULID = r"(?P<id>[1-9][0-9]{0,18})", r"(?P<id>[0-9A-Za-z]{18})", r"(?P<id>[0-7][0-9A-HJKMNP-TV-Z]{25})"
END = r"(?:/embed)?/?"
SHAPES = tuple(
    re.compile(shape + END)
    for shape in (
        rf"(?:/web|/deck)?/@{USER}/{NUMBER}",
        rf"/users/{USER}/statuses/{NUMBER}",
        rf"(?:/web|/deck)?/statuses/{NUMBER}",
        rf"/(?:@|users/){USER}/statuses/{ULID}",
        rf"/notice/{FLAKE}",
        rf"/@{USER}/(?:posts/)?(?=[A-Za-z]*[0-9]){FLAKE}",
    )
)
LIKE_A_STATUS = re.compile(r"/(?:@|users/|statuses/|notice/|notes/)")  # one of them stands in every path of a status
NOTE = re.compile(r"/notes/(?P<id>[0-9a-z]{10}|[0-9a-z]{16}|[0-9a-f]{24}|[0-7][0-9A-HJKMNP-TV-Z]{25})/?")
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LAUNCH = datetime(2016, 3, 16, tzinfo=UTC)
hosts: tuple[str, ...] = ()
embeds: str = f"blockquote.mastodon-embed, iframe.mastodon-embed, {WRAPPERS}"
COUNTS = {"favourites_count": "likes", "reblogs_count": "reposts", "replies_count": "replies", "quotes_count": "quotes"}
KINDS = {"image": "photo", "video": "video", "gifv": "gif", "audio": "audio"}
ERRORS = {
    401: (State.LOGIN_WALL, "the host shows posts to other servers and its own users only"),
    403: (State.SUSPENDED, "its word for an account that the host has suspended"),
    404: (State.DELETED, "deleted, never there, or not public any more"),
    410: (State.ACCOUNT_GONE, "its word for an account that was deleted"),
}
WALLS = re.compile(r"/auth/sign_in|/auth/sign_up|/login|/about/?$")


def identify(url: str) -> Reference | None:
    """Return the post that a resolved URL points to, where its shape is certain enough; None for profiles, tags and other sites."""
    return _reference(url, sure=False)


def _reference(url: str, *, sure: bool) -> Reference | None:
    """Return the post that a URL of a status has; `sure` where the markup around it says that it is one."""
    named = parts(url)
    host, path = named.host.rstrip("."), unquote(named.path) if "%40" in named.path else named.path
    if not LIKE_A_STATUS.search(path) or on_host(host, *OTHERS) or port(url) not in (80, 443):
        return None
    if MISSKEY.match(host) and (note := NOTE.fullmatch(path)):
        return _made(host, None, f"/notes/{note['id']}")
    matched = next((found for shape in SHAPES if (found := shape.fullmatch(path))), None)
    if matched is None:
        return None
    identifier, user = matched["id"], matched.groupdict().get("user")
    known = identifier.isdigit() and (on_host(host, *LARGEST) or NAMED.match(host))
    if not (sure or known or created(identifier)):
        return None
    if not identifier.isdigit():
        return _made(host, user, f"/notice/{identifier}" if len(identifier) == FLAKE_LENGTH else f"/@{user}/statuses/{identifier}")
    return _made(host, user, f"/@{user}/{identifier}" if user else f"/web/statuses/{identifier}")


def _made(host: str, user: str | None, path: str) -> Reference:
    identity = path.replace(f"/@{user}/", f"/@{user.lower()}/") if user else path
    return Reference(name, f"https://{host}{identity}", f"https://{host}{path}", f"{name}:https://{host}{identity}")


def created(identifier: str) -> datetime | None:
    """Return the UTC time that an id, or a status URL, tells; None for ids that tell none, or one before Mastodon or in the future.

    For a mirrored post it is the time at which the mirror learnt of it.
    """
    key = identifier.rpartition("/")[2]
    if key.isascii() and key.isdigit():
        milliseconds = int(key) >> 16 if len(key) < FLAKE_LENGTH + 2 else -1
    elif len(key) == FLAKE_LENGTH and key.isascii() and key.isalnum():
        milliseconds = _number(key, BASE62) >> 64
    elif len(key) == ULID_LENGTH and all(letter in CROCKFORD for letter in key):
        milliseconds = _number(key[:10], CROCKFORD)
    else:
        return None
    if not 0 <= milliseconds < 1 << 45:
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return moment if LAUNCH <= moment <= datetime.now(UTC) + timedelta(days=1) else None


def _number(written: str, letters: str) -> int:
    number = 0
    for letter in written:
        number = number * len(letters) + letters.index(letter)
    return number


def recognise(element: Element) -> Hit | None:
    """Return the post that an element shows. Mastodon's embeds hold no words of it, only whose it is."""
    found = _own(element) or sight(element, identify)
    if found is None:
        return None
    user = re.search(r"/@([^/]+)/", found.reference.url or "")
    return Hit(found.reference, "embed", found.via, found.written, Claims(handle=user[1] if user else None))


def _own(element: Element) -> Sight | None:
    """Read Mastodon's own embeds: the class makes certain what the URL alone does not."""
    if "mastodon-embed" not in element.classes:
        return None
    if element.tag == "iframe":
        return sight(element, lambda url: _reference(url, sure=True))
    cited = [element.attributes.get("data-embed-url", ""), *element.hrefs]
    for written in cited:
        url = absolute(written)
        if url and (found := _reference(url, sure=True)):
            return Sight(found, "blockquote.mastodon-embed", written)
    return None


# ----------------------------------------------------------------- answers


def targets(citation: Citation) -> Sequence[Target]:
    """Return the API's status, ActivityPub, oEmbed and the page; no API for Misskey, whose own answers to POST only."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    named, own = parts(cited.url), activity.target(cited.url)
    if named.path.startswith("/notes/"):
        return (own, Target(cited.url))
    api = f"https://{named.host}/api/v1/statuses/{named.path.rpartition('/')[2]}"
    return (
        Target(api, tier="post", purpose="status"),
        own,
        endpoint.oembed(f"https://{named.host}/api/oembed", cited.url),
        Target(cited.url),
    )


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.tier != "memento" and answer.target.purpose == activity.PURPOSE:
        return activity.read(answer, name)
    if answer.target.tier == "memento" or answer.target.purpose not in ("status", "oembed"):
        return page.read(answer, lambda url: _reference(url, sure=True), walls=WALLS)
    refused = endpoint.refused(answer)
    if refused:
        return refused
    return _oembed(answer) if answer.target.purpose == "oembed" else _status(answer)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post; the API answers by id and in its own format, so its word is enough."""
    return judge(readings, reference, one_word_enough=frozenset({"status"}))


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the media of a told post, or what the page needs."""
    if answer.target.purpose == "page":
        return page.requisites(answer, read(answer).post)
    return media.targets(read(answer).post)


def _oembed(answer: Answer) -> Reading:
    """Read the second witness: it names the author and shows the frame of the post, none of its words."""
    asked = _reference(endpoint.asked_url(answer) or "https://mastodon.social/", sure=True)

    def tell(told: endpoint.Fields) -> Post | None:
        shown = re.findall(r"""(?:src|data-embed-url|href)=["'](https?://[^"']{5,500})["']""", (endpoint.text(told, "html") or "")[:20_000])
        found = {reference.key for one in shown if (url := absolute(one)) and (reference := _reference(url, sure=True))}
        if asked is None or asked.id is None or asked.url is None or asked.key not in found:
            return None
        return Post(name, asked.id, asked.url, author=endpoint.text(told, "author_name"), partial="its words and media are not told")

    return oembed.read(answer, tell)


def _status(answer: Answer) -> Reading:
    told = endpoint.json_object(answer.body)
    if answer.status in ERRORS and told is not None and endpoint.text(told, "error"):
        state, meaning = ERRORS[answer.status]
        return Reading(state, f"the API answered {answer.status}: {meaning}")
    if answer.status != 200:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the API answered {answer.status}, not in its own format")
    if told is None:
        return Reading(State.UNREADABLE, "the API's answer is not a JSON object")
    post = post_from(told, answer)
    if post is None:
        return Reading(State.UNREADABLE, "the API's answer does not hold the post that was asked for")
    return Reading(State.OK, "the post as the API tells it", post=post)


def post_from(told: Mapping[str, object], answer: Answer) -> Post | None:
    """Return a post normalised from the API's status, or None where it is another one or holds no words."""
    asked = parts(answer.target.url)
    words, account = told.get("content"), endpoint.table(told, "account")
    if told.get("id") != asked.path.rpartition("/")[2] or not isinstance(words, str):
        return None
    own = _reference(endpoint.url(told, "url") or answer.target.url, sure=True)
    local = own if own and own.url and parts(own.url).host == asked.host else None
    handle = endpoint.text(account, "acct")
    reference = local or _made(asked.host, handle, f"/@{handle}/{told['id']}")
    warning, text = endpoint.text(told, "spoiler_text"), laid_out(words)
    edited, answered = endpoint.moment(told.get("edited_at")), endpoint.text(told, "in_reply_to_id")
    return Post(
        name,
        str(reference.id),
        str(reference.url),
        author=endpoint.text(account, "display_name") or handle,
        handle=handle,
        created=endpoint.moment(told.get("created_at")),
        text=f"{warning}\n\n{text}" if warning else text,
        lang=endpoint.text(told, "language"),
        media=_media(told),
        quoted=_inner(endpoint.table(told, "reblog"), answer)
        or _inner(endpoint.table(endpoint.table(told, "quote"), "quoted_status"), answer),
        counts=endpoint.counts(told, COUNTS),
        # The API names the answered post by its number on this host, and no more.
        reply_to=f"https://{asked.host}/web/statuses/{answered}" if answered and answered.isalnum() else None,
        edited=edited is not None if "edited_at" in told else None,
        edited_at=edited,
        poll=_poll(endpoint.table(told, "poll")),
    )


def _inner(told: Mapping[str, object], answer: Answer) -> Post | None:
    """Return the post that a status passes on, or quotes (since 4.4), as it is told with it."""
    number = endpoint.text(told, "id")
    if number is None or not number.isalnum():
        return None
    api = f"https://{parts(answer.target.url).host}/api/v1/statuses/{number}"
    return post_from({**told, "quote": None, "reblog": None}, replace(answer, target=replace(answer.target, url=api)))


def _poll(told: Mapping[str, object]) -> Poll | None:
    rows = endpoint.rows(told, "options")
    choices = [
        Choice(label, votes if isinstance(votes := row.get("votes_count"), int) else None)
        for row in rows[:40]
        if (label := endpoint.text(row, "title"))
    ]
    voters, closed = told.get("voters_count") or told.get("votes_count"), told.get("expired")
    ends = endpoint.moment(told.get("expires_at"))
    return (
        Poll(tuple(choices), voters if isinstance(voters, int) else None, ends, closed if isinstance(closed, bool) else None)
        if choices
        else None
    )


def _media(told: Mapping[str, object]) -> tuple[Media, ...]:
    """Return the attachments: the host's copy, and where it has none any more, the original on the host that it came from."""
    found = []
    for row in endpoint.rows(told, "media_attachments"):
        kind = KINDS.get(endpoint.text(row, "type") or "", "photo")
        file, still = endpoint.url(row, "url") or endpoint.url(row, "remote_url"), endpoint.url(row, "preview_url")
        if file:
            found.append(Media(kind, file, endpoint.text(row, "description")))
        if still and kind in ("video", "gif"):
            found.append(Media("poster", still))
    return tuple(found)
