"""Channel: messages of several parts over a socket, in as few system calls and copies as can be.

    number of parts (4 bytes) · length of each (8 bytes) · the parts

Each system call lets another thread have the interpreter, and each copy of a body costs as much as hashing a third of it; so the parts of
a message leave in one call, from where they lie, and arrive in one buffer that they are views of.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence

MOST = 512  # parts in one system call; beyond that they are joined
BUFFER = 4 << 20  # asked of the system in each direction, which gives what it allows


def pair() -> tuple[socket.socket, socket.socket]:
    """Return both ends of a new channel. OSError."""
    ends = socket.socketpair()
    for end in ends:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    return ends


def send(end: socket.socket, parts: Sequence[bytes | memoryview]) -> None:
    """Send a message; waits while the other side is behind. OSError where it is gone."""
    views = [memoryview(part) for part in parts]
    head = struct.pack(f"!I{len(views)}Q", len(views), *(view.nbytes for view in views))
    waiting = [memoryview(head), *views] if len(views) < MOST else [memoryview(b"".join([head, *views]))]
    while waiting:
        sent = end.sendmsg(waiting)
        while waiting and sent >= waiting[0].nbytes:
            sent -= waiting.pop(0).nbytes
        if sent:
            waiting[0] = waiting[0][sent:]


def receive(end: socket.socket) -> list[memoryview] | None:
    """Return the parts of the next message, None where there will be no more. OSError where it breaks off."""
    if not (first := _exactly(end, 4)):
        return None
    lengths = struct.unpack(f"!{int.from_bytes(first)}Q", _exactly(end, 8 * int.from_bytes(first)))
    whole, at, parts = _exactly(end, sum(lengths)), 0, []
    for length in lengths:
        parts.append(whole[at : at + length])
        at += length
    return parts


def _exactly(end: socket.socket, length: int) -> memoryview:
    """Return so many bytes; fewer, none, only where the other side ended before the first. OSError where it ends within them."""
    view = memoryview(bytearray(length))
    at = 0
    while at < length:
        got = end.recv_into(view[at:], 0, socket.MSG_WAITALL)
        if not got:
            if at:
                raise ConnectionError("the other side ended within a message")
            return view[:0]
        at += got
    return view
