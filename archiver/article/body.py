"""Which region of a page is the article's body. The judgement labels; it never removes.

Extractors that cut a page down to its main text lose embeds (of four that were measured each loses some, one the tweets themselves). So
citations are read from the whole document, and this judgement only says which of them stand in the page's chrome: navigation, share
buttons, related stories, comments, author box, footer. Its errors cost a label, not a citation. The questions, none about one site:

  chrome   What does the markup call itself? Elements and ARIA roles that mean chrome, and tokens of class and id that name it. A token is
           not believed on an element that holds much of the page's prose (`<div class="layout sidebar-right">` around everything), alone
           or with others of its class (columns, chapters), nor on one that names itself an embed or the content as well. An id that
           repeats the section's heading says what the section is about. A widget amid the prose that is only a player is shown there.
  region   Where is the text set? `region`.
  short    Where there is hardly any prose, links of the region count, and what is shown without words, or quoted, counts on the whole page,
           chrome apart. Not so links above the one title, and frames too low for a film.
  lead     Between the title and the region: sentences, and what is shown there without words; players above the title, in its article.
  notes    Footnotes and lists of sources behind the region are the article's: `notes`.
  further  What holds a further article below the first, with a title of its own, is chrome of this one.
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
from itertools import pairwise
from operator import not_
from typing import NamedTuple

from archiver.article.anchor import SENTENCE
from archiver.article.appeals import appeals, shows_handles
from archiver.article.boxes import asking
from archiver.article.chrome import (
    CHROME_TOKENS,
    attribute,
    called,
    is_button,
    is_credit,
    is_never_shown,
    tokens,
)
from archiver.article.notes import notes_behind, sources_in_foot
from archiver.article.prose import Weights, prose_blocks
from archiver.article.region import region_of, trail_of, twins_of
from archiver.article.tree import Tree

PLAIN = frozenset(
    {"p", "div", "span", "br", "li", "ul", "b", "i", "em", "strong", "td", "tr", "tbody", "h1", "h2", "h3", "option", "script"}
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
PLAYERS = frozenset({"iframe", "video", "amp-youtube", "lite-youtube"})
LINKING = frozenset({"a", "area", "button", "img", "map", "picture", "source"})
LISTS = frozenset({"ul", "ol", "dl", "li", "table", "tbody", "tr"})
LISTED = LISTS | {"dt", "dd", "td"}
MUCH, LITTLE = 0.35, 0.1  # shares of a page's prose
TITLE = re.compile(r"(?:^|post|entry|article|story|news|page|single)[_-]*(?:title|headline)\Z", re.IGNORECASE)  # class of an article's
SUBJECT = 4  # words of an id that a heading repeats
PART = 500  # characters of prose from which one of several containers is a part of the article
WIDGETS = frozenset({"widget", "widgets"})
STRIP = 40  # declared height of a frame, in pixels, that shows no film and no post


def judge(tree: Tree, url: str | None = None) -> list[bool]:
    """Return of each element, by its index, whether it stands in the article's body. `url` is where the page came from."""
    lasts = tree.lasts
    blocks = list(prose_blocks(tree))
    prose = [0] * len(tree.tags)
    for _, _, owner, weight in blocks:
        prose[owner] += weight
    chrome, inside = [False] * len(tree.tags), [False] * len(tree.tags)
    weights = Weights(tree, prose)
    for told in (_chrome, _further):
        found = list(told(tree, weights))
        for at in found:
            prose[at : lasts[at] + 1] = [0] * (lasts[at] + 1 - at)
            chrome[at : lasts[at] + 1] = [True] * (lasts[at] + 1 - at)
        weights = Weights(tree, prose) if found else weights
    region = region_of(tree, weights)
    parts = sorted((region, *twins_of(tree, weights, region)))
    for part in parts:
        inside[part : lasts[part] + 1] = map(not_, chrome[part : lasts[part] + 1])
    for section in notes_behind(tree, parts[-1]):
        inside[section.start : section.stop] = map(not_, chrome[section.start : section.stop])
    for section in sources_in_foot(tree, region):
        inside[section.start : section.stop] = [True] * len(section)
    for one, other in pairwise(parts):  # what is shown between two parts of the text
        for at in range(lasts[one] + 1, other):
            inside[at] |= _is_shown(tree, at) and not chrome[at]
    if weights.is_hardly_any and tree.tags[region] not in {"article", "main"}:
        trail = trail_of(tree, blocks, weights, region)
        inside[trail.start : trail.stop] = [False] * len(trail)
        for at in range(len(tree.tags)):
            low = tree.tags[at] == "iframe" and is_strip(tree.attributes[at])
            inside[at] = (inside[at] or (_is_shown(tree, at) and not chrome[at])) and not low
        _unlead(tree, blocks, inside)
    prosaic = [(start, end) for start, end, owner, _ in blocks if inside[owner]]
    _lead(tree, blocks, chrome, inside, region)
    for at in list(asking(tree, inside, prosaic, url)):
        inside[at : lasts[at] + 1] = [False] * (lasts[at] + 1 - at)
    return inside


def _is_shown(tree: Tree, at: int) -> bool:
    """Tell whether an element may show a post, a film, a picture: it quotes, or has no words."""
    return tree.tags[at] == "blockquote" or (tree.tags[at] not in LINKING and tree.is_wordless(at))


def is_strip(named: dict[str, str | None]) -> bool:
    """Tell whether a frame declares that it is lower than any film or post: a counter, a line of the site's own news."""
    height = attribute(named, "height")
    return height.isdecimal() and int(height) < STRIP


def _unlead(tree: Tree, blocks: list[tuple[int, int, int, int]], inside: list[bool]) -> None:
    """Take the links above the one title of a short text out of its body, if there is no prose above it."""
    titles = tree.by_tag.get("h1", [])
    if len(titles) != 1 or any(owner < titles[0] and inside[owner] for _, _, owner, _ in blocks):
        return
    for at in sorted(tree.by_tag.get("a", []) + tree.by_tag.get("area", [])):
        if at > titles[0]:
            break
        inside[at] = inside[at] and tree.lasts[at] >= titles[0]


def _further(tree: Tree, weights: Weights) -> Iterator[int]:
    """Yield what holds a further article below the first: a container with a title of its own, of the same class, and prose."""
    titles = [at for at in tree.by_tag.get("h1", ()) if tree.span(at)[0] < tree.span(at)[1]]
    named = {one for one in attribute(tree.attributes[titles[0]], "class").split() if TITLE.search(one)} if len(titles) > 1 else set()
    if not named or any(tree.nearest(at, "article") != tree.nearest(titles[0], "article") for at in titles):
        return
    further = False
    for title in titles[1:]:
        at = title
        while tree.count(titles, tree.parents[at]) == 1:
            at = tree.parents[at]
        further = further or min(weights.of(at), weights.between(titles[0], at)) >= PART
        if further and not named.isdisjoint(attribute(tree.attributes[title], "class").split()):
            yield at


def _lead(tree: Tree, blocks: list[tuple[int, int, int, int]], chrome: list[bool], inside: list[bool], region: int) -> None:
    """Put into the body what leads to it: the prose between the title and the region, and what is shown there without words."""
    titles = tree.by_tag.get("h1", [])
    article = tree.nearest(region, "article")
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


class _Page(NamedTuple):
    """What the judgement of an element needs to know of its page."""

    prose: Weights
    titles: Sequence[int]  # every `h1`
    shared: frozenset[str]  # the classes of its columns and chapters
    boxes: AbstractSet[int]  # that ask for something


def _chrome(tree: Tree, prose: Weights) -> Iterator[int]:
    """Yield the elements that are chrome by what the markup calls itself, in order, and none below another."""
    page = _Page(prose, tree.by_tag.get("h1", []), _shared(tree, prose), appeals(tree))
    behind = article = quoted = -1  # the last element of the chrome, of the article, and of the quotations that have begun
    for at, (tag, named) in enumerate(zip(tree.tags, tree.attributes, strict=True)):
        if at <= behind or (not named and tag in PLAIN and at not in page.boxes):
            continue
        if tag in {"article", "main"}:
            article = max(article, tree.lasts[at])
        if tag in {"blockquote", "figure"}:
            quoted = max(quoted, tree.lasts[at])
        if at <= quoted and tag != "a" and is_credit(tag, named):
            continue
        if is_button(named) if tag == "a" else _is_chrome(tree, at, page, in_article=at <= article):
            behind = tree.lasts[at]
            yield at


def _is_chrome(tree: Tree, at: int, page: _Page, *, in_article: bool) -> bool:
    tag, named, prose = tree.tags[at], tree.attributes[at], page.prose
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
    if tag == "aside" and page.titles and not titled and tree.nearest(page.titles[0], "article") >= 0:
        big = False  # the text is in the article that the title is in
    if tag == "nav" and "p" not in tree.tags[at : tree.lasts[at] + 1]:
        big = False  # the words beside its links are no prose, however many they are
    if page.titles and not titled and (tag == "footer" or attribute(named, "role").lower() == "contentinfo"):
        big = False  # however much of the prose it holds, of an article that tells nothing
    out = _believed(names, big=big, titled=titled) or (tag == "header" and not in_article and not big)
    if out and _is_subject(tree, at, attribute(named, "id")):
        out = _believed(called(tag, {**named, "id": None}), big=big, titled=titled)
    if out and _is_framed(tree, at, named) and _is_amid_prose(tree, prose, at):
        out = False
    asks = at in page.boxes and prose.of(at) <= LITTLE * prose.whole and not titled
    return out or (asks and not (shows_handles(tree, at) and _is_amid_prose(tree, prose, at)))


def _is_framed(tree: Tree, at: int, named: dict[str, str | None]) -> bool:
    """Tell whether an element calls itself no more than a widget, and is one: a player without words."""
    words = tokens(f"{attribute(named, 'class')} {attribute(named, 'id')}") & CHROME_TOKENS
    return bool(words) and words <= WIDGETS and tree.is_wordless(at) and not PLAYERS.isdisjoint(tree.tags[at : tree.lasts[at] + 1])


def _is_amid_prose(tree: Tree, prose: Weights, at: int) -> bool:
    """Tell whether a list, or what else stands as one among others in a container, has prose before it there and behind."""
    while tree.tags[at] in LISTED and tree.tags[tree.parents[at]] in LISTS:
        at = tree.parents[at]
    around = tree.parents[at]
    return prose.between(around, at) > 0 and prose.between(tree.lasts[at] + 1, tree.lasts[around] + 1) > 0


def _shared(tree: Tree, prose: Weights) -> frozenset[str]:
    """Return the classes of containers that together hold much of the page's prose, and much each: columns and chapters."""
    held: dict[str, list[int]] = {}
    last: dict[str, int] = {}
    at = 0
    while at < len(tree.tags):
        if (weight := prose.of(at)) < PART:
            at = tree.lasts[at] + 1
            continue
        classes = attribute(tree.attributes[at], "class")
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
