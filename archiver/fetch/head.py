"""The head of an answer, read leniently: status line and headers, and what is wrong with them.

The bytes stand on the wire; this is for reading them. A line that cannot be a header is left out here and kept there, so that no NUL, CR or
LF ever reaches code that takes a value for harmless.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

STATUS_LINE = re.compile(rb"(?:HTTP/([0-9]+(?:\.[0-9]+)?)|ICY)[ \t]+([0-9]{3})(?![0-9])[ \t]*([^\r\n]*)\r?\n")
REGULAR = re.compile(rb"HTTP/1\.[01] [0-9]{3}[ \r\n]")  # servers that leave the space before an empty reason out are many
FLAWLESS = re.compile(r"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*\r\n)*+(?:\r\n)?")
FIELD = re.compile(r"([^:\r\n]+):([^\r\n]*)\r\n")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True)
class Head:
    """A head as it can be read: `status` None where there is none; headers latin-1 decoded, folds joined; `faults` in words."""

    status: int | None
    reason: str
    headers: tuple[tuple[str, str], ...]
    faults: tuple[str, ...]


def read(raw: bytes) -> Head:
    """Read a head, whole or cut off, from its status line on."""
    line = STATUS_LINE.match(raw)
    faults = ["irregular status line"] if line and not REGULAR.match(raw) else []
    fields: list[tuple[str, str]] = []
    text = raw.decode("latin-1")
    start = text.find("\n") + 1
    if start and FLAWLESS.fullmatch(text, start):  # nearly every head there is
        fields = [(name, value.strip(" \t")) for name, value in FIELD.findall(text, start)]
    else:
        for one in text.split("\n")[1:]:
            if fault := _field(one.rstrip("\r"), fields):
                faults.append(fault)
    return Head(int(line[2]) if line else None, line[3].decode("latin-1") if line else "", tuple(fields), tuple(dict.fromkeys(faults)))


def _field(line: str, fields: list[tuple[str, str]]) -> str | None:
    """Add a header line to the fields read so far; return what is wrong with it. What cannot be a header stays on the wire only."""
    if not line:
        return None
    if line[0] in " \t":
        # RFC 9112 §5.2: a user agent replaces each obs-fold with one or more SP before interpreting the field value.
        if not fields:
            return "folded line without a header before it"
        name, value = fields[-1]
        fields[-1] = (name, (value + " " + line.strip(" \t")).strip())
        return None
    if "\0" in line:
        return "NUL in a header"
    name, colon, value = line.partition(":")
    if not colon:
        return "header line without a colon"
    bare = name.rstrip(" \t")
    if not bare:
        return "header without a name"
    fields.append((bare, value.strip(" \t").replace("\r", " ")))
    if bare != name:
        return "space between header name and colon"
    return None if TOKEN.fullmatch(name) else "header name with characters that are not allowed"
