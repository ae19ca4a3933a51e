"""Boxes: links among an article's paragraphs that ask the reader for something, and are no sources.

They often stand in plain paragraphs that name themselves nothing, so they are told by what they are:

  own        A profile on a network that the page's chrome links to as well is the site's own, wherever it is linked again; not in an
             article that tells of accounts, three and more on each of two networks.
  networks   A block whose links are two or more, each called by the bare name of a network, with a word or two between them (`YouTube |
             Facebook`), asks to be followed.
  shelves    Outside the prose, or behind a label that says so: the site's own pages of a tag, a category, a writer.
  follow     A profile behind "follow her on", or called by its handle between "please follow" and "on Twitter", or called "follow us"; a
             channel that one is to join; the site's page at Google News, its channel at WhatsApp, its letter; a player's excuse.
  buttons    Outside the prose: the site's own links in a row with two that share the page, or that are all called buttons.
  giving     Where the site itself is supported, by its name. Outside the prose: forms that take a donation, and whose an advertisement is.
             A picture that says that one can give.
  rights     What says that it is an advertisement, sells the rights, or lets the reader in; outside the prose the page's own address.
  pages      A block of numbers that are links to further pages of the same.
  notice     A block that says by which standards the site works, or what protects its form.
  appended   Behind the last prose: an agency's line with addresses written out (`More AP tennis: https://…`).
  browser    Outside the prose, by words that the reader's browser is old: where a newer one is had.
  places     Behind the last prose: two and more of the site's own links, of a few words each, that make up a block, a label apart.
  account    The site's own pages and desks (`subscribe.`) to log in, register and subscribe, its privacy notice; sign-up forms elsewhere;
             of a mailing its `unsubscribe`, preferences and copy on the web; outside the prose what is called privacy policy, beside what
             waits for consent. Beside such a link the site's own first page.
  mailing    Right above its `unsubscribe` the first page of whoever sends it; behind the last prose what is "powered by" or "sent with"
             something, in words or on a logo.
  byline     Before the first prose: the site's own links in blocks and headings that are little else (writer, portrait, section, date).
  also       A block that begins with "read also" and is a link of the site; a run of such links or items below a heading that says so.
  cards      What shows other articles of the site: `cards`.
  picture    What is linked without words to where one of these leads is the picture beside it. What is linked so to a picture of the
             site's own, to a page of its pictures or right below this one, or to itself, shows that in its full size; before the first
             prose, wherever it is kept. So does what says "enlarge" and leads to a picture.
  onwards    A block of the site's own links that says only that there is more (`Show all »`), or shows a picture in its full size.
  promotion  Before the first prose and behind the last: a block that is one link and offers an app, or the site's channels.

Phrases decide only where structure has left little else for a link to be: a block that is nearly all link, on the site's own host. The
languages are those of the sites that print them; in others the structure above has to do. A link to another site is never taken for `also`
or `byline`. On the labelled corpus no link of an article is lost to them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from urllib.parse import unquote

from archiver.article.anchor import FAR, HOST, SENTENCE, Anchor, Linked, anchors_of, hrefs_of, linked_blocks
from archiver.article.cards import WRITTEN, cards
from archiver.article.chrome import SHARE, attribute
from archiver.article.phrases import (
    ALSO,
    APPENDED,
    BY,
    ENLARGED,
    FOLLOW_HANDLE,
    FOLLOW_ON,
    FOLLOW_US,
    GIVING_WORDS,
    HEADING,
    JOIN,
    LEAVING,
    LETTER,
    MAKER,
    MINE,
    NETWORKS,
    NOTICE,
    OF_SECTION,
    ON_NETWORK,
    ONWARDS,
    OUTDATED,
    PAGES,
    PRIVACY,
    PROMOTION,
    RIGHTS,
    SIGN_UP,
    SORTED,
)
from archiver.article.site_addresses import (
    ACCOUNT,
    ADVERTISING,
    BROWSERS,
    DESKS,
    ENTRANCE,
    FOLLOWED,
    GIVING,
    HOME,
    MAIL,
    PICTURE,
    PICTURES,
    PROFILE,
    SCHEME_OR_QUERY,
    SHELVES,
    SIZED,
)
from archiver.article.tree import Tree

SOURCES = ("src", "data-src", "data-lazy-src", "data-orig-file", "data-original")  # of a picture
ITEM = 200  # characters of an item in a list of other articles
FILE = 6  # characters of a name that two pictures side by side hardly share
NAME = 60  # characters of a link that names what it does
PLACE = 30  # characters of a link that names a part of the site
ACCOUNTS = 2  # on one network
NEAR = 400  # characters before a link in which a notice begins
FIGURES = re.compile(r"[0-9]+")
COUNTED = re.compile(r"\([0-9]+\)\s*\Z")
BUTTONS = frozenset({"btn", "button"})
LABEL = 40  # characters of a byline that are no link
CLAUSE_END = re.compile(r"[.!?\n]")
LINE_END = re.compile(r"(?<!\n)\n(?!\n)")
HANDLED = re.compile(r"@\w{1,30}")
ARROW = re.compile(r"\A[←«‹⟵]|[→»›⟶]\Z")  # of what comes before and after


def asking(tree: Tree, inside: list[bool], prose: list[tuple[int, int]], url: str | None = None) -> Iterator[int]:
    """Yield the links of the body, by index, that are no sources. `prose` are the spans of the body's prose, in order."""
    own = {_profile(href) for at, href in hrefs_of(tree) if not inside[at] and PROFILE.match(href)}
    if tells_of_accounts(href for at, href in hrefs_of(tree) if inside[at]):
        own = set()
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
    yield from (one.at for one in anchors if one.start == one.end >= last and _shows(tree, one.at, MAKER.match))


def _asked(
    tree: Tree,
    anchors: list[Anchor],
    own: set[str],
    blocks: list[tuple[Linked, str]],
    prose: list[tuple[int, int]],
) -> Iterator[int]:
    """Yield the links that are no sources by what they, their blocks and the blocks around say."""
    first, last = (prose[0][0], prose[-1][1]) if prose else (-1, len(tree.text))
    followed: Anchor | None = None  # the link before, if it is to be followed
    for one in anchors:
        bare = one.start == one.end and (
            _is_picture_only(tree, one, first) or GIVING.match(one.href) or _shows(tree, one.at, GIVING_WORDS.search)
        )
        desk = one.own and (ACCOUNT.search(one.href) or DESKS.match(one.href))
        followed = one if PROFILE.match(one.href) and _is_to_follow(tree, one, followed) else None
        plea = 0 < one.end - one.start <= NAME and _is_plea(tree, one, tree.text[one.start : one.end].strip(" .>»→-"))
        if (
            bare
            or desk
            or plea
            or one.till
            or FOLLOWED.match(one.href)
            or followed
            or (PROFILE.match(one.href) and _profile(one.href) in own)
        ):
            yield one.at
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
                or _leaves(tree, one)
                or (one.own and not block.is_sentence and (SHELVES.search(one.href) or HOME.fullmatch(one.href)))
            )


def _is_plea(tree: Tree, one: Anchor, said: str) -> bool:
    """Tell whether a link says that it is paid for, enlarges a picture, has the reader follow, or subscribe to the site's letter."""
    if RIGHTS.fullmatch(said) or (PICTURE.search(one.href) and ENLARGED.fullmatch(said)):
        return True
    before = tree.text[max(0, one.start - 2 * FAR) : one.start].rpartition("\n")[2]
    if PROFILE.match(one.href) and (FOLLOW_US.fullmatch(said) or ("/t.me/" in one.href and JOIN.search(before))):
        return True
    if MINE.search(before) and PAGES.fullmatch(said):
        return True
    return one.own and SIGN_UP.search(before[-PLACE:] + said) is not None and LETTER.search(before + said + one.href) is not None


def _is_picture_only(tree: Tree, one: Anchor, first: int) -> bool:
    """Tell whether a link without words is a portrait or a logo, or shows a picture in its full size."""
    before = one.end < first
    picture = PICTURE.search(one.href) is not None and "video" not in tree.tags[one.at : tree.lasts[one.at] + 1]
    if not one.own:
        return picture and (before or _shows_itself(tree, one))
    further = "img" in tree.tags[one.at : tree.lasts[one.at] + 1] and PICTURES.search(one.href) is not None
    return before or picture or further or one.below or HOME.fullmatch(one.href) is not None or SHELVES.search(one.href) is not None


def _shows_itself(tree: Tree, one: Anchor) -> bool:
    """Tell whether the picture in a link is the one that it leads to, in another size."""
    inside = (tree.attributes[at] for at in range(one.at + 1, tree.lasts[one.at] + 1) if tree.tags[at] == "img")
    shown, led = {_stem(attribute(named, name)) for named in inside for name in SOURCES}, _stem(one.href)
    file = led.rpartition("/")[2]  # which may lie elsewhere, where pictures are made smaller
    return led in shown or (len(file) >= FILE and any(one.endswith(f"/{file}") for one in shown))


def _stem(address: str) -> str:
    """Return the address of a picture without what differs between its sizes."""
    return SIZED.sub("", SCHEME_OR_QUERY.sub("", address.strip()[:4000])).lower()


def _senders(tree: Tree, blocks: list[tuple[Linked, str]]) -> Iterator[int]:
    """Yield the links to the first page of a host that the block right below has one to unsubscribe on."""
    for (above, _), (below, _) in pairwise(blocks):
        if below.number == above.number + 1 and not below.prose:
            left = {named[1].lower() for one in below.anchors if _leaves(tree, one) and (named := HOST.match(one.href))}
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


def _is_to_follow(tree: Tree, one: Anchor, followed: Anchor | None) -> bool:
    """Tell whether the words before a profile ask to follow it, or the one right before it in the sentence: `on X: @us and on Y: @us`."""
    between = tree.text[followed.end : one.start] if followed else ""
    if followed and len(between) <= PLACE and not CLAUSE_END.search(between):
        return True
    return _ask_to_follow(tree.text[max(0, one.start - FAR) : one.start], tree.text, one.start, one.end)


def is_asked_for(text: str, start: int, end: int, href: str) -> bool:
    """Tell whether a link in a text without elements leads to a profile that the words around it, lines joined, ask to follow."""
    if not PROFILE.match(href):
        return False
    return _ask_to_follow(LINE_END.sub(" ", text[max(0, start - FAR) : start]), text, start, end)


def _ask_to_follow(before: str, text: str, start: int, end: int) -> bool:
    if FOLLOW_ON.search(before):
        return True
    return bool(FOLLOW_HANDLE.search(before) and HANDLED.fullmatch(text, start, end) and ON_NETWORK.match(text, end))


def _shows(tree: Tree, at: int, finds: Callable[[str], object]) -> bool:
    """Tell whether a picture in a link says what one looks for: what the page or the mail was made with, that one can give."""
    inside = range(at + 1, tree.lasts[at] + 1)
    return any(tree.tags[one] == "img" and finds(attribute(tree.attributes[one], "alt")) for one in inside)


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


def _leaves(tree: Tree, one: Anchor) -> bool:
    return (
        GIVING.match(one.href) is not None
        or ADVERTISING.match(one.href) is not None
        or LEAVING.search(one.href) is not None
        or (BROWSERS.match(one.href) is not None and OUTDATED.search(tree.text[max(0, one.start - NEAR) : one.end + NAME]) is not None)
        or (one.end - one.start <= NAME and LEAVING.search(tree.text[one.start : one.end]) is not None)
        or (one.end - one.start <= NAME and PRIVACY.fullmatch(tree.text[one.start : one.end].strip()) is not None)
    )


def tells_of_accounts(hrefs: Iterable[str]) -> bool:
    """Tell whether links lead to more accounts on two networks each than anybody has to be followed on."""
    handles: dict[str, set[str]] = {}
    for href in hrefs:
        if found := PROFILE.match(href):
            handles.setdefault(found[1].lower(), set()).add(_profile(href))
    return sum(len(of_one) > ACCOUNTS for of_one in handles.values()) > 1


def _profile(href: str) -> str:
    """Return a profile's address as it is compared."""
    plain = unquote(href).partition("?")[0].partition("#")[0].rstrip("/").casefold()
    return re.sub(r"^(?:https?:)?//(?:www\.|m\.|mobile\.)?", "", plain).replace("x.com/", "twitter.com/", 1)
