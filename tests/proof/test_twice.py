"""Two runs of one command at the same time: one writes, the other says so and leaves, and nothing is fetched twice."""

from __future__ import annotations

from collections import Counter

from tests.proof.forty import Sources, until


def test_of_two_runs_at_once_one_wins_and_nothing_is_fetched_twice(sources: Sources) -> None:
    runs = [sources.start(), sources.start()]
    said = [run.communicate(timeout=120)[1].decode() for run in runs]
    codes = [run.returncode for run in runs]
    assert sorted(codes) == [0, 1], said
    assert [line.count("\n") for line, code in zip(said, codes, strict=True) if code == 1] == [1]
    assert len(sources.finished()) == 1
    assert not list(sources.snapshots.glob("*/*/*.open"))
    assert set(Counter(sources.asked()).values()) == {1}
    assert sources.run("verify").returncode == 0


def test_an_interrupt_stops_soon_and_the_same_command_goes_on(sources: Sources) -> None:
    run = sources.start()
    until(lambda: len(sources.server.log) > 15)
    run.send_signal(2)
    said = run.communicate(timeout=15)[1].decode()
    assert (run.returncode, said.count("\n")) == (130, 1), said
    kept = {entry.url for entry in sources.acknowledged()}
    heard = len(sources.server.log)
    assert sources.run("article", str(sources.article)).returncode == 0
    assert not kept & set(sources.asked(heard))
    assert sources.run("verify").returncode == 0
