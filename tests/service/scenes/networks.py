"""Scenes of networks: X (what `states` does not play), Telegram, Reddit, VK, LinkedIn, Tumblr, Pinterest, and oEmbed by discovery."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from archiver.citation.platform import State
from archiver.service.demo.server import page, redirect
from tests.service.scenes.scene import (
    ARABIC,
    BROKEN,
    BUSY,
    CHALLENGE,
    HEBREW,
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

# ------------------------------------------------------------------------ X


def x_id(n: int) -> str:
    return str(1549651495053935000 + n)


def x_url(n: int) -> str:
    return f"https://twitter.com/harbour_log/status/{x_id(n)}"


def x(n: int, syndication: bytes, oembed: bytes = NOTHING) -> dict[str, bytes]:
    return {f"cdn.syndication.twimg.com/tweet-result?id={x_id(n)}": syndication, f"publish.x.com/oembed?url={x_url(n)}": oembed,
            f"twitter.com/harbour_log/status/{x_id(n)}": SHELL}  # fmt: skip


def tweet(n: int, text: str = escape(WORDS), **more: Any) -> dict[str, Any]:
    user = {"name": "Harbour Log", "screen_name": "harbour_log"}
    return {"__typename": "Tweet", "id_str": x_id(n), "text": text, "lang": "en", "created_at": "2022-07-20T07:04:42.000Z", "user": user,
            "entities": {}} | more  # fmt: skip


def x_quote(n: int, text: str = WORDS, handle: str = "harbour_log") -> str:
    link = f'<a href="{x_url(n)}">July 20, 2022</a>'
    return f'<blockquote class="twitter-tweet"><p lang="en">{escape(text)}</p>&mdash; Harbour Log (@{handle}) {link}</blockquote>'


MP4 = [
    {"bitrate": 1, "content_type": "video/mp4", "url": file("x/s.mp4")},
    {"bitrate": 9, "content_type": "video/mp4", "url": file("x/l.mp4")},
]
DETAILS = [
    {"type": "photo", "media_url_https": file("x/a.jpg"), "ext_alt_text": "A pier"},
    {"type": "video", "media_url_https": file("x/v.jpg"), "video_info": {"variants": MP4}},
]
CARD = {"name": "poll2choice_text_only", "binding_values": {
    "choice1_label": {"string_value": "Early"}, "choice1_count": {"string_value": "12"}, "choice2_label": {"string_value": "Late"},
    "choice2_count": {"string_value": "4"}, "counts_are_final": {"boolean_value": True}, "end_datetime_utc": {"string_value": "2022-07-21T07:04:42Z"},
}}  # fmt: skip
EDITS = {"isEdited": True, "edit_control": {"edit_tweet_ids": [x_id(4), x_id(98)]}}

X = (
    captured("x: photo and film", x_url(0), x(0, js(tweet(0, mediaDetails=DETAILS))), markup=x_quote(0), says=WORDS,
             media=("x/a.jpg", "x/l.mp4", "x/v.jpg"), verdict="match"),
    captured("x: quotes, answers and asks", x_url(1), x(1, js(tweet(
        1, quoted_tweet=tweet(90, HEBREW), parent=tweet(91, ARABIC), in_reply_to_status_id_str=x_id(91), in_reply_to_screen_name="harbour_log", card=CARD))),
             says=WORDS, facts={"quoted.text": HEBREW, "parent.text": ARABIC, "reply_to": f"https://x.com/harbour_log/status/{x_id(91)}",
                                "poll.closed": True}),
    captured("x: the article changed a word", x_url(2), x(2, js(tweet(2))), markup=x_quote(2, WORDS.replace("morning", "evening")), verdict="edited"),
    captured("x: the article names another author", x_url(3), x(3, js(tweet(3))), markup=x_quote(3, handle="other_log"), verdict="different_author"),
    captured("x: edited since", x_url(4), x(4, js(tweet(4, **EDITS))), says=WORDS, facts={"edited": True, "versions": [x_id(4), x_id(98)]}),
    unavailable("x: deleted, with a card of what the article says", x_url(5), x(5, NOTHING, js({"error": "x"}, "404 Not Found")), State.DELETED,
                markup=x_quote(5), verdict="gone"),
    failed("x: 404 in one place, a rate limit in the other", x_url(6), x(6, NOTHING, BUSY), State.RATE_LIMITED, markup=x_quote(6), verdict="unverifiable"),
    failed("x: a challenge", x_url(7), x(7, CHALLENGE, CHALLENGE), State.BOT_CHALLENGE),
    captured("x: behind somebody's short link", "https://sho.rt/one", {"sho.rt/one": redirect(f"https://x.com/harbour_log/status/{x_id(9)}"),
             f"x.com/harbour_log/status/{x_id(9)}": SHELL} | x(9, js(tweet(9))), says=WORDS),
    unavailable("x: behind a short link, and deleted", "https://sho.rt/two", {"sho.rt/two": redirect(f"https://x.com/harbour_log/status/{x_id(10)}"),
                f"x.com/harbour_log/status/{x_id(10)}": SHELL, f"publish.x.com/oembed?url=https://x.com/harbour_log/status/{x_id(10)}": NOTHING}
                | x(10, NOTHING), State.DELETED),
    partial("x: a picture that is not there any more", x_url(8),
            x(8, js(tweet(8, mediaDetails=[{"type": "photo", "media_url_https": file("missing/x.jpg")}]))), says=WORDS),
)  # fmt: skip

# ----------------------------------------------------------------- Telegram


def gram(n: int, inner: str, meta: str = "") -> dict[str, bytes]:
    when = f'<span class="tgme_widget_message_meta">{meta}<time datetime="2025-02-11T10:30:00+00:00">10:30</time></span>'
    owner = '<a class="tgme_widget_message_owner_name">Harbour</a>'
    return widget(n, f'<div class="tgme_widget_message" data-post="harbour/{n}">{owner}{inner}{when}</div>')


def widget(n: int, body: str) -> dict[str, bytes]:
    return {
        f"t.me/harbour/{n}?embed=1": doc("Telegram Widget", body),
        f"t.me/harbour/{n}": doc("Telegram: Contact @harbour", og_title="Harbour"),
    }


def gram_url(n: int) -> str:
    return f"https://t.me/harbour/{n}"


def words(text: str) -> str:
    return f'<div class="tgme_widget_message_text">{text}</div>'


ERROR = '<div class="tgme_widget_message_error">{}</div>'
OPEN = '<div class="message_media_not_supported_label">Please open Telegram to view this post</div>'
PHOTO = f'<a class="tgme_widget_message_photo_wrap" style="background-image:url(\'{file("gram/a.jpg")}\')"></a>'
VIDEO = f'<i class="tgme_widget_message_video_thumb" style="background-image:url(\'{file("gram/v.jpg")}\')"></i><video src="{file("gram/v.mp4")}"></video>'
ANSWERED = f'<span class="tgme_widget_message_author_name">Pier</span><div class="tgme_widget_message_metatext">{HEBREW}</div>'
ANSWER = f'<a class="tgme_widget_message_reply" href="https://t.me/harbour/7">{ANSWERED}</a>'
POLL = (
    '<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">Which ferry?</div>'
    '<div class="tgme_widget_message_poll_type">Anonymous Poll</div>'
    + "".join(f'<div class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_percent">{share}%</div>'
              f'<div class="tgme_widget_message_poll_option_text">{label}</div></div>' for label, share in (("Early", 75), ("Late", 25)))
    + '</div><div class="tgme_widget_message_voters">40</div>'
)  # fmt: skip

TELEGRAM = (
    captured("telegram: words and a photo", gram_url(101), gram(101, PHOTO + words(ARABIC)), says=ARABIC, media=("gram/a.jpg",)),
    captured("telegram: a film", gram_url(102), gram(102, VIDEO + words(ARABIC)), says=ARABIC, media=("gram/v.mp4", "gram/v.jpg")),
    captured("telegram: an answer, edited", gram_url(103), gram(103, ANSWER + words(ARABIC), "edited "), says=ARABIC,
             facts={"edited": True, "parent.text": HEBREW, "reply_to": "https://t.me/harbour/7"}),
    captured("telegram: a poll", gram_url(104), gram(104, POLL), says="Which ferry?", facts={"poll.voters": 40, "poll.closed": False}),
    partial("telegram: words, and a file that the app alone shows", gram_url(105), gram(105, OPEN + words(ARABIC)), says=ARABIC),
    unavailable("telegram: withheld", gram_url(106), gram(106, OPEN), State.LOGIN_WALL),
    unavailable("telegram: not found, or not for us", gram_url(107), widget(107, ERROR.format("Post not found")), State.NOT_FOUND),
    unavailable("telegram: used to spread malware", gram_url(108),
                widget(108, ERROR.format("This post can’t be displayed because it was used to spread malware")), State.REMOVED_BY_PLATFORM),
    unavailable("telegram: local laws", gram_url(109), widget(109, ERROR.format("This channel violated local laws")), State.GEO_BLOCKED),
    unavailable("telegram: a private group", "https://t.me/c/1234567/8", {"t.me/c/1234567/8": doc("Telegram")}, State.PROTECTED),
    failed("telegram: rate limit", gram_url(110), {"t.me/harbour/110?embed=1": BUSY, "t.me/harbour/110": BUSY}, State.RATE_LIMITED),
)  # fmt: skip

# ------------------------------------------------------------------- Reddit


def red(n: str) -> str:
    return f"https://www.reddit.com/r/ferries/comments/{n}/two_ferries/"


def reddit(n: str, oembed: bytes, feed: bytes = NOTHING, shown: bytes = NOTHING) -> dict[str, bytes]:
    path = red(n).removeprefix("https://")
    return {f"www.reddit.com/oembed?url={red(n)}": oembed, f"{path}.rss": feed, path: shown}


def red_oembed(n: str, author: str = "harbour_log") -> bytes:
    return js(
        {
            "title": "Two ferries",
            "author_name": author,
            "html": f'<blockquote class="reddit-embed-bq"><a href="{red(n)}">Two ferries</a></blockquote>',
        }
    )


def atom(n: str, body: str, author: str = "/u/harbour_log", extra: str = "") -> bytes:
    content = escape(f'<div class="md">{body}</div>{extra}')
    told = f"<author><name>{author}</name></author><content type='html'>{content}</content><id>t3_{n}</id>"
    entry = f"<entry>{told}<published>2025-02-11T10:30:00+00:00</published><title>Two ferries</title></entry>"
    return page(f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>', media_type="application/atom+xml")


BLOCKED = doc("Blocked", "<h1>whoa there, pardner!</h1><p>Your request has been blocked.</p>", "403 Forbidden")
EMBED = '<blockquote class="reddit-embed-bq"><a href="{url}">Two ferries</a><br>by<a href="https://www.reddit.com/user/harbour_log/">u/harbour_log</a></blockquote>'

REDDIT = (
    captured("reddit: a text post", red("aa01"), reddit("aa01", red_oembed("aa01"), atom("aa01", f"<p>{ARABIC}</p>")), markup=EMBED.format(url=red("aa01")),
             says=ARABIC, verdict="match", facts={"title": "Two ferries", "created": "2025-02-11T10:30:00Z"}),
    captured("reddit: a picture", red("aa02"), reddit("aa02", red_oembed("aa02"), atom("aa02", "", extra='<a href="https://i.redd.it/abc123.jpeg">[link]</a>'))
             | {"i.redd.it/abc123.jpeg": page(b"jpeg", media_type="image/jpeg")}, says="Two ferries"),
    partial("reddit: oEmbed tells the title, the feed is blocked", red("aa03"), reddit("aa03", red_oembed("aa03"), BROKEN, BROKEN), says="Two ferries"),
    unavailable("reddit: deleted by its author", red("aa04"),
                reddit("aa04", red_oembed("aa04", "[deleted]"), atom("aa04", "<p>[deleted]</p>", "[deleted]")), State.DELETED),
    unavailable("reddit: removed by moderators", red("aa05"), reddit("aa05", red_oembed("aa05"), atom("aa05", "<p>[removed]</p>", "[deleted]")),
                State.REMOVED_BY_PLATFORM),
    unavailable("reddit: two endpoints find nothing", red("aa06"), reddit("aa06", js({"error": 404}, "404 Not Found"), NOTHING), State.DELETED),
    unavailable("reddit: a private community", red("aa07"), reddit("aa07", js({"reason": "private"}, "403 Forbidden"), js({"reason": "private"}, "403 Forbidden")),
                State.PROTECTED),
    unavailable("reddit: a banned community", red("aa08"), reddit("aa08", js({"reason": "banned"}, "404 Not Found"), js({"reason": "banned"}, "404 Not Found")),
                State.REMOVED_BY_PLATFORM),
    failed("reddit: blocked by network security", red("aa09"), reddit("aa09", BLOCKED, BLOCKED, BLOCKED), State.RATE_LIMITED),
    failed("reddit: oEmbed's 404 beside a rate limit", red("aa10"), reddit("aa10", js({"error": 404}, "404 Not Found"), BUSY, BUSY), State.RATE_LIMITED),
    unavailable("reddit: a login wherever one looks", red("aa11"), reddit("aa11", redirect("https://www.reddit.com/login/?reason=lor2"), redirect(
        "https://www.reddit.com/login/?reason=lor2"), redirect("https://www.reddit.com/login/?reason=lor2"))
        | {"www.reddit.com/login/?reason=lor2": doc("Log in")}, State.LOGIN_WALL),
)  # fmt: skip

# ----------------------------------------------------- VK, LinkedIn, Tumblr


def vk(n: int, phone: bytes, shown: bytes = SHELL) -> tuple[str, dict[str, bytes]]:
    return f"https://vk.com/wall-77_{n}", {f"m.vk.com/wall-77_{n}": phone, f"vk.com/wall-77_{n}": shown}


def notice(text: str) -> bytes:
    return doc("VK", f'<div class="message_page_body">{text}</div>')


VK = (
    captured("vk: the post's own element", *vk(1, doc("VK", f'<div data-post-id="-77_1"><a class="pi_author">Гавань</a><div class="pi_text">{ARABIC}</div></div>')),
             says=ARABIC, facts={"author": "Гавань"}),
    unavailable("vk: deleted, one notice", *vk(2, notice("Post has been deleted")), State.UNAVAILABLE_UNSPECIFIED),
    unavailable("vk: access denied", *vk(3, notice("Access denied")), State.PROTECTED),
    unavailable("vk: region", *vk(4, notice("Видео недоступно в вашем регионе")), State.GEO_BLOCKED),
    unavailable("vk: rights holder", *vk(5, notice("Removed at the request of the copyright holder")), State.REMOVED_BY_PLATFORM),
    unavailable("vk: its author is blocked", *vk(6, notice("Страница заблокирована")), State.SUSPENDED),
    failed("vk: a challenge", *vk(7, redirect("https://vk.com/challenge.html?x=1"), redirect("https://vk.com/challenge.html?x=1")), State.BOT_CHALLENGE),
    unavailable("vk: a login", *vk(8, redirect("https://m.vk.com/login?to=x"), redirect("https://vk.com/login?to=x")), State.LOGIN_WALL),
)  # fmt: skip
URN = "urn:li:activity:720000000000000000{}"


def linked(n: int, frame: bytes, shown: bytes = SHELL) -> tuple[str, dict[str, bytes]]:
    urn = URN.format(n)
    return f"https://www.linkedin.com/feed/update/{urn}/", {
        f"www.linkedin.com/embed/feed/update/{urn}": frame,
        f"www.linkedin.com/feed/update/{urn}/": shown,
    }


POSTING = {
    "@type": "SocialMediaPosting",
    "articleBody": ARABIC,
    "datePublished": "2025-02-11T10:30:00.000Z",
    "author": {"name": "Harbour Log"},
}
LINKEDIN = (
    captured("linkedin: the frame tells it", *linked(1, doc("LinkedIn", f'<article data-activity-urn="{URN.format(1)}"><p>x</p></article>'
             f'<script type="application/ld+json">{json.dumps(POSTING)}</script>')), says=ARABIC, facts={"author": "Harbour Log"}),
    unavailable("linkedin: the wall for strangers", *linked(2, redirect("https://www.linkedin.com/authwall?x=1"), redirect("https://www.linkedin.com/authwall?x=1")),
                State.LOGIN_WALL),
    failed("linkedin: 999", *linked(3, page("", "999 Request denied"), page("", "999 Request denied")), State.RATE_LIMITED),
    unavailable("linkedin: 404 in two places, which may be private", *linked(4, doc("x", status="404 Not Found"), doc("x", status="404 Not Found")),
                State.UNAVAILABLE_UNSPECIFIED),
)  # fmt: skip
WALL = {
    "www.linkedin.com/authwall?x=1": doc("Sign Up"),
    "vk.com/challenge.html?x=1": doc("x"),
    "m.vk.com/login?to=x": doc("x"),
    "vk.com/login?to=x": doc("x"),
}


def tumblr(n: int, oembed: bytes, shown: bytes = SHELL) -> tuple[str, dict[str, bytes]]:
    url = f"https://www.tumblr.com/harbour/{7000000 + n}"
    return url, {f"www.tumblr.com/oembed/1.0?url={url}": oembed, url.removeprefix("https://"): shown}


def pin(n: int, oembed: bytes, shown: bytes = SHELL) -> tuple[str, dict[str, bytes]]:
    url = f"https://www.pinterest.com/pin/{8000000 + n}/"
    return url, {f"www.pinterest.com/oembed.json?url={url}": oembed, url.removeprefix("https://"): shown}


TUMBLR = (
    partial("tumblr: oEmbed", *tumblr(1, js({"url": "https://harbour.tumblr.com/post/7000001", "author_name": "harbour", "html": f"<p>{ARABIC}</p>"})),
            says=ARABIC),
    captured("tumblr: the page names it", *tumblr(2, js({"error": "x"}, "404 Not Found"), doc(
        "x", og_url="https://www.tumblr.com/harbour/7000002", og_title="harbour", og_description=ARABIC)), says=ARABIC),
    unavailable("tumblr: for those who are logged in", *tumblr(3, js({}, "403 Forbidden"), redirect("https://www.tumblr.com/login_required/harbour")),
                State.LOGIN_WALL),
    unavailable("tumblr: oEmbed's 404 alone", *tumblr(4, js({}, "404 Not Found")), State.UNAVAILABLE_UNSPECIFIED),
)  # fmt: skip
PINTEREST = (
    partial("pinterest: a pin", *pin(1, js({"title": "Two ferries", "author_name": "Harbour", "author_url": "https://www.pinterest.com/harbour/",
                                            "thumbnail_url": file("pin.jpg")})), says="Two ferries", media=("pin.jpg",)),
    unavailable("pinterest: gone, or on a secret board", *pin(2, js({}, "404 Not Found"), redirect("https://www.pinterest.com/?show_error=true")),
                State.UNAVAILABLE_UNSPECIFIED),
    failed("pinterest: rate limit", *pin(3, BUSY, BUSY), State.RATE_LIMITED),
)  # fmt: skip

# ------------------------------------------------------- oEmbed by discovery

PLAYER = '<iframe src="{url}" title="x"></iframe>'
FOUND = (
    '<link rel="alternate" type="application/json+oembed" href="https://sound.small-web.test/oembed?url=https://sound.small-web.test/{n}">'
)
RICH = {
    "version": "1.0",
    "type": "rich",
    "title": "Fog horns",
    "author_name": "Harbour",
    "thumbnail_url": file("horn.jpg"),
    "html": "<iframe></iframe>",
}

DISCOVERY = (
    captured("an unknown player whose page names its oEmbed", "https://sound.small-web.test/1",
             {"sound.small-web.test/1": doc("Fog", f"<p>{WORDS}, played</p>{FOUND.format(n=1)}"),
              "sound.small-web.test/oembed?url=https://sound.small-web.test/1": js(RICH)},
             markup=PLAYER.format(url="https://sound.small-web.test/1"), says="Fog horns", media=("horn.jpg",)),
    partial("an unknown player that shows nothing without scripts", "https://sound.small-web.test/2",
            {"sound.small-web.test/2": page(f'<!doctype html><head>{FOUND.format(n=2)}<script src="/a.js"></script></head><body><div id="root"></div></body>'),
             "sound.small-web.test/oembed?url=https://sound.small-web.test/2": js(RICH)},
            markup=PLAYER.format(url="https://sound.small-web.test/2"), says="Fog horns"),
    unavailable("an unknown player that is gone", "https://sound.small-web.test/3", {"sound.small-web.test/3": doc("x", status="404 Not Found")},
                State.NOT_FOUND, markup=PLAYER.format(url="https://sound.small-web.test/3")),
)  # fmt: skip

SCENES: tuple[Scene, ...] = (*X, *TELEGRAM, *REDDIT, *VK, *LINKEDIN, *TUMBLR, *PINTEREST, *DISCOVERY)
