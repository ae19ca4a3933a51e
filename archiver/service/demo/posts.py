"""X, as far as the article cites it: three posts, and what its endpoints say of each without a login.

The answers have the fields and the statuses that were documented of the live endpoints; the words of two posts are those that the article
quotes, so that a comparison has something to agree on, and every other word is ours. Ids, times and media keys agree with one another:
an id is a snowflake of its time, a media key one of a few seconds earlier.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from archiver.service.demo.picture import png
from archiver.service.demo.server import Answer, Request, page, redirect

EPOCH = 1288834974657  # milliseconds; the snowflake's zero


@dataclass(frozen=True, slots=True)
class Tweet:
    """One post of the demo. `links` maps a t.co key in the text to where it leads; `photo` is the t.co key that shows its picture."""

    id: int
    handle: str
    name: str
    lang: str
    words: str
    links: dict[str, str] = field(default_factory=dict)
    photo: str | None = None
    deleted: bool = False

    @property
    def created(self) -> dt.datetime:
        """When it was posted, from its id."""
        return dt.datetime.fromtimestamp(((self.id >> 22) + EPOCH) // 1000, dt.UTC)

    @property
    def path(self) -> str:
        """Its path at x.com and at twitter.com."""
        return f"/{self.handle}/status/{self.id}"

    @property
    def url(self) -> str:
        """Its address, as embeds write it."""
        return f"https://twitter.com{self.path}"

    @property
    def text(self) -> str:
        """Its text with short links, the picture's last."""
        return self.words + (f" https://t.co/{self.photo}" if self.photo else "")

    @property
    def media_key(self) -> str:
        """The key of its picture at pbs.twimg.com: eleven bytes, of which eight are the snowflake of the upload."""
        upload = self.id - (20_000 << 22)
        return base64.urlsafe_b64encode(upload.to_bytes(8, "big") + b"web").decode().rstrip("=")


ELLA = Tweet(
    id=1549651495053934597,
    handle="CaptainElla1",
    name="Captain Ella كابتن إيلا",
    lang="ar",
    words="#إسرائيل #المغرب https://t.co/Q7rsMqPRZr",
    links={"Q7rsMqPRZr": "https://www.small-web.test/visit"},
    photo="pH0t0oFvIs",
)
COHEN = Tweet(
    id=1549666279095308291,
    handle="cohen_marganit",
    name="Marganit Cohen🇮🇱🇲🇦",
    lang="ar",
    words="لي يسأل ع مخرجات لقاء لي دار بين مسؤلي دفاع في المغرب شقيق و اسرائيل\n"
    "تزيد المغرب ب صواريخ جد متطورة مع حزمة من الدرونات الانتحارية الحديثة\n"
    "و كذالك منظومة الدفاع الجوي القبة الحديدية نعم كنت سبق و تكلمت عنها وها قد حان اوان حصول الأشقاء على فخر صناعة الدفاعية\n"
    "وطبعاً 🇲🇦يستاهل",
)
EIDDA = Tweet(
    id=1549460103888961537,
    handle="EiddaAvocat",
    name="Maître Takioullah Eidda, Avocat",
    lang="ar",
    words="الجزائر 🇩🇿 المكافحة والرافضة للخضوع للمؤامرة الاسرائيلية الصهيونبة أصبحت هدف معرضة للخطر نتيجة انصياع وخضوع المغرب🇲🇦 المشين ❗\n"
    "بعد زيارة رئيس حكومة اسرائيل 🇮🇱 ووزير الخارجية والدفاع، هاهو قائد اركان الجيش الاسرائيلي في الرباط لتوطين وتنفيذ المؤامرة 🇮🇱🇲🇦 "
    "ضد الجزائر الشجاعة 🇩🇿",
    photo="eeBERzE2Dr",
    deleted=True,
)
TWEETS = (ELLA, COHEN, EIDDA)
SHELL = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>X</title></head><body>'
    '<noscript><h1>JavaScript is not available.</h1></noscript><div id="react-root"></div><script src="https://abs.twimg.com/responsive-web/client-web/main.js"></script></body></html>'
)


def routes() -> dict[tuple[str, str], Answer]:
    """Return what X's hosts answer. Its pages are one shell for every address, living post or none: they prove nothing."""
    table: dict[tuple[str, str], Answer] = {
        ("cdn.syndication.twimg.com", "/tweet-result"): _syndication,
        ("publish.x.com", "/oembed"): _oembed,
        ("publish.twitter.com", "/oembed"): _oembed,
    }
    for tweet in TWEETS:
        leads = tweet.links | ({tweet.photo: f"{tweet.url}/photo/1"} if tweet.photo else {})
        for key, to in leads.items():
            for host in ("t.co", "pic.twitter.com"):
                table[host, f"/{key}"] = redirect(to, "301 Moved Permanently")  # a deleted post's key keeps leading to it
        for path in (tweet.path, f"{tweet.path}/photo/1"):
            table["twitter.com", path] = redirect(f"https://x.com{path}")
            table["x.com", path] = page(SHELL)
        table["x.com", f"/i/status/{tweet.id}"] = page(SHELL)
        if tweet.photo and not tweet.deleted:
            picture = page(png(tweet.media_key, 120, 80), media_type="image/png", headers=[("Cache-Control", "max-age=604800")])
            table["pbs.twimg.com", f"/media/{tweet.media_key}.png"] = picture
            table["pbs.twimg.com", f"/media/{tweet.media_key}"] = picture
    return table


def api_json(tweet: Tweet) -> dict[str, Any]:
    """Return a post as X's own interface told it in 2022, which is what the web archive kept of many."""
    user = {"id": str(tweet.id % 10**9), "name": tweet.name, "username": tweet.handle}
    created = tweet.created.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    data: dict[str, Any] = {"id": str(tweet.id), "text": tweet.text, "author_id": user["id"], "lang": tweet.lang, "created_at": created}
    if tweet.photo:
        shown = {
            "url": f"https://t.co/{tweet.photo}",
            "expanded_url": f"{tweet.url}/photo/1",
            "display_url": f"pic.twitter.com/{tweet.photo}",
        }
        data["entities"] = {"urls": [shown]}
    return {"data": data, "includes": {"users": [user]}}


def _syndication(request: Request) -> bytes:
    """Answer cdn.syndication.twimg.com: a post in JSON, 404 with an empty body where there is none (any more)."""
    found = _living(parse_qs(request.query).get("id", [""])[0])
    return _json(_tweet_result(found)) if found else page(b"", "404 Not Found", "text/plain; charset=utf-8")


def _oembed(request: Request) -> bytes:
    """Answer publish.x.com: the embed of a post, 404 where there is none (any more)."""
    matched = re.search(r"/status(?:es)?/([0-9]{1,19})", parse_qs(request.query).get("url", [""])[0])
    found = _living(matched[1]) if matched else None
    if found is None:
        return _json({"error": "Sorry, that page does not exist.", "request": request.target}, "404 Not Found")
    return _json(_embed(found))


def _json(data: Any, status: str = "200 OK") -> bytes:
    return page(json.dumps(data, ensure_ascii=False), status, "application/json; charset=utf-8")


def _living(identifier: str) -> Tweet | None:
    return next((tweet for tweet in TWEETS if str(tweet.id) == identifier and not tweet.deleted), None)


def _tweet_result(tweet: Tweet) -> dict[str, Any]:
    text = tweet.text
    tags = [{"indices": [m.start(), m.end()], "text": m[1]} for m in re.finditer(r"#(\w+)", text)]
    urls = [
        {"display_url": to.split("//")[1], "expanded_url": to, "indices": _at(text, f"https://t.co/{key}"), "url": f"https://t.co/{key}"}
        for key, to in tweet.links.items()
    ]
    result: dict[str, Any] = {
        "__typename": "Tweet",
        "lang": tweet.lang,
        "favorite_count": 214,
        "possibly_sensitive": False,
        "created_at": tweet.created.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "display_text_range": [0, len(tweet.words)],
        "entities": {"hashtags": tags, "urls": urls, "user_mentions": [], "symbols": []},
        "id_str": str(tweet.id),
        "text": text,
        "user": {"id_str": str(tweet.id % 10**9), "name": tweet.name, "screen_name": tweet.handle, "verified": False},
        "conversation_count": 31,
        "news_action_type": "conversation",
        "isEdited": False,
        "isStaleEdit": False,
    }
    return result | (_media(tweet, text) if tweet.photo else {})


def _media(tweet: Tweet, text: str) -> dict[str, Any]:
    address = f"https://pbs.twimg.com/media/{tweet.media_key}.png"
    where = {"display_url": f"pic.twitter.com/{tweet.photo}", "expanded_url": f"{tweet.url}/photo/1", "url": f"https://t.co/{tweet.photo}"}
    size = {"height": 80, "width": 120}
    detail = where | {
        "indices": _at(text, where["url"]),
        "type": "photo",
        "media_url_https": address,
        "original_info": size,
        "ext_alt_text": "Bands of colour, drawn for the demo",
        "ext_media_availability": {"status": "Available"},
    }
    return {"mediaDetails": [detail], "photos": [{"url": address, **size, "expandedUrl": where["expanded_url"]}]}


def _embed(tweet: Tweet) -> dict[str, Any]:
    day = f"{tweet.created:%B} {tweet.created.day}, {tweet.created.year}"
    words = tweet.words.replace("\n", "<br>")
    shown = f' <a href="https://t.co/{tweet.photo}">pic.twitter.com/{tweet.photo}</a>' if tweet.photo else ""
    return {
        "url": tweet.url,
        "author_name": tweet.name,
        "author_url": f"https://twitter.com/{tweet.handle}",
        "html": f'<blockquote class="twitter-tweet"><p lang="{tweet.lang}" dir="rtl">{words}{shown}</p>'
        f'&mdash; {tweet.name} (@{tweet.handle}) <a href="{tweet.url}?ref_src=twsrc%5Etfw">{day}</a></blockquote>\n',
        "width": 550,
        "height": None,
        "type": "rich",
        "cache_age": "3153600000",
        "provider_name": "Twitter",
        "provider_url": "https://twitter.com",
        "version": "1.0",
    }


def _at(text: str, part: str) -> list[int]:
    return [text.index(part), text.index(part) + len(part)]
