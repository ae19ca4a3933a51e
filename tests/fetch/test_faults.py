"""Faults (reliability A7 #10): resets, stalls, 429 and 503 with probability p, over the real transport against a server on loopback.

Time runs a hundred times as fast (`FastClock`), so that a Retry-After of two seconds is 20 ms. The figures are printed; the long form
(`make proof`) has ten times the URLs.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from archiver.citation.platform import State, Target
from archiver.config import PerHost
from archiver.fetch.capture import Capture
from archiver.fetch.clock import Clock
from archiver.fetch.fetcher import Fetcher
from archiver.fetch.pace import HostState, Pace, Turn
from archiver.fetch.retry import Tries, next_attempt
from archiver.service.demo.server import LoopbackServer, Request, Reset, Send, Sleep, Step, page
from archiver.url import host
from tests.fetch.simulated import Say, Script, SimulatedClock, network, read, simulate

FAST = 100.0
SHUT = 2.0  # seconds of Retry-After, in the run's time
DEADLINE = 1.0  # seconds on the wire: a loaded machine must not look like a stalled server
INTERVAL = 0.1  # seconds between requests to one host, in the run's time


class FastClock(Clock):
    """The machine's clock, a hundred times as fast."""

    def seconds(self) -> float:
        return time.monotonic() * FAST

    def now(self) -> datetime:
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=self.seconds())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / FAST)


@dataclass(slots=True)
class Faulty:
    """A route that fails with probability `p`."""

    p: float
    dice: random.Random = field(default_factory=lambda: random.Random(20220720))

    def __call__(self, _: Request) -> Sequence[Step]:
        if self.dice.random() >= self.p:
            return [Send(page("here"))]
        fault = self.dice.choice(["reset", "stall", "429", "503"])
        if fault == "reset":
            return [Send(b"HTTP/1.1 200 OK\r\nContent-Le"), Reset()]
        if fault == "stall":
            return [Sleep(2 * DEADLINE), Reset()]
        return [Send(page("", f"{fault} Later", headers=[("Retry-After", f"{SHUT:g}")]))]


@dataclass(slots=True)
class Noted(Pace):
    """A pace that writes down when each turn was given."""

    turns: list[Turn] = field(default_factory=list)

    async def enter(self, name: str) -> Turn:
        turn = await Pace.enter(self, name)
        self.turns.append(turn)
        return turn


def run(server: LoopbackServer, p: float, urls: int) -> tuple[list[Capture], list[Turn]]:
    server.fallback = Faulty(p)
    limits = network(
        per_host=PerHost(2, INTERVAL), deadline=DEADLINE, attempts=5, concurrency=16, connect_to={"*:80": f"127.0.0.1:{server.port}"}
    )

    async def work() -> tuple[list[Capture], list[Turn]]:
        async with Fetcher(limits, clock=FastClock()) as fetcher:
            # The deadline is in the wire's seconds, patience and budget in the run's.
            pace = fetcher.pace = Noted(limits, fetcher.clock, patience=300.0)
            fetcher.retry.patience, fetcher.retry.budget = 300.0, 3000.0
            targets = [Target(f"http://h{n % (urls // 5)}.test/{n}") for n in range(urls)]
            return await asyncio.gather(*(fetcher.fetch(target, read=read) for target in targets)), pace.turns

    return asyncio.run(work())


def highest_rate(turns: Sequence[tuple[str, float]]) -> int:
    """Return the most requests that one host was sent in any second of the run's time."""
    by_host: dict[str, list[float]] = {}
    for name, at in turns:
        by_host.setdefault(name, []).append(at)
    return max(sum(start <= at < start + 1.0 for at in times) for times in by_host.values() for start in times)


def too_early(captures: list[Capture]) -> int:
    """Count requests that began after their host had asked to be left alone, and before that time was over."""
    hops = [hop for capture in captures for attempt in capture.attempts for hop in attempt.hops]
    asked = [(host(hop.url), hop.started + timedelta(seconds=hop.seconds)) for hop in hops if hop.header("Retry-After")]
    return sum(at < hop.started < at + timedelta(seconds=SHUT / FAST) for hop in hops for name, at in asked if host(hop.url) == name)


@pytest.mark.parametrize(("p", "least"), [(0.0, 1.0), (0.1, 1.0), (0.3, 0.95), (0.5, 0.9), (0.9, 0.2)])
@pytest.mark.parametrize("urls", [60, pytest.param(600, marks=pytest.mark.proof)])
def test_faults(server: LoopbackServer, p: float, least: float, urls: int):
    captures, turns = run(server, p, urls)
    good = sum(capture.state is State.OK for capture in captures)
    attempts = sum(len(capture.attempts) for capture in captures)
    early = too_early(captures)
    rate = highest_rate([(turn.host, turn.started) for turn in turns])
    print(
        f"p={p}: captured {good}/{urls}, {attempts / urls:.2f} attempts a URL, {early} requests before Retry-After, "
        f"at most {rate} requests a second to one host ({1 / INTERVAL:g} allowed)"
    )
    assert good >= least * urls
    assert max(len(capture.attempts) for capture in captures) <= 5
    assert attempts == len(server.log) == len(turns)
    assert early == 0
    assert rate <= 1 / INTERVAL
    assert all(capture.reason for capture in captures)


# Over runs, in simulated time: what the first run could not have, the next ones try when it is due.


@dataclass(slots=True)
class Failing:
    """A host that fails with probability `p`, as `Faulty` does on the wire; `shut` is until when it asked to be left alone, and for whom."""

    p: float
    clock: SimulatedClock = field(default_factory=SimulatedClock)
    dice: random.Random = field(default_factory=lambda: random.Random(20220720))
    shut: dict[str, float] = field(default_factory=dict)
    early: int = 0

    def __call__(self, request: httpx.Request) -> Say:
        name, now = host(request.extensions["url"]), self.clock.seconds()
        self.early += now < self.shut.get(name, 0.0)
        if self.dice.random() >= self.p:
            return Say(200, b"here")
        match self.dice.choice(["reset", "stall", "429", "503"]):
            case "reset":
                return Say(None, error=State.DISCONNECTED)
            case "stall":
                return Say(None, error=State.TIMEOUT, seconds=30.0)
            case status:
                after = self.dice.choice([2, 30, 400])
                self.shut[name] = max(self.shut.get(name, 0.0), now + after)
                return Say(int(status), headers=(("Retry-After", str(after)),))


class Anything(dict[str, Callable[[httpx.Request], Say]]):
    """Every URL is answered by one function."""

    def __init__(self, answer: Callable[[httpx.Request], Say]) -> None:
        super().__init__()
        self.answer = answer

    def get(self, *_: object) -> Callable[[httpx.Request], Say]:
        return self.answer


async def over_runs(failing: Failing, wire: Script, urls: int) -> tuple[list[int], int, int]:
    """Fetch, and again what is due when it is due, in a new run each time; return captured after each run, runs, and given up."""
    limits, clock = network(per_host=PerHost(2, 1.0), attempts=5, deadline=120.0), failing.clock
    due = {f"http://h{n % max(1, urls // 25)}.test/{n}": clock.now() for n in range(urls)}
    tries: dict[str, Tries] = {}
    captured: list[int] = []
    hosts: list[HostState] = []
    given_up = 0
    while due:
        await clock.sleep(max(1.0, (min(due.values()) - clock.now()).total_seconds()))  # a process takes a second to start
        now = clock.now()
        wanted = [url for url, when in due.items() if when <= now]
        async with Fetcher(limits, wire, clock=clock) as fetcher:
            fetcher.pace.recall(hosts)
            captures = await asyncio.gather(*(fetcher.fetch(Target(url), read=read) for url in wanted))
            taught = {one.name: one for one in fetcher.pace.remembered()}
            hosts = [*(one for one in hosts if one.name not in taught), *taught.values()]
        for capture in captures:
            url = capture.target.url
            due.pop(url)
            if capture.state is State.OK:
                continue
            tries[url] = Tries.counted(tries.get(url), [capture], clock.now())
            following = next_attempt(capture, limits, clock.now(), tries[url])
            if following.when is None:
                given_up += 1
            else:
                due[url] = following.when
        captured.append(urls - given_up - len(due))
    return captured, max((one.runs for one in tries.values()), default=1), given_up


@pytest.mark.parametrize(("p", "least"), [(0.0, 1.0), (0.1, 1.0), (0.3, 1.0), (0.5, 1.0), (0.9, 0.6)])
@pytest.mark.parametrize("urls", [100, pytest.param(1000, marks=pytest.mark.proof)])
def test_faults_over_runs(p: float, least: float, urls: int):
    failing = Failing(p)
    wire = Script(Anything(failing), failing.clock)
    captured, runs, given_up = simulate(over_runs(failing, wire, urls))
    rate = highest_rate([(host(request.extensions["url"]), at) for at, request in wire.sent])
    print(
        f"p={p}: captured {captured[0]}/{urls} by the first run, {captured[-1]}/{urls} within a day by at most {runs + 1} tries of one URL; "
        f"{len(wire.sent) / urls:.2f} requests a URL, {given_up} given up, {failing.early} before Retry-After, at most {rate} a second to one host"
    )
    assert captured[-1] >= least * urls
    assert failing.early == 0
    assert rate == 1


def test_five_hundred_urls_of_a_host_that_only_says_503():
    clock = SimulatedClock()
    wire = Script(Anything(lambda _: Say(503)), clock)

    async def work() -> list[Capture]:
        async with Fetcher(network(per_host=PerHost(2, 1.0), attempts=5), wire, clock=clock) as fetcher:
            return await asyncio.gather(*(fetcher.fetch(Target(f"http://busy.test/{n}"), read=read) for n in range(500)))

    captures = simulate(work())
    times = [at for at, _ in wire.sent]
    print(f"500 URLs of one host, all 503: {len(times)} requests, at most {highest_rate([('x', at) for at in times])} a second")
    assert {capture.state for capture in captures} == {State.SERVER_ERROR}
    assert len(times) == 20  # then it is left alone
    assert highest_rate([("x", at) for at in times]) == 1
