"""The blocks of a reStructuredText, its targets and directives, and what of it is silent.

Indentation says what belongs to what (a tab is eight columns). Silent are comments, code directives and literal blocks (`::`), doctest
blocks, document fields, targets, and the machinery of directives: their name and options. Of these comments, targets and machinery are no
words either (`unsaid`): nobody reads them, and they would stand before the words of an embed. Directives are read by what they do:

  code                   `code-block`, `math` …: silent with all they hold; and so is what a generator reads of a post (`tags`), as front
                         matter is
  machinery              `contents`, `toctree` …: no words, with all they hold
  posts and players      `.. youtube:: ID`, `.. tweet:: URL`, by the table of `shortcode.py`: an embed
  pictures               cite nothing, but their `:target:` is a link
  `raw:: html`           its content is HTML
  any other              notes, quotations: their content is text like the rest
"""

from __future__ import annotations

import re

from archiver.article.block import Block
from archiver.article.link import Link
from archiver.article.shortcode import NETWORKS, as_link, cited
from archiver.article.source import Span, lines

ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*$")
EXPLICIT = re.compile(r"[ \t]*\.\.(?:[ \t]+(?P<rest>\S.*)?)?$")
DIRECTIVE = re.compile(r"(?:\|[^|]+\|[ \t]+)?(?P<name>[A-Za-z][\w.+-]*(?::[\w.+-]+)*)[ \t]?::(?:[ \t]+(?P<argument>.*))?$")
TARGET = re.compile(r"_(?P<name>`[^`]+`|(?:[ ]::[ ]|:(?=[^\s:])|[^:\\`]|\\.)+):(?:[ \t]+(?P<url>.*))?$")
ANONYMOUS = re.compile(r"[ \t]*(?:__|\.\.[ \t]+__:)[ \t]+(?P<url>\S.*)$")
NOTE = re.compile(r"\[[^\]]+\](?:[ \t]|$)")
FIELD = re.compile(r"[ \t]*:(?P<name>[A-Za-z][\w -]{0,40}):(?:[ \t]+(?P<value>.*))?$")
METADATA = re.compile(r"(?P<name>[a-z_]+):[ \t]+(?P<value>\S.*)$")
ITEM = re.compile(r"[ \t]*(?:[-+*•‣]|\(?(?:[0-9]+|[A-Za-z]|#)[.)])[ \t]+(?=\S)")
LINKING = frozenset({"target", "link", "url", "href"})
CODE_NAMES = """
    code code-block sourcecode literalinclude highlight math graphviz digraph graph plantuml uml mermaid testcode testoutput
    doctest prompt ipython listing author categories tags comments tagged
"""
CODE = frozenset(CODE_NAMES.split())
MACHINERY = frozenset({"meta", "contents", "toctree", "index", "default-role", "role"})
PICTURES = frozenset({"image", "figure", "thumbnail", "img"})


def name_of(written: str) -> str:
    """Return a reference name as names are matched: lower case, white space collapsed, escapes removed."""
    return " ".join(re.sub(r"\\(.)", r"\1", written).split()).casefold()


def _column(line: str) -> int:
    """Return how far a line is indented; -1 for a blank one."""
    words = line.lstrip()
    return len(line[: len(line) - len(words)].expandtabs()) if words else -1


class Structure:
    """What a reStructuredText is made of. `html` are spans of raw HTML; `fields` what the document says of itself."""

    def __init__(self, text: str) -> None:
        self.blocks: list[Block] = []
        self.silent: list[Span] = []
        self.unsaid: list[Span] = []
        self.html: list[Span] = []
        self.links: list[Link] = []
        self.targets: dict[str, str] = {}
        self.anonymous: list[str] = []
        self.fields: dict[str, str] = {}
        self._rows = list(lines(text))
        self._columns = [_column(line) for _, line in self._rows]  # -1 for a blank one
        self._styles: list[str] = []
        self._before_prose = True
        self._chained: list[str] = []  # names of targets that wait for their address
        self._target_end = 0
        at = 0
        while at < len(self._rows):
            at = self._block(at)
        self.blocks = sorted((block for block in self.blocks if block.end > block.start), key=lambda block: block.start)

    # ----------------------------------------------------------------- lines

    def _line(self, at: int) -> str:
        return self._rows[at][1] if at < len(self._rows) else ""

    def _column(self, at: int) -> int:
        return self._columns[at] if at < len(self._columns) else -1

    def _is_blank(self, at: int) -> bool:
        return self._column(at) < 0

    def _span(self, first: int, behind: int) -> Span:
        """Return the span of rows, from the first character on the first to the last one on the last."""
        start, line = self._rows[first]
        end, last = self._rows[behind - 1]
        return start + len(line) - len(line.lstrip()), end + len(last.rstrip())

    def _indented(self, at: int, column: int) -> int:
        """Return the row behind those from `at` on that are blank or indented deeper than a column; blank ones at the end stay out."""
        behind = at
        while at < len(self._rows) and (self._columns[at] < 0 or self._columns[at] > column):
            at += 1
            behind = behind if self._columns[at - 1] < 0 else at
        return behind

    def _continued(self, at: int) -> int:
        """Return the row behind those that go on with what begins on a row: indented deeper, up to a blank one."""
        behind = at + 1
        while self._column(behind) > self._column(at):
            behind += 1
        return behind

    # ---------------------------------------------------------------- blocks

    def _block(self, at: int) -> int:
        """Read what begins on a row, and return the row behind it."""
        line = self._line(at)
        if not line.strip():
            return at + 1
        explicit = EXPLICIT.match(line)
        anonymous = ANONYMOUS.match(line)
        if anonymous:
            end = self._continued(at)
            self.anonymous.append(anonymous["url"].strip() + "".join(self._line(row).strip() for row in range(at + 1, end)))
            return self._drop(at, end)
        if explicit:
            return self._explicit(at, explicit["rest"] or "")
        behind = self._section(at)
        if behind:
            return behind
        if line.lstrip().startswith(">>> "):
            behind = at
            while not self._is_blank(behind):
                behind += 1
            return self._code(at, behind)
        if self._before_prose and FIELD.match(line):
            return self._field(at)
        return self._paragraph(at)

    def _mute(self, at: int, behind: int) -> int:
        self.silent.append(self._span(at, behind))
        return behind

    def _drop(self, at: int, behind: int) -> int:
        """Take rows that are no words."""
        if behind > at:
            self.unsaid.append(self._span(at, behind))
            self._mute(at, behind)
        return behind

    def _code(self, at: int, behind: int) -> int:
        self.blocks.append(Block(*self._span(at, behind), "code"))
        return self._mute(at, behind)

    def _section(self, at: int) -> int | None:
        """Read a section title, under- or overlined, or a transition."""
        line, below = self._line(at), self._line(at + 1)
        if ADORNMENT.match(line):
            over = not self._is_blank(at + 1) and self._line(at + 2).strip() == line.strip()
            return self._heading(at + 1, "=" + line[0], at + 3) if over else at + 1 if self._is_blank(at + 1) else None
        if line[:1].strip() and ADORNMENT.match(below):
            return self._heading(at, below[0], at + 2)
        return None

    def _heading(self, at: int, style: str, behind: int) -> int:
        if style not in self._styles:
            self._styles.append(style)
        self.blocks.append(Block(*self._span(at, at + 1), "heading", min(6, self._styles.index(style) + 1)))
        return behind

    def _field(self, at: int) -> int:
        matched = FIELD.match(self._line(at))
        behind = self._indented(at + 1, self._column(at))
        if matched:
            rest = " ".join(self._line(row).strip() for row in range(at + 1, behind))
            self.fields.setdefault(matched["name"].lower(), f"{matched['value'] or ''} {rest}".strip())
        return self._mute(at, behind)

    def _paragraph(self, at: int) -> int:
        self._before_prose = False
        first, item = at, ITEM.match(self._line(at))
        column = len(item[0].expandtabs()) if item else self._column(at)
        at += 1
        while not self._is_blank(at) and not ITEM.match(self._line(at)) and not EXPLICIT.match(self._line(at)):
            if ADORNMENT.match(self._line(at + 1)) and self._column(at) == 0:
                break
            at += 1
        start, end = self._span(first, at)
        start += len(item[0].lstrip()) if item else 0
        self.blocks.append(Block(start, end, "item" if item else "quote" if column else "paragraph"))
        if not self._line(at - 1).rstrip().endswith("::"):
            return at
        literal = at
        while literal < len(self._rows) and self._is_blank(literal):
            literal += 1
        behind = self._indented(literal, column)
        return self._code(literal, behind) if behind > literal else at

    def _follows(self, at: int) -> bool:
        """Tell whether nothing stands between the last target and a row: targets without an address mean what the next one does."""
        return all(self._is_blank(row) for row in range(self._target_end, at))

    # ------------------------------------------------------- explicit markup

    def _explicit(self, at: int, rest: str) -> int:
        column = self._column(at)
        behind = self._indented(at + 1, column)
        target, directive = TARGET.match(rest), DIRECTIVE.match(rest)
        if target:
            behind = self._continued(at)
            url = (target["url"] or "").strip() + "".join(self._line(row).strip() for row in range(at + 1, behind))
            self._chained = [*(self._chained if self._follows(at) else []), name_of(target["name"].strip("`"))]
            if url:
                self.targets.update({name: url for name in self._chained if name not in self.targets})
                self._chained = []
            self._target_end = behind
            return self._drop(at, behind)
        if NOTE.match(rest):
            behind = self._continued(at)
            start, end = self._span(at, behind)
            self.blocks.append(Block(start + 3, end, "paragraph"))
            return behind
        if directive:
            return self._directive(at, behind, directive["name"].lower(), (directive["argument"] or "").strip())
        metadata = METADATA.match(rest)
        if metadata:
            self.fields.setdefault(metadata["name"], metadata["value"].strip())
        return self._drop(at, behind if rest or not self._is_blank(at + 1) else at + 1)

    def _directive(self, at: int, behind: int, name: str, argument: str) -> int:
        content = at + 1
        while content < behind and FIELD.match(self._line(content)):
            content += 1
        plain = name.rpartition(":")[2]
        if plain in CODE:
            return self._code(at, behind)
        if plain in MACHINERY:
            return self._drop(at, behind)
        self._options(at + 1, content)
        if plain == "raw":
            if argument.lower().startswith("html") and content < behind:
                self.html.append(self._span(content, behind))
                self.blocks.append(Block(*self._span(content, behind), "paragraph"))
                self._drop(at, content)
                return behind
            return self._drop(at, behind)
        thing = cited(plain, argument.split(), {}) if re.sub(r"[^a-z0-9]", "", plain) in NETWORKS else None
        if thing:
            self.links.append(as_link(thing, *self._span(at, at + 1), "directive"))
            return self._mute(at, behind)
        if plain in PICTURES:
            self._drop(at, at + 1)
        else:
            start, _ = self._span(at, at + 1)
            marker = start, start + self._line(at).lstrip().index("::") + 2
            self.silent.append(marker)
            self.unsaid.append(marker)
            if argument:
                self.blocks.append(Block(self._span(at, at + 1)[0], self._span(at, at + 1)[1], "paragraph"))
        return content

    def _options(self, at: int, behind: int) -> None:
        """Read the options of a directive: those that name an address are links, and it is what is left of them."""
        for row in range(at, behind):
            matched = FIELD.match(self._line(row))
            url = (matched["value"] or "").strip() if matched and matched["name"].lower() in LINKING else ""
            start, end = self._span(row, row + 1)
            if matched and url and not url.endswith("_"):
                end = self._rows[row][0] + matched.start("value")
                self.links.append(Link(url, end, end + len(url), "directive"))
            self.unsaid.append((start, end))
        if behind > at:
            self._mute(at, behind)
