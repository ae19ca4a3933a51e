"""Dateline: the date and the author that a page prints beside its headline, where no field says them.

Old pages and hand-made ones have neither meta names nor microdata; a reader sees `<div class="date">` below the headline, or "By Ada
Quill". That is said and not guessed where three things hold. It stands between the headline and the first paragraph, or directly above the
headline in the same container: so no menu's "today", no comment and no card. Its element calls itself what it is, by its tag (`time`) or by
a word of its class; only where none does, it may be a line that calls itself nothing. And its whole text is one date, or one name behind
"By" (a must for such a line), with no more than a label and the time. A name may also stand behind the first paragraph, which may be a
lead; and at the end of the text: in a line of its last paragraphs that begins with "By", or below, in an element that calls itself the
author and says so in words too ("Written by"; "By" alone begins cards of other articles). Where two such places disagree there is no
answer; what is called an update is none. Where an element `time` says a date in words, this is what the page says: its `datetime` is in
UTC, or another's. A line may have its date in a row, between separators and other short parts: `Tuesday | 17 March 2020 | by Ada | 3
comments`. Where no date stands there, an element that calls itself one may touch the headline from above, whatever contains it; or stand
behind the first paragraph, which may be a lead, and before the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from archiver.article.author import LEADS_ON, MOST, begins_with_by, is_other, named, stand_together
from archiver.article.chrome import is_hidden, tokens
from archiver.article.dates import find_date
from archiver.article.document import Document, Element
from archiver.article.times import iso_date

DATED = """
    time, [class*=date], [class*=Date], [class*=publi], [class*=Publi], [class*=posted], [class*=datum], [class*=fecha], [class*=timestamp]
""".strip()
DATE_WORD = re.compile(r"(?<!up)dates?(?![a-z]*modif)|publi(?:sh|c)|posted|datum|fecha|timestamp", re.IGNORECASE)
UPDATE = re.compile(
    r"updat|modif|revis|edited|last |aktualis|zuletzt|actuali[sz]|atualiz|aggiorn|mis(?:e)? à jour|güncel|обновл|изменен"
    r"|更新|업데이트|수정|تحديث",
    re.IGNORECASE,
)
HATOM = re.compile(r"\b(dates?|published)\s+updated\b", re.IGNORECASE)  # what hAtom calls the one date that there is
SIGNED = """
    [class*=author], [class*=Author], [class*=byline], [class*=Byline], [class*=by-line], [class*=autor], [class*=Autor],
    [class*=auteur], [class*=writer], [class*=writeBy], [class*=contributor], [id*=byline], byline
""".strip()
GLUED = re.compile(r"(?:By|Von|Par|Por|Author)(?=[A-Z][a-z])")
BARE = re.compile(r"\s*(?:by|par|por|vo[nm]|di|door|a[fv]|oleh|per)\b", re.IGNORECASE)  # may begin a card of another article
BESIDE_DATE = re.compile(  # what stands before a date: a weekday, a label
    r"(?:^|[\s,(/]+)(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    r"|on|at|am|vom|le|el|stand|last|updated|published|posted|publié|publicado|veröffentlicht)[\s,.:(]*$",
    re.IGNORECASE,
)
SIGNED_NAMES = """
    author authors authorname byline bylines by autor autorin autores autoren autorenzeile auteur auteurs writer writers contributor
    contributors
"""
SIGNED_WORDS = frozenset(SIGNED_NAMES.split())
PROSE = 120  # characters of the paragraph at which the text begins
ABOVE, BELOW = 200, 1200  # characters around the headline that are looked at
LONGEST = 60  # characters of a date or a name with its label
LABEL = 28  # letters beside a date: a label, the weekday, the place
ROW, PART = 200, 40  # characters of a line with the date and other things between separators, and of one of these
CANDIDATES = 60
TOUCHING = 3  # characters between a date and the headline below it
LAST = 2  # paragraphs of the body at whose end a name may stand
OF_OTHERS = frozenset({"cell", "item"})  # kinds of blocks that tell of the page's subject, or of other pages
WEB = 1991  # no page was published before it began: a date of birth
SPLIT = re.compile(r"\s*[\n|•·●⋅]\s*|\s+[–—-]\s+|[ \xa0]{2,}")
PARTICLE_WORDS = """
    and und et y e i en og och de da di du del della der den dos das la le van von vom zu zur bin ibn al el ten ter for with
"""
PARTICLES = frozenset(PARTICLE_WORDS.split())


def printed_date(document: Document, heading: Element, language: str | None) -> str | None:
    """Return the one date that is printed beside a headline, as ISO."""
    start, stop = _around(document, heading)
    marked = [
        (*document.span(one), one)
        for one in _within(document, document.select(DATED), (start - TOUCHING - LONGEST, _end_of_lead(document, stop)))
    ]

    def dates(*places: Element) -> set[str]:
        return {date for one in places if (date := _date(document, one, language))}

    found = (
        dates(*(one for first, last, one in marked if start <= first and last <= stop))
        or {
            date
            for line in _lines(document, (start, stop), ROW)
            if (date := _whole(line, language) if len(line) <= LONGEST else _in_row(line, language))
        }
        or dates(*(one for _, last, one in marked if last <= start <= last + TOUCHING))
        or dates(*(one for first, _, one in marked if stop <= first))
    )
    return next(iter(found)) if len(found) == 1 else None


def printed_byline(document: Document, heading: Element | None, language: str | None) -> str | None:
    """Return the name, or the names that stand together, that is printed beside a headline, behind the lead, or at the end of the text."""
    called = [one for one in document.select(SIGNED) if one.tag == "byline" or not SIGNED_WORDS.isdisjoint(tokens(_label(one)))]
    if heading is not None:
        start, stop = around = _around(document, heading)
        for span in (around, (stop, _end_of_lead(document, stop))):
            said = _names(document, _within(document, called, span), language) or _one_of(_lines(document, span, LONGEST), language)
            if said:
                return said
    start, stop = _end(document)
    below = (document.text[slice(*document.span(one))] for one in _within(document, called, (stop, stop + BELOW)))
    return _one_of([*_lines(document, (start, stop), LONGEST), *(text for text in below if not BARE.match(text))], language)


def _names(document: Document, elements: list[Element], language: str | None) -> str | None:
    """Return the name, or the names that stand together, that elements say which call themselves the author."""
    names: dict[str, Element] = {}
    for one in elements:
        start, end = document.span(one)
        name = _name(document.text[start:end], language)
        if name and not any(name in longer for longer in names):
            names = {known: at for known, at in names.items() if known not in name} | {name: one}
    together = len(names) == 1 or (len(names) <= MOST and stand_together(list(names.values())))
    return ", ".join(names) if together else None


def _one_of(lines: Iterable[str], language: str | None) -> str | None:
    """Return the one name that lines say behind "By"."""
    names = set(filter(None, (_signed(line, language) for line in lines)))
    return next(iter(names)) if len(names) == 1 else None


def _end(document: Document) -> tuple[int, int]:
    """Return the span of the last paragraphs of the body."""
    last = [one for one in document.blocks if one.in_body][-LAST:]
    return (last[0].start, last[-1].end) if last else (0, 0)


def _within(document: Document, elements: list[Element], around: tuple[int, int]) -> list[Element]:
    """Return the short elements in a span that belong to the page."""
    start, stop = around
    found = []
    for one in elements:
        first, last = document.span(one)
        if start <= first < last <= stop and last - first <= 3 * LONGEST and _is_own(one):
            found.append(one)
    return found[:CANDIDATES]


def _end_of_lead(document: Document, stop: int) -> int:
    """Return where the text goes on behind the first paragraph, which may be a lead."""
    texts = (one.start for one in document.blocks if one.in_body and one.start > stop and one.end - one.start >= PROSE)
    return min(next(texts, stop + BELOW), stop + BELOW)


def _lines(document: Document, around: tuple[int, int], longest: int) -> Iterator[str]:
    """Yield the short lines in a span that belong to the page and are no update."""
    start, stop = around
    between = (one for one in document.blocks if start <= one.start and one.end <= stop and one.kind not in OF_OTHERS)
    for block in islice(between, CANDIDATES):
        at = document.element_at(block.start)
        if at is None or not _is_own(at) or UPDATE.search(_label(at)):
            continue
        yield from (line for line in document.text[block.start : block.end].split("\n") if len(line) <= longest)


def _around(document: Document, heading: Element) -> tuple[int, int]:
    """Return the span in which a dateline stands: from the beginning of the headline's container to the first paragraph."""
    top, end = document.span(heading)
    start = top
    for around in (heading.parent, heading.parent.parent if heading.parent else None):
        if around and around.tag != "body" and top - document.span(around)[0] <= ABOVE:
            start = min(start, document.span(around)[0])
    return start, min(first_paragraph(document, end) or end + BELOW, end + BELOW)


def first_paragraph(document: Document, after: int) -> int | None:
    """Return where the first paragraph of the body begins, behind an offset."""
    return next((one.start for one in document.blocks if one.in_body and one.start >= after and one.end - one.start >= PROSE), None)


def _is_own(element: Element) -> bool:
    """Tell whether an element is shown, and no part of talk, of a card or of a menu."""
    return element.closest(lambda around: is_other(around) or around.tag in {"nav", "figure"} or is_hidden(around.attributes)) is None


def _label(element: Element) -> str:
    return f"{element.attributes.get('class', '')[:300]} {element.attributes.get('id', '')[:100]}"


def _date(document: Document, element: Element, language: str | None) -> str | None:
    """Return the date that an element is, and nothing else than that."""
    words = _words(document, element)
    if element.tag != "time" and (len(words) > LONGEST or not DATE_WORD.search(_label(element))):
        return None
    found = find_date(words, language)
    before = words[: found.start] if found else words
    around = element.parent
    near = _words(document, around) if around else ""
    if any(map(UPDATE.search, (HATOM.sub(r"\1", _label(element)), before, near[: near.find(words)] if len(near) <= 2 * LONGEST else ""))):
        return None
    given = iso_date(element.attributes.get("datetime")) if element.tag == "time" else None
    return _whole(words, language) or (given if found is None or found.day.isoformat() == given else None)


def _whole(words: str, language: str | None) -> str | None:
    """Return the date that words are, with no more than a label."""
    found = find_date(words, language)
    if found is None or found.day.year < WEB or UPDATE.search(words[: found.start]):
        return None
    rest = f"{words[: found.start]} {words[found.end :]}"
    other = find_date(rest, language)
    if (other and other.day != found.day) or sum(map(str.isalpha, rest)) > LABEL:
        return None
    return found.day.isoformat()


def _in_row(line: str, language: str | None) -> str | None:
    """Return the date that a part of a line is, between separators and among other short parts."""
    parts = [part for part in SPLIT.split(line) if part]
    if len(parts) < 2 or max(map(len, parts)) > PART:
        return None
    found = [part for part in parts if find_date(part, language)]
    return _whole(found[0], language) if len(found) == 1 else None


def _words(document: Document, element: Element) -> str:
    start, end = document.span(element)
    return " ".join(document.text[start : min(end, start + 4 * LONGEST)].split())


def _signed(text: str, language: str | None) -> str | None:
    """Return the name that a text, or the rest of it from some part on, says behind "By"."""
    rest = GLUED.sub(r"\g<0> ", text.strip(" –—-"))
    while not begins_with_by(rest, language):
        cut = SPLIT.search(rest)
        if cut is None:
            return None
        rest = rest[cut.end() :]
    return _name(rest, language)


def _name(text: str, language: str | None) -> str | None:
    """Return the name that a text is, behind "By", and before a date."""
    dated = find_date(text, language)
    if dated:
        text = f"{_before(text[: dated.start])}\n{text[dated.end :]}"
    pieces = [GLUED.sub("", piece.strip(" ,;:/–—-")) for piece in SPLIT.split(text) if any(map(str.isalpha, piece))]
    by_alone = bool(pieces) and named(f"{pieces[0]} x", language) == "x"  # "By" in a line of its own
    name = named(" ".join(pieces[: 1 + by_alone]), language)
    return name if name and _is_name(name, language) else None


def _before(text: str) -> str:
    """Return what stands before a date, without the label and the weekday of that."""
    while (less := BESIDE_DATE.sub("", text)) != text:
        text = less
    return text


def _is_name(words: str, language: str | None) -> bool:
    """Tell whether words can be a name: few, in capitals where the script has them, no figures and no sentence."""
    parts = re.findall(r"[^\W\d_]+", words)
    if (
        not parts
        or len(words) > LONGEST
        or named(f"{words} x", language) == "x"
        or BARE.fullmatch(words)
        or len(parts) > MOST + 2
        or re.search(r"\d|[?!:@<>]|\.$", words)
        or LEADS_ON.match(words)
    ):
        return False
    return all(part[0].isupper() or part[0] == part[0].upper() or part in PARTICLES for part in parts)
