"""Made: what became of a job before it is written: gzip members, and what must still be decided in order.

Everything in here can cross to another process and back: the members as bytes, the rest as JSON, never as a pickle, because who answers
has read bytes of strangers.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from archiver.record import plain
from archiver.record.entry import Entry
from archiver.record.warc import Pressed, Record, press


@dataclass(slots=True)
class Made:
    """The members of one job, in order.

    `values` is what a capture's metadata record says; `origins` are its payloads of which a revisit would be true: SHA-256 in hex and the
    PayloadOrigin as text.
    """

    members: list[Pressed]
    values: dict[str, Any] = field(default_factory=dict)
    origins: list[tuple[str, str]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes of its members."""
        return sum(len(one.data) for one in self.members if one.data is not None)


def parts(several: Sequence[Made]) -> list[bytes | memoryview]:
    """Return what `read` makes the same of: one piece of JSON, then the members. All of them are in memory."""
    found = [(one.entry, one.data) for made in several for one in made.members if one.entry is not None and one.data is not None]
    assert len(found) == sum(len(made.members) for made in several)
    said = [{"entries": [one.entry for one in made.members], "values": made.values, "origins": made.origins} for made in several]
    return [plain.dump(said), *(data for _, data in found)]


def read(received: Sequence[memoryview]) -> list[Made]:
    """Read what `parts` returned. ValueError, TypeError, KeyError or IndexError for anything else."""
    members, several = deque(received[1:]), []
    for said in json.loads(str(received[0], "utf8")):
        entries = [Entry(*(*values, tuple(about))) for *values, about in said["entries"]]
        origins = [(sha256, origin) for sha256, origin in said["origins"]]
        several.append(Made([Pressed(entry, members.popleft(), None) for entry in entries], said["values"], origins))
    if members:
        raise ValueError("more members than entries")
    return several


def pressed(records: Iterable[Record]) -> Made:
    """Return records that refer to nothing undecided as members."""
    return Made([press(record if record.block_digest else record.digest()) for record in records])
