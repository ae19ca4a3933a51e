"""HTML that stands in a text: its tags, and a document over them whose places are offsets into the text.

Markdown, reStructuredText and MDX let HTML through: that is how tweets, players and widgets get into posts. The platforms read elements, so
they must see a tree; but a tree of lexbor's knows no offsets. Therefore the tags are told apart here, each with its offset, and a copy of
the text is parsed in which every start tag carries its own offset in an attribute. Where the element ends is where its end tag does; an
element without one is its start tag (an unclosed `<b>` in prose is not the rest of the article).

The copy differs from the text in what would make the tree worthless: what is not HTML there (code, comments, `a < b`) is blank or escaped,
JSX (`className`, `={"…"}`) is spelled as HTML, and elements that a parser reads to the end of the file unless they are closed (`<iframe …
/>`) are closed.

A tag is told as CommonMark does, except that attributes may go on over blank lines and hold JSX expressions. Whatever stands in the text is
read in linear time: a tag that does not end within LONGEST characters is text, and after SPENT characters of such false starts within
SHORT.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from archiver.article.document import Document, Element
from archiver.article.rendering import Cut, Rendering
from archiver.article.source import Span, around, blanked
from archiver.article.tree import LINES

MARK = "data-archiver-offset"
START = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:[^<>\s]*>)(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9.:_-]*+)(?=[\s/>])")
REST = re.compile(r"""(?>[^<>"'{]++|"[^"]*+"|'[^']*+'|\{(?:[^{}]|\{[^{}]*+\})*+\})*+>""")
JSX_VALUE = re.compile(r"=\s*\{\s*([\"'`])([^\"'`{}]*+)\1\s*\}")
LONGEST, SHORT, SPENT = 1 << 17, 1 << 9, 1 << 23
SHORT_TAG = 1 << 12
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"})
RAW = frozenset({"script", "style", "iframe", "textarea", "title", "noscript", "xmp", "noembed", "noframes"})
ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
UNSEEN = RAW - {"textarea", "title", "xmp"}
NEVER = frozenset({"plaintext", "html", "head", "body", "frameset"})  # tags that change the whole tree and show nothing themselves
CHROME = frozenset({"nav", "footer"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag at `text[start:end]`: name in lower case, attributes as written; `end_of` the offset behind its element, for start tags."""

    start: int
    end: int
    name: str
    spelled: str
    attributes: str
    closing: bool
    closed: bool  # `<name … />`


def tags(text: str) -> list[Tag]:
    """Return the tags in a text, in order; those inside of script, style, iframe and the like are none."""
    found: list[Tag] = []
    unclosed: set[str] = set()  # names that no end tag closes any more
    position = spent = 0
    while matched := START.search(text, position):
        rest = REST.match(text, matched.end(), min(len(text), matched.end() + (LONGEST if spent < SPENT else SHORT)))
        if rest is None:
            spent += LONGEST
            position = matched.end()
            continue
        tag = _tag(text, matched, rest)
        found.append(tag)
        position = tag.end
        if tag.name in RAW and not (tag.closing or tag.closed or tag.name in unclosed):
            close = re.compile(rf"</{tag.name}(?=[\s/>])", re.IGNORECASE).search(text, position)
            if close is None:
                unclosed.add(tag.name)
            position = close.start() if close else position
    return found


def tag_at(text: str, start: int, stop: int | None = None) -> Tag | None:
    """Return the tag that begins at an offset, or None where none does."""
    matched = START.match(text, start)
    end = min(len(text), start + SHORT_TAG) if stop is None else min(stop, start + SHORT_TAG)
    rest = REST.match(text, matched.end(), end) if matched else None
    return _tag(text, matched, rest) if matched and rest else None


def _tag(text: str, matched: re.Match[str], rest: re.Match[str]) -> Tag:
    inner = text[matched.end() : rest.end() - 1]
    plain = inner.rstrip()
    closed = plain.endswith("/") and not plain.endswith("=/")
    return Tag(matched.start(), rest.end(), matched["name"].lower(), matched["name"], inner, bool(matched["close"]), closed)


def ends(found: Sequence[Tag]) -> dict[int, int]:
    """Return of each start tag, by its offset, where its element ends: behind its end tag; behind itself where it has none."""
    ended: dict[int, int] = {}
    opened: dict[str, list[Tag]] = {}
    for tag in found:
        if tag.closing:
            waiting = opened.get(tag.name)
            if waiting:
                ended[waiting.pop().start] = tag.end
        else:
            ended[tag.start] = tag.end
            if not tag.closed and tag.name not in VOID:
                opened.setdefault(tag.name, []).append(tag)
    return ended


class InlineHtml(Document):
    """The HTML in a source; the span of an element is what is left of it in the rendering of that source, if there is one."""

    def __init__(self, text: str, found: Sequence[Tag], rendering: Rendering | None = None) -> None:
        self._ends = ends(found)
        self._rendering = rendering
        super().__init__("".join(_copy(text, found, self._ends)))

    def span(self, element: Element) -> tuple[int, int]:
        """Return where an element starts and ends; the spot of the element around it for one that the parser added."""
        marked: Element | None = element
        while marked is not None and not marked.attributes.get(MARK, "").isdecimal():
            marked = marked.parent
        start = int(marked.attributes[MARK]) if marked else 0
        end = self._ends.get(start, start) if marked == element else start
        return self._rendering.span(start, end) if self._rendering else (start, end)

    @cached_property
    def _in_body(self) -> list[bool]:
        """The author's source has no chrome around it but what calls itself so."""
        tree = self._tree
        body: list[bool] = []
        for tag, parent in zip(tree.tags, tree.parents, strict=True):
            body.append(tag not in CHROME and (parent < 0 or body[parent]))
        return body


def rendered(text: str, raw: Sequence[Span], cuts: Iterable[Span]) -> tuple[Rendering, list[Span], InlineHtml | None]:
    """Return the words of a source in which HTML stands in `raw` alone, where its tags are, and the document that it makes, if any."""
    only = blanked(text, around(raw, len(text)))
    found = tags(only) if raw else []
    rendering = Rendering.of(text, cuts, [*machinery(text, found), *entities(only)])
    return rendering, [(tag.start, tag.end) for tag in found], InlineHtml(only, found, rendering) if found else None


def machinery(text: str, found: Sequence[Tag]) -> Iterator[Cut]:
    """Yield what of tags is no words: the tags themselves, all of an element that a parser reads as one string, and entities."""
    ended, behind, parted = ends(found), 0, True
    for tag in found:
        end = ended[tag.start] if tag.name in UNSEEN and not tag.closing else tag.end
        if tag.start > behind:
            parted = text[tag.start - 1].isspace()
        glued = not parted and (tag.name in LINES or tag.name == "br") and not text[end : end + 1].isspace()
        behind, parted = end, parted or glued
        yield tag.start, end, "\n" if glued else ""


def entities(text: str) -> Iterator[Cut]:
    """Yield the character references of a text that stand for one character."""
    if "&" in text:
        for matched in ENTITY.finditer(text):
            meant = html.unescape(matched[0])
            if len(meant) == 1:
                yield *matched.span(), meant


def _copy(text: str, found: Sequence[Tag], ended: dict[int, int]) -> Iterator[str]:
    position = 0
    raw = ""
    for tag in found:
        between = text[position : tag.start]
        yield between if raw else between.replace("<", "&lt;")
        raw = ""
        position = tag.end
        if tag.closing:
            yield f"</{tag.name}>"
        elif tag.name not in NEVER:
            yield f'<{tag.name} {MARK}="{tag.start}" {_attributes(tag)}>'
            unclosed = tag.closed or ended[tag.start] == tag.end
            if unclosed and tag.name not in VOID:
                yield f"</{tag.name}>"
            elif tag.name in RAW:
                raw = tag.name
    yield text[position:].replace("<", "&lt;")


def _attributes(tag: Tag) -> str:
    written = tag.attributes.rstrip()
    written = written[:-1] if tag.closed else written
    if "{" in written or "className" in written:
        written = JSX_VALUE.sub(lambda value: f'="{value[2]}"', written).replace("className=", "class=")
    return written
