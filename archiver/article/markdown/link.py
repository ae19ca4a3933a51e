"""The links of a Markdown text, each where it stands, by CommonMark's rules for inlines.

One pass from left to right over each block, with a stack of open brackets, as the standard's appendix has it: what begins first binds first
among code spans, autolinks and tags, and these bind tighter than brackets; an inner link turns the brackets around it into text, an inner
picture does not. A link's place is the whole construct, so that no second look takes its URL for an address in the text. A picture that
links to a picture file is shown larger, and cites nothing: it is not in the body. Brackets that are no link may still hold one (`hatena`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from archiver.article.inline_html import tag_at
from archiver.article.link import Link
from archiver.article.markdown.hatena import hatena
from archiver.article.source import Span, lines

SPECIAL = re.compile(r"\\|`+|<|!?\[|\]")
PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]{0,8000})>")
SPACE = re.compile(r"[ \t]*\n?[ \t]*")
ANGLED = re.compile(r"<((?:[^<>\\\n]|\\.){0,8000})>")
TITLE = re.compile(r"""(?:"(?:[^"\\]|\\.){0,2000}+"|'(?:[^'\\]|\\.){0,2000}+'|\((?:[^()\\]|\\.){0,2000}+\))""", re.DOTALL)
LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999})\]", re.DOTALL)
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
DEFINITION = re.compile(r"(?:[ \t]|>|[-+*][ \t])*\[(?P<label>(?:[^\[\]\n\\^]|\\.)(?:[^\[\]\n\\]|\\.){0,998})\]:[ \t]*(?P<rest>.*)$")
TARGET = re.compile(r"(?:<(?P<angled>[^<>]*)>|(?P<plain>(?:\{\{[^{}]*\}\})?\S+))(?P<after>.*)$")
# What a template puts before a path: a variable, or a quoted path that filters make absolute.
LED = re.compile(
    r"\{\{-?\s*(?:(?P<name>[A-Za-z_][\w.]*)|(?P<quote>[\"'])(?P<path>[^\"'{}\s]*)(?P=quote))\s*(?:\|[^{}]*)?-?\}\}(?P<rest>\S*)"
)
ASSIGNED = re.compile(r"\{%-?\s*(?:assign|set)\s+(?P<name>\w+)\s*=\s*(?P<quote>[\"'])(?P<value>[^\"'{}\s]+)(?P=quote)\s*-?%\}")
PLACEHOLDER = re.compile(r"\{\{[^{}\n]{0,200}\}\}|\{%[^{}\n]{0,200}%\}")
SITE_NAMES = "site.url site.baseurl site.base_url site.root baseurl base_url config.base_url root_url"
SITE = frozenset(SITE_NAMES.split())  # the variables that stand for the site itself
DEPTH, LONGEST = 32, 8000  # of parentheses in a destination; characters of one
WWW = re.compile(r"www\.(?:[\w-]+\.)+[a-z]{2,}(?:[:/?#]\S*)?", re.IGNORECASE)
NAMED = re.compile(
    r"(?:[\w-]+\.){1,4}(?:com|org|net|dev|io|app|info|edu|gov|blog|co|me|xyz|(?:co|com|org|ac|gov)\.[a-z]{2})(?:[/?#]\S*)?", re.IGNORECASE
)
PICTURE = re.compile(r"\[\s*!\[[^\[\]]*\]\([^()]*\)\s*\]")  # a link that shows nothing but a picture
PICTURE_FILE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif|bmp)(?:[?#]|$)", re.IGNORECASE)
NETWORK_PAGE = re.compile(
    r"https?://(?:[a-z]+\.)?(?:(?:twitter|x|youtube|instagram|tiktok|vimeo|facebook|threads|reddit)\.(?:com|net)|youtu\.be|bsky\.app|t\.me)/",
    re.IGNORECASE,
)


def label(written: str) -> str:
    """Return a label as labels are matched: case folded, white space collapsed."""
    return " ".join(written.split()).casefold()


def definitions(seen: str, start: int) -> tuple[dict[str, str], list[Span]]:
    """Return the link reference definitions, URL by label, the first of each, and where they stand."""
    urls: dict[str, str] = {}
    spans: list[Span] = []
    waiting: tuple[str, int] | None = None  # a label whose destination is on the next line
    for position, line in lines(seen, start):
        matched = None if waiting else DEFINITION.match(line)
        rest = line.strip() if waiting else matched["rest"].strip() if matched else ""
        if matched and not rest:
            waiting = (matched["label"], position)
            continue
        target = TARGET.match(rest) if rest else None
        if target and (waiting or matched) and _ends_definition(target["after"].strip()):
            name, first = waiting or (matched["label"] if matched else "", position)
            urls.setdefault(label(name), unescaped(target["plain"] if target["angled"] is None else target["angled"]))
            spans.append((first, position + len(line)))
        waiting = None
    return urls, spans


def _ends_definition(rest: str) -> bool:
    title = TITLE.match(rest)
    rest = rest[title.end() :].strip() if title else rest
    return not rest or (rest.startswith("{") and rest.endswith("}"))


def variables(text: str) -> dict[str, str]:
    """Return the strings that a template's tags give names, as far as they can be addresses: `{% assign bse = "https://…" %}`."""
    return {matched["name"]: matched["value"] for matched in ASSIGNED.finditer(text)}


def filled(destination: str, named: Mapping[str, str]) -> str | None:
    """Return a destination with the expression at its beginning filled in; None where what it stands for is not known."""
    matched = LED.fullmatch(destination)
    if matched is None:
        return None
    said = matched["path"] if matched["quote"] else "" if matched["name"] in SITE else named.get(matched["name"])
    whole = f"{said}{matched['rest']}" if said is not None else ""
    return whole if whole.startswith(("http://", "https://", "/")) else None


def unescaped(written: str) -> str:
    """Return a destination without its escapes."""
    return html.unescape(ESCAPED.sub(r"\1", written)).strip()


class Inlines:
    """The inlines of a text, block by block: `links` in order of their ends, `code` and `pictures` as spans, `cuts` the markup of links.

    `urls` has the destinations of references by label, `named` what a template's variables stand for.
    """

    def __init__(self, seen: str, urls: Mapping[str, str], named: Mapping[str, str]) -> None:
        self.seen = seen
        self.urls = urls
        self.named = named
        self.links: list[Link] = []
        self.code: list[Span] = []
        self.cuts: list[Span] = []
        self.pictures: list[Span] = []

    def read(self, start: int, end: int) -> None:
        """Read one block."""
        seen, position = self.seen, start
        opened: list[tuple[int, int, bool]] = []  # bracket, behind it, whether a picture's
        inactive = 0  # of `opened`, so many cannot be links any more
        ticks: dict[int, list[int]] | None = None
        while matched := SPECIAL.search(seen, position, end):
            mark, position = matched[0], matched.end()
            if mark == "\\":
                position += seen[position : position + 1] in PUNCTUATION
            elif mark[0] == "`":
                ticks = ticks if ticks is not None else self._ticks(start, end)
                position = self._code_span(matched, ticks)
            elif mark == "<":
                position = self._angle(matched.start(), end)
            elif mark[-1] == "[":
                opened.append((matched.start(), position, mark[0] == "!"))
            elif opened:
                bracket, inner, picture = opened.pop()
                active = picture or len(opened) >= inactive
                inactive = min(inactive, len(opened))
                found = self._target(inner, position, end) if active else None
                if found:
                    position = found[1]
                    self.cuts += [(bracket, inner), (matched.start(), position)]
                    self._add(bracket, found, picture)
                    if not picture:
                        inactive = len(opened)
                elif active and not picture:
                    self._note(bracket, matched.start(), position)

    def _note(self, bracket: int, closing: int, end: int) -> None:
        """Take what brackets hold in the notation of a blog service."""
        noted = hatena(self.seen, bracket + 1, closing)
        if noted and noted.kind == "picture":
            self.pictures.append((bracket, end))
        elif noted:
            via = "autoembed" if noted.kind == "embed" else "markdown-link"  # it is shown where somebody knows how to
            self.cuts += [(bracket, noted.start), (noted.end, end)]
            self.links.append(Link(noted.url, bracket, end, via, noted.kind))

    def _ticks(self, start: int, end: int) -> dict[int, list[int]]:
        """Return where the runs of back-ticks of each length stand, last first."""
        runs: dict[int, list[int]] = {}
        for matched in re.compile("`+").finditer(self.seen, start, end):
            runs.setdefault(len(matched[0]), []).append(matched.start())
        for places in runs.values():
            places.reverse()
        return runs

    def _code_span(self, matched: re.Match[str], ticks: dict[int, list[int]]) -> int:
        places = ticks.get(len(matched[0]), [])
        while places and places[-1] <= matched.start():
            places.pop()
        if not places:
            return matched.end()
        end = places[-1] + len(matched[0])
        self.code.append((matched.start(), end))
        return end

    def _angle(self, start: int, end: int) -> int:
        autolink = AUTOLINK.match(self.seen, start, end)
        if autolink:
            self.cuts += [(start, start + 1), (autolink.end() - 1, autolink.end())]
            self.links.append(Link(html.unescape(autolink[1]), start, autolink.end(), "markdown-autolink"))
            return autolink.end()
        tag = tag_at(self.seen, start, end)
        return tag.end if tag else start + 1

    def _target(self, inner: int, behind: int, end: int) -> tuple[str, int, str] | None:
        """Return destination, end and kind of the link whose text is `seen[inner:behind - 1]`."""
        follows = self.seen[behind : behind + 1] if behind < end else ""
        if follows == "(" and (found := self._destination(behind + 1, end)):
            return *found, "markdown-link"
        words = self.seen[inner : behind - 1] if behind - inner <= 1000 else None
        stop, name = behind, words
        if follows == "[" and (labelled := LABEL.match(self.seen, behind, end)):
            stop, name = labelled.end(), labelled[1] if labelled[1].strip() else words
        url = self.urls.get(label(name)) if name is not None else None
        return (url, stop, "markdown-reference") if url is not None else None

    def _destination(self, position: int, end: int) -> tuple[str, int] | None:
        """Return the destination in parentheses that opened just before `position`, and the offset behind them."""
        seen = self.seen
        position = _skip(seen, position, end)
        angled = ANGLED.match(seen, position, end)
        stop = angled.end() if angled else _plain_end(seen, position, min(end, position + LONGEST))
        written = angled[1] if angled else seen[position:stop]
        after = _skip(seen, stop, end)
        title = TITLE.match(seen, after, end) if after > stop else None
        after = _skip(seen, title.end(), end) if title else after
        if seen[after : after + 1] != ")" or after >= end:
            return None
        return unescaped(written), after + 1

    def _add(self, start: int, found: tuple[str, int, str], picture: bool) -> None:
        url, end, via = found
        if picture:
            self.pictures.append((start, end))
            if NETWORK_PAGE.match(url):
                self.links.append(Link(url, start, end, via, "embed"))
        elif url and not url.startswith(("#", "{%")):
            led = url.startswith("{{")
            meant = filled(url, self.named) if led else meant_as_host(url)
            if led and meant is None:
                return
            enlarged = PICTURE_FILE.search(url) is not None and PICTURE.match(self.seen, start, end) is not None
            self.links.append(Link(meant or url, start, end, via, written=url if meant else None, in_body=not enlarged))


def _skip(seen: str, position: int, end: int) -> int:
    matched = SPACE.match(seen, position, end)
    return matched.end() if matched else position


def _plain_end(seen: str, position: int, end: int) -> int:
    """Return where a destination without angle brackets ends: at white space, or the parenthesis that was not opened in it."""
    depth = 0
    while position < end:
        character = seen[position]
        if character == "\\" and seen[position + 1 : position + 2] in PUNCTUATION:
            position += 1
        elif character == "{" and (held := PLACEHOLDER.match(seen, position, end)):
            position = held.end() - 1
        elif character <= " ":
            break
        elif character == "(":
            depth += 1
            if depth > DEPTH:
                break
        elif character == ")":
            depth -= 1
            if depth < 0:
                break
        position += 1
    return position


def meant_as_host(url: str) -> str | None:
    """Return the URL that a destination without a scheme was meant as, where it names a host: `www.example.org`, `demo.example.dev/x`."""
    return "https://" + url if WWW.fullmatch(url) or NAMED.fullmatch(url) else None


def outside(links: list[Link], spans: list[Span]) -> Iterator[Link]:
    """Yield the links that begin in none of the spans, which are sorted and disjoint."""
    position = 0
    for link in links:
        while position < len(spans) and spans[position][1] <= link.start:
            position += 1
        if position == len(spans) or spans[position][0] > link.start:
            yield link
