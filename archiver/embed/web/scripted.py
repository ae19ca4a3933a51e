"""Scripted: what of a page is made by its scripts, as far as the markup shows it.

Two things. A page with nothing to read or see until its scripts run is a shell (`shell`). A page that has words, and leaves holes for its
scripts to fill, is captured; `evidence` says which, so that a browser may be asked for the rest: custom elements and mount points that
are empty, pictures without an address, a canvas.
"""

from __future__ import annotations

from archiver.article.document import Document, Element
from archiver.embed.web.glance import Glance

SHELL_TEXT = 40  # code points of text below which a page that runs scripts has nothing to read
SOLID = "img[src], picture, video, audio, iframe[src], frame, object, embed, svg, form input"
MOUNTS = "#root, #app, #__next, #__nuxt, #___gatsby, #svelte, [data-reactroot], [ng-app], [ng-version], [v-cloak]"
LAZY = (
    "data-src", "data-srcset", "data-original", "data-lazy", "data-lazy-src", "data-lazy-srcset", "data-hi-res-src", "data-url", "srcset",
    "data-full-src", "data-bg", "data-image",
)  # fmt: skip
HOLES = f"{MOUNTS}, img, canvas, iframe:not([src])"
MOST = 3_000  # elements looked at


def shell(document: Document, words: int) -> str | None:
    """Return why a page has nothing to read or see, or None where it has; `words` are the code points of its text."""
    if words >= SHELL_TEXT or document.select(SOLID):
        return None
    if document.select("script"):
        return f"{words} characters of text, no media, and scripts that would make the page"
    return "a page without text or media" if words == 0 else None


def evidence(document: Document, look: Glance) -> str | None:
    """Return which parts of a page its scripts would make, in a sentence, or None where the markup leaves no holes."""
    if "script" not in look.by_tag:
        return None
    found: dict[str, int] = {}
    for element in document.select(HOLES)[:MOST]:
        name = _hole(element)
        if name:
            found[name] = found.get(name, 0) + 1
    custom = {one.tag for one in document.select("body :not(:has(*)):empty")[:MOST] if "-" in one.tag}
    if custom:
        found[f"empty elements of the page's own ({', '.join(sorted(custom)[:3])})"] = len(custom)
    return "; ".join(f"{number} {name}" for name, number in sorted(found.items())) or None


def _hole(element: Element) -> str | None:
    named = element.attributes
    if element.tag == "img":
        address = named.get("src", "")
        empty = not address or address.startswith(("data:", "about:"))
        drawn = address.startswith("data:") and len(address) > 1_000  # a picture in the page itself
        return "pictures without an address" if empty and not drawn and not any(named.get(key) for key in LAZY) else None
    if element.tag == "canvas":
        return "drawings by script (canvas)"
    if element.tag == "iframe":
        return None if any(named.get(key) for key in LAZY) or "srcdoc" in named else "frames without an address"
    return None if element.text.strip() or element.children else f"empty places for an application (#{named.get('id') or element.tag})"
