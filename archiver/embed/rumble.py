"""Rumble: one video. Its page and its player number it differently: identity `rumble:<v…>` by the page, `rumble:embed/<v…>` by the player.

Both look alike (`v1abc23`), and neither can be made from the other offline; so they are two until the page, whose player's address names
the other, is asked. A publisher's code before a player's id (`u4.v1abc23`) says who embeds. Channels, users and searches are links.

Asked: oEmbed for a page; for a player its own JSON, whose `l` is the page; then the page or the frame.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archiver.article.document import Element
from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.embed.answer import judgement, media, oembed, page
from archiver.embed.answer.endpoint import Fields, asked_url, moment, table, text
from archiver.embed.answer.endpoint import oembed as request
from archiver.embed.answer.endpoint import url as address
from archiver.embed.markup import wrapper
from archiver.url import parts

name: str = "rumble"
ENDPOINT = "https://rumble.com/api/Media/oembed.json"
ID = r"(?P<id>v[a-z0-9]{3,10})"
PAGE = re.compile(rf"/(?:shorts/)?{ID}(?:-[^/]{{0,400}})?(?:\.html)?/?", re.IGNORECASE)
EMBED = re.compile(rf"/embed/(?:[A-Za-z0-9]{{1,12}}\.)?{ID}/?")
CALL = re.compile(rf"""\bRumble\s*\(\s*["']play["']\s*,\s*\{{[^}}]{{0,400}}["']video["']\s*:\s*["']{ID}["']""")
SITE = frozenset({"videos", "video", "verify", "views", "vouch"})
PARTIAL = "its title, author and still are told, not the video"
hosts: tuple[str, ...] = ("rumble.com",)
embeds: str = f"{wrapper.WRAPPERS}, div[id^=rumble_v], script:not([src])"


def identify(url: str) -> Reference | None:
    """Return the video that a resolved URL points to, by its page or by its player."""
    named = parts(url)
    if named.host.rstrip(".") not in ("rumble.com", "www.rumble.com"):
        return None
    if matched := EMBED.fullmatch(named.path):
        return _player(matched["id"])
    if named.path.startswith("/embedJS/"):
        found = re.fullmatch(ID, named.parameters().get("v", [""])[0])
        return _player(found["id"]) if found else None
    matched = PAGE.fullmatch(named.path)
    plain = matched is not None and ("-" in named.path or named.path.endswith(".html") or named.path.startswith("/shorts/"))
    identifier = matched["id"].lower() if matched else ""
    if not matched or identifier in SITE or not (plain or re.search(r"[0-9]", identifier)):
        return None
    shorts = "shorts/" if named.path.startswith("/shorts/") else ""
    tail = named.path.rstrip("/").removeprefix(f"/{shorts}{matched['id']}")
    return Reference(name, identifier, f"https://rumble.com/{shorts}{matched['id']}{tail}", f"{name}:{identifier}")


def _player(identifier: str) -> Reference:
    return Reference(name, f"embed/{identifier}", f"https://rumble.com/embed/{identifier}/", f"{name}:embed/{identifier}")


def recognise(element: Element) -> Hit | None:
    """Return the video that a frame, a call of Rumble's script, or the element that it fills, shows."""
    if element.tag == "script":
        program = element.text[:20_000]
        called = CALL.search(program) if "Rumble" in program else None
        # The element that the call fills is the embed, where it stands in the page.
        filled = called and element.parent and element.parent.select(f"div#rumble_{called['id']}")
        return Hit(_player(called["id"]), "embed", "script", _player(called["id"]).url) if called and not filled else None
    if element.tag == "div" and (matched := re.fullmatch(rf"rumble_{ID}", element.attributes.get("id", ""))):
        found = _player(matched["id"])
        return Hit(found, "embed", "div#rumble", found.url)
    sight = wrapper.sight(element, identify)
    return Hit(sight.reference, "embed", sight.via, sight.written) if sight else None


def targets(citation: Citation) -> Sequence[Target]:
    """Return the endpoint that knows this kind of id, and the page or frame."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    if cited.id.startswith("embed/"):
        number = cited.id.removeprefix("embed/")
        player = f"https://rumble.com/embedJS/u3/?request=video&ver=2&v={number}"
        return (Target(player, tier="post", purpose="api"), Target(cited.url))
    return (request(ENDPOINT, cited.url), Target(cited.url))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.purpose == "api":
        return oembed.read(answer, lambda told: _post(told, answer), "the player's endpoint")
    if answer.target.purpose == "oembed":
        asked = asked_url(answer)
        return oembed.read(answer, lambda told: oembed.titled(told, identify(asked) if asked else None, PARTIAL))
    return page.read(answer, identify, walls=re.compile(r"/(?:login|register)\b"))


def _post(told: Fields, answer: Answer) -> Post | None:
    asked, title, still = identify(answer.target.url), text(told, "title"), address(told, "i")
    if asked is None or asked.id is None or asked.url is None or title is None:
        return None
    return Post(
        platform=name,
        id=asked.id,
        url=asked.url,
        author=text(table(told, "author"), "name"),
        created=moment(told.get("pubDate")),
        text=title,
        media=(Media("poster", still),) if still else (),
        partial=PARTIAL,
    )


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the still that an endpoint names, or what the page needs."""
    return media.targets(read(answer).post) if answer.target.tier == "post" else page.requisites(answer, read(answer).post)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a video; the platform's negative answers are not known well enough for one to be enough."""
    return judgement.judge(readings, reference)
