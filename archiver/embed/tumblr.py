"""Tumblr: one post by its number, which is unique on all of Tumblr. Identity `tumblr:<number>`.

The blog's name in a URL is decoration for identity, and needed to ask. An embed names the blog by a key (`embed/post/t:KEY/ID`) and links
to the page. A blog's own domain (`example.org/post/ID`) looks like any blog's and cannot be known from the address: it is `web`.

Pages of blogs that ask for a login redirect to it; the API's "only within the dashboard" is not asked for. oEmbed's 404 may mean that too,
so it is one word, and never enough by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archiver.article.document import Element
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Hit, Post, Reading, State, Target
from archiver.embed.answer import judgement, oembed, page
from archiver.embed.answer.endpoint import Fields, asked_url, text
from archiver.embed.answer.endpoint import oembed as request
from archiver.embed.markup import wrapper
from archiver.embed.markup.words import laid_out
from archiver.url import parts, resolve

name: str = "tumblr"
ENDPOINT = "https://www.tumblr.com/oembed/1.0"
ID = r"(?P<id>[0-9]{5,19})(?![0-9])"
BLOG = r"(?P<blog>[A-Za-z0-9][A-Za-z0-9-]{0,31})"
ON_BLOG = re.compile(rf"/(?:post|image|private|video)/{ID}(?:/|$)")
ON_SITE = re.compile(rf"/(?:blog/(?:view/)?)?{BLOG}/{ID}(?:/|$)")
EMBED = re.compile(rf"/embed/post/(?P<key>(?:t:)?[A-Za-z0-9_-]{{4,60}})/{ID}(?:/|$)")
SITE = frozenset({
    "www", "assets", "media", "api", "static", "embed", "safe", "help", "support", "staff-blog", "at", "href", "t", "px", "srvcs", "va",
    "tagged", "search", "explore", "dashboard", "tag", "share", "widgets", "settings", "login", "register", "policy", "docs", "oembed",
})  # fmt: skip
WALLS = re.compile(r"/(?:login_required|login|register|safe-mode|blog/view)\b")
PARTIAL = "as the endpoint's markup tells it, without its pictures"
hosts: tuple[str, ...] = ("tumblr.com",)
embeds: str = f"{wrapper.WRAPPERS}, div.tumblr-post[data-href]"


def identify(url: str) -> Reference | None:
    """Return the post that a resolved URL points to; None for blogs, tags, media files and short links."""
    named = parts(url)
    host = named.host.rstrip(".")
    if host == "embed.tumblr.com":
        matched = EMBED.match(named.path)
        return _reference(matched["id"], f"https://embed.tumblr.com/embed/post/{matched['key']}/{matched['id']}") if matched else None
    if host in ("tumblr.com", "www.tumblr.com", "m.tumblr.com"):
        matched = ON_SITE.match(named.path)
        blog = matched["blog"].lower() if matched else ""
        return _on_blog(blog, matched["id"]) if matched and blog not in SITE else None
    blog = re.sub(r"^(?:www\.)?([a-z0-9-]+)\.tumblr\.com$", r"\1", host)
    matched = ON_BLOG.match(named.path) if "." not in blog and blog not in SITE else None
    return _on_blog(blog, matched["id"]) if matched else None


def _on_blog(blog: str, number: str) -> Reference:
    return _reference(number, f"https://www.tumblr.com/{blog}/{number.lstrip('0')}")


def _reference(number: str, url: str) -> Reference:
    number = number.lstrip("0")
    return Reference(name, number, url, f"{name}:{number}")


def recognise(element: Element) -> Hit | None:
    """Return the post that an embed shows: by the link in it where it leads to the post, else by the frame it becomes."""
    if "tumblr-post" not in element.classes:
        sight = wrapper.sight(element, identify)
        return Hit(sight.reference, "embed", sight.via, sight.written) if sight else None
    written = element.attributes.get("data-href", "").strip()
    shown = wrapper.identified(written, identify)
    if shown is None:
        return None
    for anchor in element.select("a[href]"):
        found = wrapper.identified(anchor.attributes["href"], identify)
        if found and found.key == shown.key:
            blog = re.match(r"https://www\.tumblr\.com/([a-z0-9-]+)/", found.url or "")
            return Hit(found, "embed", "div.tumblr-post", anchor.attributes["href"], Claims(handle=blog[1] if blog else None))
    return Hit(shown, "embed", "div.tumblr-post", written)


def targets(citation: Citation) -> Sequence[Target]:
    """Return the oEmbed request and the page; the embed's frame where only that is known."""
    url = citation.reference.url
    if citation.reference.id is None or url is None:
        return ()
    return (Target(url),) if parts(url).host == "embed.tumblr.com" else (request(ENDPOINT, url), Target(url))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.purpose == "oembed":
        return oembed.read(answer, lambda told: _post(told, answer))
    return page.read(answer, identify, walls=WALLS)


def _post(told: Fields, answer: Answer) -> Post | None:
    """Return the post of an answer: it must name the number that was asked for, in its URL or its markup's link."""
    asked = identify(asked_url(answer) or "https://tumblr.com/")
    written = resolve(text(told, "url") or "")
    named = identify(written) if written else None
    markup = text(told, "html") or ""
    number = asked.id if asked and asked.id else "?"
    if asked is None or asked.url is None or not ((named and named.key == asked.key) or re.search(rf"/{number}(?![0-9])", markup)):
        return None
    words = text(told, "title") or laid_out(markup)
    return Post(
        name, number, asked.url, author=text(told, "author_name"), handle=text(told, "author_name"), text=words or None, partial=PARTIAL
    )


def requisites(answer: Answer) -> Sequence[Target]:
    """Return what the page needs; the endpoint names no media."""
    return () if answer.target.tier == "post" else page.requisites(answer, read(answer).post)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post."""
    return judgement.judge(readings, reference)
