"""Appeals: containers that ask the reader for something, told by what they hold and not by what they call themselves.

  follow   The smallest container with links to profiles on three networks or more.
  sign up  What stands around a field for an e-mail address: with the heading that says what for, and the small print.

Whether they are chrome is for `body` to say: what holds some of the page's prose, or its title, is none. Nor is an article's own list of
accounts, which shows their handles, or several of one network, and stands between its paragraphs.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from archiver.article.chrome import attribute
from archiver.article.site_addresses import PROFILE
from archiver.article.tree import Tree

NETWORKS = 3
BOX = 500  # characters of a box that asks for an address
AROUND = frozenset(
    {"div", "section", "form", "aside", "fieldset", "p", "span", "label", "li", "ul", "td", "tr", "tbody", "table", "center"}
)
HIGH = 12  # steps up from the field
HEADINGS = ("h2", "h3", "h4", "h5", "h6")
ADDRESS = re.compile(r"e-?mail", re.IGNORECASE)


def appeals(tree: Tree) -> set[int]:
    """Return the containers that ask to be followed, or for an address."""
    return {*_followed(tree), *_signed_up(tree)}


def _followed(tree: Tree) -> Iterator[int]:
    profiles = {at: found[1].lower() for at in tree.by_tag.get("a", ()) if (found := PROFILE.match(attribute(tree.attributes[at], "href")))}
    if len(set(profiles.values())) < NETWORKS:
        return
    networks: list[frozenset[str]] = [frozenset()] * len(tree.tags)
    for at in range(len(tree.tags) - 1, 0, -1):
        if at in profiles:
            networks[at] = frozenset({profiles[at]})
        elif len(networks[at]) >= NETWORKS:
            yield at
            continue
        if networks[at]:
            networks[tree.parents[at]] |= networks[at]


def shows_handles(tree: Tree, at: int) -> bool:
    """Tell whether what an element links to are accounts, called by their handles, or more of one network than anybody has."""
    links = tree.by_tag.get("a", [])
    within = links[bisect_left(links, at) : bisect_right(links, tree.lasts[at])]
    handles: dict[str, set[str]] = {}
    shown = told = 0
    for one in within:
        if found := PROFILE.match(href := attribute(tree.attributes[one], "href")):
            handle = href.rstrip("/").rpartition("/")[2].lstrip("@").lower()
            handles.setdefault(found[1].lower(), set()).add(handle)
            told += 1
            shown += handle in tree.text[slice(*tree.span(one))].lower()
    return 2 * shown > told or any(len(of_one) >= NETWORKS for of_one in handles.values())


def _signed_up(tree: Tree) -> Iterator[int]:
    headings = sorted(at for tag in HEADINGS for at in tree.by_tag.get(tag, ()))
    for at in tree.by_tag.get("input", ()):
        named = tree.attributes[at]
        if attribute(named, "type").lower() == "email" or any(ADDRESS.search(attribute(named, one)) for one in ("name", "placeholder")):
            yield _headed(tree, headings, tree.parents[at])


def _headed(tree: Tree, headings: list[int], form: int) -> int:
    """Return the smallest container around a form that has a heading in it, if that is small; else the form."""
    box = form
    for _ in range(HIGH):
        if bisect_left(headings, box) < bisect_right(headings, tree.lasts[box]):
            return box
        box = tree.parents[box]
        start, end = tree.span(box) if box >= 0 else (0, 0)
        if box < 0 or tree.tags[box] not in AROUND or end - start > BOX:
            break
    return form
