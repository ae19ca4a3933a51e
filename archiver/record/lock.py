"""Lock: one writer for a snapshot store, and who it is.

flock on a file in the store: the kernel gives it back when the holder dies, however it dies, so no stale lock is ever left. The file says
who holds it, for the one line that the second run prints.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from archiver.errors import LeaseLost, StorageError
from archiver.record.layout import stamp

NAME = ".lock"


@contextmanager
def lease(store: Path) -> Iterator[None]:
    """Hold the writer's lease of a store. LeaseLost says who holds it already; StorageError where the store cannot be written."""
    try:
        store.mkdir(parents=True, exist_ok=True)
        fd = os.open(store / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageError(f"{store}: {os.strerror(error.errno or 0)}; name a writable folder with --snapshots") from error
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LeaseLost(f"{store}: another run is writing here ({holder(store)}); wait for it to end") from error
        _sign(fd)
        yield
    finally:
        os.close(fd)


def holder(store: Path) -> str:
    """Return who held the lease last, for a person."""
    try:
        said = json.loads((store / NAME).read_bytes())
        return f"process {said['pid']} on {said['host']} since {said['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "unknown process"


def _sign(fd: int) -> None:
    said = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": stamp(datetime.now(UTC))}).encode()
    os.ftruncate(fd, 0)
    os.pwrite(fd, said, 0)
