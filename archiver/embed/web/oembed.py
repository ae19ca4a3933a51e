"""oEmbed of the open web: a second witness for what an article shows from a provider of the registry.

It is asked where the page itself shows nothing: many players' pages are empty without their scripts. Its word proves that the provider
knows the thing, and says title and author; its "not found" is never enough against a page.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

from archiver.citation.platform import Answer, Media, Page, Post, Reading, State, Target
from archiver.embed.answer.refusal import refusal
from archiver.url import parts, resolve

PURPOSE = "oembed"
KINDS = frozenset({"photo", "video", "link", "rich"})


def target(endpoint: str, url: str) -> Target:
    """Return the request for what an endpoint tells of a page."""
    joint = "&" if "?" in endpoint else "?"
    return Target(f"{endpoint}{joint}{urlencode({'url': url, 'format': 'json'})}", tier="post", purpose=PURPOSE)


def read(answer: Answer) -> Reading:
    """Say what an answer of an endpoint means."""
    refused = refusal(answer)
    if refused:
        return refused
    if answer.status in (404, 410):
        return Reading(State.NOT_FOUND, f"the provider's oEmbed endpoint answered {answer.status}")
    if answer.status in (401, 403):
        return Reading(State.FORBIDDEN, f"the provider's oEmbed endpoint answered {answer.status}")
    if answer.status != 200:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the provider's oEmbed endpoint answered {answer.status}")
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        told = None
    words = {key: value for key, value in told.items() if isinstance(value, str) and value} if isinstance(told, dict) else {}
    if words.get("type") not in KINDS or not words.keys() & {"title", "html", "url"}:
        return Reading(State.UNREADABLE, "the provider's oEmbed endpoint told nothing that can be read")
    page = Page(title=words.get("title"), author=words.get("author_name"), description=words.get("description"))
    return Reading(State.OK_PARTIAL, "the provider's oEmbed endpoint tells of it", page=page, post=_post(answer, words))


def _post(answer: Answer, words: dict[str, str]) -> Post | None:
    """Return what is told of the thing, where it has a title; its address is the one that the endpoint was asked about."""
    asked = resolve(parts(answer.target.url).parameters().get("url", [""])[0])
    still, title = resolve(words.get("thumbnail_url", "")), words.get("title", "").strip()
    if asked is None or not title:
        return None
    picture = resolve(words.get("url", "")) if words["type"] == "photo" else None
    shown = Media("photo", picture) if picture else Media("poster", still) if still else None
    return Post(
        platform="web",
        id=asked,
        url=asked,
        author=words.get("author_name"),
        text=title,
        title=title,
        media=(shown,) if shown else (),
        partial="as its provider's oEmbed tells it",
    )
