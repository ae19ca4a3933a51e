"""Answers: which records answer for one capture when it is replayed.

The capture's own, and the requisites that were captured for the same citation in the same run: nothing else, whatever is asked for. A page
that could be completed "from nearest" would be completed by whoever had something captured later (Lerner et al. 2017, "Rewriting
History": anachronism injection, archive escapes, time drift). What is not among them is missing, and is shown as missing.

A URL leads to the capture that was made for it and on to that capture's last answer, so redirects are followed as they were followed then.
A good answer only: the picture that was answered with 404 is missing.

A page that a browser opened is shown as its scripts had left it (`seen`, `urn:dom:`), since what the server sent is often an empty shell,
and no archived script runs here; what the server sent stays one click away, as its own record. Pictures and frames come from the records,
as always. Preflights answer for nothing: they have the URL of what they ask leave for.

A page that came from another archive (`…/web/20220720id_/https://…`) has the links of its original; they are resolved against the
original's address, and lead to what was fetched from that archive for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from archiver.errors import NotArchived
from archiver.fetch import cdx
from archiver.record.catalog.catalog import hexed
from archiver.record.manifest import FILM_URI
from archiver.replay.library import Position, SnapshotView
from archiver.url import resolve, without_fragment

ANSWERS, MADE = frozenset({"response", "revisit"}), frozenset({"conversion", "resource"})
CARD, DOM = "urn:archiver:card:", "urn:dom:"
PREFLIGHT = "preflight"
Capture = dict[str, Any]  # the contract's


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers for a URL: the record, where it stands, and the URL that its own links are relative to."""

    position: Position
    base: str

    @property
    def digits(self) -> str:
        """The record's 32 hex digits."""
        return hexed(self.position["id"])


def last_answer(capture: Capture) -> Position | None:
    """Return the answer that a capture's verdict was read from: the last with its status and address, else the last of all."""
    said = [record for record in capture["records"] if record["type"] in ANSWERS]
    meant = [record for record in said if (record["status"], record["url"]) == (capture["status"], capture["final_url"])]
    return next(reversed(meant or said), None)


def base_of(url: str) -> str:
    """Return the URL that a record's links are relative to: its own, or that of the original which an archive's address names."""
    archived = cdx.split(url)
    return archived[1] if archived else url


class Answers:
    """One capture, and what may be shown with it. NotArchived where the snapshot has no such capture."""

    def __init__(self, view: SnapshotView, digits: str) -> None:
        found = view.captures.get(digits)
        if found is None:
            raise NotArchived("this snapshot holds no such capture")
        self.view, self.digits, self.capture = view, digits, found

    @cached_property
    def captures(self) -> list[Capture]:
        """Return the capture and the requisites of whoever it was made for."""
        groups = [self.view.manifest["article"], *self.view.manifest["citations"]]
        mine = [group["captures"] for group in groups if any(hexed(one["id"]) == self.digits for one in group["captures"])]
        needed = {one["id"]: one for group in mine for one in group if one["role"] == "requisite"}
        return [self.capture, *(one for one in needed.values() if hexed(one["id"]) != self.digits)]

    @cached_property
    def records(self) -> dict[str, Position]:
        """Every record that may be shown here, by its 32 hex digits."""
        return {hexed(record["id"]): record for capture in self.captures for record in capture["records"]}

    @cached_property
    def _by_url(self) -> dict[str, Capture]:
        found: dict[str, Capture] = {}
        for capture in (one for one in self.captures if one["purpose"] != PREFLIGHT):
            for url in _names(capture):
                # Asked for twice, the good one answers; of two good ones, the first, as in the run itself.
                if url not in found or (not _good(found[url]) and _good(capture)):
                    found[url] = capture
        return found

    @property
    def card(self) -> Position | None:
        """The record of the post as a page without script, where one was made."""
        return self._made(CARD)

    @property
    def seen(self) -> Position | None:
        """The record of the document as its scripts had left it, where a browser opened the page."""
        return self._made(DOM)

    def _made(self, kind: str) -> Position | None:
        """Return what we made of the capture, by what its URI begins with."""
        made = (record for record in self.capture["records"] if record["type"] in MADE and (record["url"] or "").startswith(kind))
        return next(made, None)

    @property
    def film(self) -> Position | None:
        """The record of a film whose parts were joined, where one was made for the same citation."""
        return next((record for record in self.records.values() if (record["url"] or "").startswith(FILM_URI)), None)

    @property
    def answer(self) -> Answer | None:
        """What the capture itself was answered with."""
        record = last_answer(self.capture)
        return Answer(record, base_of(record["url"])) if record else None

    def find(self, url: str) -> Answer | None:
        """Return the good answer for an absolute URL, None where there is none here."""
        capture = self._by_url.get(without_fragment(url))
        record = last_answer(capture) if capture and _good(capture) else None
        return Answer(record, base_of(record["url"])) if record else None

    def why_not(self, url: str) -> str:
        """Return why nothing answers for a URL, for a person."""
        capture = self._by_url.get(without_fragment(url))
        if capture is None:
            return "it was not captured"
        return f"the server answered {capture['status']}" if capture["status"] else str(capture["reason"])


def _good(capture: Capture) -> bool:
    return capture["status"] is not None and 200 <= capture["status"] < 300


def _names(capture: Capture) -> Iterator[str]:
    """Yield the URLs that lead to a capture: asked for, passed, reached; and each one's original, where an archive was asked."""
    for written in (capture["url"], *capture["redirects"], capture["final_url"]):
        if written:
            yield without_fragment(written)
            archived = cdx.split(written)
            if archived and (original := resolve(archived[1])):
                yield without_fragment(original)
