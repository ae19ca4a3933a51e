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

from archiver.article.source import enclosed

EMBED = "data-archiver-embed"
BLOCK = re.compile(r"<!--\s+wp:(?P<name>(?:core-)?embed(?:/[a-z0-9-]+)?)\s+(?P<attributes>\{[^\n]{0,4000}?\})\s+(?P<alone>/)?-->")
ALONE = re.compile(
    r"^[ \t]*(?P<open>(?:<(?:p|div)\b[^<>\n]*>)*)[ \t]*(?P<url>https?://[^\s<>\"\[\]]+)[ \t]*(?P<close>(?:</(?:p|div)>)*)[ \t]*$",
    re.MULTILINE,
)
VERBATIM = re.compile(r"<(?P<name>pre|script|style|textarea|code)(?=[\s>])|<!--", re.IGNORECASE)
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
    blocks = BLOCKS in content
    pieces: list[str] = []
    position = 0
    for opened, end in enclosed(content, VERBATIM, lambda opened: rf"</{opened['name']}\s*>" if opened["name"] else "-->"):
        pieces += [_paragraphs(content[position : opened.start()], blocks=blocks), content[opened.start() : end]]
        position = end
    return "".join([*pieces, _paragraphs(content[position:], blocks=blocks)])


def _paragraphs(prose: str, *, blocks: bool) -> str:
    shown = ALONE.sub(lambda found: found["open"] + _placed("autoembed", html.unescape(found["url"]), found["url"]) + found["close"], prose)
    return shown if blocks else BLANK_LINE.sub("\n<p>", shown)
