"""Presser: the process of its own in which members are made (`press`): parcels in, members out, until the channel ends."""

from __future__ import annotations

import gc
import pickle
import socket
import sys
from typing import Any

from archiver.fetch.capture import Capture
from archiver.record.writer import channel
from archiver.record.writer.filing import filed
from archiver.record.writer.made import Made, pressed


def made(parcel: Any) -> Made:
    """Return what is made of a parcel: a capture, or records that are only to be digested and pressed."""
    return filed(parcel).made() if isinstance(parcel, Capture) else pressed(parcel)


def work() -> None:
    """Answer on standard input, which is a channel, until it ends: the process's whole life."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    with socket.socket(fileno=sys.stdin.fileno()) as end:
        try:
            while (parts := channel.receive(end)) is not None:
                channel.send(end, made(pickle.loads(parts[0], buffers=parts[1:])).parts())  # noqa: S301 - our own parent speaks
        except OSError:
            return  # the parent is gone
