"""Evidence: what is done for one citation until the best that can be had without a login is on disk, and a verdict stands.

In this order, each step only where the one before leaves the question open:

1. a mention is resolved to a post (`mention`), or stays `unresolved`;
2. the platform's targets, best evidence first, until one of them shows all of the thing;
3. what the captured page or post needs to look whole;
4. where the source is gone, dead or out of reach: an archived copy;
5. what the article claims of a post, beside what was captured;
6. for a post, a card that shows it without script.

Everything fetched on the way is recorded, the fruitless answers too: absence is evidence.

**Rescued means captured, and the state keeps saying what the source said.** `outcome: captured, state: deleted` reads: the post is deleted,
and an archived copy of it is in this snapshot (tier `memento`). A copy that shows less than the thing is `partial`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from archiver.citation.citation import Citation
from archiver.citation.platform import Platform, Post, Reading, State
from archiver.config import Network
from archiver.embed import PLATFORMS
from archiver.embed.card import card
from archiver.embed.comparison import Comparison, compare
from archiver.fetch.capture import Capture
from archiver.fetch.memento import rescue
from archiver.fetch.requisites import fetch_requisites, whole
from archiver.fetch.retry import next_attempt
from archiver.fetch.verdict import outcome, rescuable
from archiver.service.keeper import Keeper
from archiver.service.mention import Resolution, resolve

GOOD = frozenset({State.OK, State.OK_PARTIAL})


@dataclass(slots=True)
class Finding:
    """What a citation came to, in the manifest's words."""

    outcome: str
    state: State
    reason: str
    comparison: Comparison | None = None
    next_attempt: datetime | None = None
    resolution: Resolution | None = None


@dataclass(slots=True)
class Case:
    """One citation being worked on."""

    keeper: Keeper
    network: Network
    citation: Citation
    published: str | None
    platform: Platform

    @property
    def cited_by(self) -> tuple[int, ...]:
        """The citation's number, as captures carry it."""
        return (self.citation.number,)


def platform_of(name: str) -> Platform:
    """Return the platform of a reference."""
    return next(platform for platform in PLATFORMS if platform.name == name)


async def gather(keeper: Keeper, network: Network, citation: Citation, published: str | None) -> Finding:
    """Archive one citation and say what came of it; `published` is the article's ISO date. StorageError where the disk refuses."""
    resolution = None
    if citation.kind == "mention" and citation.reference.url is None:
        resolution = await resolve(keeper, citation)
        if resolution.reference is None:
            return Finding("unresolved", State.UNRESOLVED, resolution.evidence, resolution=resolution)
        citation = replace(citation, reference=resolution.reference)
    finding = await _found(Case(keeper, network, citation, published, platform_of(citation.reference.platform)))
    finding.resolution = resolution
    return finding


async def _found(case: Case) -> Finding:
    captures = await _ask(case)
    try:
        readings = [(one.target, Reading(one.state, one.reason, one.post, one.page)) for one in captures]
        state, reason = case.platform.verdict(readings, case.citation.reference)
        shown = min((one for one in captures if one.target.proof and one.state in GOOD), key=_partial, default=None)
        finding = Finding(outcome(state), state, reason)
        missing = await _requisites(case, shown) if shown else []
        if finding.outcome == "failed":
            finding.next_attempt = _later(case, finding, captures)
    finally:
        for capture in captures:
            capture.close()
    post, source = (shown.post, shown) if shown else (None, None)
    if rescuable(state):
        copy = await _rescue(case, finding)
        post = copy.post if copy else None
        source = copy
    if missing and post is not None and finding.outcome == "captured":
        finding.outcome, finding.state = "partial", State.OK_PARTIAL
        finding.reason = f"{len(missing)} of the post's media are missing: {', '.join(missing)[:300]}"
    finding.comparison = compare(case.citation.claims, post, state) if case.citation.reference.platform != "web" else None
    if post is not None and source is not None:
        await _card(case, post, source)
    return finding


def _partial(capture: Capture) -> bool:
    return capture.state is State.OK_PARTIAL


async def _ask(case: Case) -> list[Capture]:
    """Return the captures of the citation's targets, in order, up to the first that shows all of the thing; they are open."""
    captures: list[Capture] = []
    for target in case.platform.targets(case.citation):
        if any(one.target.proof and one.state is State.OK for one in captures):
            break
        captures.append(await case.keeper.fetch(target, read=whole(case.platform), cited_by=case.cited_by))
    return captures


async def _requisites(case: Case, page: Capture) -> list[str]:
    """Fetch what a page or post needs; return the URLs of media that could not be had."""
    missing = []
    async for capture in fetch_requisites(page, case.platform, case.keeper):
        capture.close()
        if capture.state is not State.OK:
            missing.append(capture.target.url)
    return missing


async def _rescue(case: Case, finding: Finding) -> Capture | None:
    """Look for an archived copy of what could not be had; write into `finding` what that came to. The copy comes back closed."""
    near = _date(case.citation.claims.date) or _date(case.published)
    found = await rescue(case.keeper, _spellings(case.citation), read=whole(case.platform), near=near, cited_by=case.cited_by)
    for other in found.others:
        other.close()
    copy = found.capture
    if copy is None:
        finding.reason += f"; {found.reason}"
        return None
    try:
        await _requisites(case, copy)
    finally:
        copy.close()
    finding.outcome = "captured" if copy.state is State.OK else "partial"
    finding.reason += f"; {found.reason}" + ("" if copy.state is State.OK else f", {copy.reason}")
    finding.next_attempt = None
    return copy


def _spellings(citation: Citation) -> Sequence[str]:
    """Return the URLs under which an archive may know a citation: as resolved, then as written, each once."""
    written = [place.url for place in citation.places if place.url and place.url.startswith("http")]
    return list(dict.fromkeys(filter(None, (citation.reference.url, *written))))[:4]


def _later(case: Case, finding: Finding, captures: Sequence[Capture]) -> datetime | None:
    """Return when a failed citation is tried again: when the first of its failures may be, or None with the reason said."""
    now = datetime.now(UTC)
    planned = [next_attempt(one, case.network, now, one.started) for one in captures if outcome(one.state) == "failed"]
    times = [plan.when for plan in planned if plan.when]
    if not times and planned:
        finding.reason += f"; not tried again: {planned[0].why}"
    return min(times, default=None)


def _date(written: str | None) -> date | None:
    return date.fromisoformat(written[:10]) if written else None


async def _card(case: Case, post: Post, source: Capture) -> None:
    """Record the post as a page without script, its media by the addresses of their records."""
    stored = case.keeper.stored[case.citation.number]
    told = next((one for one in stored if one["url"] == source.target.url), None)
    response = next((r for r in (told or {"records": []})["records"] if r["type"] in {"response", "revisit"}), None)
    if response is None:
        return
    media = {one["url"]: one["url"] for one in stored if one["role"] == "requisite" and one["state"] == State.OK}
    html = card(post, media_paths=media, source=response["id"], archived=source.finished)
    name = f"urn:archiver:card:{case.citation.reference.key}"
    await case.keeper.derive("conversion", name, "text/html; charset=utf-8", html.encode(), response["id"])
