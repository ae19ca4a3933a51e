"""Channel: an interpreter beside ours, and messages of several parts to it and back, in as few system calls and copies as can be.

    number of parts (4 bytes) · bytes that follow (8 bytes) · length of each part (8 bytes) · the parts

Each system call lets another thread have the interpreter, and each copy of a body costs as much as hashing a third of it; so the parts of
a message leave in one call, from where they lie, and arrive in one buffer that they are views of.

What is started here is a fresh interpreter, not a fork: a process with threads must not be forked. Its standard input is the channel, and
it ends when that does, so that even a parent that was killed leaves no orphan.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import archiver

HEAD = struct.Struct("!IQ")
MOST = 512  # parts in one system call; beyond that they are joined
BUFFER = 4 << 20  # asked of the system in each direction, which gives what it allows
# Long-lived values and few cycles: looking for garbage at the default pace, and in all that is left when the process ends, is for nothing.
LIFE = "import gc; from {} import work; gc.freeze(); gc.set_threshold(50_000, 20, 20); work(); gc.freeze()"
PATIENCE = 10.0  # seconds until a process that was told to end is ended


def start(module: str) -> tuple[subprocess.Popen[bytes], socket.socket] | None:
    """Start an interpreter that runs `work` of a module of ours, with our end of its channel; None where there is no core for it."""
    if (os.cpu_count() or 1) < 2:
        return None
    try:
        mine, its = pair()
    except OSError:
        return None
    root = str(Path(archiver.__file__).parent.parent)
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            (sys.executable, "-P", "-c", LIFE.format(module)),
            stdin=its.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
            env={**os.environ, "PYTHONPATH": path},
        )
    except OSError:
        mine.close()
        return None
    finally:
        its.close()
    return process, mine


def ended(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process whose channel was closed, and end it where it does not end."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def standard_input() -> socket.socket:
    """Return the other end of the channel, in the process that was started."""
    return socket.socket(fileno=sys.stdin.fileno())


def pair() -> tuple[socket.socket, socket.socket]:
    """Return both ends of a new channel. OSError."""
    ends = socket.socketpair()
    for end in ends:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    return ends


def head(parts: Sequence[bytes | memoryview]) -> bytes:
    """Return what stands before the parts of a message."""
    lengths = [memoryview(part).nbytes for part in parts]
    return struct.pack(f"!IQ{len(lengths)}Q", len(lengths), 8 * len(lengths) + sum(lengths), *lengths)


def send(end: socket.socket, parts: Sequence[bytes | memoryview]) -> None:
    """Send a message; waits while the other side is behind. OSError where it is gone."""
    views = [memoryview(part) for part in (head(parts), *parts)]
    waiting = views if len(views) <= MOST else [memoryview(b"".join(views))]
    while waiting:
        sent = end.sendmsg(waiting)
        while waiting and sent >= waiting[0].nbytes:
            sent -= waiting.pop(0).nbytes
        if sent:
            waiting[0] = waiting[0][sent:]


def receive(end: socket.socket) -> list[memoryview] | None:
    """Return the parts of the next message, None where there will be no more. OSError where it breaks off."""
    if not (first := _exactly(end, HEAD.size)):
        return None
    number, size = HEAD.unpack(first)
    return parts_of(number, _exactly(end, size))


def parts_of(number: int, whole: memoryview) -> list[memoryview]:
    """Return the parts of a message from what follows its HEAD."""
    at, parts = 8 * number, []
    for length in struct.unpack_from(f"!{number}Q", whole):
        parts.append(whole[at : at + length])
        at += length
    return parts


def waiting(end: socket.socket) -> bool:
    """Tell whether something has arrived that was not received yet, the end among it."""
    return bool(select.select([end], [], [], 0)[0])


def _exactly(end: socket.socket, length: int) -> memoryview:
    """Return so many bytes; fewer, none, only where the other side ended before the first. OSError where it ends within them."""
    data = end.recv(length, socket.MSG_WAITALL) if length else b""  # not into a bytearray, which is filled with zeros first
    pieces, left = [data], length - len(data)
    while left and data:
        data = end.recv(left, socket.MSG_WAITALL)
        pieces.append(data)
        left -= len(data)
    if left and left < length:
        raise ConnectionError("the other side ended within a message")
    return memoryview(b"".join(pieces) if len(pieces) > 1 else pieces[0])
