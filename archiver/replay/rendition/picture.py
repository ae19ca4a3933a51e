"""Picture: images, films and sounds. What the capture has is shown; what it has not is a placeholder of the same size, with the address.

Of an image the capture has `src`, and the largest candidate of each `srcset` (`embed.web.requisite`). Candidates that are not there are
taken out of the set, so that the browser chooses among those that are. Lazy pictures are shown: the attribute with the real address goes
before a `src` or `srcset` that is a place holder of the page's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from selectolax.lexbor import LexborNode

from archiver.embed.web.requisite import LAZY, LAZY_SETS, candidates, largest
from archiver.replay.rendition.element import LINKS, Page, clean, is_data, put
from archiver.replay.rendition.shown import Use

SETS = (*LAZY_SETS, "srcset")
SHAPE = ("width", "height", "class", "id", "style")


def image(node: LexborNode, page: Page) -> None:
    """Show an image by what the capture has of it."""
    attributes = {name: value or "" for name, value in node.attributes.items()}
    clean(node, page)
    written = attributes.get("src", "").strip()
    lazy = [value for name in LAZY if (value := attributes.get(name))]
    named = [*lazy, *([] if is_data(written) else [written])]
    place = next((found for one in named if (found := page.find(one, Use.IMAGE))), None)
    kept = _sets(attributes, page)
    put(node, "srcset", kept or None)
    if place is None and kept:
        place = largest(kept)
    if place is None and is_data(written) and not lazy:
        place = written
    wanted = next(filter(None, (page.resolve(one) for one in _wanted(attributes, named))), None)
    if place is None:
        place = _beside(node, page)
    if place is None and wanted:
        place = page.shown.missing(wanted, Use.IMAGE)
        node.attrs["title"] = f"Not archived: {wanted}"
    put(node, "src", place or (written if is_data(written) else None))


def _wanted(attributes: dict[str, str], named: list[str]) -> Iterator[str]:
    yield from (one for one in named if one and not is_data(one))
    yield from (url for name in SETS if (url := largest(attributes.get(name, ""))))


def _sets(attributes: Mapping[str, str | None], page: Page) -> str:
    """Return the first of an element's srcsets that the capture has something of; what a lazy one holds itself keeps its place only."""
    lazy = any(attributes.get(name) for name in (*LAZY, *LAZY_SETS))
    kept = (_set(attributes.get(name) or "", page, held=not lazy) for name in SETS)
    return next(filter(None, kept), "")


def _set(srcset: str, page: Page, *, held: bool) -> str:
    """Return a srcset of what the capture has, and, where `held`, of what the page itself holds."""
    named = ((url, said) for url, said in candidates(srcset) if held or not is_data(url))
    kept = [(found, said) for url, said in named if (found := page.find(url, Use.IMAGE))]
    return ", ".join(f"{found} {said}".strip() for found, said in kept)


def _beside(node: LexborNode, page: Page) -> str | None:
    """Return what the capture has of the same picture in another format or size: the sources of a `picture` around it."""
    parent = node.parent
    if parent is None or parent.tag != "picture":
        return None
    kept = (_sets(one.attributes, page) for one in parent.css("source"))
    return next((url for value in kept if (url := largest(value))), None)


def source(node: LexborNode, page: Page) -> None:
    """Keep a `picture`'s source with what the capture has of it; those of films are their film's business."""
    if node.parent is not None and node.parent.tag in ("video", "audio"):
        return
    kept = _sets(node.attributes, page)
    if not kept:
        node.decompose()
        return
    clean(node, page)
    node.attrs["srcset"] = kept


def button(node: LexborNode, page: Page) -> None:
    """Keep a form's control without effect; one that is a picture shows it."""
    clean(node, page)
    if (node.attributes.get("type") or "").lower() == "image" and (written := node.attributes.get("src")):
        url = page.resolve(written)
        put(node, "src", page.find(written, Use.IMAGE) or (page.shown.missing(url, Use.IMAGE) if url else None))


def drawn(node: LexborNode, page: Page) -> None:
    """Lead what an SVG draws from elsewhere into the archive."""
    clean(node, page)
    for name in LINKS:
        written = (node.attributes.get(name) or "").strip()
        if written:
            put(node, name, page.within(written) or page.find(written, Use.IMAGE))


def amp(node: LexborNode, page: Page) -> None:
    """Show an AMP page's image, which needs AMP's script: as a plain one inside."""
    plain = page.tree.create_node("img")
    for name in ("src", "srcset", "alt", "width", "height"):
        if value := node.attributes.get(name):
            plain.attrs[name] = value
    clean(node, page)
    image(plain, page)
    if not node.css("img"):
        node.insert_child(plain)


def film(node: LexborNode, page: Page) -> None:
    """Show a film or a sound, with controls; where the capture does not have it, its still and its address."""
    use = Use.VIDEO if node.tag == "video" else Use.AUDIO
    attributes = {name: value or "" for name, value in node.attributes.items()}
    inside = [one for one in node.css("source") if one.mem_id != node.mem_id]
    named = [*(attributes.get(name, "") for name in ("src", "data-src")), *(one.attributes.get("src") or "" for one in inside)]
    place = next((found for one in named if (found := page.find(one, use))), None)
    poster = page.find(attributes.get("poster"), Use.IMAGE)
    wanted = next(filter(None, (page.resolve(one) for one in named)), None)
    for one in inside:
        one.decompose()
    _tracks(node, page)
    clean(node, page)
    if place or not wanted:
        put(node, "src", place)
        put(node, "poster", poster)
        node.attrs["controls"] = ""
        node.attrs["preload"] = "metadata"
        return
    still = page.tree.create_node("img")
    for name in SHAPE:
        put(still, name, attributes.get(name))
    put(still, "src", page.shown.missing(wanted, use))
    still.attrs["alt"] = still.attrs["title"] = f"Not archived: {wanted}"
    if poster:  # the still of a film that is not there: both are said
        shown = page.tree.create_node("img")
        for name in SHAPE:
            put(shown, name, attributes.get(name))
        shown.attrs["src"] = poster
        node.insert_before(shown)
    node.replace_with(still)


def _tracks(node: LexborNode, page: Page) -> None:
    for one in node.css("track"):
        place = page.find(one.attributes.get("src"), Use.VIDEO)
        if place is None:
            one.decompose()
        else:
            one.attrs["src"] = place
