"""Read reStructuredText as an article: the source is the text, and what it cites is found where it stands.

Docutils, the one parser of the language, gives a tree with the lines of blocks and no places of inlines, and knows the directives of
Sphinx, Nikola and Tinkerer only with these installed; so the source is read here, by the markup specification. Blocks, and what is silent
in them, are `restructured_block.py`'s; here are the links:

  `` `words <URL>`_ ``, `` `name`_ ``, `name_`, `words__`, with their targets `.. _name: URL` and `__ URL`, which may stand anywhere and may
  name other targets. An embedded URL defines its words as a name, too. The place is where the link is used.
  What addresses are left, the pass over running text finds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from archiver.article.article import Article
from archiver.article.block import Block
from archiver.article.front_matter import said
from archiver.article.inline_html import InlineHtml, tags
from archiver.article.language import language_of
from archiver.article.link import Link
from archiver.article.restructured_block import Structure, name_of
from archiver.article.source import Span, blanked, decoded, union

INLINE = re.compile(
    r"``(?=\S)(?P<literal>[^`]*+(?:`(?!`)[^`]*+){0,50})``"
    r"|(?<!\w)(?P<role>:[A-Za-z][\w.+-]{0,60}(?::[\w.+-]{1,60}){0,3}:)`[^`]*+`"
    r"|(?P<target>_)?`(?P<phrase>(?:[^`\\]|\\.){1,3000}+)`(?P<mark>__?)?"
    r"|(?<![\w`:/.@-])(?P<word>[^\W_](?:[\w.+:-]{0,200}?[^\W_])?)(?P<tail>__?)(?![\w`])",
    re.DOTALL,
)
EMBEDDED = re.compile(r"(?P<words>.*?)(?:(?<=\s)|^)<(?P<url>[^<>]+)>\s*$", re.DOTALL)
HOPS = 8  # targets that name targets


def read_restructured(
    data: bytes,
    *,
    source: str,
    url: str | None = None,
    base_url: str | None = None,
    charset: str | None = None,
) -> Article:
    """Return reStructuredText as an article. UsageError for bytes that are no text."""
    encoding, text = decoded(data, source, charset)
    found = Structure(text)
    declared = said(found.fields)
    prose = blanked(text, [*found.silent, *found.html])
    references = _References(prose, found)
    only_html = blanked(text, _around(found.html, len(text)))
    html_tags = tags(only_html) if found.html else []
    return Article(
        source=source,
        url=url,
        media_type="text/x-rst",
        data=data,
        encoding=encoding,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        blocks=tuple(found.blocks),
        title=declared.title or next((_line(text, block) for block in found.blocks if block.kind == "heading"), None),
        byline=declared.author,
        published=declared.published,
        language=declared.language or language_of(prose),
        base_url=base_url or url,
        links=tuple(sorted([*found.links, *references.links], key=lambda link: link.start)),
        silent=tuple(union([*found.silent, *references.literals, *((tag.start, tag.end) for tag in html_tags)])),
        markup=InlineHtml(only_html, html_tags) if html_tags else None,
    )


def _line(text: str, block: Block) -> str:
    return " ".join(text[block.start : block.end].split())


def _around(spans: list[Span], length: int) -> Iterator[Span]:
    """Yield what lies between spans."""
    position = 0
    for start, end in union(spans):
        yield position, start
        position = end
    yield position, length


class _References:
    """The inline links of a text, and the spans of its inline literals."""

    def __init__(self, prose: str, found: Structure) -> None:
        self.urls = dict(found.targets)
        self.anonymous = iter(found.anonymous)
        self.literals: list[Span] = []
        self.links: list[Link] = []
        matches = [matched for block in found.blocks if block.kind != "code" for matched in INLINE.finditer(prose, block.start, block.end)]
        for matched in matches:
            self.define(matched)
        for matched in matches:
            self.use(matched)

    def define(self, matched: re.Match[str]) -> None:
        embedded = EMBEDDED.match(matched["phrase"]) if matched["phrase"] and matched["mark"] == "_" else None
        if embedded:
            self.urls.setdefault(name_of(embedded["words"]), _uri(embedded["url"]))

    def use(self, matched: re.Match[str]) -> None:
        if matched["literal"] is not None:
            self.literals.append(matched.span())
            return
        mark = matched["mark"] or matched["tail"]
        if not mark or matched["role"] or matched["target"]:
            return
        words = matched["phrase"] or matched["word"]
        embedded = EMBEDDED.match(words) if matched["phrase"] else None
        if embedded:
            url = self.final(_uri(embedded["url"]))
        else:
            url = self.final(next(self.anonymous, None)) if mark == "__" else self.final(self.urls.get(name_of(words)))
        if url:
            self.links.append(Link(url, *matched.span(), "rst-link" if embedded else "rst-reference"))

    def final(self, url: str | None) -> str | None:
        """Return the URL that a target leads to, through targets that name others."""
        for _ in range(HOPS):
            if url is None or not url.endswith("_") or url.endswith("\\_"):
                return url.replace("\\_", "_") if url else None
            url = self.urls.get(name_of(url[:-1].strip("`")))
        return None


def _uri(written: str) -> str:
    """Return an embedded URI: white space in it is removed."""
    return "".join(written.split())
