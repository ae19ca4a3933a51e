"""Activity: a post as its own server tells other servers (ActivityPub, W3C Recommendation; Activity Streams 2.0 vocabulary).

Every server of the Fediverse answers a post's address with it, whatever software it runs, when asked for `application/activity+json`:
Mastodon, Pleroma, Misskey, GoToSocial, PeerTube, Lemmy, WordPress with a plugin. A page says that it has such a form by a `link` in its
head, and that is how a post of a host that nobody listed is known (`web.lead`).

The object names itself (`id`, `url`): it is the post that was asked for where one of the two is the address asked, or the page's host is
its own and the number in both is the same. It tells no author's name, only whose it is; a server that asks for signatures answers 401.
`Tombstone` is the vocabulary's word for "was here and is deleted".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from archiver.citation.platform import Answer, Choice, Media, Poll, Post, Reading, State, Target
from archiver.embed.answer import endpoint
from archiver.embed.markup.words import laid_out
from archiver.url import parts, resolve, without_fragment

PURPOSE = "activity"
TYPE = "application/activity+json"
ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
POSTS = frozenset({"Note", "Question", "Article", "Page", "Video", "Audio", "Image", "Event"})
KINDS = {"image": "photo", "video": "video", "audio": "audio"}
MOST_MEDIA, MOST_CHOICES = 20, 40
LONGEST = 100_000  # characters of markup


def target(url: str) -> Target:
    """Return the request for a post's own form at an address."""
    return Target(url, tier="post", purpose=PURPOSE, accept=ACCEPT)


def read(answer: Answer, platform: str) -> Reading:
    """Say what an answer means; the post is told as one of `platform`."""
    refused = endpoint.refused(answer)
    if refused:
        return refused
    told = endpoint.json_object(answer.body)
    if told is not None and "Tombstone" in _types(told):
        return Reading(State.DELETED, f"ActivityPub, status {answer.status}: a Tombstone, its word for a deleted post")
    if answer.status == 404:
        return Reading(State.NOT_FOUND, "ActivityPub answered 404")
    if answer.status == 410:
        return Reading(State.GONE, "ActivityPub answered 410")
    if answer.status in (401, 403):
        return Reading(State.LOGIN_WALL, f"ActivityPub answered {answer.status}: it is told to other servers only")
    if answer.status != 200 or told is None:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"ActivityPub answered {answer.status} without an object")
    if not _is_asked(told, answer):
        return Reading(State.UNREADABLE, "ActivityPub told another object than the one that was asked for")
    post = _post(told, answer, platform)
    if post is None:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, "ActivityPub told an object that is no post")
    return Reading(State.OK, "the post as ActivityPub tells it", post=post)


def _is_asked(told: Mapping[str, Any], answer: Answer) -> bool:
    named = {without_fragment(url) for key in ("id", "url") for url in _addresses(told.get(key))}
    asked = {without_fragment(url) for url in (answer.target.url, answer.url) if url}
    if named & asked:
        return True
    number = parts(answer.target.url).path.rstrip("/").rpartition("/")[2].removesuffix(".json")
    return any(parts(url).host == parts(answer.url).host and parts(url).path.rstrip("/").endswith(f"/{number}") for url in named)


def _types(told: Mapping[str, Any]) -> list[str]:
    """Return the types of an object: the vocabulary allows one or several."""
    value = told.get("type")
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _addresses(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    written = [one.get("href") if isinstance(one, dict) else one for one in values]
    return [url for one in written if isinstance(one, str) and (url := resolve(one))]


def _post(told: Mapping[str, Any], answer: Answer, platform: str) -> Post | None:
    content, title = endpoint.text(told, "content"), endpoint.text(told, "name")
    media = _media(told)
    if not POSTS.intersection(_types(told)) or not (content or title or media):
        return None
    url = next(iter(_addresses(told.get("url"))), None) or next(iter(_addresses(told.get("id"))), answer.url)
    words = [endpoint.text(told, "summary"), title, laid_out(content[:LONGEST]) if content else None]
    by = next(iter(_addresses(told.get("attributedTo"))), None)
    user = re.search(r"/(?:@|users/|u/|video-channels/|a/|c/)?([A-Za-z0-9_.-]{1,60})/?$", parts(by).path) if by else None
    created, updated = endpoint.moment(told.get("published")), endpoint.moment(told.get("updated"))
    edited = updated is not None and created is not None and updated > created
    languages = endpoint.table(told, "contentMap")
    return Post(
        platform=platform,
        id=endpoint.text(told, "id") or url,
        url=url,
        handle=f"{user[1]}@{parts(by).host}" if user and by else None,
        created=created,
        text="\n\n".join(dict.fromkeys(filter(None, words))) or None,
        lang=next(iter(languages), None) if len(languages) == 1 else None,
        media=media,
        title=title,
        reply_to=next(iter(_addresses(told.get("inReplyTo"))), None),
        edited=edited,
        edited_at=updated if edited else None,
        poll=_poll(told),
    )


def _media(told: Mapping[str, Any]) -> tuple[Media, ...]:
    attached = told.get("attachment")
    rows = [one for one in (attached if isinstance(attached, list) else [attached]) if isinstance(one, dict)]
    found = []
    for row in rows[:MOST_MEDIA]:
        kind = KINDS.get(str(row.get("mediaType") or row.get("type")).lower().partition("/")[0])
        file = next(iter(_addresses(row.get("url") or row.get("href"))), None)
        if kind and file:
            found.append(Media(kind, file, endpoint.text(row, "name") or endpoint.text(row, "summary"), endpoint.text(row, "mediaType")))
    return tuple(dict.fromkeys(found))


def _poll(told: Mapping[str, Any]) -> Poll | None:
    """Return a `Question`'s answers: one of them (`oneOf`) or several (`anyOf`); each counts its votes in its `replies`."""
    rows = endpoint.rows(told, "oneOf") or endpoint.rows(told, "anyOf")
    choices = [
        Choice(label, count if isinstance(count := endpoint.table(row, "replies").get("totalItems"), int) else None)
        for row in rows[:MOST_CHOICES]
        if (label := endpoint.text(row, "name"))
    ]
    voters = told.get("votersCount")
    ends, closed = endpoint.moment(told.get("endTime")), endpoint.moment(told.get("closed"))
    return Poll(tuple(choices), voters if isinstance(voters, int) else None, closed or ends, closed is not None) if choices else None
