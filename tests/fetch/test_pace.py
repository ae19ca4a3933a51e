"""Pace, in simulated time: what a host bears, whoever asks it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.citation.platform import State
from archiver.config import PerHost
from archiver.fetch.pace import LEAST_PENALTY, PENALTY_LIMIT, REST, STRIKES, HostShut, HostState, Pace, Turn
from tests.fetch.simulated import SimulatedClock, network, simulate


def paced(interval: float = 0.0, connections: int = 4, concurrency: int = 16, **options: float) -> Pace:
    limits = network(per_host=PerHost(connections, interval), concurrency=concurrency)
    return Pace(limits, SimulatedClock(), **options)  # type: ignore[arg-type]


async def visit(pace: Pace, host: str, seconds: float = 0.0) -> Turn:
    turn = await pace.enter(host)
    try:
        await asyncio.sleep(seconds)
        return turn
    finally:
        pace.leave(turn)


def test_starts_at_one_host_are_an_interval_apart_in_order_of_arrival():
    async def work() -> list[Turn]:
        pace = paced(interval=1.5)
        return await asyncio.gather(*(visit(pace, "a.test") for _ in range(8)))

    turns = simulate(work())
    assert [turn.started for turn in turns] == pytest.approx([1.5 * n for n in range(8)])
    assert [turn.waited for turn in turns] == pytest.approx([1.5 * n for n in range(8)])
    assert turns[0].why is None
    assert {turn.why for turn in turns[1:]} == {"pace of a.test"}


def test_a_slow_host_holds_up_nobody_else():
    async def work() -> list[Turn]:
        pace = paced(interval=60.0, connections=2, concurrency=3)
        slow = [asyncio.create_task(visit(pace, "slow.test", 10.0)) for _ in range(20)]
        await asyncio.sleep(0)
        quick = await asyncio.gather(*(visit(pace, f"{n}.test") for n in range(20)))
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return quick

    assert all(turn.waited == 0 for turn in simulate(work()))


def test_connections_to_one_host_and_to_all_are_limited():
    async def work(hosts: int, **limits: int) -> int:
        pace = paced(**limits)
        inside = most = 0

        async def one(host: str) -> None:
            nonlocal inside, most
            turn = await pace.enter(host)
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(1)
            inside -= 1
            pace.leave(turn)

        await asyncio.gather(*(one(f"{n % hosts}.test") for n in range(40)))
        return most

    assert simulate(work(1, connections=3)) == 3
    assert simulate(work(10, connections=3, concurrency=5)) == 5


def test_retry_after_shuts_the_host_for_everybody_who_asks_it():
    async def work() -> list[Turn]:
        pace = paced()
        turn = await pace.enter("a.test")
        waiting = [asyncio.create_task(visit(pace, "a.test")) for _ in range(6)]
        pace.complained(turn, 30.0, State.RATE_LIMITED)
        pace.leave(turn)
        other = await visit(pace, "b.test")
        return [other, *await asyncio.gather(*waiting)]

    other, *turns = simulate(work())
    assert other.started == 0
    assert all(turn.started >= 30.0 for turn in turns)
    assert turns[0].why == "Retry-After of a.test"


def test_a_complaint_that_comes_during_a_wait_lengthens_the_wait():
    async def work() -> float:
        pace = paced(interval=5.0)
        first = await pace.enter("a.test")
        second = asyncio.create_task(visit(pace, "a.test"))
        await asyncio.sleep(4)
        pace.complained(first, 40.0, State.RATE_LIMITED)
        pace.leave(first)
        return (await second).started

    assert simulate(work()) == pytest.approx(44.0)


def test_who_would_have_to_wait_too_long_is_told_at_once():
    async def work() -> tuple[float, HostShut]:
        pace = paced(patience=120.0)
        pace_turn = await pace.enter("a.test")
        pace.complained(pace_turn, 3600.0, State.RATE_LIMITED)
        pace.leave(pace_turn)
        with pytest.raises(HostShut) as raised:
            await pace.enter("a.test")
        return asyncio.get_running_loop().time(), raised.value

    at, shut = simulate(work())
    assert at == 0
    assert shut.seconds == pytest.approx(3600.0)
    assert shut.state is State.RATE_LIMITED


def test_the_interval_grows_with_complaints_and_shrinks_with_good_answers():
    async def work() -> tuple[list[float], list[float]]:
        pace = paced()

        async def gap(*, good: bool) -> float:
            turn = await pace.enter("a.test")
            if good:
                pace.answered(turn)
            else:
                pace.complained(turn, None, State.SERVER_ERROR)
            pace.leave(turn)
            return turn.waited

        return [await gap(good=False) for _ in range(15)], [await gap(good=True) for _ in range(20)]

    worse, better = simulate(work())
    assert worse[0] == 0
    assert worse[1] == pytest.approx(LEAST_PENALTY)
    assert worse == sorted(worse)
    assert worse[-1] == PENALTY_LIMIT
    assert better[1:] == sorted(better[1:], reverse=True)
    assert better[-1] == 0


def test_complaints_about_requests_already_under_way_are_one():
    async def work() -> float:
        pace = paced(connections=10)
        turns = [await pace.enter("a.test") for _ in range(10)]
        await asyncio.sleep(1)
        for turn in turns:
            pace.complained(turn, None, State.RATE_LIMITED)
            pace.leave(turn)
        await asyncio.sleep(0)
        return (await visit(pace, "a.test")).waited

    assert simulate(work()) <= LEAST_PENALTY


def test_a_host_that_keeps_failing_is_left_alone():
    async def work() -> tuple[int, HostShut]:
        pace = paced()
        for sent in range(100):
            try:
                turn = await pace.enter("dead.test")
            except HostShut as shut:
                return sent, shut
            pace.failed(turn, State.CONNECT_ERROR)
            pace.leave(turn)
        pytest.fail("a hundred requests to a dead host")

    sent, shut = simulate(work())
    assert sent == STRIKES
    assert shut.seconds == pytest.approx(REST)
    assert shut.state is State.CONNECT_ERROR


def test_one_good_answer_clears_the_strikes():
    async def work() -> None:
        pace = paced()
        for n in range(STRIKES * 3):
            turn = await pace.enter("flaky.test")
            if n % STRIKES == STRIKES - 1:
                pace.answered(turn)
            else:
                pace.failed(turn, State.TIMEOUT)
            pace.leave(turn)

    simulate(work())


def test_a_host_with_an_interval_of_its_own_keeps_it():
    async def work() -> list[float]:
        pace = Pace(network(), SimulatedClock(), {"web.archive.org": 2.6})
        return [(await visit(pace, host)).started for host in ("web.archive.org", "web.archive.org", "a.test", "a.test")]

    assert simulate(work()) == pytest.approx([0, 2.6, 2.6, 2.6])


@settings(max_examples=60)
@given(
    callers=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 5), st.one_of(st.none(), st.floats(0, 10))), min_size=1, max_size=25),
    interval=st.sampled_from([0.0, 0.7]),
)
def test_cancelled_callers_leave_nothing_behind(callers: list[tuple[int, float, float | None]], interval: float):
    """Whoever is cancelled, wherever in the queue: the limits hold, the others get their turn, and all slots are free at the end."""

    async def work() -> None:
        pace = paced(interval, connections=2, concurrency=3)
        inside: dict[str, int] = {}
        starts: dict[str, list[float]] = {}

        async def one(host: str, seconds: float) -> None:
            turn = await pace.enter(host)
            inside[host] = inside.get(host, 0) + 1
            starts.setdefault(host, []).append(turn.started)
            assert inside[host] <= 2
            assert sum(inside.values()) <= 3
            try:
                await asyncio.sleep(seconds)
            finally:
                inside[host] -= 1
                pace.leave(turn)

        tasks = []
        loop = asyncio.get_running_loop()
        for number, seconds, cancelled in callers:
            task = asyncio.create_task(one(f"{number}.test", seconds))
            tasks.append(task)
            if cancelled is not None:
                loop.call_later(cancelled, task.cancel)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(result is None or isinstance(result, asyncio.CancelledError) for result in results)
        for times in starts.values():
            assert all(later - earlier >= interval - 1e-9 for earlier, later in pairwise(times))
        for number in range(3):
            held = [await pace.enter(f"{number}.test") for _ in range(2)]
            for turn in held:
                pace.leave(turn)

    simulate(work())


def test_what_a_host_taught_is_taken_over_by_the_next_run():
    async def learn() -> tuple[list[HostState], list[HostState]]:
        told: list[HostState] = []
        pace = paced(interval=1.0)
        pace.learnt = told.append
        for name, after in (("a.test", 90.0), ("b.test", None)):
            turn = await visit(pace, name)
            pace.complained(turn, after, State.RATE_LIMITED)
        pace.answered(await visit(pace, "good.test"))
        return pace.remembered(), told

    remembered, told = simulate(learn())
    assert [(one.name, one.penalty, one.not_before is not None) for one in remembered] == [("a.test", 1.5, True), ("b.test", 1.5, False)]
    assert told == remembered

    async def go_on(hours: float) -> tuple[list[float], str | None]:
        pace, later = paced(interval=1.0), timedelta(hours=hours)
        pace.recall([replace(one, changed=one.changed - later, not_before=one.not_before and one.not_before - later) for one in remembered])
        turns = [await visit(pace, name) for name in ("a.test", "b.test", "b.test", "good.test")]
        return [round(turn.waited, 2) for turn in turns], turns[0].why

    assert simulate(go_on(0)) == ([90.0, 0.0, 2.5, 0.0], "Retry-After of a.test")
    assert simulate(go_on(1)) == ([0.0, 0.0, 1.75, 0.0], None)
    assert simulate(go_on(24)) == ([0.0, 0.0, 1.0, 0.0], None)


def test_a_host_that_was_left_alone_stays_so_in_the_next_run():
    async def work() -> None:
        pace = paced()
        for _ in range(STRIKES):
            pace.failed(await visit(pace, "dead.test"), State.CONNECT_ERROR)
        (state,) = pace.remembered()
        following = paced()
        following.recall([state])
        with pytest.raises(HostShut, match="failed 20 times") as shut:
            await visit(following, "dead.test")
        assert shut.value.state is State.CONNECT_ERROR
        assert REST <= shut.value.seconds <= REST + 0.01

    simulate(work())
