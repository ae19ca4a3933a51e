"""Printed sites: which blocks of a web page that a browser printed are its article, and which the site around it.

A print has no markup left, but it has the site: menus, lists of other stories, share buttons, footers; of the links in such prints three of
four led there (29 pages, printed without their style sheets). What tells them from the article is how much of a block's words is linked.
The article is the run of blocks with the greatest sum, where a block adds the letters that are no link's, from `PROSE` on, and one of links
takes `A_LINK` for each. An address that is printed as one is no menu's, and counts as prose. The run goes on to the heading above it, since
subtitles and bylines are short, and over sentences and addresses below it. Of 801 citations of those articles 14 were lost so, of 2,137 of
the sites' links 1,790.

Only for what a browser printed, as it says in the dictionary (`Creator`, `Producer`): in a report or a paper a list of links is a list of
sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from archiver.article.block import Block
from archiver.article.link import Link

BROWSER = re.compile(r"^Mozilla/|^Mozilla Firefox|\bChrom(?:e|ium)\b|^Safari\b|^wkhtmltopdf\b|^Skia/PDF m[0-9]+$")
PROSE = 40  # letters that are no link's, from which a block is prose
A_LINK, MOST_LINKS, SHORT = 30, 300, 8  # what links, at most, and a short block take away
UNPARTED = "\u2e80"  # scripts from here on have a word in two signs: one counts as three letters
ENOUGH = 1000  # letters of an article; with fewer, nothing is told
ADDRESS = re.compile(r"[\W\d]*(?:https?://|www\.)", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?。！？؟][\"”»)]?\s*$")
ABOVE = 12  # blocks between a heading and the prose below it


def printed_by_browser(said: Sequence[str]) -> bool:
    """Tell whether the entries of an information dictionary name a browser as the program that made the file."""
    return any(map(BROWSER.search, said))


def without_site(blocks: Sequence[Block], links: Sequence[Link], text: str) -> tuple[Block, ...]:
    """Return the blocks of a printed page, those that are not of its article not in the body."""
    shares = list(_shares(blocks, links, text))
    start, end, total = _greatest([_value(block, *share) for block, share in zip(blocks, shares, strict=True)])
    if total < ENOUGH:
        return tuple(blocks)
    for at in range(start - 1, max(-1, start - 1 - ABOVE), -1):
        if blocks[at].kind == "heading" and blocks[at].in_body and shares[at][0] > shares[at][1]:
            start = at
    while end < len(blocks) and (not blocks[end].in_body or _is_told(text, blocks[end], *shares[end])):
        end += 1
    return tuple(block if start <= at < end or not block.in_body else replace(block, in_body=False) for at, block in enumerate(blocks))


def _shares(blocks: Sequence[Block], links: Sequence[Link], text: str) -> Iterator[tuple[int, int, int]]:
    """Yield of each block the letters that are no link's, those that are, and the number of its links."""
    spans = sorted((link.start, link.end) for link in links if link.start < link.end and not ADDRESS.match(text, link.start, link.end))
    at = 0
    for block in blocks:
        while at < len(spans) and spans[at][1] <= block.start:
            at += 1
        linked, count, position = 0, 0, block.start
        for start, end in (spans[one] for one in range(at, len(spans))):
            if start >= block.end:
                break
            linked += _letters(text[max(start, position) : min(end, block.end)])
            position, count = max(position, end), count + 1
        yield _letters(text[block.start : block.end]) - linked, linked, count


def _letters(text: str) -> int:
    return sum(1 + 2 * (character >= UNPARTED) for character in text if character.isalnum())


def _value(block: Block, plain: int, linked: int, links: int) -> float:
    if not block.in_body:
        return 0
    if plain >= PROSE:
        return plain
    if links and linked >= plain:
        return -min(MOST_LINKS, A_LINK * links + SHORT)
    return -SHORT if links else -SHORT / 2


def _is_told(text: str, block: Block, plain: int, linked: int, _links: int) -> bool:
    """Tell whether a block below the article goes on with it: a sentence, or an address that is printed."""
    ends = SENTENCE.search(text, max(block.start, block.end - 20), block.end)
    return plain > 2 * linked and (ends is not None or ADDRESS.match(text, block.start, block.end) is not None)


def _greatest(values: Sequence[float]) -> tuple[int, int, float]:
    """Return the run of values with the greatest sum: start, end, and the sum."""
    best, start, total = (0, 0, 0.0), 0, 0.0
    for at, value in enumerate(values):
        if total <= 0:
            start, total = at, 0
        total += value
        if total > best[2]:
            best = (start, at + 1, total)
    return best
