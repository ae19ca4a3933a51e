"""Visit: look again at an article that is archived, and write the snapshot that follows.

    head -> article (carried, or looked at and located) -> each citation: asked again, or carried -> finish -> the new head

What is due is asked; everything else is carried from the head with its outcome, so that the latest snapshot always speaks of all of the
article, and one failed source that is retried does not cost a request to any other. What is asked is asked with what is held in hand: 304
or the same payload becomes a `revisit`, and nothing that it needs is fetched again.

What a look found is written into the record (`history`), not only into the catalog: when it was first and last asked for, how many looks
brought nothing new, where its evidence stands, what changed and since which snapshot. So the schedule survives the loss of the catalog, and
`status` tells a citation's history from manifests alone.

A visit that is killed leaves its `.open`; the next run finds it by the article's name, and settles what is not settled.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from archiver.citation.citation import Citation
from archiver.embed.comparison import Comparison
from archiver.fetch.retry import Tries
from archiver.fetch.verdict import is_copy
from archiver.record import layout
from archiver.record.snapshot import Occasion, Snapshot, Stored
from archiver.service.again import change
from archiver.service.again.earlier import LIVE, Earlier
from archiver.service.again.revision import Version, carried, looked, received_again
from archiver.service.archive import Archived, finished, for_each, write_finding
from archiver.service.desk import Desk
from archiver.service.evidence.evidence import Finding, gather
from archiver.service.evidence.submit import submit
from archiver.service.keeper import Keeper
from archiver.service.reader import Received

OPEN = ("failed", "refused", "unresolved")  # outcomes that say nothing of the thing itself


@dataclass(frozen=True, slots=True)
class Visit:
    """What is looked at again: citations of the head by number (None: all), the article itself, or the bytes it has now, and why."""

    head: str
    numbers: frozenset[int] | None = frozenset()
    article: bool = False
    received: Received | None = None
    trigger: str = "recheck"
    everything: bool = False


@dataclass(slots=True)
class _Look:
    """A visit under way."""

    visit: Visit
    desk: Desk
    earlier: Earlier
    keeper: Keeper
    now: datetime
    wanted: Callable[[str], bool] = field(default=lambda _: True)


async def visit(desk: Desk, asked: Visit) -> Archived | None:
    """Look again; None where only the article was to be looked at and is as it was. Errors as `archive`."""
    earlier = Earlier(desk.catalog, asked.head)
    snapshot, version = await _opened(desk, asked, earlier)
    if snapshot is None:
        return None
    try:
        snapshot.now = desk.clock.now
        where, video = desk.catalog.where, desk.config.video
        keeper = Keeper(desk.fetcher, snapshot, desk.watch, known=earlier, elsewhere=where, browser=desk.browser, video=video)
        numbers = {one["key"]: one["number"] for one in earlier.manifest["citations"]}

        def wanted(key: str) -> bool:
            return asked.numbers is None or key not in numbers or numbers[key] in asked.numbers

        look = _Look(asked, desk, earlier, keeper, desk.clock.now(), wanted)
        desk.watch.begin(version.title, len(version.citations))
        settled = snapshot.restored.settled
        await for_each([one for one in version.citations if one.number not in settled], lambda one: _settle(look, one, version.published))
        await submit(keeper, desk.config.submit)
        return await finished(desk, snapshot)
    finally:
        snapshot.close()


@dataclass(frozen=True, slots=True)
class _Read:
    title: str
    published: str | None
    citations: tuple[Citation, ...]


async def _opened(desk: Desk, asked: Visit, earlier: Earlier) -> tuple[Snapshot | None, _Read]:
    """Return the snapshot to write: the one that a killed visit left, or a new one; none where there is nothing to write."""
    article = earlier.manifest["article"]
    found = Snapshot.find_open(desk.store, article["source"], article["url"])
    if found is not None:
        snapshot = Snapshot.resume(found, seen=desk.catalog.seen)
        known = snapshot.restored
        if known.article is not None:
            facts = known.article["article"]
            return snapshot, _Read(facts["title"] or facts["source"], facts["published"], known.citations)
        snapshot.close()
        shutil.rmtree(found)
    started = desk.clock.now()
    version = await _version(desk, asked, earlier, started)
    if asked.numbers is not None and not asked.numbers and not version.changed:
        version.close()
        return None, _Read("", None, ())
    snapshot = Snapshot.begin(
        desk.store,
        source=article["source"],
        url=article["url"],
        started=started,
        run=desk.made_with(),
        seen=desk.catalog.seen,
        occasion=Occasion(asked.trigger, asked.head),
    )
    snapshot.now = desk.clock.now
    await asyncio.to_thread(_write_article, snapshot, version)
    read = version.article
    return snapshot, _Read(read.title or read.source, read.published, version.citations)


async def _version(desk: Desk, asked: Visit, earlier: Earlier, now: datetime) -> Version:
    if asked.received is not None:
        return await received_again(earlier, asked.received, now)
    if asked.article and earlier.manifest["article"]["url"]:
        return await looked(earlier, desk.fetcher, now)
    return await asyncio.to_thread(carried, earlier)


def _write_article(snapshot: Snapshot, version: Version) -> None:
    snapshot.add_article(version.article, version.citations, version.capture, revision=version.revision)
    if version.aside is not None:
        snapshot.add(version.aside).result()
    version.close()


async def _settle(look: _Look, citation: Citation, published: str | None) -> None:
    """Ask for one citation, or carry it."""
    old = look.earlier.citations.get(citation.key)
    known = old is not None and old["outcome"] is not None
    if known and old is not None and not look.wanted(citation.key):
        await carry(look.keeper.snapshot, look.earlier, citation, old)
    elif known or citation.in_body or look.visit.everything:
        before = _tries(old) if old else None
        finding = await gather(look.keeper, look.desk.config, citation, published, before)
        stored = look.keeper.stored.get(citation.number, [])
        said = (
            await _history(look, finding, old, stored)
            if known and old is not None
            else _first(finding, look.now, look.keeper.snapshot.facts["snapshot"])
        )
        await write_finding(look.keeper, citation, finding, said)
    look.desk.watch.settled()


def _tries(old: dict[str, Any]) -> Tries | None:
    said = old.get("tries")
    return Tries(said["runs"], datetime.fromisoformat(said["since"])) if said and old["next_attempt"] else None


async def carry(snapshot: Snapshot, earlier: Earlier, citation: Citation, old: dict[str, Any]) -> None:
    """Settle a citation with what the head says of it (`old`). StorageError where the disk refuses."""
    said, standing = _said(earlier, old), (old.get("history") or {}).get("standing") or earlier.name
    again = datetime.fromisoformat(old["next_attempt"]) if old["next_attempt"] else None
    future = snapshot.settle(
        citation.number,
        old["outcome"],
        old["state"],
        old["reason"],
        comparison=old["comparison"],
        next_attempt=again,
        tries=_tries(old),
        resolution=old.get("resolution"),
        history=said | {"standing": standing, "carried": True, "changes": [], "difference": None},
    )
    await asyncio.wrap_future(future)


def _said(earlier: Earlier, old: dict[str, Any]) -> dict[str, Any]:
    """Return the history that the head tells of a citation, or what it would tell if it were not the first look."""
    if old.get("history"):
        told: dict[str, Any] = old["history"]
        copy = earlier.rescued(old["key"])
        # None means "in this very snapshot", which is true of the head and of none that follows.
        return told | {"standing": told["standing"] or earlier.name, "copy": copy and copy[0]}
    began = earlier.manifest["run"]["started"]
    definite = None if old["outcome"] in OPEN else {"state": old["state"], "snapshot": earlier.name}
    return {"first": began, "asked": began, "unchanged": 0, "standing": earlier.name, "known": definite}


def _first(finding: Finding, now: datetime, name: str) -> dict[str, Any]:
    """Return the history of a citation that the article did not have before."""
    began, definite = layout.stamp(now), finding.outcome not in OPEN
    known = {"state": str(finding.state), "snapshot": name} if definite else None
    return _told(began, began, 0, None, known, [])


def _told(
    first: str, asked: str, unchanged: int, standing: str | None, known: dict[str, Any] | None, changes: Sequence[str], **more: Any
) -> dict[str, Any]:
    told = {"first": first, "asked": asked, "unchanged": unchanged, "standing": standing, "carried": False, "known": known}
    return told | {"changes": list(changes), "difference": None} | more


async def _history(look: _Look, finding: Finding, old: dict[str, Any], stored: Sequence[Stored]) -> dict[str, Any]:
    """Return what this look has to do with those before; `finding` takes over what an unchanged answer cannot say anew."""
    before, now = _said(look.earlier, old), layout.stamp(look.now)
    first = min(before["first"], now)
    if finding.outcome in OPEN:
        gave_up = finding.outcome == "failed" and finding.next_attempt is None
        if old["outcome"] == "failed" and old["next_attempt"] is None:  # it was given up before: a look is no new series of attempts
            finding.next_attempt, finding.tries, gave_up = None, None, False
        return _told(first, now, before["unchanged"], before["standing"], before["known"], ["given_up"] if gave_up else [])
    mine = [(look.keeper.snapshot.facts["snapshot"], one) for one in stored]
    proof = change.shown(mine)
    same = proof is not None and look.earlier.same(proof[1]) is not None
    was = before["known"]
    changes, found = [], None
    if turned := change.state_change(was and was["state"], finding.state, finding.outcome):
        changes.append(turned)
    if proof is not None and same and old["outcome"] in ("captured", "partial") and old["state"] in LIVE:
        finding.outcome, finding.state, finding.reason = old["outcome"], type(finding.state)(old["state"]), old["reason"]
    elif proof is not None and not same and (theirs := change.shown(look.earlier.captures(old["key"]))):
        found = await change.difference(look.earlier, theirs, proof, look.keeper.snapshot.path)
        changes += [one for one in found.pop("changes") if one not in changes]
    if proof is not None and (ends := change.moved(look.earlier.last(proof[1]), proof[1])):
        changes.append("moved")
        found = (found or {}) | {"address": ends}
    changes += _verdicts(finding, old, same=same)
    # What shows the thing as it last was; and where an archived copy of what is gone stands.
    standing = before["standing"] if same or finding.state not in LIVE else None
    copy = look.earlier.rescued(old["key"])
    known = {"state": str(finding.state), "snapshot": look.keeper.snapshot.facts["snapshot"]}
    unchanged = 0 if changes else before["unchanged"] + 1
    return _told(
        first,
        now,
        unchanged,
        standing,
        known,
        changes,
        since=was and was["snapshot"],
        was=was and was["state"],
        difference=found,
        copy=copy and copy[0],
    )


def _verdicts(finding: Finding, old: dict[str, Any], *, same: bool) -> list[str]:
    """Return what is new in the comparison with the article's claims, and whether an archived copy was found."""
    from_old = old["comparison"] or {}
    before = is_copy(old["outcome"], old["state"])
    copied = finding.state not in LIVE and before
    if from_old and (copied or (same and finding.comparison is None)):  # what the copy said was compared when it was found
        finding.comparison = Comparison.from_json(from_old)
    verdict = finding.comparison.verdict if finding.comparison else None
    found = ["different_author"] if verdict == "different_author" != from_old.get("verdict") else []
    return [*found, "rescued"] if is_copy(finding.outcome, finding.state) and not before else found
