"""Evidence: what is done for one citation until the best that can be had without a login is on disk, and a verdict stands.

In this order, each step only where the one before leaves the question open:

1. a mention is resolved to a post (`mention`), or stays `unresolved`;
2. the platform's targets, best evidence first, until one of them shows all of the thing; a page of the open web that may be a site's "not
   here" is compared with the site's answer for an address that cannot exist (`probe`); where a short link led to a post, the
   post's targets too;
3. what the captured page or post needs to look whole (`telling`); where http shows too little of a page, it is opened in a browser
   (`browsing`);
4. where the source is gone, dead or out of reach: an archived copy;
5. what the article claims of a post, beside what was captured;
6. for a post, a card that shows it without script, or says that it is gone (`telling`);
7. where the thing is a film, the film (`film`).

Everything fetched on the way is recorded, the fruitless answers too: absence is evidence.

**Rescued means captured, and the state keeps saying what the source said.** `outcome: captured, state: deleted` reads: the post is deleted,
and an archived copy of it is in this snapshot (tier `memento`). A copy that shows less than the thing is `partial`.

What failed has a `next_attempt` also where a copy was found: the copy is what there was, the live source is what was cited, and it is asked
again as if there were no copy.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from archiver.citation.citation import Citation
from archiver.citation.platform import Platform, Reading, State, Target
from archiver.config import Config
from archiver.embed import PLATFORMS, platform_of
from archiver.embed.comparison import Comparison, compare
from archiver.errors import ArchiverError
from archiver.fetch.capture import Capture
from archiver.fetch.retry import Tries, next_attempt, planned, policy
from archiver.fetch.verdict import Whole, outcome, rescuable
from archiver.record.snapshot import Stored
from archiver.service.evidence import browsing, copying, film, probe, submit, telling
from archiver.service.evidence.mention import Resolution, resolve
from archiver.service.keeper import Keeper

log = logging.getLogger(__name__)
MOST_LEADS = 3
ASIDE = ("web", "oembed")


@dataclass(slots=True)
class Finding:
    """What a citation came to, in the manifest's words."""

    outcome: str
    state: State
    reason: str
    comparison: Comparison | None = None
    next_attempt: datetime | None = None
    tries: Tries | None = None
    resolution: Resolution | None = None


@dataclass(slots=True)
class Case:
    """One citation being worked on."""

    keeper: Keeper
    config: Config
    citation: Citation
    published: str | None
    platform: Platform
    before: Tries | None = None

    @property
    def cited_by(self) -> tuple[int, ...]:
        """The citation's number, as captures carry it."""
        return (self.citation.number,)


async def gather(keeper: Keeper, config: Config, citation: Citation, published: str | None, before: Tries | None = None) -> Finding:
    """Archive one citation and say what came of it. StorageError where the disk refuses.

    `published` is the article's ISO date; `before` says how often earlier runs tried what is still open. What nobody foresaw is a finding
    too: a fault that one citation meets must not cost the others theirs, in this run and in each that goes on with it.
    """
    try:
        return await _gathered(keeper, config, citation, published, before)
    except ArchiverError:
        raise
    except Exception as error:
        met = next((one for one in _leaves(error) if isinstance(one, ArchiverError)), None)
        if met is not None:
            raise met from error
        said = f"unexpected {type(_leaves(error)[0]).__name__}: {_leaves(error)[0]}"
        log.exception("citation %d, %s: %s", citation.number, citation.key, said)
        return _fault(keeper, config, f"{said}; -v and --log json have the details; report them", before)


def _leaves(error: BaseException) -> list[BaseException]:
    """Return what is in an exception that may be a group."""
    return [leaf for one in error.exceptions for leaf in _leaves(one)] if isinstance(error, BaseExceptionGroup) else [error]


def _fault(keeper: Keeper, config: Config, said: str, before: Tries | None) -> Finding:
    now = keeper.fetcher.clock.now()
    tries = Tries(before.runs + 1, before.since) if before else Tries(1, now)
    plan = planned(policy(State.FAULT), config.network, now, tries)
    return Finding("failed", State.FAULT, said + ("" if plan.when else f"; {plan.why}"), next_attempt=plan.when, tries=tries)


async def _gathered(keeper: Keeper, config: Config, citation: Citation, published: str | None, before: Tries | None) -> Finding:
    resolution = None
    if citation.kind == "mention" and citation.reference.url is None:
        resolution = await resolve(keeper, citation)
        if resolution.reference is None:
            return Finding("unresolved", State.UNRESOLVED, resolution.evidence, resolution=resolution)
        citation = replace(citation, reference=resolution.reference)
    elif citation.reference.url is None:
        return Finding("unresolved", State.UNRESOLVED, "a relative link, and nothing says where the article lives: give --base-url")
    finding = await _found(Case(keeper, config, citation, published, platform_of(citation.reference.platform), before))
    finding.resolution = resolution
    return finding


@dataclass(slots=True)
class _Sight:
    """What was seen of a citation: the captures, which of them tells most and which shows it, and what that comes to.

    `again` are the captures that brought what the look before brought; `missing` the post's media that could not be had.
    """

    captures: list[Capture]
    told: Capture | None
    shown: Capture | None
    again: list[Capture]
    missing: list[str]
    state: State
    finding: Finding


async def _found(case: Case) -> Finding:
    case, captures = await _reached(case)
    opened: list[Capture] = []
    try:
        sight = await _seen(case, captures, opened)
    finally:
        for capture in {id(one): one for one in (*captures, *opened)}.values():
            capture.close()
    finding, known = sight.finding, case.keeper.known
    standing = known.rescued(case.citation.key) if known and rescuable(sight.state) else None
    if standing:
        finding.outcome = standing[1]
        finding.reason += f"; an archived copy stands in {standing[0]}"
    elif rescuable(sight.state):
        copy = await _rescued(case, finding, sight.captures)
        sight.told = copy if copy and copy.post else sight.told
    await _shown(case, sight)
    return finding


async def _reached(case: Case) -> tuple[Case, list[Capture]]:
    """Return the captures of a citation's targets; where a link led to a post, those of the post, and the case that it is then."""
    captures = await _ask(case)
    landed = _landed(case, captures)
    if landed is None:
        return case, captures
    # What a page of the open web is worth is another question than what the post is that it turned out to be.
    for way in captures if case.platform.name == "web" else ():
        way.close()
    return landed, [*(captures if case.platform.name != "web" else ()), *await _ask(landed)]


async def _seen(case: Case, captures: list[Capture], opened: list[Capture]) -> _Sight:
    """Say what captures come to, once what they need is fetched and, where they show too little, a browser has looked.

    What a browser brought is put into `opened`; captures stay open.
    """
    # What a page or post needs was fetched when it last was another one; the revisit leads there.
    same = await asyncio.to_thread(_as_before, case.keeper, captures) if case.keeper.known else [None] * len(captures)
    for one, before in zip(captures, same, strict=True) if case.platform.name == "web" else ():
        await (probe.carry(case.keeper, one, before) if before else probe.compare(case.keeper, one, case.cited_by))
    told, shown = telling.told(captures), telling.shown(captures)
    again = [one for one, before in zip(captures, same, strict=True) if before]
    missing = await telling.fetch_needs(case.keeper, told, case.platform) if told and told not in again else []
    if shown is not None and shown is not told and shown not in again:
        await telling.fetch_needs(case.keeper, shown, case.platform)
    # Behind the parts that http brought: what a browser gets again is then known to stand here.
    opened += await browsing.more(case.keeper, captures, Whole(case.platform), case.cited_by)
    for one in opened:
        await telling.fetch_needs(case.keeper, one, case.platform)
    lacking, everything = browsing.lacking(captures), [*captures, *browsing.best(captures, opened)]
    readings = [(one.target, Reading(one.state, one.reason, one.post, one.page)) for one in everything]
    state, reason = case.platform.verdict(readings, case.citation.reference)
    finding = Finding(_coarse(case, state), state, reason)
    finding.reason += lacking if finding.outcome != "captured" else ""
    if finding.outcome == "failed":
        _plan(case, finding, everything)
    elif finding.outcome == "captured" and shown is not None and shown not in again:
        submit.note(case.keeper, case.citation, shown)
    return _Sight(everything, told or telling.told(everything), shown, again, missing, state, finding)


async def _shown(case: Case, sight: _Sight) -> None:
    """Say what is missing, compare the post with what the article claims, write its card, and fetch its film."""
    finding, told = sight.finding, sight.told
    # A page that was captured whole lacks nothing for want of the still that its provider's oEmbed names.
    aside = told is None or (told.post and told.post.platform, told.target.purpose) == ASIDE
    if sight.missing and not aside and finding.outcome == "captured":
        finding.outcome, finding.state = "partial", State.OK_PARTIAL
        finding.reason = f"{len(sight.missing)} of the post's media are missing: {', '.join(sight.missing)[:300]}"
    own, post = case.platform.name != "web", told.post if told else None
    finding.comparison = compare(case.citation.claims, post, sight.state) if own or post else None
    if told is None or told not in sight.again:
        await _carded(case, finding, told, sight.state)
    if finding.outcome in ("captured", "partial") and not sight.again:
        note = await film.add(case.keeper, case.citation, told or sight.shown, case.keeper.video)
        finding.reason += f"; {note}" if note else ""


def _coarse(case: Case, state: State) -> str:
    """Return the contract's word for a state. A page's empty shell is a part of it; that of a post's page shows nothing of the post."""
    return "unavailable" if state is State.EMPTY_SHELL and case.platform.name != "web" else outcome(state)


def _as_before(keeper: Keeper, captures: Sequence[Capture]) -> list[Stored | None]:
    """Return, for each capture that brought what the look before brought, what that look noted of it."""
    return [keeper.before(one) for one in captures]


async def _carded(case: Case, finding: Finding, told: Capture | None, state: State) -> None:
    """Write the card of a post as it was told, or of one that is gone."""
    if told is not None and told.post is not None:
        await telling.write_card(case.keeper, case.citation, told.post, told, state)
    elif case.platform.name != "web" and finding.outcome == "unavailable":
        await telling.write_gone_card(case.keeper, case.citation, state, finding.reason)


async def _ask(case: Case) -> list[Capture]:
    """Return the captures of the citation's targets, in order, up to the first that shows all of the thing; they are open.

    Then what their answers lead to, where that may tell more: a post's own data, and for an embed the oEmbed of its provider.
    """
    captures: list[Capture] = []
    for target in case.platform.targets(case.citation):
        if any(one.target.proof and one.state is State.OK for one in captures):
            break
        captures.append(await _asked(case, target))
    asked = {(one.target.url, one.target.purpose) for one in captures}
    leads = dict.fromkeys(lead for one in captures for lead in one.leads if (lead.url, lead.purpose) not in asked)
    for lead in list(leads)[:MOST_LEADS]:
        if lead.purpose != "oembed" or case.citation.kind == "embed":
            captures.append(await case.keeper.fetch(lead, read=Whole(case.platform), cited_by=case.cited_by))
    return captures


def _landed(case: Case, captures: Sequence[Capture]) -> Case | None:
    """Return the case of the post that a short link, or a link of any kind, led to; None where it led to none, or tells it already.

    The citation keeps its key: that of the address which the article names.
    """
    cited = case.citation.reference
    told = any(one.post is not None and one.target.proof for one in captures)
    if told or not (cited.id is None or case.platform.name == "web"):
        return None
    for one in captures:
        reached = one.exchange.url if one.exchange is not None and one.exchange.status is not None else None
        if reached == cited.url and case.citation.kind == "link" and cited.platform == "web":
            continue  # where the link leads by itself: no platform knew it when it was read
        found = next((made for platform in PLATFORMS if reached and (made := platform.identify(reached))), None)
        if found is not None and found.platform != "web" and found.id is not None:
            citation = replace(case.citation, reference=found._replace(key=cited.key))
            return replace(case, citation=citation, platform=platform_of(found.platform))
    return None


async def _asked(case: Case, target: Target) -> Capture:
    """Return the capture of one target: by the browser where the order says so and one can be started, else over http."""
    if browsing.first(case.keeper, target):
        seen = await browsing.visited(case.keeper, target.url, Whole(case.platform), case.cited_by)
        if seen is not None:
            await telling.fetch_needs(case.keeper, seen, case.platform)  # its films, whatever the page turns out to be
            return seen
    return await case.keeper.fetch(target, read=Whole(case.platform), cited_by=case.cited_by)


async def _rescued(case: Case, finding: Finding, captures: Sequence[Capture]) -> Capture | None:
    """Look for an archived copy of what could not be had; write into `finding` what that came to. The copy comes back closed."""
    wanted = copying.Wanted(case.citation, case.platform, case.published, case.config.archive)
    copy, reason = await copying.look(case.keeper, wanted, captures)
    finding.reason += f"; {reason}"
    if copy is not None:
        finding.outcome = "captured" if copy.state is State.OK else "partial"
    return copy


def _plan(case: Case, finding: Finding, captures: Sequence[Capture]) -> None:
    """Write into `finding` when what failed is tried again: when the first of its failures may be, or that it is not, and why."""
    now = case.keeper.fetcher.clock.now()
    failed = [one for one in captures if outcome(one.state) == "failed"]
    tries = Tries.counted(case.before, failed, now)
    planned = [next_attempt(one, case.config.network, now, tries) for one in failed]
    finding.tries, finding.next_attempt = tries, min((plan.when for plan in planned if plan.when), default=None)
    if finding.next_attempt is None and planned:
        finding.reason += f"; not tried again: {planned[0].why}"
