"""Media: a record's payload as an HTTP answer: its content coding undone, its type made safe, in ranges where a player asks for them.

Only the media type is taken over from the archived head. Everything else there was said to a browser of that time about that server
(cookies, Refresh, HSTS, policies, Link preloads, Clear-Site-Data), and would be obeyed by this one about us.

Types that a browser shows as pictures, films, sounds and fonts keep their name; so do those that the bytes name by the signatures of
WHATWG's MIME sniffing, since browsers show a picture or load a font whatever its server called it. Text of any kind else is `text/plain`
here (pages and stylesheets have their own routes, and scripts are never wanted); anything else is `application/octet-stream`.

Ranges (RFC 9110 §14): a single one, of a body without content coding or of one that fits into memory; anything else is answered whole,
which the standard allows. So is one with If-Range (§13.1.5), since no answer here has a validator that it could match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import IO

from starlette.responses import Response, StreamingResponse

from archiver.article import encoding
from archiver.fetch.answer import Body, decoded
from archiver.record import block
from archiver.replay.library import Stored

TEXT = 32 << 20  # bytes of a page or stylesheet that are shown
WHOLE = 4 << 20  # bytes that are answered in one piece
MEMORY = 256 << 20  # bytes of a coded body that are decoded to be shown
SHOWN = re.compile(r"(?:image|audio|video|font)/[\w.+-]+|application/(?:font-[\w.+-]+|x-font-[\w.+-]+|vnd\.ms-fontobject|pdf|ogg)")
READABLE = re.compile(r"text/[\w.+-]+|application/(?:[\w.+-]*\+)?(?:json|xml|javascript|x-javascript|ecmascript)")
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
SIGNATURES = (  # https://mimesniff.spec.whatwg.org/ §6
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"RIFF....WEBPVP", re.DOTALL), "image/webp"),
    (re.compile(rb"BM....\x00\x00\x00\x00", re.DOTALL), "image/bmp"),
    (re.compile(rb"\x00\x00[\x01\x02]\x00"), "image/x-icon"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "image/avif"),
    (re.compile(rb"wOFF"), "font/woff"),
    (re.compile(rb"wOF2"), "font/woff2"),
    (re.compile(rb"\x00\x01\x00\x00\x00"), "font/ttf"),
    (re.compile(rb"OTTO"), "font/otf"),
    (re.compile(rb"....ftyp(?:mp4|isom|iso[2-6]|avc1|M4[AV])", re.DOTALL), "video/mp4"),
    (re.compile(rb"\x1aE\xdf\xa3"), "video/webm"),
    (re.compile(rb"OggS\x00"), "application/ogg"),
    (re.compile(rb"ID3"), "audio/mpeg"),
)
KEPT = {"Cache-Control": "private, max-age=86400, immutable"}  # a record never changes


def body(stored: Stored, limit: int = TEXT) -> Body:
    """Return a record's payload with its content codings undone, at most `limit` bytes of it."""
    return decoded(stored.payload, block.content_codings(stored.head), limit)


def media_type(stored: Stored) -> str:
    """Return the media type that a record names, lower case, without parameters; empty where it names none."""
    if stored.head:
        return block.media_type(stored.head) or ""
    made = stored.field("WARC-Type") in ("resource", "conversion")  # no HTTP block: its Content-Type is the payload's
    return (stored.field("Content-Type") or "").partition(";")[0].strip().lower() if made else ""


def plays(media_type: str | None) -> bool:
    """Tell whether a browser plays a film of this type by itself: a file, no list of segments, no segment."""
    return media_type in ("video/mp4", "video/webm", "video/ogg", "video/quicktime", "video/x-m4v")


def charset(stored: Stored) -> str | None:
    """Return the charset parameter of the record's Content-Type."""
    named = next((value for name, value in stored.headers if name.lower() == "content-type"), stored.field("Content-Type") or "")
    found = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]+)", named, re.IGNORECASE)
    return found[1] if found else None


def text(stored: Stored) -> str:
    """Return a page or stylesheet as text, by WHATWG's order: mark, server, document, letters."""
    data = body(stored).data
    at_rule = re.match(rb'@charset "([^"]{1,40})";', data)
    said = encoding.marked(data) or encoding.codec(charset(stored))
    own = encoding.codec(at_rule[1].decode("latin1")) if at_rule else encoding.declared(data)
    return encoding.decode(data, said or own or encoding.guessed(data) or "cp1252")


def safe_type(stored: Stored) -> str:
    """Return the Content-Type that a record is shown with."""
    kind = media_type(stored)
    if SHOWN.fullmatch(kind):
        return kind
    start = body(stored, 32).data
    if signed := next((named for signature, named in SIGNATURES if signature.match(start)), None):
        return signed
    return "text/plain; charset=utf-8" if READABLE.fullmatch(kind) else "application/octet-stream"


def wanted(headers: Mapping[str, str]) -> str | None:
    """Return the range that a request asks for, None where it wants the whole."""
    return None if "if-range" in headers else headers.get("range")


def answer(stored: Stored, wanted: str | None = None) -> Response:
    """Return the answer to a request for a record's bytes; `wanted` is its Range header. IntegrityError where the file is damaged."""
    kind = safe_type(stored)
    if kind.startswith("text/plain"):
        return Response(text(stored).encode("utf8", "replace"), media_type=kind, headers=KEPT)
    coded = bool(block.content_codings(stored.head))
    whole = body(stored, MEMORY).data if coded or stored.size <= WHOLE else None
    size = len(whole) if whole is not None else stored.size
    span = _span(wanted, size)
    headers = {**KEPT, "Accept-Ranges": "bytes"}
    if span == ():
        return Response(b"", 416, {**headers, "Content-Range": f"bytes */{size}"})
    start, end = span or (0, size)
    status = 206 if span else 200
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    if whole is not None:
        return Response(whole[start:end], status, headers, kind)
    headers["Content-Length"] = str(end - start)
    return StreamingResponse(_cut(stored.payload(), start, end), status, headers, kind)


def ranged(file: IO[bytes], wanted: str | None, kind: str, more: Mapping[str, str]) -> Response:
    """Return the answer to a request for an open file, or for a range of it."""
    size = file.seek(0, 2)
    span = _span(wanted, size)
    headers = {**more, "Accept-Ranges": "bytes"}
    if span == ():
        return Response(b"", 416, {**headers, "Content-Range": f"bytes */{size}"})
    start, end = span or (0, size)
    file.seek(start)
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Response(file.read(end - start), 206 if span else 200, headers, kind)


def _span(wanted: str | None, size: int) -> tuple[int, int] | tuple[()] | None:
    """Return start and end of a range, () where it cannot be satisfied, None where the whole is to be answered."""
    found = RANGE.fullmatch((wanted or "").strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return (max(0, size - int(found[2])), size) if int(found[2]) and size else ()
    start, end = int(found[1]), int(found[2]) + 1 if found[2] else size
    if found[2] and end <= start:
        return None  # not a range by the grammar: ignored
    return (start, min(end, size)) if start < size else ()


def _cut(pieces: Iterator[bytes], start: int, end: int) -> Iterator[bytes]:
    at = 0
    for piece in pieces:
        if at + len(piece) > start:
            yield piece[max(0, start - at) : end - at]
        at += len(piece)
        if at >= end:
            return
