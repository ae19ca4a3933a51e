"""Measure what recording costs alone: `python -m benchmarks.record [captures] [bytes]`. Captures made in memory, WARC and journal on disk.

Prints captures a second by wall clock and by CPU of the whole process, commits (and so fsyncs), and peak memory after adding and after
finishing. Half of the bodies are text that compresses, half are noise; every body is different, so nothing becomes a revisit.
"""

from __future__ import annotations

import random
import resource
import shutil
import sys
import tempfile
import time
from array import array
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archiver.citation.platform import State, Target
from archiver.fetch.capture import Attempt, Capture
from archiver.fetch.exchange import Exchange, Tls
from archiver.record.draft import Run
from archiver.record.snapshot import Snapshot

WORDS = [bytes(random.Random(1).choices(b"abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(4000)]


def capture(number: int, body: bytes, media_type: str) -> Capture:
    """Return a capture as the fetcher hands it over."""
    now = datetime.now(UTC)
    head = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (media_type.encode(), len(body))
    made = Exchange(f"https://host{number % 40}.test/path/{number}", "GET", now, request=b"GET / HTTP/1.1\r\nHost: host.test\r\n\r\n")
    made.wire.append(head + body)
    made.head_end, made.status, made.framing = len(head), 200, "length"
    made.segments = array("Q", [len(head), len(head) + len(body)])
    made.ip, made.port, made.tls = "127.0.0.1", 443, Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", True, None, b"certificate")
    return Capture(Target(made.url), now, now, (Attempt(now, 0.0, None, (made,), None),), State.OK, "as sent", cited_by=(1,))


def bodies(size: int) -> list[tuple[bytes, str]]:
    """Return a few bodies to vary: text and noise."""
    chosen = random.Random(2)
    text = [(b" ".join(chosen.choices(WORDS, k=size // 8)), "text/html") for _ in range(8)]
    return [pair for both in zip(text, [(chosen.randbytes(size), "image/jpeg") for _ in range(8)], strict=True) for pair in both]


def main() -> None:
    """Run the measurement and print one line for each part."""
    count, size = int(sys.argv[1]) if len(sys.argv) > 1 else 2000, int(sys.argv[2]) if len(sys.argv) > 2 else 140_000
    store, kinds = Path(tempfile.mkdtemp(prefix="archiver-record-")), bodies(size)
    try:
        snapshot = Snapshot.begin(store, source="bench", url=None, started=datetime.now(UTC), run=Run("bench", "0" * 64))
        waiting: list[tuple[Capture, Future[dict[str, Any]]]] = []
        wall, cpu = time.perf_counter(), time.process_time()
        for number in range(count):
            body, media_type = kinds[number % len(kinds)]
            made = capture(number, b"%d " % number + body, media_type)
            waiting.append((made, snapshot.add(made)))
            while len(waiting) > 64:
                done, future = waiting.pop(0)
                future.result()
                done.close()
        for done, future in waiting:
            future.result()
            done.close()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        commits = (snapshot.path / "journal").read_bytes().count(b"\n")
        print(
            f"{count} captures of {size} bytes: {count / wall:.0f}/s wall, {count / cpu:.0f}/s CPU, {commits} commits, {peak():.0f} MB peak"
        )
        wall, cpu = time.perf_counter(), time.process_time()
        path = snapshot.finish()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        written = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        print(f"finish: {wall:.2f} s wall, {cpu:.2f} s CPU, {written / 1e6:.0f} MB written, {peak():.0f} MB peak")
    finally:
        shutil.rmtree(store)


def peak() -> float:
    """Return the peak resident memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
