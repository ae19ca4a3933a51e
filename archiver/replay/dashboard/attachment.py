"""Attachment: stored bytes for a person to keep, and pictures and films for a page to show. All of it a stranger's.

A download is always an attachment of a type that nothing opens by itself, under a policy that lets nothing in it run. What a page shows
must begin as a picture or a film does, whatever its server called it: SVG, HTML and everything else that can hold a script is never shown
from the dashboard's origin.

A WARC record is one gzip member, and a file of one member is a WARC file; a payload is what the record's digest was made of: its content
coding is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from starlette.responses import Response, StreamingResponse

from archiver.replay import media, policy
from archiver.replay.library import Library, Stored

SHOWN = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"....ftypavif", re.DOTALL), "image/avif"),
    (re.compile(rb"....ftyp", re.DOTALL), "video/mp4"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), "video/webm"),
    (re.compile(rb"OggS"), "video/ogg"),
)
ENDS = {
    "text/html": "html",
    "application/json": "json",
    "image/jpeg": "jpg",
    "image/png": "png",
    "text/css": "css",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "text/plain": "txt",
}
FOREVER = "private, max-age=31536000, immutable"


def warc(library: Library, name: str, record: str) -> Response:
    """Return a record as it stands in its file."""
    stored = library.record(name, record)
    return _download(iter([library.member(name, stored.position)]), "application/warc", f"{record}.warc.gz", stored.position["length"])


def payload(library: Library, name: str, record: str) -> Response:
    """Return a record's payload, content coding kept."""
    stored = library.record(name, record)
    end = ENDS.get(stored.position.get("media_type") or "", "bin")
    return _download(stored.payload(), "application/octet-stream", f"{record}.payload.{end}", stored.size)


def kind(stored: Stored) -> str | None:
    """Return the media type that a payload begins as, None where it is nothing that a page may show."""
    start = media.body(stored, 32).data
    return next((name for pattern, name in SHOWN if pattern.match(start)), None)


def shown(library: Library, name: str, record: str, wanted: str | None) -> Response:
    """Return a picture or film for a page to show; `wanted` is the request's Range. 415 for anything else."""
    stored = library.record(name, record)
    media_type = kind(stored)
    if media_type is None:
        return Response("this record is no picture or film that can be shown\n", 415, {"Content-Security-Policy": policy.RAW}, "text/plain")
    answer = media.answer(stored, wanted)
    answer.headers["Content-Type"], answer.headers["Content-Security-Policy"] = media_type, policy.RAW
    return answer


def _download(pieces: Iterator[bytes], media_type: str, file: str, length: int) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{file}"',
        "Content-Length": str(length),
        "Content-Security-Policy": policy.RAW,
    }
    return StreamingResponse(pieces, 200, headers, media_type)
