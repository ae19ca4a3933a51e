"""Lint: what is wrong with a WARC header, by the rules of WARC 1.1 and the community's reading of them (standards B1).

Validators let much of this pass: of a forged second WARC-Target-URI only jwarc speaks (reliability A2). So every header is read as bytes,
as it stands, not as a parser would like to understand it. Unknown fields are ignored, as the standard asks.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator

DEFINED = frozenset(
    {
        "WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length", "Content-Type", "WARC-Concurrent-To", "WARC-Block-Digest",
        "WARC-Payload-Digest", "WARC-IP-Address", "WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date", "WARC-Target-URI",
        "WARC-Truncated", "WARC-Warcinfo-ID", "WARC-Filename", "WARC-Profile", "WARC-Identified-Payload-Type", "WARC-Segment-Number",
        "WARC-Segment-Origin-ID", "WARC-Segment-Total-Length", "WARC-Protocol", "WARC-Cipher-Suite",
    }
)  # fmt: skip
NAMES = {name.lower(): name for name in DEFINED}
REPEATABLE = frozenset({"WARC-Concurrent-To", "WARC-Protocol"})
MANDATORY = ("WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length")
TYPES = frozenset({"warcinfo", "request", "response", "revisit", "metadata", "resource", "conversion", "continuation"})
ON_THE_WIRE = frozenset({"request", "response", "revisit", "resource", "metadata"})
ONLY = {
    "WARC-Concurrent-To": ON_THE_WIRE,
    "WARC-IP-Address": ON_THE_WIRE,
    "WARC-Refers-To": frozenset({"metadata", "revisit", "conversion"}),
    "WARC-Refers-To-Target-URI": frozenset({"revisit"}),
    "WARC-Refers-To-Date": frozenset({"revisit"}),
    "WARC-Filename": frozenset({"warcinfo"}),
    "WARC-Profile": frozenset({"revisit"}),
    "WARC-Target-URI": TYPES - {"warcinfo"},
    "WARC-Warcinfo-ID": TYPES - {"warcinfo"},
    "WARC-Payload-Digest": TYPES - {"warcinfo", "metadata"},
    "WARC-Segment-Origin-ID": frozenset({"continuation"}),
    "WARC-Segment-Total-Length": frozenset({"continuation"}),
}
NEEDS = {
    "warcinfo": ("WARC-Filename",),
    "request": ("WARC-Target-URI",),
    "response": ("WARC-Target-URI",),
    "resource": ("WARC-Target-URI",),
    "conversion": ("WARC-Target-URI",),
    "revisit": (
        "WARC-Target-URI",
        "WARC-Profile",
        "WARC-Refers-To",
        "WARC-Refers-To-Target-URI",
        "WARC-Refers-To-Date",
    ),
}
URI = r"[A-Za-z][A-Za-z0-9+.-]*:[!-;=?-~]+"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z"
SHAPES = {
    "WARC-Type": "|".join(TYPES),
    "WARC-Record-ID": f"<{URI}>",
    "WARC-Concurrent-To": f"<{URI}>",
    "WARC-Refers-To": f"<{URI}>",
    "WARC-Date": DATE,
    "WARC-Refers-To-Date": DATE,
    "WARC-Target-URI": URI,
    "WARC-Refers-To-Target-URI": URI,
    "WARC-Profile": URI,
    "Content-Length": "[0-9]+",
    "WARC-Truncated": "length|time|disconnect|unspecified",
    "WARC-IP-Address": r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f:]+(?:[0-9.]+)?",
}
TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def faults(raw: bytes) -> list[str]:
    """Return what is wrong with a record's header, given as it stands between its first byte and its blank line; empty where nothing is."""
    version, *lines = raw.split(b"\r\n")
    found = [] if version == b"WARC/1.1" else [f"begins with {version[:40]!r}"]
    fields: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not TOKEN.fullmatch(name):
            found.append(f"has a line that is no field: {line[:60]!r}")
        elif re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", value):
            found.append(f"has a control character in {name.decode('latin1')}")
        else:
            text = name.decode("latin1")
            fields.append((NAMES.get(text.lower(), text), value.decode("utf8", "replace").strip()))
    return [*found, *_counted(fields), *_shaped(fields), *_placed(dict(fields))]


def _counted(fields: list[tuple[str, str]]) -> Iterator[str]:
    for name, count in Counter(name for name, _ in fields).items():
        if count > 1 and name in DEFINED - REPEATABLE:
            yield f"has {count} {name}"


def _shaped(fields: list[tuple[str, str]]) -> Iterator[str]:
    for name, value in fields:
        if (shape := SHAPES.get(name)) and not re.fullmatch(shape, value):
            yield f"has a bad {name}: {value[:80]!r}"
        if name in ("WARC-Block-Digest", "WARC-Payload-Digest") and not _digest(value):
            yield f"has a bad {name}: {value[:80]!r}"


def _digest(value: str) -> bool:
    algorithm, _, digits = value.partition(":")
    try:
        match algorithm:
            case "sha1":
                return len(base64.b32decode(digits)) == 20
            case "sha256":
                return bool(re.fullmatch("[0-9a-f]{64}", digits))
    except binascii.Error:
        return False
    return False


def _placed(fields: dict[str, str]) -> Iterator[str]:
    kind = fields.get("WARC-Type", "")
    for name in (*MANDATORY, *NEEDS.get(kind, ())):
        if name not in fields:
            yield f"has no {name}"
    if fields.get("WARC-Profile", "").endswith("/identical-payload-digest") and "WARC-Payload-Digest" not in fields:
        yield "has no WARC-Payload-Digest"
    for name, types in ONLY.items():
        if name in fields and kind not in types:
            yield f"has {name}, which a {kind} must not have"
    if "WARC-Block-Digest" not in fields:
        yield "has no WARC-Block-Digest"
