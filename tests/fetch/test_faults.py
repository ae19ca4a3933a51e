"""Faults (reliability A7 #10): resets, stalls, 429 and 503 with probability p, over the real transport against a server on loopback.

Time runs a hundred times as fast (`FastClock`), so that a Retry-After of two seconds is 20 ms. The figures are printed; the long form
(`make proof`) has ten times the URLs.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from archiver.citation.platform import State, Target
from archiver.config import PerHost
from archiver.fetch.capture import Capture
from archiver.fetch.clock import Clock
from archiver.fetch.fetcher import Fetcher
from archiver.service.demo.server import LoopbackServer, Request, Reset, Send, Sleep, Step, page
from archiver.url import host
from tests.fetch.simulated import network, read

FAST = 100.0
SHUT = 2.0  # seconds of Retry-After, in the run's time


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
            return [Sleep(0.6), Reset()]
        return [Send(page("", f"{fault} Later", headers=[("Retry-After", f"{SHUT:g}")]))]


def run(server: LoopbackServer, p: float, urls: int) -> list[Capture]:
    server.fallback = Faulty(p)
    limits = network(per_host=PerHost(2, 0.1), deadline=0.3, attempts=5, concurrency=16, connect_to={"*:80": f"127.0.0.1:{server.port}"})

    async def work() -> list[Capture]:
        async with Fetcher(limits, clock=FastClock()) as fetcher:
            # The deadline is in the wire's seconds, patience and budget in the run's.
            fetcher.pace.patience = 300.0
            fetcher.retry.patience, fetcher.retry.budget = 300.0, 3000.0
            targets = [Target(f"http://h{n % (urls // 5)}.test/{n}") for n in range(urls)]
            return await asyncio.gather(*(fetcher.fetch(target, read=read) for target in targets))

    return asyncio.run(work())


def too_early(captures: list[Capture]) -> int:
    """Count requests that began after their host had asked to be left alone, and before that time was over."""
    hops = [hop for capture in captures for attempt in capture.attempts for hop in attempt.hops]
    asked = [(host(hop.url), hop.started + timedelta(seconds=hop.seconds)) for hop in hops if hop.header("Retry-After")]
    return sum(at < hop.started < at + timedelta(seconds=SHUT / FAST) for hop in hops for name, at in asked if host(hop.url) == name)


@pytest.mark.parametrize(("p", "least"), [(0.0, 1.0), (0.3, 0.95), (0.9, 0.2)])
@pytest.mark.parametrize("urls", [60, pytest.param(600, marks=pytest.mark.proof)])
def test_faults(server: LoopbackServer, p: float, least: float, urls: int):
    captures = run(server, p, urls)
    good = sum(capture.state is State.OK for capture in captures)
    attempts = sum(len(capture.attempts) for capture in captures)
    early = too_early(captures)
    print(f"p={p}: captured {good}/{urls}, {attempts / urls:.2f} attempts a URL, {early} requests before Retry-After")
    assert good >= least * urls
    assert max(len(capture.attempts) for capture in captures) <= 5
    assert attempts == len(server.log)
    assert early == 0
    assert all(capture.reason for capture in captures)
