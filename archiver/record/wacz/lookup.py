"""Lookup: the index lines of an export, as players look them up. A function of the store's own lines and of the request records.

**Keys.** pywb finds a line by its key alone, and makes the key by the rules of the Internet Archive's canonicaliser, which cdxj-indexer
follows too: percent-escapes undone and made again, the slash at the path's end dropped, the parameters in order. The store's own keys are
simpler (`archiver.url.surt`): pywb asks for other keys than these for `/news/` and for `?b=2&a=1` (measured, 2.10).

**Requests with a body.** Two posts to one address differ by what was posted. Players turn such a request into an address: `__wb_method` and
the body, flattened, behind the query. pywb has that in the key; ReplayWeb.page makes it of the line's `method` and `requestBody`. They
flatten differently (an empty value, a text that is no JSON, a file of a form), so the key is made by pywb's rules and the fields by
ReplayWeb.page's. Without them each post is "not found" there (measured). `requestBody` stays percent-escaped: with letters beyond Latin-1
undone, ReplayWeb.page answers "not found" (measured, 2.5.3; the cause was not traced).

Only the tiers that post are looked at (browser, video): http asks with GET, and a run of twenty thousand needs no second reading.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, unquote_plus, unquote_to_bytes, urlencode

from archiver import url as urls

POSTING = frozenset({"browser", "video"})
ANSWERS = frozenset({"response", "revisit"})
BODIED = frozenset({"POST", "PUT"})
MOST = 4096  # characters of a flattened body, as in pywb
FIRST = re.compile(rb"([A-Z]{1,20}) ")
KIND = re.compile(rb"^content-type:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
PART = re.compile(r'\bname="([^"]*)"')
RecordOf = dict[str, Any]  # the contract's record object


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was no GET: its method, and its body as pywb and as ReplayWeb.page flatten it."""

    method: str
    keyed: str
    posted: str

    def fields(self) -> dict[str, str]:
        """Return what a line says of it."""
        return {"method": self.method, "requestBody": self.posted}


def requests(captures: Iterable[Mapping[str, Any]]) -> Iterator[tuple[RecordOf, RecordOf]]:
    """Yield the answers of tiers that post, each with the request record behind it."""
    for capture in captures:
        answer = None
        for record in capture["records"] if capture["tier"] in POSTING else ():
            if record["type"] == "request" and answer is not None:
                yield answer, record
            answer = record if record["type"] in ANSWERS else None


def asked(request: bytes) -> Asked | None:
    """Read the block of a request record; None for a GET."""
    head, _, body = request.partition(b"\r\n\r\n")
    method, named = FIRST.match(head), KIND.search(head)
    if method is None or method[1] == b"GET":
        return None
    kind, name = named[1].decode("latin1").strip() if named else "", method[1].decode()
    return Asked(name, *((_keyed(kind, body)[:MOST], _posted(kind, body)[:MOST]) if name in BODIED else ("", "")))


def line(written: bytes, request: Asked | None = None) -> bytes:
    """Return a line of the store's index, or of an entry, as players look it up."""
    _, stamp, said = written.split(b" ", 2)
    data = json.loads(said)
    if request is not None:
        data |= request.fields()
    return b" ".join((key(data["url"] or "", request).encode(), stamp, json.dumps(data, separators=(",", ":")).encode())) + b"\n"


def key(url: str, request: Asked | None = None) -> str:
    """Return the key that pywb looks an address up by; the URI itself of anything that is not http(s)."""
    resolved = urls.resolve(url)
    if resolved is None:
        return url
    path, _, query = urls.surt(resolved).partition("?")
    if request is not None:
        query = "&".join(filter(None, (query, f"__wb_method={request.method}", request.keyed)))
    parts = sorted(one.partition("=") for one in _escaped(query).split("&")) if query else []
    host, bracket, path = path.partition(")")
    path = _escaped(path)
    short = path[:-1] if len(path) > 1 and path.endswith("/") else path
    return host + bracket + short + ("?" if parts else "") + "&".join("".join(one) for one in parts)


def _escaped(text: str) -> str:
    """Undo all percent-escapes and make them again where they must be, lower case."""
    data = text.encode("utf8", "replace")
    while (undone := unquote_to_bytes(data)) != data:
        data = undone
    return "".join(chr(one) if 0x20 < one < 0x7F and one not in b"#%" else f"%{one:02x}" for one in data.lower())


def _keyed(kind: str, body: bytes) -> str:
    """Return a body as pywb flattens it."""
    if not body:
        return ""
    try:
        if kind.startswith("application/x-www-form-urlencoded"):
            return unquote_plus(body.decode())
        if kind.startswith("multipart/"):
            return urlencode([(name, value) for name, value, _ in _parts(kind, body)])
        if kind.startswith(("application/json", "text/plain")):
            return urlencode(_named((name, value) for name, value in _leaves(json.loads(body), "") if name))
    except (ValueError, RecursionError):
        if kind.startswith("application/json"):
            return ""
    return _binary(body)


def _posted(kind: str, body: bytes) -> str:
    """Return a body as ReplayWeb.page flattens it."""
    text, flat = body.decode("utf8", "replace"), _binary(body)
    match kind.partition(";")[0]:
        case "application/x-www-form-urlencoded":
            flat = text
        case "multipart/form-data":
            lines = {name: value.partition("\n")[0].rstrip("\r") for name, value, file in _parts(kind, body) if not file}
            flat = _form(lines.items())
        case "application/json" | "text/plain":
            try:
                flat = _form(_named((name, value) for name, value in _leaves(json.loads(text), "") if value))
            except (ValueError, RecursionError):
                flat = ""
    return flat


def _binary(body: bytes) -> str:
    return "__wb_post_data=" + base64.b64encode(body).decode()


def _leaves(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield the leaves of a JSON value, each with the name that stands nearest above it."""
    if isinstance(value, dict):
        for below, item in value.items():
            yield from _leaves(item, below)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, name)
    elif isinstance(value, float) and value.is_integer():
        yield name, str(int(value))
    else:
        yield name, value if isinstance(value, str) else json.dumps(value)


def _named(leaves: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Number the names that come again: `a`, `a.2_`, `a.3_`."""
    count: dict[str, int] = {}
    made = []
    for name, value in leaves:
        count[name] = count.get(name, 0) + 1
        made.append((name if count[name] == 1 else f"{name}.{count[name]}_", value))
    return made


def _parts(kind: str, body: bytes) -> Iterator[tuple[str, str, bool]]:
    """Yield name and text of the parts of a form, and whether each is a file. ValueError where no boundary is named."""
    boundary = kind.partition("boundary=")[2].partition(";")[0].strip('" ')
    if not boundary:
        raise ValueError("no boundary")
    for part in body.decode("utf8", "replace").split("--" + boundary)[1:]:
        head, gap, text = part.partition("\r\n\r\n")
        if gap and (name := PART.search(head)):
            yield name[1], text.removesuffix("\r\n"), "filename=" in head


def _form(pairs: Iterable[tuple[str, str]]) -> str:
    """Return pairs as URLSearchParams writes them."""
    return "&".join(f"{quote_plus(name, safe='*')}={quote_plus(value, safe='*')}".replace("~", "%7E") for name, value in pairs)
