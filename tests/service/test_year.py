"""A year by a clock that is set: what is planned is noticed at the first look, nothing else is, nobody is told twice; kills change nothing."""

from __future__ import annotations

import json
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from archiver.record.catalog.agenda import Agenda
from archiver.service.demo.server import LoopbackServer, Request, page, running
from tests.service.played import SetClock, store_bytes
from tests.service.year import Year, end_state, judge, live


def lived(year: Year, store: Path) -> dict[str, Any]:
    """Live a year, tell a webhook of it, and return what came of it."""
    told: list[str] = []

    def hear(request: Request) -> bytes:
        told.extend(event["event"] for event in json.loads(request.body)["events"])
        return page(b"", "204 No Content")

    receiver = LoopbackServer({("*", "/hook"): hear})
    clock = SetClock()
    web = year.web(clock)
    with running(receiver):
        passes = list(live(year, store, clock, web, receiver.url("/hook")))
    with Agenda(store) as agenda:
        events = agenda.events()
    quiet = {fate.url for fate in year.fates.values() if fate.change is None}
    asked = sum(url in quiet for _, url, _, _ in web.asked)
    return {
        "judged": judge(year, web, events),
        "events": [one.key for one in events],
        "told": told,
        "passes": len(passes),
        "snapshots": sum(len(one.snapshots) for one in passes),
        "problems": [problem for one in passes for problem in one.problems],
        "requests of an unchanged source and month": asked / len(quiet) / (year.days / 30.4),
        "asked with conditions": Counter((status, conditional) for _, url, conditional, status in web.asked if url in quiet),
        "catalog bytes": (store / "catalog.sqlite").stat().st_size,
        "archive bytes": store_bytes(store),
        "resident KiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "open files": sum(1 for _ in Path("/proc/self/fd").iterdir()),
    }


def hold(found: dict[str, Any]) -> None:
    judged = found["judged"]
    assert (judged.missed, judged.late, judged.false, judged.doubled) == ([], [], [], [])
    assert judged.noticed == judged.planned > 0
    assert found["problems"] == []
    assert sorted(found["told"]) == sorted(found["events"])  # each event once, to everybody


def test_a_year_on_a_small_web(tmp_path: Path) -> None:
    files = sum(1 for _ in Path("/proc/self/fd").iterdir())
    year = Year(articles=4, sources=7, seed=3)
    found = lived(year, tmp_path)
    hold(found)
    assert {fate.change for fate in year.fates.values()} >= {None, "edited", "deleted", "dead", "back", "moved", "limited"}
    assert found["requests of an unchanged source and month"] < 1.0
    assert found["open files"] <= files


@pytest.mark.proof
@pytest.mark.parametrize(("articles", "sources"), [(100, 12), (500, 12)])
def test_a_year_on_a_large_web(tmp_path: Path, articles: int, sources: int) -> None:
    found = lived(Year(articles, sources), tmp_path)
    print({name: value for name, value in found.items() if name not in ("told", "events", "judged")})
    print(found["judged"].planned, found["judged"].noticed, found["judged"].unseen)
    hold(found)


# --------------------------------------------------------------------- kills


def killed(folder: Path, kills: int, articles: int, sources: int, days: int) -> tuple[int, list[str]]:
    """Live a year in a process that is killed again and again; return how often it was, and which events were told, in order."""
    told: list[str] = []

    def hear(request: Request) -> bytes:
        if request.headers["archiver-delivery"] not in deliveries:
            deliveries.add(request.headers["archiver-delivery"])
            told.extend(event["event"] for event in json.loads(request.body)["events"])
        return page(b"", "204 No Content")

    deliveries: set[str] = set()
    chance, done = random.Random(kills), 0
    receiver = LoopbackServer({("*", "/hook"): hear})
    with running(receiver):
        command = [sys.executable, "-m", "tests.service.year", str(folder), str(articles), str(sources), str(days), receiver.url("/hook")]
        while not (folder / "done").exists():
            process = subprocess.Popen(command)
            if done < kills:
                _let_run(process, folder, chance)
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)
                    done += 1
            assert process.wait(timeout=3600) in (0, -signal.SIGKILL)
    return done, told


def _let_run(process: subprocess.Popen[bytes], folder: Path, chance: random.Random) -> None:
    """Wait until the process has asked for something, and then for a random while: not all kills shall fall into its start."""
    asked = folder / "asked"
    before = asked.stat().st_size if asked.exists() else 0
    end = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < end and not (asked.exists() and asked.stat().st_size > before):
        time.sleep(0.005)
    time.sleep(chance.expovariate(4.0))


def same_with_kills(folder: Path, kills: int, articles: int, sources: int, days: int) -> None:
    whole, broken = folder / "whole", folder / "broken"
    whole.mkdir()
    broken.mkdir()
    year = Year(articles, sources, days=days)
    clock = SetClock()
    for _ in live(year, whole / "store", clock, year.web(clock)):
        pass
    done, told = killed(broken, kills, articles, sources, days)
    assert done == kills, f"the year was over after {done} kills"
    assert end_state(broken / "store") == end_state(whole / "store")
    assert set(Counter(told).values()) <= {1}
    with Agenda(broken / "store") as agenda:
        assert sorted(told) == sorted(one.key for one in agenda.events())
    assert not list((broken / "store").glob("*/*/*.open"))


def test_a_year_with_kills_comes_to_the_same(tmp_path: Path) -> None:
    same_with_kills(tmp_path, 5, articles=2, sources=5, days=60)


@pytest.mark.proof
def test_a_hundred_kills_come_to_the_same(tmp_path: Path) -> None:
    same_with_kills(tmp_path, 100, articles=20, sources=8, days=365)
