"""Which region of a page is the article's body. The judgement labels; it never removes.

Extractors that cut a page down to its main text lose embeds (of four that were measured each loses some, one the tweets themselves). So
citations are read from the whole document, and this judgement only says which of them stand in the page's chrome: navigation, share
buttons, related stories, comments, author box, footer. Its errors cost a label, not a citation. The questions, none about one site:

  chrome   What does the markup call itself? Elements and ARIA roles that mean chrome, and tokens of class and id that name it. A token is
           not believed on an element that holds much of the page's prose (`<div class="layout sidebar-right">` around everything), alone
           or with others of its class (columns, chapters), nor on one that names itself an embed or the content as well. An id that
           repeats the section's heading says what the section is about.
  region   Where is the prose? From the root downwards into the one container that holds nearly all of it, until it spreads out, and
           further into an element that names itself the article's text. Prose is the text of blocks with some length and few links.
  short    Where there is hardly any prose, its place says little: the region is what holds the title and most of it, or names itself the
           text; links count there, and what is shown without words, or quoted, counts on the whole page, chrome apart. Not so links
           above the one title, many links behind the text without prose of their own (cards have some), frames too low for a film.
  like     Text that is set in several containers has a region in each: twins of the first, in the same `article`, no `h1` between them.
  lead     Between the title and the region: sentences, and what is shown there without words; players above the title, in its article.
  first    Pages that scroll on into further whole articles have several regions one after another; the first is the article. The entries
           of a live blog are `article` elements too, but inside one, or below the one title of all.
  button   A link to a share endpoint, or one that calls itself tag, author or sign-up, is chrome wherever it stands.
  appeals  So is what asks to be followed, or for an address, unless there is prose in it: `appeals`.
  boxes    What asks the reader for something in plain paragraphs: `boxes`.

On the labelled corpus the region alone settles most links; tokens settle what stands between the paragraphs.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate
from operator import not_
from typing import NamedTuple

from archiver.article.anchor import SENTENCE, WIDE, Attributes
from archiver.article.appeals import appeals, shows_handles
from archiver.article.boxes import asking
from archiver.article.chrome import (
    CHROME_TOKENS,
    attribute,
    called,
    is_article,
    is_button,
    is_credit,
    is_never_shown,
    names_text,
    tokens,
)
from archiver.article.tree import Tree

PLAIN = frozenset(
    {"p", "div", "span", "br", "li", "ul", "b", "i", "em", "strong", "td", "tr", "tbody", "h1", "h2", "h3", "option", "script"}
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CONTAINERS = frozenset({"html", "body", "main", "article", "section", "div", "table", "tbody", "tr", "td", "center", "form"})
PLAYERS = frozenset({"iframe", "video", "amp-youtube", "lite-youtube"})
LINKING = frozenset({"a", "button", "img", "picture", "source"})
LISTS = frozenset({"ul", "ol", "dl", "li", "table", "tbody", "tr"})
LISTED = LISTS | {"dt", "dd", "td"}
LONG = 60  # characters from which a block counts as prose
NEARLY_ALL, MOST, MUCH, LITTLE = 0.75, 0.5, 0.35, 0.1  # shares of a page's prose
TITLE = re.compile(r"(?:^|post|entry|article|story|news|page|single)[_-]*(?:title|headline)\Z", re.IGNORECASE)  # class of an article's
SUBJECT = 4  # words of an id that a heading repeats
PART = 500  # characters of prose from which one of several containers is a part of the article
LINKS = 5  # that a container around a short text may bring
TEXT = 200  # characters of prose that are enough to say where a short text ends
STRIP = 40  # declared height of a frame, in pixels, that shows no film and no post
FEW = 1000  # characters of prose below which their spread over the page says nothing


class _Weights:
    """Prose by element: how much stands in each, everything below it included; `whole` in the page."""

    def __init__(self, tree: Tree, own: Sequence[int]) -> None:
        self._sums = [0, *accumulate(own)]  # of all elements before one: what is below it stands directly behind it
        self._lasts = tree.lasts
        self.whole = self._sums[-1]

    def of(self, at: int) -> int:
        return self._sums[self._lasts[at] + 1] - self._sums[at]

    def between(self, first: int, last: int) -> int:
        return self._sums[last] - self._sums[first]


def judge(tree: Tree, url: str | None = None) -> list[bool]:
    """Return of each element, by its index, whether it stands in the article's body. `url` is where the page came from."""
    attributes, lasts = tree.attributes, tree.lasts
    blocks = list(_prose_blocks(tree))
    prose = [0] * len(tree.tags)
    for _, _, owner, weight in blocks:
        prose[owner] += weight
    chrome, inside = [False] * len(tree.tags), [False] * len(tree.tags)
    weights = _Weights(tree, prose)
    for told in (_chrome, _further):
        found = list(told(tree, attributes, weights))
        for at in found:
            prose[at : lasts[at] + 1] = [0] * (lasts[at] + 1 - at)
            chrome[at : lasts[at] + 1] = [True] * (lasts[at] + 1 - at)
        weights = _Weights(tree, prose) if found else weights
    region = _region(tree, attributes, weights)
    for part in (region, *_like(tree, attributes, weights, region)):
        inside[part : lasts[part] + 1] = map(not_, chrome[part : lasts[part] + 1])
    if weights.whole < FEW and tree.tags[region] not in {"article", "main"}:
        trail = _trail(tree, blocks, weights, region)
        inside[trail.start : trail.stop] = [False] * len(trail)
        for at in range(len(tree.tags)):
            shown = tree.tags[at] == "blockquote" or (tree.tags[at] not in LINKING and tree.is_wordless(at))
            inside[at] = (inside[at] or (shown and not chrome[at])) and not (tree.tags[at] == "iframe" and is_strip(attributes[at]))
        _unlead(tree, blocks, inside)
    prosaic = [(start, end) for start, end, owner, _ in blocks if inside[owner]]
    _lead(tree, blocks, chrome, inside, region)
    for at in list(asking(tree, attributes, inside, prosaic, url)):
        inside[at : lasts[at] + 1] = [False] * (lasts[at] + 1 - at)
    return inside


def is_strip(named: dict[str, str | None]) -> bool:
    """Tell whether a frame declares that it is lower than any film or post: a counter, a line of the site's own news."""
    height = attribute(named, "height")
    return height.isdecimal() and int(height) < STRIP


def _unlead(tree: Tree, blocks: list[tuple[int, int, int, int]], inside: list[bool]) -> None:
    """Take the links above the one title of a short text out of its body, if there is no prose above it."""
    titles = tree.by_tag.get("h1", [])
    if len(titles) != 1 or any(owner < titles[0] and inside[owner] for _, _, owner, _ in blocks):
        return
    for at in tree.by_tag.get("a", []):
        if at > titles[0]:
            break
        inside[at] = inside[at] and tree.lasts[at] >= titles[0]


def _further(tree: Tree, attributes: Attributes, weights: _Weights) -> Iterator[int]:
    """Yield what holds a further article below the first: a container with a title of its own, of the same class, and prose."""
    titles = [at for at in tree.by_tag.get("h1", ()) if tree.span(at)[0] < tree.span(at)[1]]
    named = {one for one in attribute(attributes[titles[0]], "class").split() if TITLE.search(one)} if len(titles) > 1 else set()
    if not named or any(_nearest(tree, at, "article") != _nearest(tree, titles[0], "article") for at in titles):
        return
    further = False
    for title in titles[1:]:
        at = title
        while _count(titles, tree, tree.parents[at]) == 1:
            at = tree.parents[at]
        further = further or min(weights.of(at), weights.between(titles[0], at)) >= PART
        if further and not named.isdisjoint(attribute(attributes[title], "class").split()):
            yield at


def _like(tree: Tree, attributes: Attributes, weights: _Weights, region: int) -> Iterator[int]:
    """Yield the other parts of an article whose text is set in several containers: twins of the region, as are what is around them."""
    twin, end, last = _twin(tree, attributes, region), tree.lasts[region], -1
    for at in tree.by_tag[twin[0]] if twin[1] else ():
        if at <= last or region <= at <= end or at <= region <= tree.lasts[at] or not weights.of(at):
            continue
        low, high = sorted((at, region))
        if (
            _twin(tree, attributes, at) == twin
            and "h1" not in tree.tags[low:high]
            and _nearest(tree, at, "article") == _nearest(tree, region, "article")
        ):
            last = tree.lasts[at]
            yield at


def _twin(tree: Tree, attributes: Attributes, at: int) -> tuple[str, str, str]:
    """Return what twins have in common: their tag and classes, and those of what is around them; none with figures if there are more."""
    names = [attribute(attributes[one], "class") if one >= 0 else "" for one in (at, tree.parents[at])]
    plain = [" ".join(one for one in name.split() if not re.search(r"[0-9]", one)) for name in names]
    return tree.tags[at], plain[0] or names[0], plain[1] or names[1]


def _lead(tree: Tree, blocks: list[tuple[int, int, int, int]], chrome: list[bool], inside: list[bool], region: int) -> None:
    """Put into the body what leads to it: the prose between the title and the region, and what is shown there without words."""
    titles = tree.by_tag.get("h1", [])
    article = _nearest(tree, region, "article")
    for at in range(article + 1, region if article >= 0 else 0):
        inside[at] |= tree.tags[at] in PLAYERS and not chrome[at]
    before = bisect_right(titles, region)
    if not before:
        return
    title = titles[before - 1]
    told = [(start, end, owner) for start, end, owner, _ in blocks if title < owner < region and not chrome[owner]]
    for start, end, owner in told:
        if not SENTENCE.search(tree.text[max(start, end - 3) : end].rstrip()):
            continue
        for at in range(owner, tree.lasts[owner] + 1):
            first, last = tree.span(at)
            if start <= first and last <= end:
                inside[at] = not chrome[at]
    for at in range(tree.lasts[title] + 1, region):
        if tree.tags[at] not in LINKING and not chrome[at] and tree.is_wordless(at):
            inside[at] |= tree.tags[tree.parents[at]] not in LINKING


def _prose_blocks(tree: Tree) -> Iterator[tuple[int, int, int, int]]:
    """Yield the blocks of prose as (start, end, owner, weight): characters outside links, of blocks long enough."""
    linked, wide = _linked(tree), WIDE.search("".join(tree.signs)) is not None
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


def _linked(tree: Tree) -> list[tuple[int, int]]:
    """Return the spans of links, disjoint and in order."""
    return [span for span in map(tree.span, tree.by_tag.get("a", ())) if span[1] > span[0]]


class _Page(NamedTuple):
    """What the judgement of an element needs to know of its page."""

    prose: _Weights
    titles: Sequence[int]  # every `h1`
    shared: frozenset[str]  # the classes of its columns and chapters
    boxes: AbstractSet[int]  # that ask for something


def _chrome(tree: Tree, attributes: Attributes, prose: _Weights) -> Iterator[int]:
    """Yield the elements that are chrome by what the markup calls itself, in order, and none below another."""
    page = _Page(prose, tree.by_tag.get("h1", []), _shared(tree, attributes, prose), appeals(tree, attributes))
    behind = article = quoted = -1  # the last element of the chrome, of the article, and of the quotations that have begun
    for at, (tag, named) in enumerate(zip(tree.tags, attributes, strict=True)):
        if at <= behind or (not named and tag in PLAIN and at not in page.boxes):
            continue
        if tag in {"article", "main"}:
            article = max(article, tree.lasts[at])
        if tag in {"blockquote", "figure"}:
            quoted = max(quoted, tree.lasts[at])
        if at <= quoted and tag != "a" and is_credit(tag, named):
            continue
        if is_button(named) if tag == "a" else _is_chrome(tree, attributes, at, page, in_article=at <= article):
            behind = tree.lasts[at]
            yield at


def _is_chrome(tree: Tree, attributes: Attributes, at: int, page: _Page, *, in_article: bool) -> bool:
    tag, named, prose = tree.tags[at], attributes[at], page.prose
    if tag == "address" and not PLAYERS.isdisjoint(tree.tags[at : tree.lasts[at] + 1]):
        return False  # nobody's address: some systems set films in it
    if is_never_shown(named):
        return True
    names = called(tag, named)
    if not (any(names) or tag == "header" or at in page.boxes):
        return False
    big = prose.of(at) > MUCH * prose.whole or attribute(named, "class") in page.shared
    big = big or (tag == "form" and 2 * (tree.lasts[at] - at) > len(tree.tags))
    titled = bisect_left(page.titles, at) < bisect_right(page.titles, tree.lasts[at])
    if tag == "aside" and page.titles and not titled and _nearest(tree, page.titles[0], "article") >= 0:
        big = False  # the text is in the article that the title is in
    if tag == "nav" and "p" not in tree.tags[at : tree.lasts[at] + 1]:
        big = False  # the words beside its links are no prose, however many they are
    if page.titles and not titled and (tag == "footer" or attribute(named, "role").lower() == "contentinfo"):
        big = False  # however much of the prose it holds, of an article that tells nothing
    out = _believed(names, big=big, titled=titled) or (tag == "header" and not in_article and not big)
    if out and _is_subject(tree, at, attribute(named, "id")):
        out = _believed(called(tag, {**named, "id": None}), big=big, titled=titled)
    asks = at in page.boxes and prose.of(at) <= LITTLE * prose.whole and not titled
    return out or (asks and not (shows_handles(tree, attributes, at) and _is_amid_prose(tree, prose, at)))


def _is_amid_prose(tree: Tree, prose: _Weights, at: int) -> bool:
    """Tell whether a list, or what else stands as one among others in a container, has prose before it there and behind."""
    while tree.tags[at] in LISTED and tree.tags[tree.parents[at]] in LISTS:
        at = tree.parents[at]
    around = tree.parents[at]
    return prose.between(around, at) > 0 and prose.between(tree.lasts[at] + 1, tree.lasts[around] + 1) > 0


def _shared(tree: Tree, attributes: Attributes, prose: _Weights) -> frozenset[str]:
    """Return the classes of containers that together hold much of the page's prose, and much each: columns and chapters."""
    held: dict[str, list[int]] = {}
    last: dict[str, int] = {}
    at = 0
    while at < len(attributes):
        if (weight := prose.of(at)) < PART:
            at = tree.lasts[at] + 1
            continue
        classes = attribute(attributes[at], "class")
        if not CHROME_TOKENS.isdisjoint(tokens(classes)) and at > last.get(classes, -1):
            held.setdefault(classes, []).append(weight)
            last[classes] = tree.lasts[at]
        at += 1
    return frozenset(one for one, all_of in held.items() if len(all_of) > 1 and sum(all_of) > MUCH * prose.whole)


def _is_subject(tree: Tree, at: int, name: str) -> bool:
    """Tell whether an id repeats the words of the heading that it begins with, four or more: what a section is about, not what it is."""
    if len(re.findall(r"[^\W_]+", name)) < SUBJECT:
        return False
    inner = next((one for one in range(at + 1, min(at + 4, tree.lasts[at] + 1)) if tree.tags[one] in HEADINGS), None)
    return inner is not None and _letters(tree.text[slice(*tree.span(inner))]).startswith(_letters(name))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def _believed(names: tuple[bool, bool], *, big: bool, titled: bool) -> bool:
    """Tell whether what an element calls itself is believed: nothing that it holds speaks against that."""
    unless_big, unless_titled = names
    return (unless_big or unless_titled) and not (unless_big and big) and not (unless_titled and titled)


def _region(tree: Tree, attributes: Attributes, weights: _Weights) -> int:
    """Return the index of the element that holds the article's prose; the root where the page has hardly any."""
    if weights.whole < FEW:
        mains = sorted(tree.by_tag.get("article", []) + tree.by_tag.get("main", []))
        return next((at for at in mains if weights.of(at) > MOST * weights.whole), _around_title(tree, attributes, weights))
    at = _descend(tree, weights, 0)
    at = _titled(tree, weights, _with_title(tree, weights, at))
    articles = _outermost(tree, [i for i in tree.by_tag.get("article", ()) if at < i <= tree.lasts[at]])
    heaviest = max(map(weights.of, articles), default=0)
    told = [i for i in articles if weights.of(i) * 3 >= heaviest]
    further = len(told) > 1 and _nearest(tree, at, "article") < 0 and sum(map(weights.of, articles)) >= NEARLY_ALL * weights.of(at)
    if further and not _are_entries(tree, at, articles):
        at = _descend(tree, weights, told[0])
    inner = _named_text(tree, attributes, weights, at)
    if inner is not None:
        return inner
    marked = at
    while marked >= 0 and not names_text(attributes[marked]):
        marked = tree.parents[marked]
    return marked if marked >= 0 and tree.tags[marked] in CONTAINERS - {"html", "body"} else at


def _around_title(tree: Tree, attributes: Attributes, weights: _Weights) -> int:
    """Return of a page with hardly any prose what holds most of that and names itself the text, or holds its one title too; else the root.

    With it goes what stands around it and brings hardly any links: of such an article, most may be what it shows.
    """
    named = _named_text(tree, attributes, weights, 0) if weights.whole else None
    titles = tree.by_tag.get("h1", [])
    at = named if named is not None else titles[0] if len(titles) == 1 else 0
    while at > 0 and weights.of(at) <= MOST * weights.whole:
        at = tree.parents[at]
    links = tree.by_tag.get("a", [])
    while at > 0 and _count(links, tree, tree.parents[at]) - _count(links, tree, at) <= LINKS:
        at = tree.parents[at]
    return max(at, 0)


def _trail(tree: Tree, blocks: list[tuple[int, int, int, int]], weights: _Weights, region: int) -> range:
    """Return what stands behind the text of a short article that has its title before it in a row of its own, and brings many links.

    It brings no text: hardly any prose but the first words of other articles, below the headlines that are links to them.
    """
    alone = _descend(tree, weights, region, MOST) if weights.of(region) else region
    links, titles = tree.by_tag.get("a", []), tree.by_tag.get("h1", [])
    while alone > region and _count(links, tree, tree.parents[alone]) - _count(links, tree, alone) <= LINKS:
        alone = tree.parents[alone]
    trail = range(tree.lasts[alone] + 1, tree.lasts[region] + 1)
    brought = bisect_left(links, trail.stop) - bisect_left(links, trail.start)
    if brought <= LINKS or not titles or titles[0] > alone or weights.of(alone) < TEXT:
        return range(0)
    linked, starts = _linked(tree), [block[0] for block in tree.blocks]
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


def _count(found: Sequence[int], tree: Tree, at: int) -> int:
    """Return how many of the elements, given in order, stand in another one."""
    return bisect_right(found, tree.lasts[at]) - bisect_left(found, at)


def _with_title(tree: Tree, weights: _Weights, at: int) -> int:
    """Return the innermost container that holds the first title and most of the prose, of a page over which that is spread; else `at`."""
    titles = tree.by_tag.get("h1", [])
    inner = titles[0] if titles and tree.tags[at] in {"html", "body"} else at
    while inner > at and (tree.tags[inner] not in CONTAINERS or weights.of(inner) <= MOST * weights.whole):
        inner = tree.parents[inner]
    return max(inner, at)


def _titled(tree: Tree, weights: _Weights, at: int) -> int:
    """Return the one `article` or `main` below an element that holds its first title and most of its prose; else the element.

    Where the prose is spread over the whole page, some of it is enough.
    """
    titles = [one for one in tree.by_tag.get("h1", ()) if at < one <= tree.lasts[at]]
    below = (one for tag in ("article", "main") for one in tree.by_tag.get(tag, ()) if at < one <= tree.lasts[at])
    least = (LITTLE if tree.tags[at] in {"html", "body"} else MOST) * weights.of(at)
    held = [one for one in _outermost(tree, sorted(below)) if _count(titles, tree, one) and weights.of(one) > least]
    return held[0] if len(held) == 1 and titles[0] > held[0] else at


def _named_text(tree: Tree, attributes: Attributes, weights: _Weights, at: int) -> int | None:
    """Return the first element below one that holds most of its prose and names itself the article's text."""
    least, inner = MOST * weights.of(at), at + 1
    while inner <= tree.lasts[at]:
        if weights.of(inner) < least:
            inner = tree.lasts[inner] + 1
        elif tree.tags[inner] in CONTAINERS and (names_text(attributes[inner]) or is_article(attributes[inner])):
            return inner
        else:
            inner += 1
    return None


def _are_entries(tree: Tree, at: int, articles: list[int]) -> bool:
    """Tell whether `article` elements are the entries of one story: its `h1` stands before them, and none of them has one."""
    titles = [i for i in tree.by_tag.get("h1", ()) if at <= i <= tree.lasts[at]]
    return bool(titles) and all(i < articles[0] for i in titles)


def _descend(tree: Tree, weights: _Weights, at: int, share: float = NEARLY_ALL) -> int:
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


def _outermost(tree: Tree, found: list[int]) -> list[int]:
    """Return those of the elements, given in document order, that stand in no other of them."""
    kept: list[int] = []
    for at in found:
        if not kept or at > tree.lasts[kept[-1]]:
            kept.append(at)
    return kept


def _nearest(tree: Tree, at: int, tag: str) -> int:
    """Return the innermost element of a tag that holds an element or is it; -1 where none does."""
    while at >= 0 and tree.tags[at] != tag:
        at = tree.parents[at]
    return at
