"""YouTube: one video by its id, 11 letters. Identity `youtube:<id>`.

Shapes of addresses: `url`; players and their stand-ins: `markup`; what the watch page tells: `player`.

Asked in this order: oEmbed, which tells title, author and a still; the watch page, whose player data tell the words, the day, and, where
there is no video, why. oEmbed's statuses are its own (platforms §5): 401 the video is there but may not be embedded, 403 it is private, 404
there is none, 400 an id that it does not accept; its 404 is a line of text, not an error in its format, so that it takes the player's word
beside it to call a video deleted. An id tells no time. Where oEmbed refuses a video that is there, its still is asked for: it
is served all the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Media, Post, Reading, State, Target
from archiver.embed.answer import judgement, media
from archiver.embed.answer.endpoint import asked_url, json_object, text
from archiver.embed.answer.endpoint import url as address
from archiver.embed.answer.refusal import refusal
from archiver.embed.youtube import player
from archiver.embed.youtube.markup import EMBEDS, recognise
from archiver.embed.youtube.url import HOSTS, NAME, identify, reference

__all__ = ["embeds", "hosts", "identify", "name", "read", "recognise", "reference", "requisites", "targets", "verdict"]

name: str = NAME
hosts: tuple[str, ...] = HOSTS
embeds: str = EMBEDS
ENDPOINT = "https://www.youtube.com/oembed"
STILL = "still"
STATUSES = {
    400: (State.UNAVAILABLE_UNSPECIFIED, "it does not accept the id"),
    401: (State.EMBEDDING_DISABLED, "its word for a video that may not be embedded"),
    403: (State.PROTECTED, "its word for a private video"),
    404: (State.NOT_FOUND, "it knows no such video"),
}
PROFILE = re.compile(r"https?://(?:www\.)?youtube\.com/@([\w.·-]{1,60})/?")


def targets(citation: Citation) -> Sequence[Target]:
    """Return the oEmbed request and the watch page; nothing for a mention that nothing resolved."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    request = f"{ENDPOINT}?format=json&url={quote(cited.url, safe='')}"
    return (Target(request, tier="post", purpose="oembed"), Target(cited.url))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets`, or a memento of the watch page, means."""
    if answer.target.tier != "memento" and answer.target.purpose == "oembed":
        reading, asked = _oembed(answer), identify(asked_url(answer) or "https://www.youtube.com/")
        still = asked is not None and asked.id is not None and reading.state in (State.EMBEDDING_DISABLED, State.PROTECTED)
        return replace(reading, leads=(_still(str(asked.id)),)) if still and asked else reading
    if answer.target.purpose == STILL:
        there = answer.status == 200 and answer.media_type.lower().startswith("image/")
        state = State.OK_PARTIAL if there else State.UNAVAILABLE_UNSPECIFIED
        return Reading(state, f"the video's still answered {answer.status}")
    return player.read(answer)


def _still(identifier: str) -> Target:
    """Return the request for a video's still, which is served whoever may watch the film; it shows the video, and proves nothing of it."""
    return Target(f"https://i.ytimg.com/vi/{identifier}/hqdefault.jpg", tier="post", purpose=STILL, proof=False)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a video: `deleted` only where oEmbed and the player agree that there is none."""
    return judgement.judge(readings, reference)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the still of a told video; the watch page shows nothing without its scripts."""
    return media.targets(read(answer).post)


def _oembed(answer: Answer) -> Reading:
    refused = refusal(answer)
    if refused:
        return refused
    if answer.status in STATUSES:
        state, meaning = STATUSES[answer.status]
        return Reading(state, f"the oEmbed endpoint answered {answer.status}: {meaning}")
    if answer.status != 200:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the oEmbed endpoint answered {answer.status}")
    post = _post(answer)
    if post is None:  # "Forbidden" was seen with status 200
        return Reading(State.UNREADABLE, "the oEmbed endpoint's answer tells of no video, or of another one")
    return Reading(State.OK_PARTIAL, f"the video as the oEmbed endpoint tells it: {post.partial}", post=post)


def _post(answer: Answer) -> Post | None:
    data, asked = json_object(answer.body), identify(asked_url(answer) or "https://www.youtube.com/")
    if data is None or asked is None or asked.id is None:
        return None
    title, markup, still = text(data, "title"), text(data, "html"), address(data, "thumbnail_url")
    if title is None or (markup and asked.id not in markup):
        return None
    handle = PROFILE.fullmatch(text(data, "author_url") or "")
    return Post(
        platform=NAME,
        id=asked.id,
        url=str(asked.url),
        author=text(data, "author_name"),
        handle=handle[1] if handle else None,
        text=title,
        title=title,
        media=(Media("poster", still),) if still else (),
        partial="title, author and a still, neither its day nor the film",
    )
