"""Revision: an article as it is now beside what its head holds: the same, or read anew with its citations located.

An article's own answer is written whole where it is another one. Where its server says 304, or sends the same bytes, the article is
carried: its bytes stand in the new snapshot as a `resource`, since places refer to them, and the answer beside as what it is, a `revisit`.
An article that can no longer be had (404, a wall, no answer) is carried too, and the answer kept: what it cited is still worth watching.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archiver.article.article import Article
from archiver.citation.citation import Citation
from archiver.citation.platform import State, Target
from archiver.embed import web
from archiver.errors import ArchiverError
from archiver.fetch.answer import exchange_answer
from archiver.fetch.capture import Capture
from archiver.fetch.fetcher import Fetcher
from archiver.fetch.verdict import outcome
from archiver.record import layout
from archiver.service.again import change
from archiver.service.again.earlier import LIVE, Earlier
from archiver.service.reader import Received, locate_received, read_received
from archiver.service.source import charset_of

TEXTS = 100  # added and removed phrases that are written down
PHRASE = 300


@dataclass(frozen=True, slots=True)
class Version:
    """An article as a new snapshot holds it: `capture` is its own answer, `aside` one that is kept beside carried bytes."""

    article: Article
    citations: tuple[Citation, ...]
    revision: dict[str, Any]
    capture: Capture | None = None
    aside: Capture | None = None

    @property
    def changed(self) -> bool:
        """Tell whether the article is another one, or in another state."""
        return bool(self.revision["changes"])

    def close(self) -> None:
        """Give the captures' memory back."""
        for one in (self.capture, self.aside):
            if one is not None:
                one.close()


def _before(earlier: Earlier) -> dict[str, Any]:
    began = earlier.manifest["run"]["started"]
    default = {"first": began, "asked": began, "unchanged": 0, "state": "ok"}
    found: dict[str, Any] = earlier.manifest["article"].get("revision") or default
    return found


def _told(before: dict[str, Any], asked: str, changes: list[str], state: str, **more: Any) -> dict[str, Any]:
    unchanged = 0 if changes else before["unchanged"] + 1
    told = {
        "first": min(before["first"], asked),
        "asked": asked,
        "unchanged": unchanged,
        "state": state,
        "changes": changes,
        "standing": None,
    }
    return told | {"located": None, "added": [], "removed": [], "title": None} | more


def carried(earlier: Earlier, *, asked: datetime | None = None, changes: tuple[str, ...] = (), state: str | None = None) -> Version:
    """Return the article as the head holds it; `asked` where it was looked at and is the same, or cannot be had."""
    article, citations = earlier.article()
    before = _before(earlier)
    if asked is not None:
        return Version(article, citations, _told(before, layout.stamp(asked), list(changes), state or before["state"]))
    standing = before.get("standing") or earlier.name
    return Version(
        article, citations, before | {"standing": standing, "changes": [], "located": None, "added": [], "removed": [], "title": None}
    )


async def looked(earlier: Earlier, fetcher: Fetcher, now: datetime) -> Version:
    """Fetch an article again, and read it where it is another one. UsageError never: what can no longer be read is carried."""
    target = Target(earlier.manifest["article"]["url"])
    capture = await fetcher.fetch(target, read=web.read, held=earlier.held(target, web.read))
    exchange, state = capture.exchange, str(capture.state)
    if capture.state not in LIVE or exchange is None:
        was = _before(earlier)["state"]
        definite = outcome(capture.state) == "unavailable"
        turned = change.state_change(was, state, outcome(capture.state))
        version = await asyncio.to_thread(
            carried, earlier, asked=now, changes=(turned,) if turned else (), state=state if definite else was
        )
        return Version(version.article, version.citations, version.revision, aside=capture)
    answer = exchange_answer(exchange, capture.target, capture.redirects) if capture.held is None else None
    if answer is None or hashlib.sha256(answer.body).hexdigest() == earlier.manifest["article"]["sha256"]:
        back = change.state_change(_before(earlier)["state"], state, "captured")
        version = await asyncio.to_thread(carried, earlier, asked=now, changes=(back,) if back else (), state=state)
        return Version(version.article, version.citations, version.revision, aside=capture)
    source = earlier.manifest["article"]["source"]
    received = Received(answer.body, source, answer.url, answer.url, answer.media_type, charset_of(answer))
    try:
        version = await received_again(earlier, received, now)
    except ArchiverError:  # what the page is now is no article: kept, and the article carried
        version = await asyncio.to_thread(carried, earlier, asked=now, changes=("unavailable",), state=str(State.UNREADABLE))
        return Version(version.article, version.citations, version.revision, aside=capture)
    return Version(version.article, version.citations, version.revision, capture=capture)


async def received_again(earlier: Earlier, received: Received, now: datetime) -> Version:
    """Read an article that is another one now, and locate what it cited. Errors as `read_received`."""
    if hashlib.sha256(received.data).hexdigest() == earlier.manifest["article"]["sha256"]:
        return await asyncio.to_thread(carried, earlier, asked=now, state="ok")
    old, known = await asyncio.to_thread(earlier.article)
    article, citations = await read_received(received)
    located = await locate_received(received, known)
    told = _located(located)
    words = change.compared(old.text.split("\n"), article.text.split("\n"))
    changes = ["edited"] if any(words) or told["added"] or told["removed"] else []
    before = _before(earlier)
    back = change.state_change(before["state"], "ok", "captured")
    added, removed = ([phrase[:PHRASE] for phrase in one[:TEXTS]] for one in words)
    title = [old.title, article.title] if old.title != article.title else None
    more = {"located": told, "added": added, "removed": removed, "title": title}
    return Version(article, citations, _told(before, layout.stamp(now), [*([back] if back else []), *changes], "ok", **more))


def _located(document: dict[str, Any]) -> dict[str, Any]:
    """Return, of a located document, what became of each citation by its key, and what is new and gone."""
    places = {one["key"]: one["status"] for one in document["citations"]}
    counts = dict(Counter(places.values()))
    sides = {side: [one["key"] for one in document[side]] for side in ("added", "removed")}
    return {"counts": counts, "citations": places, **sides}
