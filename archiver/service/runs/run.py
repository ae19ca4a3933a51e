"""Run: one pass over everything that is due, then over. Safe to start twice, safe to kill.

    sources whose slot has come -> items -> articles archived -> what is due looked at again, retried -> events -> keeping -> telling

Each step reads from disk what is to be done, and a thing is done when its snapshot is in place or its row committed; there is no plan in
memory that a kill could lose. What a killed run left open is found by the next one where it was.

One article that cannot be read, one source that is down, must not stop the others: what is wrong with it is noted and the pass goes on. So
is a fault of our own that one of them brings out: it is logged, and tried again like any that failed. A full disk stops the pass before
anything is begun: below `run.free` nothing new is fetched, and people are told once.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from archiver.config import Config, Source
from archiver.errors import ArchiverError, StorageError, UsageError
from archiver.fetch.clock import Clock
from archiver.fetch.fetcher import Transport
from archiver.record.catalog.agenda import Agenda, Event, Item
from archiver.record.layout import stamp
from archiver.service.again.visit import Visit, visit
from archiver.service.archive import Archived, Order, archive_at
from archiver.service.desk import Desk, at_desk
from archiver.service.events import event, notify, report
from archiver.service.evidence.browsing import BROWSER
from archiver.service.keeper import Watch
from archiver.service.measure import write_metrics
from archiver.service.reader import Received
from archiver.service.runs import due, keeping
from archiver.service.runs.slot import following, latest
from archiver.service.runs.watch import Watcher, message
from archiver.service.source import named, opened
from archiver.url import web_url

log = logging.getLogger(__name__)
FIRST_WAIT = 300.0  # seconds until a poll or an article that failed is tried again
LONGEST_POLL = 3600.0
LONGEST_ARTICLE = 86400.0
SILENT = 5  # failures in a row after which people are told that a source is down
T = TypeVar("T")
Canary = Callable[[Desk], Awaitable[list[event.Told]]]


@dataclass(slots=True)
class Pass:
    """What one run did. `started` names it; `due_next` is when the next thing is due."""

    started: str
    snapshots: list[str] = field(default_factory=list)
    polled: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    doomed: list[keeping.Doomed] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    report: Path | None = None
    due_next: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints of it."""
        return {
            "schema": "archiver.pass/1",
            "started": self.started,
            "snapshots": self.snapshots,
            "polled": self.polled,
            "problems": self.problems,
            "events": [{"event": one.key, "kind": one.kind, "at": stamp(one.at), **one.said} for one in self.events],
            "to_remove": [{"snapshot": one.name, "why": one.why, "bytes": one.bytes} for one in self.doomed],
            "removed": self.removed,
            "report": str(self.report) if self.report else None,
            "due_next": stamp(self.due_next) if self.due_next else None,
        }


async def run_once(
    store: Path,
    config: Config,
    watch: Watch,
    *,
    wait: float = 0.0,
    clock: Clock | None = None,
    transport: Transport | None = None,
    canary: Canary | None = None,
) -> Pass:
    """Do everything that is due. LeaseLost where another run works on the store longer than `wait` seconds; StorageError as `archive`."""
    async with at_desk(store, config, watch, clock=clock, transport=transport, wait=wait) as desk:
        with Agenda(store) as agenda:
            return await _Running(desk, agenda, Pass(stamp(desk.clock.now()))).all(canary)


@dataclass(frozen=True, slots=True)
class _Running:
    """A pass under way."""

    desk: Desk
    agenda: Agenda
    made: Pass

    async def all(self, canary: Canary | None) -> Pass:
        self.agenda.begin()
        notify.register(self.desk, self.agenda)
        keeping.clear(self.desk.store)
        self._notice_all()
        if self._room():
            await self._poll_all()
            await self._items()
            await self._visits()
        if self.desk.config.browser.tier == BROWSER and self.desk.browser.missing:
            self._problem("browser", f"{self.desk.browser.missing}; pages were asked for over http")
        if canary is not None and self.desk.config.run.doctor:
            self._canaries(await canary(self.desk))
        self._notice_all()
        self._keep()
        await self._tell()
        self.made.due_next = self._next()
        write_metrics(self.desk, self.agenda, self.made.due_next)
        return self.made

    def _now(self) -> datetime:
        return self.desk.clock.now()

    def _room(self) -> bool:
        """Tell whether there is disk enough to begin anything, and note when there no longer is."""
        free, least = shutil.disk_usage(self.desk.store).free, self.desk.config.run.free
        low = self.agenda.mark("disk")
        if free >= least:
            if low:
                self.agenda.remember("disk", "")
            return True
        since = low or self.made.started
        said = {
            "free": free,
            "least": least,
            "reason": f"{free:,} bytes are free, {least:,} are wanted; nothing new is archived until then",
        }
        self.agenda.notice(None, self.made.started, [(event.key("disk", since), "disk", said)], self._now())
        self.agenda.remember("disk", since)
        self._problem("disk", f"{said['reason']}")
        return False

    def _canaries(self, failing: list[event.Told]) -> None:
        """Tell of platforms that cannot be captured from, once a day, and once of each that can be again."""
        down = {said["platform"] for _, _, said in failing}
        back = [name for name in json.loads(self.agenda.mark("canary") or "[]") if name in self.desk.config.canary and name not in down]
        told = [
            (
                event.key("canary", name, self.made.started[:10], "again"),
                "canary",
                {"platform": name, "cited": self.desk.config.canary[name], "reason": f"posts of {name} can be told again"},
            )
            for name in back
        ]
        self.agenda.notice(None, self.made.started, [*failing, *told], self._now())
        self.agenda.remember("canary", json.dumps(sorted(down)))

    def _problem(self, what: str, why: str) -> None:
        for prefix in (what, what.partition(":")[2]):  # a message begins with what it is of; a source's name, with its kind
            why = why.removeprefix(f"{prefix}: ")
        self.made.problems.append(f"{what}: {why}")
        log.warning("%s: %s", what, why)

    # ------------------------------------------------------------ sources

    async def _poll_all(self) -> None:
        for source in self.desk.config.source:
            slot = latest(source.cron, source.timezone, self._now())
            if slot is not None and self._is_due(source, slot):
                try:
                    await _apart(source.key, self._poll(source, slot))
                except StorageError:
                    raise
                except ArchiverError as error:
                    self._poll_failed(source, slot, error.message)

    def _is_due(self, source: Source, slot: datetime) -> bool:
        if not self.agenda.ran(source.key, slot):
            return True
        before = self.agenda.polled(source.key)
        if not before.failures or before.asked is None:
            return False
        wait = timedelta(seconds=min(LONGEST_POLL, FIRST_WAIT * 2.0 ** min(before.failures - 1, 10)))
        return not before.asked <= self._now() < before.asked + wait

    async def _poll(self, source: Source, slot: datetime) -> None:
        first = self.agenda.polled(source.key).asked is None
        poll = await Watcher(self.desk.fetcher, self.agenda).poll(source)
        self.made.polled.append(source.key)
        listed = _newest_first(source, poll.found)
        found = [(one, self._enters(source, one.name, at) if first else "waiting") for at, one in enumerate(listed)]
        if source.kind == "article" and self.agenda.has(source.key, f"name:{source.article}"):
            self.agenda.remember(f"look:{source.article}", stamp(slot))
        fresh = self.agenda.enter(source.key, slot, poll.polled, found, self._now()) if poll.failure is None or found else []
        log.info("polled %s: %d listed, %d new", source.key, len(found), len(fresh))
        if poll.failure is not None:
            self._poll_failed(source, slot, poll.failure)

    def _poll_failed(self, source: Source, slot: datetime, why: str) -> None:
        failures = self.agenda.fail(source.key, slot, why, self._now())
        self._problem(source.key, why)
        if failures == SILENT:
            said = {"article": source.key, "source": source.key, "reason": f"{failures} polls in a row failed: {why}"}
            told = (event.key("source", source.key, stamp(slot)), "failed", said)
            self.agenda.notice(None, self.made.started, [told], self._now())

    def _enters(self, source: Source, name: str, at: int) -> str:
        """Return how something enters that a source listed at its first poll: what is archived already is done."""
        if _is_url(name) and self.desk.catalog.chains.head(name) is not None:
            return "done"
        return "waiting" if at < source.backlog else "passed"

    # -------------------------------------------------------------- items

    async def _items(self) -> None:
        rules = {one.key: one for one in self.desk.config.source}
        for item in self.agenda.waiting(self._now()):
            source = rules.get(item.source)
            if source is None:
                self.agenda.settle(item.id, "passed", tries=item.tries, reason="its source is no longer configured")
                continue
            try:
                done = await _apart(item.name, self._archive(item, source))
            except StorageError:
                raise
            except ArchiverError as error:
                self._item_failed(item, error)
                continue
            self._done(done)
            self.agenda.settle(item.id, "done", tries=item.tries + 1)

    async def _archive(self, item: Item, source: Source) -> Archived | None:
        data = message(Path(source.mailbox), item.token) if source.kind == "mailbox" else None
        if source.kind == "mailbox" and data is None:
            raise UsageError(f"{item.name}: is no longer in the mailbox")
        head = self.desk.catalog.chains.head(item.name)
        if head is None:
            order = Order(item.name, everything=source.all, data=data, trigger="watch", media_type="message/rfc822" if data else None)
            return await archive_at(self.desk, order)
        if self._killed_after(item, head, data):
            return None
        received = None if _is_url(item.name) else self._received(item.name, data)
        asked = Visit(head, None, article=True, received=received, trigger="watch", everything=source.all)
        return await visit(self.desk, asked)

    def _killed_after(self, item: Item, head: str, data: bytes | None) -> bool:
        """Tell whether a killed run archived this very item, and only could not say so."""
        chains = self.desk.catalog.chains
        if _is_url(item.name):
            return chains.made_by(head) == "watch" and chains.begun(head) >= stamp(item.seen)
        return chains.holds(head, self._received(item.name, data).data)

    def _received(self, name: str, data: bytes | None) -> Received:
        return Received(data, name, media_type="message/rfc822") if data is not None else opened(named(name))

    def _item_failed(self, item: Item, error: ArchiverError) -> None:
        self._problem(item.name, error.message)
        tries, now = item.tries + 1, self._now()
        limit = item.seen + timedelta(seconds=self.desk.config.network.retry_within)
        wait = timedelta(seconds=min(LONGEST_ARTICLE, FIRST_WAIT * 3.0 ** min(item.tries, 10)))
        again = min(now + wait, limit) if not isinstance(error, UsageError) and now < limit else None
        if again is None:
            said = {"article": item.name, "source": item.name, "reason": error.message, "noticed": stamp(now)}
            self.agenda.notice(None, self.made.started, [(event.key("item", item.source, item.id), "failed", said)], now)
        self.agenda.settle(item.id, "waiting" if again else "failed", tries=tries, due=again, reason=error.message)

    # ------------------------------------------------------------- visits

    def _plan(self) -> tuple[list[due.Due], datetime | None]:
        rules = due.by_name(self.agenda.sources_of(), self.desk.config.source)
        return due.due(self.desk.catalog.chains.looks(), rules, self._now())

    async def _visits(self) -> None:
        planned, _ = self._plan()
        wanted = {one.source: one for one in planned}
        for source in self.desk.config.source:
            if source.kind == "article" and self.agenda.mark(f"look:{source.article}"):
                head = self.desk.catalog.chains.head(source.article)
                if head is not None:
                    one = wanted.setdefault(source.article, due.Due(source.article, head, looks=True, everything=source.all))
                    one.article = True
        for one in wanted.values():
            try:
                self._done(await _apart(one.source, visit(self.desk, self._visit(one))))
            except StorageError:
                raise
            except ArchiverError as error:
                self._problem(one.source, error.message)
            if self.agenda.mark(f"look:{one.source}"):
                self.agenda.remember(f"look:{one.source}", "")

    def _visit(self, one: due.Due) -> Visit:
        received = None
        if one.article and not _is_url(one.source) and Path(one.source).is_file():
            received = self._received(one.source, None)
        numbers = frozenset(one.numbers)
        return Visit(one.snapshot, numbers, article=one.article, received=received, trigger=one.trigger, everything=one.everything)

    def _done(self, done: Archived | None) -> None:
        if done is not None:
            self.made.snapshots.append(done.manifest["snapshot"])
            log.info("archived %s: %d of %d missing", done.manifest["snapshot"], done.missing, done.wanted)
            self._notice(done.manifest)

    # ------------------------------------------------------------ the rest

    def _notice(self, manifest: dict[str, Any]) -> None:
        self.agenda.notice(manifest["snapshot"], self.made.started, event.events(manifest), self._now())

    def _notice_all(self) -> None:
        """Enter the events of snapshots that a killed run finished, and could not tell of."""
        for name in self.agenda.unnoticed():
            self._notice(self.desk.catalog.manifest(name))

    def _keep(self) -> None:
        keep, now = self.desk.config.keep, self._now()
        self.made.doomed = keeping.announce(self.desk.catalog, self.agenda, keep, now)
        ripe = keeping.ripe(self.made.doomed, keep, now)
        keeping.remove(self.desk.catalog, ripe, now)
        self.made.removed = [one.name for one in ripe]
        self.made.doomed = [one for one in self.made.doomed if one.name not in self.made.removed]

    async def _tell(self) -> None:
        self.made.problems += await notify.tell(self.desk, self.agenda)
        self.made.events = self.agenda.events(run=self.made.started)
        try:
            if self.made.events or self.made.snapshots or self.made.removed:
                facts = {"snapshots": self.made.snapshots, "problems": self.made.problems, "removed": self.made.removed}
                facts["to be removed"] = [f"{one.name} ({one.why})" for one in self.made.doomed]
                self.made.report = report.write_report(self.desk.store, self.made.started, facts, self.made.events)
            if self.made.events:
                report.write_feed(self.desk.store, self.agenda.events(limit=report.LATEST), str(self.desk.store.resolve()))
        except OSError as error:
            raise StorageError(f"{self.desk.store / report.FOLDER}: {error.strerror}; free the disk, then run again") from error

    def _next(self) -> datetime | None:
        """Return when the next thing is due: a slot, an item, a look, a retry."""
        now = self._now()
        slots = [following(one.cron, one.timezone, now) for one in self.desk.config.source]
        return min(filter(None, (*slots, self.agenda.next_item(), self._plan()[1])), default=None)


async def _apart(name: str, work: Awaitable[T]) -> T:
    """Do the work on one source or article; what nobody foresaw in it is an ArchiverError: it must not stop others, now or later."""
    try:
        return await work
    except ArchiverError:
        raise
    except Exception as error:
        log.exception("%s", name)
        raise ArchiverError(
            f"{name}: unexpected {type(error).__name__}: {error}; -v and --log json have the details; report them"
        ) from error


def _is_url(name: str) -> bool:
    return name.lower().startswith(("http://", "https://")) and bool(web_url(name))


def _newest_first(source: Source, found: list[Any]) -> list[Any]:
    """Return what was listed with the newest first: feeds and sitemaps stand so already, files and messages stand the other way."""
    return found[::-1] if source.kind in ("folder", "mailbox") else found
