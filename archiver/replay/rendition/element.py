"""Element: what becomes of each kind of element and of its attributes.

Left out: scripts, `base` (every address is absolute already), `meta http-equiv` (refresh, policies, cookies), links other than stylesheets
and icons. Kept without effect: forms and buttons. Event handlers and what only scripts or the network read are taken off every element.

Links. In-page ones stay. Others lead to a page that names their address, by text, so that they look like links (`:link` holds) and tell
where they led: those of mail programs and telephones too, and those of scripts, whose code is not told.

A stylesheet that a script would have switched on (`rel=preload` or `media=print`, with `onload`) is on: without script nobody
would switch it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archiver.embed.web import inlined
from archiver.replay.rendition.shown import Shown, Use, found
from archiver.replay.rendition.style import style
from archiver.url import resolve, without_fragment

LEFT_OUT = frozenset({"script", "base", "applet", "param", "portal", "fencedframe", "bgsound", "noembed"})
ANIMATED = frozenset({"set", "animate", "animatetransform", "animatemotion"})
NAMES = """
    nonce integrity crossorigin referrerpolicy ping is imagesrcset imagesizes attributionsrc browsingtopics fetchpriority loading target
    download action method enctype formaction formtarget formmethod formenctype autofocus autoplay manifest profile codebase classid archive
    longdesc cite lowsrc dynsrc http-equiv charset popovertarget command commandfor contenteditable accesskey decoding
    xml:base xlink:actuate xlink:show
"""
DROPPED = frozenset(NAMES.split())
STYLED = frozenset(  # by `url(…)`; of SVG, attributes besides `style`
    {"style", "fill", "stroke", "filter", "mask", "clip-path", "marker-start", "marker-mid", "marker-end", "cursor"}
)
INLINE = frozenset({Use.IMAGE, Use.VIDEO, Use.AUDIO})
TOLD = ("mailto:", "tel:", "sms:")  # schemes whose addresses are told; of others, which are programs and documents, the scheme is
LINKS = ("href", "xlink:href")
LINKED = frozenset({"a", "area", "link", "image", "feimage", "use"})  # whose address has a function of its own


@dataclass(frozen=True, slots=True)
class Page:
    """The page being made: its tree, what its links are relative to, its own address, and the archive."""

    tree: LexborHTMLParser
    base: str
    url: str
    shown: Shown
    framed: bool
    seen: bool  # a browser with script wrote it down
    shadows: dict[str, str]  # by the mark in its place, the markup of a shadow root
    nested: Callable[[str], str]  # the rendition of a document that stands in an attribute

    def find(self, written: str | None, use: Use) -> str | None:
        """Return where an archived thing is served, None where it is not in the capture or nothing is named; `data:` is what it is."""
        if use in INLINE and is_data(written):
            return written
        return found(written, self.base, self.shown, use) if written and written.strip() else None

    def within(self, written: str) -> str | None:
        """Return the fragment, `#` included, of an address that leads to a spot of this very page, None for any other."""
        if written.startswith("#"):
            return written
        url = self.resolve(written)
        fragment = url.partition("#")[2] if url else ""
        return f"#{fragment}" if url and fragment and without_fragment(url) == without_fragment(self.url) else None

    def style(self, css: str) -> str:
        """Return a stylesheet of the page, or the value of a `style` attribute, led into the archive."""
        return style(css, self.base, self.shown, self.within)

    def resolve(self, written: str | None) -> str | None:
        """Return an address of the page as an absolute web URL."""
        return resolve(written, self.base) if written and written.strip() else None


def is_data(written: str | None) -> bool:
    """Tell whether an address holds what it names."""
    return (written or "").lstrip()[:5].lower() == "data:"


def gone(node: LexborNode, tag: str) -> bool:
    """Tell whether an element has nothing to show without script and network."""
    if tag in LEFT_OUT:
        return True
    if tag == "meta":
        return "http-equiv" in node.attributes or "charset" in node.attributes or node.attributes.get("name") == "referrer"
    if tag in ANIMATED:
        return (node.attributes.get("attributename") or node.attributes.get("attributeName") or "").lower().endswith("href")
    return False


def clean(node: LexborNode, page: Page) -> None:
    """Take off what only scripts and the network read, and lead what the element's style names into the archive."""
    for name, value in node.attributes.items():
        plain = name.lower()
        if plain.startswith("on") or plain in DROPPED:
            del node.attrs[name]
        elif plain in STYLED and value and ("url(" in value.lower() or "image-set" in value.lower()):
            node.attrs[name] = page.style(value)
        elif plain in LINKS and value and not value.lstrip().startswith("#") and (node.tag or "").lower() not in LINKED:
            del node.attrs[name]
        elif plain == "background" and value:
            put(node, name, page.find(value, Use.IMAGE))


def put(node: LexborNode, name: str, value: str | None) -> None:
    """Set an attribute, or take it off where there is no value."""
    if value is not None:
        node.attrs[name] = value
    elif name in node.attributes:
        del node.attrs[name]


def anchor(node: LexborNode, page: Page) -> None:
    """Let a link within the page lead there, any other to the page that names where it led."""
    clean(node, page)
    for name in LINKS:
        written = (node.attributes.get(name) or "").strip()
        if not written or written.startswith("#"):
            continue
        url = page.resolve(written)
        spot = page.within(written)
        said = url or (written if written.lower().startswith(TOLD) else written.partition(":")[0][:40] + ":")
        node.attrs[name] = spot or page.shown.leads(said)
        if spot is None and (url or said == written) and not node.attributes.get("title"):
            node.attrs["title"] = said


def link(node: LexborNode, page: Page) -> None:
    """Keep stylesheets and icons that the capture holds, and no other relation."""
    attributes = node.attributes
    relations = (attributes.get("rel") or "").lower().split()
    switch = (attributes.get("onload") or "").lower()
    switched = "preload" in relations and (attributes.get("as") or "").lower() == "style" and "stylesheet" in switch
    icon = any(name in relations for name in ("icon", "apple-touch-icon"))
    styled = switched or ("stylesheet" in relations and "alternate" not in relations)
    if styled and (held := inlined.style(attributes.get("href") or "")):
        _held(node, held, page)
        return
    place = page.find(attributes.get("href"), Use.STYLE if styled else Use.IMAGE) if styled or icon else None
    if place is None:
        node.decompose()
        return
    if "media" in switch and (attributes.get("media") or "").lower() in ("print", "none", "only x", "speech"):
        del node.attrs["media"]
    clean(node, page)
    node.attrs["rel"] = "stylesheet" if styled else "icon"
    node.attrs["href"] = place


def _held(node: LexborNode, css: str, page: Page) -> None:
    """Put a stylesheet that a `data:` URL held in the place of its link; nothing is relative to such a URL."""
    made = page.tree.create_node("style")
    put(made, "media", node.attributes.get("media"))
    made.inner_html = style(css, "", page.shown).replace("</", "<\\/")
    node.replace_with(made)
