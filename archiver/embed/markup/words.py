"""Words: the text that a small piece of markup shows, as a browser lays it out. For posts whose words come as HTML, in pages and in JSON.

`br` ends a line, paragraphs stand apart, other white space is one blank. Mastodon hides the beginning and the end of long links in
`span.invisible`: hidden from the eye, but part of the address, so it stays. Nothing else is left out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup


LONGEST = 100_000  # characters of markup; the longest posts have a tenth of it
LINES = frozenset({"p", "div", "blockquote", "tr", "li", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "section"})
SILENT = frozenset({"script", "style", "template", "svg"})


def laid_out(markup: str) -> str:
    """Return the text of an HTML fragment: lines as they break, paragraphs one empty line apart, nothing else collapsed or cleaned."""
    from bs4 import BeautifulSoup  # noqa: PLC0415 - 0.1 s, and most runs need it never

    if "<" not in markup:  # no markup at all; the parser would wonder aloud whether it is an address
        return re.sub(r"[ \t\n\r\f]+", " ", html.unescape(markup[:LONGEST])).strip()
    soup = BeautifulSoup(markup[:LONGEST], "html.parser")
    text = re.sub(r"[ \t\r\f]+", " ", "".join(_pieces(soup)))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text)).strip()


def _pieces(soup: BeautifulSoup) -> Iterator[str]:
    from bs4 import Tag  # noqa: PLC0415 - 0.1 s, and most runs need it never
    from bs4.element import NavigableString  # noqa: PLC0415 - 0.1 s, and most runs need it never

    for node in soup.descendants:
        if isinstance(node, Tag):
            if node.name == "br":
                yield "\n"
            elif node.name in LINES:
                yield "\n\n"
        elif type(node) is NavigableString and not (node.parent and node.parent.name in SILENT):
            previous = node.previous_sibling
            after = "\n\n" if isinstance(previous, Tag) and previous.name in LINES else ""
            yield after + re.sub(r"[ \t\n\r\f]+", " ", str(node))
