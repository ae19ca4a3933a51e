"""Retry: which failures are tried again, when, and when not any more. One table, a reason a line.

Two horizons. *Now*: within the run, through tenacity, with growing and jittered waits. *Later*: in a run to come, at a time that the
catalog keeps. A `Retry-After` (`fetch.retry_after`) is a floor under both; one that is longer than the run's patience ends the attempts of
this run at once. What is final is never asked again: a 404 does not become a page by being asked five times.

Later waits grow with the number of *runs* that tried, not with the time that passed: a schedule that was stopped for a day has not tried
for a day, and its first try after that is the second, not the ninth. The table's first wait is the time in which such a failure commonly
passes; each further one is three times as long, at most a day. It ends `retry_within` after the first try, with one last try then.

The jitter spreads the half of each wait now ("equal jitter") and a fifth of each wait later: enough that URLs which failed together do not
come back together, and never sooner than half the schedule. A time that the server named is only ever exceeded.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import tenacity

from archiver.citation.platform import State
from archiver.config import Network
from archiver.fetch.capture import Capture
from archiver.fetch.clock import Clock

FIRST_WAIT = 1.0  # seconds, doubled at each attempt
LONGEST_WAIT = 60.0
MINUTES, QUARTER, HOUR, HOURS = 300.0, 900.0, 3600.0, 21600.0  # until the first try of another run
GROWTH = 3.0
LONGEST_LATER = 86400.0
SPREAD = 0.1  # of the time that a server named, added to it at most
ALL = 1 << 30  # as many attempts as the configuration allows


@dataclass(frozen=True, slots=True)
class Policy:
    """How often a failure class is tried in one run, after how many seconds another run tries first (None: never), and why."""

    now: int
    later: float | None
    why: str


FINAL = Policy(1, None, "the answer is final")
# Status first: where the number says more than the state that it is a case of.
POLICIES: Mapping[State | int, Policy] = {
    408: Policy(ALL, MINUTES, "the server gave up waiting for the request; a new connection may be quicker"),
    425: Policy(ALL, MINUTES, "too early: the server asks for a repeat"),
    501: Policy(1, None, "not implemented is not a passing state"),
    505: Policy(1, None, "the HTTP version will not be another one next time"),
    State.SERVER_ERROR: Policy(ALL, MINUTES, "the server failed, which it may not do next time"),
    State.RATE_LIMITED: Policy(ALL, QUARTER, "asked too often; limits are commonly counted in quarters of an hour"),
    State.CONNECT_ERROR: Policy(ALL, MINUTES, "nobody answered at the address; hosts restart"),
    State.TIMEOUT: Policy(ALL, MINUTES, "stalled; another connection may not"),
    State.DISCONNECTED: Policy(ALL, MINUTES, "the connection broke; another may hold"),
    State.DNS_ERROR: Policy(2, HOUR, "resolvers fail in passing, and remember that a name is unknown for an hour or more (RFC 2308)"),
    State.UNREADABLE: Policy(2, HOUR, "a malformed answer is seldom an accident: once more, then when somebody may have mended it"),
    State.BOT_CHALLENGE: Policy(1, HOURS, "asking again soon confirms the suspicion; scores of addresses fade in hours"),
    State.TLS_ERROR: Policy(1, HOURS, "no handshake by asking again at once; operators mend it within a day"),
    State.REDIRECT_LOOP: Policy(1, None, "a loop is how the site is built"),
    State.REFUSED_ADDRESS: Policy(1, None, "the guard's decision"),
    State.REFUSED_SCHEME: Policy(1, None, "not a web address"),
    State.REFUSED_ROBOTS: Policy(1, None, "the site's wish, and the configuration says to obey it"),
    State.FAULT: Policy(1, HOURS, "a fault of this program, which another version may not have"),
}


@dataclass(frozen=True, slots=True)
class Tries:
    """How many runs have tried something that is still open, the present one among them, and when the first one wanted to.

    A run that found the host shut and sent nothing did not try: it does not lengthen the wait.
    """

    runs: int
    since: datetime

    @classmethod
    def counted(cls, before: Tries | None, failed: Sequence[Capture], now: datetime) -> Tries:
        """Return the count with a run that came to these captures; `before` is that of earlier runs."""
        began = min((one.started for one in failed), default=now)
        tried = any(one.attempts for one in failed)
        return cls((before.runs if before else 0) + tried, min(before.since, began) if before else began)


@dataclass(frozen=True, slots=True)
class NextAttempt:
    """When another run tries again; None where it does not, and why in either case."""

    when: datetime | None
    why: str


def policy(state: State, status: int | None = None) -> Policy:
    """Return what is done about a state; `status` where an answer came."""
    return POLICIES.get(status or 0) or POLICIES.get(state, FINAL)


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


def next_attempt(capture: Capture, network: Network, now: datetime, tries: Tries) -> NextAttempt:
    """Return when a capture that failed is tried again in another run, and why, or why not; see the header for the times."""
    exchange = capture.exchange
    decided = policy(capture.state, exchange.status if exchange else None)
    return planned(decided, network, now, tries, capture.retry_after, sent=bool(capture.attempts))


def planned(
    decided: Policy, network: Network, now: datetime, tries: Tries, asked: datetime | None = None, *, sent: bool = True
) -> NextAttempt:
    """Return when another run tries what a policy speaks of; `asked` is until when the server wants to be left alone."""
    if decided.later is None:
        return NextAttempt(None, decided.why)
    limit = tries.since + timedelta(seconds=network.retry_within)
    ended = f"given up: tried by {tries.runs} runs since {tries.since:%Y-%m-%d %H:%M} UTC"
    if now >= limit:
        return NextAttempt(None, f"{ended}, and {decided.why}")
    wait = min(decided.later * GROWTH ** min(max(tries.runs - 1, 0), 20), LONGEST_LATER) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load
    if asked is not None and not sent:
        wait = 0.0  # nothing was sent: it waits for the host, not for itself
    when = min(now + timedelta(seconds=wait), limit)
    if asked is not None and asked > limit:
        return NextAttempt(None, f"{ended}, and the server wants to be left alone until {asked:%Y-%m-%d %H:%M} UTC")
    if asked is not None and asked > now:
        when = max(when, asked + (asked - now) * random.uniform(0.0, SPREAD))  # noqa: S311
    return NextAttempt(when, decided.why)
