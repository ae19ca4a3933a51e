"""Inlined: what a `data:` URL (RFC 2397) holds, where it is a document that names others: a stylesheet, a frame."""

from __future__ import annotations

import base64
import re
from urllib.parse import unquote_to_bytes

from archiver.article import encoding

DATA = re.compile(r"\s*data:([^,;]*)((?:;[^,]*)?),(.*)", re.IGNORECASE | re.DOTALL)
CHARSET = re.compile(r";\s*charset=[\"']?([\w:.-]+)", re.IGNORECASE)


def style(url: str) -> str:
    """Return the stylesheet that a URL holds, nothing for any other URL."""
    return _text(url, "text/css")


def page(url: str) -> str:
    """Return the page that a URL holds, nothing for any other URL."""
    return _text(url, "text/html")


def _text(url: str, kind: str) -> str:
    found = DATA.fullmatch(url)
    if found is None or found[1].strip().lower() != kind:
        return ""
    data = unquote_to_bytes(found[3])
    if found[2].rstrip().lower().endswith(";base64"):
        written = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        data = base64.b64decode(written[: len(written) - (len(written) % 4 == 1)] + b"==")
    named = CHARSET.search(found[2])
    return encoding.decode(data, encoding.marked(data) or encoding.codec(named[1] if named else "utf-8") or "utf-8")
