"""Read a page that a browser saved as one file: MHTML (Chromium, Edge, old Internet Explorer), Safari's web archive.

MHTML (RFC 2557) is a MIME message: the page first, with its address, then what it shows. It is told from a mail by that address, which the
HTML of a mail does not have. Chromium writes frames as `cid:` of their parts; there each frame has the address of its part again, in what
is read; the bytes that are kept are the page's as saved.

A web archive is a property list: the page, its address and encoding, and what it shows. Its frames keep their addresses.

In both, the tree is the one that the browser had when the page was saved: scripts have run, widgets are drawn.
"""

from __future__ import annotations

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
from archiver.article.html import read_html
from archiver.article.mail import HEADERS, MOST_PARTS, body_of, charset_of, header
from archiver.errors import UsageError
from archiver.url import resolve

HEAD = 1 << 16
RELATED = re.compile(rb"^content-type:[ \t]*multipart/related", re.IGNORECASE | re.MULTILINE)
ADDRESS = re.compile(r"(?:https?|file):", re.IGNORECASE)
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
    told = ((header(part, "Content-ID"), _web(header(part, "Content-Location") or "")) for part in parts)
    frames = {f"cid:{name.strip('<>')}": where for name, where in told if name and where}
    article = read_html(body, source=source, url=url or _web(address), charset=charset_of(page, body), frames=frames)
    return replace(article, captured=_time(header(message, "Date")))


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
    return read_html(body, source=source, url=url or _web(address), charset=said if isinstance(said, str) else None)


def _web(address: str) -> str | None:
    """Return an address on the web, resolved; None for any other, and for what is none."""
    return resolve(address) if address.lower().startswith(("http://", "https://")) else None


def _time(written: str | None) -> str | None:
    """Return a date of a header as ISO 8601 in UTC."""
    try:
        return parsedate_to_datetime(written).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if written else None
    except (ValueError, OverflowError):
        return None
