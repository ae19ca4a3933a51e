"""Mementos of X: what a web archive's copy of a post holds. Raw copies only (`id_`), as they were received by the archive.

Three kinds hold the words:
  * JSON from X's API as archives' crawlers recorded it (media type application/json), version 1.1 and 2: the best evidence there is;
  * pages from before mid-2020, rendered by the server: `.permalink-tweet`, or any `.tweet` whose id is the one asked for;
  * pages that carry Open Graph data for crawlers: `og:url` names the post, `og:description` quotes it.
Later copies are the empty shell; they prove that somebody asked, not that there was a post. The id in the copy must be the one asked for: a
page shows other posts beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from archiver.article.document import Document, Element
from archiver.citation.citation import Reference
from archiver.citation.platform import Answer, Media, Post, Reading, State
from archiver.embed.answer.refusal import refusal
from archiver.embed.x.syndication import MOST_MEDIA, original, post_from
from archiver.embed.x.url import NAME, identify, reference
from archiver.url import resolve

QUOTED = re.compile(r'^\s*[“"«„]?(?P<words>.*?)[”"»“]?\s*$', re.DOTALL)
TITLE = re.compile(
    r"^(?P<name>.+?) (?:on (?:Twitter|X)|sur (?:Twitter|X)|على (?:تويتر|X|إكس)|auf (?:Twitter|X)|en (?:Twitter|X))\b", re.DOTALL
)


def read(answer: Answer) -> Reading:
    """Say what a raw memento of a post holds."""
    refused = refusal(answer)
    if refused:
        return refused
    if answer.status != 200:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the memento has status {answer.status}")
    asked = original_reference(answer.target.url)
    if asked is None or asked.id is None:
        return Reading(State.UNREADABLE, "the memento is not of a post's URL")
    kind = answer.media_type.lower()
    post = _from_json(answer.body, asked.id) if "json" in kind else _from_page(answer.body, asked.id) if "html" in kind else None
    if post is None:
        return Reading(State.EMPTY_SHELL, "the memento does not hold the post's words")
    return Reading(State.OK_PARTIAL if post.partial else State.OK, "the post as an archived copy tells it", post=post)


def original_reference(url: str) -> Reference | None:
    """Return the post whose copy a memento's URL names; None where it names none."""
    matched = re.search(r"/(https?:/{1,2}[^/].*)$", url.partition("://")[2])
    inner = resolve(re.sub(r"^(https?):/+", r"\1://", matched[1])) if matched else None
    return identify(inner) if inner else None


def _from_json(body: bytes, identifier: str) -> Post | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    post = _second(data) if isinstance(data.get("data"), dict) else _first(data)
    return post if post and post.id == identifier else None


def _first(data: Mapping[str, Any]) -> Post | None:
    """Read API version 1.1: long texts under `full_text` or `extended_tweet`, media under `extended_entities`."""
    longer = data.get("extended_tweet")
    inner = {**data, **(longer if isinstance(longer, dict) else {})}
    media = inner.get("extended_entities") or inner.get("entities")
    inner |= {
        "text": inner.get("full_text") or inner.get("text"),
        "created_at": _moment(inner.get("created_at")),
        "mediaDetails": media.get("media") if isinstance(media, dict) else None,
        "note_tweet": inner.get("truncated") is True and not isinstance(longer, dict),
        "conversation_count": inner.get("reply_count"),
        "quoted_tweet": None,
    }
    return post_from(inner)


def _second(data: Mapping[str, Any]) -> Post | None:
    """Read API version 2: the post under `data`, its author and media under `includes`."""
    inner, includes = data["data"], data.get("includes")
    users = includes.get("users") if isinstance(includes, dict) else None
    found = [user for user in users if isinstance(user, dict)] if isinstance(users, list) else []
    user: Mapping[str, Any] = next((user for user in found if user.get("id") == inner.get("author_id")), {})
    return post_from(
        {
            "id_str": inner.get("id"),
            "text": inner.get("text"),
            "lang": inner.get("lang"),
            "created_at": inner.get("created_at"),
            "entities": inner.get("entities"),
            "user": {"name": user.get("name"), "screen_name": user.get("username")},
        }
    )


def _moment(written: object) -> str | None:
    try:
        return datetime.strptime(str(written), "%a %b %d %H:%M:%S %z %Y").astimezone(UTC).isoformat()
    except ValueError:
        return None


def _from_page(body: bytes, identifier: str) -> Post | None:
    document = Document(body.decode("utf8", "replace"))  # X's pages have never been anything else
    shown = document.select(f".permalink-tweet[data-tweet-id='{identifier}'], .tweet[data-tweet-id='{identifier}']")
    return _rendered(shown[0], identifier) if shown else _cards(document, identifier)


def _rendered(tweet: Element, identifier: str) -> Post | None:
    words = next(iter(tweet.select(".tweet-text")), None)
    if words is None:
        return None
    times = [stamp.attributes["data-time-ms"] for stamp in tweet.select("[data-time-ms]")]
    photos = [url for box in tweet.select("[data-image-url]")[:MOST_MEDIA] if (url := resolve(box.attributes["data-image-url"]))]
    handle = tweet.attributes.get("data-screen-name") or None
    created = datetime.fromtimestamp(int(times[0]) // 1000, UTC) if times and re.fullmatch(r"[0-9]{12,13}", times[0]) else None
    return Post(
        platform=NAME,
        id=identifier,
        url=str(reference(identifier, handle).url),
        author=tweet.attributes.get("data-name") or None,
        handle=handle,
        created=created.strftime("%Y-%m-%dT%H:%M:%SZ") if created else None,
        text=_words(words.html),
        lang=words.attributes.get("lang"),
        media=tuple(Media("photo", original(url)) for url in photos),
    )


def _words(markup: str) -> str:
    """Return the words of `.tweet-text`: links by the URL they show, emoji by their alternative text, the hidden media link left out."""
    from bs4 import BeautifulSoup  # noqa: PLC0415 - 0.1 s, and most runs need it never

    soup = BeautifulSoup(markup, "html.parser")
    for picture in soup.select("img[alt]"):
        picture.replace_with(str(picture["alt"]))
    for link in soup.select("a.u-hidden"):
        link.decompose()
    for link in soup.select("a[data-expanded-url]"):
        link.replace_with(str(link["data-expanded-url"]))
    return soup.get_text().strip()


def _cards(document: Document, identifier: str) -> Post | None:
    def meta(name: str) -> str | None:
        return next((m.attributes.get("content") for m in document.select(f"meta[property='{name}']")), None)

    told = identify(resolve(meta("og:url") or "") or "https://x.com/")
    words = QUOTED.match(meta("og:description") or "")
    if told is None or told.id != identifier or not words or not words["words"]:
        return None
    title = TITLE.match(meta("og:title") or "")
    handle = told.url.split("/")[3] if told.url and "/i/status/" not in told.url else None
    return Post(
        platform=NAME,
        id=identifier,
        url=str(told.url),
        author=title["name"] if title else None,
        handle=handle,
        text=words["words"],
        partial="only what the page says of itself for previews",
    )
