"""Retry: which failures are tried again, when, and when not any more. One table, a reason a line.

Two horizons. *Now*: within the run, through tenacity, with growing and jittered waits. *Later*: in a run to come, at a time that the
catalog keeps. A `Retry-After` (RFC 9110 §10.2.3: seconds or HTTP-date) is a floor under both; one that is longer than the run's patience
ends the attempts of this run at once. What is final is never asked again: a 404 does not become a page by being asked five times.

The jitter spreads the half of each wait ("equal jitter"): enough that URLs which failed together do not come back together, and never
sooner than half the schedule.
"""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar

import tenacity

from archiver.citation.platform import State
from archiver.config import Network
from archiver.fetch.capture import Capture
from archiver.fetch.clock import Clock
from archiver.fetch.exchange import Exchange

FIRST_WAIT = 1.0  # seconds, doubled at each attempt
LONGEST_WAIT = 60.0
FIRST_LATER = 300.0  # seconds until the first next attempt in another run
LONGEST_LATER = 86400.0
FARTHEST = 366 * 86400.0  # a Retry-After beyond a year is read as a year
EPOCH = 10**9  # a reset above this is a time of day in Unix seconds, below it a number of seconds

ALL = 1 << 30  # as many attempts as the configuration allows


@dataclass(frozen=True, slots=True)
class Policy:
    """How often a failure class is tried in one run, and whether a later run tries it again."""

    now: int
    later: bool
    why: str


FINAL = Policy(1, False, "the answer is final")
# Status first: where the number says more than the state that it is a case of.
POLICIES: Mapping[State | int, Policy] = {
    408: Policy(ALL, True, "the server gave up waiting for the request; a new connection may be quicker"),
    425: Policy(ALL, True, "too early: the server asks for a repeat"),
    501: Policy(1, False, "not implemented is not a passing state"),
    505: Policy(1, False, "the HTTP version will not be another one next time"),
    State.SERVER_ERROR: Policy(ALL, True, "the server failed, which it may not do next time"),
    State.RATE_LIMITED: Policy(ALL, True, "asked too often; the host is given the time that it asked for"),
    State.CONNECT_ERROR: Policy(ALL, True, "nobody answered at the address; hosts restart"),
    State.TIMEOUT: Policy(ALL, True, "stalled; another connection may not"),
    State.DISCONNECTED: Policy(ALL, True, "the connection broke; another may hold"),
    State.DNS_ERROR: Policy(2, True, "resolvers fail in passing, but a dead name answers the same every time"),
    State.UNREADABLE: Policy(2, True, "a malformed answer is seldom an accident: once more, then later"),
    State.BOT_CHALLENGE: Policy(1, True, "asking again at once confirms the suspicion"),
    State.TLS_ERROR: Policy(1, False, "a certificate does not change by asking again"),
    State.REDIRECT_LOOP: Policy(1, False, "a loop is how the site is built"),
    State.REFUSED_ADDRESS: Policy(1, False, "the guard's decision"),
    State.REFUSED_SCHEME: Policy(1, False, "not a web address"),
    State.REFUSED_ROBOTS: Policy(1, False, "the site's wish, and the configuration says to obey it"),
}


@dataclass(frozen=True, slots=True)
class NextAttempt:
    """When another run tries again; None where it does not, and why in either case."""

    when: datetime | None
    why: str


def policy(state: State, status: int | None = None) -> Policy:
    """Return what is done about a state; `status` where an answer came."""
    return POLICIES.get(status or 0) or POLICIES.get(state, FINAL)


def retry_after(exchange: Exchange, now: datetime) -> float | None:
    """Return in how many seconds the server wants to be asked again, or None where it says nothing readable.

    `Retry-After` first. Else, of the rate limit's own headers (RateLimit-Reset and `RateLimit: …;t=` of the IETF drafts, x-rate-limit-reset
    of X), which say seconds or a time of day in Unix seconds. A date is measured against the server's own `Date`: its clock, not ours.
    """
    written = (exchange.header("Retry-After") or "").strip()
    if written:
        return _delay(written, exchange, now)
    if exchange.status not in {420, 429, 503}:
        return None
    for name in ("RateLimit-Reset", "X-Rate-Limit-Reset", "X-RateLimit-Reset"):
        written = (exchange.header(name) or "").strip()
        if re.fullmatch(r"[0-9]{1,12}", written):
            number = float(written)
            return _bounded(number - now.timestamp() if number > EPOCH else number)
    matched = re.search(r";\s*t=([0-9]{1,9})\b", exchange.header("RateLimit") or "")
    return _bounded(float(matched[1])) if matched else None


def _delay(written: str, exchange: Exchange, now: datetime) -> float | None:
    if re.fullmatch(r"[0-9]+", written):
        return _bounded(float(written[:15]))
    when = _http_date(written)
    if when is None:
        return None
    return _bounded((when - (_http_date(exchange.header("Date") or "") or now)).total_seconds())


def _http_date(written: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(written)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), FARTHEST)


class Tried(Protocol):
    """What one attempt came to, as far as another one depends on it."""

    state: State
    status: int | None
    after: float | None  # seconds that the server asked for
    queued: float  # seconds spent in the hosts' queues, which are no fault of this target


Kind = TypeVar("Kind", bound=Tried)


@dataclass(slots=True)
class Retry:
    """Try until it works, is final, or the run's attempts, time or patience are used up.

    `budget` is the seconds that all attempts at one target may take, with the waits between them but not the time in the hosts' queues;
    `patience` is the longest Retry-After that is waited for.
    """

    network: Network
    clock: Clock = field(default_factory=Clock)
    random: random.Random = field(default_factory=random.Random)
    patience: float = 120.0
    budget: float = 360.0

    async def persist(self, once: Callable[[float, str | None], Awaitable[Kind]], attempts: int = ALL) -> list[Kind]:
        """Call `once(waited, why)` until there is no point in another attempt; return what each came to, in order.

        `attempts` may be fewer than the configuration allows, never more.
        """
        tried: list[Kind] = []
        started = ended = self.clock.seconds()

        def wait(state: tenacity.RetryCallState) -> float:
            return self._wait(tried[-1], state.attempt_number)

        def stop(state: tenacity.RetryCallState) -> bool:
            last = tried[-1]
            spent = self.clock.seconds() - started - sum(one.queued for one in tried) + state.upcoming_sleep
            limit = min(attempts, self.network.attempts, policy(last.state, last.status).now)
            return len(tried) >= limit or spent > self.budget or (last.after or 0.0) > self.patience

        async def attempt() -> None:
            before = self.clock.seconds()
            why = _why(tried[-1]) if tried else None
            tried.append(await once(before - ended, why))

        async def sleep(seconds: float) -> None:
            nonlocal ended
            ended = self.clock.seconds()
            await self.clock.sleep(seconds)

        made = False

        async def further() -> None:
            nonlocal made
            if made:
                await attempt()
            made = True

        # Nearly every target is settled by its first attempt, and asking tenacity about that one costs more than the rest of the policy.
        await attempt()
        if policy(tried[-1].state, tried[-1].status).now <= 1:
            return tried
        # Captures are results, never exceptions. What is raised (cancellation, a full disk) tenacity would take for a failed attempt: it
        # asks `retry` about every BaseException, and "yes" would swallow a cancellation.
        await tenacity.AsyncRetrying(
            sleep=sleep,
            wait=wait,
            stop=stop,
            retry=lambda state: not (state.outcome and state.outcome.failed) and policy(tried[-1].state, tried[-1].status).now > 1,
            retry_error_callback=lambda _: None,
        )(further)
        return tried

    def _wait(self, last: Tried, attempt: int) -> float:
        scheduled = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (attempt - 1))
        jittered = scheduled * self.random.uniform(0.5, 1.0)
        return max(jittered, last.after + jittered / 10) if last.after is not None else jittered


def _why(last: Tried) -> str:
    failure = str(last.status) if last.status is not None and last.status >= 400 else last.state.value
    return f"Retry-After after {failure}" if last.after is not None else f"back-off after {failure}"


def next_attempt(capture: Capture, network: Network, now: datetime, first_tried: datetime) -> NextAttempt:
    """Return when a capture that failed is tried again in another run, and why, or why not.

    The wait is twice the time that passed since `first_tried`: five minutes, then each time three times as far from the beginning, at most
    a day; jittered by a fifth; never before the server's Retry-After; given up `retry_within` after the first try, with one last try then.
    """
    exchange = capture.exchange
    decided = policy(capture.state, exchange.status if exchange else None)
    if not decided.later:
        return NextAttempt(None, decided.why)
    passed = max(0.0, (now - first_tried).total_seconds())
    limit = first_tried + timedelta(seconds=network.retry_within)
    wait = min(max(2 * passed, FIRST_LATER), LONGEST_LATER) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, hides nothing
    when = min(now + timedelta(seconds=wait), limit)
    if capture.retry_after is not None:
        when = max(when, capture.retry_after)
    if when > limit or when <= now:
        return NextAttempt(None, f"given up: first tried {first_tried:%Y-%m-%d %H:%M} UTC, and {decided.why}")
    return NextAttempt(when, decided.why)
