"""Front matter: what a text says of itself in a block at its top, for its site generator: title, author, date, language.

Three kinds: YAML between lines `---`, TOML between lines `+++`, a JSON object. TOML and JSON are parsed. Of YAML the lines `key: value` of
the outermost level are read, with values over several lines, and nothing else: a whole YAML reader is a dependency that the other nine
tenths of the language come with (anchors that multiply, types that surprise), for four strings. A block that lacks its first `---`, as
files cut out of others do, is told by its last one and by all lines before it being such lines.

Without a date, the day is that in a post's name or path: generators take it from there. Where the page is, only keys say that can mean
nothing else (`canonical`); `url` may be another page in a list of links, `source` whatever a text was taken from.

Its text stands in the article's text, as all of the source does; addresses in it say where the page and its pictures are, and cite nothing.
"""

from __future__ import annotations

import html
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archiver.article.times import iso_date

FENCE = re.compile(r"(?P<mark>---|\+\+\+)[ \t]*\n")
KEY = re.compile(r"(?P<key>[A-Za-z_][\w. -]{0,40}?)[ \t]*:(?:[ \t]+(?P<value>\S.*)?|$)")
LONGEST = 100_000  # characters
TITLES, DATES = (
    ("title", "headline"),
    ("date", "published", "publishdate", "publisheddate", "pubdate", "datepublished", "createdat", "created"),
)
# Where the page is: what can be nothing else, and what is another page in a list of links.
CANONICAL, ADDRESSES = ("canonicalurl", "canonical"), ("url", "originalurl", "sourceurl", "source")
FETCHED = frozenset(
    {"fetchdate", "fetched", "fetchedat", "datefetched", "crawled", "crawledat", "scraped", "scrapedat", "clipped", "datesaved", "savedat"}
)
SERVED = frozenset({"editurl"})  # a blog service names its page in `url`
WEB = re.compile(r"https?://[^\s/]+(?:/\S*)?", re.IGNORECASE)
DAY = r"(?P<year>(?:19|20)[0-9]{2})[-/](?P<month>[01][0-9])[-/](?P<day>[0-3][0-9])(?=[-/_]|$)"
NAME_DATED, PATH_DATED = re.compile(DAY), re.compile(rf"(?!https?:)(?:[^\s]*?/)?{DAY}")
NAMES, PATHS = ("slug", "name", "filename"), ("permalink", "url", "path")
AUTHORS, LANGUAGES = ("author", "authors", "byline"), ("lang", "language", "locale")
TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
COMMENT = re.compile(r"\s+#.*$")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What front matter says; None where it says nothing. `end` is the offset behind it, 0 where there is none."""

    end: int = 0
    title: str | None = None
    author: str | None = None
    published: str | None = None  # ISO date
    language: str | None = None  # BCP 47
    url: str | None = None  # where the page is
    named: str | None = None  # an address that is the page's, if the text is a page at all
    fetched: bool = False  # it says when the page was fetched


def front_matter(text: str) -> FrontMatter:
    """Return the front matter of a text."""
    opened = FENCE.match(text)
    if opened:
        close = re.compile(rf"^{re.escape(opened['mark'])}[ \t]*$", re.MULTILINE).search(text, opened.end(), opened.end() + LONGEST)
        if close is None:
            return FrontMatter()
        inner = text[opened.end() : close.start()]
        values = _toml(inner) if opened["mark"] == "+++" else dict(_yaml(inner))
        return said(values, close.end()) if values or not inner.strip() else FrontMatter()
    if text.startswith("{\n"):
        return _json(text)
    headless = re.compile(r"^---[ \t]*$", re.MULTILINE).search(text, 0, LONGEST)
    lines = text[: headless.start()].splitlines() if headless else []
    if headless and lines and all(KEY.match(line) or line[:1] in " \t-#" for line in lines) and KEY.match(lines[0]):
        return said(dict(_yaml(text[: headless.start()])), headless.end())
    return FrontMatter()


def said(values: Mapping[str, Any], end: int = 0) -> FrontMatter:
    """Return what keys and values, of front matter or of a field list, say of a text. Keys in any case."""
    plain = {re.sub(r"[^a-z]", "", str(key).lower()): value for key, value in values.items()}

    def first(names: tuple[str, ...]) -> str | None:
        return next((found for name in names if (found := _string(plain.get(name)))), None)

    def address(names: tuple[str, ...]) -> str | None:
        said = (_string(plain.get(name)) for name in names)
        return next((one for one in said if one and WEB.fullmatch(one)), None)

    language = first(LANGUAGES)
    return FrontMatter(
        end=end,
        title=first(TITLES),
        author=first(AUTHORS),
        published=next((found for name in DATES if (found := iso_date(_string(plain.get(name))))), None) or _dated(plain),
        language=language.replace("_", "-") if language and TAG.fullmatch(language) else None,
        url=address((*CANONICAL, *(("url",) if not SERVED.isdisjoint(plain) else ()))),
        named=address((*CANONICAL, *ADDRESSES)),
        fetched=not FETCHED.isdisjoint(plain),
    )


def _dated(plain: Mapping[str, Any]) -> str | None:
    """Return the day that a generator takes from the name of a post's file, and puts in the post's path."""
    named = (day_of(said) for name in NAMES if (said := _string(plain.get(name))))
    placed = (_day(PATH_DATED.match(said)) for name in PATHS if (said := _string(plain.get(name))))
    return next(filter(None, (*named, *placed)), None)


def day_of(name: str) -> str | None:
    """Return the day that the name of a post's file begins with, as generators demand it: `2020-10-28-the-words.md`."""
    return _day(NAME_DATED.match(name))


def _day(found: re.Match[str] | None) -> str | None:
    return iso_date("-".join(found.group("year", "month", "day"))) if found else None


def _string(value: object) -> str | None:
    """Return a value as one line: a text, a date, a person by name, a list of these."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        return ", ".join(filter(None, map(_string, value[:8]))) or None
    return " ".join(html.unescape(str(value)).split()) or None if value is not None else None


def _toml(written: str) -> dict[str, Any]:
    try:
        return tomllib.loads(written)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _json(text: str) -> FrontMatter:
    try:
        values, end = json.JSONDecoder(strict=False).raw_decode(text[:LONGEST])
    except (ValueError, RecursionError):
        return FrontMatter()
    return said(values, end) if isinstance(values, dict) else FrontMatter()


def _yaml(written: str) -> Iterator[tuple[str, Any]]:
    """Yield the keys of the outermost level with their values: text, or a list of texts."""
    key, lines = "", []
    for line in [*written.splitlines(), "end:"]:
        matched = KEY.match(line)
        if not matched:
            lines.append(line)
            continue
        if key:
            yield key, _value(lines)
        key, lines = matched["key"], [matched["value"] or ""]


def _value(lines: list[str]) -> Any:
    """Return what the lines of a value say: a scalar, folded as YAML folds, or the items of a list."""
    first, rest = lines[0].strip(), [line.strip() for line in lines[1:]]
    if first in {"|", ">", "|-", ">-", "|+", ">+"}:
        first = ""
    items = [line[1:].strip() for line in rest if line.startswith("-")]
    if not first and items:
        return [_scalar(re.sub(r"^name:\s*", "", item)) for item in items]
    whole = " ".join(filter(None, (first, *rest)))
    if whole.startswith("[") and whole.endswith("]"):
        return [_scalar(item) for item in whole[1:-1].split(",")]
    named = re.search(r"(?:^|\s)name:\s*(\S.*?)(?=\s+\w+:\s|$)", whole) if not first else None
    return _scalar(named[1] if named else whole)


def _scalar(written: str) -> str | None:
    """Return a scalar without its quotation marks or its comment."""
    written = written.strip()
    quoted = re.match(r"'((?:[^']|'')*)'|\"((?:[^\"\\]|\\.)*)\"", written)
    if quoted and quoted[1] is not None:
        return quoted[1].replace("''", "'")
    if quoted:
        return re.sub(r"\\(.)", r"\1", quoted[2])
    plain = COMMENT.sub("", written)
    return None if plain in {"", "~", "null"} or plain.startswith("#") else plain
