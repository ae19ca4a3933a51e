"""Reader: read an article and find what it cites, in a process of its own where the article might be hostile.

Parsers are where a stranger's bytes do the most: a tree that grows with the square of the page, a pattern that goes back and forth, a PDF
whose streams inflate a thousandfold, a fault in a native library. In this process each of these would take the run down with it, and the
machine too. So what is not plainly small and simple is read by a worker that the operating system limits, and the person reads in one line
which limit was reached.

Read here is what has up to SMALL bytes (an ordinary page, a list of 2,000 links) with few tags and attributes, and is neither a PDF nor a
file that inflates. Measured on two busy cores: the worst that was found to pass as this, 40,000 attributes on one tag, takes about 6 s; a
worker costs 0.4 to 0.5 s and does 100,000 links (7.5 MB) in 24 s and 0.6 GB, 20 MB of paragraphs in 3 s, 50,000 attributes (quadratic in
lexbor) in 8 s.

The worker
  - is a fresh interpreter, not a fork: a parent with threads (the journal's, the event loop's) must not be forked, and nothing of ours, no
    open file, no key, is in its memory. A pool would be faster and would carry over what an article broke.
  - sets its own limits before it has seen a byte: address space, processor time, no core dump. The wall clock is the parent's.
  - answers in JSON, never in a pickle: what took over the worker would be in the parent with the next load. The answer's length is limited,
    and the article's bytes are checked against their hash.
  - leads a process group, so that Ctrl-C reaches the parent alone, which kills it; and it ends by itself when its standard input does, so
    that even a parent that was killed leaves no orphan.

The tree, the layout, the blocks and the links of an article serve extraction alone; both ways leave them behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import archiver
from archiver.article.article import Article
from archiver.article.entry import entries_of
from archiver.article.read import read
from archiver.article.sitemap import Listed, listed
from archiver.citation.citation import Citation
from archiver.citation.extract import extract
from archiver.citation.locate import locate
from archiver.embed import PLATFORMS
from archiver.errors import ArchiverError, UsageError

Found = tuple[Article, tuple[Citation, ...]]
Answer = tuple[dict[str, Any], bytes]

SMALL = 512 << 10  # bytes that are read in this process
TAGS = 10_000
ATTRIBUTES = 10_000
INFLATED = (b"%PDF-", b"\x1f\x8b", b"PK\x03\x04", b"WARC/")
PARTING = 5.0  # seconds
HEAD = 1024  # where a PDF may begin
COMMAND = (sys.executable, "-P", "-c", "from archiver.service.reader import work; work()")
ADVICE = "no ordinary article is like this; give the part of it that matters, or its text"
FACTS = (
    "source", "url", "media_type", "encoding", "text", "sha256", "title", "byline", "published", "language", "base_url", "captured",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Received:
    """The bytes to read as an article, with what is known of them: the arguments of `article.read.read`."""

    data: bytes
    source: str
    url: str | None = None
    base_url: str | None = None
    media_type: str | None = None
    charset: str | None = None
    frames: dict[str, str] = field(default_factory=dict)

    def as_arguments(self) -> dict[str, Any]:
        """Return them by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use: bytes of address space, seconds of processor and of wall clock, bytes of answer."""

    memory: int = 3 << 30
    processor: int = 60
    wall: float = 180.0
    answer: int = 512 << 20


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is asked for: what an article cites; or, where they are `known`, where citations stand in it; or its `words` alone.

    `lists` asks what a feed or a sitemap lists.
    """

    received: Received
    known: tuple[Citation, ...] | None = None
    words: bool = False
    lists: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON, with the length of the bytes for the bytes, which follow."""
        known = None if self.known is None else [one.as_json() for one in self.known]
        return {
            "received": {**self.received.as_arguments(), "data": len(self.received.data)},
            "known": known,
            "words": self.words,
            "lists": self.lists,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], channel: IO[bytes]) -> Task:
        """Read what `as_json` returned; `channel` has the bytes."""
        received = Received(**{**data["received"], "data": channel.read(data["received"]["data"])})
        return cls(received, None if data["known"] is None else tuple(map(Citation.from_json, data["known"])), data["words"], data["lists"])


LIMITS = Limits()


async def read_received(received: Received, limits: Limits = LIMITS) -> Found:
    """Read an article and return it, without its tree, and what it cites.

    UsageError as `article.read.read`, and where a limit was reached. Cancelled, it leaves no process behind.
    """
    said, data = await _answer(Task(received), limits)
    facts, kept = said["article"], data or received.data
    if hashlib.sha256(kept).hexdigest() != facts["sha256"]:
        raise ArchiverError(f"{received.source}: the reader's answer is damaged; this is a fault of archiver")
    article = Article(**{name: facts[name] for name in FACTS}, items=entries_of(facts["items"]), data=kept)
    told = said.pop("citations")[::-1]
    return article, tuple(Citation.from_json(told.pop()) for _ in range(len(told)))  # of very many, both forms never stand together


async def locate_received(received: Received, citations: Sequence[Citation], limits: Limits = LIMITS) -> dict[str, Any]:
    """Return the `archiver.located/1` document of citations in a later version of their article; errors as `read_received`."""
    said, _ = await _answer(Task(received, tuple(citations)), limits)
    located: dict[str, Any] = said["located"]
    return located


async def list_received(received: Received, limits: Limits = LIMITS) -> tuple[Listed, ...] | None:
    """Return what a feed or a sitemap lists, None for anything else; errors as `read_received`."""
    said, _ = await _answer(Task(received, lists=True), limits)
    return None if said["lists"] is None else tuple(Listed(**one) for one in said["lists"])


async def words_received(received: Received, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Return the text of each block of a page's body; errors as `read_received`."""
    said, _ = await _answer(Task(received, words=True), limits)
    return tuple(said["words"])


async def _answer(task: Task, limits: Limits) -> Answer:
    return _done(task) if simple(task.received.data) else await _in_worker(task, limits)


def _done(task: Task) -> Answer:
    """Return what is asked for, ready for JSON, and the article's bytes where they are not those received."""
    if task.lists:
        found = listed(task.received.data, task.received.charset)
        return {"lists": None if found is None else [asdict(one) for one in found]}, b""
    article = read(**task.received.as_arguments())
    if task.words:
        blocks = [article.text[block.start : block.end] for block in article.blocks if block.in_body]
        return {"words": blocks or article.text.split("\n")}, b""
    citations = extract(article, PLATFORMS)
    if task.known is not None:
        return {"located": locate(task.known, article, citations).as_json()}, b""
    facts = {name: getattr(article, name) for name in FACTS} | {"items": [asdict(one) for one in article.items]}
    data = b"" if article.data == task.received.data else article.data
    return {"article": facts, "citations": [one.as_json() for one in citations]}, data


def simple(data: bytes) -> bool:
    """Tell whether an article is so small and simple that reading it here costs little, whatever it holds."""
    if len(data) > SMALL or data.startswith(INFLATED) or b"%PDF-" in data[:HEAD]:
        return False
    return data.count(b"<") <= TAGS and data.count(b"=") <= ATTRIBUTES


# ------------------------------------------------------------------- parent


async def _in_worker(task: Task, limits: Limits) -> Answer:
    process = _started()
    talk = asyncio.create_task(asyncio.to_thread(_converse, process, task, limits))
    try:
        return await asyncio.shield(talk)
    except asyncio.CancelledError:
        process.kill()
        with contextlib.suppress(ArchiverError):
            await talk
        raise


def _started() -> subprocess.Popen[bytes]:
    """Start a worker; it finds this very package, and nothing that lies in the current directory."""
    root = str(Path(archiver.__file__).parent.parent)
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
            env={**os.environ, "PYTHONPATH": path},
        )
    except OSError as error:
        raise ArchiverError(f"no worker process can be started to read the article: {os.strerror(error.errno or 0)}") from error


def _converse(process: subprocess.Popen[bytes], task: Task, limits: Limits) -> Answer:
    """Hand the article over, wait for the answer within the limits, and see to it that the worker is gone."""
    assert process.stdin is not None
    assert process.stdout is not None
    late = threading.Event()

    def overdue() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(limits.wall, overdue)
    timer.daemon = True
    timer.start()
    try:
        # A worker that has ended before it has heard everything is told by its answer or by how it ended.
        with contextlib.suppress(BrokenPipeError):
            _send(process.stdin, {**task.as_json(), "limits": asdict(limits)}, task.received.data)
        answer = process.stdout.read(limits.answer + 1)
    finally:
        timer.cancel()
        process.kill()
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        code = process.wait()
    name = task.received.source
    if late.is_set():
        raise UsageError(f"{name}: not read within {limits.wall:,.0f} seconds; {ADVICE}")
    if len(answer) > limits.answer:
        raise UsageError(f"{name}: what it cites fills more than {limits.answer >> 20:,} MiB; {ADVICE}")
    head, newline, data = answer.partition(b"\n")
    if not newline:
        raise UsageError(f"{name}: {_ended(code, limits)}; {ADVICE}")
    said: dict[str, Any] = json.loads(head)
    if "usage" in said:
        raise UsageError(said["usage"], faults=tuple(said["faults"]))
    if "memory" in said:
        raise UsageError(f"{name}: reading it takes more than {limits.memory >> 20:,} MiB of memory; {ADVICE}")
    if "failure" in said:
        raise ArchiverError(f"{name}: the reader failed ({said['failure']}); this is a fault of archiver")
    return said, data


def _ended(code: int, limits: Limits) -> str:
    """Say what the end of a worker without an answer means."""
    if code == -signal.SIGXCPU:
        return f"reading it takes more than {limits.processor:,} seconds of processor time"
    how = signal.Signals(-code).name if code < 0 else f"exit {code}"
    return f"its reader broke down ({how}), of damage in the file or for want of memory ({limits.memory >> 20:,} MiB)"


# ------------------------------------------------------------------- worker


def work() -> None:
    """Read one article from standard input and answer on standard output: the worker's whole life."""
    # What a library prints must not stand in the answer.
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def failed(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        memory = issubclass(kind, MemoryError) or "can't start new thread" in str(error)
        _send(channel, {"memory": True} if memory else {"failure": f"{kind.__name__}: {error}"[:500]})

    sys.excepthook = failed
    asked = json.loads(sys.stdin.buffer.readline())
    _limit(Limits(**asked["limits"]))
    task = Task.from_json(asked, sys.stdin.buffer)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _send(channel, *_done(task))
    except UsageError as error:
        _send(channel, {"usage": error.message, "faults": error.faults})


def _limit(limits: Limits) -> None:
    # Both limits of each, so that nothing that runs here can raise them; between those of processor time is the signal that says so.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, 2 * (_at_most(resource.RLIMIT_AS, limits.memory),))
    seconds = _at_most(resource.RLIMIT_CPU, limits.processor)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, _at_most(resource.RLIMIT_CPU, seconds + 1)))


def _at_most(kind: int, wanted: int) -> int:
    """Return a limit that is wanted, or the lower one that whoever started us has set."""
    hard = resource.getrlimit(kind)[1]
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def _end_with_parent() -> None:
    """End this process when its standard input ends: the parent holds it open as long as it wants the answer."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def _send(channel: IO[bytes], head: dict[str, Any], data: bytes = b"") -> None:
    channel.write(json.dumps(head).encode("ascii") + b"\n")
    channel.write(data)
    channel.flush()
