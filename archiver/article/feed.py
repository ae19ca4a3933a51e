"""Read a feed as an article: RSS, Atom, JSON Feed, and WordPress' export, which is RSS with more in it.

A feed is many articles in one file, and its source is machinery: HTML escaped once or twice, in CDATA, cut into fields. Offsets into that
would help nobody. So the text is what a feed reader shows: the items in their order, each with its title as a heading above its content, as
one page (`Article.markup`) whose text is the article's.

Each item is an article, and a feed given as a source is still one snapshot: one file was received, its hash and its record are the feed's,
and what an item cites is often its whole content. `Article.items` says which part of the text is which item, with its title, address,
author and date; whoever wants one snapshot for each names the feed as a source of a scheduled run, which archives the items' own pages.

  - An item's content is `content:encoded`, `content`, `content_html`, else its description or summary. What is still escaped after the
    feed's own escaping is undone is escaped twice. Each item's HTML is closed before the next begins: what one forgets to close does not
    swallow the rest.
  - An item's own address, and the feed's, are no citations (`The post … appeared first on …`).
  - A relative address in an item is relative to what `xml:base` says, else to the item's own page. Where that is another address than
    against the feed's, the page has it absolute.
  - A WordPress export holds posts as their authors wrote them: an address alone on its line, `<!-- wp:embed {"url": …} -->`, `[embed]` and
    other shortcodes are embeds, blank lines part paragraphs. Attachments, menus, revisions, and what was thrown away are no articles;
    cached copies of embeds (`wp:postmeta`) stand in no content.

XML is `xml.py`'s. Feedparser (BSD) was looked at: it drops frames and scripts, which are what is looked for here.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree import ElementTree as ET

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from archiver.article.article import Article
from archiver.article.document import Document
from archiver.article.encoding import codec, declared, decode, guessed, marked
from archiver.article.entry import Entry
from archiver.article.language import language_of
from archiver.article.link import Link
from archiver.article.nesting import tamed
from archiver.article.shortcode import shortcodes
from archiver.article.text import read_text
from archiver.article.times import iso_date
from archiver.article.wordpress import EMBED, written_html
from archiver.article.xml import local, parsed
from archiver.url import resolve

ROOT = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE\b[^\[<>]*(?:\[[^\]]*\]\s*)?>\s*)*+"
    r"<(?:[A-Za-z][\w.-]*:)?(?P<root>rss|feed|RDF|entry(?=[^>]*http://www\.w3\.org/2005/Atom))[\s>]",
    re.DOTALL,
)
JSON_FEED = re.compile(r'\s*\{.{0,2000}?"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/', re.DOTALL)
SNIFFED = 1 << 15  # characters before which a feed's root element stands
TAGGED = re.compile(r"<[A-Za-z!/]")
ESCAPED = re.compile(r"&lt;/?(?:p|a|div|span|br|iframe|blockquote|figure|img|h[1-6]|ul|ol|li|em|strong|b|i)(?:\s|/?&gt;)", re.IGNORECASE)
TYPES = {"rss": "application/rss+xml", "feed": "application/atom+xml", "entry": "application/atom+xml", "RDF": "application/rdf+xml"}
JSON_TYPE = "application/feed+json"
PLAINTEXT = re.compile(r"<(?=plaintext)", re.IGNORECASE)  # nothing closes it, not even the end of what it stands in
NO_POSTS = frozenset(
    ["attachment", "nav_menu_item", "revision", "custom_css", "customize_changeset", "oembed_cache", "wp_global_styles", "wp_navigation"]
)
NOT_SHOWN = frozenset({"trash", "auto-draft", "inherit"})
CHROME = frozenset({"nav", "footer"})
# Where an item's words may be, best first; the last two are old RSS' XHTML, and podcasts'.
CONTENTS = ("content:encoded", "content", "description", "summary", "excerpt:encoded", "body", "fullitem", "itunes:summary")
ADDRESSES = ("href", "src", "data-src", "cite", "data-href")
RELATIVE = re.compile(r"\s*(?![A-Za-z][A-Za-z0-9+.-]*:|//|#|\s|$)")


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a feed: its HTML as its author wrote it, and what the feed says of it."""

    html: str
    title: str | None = None
    url: str | None = None
    author: str | None = None
    published: str | None = None  # ISO date
    language: str | None = None
    guid: str | None = None  # what the feed calls it, whatever its address
    base: str | None = None  # what addresses in it are relative to


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its items in order, and what it says of itself."""

    media_type: str
    items: tuple[Item, ...]
    title: str | None = None
    url: str | None = None  # of the site
    author: str | None = None
    language: str | None = None
    about: str = ""  # HTML


class Page(Document):
    """Items as one page. All of it is body, except what calls itself chrome and links to the items themselves."""

    def __init__(self, items: Sequence[Item], own: frozenset[str], base: str | None) -> None:
        self._own = own
        super().__init__("".join(_section(item, base) for item in items))

    @cached_property
    def _in_body(self) -> list[bool]:
        tree = self._tree
        body: list[bool] = []
        for tag, parent, node in zip(tree.tags, tree.parents, tree.nodes, strict=True):
            own = tag == "a" and (node.attributes.get("href") or "").strip().rstrip("/") in self._own
            body.append(tag not in CHROME and not own and (parent < 0 or body[parent]))
        return body


def is_feed(head: str) -> bool:
    """Tell whether a text is a feed, by its beginning."""
    return ROOT.match(head[:SNIFFED]) is not None or JSON_FEED.match(head[:SNIFFED]) is not None


def read_feed(data: bytes, *, source: str, url: str | None = None, base_url: str | None = None, charset: str | None = None) -> Article:
    """Return a feed as one article. UsageError for what is no text."""
    encoding, feed = _feed(data, charset, base_url or url)
    if feed is None:
        return read_text(data, source=source, url=url, base_url=base_url, charset=charset or encoding)
    return _article(feed, data, encoding, source, url, base_url or url or feed.url)


def listed(data: bytes, charset: str | None = None) -> tuple[Item, ...] | None:
    """Return what a feed lists; None for what is no feed."""
    _, feed = _feed(data, charset, None)
    return feed.items if feed is not None else None


def _article(feed: Feed, data: bytes, encoding: str, source: str, url: str | None, base_url: str | None) -> Article:
    addresses = [(feed.url, base_url), *((item.url, base_url) for item in feed.items)]
    own = {spelled.rstrip("/") for one, base in addresses if one for spelled in (one, resolve(one, base)) if spelled}
    page = Page(feed.items or (Item(feed.about, feed.title),), frozenset(own), base_url)
    languages = {item.language for item in feed.items}
    language = languages.pop() if len(languages) == 1 else None
    heard = language_of(page.text)
    declared_language = language or feed.language
    fits = declared_language is not None and heard in {None, declared_language.split("-")[0].lower()}
    return Article(
        source=source,
        url=url,
        media_type=feed.media_type,
        data=data,
        encoding=encoding,
        text=page.text,
        sha256=hashlib.sha256(data).hexdigest(),
        blocks=page.blocks,
        title=feed.title,
        byline=feed.author,
        language=declared_language if fits else heard,
        base_url=base_url,
        links=tuple(_links(page)),
        markup=page,
        items=tuple(
            Entry(*page.span(element), item.title, item.url, item.author or feed.author, item.published)
            for item, element in zip(feed.items, page.select("body > article"), strict=bool(feed.items))
        ),
    )


def _links(page: Page) -> Iterator[Link]:
    """Yield the embeds that are written as text."""
    for element in page.select(f"[{EMBED}]"):
        kind, _, url = element.attributes[EMBED].partition(" ")
        yield Link(url, *page.span(element), kind, "embed")
    yield from shortcodes(page.text, generator=False)


def _section(item: Item, base: str | None) -> str:
    heading = f"<h1>{html.escape(item.title)}</h1>" if item.title else ""
    return f"<article>{heading}{_closed(item.html, item.base, base)}</article>"


def _closed(content: str, base: str | None, feed_base: str | None) -> str:
    """Return HTML with everything closed that was left open, and those addresses absolute that the feed's base would lead elsewhere."""
    parser = LexborHTMLParser(tamed(PLAINTEXT.sub("&lt;", content)), options=LexborDocumentOptions.WO_EVENTS, scripting=True)
    for name in ADDRESSES if base and base != feed_base else ():
        for node in parser.css(f"[{name}]"):
            written = node.attributes.get(name) or ""
            meant = resolve(written, base) if RELATIVE.match(written) else None
            if meant and meant != resolve(written, feed_base):
                node.attrs[name] = meant
    return "".join(node.html or "" for node in parser.body.iter(include_text=True)) if parser.body is not None else ""


# ------------------------------------------------------------------- parsing


def _feed(data: bytes, charset: str | None, base: str | None) -> tuple[str, Feed | None]:
    """Return the encoding, and the feed, if it is one; `base` is where it came from."""
    encoding = marked(data) or codec(charset) or declared(data) or guessed(data) or "utf-8"
    text = decode(data, encoding)
    if text.lstrip()[:1] == "{":
        return encoding, _json_feed(text, base)
    root = parsed(text)
    return encoding, _xml_feed(root, base) if root is not None else None


class _Fields:
    """The children of an element by local name, those in namespaces by `prefix:name` as feeds usually write them."""

    PREFIXES = (
        ("purl.org/rss/1.0/modules/content", "content:"),
        ("purl.org/dc/", "dc:"),
        ("search.yahoo.com/mrss", "media:"),
        ("wordpress.org/export/", "wp:"),
        ("itunes.com/dtds", "itunes:"),
    )

    def __init__(self, element: ET.Element) -> None:
        self.by_name: dict[str, list[ET.Element]] = {}
        for child in element:
            space, name = local(child)
            prefix = next((prefix for part, prefix in self.PREFIXES if part in space), "")
            excerpt = "excerpt/" in space
            self.by_name.setdefault("excerpt:" + name if excerpt else prefix + name, []).append(child)

    def first(self, *names: str) -> ET.Element | None:
        return next((self.by_name[name][0] for name in names if name in self.by_name), None)

    def text(self, *names: str) -> str | None:
        """Return the first that says something, as one line, markup in it undone."""
        for name in names:
            for element in self.by_name.get(name, ()):
                words = " ".join(html.unescape(re.sub(r"<[^<>]{1,500}>", "", "".join(element.itertext()))).split())
                if words:
                    return words
        return None

    def person(self) -> str | None:
        author = self.first("author")
        name = _Fields(author).text("name") if author is not None and len(author) else None
        said = name or self.text("dc:creator", "author", "itunes:author")
        named = re.fullmatch(r"\S+@\S+\s+\((.+)\)", said or "")  # RSS: an address with the name behind it
        return named[1] if named else said if said and "@" not in said else None

    def link(self) -> str | None:
        """Return the address of what the element is: Atom's alternate, RSS' link or permanent guid."""
        for link in self.by_name.get("link", ()):
            if link.get("href") and link.get("rel", "alternate") == "alternate":
                return link.get("href")
            if (link.text or "").strip():
                return (link.text or "").strip()
        guid = self.first("guid")
        said = (guid.text or "").strip() if guid is not None and guid.get("isPermaLink") != "false" else ""
        return said if re.match(r"https?://", said) else None


def _base(base: str | None, *elements: ET.Element) -> str | None:
    """Return what addresses in the innermost of elements are relative to (XML Base)."""
    for element in elements:
        written = element.get("{http://www.w3.org/XML/1998/namespace}base")
        base = (resolve(written, base) if written else None) or base
    return base


def _xml_feed(root: ET.Element, base: str | None) -> Feed | None:
    _, kind = local(root)
    if kind not in TYPES:
        return None
    channel = next((child for child in root if local(child)[1] == "channel"), root)
    fields = _Fields(channel)
    entries = [element for element in (*channel, *(root if channel is not root else ())) if local(element)[1] in {"item", "entry"}]
    if kind == "entry":  # an entry may be a document of its own (RFC 4287, 2)
        entries = [root]
    own = next((link.get("href", "") for link in fields.by_name.get("link", ()) if link.get("rel") == "self"), "")
    came = base or resolve(own)
    base = _base(came, root, *([channel] if channel is not root else []))
    url = resolve(fields.link() or "", base)
    about = fields.first("description", "subtitle", "tagline")
    return Feed(
        TYPES[kind],
        tuple(item for entry in entries if (item := _xml_item(entry, base or url, said=base != came)) is not None),
        fields.text("title"),
        url,
        fields.person(),
        fields.text("language", "dc:language") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        _content(about) if about is not None else "",
    )


def _xml_item(entry: ET.Element, base: str | None, *, said: bool) -> Item | None:
    """Return what an item is; `said` tells whether the base is one that the feed declares."""
    fields = _Fields(entry)
    wordpress = "wp:post_type" in fields.by_name
    if wordpress and (fields.text("wp:post_type") in NO_POSTS or fields.text("wp:status") in NOT_SHOWN):
        return None
    holder, content = next(
        ((one, written) for name in CONTENTS if (one := fields.first(name)) is not None and (written := _content(one)).strip()), (entry, "")
    )
    if not content and (group := fields.first("media:group", "media:description")) is not None:
        content = _plain("".join(group.itertext()).strip())
    url = fields.link()
    own = _base(base, entry, *([holder] if holder is not entry else []))
    return Item(
        html=written_html(content) if wordpress else content,
        title=fields.text("title"),
        url=url,
        author=fields.person(),
        published=iso_date(fields.text("pubDate", "published", "dc:date", "issued", "updated")),
        language=fields.text("dc:language") or entry.get("{http://www.w3.org/XML/1998/namespace}lang"),
        guid=fields.text("guid", "id") or entry.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"),
        base=own if said or own != base else resolve(url or "", base) or base,
    )


def _content(element: ET.Element) -> str:
    """Return the HTML of a content element: escaped, in place (XHTML), or plain text."""
    kind = element.get("type", "html").lower()
    if len(element):
        for inner in element.iter():
            inner.tag = local(inner)[1]
        return (element.text or "") + "".join(ET.tostring(child, "unicode", method="html") for child in element)
    written = element.text or ""
    if not TAGGED.search(written) and ESCAPED.search(written):
        return html.unescape(written)
    return _plain(written) if kind in {"text", "text/plain"} else written


def _plain(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _json_feed(text: str, base: str | None) -> Feed | None:
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return None
    url = resolve(_said(feed.get("home_page_url")) or "", base)
    found = tuple(_json_item(item, base or url) for item in feed["items"] if isinstance(item, dict))
    about = _plain(_said(feed.get("description")) or "")
    return Feed(JSON_TYPE, found, _said(feed.get("title")), url, _authors(feed), _said(feed.get("language")), about)


def _json_item(item: dict[str, Any], base: str | None) -> Item:
    content = _said(item.get("content_html")) or _plain(_said(item.get("content_text")) or _said(item.get("summary")) or "")
    published = iso_date(item.get("date_published"))
    guid = str(item["id"]) if isinstance(item.get("id"), str | int) else None
    url = _said(item.get("url"))
    own = resolve(url or "", base) or base
    return Item(content, _said(item.get("title")), url, _authors(item), published, _said(item.get("language")), guid, own)


def _authors(thing: dict[str, Any]) -> str | None:
    authors = thing.get("authors") if isinstance(thing.get("authors"), list) else [thing.get("author")]
    names = [_said(author.get("name")) for author in authors or () if isinstance(author, dict)]
    return ", ".join(name for name in names if name) or None


def _said(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
