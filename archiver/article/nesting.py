"""Take the fuse out of markup that is nested to break parsers, before the parser sees it.

WHATWG parsing is not linear. Two of its rules let a small page take a machine down (measured with lexbor; browsers cap the depth):

  formatting   Each `<p>` opens again every `<b>`, `<i>`, `<font>` … that was left open: 10,000 × `<p><b id=N>`, 200 kB, ask for 50 million
               nodes, more than 3 GB.
  depth        Each start or end tag may search the open elements: 40,000 × `<div>` take 3 s, 100,000 a minute.

So start tags are left out that would go beyond a budget: nodes that formatting may add (REOPENED), steps that searching may take
(SEARCHED), shared out over the tags of the page. A page of 4,000 tags is never looked at, and nothing else is ever changed: 100 open
formatting elements or 8,000 levels in a page of 5,000 tags pass untouched. What is left out is a tag without text, so the text stays whole.
"""

from __future__ import annotations

import re
from collections import Counter

TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)[^>]*>?")
# `a` and `nobr` are formatting too, but each closes the one before: an old page with 2,000 open `<a name=…>` is harmless.
FORMATTING = frozenset({"b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"})
# Elements that end by themselves where the next of their kind begins, or at once.
SHORT_TAGS = """
    a nobr area base br col embed hr img input link meta param source track wbr frame image p li dd dt option optgroup tr thead tbody
    tfoot colgroup html head body
"""
SHORT = frozenset(SHORT_TAGS.split())
# An end tag does not reach beyond these ("has an element in scope").
BOUNDS = frozenset({"table", "td", "th", "caption", "object", "applet", "marquee", "template", "svg", "math"})
CELLS = frozenset({"td", "th", "caption"})  # one ends where the next begins
UNSEEN = 4_000
REOPENED = 500_000
SEARCHED = 500_000_000
DEEP = 8_000


def tamed(html: str) -> str:
    """Return the markup without the start tags that go beyond the budget; nearly always the very same string."""
    tags = html.count("<")
    if tags <= UNSEEN:
        return html
    gauge = _Gauge(max(8, REOPENED // tags), min(DEEP, SEARCHED // tags))
    cuts = [match.span() for match in TAG.finditer(html) if gauge.exceeded(match[1], match[2].lower())]
    if not cuts:
        return html
    ends = [0, *(end for _, end in cuts)]
    starts = [*(start for start, _ in cuts), len(html)]
    return "".join(html[end:start] for end, start in zip(ends, starts, strict=True))


class _Gauge:
    """How many elements may be open at a tag, counted high: a level per bound, counts by name within it."""

    def __init__(self, formatting: int, depth: int) -> None:
        self.limits = {True: formatting, False: depth}
        self.open = {True: 0, False: 0}
        self.levels: list[tuple[str, Counter[str]]] = [("", Counter())]

    def exceeded(self, slash: str, name: str) -> bool:
        """Take note of a tag; tell whether it is a start tag beyond the limit, which is then not counted."""
        if slash:
            self._end(name)
            return False
        if name in CELLS and self.levels[-1][0] in CELLS:
            self._leave()
        if name in SHORT:
            return False
        formatting = name in FORMATTING
        if self.open[formatting] >= self.limits[formatting]:
            return True
        self.open[formatting] += 1
        self.levels[-1][1][name] += 1
        if name in BOUNDS:
            self.levels.append((name, Counter()))
        return False

    def _end(self, name: str) -> None:
        """Count off the innermost element of a name, if the end tag reaches one."""
        if len(self.levels) > 1 and self.levels[-1][0] == name:
            self._leave()
        elif self.levels[-1][1][name] and name not in BOUNDS:
            self.levels[-1][1][name] -= 1
            self.open[name in FORMATTING] -= 1

    def _leave(self) -> None:
        """Count off the innermost bound, with all that is open within it."""
        name, inner = self.levels.pop()
        self.levels[-1][1][name] -= 1
        self.open[False] -= 1
        for tag, count in inner.items():
            self.open[tag in FORMATTING] -= count
