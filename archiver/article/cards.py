"""Cards: other articles of the site, shown among an article's paragraphs.

headlines  Behind the first prose: a heading that is a link of the site, three such lines in a row, each as long as a headline, and
           three paragraphs of the page that are nothing else (`>>> The old bridge closes`). Behind the last prose names of pages are enough
           for a row. A list among the prose that the article announces with a colon is its own; so are names that it announces so.
pictured   Behind the first prose: such a line, or a shorter one, alone below a picture that is linked to the same address, but for a figure
           with its caption.
small      What is linked in a small `article` element of a body that tells far more.
blocks     A link of the site's around several blocks (kicker, title, first words): in running text a link ends with its paragraph. What
           names itself an embed or a bookmark the author has put there.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from archiver.article.anchor import FAR, WIDE, Anchor, Linked
from archiver.article.chrome import attribute
from archiver.article.tree import Tree

SMALL, MUCH = 400, 1500  # characters of an article's card, and of a body that has cards
KICKER = 40  # characters of what stands before a headline
ROW = 3  # headlines that are enough to tell what they are
WRITTEN = re.compile(r"(?:https?://|www\.)\S+")  # an address that stands for itself: cards have titles
ITEMS = 50  # of a list that are looked through for its beginning
HEADLINE, SHORT, NAME = 25, 12, 4  # characters of a link that may be a headline; below its picture; in a row behind the last prose
FURTHER = re.compile(  # what else there is, not what the article is about
    r"\b(?:more|further|other|also|related|weitere[nrs]?|verwandte|auch|zum thema|aus dem heft|autres|aussi|otr[oa]s|también|outr[oa]s"
    r"|também|altr[ei]|anche|andere|ook|också|også|również|inne|další|другие|также|ещё|еще|інші|також)\b",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"\d{1,3}[.)]")  # of an article that is a list
CHOSEN = re.compile(r"bookmark|embed|onebox|preview", re.IGNORECASE)  # what an author puts into a text


def cards(tree: Tree, inside: list[bool], anchors: list[Anchor], blocks: list[Linked], prose: list[tuple[int, int]]) -> Iterator[int]:
    """Yield the links of the body, by index, that show other articles of the site."""
    first, last = (prose[0][0], prose[-1][1]) if prose else (-1, len(tree.text))
    if last - first > MUCH:
        yield from _small(tree, inside, anchors)
    starts = [block[0] for block in tree.blocks]
    for one in anchors:
        if one.own and one.start >= first and bisect_left(starts, one.end) - bisect_right(starts, one.start) > 0:
            classes = attribute(tree.attributes[one.at], "class") + attribute(tree.attributes[tree.parents[one.at]], "class")
            if not CHOSEN.search(classes):
                yield one.at
    yield from (one.at for block in _headlines(tree, blocks, prose, first) for one in block.anchors)
    pictured = {one.at: before.href for before, one in pairwise(anchors) if before.start == before.end}
    for block in blocks:
        one = block.anchors[0]
        if (
            block.start >= first
            and block.all_link
            and _is_headline(block, SHORT)
            and pictured.get(one.at) == one.href
            and _is_apart(tree, one)
        ):
            yield one.at


def _is_apart(tree: Tree, one: Anchor) -> bool:
    """Tell whether a link stands in no figure, whose caption it would be."""
    at = one.at
    while at >= 0 and tree.tags[at] != "figure":
        at = tree.parents[at]
    return at < 0


def _small(tree: Tree, inside: list[bool], anchors: list[Anchor]) -> Iterator[int]:
    """Yield the site's own links in small `article` elements: each is another article's card."""
    places = [one.at for one in anchors]
    for at in tree.by_tag.get("article", []):
        start, end = tree.span(at)
        if inside[at] and end - start <= SMALL:
            low, high = bisect_left(places, at), bisect_right(places, tree.lasts[at])
            yield from (one.at for one in anchors[low:high] if one.own)


def _headlines(tree: Tree, blocks: list[Linked], prose: list[tuple[int, int]], first: int) -> Iterator[Linked]:
    """Yield the blocks behind the first prose that are headlines of the site's other articles."""
    last = prose[-1][1] if prose else 0
    rows = [row for row in _rows(blocks, prose, first) if row[0].start >= last or not _is_announced(tree, row[0])]
    lone = [row[0] for row in rows if len(row) == 1 and not row[0].kind and row[0].all_link and _is_headline(row[0])]
    yield from lone if len(lone) >= ROW else ()
    for row in rows:
        if len(row) < ROW:
            yield from (one for one in row if one.heading and _is_headline(one))
        elif all(map(_is_headline, row)) or not _is_announced(tree, row[0], lined=True):
            yield from row


def _is_announced(tree: Tree, block: Linked, *, lined: bool = False) -> bool:
    """Tell whether a block is an item of a list above which a line ends with a colon: it is the article that goes on with it.

    `lined` counts lines of their own as well.
    """
    for start, end, _, kind in reversed(tree.blocks[max(0, block.number - ITEMS) : block.number] if lined or block.kind == "item" else ()):
        if kind != "item":
            said = tree.text[max(start, end - FAR) : end].rstrip()
            return said.endswith((":", "：")) and not FURTHER.search(said)
    return False


def _rows(blocks: list[Linked], prose: list[tuple[int, int]], first: int) -> Iterator[list[Linked]]:
    """Yield headlines as they follow each other, without prose or other linked blocks between them."""
    last = prose[-1][1] if prose else 0
    row: list[Linked] = []
    passed = 0  # spans of prose, which end a row
    for block in blocks:
        before = bisect_left(prose, (block.start, block.end))
        headline = block.start >= first and _is_headline(block, NAME if prose and block.all_link and block.start >= last else HEADLINE)
        if row and (before > passed or not headline):
            yield row
            row = []
        passed = before
        if headline:
            row.append(block)
    if row:
        yield row


def _is_headline(block: Linked, least: int = HEADLINE) -> bool:
    """Tell whether a block is a link of the site, with a kicker before it at most: `Health: What really helps`."""
    if block.end - block.start + len(WIDE.findall(block.text)) < least or not block.all_own:
        return False
    before = block.text[: block.anchors[0].start - block.start].rstrip()
    if WRITTEN.fullmatch(block.text.strip()):
        return False
    if NUMBERED.fullmatch(before) or (block.text.rstrip().endswith(".") and block.anchors[-1].end < block.end):
        return False
    linked = sum(min(one.end, block.end) - one.start for one in block.anchors)
    kicked = len(before) <= KICKER and before.endswith((":", "|", "+", "?", "!"))
    return block.all_link or (kicked and linked >= 0.8 * (block.end - block.anchors[0].start))
