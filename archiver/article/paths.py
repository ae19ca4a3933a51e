"""Paths: the XPath and the CSS selector that name an element of a document as it was received, and back.

Both must mean the same in a browser, in lexbor and here. An XPath step `p[2]` does so for HTML elements with plain names only: the elements
of SVG and MathML are in namespaces that a plain step does not match, and a name like `o:p` is no XPath name, so those are counted (`*[7]`).
For the same reason CSS says `:nth-child(7)` there, and names an id only where it needs no escape and no other element's id equals it in any
case (in quirks mode a browser compares ids without case). Selectors of this form are followed here, not by lexbor, whose `:nth-child`
counts `<?…?>` with the elements.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from archiver.article.tree import Tree

PLAIN = re.compile(r"[a-z][a-z0-9-]*")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
STEP = re.compile(r"/(?:([a-z][a-z0-9-]*)|\*)\[([1-9][0-9]*)\]")
SELECTED = re.compile(r"(?::root|#([A-Za-z][A-Za-z0-9_-]*))((?: > (?:[a-z][a-z0-9-]*:nth-of-type|:nth-child)\([1-9][0-9]*\))*)")
SELECTED_STEP = re.compile(r" > (?:([a-z][a-z0-9-]*):nth-of-type|:nth-child)\(([1-9][0-9]*)\)")
FOREIGN = frozenset({"svg", "math"})


class Paths:
    """The paths of a tree's elements, which are named by their position in document order, from 0."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._known: dict[int, tuple[str, str]] = {}
        self._ordinals: dict[int, tuple[int, int]] = {}

    def of(self, at: int) -> tuple[str, str]:
        """Return the positional path of an element and the selector that it alone matches."""
        known, parents = self._known, self._tree.parents
        if at in known:
            return known[at]
        steps = [at]
        while (at := parents[at]) >= 0 and at not in known:
            steps.append(at)
        xpath, css = known[at] if at >= 0 else ("", "")
        names, ids, ordinals = self.names, self._ids, self._ordinals
        for at in reversed(steps):
            name, (nth, number) = names[at], ordinals.get(at) or self._ordinal(at)
            xpath += f"/{name}[{nth}]" if name else f"/*[{number}]"
            if at in ids:
                css = f"#{ids[at]}"
            else:
                css = (f"{css} > {name}:nth-of-type({nth})" if name else f"{css} > :nth-child({number})") if css else ":root"
            known[at] = xpath, css
        return xpath, css

    def at(self, path: str) -> int | None:
        """Return the element at a positional path, or None where there is none. Other forms of XPath are not evaluated."""
        if not path or STEP.sub("", path):
            return None
        return self._below(-1, STEP.findall(path))

    def selected(self, css: str) -> int | None:
        """Return the first element that a selector of the form of `of` matches, or None. ValueError for one of another form."""
        form = SELECTED.fullmatch(css)
        if form is None:
            raise ValueError(f"not a path of steps: {css}")
        steps = SELECTED_STEP.findall(form[2])
        starts = (at for at, given in enumerate(self._tree.attributes) if given.get("id") == form[1]) if form[1] else iter([0])
        return next((found for at in starts if (found := self._below(at, steps)) is not None), None)

    def _below(self, at: int, steps: Iterable[tuple[str, str]]) -> int | None:
        """Return the element that steps (name or "", ordinal) lead to from one, -1 for above the root; None where they lead nowhere."""
        for name, number in steps:
            below = [child for child in self._children[at + 1] if not name or self.names[child] == name]
            if len(below) < int(number):
                return None
            at = below[int(number) - 1]
        return at

    @cached_property
    def names(self) -> list[str]:
        """Of each element the name if a browser's XPath and CSS both select by it, else ""."""
        tree = self._tree
        names, end = list(tree.tags), -1
        for at in sorted(at for tag in FOREIGN for at in tree.by_tag.get(tag, ())):
            if at > end:
                end = tree.lasts[at]
                names[at : end + 1] = [""] * (end + 1 - at)
        for tag in tree.by_tag:
            if not PLAIN.fullmatch(tag):
                for at in tree.by_tag[tag]:
                    names[at] = ""
        return names

    @cached_property
    def _children(self) -> list[list[int]]:
        """The element children of each element, at its index + 1; the root's at 0."""
        below: list[list[int]] = [[] for _ in range(len(self._tree.nodes) + 1)]
        for at, parent in enumerate(self._tree.parents):
            below[parent + 1].append(at)
        return below

    def _ordinal(self, at: int) -> tuple[int, int]:
        """Return an element's ordinals among the siblings of its name and among all siblings, from 1; its siblings are counted with it."""
        lasts, parent, names, ordinals = self._tree.lasts, self._tree.parents[at], self.names, self._ordinals
        child, end = (parent + 1, lasts[parent]) if parent >= 0 else (0, 0)
        number, seen = 0, dict[str, int]()
        while child <= end:
            number += 1
            name = names[child]
            seen[name] = nth = seen.get(name, 0) + 1
            ordinals[child] = nth, number
            child = lasts[child] + 1
        return ordinals[at]

    @cached_property
    def _ids(self) -> dict[int, str]:
        """The ids that select one element whatever the mode, by the element's index."""
        named = [(at, given["id"] or "") for at, given in enumerate(self._tree.attributes) if "id" in given]
        holders = Counter([name.casefold() for _, name in named])
        return {at: name for at, name in named if holders[name.casefold()] == 1 and NAME.fullmatch(name)}
