"""Twitch: one recorded video or one clip. Identity `twitch:<number>` for videos, `twitch:<slug>` for clips; slugs keep their case.

A channel's bare address is what is on air now, which is no citation of anything that can be kept: it is a link. Twitch has no oEmbed, and
its API wants a client's key, so the page is the only witness here; it is drawn by scripts, and proves the video where its head names it.
Recordings expire after days or weeks, clips mostly stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archiver.article.document import Element
from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Hit, Reading, State, Target
from archiver.embed.answer import judgement, page
from archiver.embed.markup import wrapper
from archiver.url import parts

name: str = "twitch"
NUMBER = r"(?P<video>[0-9]{1,12})"
SLUG = r"(?P<clip>[A-Za-z0-9][A-Za-z0-9_-]{4,100})"
PAGE = re.compile(
    rf"/(?:videos/{NUMBER}|[A-Za-z0-9_]{{2,25}}/(?:v|video|videos)/v?(?P<old>[0-9]{{1,12}})|(?:[A-Za-z0-9_]{{2,25}}/)?clip/{SLUG})/?"
)
CLIP = re.compile(rf"/(?:[a-z0-9_]{{2,25}}/)?{SLUG}/?")
SITE = frozenset({"embed", "create", "clips", "directory", "settings"})
HOSTS = ("twitch.tv", "www.twitch.tv", "m.twitch.tv", "go.twitch.tv", "secure.twitch.tv")
hosts: tuple[str, ...] = ("twitch.tv",)
embeds: str = wrapper.WRAPPERS


def identify(url: str) -> Reference | None:
    """Return the video or clip that a resolved URL points to; None for channels, collections and the directory."""
    named = parts(url)
    host = named.host.rstrip(".")
    query = named.parameters()
    if host in ("player.twitch.tv", "embed.twitch.tv"):
        matched = re.fullmatch(rf"v?{NUMBER}", query.get("video", [""])[0])
        return _video(matched["video"]) if matched else _clip(query.get("clip", [""])[0])
    if host == "clips.twitch.tv":
        if named.path.rstrip("/") == "/embed":
            return _clip(query.get("clip", [""])[0])
        matched = CLIP.fullmatch(named.path)
        return _clip(matched["clip"]) if matched and matched["clip"] not in SITE else None
    matched = PAGE.fullmatch(named.path) if host in HOSTS else None
    if not matched:
        return None
    return _clip(matched["clip"]) if matched["clip"] else _video(matched["video"] or matched["old"])


def _video(number: str) -> Reference:
    number = number.lstrip("0") or "0"
    return Reference(name, number, f"https://www.twitch.tv/videos/{number}", f"{name}:{number}")


def _clip(written: str) -> Reference | None:
    slug = written.rpartition("/")[2]
    return Reference(name, slug, f"https://clips.twitch.tv/{slug}", f"{name}:{slug}") if re.fullmatch(SLUG, slug) else None


def recognise(element: Element) -> Hit | None:
    """Return the video or clip that a player shows; None for a channel's."""
    sight = wrapper.sight(element, identify)
    return Hit(sight.reference, "embed", sight.via, sight.written) if sight else None


def targets(citation: Citation) -> Sequence[Target]:
    """Return the page."""
    url = citation.reference.url
    return (Target(url),) if citation.reference.id and url else ()


def read(answer: Answer) -> Reading:
    """Say what the page's answer means."""
    return page.read(answer, identify, walls=re.compile(r"/login\b"))


def requisites(answer: Answer) -> Sequence[Target]:
    """Return what the page needs."""
    return page.requisites(answer, read(answer).post)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a video or clip; a page alone never says that it was deleted."""
    return judgement.judge(readings, reference)
