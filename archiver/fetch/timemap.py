"""TimeMap and TimeGate (RFC 7089): what any archive that speaks Memento says it has of a URL; and what the addresses of copies look like.

A TimeMap is a list of links (`application/link-format`, RFC 6690 §2): the original, the copies with the time of each, further TimeMaps
where one is not enough. A TimeGate is asked for one time (`Accept-Datetime`) and redirects to the copy nearest to it.

Addresses of copies (URI-M) are no standard, and three forms are common: a time of 14 digits before the URL (the Wayback Machine, pywb and
all that are built on them; `id_` behind the time asks for the bytes as they were captured; fewer digits mean the nearest copy), the same
with dots (archive.today), a short code that says nothing by itself (archive.today; its answer's `Memento-Datetime` does).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from archiver.citation.wrapped import ARCHIVES
from archiver.url import host, on_host, resolve

LONGEST = 8 << 20  # characters of a TimeMap that are read: some 50,000 copies
LINK = re.compile(r'<([^<>]{1,8000})>((?:\s*;\s*[\w*-]{1,40}\s*=\s*(?:"[^"]*"|[^\s;,"]+))*)')
ATTRIBUTE = re.compile(r';\s*([\w*-]{1,40})\s*=\s*(?:"([^"]*)"|([^\s;,"]+))')
DIGITS = re.compile(r"(?P<before>https?://[^/]+/(?:[^/?#]{1,60}/){0,4}?)(?P<time>[0-9]{4,14})(?P<raw>[a-z]{2}_)?/(?P<original>https?:/.+)")
DOTTED = re.compile(r"https?://[^/]+/(?P<time>[0-9]{4}\.[0-9]{2}\.[0-9]{2}-[0-9]{6})/(?P<original>https?:/.+)")
FILLED = "00000101000000"  # what a shortened time leaves out
CODE = re.compile(r"https?://[^/]+/[A-Za-z0-9]{5}(?:[/#?].*)?")


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy in an archive: where to ask for it, of which URL it is, from when, in which archive; `digest` where the archive tells it."""

    url: str
    original: str
    moment: datetime
    archive: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """What the address of a copy says: of which URL (None: it does not say), from when; `raw` how it is asked to be answered (`id_`)."""

    original: str | None
    moment: datetime | None
    raw: str = ""
    before: str = ""  # the address up to the time


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a TimeMap."""

    url: str
    relations: frozenset[str]
    moment: datetime | None
    since: datetime | None = None
    until: datetime | None = None


def address(url: str) -> Address | None:
    """Return what the address of a copy says; None for an address that has none of the forms."""
    for form, spelling in ((DIGITS, "%Y%m%d%H%M%S"), (DOTTED, "%Y.%m.%d-%H%M%S")):
        matched = form.fullmatch(url)
        original = resolve(re.sub(r"^(https?):/+", r"\1://", matched["original"])) if matched else None
        if matched and original:
            try:
                written = matched["time"] + (FILLED[len(matched["time"]) :] if form is DIGITS else "")
                moment = datetime.strptime(written, spelling).replace(tzinfo=UTC)
            except ValueError:
                return None
            said = matched.groupdict()
            return Address(original, moment, said.get("raw") or "", said.get("before") or "")
    return Address(None, None) if on_host(host(url), *ARCHIVES) and CODE.fullmatch(url) else None


def beside(copy: str, needed: str) -> str | None:
    """Return where the archive of a copy has what the copied page needs; None where it does not say.

    A raw copy names its parts as the original did, and they are asked for at the copy's own time. Where the archive has rewritten the page,
    its parts are named inside the archive; what is named elsewhere is not of that time.
    """
    named = address(copy)
    if named is None:
        return None
    if named.raw and named.moment:
        return f"{named.before}{named.moment:%Y%m%d%H%M%S}{named.raw}/{needed}"
    return needed if host(needed) == host(copy) else None


def as_captured(url: str, raw: str) -> str:
    """Return the address of a copy as one that asks for the bytes as they were captured, where the archive has a word for that."""
    matched = DIGITS.fullmatch(url) if raw else None
    return f"{matched['before']}{matched['time']}{raw}/{matched['original']}" if matched else url


def links(text: str) -> Iterator[Link]:
    """Yield the links of a TimeMap; what is no link is passed over."""
    for target, written in LINK.findall(text[:LONGEST]):
        said = {name.lower(): quoted or plain for name, quoted, plain in ATTRIBUTE.findall(written)}
        times = (http_date(said.get(name)) for name in ("datetime", "from", "until"))
        yield Link(target.strip(), frozenset(said.get("rel", "").lower().split()), *times)


def copies(text: str, original: str, archive: str, raw: str = "") -> list[Copy]:
    """Return the copies that a TimeMap lists."""
    found = []
    for link in links(text):
        url = resolve(link.url)
        if url and link.moment and "memento" in link.relations:
            found.append(Copy(as_captured(url, raw), original, link.moment, archive))
    return found


def further(text: str, here: str, near: datetime | None) -> str | None:
    """Return the TimeMap that a list of TimeMaps names for a time, or the last one; None where it names none but itself."""
    listed = [link for link in links(text) if "timemap" in link.relations and (url := resolve(link.url)) and url != resolve(here)]
    if near is not None:
        for link in listed:
            if (link.since is None or link.since <= near) and link.until is not None and near <= link.until:
                return resolve(link.url)
    return resolve(listed[-1].url) if listed else None


def http_date(written: str | None) -> datetime | None:
    """Return a time as HTTP headers write it, UTC; None where it cannot be read."""
    try:
        return parsedate_to_datetime(written).astimezone(UTC) if written else None
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
