"""Source: text formats whose article text is the file itself, and the parts of it that say nothing to a reader.

Markup languages are read where they stand: offsets, lines and columns of a place are those of the file that was received. What of it is
code, comment or machinery is part of the text, but cites nothing: it is silent. The readers look at the text with its silent spans blank,
so that nothing in them can be taken for markup, and no offset changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from archiver.article.block import Block
from archiver.article.encoding import codec, decode, guessed, marked
from archiver.errors import UsageError

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

Span = tuple[int, int]


def decoded(data: bytes, source: str, charset: str | None = None) -> tuple[str, str]:
    """Return the encoding of a text file and its text, line ends normalised. UsageError for what is no text."""
    encoding = marked(data) or codec(charset) or guessed(data)
    if encoding is None:
        raise UsageError(f"{source}: not text in an encoding that can be told from its letters; save it as UTF-8")
    text = decode(data, encoding).replace("\r\n", "\n").replace("\r", "\n")
    if len(CONTROL.findall(text[:100_000])) * 100 > min(len(text), 100_000):
        raise UsageError(f"{source}: binary data, not text; give the article as text or HTML")
    if not text.strip():
        raise UsageError(f"{source}: nothing but white space; give a file with the article in it")
    return encoding, text


def blanked(text: str, spans: Iterable[Span], filler: str = " ") -> str:
    """Return a text with blanks, or another character, in place of some spans, of the same length and with the same lines."""
    pieces, position = [], 0
    for start, end in union(spans):
        pieces += [text[position:start], _blank(text[start:end], filler)]
        position = end
    return "".join([*pieces, text[position:]])


def _blank(piece: str, filler: str) -> str:
    return "\n".join(filler * len(line) for line in piece.split("\n"))


def union(spans: Iterable[Span]) -> list[Span]:
    """Return spans sorted, those that overlap or touch as one, empty ones left out."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def around(spans: Iterable[Span], length: int) -> Iterator[Span]:
    """Yield what lies between spans."""
    position = 0
    for start, end in union(spans):
        yield position, start
        position = end
    yield position, length


def enclosed(
    text: str, opener: re.Pattern[str], closer: Callable[[re.Match[str]], str], start: int = 0
) -> Iterator[tuple[re.Match[str], int]]:
    """Yield what opens a region and where that region ends, one after another; a region that never ends is none.

    `closer` gives the pattern of the end, in any case. What no end was found for is not looked for again, so that no text is read twice.
    """
    endless: set[str] = set()
    while opened := opener.search(text, start):
        pattern, start = closer(opened), opened.end()
        found = None if pattern in endless else re.compile(pattern, re.IGNORECASE).search(text, start)
        if found is None:
            endless.add(pattern)
        else:
            yield opened, found.end()
            start = found.end()


def lines(text: str, start: int = 0) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text from an offset on, each with its offset, without line ends."""
    position = start
    for line in text[start:].split("\n"):
        yield position, line
        position += len(line) + 1


def outline(
    text: str,
    heading: re.Pattern[str],
    opens: re.Pattern[str],
    level: Callable[[re.Match[str]], int],
    cells: str,
    empty: re.Pattern[str] | None = None,
) -> Iterator[Block]:
    """Yield the blocks of a markup by lines: headings, items and cells are a line each, paragraphs stand between blank lines.

    `heading` has its `words`, `level` tells its level; `opens` is what a line of an item or a cell begins with, that of a cell with one of
    `cells` in it; a line of `empty` has no words.
    """
    run: Span | None = None
    for position, line in [*lines(text), (len(text), "")]:
        titled, opened = heading.match(line), opens.match(line)
        blank = not line.strip() or (empty is not None and empty.match(line) is not None)
        if run and (titled or opened or blank):
            yield Block(*run, "paragraph")
            run = None
        end = position + len(line.rstrip())
        if titled and titled["words"]:
            yield Block(position + titled.start("words"), position + titled.end("words"), "heading", level(titled))
        elif opened and not blank and position + opened.end() < end:
            yield Block(position + opened.end(), end, "item" if set(cells).isdisjoint(opened[0]) else "cell")
        elif not blank and not opened:
            run = (run[0] if run else position + len(line) - len(line.lstrip()), end)
