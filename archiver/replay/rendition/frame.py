"""Frame: documents within the page, one level deep, from their own captures; and what plug-ins showed.

The element stays what it is, so that the page keeps its shape: a frame that is not in the capture shows a page of ours that says so. Frames
within frames were not captured. `srcdoc` is part of the page and is rewritten like it.
"""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from archiver.embed.web import inlined
from archiver.replay.rendition.element import Page, clean, put
from archiver.replay.rendition.picture import SHAPE
from archiver.replay.rendition.shown import Use

LAZY_FRAMES = ("src", "data-src", "data-lazy-src", "data-litespeed-src")
OWN = frozenset({"src", "srcdoc", "sandbox", "allow", "csp", "name", "allowfullscreen", "credentialless"})


def frame(node: LexborNode, page: Page) -> None:
    """Show a frame from its own capture."""
    attributes = {name: value or "" for name, value in node.attributes.items()}
    clean(node, page)
    for name in OWN & attributes.keys():
        del node.attrs[name]
    inner = attributes.get("srcdoc") or inlined.page(attributes.get("src", ""))
    if inner and not page.framed:
        node.attrs["srcdoc"] = page.nested(inner)
        return
    named = [url for name in LAZY_FRAMES if (url := page.resolve(attributes.get(name)))]
    place = next((found for url in named if not page.framed and (found := page.find(url, Use.FRAME))), None)
    if named:
        node.attrs["src"] = place or page.shown.missing(named[0], Use.FRAME)


def foreign(node: LexborNode, page: Page) -> None:
    """Show what a plug-in would have shown where a browser can; else what stands inside for that case, or a placeholder."""
    attributes = {name: value or "" for name, value in node.attributes.items()}
    written = attributes.get("data") or attributes.get("src") or ""
    url = page.resolve(written)
    kind = page.shown.media_type(url) if url else "image/*" if written.lstrip().lower().startswith("data:image/") else None
    if kind is None and any(one.tag not in ("param", "embed") for one in node.iter()):
        node.unwrap()
        return
    drawn = kind is not None and kind.startswith("image/")
    if url is None and not drawn:
        node.decompose()
        return
    place = page.find(written, Use.IMAGE if drawn else Use.FRAME) if not page.framed or drawn else None
    made = page.tree.create_node("img" if drawn else "iframe")
    for name in SHAPE:
        put(made, name, attributes.get(name))
    put(made, "src", place or (page.shown.missing(url, Use.FRAME) if url else None))
    node.replace_with(made)
