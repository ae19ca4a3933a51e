"""Read a page that a browser saved as one file: MHTML (Chromium, Edge, old Internet Explorer), Safari's web archive.

MHTML (RFC 2557) is a MIME message: the page first, with its address, then what it shows. It is told from a mail by that address, which the
HTML of a mail does not have. Chromium writes frames as `cid:` of their parts; there each frame has the address of its part again, in what
is read; the bytes that are kept are the page's as saved.

A web archive is a property list: the page, its address and encoding, and what it shows. Its frames keep their addresses.

In both, the tree is the one that the browser had when the page was saved: scripts have run, widgets are drawn.
"""

from __future__ import annotations

import hashlib
import html
import plistlib
import re
from dataclasses import replace
from datetime import UTC
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from xml.parsers.expat import ExpatError

from archiver.article.article import Article
from archiver.article.encoding import codec, declared, decode, guessed, marked
from archiver.article.html import read_html
from archiver.article.mail import HEADERS, MOST_PARTS, body_of, charset_of, header
from archiver.errors import UsageError
from archiver.url import resolve

HEAD = 1 << 16
RELATED = re.compile(rb"^content-type:[ \t]*multipart/related", re.IGNORECASE | re.MULTILINE)
ADDRESS = re.compile(r"(?:https?|file):", re.IGNORECASE)
FRAME = re.compile(r"(?<=[\"'])cid:([^\"'\s<>]{1,200})(?=[\"'])")
BINARY_LIST, MAIN = b"bplist00", b"WebMainResource"
HTML = ("text/html", "application/xhtml+xml")


def is_saved(data: bytes) -> bool:
    """Tell whether bytes may be a page that a browser saved as one file."""
    head = HEADERS.match(data[:HEAD])
    if head is not None:
        return RELATED.search(head[0]) is not None
    return (data.startswith(BINARY_LIST) or b"<plist" in data[:HEAD]) and MAIN in data


def read_saved(data: bytes, *, source: str, url: str | None = None) -> Article | None:
    """Return the page as an article, with its own address or `url`; None for what is none after all, a mail. UsageError if damaged."""
    return _web_archive(data, source, url) if HEADERS.match(data[:HEAD]) is None else _mhtml(data, source, url)


def _mhtml(data: bytes, source: str, url: str | None) -> Article | None:
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(data)
    except RecursionError:
        return None
    payload = message.get_payload() if message.is_multipart() else []
    parts = [part for part in payload[:MOST_PARTS] if isinstance(part, Message)] if isinstance(payload, list) else []
    page = next((part for part in parts if part.get_content_type() in HTML), None)
    body = body_of(page) if page is not None else None
    address = header(message, "Snapshot-Content-Location") or (header(page, "Content-Location") if page is not None else None) or ""
    if page is None or body is None or not ADDRESS.match(address):
        return None
    frames = {(header(part, "Content-ID") or "").strip("<>"): header(part, "Content-Location") or "" for part in parts}
    return _read(body, source, url or _web(address), charset_of(page, body), _time(header(message, "Date")), frames)


def _web_archive(data: bytes, source: str, url: str | None) -> Article | None:
    try:
        main = plistlib.loads(data)["WebMainResource"]
        body, address = main["WebResourceData"], str(main.get("WebResourceURL", ""))
    except (plistlib.InvalidFileException, ExpatError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise UsageError(f"{source}: a web archive of Safari that cannot be read; save the page as HTML") from None
    kind = main.get("WebResourceMIMEType", HTML[0])
    if not isinstance(body, bytes) or not body or kind not in HTML:
        raise UsageError(f"{source}: a web archive of Safari without a page ({kind}); save what it shows as a file")
    said = main.get("WebResourceTextEncodingName")
    return _read(body, source, url or _web(address), said if isinstance(said, str) else None, None, {})


def _read(body: bytes, source: str, url: str | None, charset: str | None, captured: str | None, frames: dict[str, str]) -> Article:
    """Return a page read with the addresses of its frames in their places; its bytes are those that were saved."""
    encoding = marked(body) or codec(charset) or declared(body) or guessed(body) or "cp1252"
    text = FRAME.sub(lambda found: html.escape(_web(frames.get(found[1], "")) or found[0]), decode(body, encoding))
    article = read_html(text.encode("utf-8", "surrogatepass"), source=source, url=url, charset="utf-8")
    return replace(article, data=body, encoding=encoding, sha256=hashlib.sha256(body).hexdigest(), captured=captured)


def _web(address: str) -> str | None:
    """Return an address on the web, resolved; None for any other, and for what is none."""
    return resolve(address) if address.lower().startswith(("http://", "https://")) else None


def _time(written: str | None) -> str | None:
    """Return a date of a header as ISO 8601 in UTC."""
    try:
        return parsedate_to_datetime(written).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if written else None
    except (ValueError, OverflowError):
        return None
