"""The blocks of a Markdown text, and what of it is silent: code, comments, what generators are told not to read.

Line by line, by CommonMark's rules as far as they decide what is code: a fence ends at a fence as long, in the same character; indented
code needs a blank line before it. It departs from them where the files of the wild do:
  - an indented block within a list, or one that is a list itself, is no code: exports of old blogs indent their lists;
  - HTML that is set in, below a blank line, within an element that is open is no code: kramdown, Blackfriday and PHP's Markdown read an
    element to its end, and nobody shows half of one;
  - a comment or a region that never ends is none, so that nothing behind it is lost.
A `raw` region keeps templates' tags from being read, not Markdown: it is no code, but shortcodes in it are words (`raw`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from archiver.article.block import Block
from archiver.article.inline_html import tag_at
from archiver.article.source import Span, blanked, enclosed, lines, union

PREFIX = r"(?:[ \t]|>)*(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]+)*"
FENCE = re.compile(PREFIX + r"(?P<fence>`{3,}(?=[^`]*$)|~{3,})[^\n]*$")
REGION = re.compile(
    r"(?P<comment><!--|\{/\*|\{\{[<%]?\s*/\*|\{#(?=[\s-]))|\{%-?\s*(?P<liquid>highlight|comment)\b[^%\n]*%\}"
    r"|\{\{[<%]\s*(?P<hugo>highlight|code|mermaid|comment)\b[^}\n]*\}\}|<(?P<html>pre|code|math|svg|style|script|textarea)(?=[\s>])",
    re.IGNORECASE,
)
DEEP = 100  # elements in elements
COMMENT_ENDS = {"<!--": "-->", "{/*": "*/}", "{#": "#}"}
RAW = re.compile(r"\{%-?\s*(?P<name>raw|verbatim)\s*-?%\}")
SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
# What is indented below these is their content, not code: items, notes, definitions, admonitions and tabs.
LIST = re.compile(
    r"[ \t]*(?:(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]+\S|$)|:[ \t]+\S|\[\^[^\[\]\s]+\]:|(?:!!!|\?\?\?)[+!]?[ \t]+\S|===[+!]?[ \t]+[\"'])"
)
ITEM = re.compile(r"(?P<prefix>(?:[ \t]|>)*(?:[-+*]|[0-9]{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)\S")
# What holds other elements, on lines that begin with a tag: in a sentence its name is a word.
HOLDER = re.compile(
    r"<(?P<closing>/?)(?P<name>div|section|article|aside|main|header|footer|figure|center|ul|ol|li|table|tr|td|details)(?=[\s>])",
    re.IGNORECASE,
)
QUOTE = re.compile(r"[ \t]{0,3}>[ \t>]*")
HEADING = re.compile(r"(?P<open>[ ]{0,3}(?P<marks>#{1,6})[ \t]+)(?P<words>\S(?:[^\n]*\S)?)[ \t]*$")
UNDERLINE = re.compile(r"[ ]{0,3}(?P<mark>=|-)(?P=mark)*[ \t]*$")
RULE = re.compile(r"[ ]{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")


def code_blocks(text: str, start: int) -> tuple[list[Span], list[Span]]:
    """Return the spans of code blocks, and of comments and the like, from an offset on."""
    return _Silence(text, start).read()


def raw(seen: str) -> list[Span]:
    """Return the spans in which shortcodes are shown as words: regions for that, and code spans within a line."""
    found = enclosed(seen, RAW, lambda opened: rf"\{{%-?\s*end{opened['name']}\s*-?%\}}")
    regions = [(opened.end(), seen.rfind("{%", opened.end(), end)) for opened, end in found]
    # One that begins with the span itself is `youtube: ID`.
    ticked = [
        (position + code.start() + 1, position + code.end())
        for position, line in lines(seen)
        if "`" in line and "{" in line
        for code in SPAN.finditer(line)
    ]
    return union([*regions, *ticked])


class _Silence:
    """One pass over the lines of a text, from offset to offset: a region may end within a line."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.position = start
        self.code: list[Span] = []
        self.other: list[Span] = []
        self.endless: set[str] = set()  # regions that nothing ends any more
        self.after_blank, self.in_list, self.in_code = True, False, False
        self.opened: list[str] = []  # the elements around a line that hold others
        self.closed: dict[str, int] = {}  # where the last of a name is closed

    def read(self) -> tuple[list[Span], list[Span]]:
        text, whole = self.text, len(self.text)
        while self.position < whole:
            start = self.position
            stop = text.find("\n", start)
            stop = whole if stop < 0 else stop
            line = text[start:stop]
            fence = FENCE.match(line) if "```" in line or "~~~" in line else None
            if fence:
                self.position = self.fence_end(fence["fence"], stop)
                self.code.append((start + fence.start("fence"), self.position))
                self.after_blank = self.in_code = False
            elif not self.indented(start, stop, line):
                self.position = self.regions(start, stop) or stop + 1
        return self.code, self.other

    def fence_end(self, fence: str, stop: int) -> int:
        closer = re.compile(rf"^(?:[ \t]|>)*{fence[0]}{{{len(fence)},}}[ \t]*$", re.MULTILINE).search(self.text, stop)
        return closer.end() if closer else len(self.text)

    def indented(self, start: int, stop: int, line: str) -> bool:
        """Tell whether a line is indented code, and keep in mind what decides that of the next."""
        words = line.lstrip(" \t")
        if not words:
            self.after_blank = True
            return False
        column = len(line[: len(line) - len(words)].expandtabs(4))
        listed = LIST.match(line) is not None
        code = column >= 4 and not listed and not self.in_list and (self.in_code or (self.after_blank and not self.in_element(stop, words)))
        if listed:
            self.in_list = True
        elif column == 0 and self.after_blank:
            self.in_list = False
        self.in_code, self.after_blank = code, HEADING.match(line) is not None
        if code:
            self.code.append((start, stop))
            self.position = stop + 1
        elif "<" in words:
            self.hold(words)
        return code

    def in_element(self, stop: int, words: str) -> bool:
        """Tell whether a line of HTML stands within an element that is closed behind it."""
        if not self.opened or not words.startswith("<") or tag_at(words, 0) is None:
            return False
        name = self.opened[-1]
        if name not in self.closed:
            self.closed[name] = self.text.rfind(f"</{name}")
        return self.closed[name] > stop

    def hold(self, words: str) -> None:
        """Note which elements a line opens and closes."""
        for tag in HOLDER.finditer(words):
            name = tag["name"].lower()
            if tag["closing"]:
                if name in self.opened:
                    del self.opened[len(self.opened) - 1 - self.opened[::-1].index(name) :]
            elif words.startswith("<") and len(self.opened) < DEEP:
                self.opened.append(name)

    def regions(self, start: int, stop: int) -> int | None:
        """Note the regions that begin in a line, and return where the last one ends if that is in another line."""
        if self.text.find("<", start, stop) < 0 and self.text.find("{", start, stop) < 0:
            return None
        spans = [matched.span() for matched in SPAN.finditer(self.text, start, stop)] if self.text.find("`", start, stop) >= 0 else []
        while matched := REGION.search(self.text, start, stop):
            start = matched.end()
            at = bisect_right(spans, (matched.start(), stop)) - 1
            end = None if at >= 0 and matched.start() < spans[at][1] else self.region(matched)
            if end is not None:
                self.after_blank = False
                start = max(start, end)
            if start > stop:
                return start
        return None

    def region(self, matched: re.Match[str]) -> int | None:
        """Note what is silent of a region, code apart from the tags around it, and return where it ends; None where it never does."""
        first, inner = matched.span()
        if matched["html"]:
            tag = tag_at(self.text, first)
            closer = self.until(rf"</{matched['html']}\s*>", tag.end) if tag and not tag.closed else None
            if tag and closer:
                self.code.append((tag.end, closer[0]))
            return closer and closer[0]
        name = matched["liquid"] or matched["hugo"] or "comment"
        if matched["comment"]:
            opener = matched["comment"]
            pattern = re.escape(COMMENT_ENDS.get(opener) or ("*/" + {"<": ">", "%": "%"}.get(opener[2:3], "") + "}}"))
        elif matched["liquid"]:
            pattern = rf"\{{%-?\s*end{name}\s*-?%\}}"
        else:
            pattern = rf"\{{\{{[<%]\s*/\s*{name}\s*[>%]\}}\}}"
        closer = self.until(pattern, inner)
        if closer and name.lower() == "comment":
            self.other.append((first, closer[1]))
        elif closer:
            self.code.append((inner, closer[0]))
            self.other += [(first, inner), closer]
        return closer and closer[1]

    def until(self, pattern: str, inner: int) -> Span | None:
        """Return where the end of a region stands; what no end was found for is not looked for again."""
        closer = None if pattern in self.endless else re.compile(pattern, re.IGNORECASE).search(self.text, inner)
        if closer is None:
            self.endless.add(pattern)
            return None
        return closer.span()


def blocks(text: str, seen: str, start: int, code: list[Span]) -> list[Block]:
    """Return the blocks of a text from an offset on; `seen` is the text with what is silent blank."""
    found = [Block(first, last, "code") for first, last in _gathered(text, code)]
    found += _Blocks(seen).read(start)
    return sorted((block for block in found if block.end > block.start), key=lambda block: block.start)


def _gathered(text: str, code: list[Span]) -> Iterator[Span]:
    """Yield code blocks; of indented lines with only blank ones between them, one."""
    last: Span | None = None
    for start, end in sorted(code):
        if last and not text[last[1] : start].strip():
            last = (last[0], end)
            continue
        if last:
            yield last
        last = (start, end)
    if last:
        yield last


class _Blocks:
    """Blocks from lines: `run` is where the open one began, ended so far, and its kind."""

    def __init__(self, seen: str) -> None:
        self.seen = seen
        self.found: list[Block] = []
        self.run: tuple[int, int, str] | None = None

    def read(self, start: int) -> list[Block]:
        for position, line in lines(self.seen, start):
            self.line(position, line)
        self.close()
        return self.found

    def close(self, kind: str | None = None, level: int = 0) -> None:
        if self.run:
            self.found.append(Block(self.run[0], self.run[1], kind or self.run[2], level))
        self.run = None

    def line(self, position: int, line: str) -> None:
        end = position + len(line.rstrip())
        heading = HEADING.match(line)
        underline = UNDERLINE.match(line)
        item = ITEM.match(line)
        quote = QUOTE.match(line)
        if not line.strip() or (quote and not line[quote.end() :].strip()):
            self.close()
        elif heading:
            self.close()
            words = re.sub(r"[ \t]+#+$", "", heading["words"])
            self.found.append(
                Block(position + heading.start("words"), position + heading.start("words") + len(words), "heading", len(heading["marks"]))
            )
        elif underline and self.run and self.run[2] == "paragraph":
            self.close("heading", 1 if underline["mark"] == "=" else 2)
        elif RULE.match(line):
            self.close()
        elif item:
            self.close()
            self.run = (position + item.end("prefix"), end, "item")
        elif self.run:
            self.run = (self.run[0], end, self.run[2])
        else:
            opened = quote.end() if quote else len(line) - len(line.lstrip())
            self.run = (position + opened, end, "quote" if quote else "paragraph")


def visible(text: str, *silent: list[Span]) -> str:
    """Return a text with what is silent blank."""
    return blanked(text, [span for spans in silent for span in spans])
