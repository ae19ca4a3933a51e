"""Located: where a manifest's citations stand in a later version of the article. The values, and their JSON (`archiver.located/1`).

A citation is as well found as the best of its places: `exact` before `moved` before `ambiguous` before `lost`. What became of each place
stands with the place. `removed` are the citations that are lost; `added` those of the later version that the manifest does not have. A
known citation at one more place is not in `added`; the place is with the citation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archiver.citation.citation import Citation, Place

SCHEMA = "archiver.located/1"
STATUSES = ("exact", "moved", "ambiguous", "lost")
SHOWN = ("start", "end", "line", "column", "page", "paragraph", "heading", "exact", "prefix", "suffix", "xpath", "css", "url", "via")


@dataclass(frozen=True, slots=True)
class LocatedPlace:
    """What became of one place: `now` where it is `exact` or `moved`, the places that may be it where it is `ambiguous`."""

    was: Place
    status: str
    now: Place | None = None
    candidates: tuple[Place, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the place as it is now, by every selector, with `was` and `candidates` beside it; null where it was not found."""
        return {
            "status": self.status,
            **(_shown(self.now) if self.now else dict.fromkeys(SHOWN)),
            "was": _shown(self.was),
            "candidates": [_shown(place) for place in self.candidates],
        }


@dataclass(frozen=True, slots=True)
class LocatedCitation:
    """One citation of the manifest, each of its places, and the places where the later version cites it besides."""

    citation: Citation
    places: tuple[LocatedPlace, ...]
    added: tuple[Place, ...] = ()

    @property
    def status(self) -> str:
        """The best status among the places'; `lost` without places."""
        return min((place.status for place in self.places), key=STATUSES.index, default="lost")

    def as_json(self) -> dict[str, Any]:
        """Return number, key, status and places."""
        return {
            **_named(self.citation),
            "status": self.status,
            "places": [place.as_json() for place in self.places],
            "added": [_shown(place) for place in self.added],
        }


@dataclass(frozen=True, slots=True)
class Located:
    """A manifest's citations in a later version of the article, in the manifest's order."""

    citations: tuple[LocatedCitation, ...]
    added: tuple[Citation, ...]

    @property
    def removed(self) -> tuple[Citation, ...]:
        """The citations that are lost."""
        return tuple(one.citation for one in self.citations if one.status == "lost")

    def as_json(self) -> dict[str, Any]:
        """Return the document that `archiver locate --json` prints."""
        return {
            "schema": SCHEMA,
            "citations": [one.as_json() for one in self.citations],
            "added": [{**_named(one), "places": [_shown(place) for place in one.places]} for one in self.added],
            "removed": [_named(one) for one in self.removed],
        }


def _named(citation: Citation) -> dict[str, Any]:
    reference = citation.reference
    return {
        "number": citation.number,
        "key": citation.key,
        "kind": citation.kind,
        "platform": reference.platform,
        "id": reference.id,
        "url": reference.url,
        "in_body": citation.in_body,
        "claims": {"handle": citation.claims.handle, "date": citation.claims.date},
    }


def _shown(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in SHOWN}
