"""Flickr: one photo or video by its number, or one album. Identity `flickr:<number>`, `flickr:sets/<number>`.

A photo's number is in every form of its address: the page, the player, the short link (base 58), and the name of its file
(`…/<number>_<secret>_b.jpg`), whatever server it lies on. The owner in a page's address is needed to ask for it; where it is unknown,
`photo.gne?id=<number>` is the address that Flickr itself resolves.

oEmbed tells title, owner and the picture's own address: the thing itself, so its answer is whole. Its 404 is one word, because private
photos answer like deleted ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from archiver.article.document import Element
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.embed.answer import judgement, media, oembed, page
from archiver.embed.answer.endpoint import Fields, asked_url
from archiver.embed.answer.endpoint import oembed as request
from archiver.embed.answer.endpoint import url as address
from archiver.embed.markup import wrapper
from archiver.url import on_host, parts

name: str = "flickr"
ENDPOINT = "https://www.flickr.com/services/oembed/"
DIGITS = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
OWNER = r"(?P<owner>[A-Za-z0-9@_.-]{1,80})"
ID = r"(?P<id>[0-9]{1,17})(?![0-9])"
PHOTO = re.compile(rf"/photos/{OWNER}/{ID}(?:/|$)")
ALBUM = re.compile(rf"/photos/{OWNER}/(?:sets|albums)/{ID}(?:/|$)")
FRAME = re.compile(rf"/(?P<kind>photos|photosets)/{ID}(?:/|$)")
SHORT = re.compile(r"/(?P<kind>[ps])/(?P<key>[1-9A-HJ-NP-Za-km-z]{4,11})/?")
FILE = re.compile(r"(?:/[0-9]{1,6}){1,2}/(?P<id>[0-9]{5,17})_[0-9a-f]{8,16}(?:_[a-z0-9]{1,2})?(?:_d)?\.[a-z0-9]{3,4}")
hosts: tuple[str, ...] = ("flickr.com", "flic.kr", "staticflickr.com")
embeds: str = f"{wrapper.WRAPPERS}, a[data-flickr-embed]"


def identify(url: str) -> Reference | None:
    """Return the photo or album that a resolved URL points to; None for people, groups, tags and searches."""
    named = parts(url)
    host = named.host.rstrip(".")
    if host == "flic.kr":
        matched = SHORT.fullmatch(named.path)
        number = str(_decoded(matched["key"])) if matched else ""
        return (_photo(number) if matched["kind"] == "p" else _album(number, None)) if matched else None
    if on_host(host, "staticflickr.com", "static.flickr.com"):
        matched = FILE.fullmatch(named.path)
        return _photo(matched["id"]) if matched else None
    if host == "embedr.flickr.com":
        matched = FRAME.match(named.path)
        return (_photo(matched["id"]) if matched["kind"] == "photos" else _album(matched["id"], None)) if matched else None
    if host not in ("flickr.com", "www.flickr.com", "m.flickr.com", "secure.flickr.com"):
        return None
    if named.path == "/photo.gne":
        number = named.parameters().get("id", [""])[0]
        return _photo(number) if re.fullmatch(ID, number) else None
    if matched := ALBUM.match(named.path):
        return _album(matched["id"], matched["owner"])
    matched = PHOTO.match(named.path)
    return _photo(matched["id"], matched["owner"]) if matched and matched["owner"] not in ("tags", "upload") else None


def _photo(number: str, owner: str | None = None) -> Reference:
    number = number.lstrip("0") or "0"
    url = f"https://www.flickr.com/photos/{owner}/{number}/" if owner else f"https://www.flickr.com/photo.gne?id={number}"
    return Reference(name, number, url, f"{name}:{number}")


def _album(number: str, owner: str | None) -> Reference:
    url = f"https://www.flickr.com/photos/{owner}/albums/{number}/" if owner else f"https://embedr.flickr.com/photosets/{number}"
    return Reference(name, f"sets/{number}", url, f"{name}:sets/{number}")


def _decoded(key: str) -> int:
    number = 0
    for letter in key:
        number = number * len(DIGITS) + DIGITS.index(letter)
    return number


def recognise(element: Element) -> Hit | None:
    """Return the photo or album that an embed shows; its link's title, or the picture's description, is the photo's title."""
    if element.tag != "a":
        sight = wrapper.sight(element, identify)
        return Hit(sight.reference, "embed", sight.via, sight.written) if sight else None
    written = element.attributes.get("href", "").strip()
    found = wrapper.identified(written, identify)
    if "data-flickr-embed" not in element.attributes or found is None:
        sight = wrapper.sight(element, identify)
        return Hit(sight.reference, "embed", sight.via, sight.written) if sight else None
    pictures = element.select("img")
    title = element.attributes.get("title", "").strip() or (pictures[0].attributes.get("alt", "").strip() if pictures else "")
    files = tuple(dict.fromkeys(source for picture in pictures if (source := picture.attributes.get("src", "").strip()).startswith("http")))
    return Hit(found, "embed", "a[data-flickr-embed]", written, Claims(text=title or None, media=files))


def targets(citation: Citation) -> Sequence[Target]:
    """Return the oEmbed request and the page."""
    url = citation.reference.url
    return (request(ENDPOINT, url, format="json"), Target(url)) if citation.reference.id and url else ()


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.purpose == "oembed":
        return oembed.read(answer, lambda told: _post(told, answer))
    return page.read(answer, identify, walls=re.compile(r"/(?:signin|identity)\b"))


def _post(told: Fields, answer: Answer) -> Post | None:
    asked = identify(asked_url(answer) or "https://flickr.com/")
    post = oembed.titled(told, asked, "its title, owner and a still are told")
    shown = address(told, "url")
    pictured = identify(shown) if shown else None
    if post is None or asked is None or told.get("type") != "photo" or shown is None or pictured is None:
        return post
    if asked.id == pictured.id:
        return replace(post, media=(Media("photo", shown),), partial=None)
    return None if "/" not in (asked.id or "") else replace(post, media=(Media("poster", shown),))


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the picture that the endpoint names, or what the page needs."""
    return media.targets(read(answer).post) if answer.target.tier == "post" else page.requisites(answer, read(answer).post)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a photo."""
    return judgement.judge(readings, reference)
