"""Covers: when a report was published, as the first of its pages says, where that is a cover.

A cover says little and stands before other pages. On it, or behind `Date of report:` on one of the first pages, a line that is nothing
but a day is the report's; of two different ones neither. Where the first page is one of text, a day on it may be anything: of a letter,
a hearing, a print.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from archiver.article.pdf.page import PrintedPage

LITTLE = 800  # characters of a cover
FEWEST_PAGES, FIRST_PAGES = 3, 2
MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905
MONTH = rf"(?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)})\.?"
DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
SHAPES = [
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"{MONTH} {DAY},? {YEAR}",
        rf"{DAY} {MONTH},? {YEAR}",
        r"(?P<year>(?:19|20)[0-9]{2})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})",
    )
]
LABEL = re.compile(r"(?:(?:date of (?:the )?(?:report|publication)|(?:report|publication) date|published(?: on)?)\s*:?\s+)", re.IGNORECASE)


def day_of_cover(pages: Sequence[PrintedPage]) -> str | None:
    """Return the day on which a document says that it was published, as an ISO date."""
    if len(pages) < FEWEST_PAGES:
        return None
    lines = [[" ".join(line.text.split()) for line in page.lines] for page in pages[:FIRST_PAGES]]
    said = {_day(line[label.end() :]) for page in lines for line in page if (label := LABEL.match(line))} - {None}
    if not said and sum(map(len, lines[0])) <= LITTLE:
        said = set(map(_day, lines[0])) - {None}
    return said.pop() if len(said) == 1 else None


def _day(written: str) -> str | None:
    """Return the day that a line is nothing but, as an ISO date."""
    found = next(filter(None, (shape.fullmatch(written) for shape in SHAPES)), None)
    if found is None:
        return None
    month = found["month"].rstrip(".").lower()
    number = int(month) if month.isdigit() else next(at for at, name in enumerate(MONTHS, 1) if name[:3] == month[:3])
    try:
        return date(int(found["year"]), number, int(found["day"])).isoformat()
    except ValueError:
        return None
