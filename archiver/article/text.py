"""Read plain text as an article, dumps of PDF text layers among it.

The text is the file's: only the byte-order mark goes and CRLF and CR become LF. Lines in odd order, form feeds, stretched letters and
private-use glyphs stay, for places refer to them.

Blocks are runs of lines between blank ones; a form feed ends one too. In a dump that is often a part of a paragraph: the text layer does
not know more. Where form feeds tell of pages, running heads and feet are blocks of their own, not in the body. A line is a heading only
when all signs agree: it is short, it begins like a sentence and does not end like one, what stands right above it has ended, and longer
text follows at once. A block of nothing but URLs is a block of links.

Some programs write every word of a PDF on a line of its own, with blank lines between or without (`is_scattered`). There blank lines part
nothing, no line is a heading, and the first is no title.

The title is what a line `title: …` near the top says, else the first block with letters where that is a line or three, else its first
line, where that is no longer than titles are. A publication date is read only from a line near the top that says so or is nothing but an
ISO date; dates in running text date what they tell of.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from archiver.article.article import Article
from archiver.article.block import Block
from archiver.article.furniture import OUTERMOST, Outermost, furniture
from archiver.article.language import language_of
from archiver.article.source import decoded
from archiver.article.times import iso_date

LINE = re.compile(r"[^\n\f]*[\n\f]?")
PAGE = re.compile(r"[^\f]+")
LINKS = re.compile(r"\s*https?://\S+(?:\s+https?://\S+)*\s*")
OPENS = re.compile(r"[\w“\"«„‘'(\[¿¡]")
CLOSED = re.compile(r"[.!?…؟。！？:;؛,،、)»”\"\]]\W*$|^\W*$")
NO_HEADING = re.compile(r"@|://|www\.|\|")
DATE = re.compile(
    r"\W{0,3}(?:(?:published|publication date|pub_?date|date)\b[\w ]{0,8}[:=]\s*)?"
    r"[\"']?([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.+Z -]*)?[\"']?\s*",
    re.IGNORECASE,
)
FEWEST_LINES, MOSTLY = 200, 0.8  # of a scattered text; how many of them have one word
ONE_WORD = re.compile(  # of a script that parts words, and no address
    r"\s*(?!\S*://)[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u9fff\uf900-\ufaff]{1,40}\s*"
)
TITLE_LINES, TITLE_LENGTH, HEADING_LENGTH = 3, 200, 70
TOP = 15  # lines in which a title or a date may be declared
TITLE = re.compile(r"title\s*[:=]\s*[\"']?(.*?\w.*?)[\"']?\s*", re.IGNORECASE)


def read_text(
    data: bytes,
    *,
    source: str,
    url: str | None = None,
    base_url: str | None = None,
    media_type: str = "text/plain",
    charset: str | None = None,
) -> Article:
    """Return plain text as an article. UsageError for bytes that are no text in any known encoding."""
    encoding, text = decoded(data, source, charset)
    scattered = is_scattered(text)
    blocks = tuple(_pages(text) if scattered else _blocks(text))
    return Article(
        source=source,
        url=url,
        media_type=media_type,
        data=data,
        encoding=encoding,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        blocks=blocks,
        title=_title(text, () if scattered else blocks),
        published=next(filter(None, map(_dated, _top(text))), None),
        language=language_of(text),
        base_url=base_url or url,
    )


def is_scattered(text: str) -> bool:
    """Tell whether nearly every line of a text that is not blank holds a single word."""
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) >= FEWEST_LINES and sum(map(bool, map(ONE_WORD.fullmatch, lines))) >= MOSTLY * len(lines)


def _pages(text: str) -> Iterator[Block]:
    """Yield the pages of a scattered text, each as a paragraph."""
    for page in PAGE.finditer(text):
        if words := page[0].strip():
            start = page.start() + page[0].index(words[0])
            yield Block(start, start + len(words), "paragraph")


def _blocks(text: str) -> Iterator[Block]:
    """Yield the blocks: runs of lines that are not blank, a heading apart from what follows it."""
    run: list[tuple[int, int]] = []
    repeated = furniture(_outermost(text), text.count("\f") + 1) if "\f" in text else set()
    for matched in LINE.finditer(text):
        start, end = matched.span()
        line = matched[0].rstrip()
        if start in repeated:
            if run:
                yield from _split(text, run)
            run = []
            yield Block(start, start + len(line), "furniture", in_body=False)
        elif line.strip():
            run.append((start, start + len(line)))
        if run and (not line.strip() or matched[0].endswith("\f") or end == len(text)):
            yield from _split(text, run)
            run = []


def _outermost(text: str) -> Iterator[Outermost]:
    """Yield the first and the last lines of each page that are not blank."""
    page: list[tuple[int, str]] = []
    number = 0
    for matched in LINE.finditer(text):
        if matched[0].strip():
            page.append((matched.start(), matched[0]))
        if matched[0].endswith("\f") or matched.end() == len(text):
            for at, (start, words) in enumerate(page):
                if at < OUTERMOST or at >= len(page) - OUTERMOST:
                    yield Outermost(number, start, at < OUTERMOST, words.strip())
            page, number = [], number + 1


def _split(text: str, run: list[tuple[int, int]]) -> Iterator[Block]:
    """Yield the blocks of a run of lines: each heading in it, and what stands between headings."""
    first = 0
    for at, (start, end) in enumerate(run):
        above = text[slice(*run[at - 1])] if at else ""
        below = text[slice(*run[at + 1])] if at + 1 < len(run) else ""
        if _is_heading(text[start:end], above, below):
            if at > first:
                yield _block(text, run[first][0], run[at - 1][1])
            yield Block(start, end, "heading", 2)
            first = at + 1
    if first < len(run):
        yield _block(text, run[first][0], run[-1][1])


def _block(text: str, start: int, end: int) -> Block:
    return Block(start, end, "links" if LINKS.fullmatch(text, start, end) else "paragraph")


def _is_heading(line: str, above: str, below: str) -> bool:
    """Tell whether a line is a heading, by itself and the lines right above and below it ("" where there is none)."""
    words = line.strip()
    return (
        len(words) <= HEADING_LENGTH
        and len(below.strip()) > 1.5 * len(words)
        and bool(CLOSED.search(above[-HEADING_LENGTH:]))
        and bool(OPENS.match(words))
        and not CLOSED.search(words)
        and not NO_HEADING.search(words + below[:12])
        and any(character.isalpha() for character in words)
    )


def _title(text: str, blocks: tuple[Block, ...]) -> str | None:
    """Return what a line says is the title, else the first block, if it is as short as a title is, else its first line; as one line.

    None without a block.
    """
    top = _top(text)
    said = next(filter(None, map(TITLE.fullmatch, top)), None)
    if said:
        return said[1]
    if not blocks:
        return None
    first = next((block for block in blocks if any(map(str.isalpha, text[block.start : block.end]))), blocks[0])
    lines = text[first.start : first.end].split("\n")
    whole = " ".join(" ".join(lines).split())
    title = whole if len(lines) <= TITLE_LINES and len(whole) <= TITLE_LENGTH else " ".join(lines[0].split())
    return title.lstrip("#").strip() or None if len(title) <= TITLE_LENGTH else None


def _top(text: str) -> list[str]:
    """Return the first lines, without those too long to declare anything."""
    return [line for line in text.split("\n", TOP)[:TOP] if len(line) <= TITLE_LENGTH]


def _dated(line: str) -> str | None:
    matched = DATE.fullmatch(line)
    return iso_date(matched[1]) if matched else None
