"""Where the text of an article is set: the element that holds its prose, and what belongs to it or does not.

region   Where is the prose? From the root downwards into the one container that holds nearly all of it, until it spreads out, and
         further into an element that names itself the article's text.
short    Where there is hardly any prose, its place says little: the region is what holds the title and most of it, or names itself the
         text, with what stands around it and brings hardly any links.
twins    Text that is set in several containers has a region in each: twins of the first, in the same `article`, no `h1` between them.
trail    Behind a short text, many links without prose of their own are no part of it (cards have some).
first    Pages that scroll on into further whole articles have several regions one after another; the first is the article. The entries
         of a live blog are `article` elements too, but inside one, or below the one title of all.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from archiver.article.chrome import attribute, is_article, names_text
from archiver.article.prose import FEW, Weights, link_spans
from archiver.article.tree import Tree

CONTAINERS = frozenset({"html", "body", "main", "article", "section", "div", "table", "tbody", "tr", "td", "center", "form"})
NEARLY_ALL, MOST, SOME, LITTLE = 0.75, 0.5, 0.3, 0.1  # shares of a page's prose
LINKS = 5  # that a container around a short text may bring
TEXT = 200  # characters of prose that are enough to say where a short text ends


def region_of(tree: Tree, weights: Weights) -> int:
    """Return the index of the element that holds the article's prose; the root where the page has hardly any."""
    if weights.is_hardly_any:
        mains = sorted(tree.by_tag.get("article", []) + tree.by_tag.get("main", []))
        return next((at for at in mains if weights.of(at) > MOST * weights.whole), _around_title(tree, weights))
    at = _descend(tree, weights, 0)
    at = _titled(tree, weights, _with_title(tree, weights, at))
    articles = tree.outermost([i for i in tree.by_tag.get("article", ()) if at < i <= tree.lasts[at]])
    heaviest = max(map(weights.of, articles), default=0)
    told = [i for i in articles if weights.of(i) * 3 >= heaviest]
    further = len(told) > 1 and tree.nearest(at, "article") < 0 and sum(map(weights.of, articles)) >= NEARLY_ALL * weights.of(at)
    if further and not _are_entries(tree, at, articles):
        at = _descend(tree, weights, told[0])
    inner = _named_text(tree, weights, at)
    if inner is not None:
        return inner
    marked = at
    while marked >= 0 and not names_text(tree.attributes[marked]):
        marked = tree.parents[marked]
    return marked if marked >= 0 and tree.tags[marked] in CONTAINERS - {"html", "body"} else at


def _around_title(tree: Tree, weights: Weights) -> int:
    """Return of a page with hardly any prose what holds most of that and names itself the text, or holds its one title too; else the root.

    With it goes what stands around it and brings hardly any links: of such an article, most may be what it shows.
    """
    named = _named_text(tree, weights, 0) if weights.whole else None
    titles = tree.by_tag.get("h1", [])
    at = named if named is not None else titles[0] if len(titles) == 1 else 0
    while at > 0 and weights.of(at) <= MOST * weights.whole:
        at = tree.parents[at]
    links = tree.by_tag.get("a", [])
    while at > 0 and tree.count(links, tree.parents[at]) - tree.count(links, at) <= LINKS:
        at = tree.parents[at]
    return max(at, 0)


def trail_of(tree: Tree, blocks: list[tuple[int, int, int, int]], weights: Weights, region: int) -> range:
    """Return what stands behind the text of a short article that has its title before it in a row of its own, and brings many links.

    It brings no text: hardly any prose but the first words of other articles, below the headlines that are links to them.
    """
    alone = _descend(tree, weights, region, MOST) if weights.of(region) else region
    links, titles = tree.by_tag.get("a", []), tree.by_tag.get("h1", [])
    while alone > region and tree.count(links, tree.parents[alone]) - tree.count(links, alone) <= LINKS:
        alone = tree.parents[alone]
    trail = range(tree.lasts[alone] + 1, tree.lasts[region] + 1)
    brought = bisect_left(links, trail.stop) - bisect_left(links, trail.start)
    if brought <= LINKS or not titles or titles[0] > alone or weights.of(alone) < TEXT:
        return range(0)
    linked, starts = link_spans(tree), [block[0] for block in tree.blocks]
    told = sum(
        weight
        for start, _, owner, weight in blocks
        if owner in trail and weights.of(owner) and not _is_linked(linked, tree.blocks[max(0, bisect_left(starts, start) - 1)])
    )
    return trail if told <= LITTLE * weights.whole else range(0)


def _is_linked(linked: list[tuple[int, int]], block: tuple[int, int, int, str]) -> bool:
    """Tell whether a link reaches from one end of a block to the other."""
    at = bisect_right(linked, (block[0], block[1])) - 1
    return at >= 0 and linked[at][0] <= block[0] and block[1] <= linked[at][1]


def twins_of(tree: Tree, weights: Weights, region: int) -> Iterator[int]:
    """Yield the other parts of an article whose text is set in several containers: twins of the region, as are what is around them."""
    twin, end, last = _twin(tree, region), tree.lasts[region], -1
    for at in tree.by_tag[twin[0]] if twin[1] else ():
        if at <= last or region <= at <= end or at <= region <= tree.lasts[at] or not weights.of(at):
            continue
        low, high = sorted((at, region))
        if _twin(tree, at) == twin and "h1" not in tree.tags[low:high] and tree.nearest(at, "article") == tree.nearest(region, "article"):
            last = tree.lasts[at]
            yield at


def _twin(tree: Tree, at: int) -> tuple[str, str, str]:
    """Return what twins have in common: their tag and classes, and those of what is around them; none with figures if there are more."""
    names = [attribute(tree.attributes[one], "class") if one >= 0 else "" for one in (at, tree.parents[at])]
    plain = [" ".join(one for one in name.split() if not re.search(r"[0-9]", one)) for name in names]
    return tree.tags[at], plain[0] or names[0], plain[1] or names[1]


def _with_title(tree: Tree, weights: Weights, at: int) -> int:
    """Return the innermost container that holds the first title and most of the prose, of a page over which that is spread; else `at`."""
    titles = tree.by_tag.get("h1", [])
    inner = titles[0] if titles and tree.tags[at] in {"html", "body"} else at
    while inner > at and (tree.tags[inner] not in CONTAINERS or weights.of(inner) <= MOST * weights.whole):
        inner = tree.parents[inner]
    return max(inner, at)


def _titled(tree: Tree, weights: Weights, at: int) -> int:
    """Return the one `article` or `main` below an element that holds its first title and most of its prose; else the element.

    Where the prose is spread over the whole page, or the `article` holds its one title and is not short, some of it is enough: the rest is
    in the cards around it.
    """
    titles = [one for one in tree.by_tag.get("h1", ()) if at < one <= tree.lasts[at]]
    below = (one for tag in ("article", "main") for one in tree.by_tag.get(tag, ()) if at < one <= tree.lasts[at])
    spread = tree.tags[at] in {"html", "body"}
    held = [one for one in tree.outermost(sorted(below)) if tree.count(titles, one)]
    alone = len(held) == 1 and tree.tags[held[0]] == "article" and len(titles) == 1 and weights.of(held[0]) > FEW
    least = (LITTLE if spread else SOME if alone else MOST) * weights.of(at)
    held = [one for one in held if weights.of(one) > least]
    return held[0] if len(held) == 1 and titles[0] > held[0] else at


def _named_text(tree: Tree, weights: Weights, at: int) -> int | None:
    """Return the first element below one that holds most of its prose and names itself the article's text."""
    least, inner = MOST * weights.of(at), at + 1
    while inner <= tree.lasts[at]:
        if weights.of(inner) < least:
            inner = tree.lasts[inner] + 1
        elif tree.tags[inner] in CONTAINERS and (names_text(tree.attributes[inner]) or is_article(tree.attributes[inner])):
            return inner
        else:
            inner += 1
    return None


def _are_entries(tree: Tree, at: int, articles: list[int]) -> bool:
    """Tell whether `article` elements are the entries of one story: its `h1` stands before them, and none of them has one."""
    titles = [i for i in tree.by_tag.get("h1", ()) if at <= i <= tree.lasts[at]]
    return bool(titles) and all(i < articles[0] for i in titles)


def _descend(tree: Tree, weights: Weights, at: int, share: float = NEARLY_ALL) -> int:
    """Return the innermost container below `at` that holds nearly all of the prose in `at`, taken step by step; never a table of data."""
    inner, least = at + 1, share * weights.of(at)
    while inner <= tree.lasts[at]:
        weight, tag = weights.of(inner), tree.tags[inner]
        of_data = tag == "table" and "th" in tree.tags[inner : tree.lasts[inner]]
        if weight >= least and weight and tag in CONTAINERS and not of_data:
            at, inner, least = inner, inner + 1, share * weight
        else:
            inner = tree.lasts[inner] + 1
    return at
