"""Read Org (Emacs' outlines, blogs of Hugo and Nikola) as an article: what it cites is found in the source, the text is its words.

silent   code and example blocks, lines of fixed width, `=verbatim=` and `~code~`; comments, keywords and drawers are no words at all
links    `[[https://…][words]]`, `[[https://…]]`, abbreviations that `#+LINK:` defines, and types that name a network (`[[youtube:ID]]`)
HTML     `#+begin_export html`, `#+HTML:` and `@@html:…@@`
text     addresses that stand alone or in angle brackets are found by the pass over running text
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from archiver.article.article import Article
from archiver.article.front_matter import FrontMatter
from archiver.article.inline_html import rendered
from archiver.article.link import Link
from archiver.article.shortcode import as_link, cited, generated
from archiver.article.source import Span, blanked, enclosed, outline
from archiver.article.times import iso_date
from archiver.article.written import Found, Source

REGION = re.compile(
    r"^[ \t]*(?:#\+begin_(?P<name>src|example|comment|export)\b[ \t]*(?P<kind>[\w-]{0,20})[^\n]*"
    r"|(?P<drawer>:(?:PROPERTIES|LOGBOOK):)[ \t]*)$",
    re.IGNORECASE | re.MULTILINE,
)
FIXED = re.compile(r"^[ \t]*:(?: [^\n]*)?$", re.MULTILINE)
KEYWORD = re.compile(r"^[ \t]*#(?:\+(?P<name>[\w-]{1,40}):[ \t]*(?P<value>[^\n]*)|(?:[ \t][^\n]*)?)$\n?", re.MULTILINE)
SNIPPET = re.compile(r"@@html:(?P<html>[^\n]{0,4000}?)@@", re.IGNORECASE)
LINK = re.compile(r"\[\[(?P<target>(?:[^\[\]\n\\]|\\.){1,2000}+)\](?:\[(?P<words>(?:[^\[\]\n]|\](?!\])|\[(?!\[)){1,1000}+)\])?\]")
VERBATIM = re.compile(r"(?<![^\s('\"{\[-])(?P<mark>[=~])(?=\S)(?P<words>[^\n]{0,200}?\S)(?P=mark)(?=[\s.,;:!?'\")}\]-]|$)", re.MULTILINE)
HEADING = re.compile(r"(?P<stars>\*{1,9})[ \t]+(?:(?:TODO|DONE)[ \t]+)?(?P<words>\S[^\n]*?)(?:[ \t]+:[\w@#%:]+:)?[ \t]*$")
OPENS = re.compile(r"[ \t]*(?:[-+]|[0-9]{1,3}[.)])[ \t]+(?:\[[ X-]\][ \t]+)?|[ \t]*\|")
WEB = re.compile(r"(?:https?:)?//[^\s/]", re.IGNORECASE)
TYPED = re.compile(r"(?P<type>[A-Za-z][\w-]{0,30}):(?P<rest>\S.{0,1000})")


def read_org(
    data: bytes,
    *,
    source: str,
    url: str | None = None,
    base_url: str | None = None,
    charset: str | None = None,
) -> Article:
    """Return Org as an article. UsageError for bytes that are no text."""
    file = Source.of(data, source=source, url=url, base_url=base_url, charset=charset)
    text = file.text
    silent, dropped, raw = _regions(text)
    outside = blanked(text, [*silent, *dropped, *raw])
    keywords = list(KEYWORD.finditer(outside))
    said = {word["name"].lower(): word["value"].strip() for word in reversed(keywords) if word["name"]}
    raw += [word.span("value") for word in keywords if (word["name"] or "").lower() == "html"]
    dropped += [part for word in keywords for part in _unsaid(word)]
    for found in SNIPPET.finditer(outside):
        raw.append(found.span("html"))
        dropped += [(found.start(), found.start("html")), (found.end("html"), found.end())]
    verbatim = list(VERBATIM.finditer(outside))
    silent += [found.span("words") for found in verbatim]
    seen = blanked(text, [*silent, *dropped, *raw])
    cuts: list[Span] = [(found.start("words") - 1, found.start("words")) for found in verbatim]
    cuts += [(found.end("words"), found.end()) for found in verbatim]
    abbreviations = _abbreviations(keywords)
    linked = list(LINK.finditer(seen))
    links = [link for found in linked if (link := _link(found, abbreviations))]
    cuts += [part for found in linked for part in _brackets(found)]
    rendering, html_tags, markup = rendered(text, raw, [*dropped, *cuts])
    return file.article(
        Found(
            rendering,
            outline(seen, HEADING, OPENS, lambda one: min(len(one["stars"]), 6), "|"),
            sorted([*links, *generated(seen)], key=lambda link: link.start),
            [*silent, *html_tags],
            seen,
            FrontMatter(0, said.get("title"), said.get("author"), iso_date(said.get("date", "").strip("<>[]")), said.get("language")),
            None,
            markup,
        ),
        "text/org",
    )


def _regions(text: str) -> tuple[list[Span], list[Span], list[Span]]:
    """Return what is code, what is no words, and what is HTML."""
    silent: list[Span] = []
    dropped, raw = list[Span](), list[Span]()
    for opened, end in enclosed(text, REGION, _closer):
        inner = opened.end(), text.rindex("\n", opened.end(), end)
        name, kind = (opened["name"] or "").lower(), (opened["kind"] or "").lower()
        if name == "export" and kind == "html":
            raw.append(inner)
            dropped += [(opened.start(), inner[0]), (inner[1], end)]
        else:
            (silent if name in {"src", "example"} else dropped).append((opened.start(), end))
    outside = blanked(text, [*silent, *dropped, *raw])
    return [*silent, *(found.span() for found in FIXED.finditer(outside))], dropped, raw


def _closer(opened: re.Match[str]) -> str:
    return r"(?m)^[ \t]*:END:[ \t]*$" if opened["drawer"] else rf"(?m)^[ \t]*#\+end_{opened['name']}[ \t]*$"


def _unsaid(word: re.Match[str]) -> list[Span]:
    """Return what of a keyword's line is no words: captions and HTML are."""
    kept = (word["name"] or "").lower() in {"html", "caption"}
    return [(word.start(), word.start("value"))] if kept else [word.span()]


def _abbreviations(keywords: list[re.Match[str]]) -> Mapping[str, str]:
    defined = (word["value"].split() for word in keywords if (word["name"] or "").lower() == "link")
    return {words[0].lower(): words[1] for words in defined if len(words) > 1}


def _link(found: re.Match[str], abbreviations: Mapping[str, str]) -> Link | None:
    """Return what a link leads to, outside of the author's own files."""
    target = re.sub(r"\\(.)", r"\1", found["target"]).strip()
    span = found.span("words" if found["words"] else "target")
    if WEB.match(target):
        return Link(target, *span, "org-link")
    typed = TYPED.fullmatch(target)
    base = abbreviations.get(typed["type"].lower()) if typed else None
    if typed and base and WEB.match(base):
        return Link(base.replace("%s", typed["rest"]) if "%s" in base else base + typed["rest"], *span, "org-link", written=target)
    thing = cited(typed["type"], [typed["rest"]], {}) if typed else None
    return as_link(thing, *span, "org-link") if thing and thing.kind == "embed" else None


def _brackets(found: re.Match[str]) -> list[Span]:
    """Return what of a link is no words."""
    start, end = found.span("words" if found["words"] else "target")
    return [(found.start(), start), (end, found.end())]
