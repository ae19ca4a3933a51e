"""Channel: messages of several parts over a socket, in as few system calls and copies as can be.

    number of parts (4 bytes) · bytes that follow (8 bytes) · length of each part (8 bytes) · the parts

Each system call lets another thread have the interpreter, and each copy of a body costs as much as hashing a third of it; so the parts of
a message leave in one call, from where they lie, and arrive in one buffer that they are views of.
"""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Sequence

HEAD = struct.Struct("!IQ")
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
    lengths = [view.nbytes for view in views]
    head = struct.pack(f"!IQ{len(views)}Q", len(views), 8 * len(views) + sum(lengths), *lengths)
    waiting = [memoryview(head), *views] if len(views) < MOST else [memoryview(b"".join([head, *views]))]
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
    whole, at, parts = _exactly(end, size), 8 * number, []
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
