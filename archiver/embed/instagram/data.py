"""Instagram's data: the JSON that some of its embed pages carry for their own scripts (`contextJSON`, a string of JSON inside JSON).

Where it is there, it tells more than the page around it: every picture of a series, the film's file, the time, descriptions. The shape is
that of the site's query interface (`shortcode_media`, `xdt_shortcode_media`); lists are `edges` of `node`s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from archiver.article.document import Document
from archiver.citation.platform import Media, Post
from archiver.embed.answer.endpoint import json_object, rows, table, text, url

KEY = re.compile(r'"contextJSON"\s*:\s*(?=")')
BIGGEST = 8 << 20  # characters of one script
MOST = 20


def post_from(document: Document, platform: str, identifier: str, address: str) -> Post | None:
    """Return the post that a page's data tell, if it is the one with this shortcode; None where they tell none."""
    media = next((one for script in document.select("script") for one in _media_objects(script.text[:BIGGEST])), None)
    if media is None or media.get("shortcode") != identifier:
        return None
    owner, caption = table(media, "owner"), _nodes(media, "edge_media_to_caption")
    shown = tuple(dict.fromkeys(_shown(media)))
    if not shown and not caption:
        return None
    taken = media.get("taken_at_timestamp")
    moment = datetime.fromtimestamp(taken, UTC) if isinstance(taken, int) and 1_200_000_000 < taken < 1 << 33 else None
    return Post(
        platform,
        identifier,
        address,
        author=text(owner, "full_name"),
        handle=text(owner, "username"),
        created=moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None,
        text=text(caption[0], "text") if caption else None,
        media=shown,
        partial=None if shown else "its pictures are not told",
    )


def _media_objects(script: str) -> Iterator[Mapping[str, Any]]:
    for found in KEY.finditer(script) if "contextJSON" in script else ():
        try:
            inner, _end = json.JSONDecoder().raw_decode(script, found.end())
        except (ValueError, RecursionError):
            continue
        context = json_object(inner.encode("utf8", "replace")) or {} if isinstance(inner, str) else {}
        for place in (table(context, "gql_data"), table(context, "context"), context):
            for key in ("shortcode_media", "xdt_shortcode_media", "media"):
                if media := table(place, key):
                    yield media


def _nodes(media: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    return [table(edge, "node") for edge in rows(table(media, key), "edges")[:MOST]]


def _shown(media: Mapping[str, Any]) -> Iterator[Media]:
    for one in _nodes(media, "edge_sidecar_to_children") or [media]:
        film, still, alt = url(one, "video_url"), url(one, "display_url"), text(one, "accessibility_caption")
        if film:
            yield Media("video", film, alt, "video/mp4")
        if still:
            yield Media("poster" if film or one.get("is_video") is True else "photo", still, None if film else alt)
