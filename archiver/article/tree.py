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

One pass, no recursion (3,000 levels occur in the wild, `sys.setrecursionlimit` is no answer), nodes keyed by their address, no CSS: 3 ms
for the 2,500 nodes of a page of 380 kB, on top of 1 ms of parsing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from selectolax.lexbor import LexborNode

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

    `parents` holds indices (-1 for the root), `lasts` the index of the last descendant (its own where there is none). `runs` are the
    offsets where text begins that belongs to the element of the same index in `owners`. `blocks` are (start, end, owner, kind) with
    `heading1` … `heading6` for headings. `comments` are (owner, spot, text); the spot -1 where no text of the owner comes before.
    """

    nodes: list[LexborNode] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    index: dict[int, int] = field(default_factory=dict)
    runs: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    blocks: list[tuple[int, int, int, str]] = field(default_factory=list)
    comments: list[tuple[int, int, str]] = field(default_factory=list)
    text: str = ""

    @cached_property
    def attributes(self) -> list[dict[str, str | None]]:
        """The attributes of each element; None for one without a value."""
        return [node.attributes for node in self.nodes]


def walk(root: LexborNode) -> Tree:
    """Return what one walk over the tree below `root` finds."""
    return _Walk().over(root)


class _Walk:
    """The state of one walk. `open` are the indices of the open elements; those from `unplaced` on have no text yet."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.open: list[int] = []
        self.unplaced = 0
        self.floating: list[int] = []  # elements that closed without text, in open elements that have none yet
        self.parts: list[str] = []
        self.length = 0
        self.last = "\n"  # the last character written
        self.pending = ""  # the separator that the next text will be preceded by
        self.silent = -1  # the outermost open element whose text is not text
        self.verbatim = 0
        self.kinds: list[tuple[int, str]] = [(0, "")]  # of the open block elements: index, kind inherited
        self.block_start = -1
        self.block_owner = (0, "")
        self.breaks = 0

    def over(self, root: LexborNode) -> Tree:
        tree, opened = self.tree, self.open
        nodes, tags, parents, index, close, write = tree.nodes, tree.tags, tree.parents, tree.index, self.close, self.write
        mems: list[int] = []
        for node in root.traverse(include_text=True):
            tag = node.tag or ""
            if tag == "-text":
                parent = node.parent.mem_id  # type: ignore[union-attr]
                while mems[-1] != parent:
                    mems.pop()
                    close()
                if self.silent < 0:
                    write(node.text_content or "")
            elif tag and tag[0] != "-":
                if opened:
                    parent = node.parent.mem_id  # type: ignore[union-attr]
                    while mems[-1] != parent:
                        mems.pop()
                        close()
                index[mem := node.mem_id] = len(nodes)
                nodes.append(node)
                mems.append(mem)
                tags.append(tag)
                parents.append(opened[-1] if opened else -1)
                self.enter(tag)
            elif tag == "-comment" and opened:
                self.comment(mems, node)
        while opened:
            close()
        self.settle(self.length)
        tree.text = "".join(self.parts)
        return tree

    def comment(self, mems: list[int], node: LexborNode) -> None:
        parent = node.parent.mem_id  # type: ignore[union-attr]
        while mems[-1] != parent:
            mems.pop()
            self.close()
        me = self.open[-1]
        self.tree.comments.append((me, self.length if self.tree.starts[me] >= 0 else -1, node.comment_content or ""))

    def enter(self, tag: str) -> None:
        tree = self.tree
        me = len(tree.lasts)
        tree.lasts.append(me)
        tree.starts.append(-1)
        tree.ends.append(-1)
        self.open.append(me)
        if self.silent >= 0 or tag not in SPECIAL:
            return
        if tag in LINES:
            self.boundary()
            self.kinds.append((me, KINDS.get(tag, self.kinds[-1][1])))
        elif tag == "br":
            self.pending = "\n"
            self.breaks += 1
            if self.breaks == 2:
                self.boundary()
        if tag in VERBATIM:
            self.verbatim += 1
        elif tag in SILENT:
            self.silent = me

    def close(self) -> None:
        tree, me = self.tree, self.open.pop()
        tag = tree.tags[me]
        if self.silent < 0:
            if tag in LINES:
                self.boundary()
                self.kinds.pop()
                if tag in VERBATIM:
                    self.verbatim -= 1
            elif tag in VERBATIM:
                self.verbatim -= 1
        elif self.silent == me:
            self.silent = -1
        tree.lasts[me] = len(tree.nodes) - 1
        height = len(self.open)
        if tree.starts[me] < 0:
            self.floating.append(me)
            if self.unplaced == height:
                self.settle(self.length)
        else:
            tree.ends[me] = self.length
        self.unplaced = min(self.unplaced, height)

    def settle(self, spot: int) -> None:
        """Give the elements that have closed without text the spot where they stand."""
        for me in self.floating:
            self.tree.starts[me] = self.tree.ends[me] = spot
        self.floating.clear()

    def boundary(self) -> None:
        """End the line and the block, if they have begun."""
        self.pending = "\n"
        if self.block_start >= 0:
            self.tree.blocks.append((self.block_start, self.length, *self.block_owner))
            self.block_start = -1

    def write(self, data: str) -> None:
        after = ""
        if not self.verbatim:
            words = data.strip(BLANKS)
            if not words:  # between two blocks of most pages
                if data and not self.pending:
                    self.pending = " "
                return
            if words is not data:
                if data[0] in BLANKS and not self.pending:
                    self.pending = " "
                if data[-1] in BLANKS:
                    after = " "
                data = words
            # Nearly all text has single spaces only, and each that a pattern looks at costs: half the time of a walk.
            if "  " in data or "\n" in data or "\t" in data or "\r" in data or "\f" in data:
                data = SPACE.sub(" ", data)
        elif not data:
            return
        length = self.length
        if self.pending and length and self.last != "\n":
            self.parts.append(self.pending)
            length += 1
        if self.block_start < 0:
            self.block_start, self.block_owner = length, self.kinds[-1]
        tree, opened = self.tree, self.open
        if self.unplaced < len(opened):
            for one in opened[self.unplaced :]:
                tree.starts[one] = length
            self.unplaced = len(opened)
        if self.floating:
            self.settle(length)
        tree.runs.append(length)
        tree.owners.append(opened[-1])
        self.parts.append(data)
        self.length = length + len(data)
        self.last, self.pending, self.breaks = data[-1], after, 0
