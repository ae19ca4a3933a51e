"""Pace: what one host is asked to bear, whoever in the run asks it.

Rules, and where they come from:
- at most `connections` requests to a host at once, at least `interval` seconds between the starts of two (configuration, `per_host`);
  at most `concurrency` requests over all hosts. First come, first served, a host's queue apart from every other host's.
- a host that says 429 or 503 slows *everybody* who asks it: the interval grows by half at each new complaint, from at least LEAST_PENALTY,
  up to PENALTY_LIMIT, and shrinks with each good answer. Complaints about requests that were under way already when the first one came
  are one complaint.
- `Retry-After` shuts the host for that long (RFC 9110 §10.2.3). Nothing is sent to it before; who is not prepared to wait that long is
  told so at once (`HostShut`) and comes back in another run.
- a host that failed STRIKES times in a row, over all URLs, is left alone for REST seconds: five hundred links to a dead host are some
  twenty refused connections, not two and a half thousand (reliability A7 #11).

What a host taught survives the process (`HostState`): a run that begins a minute after another one was killed keeps the distance that the
other had been asked to keep. Times of day are what is remembered, for the clock that paces means nothing to another process; a penalty
halves with every hour that passed (limits are counted in quarters of an hour to a day), a time that the host named stands as it is.

The gate is held while its holder waits for the interval, so that starts are in order of arrival. The global slot is taken last: a slow
host's queue must not hold the slots that other hosts could use. Measured with interval 0 and nobody waiting: 3.5 µs a turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archiver.citation.platform import State
from archiver.config import Network
from archiver.fetch.clock import Clock

LEAST_PENALTY = 1.0  # seconds: the least penalty after a complaint, whatever the interval
PENALTY_LIMIT = 60.0
DECAY = 0.7  # of the penalty is left after a good answer
STRIKES = 20
REST = 900.0
HALVED = 3600.0  # seconds in which a remembered penalty halves
TICK = timedelta(milliseconds=1)  # times of day are rounded, and never to before what a host asked for
TRIFLE = LEAST_PENALTY / 10  # a penalty below this no longer matters
# Hosts that ask for less than anybody's configuration may say. The Wayback Machine: 24 requests a minute, 2026-06.
OWN_INTERVALS = {"web.archive.org": 2.6}


def own_intervals(network: Network) -> dict[str, float]:
    """Return the intervals that hosts ask for themselves, without those whose names the operator's `connect_to` sends elsewhere."""
    sent = network.connect_to
    return {name: seconds for name, seconds in OWN_INTERVALS.items() if f"{name}:443" not in sent and "*:443" not in sent}


class HostShut(Exception):  # noqa: N818 - a refusal, not a fault; it never leaves `fetch`
    """The host asked not to be called for longer than the caller would wait."""

    def __init__(self, seconds: float, why: str, state: State) -> None:
        super().__init__(why)
        self.seconds = seconds
        self.why = why
        self.state = state


@dataclass(frozen=True, slots=True)
class HostState:
    """What is remembered of a host from one run to the next; times of day, UTC.

    `penalty` is the pace learnt: seconds beyond the configured interval, as of `changed`. `not_before` is when it may be asked again,
    `why` and `state` say on whose word. `complained` is the last time that it asked for less.
    """

    name: str
    changed: datetime
    penalty: float = 0.0
    complained: datetime | None = None
    not_before: datetime | None = None
    why: str = ""
    state: State = State.RATE_LIMITED


def _unheard(_state: HostState) -> None:
    """Remember nothing."""


@dataclass(slots=True)
class _Host:
    slots: asyncio.Semaphore
    gate: asyncio.Lock
    interval: float
    last_start: float = float("-inf")
    shut_until: float = float("-inf")
    shut_why: str = ""
    shut_state: State = State.RATE_LIMITED
    penalty: float = 0.0
    penalised: float = float("-inf")
    strikes: int = 0
    complained: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Leave to send one request: when it was given, after how many seconds of waiting, and why."""

    host: str
    started: float
    waited: float
    why: str | None


@dataclass(slots=True)
class Pace:
    """Hand out turns. One for a whole run; every request to any host passes it.

    `intervals` names hosts with a longer interval of their own. `patience` is how many seconds a caller waits for a host that is shut.
    `learnt` is told each time that a host asked for less, and must not wait.
    """

    network: Network
    clock: Clock = field(default_factory=Clock)
    intervals: Mapping[str, float] = field(default_factory=dict)
    patience: float = 120.0
    learnt: Callable[[HostState], None] = _unheard
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _all: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._all = asyncio.Semaphore(self.network.concurrency)

    def recall(self, states: Iterable[HostState]) -> None:
        """Take over what earlier runs learnt, before the first turn is given."""
        now, seconds = self.clock.now(), self.clock.seconds()
        for one in states:
            host = self._host(one.name)
            penalty = one.penalty * 0.5 ** (max(0.0, (now - one.changed).total_seconds()) / HALVED)
            host.penalty = min(PENALTY_LIMIT, penalty) if penalty >= TRIFLE else 0.0
            host.complained = one.complained
            if one.not_before is not None and one.not_before > now:
                self._shut(host, seconds + (one.not_before - now).total_seconds(), one.why, one.state)

    def remembered(self) -> list[HostState]:
        """Return what there is to remember of every host that ever complained or was shut."""
        return [self._state(name) for name, host in self._hosts.items() if host.complained or host.shut_why]

    async def enter(self, name: str) -> Turn:
        """Wait until a request to host `name` may start; give the turn back with `leave`. HostShut where that is too far off."""
        host = self._host(name)
        asked = self.clock.seconds()
        self._check(host)
        queued = host.slots.locked()
        await host.slots.acquire()
        try:
            async with host.gate:
                why = await self._until_ready(host, name)
                host.last_start = started = self.clock.seconds()
        except BaseException:
            host.slots.release()
            raise
        waited = started - asked
        return Turn(name, started, waited, why or (f"queue for {name}" if queued and waited else None))

    def turn(self, name: str) -> Turn:
        """Return a turn that was not waited for, of a request that has been made already; not to be given back."""
        self._host(name)
        return Turn(name, self.clock.seconds(), 0.0, None)

    def leave(self, turn: Turn) -> None:
        """Give a turn back: the next in the queue may start."""
        self._all.release()
        self._hosts[turn.host].slots.release()

    def answered(self, turn: Turn) -> None:
        """Take note of an answer without complaint: the penalty shrinks, and is gone when it no longer matters."""
        host = self._hosts[turn.host]
        host.strikes = 0
        if host.penalty:
            host.penalty *= DECAY
            if host.penalty < TRIFLE:
                host.penalty = 0.0

    def complained(self, turn: Turn, after: float | None, state: State) -> None:
        """Take note that the host asked for less, `after` seconds from now at the earliest where it said so."""
        host = self._hosts[turn.host]
        now = self.clock.seconds()
        if turn.started >= host.penalised:
            host.penalty = min(PENALTY_LIMIT, max(LEAST_PENALTY, (host.interval + host.penalty) * 1.5))
            host.penalised = now
        host.complained = self.clock.now()
        if after is not None:
            self._shut(host, now + after, f"Retry-After of {turn.host}", state)
        self._strike(host, turn.host, state)
        self.learnt(self._state(turn.host))

    def failed(self, turn: Turn, state: State) -> None:
        """Take note that the host could not be reached."""
        if self._strike(self._hosts[turn.host], turn.host, state):
            self.learnt(self._state(turn.host))

    def _strike(self, host: _Host, name: str, state: State) -> bool:
        """Count a failure; tell whether the host is left alone from now on."""
        host.strikes += 1
        if host.strikes < STRIKES:
            return False
        host.strikes = 0
        self._shut(host, self.clock.seconds() + REST, f"{name} failed {STRIKES} times in a row, the last time with {state}", state)
        return True

    def _state(self, name: str) -> HostState:
        host, now = self._hosts[name], self.clock.now()
        left = host.shut_until - self.clock.seconds()
        until = now + timedelta(seconds=left) + TICK if left > 0 else None
        return HostState(name, now, host.penalty, host.complained, until, host.shut_why if until else "", host.shut_state)

    def _shut(self, host: _Host, until: float, why: str, state: State) -> None:
        if until > host.shut_until:
            host.shut_until, host.shut_why, host.shut_state = until, why, state

    def _check(self, host: _Host) -> None:
        left = host.shut_until - self.clock.seconds()
        if left > self.patience:
            raise HostShut(left, host.shut_why, host.shut_state)

    async def _until_ready(self, host: _Host, name: str) -> str | None:
        """Wait for the host, then for a global slot, until both are there at once; return what was waited for."""
        why: str | None = None
        while True:
            while (delay := self._ready_in(host)) > 0:
                self._check(host)
                why = self._reason(host, name) if why is None or host.shut_until > self.clock.seconds() else why
                await self.clock.sleep(delay)
            if self._all.locked():
                why = why or "global limit of connections"
            await self._all.acquire()
            # While the slot was awaited, another answer may have shut or slowed the host.
            if self._ready_in(host) <= 0:
                return why
            self._all.release()

    def _ready_in(self, host: _Host) -> float:
        return max(host.last_start + host.interval + host.penalty, host.shut_until) - self.clock.seconds()

    def _reason(self, host: _Host, name: str) -> str:
        if host.shut_until > self.clock.seconds():
            return host.shut_why
        return f"back-off of {name}" if host.penalty else f"pace of {name}"

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            limits = self.network.per_host
            interval = max(limits.interval, self.intervals.get(name, 0.0))
            host = self._hosts[name] = _Host(asyncio.Semaphore(limits.connections), asyncio.Lock(), interval)
        return host
