"""Tree: what one walk over a lexbor tree writes down: document order, the text, and where each element stands in it.

The text rule (every offset in an HTML article rests on it)
  1. The tree is the one a browser with scripting builds (WHATWG parsing, lexbor); the text is that of its text nodes in document order.
  2. Not part of the text: what stands in `head`, `title`, `script`, `style`, `template`, `noscript`, `iframe`, `noembed`, `noframes`, and
     comments. Those elements still have a place: an empty span at the spot where they stand.
  3. Runs of ASCII white space (tab, LF, FF, CR, space) are one space; at the start and end of a line none, as a browser lays text out.
     In `pre`, `textarea`, `listing`, `xmp` and `plaintext` they are kept as they are.
  4. A block element begins and ends a line, `br` ends one; lines are separated by exactly one LF. Inline elements separate nothing.
  5. Nothing else is done. Bidi marks, tatweel, soft hyphens, zero-width and private-use characters, NBSP and unnormalised letters stay:
     places refer to them. What a stylesheet hides is text all the same: a stylesheet can be changed, and is not here to be asked.

A span runs from the element's first character to behind its last one, so the separators around it are outside. An element without text
has an empty span: where the element around it begins, if it comes before all text in that, else behind the text before it. So a picture
that opens a paragraph belongs to that paragraph, a frame between a paragraph and the next heading stands below the old heading, and spans
nest as elements do.

Blocks are the runs of text between block boundaries; two `br` in a row are a boundary too (pages older than `p` use them so).

One pass, no recursion (3,000 levels occur in the wild, `sys.setrecursionlimit` is no answer), nodes keyed by their address, no CSS. Of each
element it notes how many runs of text stand before it and which one is the last in it; where an element begins and ends follows from the
two, and is worked out for those that somebody asks about. Which element of lines a text belongs to is handed down from element to element,
so that nothing has to be done where one ends.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from selectolax.lexbor import LexborNode

from archiver.article.signs import signs

SPACE = re.compile(r"[ \t\n\f\r]+")
SILENT = frozenset({"head", "title", "script", "style", "template", "noscript", "iframe", "noembed", "noframes"})
VERBATIM = frozenset({"pre", "textarea", "listing", "xmp", "plaintext"})
# display: block, list-item, table-* in the HTML standard's rendering section
LINE_TAGS = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form frameset
    h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p plaintext pre search section summary
    table tbody td tfoot th thead tr ul xmp
"""
LINES = frozenset(LINE_TAGS.split())
SPECIAL = LINES | VERBATIM | SILENT | {"br"}  # what does more than stand there
BLANKS = " \t\n\f\r"
KINDS = {"li": "item", "dt": "item", "dd": "item", "summary": "item", "td": "cell", "th": "cell", "blockquote": "quote"}
KINDS |= {"figcaption": "caption", "caption": "caption", "pre": "code", "listing": "code", "xmp": "code"}
KINDS |= {f"h{level}": f"heading{level}" for level in range(1, 7)}


@dataclass
class Tree:
    """The elements of a document in document order, as parallel lists; the index of an element is its order.

    `parents` holds indices (-1 for the root), `lasts` the index of the last descendant (its own where there is none). `runs` and `stops`
    are the offsets where text begins and ends that belongs to the element of the same index in `owners`; `before` says how many of these
    runs stand before an element, `tails` which run is the last in it (-1 for none). `blocks` are (start, end, owner, kind) with `heading1`
    to `heading6` for headings. `comments` are (owner, spot, text); the spot -1 where no text of the owner comes before.
    """

    nodes: list[LexborNode] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)
    index: dict[int, int] = field(default_factory=dict)
    runs: list[int] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    tails: list[int] = field(default_factory=list)
    blocks: list[tuple[int, int, int, str]] = field(default_factory=list)
    comments: list[tuple[int, int, str]] = field(default_factory=list)
    text: str = ""

    @cached_property
    def attributes(self) -> list[dict[str, str | None]]:
        """The attributes of each element; None for one without a value."""
        return [node.attributes for node in self.nodes]

    @cached_property
    def by_tag(self) -> dict[str, list[int]]:
        """The elements of each tag, in order."""
        found: dict[str, list[int]] = {}
        for at, tag in enumerate(self.tags):
            found.setdefault(tag, []).append(at)
        return found

    @cached_property
    def signs(self) -> frozenset[str]:
        """The characters of the text that are rare in prose; see `signs.py`."""
        return signs(self.text)

    def span(self, at: int) -> tuple[int, int]:
        """Return where an element's text starts and ends; the same offset twice for one without text, at the spot where it stands."""
        first, last = self.before[at], self.tails[at]
        if last >= first:
            return self.runs[first], self.stops[last]
        around = self._with_text[at]
        if around < 0:
            return 0, 0
        spot = self.stops[first - 1] if self.before[around] < first else self.runs[first]
        return spot, spot

    def is_wordless(self, at: int) -> bool:
        """Tell whether no text stands in an element."""
        return self.tails[at] < self.before[at]

    def count(self, found: Sequence[int], at: int) -> int:
        """Return how many of the elements `found`, given in order, stand in an element or are it."""
        return bisect_right(found, self.lasts[at]) - bisect_left(found, at)

    def nearest(self, at: int, tag: str) -> int:
        """Return the innermost element of a tag that holds an element or is it; -1 where none does."""
        while at >= 0 and self.tags[at] != tag:
            at = self.parents[at]
        return at

    def outermost(self, found: Sequence[int]) -> list[int]:
        """Return those of the elements `found`, given in order, that stand in no other of them."""
        kept: list[int] = []
        for at in found:
            if not kept or at > self.lasts[kept[-1]]:
                kept.append(at)
        return kept

    @cached_property
    def _with_text(self) -> list[int]:
        """Of each element the innermost of it and those around it that has text; -1 where the whole document has none."""
        found: list[int] = []
        for at, (parent, first, last) in enumerate(zip(self.parents, self.before, self.tails, strict=True)):
            found.append(at if last >= first else found[parent] if parent >= 0 else -1)
        return found


def walk(root: LexborNode) -> Tree:  # noqa: PLR0915 - in one piece: a call for each node is a third of the time
    """Return what one walk over the tree below `root` finds."""
    tree, parts = Tree(), list[str]()
    nodes, tags, parents, index, before = tree.nodes, tree.tags, tree.parents, tree.index, tree.before
    runs, stops, owners, blocks = tree.runs, tree.stops, tree.owners, tree.blocks
    lines: list[int] = []  # of each element the innermost element of lines around it, itself included; -1 where text is not text
    kinds = {0: ""}  # of elements of lines: what kind of block they make
    verbatim: set[int] = set()
    line, start, length = 0, -1, 0  # the element of lines that the open block stands in, where that begins; how long the text is so far
    gap, ended, breaks = "", True, 0  # what parts the next run from the text, whether a line has begun since, how many `br` stand between
    for node in root.traverse(include_text=True):
        tag = node.tag or ""
        if tag == "-text":
            around = index[node.parent.mem_id]  # type: ignore[union-attr]
            if lines[around] < 0:
                continue
            data = words = node.text_content or ""
            raw = around in verbatim
            if not raw:
                words = data.strip(BLANKS)
                if len(words) < len(data) and not gap and (not words or data[0] in BLANKS):
                    gap = " "
            if not words:
                continue
            # Nearly all text has single spaces only, and each that a pattern looks at costs.
            if ("  " in words or "\n" in words or "\t" in words or "\r" in words or "\f" in words) and not raw:
                words = SPACE.sub(" ", words)
            if ended or lines[around] != line:
                if runs:
                    blocks.append((start, length, line, kinds[line]))
                gap, line, start = "\n", lines[around], -1
            if gap and runs and parts[-1][-1] != "\n":
                parts.append(gap)
                length += 1
            if start < 0:
                start = length
            runs.append(length)
            owners.append(around)
            parts.append(words)
            length += len(words)
            stops.append(length)
            gap = " " if data[-1] in BLANKS and not raw else ""
            ended, breaks = False, 0
        elif tag and tag[0] != "-":
            me = len(tags)
            parent = index[node.parent.mem_id] if me else -1  # type: ignore[union-attr]
            inside = lines[parent] if me else 0
            index[node.mem_id] = me
            nodes.append(node)
            tags.append(tag)
            parents.append(parent)
            before.append(len(runs))
            if inside >= 0 and tag in SPECIAL:
                if tag in LINES:
                    ended, kinds[me], inside = True, KINDS.get(tag, kinds[inside]), me
                elif tag == "br":
                    gap, breaks = "\n", breaks + 1
                    ended = ended or breaks > 1
                elif tag in SILENT:
                    inside = -1
            if tag in VERBATIM or parent in verbatim:
                verbatim.add(me)
            lines.append(inside)
        elif tag == "-comment" and tags:
            around = index[node.parent.mem_id]  # type: ignore[union-attr]
            tree.comments.append((around, length if before[around] < len(runs) else -1, node.comment_content or ""))
    if runs:
        blocks.append((start, length, line, kinds[line]))
    tree.text = "".join(parts)
    _close(tree)
    return tree


def _close(tree: Tree) -> None:
    """Work out which element and which run is the last in each element."""
    parents, lasts, tails = tree.parents, list(range(len(tree.tags))), [-1] * len(tree.tags)
    for run, owner in enumerate(tree.owners):
        tails[owner] = run
    for at in range(len(parents) - 1, 0, -1):
        parent = parents[at]
        lasts[parent] = max(lasts[parent], lasts[at])
        tails[parent] = max(tails[parent], tails[at])
    tree.lasts, tree.tails = lasts, tails
