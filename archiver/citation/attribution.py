"""Attribution lines: `— Name (@handle) July 20, 2022`, what is left of an embedded post when only its text is left.

The shape (platforms §14.1): a handle in parentheses, and a date **in the 45 characters behind it, else in the 60 before it**; never over
the whole line: the 1 of a handle and the 22 of `1:22 PM` have become the day. Around them a name and a dash:

    — Name (@handle) July 20, 2022          as the embed prints it; the words may stand before the dash on the same line
    Name (@handle) July 20, 2022 اسم —      the same in a dump of a right-to-left page: the dash at the line's end, the part of the name
                                            that is in the page's own script before it, the date sometimes cut by the line's end
    ٢٠ يوليو ٢٠٢٢ (@handle) اسم —           right to left throughout: date before, name behind
    Name (@handle) July 20, 2022            no dash: only as a line of its own below other text, or every byline would be a citation
    Name (@handle), “words,” Twitter, July 20, 2022      a footnote: the words stand inside
    — Name (@name.example) July 3, 2023 at 6:11 PM       Bluesky's: the handle is a host name; only with the dash

Emoji that a dump lost stand as `?` and `??`; they are no part of the name.

Which words the line belongs to. In a quotation element, or before the dash in the same block: those. Else the block above; and, because a
dump makes a run of short blocks of a post, the blocks above that one too, until one has the end of a sentence in its last line: the
article's own paragraphs end so (and, where a dump mixed a line up, the stop stands within it). Never past a heading, another attribution or
`MOST_WORDS` characters. Blocks of links are passed over: in a dump they are the end of a page, and the post goes on across it; so are the
heads and feet of pages.

Without an element tree a block may be more than the post: dumps lose the blank line above a quotation. Of one longer than `ONE_POST`, the
words are the lines below the nearest one that announces them (with a colon), else as many as a post may have below one that ends a
paragraph: a sentence ends there, and the line is short, or the next begins with a handle. In one long line they are what stands behind the
words of a skip link, else as many whole sentences as a post may have. In a PDF the words that are set in from the page's text are it, all.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from archiver.article.article import Article
from archiver.article.bidi import has_right_to_left
from archiver.article.dates import find_date
from archiver.article.signs import spots
from archiver.citation.normalise import Copy, normalise
from archiver.citation.saying import platform_of

AFTER, BEFORE = 45, 60
MOST_WORDS = 420  # characters: a post of 280, written with spaces, marks and links in full
MOST_BLOCKS = 8
ONE_POST = 300  # characters: a block no longer than this is taken whole
ANNOUNCING = 12  # characters of a line with a colon; a shorter one is the post's own: "NATO:"
SHORT = 0.85  # of the longest line near it: a line that a paragraph ends in
BESIDE = 2  # points between the left edges of lines that are set alike
LONGEST_NAME = 100
REACH = 300  # characters of one line that are looked at, on each side of the handle
HANDLE = re.compile(
    r"[(（\[][ \t]{0,3}[@＠][ \t]{0,3}(?P<handle>[A-Za-z0-9_]{1,20}|[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})[ \t]{0,3}[)）\]]"
)
DASH = re.compile(r"[—―⸺]|(?:(?<=\s)|^)(?:[–‒‐-]|--)(?=\s|$)", re.MULTILINE)
END_DASH = re.compile(r"\s*[—–―‒⸺-]+\s*$")
# Blanks and the question marks of lost letters at either end; possessive, since their ways to part a long run of them double with each.
LOST = re.compile(r"(?:(?<!\?)\?{2,})?+(?:\s++\?*+)*+$|^(?:\s*+(?:\?{2,}+|\?(?=\s)))*+\s*+")
QUOTED = re.compile(
    r"[\s,.:]{0,4}[“\"«„](?P<words>[^“”\"«»„]{8,600})[”\"»“][\s,.]{0,3}[^\n]{0,20}?(?:Twitter|Tweet|\bX\b|post)", re.IGNORECASE
)
CHUNK = re.compile(r"[^\S\n]*\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
SENTENCE_END = re.compile(r"(?:[.!؟。！？।…:：]|(?<=[A-Za-z\u00c0-\u04ff])\?(?!\?))[\"'”’»)）\]」』]*(?:\s[^\n]*)?$")
STOP = re.compile(r"[.!؟。！？…][\"'”’»)）\]」』]*\s*(?=\w)")
SKIPPED = re.compile(r"Skip (?:Twitter|X|Instagram|Facebook|TikTok) (?:post|content|video)(?: by(?: [@＠]\w{1,20})?)?\s*", re.IGNORECASE)
ADDRESS = re.compile(r"(?:https?://|\bpic\.(?:twitter|x)\.com/)\S+")
BYLINE = re.compile(r"(?:by|von|par|por|de|di|door|av|af|od|от|автор|text|story|words|photos?|foto|image|video)[ :]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attribution:
    """An attribution line: `text[start:end]` is the line from dash or name to date; `words` the span of what is quoted, None if unknown.

    Shared with the other signs of a post without an address (`pasted`, `footprint`, `said`), which may lack handle or day.
    """

    start: int
    end: int
    author: str | None
    handle: str | None
    day: date | None
    words: tuple[int, int] | None
    platform: str = "x"


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    author: str | None
    handle: str
    day: date
    chunk: int
    inner: tuple[int, int] | None = None  # quoted words inside the line itself


def attributions(
    article: Article,
    skipped: Sequence[tuple[int, int]] = (),
    settled: Callable[[int, int], bool] = lambda _start, _end: False,
    copy: Copy | None = None,
) -> list[Attribution]:
    """Return the attribution lines of an article, in order.

    `skipped` are spans (blocks of links) that no quotation stops at. `settled` tells of a span whether it meets a post that is known
    without its attribution line; those lines are left out. `copy` is the normalised copy of the article's text, if there is one already.
    """
    if article.signs.isdisjoint("@＠"):
        return []
    copy = copy or normalise(article.text)
    handles = list(_handles(copy.text))
    if all(settled(*copy.span(*matched.span())) for matched in handles):
        return []
    text = copy.text
    chunks = _chunks(article, copy)
    starts = [start for start, _ in chunks]
    lines: list[_Line] = []
    for matched in handles:
        at = bisect_left(starts, matched.start() + 1) - 1
        if at < 0 or matched.end() > chunks[at][1]:
            continue
        line = _line(text, matched, chunks[at], at, article.language)
        if line and (not lines or line.start >= lines[-1].end):
            lines.append(line)
    gaps = [(copy.at(start), copy.at(end)) for start, end in skipped]
    found = []
    for number, line in enumerate(lines):
        span = copy.span(line.start, line.end)
        if settled(*span):
            continue
        floor = lines[number - 1].end if number else 0
        words = line.inner or _words(article, copy, line, chunks, gaps, floor)
        if words is None and not _has_dash(text, line):
            continue
        platform = "bluesky" if "." in line.handle else "x"
        found.append(Attribution(*span, line.author, line.handle, line.day, copy.span(*words) if words else None, platform))
    return found


def _handles(text: str) -> Iterator[re.Match[str]]:
    """Yield the handles in brackets, found by their sign: a search for the bracket looks at every character of the text."""
    for at in spots(text, "@"):
        opened = len(text[max(0, at - 4) : at].rstrip(" \t"))
        matched = HANDLE.match(text, max(0, at - 4) + opened - 1) if opened else None
        if matched:
            yield matched


def _chunks(article: Article, copy: Copy) -> list[tuple[int, int]]:
    """Return the blocks of text: the article's own in HTML and PDF; elsewhere what stands between blank lines, without furniture."""
    if article.document is not None:
        return [(copy.at(block.start), copy.at(block.end)) for block in article.blocks]
    if article.layout is not None:
        return [(copy.at(block.start), copy.at(block.end)) for block in article.blocks if block.kind != "furniture"]
    cuts = [(copy.at(block.start), copy.at(block.end)) for block in article.blocks if block.kind == "furniture"]
    return [span for span in _cut([one.span() for one in CHUNK.finditer(copy.text)], cuts) if copy.text[slice(*span)].strip()]


def _cut(spans: Sequence[tuple[int, int]], cuts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what is left of spans when others are cut out of them; both sorted and disjoint."""
    at = 0
    for start, end in spans:
        position = start
        while at < len(cuts) and cuts[at][1] <= start:
            at += 1
        while at < len(cuts) and cuts[at][0] < end:
            if position < cuts[at][0]:
                yield position, cuts[at][0]
            position = max(position, cuts[at][1])
            if cuts[at][1] > end:
                break
            at += 1
        if position < end:
            yield position, end


# --------------------------------------------------------------- the line


def _line(text: str, matched: re.Match[str], chunk: tuple[int, int], at: int, language: str | None) -> _Line | None:
    line_start = max(text.rfind("\n", max(0, matched.start() - REACH), matched.start()) + 1, chunk[0], matched.start() - REACH)
    line_end = _line_end(text, matched.end(), chunk[1])
    quoted = QUOTED.match(text, matched.end(), min(chunk[1], matched.end() + 700))
    behind = quoted.end() if quoted else matched.end()
    dated = find_date(text[behind : min(behind + AFTER, chunk[1])], language)
    before_start = max(line_start, matched.start() - BEFORE)
    if dated:
        day, date_span = dated.day, (behind + dated.start, behind + dated.end)
    else:
        dated = find_date(text[before_start : matched.start()], language)
        if not dated:
            return None
        day, date_span = dated.day, (before_start + dated.start, before_start + dated.end)
    if quoted:
        name = _name(text[max(line_start, matched.start() - LONGEST_NAME) : matched.start()])
        first, last = quoted.span("words")
        words = _stripped(text, first, first + len(text[first:last].rstrip(" \n,")))
        start = text.rfind(name, line_start, matched.start()) if name else -1
        return _Line(start if start >= 0 else matched.start(), date_span[1], name, matched["handle"], day, at, words)
    return _shaped(text, matched, (line_start, line_end), date_span, chunk, at, day)


def _shaped(
    text: str, matched: re.Match[str], line: tuple[int, int], date_span: tuple[int, int], chunk: tuple[int, int], at: int, day: date
) -> _Line | None:
    """Judge the line around a handle and a date, and take the name out of it."""
    head_end = min(matched.start(), date_span[0])
    dashes = list(DASH.finditer(text, max(line[0], head_end - LONGEST_NAME - BEFORE), head_end))
    start = dashes[-1].start() if dashes else line[0]
    head = text[dashes[-1].end() if dashes else start : head_end]
    middle = text[date_span[1] : matched.start()] if date_span[0] < matched.start() else ""
    behind = max(date_span[1], matched.end())
    date_line_end = _line_end(text, behind, chunk[1])
    tail = text[behind:date_line_end]
    end_dash = bool(END_DASH.search(tail)) or bool(END_DASH.search(text[matched.end() : line[1]]))
    tail = END_DASH.sub("", tail)
    author = _name(" ".join(part for part in (head, middle) if part.strip()))
    end = behind
    if end_dash and not dashes:
        end = date_line_end
        other = _name(tail)
        author = " ".join(part for part in (other, author) if part) or None
    elif not dashes and ("." in matched["handle"] or not _stands_alone(text, author, head, tail, date_line_end, chunk)):
        return None
    if not author or len(author) > LONGEST_NAME:
        return None
    return _Line(start, _rstrip(text, start, end), author, matched["handle"], day, at)


def _line_end(text: str, start: int, limit: int) -> int:
    limit = min(limit, start + REACH)
    end = text.find("\n", start, limit)
    return limit if end < 0 else end


def _stands_alone(text: str, author: str | None, head: str, tail: str, end: int, chunk: tuple[int, int]) -> bool:
    """Tell whether a line without a dash is nothing but name, handle and date, and closes its block."""
    if not author or len(author) > 60 or len(author.split()) > 8 or BYLINE.match(author) or re.search(r"[:;|•]|[.!?]\s", head):
        return False
    return sum(map(str.isalpha, tail)) <= 3 and not text[end : min(chunk[1], end + REACH)].strip()


def _name(written: str) -> str | None:
    name = LOST.sub("", written)
    name = re.sub(r"\s+", " ", name).strip(" ,،·|-–—\t\n")
    return LOST.sub("", name) or None


def _rstrip(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def _has_dash(text: str, line: _Line) -> bool:
    written = text[line.start : line.end]
    return bool(DASH.match(written) or END_DASH.search(written) or re.search(r"[—–―]", written))


# -------------------------------------------------------------- the words


def _words(
    article: Article, copy: Copy, line: _Line, chunks: Sequence[tuple[int, int]], gaps: Sequence[tuple[int, int]], floor: int
) -> tuple[int, int] | None:
    quotation = _quotation(article, copy, line)
    if quotation:
        return _stripped(copy.text, max(quotation, floor), line.start)
    start, end = max(chunks[line.chunk][0], floor), line.start
    own = _stripped(copy.text, start, end)
    post = _post(copy.text, *own) if own and article.document is None else own
    first, last = post or (line.start, line.start)
    taken = 1 if own else 0
    if post != own:
        return post
    for at in range(line.chunk - 1, max(line.chunk - 40, -1), -1):
        span = chunks[at]
        if any(gap[0] < span[1] and span[0] < gap[1] for gap in gaps):
            continue
        above = _stripped(copy.text, *span)
        if above is None or span[0] < floor or _is_heading(article, copy, above[0]):
            break
        text = copy.text[slice(*above)]
        if taken and (_ends(article, copy, line, first, above) or len(text) + last - first > MOST_WORDS or taken >= MOST_BLOCKS):
            break
        post = above if article.document is not None else _post(copy.text, *above)
        first, last = post[0], last if taken else post[1]
        taken += 1
        if post != above:
            break
    return (first, last) if taken else None


def _ends(article: Article, copy: Copy, line: _Line, first: int, above: tuple[int, int]) -> bool:
    """Tell whether a block above words that begin at `first` is no part of them."""
    below = re.compile(r"\S").search(copy.text, copy.text.find("\n", line.end) + 1) if "\n" in copy.text[line.end :] else None
    edge = _edge(article, copy, first)
    outer = _edge(article, copy, below.start()) if below else None
    if edge is not None and outer is not None and edge > outer + 3 * BESIDE:
        return abs((_edge(article, copy, above[0]) or 0.0) - edge) > BESIDE
    return SENTENCE_END.search(copy.text[slice(*above)]) is not None


def _edge(article: Article, copy: Copy, at: int) -> float | None:
    """Return how far in the printed line stands that holds an offset of the copy, in points from the side that it begins at."""
    if article.layout is None:
        return None
    box = article.layout.line(copy.span(at, at + 1)[0])
    if box is None:
        return None
    line = copy.text[copy.text.rfind("\n", 0, at) + 1 : _line_end(copy.text, at, len(copy.text))]
    return -box[2] if has_right_to_left(line) else box[0]


def _post(text: str, start: int, end: int) -> tuple[int, int]:
    """Return what of a block is one post: the lines below what announces it, all of a short one, else those below a paragraph's end."""
    short = end - start <= ONE_POST
    low = max(start, end - MOST_WORDS)
    width = max(map(len, text[max(start, end - 4 * MOST_WORDS) : end].split("\n")))
    far = near = None
    for begin in [at + 1 for at in spots(text, "\n", low, end)][::-1]:
        above = text[max(start, text.rfind("\n", 0, begin - 1) + 1) : begin - 1].strip()
        if not re.search(r"\w", ADDRESS.sub("", text[begin:end])):
            continue
        if above.endswith((":", "：")) and (platform_of(above) if short else len(above) >= ANNOUNCING):
            return begin, end
        parted = len(above) < SHORT * width or text[begin:end].lstrip().startswith("@")
        if parted and SENTENCE_END.search(above):
            far = begin if end - begin <= ONE_POST else far
            near = near or begin
    if short or far or near or end - start <= MOST_WORDS:
        return (start if short else far or near or start), end
    return _within_line(text, low, end), end


def _within_line(text: str, low: int, end: int) -> int:
    """Return where the last words of one long line begin: behind what a skip link says, else with the first sentence from `low` on."""
    skipped = list(SKIPPED.finditer(text, low, end))
    begins = skipped[-1] if skipped else STOP.search(text, low, end)
    return begins.end() if begins else low


def _stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    if not piece.strip():
        return None
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _quotation(article: Article, copy: Copy, line: _Line) -> int | None:
    """Return where the quotation element around a line begins, in the copy."""
    if article.document is None:
        return None
    offset = copy.span(line.start, line.start + 1)[0]
    element = article.document.element_at(offset)
    quotation = element.closest("blockquote") if element else None
    if quotation is None:
        return None
    return copy.at(article.document.span(quotation)[0])


def _is_heading(article: Article, copy: Copy, start: int) -> bool:
    block = article.block_at(copy.span(start, start + 1)[0])
    return block is not None and block[1].kind == "heading"
