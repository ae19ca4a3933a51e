"""Citation: what the page of one citation shows: what was captured, beside what the article claims, and how it came here.

Which capture is shown first: the one that tells most of what was cited. A post as an endpoint told it comes before a page; what may count
as proof before a shell that is the same for every id; an answer before an error. All others are one click away, errors included: a 404 is
evidence too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from archiver.embed.difference import Step, steps
from archiver.record.catalog.catalog import hexed
from archiver.record.wacz.film import is_joined
from archiver.replay.library import SnapshotView

Json = Mapping[str, Any]
CARD, VIEW = "urn:archiver:card:", ("urn:view:", "urn:fullPage:")
FURNITURE = frozenset({"icon", "stylesheet", "font", "script", "image", "media", "frame"})
SHOWABLE = ("text/", "image/", "video/", "audio/", "application/json", "application/xhtml+xml", "application/pdf")
MOST_MEDIA = 12
WHOLE = ("video", "poster")  # what of the video tier is a thing to look at; the rest is lists and segments


def subject(citation: Json) -> dict[str, Any]:
    """Return what a citation is called: `name` and `handle` of a post, or the title or URL of a page, with its host and date."""
    post = next((one["post"] for one in citation["captures"] if one.get("post")), None) or {}
    claims = citation["claims"]
    url = citation["url"]
    host = (urlsplit(url).hostname or "").removeprefix("www.") if url else None
    title = next((one["title"] for one in citation["captures"] if one["title"] and one["role"] == "seed"), None)
    return {
        "name": post.get("author") or claims["author"] or title or url or citation["key"],
        "handle": post.get("handle") or claims["handle"],
        "date": post.get("created") or claims["date"],
        "words": post.get("text") or claims["text"],
        "host": host,
        "is_url": not (post.get("author") or claims["author"] or title),
    }


def values(view: SnapshotView, citation: Json, chosen: str | None) -> dict[str, Any]:
    """Return the values of a citation's page; `chosen` is the capture whose page is wanted."""
    shown = [one for one in citation["captures"] if _shows(one)]
    ranked = sorted(shown, key=_rank)
    current = next((one for one in shown if hexed(one["id"]) == chosen), ranked[0] if ranked else None)
    numbers = [one["number"] for one in view.manifest["citations"]]
    at = numbers.index(citation["number"])
    return {
        "view": view,
        "citation": citation,
        "subject": subject(citation),
        "shown": ranked,
        "current": current,
        "card": current is not None and card(current),
        "pictures": [record for one in citation["captures"] for record in one["records"] if (record["url"] or "").startswith(VIEW)],
        "media": list(media(citation)),
        "steps": _steps(citation["comparison"]),
        "told": _told(current["post"]) if current and current.get("post") else [],
        "before": numbers[at - 1] if at else None,
        "after": numbers[at + 1] if at + 1 < len(numbers) else None,
        "of": len(numbers),
    }


def media(citation: Json) -> list[dict[str, Any]]:
    """Return the pictures and films of a post or page that were captured for their own sake, not as furniture of a page."""
    pairs = [(one, record) for one in citation["captures"] for record in one["records"]]
    # A film whose parts were joined is shown in their place.
    joined = [
        {"record": record, "kind": "video", "alt": None, "url": one["parent"] or one["url"]} for one, record in pairs if is_joined(record)
    ]
    found = []
    for one, record in pairs:
        wanted = one["purpose"] not in FURNITURE and (one["tier"] != "video" or one["purpose"] in (("poster",) if joined else WHOLE))
        kind = (record["media_type"] or "").partition("/")[0]
        answered = record["type"] in ("response", "revisit", "resource") and (record["status"] or 200) < 300
        if wanted and answered and kind in ("image", "video") and not (record["url"] or "").startswith("urn:"):
            alt = next((item["alt"] for item in _pictures(citation) if item["url"] == one["url"]), None)
            found.append({"record": record, "kind": kind, "alt": alt, "url": one["url"]})
    return [*joined, *found][:MOST_MEDIA]


def _steps(compared: Json | None) -> list[Step]:
    """Return where the two texts part; nothing where they are the same words, or where one is missing."""
    if not compared or compared["verdict"] == "match" or not compared["claimed"] or not compared["captured"]:
        return []
    return steps(compared["claimed"], compared["captured"])


def _told(post: Json) -> list[str]:
    """Return what an endpoint told of a post besides its words, each fact in a few words."""
    facts = [f"{number:,} {name}" for name, number in post["counts"].items() if isinstance(number, int)]
    facts += [word for word, key in (("quotes a post", "quoted"), ("answers a post", "reply_to"), ("has a poll", "poll")) if post.get(key)]
    facts += [f"edited {post.get('edited_at') or ''}".strip()] if post.get("edited") else []
    return [*facts, *filter(None, (post["partial"],))]


def _pictures(citation: Json) -> list[dict[str, Any]]:
    return [item for one in citation["captures"] if one.get("post") for item in one["post"]["media"]]


def card(capture: Json) -> bool:
    """Tell whether a post card was made of a capture."""
    return any((record["url"] or "").startswith(CARD) for record in capture["records"])


def _shows(capture: Json) -> bool:
    if card(capture):
        return True
    kinds = [record["media_type"] or "" for record in capture["records"] if record["type"] in ("response", "revisit")]
    return capture["role"] == "seed" and bool(kinds) and kinds[-1].startswith(SHOWABLE)


def _rank(capture: Json) -> tuple[bool, ...]:
    return (
        not (capture.get("post") and card(capture)),
        not card(capture),
        (capture["status"] or 999) >= 400,
        not capture.get("proof", True),
        capture["tier"] != "browser",  # what only a browser sees is more of the same page
        not (capture["media_type"] or "").startswith("text/html"),
    )
