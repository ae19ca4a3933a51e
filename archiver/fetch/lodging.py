"""Lodging: the temporary folder of one browser or one film; and the sweep of those that nobody lives in any more.

A folder goes when its owner leaves. Of a process that is killed outright (SIGKILL, out of memory) it stays: some 10 MB of a browser's
profile, some 200 MB of a film. So whoever enters looks for such folders first. In each stands a lock that this process holds and its
browser inherits: the kernel gives it back when the last of both is gone, however they end. A folder whose lock can be had is nobody's. The
lock comes to its name when it is held, so one that is just being made is never taken for one that was left.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

BROWSER = "archiver-browser-"
FILM = "archiver-film-"
LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Lodging:
    """A folder, and the descriptor that holds its lock, for a child to inherit."""

    path: Path
    lock: int

    @classmethod
    def enter(cls, prefix: str) -> Self:
        """Sweep, and return a new lodging whose name begins with `prefix`. OSError."""
        sweep()
        folder = Path(tempfile.mkdtemp(prefix=prefix))
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
        return cls(folder, lock)

    def leave(self) -> None:
        """Remove the folder and give the lock back; once."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.lock)


def sweep() -> None:
    """Remove what killed processes of this user left behind. Nothing is raised: what cannot be removed stays."""
    for prefix in (BROWSER, FILM):
        for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
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
