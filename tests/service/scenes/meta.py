"""Scenes of Meta's: Instagram, Facebook, Threads. Their oEmbed is a probe of life: nothing of it is ever a telling."""

from __future__ import annotations

import json

from archiver.citation.platform import State
from archiver.service.demo.server import page, redirect
from tests.service.scenes.scene import (
    ARABIC,
    BROKEN,
    BUSY,
    NOTHING,
    SHELL,
    WORDS,
    Scene,
    captured,
    doc,
    failed,
    file,
    js,
    partial,
    unavailable,
)  # fmt: skip

ALIVE = js({"html": "<blockquote></blockquote>", "provider_name": "x", "type": "rich", "version": "1.0", "width": 658})
NO_MEDIA = js({"error": {"message": "No Media Match", "code": 24, "is_transient": False}}, "404 Not Found")
NO_EMBEDDING = js({"error": {"message": "x", "code": 10, "error_subcode": 2207046}}, "400 Bad Request")
LOGIN = redirect("https://www.instagram.com/accounts/login/?next=x")


def gram_code(n: int) -> str:
    return f"C6qkatfMt{n:02}"


def gram(n: int) -> str:
    return f"https://www.instagram.com/p/{gram_code(n)}/"


def instagram(n: int, embed: bytes, probe: bytes = NO_MEDIA, shown: bytes = SHELL) -> dict[str, bytes]:
    path = gram(n).removeprefix("https://")
    return {f"{path}embed/captioned/": embed, f"graph.facebook.com/v24.0/instagram_oembed?url={gram(n)}": probe, path: shown}


def shown(kind: str, words: str = ARABIC) -> bytes:
    return doc("Instagram", f'<div class="Embed" data-media-type="{kind}"><a class="UsernameText">harbour</a>'
               f'<img class="EmbeddedMediaImage" src="{file("ig/a.jpg")}"><div class="Caption"><a class="CaptionUsername">harbour</a>{words}</div></div>')  # fmt: skip


def context(n: int) -> bytes:
    nodes = [{"node": {"display_url": file("ig/1.jpg"), "accessibility_caption": "A pier"}},
             {"node": {"display_url": file("ig/2.jpg"), "is_video": True, "video_url": file("ig/2.mp4")}}]  # fmt: skip
    media = {"shortcode": gram_code(n), "owner": {"username": "harbour", "full_name": "Harbour Log"}, "taken_at_timestamp": 1739269800,
             "edge_media_to_caption": {"edges": [{"node": {"text": ARABIC}}]}, "edge_sidecar_to_children": {"edges": nodes}}  # fmt: skip
    inner = json.dumps(json.dumps({"gql_data": {"shortcode_media": media}}))
    return page(f'<!doctype html><title>Instagram</title><body><script>s.handle({{"contextJSON":{inner}}})</script></body>')


IG_BROKEN = doc("Instagram", '<div class="EmbedIsBroken"><div class="ebmMessage">The link to this photo or video may be broken</div></div>')
QUOTE = (
    f'<blockquote class="instagram-media" data-instgrm-permalink="{gram(1)}"><p><a href="{gram(1)}">{ARABIC}</a></p><p>A post shared by '
    '<a href="https://www.instagram.com/harbour/">Harbour</a> (@harbour) on <time datetime="2024-05-07T10:00:00+00:00">May 7</time></p></blockquote>'
)

INSTAGRAM = (
    captured("instagram: the embed's page", gram(1), instagram(1, shown("GraphImage")), markup=QUOTE, says=ARABIC, media=("ig/a.jpg",), verdict="match"),
    captured("instagram: all of a series, by the embed's data", gram(2), instagram(2, context(2)), says=ARABIC, media=("ig/1.jpg", "ig/2.jpg", "ig/2.mp4"),
             facts={"created": "2025-02-11T10:30:00Z", "author": "Harbour Log"}),
    partial("instagram: a film of which a still is told", gram(3), instagram(3, shown("GraphVideo")), says=ARABIC, media=("ig/a.jpg",)),
    partial("instagram: the page's card", gram(4), instagram(4, IG_BROKEN, ALIVE, doc("x", og_url=gram(4), og_description=(
        f'9 likes, 1 comments - harbour on May 7, 2024: "{WORDS}"'), og_image=file("ig/c.jpg"))), says=WORDS, media=("ig/c.jpg",)),
    unavailable("instagram: broken, and the probe knows it", gram(5), instagram(5, IG_BROKEN, ALIVE), State.UNAVAILABLE_UNSPECIFIED),
    unavailable("instagram: broken, and the probe does not", gram(6), instagram(6, IG_BROKEN), State.UNAVAILABLE_UNSPECIFIED),
    unavailable("instagram: a login wherever one looks", gram(7), instagram(7, LOGIN, NO_EMBEDDING, LOGIN), State.LOGIN_WALL),
    failed("instagram: its own challenge", gram(8), instagram(8, redirect("https://www.instagram.com/challenge/?x=1"), ALIVE, LOGIN), State.BOT_CHALLENGE),
    unavailable("instagram: a private account", gram(9), instagram(9, SHELL, NO_MEDIA, doc(
        "x", og_type="profile", og_url="https://www.instagram.com/harbour/")), State.PROTECTED),
    failed("instagram: rate limit", gram(10), instagram(10, BUSY, ALIVE, BUSY), State.RATE_LIMITED),
    unavailable("instagram: a story", "https://www.instagram.com/stories/harbour/3345678901234567890/",
                {"www.instagram.com/stories/harbour/3345678901234567890/": LOGIN}, State.LOGIN_WALL),
)  # fmt: skip
WALLS = {"www.instagram.com/accounts/login/?next=x": doc("Login • Instagram"), "www.instagram.com/challenge/?x=1": doc("x"),
         "www.facebook.com/login/?next=x": doc("Log in to Facebook"), "www.threads.com/login/?x=1": doc("Log in")}  # fmt: skip


def book(n: int) -> str:
    return f"https://www.facebook.com/harbour/posts/{10158000000 + n}"


def facebook(n: int, probe: bytes, shown: bytes) -> dict[str, bytes]:
    return {f"graph.facebook.com/v24.0/oembed_post?url={book(n)}": probe, book(n).removeprefix("https://"): shown}


FACEBOOK = (
    partial("facebook: the page's card", book(1), facebook(1, ALIVE, doc("x", og_url=book(1), og_description=ARABIC, og_image=file("fb/a.jpg"))), says=ARABIC,
            media=("fb/a.jpg",)),
    unavailable("facebook: a login", book(2), facebook(2, ALIVE, redirect("https://www.facebook.com/login/?next=x")), State.LOGIN_WALL),
    unavailable("facebook: a login by its title", book(3), facebook(3, ALIVE, doc("Log in to Facebook")), State.LOGIN_WALL),
    unavailable("facebook: 404, which may be restricted", book(4), facebook(4, NO_MEDIA, doc("Page Not Found", status="404 Not Found")),
                State.UNAVAILABLE_UNSPECIFIED),
    failed("facebook: our address is blocked", book(5), facebook(5, ALIVE, js({"__dr": "CometErrorRoot.react"})), State.RATE_LIMITED),
    failed("facebook: a security check", book(6), facebook(6, ALIVE, doc("Security Check Required")), State.RATE_LIMITED),
    Scene("facebook: a shell", book(7), facebook(7, ALIVE, SHELL), "unavailable", State.EMPTY_SHELL),
    failed("facebook: 403", book(8), facebook(8, ALIVE, doc("x", status="403 Forbidden")), State.RATE_LIMITED),
)  # fmt: skip


def thread(n: int) -> str:
    return f"https://www.threads.com/@harbour/post/DEqkatfMt{n:02}"


def threads(n: int, probe: bytes, shown: bytes) -> dict[str, bytes]:
    return {f"graph.threads.com/oembed?url={thread(n)}": probe, thread(n).removeprefix("https://"): shown}


THREADS = (
    partial("threads: the page quotes it", thread(1), threads(1, ALIVE, doc("x", og_url=thread(1), og_description=ARABIC, og_title="Harbour (@harbour) on Threads")),
            says=ARABIC, facts={"handle": "harbour"}),
    Scene("threads: a shell, whatever the probe says", thread(2), threads(2, ALIVE, SHELL), "unavailable", State.EMPTY_SHELL),
    unavailable("threads: a login", thread(3), threads(3, NO_MEDIA, redirect("https://www.threads.com/login/?x=1")), State.LOGIN_WALL),
    failed("threads: a broken page", thread(4), threads(4, NO_MEDIA, BROKEN), State.SERVER_ERROR),
    unavailable("threads: 404", thread(5), threads(5, NO_MEDIA, NOTHING), State.UNAVAILABLE_UNSPECIFIED),
)  # fmt: skip

SCENES: tuple[Scene, ...] = (*INSTAGRAM, *FACEBOOK, *THREADS)
