"""Printed dates: a day, written out as CLDR's long formats write it, in every language that Babel knows.

X prints the date of an embedded post in the long format of the post's language (platforms §14.1), and so do many others. Nothing here is a
list of languages: month names, and the particles that stick to them (Hebrew `ב`, Basque `ren`), are read from the locale data.

A date is a month name with a day and a year beside it, in any of the four orders that CLDR has (d M y, M d y, y M d, y d M), or year,
month and day in figures (ISO, `年月日`; `20.07.2022`; with slashes only where day and month cannot be taken for each other).
What is between them may be at most `GLUE` characters (`de`, `г.`, a comma, a dash, the end of a line) and no figures.

Figures are those of any script. Years from 2400 on are Buddhist: 543 less.

A name that means two months (Croatian listopad is October, Czech and Polish November) is decided by the language; without one that
knows the name, by the languages with two-letter codes if they agree five to one; otherwise there is no date. No guess is made.

The table is staged. The language's own locales and English first, in 4 ms; only what they cannot read asks for all 1,082 locales: 0.24 s,
once, read from Babel's files one by one (loaded through Babel, which merges and keeps them, they are 0.7 s and 200 MB). So callers look
for the shape of an attribution first and ask about short pieces only.
"""

from __future__ import annotations

import pickle
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from babel import localedata

from archiver.article.signs import UNSEEN

GLUE = 9
LONGEST_TEXT = 400  # characters that are looked at
LEAST_YEAR, MOST_YEAR = 1900, 2399
BUDDHIST = 543

YEAR = re.compile(r"\d{4}")  # of any script
NUMBER = re.compile(r"[0-9]+")
NUMERIC = (
    re.compile(r"(?<![0-9])(?P<y>[0-9]{4})\s?[-‐–/.年년]\s?(?P<m>[0-9]{1,2})\s?[-‐–/.月월]\s?(?P<d>[0-9]{1,2})(?![0-9])"),
    re.compile(r"(?<![0-9.])(?P<d>[0-9]{1,2})\.\s?(?P<m>[0-9]{1,2})\.\s?(?P<y>[0-9]{4})(?![0-9])"),
)
SLASHED = re.compile(r"(?<![0-9/])(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2})/(?P<y>[0-9]{4})(?![0-9])")

Names = dict[str, dict[int, frozenset[str]]]  # folded month name -> month -> languages


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date and where it stands: `text[start:end]`."""

    day: date
    start: int
    end: int


def parse_date(text: str, language: str | None = None) -> date | None:
    """Return the first date that `text` (a short piece, not a page) has in it, or None. `language` is a BCP 47 tag."""
    found = find_date(text, language)
    return found.day if found else None


def find_date(text: str, language: str | None = None) -> PrintedDate | None:
    """Return the first date in `text` and where it stands, or None."""
    text = text[:LONGEST_TEXT]
    if not YEAR.search(text):  # the least that a date has
        return None
    folded, offsets = _fold(text)
    found = _in_figures(folded)
    for languages in () if found else _stages(language):
        found = _with_name(folded, _table(languages), language)
        if found:
            break
    return PrintedDate(found.day, offsets[found.start], offsets[found.end - 1] + 1) if found else None


def _fold(text: str) -> tuple[str, list[int]]:
    """Return the text as it is compared, figures in ASCII, and for each character the offset it came from."""
    pieces: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        if character in UNSEEN:
            continue
        figure = unicodedata.digit(character, None)
        piece = str(figure) if figure is not None else unicodedata.normalize("NFKC", character).casefold()
        pieces.append(piece)
        offsets.extend([offset] * len(piece))
    return "".join(pieces), offsets


# ----------------------------------------------------------------- figures


def _in_figures(text: str) -> PrintedDate | None:
    found = [
        PrintedDate(day, *matched.span())
        for pattern in NUMERIC
        for matched in pattern.finditer(text)
        if (day := _day(int(matched["y"]), int(matched["m"]), int(matched["d"])))
    ]
    for matched in SLASHED.finditer(text):
        first, second, year = int(matched["a"]), int(matched["b"]), int(matched["y"])
        readings = {_day(year, first, second), _day(year, second, first)} - {None}
        if len(readings) == 1:
            found.append(PrintedDate(next(iter(filter(None, readings))), *matched.span()))
    return min(found, key=lambda one: one.start, default=None)


def _day(year: int, month: int, day: int) -> date | None:
    if year > MOST_YEAR:
        year -= BUDDHIST
    try:
        return date(year, month, day) if LEAST_YEAR <= year <= MOST_YEAR else None
    except ValueError:
        return None


# ------------------------------------------------------------- month names


def _with_name(text: str, names: Names, language: str | None) -> PrintedDate | None:
    """Return the first date; of readings that share figures, the one with the longest name (`de` is December to somebody)."""
    longest = max(map(len, names), default=0)
    found: list[tuple[PrintedDate, int]] = []
    for start in range(len(text)):
        if start and _joined(text[start - 1], text[start]):
            continue
        for end in range(min(len(text), start + longest), start, -1):
            months = names.get(text[start:end])
            if not months or (end < len(text) and _joined(text[end - 1], text[end])):
                continue
            month = _decide(months, language)
            dated = _around(text, start, end, month) if month else None
            if dated:
                found.append((dated, end - start))
                break
    first = min(found, key=lambda one: one[0].start, default=None)
    rivals = [one for one in found if first and one[0].start < first[0].end]
    return max(rivals, key=lambda one: one[1])[0] if rivals else None


def _joined(left: str, right: str) -> bool:
    """Tell whether two neighbours belong to one word or one number."""
    if left.isdigit() or right.isdigit():
        return left.isdigit() and right.isdigit()
    return unicodedata.category(left)[0] in "LM" and unicodedata.category(right)[0] in "LM"


def _decide(months: dict[int, frozenset[str]], language: str | None) -> int | None:
    if len(months) == 1:
        return next(iter(months))
    own = [month for month, languages in months.items() if language and _base(language) in languages]
    if len(own) == 1:
        return own[0]
    common = sorted(((sum(len(one) == 2 for one in languages), month) for month, languages in months.items()), reverse=True)
    return common[0][1] if common[0][0] >= 5 * max(common[1][0], 1) else None


def _around(text: str, start: int, end: int, month: int) -> PrintedDate | None:
    """Return the date that the figures beside a month name make with it."""
    after = _figures(text, end, forward=True)
    before = _figures(text, start, forward=False)
    orders = (
        (before[:1], after[:1]) if after and _is_year(after[0]) else (),  # d M y
        (after[:1], after[1:2]) if not after or not _is_year(after[0]) else (),  # M d y
        (after[:1], before[:1]),  # y M d
        (before[:1], before[1:2]),  # y d M
    )
    for order in orders:
        if len(order) == 2 and order[0] and order[1]:
            day, year = order[0][0], order[1][0]
            made = _day(int(text[slice(*year)]), month, int(text[slice(*day)])) if day[1] - day[0] <= 2 and _is_year(year) else None
            if made:
                return PrintedDate(made, min(start, day[0], year[0]), max(end, day[1], year[1]))
    return None


def _is_year(span: tuple[int, int]) -> bool:
    return span[1] - span[0] == 4


def _figures(text: str, edge: int, *, forward: bool) -> list[tuple[int, int]]:
    """Return the spans of up to two numbers beside an edge, nearest first, each near the one before it; figures of a time are none."""
    spans: list[tuple[int, int]] = []
    while len(spans) < 2:
        if forward:
            matched = NUMBER.search(text, edge, edge + GLUE + 5)
            gap, edge = (text[edge : matched.start()], matched.end()) if matched else ("", edge)
        else:
            matched = next(iter(reversed(list(NUMBER.finditer(text, max(0, edge - GLUE - 5), edge)))), None)
            gap, edge = (text[matched.end() : edge], matched.start()) if matched else ("", edge)
        if not matched or len(gap) > GLUE or gap.count("\n") > 1:
            break
        span = matched.span()
        if (span[0] and text[span[0] - 1] in ":@_") or text[span[1] : span[1] + 1] == ":":
            break
        spans.append(span)
    return spans


# ------------------------------------------------------------- locale data


def _base(language: str) -> str:
    return re.split(r"[-_]", language.lower(), maxsplit=1)[0]


def _stages(language: str | None) -> Iterable[str]:
    """Yield what `_table` is to be made of: the likely languages first, then all."""
    yield f"{_base(language)} en" if language else "en"
    yield ""


@cache
def _table(languages: str) -> Names:
    """Return the month names of languages (separated by blanks; "" for all), as they stand in dates, folded."""
    wanted = frozenset(languages.split())
    table: dict[str, dict[int, set[str]]] = {}
    for identifier in ("root", *sorted(localedata.locale_identifiers())):
        base = _base(identifier)
        if wanted and base not in wanted:
            continue
        for name, month in _names(identifier):
            table.setdefault(name, {}).setdefault(month, set()).add(base)
    return {name: {month: frozenset(known) for month, known in months.items()} for name, months in table.items()}


def _names(identifier: str) -> Iterable[tuple[str, int]]:
    """Yield the folded month names of one locale, bare and with what its long format sticks to them."""
    with Path(localedata.resolve_locale_filename(identifier)).open("rb") as file:
        data = pickle.load(file)  # noqa: S301 - the installed package's own data
    pattern = str(getattr(data.get("date_formats", {}).get("long"), "pattern", ""))
    affixes = {("", ""), *(_affixes(pattern) or ())}
    for widths in data.get("months", {}).values():
        for names in widths.values() if isinstance(widths, dict) else ():
            for month, written in names.items() if isinstance(names, dict) else ():
                name = _fold(str(written))[0].strip()
                # A narrow name (J) or a bare figure is no evidence of a date.
                if len(name) < 2 or not any(unicodedata.category(character)[0] == "L" for character in name):
                    continue
                for stripped in {name, name.rstrip(".")}:
                    for before, after in affixes:
                        yield f"{before}{stripped}{after}", month


def _affixes(pattern: str) -> list[tuple[str, str]]:
    """Return what a date pattern writes directly before and behind the month: `d בMMMM y` has `ב`, `MMMM'ren' d` has `ren`."""
    plain = pattern.replace("'", "")
    matched = re.search(r"([^\s0-9dyMG.,،'()-]*)MM+([^\s0-9dyMG.,،'()-]*)", plain)
    return [(matched[1], matched[2])] if matched and (matched[1] or matched[2]) else []
