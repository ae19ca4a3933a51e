"""Prose: which blocks of a page are sentences, and how much of them stands in each element.

Prose is the text of blocks with some length and few links: menus, headlines and rows of buttons are none. A wide character (Chinese,
Japanese, Korean) counts twice, for it says as much as two letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from archiver.article.anchor import WIDE
from archiver.article.tree import Tree

FEW = 1000  # characters of prose below which their spread over the page says nothing
LONG = 60  # characters from which a block counts as prose


class Weights:
    """Prose by element: how much stands in each, everything below it included; `whole` in the page."""

    def __init__(self, tree: Tree, own: Sequence[int]) -> None:
        self._sums = [0, *accumulate(own)]  # of all elements before one: what is below it stands directly behind it
        self._lasts = tree.lasts
        self.whole = self._sums[-1]

    @property
    def is_hardly_any(self) -> bool:
        """Whether there is so little prose on the page that where it stands says nothing."""
        return self.whole < FEW

    def of(self, at: int) -> int:
        """Return how much prose stands in an element."""
        return self._sums[self._lasts[at] + 1] - self._sums[at]

    def between(self, first: int, last: int) -> int:
        """Return how much prose the elements from `first` up to `last`, that one excluded, own."""
        return self._sums[last] - self._sums[first]


def prose_blocks(tree: Tree) -> Iterator[tuple[int, int, int, int]]:
    """Yield the blocks of prose as (start, end, owner, weight): characters outside links, of blocks long enough."""
    linked, wide = link_spans(tree), WIDE.search("".join(tree.signs)) is not None
    first = 0  # of the links, which stand in order, that no block so far has left behind
    for start, end, owner, kind in tree.blocks:
        size = length = end - start
        if wide:
            size += len(WIDE.findall(tree.text, start, end))
        if size < LONG or kind[:7] == "heading":
            continue
        while first < len(linked) and linked[first][1] <= start:
            first += 1
        links, at = 0, first
        while at < len(linked) and linked[at][0] < end:
            links += min(linked[at][1], end) - max(linked[at][0], start)
            at += 1
        if links * 2 <= length:
            yield start, end, owner, size - links


def link_spans(tree: Tree) -> list[tuple[int, int]]:
    """Return the spans of links, disjoint and in order."""
    return [span for span in map(tree.span, tree.by_tag.get("a", ())) if span[1] > span[0]]
