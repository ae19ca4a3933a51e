"""Boxes: links among an article's paragraphs that ask the reader for something, and are no sources.

They often stand in plain paragraphs that name themselves nothing, so they are told by what they are. What a single link says or shows is
in `pleas`; what a block of them is stands here:

  networks   A block whose links are two or more, each called by the bare name of a network, with a word or two between them (`YouTube |
             Facebook`), asks to be followed.
  shelves    Outside the prose, or behind a label that says so: the site's own pages of a tag, a category, a writer.
  buttons    Outside the prose: the site's own links in a row with two that share the page, or that are all called buttons.
  itself     Outside the prose the page's own address.
  pages      A block of numbers that are links to further pages of the same.
  notice     A block that says by which standards the site works, or what protects its form.
  appended   Behind the last prose: an agency's line with addresses written out (`More AP tennis: https://…`).
  places     Behind the last prose: two and more of the site's own links, of a few words each, that make up a block, a label apart.
  account    The site's own first page, beside a link by which one logs in, registers or subscribes.
  mailing    Right above its `unsubscribe` the first page of whoever sends it; behind the last prose what is "powered by" or "sent with"
             something, in words or on a logo.
  byline     Before the first prose: the site's own links in blocks and headings that are little else (writer, portrait, section, date).
  also       A block that begins with "read also" and is a link of the site; a run of such links or items below a heading that says so.
  cards      What shows other articles of the site: `cards`.
  picture    What is linked without words to where one of these leads is the picture beside it.
  onwards    A block of the site's own links that says only that there is more (`Show all »`), or shows a picture in its full size.
  promotion  Before the first prose and behind the last: a block that is one link and offers an app, or the site's channels.

Phrases decide only where structure has left little else for a link to be: a block that is nearly all link, on the site's own host. The
languages are those of the sites that print them; in others the structure above has to do. A link to another site is never taken for `also`
or `byline`. On the labelled corpus no link of an article is lost to them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from archiver.article.anchor import HOST, SENTENCE, Anchor, Linked, anchors_of, hrefs_of, linked_blocks
from archiver.article.cards import WRITTEN, cards
from archiver.article.chrome import SHARE, attribute
from archiver.article.phrases import (
    ALSO,
    APPENDED,
    BY,
    HEADING,
    MAKER,
    NETWORKS,
    NOTICE,
    OF_SECTION,
    ONWARDS,
    PROMOTION,
    SORTED,
)
from archiver.article.pleas import leaves, own_profiles, pleas, shows
from archiver.article.site_addresses import (
    ACCOUNT,
    ENTRANCE,
    HOME,
    MAIL,
    PICTURE,
    SHELVES,
)
from archiver.article.tree import Tree

ITEM = 200  # characters of an item in a list of other articles
PLACE = 30  # characters of a link that names a part of the site
FIGURES = re.compile(r"[0-9]+")
COUNTED = re.compile(r"\([0-9]+\)\s*\Z")
BUTTONS = frozenset({"btn", "button"})
LABEL = 40  # characters of a byline that are no link
ARROW = re.compile(r"\A[←«‹⟵]|[→»›⟶]\Z")  # of what comes before and after


def asking(tree: Tree, inside: list[bool], prose: list[tuple[int, int]], url: str | None = None) -> Iterator[int]:
    """Yield the links of the body, by index, that are no sources. `prose` are the spans of the body's prose, in order."""
    own = own_profiles(tree, inside)
    anchors = anchors_of(tree, inside, url)
    blocks = list(linked_blocks(tree, anchors, prose))
    asked = {
        *_asked(tree, anchors, own, blocks, prose),
        *cards(tree, inside, anchors, [block for block, _ in blocks], prose),
    }
    yield from asked
    titles = {one.href for one in anchors if one.own and one.at in asked}
    yield from (one.at for one in anchors if one.start == one.end and one.href in titles)  # the picture beside it
    last = prose[-1][1] if prose else len(tree.text)
    yield from (one.at for one in anchors if one.start == one.end >= last and shows(tree, one.at, MAKER.match))


def _asked(
    tree: Tree,
    anchors: list[Anchor],
    own: set[str],
    blocks: list[tuple[Linked, str]],
    prose: list[tuple[int, int]],
) -> Iterator[int]:
    """Yield the links that are no sources by what they, their blocks and the blocks around say."""
    first, last = (prose[0][0], prose[-1][1]) if prose else (-1, len(tree.text))
    yield from pleas(tree, anchors, own, first)
    yield from _senders(tree, blocks)
    yield from _buttons(tree, [block for block, _ in blocks])
    listed, behind = False, 0
    for block, above in blocks:
        listed = _is_listed(block) and ((listed and block.number == behind) or HEADING.match(above) is not None)
        behind = block.number + 1
        if listed or _asks(block, first, last):
            yield from (one.at for one in block.anchors)
            continue
        if len(block.anchors) > 1 and any(one.own and ACCOUNT.search(one.href) for one in block.anchors):
            yield from (one.at for one in block.anchors if one.own and HOME.fullmatch(one.href))
        sorted_by = SORTED.search(block.text)
        if sorted_by:
            yield from (
                one.at for one in block.anchors if one.own and one.start >= block.start + sorted_by.end() and SHELVES.search(one.href)
            )
        if not block.prose:
            yield from (
                one.at
                for one in block.anchors
                if one.itself
                or leaves(tree, one)
                or (one.own and not block.is_sentence and (SHELVES.search(one.href) or HOME.fullmatch(one.href)))
            )


def _senders(tree: Tree, blocks: list[tuple[Linked, str]]) -> Iterator[int]:
    """Yield the links to the first page of a host that the block right below has one to unsubscribe on."""
    for (above, _), (below, _) in pairwise(blocks):
        if below.number == above.number + 1 and not below.prose:
            left = {named[1].lower() for one in below.anchors if leaves(tree, one) and (named := HOST.match(one.href))}
            yield from (one.at for one in above.anchors if (found := ENTRANCE.fullmatch(one.href)) and found[1].lower() in left)


def _buttons(tree: Tree, blocks: list[Linked]) -> Iterator[int]:
    """Yield the site's own links in a row of buttons: beside two that share the page, or all of them called so."""
    shared = [tree.span(at)[0] for at, href in hrefs_of(tree) if SHARE.search(href.lower())]
    for block in blocks:
        if block.prose or not block.all_own or len(block.text) > ITEM:
            continue
        beside = bisect_left(shared, block.end) - bisect_left(shared, block.start)
        called = len(block.anchors) > 1 and block.all_link and all(_is_called_button(tree, one.at) for one in block.anchors)
        if beside > 1 or called:
            yield from (one.at for one in block.anchors)


def _is_called_button(tree: Tree, at: int) -> bool:
    named = tree.attributes[at]
    return attribute(named, "role").lower() == "button" or not BUTTONS.isdisjoint(attribute(named, "class").lower().split())


def _asks(block: Linked, first: int, last: int) -> bool:
    if block.all_link and block.all_own and (block.start >= last or not block.heading) and _leads_on(block, last):
        return True
    led = [one for one in block.anchors if not MAIL.match(one.href)]
    names = [" ".join(block.text[one.start - block.start : one.end - block.start].split()).casefold() for one in led]
    if len(names) > 1 and NETWORKS.issuperset(names) and all(two.start - one.end <= PLACE for one, two in pairwise(led)):
        return True
    if NOTICE.match(block.text) or (block.all_own and len(names) > 1 and _pages(block, led, names)):
        return True
    also = ALSO.match(block.text) if block.all_own and not block.prose else None
    if also and sum(one.end - one.start for one in block.anchors) >= 0.7 * (block.end - block.start - also.end()):
        return True
    if block.start >= last and (MAKER.match(block.text) or _is_appended(block, led)):
        return True
    before = block.end <= first
    if before and block.all_own and (block.all_link or _is_byline(block)):
        return True
    if block.heading or not (block.all_link or _is_labelled(block)):
        return False
    if block.start >= last and len(block.anchors) > 1 and _is_own_or_profile(block, names):
        return True
    return (before or block.start >= last) and PROMOTION.search(block.text) is not None


def _pages(block: Linked, led: list[Anchor], names: list[str]) -> bool:
    """Tell whether a block turns pages: `1 2 3`, each number in its link's address, which are the same otherwise."""
    if any(map(str.isalpha, block.text)) or not all(map(str.isdecimal, names)):
        return False
    told = all(re.search(rf"(?<![0-9]){name}(?![0-9])", one.href) for name, one in zip(names, led, strict=True))
    return told and len({FIGURES.sub("", one.href) for one in led}) == 1


def _is_appended(block: Linked, led: list[Anchor]) -> bool:
    """Tell whether a block is the last line of an agency: `More on tennis: https://… and https://…`."""
    written = (block.text[one.start - block.start : one.end - block.start] for one in led)
    return all(map(WRITTEN.fullmatch, written)) and APPENDED.match(block.text[: led[0].start - block.start]) is not None if led else False


def _leads_on(block: Linked, last: int) -> bool:
    """Tell whether a block says nothing but that there is more, or shows a picture in its full size."""
    said = COUNTED.sub("", block.text).strip(" \t\n.:…[]()|»›>→-–—")
    enlarged = len(said) <= PLACE and all(PICTURE.search(one.href) for one in block.anchors)
    section = block.start >= last and OF_SECTION.fullmatch(said)
    return enlarged or bool(section) or ONWARDS.fullmatch(said) is not None or block.text.rstrip().endswith((">>>", ">>", "»"))


def _is_own_or_profile(block: Linked, names: list[str]) -> bool:
    """Tell whether links lead to parts of the site, some of them to what comes before and after, or call a network by its bare name."""
    if not all(one.own or name in NETWORKS for one, name in zip(block.anchors, names, strict=True)):
        return False
    return all(one.end - one.start <= PLACE for one in block.anchors) or any(map(ARROW.search, names))


def _is_labelled(block: Linked) -> bool:
    """Tell whether links make up nearly all of a block but for a label before them: `The storm: Live | Maps`."""
    label = block.text[: max(0, block.anchors[0].start - block.start)]
    rest = block.end - block.start - len(label)
    return len(label) <= LABEL and label.rstrip().endswith(":") and block.unlinked - len(label) <= 0.2 * rest


def _is_byline(block: Linked) -> bool:
    """Tell whether a block is hardly more than its links, no sentence and none of a list: `By Ann Ames, Reporter`."""
    if block.unlinked > LABEL or block.kind in {"item", "cell"} or SENTENCE.search(block.text.rstrip()):
        return False
    return not (block.heading and _goes_through(block))


def _goes_through(block: Linked) -> bool:
    """Tell whether the only link of a block has words on both sides, and none before it that tell of a writer: it is within a title."""
    before, behind = block.text[: block.anchors[0].start - block.start], block.text[block.anchors[0].end - block.start :]
    return len(block.anchors) == 1 and len(before.split()) > 1 and len(behind.split()) > 1 and BY.search(before) is None


def _is_listed(block: Linked) -> bool:
    """Tell whether a block may belong to a list of the site's own articles."""
    return (block.all_link or (block.kind == "item" and block.end - block.start <= ITEM)) and block.all_own
