"""HTML of what a WordPress author wrote: posts in an export are stored as typed, and the server makes the page of them.

Of what it does, that which decides what is cited and where is done here: blank lines part paragraphs (`wpautop`), an address alone on its
line is embedded (`WP_Embed`), and an embed block shows the address that its comment names, whether or not the address stands in its figure
as well. Such addresses are put into an element with the attribute EMBED (`<via> <url>`), so that they have a place; it is removed from what
the author wrote.
"""

from __future__ import annotations

import html
import json
import re

EMBED = "data-archiver-embed"
BLOCK = re.compile(r"<!--\s+wp:(?P<name>(?:core-)?embed(?:/[a-z0-9-]+)?)\s+(?P<attributes>\{[^\n]*?\})\s+(?P<alone>/)?-->")
ALONE = re.compile(
    r"^[ \t]*(?P<open>(?:<(?:p|div)\b[^<>\n]*>)*)[ \t]*(?P<url>https?://[^\s<>\"\[\]]+)[ \t]*(?P<close>(?:</(?:p|div)>)*)[ \t]*$",
    re.MULTILINE,
)
VERBATIM = re.compile(r"(<(pre|script|style|textarea|code)\b.*?</\2\s*>|<!--.*?-->)", re.DOTALL | re.IGNORECASE)
BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
BLOCKS = "wp:"


def written_html(content: str) -> str:
    """Return the content of a post as HTML."""
    content = content.replace("\r\n", "\n").replace(EMBED, "")
    pieces: list[str] = []
    position = 0
    while block := BLOCK.search(content, position):
        close = None if block["alone"] else re.compile(rf"<!--\s+/wp:{re.escape(block['name'])}\s+-->").search(content, block.end())
        pieces += [_prose(content[position : block.start()]), _embedded(block, content[block.end() : close.start()] if close else "")]
        position = close.end() if close else block.end()
    return "".join([*pieces, _prose(content[position:])])


def _embedded(block: re.Match[str], inner: str) -> str:
    """Return the HTML of an embed block, with the address in its place, or where the block begins."""
    try:
        url = json.loads(block["attributes"]).get("url")
    except (ValueError, RecursionError, AttributeError):
        url = None
    if not isinstance(url, str) or not re.match(r"https?://", url):
        return inner
    shown = ALONE.search(inner)
    if shown is None:
        return _placed("wp:embed", url, "") + inner
    return inner[: shown.start()] + shown["open"] + _placed("wp:embed", url, shown["url"]) + shown["close"] + inner[shown.end() :]


def _placed(via: str, url: str, words: str) -> str:
    return f'<div {EMBED}="{via} {html.escape(url)}">{words}</div>'


def _prose(content: str) -> str:
    """Return prose with addresses that stand alone in their places, and paragraphs where blank lines are."""
    pieces = VERBATIM.split(content)
    blocks = BLOCKS in content
    del pieces[2::3]
    for at in range(0, len(pieces), 2):
        shown = ALONE.sub(
            lambda found: found["open"] + _placed("autoembed", html.unescape(found["url"]), found["url"]) + found["close"], pieces[at]
        )
        pieces[at] = shown if blocks else BLANK_LINE.sub("\n<p>", shown)
    return "".join(pieces)
