"""Presser: the process of its own in which members are made (`press`): parcels in, members out, until the channel ends."""

from __future__ import annotations

import pickle
from typing import Any

from archiver import channel
from archiver.fetch.capture import Capture
from archiver.record.draft import Stories
from archiver.record.writer.filing import filed
from archiver.record.writer.made import Made, parts, pressed

TOGETHER = 1 << 20  # bytes of members in one message, from which on it leaves


def made(parcel: Any) -> Made:
    """Return what is made of a parcel: a capture, metadata that is no records yet, or records that are only to be digested and pressed."""
    if isinstance(parcel, Capture):
        return filed(parcel).made()
    return pressed(parcel.records() if isinstance(parcel, Stories) else parcel)


def work() -> None:
    """Answer on standard input, which is a channel, until it ends: the process's whole life.

    Answers leave together while more questions wait: each of them that arrives alone takes the interpreter from the crawl.
    """
    with channel.standard_input() as end:
        try:
            answers: list[Made] = []
            while (question := channel.receive(end)) is not None:
                answers.append(made(pickle.loads(question[0], buffers=question[1:])))  # noqa: S301 - our own parent speaks
                if sum(one.size for one in answers) >= TOGETHER or not channel.waiting(end):
                    channel.send(end, parts(answers))
                    answers = []
        except OSError:
            return  # the parent is gone
