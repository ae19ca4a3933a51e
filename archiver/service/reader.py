"""Reader: read an article and find what it cites, in a process of its own where the article might be hostile.

Parsers are where a stranger's bytes do the most: a tree that grows with the square of the page, a pattern that goes back and forth, a PDF
whose streams inflate a thousandfold, a fault in a native library. In this process each of these would take the run down with it, and the
machine too. So what is not plainly small and simple is read by a worker that the operating system limits, and the person reads in one line
which limit was reached.

Who is read here: up to SMALL bytes with few tags and attributes, and neither a PDF nor a file that inflates. {MEASURED}

The worker
  - is a fresh interpreter, not a fork: a parent with threads (the journal's, the event loop's) must not be forked, and nothing of ours, no
    open file, no key, is in its memory. It costs half a second to a second; a pool would be faster and would carry over what an article
    broke.
  - sets its own limits before it has seen a byte: address space, processor time, no core dump. The wall clock is the parent's.
  - answers in JSON, never in a pickle: what took over the worker would be in the parent with the next load. The answer's length is limited,
    and the article's bytes are checked against their hash.
  - leads a process group, so that Ctrl-C reaches the parent alone, which kills it; and it ends by itself when its standard input does, so
    that even a parent that was killed leaves no orphan.

The tree, the layout, the blocks and the links of the article serve extraction only and stay in the worker; here they are dropped as well,
so that both ways give the same.
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
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import archiver
from archiver.article.article import Article
from archiver.article.read import read
from archiver.citation.citation import Citation
from archiver.citation.extract import extract
from archiver.embed import PLATFORMS
from archiver.errors import ArchiverError, UsageError

Found = tuple[Article, tuple[Citation, ...]]

SMALL = 512 << 10  # bytes that are read in this process
TAGS = 8_000
ATTRIBUTES = 20_000
INFLATED = (b"%PDF-", b"\x1f\x8b", b"PK\x03\x04", b"WARC/")
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


LIMITS = Limits()


async def read_received(received: Received, limits: Limits = LIMITS) -> Found:
    """Read an article and return it, without its tree, and what it cites.

    UsageError as `article.read.read`, and where a limit was reached. Cancelled, it leaves no process behind.
    """
    if simple(received.data):
        return _found(received)
    return await _in_worker(received, limits)


def simple(data: bytes) -> bool:
    """Tell whether an article is so small and simple that reading it here costs little, whatever it holds."""
    if len(data) > SMALL or data.startswith(INFLATED) or b"%PDF-" in data[:HEAD]:
        return False
    return data.count(b"<") <= TAGS and data.count(b"=") <= ATTRIBUTES


def _found(received: Received) -> Found:
    article = read(**received.as_arguments())
    citations = extract(article, PLATFORMS)
    return replace(article, document=None, markup=None, layout=None, blocks=(), links=(), silent=()), citations


# ------------------------------------------------------------------- parent


async def _in_worker(received: Received, limits: Limits) -> Found:
    process = _started()
    talk = asyncio.create_task(asyncio.to_thread(_converse, process, received, limits))
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


def _converse(process: subprocess.Popen[bytes], received: Received, limits: Limits) -> Found:
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
            _send(process.stdin, {**received.as_arguments(), "data": len(received.data), "limits": asdict(limits)}, received.data)
        answer = process.stdout.read(limits.answer + 1)
    finally:
        timer.cancel()
        process.kill()
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        code = process.wait()
    if late.is_set():
        raise UsageError(f"{received.source}: not read within {limits.wall:,.0f} seconds; {ADVICE}")
    if len(answer) > limits.answer:
        raise UsageError(f"{received.source}: what it cites fills more than {limits.answer >> 20:,} MiB; {ADVICE}")
    return _understood(answer, code, received, limits)


def _understood(answer: bytes, code: int, received: Received, limits: Limits) -> Found:
    head, newline, data = answer.partition(b"\n")
    if not newline:
        raise UsageError(f"{received.source}: {_ended(code, limits)}; {ADVICE}")
    said: dict[str, Any] = json.loads(head)
    if "usage" in said:
        raise UsageError(said["usage"], faults=tuple(said["faults"]))
    if "memory" in said:
        raise UsageError(f"{received.source}: reading it needs more than {limits.memory >> 20:,} MiB of memory; {ADVICE}")
    if "failure" in said:
        raise ArchiverError(f"{received.source}: the reader failed ({said['failure']}); this is a fault of archiver")
    facts, kept = said["article"], data or received.data
    if hashlib.sha256(kept).hexdigest() != facts["sha256"]:
        raise ArchiverError(f"{received.source}: the reader's answer is damaged")
    return Article(**{name: facts[name] for name in FACTS}, data=kept), tuple(map(Citation.from_json, said["citations"]))


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
        memory = issubclass(kind, MemoryError)
        _send(channel, {"memory": True} if memory else {"failure": f"{kind.__name__}: {error}"[:500]})

    sys.excepthook = failed
    asked = json.loads(sys.stdin.buffer.readline())
    _limit(Limits(**asked.pop("limits")))
    received = Received(**{**asked, "data": sys.stdin.buffer.read(asked["data"])})
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        article, citations = _found(received)
    except UsageError as error:
        _send(channel, {"usage": error.message, "faults": error.faults})
        return
    same = article.data == received.data
    facts = {name: getattr(article, name) for name in FACTS}
    _send(channel, {"article": facts, "citations": [one.as_json() for one in citations]}, b"" if same else article.data)


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
