"""Pleas: single links of a body that ask the reader for something, or show more of what is there, wherever they stand.

  own        A profile on a network that the page's chrome links to as well is the site's own, wherever it is linked again; not in an
             article that tells of accounts, three and more on each of two networks.
  follow     A profile behind "follow her on", or called by its handle between "please follow" and "on Twitter", or called "follow us"; a
             channel that one is to join; the site's page at Google News, its channel at WhatsApp, its letter; a player's excuse.
  giving     Where the site itself is supported, by its name. Outside the prose: forms that take a donation, and whose an advertisement is.
             A picture that says that one can give, and one that leads to a store of programs.
  rights     What says that it is an advertisement, sells the rights, or lets the reader in.
  browser    Outside the prose, by words that the reader's browser is old: where a newer one is had.
  account    The site's own pages and desks (`subscribe.`) to log in, register and subscribe, its privacy notice; sign-up forms elsewhere;
             of a mailing its preferences and copy on the web, and its `unsubscribe`, which is that everywhere if it says so; outside the
             prose what is called privacy policy, beside what waits for consent.
  picture    What is linked without words to a picture of the site's own, to a page of its pictures or right below this one, or to itself,
             shows that in its full size; before the first prose, wherever it is kept. So does what says "enlarge" and leads to a picture.

The words are in `phrases`, the addresses in `site_addresses`; what whole blocks ask is for `boxes` to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote

from archiver.article.anchor import FAR, Anchor, hrefs_of
from archiver.article.chrome import attribute
from archiver.article.phrases import (
    ENLARGED,
    FOLLOW_HANDLE,
    FOLLOW_ON,
    FOLLOW_US,
    GIVING_WORDS,
    JOIN,
    LEAVING,
    LETTER,
    MINE,
    ON_NETWORK,
    OUTDATED,
    PAGES,
    PRIVACY,
    RIGHTS,
    SIGN_UP,
)
from archiver.article.site_addresses import (
    ACCOUNT,
    ADVERTISING,
    BROWSERS,
    DESKS,
    FOLLOWED,
    GIVING,
    HOME,
    PICTURE,
    PICTURES,
    PROFILE,
    SCHEME_OR_QUERY,
    SHELVES,
    SIZED,
    STORE,
)
from archiver.article.tree import Tree

SOURCES = ("src", "data-src", "data-lazy-src", "data-orig-file", "data-original")  # of a picture
FILE = 6  # characters of a name that two pictures side by side hardly share
NAME = 60  # characters of a link that names what it does
BETWEEN = 30  # characters between two that are to be followed, and before a link by which a letter is had
ACCOUNTS = 2  # on one network
NEAR = 400  # characters before a link in which a notice begins
CLAUSE_END = re.compile(r"[.!?\n]")
LINE_END = re.compile(r"(?<!\n)\n(?!\n)")
HANDLED = re.compile(r"@\w{1,30}")


def own_profiles(tree: Tree, inside: list[bool]) -> set[str]:
    """Return the profiles that the page's chrome links to: the site's own. None where its article tells of accounts."""
    if tells_of_accounts(href for at, href in hrefs_of(tree) if inside[at]):
        return set()
    return {_profile(href) for at, href in hrefs_of(tree) if not inside[at] and PROFILE.match(href)}


def pleas(tree: Tree, anchors: list[Anchor], own: set[str], first: int) -> Iterator[int]:
    """Yield the links that are no sources, by index, by what they say and where they lead. `first` is where the prose begins."""
    followed: Anchor | None = None  # the link before, if it is to be followed
    for one in anchors:
        followed = one if PROFILE.match(one.href) and _is_to_follow(tree, one, followed) else None
        wordless = one.start == one.end and (_is_picture_only(tree, one, first) or _is_gift(tree, one) or STORE.match(one.href))
        desk = one.own and (ACCOUNT.search(one.href) or DESKS.match(one.href))
        plea = 0 < one.end - one.start <= NAME and _is_plea(tree, one, tree.text[one.start : one.end].strip(" .>»→-"))
        known = PROFILE.match(one.href) and _profile(one.href) in own
        if followed or wordless or desk or plea or known or one.till or FOLLOWED.match(one.href):
            yield one.at


def _is_gift(tree: Tree, one: Anchor) -> bool:
    """Tell whether a link without words leads to a form that takes a donation, or its picture says that one can give."""
    return GIVING.match(one.href) is not None or shows(tree, one.at, GIVING_WORDS.search)


def _is_plea(tree: Tree, one: Anchor, said: str) -> bool:
    """Tell whether a link says that it is paid for, enlarges a picture, has the reader follow, or subscribe to the site's letter."""
    if RIGHTS.fullmatch(said) or (len(said) <= BETWEEN and LEAVING.match(said) and LEAVING.search(one.href)):
        return True
    if PICTURE.search(one.href) and ENLARGED.fullmatch(said):
        return True
    before = tree.text[max(0, one.start - 2 * FAR) : one.start].rpartition("\n")[2]
    if PROFILE.match(one.href) and (FOLLOW_US.fullmatch(said) or ("/t.me/" in one.href and JOIN.search(before))):
        return True
    if MINE.search(before) and PAGES.fullmatch(said):
        return True
    return one.own and SIGN_UP.search(before[-BETWEEN:] + said) is not None and LETTER.search(before + said + one.href) is not None


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


def _is_to_follow(tree: Tree, one: Anchor, followed: Anchor | None) -> bool:
    """Tell whether the words before a profile ask to follow it, or the one right before it in the sentence: `on X: @us and on Y: @us`."""
    between = tree.text[followed.end : one.start] if followed else ""
    if followed and len(between) <= BETWEEN and not CLAUSE_END.search(between):
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


def shows(tree: Tree, at: int, finds: Callable[[str], object]) -> bool:
    """Tell whether a picture in a link says what one looks for: what the page or the mail was made with, that one can give."""
    inside = range(at + 1, tree.lasts[at] + 1)
    return any(tree.tags[one] == "img" and finds(attribute(tree.attributes[one], "alt")) for one in inside)


def leaves(tree: Tree, one: Anchor) -> bool:
    """Tell whether a link that stands outside the prose is none of the article's: a till, an advertisement, a way out, the small print."""
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
