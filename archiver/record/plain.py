"""JSON as the records and the views write it: one spelling, so that the same value always gives the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
SIMPLE = frozenset({str, int, float, bool, type(None), list, dict, tuple})  # types of nearly all values, and none is an iterator
SURROGATE = re.compile("[\ud800-\udfff]")


def dump(value: Any) -> bytes:
    r"""Return a value as one line of JSON in UTF-8. A lone surrogate, which UTF-8 has no bytes for, is written as its \u escape."""
    text = ENCODER.encode(value)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def stream(value: Any) -> Iterator[bytes]:
    """Yield JSON piece by piece: an iterator becomes an array with one element a line, so that no long list is ever in memory."""
    if isinstance(value, dict):
        comma = b"{"
        for key, item in value.items():
            yield comma + dump(key) + b":"
            yield from stream(item)
            comma = b",\n"
        yield b"}" if value else b"{}"
    elif isinstance(value, Iterator):
        comma = b"[\n"
        for item in value:
            if _flat(item):
                yield comma + dump(item)
            else:
                yield comma
                yield from stream(item)
            comma = b",\n"
        yield b"[]" if comma == b"[\n" else b"]"
    else:
        yield dump(value)


def _flat(item: Any) -> bool:
    """Tell whether no value of an object is an iterator."""
    return (
        not isinstance(item, dict) or SIMPLE.issuperset(map(type, item.values())) or not any(isinstance(v, Iterator) for v in item.values())
    )


def pretty(value: Any) -> bytes:
    """Return a small value as JSON for people: indented, in UTF-8."""
    return (SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False, indent=1)) + "\n").encode()
