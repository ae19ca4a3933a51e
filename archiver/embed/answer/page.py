"""Page: what the public page of a post proves. For platforms whose pages name the post in their head, with or without its words.

A page is judged like any page (`web`), and then asked two more things, because on these platforms status 200 is no news:
  * Is it the page of this post? It is when its canonical URL or `og:url` leads to the same reference as was asked for, as the platform
    itself reads URLs. Then the post exists, and the page is `ok`. A page that names nothing, or another thing, is a shell. A short link
    (a reference without an id) is answered by the page of whatever post it led to.
  * Was the way barred? A redirect to one of the platform's login paths is a login wall, whatever stands on that page.
404 of a page is weak: these platforms send it for private, withheld and deleted posts alike.

What the head tells of the post is its telling (`carded`): JSON-LD first (schema.org's postings and media objects, which have author and
time), then the card (`og:`). It is as much as a page's card holds, and says so.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from archiver.article.document import Document
from archiver.article.times import iso_date
from archiver.citation.citation import Reference
from archiver.citation.platform import Answer, Media, Post, Reading, State, Target
from archiver.embed import web
from archiver.embed.answer import head, media
from archiver.embed.answer.endpoint import moment, text
from archiver.embed.web import judgement, markup
from archiver.url import parts, resolve

READABLE = (State.OK, State.EMPTY_SHELL, State.PAYWALL)
FILMS = ("VideoObject", "Clip")
POSTINGS = ("SocialMediaPosting", "DiscussionForumPosting", "AudioObject", "MusicRecording", "ImageObject", *FILMS)
ISLAND = 1 << 20  # characters of one JSON-LD block that are read
ABSENT = (State.NOT_FOUND, State.GONE, State.SOFT_404)


def requisites(answer: Answer, post: Post | None) -> Sequence[Target]:
    """Return the media of a post that an answer told, whose addresses expire, then what the page needs beside them."""
    shown = media.targets(post)
    known = {one.url for one in shown}
    return (*shown, *(one for one in web.requisites(answer) if one.url not in known))


def read(answer: Answer, identify: Callable[[str], Reference | None], *, walls: re.Pattern[str]) -> Reading:
    """Say what the answer to a post's page URL means. `walls` matches the paths of the platform's login pages."""
    reading = judgement.read(answer)
    if reading.state in (State.BOT_CHALLENGE, State.RATE_LIMITED):
        return reading
    if walls.match(parts(answer.url).path):
        return replace(reading, state=State.LOGIN_WALL, reason=f"the page led to {parts(answer.url).path[:80]}")
    if reading.state in ABSENT:
        reason = f"the page's answer ({reading.reason}) does not say why"
        return replace(reading, state=State.UNAVAILABLE_UNSPECIFIED, reason=reason)
    if reading.state not in READABLE:
        return reading
    # An archive's copy is asked for under the archive's address, and is the page of the original's.
    asked = identify(answer.url if answer.target.tier == "memento" else answer.target.url)
    page = reading.page
    written = (page.canonical, page.og_url) if page else ()
    named = [found for one in written if one and (url := resolve(one, answer.url)) and (found := identify(url))]
    if asked and any(found.key == asked.key or (asked.id is None and found.id) for found in named):
        post = carded(markup.document(answer), asked if asked.id else next(one for one in named if one.id), answer.url)
        return replace(reading, state=State.OK, reason="the page names itself as the one that was asked for", post=post)
    return replace(reading, state=State.EMPTY_SHELL, reason="the page does not name what was asked for; it proves nothing")


def carded(document: Document, reference: Reference, base: str) -> Post | None:
    """Return what the head of a page tells of the post that it is of; None where it tells nothing."""
    told = posting(document)
    title = text(told, "headline") or text(told, "name") or head.content(document, "og:title", "twitter:title")
    words = text(told, "articleBody") or text(told, "text") or text(told, "description")
    words = words or head.content(document, "og:description", "twitter:description")
    picture = head.address(document, base, "og:image:secure_url", "og:image", "twitter:image")
    if reference.id is None or reference.url is None or not (title or words):
        return None
    title, words = (html.unescape(one).strip() if one else None for one in (title, words))
    film = told.get("@type") in FILMS
    return Post(
        reference.platform,
        reference.id,
        reference.url,
        author=posting_author(told),
        created=moment(told.get("datePublished")) or moment(told.get("uploadDate")) or iso_date(told.get("uploadDate")),
        text="\n\n".join(dict.fromkeys(filter(None, (title, words)))),
        lang=text(told, "inLanguage"),
        title=title,
        media=(Media("poster" if film else "photo", picture),) if picture else (),
        partial="as much as a page's card holds",
    )


def posting(document: Document) -> Mapping[str, Any]:
    """Return the JSON-LD object of a page that is a posting or a film (schema.org); empty where there is none."""
    for script in document.select("script[type='application/ld+json']")[:20]:
        try:
            data = json.loads(script.text[:ISLAND])
        except (ValueError, RecursionError):
            continue
        graph = data.get("@graph") if isinstance(data, dict) else data
        for thing in (data, *(graph if isinstance(graph, list) else ())):
            if isinstance(thing, dict) and thing.get("@type") in POSTINGS:
                return thing
    return {}


def posting_author(told: Mapping[str, Any]) -> str | None:
    """Return the name of a posting's author."""
    author = told.get("author") or told.get("creator")
    first = author[0] if isinstance(author, list) and author else author
    written = first.get("name") if isinstance(first, dict) else first
    return written if isinstance(written, str) and written else None
