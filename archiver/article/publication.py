"""Publication: the day on which a page was published, in the fields that mean that, ranked by how closely they speak of the page.

JSON-LD of the article, the `article:` properties and meta names that mean publication, then microdata and the elements that are marked so;
a date in words, or in the order of its country, where none of these has one for machines. Last come the names that mean some date (`date`,
Dublin Core's), which many systems fill with the day of the last change: what is printed beside the headline is believed before them.

Comments, cards of other articles and reviewed things have dates in the same words: an element counts where the thing around it is the
page's, and where things disagree, only that with the headline.

What is written in UTC says no day: `Z`, `+00:00` and `GMT` are written by programs that know no zone, and by pages in London. It is the
day in UTC unless the page says its own, in no other zone and at that instant: in another field, in the permalink, beside the headline; and
unless one of these says the day in UTC too. Beside the headline some print the last change: where that was on the day after, the day is
believed only if a zone near Greenwich has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from archiver.article.author import is_item, is_other, thing_of
from archiver.article.dates import find_date
from archiver.article.document import Element
from archiver.article.times import EAST, NEAR, has_day, iso_date, time_of

MEANT_NAMES = """
    article:published_time og:article:published_time datepublished article.published parsely-pub-date sailthru.date
    citation_publication_date citation_online_date dcterms.issued dc.date.issued publish-date publish_date
    publishdate pubdate publication_date
"""
MEANT = tuple(MEANT_NAMES.split())
IN_WORDS = MEANT[:3]  # what is believed in words too
VAGUE = ("dc.date", "dcterms.date", "dcterms.created", "dc.date.created", "date")
DATED = frozenset({"entry-date", "published", "dt-published", "pubdate"})  # classes of WordPress and microformats
DAY = re.compile(r"/((?:19|20)[0-9]{2})/(0[1-9]|1[0-2])/(0[1-9]|[12][0-9]|3[01])/")
PRINTED = 64  # characters of a date with its weekday and time
MARKS = 60  # elements looked at: a page of comments has thousands
ADDRESS = 500


@dataclass(frozen=True, slots=True)
class Publication:
    """The day of publication, ISO; `instant` where it is said in UTC and no field says that day; `is_vague` where it is of anything."""

    day: str | None = None
    instant: datetime | None = None
    is_vague: bool = False

    @property
    def is_certain(self) -> bool:
        """Tell whether nothing that is printed could say more."""
        return self.day is not None and self.instant is None and not self.is_vague

    def beside(self, printed: str | None, modified: str | None) -> str | None:
        """Return the day by what is printed beside the headline, too; `modified` is the day of the last change."""
        if printed is None or self.day is None or self.is_vague:
            return printed or self.day
        if self.instant and self.instant.date().isoformat() in {printed, self.day}:
            return printed if has_day(self.instant, printed, NEAR if printed == modified else EAST) else self.day
        return self.day


def is_mark(element: Element) -> bool:
    """Tell whether an element is marked as the date of publication of some thing."""
    given = element.attributes
    if given.get("itemprop", "").lower() == "datepublished":
        return True
    return (element.tag == "time" and "pubdate" in given) or (element.tag in {"time", "abbr"} and not DATED.isdisjoint(element.classes))


def publication(said: object, metas: dict[str, str], marks: list[Element], permanent: str | None, language: str | None) -> Publication:
    """Return when a page was published: what its JSON-LD says, its meta names, and the elements that are marked so."""
    marked = list(_marked(marks))
    meant = [said, *map(metas.get, MEANT), *marked]
    time = next(filter(None, map(time_of, meant)), None)
    if time is None:
        vague = next(filter(None, map(iso_date, map(metas.get, VAGUE))), None)
        words = _printed([said, *map(metas.get, IN_WORDS), *marked], language)
        return Publication(words or vague, is_vague=words is None and vague is not None)
    if not time.is_utc or time.instant is None:
        return Publication(time.day)
    fields = [*meant, *map(metas.get, VAGUE)]
    worded = (_printed([one], language) for one in marked if time_of(one) is None)
    days = {day: None for day in (*_own_days(time.instant, fields), *worded, permanent) if day}
    own = next((day for day in days if has_day(time.instant, day)), time.day)
    return Publication(time.day) if time.day in days else Publication(own, time.instant)


def permanent_day(address: str | None) -> str | None:
    """Return the day in the path of an address, as blogs and papers keep their articles; ISO."""
    found = DAY.search(address[:ADDRESS]) if address else None
    return iso_date("-".join(found.groups())) if found else None


def _own_days(instant: datetime, fields: list[object]) -> Iterator[str]:
    """Yield the days of fields that say an instant in another zone, or a day without one."""
    for time in filter(None, map(time_of, fields)):
        if not time.is_utc and (time.instant is None or time.instant == instant):
            yield time.day


def _marked(marks: list[Element]) -> Iterator[str]:
    """Yield what the elements say that are marked as a date of publication and are of the page's own thing."""
    found: dict[Element, list[str]] = {}
    for element in marks[:MARKS]:
        thing = thing_of(element)
        if is_item(element) and element.closest(is_other) is None and thing.closest("li") is None:
            found.setdefault(thing, []).extend(_written(element))
    if len(found) > 1 or len({day for written in found.values() for day in map(iso_date, written) if day}) > 1:
        found = {thing: found[thing] for thing in _main(list(found))}
    for written in found.values():
        yield from written


def _main(things: list[Element]) -> list[Element]:
    """Return those of several things that the page is about: with its `h1`, or its one article."""
    articles = [thing for thing in things if thing.tag != "body"]
    headed = [thing for thing in articles if thing.select("h1")]
    return headed or (articles if len(articles) == 1 else [])


def _written(element: Element) -> Iterator[str]:
    """Yield what a mark says: for machines, then in words."""
    given = element.attributes
    for name in ("datetime", "content", "value", "title"):
        if given.get(name):
            yield given[name]
    yield element.text[:PRINTED]


def _printed(written: list[object], language: str | None) -> str | None:
    """Return the first date that fields say in words or in the order of their country, where that leaves no doubt; as ISO."""
    short = (one for one in written if isinstance(one, str) and len(one) <= PRINTED)
    return next((found.day.isoformat() for one in short if (found := find_date(one, language))), None)
