"""A run without waiting and without a wire: a loop whose time jumps to the next timer, and a transport that plays a script.

The transport keeps the fetcher's own contract (`Transport`), so that a day of Retry-After takes a millisecond. What the wire does is tested
against a real server.
"""

from __future__ import annotations

import asyncio
import selectors
from array import array
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx

from archiver.citation.platform import Answer, Reading, State
from archiver.config import Network, PerHost
from archiver.fetch.clock import Clock
from archiver.fetch.exchange import Exchange
from archiver.fetch.verdict import status_state

T = TypeVar("T")
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class _Jumping(selectors.DefaultSelector):
    """Waits no time at all: what would have been waited is added to `jumped`."""

    jumped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0 if timeout is not None else None)
        if not events and timeout:
            self.jumped += timeout
        return events


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.selector = _Jumping()
        super().__init__(self.selector)

    def time(self) -> float:
        return self.selector.jumped

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ARG002 - asyncio's signature
        """Wait for the threads as long as they take: simulated seconds (Python 3.12 gives them 300) are over at once."""
        await super().shutdown_default_executor()


class SimulatedClock(Clock):
    """The running loop's time, as seconds and as a time of day that begins at START."""

    def seconds(self) -> float:
        return asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds())


def simulate(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end in simulated time."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


@dataclass(frozen=True, slots=True)
class Say:
    """One scripted answer: a status with its headers and body, or the network's failure, or both where it breaks off."""

    status: int | None = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    error: State | None = None
    truncated: str | None = None
    seconds: float = 0.0


def exchange(url: str, said: Say, started: datetime = START) -> Exchange:
    """Return the exchange that a transport would make of an answer."""
    made = Exchange(url, "GET", started, status=said.status, headers=said.headers, error=said.error, truncated=said.truncated)
    made.wire.append(said.body)
    made.segments = array("Q", [0, len(said.body)])
    return made


@dataclass(slots=True)
class Script:
    """A transport that answers each URL with the next of its lines, the last one for ever; `sent` is what was asked, and when."""

    lines: Mapping[str, Say | list[Say] | Callable[[httpx.Request], Say]]
    clock: Clock = field(default_factory=SimulatedClock)
    sent: list[tuple[float, httpx.Request]] = field(default_factory=list)
    under_way: int = 0
    most: int = 0
    closed: bool = False

    async def exchange(self, request: httpx.Request) -> Exchange:
        self.sent.append((self.clock.seconds(), request))
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        said = self._said(request)
        await asyncio.sleep(said.seconds)
        self.under_way -= 1
        return exchange(request.extensions["url"], said, self.clock.now())

    async def aclose(self) -> None:
        self.closed = True

    def urls(self) -> list[str]:
        return [request.extensions["url"] for _, request in self.sent]

    def times(self, url: str) -> list[float]:
        return [at for at, request in self.sent if request.extensions["url"] == url]

    def _said(self, request: httpx.Request) -> Say:
        url = request.extensions["url"]
        line = self.lines.get(url, Say(404))
        if callable(line):
            return line(request)
        if isinstance(line, Say):
            return line
        return line[min(len(self.times(url)), len(line)) - 1]


def network(**changes: Any) -> Network:
    """Return a configuration without pace, robots or patience of a real run, and with what a test changes."""
    values: dict[str, Any] = {"per_host": PerHost(connections=4, interval=0.0), "robots": "ignore"}
    return Network(**(values | changes))


def read(answer: Answer) -> Reading:
    """Read an answer by its status, as the plainest platform would."""
    return Reading(status_state(answer.status), f"status {answer.status}")
