"""Facts: what a page says of itself: title, address, author, date, language. Read leniently, never guessed, never raising.

Serves the article and every cited page, so it is one selection over the tree and no walk. The sources of each fact are ranked by how
closely they speak of the page's main thing: JSON-LD of an article, then Open Graph and the `article:` properties, then meta names of the
older schemes, then the markup. Which dates count is for `publication` to say; who wrote the page, and that the site's name is used only
where nobody does, is for `author`.

JSON-LD in the wild has trailing commas, comments, entities, control characters, CDATA; what still does not parse is left out. It is walked
with a queue and a limit, so that no nesting and no size of a hostile page costs more than its share.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from archiver.article.author import CREDITS, MARKED, credited, fuller, is_credit, is_item, is_same, is_site, named
from archiver.article.document import Document, Element
from archiver.article.publication import Publication, is_mark, permanent_day, publication
from archiver.article.times import iso_date

WANTED = f"title, meta, link[rel], time, abbr[title], script[type], {MARKED}"
AUTHOR_NAMES = """
    author article:author parsely-author sailthru.author articleauthor dc.creator dcterms.creator citation_author byl
"""
AUTHORS = tuple(AUTHOR_NAMES.split())
SITES = ("og:site_name", "application-name", "publisher", "dc.publisher", "dcterms.publisher")
PARTS = re.compile(r"\s+[-–—|:]\s+")  # of a site's name
COPYRIGHT = re.compile(r"copyright|\(c\)|©|all rights reserved|[0-9]{4}", re.IGNORECASE)
HEAD = frozenset({"meta", "link", "script"})  # what signs nothing
TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
ISLAND = 2 << 20  # characters of one JSON-LD block that are parsed
NODES = 5_000  # JSON values looked at, all blocks together
THING = (
    "@type", "@id", "url", "headline", "name", "alternativeHeadline", "description", "datePublished", "dateModified", "dateCreated",
    "uploadDate", "author", "creator", "publisher", "inLanguage", "isAccessibleForFree", "hasPart", "wordCount", "articleSection",
    "keywords", "image", "thumbnailUrl", "contentUrl", "embedUrl", "identifier", "isPartOf", "license", "duration",
)  # fmt: skip
THINGS, DEEP, LONGEST, LISTED = 12, 2, 500, 12  # of the things kept: how many, how deep, of how many characters, of how many items
CARDS = re.compile(r"(?:og|article|book|profile|video|music|twitter|fb|al):[\w:.-]{1,60}")
PROPERTIES = 60


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of itself, white space collapsed; None where it says nothing. URLs as written."""

    title: str | None = None  # the title element
    og_title: str | None = None
    headline: str | None = None  # of the JSON-LD article
    canonical: str | None = None
    og_url: str | None = None
    og_type: str | None = None
    og_site_name: str | None = None
    description: str | None = None
    author: str | None = None
    author_is_site: bool = False  # no more than the publisher, the site or its host, or who put it there
    publication: Publication = field(default_factory=Publication)
    permanent_day: str | None = None  # ISO date, in the address that the page calls its own: `/2022/07/20/`
    language: str | None = None  # BCP 47
    robots: str | None = None
    modified: str | None = None
    content_tier: str | None = None  # free, metered, locked: `article:content_tier`
    open_graph: tuple[tuple[str, str], ...] = ()  # properties of Open Graph and its relatives, in order
    json_ld: tuple[dict[str, Any], ...] = ()  # typed things, outer ones first, with the fields of THING only

    @property
    def published(self) -> str | None:
        """The day of publication by the fields, ISO, in the page's own time zone."""
        return self.publication.day


def facts(document: Document) -> Facts:
    """Return what a document says of itself."""
    metas: dict[str, str] = {}
    marks: list[Element] = []
    ids: list[dict[str, Any]] = []
    signed: list[Element] = []
    title = canonical = None
    left = NODES
    for element in document.select(WANTED):
        tag, given = element.tag, element.attributes
        if tag == "title" and title is None and not _in_svg(element):
            title = _line(element.text)
        elif tag == "link" and canonical is None and "canonical" in given.get("rel", "").lower().split():
            canonical = given.get("href", "").strip() or None
        elif tag == "script" and "ld+json" in given.get("type", "").lower():
            found, left = _things(element.text, left)
            ids += found
        elif tag not in HEAD and len(signed) < CREDITS and is_credit(element):
            signed.append(element)
        if is_mark(element):
            marks.append(element)
        elif tag == "meta" and ("itemprop" not in given or is_item(element)):
            _note(metas, given)
    thing = _main_thing(ids)
    language = _language(document, metas, thing)
    author, site = _author(thing, ids, metas, canonical, signed, language)
    permanent = next(filter(None, map(permanent_day, (canonical, metas.get("og:url")))), None)
    published = publication(thing.get("datePublished"), metas, marks, permanent, language)
    described = (metas.get(name) for name in ("og:description", "description", "twitter:description"))
    return Facts(
        title=title,
        og_title=metas.get("og:title") or metas.get("twitter:title"),
        headline=_string(thing.get("headline")),
        canonical=canonical,
        og_url=metas.get("og:url"),
        og_type=metas.get("og:type"),
        og_site_name=metas.get("og:site_name"),
        description=next(filter(None, described), None) or _string(thing.get("description")),
        author=author,
        author_is_site=site,
        publication=published,
        permanent_day=permanent,
        language=language,
        robots=metas.get("robots"),
        modified=_first_date([thing.get("dateModified"), metas.get("article:modified_time"), metas.get("og:updated_time")]),
        content_tier=(metas.get("article:content_tier") or "").lower() or None,
        open_graph=tuple((name, content[:LONGEST]) for name, content in metas.items() if CARDS.fullmatch(name))[:PROPERTIES],
        json_ld=tuple(_kept(one) for one in ids[:THINGS] if _names(one)),
    )


def _kept(thing: dict[str, Any]) -> dict[str, Any]:
    """Return a thing with the fields that matter, each cut to a measure: what hostile pages describe has no end."""
    return {key: _cut(thing[key], DEEP) for key in THING if key in thing}


def _cut(value: Any, deep: int) -> Any:
    if isinstance(value, str):
        return value[:LONGEST]
    if isinstance(value, list):
        return [_cut(one, deep) for one in value[:LISTED]]
    if isinstance(value, dict):
        return {key[:80]: _cut(one, deep - 1) for key, one in list(value.items())[:LISTED]} if deep else {}
    return value if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)) else None


def _note(metas: dict[str, str], given: dict[str, str]) -> None:
    """Keep the first value of each meta name."""
    content = _line(given.get("content") or given.get("value", ""))
    for key in ("property", "name", "itemprop", "http-equiv"):
        if content and given.get(key):
            metas.setdefault(given[key].strip().lower(), content)


def _in_svg(element: Element) -> bool:
    return element.closest(lambda around: around.tag == "svg") is not None


def _line(text: str) -> str | None:
    return " ".join(text.split()) or None


def _string(value: object) -> str | None:
    """Return a JSON value as one line of text where it is text; entities that were escaped twice are undone."""
    return _line(html.unescape(value)) if isinstance(value, str) else None


def _things(written: str, left: int) -> tuple[list[dict[str, Any]], int]:
    """Return the objects with a type in a JSON-LD block, outer ones first, and how many more values may be looked at."""
    things: list[dict[str, Any]] = []
    queue: deque[Any] = deque(_parsed(written))
    while queue and left > 0:
        left -= 1
        value = queue.popleft()
        if isinstance(value, list):
            queue.extend(value[:NODES])
        elif isinstance(value, dict):
            if "@type" in value:
                things.append(value)
            queue.extend(value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement") if key in value)
    return things, left


def _parsed(written: str) -> Iterator[Any]:
    """Yield the JSON value of a block if it can be read, as it is or mended."""
    if len(written) > ISLAND:
        return
    for text in (written, _mended(written)):
        try:
            yield json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        return


def _mended(written: str) -> str:
    """Return JSON-LD without what commonly breaks it: comment and CDATA wrappers, comments of JavaScript, trailing commas, entities."""
    text = re.sub(r"<!--|-->|/\*\s*<!\[CDATA\[\s*\*/|/\*\s*\]\]>\s*\*/|<!\[CDATA\[|\]\]>|^[ \t]*//[^\n]*$", "", written, flags=re.MULTILINE)
    if '"' not in text:
        text = html.unescape(text)
    return re.sub(r",(\s*[}\]])", r"\1", text).strip().rstrip(";")


def _names(thing: dict[str, Any]) -> list[str]:
    """Return the names of an object's types."""
    kinds = thing["@type"] if isinstance(thing["@type"], list) else [thing["@type"]]
    return [kind for kind in kinds if isinstance(kind, str)]


def _main_thing(things: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the object that describes the page's main thing: an article before a page before nothing."""

    def rank(thing: dict[str, Any]) -> int:
        names = _names(thing)
        if any(name.endswith(("Article", "Posting", "BlogPost", "Report", "Review")) for name in names):
            return 0
        return 1 if any(name.endswith(("WebPage", "VideoObject", "Recipe", "HowTo")) for name in names) else 2

    best = min(things, key=rank, default={})
    return best if best and rank(best) < 2 else {}


def _author(
    thing: dict[str, Any],
    things: list[dict[str, Any]],
    metas: dict[str, str],
    canonical: str | None,
    signed: list[Element],
    language: str | None,
) -> tuple[str | None, bool]:
    """Return the author, and whether that is no more than the site: used where nobody else is named."""
    known = {one["@id"]: one for one in things if isinstance(one.get("@id"), str)}
    sites = [named(one) for one in (*map(metas.get, SITES), *_publishers(thing, things, known))]
    sites += PARTS.split(metas.get("og:site_name", ""))
    sites += [COPYRIGHT.sub(" ", metas["copyright"])] if "copyright" in metas else []
    hosts = [urlsplit(url).hostname or "" for url in map(_address, (canonical, metas.get("og:url"), thing.get("url"))) if url]
    sites += [part for host in hosts for part in (host, host.removeprefix("www.").split(".")[0])]
    told, bare = _people(thing.get("author"), known, language), named(metas.get(AUTHORS[0]), language)
    names = [name for name in (told, bare, *(named(metas.get(name), language) for name in AUTHORS[1:])) if name]
    marked = credited(signed, language)
    person = next((name for name in names if not is_site(name, sites)), None)
    if person is None or (person == bare != told and marked and not is_site(marked, sites) and not is_same(marked, person)):
        person = marked or person
    if person and not is_site(person, sites):
        return next(filter(None, (fuller(name, person) for name in (*names, marked) if name)), person), False
    poster = _labelled(metas, language)
    site = poster if poster and not is_site(poster, sites) else next(iter(names), person or poster)
    return site, site is not None


def _labelled(metas: dict[str, str], language: str | None) -> str | None:
    """Return the name that a card of Twitter has beside the label "Written by": the account that a plugin for weblogs knows of."""
    label = metas.get("twitter:label1")
    return named(metas.get("twitter:data1"), language) if label and named(f"{label} x", language) == "x" else None


def _publishers(thing: dict[str, Any], things: list[dict[str, Any]], known: dict[str, dict[str, Any]]) -> Iterator[str | None]:
    """Yield the names of the publisher and of the web site, as JSON-LD has them."""
    for one in (thing.get("publisher"), *(one for one in things if "WebSite" in _names(one))):
        yield _string(_called(one, known))


def _called(value: object, known: dict[str, dict[str, Any]]) -> object:
    """Return the name of a thing that stands there as its name, as an object, or as the `@id` of one that stands elsewhere."""
    if not isinstance(value, dict):
        return value
    told = value if "name" in value else known.get(value["@id"], value) if isinstance(value.get("@id"), str) else value
    return told.get("name")


def _address(value: object) -> str | None:
    """Return an absolute address whose host can be read."""
    try:
        return value if isinstance(value, str) and urlsplit(value).hostname else None
    except ValueError:
        return None


def _people(value: object, known: dict[str, dict[str, Any]], language: str | None) -> str | None:
    """Return the name or names of a JSON-LD author: text, object or list of these."""
    people = value if isinstance(value, list) else [value]
    names = [named(_called(person, known), language) for person in people[:8]]
    return ", ".join(dict.fromkeys(filter(None, names))) or None


def _first_date(written: list[Any]) -> str | None:
    return next(filter(None, map(iso_date, written)), None)


def _language(document: Document, metas: dict[str, str], thing: dict[str, Any]) -> str | None:
    """Return the language that the page declares, as BCP 47."""
    root = document.root.attributes
    for said in (
        root.get("lang"),
        root.get("xml:lang"),
        metas.get("content-language"),
        _string(thing.get("inLanguage")),
        metas.get("og:locale"),
    ):
        matched = TAG.fullmatch((said or "").strip().replace("_", "-"))
        if matched:
            language, *rest = matched[0].split("-")
            return "-".join([language.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])
    return None
