"""Lodging: the temporary folder of one browser, with its profile and what it said; and the sweep of those that nobody lives in any more.

A folder goes with its browser. Of a process that is killed outright (SIGKILL, out of memory) it stays, some 10 MB each; so each start looks
for such folders. In each stands a lock that this process holds and the browser inherits: the kernel gives it back when the last of both is
gone, however they end. A folder whose lock can be had is nobody's. The lock comes to its name when it is held, so one that is just being
made is never taken for one that was left.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path

PREFIX = "archiver-browser-"
LOCK = "lock"


def enter() -> tuple[Path, int]:
    """Return a new folder and the descriptor that holds its lock, for the browser to inherit and the caller to close. OSError."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = -1
    try:
        lock = os.open(folder / "unlocked", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / "unlocked").rename(folder / LOCK)
    except OSError:
        if lock >= 0:
            os.close(lock)
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder, lock


def sweep() -> None:
    """Remove what killed processes of this user left behind. Nothing is raised: what cannot be removed stays."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            found = folder.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
                _remove_if_left(folder)


def _remove_if_left(folder: Path) -> None:
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
