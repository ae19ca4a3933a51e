"""Film: what a film needs beside its records so that players which choose, and know, less than we do can play it from an export.

**One variant of several.** A list of variants (HLS, RFC 8216 §4.3.4.2) names the same film in several sizes; it is recorded in the best one
that its limit allows. Players do not look which that is: ReplayWeb.page takes the largest up to 1280×720 and shows the list with no other
(measured, 2.5.3), pywb goes by bit rate. So the list gets a readable copy that names only the variants all of whose segments are here.
With none whole it stays as it was: a copy would say no more. Lists of DASH stay as they were too: what of them is whole is not looked up.

**A film joined of its parts** is a `conversion`, which ReplayWeb.page does not read at all. It gets a copy of type `resource`, and a page
of its own in the list of pages. That is the one way there for a page that leaves HLS to the browser: Chromium plays no list and no segment
that a service worker has put together, whoever's worker it is, only those that come to it from the network or a cache (measured, 156).
Players written in script (hls.js and others) ask for list and segments themselves, and play.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from archiver.record.manifest import FILM_URI
from archiver.url import resolve, without_fragment

LISTS = frozenset({"application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl", "audio/x-mpegurl"})
MOST = 4 << 20  # bytes of a list
VARIANT, RENDITION, TRICK = "#EXT-X-STREAM-INF:", "#EXT-X-MEDIA:", "#EXT-X-I-FRAME-STREAM-INF:"
NAMED = re.compile(r'[:,]URI="([^"]*)"')
GROUP = re.compile(r'[:,](?:TYPE=([A-Z-]+)|GROUP-ID="([^"]*)")')

Find = Callable[[str], str | None]  # the text of an archived list, by its URL
Known = Callable[[str], bool]  # whether a URL was answered


def is_list(url: str, media_type: str | None) -> bool:
    """Tell whether an answer may be a list: by its type, or by its name where servers know no type for it."""
    return media_type in LISTS or url.partition("?")[0].lower().endswith(".m3u8")


def narrowed(text: str, base: str, find: Find, known: Known) -> str | None:
    """Return a list of variants with those only that are whole, None where there is nothing to leave out, or nothing would be left."""
    lines = text.splitlines()
    variants = [at for at, line in enumerate(lines) if line.startswith(VARIANT)]
    places = {at: next((n for n in range(at + 1, len(lines)) if lines[n].strip() and not lines[n].startswith("#")), at) for at in variants}

    def whole(written: str) -> bool:
        url = resolve(written.strip(), base)
        inner = find(without_fragment(url)) if url else None
        return bool(url and inner and inner.startswith("#EXTM3U") and all(map(known, _segments(inner, url))))

    kept = {at for at in variants if whole(lines[places[at]])}
    if not kept or len(kept) == len(variants):
        return None
    gone = {line for at in set(variants) - kept for line in (at, places[at])}
    gone |= {at for at, line in enumerate(lines) if line.startswith(TRICK)}
    gone |= set(_missing_renditions(lines, whole))
    return "\n".join([line for at, line in enumerate(lines) if at not in gone] + [""])


def _segments(text: str, base: str) -> Iterator[str]:
    """Yield the addresses that a list of segments names, a map or a key of theirs too."""
    for line in text.splitlines():
        written = line.strip() if not line.startswith("#") else next(iter(NAMED.findall(line)), "")
        if written and (url := resolve(written, base)):
            yield without_fragment(url)


def _missing_renditions(lines: list[str], whole: Known) -> Iterator[int]:
    """Yield the lines of sounds and subtitles that are not whole, where another of their group is."""
    groups: dict[tuple[str, ...], list[tuple[int, bool]]] = {}
    for at, line in enumerate(lines):
        if line.startswith(RENDITION):
            name = tuple("".join(found) for found in GROUP.findall(line))
            written = NAMED.findall(line)
            groups.setdefault(name, []).append((at, not written or whole(written[0])))
    for members in groups.values():
        if any(here for _, here in members):
            yield from (at for at, here in members if not here)


def pages(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a page for each joined film of a snapshot."""
    for citation in manifest["citations"]:
        films = [record for capture in citation["captures"] for record in capture["records"] if is_joined(record)]
        for record in films:
            title = next(filter(None, _titles(citation["captures"])), record["url"].removeprefix(FILM_URI))
            row = {"id": record["id"].strip("<>").rpartition(":")[2], "url": record["url"], "ts": record["date"], "title": f"Film: {title}"}
            yield {**row, "citation": citation["number"], "key": citation["key"]}


def is_joined(record: Mapping[str, Any]) -> bool:
    """Tell whether a record of a manifest is a film that was joined of its parts."""
    return record["type"] == "conversion" and (record["url"] or "").startswith(FILM_URI)


def _titles(captures: Iterable[dict[str, Any]]) -> Iterator[str | None]:
    yield from (capture["title"] for capture in captures if capture["role"] == "seed")
