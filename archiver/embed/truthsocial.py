"""Truth Social: one post ("truth") by its number. Identity `truthsocial:<number>`; the handle in a URL is decoration.

Software and ids are Mastodon's: the time is in the id (milliseconds above bit 16), `/api/v1/statuses/ID` tells the post, 404 with its error
object is the API's word for "not there". The site stands behind a challenge that most clients do not pass (`cf-mitigated`), so the usual
answer is `bot_challenge`. The page is a shell for every id, and no proof. Mirrors have numbers of their own and are links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from archiver.article.document import Element
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.embed.answer import judgement, media, oembed, page
from archiver.embed.answer.endpoint import Fields, counts, moment, rows, table, text
from archiver.embed.answer.endpoint import url as address
from archiver.embed.markup import wrapper
from archiver.embed.markup.words import laid_out
from archiver.url import on_host, parts

name: str = "truthsocial"
LAUNCH = datetime(2022, 1, 1, tzinfo=UTC)  # first posts of testers; the public came on 21 February
POST = re.compile(
    r"/(?:web/)?(?:@(?P<handle>[A-Za-z0-9_]{1,30})|users/(?P<user>[A-Za-z0-9_]{1,30}))/(?:posts/|statuses/)?(?P<id>[0-9]{15,19})(?:/embed)?/?"
)
API = re.compile(r"/api/v1/statuses/(?P<id>[0-9]{15,19})")
COUNTS = {"replies_count": "replies", "reblogs_count": "reposts", "favourites_count": "likes"}
KINDS = {"image": "photo", "video": "video", "gifv": "gif"}
hosts: tuple[str, ...] = ("truthsocial.com",)
embeds: str = wrapper.WRAPPERS


def created(identifier: str) -> datetime | None:
    """Return when an id was given out, UTC; None for a time before the platform or in the future."""
    if not re.fullmatch(r"[0-9]{15,19}", identifier):
        return None
    told = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(identifier) >> 16)
    return told if LAUNCH <= told <= datetime.now(UTC) + timedelta(days=1) else None


def identify(url: str) -> Reference | None:
    """Return the post that a resolved URL points to; None for profiles, tags and groups."""
    named = parts(url)
    if not on_host(named.host.rstrip("."), "truthsocial.com"):
        return None
    matched = POST.fullmatch(named.path) or API.fullmatch(named.path)
    if not matched:
        return None
    found = matched.groupdict()
    return _reference(found["id"], found.get("handle") or found.get("user"))


def _reference(number: str, handle: str | None) -> Reference:
    page_url = f"https://truthsocial.com/@{handle}/{number}" if handle else f"https://truthsocial.com/api/v1/statuses/{number}"
    return Reference(name, number, page_url, f"{name}:{number}")


def recognise(element: Element) -> Hit | None:
    """Return the post that a frame shows; the frame's markup holds no words of it, its address the handle."""
    sight = wrapper.sight(element, identify)
    if sight is None:
        return None
    handle = POST.fullmatch(parts(sight.reference.url or "").path)
    told = created(sight.reference.id or "")
    claims = Claims(handle=handle["handle"] if handle else None, date=told.date().isoformat() if told else None)
    return Hit(sight.reference, "embed", sight.via, sight.written, claims)


def targets(citation: Citation) -> Sequence[Target]:
    """Return the API's request and the page."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    api = Target(f"https://truthsocial.com/api/v1/statuses/{cited.id}", tier="post", purpose="api")
    return (api,) if cited.url == api.url else (api, Target(cited.url, proof=False))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.purpose == "api":
        asked = parts(answer.target.url).path.rpartition("/")[2]
        return oembed.read(answer, lambda told: _post(told, asked), "Truth Social's API")
    return page.read(answer, identify, walls=re.compile(r"/(?:login|auth)\b"))


def _post(told: Fields, asked: str) -> Post | None:
    account, words = table(told, "account"), told.get("content")
    handle = text(account, "username")
    if told.get("id") != asked or not isinstance(words, str):
        return None
    media = tuple(dict.fromkeys(_media(told)))
    return Post(
        platform=name,
        id=asked,
        url=str(_reference(asked, handle if handle and re.fullmatch(r"[A-Za-z0-9_]{1,30}", handle) else None).url),
        author=text(account, "display_name"),
        handle=handle,
        created=moment(told.get("created_at")),
        text=laid_out(words),
        lang=text(told, "language"),
        media=media,
        counts=counts(told, COUNTS),
        partial="some of its media are not told" if len(rows(told, "media_attachments")) > sum(m.kind != "poster" for m in media) else None,
    )


def _media(told: Fields) -> Iterator[Media]:
    for row in rows(told, "media_attachments")[:20]:
        kind, shown = KINDS.get(str(row.get("type"))), address(row, "url") or address(row, "remote_url")
        if kind and shown:
            yield Media(kind, shown, text(row, "description"))
            still = address(row, "preview_url")
            if kind != "photo" and still:
                yield Media("poster", still)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the media of a told post, or what the page needs."""
    return media.targets(read(answer).post) if answer.target.tier == "post" else page.requisites(answer, read(answer).post)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post; the API answers by id, and its own 404 is enough."""
    if created(reference.id or "") is None:
        return State.INVALID_ID, f"no post can have the id {reference.id}: its time is before the platform's, or in the future"
    return judgement.judge(readings, reference, one_word_enough=frozenset({"api"}))
