"""Anchors: the links of an article's body as they are judged: where they stand, whose they are, what else is in their blocks.

A link is the site's own where it is relative, or leads to a host of the site's: the one that the page declares (`link
rel=canonical`, `og:url`) or else came from, and the one that most of the absolute links around the body lead to. Both count:
what an agency wrote declares the page of another paper, and stands among this one's navigation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from archiver.article.site_addresses import TILL
from archiver.article.tree import Tree

HOST = re.compile(r"(?:https?:)?//(?:[^/?#]*@)?([^/?#:]+)", re.IGNORECASE)
SENTENCE = re.compile(r"(?<! [ap]\.m)[.!?…:。！？।؟][\"'”’»)\]]?\Z")  # how prose ends, and a line of names and dates does not
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # kana, han, hangul: a letter says as much as two of others
DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|csv|zip|epub|mp3)(?:[?#]|\Z)", re.IGNORECASE)  # what is no page
REGISTRY = re.compile(r"(?:\.(?:com?|net?|org?|ac|gov?|edu))?\.[a-z]{2}\Z|\.[a-z-]+\Z")
READ = 1000  # characters of an attribute or a block that are looked at
FAR = 60  # characters of a sentence that may say something
BARS = 2  # in a line of sections and dates
FEW, MANY = 5, 20  # links below which most of them say nothing of a site; of one that says itself where it is


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link: its index, the span of its words, where it leads, and whether that is a page of the site, the very page, or one below it.

    `till` says that it leads to where the site itself, by its name, is supported.
    """

    at: int
    start: int
    end: int
    href: str
    own: bool
    itself: bool
    below: bool
    till: bool


@dataclass(frozen=True)
class Linked:
    """A block of text with links in it; `number` counts all blocks."""

    number: int
    start: int
    end: int
    text: str
    kind: str
    prose: bool
    anchors: tuple[Anchor, ...]

    @property
    def heading(self) -> bool:
        """Tell whether the block is a heading."""
        return self.kind[:7] == "heading"

    @property
    def is_sentence(self) -> bool:
        """Tell whether the block is one of the text, too short or too full of links for prose."""
        return len(self.text) >= FAR and not _is_barred(self.text) and SENTENCE.search(self.text.rstrip()) is not None and not self.all_link

    @property
    def unlinked(self) -> int:
        """Return how many characters of the block are outside its links."""
        return self.end - self.start - sum(min(one.end, self.end) - one.start for one in self.anchors)

    @cached_property
    def all_link(self) -> bool:
        """Tell whether links make up nearly all of the block, apart from the signs around them: `Bay > Port > Sea`."""
        size = self.end - self.start
        return self.unlinked <= 0.2 * size or self.unlinked - self._parting <= 0.2 * (size - self._parting)

    @property
    def _parting(self) -> int:
        """Return how many characters stand before, between and behind links without a letter or figure among them."""
        edges = [0, *(edge - self.start for one in self.anchors for edge in (one.start, one.end)), len(self.text)]
        gaps = [self.text[max(0, start) : end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
        return sum(len(gap) for gap in gaps if not any(map(str.isalnum, gap)))

    @cached_property
    def all_own(self) -> bool:
        """Tell whether the links of the block all lead to the site itself."""
        return all(one.own for one in self.anchors)


def _is_barred(text: str) -> bool:
    """Tell whether a block is a line of sections and dates."""
    return text.count(" | ") >= BARS


def anchors_of(tree: Tree, inside: list[bool], url: str | None = None) -> list[Anchor]:
    """Return the links of the body. `url` is where the page came from."""
    hrefs = list(hrefs_of(tree))
    declared = _declared(tree)
    hosts = _hosts(declared, [href for at, href in hrefs if not inside[at]], url)
    page = _plain(declared or url or "") if len(set(hosts)) == 1 else ""  # else it is another paper's, which is a source
    return [_anchor(tree, at, href, hosts, page) for at, href in hrefs if inside[at]]


def hrefs_of(tree: Tree) -> Iterator[tuple[int, str]]:
    """Yield the index of each link with where it leads."""
    for at in tree.by_tag.get("a", ()):
        if href := (tree.attributes[at].get("href") or "")[:READ].strip():
            yield at, href


def _anchor(tree: Tree, at: int, href: str, hosts: list[str], page: str) -> Anchor:
    named = HOST.match(href)
    own = _is_own(_bare(named[1]), hosts) if named else not re.match(r"[a-z][a-z0-9+.-]*:|#", href, re.IGNORECASE)
    plain = _plain(href if named else page.partition("/")[0] + href) if own and "/" in page else ""
    own = own and not DOCUMENT.search(href)
    till = TILL.match(href)
    supports = till is not None and any(_letters(till[1]) == _letters(_name(host)) for host in hosts)
    return Anchor(at, *tree.span(at), href, own, plain == page != "", bool(plain) and plain.rpartition("/")[0] == page, supports)


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def _plain(address: str) -> str:
    """Return an address without its scheme, `www.`, fragment and last slash."""
    return re.sub(r"\A(?:https?:)?//(?:www\.)?", "", address.partition("#")[0], flags=re.IGNORECASE).rstrip("/")


def _is_own(named: str, hosts: list[str]) -> bool:
    """Tell whether a host is the site's: the same as one of its, in another country too, or one of the two is below the other."""
    below = any(named == host or named.endswith(f".{host}") or (host.endswith(f".{named}") and "." in named) for host in hosts)
    return below or any(_name(named) == _name(host) for host in hosts)


@lru_cache(maxsize=1024)
def _name(host: str) -> str:
    """Return a host without what registries put behind names: `paper.com` and `paper.co.uk` are one."""
    return REGISTRY.sub("", host)


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def _hosts(declared: str | None, around: list[str], url: str | None) -> list[str]:
    """Return the site's hosts: what the page declares first, else where it came from, and where most of the links around the body lead."""
    named = HOST.match(declared) if declared else None
    declared = _bare(named[1]) if named else _from(url)
    hosts = [_bare(named[1]) for href in around if (named := HOST.match(href))]
    most = [host for host, count in Counter(hosts).most_common(1) if count >= (MANY if declared else FEW) and 2 * count > len(hosts)]
    return [declared, *most] if declared else most


def _from(url: str | None) -> str | None:
    """Return the host that a page came from; of a copy in an archive that of the page, which stands last in its address."""
    found = HOST.match(re.sub(r".*/(?=https?:/)", "", url)) if url else None
    return _bare(found[1]) if found else None


def _declared(tree: Tree) -> str | None:
    """Return the address that the page declares as its own."""
    for at in sorted(tree.by_tag.get("link", []) + tree.by_tag.get("meta", [])):
        tag, named, said = tree.tags[at], tree.attributes[at], None
        if tag == "link" and "canonical" in (named.get("rel") or "").lower().split():
            said = named.get("href")
        elif tag == "meta" and named.get("property") == "og:url":
            said = named.get("content")
        if said and HOST.match(said[:READ].strip()):
            return said[:READ].strip()
    return None


def linked_blocks(tree: Tree, anchors: list[Anchor], prose: list[tuple[int, int]]) -> Iterator[tuple[Linked, str]]:
    """Yield the blocks of text with links in them, and the text above each: of the block before, if that is no prose and has no links."""
    starts = [block[0] for block in tree.blocks] if anchors else []
    held: dict[int, list[Anchor]] = {}
    for one in anchors:
        if one.end > one.start:
            held.setdefault(bisect_right(starts, one.start) - 1, []).append(one)
    told = frozenset(prose)
    for number, within in held.items():
        start, end, _, kind = tree.blocks[number]
        above = ""
        if number and number - 1 not in held and tree.blocks[number - 1][:2] not in told:
            above = tree.text[tree.blocks[number - 1][0] : min(tree.blocks[number - 1][1], tree.blocks[number - 1][0] + READ)]
        text = tree.text[start : min(end, start + READ)]
        yield Linked(number, start, end, text, kind, (start, end) in told and not _is_barred(text), tuple(within)), above
