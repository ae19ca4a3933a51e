"""Read Markdown as an article: what it cites is found where it stands in the source, and the text is the source's words (`rendering`).

Parsers of Markdown were looked at: they give blocks with line numbers and inline tokens without places, and every dialect (Hugo, Jekyll,
Forem, MDX) needs a plugin that takes its shortcodes away; tests hold this reader against one of them, markdown-it-py. In the order of
precedence:

  silent     front matter; code; comments of HTML, MDX, Liquid, Hugo; `raw` and `highlight` regions: `block.py`. It cites nothing;
             comments are no words either.
  shortcode  `shortcode.py`; MDX components (`<YouTube id="…" />`) by the same table.
  html       tags have a tree of their own, which platforms read: `inline_html.py`.
  links      `link.py`. The place is where a link is used, not where its URL is defined. Pictures cite nothing; one that "shows" a
             page of a network (`![](https://x.com/…)`, as Obsidian embeds posts) is an embed.
  autoembed  an address alone in its paragraph: oEmbed plugins show what it points to. Whether there is anything to show is for the
             platforms to say: it is a link where none of them knows it.
  text       what addresses are left in the prose, the pass over running text finds.

A destination without scheme is relative to the article, except where it names a host (`[demo](www.example.org)`), which readers of the page
follow too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from archiver.article.article import Article
from archiver.article.block import Block
from archiver.article.front_matter import front_matter
from archiver.article.inline_html import InlineHtml, Tag, entities, machinery, tags
from archiver.article.link import Link
from archiver.article.markdown.block import blocks, code_blocks, raw
from archiver.article.markdown.link import ESCAPED, Inlines, definitions, outside, variables
from archiver.article.markdown.page import Said, placed
from archiver.article.rendering import Rendering
from archiver.article.shortcode import NETWORKS, WORDS, arguments, as_link, cited, shortcodes
from archiver.article.source import Span, blanked, lines, union
from archiver.article.written import Found, Source

ALONE = re.compile(r"<?(?P<url>https?://[^\s<>()\[\]]+)>?")
EMPHASIS = re.compile(r"[*_`]+|!?\[|\]\([^)]*\)")
# Marks around words, not within one: `snake_case`, the `*` of an address and the handle `@_jo_` are none.
STRESS = re.compile(r"(?<![A-Za-z0-9*_\\/@])(?P<mark>\*{1,3}|_{1,3})(?=[^\s*_]).{0,400}?[^\s*_\\](?P=mark)(?![A-Za-z0-9*_/])", re.DOTALL)
CALL = re.compile(r"\{\{[<%][^{}]{1,4000}[>%]\}\}|\{%[^{}]{1,4000}%\}")
EXPRESSION = re.compile(r"\{\{-?\s*(?P<quote>[\"'])(?P<url>https?://[^\"'{}\s]{1,2000})(?P=quote)[^{}\"'\n]{0,200}\}\}")
TABLE = re.compile(r"[ \t]*\|[^\n]*\n[ \t]*\||[^\n]*\|[^\n]*\n(?=[^\n]*-)[ \t>]*[|:-][ \t|:-]*\|[ \t|:-]*$", re.MULTILINE)
LEADING = ("href", "url", "link")  # attributes of a component of any name that lead somewhere; `src` is a picture
# Words without markup or an address, up to an end tag.
WORDED = re.compile(r"\s*(?:(?!//|\n[ \t]*\n)[^<>\[\]{}`]){1,200}</(?P<name>[A-Za-z][\w.]*)\s*>")
SHARING = re.compile(r"share|sharing|follow|icon")  # in the names of components that show no post
LONGER = 4  # letters of a network's name that is looked for in another
TITLE_LENGTH = 300
OBJECT = "\ufffc"  # stands for what is no text


def read_markdown(
    data: bytes,
    *,
    source: str,
    url: str | None = None,
    base_url: str | None = None,
    media_type: str = "text/markdown",
    charset: str | None = None,
) -> Article:
    """Return Markdown as an article. UsageError for bytes that are no text."""
    file = Source.of(data, source=source, url=url, base_url=base_url, charset=charset)
    said = front_matter(file.text)
    found = Marked(file.text, said.end)
    of = Said(said.title, url or said.named, said.named is not None, said.fetched)
    page = placed(file.text, found.prose, found.blocks, found.links, found.pictures, of)
    if page:
        said = replace(said, url=said.named)
    return file.article(
        Found(
            found.rendering, page or found.blocks, found.links, found.silent, found.prose, said, found.title, found.html, page is not None
        ),
        media_type,
    )


class Marked:
    """What a Markdown text has from an offset on, by offsets into it.

    `links` in order, `silent` spans, `blocks`, the tree of its `html`, its `prose`, and the `rendering` of all.
    """

    def __init__(self, text: str, start: int = 0) -> None:
        code, other = code_blocks(text, start)
        hidden = [(0, start), *code, *other]
        seen = EXPRESSION.sub(_filtered, blanked(text, hidden))
        called = blanked(seen, raw(seen))
        short = list(shortcodes(called))
        cuts = [*other, *((link.start, link.end) for link in short), *(call.span() for call in CALL.finditer(called))]
        seen = blanked(seen, [(link.start, link.end) for link in short])
        urls, defined = definitions(seen, start)
        readable = blanked(seen, defined)
        self.blocks: list[Block] = blocks(text, readable, start, code)
        inlines = Inlines(readable, urls, variables(seen))
        for block in self.blocks:
            if block.kind != "code":
                for start_of_row, end_of_row in rows(readable, block):
                    inlines.read(start_of_row, end_of_row)
        marked = blanked(readable, inlines.code)
        found = tags(marked) if "<" in marked else []
        self.pictures = inlines.pictures
        self.silent: list[Span] = union([*hidden, *defined, *inlines.code, *inlines.pictures, *((tag.start, tag.end) for tag in found)])
        components = list(_components(found, marked))
        others = [*short, *components, *self._alone(marked)]
        links = [*outside(inlines.links, union((link.start, link.end) for link in others)), *others]
        self.links: list[Link] = sorted(links, key=lambda link: (link.start, -link.end))
        within = [(tag.start, tag.end) for tag in found]
        self.prose = blanked(marked, within)
        shown = blanked(self.prose, [*inlines.code, *within, *other], OBJECT)  # emphasis may begin and end with what is no prose
        self.rendering = Rendering.of(
            text, [*cuts, *defined, *inlines.cuts, *self._stress(shown)], [*machinery(text, found), *entities(marked)]
        )
        self.html = InlineHtml(marked, found, self.rendering) if found else None
        heading = next((block for block in self.blocks if block.kind == "heading"), None)
        self.title = _title(text[heading.start : heading.end]) if heading else None

    def _stress(self, prose: str) -> Iterator[Span]:
        """Yield the marks of emphasis, and those that keep a sign from being one."""
        for block in self.blocks:
            words = prose[block.start : block.end] if block.kind != "code" else ""
            if "*" in words or "_" in words:
                for found in STRESS.finditer(prose, block.start, block.end):
                    yield found.span("mark")
                    yield found.end() - len(found["mark"]), found.end()
            if "\\" in words:
                yield from ((found.start(), found.start() + 1) for found in ESCAPED.finditer(prose, block.start, block.end))

    def _alone(self, marked: str) -> Iterator[Link]:
        """Yield the addresses that stand alone in their paragraphs."""
        for block in self.blocks:
            matched = ALONE.fullmatch(marked, block.start, block.end) if block.kind == "paragraph" else None
            if matched:
                yield Link(matched["url"], *matched.span(), "autoembed", "embed")


def _filtered(expression: re.Match[str]) -> str:
    """Return the address in a template's expression, at the same length, so that it stands where the expression did."""
    return expression["url"].ljust(len(expression[0]))


def rows(seen: str, block: Block) -> Iterator[Span]:
    """Yield the parts of a block that inlines stay within: the rows of a table, else the block."""
    if not TABLE.match(seen, block.start, block.end):
        yield block.start, block.end
        return
    yield from ((block.start + position, block.start + position + len(line)) for position, line in lines(seen[block.start : block.end]))


def _components(found: list[Tag], marked: str) -> Iterator[Link]:
    """Yield what MDX components name: `<Tweet id="…" />`, `<YouTubeFrame src="…" />`; their names begin with a capital, HTML's do not.

    Plain words between its tags are those of the link (`<Card href="…">words</Card>`).
    """
    for tag in found:
        if not tag.spelled[0].isupper() or tag.closing or SHARING.search(tag.name):
            continue
        written = re.sub(r"=\s*\{\s*([\"'`]?)([^\"'`{}]*)\1\s*\}", r'="\2"', tag.attributes.rstrip("/ \n"))
        named = arguments(written)[1]  # what has no value is a switch (`playsInline`), no id
        network = _network(re.sub(r"[^a-z0-9]", "", tag.name))
        thing = cited(network, [], named) if network else cited("", [], {key: named[key] for key in LEADING if key in named})
        if thing:
            words = WORDED.match(marked, tag.end) if not tag.closed else None
            worded = words is not None and words["name"] == tag.spelled
            yield as_link(thing, tag.start, words.end() if words and worded else tag.end, "component")


def _network(name: str) -> str | None:
    """Return the name of a network that a component's name is, or begins or ends with."""
    if name in NETWORKS:
        return name
    return next((word for word in WORDS if len(word) > LONGER and (name.startswith(word) or name.endswith(word))), None)


def _title(heading: str) -> str | None:
    """Return a heading's words without its markup."""
    return " ".join(EMPHASIS.sub("", heading[:TITLE_LENGTH]).split()) or None
