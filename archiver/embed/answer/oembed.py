"""oEmbed: what a provider tells of one of its pages, without login. The same for every platform that has an endpoint.

The specification (oembed.com §2.3.5) gives three errors a meaning: 404 there is nothing to tell for this URL, 401 it is private, 501 not in
this format. Only a 404 or 410 that brings an object in JSON is taken as the endpoint's own word for "nothing there": an HTML page with that
status may come from anything in between, and then nothing is known. 403 has no meaning in it, and is only "forbidden".

An answer tells title, author and a still, seldom the thing itself: what the platform makes of it says what is lacking (`Post.partial`), and
the reading is then `ok_partial`.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from archiver.citation.citation import Reference
from archiver.citation.platform import Answer, Media, Post, Reading, State
from archiver.embed.answer.endpoint import Fields, json_object, refused, text, url

NAME = "the oEmbed endpoint"


def read(answer: Answer, tell: Callable[[Fields], Post | None], name: str = NAME) -> Reading:
    """Say what an endpoint's answer means; `tell` makes the post of it, or None where the answer holds none of the kind.

    Also for APIs that answer by id with the same statuses; `name` is what the reason calls them.
    """
    barred = refused(answer)
    if barred:
        return barred
    told = json_object(answer.body)
    if answer.status in (404, 410):
        if told is None:
            return Reading(State.UNAVAILABLE_UNSPECIFIED, f"{name} answered {answer.status}, but not in its own format")
        return Reading(State.DELETED, f"{name} answered {answer.status} with its error")
    if answer.status == 401 and told is not None:
        return Reading(State.PROTECTED, f"{name} answered 401: its word for private")
    if answer.status in (401, 403):
        return Reading(State.FORBIDDEN, f"{name} answered {answer.status} without saying why")
    if answer.status != 200:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"{name} answered {answer.status}")
    if told is None:
        return Reading(State.UNREADABLE, f"{name}'s answer is not a JSON object" + (", it was cut" if answer.cut else ""))
    post = tell(told)
    if post is None:
        return Reading(State.UNREADABLE, f"{name}'s answer does not tell of what was asked")
    lacking = f": {post.partial}" if post.partial else ""
    return Reading(State.OK_PARTIAL if lacking else State.OK, f"as {name} tells it{lacking}", post=post)


def titled(told: Fields, reference: Reference | None, partial: str) -> Post | None:
    """Return the post of an answer that tells title, author and a still; None where it tells no title, or the reference has no id."""
    title = text(told, "title")
    if reference is None or reference.id is None or reference.url is None or title is None:
        return None
    still = url(told, "thumbnail_url")
    return Post(
        platform=reference.platform,
        id=reference.id,
        url=reference.url,
        author=text(told, "author_name"),
        text=title.strip(),
        title=title.strip(),
        media=(Media("poster", still),) if still else (),
        partial=partial,
    )


def inside(value: str) -> str:
    """Return a value as a parameter's, everything encoded that is no letter, digit, `-`, `.`, `_` or `~`."""
    return quote(value, safe="")
