"""The process in which pages are read: the same readings as here, nothing depends on its life, and nothing it says is believed blindly."""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from archiver import channel
from archiver.citation.platform import Answer, State, Target
from archiver.embed import web
from archiver.fetch.judging import AHEAD, MANY, Judging, _Values
from archiver.fetch.verdict import Whole, read_requisite

HTML = (("Content-Type", "text/html; charset=utf-8"),)
READ = Whole(web)


def page(number: int, words: str = "The harbour opened again. ", status: int = 200) -> Answer:
    url = f"https://paper.example/{number}"
    head = f'<title>Day {number}</title><link rel=canonical href="{url}"><meta property="og:title" content="Ποrt {number}">'
    body = (
        f'<html lang=en><head>{head}<link rel=stylesheet href=/s.css></head><body><p>{words * 60}<img src="{number}.png" srcset="a.png 2x">'
    )
    return Answer(Target(url, accept="text/html"), url, status, HTML, "text/html", body.encode(), redirects=("https://paper.example/old",))


PAGES = [
    *(page(number) for number in range(12)),
    page(20, "مرحبا بالعالم. "),
    page(21, status=404),
    page(22, status=503),
    page(23, '<script type="application/ld+json">{"@type":"NewsArticle","headline":"\\ud800"}</script>'),
    page(24, "<form action=/login><input type=password name=p></form>"),
]


def started(work: Callable[[Judging], Awaitable[None]]) -> None:
    async def run() -> None:
        judging = Judging()
        try:
            await judging.expect(MANY)
            await work(judging)
        finally:
            await judging.aclose()

    asyncio.run(run())


def test_what_another_process_reads_is_the_same():
    async def work(judging: Judging) -> None:
        found = await asyncio.gather(*(judging.read(READ, one) for one in PAGES))
        assert found == [READ(one) for one in PAGES]
        assert {one.state for one in found if one} >= {State.OK, State.NOT_FOUND}
        assert any(one.needs for one in found if one)

    started(work)


def test_small_runs_start_none_and_only_pages_are_sent():
    async def work(judging: Judging) -> None:
        idle = Judging()
        await idle.expect(MANY - 1)
        assert await idle.read(READ, PAGES[0]) is None
        await idle.aclose()
        assert await judging.read(read_requisite, PAGES[0]) is None
        picture = Answer(Target("https://paper.example/p.png"), "https://paper.example/p.png", 200, (), "image/png", b"p" * 5000)
        assert await judging.read(READ, picture) is None

    started(work)


def test_who_is_behind_is_asked_no_more():
    async def work(judging: Judging) -> None:
        found = await asyncio.gather(*(judging.read(READ, page(number)) for number in range(2 * AHEAD)))
        assert [one is not None for one in found] == [True] * AHEAD + [False] * AHEAD

    started(work)


@pytest.mark.parametrize("after", [0, 3])
def test_the_death_of_the_process_leaves_nobody_waiting(after: int):
    async def work(judging: Judging) -> None:
        for one in PAGES[:after]:
            assert await judging.read(READ, one) == READ(one)
        assert judging._process is not None
        judging._process.send_signal(signal.SIGKILL)
        found = await asyncio.wait_for(asyncio.gather(*(judging.read(READ, one) for one in PAGES)), 10)
        assert all(one is None or one == READ(page) for one, page in zip(found, PAGES, strict=True))
        await asyncio.wait_for(asyncio.to_thread(judging._process.wait), 10)
        assert await asyncio.wait_for(judging.read(READ, PAGES[0]), 10) is None

    started(work)


class Forged:
    """What a process that was taken over might answer: its reading makes a folder, where it is believed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.folder),)


def test_nothing_but_readings_is_made_of_an_answer(tmp_path: Path):
    for made in (Forged(tmp_path / "made"), asyncio.Lock, channel.start):
        with pytest.raises(pickle.UnpicklingError):
            _Values(io.BytesIO(pickle.dumps(made))).load()
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("forged", [b"no pickle", b"", pickle.dumps([1]), pickle.dumps(State.OK)])
def test_an_answer_that_is_none_ends_the_channel(forged: bytes):
    async def work(judging: Judging) -> None:
        line = judging._line
        assert line is not None
        waiting = asyncio.create_task(judging.read(READ, PAGES[0]))
        await asyncio.sleep(0)
        line.data_received(channel.head([forged]) + forged)
        assert await asyncio.wait_for(waiting, 10) is None
        assert await judging.read(READ, PAGES[0]) is None

    started(work)
