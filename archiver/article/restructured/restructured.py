"""Read reStructuredText as an article: what it cites is found where it stands in the source, and the text is its words (`rendering`).

Docutils, the one parser of the language, gives a tree with the lines of blocks and no places of inlines, and knows the directives of
Sphinx, Nikola and Tinkerer only with these installed; so the source is read here, by the markup specification. Blocks, and what is silent
in them, are `block.py`'s; here are the links:

  `` `words <URL>`_ ``, `` `name`_ ``, `name_`, `words__`, with their targets `.. _name: URL` and `__ URL`, which may stand anywhere and may
  name other targets. An embedded URL defines its words as a name, too. The place is where the link is used.
  `|picture|_`, a substitution that is a link; `` :pep:`8` `` and `` :rfc:`822` ``, the roles of the language that name pages.
  Shortcodes, as Nikola reads them in every markup: `{{% youtube ID %}}`, by the table of `shortcode.py`.
  What addresses are left, the pass over running text finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.article.article import Article
from archiver.article.block import Block
from archiver.article.front_matter import said
from archiver.article.inline_html import rendered
from archiver.article.link import Link
from archiver.article.restructured.block import Structure, name_of
from archiver.article.shortcode import generated
from archiver.article.source import Span, blanked
from archiver.article.written import Found, Source

INLINE = re.compile(
    r"``(?=\S)(?P<literal>[^`]*+(?:`(?!`)[^`]*+){0,50})``"
    r"|(?<!\w)(?P<role>:[A-Za-z][\w.+-]{0,60}(?::[\w.+-]{1,60}){0,3}:)`(?P<said>[^`]*+)`"
    r"|\|(?P<shown>(?=\S)[^|\n]{1,300}+)\|(?P<sign>__?)"
    r"|(?P<target>_)?`(?P<phrase>(?:[^`\\]|\\.){1,3000}+)`(?P<mark>__?)?"
    r"|(?<![\w`:/.@-])(?P<word>[^\W_](?:[\w.+:-]{0,200}?[^\W_])?)(?P<tail>__?)(?![\w`])",
    re.DOTALL,
)
EMBEDDED = re.compile(r"(?P<words>.*?)(?:(?<=\s)|^)<(?P<url>[^<>]+)>\s*$", re.DOTALL)
HOPS = 8  # targets that name targets
SERIES = {"pep": "https://peps.python.org/pep-{:0>4}/", "rfc": "https://datatracker.ietf.org/doc/html/rfc{}"}
SERIES |= {f"{name}-reference": page for name, page in SERIES.items()}
NUMBERED = re.compile(r"(?:.*<)?(?P<number>[0-9]{1,5})(?P<part>#[\w.-]+)?>?", re.DOTALL)


def read_restructured(
    data: bytes,
    *,
    source: str,
    url: str | None = None,
    base_url: str | None = None,
    charset: str | None = None,
) -> Article:
    """Return reStructuredText as an article. UsageError for bytes that are no text."""
    file = Source.of(data, source=source, url=url, base_url=base_url, charset=charset)
    text, found = file.text, Structure(file.text)
    prose = blanked(text, [*found.silent, *found.html])
    references = _References(prose, found)
    code = [(block.start, block.end) for block in found.blocks if block.kind == "code"]
    short = list(generated(blanked(prose, [*code, *references.literals]))) if "{%" in prose else []
    shown = [(link.start, link.end) for link in (*found.links, *short) if link.kind == "embed"]
    rendering, html_tags, markup = rendered(text, found.html, [*found.unsaid, *shown, *references.cuts])
    return file.article(
        Found(
            rendering,
            found.blocks,
            sorted([*found.links, *references.links, *short], key=lambda link: link.start),
            [*found.silent, *references.literals, *html_tags],
            prose,
            said(found.fields),
            next((_line(text, block) for block in found.blocks if block.kind == "heading"), None),
            markup,
        ),
        "text/x-rst",
    )


def _line(text: str, block: Block) -> str:
    return " ".join(text[block.start : block.end].split())


class _References:
    """The inline links of a text, the spans of its inline literals, and `cuts`: what of both is no words."""

    def __init__(self, prose: str, found: Structure) -> None:
        self.urls = dict(found.targets)
        self.anonymous = iter(found.anonymous)
        self.literals: list[Span] = []
        self.links: list[Link] = []
        self.cuts: list[Span] = []
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
            self.cuts += [(matched.start(), matched.start("literal")), (matched.end("literal"), matched.end())]
            return
        if matched["role"]:
            self.links += self.numbered(matched)
            return
        mark = matched["mark"] or matched["tail"] or matched["sign"]
        if not mark or matched["target"]:
            return
        words = matched["phrase"] or matched["word"] or matched["shown"]
        embedded = EMBEDDED.match(words) if matched["phrase"] else None
        if embedded:
            url = self.final(_uri(embedded["url"]))
        else:
            url = self.final(next(self.anonymous, None)) if mark == "__" else self.final(self.urls.get(name_of(words)))
        if url:
            name = next(name for name in ("phrase", "word", "shown") if matched[name])
            end = matched.start(name) + len(embedded["words"].rstrip()) if embedded else matched.end(name)
            # `<URL>`_ without words shows its URL.
            self.cuts += [(matched.start(), matched.start(name)), (end, matched.end())] if end > matched.start(name) else []
            self.links.append(Link(url, *matched.span(), "rst-link" if embedded else "rst-reference"))

    def numbered(self, matched: re.Match[str]) -> Iterator[Link]:
        """Yield the page that a role of docutils names by its number: `` :pep:`8` ``."""
        page, named = SERIES.get(matched["role"].strip(":").lower()), NUMBERED.fullmatch(matched["said"].strip())
        if page and named:
            url = page.format(named["number"]) + (named["part"] or "")
            yield Link(url, *matched.span(), "rst-role", written=matched["said"].strip())

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
