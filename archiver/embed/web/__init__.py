"""Web: the platform of everything that no other platform claims; always last.

Identity is the canonical URL. `Reference.url` is the URL as the article wrote it, resolved; tracking parameters stay in it, because a
server may answer differently without them, and fall away in the key only. A fragment is dropped (it never goes over the wire) unless it is
a route (`#!/…`, `#/…`), which names another page.

Embeds are frames and players with an address of their own. Not content, by structure alone: what is at most 2 pixels wide or high
(counters, tag managers), hidden from everybody, a slot that an ad server fills, and the frames of like, share and follow buttons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archiver.article.document import Element
from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Hit, Reading, State, Target
from archiver.embed.lazy import FRAMES, Frame, addresses, frames
from archiver.embed.web import judgement, requisite
from archiver.url import canonical, parts, resolve, without_fragment

__all__ = ["embeds", "identify", "name", "read", "recognise", "requisites", "targets", "verdict"]

name: str = "web"
MEDIA = ("video", "audio", "amp-video", "amp-audio")
embeds: str = ", ".join([FRAMES, *MEDIA])
HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0\s*(?:;|$))", re.IGNORECASE)
THIN = re.compile(r"(?:^|;)\s*(?:width|height)\s*:\s*[012](?:px)?\s*(?:!important\s*)?(?:;|$)", re.IGNORECASE)
WIDENED = re.compile(r"(?:^|;)\s*min-(?:width|height)\s*:\s*[1-9]", re.IGNORECASE)
AD_SLOT = re.compile(r"google_ads_iframe|aswift_|ad[-_]?frame", re.IGNORECASE)
BUTTON = re.compile(
    r"https?://(?:www\.facebook\.com/plugins/(?:like|like_box|likebox|share_button|follow|page|comments|save)\.php"
    r"|platform\.(?:twitter|x)\.com/widgets/(?:tweet_button|follow_button|widget_iframe|hub)"
    r"|apis\.google\.com/|www\.linkedin\.com/pages-extensions/|www\.googletagmanager\.com/ns\.html)",
    re.IGNORECASE,
)


def identify(url: str) -> Reference | None:
    """Return the reference of any resolved http(s) URL."""
    resolved = resolve(url)
    if resolved is None:
        return None
    address = resolved if parts(resolved).fragment.startswith(("!", "/")) else without_fragment(resolved)
    return Reference(name, None, address, f"{name}:{canonical(resolved)}")


def recognise(element: Element) -> Hit | None:
    """Return the frame or player that an element is, or None where it shows no content of its own.

    Addresses without a host are the article's own: they need its URL, which an element does not know, and are left to the links.
    """
    if _is_unseen(element):
        return None
    for found in _addresses(element):
        if not BUTTON.match(found.url) and (reference := identify(found.url)):
            return Hit(reference, "embed", f"{element.tag}[{found.attribute}]", found.written)
    return None


def targets(citation: Citation) -> Sequence[Target]:
    """Return the cited URL itself; nothing for a mention that nothing resolved."""
    return (Target(citation.reference.url),) if citation.reference.url else ()


def read(answer: Answer) -> Reading:
    """Say what an answer means; see `judgement`."""
    return judgement.read(answer)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return what the page, frame or stylesheet needs to look whole; see `parts`."""
    return requisite.requisites(answer)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the last word of the page's own server: a page has one witness, and each try replaces the one before."""
    last = next((reading for target, reading in reversed(readings) if target.tier != "memento"), None)
    return (last.state, last.reason) if last else (State.UNRESOLVED, f"{reference.key} was not asked for")


def _addresses(element: Element) -> Iterator[Frame]:
    """Yield the addresses of a frame; of a player, its own or else those of its sources."""
    if element.tag not in MEDIA:
        yield from frames(element)
        return
    for holder in (element, *element.select("source")):
        for attribute, written in addresses(holder):
            url = resolve(f"https:{written}" if written.startswith("//") else written)
            if url:
                yield Frame(attribute, written, url)


def _is_unseen(element: Element) -> bool:
    attributes = element.attributes
    style = attributes.get("style", "")
    sizes = [attributes.get(side, "").strip().removesuffix("px") for side in ("width", "height")]
    thin = any(size in ("0", "1", "2") for size in sizes) or (THIN.search(style) and not WIDENED.search(style))
    slot = AD_SLOT.match(attributes.get("id", "")) or AD_SLOT.match(attributes.get("name", ""))
    hidden = "hidden" in attributes or HIDDEN.search(style) or attributes.get("aria-hidden", "").lower() == "true"
    return bool(thin or slot or hidden)
