"""Author: the people whom a page names as its writers, in the forms that markup has for that, and the name of the site, which is none.

Microdata (`itemprop=author`), hAtom and its successor (`.author .fn`, `.p-author`) and `rel=author` say who wrote a thing; but comments,
cards of other articles and reviewed books have authors too, in the same words. So a name counts where the thing around it is the page's:
not below talk or a card, not of an item of another kind; and where several things name somebody, only the one that has the page's `h1`.
Several names in one thing are a byline when they stand together, and nothing at all when they do not: no choice is made.

Many pages name their publisher, or their host, as the author. That is used where no person is named. A bare meta name "author" may be that
of who made the theme: it comes after a name that markup of the page's own thing says. And where a field has one of several authors, as
plugins write it, one that lists them all comes before it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from archiver.article.chrome import TALK_TOKENS, tokens
from archiver.article.document import Element

MARKED = "[itemprop], a[rel~=author], .author .fn, .author.fn, .p-author"
CREDITS = 120  # looked at: a page of comments has thousands
LONGEST = 80  # characters of a name
SITE = 6  # letters of a site's name that are no first name
MOST = 6  # names of one byline
NO_NAME = re.compile(  # an address, a handle, code, who has the rights, what blogs put where nobody is named
    r".*(?:https?:|\bwww\.)|(?:[\w-]+(?:\.[\w-]+)+)?/|\S+(?:@|\[at\]|\(at\))\S+\.\S+$|@\w+$|[{<]|©|copyright\b|.*\b\d{4}\s?[-–]\s?\d{4}\b"
    r"|(?:unknown|no author|author|\w*admin\d*|\w+[-_ ]admin\d*|administrator|root|web-?master|user\d*|guest|editor|publisher|published"
    r"|anonymous|anónimo)$",
    re.IGNORECASE,
)
FIRM = re.compile(  # who made the page, or has it
    r"\bwww\.|\S\.(?:com|de|net|org|at|ch|fr|it|nl|eu|co|info)\b"
    r"|\b(?:GmbH|e\. ?V\.|AG|Inc\.?|Ltd\.?|LLC|S\.?A\.?|SARL|S\.?r\.?l\.?|Co\. ?KG|Verlag)(?=[\s,)]|$)"
)
LOGIN = re.compile(r"[a-z0-9]*[._-][a-z0-9._-]+|[a-z]+[0-9]+")
LEADS_ON = re.compile(  # what links to an author's page say instead of a name
    r"(?:see|view|read|show|more|all|about|follow|website|profile|afficher|zeige|alle?|mehr|archiv|ver|voir|tous|lire)\b|.*[→»›]$",
    re.IGNORECASE,
)
LISTED = re.compile(r"\s*[,;|]\s*|\s+(?:&|and|und|et|y|og)\s+")  # between the names of a list
BRACKETED = re.compile(r"\s*[(<\[]\s*(?:https?:|www\.|mailto:|\S+@)[^)>\]]*[)>\]]", re.IGNORECASE)  # an address behind a name
TAG = re.compile(r"<[^<>]{1,500}>")
FIGURES = re.compile(r"\d[/.:h-]\d")  # of a date or a time
BY = re.compile(
    r"(?:(?:(?:written|posted|reported|words|text|story|interview|analysis) )?by|par|por|escribe"
    r"|autor(?:a|e|as|es|en|in|innen)?(?:/autorin)?|autorin/autor|authors?|auteure?s?|yazar|автор|كتبت?|بقلم"
    r"|(?:artikel|text|bericht|beitrag|kommentar|erstellt|geschrieben|verfasst|gespeichert|eingestellt|veröffentlicht|publiziert) von"
    r"|(?:texte?|words|interview|redaktion|текст|text (?:&|und|and) (?:fotos?|bilder|photos))(?=\s*:))(?:\s*[:,]\s*|\s+)",
    re.IGNORECASE,
)
BY_IN = {  # words that begin names in other languages: Von Miller, Di Maio
    "de": re.compile(r"vo[nm]\s+", re.IGNORECASE),
    "it": re.compile(r"di\s+", re.IGNORECASE),
    "nl": re.compile(r"door\s+", re.IGNORECASE),
    "da": re.compile(r"af\s+", re.IGNORECASE),
    "sv": re.compile(r"av\s+", re.IGNORECASE),
    "nb": re.compile(r"av\s+", re.IGNORECASE),
    "no": re.compile(r"av\s+", re.IGNORECASE),
    "id": re.compile(r"oleh\s+", re.IGNORECASE),
    "ca": re.compile(r"per\s+", re.IGNORECASE),
}
ELSEWHERE = frozenset({"related", "recommended", "recommendations", "teaser", "teasers", "popular", "trending"})
OWN_TYPES = ("Article", "Posting", "BlogPost", "Report", "Review", "WebPage", "CreativeWork", "Recipe", "VideoObject", "Blog")
OWN_PROPERTIES = frozenset({"mainentity", "mainentityofpage", "maincontentofpage", "blogpost", "blogposts", "haspart", "article"})
CARD = frozenset({"fn", "p-author"})  # of microformats
THINGS = frozenset({"hentry", "h-entry"})


def named(value: object, language: str | None = None) -> str | None:
    """Return a name as it is written, without markup, "By" and brackets; an address, a handle and a number are no names."""
    if not isinstance(value, str):
        return None
    name = " ".join(BRACKETED.sub("", TAG.sub("", html.unescape(value[: 10 * LONGEST]))).split())
    if name[:1] + name[-1:] in {"()", "[]"}:
        name = name[1:-1].strip()
    for by in _words_for_by(language):
        begun = by.match(name)
        name = name[begun.end() :] if begun else name
    return name if any(map(str.isalpha, name)) and not NO_NAME.match(name) else None


def begins_with_by(words: str, language: str | None) -> bool:
    """Tell whether words begin with "By", or with what stands for it in a language."""
    return any(by.match(words) for by in _words_for_by(language))


def _words_for_by(language: str | None) -> Iterator[re.Pattern[str]]:
    yield BY
    if (language or "").split("-")[0] in BY_IN:
        yield BY_IN[(language or "").split("-")[0]]


def is_site(author: str, names: Iterable[str | None]) -> bool:
    """Tell whether an author is no more than the site: one of its names, its host or the first part of that, or begins with a long one.

    No more than that is a firm's name with its form or its address, and what somebody logs in with.
    """
    said = _level(author)
    return (
        FIRM.search(author) is not None
        or LOGIN.fullmatch(author) is not None
        or any(said == name or (len(name) >= SITE and said.startswith(name)) for name in map(_level, filter(None, names)) if name)
    )


def fuller(names: str, name: str) -> str | None:
    """Return the names of a list of persons that begins with one name, which another field says alone."""
    listed = LISTED.split(names)
    return ", ".join(listed) if 1 < len(listed) <= MOST and listed[0] == name and all(map(_is_person, listed)) else None


def is_same(one: str, other: str) -> bool:
    """Tell whether one of two names is in the other, without regard for case and signs."""
    return _level(one) in _level(other) or _level(other) in _level(one)


def _is_person(name: str) -> bool:
    """Tell whether a name has the form of a first name and a surname."""
    parts = name.split()
    named = 2 <= len(parts) <= 4 and all(part[0].isupper() and not part.isupper() for part in (parts[0], parts[-1]))
    return named and not {"at", "by", "for", "of"} & set(parts)


def _level(name: str) -> str:
    return re.sub(r"^www\.|\W", "", name.casefold())


def is_credit(element: Element) -> bool:
    """Tell whether an element that `MARKED` selects says who wrote a thing."""
    given = element.attributes
    if "author" in given.get("itemprop", "").lower().split() or ("rel" in given and "author" in given["rel"].lower().split()):
        return True
    return not CARD.isdisjoint(element.classes)


def credited(elements: list[Element], language: str | None = None) -> str | None:
    """Return the name or names of a page's authors by what its credits say, microdata before hAtom before `rel`."""
    for form in (_is_property, _is_card, _is_link):
        names = _together([one for one in elements if form(one)], language)
        if names:
            return ", ".join(names)
    return None


def _is_property(element: Element) -> bool:
    return "author" in element.attributes.get("itemprop", "").lower().split()


def _is_card(element: Element) -> bool:
    if "p-author" in element.classes:
        return True
    return "fn" in element.classes and element.closest(lambda around: "author" in around.classes) is not None


def _is_link(element: Element) -> bool:
    return "author" in element.attributes.get("rel", "").lower().split()


def _together(elements: list[Element], language: str | None) -> list[str]:
    """Return the names that some credits of one form say, where these are one byline."""
    found: dict[Element, dict[str, Element]] = {}
    for element in elements:
        name = _name(element, language)
        if name and _is_own(element):
            found.setdefault(thing_of(element), {}).setdefault(name, element)
    if len({name for names in found.values() for name in names}) > 1 and len(found) > 1:
        found = {thing: names for thing, names in found.items() if thing.tag != "body" and thing.select("h1")}
    if len(found) != 1 and len({tuple(names) for names in found.values()}) != 1:
        return []
    names = next(iter(found.values()))
    return list(names) if len(names) == 1 or (len(names) <= MOST and stand_together(list(names.values()))) else []


def stand_together(elements: list[Element]) -> bool:
    """Tell whether elements have one parent, or one parent's parent."""
    parents = [one.parent for one in elements]
    return len(set(parents)) == 1 or len({parent and parent.parent for parent in parents}) == 1


def _name(element: Element, language: str | None) -> str | None:
    inner = next(iter(element.select("[itemprop~=name]")), element) if _is_property(element) else element
    written = inner.attributes.get("content") or inner.text[: 10 * LONGEST]
    name = named(written.strip().rstrip(",;:|•·—–- ") if written else None, language)
    return name if name and len(name) <= LONGEST and not FIGURES.search(name) and not LEADS_ON.match(name) else None


def thing_of(element: Element) -> Element:
    """Return the thing that a credit, or a date, is of: the nearest article around it, by tag, by microdata or by hAtom; else the body."""

    def is_thing(around: Element) -> bool:
        return around.tag in {"article", "body", "html"} or _is_typed(around) or not THINGS.isdisjoint(around.classes)

    return element.closest(is_thing) or element


def _is_typed(element: Element) -> bool:
    return element.attributes.get("itemtype", "").rstrip("/").endswith(OWN_TYPES)


def _is_own(element: Element) -> bool:
    """Tell whether a credit is not one of a comment, of a card, of an item of another kind."""
    return element.closest(is_other) is None and (not _is_property(element) or is_item(element))


def is_item(element: Element) -> bool:
    """Tell whether the item of microdata around a property is the page's own thing, or there is none."""
    around = element.parent
    item = around.closest(lambda one: "itemscope" in one.attributes or "itemtype" in one.attributes) if around else None
    if item is None:
        return True
    part = item.attributes.get("itemprop", "").lower().split()
    return ("itemtype" not in item.attributes or _is_typed(item)) and (not part or not OWN_PROPERTIES.isdisjoint(part))


def is_other(around: Element) -> bool:
    """Tell whether an element is talk below the article, a card of another, or the imprint of the site."""
    if around.tag in {"html", "body", "main"} or not THINGS.isdisjoint(around.classes):
        return False
    if around.tag == "footer" and around.closest(_is_text) is None:
        return True
    given = around.attributes
    words = tokens(f"{given.get('class', '')[:300]} {given.get('id', '')[:100]}")
    return not (TALK_TOKENS | ELSEWHERE).isdisjoint(words)


def _is_text(around: Element) -> bool:
    return around.tag in {"article", "main"} or not THINGS.isdisjoint(around.classes) or _is_typed(around)
