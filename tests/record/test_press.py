"""The process in which members are made: the same records as here, and nothing depends on its life."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from archiver import channel
from archiver.record.snapshot import Snapshot
from archiver.record.verify import verify
from tests.record import made

COUNT = 60
LEFT_ALONE = """
import sys, time
from archiver.record.writer.press import Press
press = Press()
press.help()
print(press._process.pid, flush=True)
time.sleep(60)
"""


def helped(tmp_path: Path) -> tuple[Snapshot, subprocess.Popen[bytes]]:
    snapshot = made.begin(tmp_path)
    snapshot.expect(10_000)
    assert snapshot._writer is not None
    process = snapshot._writer._press._process
    assert process is not None, "a machine with one core makes everything in one process"
    return snapshot, process


def added(snapshot: Snapshot, start: int = 0) -> list[Future[dict[str, Any]]]:
    """Captures of which every third repeats a payload."""
    pages = [made.page(f"https://one.test/{n}", b"page %d " % (n - n % 3) * 500) for n in range(start, start + COUNT)]
    return [snapshot.add(made.capture(page)) for page in pages]


def types(stored: list[dict[str, Any]]) -> list[str]:
    return [record["type"] for one in stored for record in one["records"][:1]]


def test_what_another_process_made_is_the_same(tmp_path: Path) -> None:
    snapshot, process = helped(tmp_path)
    stored = [future.result() for future in added(snapshot)]
    assert types(stored) == ["response", "revisit", "revisit"] * (COUNT // 3)
    path = snapshot.finish()
    assert process.poll() == 0
    assert verify(path).faults == ()
    judged = made.judges(next((path / "archive").iterdir()))
    assert (judged["gzip"], judged["warcio"]) == (0, 0)  # the others know no revisits


@pytest.mark.parametrize("when", [0.0, 0.05, 0.4])
def test_the_death_of_the_process_loses_nothing(tmp_path: Path, when: float) -> None:
    snapshot, process = helped(tmp_path)
    futures = added(snapshot)
    time.sleep(when)
    process.send_signal(signal.SIGKILL)
    futures += added(snapshot, COUNT)
    stored = [future.result() for future in futures]
    assert types(stored) == ["response", "revisit", "revisit"] * (2 * COUNT // 3)
    assert verify(snapshot.finish()).faults == ()


def test_the_process_ends_with_a_parent_that_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", LEFT_ALONE], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        its = int(parent.stdout.readline())
        parent.kill()
    for _ in range(200):
        try:
            os.kill(its, 0)
            state = Path(f"/proc/{its}/stat").read_text(encoding="utf8").rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return
        if state == "Z":  # ended, and nobody has asked how
            return
        time.sleep(0.05)
    raise AssertionError("the process outlived its parent")


def test_messages_cross_whole() -> None:
    mine, its = channel.pair()
    with mine, its:
        for parts in ([], [b""], [b"a", b"", b"bc" * 20_000], [b"%d" % n for n in range(3000)]):
            channel.send(mine, parts)
            received = channel.receive(its)
            assert received is not None
            assert [bytes(part) for part in received] == parts
        mine.close()
        assert channel.receive(its) is None
        its.close()
    mine, its = channel.pair()
    with mine, its:
        mine.send(b"\x00\x00\x00\x01\x00\x00")
        mine.close()
        with pytest.raises(ConnectionError):
            channel.receive(its)
