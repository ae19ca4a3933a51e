"""Made: what became of a job before it is written: gzip members, and what must still be decided in order.

Everything in here can cross to another process and back: the members as bytes, the rest as JSON, never as a pickle, because who answers
has read bytes of strangers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
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

    def parts(self) -> list[bytes | memoryview]:
        """Return what `read` makes the same of: one piece of JSON, then the members. All of them are in memory."""
        found = [(one.entry.as_json(), one.data) for one in self.members if one.entry is not None and one.data is not None]
        assert len(found) == len(self.members)
        head = plain.dump({"entries": [entry for entry, _ in found], "values": self.values, "origins": self.origins})
        return [head, *(data for _, data in found)]

    @classmethod
    def read(cls, parts: list[memoryview]) -> Made:
        """Read what `parts` returned. ValueError, TypeError or KeyError for anything else."""
        head, *members = parts
        said = json.loads(str(head, "utf8"))
        entries = [Entry(*(*values, tuple(about))) for *values, about in said["entries"]]
        pressed = [Pressed(entry, data, None) for entry, data in zip(entries, members, strict=True)]
        return cls(pressed, said["values"], [(sha256, origin) for sha256, origin in said["origins"]])


def pressed(records: Iterable[Record]) -> Made:
    """Return records that refer to nothing undecided as members."""
    return Made([press(record if record.block_digest else record.digest()) for record in records])
