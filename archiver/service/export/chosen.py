"""Chosen: the snapshots of an export with what the formats ask of them: which capture answers for a citation, and under which address.

An address is the memento's own where an archive's copy answers (it is public already), else `<base>/web/<ts14>/<url>`: the form of this
program's replay, pywb and the Wayback Machine alike. `base` is where the newsroom serves its archive; the default is `archiver replay`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.record import reread
from archiver.replay.library import Library

GOOD = ("ok", "ok_partial")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One snapshot to be exported."""

    path: Path
    manifest: Json
    base: str
    library: Library | None = None  # of the store it stands in, where it stands in one

    @property
    def article(self) -> Json:
        """The article as the manifest describes it."""
        return self.manifest["article"]  # type: ignore[no-any-return]

    @property
    def citations(self) -> list[Json]:
        """The citations, in reading order."""
        return self.manifest["citations"]  # type: ignore[no-any-return]

    @property
    def source(self) -> str:
        """What the article is called in links: its URL, else the name of its content."""
        return self.article["url"] or f"urn:archiver:article:sha256:{self.article['sha256']}"

    def payload(self, record: Json, limit: int) -> bytes:
        """Return the payload of a record, content coding undone, at most `limit` bytes; nothing where it stands nowhere. IntegrityError."""
        origin = self.library.at(self.manifest["snapshot"], record).origin if self.library and record["type"] == "revisit" else None
        return reread.payload(self.path, record, limit, lambda _: origin)

    def version_of(self, capture: Json) -> str:
        """Return the address under which a capture can be looked at."""
        if capture["memento"]:
            return str(capture["memento"]["url"])
        return f"{self.base}/web/{''.join(c for c in capture['started'][:19] if c.isdigit())}/{capture['final_url'] or capture['url']}"


def answer(citation: Json) -> Json | None:
    """Return the capture that answers for a citation: what the source said where it is shown, else the archived copy, else nothing."""
    seeds = [one for one in citation["captures"] if one["role"] == "seed" and one["state"] in GOOD and one["proof"]]
    live = [one for one in seeds if one["tier"] != "memento"]
    return min(live or seeds, key=lambda one: GOOD.index(one["state"]), default=None)


def when(capture: Json) -> str:
    """Return the time for which a capture stands: the memento's own, else its own; ISO 8601, whole seconds."""
    said: str = capture["memento"]["datetime"] if capture["memento"] else capture["started"]
    return said[:19] + "Z"


def records(citation: Json, *types: str) -> Iterator[tuple[Json, Json]]:
    """Yield each capture of a citation with each of its records of the types named."""
    for capture in citation["captures"]:
        for record in capture["records"]:
            if record["type"] in types:
                yield capture, record
