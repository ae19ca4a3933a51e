"""Read AsciiDoc as an article: what it cites is found where it stands in the source, and the text is its words (`rendering`).

As plain text, `https://a.example/x[the words]` would give addresses that end in `[the`. What decides what is cited is little:

  silent   listings, literals, fenced code and paragraphs of `[source]`; comments and attribute entries are no words at all
  links    `https://…[words]`, `link:…[words]`, `link:++…++[words]`, with attributes (`{docs}/x[words]`) put in
  players  `video::ID[youtube]`, and block macros of extensions (`tweet::ID[]`) by the table of `shortcode.py`
  HTML     passthrough blocks (`++++`) and `+++…+++`, which is how widgets get into posts
  text     addresses that stand alone are found by the pass over running text

Pictures cite nothing but what they link to (`image::a.png[link=…]`). The header is the title, and what its lines say of author and day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from archiver.article.article import Article
from archiver.article.front_matter import FrontMatter, front_matter
from archiver.article.inline_html import rendered
from archiver.article.link import Link
from archiver.article.shortcode import as_link, cited, generated
from archiver.article.source import Span, blanked, enclosed, lines, outline
from archiver.article.times import iso_date
from archiver.article.written import Found, Source

FENCE = re.compile(
    r"^(?P<fence>-{4,100}|\.{4,100}|/{4,100}|\+{4,100}|`{3,10})(?:(?<=`)[\w+-]{1,30})?[ \t]*$|(?P<inline>\+\+\+)(?=[^+\n])", re.MULTILINE
)
LISTED = re.compile(
    r"^\[(?:source|listing|literal)\b[^\]\n]*\]\n(?:\.[^\s.][^\n]*\n)?(?!-{4}|\.{4}|`{3})(?:[^\n]*\S[^\n]*(?:\n|$))+", re.MULTILINE
)
COMMENT = re.compile(r"^//(?!/)[^\n]*\n?", re.MULTILINE)
ATTRIBUTE = re.compile(r"^:(?P<name>!?[\w-]{1,60}!?):(?:[ \t]+(?P<value>[^\n]*))?$\n?", re.MULTILINE)
MACRO = re.compile(
    r"(?<![\w/\\])(?:(?P<url>(?:https?://|\{[\w-]{1,60}\})[^\s\[\]<>\"]{0,2000}+)"
    r"|(?P<name>[a-z][\w-]{0,30})(?P<colons>::?)(?:\+\+(?P<plain>[^\s+]{1,2000}+)\+\+|(?P<target>[^\s\[\]:][^\s\[\]]{0,2000}+)))"
    r"\[(?P<said>(?:[^\[\]\\\n]|\\.){0,2000})\]",
)
USED = re.compile(r"\{(?P<name>[\w-]{1,60})\}")
HEADING = re.compile(r"(?P<marks>={1,6}|#{1,6})[ \t]+(?P<words>\S[^\n]*?)(?:[ \t]+=+)?[ \t]*$")
OPENS = re.compile(r"[ \t]*(?:\*{1,5}|-|\.{1,5}|[0-9]{1,3}\.)[ \t]+(?:\[[ x*]\][ \t]+)?|[ \t]*\|(?:===)?[ \t]*")
NO_WORDS = re.compile(r"\[[^\n]*\][ \t]*$|[=*_+-]{4,}[ \t]*$|[\w-]{0,20}::[^\n]*\[\]$|[+'][ \t]*$|<<<[ \t]*$")
AUTHOR = re.compile(r"(?P<name>[^\W\d_][^\n<>:;=\[\]{}]{1,80}?)[ \t]*(?:<[^<>\n]{1,200}>)?(?:;[^\n]*)?$")
DAY = re.compile(r"(?:v?[0-9.]{1,20},[ \t]*)?(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})")
NAMED = re.compile(r"(?:^|,)[ \t]*(?P<name>[\w-]{1,30})[ \t]*=[ \t]*(?:\"(?P<quoted>[^\"]*)\"|(?P<plain>[^,\"]*))")
ADDRESS = re.compile(r"(?:https?:)?//[^\s/]", re.IGNORECASE)
PICTURES = frozenset({"image", "icon"})
MOST = 50  # films of one player
HOPS = 5  # attributes that use attributes


@dataclass(slots=True)
class _Macros:
    """What the macros of a source come to: the links, and what of the source is no words."""

    attributes: Mapping[str, str]
    links: list[Link] = field(default_factory=list)
    cuts: list[Span] = field(default_factory=list)

    def read(self, seen: str) -> None:
        for macro in MACRO.finditer(seen):
            name, said = macro["name"], macro["said"]
            url = macro["plain"] or self.meant(macro["target"] or macro["url"])
            if name in PICTURES or name in {"video", "audio"} or macro["colons"] == "::":
                self.shown(macro, name, url, said)
            elif (name is None or name == "link") and ADDRESS.match(url):
                self.link(macro, url)

    def link(self, macro: re.Match[str], url: str) -> None:
        """Take a link with its words; without words its address is what is shown."""
        start, end = _words(macro)
        if start == end:
            start, end = next(macro.span(one) for one in ("url", "target", "plain") if macro[one])
        self.cuts += [(macro.start(), start), (end, macro.end())]
        self.links.append(Link(url, start, end, "asciidoc-link"))

    def shown(self, macro: re.Match[str], name: str, url: str, said: str) -> None:
        """Take a player, a picture's link, or what an extension shows."""
        named = {found["name"].lower(): found["quoted"] or found["plain"] or "" for found in NAMED.finditer(said)}
        host = said.split(",", maxsplit=1)[0].strip().lower()
        self.cuts.append(macro.span())
        if name in PICTURES:
            if ADDRESS.match(leads := self.meant(named.get("link", "").strip())):
                self.links.append(Link(leads, *macro.span(), "asciidoc-link"))
        elif ADDRESS.match(url):
            if name != "include":
                self.links.append(Link(url, *macro.span(), "asciidoc-macro", "embed"))
        else:
            named_so = host if name == "video" else name
            keys = url.split(",")[:MOST] if name == "video" else [url]  # several films that follow each other; `ID/LIST` is one in a list
            things = (cited(named_so, [key.partition("/")[0]], {}) for key in keys)
            self.links += [as_link(thing, *macro.span(), "asciidoc-macro") for thing in things if thing]

    def meant(self, written: str) -> str:
        """Return an address with the attributes in it put in; those that nothing sets stay."""
        for _ in range(HOPS):
            put = USED.sub(lambda used: self.attributes.get(used["name"].lower(), used[0]), written)[:4000]
            if put == written:
                break
            written = put
        return re.sub(r"\\(?=\.\.\.)", "", written)  # a mark against the ellipsis


def read_asciidoc(
    data: bytes,
    *,
    source: str,
    url: str | None = None,
    base_url: str | None = None,
    charset: str | None = None,
) -> Article:
    """Return AsciiDoc as an article. UsageError for bytes that are no text."""
    file = Source.of(data, source=source, url=url, base_url=base_url, charset=charset)
    text, top = file.text, front_matter(file.text)
    silent, dropped, raw = _regions(text, top.end)
    outside = blanked(text, [*silent, *dropped, *raw])
    entries = list(ATTRIBUTE.finditer(outside))
    seen = blanked(outside, (entry.span() for entry in entries))
    macros = _Macros({entry["name"].lower(): (entry["value"] or "").strip() for entry in entries})
    macros.read(seen)
    cuts = [*dropped, *(entry.span() for entry in entries), *macros.cuts, *_marks(text, raw)]
    rendering, html_tags, markup = rendered(text, raw, cuts)
    return file.article(
        Found(
            rendering,
            outline(seen, HEADING, OPENS, lambda one: len(one["marks"]), "|", NO_WORDS),
            sorted([*macros.links, *generated(seen)], key=lambda link: link.start),
            [*silent, *html_tags],
            seen,
            _said(seen, top, macros.attributes),
            None,
            markup,
        ),
        "text/asciidoc",
    )


def _regions(text: str, start: int) -> tuple[list[Span], list[Span], list[Span]]:
    """Return what is code, what is no words (front matter, comments), and what is HTML."""
    silent: list[Span] = []
    dropped, raw = [(0, start)], list[Span]()
    for opened, end in enclosed(text, FENCE, _closer, start):
        kind = raw if opened["inline"] or opened["fence"][0] == "+" else dropped if opened["fence"][0] == "/" else silent
        kind.append((opened.start(), end))
    outside = blanked(text, [*silent, *dropped, *raw])
    silent += [found.span() for found in LISTED.finditer(outside)]
    dropped += [found.span() for found in COMMENT.finditer(blanked(outside, silent))]
    return silent, dropped, raw


def _closer(opened: re.Match[str]) -> str:
    return r"\+\+\+" if opened["inline"] else rf"(?m)^{re.escape(opened['fence'])}[ \t]*$"


def _marks(text: str, raw: list[Span]) -> Iterator[Span]:
    """Yield the marks around passthroughs."""
    for start, end in raw:
        marked = text[start:end]
        yield start, start + len(marked) - len(marked.lstrip("+"))
        yield start + len(marked.rstrip().rstrip("+")), end


def _words(macro: re.Match[str]) -> Span:
    """Return where the words of a link macro stand: what is before its attributes, without quotes and the mark of a new window."""
    said = macro["said"]
    quoted = re.match(r"\s*\"([^\"]*)\"", said)
    if quoted:
        return macro.start("said") + quoted.start(1), macro.start("said") + quoted.end(1)
    attributes = re.search(r"(?:^|,)\s*(?:role|window|opts|options|id|title|rel)\s*=", said)
    words = said[: attributes.start()] if attributes else said
    first = len(words) - len(words.lstrip())
    return macro.start("said") + first, macro.start("said") + max(first, len(words.rstrip().removesuffix("^").rstrip()))


def _said(seen: str, top: FrontMatter, attributes: Mapping[str, str]) -> FrontMatter:
    """Return what the header says: the title, and behind it a line with the author and one with the day."""
    header = [line.strip() for _, line in lines(seen[top.end : top.end + 4000].lstrip()[:2000])]
    titled = HEADING.match(header[0]) if header else None
    author = AUTHOR.match(header[1]) if titled and len(header) > 1 else None
    day = next((found["day"] for line in header[1:3] if (found := DAY.match(line))), None) if titled else None
    return FrontMatter(
        top.end,
        top.title or (titled["words"] if titled else None) or attributes.get("title"),
        top.author or attributes.get("author") or (author["name"] if author else None),
        top.published or iso_date(attributes.get("revdate") or attributes.get("date")) or day,
        top.language or attributes.get("lang"),
    )
