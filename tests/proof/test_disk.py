"""A disk that fills up in the middle of a run: the run stops cleanly, and the same command finishes when there is room.

As root the disk is a small tmpfs, mounted and grown for the purpose; elsewhere a limit on the size of files, which refuses in the same way.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from archiver.record.entry import Entry
from tests.proof.forty import Sources, whole


@dataclass
class Disk:
    """A disk without room: how to start a process that has to live with it, and how to make room."""

    before: Callable[[], None] | None
    grow: Callable[[], object]


@contextmanager
def full_disk(at: Path, size: int) -> Iterator[Disk]:
    """Let `at` be a disk on which `size` bytes are free."""
    at.mkdir()
    if _mounted(at, size):
        try:
            yield Disk(None, lambda: _mounted(at, 256 << 20, "remount,"))
        finally:
            subprocess.run(["umount", str(at)], check=True)
    else:
        disk = Disk(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)), lambda: setattr(disk, "before", None))
        yield disk


def _mounted(at: Path, size: int, how: str = "") -> bool:
    with suppress(OSError):
        return os.geteuid() == 0 and not subprocess.run(["mount", "-t", "tmpfs", "-o", f"{how}size={size}", "tmpfs", str(at)]).returncode
    return False


@pytest.mark.parametrize(
    "size", [0, 1 << 20, *(pytest.param(n << 17, marks=pytest.mark.proof) for n in range(1, 31))]
)  # the whole run needs 4 MiB
def test_a_full_disk_stops_the_run_cleanly_and_room_lets_it_finish(sources: Sources, size: int) -> None:
    with full_disk(sources.snapshots, max(size, 4096)) as disk:
        stopped = sources.start(preexec_fn=disk.before)
        said = stopped.communicate(timeout=60)[1].decode()
        assert stopped.returncode == 1, said
        assert said.count("\n") == 1, said
        assert said.startswith("archiver: ")
        assert "disk" in said.lower() or "space" in said.lower() or "room" in said.lower() or "full" in said.lower(), said
        kept = sources.acknowledged()
        disk.grow()
        _finish(sources, kept)


def _finish(sources: Sources, kept: list[Entry]) -> None:
    """Run the same command again; nothing that was acknowledged is asked for again, and all of it is in the snapshot."""
    heard = len(sources.server.log)
    resumed = sources.start()
    assert resumed.wait(timeout=60) == 0, resumed.communicate()[1].decode()
    resumed.stderr.close()
    assert not {entry.url for entry in kept} & set(sources.asked(heard))
    (snapshot,) = sources.finished()
    for entry in kept:
        whole(snapshot, entry)
    assert {citation["outcome"] for citation in sources.manifest()["citations"]} == {"captured"}
    assert sources.run("verify").returncode == 0


@pytest.mark.parametrize("mode", ["folder", "file"])
def test_a_snapshots_folder_that_cannot_be_written_is_one_line(sources: Sources, mode: str) -> None:
    if mode == "file":
        sources.snapshots.write_text("in the way")
    else:
        sources.snapshots.symlink_to("/proc/1/task")  # not even root makes a directory there
    refused = sources.run("article", str(sources.article))
    said = refused.stderr.decode()
    assert (refused.returncode, said.count("\n")) == (1, 1), said
    assert "Traceback" not in said
    assert not sources.server.log
