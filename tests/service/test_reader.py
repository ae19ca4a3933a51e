"""The worker that reads hostile articles: its answers are those of this process, its limits hold, and nothing of it is left behind."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from archiver.errors import ArchiverError, UsageError
from archiver.service import reader
from archiver.service.reader import LIMITS, Limits, Received, locate_received, read_received, simple
from tests.article.pdf_made import Page, pdf

PAGES = sorted((Path(__file__).parent.parent / "article/pages").glob("*.html"))
POST = "https://x.com/asker/status/1546932014861647872"
HEAD = b"<!doctype html><body><article><p>The port <a href='https://harbour.example/'>opened</a> again.</p>"
PADDING = b"<!-- " + b"x" * reader.SMALL + b" -->"  # makes any page one for the worker
PAGE = (
    b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/a\r\nWARC-Date: 2022-07-12T10:00:00Z\r\n"
    b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def found(data: bytes, limits: Limits = LIMITS, **known: str):
    return asyncio.run(read_received(Received(data, **{"source": "article", **known}), limits))


def warc(body: bytes) -> bytes:
    block = ANSWER + body
    return gzip.compress(PAGE % (len(block), block))


def children() -> set[int]:
    """The processes that this one has started and that still are, zombies too."""
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended since
            found |= {int(one) for one in (task / "children").read_text().split()}
    return found


# ------------------------------------------------------------------- answers


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_worker_answers_as_this_process_does(page: Path):
    data, known = page.read_bytes(), {"url": "https://news.example/a", "base_url": "https://news.example/a", "media_type": "text/html"}
    assert simple(data)
    here = found(data, **known)
    there = asyncio.run(reader._in_worker(reader.Task(Received(data, "article", **known)), LIMITS))
    assert there == (json.loads(json.dumps(reader._done(reader.Task(Received(data, "article", **known)))[0])), b"")
    assert here[1]
    assert [one.as_json() for one in here[1]] == there[0]["citations"]
    assert here[0].text == there[0]["article"]["text"]


def test_a_text_comes_back_code_point_for_code_point():
    text = "فتح الميناء \u200f😀 \ufffd https://harbour.example/ " * 9000
    article, citations = found(text.encode())
    assert not simple(text.encode())
    assert article.text == text
    assert article.data == text.encode()
    assert [place.exact for one in citations for place in one.places] == ["https://harbour.example/"] * 9000


def test_the_page_in_an_archive_comes_back_with_its_own_bytes():
    article, citations = found(warc(HEAD))
    assert (article.data, article.url, article.captured) == (HEAD, "https://news.example/a", "2022-07-12T10:00:00Z")
    assert [one.reference.url for one in citations] == ["https://harbour.example/"]


def test_a_pdf_has_its_pages_and_rectangles():
    data = pdf(Page().text(40, 700, "The port opened").link((40, 690, 200, 710), POST))
    ((place,),) = [one.places for one in found(data)[1]]
    assert (place.page, place.exact) == (1, "The port opened")
    assert place.rects == ((40.0, 690.0, 200.0, 710.0),)


@pytest.mark.parametrize("padding", [b"", PADDING], ids=["here", "worker"])
def test_a_later_version_is_looked_through_where_its_tree_is(padding: bytes):
    citations = found(HEAD)[1]
    located = asyncio.run(locate_received(Received(HEAD.replace(b"The port", b"Today the port") + padding, "later"), citations))
    (place,) = located["citations"][0]["places"]
    assert place["status"] == "moved"
    assert place["xpath"].endswith("/p[1]/a[1]")


def test_a_refusal_is_the_readers_own():
    with pytest.raises(UsageError, match=r"^article: a web archive without a page in it"):
        found(gzip.compress(b"WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n", mtime=0))
    with pytest.raises(UsageError, match=r"^article: ") as caught:
        found(b"%PDF-1.7\nnothing of the kind")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "data",
    [b"%PDF-1.7", b"\x00" * 100 + b"%PDF-1.7", gzip.compress(b"x", mtime=0), b"PK\x03\x04", b"WARC/1.1\r\n", b"x" * (reader.SMALL + 1),
     b"<b>" * (reader.TAGS + 1), b"a=b " * (reader.ATTRIBUTES + 1)],
)  # fmt: skip
def test_what_may_be_hostile_is_not_read_here(data: bytes):
    assert not simple(data)


# -------------------------------------------------------------------- limits


HOSTILE = {
    "deep": b"<div>" * 100_000 + HEAD,
    "formatting": b"<p><b id=x>" * 30_000 + HEAD,
    "attributes": b"<div " + b" ".join(b"a%d=1" % n for n in range(12_000)) + b">" + HEAD,
    "links": HEAD + b"".join(b"<p>Word <a href='//harbour.example/%d'>word</a>" % n for n in range(9_000)),
    "text": "— Name (@handle) July 20, 2022 “ ".encode() * 16_000 + b"https://harbour.example/",
    "archive": warc(b" " * 30_000_000 + HEAD),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_article_is_read_to_its_end(data: bytes):
    assert not simple(data)
    assert any(one.reference.url == "https://harbour.example/" for one in found(data)[1])


def test_the_limit_of_memory_is_told():
    with pytest.raises(UsageError, match=r"^article: .*(memory|want of memory) ?.*") as caught:
        found(b"<p>word</p>" * 400_000, Limits(memory=300 << 20))
    assert "MiB" in caught.value.message
    assert "\n" not in caught.value.message


def test_the_limit_of_processor_time_is_told():
    slow = b"<div " + b" ".join(b"a%d=1" % n for n in range(60_000)) + b">"
    with pytest.raises(UsageError, match=r"^article: .*more than 1 seconds of processor time"):
        found(slow + PADDING, Limits(processor=1))


def test_the_limit_of_the_clock_is_told():
    with pytest.raises(UsageError, match=r"^article: not read within 0 seconds"):
        found(HEAD + PADDING, Limits(wall=0.01))


def test_the_limit_of_the_answer_is_told():
    with pytest.raises(UsageError, match=r"^article: what it cites fills more than 0 MiB"):
        found(HEAD + PADDING, Limits(answer=1000))


def test_a_worker_without_any_memory_says_so():
    with pytest.raises(UsageError, match=r"^article: (reading it takes more than 1 MiB of memory|its reader broke down \(\w+\))"):
        found(HEAD + PADDING, Limits(memory=1 << 20))


@pytest.mark.parametrize(("code", "words"), [(-signal.SIGSEGV, "SIGSEGV"), (-signal.SIGXCPU, "60 seconds"), (3, "exit 3")])
def test_how_a_worker_ended_without_an_answer_is_told(code: int, words: str):
    assert words in reader._ended(code, LIMITS)


def test_a_fault_of_ours_is_told_as_one(tmp_path: Path):
    """What no reader foresaw becomes one line, not a traceback: here, limits that are none."""
    with pytest.raises(ArchiverError, match=r"the reader failed \(\w+: .*; this is a fault of archiver$"):
        found(HEAD + PADDING, Limits(processor="long"))  # type: ignore[arg-type]


# ------------------------------------------------------------------- orphans


def test_after_every_answer_no_process_is_left():
    before = children()
    found(HEAD + PADDING)
    with pytest.raises(UsageError):
        found(HEAD + PADDING, Limits(wall=0.01))
    assert children() == before


def test_cancelled_it_leaves_no_process():
    before = children()

    async def cancelled() -> None:
        task = asyncio.create_task(read_received(Received(HOSTILE["attributes"] * 5, "article")))
        while children() == before:  # noqa: ASYNC110 - nobody tells when a process has been started
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert children() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_with_the_parent_goes_the_worker(tmp_path: Path, number: signal.Signals):
    article = tmp_path / "article.html"
    article.write_bytes(b"<div " + b" ".join(b"a%d=1" % n for n in range(150_000)) + b">" + PADDING)
    command = [sys.executable, "-m", "archiver", "extract", str(article)]
    parent = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    worker = _only_child(parent.pid)
    os.kill(parent.pid, number)
    parent.wait(30)
    _gone(worker)


def _only_child(parent: int) -> int:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if found:
            return int(found[0])
        time.sleep(0.02)
    raise AssertionError("no worker was started")


def _gone(process: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":  # it has ended; who inherited it has not yet looked
            return
        time.sleep(0.05)
    os.kill(process, signal.SIGKILL)
    raise AssertionError("the worker outlived its parent")
