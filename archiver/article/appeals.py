"""Appeals: containers that ask the reader for something, told by what they hold and not by what they call themselves.

  follow   The smallest container with links to profiles on three networks or more.
  sign up  What stands around a field for an e-mail address: with the heading that says what for, and the small print.

Whether they are chrome is for `body` to say: what holds some of the page's prose, or its title, is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.article.anchor import Attributes
from archiver.article.boxes import PROFILE
from archiver.article.chrome import attribute
from archiver.article.tree import Tree

NETWORKS = 3
BOX = 500  # characters of a box that asks for an address
AROUND = frozenset(
    {"div", "section", "form", "aside", "fieldset", "p", "span", "label", "li", "ul", "td", "tr", "tbody", "table", "center"}
)
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
ADDRESS = re.compile(r"e-?mail", re.IGNORECASE)


def appeals(tree: Tree, attributes: Attributes) -> set[int]:
    """Return the containers that ask to be followed, or for an address."""
    return {*_followed(tree, attributes), *_signed_up(tree, attributes)}


def _followed(tree: Tree, attributes: Attributes) -> Iterator[int]:
    profiles = {at: found[1].lower() for at in tree.by_tag.get("a", ()) if (found := PROFILE.match(attribute(attributes[at], "href")))}
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


def _signed_up(tree: Tree, attributes: Attributes) -> Iterator[int]:
    for at in tree.by_tag.get("input", ()):
        named = attributes[at]
        if attribute(named, "type").lower() == "email" or any(ADDRESS.search(attribute(named, one)) for one in ("name", "placeholder")):
            box = tree.parents[at]
            while not _is_headed(tree, box) and _is_small(tree, tree.parents[box]):
                box = tree.parents[box]
            yield box if _is_headed(tree, box) else tree.parents[at]


def _is_headed(tree: Tree, box: int) -> bool:
    return not HEADINGS.isdisjoint(tree.tags[box : tree.lasts[box] + 1])


def _is_small(tree: Tree, around: int) -> bool:
    if around < 0 or tree.tags[around] not in AROUND:
        return False
    start, end = tree.span(around)
    return end - start <= BOX
