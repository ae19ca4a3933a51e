"""Retry: what is tried again, how often, how far apart; and when another run takes over."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.citation.platform import State, Target
from archiver.config import Network
from archiver.fetch.capture import Attempt, Capture
from archiver.fetch.retry import POLICIES, Retry, Tries, next_attempt, policy
from archiver.fetch.retry_after import FARTHEST, retry_after
from archiver.fetch.verdict import OUTCOMES
from tests.fetch.simulated import START, Say, SimulatedClock, exchange, network, simulate


@dataclass(frozen=True, slots=True)
class Came:
    state: State
    status: int | None = None
    after: float | None = None
    queued: float = 0.0


def persist(*came: Came, seconds: float = 0.0, **options: float) -> list[tuple[float, float, str | None]]:
    """Retry over scripted results, the last one for ever; return when each attempt started, what it had waited, and why."""
    started: list[tuple[float, float, str | None]] = []
    clock = SimulatedClock()

    async def once(waited: float, why: str | None) -> Came:
        started.append((clock.seconds(), waited, why))
        await clock.sleep(seconds)
        return came[min(len(started), len(came)) - 1]

    limits = network(attempts=int(options.pop("attempts", 5)))
    simulate(Retry(limits, clock, random.Random(1), **options).persist(once))  # type: ignore[arg-type]
    return started


@pytest.mark.parametrize(
    ("came", "attempts"),
    [
        (Came(State.OK, 200), 1),
        (Came(State.CONNECT_ERROR), 5),
        (Came(State.TIMEOUT), 5),
        (Came(State.DISCONNECTED, 200), 5),
        (Came(State.DNS_ERROR), 2),
        (Came(State.UNREADABLE), 2),
        (Came(State.SERVER_ERROR, 500), 5),
        (Came(State.SERVER_ERROR, 502), 5),
        (Came(State.SERVER_ERROR, 503), 5),
        (Came(State.SERVER_ERROR, 501), 1),
        (Came(State.SERVER_ERROR, 505), 1),
        (Came(State.CLIENT_ERROR, 408), 5),
        (Came(State.CLIENT_ERROR, 425), 5),
        (Came(State.RATE_LIMITED, 429), 5),
        (Came(State.CLIENT_ERROR, 400), 1),
        (Came(State.NOT_FOUND, 404), 1),
        (Came(State.GONE, 410), 1),
        (Came(State.FORBIDDEN, 403), 1),
        (Came(State.DELETED, 404), 1),
        (Came(State.LOGIN_WALL, 200), 1),
        (Came(State.BOT_CHALLENGE, 503), 1),
        (Came(State.TLS_ERROR), 1),
        (Came(State.REDIRECT_LOOP, 302), 1),
        (Came(State.REFUSED_ADDRESS), 1),
        (Came(State.REFUSED_SCHEME), 1),
        (Came(State.REFUSED_ROBOTS), 1),
    ],
)
def test_attempts_by_failure_class(came: Came, attempts: int):
    assert len(persist(came)) == attempts


def test_only_what_failed_is_ever_tried_again():
    for state in State:
        assert not policy(state).later or OUTCOMES[state] == "failed", state


def test_it_stops_at_the_first_answer_that_is_final():
    assert len(persist(Came(State.TIMEOUT), Came(State.SERVER_ERROR, 500), Came(State.NOT_FOUND, 404))) == 3


def test_waits_grow_are_jittered_and_say_why():
    started = persist(Came(State.SERVER_ERROR, 502), attempts=7, budget=1e6)
    waits = [waited for _, waited, _ in started]
    assert waits[0] == 0
    for n, waited in enumerate(waits[1:]):
        assert 0.5 * 2**n <= waited <= 2**n
    assert len({waited / 2**n for n, waited in enumerate(waits[1:])}) > 1
    assert [why for *_, why in started] == [None] + ["back-off after 502"] * 6
    assert [later - earlier for (earlier, *_), (later, *_) in pairwise(started)] == pytest.approx(waits[1:])


def test_nothing_is_sent_before_retry_after():
    started = persist(Came(State.RATE_LIMITED, 429, after=45.0), Came(State.OK, 200))
    assert len(started) == 2
    assert 45.0 < started[1][0] <= 46.0
    assert started[1][2] == "Retry-After after 429"


def test_a_retry_after_beyond_the_patience_of_the_run_ends_its_attempts():
    assert len(persist(Came(State.RATE_LIMITED, 429, after=121.0), patience=120.0)) == 1
    assert len(persist(Came(State.RATE_LIMITED, 429, after=119.0), patience=120.0, budget=1e6)) == 5


def test_all_attempts_together_keep_to_the_budget():
    started = persist(Came(State.TIMEOUT), seconds=120.0, budget=360.0)
    assert len(started) == 3
    assert len(persist(Came(State.TIMEOUT, queued=119.0), seconds=120.0, budget=360.0)) == 5


# What servers say.


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": "120"}, 120),
        (503, {"retry-after": " 7 "}, 7),
        (429, {"Retry-After": "0"}, 0),
        (429, {"Retry-After": format_datetime(START + timedelta(seconds=90), usegmt=True)}, 90),
        (429, {"Retry-After": format_datetime(START - timedelta(days=1), usegmt=True)}, 0),
        # The server's clock is an hour slow: its own Date tells.
        (
            429,
            {
                "Retry-After": format_datetime(START - timedelta(minutes=59), usegmt=True),
                "Date": format_datetime(START - timedelta(hours=1), usegmt=True),
            },
            60,
        ),
        (429, {"Retry-After": "Monday, 23-Nov-26 12:00:30 GMT"}, 30),
        (429, {"Retry-After": "Mon Nov 23 12:00:30 2026"}, 30),
        (429, {"Retry-After": "-5"}, None),
        (429, {"Retry-After": "soon"}, None),
        (429, {"Retry-After": "٣٠"}, None),
        (429, {"Retry-After": "9" * 400}, FARTHEST),
        (429, {"RateLimit-Reset": "40"}, 40),
        (429, {"x-rate-limit-reset": str(int(START.timestamp()) + 900)}, 900),
        (429, {"RateLimit": '"default";r=0;t=33'}, 33),
        (429, {"x-ratelimit-reset": "33.5"}, 33.5),
        (429, {"X-RateLimit-Reset": "2026-11-23T12:05:00.000000Z"}, 300),
        (429, {"X-RateLimit-Reset": "2026-11-23T14:05:00+02:00"}, 300),
        (429, {"X-RateLimit-Reset": "2026-11-31T12:05:00Z"}, None),
        (429, {"x-ratelimit-reset": str(int(START.timestamp()) * 1000 + 250_000)}, 250),
        (429, {"X-RateLimit-Reset-After": "8.25"}, 8.25),
        (404, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "60"}, 60),
        (403, {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "60"}, 60),
        (403, {"x-ratelimit-remaining": "7", "x-ratelimit-reset": "60"}, None),
        (200, {"RateLimit-Remaining": "0", "RateLimit-Reset": "40"}, None),
        (200, {"RateLimit-Reset": "40"}, None),
        (404, {"x-rate-limit-reset": str(int(START.timestamp()) + 900)}, None),
        (429, {}, None),
    ],
)
def test_when_a_server_wants_to_be_asked_again(status: int, headers: dict[str, str], seconds: float | None):
    said = exchange("https://a.test/", Say(status, headers=tuple(headers.items())))
    assert retry_after(said, START) == seconds


@settings(max_examples=300)
@given(value=st.one_of(st.text(max_size=60), st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,6} [0-9:]{1,10} GMT")))
def test_whatever_stands_there_is_read_or_passed_over(value: str):
    for name in ("Retry-After", "RateLimit-Reset", "RateLimit", "Date"):
        said = exchange("https://a.test/", Say(429, headers=((name, value), ("Retry-After", "Mon, 23 Nov 2026 12:00:30 GMT"))))
        seconds = retry_after(said, START)
        assert seconds is None or 0 <= seconds <= FARTHEST


# Another run.


def failed(state: State, status: int | None = None, retry_at: datetime | None = None) -> Capture:
    hops = (exchange("https://a.test/", Say(status)),) if status else ()
    attempts = (Attempt(START, 0.0, None, hops, None if status else str(state)),)
    return Capture(Target("https://a.test/"), START, START, attempts, state, "", retry_after=retry_at)


def schedule(state: State, within: float) -> tuple[list[float], str]:
    """Try again whenever it is due; return the waits between the runs, in seconds, and why it ended."""
    now, runs, waits = START, 1, []
    while (following := next_attempt(failed(state), Network(retry_within=within), now, Tries(runs, START))).when:
        waits.append((following.when - now).total_seconds())
        assert waits[-1] > 0
        now, runs = following.when, runs + 1
    assert now == START + timedelta(seconds=within), "the last try is at the very end"
    return waits, following.why


def test_next_attempts_grow_from_minutes_to_a_day_and_end():
    waits, why = schedule(State.TIMEOUT, 14 * 86400)
    for n, wait in enumerate(waits[:-1]):
        assert 0.8 * min(300 * 3**n, 86400) <= wait <= 1.2 * min(300 * 3**n, 86400)
    assert len({round(wait / min(300 * 3**n, 86400), 4) for n, wait in enumerate(waits)}) > 5
    assert "given up: tried by" in why
    assert 15 < len(waits) < 25


@pytest.mark.parametrize("state", [one for one, policy in POLICIES.items() if isinstance(one, State) and policy.later is not None])
def test_every_class_that_is_tried_later_ends(state: State):
    first = policy(state).later
    assert first is not None
    waits, _ = schedule(state, 7 * 86400)
    assert 0.8 * first <= waits[0] <= 1.2 * first
    assert len(waits) < 16


def test_a_schedule_that_stood_still_goes_on_where_it_was():
    later = START + timedelta(hours=9)
    following = next_attempt(failed(State.TIMEOUT), Network(), later, Tries(2, START))
    assert following.when is not None
    assert 0.8 * 900 <= (following.when - later).total_seconds() <= 1.2 * 900


def test_next_attempt_is_never_before_retry_after():
    at = START + timedelta(hours=5)
    for _ in range(50):
        following = next_attempt(failed(State.RATE_LIMITED, 429, at), Network(), START, Tries(1, START))
        assert following.when is not None
        assert at <= following.when <= at + timedelta(minutes=30)
    late = next_attempt(failed(State.RATE_LIMITED, 429, START + timedelta(days=3)), Network(), START, Tries(1, START))
    assert late.when is None
    assert "left alone until 2026-11-26" in late.why


@pytest.mark.parametrize(
    ("state", "status"),
    [(State.NOT_FOUND, 404), (State.REDIRECT_LOOP, 302), (State.REFUSED_ADDRESS, None), (State.SERVER_ERROR, 501), (State.LOGIN_WALL, 200)],
)
def test_what_is_final_has_no_next_attempt_and_says_why(state: State, status: int | None):
    following = next_attempt(failed(state, status), Network(), START, Tries(1, START))
    assert following.when is None
    assert following.why
