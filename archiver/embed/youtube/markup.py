"""Markup of YouTube: players, and what stands in their place until somebody clicks or agrees.

A frame's address decides (`wrapper`: lazy and consent attributes, content systems' wrappers). A facade is a picture that becomes a player;
its script reads the id from an attribute of its own, `IDS`, or an address, `ADDRESSES`, and those names are what is known of them. On
links and buttons the same attributes open a player over the page: nothing is shown there, so they stay links.

Nothing is claimed of the video: a frame's `title` is as often the player's ("YouTube video player") as the video's.
"""

from __future__ import annotations

import json
import re

from archiver.article.document import Element
from archiver.citation.platform import Hit
from archiver.embed.markup.wrapper import WRAPPERS, identified, sight
from archiver.embed.youtube.url import identify, reference, video_id

IDS = {  # selector: the attribute that holds the id
    "amp-youtube[data-videoid]": "data-videoid",
    "bento-youtube[data-videoid]": "data-videoid",
    "lite-youtube[videoid]": "videoid",
    "lite-youtube[video-id]": "video-id",
    "youtube-video[videoid]": "videoid",
    "[data-plyr-provider='youtube'][data-plyr-embed-id]": "data-plyr-embed-id",
    ".rll-youtube-player[data-id]": "data-id",  # WP Rocket
    ".youtube-player[data-id]": "data-id",
    "[data-youtube-id]": "data-youtube-id",  # lazyYT and many themes
    "[data-ytid]": "data-ytid",
}
ADDRESSES = {
    "a.lazy-load-youtube[href]": "href",
    "div[data-video-url]": "data-video-url",
    "lite-youtube[src]": "src",
    "youtube-video[src]": "src",
    "media-player[src*='youtu']": "src",
}
SUBSTACK = ".youtube-wrap[data-attrs], [data-component-name='Youtube2ToDOM'][data-attrs]"
LYTE = ".lyte[id^='lyte_'], .lyMe[id^='WYL_'], [id^='lyte_'].lP"
EMBEDS = ", ".join([WRAPPERS, *IDS, *ADDRESSES, SUBSTACK, LYTE, "video"])
CONTROLS = frozenset({"a", "button", "input", "script", "link", "meta"})


def recognise(element: Element) -> Hit | None:
    """Return the video that a player or its stand-in shows; None for playlists, channels and what only opens a player."""
    found = sight(element, identify)
    return Hit(found.reference, "embed", found.via, found.written) if found else _facade(element)


def _facade(element: Element) -> Hit | None:
    attributes, tag = element.attributes, element.tag
    for selector, name in ADDRESSES.items():
        if name in attributes and element.matches(selector) and (shown := identified(attributes[name], identify)):
            return Hit(shown, "embed", f"{tag}[{name}]", attributes[name])
    if tag == "video":  # MediaElement, Video.js: the film's address is one of the sources
        sources = [source.attributes["src"] for source in element.select("source[src]")[:5]]
        return next((Hit(shown, "embed", "source[src]", one) for one in sources if (shown := identified(one, identify))), None)
    written, via = None, tag
    if "data-attrs" in attributes and element.matches(SUBSTACK):
        written, via = _said(attributes["data-attrs"], "videoId"), f"{tag}[data-attrs]"
    if attributes.get("id") and element.matches(LYTE):
        written, via = re.sub(r"^(?:lyte|WYL)_", "", attributes["id"]), f"{tag}[id]"
    for selector, name in IDS.items():
        if name in attributes and tag not in CONTROLS and element.matches(selector):
            written, via = attributes[name], tag if "-" in tag else f"{tag}[{name}]"
            break
    identifier = video_id(written.strip()) if written else None
    return Hit(reference(identifier), "embed", via, reference(identifier).url) if identifier else None


def _said(settings: str, key: str) -> str:
    """Return what settings in JSON say under a key; "" where they say nothing."""
    try:
        data = json.loads(settings)
    except (ValueError, RecursionError):
        return ""
    written = data.get(key) if isinstance(data, dict) else None
    return written if isinstance(written, str) else ""
