"""Rendering: templates, the filters that say times, sizes and addresses as people read them, and the answer around a page.

The stylesheet and the script are files of the package, read once; their addresses carry a hash of their bytes, so a browser keeps them for
good and a new version is another address. Autoescaping is on for every template, whatever its name.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from archiver.record import layout
from archiver.record.catalog.catalog import hexed
from archiver.replay import policy
from archiver.replay.dashboard import outcome as outcomes

HERE = Path(__file__).parent
FOREVER = "public, max-age=31536000, immutable"
STATIC = {"dashboard.css": "text/css; charset=utf-8", "dashboard.js": "text/javascript; charset=utf-8"}
INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def page(template: str, frames: tuple[str, ...] = (), status: int = 200, **values: Any) -> Response:
    """Return a page as an answer; `frames` are the origins that it frames, none for most."""
    text = environment().get_template(template).render(values)
    headers = {"Content-Security-Policy": policy.dashboard(frames)}
    # A lone surrogate, which JSON may hold and UTF-8 has no bytes for, is shown as the question mark it is.
    return Response(text.encode("utf8", "replace"), status, headers, "text/html; charset=utf-8")


def static(name: str) -> Response:
    """Return a file of the package; 404 for any other name."""
    if name not in STATIC:
        return Response("no such file\n", 404, media_type="text/plain")
    return Response(_file(name), 200, {"Cache-Control": FOREVER}, STATIC[name])


@cache
def environment() -> Environment:
    """Return the templates' environment."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {
        "when": when,
        "day": day,
        "size": size,
        "address": address,
        "line": line,
        "path": path,
        "state": outcomes.state,
        "rot": outcomes.rot,
        "file": file,
        "hexed": hexed,
    }
    made.globals |= {"static": _address, "outcome": outcomes.outcome, "legend": outcomes.LEGEND, "verdicts": outcomes.VERDICTS}
    for name in made.list_templates():
        made.get_template(name)  # compiled at the start, not while somebody waits for the first page
    return made


def when(stamp: str | None) -> str:
    """Return a time of the manifest as people read it: `25 Nov 2026, 22:15:13 UTC`."""
    try:
        return datetime.fromisoformat(stamp or "").strftime("%-d %b %Y, %H:%M:%S UTC")
    except ValueError:
        return stamp or "never"


def day(stamp: str | None) -> str:
    """Return the day of a time or date: `25 Nov 2026`."""
    try:
        return datetime.fromisoformat(stamp or "").strftime("%-d %b %Y")
    except ValueError:
        return stamp or ""


def size(length: int) -> str:
    """Return a number of bytes as people read it, in decimal units."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if length >= factor:
            return f"{length / factor:.1f} {unit}"
    return f"{length} B"


def address(url: str | None) -> str:
    """Return a URL with the words of its path instead of their bytes, where those are words: UTF-8, nothing invisible, no new `/?#%`."""
    return line(ESCAPES.sub(_words, url or ""))


def line(text: str | None) -> str:
    """Return a stranger's text for one line: what is invisible, and could hide or turn what is beside it, is shown as U+ and its number."""
    return INVISIBLE.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text or "")


def file(source: str) -> str:
    """Return what an article from a file is called: the file's name, without where it lay; a list of URLs, by them, without its digest."""
    if source.startswith(layout.LISTED):
        return address(source.removeprefix(layout.LISTED).partition(", sha256:")[0])
    return line(re.split(r"[/\\\\]", source.rstrip("/\\"))[-1] or source)


def path(name: str) -> str:
    """Return a snapshot's name, or any path, as it stands in an address."""
    return quote(name)


def _words(escaped: re.Match[str]) -> str:
    try:
        text = unquote_to_bytes(escaped[0]).decode()
    except ValueError:
        return escaped[0]
    plain = text.isprintable() and not INVISIBLE.search(text) and not set(text) & set(" /?#%&=+<>\"'\\")
    return text if plain else escaped[0]


@cache
def _file(name: str) -> bytes:
    return (HERE / "static" / name).read_bytes()


@cache
def _address(name: str) -> str:
    return f"/static/{name}?{hashlib.sha256(_file(name)).hexdigest()[:12]}"
