"""oEmbed of X: the markup that a publisher would embed, for one post URL, without login.

`https://publish.x.com/oembed?url=URL&omit_script=1&dnt=true&lang=en`. It tells the words, the author and the day; links stay t.co, media
are only named by their pic link, a quoted post is only a link. So it is the second witness: it confirms that a post exists and what it
says.

404 is its word for "gone or never there" (the body need not be JSON). 403 has two meanings, and its JSON tells which: "not authorized" is a
protected or age-restricted post, anything else a suspended account. A 403 without that JSON comes from something in between and says
neither.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

from archiver.citation.platform import Answer, Post, Reading, State, Target
from archiver.embed.answer.refusal import refusal
from archiver.embed.x.markup import quoted_claims
from archiver.embed.x.url import NAME, identify, reference
from archiver.url import parts, resolve

ENDPOINT = "https://publish.x.com/oembed"


def target(url: str) -> Target:
    """Return the request for the embed markup of a post URL."""
    query = urlencode({"url": url, "omit_script": "1", "dnt": "true", "lang": "en"})
    return Target(f"{ENDPOINT}?{query}", tier="post", purpose="oembed")


def read(answer: Answer) -> Reading:
    """Say what an answer of the endpoint means."""
    refused = refusal(answer)
    if refused:
        return refused
    if parts(answer.url).path.rstrip("/") != "/oembed":
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the oEmbed endpoint sent us elsewhere: {answer.url}")
    data = _object(answer.body)
    if answer.status == 404:
        return Reading(State.DELETED, "the oEmbed endpoint answered 404")
    if answer.status == 403:
        return _forbidden(data)
    if answer.status != 200:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the oEmbed endpoint answered {answer.status}")
    if data is None:
        return Reading(State.UNREADABLE, "the oEmbed endpoint's answer is not a JSON object")
    return _post(data, answer)


def _forbidden(data: dict[str, Any] | None) -> Reading:
    error = data.get("error") if data is not None else None
    if data is None:
        return Reading(State.FORBIDDEN, "the oEmbed endpoint answered 403 without saying why")
    if isinstance(error, str) and re.search(r"not authori[sz]ed", error, re.IGNORECASE):
        return Reading(State.PROTECTED, "the oEmbed endpoint answered 403, not authorized: the post is protected or age-restricted")
    return Reading(State.SUSPENDED, "the oEmbed endpoint answered 403: its word for a suspended account")


def _post(data: dict[str, Any], answer: Answer) -> Reading:
    asked = identify(resolve(parts(answer.target.url).parameters().get("url", [""])[0]) or "https://x.com/")
    told = identify(resolve(_text(data, "url") or "") or "https://x.com/")
    markup = _text(data, "html")
    if told is None or told.id is None or not markup:
        return Reading(State.UNREADABLE, "the oEmbed endpoint's answer holds no post")
    if asked is None or told.id != asked.id:
        return Reading(State.UNREADABLE, f"the oEmbed endpoint answered with another post ({told.id})")
    claims = quoted_claims(markup, told.id)
    if claims.text is None and not claims.media and not claims.links:
        return Reading(State.UNREADABLE, "the oEmbed endpoint's markup holds no words of a post")
    handle = claims.handle or _handle(_text(data, "author_url"))
    text = claims.text or ""
    for link in claims.media:
        text = text.replace(link, "")
    poster = _handle(_text(data, "author_url"))
    repost = f"a repost by @{poster}" if poster and handle and poster.lower() != handle.lower() else None
    post = Post(
        platform=NAME,
        id=told.id,
        url=str(reference(told.id, handle).url),
        author=claims.author or _text(data, "author_name"),
        handle=handle,
        created=claims.date,
        text=text.strip(),
        lang=claims.lang,
        partial="; ".join(filter(None, ["its media are not told" if claims.media else None, repost])) or None,
    )
    state = State.OK_PARTIAL if post.partial else State.OK
    return Reading(state, "the post as the oEmbed endpoint tells it" + (f": {post.partial}" if post.partial else ""), post=post)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _text(data: dict[str, Any], key: str) -> str | None:
    value = data.get(key)
    return value if isinstance(value, str) and value else None


def _handle(profile: str | None) -> str | None:
    matched = re.fullmatch(r"https?://(?:www\.)?(?:twitter|x)\.com/([A-Za-z0-9_]{1,20})/?", profile or "")
    return matched[1] if matched else None
