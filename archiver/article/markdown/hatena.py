"""Hatena's notation: what a Japanese blog service puts behind an address in brackets, `[https://… :title]`, in Markdown as well.

The suffixes say how it is shown: as a card or a player (`embed`, `movie`), as its title or words of the author's (`title`, `title=words`),
with its bookmarks. They are no part of the address. `[tweet:https://…]` is a post. A picture (`image`) cites nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

SHOWN = re.compile(
    r"(?:(?P<post>tweet|twitter):)?(?P<url>https?://[^\s\[\]<>]{1,2000}?)(?:#embed)?"
    r"(?P<suffixes>(?::(?:title(?:=(?P<words>[^\[\]\n]{1,500}+))?|embed|cite|bookmark|barcode|image(?::[a-z]?[0-9]{1,4}){0,2}|movie|sound"
    r"|detail(?::[a-z0-9]{1,10})?|plain)){0,6})",
)
PLAYED = re.compile(r":(?:embed|movie)(?![a-z])")


class Shown(NamedTuple):
    """What stands in brackets: the address, where its words stand (itself, where it has none), and how it is shown."""

    url: str
    start: int
    end: int
    kind: str  # link | embed | picture


def hatena(seen: str, start: int, end: int) -> Shown | None:
    """Return what `seen[start:end]`, the inside of brackets, says in the notation; None where it is something else."""
    if not seen.startswith(("http", "tw"), start):
        return None
    found = SHOWN.fullmatch(seen, start, end)
    if found is None or not (found["post"] or found["suffixes"]):
        return None
    suffixes = found["suffixes"]
    kind = "embed" if found["post"] or PLAYED.search(suffixes) else "picture" if suffixes.startswith(":image") else "link"
    return Shown(found["url"], *found.span("words" if found["words"] else "url"), kind)
