"""Scattered text: what a dump with a word on every line quotes, found in the lines that its words make up.

Some programs that take the text out of a PDF write each word on a line of its own, or with blank lines between all of them
(`text.is_scattered`). No sentence is left there for a finder of quotations to read. So these see the words set in lines again, and what
they find is told in the offsets of the text itself. A line ends where a sentence does: the next word begins like one. What was a
paragraph is not known; a page is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate

from archiver.article.article import Article
from archiver.citation.attribution import Attribution, attributions
from archiver.citation.normalise import Copy
from archiver.citation.pasted import pasted

WORD = re.compile(r"\S+")
ENDS = re.compile(r"(?:\w\w|[%)\]”’»\"'])[.!?…:؟][)\]”’»\"']*\Z")  # not behind an initial
BEGINS = re.compile(r"[\W_]*[^\W\d_]")
SMALL = re.compile(r"[\W_]*[a-z]")
NUMBER = re.compile(r"[0-9]{1,3}")
CLOSES = re.compile(r"[.!?)\]”’»\"']\Z")


def rejoined(text: str) -> Copy:
    """Return a copy with a blank between two words, a line end behind a sentence and around a note's number, two between pages."""
    spans = [found.span() for found in WORD.finditer(text)]
    words = [text[start:end] for start, end in spans]
    pieces = [
        word + _gap(words, at, text[end : spans[at + 1][0]] if at + 1 < len(spans) else "")
        for at, (word, (_, end)) in enumerate(zip(words, spans, strict=True))
    ]
    return Copy("".join(pieces), [0, *accumulate(map(len, pieces))][: len(pieces)], [start for start, _ in spans])


def _gap(words: Sequence[str], at: int, between: str) -> str:
    if "\f" in between:
        return "\n\n"[: len(between)]
    return ("\n" if _ends_line(words, at) else " ") if between else ""


def _ends_line(words: Sequence[str], at: int) -> bool:
    following = words[at + 1]
    sentence = ENDS.search(words[at]) and BEGINS.match(following) and not SMALL.match(following)
    return bool(sentence) or _is_note(words, at) or _is_note(words, at + 1)


def _is_note(words: Sequence[str], at: int) -> bool:
    """Tell whether a word is the number of a note: it stands behind the end of something, and before the beginning of something."""
    if not (0 < at < len(words) - 1 and NUMBER.fullmatch(words[at])):
        return False
    return CLOSES.search(words[at - 1]) is not None and words[at + 1][0].isupper()


def in_lines(
    article: Article, skipped: Sequence[tuple[int, int]], settled: Callable[[int, int], bool] = lambda _start, _end: False
) -> tuple[list[Attribution], list[Attribution]]:
    """Return the attribution lines of a scattered text, and the posts without one; arguments as those of `attributions`."""
    copy = rejoined(article.text)
    blocks = tuple(replace(block, start=copy.at(block.start), end=copy.at(block.end)) for block in article.blocks)
    joined = replace(article, text=copy.text, blocks=blocks)
    gaps = [(copy.at(start), copy.at(end)) for start, end in skipped]
    found = attributions(joined, gaps, lambda start, end: settled(*copy.span(start, end)))
    return [_restored(one, copy) for one in found], [_restored(one, copy) for one in pasted(joined)]


def _restored(one: Attribution, copy: Copy) -> Attribution:
    start, end = copy.span(one.start, one.end)
    return replace(one, start=start, end=end, words=copy.span(*one.words) if one.words else None)
