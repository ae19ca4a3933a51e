"""Registry: which endpoint tells of a page by oEmbed. The list of providers is `oembed.com`'s, as the package micawber keeps it.

Its `providers.json` (375 providers, 851 patterns; MIT) is read as data, by the package's list of files: none of its code is imported. A
third of the endpoints were never verified by anybody, so what one says is a witness and never the only one.

A pattern's `*` stands for anything. Patterns are kept by the last two labels of their host, and matched with atomic groups (`fnmatch`), in
time linear in the URL.
"""

from __future__ import annotations

import fnmatch
import json
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, files

from archiver.url import parts

DATA = "micawber/providers.json"
LONGEST = 2_000  # characters of a URL

Patterns = dict[str, list[tuple[re.Pattern[str], str]]]


def endpoint(url: str) -> str | None:
    """Return the oEmbed endpoint that knows a resolved URL; None where none does."""
    if len(url) > LONGEST:
        return None
    both = (url, f"{'http' if url.startswith('https:') else 'https'}:{url.partition(':')[2]}")
    known = _patterns().get(_site(parts(url).host), ())
    return next((address for pattern, address in known if any(pattern.fullmatch(spelling) for spelling in both)), None)


@cache
def _patterns() -> Patterns:
    found: Patterns = {}
    for scheme, address in _schemes():
        site = _site(re.split(r"[/?#]", scheme.partition("://")[2], maxsplit=1)[0])
        if "*" in site:
            continue
        pattern = fnmatch.translate(scheme.replace("[", "[[]").replace("?", "[?]"))
        found.setdefault(site, []).append((re.compile(pattern, re.IGNORECASE), address))
    return found


def _schemes() -> list[tuple[str, str]]:
    """Return every pattern with its endpoint; endpoints without encryption, or that need a format we do not read, are left out."""
    return [
        (scheme, provided["url"].replace("{format}", "json"))
        for provider in _providers()
        for provided in provider.get("endpoints", ())
        for scheme in provided.get("schemes", ())
        if provided["url"].startswith("https://") and not provided["url"].endswith(".xml") and scheme.startswith("http")
    ]


def _providers() -> list[dict[str, list[dict[str, str]]]]:
    try:
        listed = next((file for file in files("micawber") or () if str(file) == DATA), None)
    except PackageNotFoundError:
        return []
    found: list[dict[str, list[dict[str, str]]]] = json.loads(listed.read_text(encoding="utf8")) if listed else []
    return found


def _site(host: str) -> str:
    return ".".join(host.rstrip(".").lower().split(".")[-2:])
