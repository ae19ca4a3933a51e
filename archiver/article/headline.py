"""Headline: what a page shows as its title.

A headline is what the reader sees, in the words and quotation marks of the page: the `h1` whose words the page's title repeats, one that is
a whole title, or of the body, before others, then the first; or that Open Graph's title or that of JSON-LD repeats; else the heading that
its class or microdata calls the title of the entry, as blogs write it below an `h1` that has the blog's name; else the one `h1` of a page,
where it says in other words what its title says, which is worded for search engines. Where an `h1` found so stands outside the body, an
`h2` that makes up much of the page's title comes before it; and where it is no more than the page's title, in a path of links or in small
print, an `h2` between it and the text that is what Open Graph or JSON-LD calls the title. An `h1` that is the last part of the page's title
is the site's name where an `h2` is the first part. The one `h1` of the body serves a page whose title says nothing (`Home`), and, where it
is more than one word, no link, and stands above the text, any page whose titles say something else. What only machines are told comes after
these, without the site's name where something says that it is that; before these only where the heading is the same words behind a kicker.

An `h1` that is the site's name, or a link to its front page and nothing else, is no headline. Words are compared without regard for case,
dashes, quotation marks and white space. What is not shown of a heading (an editor's link) is not of its words.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from archiver.article.chrome import is_hidden
from archiver.article.dateline import first_paragraph
from archiver.article.document import Document, Element
from archiver.article.facts import Facts
from archiver.article.signs import UNSEEN

ENTRY = ".entry-title, .post-title, [itemprop~=headline], .p-name"
HIDDEN = "[style], [hidden], .visually-hidden, .sr-only, .screen-reader-text"
HEADINGS = frozenset({"h1", "h2", "h3"})
UNSHOWN = frozenset({"hidden", "aural", "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "hide-accessible"})
NOTHING_WORDS = """
    home homepage start startseite index welcome willkommen untitled accueil inicio início главная ホーム 首页 首頁 الرئيسية detail
"""
NOTHING = frozenset(NOTHING_WORDS.split())  # titles that say nothing
SITE = re.compile(r"\s*[|_·•]\s*|\s+[-–—:»«]+\s+")  # what stands between a headline and the site's name
ALIKE = 0.4  # of the pieces of three letters, of an h1 and of a title in other words
MOST = 50  # headings looked at
FEW = 3  # letters: fewer are in any title
LEAST = 6  # letters of what is a headline without the site's name


def shown_headline(document: Document, said: Facts) -> Element | None:
    """Return the heading that the page shows as its title; None where none is it for certain."""
    headings = {one: level(words_of(document, one)) for one in document.elements("h1")[:MOST] if not UNSHOWN & set(one.classes)}
    headings = {one: words for one, words in headings.items() if _is_some(words) and not _is_site(one, words, said)}
    titles = list(map(level, filter(None, (said.title, said.og_title, said.headline))))
    repeated = _repeated(document, headings, titles)
    marked = None if repeated else _entry(document, said)
    found = repeated or marked or _alike(document, headings, said)
    if marked is None and (found is None or not (document.in_body(found) or headings[found] in titles)):
        lower = _lower(document, said, titles[:1])
        if lower is not None and (repeated is None or len(level(words_of(document, lower))) > 2 * len(headings[repeated])):
            return lower
    if repeated:
        return _first_part(document, headings[repeated], said) or _below(document, repeated, said) or repeated
    return found or _only(document, headings, said)


def title_of(document: Document, heading: Element, said: Facts) -> str:
    """Return what a heading says: its words, or the told title that they are behind a kicker, where no title has the kicker."""
    words = words_of(document, heading)
    shown = level(words)
    told = [title for title in (said.og_title, said.headline, said.title) if title]
    if any(shown in level(title) for title in told):
        return words
    return next((title for title in told if _is_behind_kicker(shown, level(title))), words)


def _is_behind_kicker(words: str, title: str) -> bool:
    return words != title and words.endswith(title) and 2 * len(title) >= len(words)


def _first_part(document: Document, words: str, said: Facts) -> Element | None:
    """Return the `h2` that is the first part of the page's title, of which an `h1` with these words is the last: the site's name."""
    parts = list(map(level, SITE.split(said.title or "")))
    if len(parts) < 2 or parts[-1] != words or len(parts[0]) < LEAST:
        return None
    return next((one for one in document.elements("h2")[:MOST] if level(words_of(document, one)) == parts[0]), None)


def _below(document: Document, heading: Element, said: Facts) -> Element | None:
    """Return the `h2` between an `h1` outside the body and the text that is what Open Graph or JSON-LD calls the title."""
    words = level(words_of(document, heading))
    told = {level(title) for title in (said.og_title, said.headline) if title} - {words}
    if not told or document.in_body(heading) or not level(said.title or "").startswith(words):
        return None
    start, stop = document.span(heading)[1], first_paragraph(document, document.span(heading)[1])
    between = {
        one: level(words_of(document, one)) for one in document.elements("h2")[:MOST] if start <= document.span(one)[0] < (stop or 0)
    }
    return next((one for one, shown in between.items() if any(shown == title or _is_behind_kicker(shown, title) for title in told)), None)


def _lower(document: Document, said: Facts, titles: list[str]) -> Element | None:
    """Return the `h2` that much of the page's title repeats, as blogs write it below an `h1` that has the blog's name."""
    headings = {one: level(words_of(document, one)) for one in document.elements("h2")[:MOST]}
    main = {one: words for one, words in headings.items() if len(words) >= LEAST and not _is_site(one, words, said)}
    return _repeated(document, {one: words for one, words in main.items() if len(words) >= ALIKE * len("".join(titles))}, titles)


def _repeated(document: Document, headings: dict[Element, str], titles: list[str]) -> Element | None:
    """Return the heading that the first title possible repeats: the whole of one, one of the body, what the title begins with."""
    for title in titles:
        repeated = [one for one, words in headings.items() if words in title]
        first = next(iter(headings)) if len(headings) > 1 else None
        little = bool(repeated) and max(len(headings[one]) for one in repeated) < ALIKE * len(title)
        if first and little and document.in_body(first) and _likeness(headings[first], title) >= ALIKE:
            return first  # in other words; what the title repeats is a section's name
        if repeated:
            return min(repeated, key=lambda one: (headings[one] not in titles, not document.in_body(one), title.index(headings[one])))
    return None


def _only(document: Document, headings: dict[Element, str], said: Facts) -> Element | None:
    """Return the one `h1` in the body of a page whose title says nothing of it, or that has several words above the text."""
    inside = [one for one in headings if document.in_body(one)]
    if len(inside) != 1:
        return None
    title = level(said.title or "")
    empty = not title or title == level(said.og_site_name or "") or title in NOTHING
    if empty and not said.headline and said.og_title in {None, said.title}:
        return inside[0]
    several = len(re.findall(r"\w+", words_of(document, inside[0]))) > 1 and len(headings[inside[0]]) >= LEAST and not inside[0].links
    paragraph = first_paragraph(document, 0) if several else None
    return inside[0] if paragraph is not None and paragraph >= document.span(inside[0])[1] else None


def told_headline(document: Document, said: Facts) -> str | None:
    """Return the title of a page that shows none for certain: what machines are told, or any `h1`."""
    told = _told(said) or _without_site(document, said) or said.title
    return told or next(filter(None, (words_of(document, one) for one in document.elements("h1"))), None)


def words_of(document: Document, heading: Element) -> str:
    """Return the words of a heading that are shown, as one line, without soft hyphens and other invisible signs."""
    start, end = document.span(heading)
    words = document.text[start:end]
    for one in heading.select(HIDDEN):
        if "style" not in one.attributes or is_hidden(one.attributes):
            first, last = document.span(one)
            hidden = document.text[first:last]
            words = words.replace(hidden, " ", 1) if any(map(str.isalnum, hidden)) else words  # a colon behind a kicker is read out
    return " ".join("".join(letter for letter in words if letter not in UNSEEN).split())


def level(words: str) -> str:
    """Return words as they are compared: no case, no signs, no white space."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", words).casefold()))


def _is_some(words: str) -> bool:
    """Tell whether words, as they are compared, are enough to be looked for in others."""
    return len(words) >= FEW or (bool(words) and not words.isascii())


def _is_site(heading: Element, words: str, said: Facts) -> bool:
    """Tell whether a heading is the name of the site: as Open Graph has it, or as a link to the front page."""
    if words == level(said.og_site_name or "") and words != level(said.og_title or ""):
        return True
    links = heading.links
    return len(links) == 1 and level(links[0].text) == words and _is_front(links[0].attributes["href"])


def _is_front(href: str) -> bool:
    try:
        split = urlsplit(href.strip())
    except ValueError:
        return False
    return split.path in {"", "/"} and not split.query and not split.fragment


def _entry(document: Document, said: Facts) -> Element | None:
    """Return the one heading that is marked as the title of the entry, or of several the one that the page's title repeats."""
    marked = [one for one in document.select(ENTRY)[:MOST] if one.tag in HEADINGS and words_of(document, one)]
    title = level(said.title or "")
    repeated = [one for one in marked if level(words_of(document, one)) in title]
    found = repeated or marked
    return (
        found[0]
        if len({level(words_of(document, one)) for one in found}) == 1 and (repeated or not title or _says(document, found[0], said))
        else None
    )


def _says(document: Document, heading: Element, said: Facts) -> bool:
    """Tell whether a heading says nearly what a title says, and is not that behind a kicker."""
    words = level(words_of(document, heading))
    told = [level(title) for title in (said.og_title, said.headline) if title]
    near = [title for title in told if 2 * len(words) >= len(title)]
    near += [title for title in (level(said.title or ""),) if len(words) >= ALIKE * len(title)]
    return any(_likeness(words, title) >= ALIKE for title in near)


def _alike(document: Document, headings: dict[Element, str], said: Facts) -> Element | None:
    """Return the one `h1` of a page, where it says nearly what a title of it says."""
    heading = next(iter(headings)) if len(set(headings.values())) == 1 else None
    return heading if heading is not None and _says(document, heading, said) else None


def _likeness(one: str, other: str) -> float:
    """Return how much of the shorter of two texts is in the other, by pieces of three letters."""
    less, more = sorted(({text[at : at + 3] for at in range(len(text) - 2)} for text in (one, other)), key=len)
    return len(less & more) / len(less) if less else 0.0


def _told(said: Facts) -> str | None:
    """Return the title that machines are told; that of JSON-LD where Open Graph's has the site's name behind the same words."""
    if said.og_title and said.headline and level(said.og_title).startswith(level(said.headline)) and SITE.search(said.og_title):
        return said.headline
    return said.og_title or said.headline


def _without_site(document: Document, said: Facts) -> str | None:
    """Return the page's title without the rest of it, where that is the site's name, or what is left is a line of the page."""
    title, lines = said.title or "", set[str]()
    for cut in list(SITE.finditer(title))[:MOST]:
        words, rest = title[: cut.start()], title[cut.end() :]
        left = rest if "»" in cut[0] else words  # which leads from the site to its page
        if len(level(left)) < LEAST:
            continue
        lines = lines or _lines(document)
        if left in lines or (left == words and level(rest) == level(said.og_site_name or "")):
            return left
    return None


def _lines(document: Document) -> set[str]:
    return {" ".join(document.text[block.start : block.end].split()) for block in document.blocks}
