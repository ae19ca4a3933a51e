"""Selection: what a CSS selector list matches in a tree, for less than the parser's own look over it where that can be had.

lexbor asks every element for each selector of a list. So selectors that ask for what a page does not have are left out (`needing`), and
those that name a tag and no more than an attribute are answered from the walked tree (`selected`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from selectolax.lexbor import LexborNode, SelectolaxError

from archiver.article.tree import Tree

QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
LIST = re.compile(r"[\w\s.#*>+~:\[\]=\"'^$|,()\\-]+")
SEPARATOR = re.compile(r"\s*,\s*(?![^\[(]*[\])])")
FUNCTION, ATTRIBUTE, BRACKETS = re.compile(r":[\w-]+\([^()]*\)"), re.compile(r"\[\s*([\w:-]+)"), re.compile(r"\[[^\]]*\]")
CLASS, TYPE = re.compile(r"\.[\w-]+"), re.compile(r"(?<![\w.#:\\-])[A-Za-z][\w-]*(?:\\:[\w-]+)?")
# `tag`, `tag[data-name]`, `tag[src*='value']`, `tag:not([name])`: what HTML, a browser and lexbor read in one way, whatever the mode.
SIMPLE = re.compile(
    r"(?P<tag>[a-z][a-z0-9-]*)"
    r"(?:\[(?P<name>src|data-[a-z-]+)(?:\*=(?P<quote>['\"])(?P<value>[^'\"]+)(?P=quote))?\]|:not\(\[(?P<missing>[a-z-]+)\]\))?"
)


def selected(tree: Tree, selectors: list[str]) -> list[LexborNode]:
    """Return what selectors match in a tree that has been walked: those that name a tag by what is known of its elements."""
    found, others = set[int](), list[str]()
    for one in selectors:
        simple = SIMPLE.fullmatch(one)
        if simple is None:
            others.append(one)
            continue
        wanted, value, missing = simple["name"], simple["value"], simple["missing"]
        for at in tree.by_tag.get(simple["tag"], ()):
            named = tree.attributes[at]
            has = wanted is None or (wanted in named and (value is None or value in (named[wanted] or "")))
            if has and (missing is None or missing not in named):
                found.add(at)
    if not found:
        return search(tree.nodes[0], ", ".join(others)) if others else []
    if others:
        found.update(tree.index[node.mem_id] for node in search(tree.nodes[0], ", ".join(others)))
    return [tree.nodes[at] for at in sorted(found)]


@lru_cache(maxsize=1024)
def needing(css: str) -> tuple[tuple[frozenset[str], str], ...]:
    """Return the selectors of a list, each with what a page must have for it to match: `tag`, `.class`, `[attribute`.

    A list that is not plainly one comes back whole, and needs nothing: what is wrong with it the parser is to say.
    """
    plain = QUOTED.sub('""', css)
    if plain.count("[") != plain.count("]") or plain.count("(") != plain.count(")") or not LIST.fullmatch(plain):
        return ((frozenset(), css),)
    found = []
    for one in (part.strip() for part in SEPARATOR.split(css)):
        bare = FUNCTION.sub("", QUOTED.sub('""', one))
        attributes, bare = ATTRIBUTE.findall(bare), BRACKETS.sub("", bare)
        needs = {*(f"[{name}" for name in attributes), *CLASS.findall(bare), *(name.replace("\\", "") for name in TYPE.findall(bare))}
        found.append((frozenset(need.lower() for need in needs), one))
    return tuple(found)


@lru_cache(maxsize=1024)
def keys(css: str) -> frozenset[str]:
    """Return of each selector of a list what a page is least likely to have of its needs; nothing where one of them needs nothing."""
    lists = [needs for needs, _ in needing(css)]
    return frozenset(max(needs, key=lambda need: "a.[".find(need[0])) for needs in lists) if all(lists) else frozenset()


def search(node: LexborNode, css: str) -> list[LexborNode]:
    """Return what a selector list matches at or below a node; lexbor reports a node once for each selector of the list."""
    try:
        found: list[Any] = node.css(css)
    except SelectolaxError as error:
        raise ValueError(f"not a CSS selector: {css}") from error
    return list({match.mem_id: match for match in found}.values())
