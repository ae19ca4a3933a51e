"""Markup of X: which elements show a post, and what the markup says of it.

The loader script is never asked for: about a quarter of real pages have none. What decides is an id that the element names itself, or a
status URL in the attribute that its kind keeps one in, or the **last** status link inside a quotation: earlier ones may lead to other posts
that the text links to. A wrapper adds context only. Where a recognised element stands inside another one that shows the same post (an AMP
component and its placeholder, Guardian's figure and the blockquote in it), the outer one is the embed and the inner one is its text.

Read as evidence (`Claims`), because it is what the article's author saw when they embedded it: the words, their language, links and
hashtags among them, author, handle, and the date. X prints the date in UTC in the long format of the post's language (44 of 44 real
embeds).

False friends: `div.twitter-tweet` around a "read more" link, timelines, follow and share buttons, moments.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from archiver.article.dates import parse_date
from archiver.article.document import Document, Element, Text
from archiver.citation.citation import Claims, Reference
from archiver.citation.platform import Hit
from archiver.embed.markup import wrapper
from archiver.embed.markup.wrapper import WRAPPERS
from archiver.embed.x.snowflake import plausible, post_id
from archiver.embed.x.url import HANDLE, identify, media_key, reference
from archiver.url import absolute

QUOTATIONS = (  # the post is where the last status link inside leads
    "blockquote.twitter-tweet",
    "blockquote.twitter-video",
    "div.twitter-tweet",
    "blockquote.embedly-card",
    "table.kg-twitter-card",  # Ghost's newsletters
    "figure.wp-block-embed-twitter",
    "figure.is-provider-twitter",
)
CARRIERS = {  # the post is what the attribute names: an id, or a status URL (plain, or percent-encoded once)
    "amp-twitter": ("data-tweetid",),
    "bento-twitter": ("data-tweetid",),
    "embetty-tweet": ("status",),
    "twitterwidget": ("data-tweet-id",),
    "iframe": (
        *("data-tweet-id", "src", "data-src", "data-lazy-src", "data-src-cmplz", "data-cookieblock-src", "src-consent", "data-cmp-src"),
        *("data-cmp-src", "consent-original-src-_", "data-consent-src", "data-suppressedsrc", "data-uc-src", "data-content"),
    ),
    "figure": ("data-canonical-url", "data-url"),  # Guardian; Tumblr
    "aside": ("data-onebox-src",),  # Discourse
    "oembed": ("url",),  # CKEditor 5
}
NAMED = ("data-tweet-id", "data-twitter-tweet-id", "data-tweetid")  # on any element that is no control
CONTROLS = frozenset({"a", "button", "input", "script", "link", "meta"})
SUBSTACK = "div.twitter-embed[data-attrs], [data-component-name='Twitter2ToDOM'][data-attrs]"
EMBEDS = ", ".join(
    [
        *QUOTATIONS,
        *(f"{tag}[{attribute}]" for tag, attributes in CARRIERS.items() for attribute in dict.fromkeys(attributes)),
        *(f"[{attribute}]" for attribute in NAMED),
        SUBSTACK,
        WRAPPERS,
    ]
)
LONGEST = 100_000  # characters of a quotation's markup; no post comes near, and beyond it only the id is read
ATTRIBUTION = re.compile(rf"(?:(?<=\s)|^)(?:[—–―‒-]{{1,2}}\s*)?(?P<name>[^\n]*?)\s*[(（]\s*[@＠](?P<handle>{HANDLE})\s*[)）]\s*$")
# White space that is more than one blank; to match the blanks themselves would be most of the work.
BLANKS, RUN = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]"), re.compile(r"[ \t\r\f]{2,}|[\t\r\f]")
DASHED = re.compile(r"(?:^|[\s])[—–―‒]\s*(?=[^—–―‒\n]*$)")


@dataclass(frozen=True, slots=True)
class _Sight:
    """What an element names: the post, how, and the URL or id as written."""

    reference: Reference
    via: str
    written: str


def recognise(element: Element) -> Hit | None:
    """Return the post that an element shows, with what the markup claims of it; None for a false friend or the inside of another embed."""
    sight = _sight(element)
    if sight is None or _inside_another(element, sight.reference):
        return None
    post, url = sight.reference, sight.written
    if "/" not in url:  # the element names the id; what it holds may have the post's address, and in it whose it is
        inside = ((_named(href), href) for href in reversed(element.hrefs))
        post, url = next(((one, href) for one, href in inside if one and one.key == post.key), (post, post.url or url))
    return Hit(post, "embed", sight.via, url, _claims(element, sight))


def quoted_claims(markup: str, identifier: str) -> Claims:
    """Return what the markup of a quotation claims of a post, for markup that came in an endpoint's answer."""
    blocks = Document(markup[:LONGEST]).select("blockquote")
    return _quotation_claims(blocks[0], identifier) if blocks else Claims()


def _sight(element: Element) -> _Sight | None:
    tag, attributes, classes = element.tag, element.attributes, element.classes
    if not attributes:
        return None
    for name in CARRIERS.get(tag, ()):
        found = _named(attributes[name]) if name in attributes else None
        if found:
            return _Sight(found, tag if tag not in ("iframe", "figure", "aside", "oembed") else f"{tag}[{name}]", attributes[name])
    for name in NAMED:
        if name in attributes and tag not in CONTROLS and (found := _named(attributes[name])):
            return _Sight(found, f"{tag}[{name}]", attributes[name])
    if "data-attrs" in attributes:
        written = str(_json(attributes["data-attrs"]).get("url") or "")
        found = _named(written)
        return _Sight(found, "div.twitter-embed[data-attrs]", written) if found else None
    kind = next((kind for kind in QUOTATIONS if kind.partition(".")[0] == tag and kind.partition(".")[2] in classes), None)
    if kind:
        return _quoted(element, kind)
    wrapped = wrapper.sight(element, identify)
    return _Sight(wrapped.reference, wrapped.via, wrapped.written) if wrapped else None


def _quoted(element: Element, kind: str) -> _Sight | None:
    """Find the last status link of a quotation; a wrapper whose content shows a post by itself is only a wrapper."""
    if not kind.startswith("blockquote") and any(_sight(inner) for inner in element.select(EMBEDS)[:20]):
        return None
    for href in reversed(element.hrefs):
        found = _named(href)
        if found:
            return _Sight(found, kind, href)
    words = wrapper.bare(element)  # WordPress keeps the bare URL until the page is rendered
    found = _named(words) if kind.startswith("figure") and " " not in words else None
    return _Sight(found, kind, words) if found else None


def _named(written: str) -> Reference | None:
    written = written.strip()
    if written.isascii() and written.isdigit():
        identifier = post_id(written)
        return reference(identifier) if identifier and plausible(identifier) else None
    if re.match(r"https?%3a", written, re.IGNORECASE):
        written = unquote(written)
    url = absolute(written)
    return identify(url) if url else None


def _inside_another(element: Element, shown: Reference) -> bool:
    around, height = element.parent, 0
    while around is not None and height < 12:
        sight = _sight(around) if not around.tag.startswith(("html", "body")) else None
        if sight and sight.reference.key == shown.key:
            return True
        around, height = around.parent, height + 1
    return False


def _json(written: str) -> Mapping[str, Any]:
    try:
        data = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


# ------------------------------------------------------------------ claims


def _claims(element: Element, sight: _Sight) -> Claims:
    identifier = sight.reference.id or ""
    if "data-attrs" in element.attributes:
        return _substack_claims(_json(element.attributes["data-attrs"]))
    if element.tag == "blockquote":
        return _quotation_claims(element, identifier)
    inner = element.select("blockquote")
    return _quotation_claims(inner[0] if inner else element, identifier) if inner or element.tag == "div" else Claims()


def _quotation_claims(element: Element, identifier: str) -> Claims:
    if len(element.html) > LONGEST:
        return Claims()
    anchors = element.links
    last = next((a for a in reversed(anchors) if (found := _named(a.attributes["href"])) and found.id == identifier), None)
    paragraphs = (one for one in (element, *element.select("p, div")) if one.tag in ("p", "div"))
    lang = next((one.attributes["lang"] for one in paragraphs if "lang" in one.attributes), None)
    lang = element.attributes.get("lang") if lang is None else lang
    words, name, handle = _split(_plain(element, last))
    inside = [(a.attributes["href"], _said(a)) for a in anchors if a != last]
    printed = " ".join(filter(None, (one.words.strip() for one in last.pieces() if isinstance(one, Text)))) if last else ""
    day = parse_date(printed, lang or element.attributes.get("data-lang")) if printed and "/status" not in printed else None
    return Claims(
        author=name or None,
        handle=handle,
        date=day.isoformat() if day else None,
        text=words or None,
        lang=lang or None,
        media=tuple(dict.fromkeys(said for _, said in inside if media_key(said))),
        links=tuple(dict.fromkeys(href for href, said in inside if re.match(r"https?://t\.co/", href) and not media_key(said))),
        hashtags=tuple(dict.fromkeys(said for href, said in inside if "/hashtag/" in href or "src=hash" in href)),
    )


def _said(anchor: Element) -> str:
    """Return the words of a link."""
    return "".join(one.words for one in anchor.pieces() if isinstance(one, Text)).strip()


def _plain(element: Element, until: Element | None) -> str:
    """Return the text up to a link as a browser lays it out: `br` a line, paragraphs apart, other white space one blank."""
    return re.sub(r" ?\n ?", "\n", RUN.sub(" ", "".join(_lines(element, until)))).strip()


def _lines(element: Element, until: Element | None) -> Iterator[str]:
    for piece in element.pieces():
        if isinstance(piece, Text):
            # The text after a paragraph's end is the attribution: it stands on a line of its own.
            yield ("\n\n" if piece.behind == "p" else "") + BLANKS.sub(" ", piece.words)
        elif piece == until:
            return
        elif piece.tag == "br":
            yield "\n"
        elif piece.tag in ("p", "div", "blockquote", "tr", "li"):
            yield "\n\n"


def _split(text: str) -> tuple[str, str | None, str | None]:
    """Part the words from the attribution line that ends them; name and handle are None where there is none."""
    head, _, line = text.rpartition("\n")
    matched = ATTRIBUTION.search(line)
    if not matched:
        return re.sub(r"\n{3,}", "\n\n", text).strip(), None, None
    before, name = line[: matched.start()], matched["name"]
    dash = DASHED.search(name)  # words and attribution on one line: what stands before the last dash is still the words
    if dash:
        before, name = before + name[: dash.start()], name[dash.end() :]
    return re.sub(r"\n{3,}", "\n\n", f"{head}\n{before}").strip(), name.strip(" \u200e\u200f"), matched["handle"]


def _substack_claims(data: Mapping[str, Any]) -> Claims:
    def text(key: str) -> str | None:
        value = data.get(key)
        return value if isinstance(value, str) and value else None

    written, words = text("date"), text("full_text")
    try:
        day = datetime.fromisoformat(written).date().isoformat() if written else None
    except ValueError:
        parsed = parse_date(written, "en") if written else None
        day = parsed.isoformat() if parsed else None
    photos = data.get("photos")
    pictures = (
        [p["link_url"] for p in photos if isinstance(p, dict) and isinstance(p.get("link_url"), str)] if isinstance(photos, list) else []
    )
    plain = _plain(Document(words[:LONGEST]).root, None) if words else None
    return Claims(author=text("name"), handle=text("username"), date=day, text=plain, media=tuple(pictures))
