"""Copying: an archived copy in the place of what could not be had, and what it is compared with.

A copy is as good as what can be said for it. So its capture is given a note (`compared`) beside the live answer and the article: how many
days lie between the copy and the article, which titles both pages have, and what the live page was when the copy was taken in its place.
For posts the words are compared apart (`comparison`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from archiver.citation.citation import Citation
from archiver.citation.platform import Platform, State
from archiver.config import Archive
from archiver.fetch.capture import Capture
from archiver.fetch.memento import rescue
from archiver.fetch.verdict import Whole
from archiver.service.evidence import telling
from archiver.service.keeper import Keeper
from archiver.url import without_credentials

SPELLINGS = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a copy is looked for of, for an article of which day, and where beside the Wayback Machine."""

    citation: Citation
    platform: Platform
    published: str | None
    archives: tuple[Archive, ...]

    @property
    def near(self) -> date | None:
        """The day from which a copy shows what the article's author saw: the article's, else that of the post which it cites."""
        written = self.published or self.citation.claims.date
        return date.fromisoformat(written[:10]) if written else None


async def look(keeper: Keeper, wanted: Wanted, live: Sequence[Capture]) -> tuple[Capture | None, str]:
    """Return the capture of a copy, closed, or None, and a sentence on what was found; `live` are the captures of the source itself."""
    found = await rescue(
        keeper,
        spellings(wanted.citation),
        read=Whole(wanted.platform),
        near=wanted.near,
        archives=wanted.archives,
        cited_by=(wanted.citation.number,),
    )
    for other in found.others:
        other.close()
    copy = found.capture
    if copy is None:
        return None, found.reason
    try:
        copy.notes["compared"] = compared(copy, live, wanted.near)
        await telling.fetch_needs(keeper, copy, wanted.platform)
    finally:
        copy.close()
    return copy, found.reason if copy.state is State.OK else f"{found.reason}, {copy.reason}"


def spellings(citation: Citation) -> list[str]:
    """Return the addresses under which an archive may know a citation: as resolved, then as written, each once.

    An archive's copy that the article cites is among them as it was written.
    """
    written = [place.url for place in citation.places if place.url and place.url.startswith("http")]
    return list(dict.fromkeys(without_credentials(one) for one in (citation.reference.url, *written) if one))[:SPELLINGS]


def compared(copy: Capture, live: Sequence[Capture], near: date | None) -> str:
    """Say what speaks for a copy and against it: its distance from the article, and its title beside the live page's."""
    said = []
    taken = datetime.fromisoformat(copy.memento.datetime).date() if copy.memento else None
    if taken and near:
        days = (taken - near).days
        said.append(f"taken {abs(days)} days {'after' if days > 0 else 'before'} {near}" if days else f"taken on {near}")
    seed = next((one for one in live if one.target.role == "seed" and one.target.tier == "http"), None)
    answer = seed.exchange if seed else None
    if seed is not None:
        status = f" with status {answer.status}" if answer and answer.status else ""
        said.append(f"in the place of a live answer that was {seed.state}{status}")
    mine, other = (one.page.title if one and one.page else None for one in (copy, seed))
    if mine and other:
        said.append(
            f"both have the title {mine[:160]!r}" if mine == other else f"its title is {mine[:160]!r}, the live page's {other[:160]!r}"
        )
    elif mine:
        said.append(f"its title is {mine[:160]!r}; there is no live one to compare")
    return "; ".join(said) or "nothing to compare with"
