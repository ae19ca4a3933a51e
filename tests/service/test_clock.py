"""Clocks that are set, and runs that are started together: no slot twice, none missed, nothing captured twice."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from archiver.config import Source
from archiver.record.catalog.agenda import Agenda
from archiver.service.demo.server import LoopbackServer, page, running
from archiver.service.runs.run import Pass, run_once
from archiver.service.runs.slot import latest
from tests.service.played import START, PlayedWeb, Said, SetClock, Silent, article, config, feed

FEED = "https://paper.test/feed"
WATCHED = Source(feed=FEED, cron="0 * * * *")


def once(store: Path, web: PlayedWeb) -> Pass:
    return asyncio.run(run_once(store, config(WATCHED), Silent(), clock=web.clock, transport=web))


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1), timedelta(days=3650)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_clock_that_is_set_runs_no_slot_twice_and_misses_none(tmp_path: Path, jump: timedelta, sign: int) -> None:
    """Hours pass by a true clock; for three of them the machine's own is wrong by `jump`, then it is set right."""
    web = PlayedWeb(SetClock(START + timedelta(minutes=1)))
    web.pages[FEED] = Said(feed([]), media_type="application/rss+xml")
    slots, wrong = Counter[str](), range(4, 7)
    for hour in range(12):
        true = START + timedelta(hours=hour, minutes=1)
        web.clock.time = true + sign * jump if hour in wrong else true
        for _ in range(2):
            slot = latest(WATCHED.cron, "UTC", web.clock.time)
            assert slot is not None
            if once(tmp_path, web).polled:
                slots[slot.isoformat()] += 1
    assert set(slots.values()) == {1}  # doubled: 0
    hours = {(START + timedelta(hours=hour)).isoformat() for hour in range(12) if hour not in wrong}
    assert hours - set(slots) == set()  # missed: 0
    with Agenda(tmp_path) as agenda:
        assert agenda.polled(WATCHED.key).failures == 0


def test_what_was_looked_at_by_a_wrong_clock_is_looked_at_again_once_it_is_right(tmp_path: Path) -> None:
    story, cited = "https://paper.test/story", "https://source.test/page"
    web = PlayedWeb(SetClock())
    web.pages |= {FEED: Said(feed([("g", "Story", story)]), media_type="application/rss+xml"), story: Said(article("Story", [cited]))}
    web.pages[cited] = Said(b"<title>Source</title><p>" + b"Words of a source. " * 20)
    watched = Source(feed=FEED, cron="0 * * * *", recheck=(86400.0, 7 * 86400.0))

    def run() -> Pass:
        return asyncio.run(run_once(tmp_path, config(watched), Silent(), clock=web.clock, transport=web))

    run()
    web.clock.time = START + timedelta(days=3650)
    assert len(run().snapshots) == 1  # everything is overdue, and caught up once
    assert run().snapshots == []
    web.clock.time = START + timedelta(days=1)
    web.asked.clear()
    assert len(run().snapshots) == 1
    assert run().snapshots == []
    assert len(web.times(cited)) == 1
    web.clock.time = START + timedelta(days=8)
    assert len(run().snapshots) == 1


def test_of_five_runs_started_at_once_one_works_and_nothing_is_captured_twice(tmp_path: Path) -> None:
    sources = [f"http://source-{n}.test/page" for n in range(6)]
    routes = {("paper.test", "/feed"): page(feed([("g", "Story", "http://paper.test/story")]), media_type="application/rss+xml")}
    routes[("paper.test", "/story")] = page(article("Story", sources))
    server = LoopbackServer(routes | {(f"source-{n}.test", "/page"): page(article(f"Source {n}", [])) for n in range(6)})
    with running(server):
        (tmp_path / "archiver.toml").write_text(
            f'[network]\nrobots = "ignore"\nper_host = {{ connections = 2, interval = 0.05 }}\n'
            f'connect_to = {{ "*:80" = "127.0.0.1:{server.port}", "*:443" = "127.0.0.1:9" }}\n[[source]]\nfeed = "http://paper.test/feed"\n'
        )
        command = [sys.executable, "-m", "archiver", "run", "--wait", "0", "--json"]
        runs = [subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(5)]
        said = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0] * 5, said
    asked = Counter(f"http://{line.host}{line.path}" for line in server.log)
    assert {url: asked[url] for url in sources} == dict.fromkeys(sources, 1)
    assert len(list((tmp_path / "snapshots").glob("paper.test/story/*/manifest.json"))) == 1
    waited = sum(b"held_by" in out for out, _ in said)
    assert waited + sum(b'"polled": []' in out for out, _ in said) == 4
