r"""Furniture: running heads, feet and page numbers, which pages repeat and nobody reads as the article's words.

What shows them is that they come back: the same words, figures apart, among the outermost lines of three pages and of a third of all. A
browser that prints a page adds its own, and says with them where the page lives; they are known by their shape on a single page too:

    3/5/24, 9:41 AM            The title of the page          date and time above
    https://news.example/a/story                   1/2        address and page of pages below
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

OUTERMOST = 2  # lines of a page, at its top and at its foot, that may be furniture
FEWEST_PAGES, SHARE_OF_PAGES = 3, 1 / 3
FIGURES = re.compile(r"[0-9\u0660-\u0669\u06f0-\u06f9]+|\b[ivxlc]+\b")
PAGE_OF_PAGES = re.compile(r"[0-9]{1,4}/[0-9]{1,4}")
PRINTED_AT = re.compile(r"(?:[0-9]{1,4}[./-]){2}[0-9]{1,4},? [0-9]{1,2}[:.][0-9]{2}(?:[: ].*)?")
ADDRESS = re.compile(r"(?:https?|file)://\S+")


class Outermost(NamedTuple):
    """One of the outermost lines of a page: where in the text it starts, whether it stands at the top, its words."""

    page: int
    start: int
    top: bool
    words: str


def furniture(lines: Iterable[Outermost], pages: int) -> set[int]:
    """Return the starts of those lines that are furniture of a document with so many pages."""
    seen: dict[tuple[str, bool], list[Outermost]] = {}
    by_page: dict[int, list[Outermost]] = {}
    for one in lines:
        seen.setdefault((FIGURES.sub("0", " ".join(one.words.casefold().split())), one.top), []).append(one)
        by_page.setdefault(one.page, []).append(one)
    enough = max(FEWEST_PAGES, pages * SHARE_OF_PAGES)
    found = {one.start for same in seen.values() if len({one.page for one in same}) >= enough for one in same}
    return found.union(*map(_of_browser, by_page.values()))


def _of_browser(page: Sequence[Outermost]) -> set[int]:
    """Return the starts of what a browser prints around a page: the foot tells, by an address and a page of pages."""
    foot = [one for one in page if not one.top]
    words = " ".join(" ".join(one.words.split()) for one in sorted(foot, key=lambda one: not ADDRESS.match(one.words.strip()))[:OUTERMOST])
    address, _, number = words.rpartition(" ")
    if not (ADDRESS.fullmatch(address) and PAGE_OF_PAGES.fullmatch(number)):
        return set()
    pieces = {address, number, words}
    heads = {one.start for one in page if one.top and PRINTED_AT.fullmatch(" ".join(one.words.split()))}
    return heads | {one.start for one in foot if " ".join(one.words.split()) in pieces}
