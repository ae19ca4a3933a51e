"""Scenes of films, sounds and pictures: YouTube, TikTok, Vimeo, Dailymotion, Twitch, Rumble, SoundCloud, Spotify, Imgur, Flickr."""

from __future__ import annotations

import json
from typing import Any

from archiver.citation.platform import State
from archiver.service.demo.server import page, redirect
from tests.service.scenes.scene import (
    ARABIC,
    BROKEN,
    BUSY,
    CHALLENGE,
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

# ------------------------------------------------------------------ YouTube


def tube(n: int) -> str:
    return f"https://www.youtube.com/watch?v={tube_id(n)}"


def tube_id(n: int) -> str:
    return f"Harbour-{n:03}"


def asked(n: int, oembed: bytes, watch: bytes = SHELL) -> dict[str, bytes]:
    return {f"www.youtube.com/oembed?url={tube(n)}": oembed, f"www.youtube.com/watch?v={tube_id(n)}": watch}


def tube_oembed(n: int) -> bytes:
    return js({"title": "Two ferries", "author_name": "Harbour films", "author_url": "https://www.youtube.com/@harbour", "type": "video",
               "thumbnail_url": file(f"tube/{n}.jpg"), "html": f'<iframe src="https://www.youtube.com/embed/{tube_id(n)}"></iframe>'})  # fmt: skip


def watch(n: int, status: str = "OK", reason: str = "", **more: Any) -> bytes:
    details = {"videoId": tube_id(n), "title": "Two ferries", "shortDescription": WORDS, "author": "Harbour films", "viewCount": "12",
               "thumbnail": {"thumbnails": [{"url": file(f"tube/{n}-large.jpg")}]}}  # fmt: skip
    data = {"playabilityStatus": {"status": status} | ({"reason": reason} if reason else {}) | more}
    data |= {"videoDetails": details, "microformat": {"playerMicroformatRenderer": {"publishDate": "2025-02-11"}}} if status == "OK" else {}
    return page(
        f"<!doctype html><title>x</title><body><script>var ytInitialPlayerResponse = {json.dumps(data)};var meta = 1;</script></body>"
    )


def line(status: str) -> bytes:
    return page(status.partition(" ")[2], status, "text/plain")


YOUTUBE = (
    partial("youtube: told by the watch page", tube(0), asked(0, tube_oembed(0), watch(0)), says=WORDS, media=("tube/0-large.jpg",),
            facts={"created": "2025-02-11", "title": "Two ferries"}),
    partial("youtube: the page is a test, oEmbed tells it", tube(1), asked(1, tube_oembed(1), watch(1, "LOGIN_REQUIRED", "Sign in to confirm you’re not a bot")),
            says="Two ferries", media=("tube/1.jpg",)),
    partial("youtube: embedding is off, the page tells it", tube(2), asked(2, line("401 Unauthorized"), watch(2)), says=WORDS),
    unavailable("youtube: embedding is off, the page is a shell", tube(3), asked(3, line("401 Unauthorized")), State.EMBEDDING_DISABLED),
    unavailable("youtube: private", tube(4), asked(4, line("403 Forbidden"), watch(4, "LOGIN_REQUIRED", "This is a private video. Please sign in")),
                State.PROTECTED),
    unavailable("youtube: deleted, both say so", tube(5), asked(5, line("404 Not Found"), watch(5, "ERROR", "Video unavailable")), State.DELETED),
    unavailable("youtube: removed by the uploader", tube(6), asked(6, line("404 Not Found"), watch(6, "ERROR", "This video has been removed by the uploader")),
                State.DELETED),
    failed("youtube: 404 beside a test whether we are a robot", tube(7),
           asked(7, line("404 Not Found"), watch(7, "LOGIN_REQUIRED", "Sign in to confirm you’re not a bot")), State.BOT_CHALLENGE),
    unavailable("youtube: account terminated", tube(8), asked(8, line("404 Not Found"), watch(
        8, "ERROR", "This video is no longer available because the YouTube account associated with this video has been terminated.")), State.ACCOUNT_GONE),
    unavailable("youtube: removed for a violation", tube(9),
                asked(9, line("404 Not Found"), watch(9, "ERROR", "This video has been removed for violating YouTube's Community Guidelines")),
                State.REMOVED_BY_PLATFORM),
    unavailable("youtube: not in this country", tube(10), asked(10, line("401 Unauthorized"), watch(
        10, "UNPLAYABLE", "The uploader has not made this video available in your country")), State.GEO_BLOCKED),
    unavailable("youtube: for adults", tube(11), asked(11, line("401 Unauthorized"), watch(
        11, "LOGIN_REQUIRED", "Sign in to confirm your age")), State.AGE_GATED),
    unavailable("youtube: only oEmbed says 404", tube(12), asked(12, line("404 Not Found")), State.NOT_FOUND),
    unavailable("youtube: an id that is not accepted", tube(13), asked(13, line("400 Bad Request"), watch(13, "UNPLAYABLE", "Unknown")),
                State.UNAVAILABLE_UNSPECIFIED),
    failed("youtube: 'Forbidden' with status 200", tube(14), asked(14, page("Forbidden")), State.UNREADABLE),
    unavailable("youtube: a consent page", tube(15), asked(15, line("401 Unauthorized"), redirect("https://consent.youtube.com/m?continue=x"))
                | {"consent.youtube.com/m": doc("Before you continue")}, State.EMBEDDING_DISABLED),
    failed("youtube: rate limit", tube(16), asked(16, BUSY, BUSY), State.RATE_LIMITED),
)  # fmt: skip

# ------------------------------------------------------------------- TikTok


def tok_id(n: int) -> str:
    return str(7200000000000000000 + n)


def tok(n: int) -> str:
    return f"https://www.tiktok.com/@harbour/video/{tok_id(n)}"


def clip(n: int, oembed: bytes, watch: bytes = SHELL) -> dict[str, bytes]:
    return {
        f"www.tiktok.com/oembed?url=https://www.tiktok.com/video/{tok_id(n)}": oembed,
        f"www.tiktok.com/@harbour/video/{tok_id(n)}": watch,
    }


def tok_oembed(n: int) -> bytes:
    return js({"title": ARABIC, "author_name": "Harbour", "author_unique_id": "harbour", "thumbnail_url": file(f"tok/{n}.jpg"),
               "html": f'<blockquote data-video-id="{tok_id(n)}"></blockquote>'})  # fmt: skip


def detail(n: int, code: int = 0, **item: Any) -> bytes:
    video = {"cover": file(f"tok/{n}.jpg"), "playAddr": file(f"tok/{n}.mp4"),
             "bitrateInfo": [{"Bitrate": 9, "PlayAddr": {"UrlList": [file(f"tok/{n}-best.mp4")]}}, {"Bitrate": 2}]}  # fmt: skip
    struct = {
        "id": tok_id(n),
        "desc": ARABIC,
        "createTime": "1739269800",
        "author": {"uniqueId": "harbour", "nickname": "Harbour"},
        "video": video,
    }
    told = {"statusCode": code} | ({"itemInfo": {"itemStruct": struct | item}} if code == 0 else {})
    data = json.dumps({"__DEFAULT_SCOPE__": {"webapp.video-detail": told}})
    return page(f'<!doctype html><body><script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">{data}</script></body>')


REFUSED = js({"code": 400, "message": "Something went wrong"}, "400 Bad Request")
PUZZLE = page('<!doctype html><body>Please wait...<p id="cs" class="abc"></p><p id="wci" class="_wafchallengeid"></p></body>')
PHOTOS = {"imagePost": {"images": [{"imageURL": {"urlList": [file("tok/1a.jpg")]}}, {"imageURL": {"urlList": [file("tok/1b.jpg")]}}]}}
TOK_QUOTE = (
    f'<blockquote class="tiktok-embed" cite="{tok(0)}" data-video-id="{tok_id(0)}"><section><a title="@harbour" '
    f'href="https://www.tiktok.com/@harbour">@harbour</a> <p>{ARABIC}</p> <a href="https://www.tiktok.com/music/x-1">♬ sound</a></section></blockquote>'
)

TIKTOK = (
    captured("tiktok: film, in the best rate", tok(0), clip(0, tok_oembed(0), detail(0)), markup=TOK_QUOTE, says=ARABIC,
             media=("tok/0-best.mp4", "tok/0.jpg"), verdict="match", facts={"created": "2025-02-11T10:30:00Z"}),
    captured("tiktok: photos", tok(1), clip(1, REFUSED, detail(1, **PHOTOS)), says=ARABIC, media=("tok/1a.jpg", "tok/1b.jpg")),
    partial("tiktok: the page is a puzzle, oEmbed tells it", tok(2), clip(2, tok_oembed(2), PUZZLE), says=ARABIC, media=("tok/2.jpg",)),
    unavailable("tiktok: 10204, deleted or not for us", tok(3), clip(3, REFUSED, detail(3, 10204)), State.UNAVAILABLE_UNSPECIFIED),
    unavailable("tiktok: a private post", tok(4), clip(4, REFUSED, detail(4, 10216)), State.PROTECTED),
    unavailable("tiktok: a private account", tok(5), clip(5, REFUSED, detail(5, 10222)), State.PROTECTED),
    unavailable("tiktok: no such account", tok(6), clip(6, REFUSED, detail(6, 10221)), State.ACCOUNT_GONE),
    unavailable("tiktok: not for this region", tok(7), clip(7, REFUSED, detail(7, 10231)), State.GEO_BLOCKED),
    unavailable("tiktok: classified", tok(8), clip(8, REFUSED, detail(8, video={}, isContentClassified=True)), State.AGE_GATED),
    unavailable("tiktok: 10202 alone", tok(9), clip(9, REFUSED, detail(9, 10202)), State.NOT_FOUND),
    unavailable("tiktok: login beside oEmbed's refusal", tok(10), clip(10, REFUSED, redirect("https://www.tiktok.com/login?x=1"))
                | {"www.tiktok.com/login?x=1": doc("Log in")}, State.UNAVAILABLE_UNSPECIFIED),
    failed("tiktok: a puzzle and nothing else", tok(11), clip(11, BROKEN, PUZZLE), State.BOT_CHALLENGE),
    captured("tiktok: a short link", "https://vm.tiktok.com/ZMharbour/",
             {"vm.tiktok.com/ZMharbour/": redirect(tok(12)), f"www.tiktok.com/@harbour/video/{tok_id(12)}": detail(12)}, says=ARABIC),
    partial("tiktok: a short link to a puzzle, oEmbed tells it", "https://vm.tiktok.com/ZMpuzzle00/",
            {"vm.tiktok.com/ZMpuzzle00/": redirect(tok(13))} | clip(13, tok_oembed(13), PUZZLE), says=ARABIC),
    unavailable("tiktok: a short link that died", "https://vm.tiktok.com/ZMnobody00/",
                {"vm.tiktok.com/ZMnobody00/": redirect("https://www.tiktok.com/"), "www.tiktok.com/": doc("TikTok")}, State.SOFT_404),
)  # fmt: skip

# -------------------------------------------------------------------- Vimeo


def vimeo(n: int, oembed: bytes, shown: bytes = SHELL) -> tuple[str, dict[str, bytes]]:
    url = f"https://vimeo.com/{90000 + n}"
    return url, {f"vimeo.com/api/oembed.json?url={url}": oembed, url.removeprefix("https://"): shown}


FILM = {"title": "Two ferries", "author_name": "Harbour", "author_url": "https://vimeo.com/harbour", "upload_date": "2025-02-11 10:30:00",
        "thumbnail_url": file("vimeo.jpg")}  # fmt: skip
LD = '<script type="application/ld+json">{}</script>'
OBJECT = LD.format(json.dumps({"@type": "VideoObject", "name": "Two ferries", "description": WORDS, "uploadDate": "2025-02-11T10:30:00+00:00",
                               "author": {"@type": "Person", "name": "Harbour"}}))  # fmt: skip

VIMEO = (
    partial("vimeo: oEmbed", *vimeo(0, js(FILM)), says="Two ferries", media=("vimeo.jpg",), facts={"created": "2025-02-11"}),
    captured("vimeo: the page tells it", *vimeo(1, js(FILM, "403 Forbidden"), doc("x", OBJECT, canonical="https://vimeo.com/90001")), says=WORDS),
    unavailable("vimeo: plays on its owner's sites only", *vimeo(2, js({"domain_status_code": 403, "title": "x"})), State.EMBEDDING_DISABLED),
    unavailable("vimeo: asks for a login", *vimeo(3, js({"error_code": 5460}, "403 Forbidden")), State.LOGIN_WALL),
    unavailable("vimeo: private or deleted, it does not say", *vimeo(4, js({"error": "x"}, "404 Not Found"), doc("VimeUhOh", status="404 Not Found")),
                State.UNAVAILABLE_UNSPECIFIED),
    failed("vimeo: a challenge", *vimeo(5, CHALLENGE, CHALLENGE), State.BOT_CHALLENGE),
)  # fmt: skip

# ------------------------------------------------------------------- others


def motion(n: int, api: bytes, oembed: bytes = NOTHING, shown: bytes = NOTHING) -> tuple[str, dict[str, bytes]]:
    url = f"https://www.dailymotion.com/video/x9harb{n}"
    return url, {f"api.dailymotion.com/video/x9harb{n}": api, f"www.dailymotion.com/services/oembed?url={url}": oembed,
                 f"www.dailymotion.com/video/x9harb{n}": shown}  # fmt: skip


def heard(path: str, oembed: bytes, shown: bytes = SHELL) -> tuple[str, dict[str, bytes]]:
    url = f"https://soundcloud.com/{path}"
    return url, {f"soundcloud.com/oembed?url={url}": oembed, f"soundcloud.com/{path}": shown}


def song(n: int, oembed: bytes, shown: bytes = SHELL) -> tuple[str, dict[str, bytes]]:
    url = f"https://open.spotify.com/track/{n:022}"
    return url, {f"open.spotify.com/oembed?url={url}": oembed, url.removeprefix("https://"): shown}


def rumble(name: str, oembed: bytes, shown: bytes = SHELL) -> tuple[str, dict[str, bytes]]:
    url = f"https://rumble.com/{name}-ferries.html"
    return url, {f"rumble.com/api/Media/oembed.json?url={url}": oembed, url.removeprefix("https://"): shown}


def flickr(n: int, oembed: bytes, shown: bytes = SHELL) -> tuple[str, dict[str, bytes]]:
    url = f"https://www.flickr.com/photos/harbour/{5200000 + n}/"
    return url, {f"www.flickr.com/services/oembed/?url={url}": oembed, url.removeprefix("https://"): shown}


TITLED = {
    "title": "Two ferries",
    "author_name": "Harbour",
    "thumbnail_url": file("still.jpg"),
    "html": "<iframe></iframe>",
    "type": "video",
}
PICTURE = page(b"\x89PNG\r\n\x1a\n", media_type="image/jpeg")
REMOVED = {"i.imgur.com/removed.png": page(b"\x89PNG\r\n\x1a\n", media_type="image/png")}
NOT_THERE = js({"error": "not found"}, "404 Not Found")

OTHERS = (
    partial("dailymotion: the API tells it", *motion(0, js({"id": "x9harb0", "title": "Two ferries", "description": WORDS, "created_time": 1739269800,
                                                           "owner.screenname": "Harbour", "thumbnail_url": file("dm.jpg")})), says=WORDS, media=("dm.jpg",)),
    unavailable("dailymotion: the API's own 404", *motion(1, js({"error": {"code": 404}}, "404 Not Found")), State.DELETED),
    failed("dailymotion: a broken API beside a 404 page", *motion(2, BROKEN, BROKEN, doc("x", status="404 Not Found")), State.SERVER_ERROR),
    captured("twitch: a clip's page names it", "https://clips.twitch.tv/FoggyFerryPier",
             {"clips.twitch.tv/FoggyFerryPier": doc("x", og_url="https://clips.twitch.tv/FoggyFerryPier", og_title="Fog", og_description=WORDS,
                                                    og_image=file("twitch.jpg"))}, says=WORDS, media=("twitch.jpg",)),
    Scene("twitch: a shell", "https://www.twitch.tv/videos/123456789", {"www.twitch.tv/videos/123456789": SHELL}, "unavailable", State.EMPTY_SHELL),
    partial("soundcloud: a track", *heard("harbour/fog", js(TITLED | {"title": "Fog by Harbour"})), says="Fog"),
    unavailable("soundcloud: deleted", *heard("harbour/gone", NOT_THERE), State.DELETED),
    unavailable("soundcloud: private", *heard("harbour/private", js({}, "403 Forbidden")), State.FORBIDDEN),
    partial("spotify: a track", *song(1, js({"title": "Fog", "thumbnail_url": file("cover.jpg"), "html": "x"})), says="Fog", media=("cover.jpg",)),
    unavailable("spotify: not there", *song(2, NOT_THERE), State.DELETED),
    failed("spotify: rate limit", *song(3, BUSY, BUSY), State.RATE_LIMITED),
    partial("rumble: a film", *rumble("v1abc2", js(TITLED)), says="Two ferries", media=("still.jpg",)),
    unavailable("rumble: gone in two places", *rumble("v1abc3", NOT_THERE, doc("x", status="410 Gone")), State.UNAVAILABLE_UNSPECIFIED),
    failed("rumble: a challenge", *rumble("v1abc4", CHALLENGE, CHALLENGE), State.BOT_CHALLENGE),
    captured("imgur: the picture itself", "https://imgur.com/Ferry01", {"i.imgur.com/Ferry01.jpg": PICTURE}),
    unavailable("imgur: removed", "https://imgur.com/Ferry02", {"i.imgur.com/Ferry02.jpg": redirect("https://i.imgur.com/removed.png")} | REMOVED,
                State.DELETED),
    failed("imgur: over capacity", "https://imgur.com/Ferry03", {"i.imgur.com/Ferry03.jpg": BUSY, "imgur.com/Ferry03": BUSY}, State.RATE_LIMITED),
    captured("flickr: the photo itself", flickr(0, b"")[0], flickr(0, js({
        "type": "photo", "title": "Two ferries", "author_name": "Harbour", "url": "https://live.staticflickr.com/65535/5200000_abcdef0123_b.jpg"}))[1]
        | {"live.staticflickr.com/65535/5200000_abcdef0123_b.jpg": PICTURE}, says="Two ferries"),
    unavailable("flickr: private or deleted", *flickr(1, NOT_THERE, doc("x", status="404 Not Found")), State.UNAVAILABLE_UNSPECIFIED),
)  # fmt: skip

SCENES: tuple[Scene, ...] = (*YOUTUBE, *TIKTOK, *VIMEO, *OTHERS)
