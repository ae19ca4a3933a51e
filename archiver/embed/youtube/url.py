"""URLs of YouTube: which of them are videos.

Identity is the id: 11 letters of `A–Z a–z 0–9 - _`, case matters, and a 12th makes it none. Where in the video (`t`, `start`), out of which
list and by whose recommendation somebody came is written at the place, and is no part of the identity. `Reference.url` is the watch page.

`videoseries` and `live_stream` have 11 letters too: they stand where a player's id stands, and mean a playlist and whatever a channel
sends. Channels, playlists, clips (a piece of a video under an id of its own), posts and searches are no videos.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from archiver.citation.citation import Reference
from archiver.url import Parts, on_host, parts, resolve

NAME = "youtube"
OWN = ("youtube.com", "youtube-nocookie.com", "youtube.googleapis.com", "youtubeeducation.com", "youtubekids.com")
SHORT = ("youtu.be", "y2u.be")
# Front ends that show YouTube's videos under YouTube's paths. They come and go; those below, and hosts that are called so.
MIRRORS = ("yewtu.be", "piped.video", "inv.nadeko.net", "hooktube.com", "yout-ube.com")
MIRROR = re.compile(r"(?:^|\.)(?:invidious|invidio|piped)\.")
HOSTS = (*OWN, *SHORT, *MIRRORS, "invidious.", "invidio.", "piped.")
ID = re.compile(r"[A-Za-z0-9_-]{11}(?![A-Za-z0-9_-])")
NO_IDS = frozenset({"videoseries", "live_stream"})
WATCH = re.compile(r"/+(?:watch(?:_popup|_videos)?|movie|ytscreeningroom)/?", re.IGNORECASE)
PATH = re.compile(r"/+(?:(?:embed|shorts|live|video|v|e|vi|watch|w)/+)+(?:%22)*(?P<rest>[^/?#]+)", re.IGNORECASE)  # stacked by mistake, too
GRID = re.compile(r"p/(?:[^/]+/)*([A-Za-z0-9_-]{11})")  # the fragment of channels' pages before 2011
NESTED = {"/attribution_link": "u", "/m": "continue", "/ml": "continue", "/signin": "next"}


def reference(identifier: str) -> Reference:
    """Return the reference of a video by its id."""
    return Reference(NAME, identifier, f"https://www.youtube.com/watch?v={identifier}", f"{NAME}:{identifier}")


def video_id(written: str) -> str | None:
    """Return the id that `written` begins with, if what follows is no part of it; None where it is no video's."""
    matched = ID.match(written)
    return matched[0] if matched and matched[0] not in NO_IDS else None


def identify(url: str) -> Reference | None:
    """Return the video that a resolved URL points to; None for channels, playlists, clips, posts, searches and other sites."""
    named = parts(url)
    host = named.host.rstrip(".")
    if on_host(host, *SHORT):
        return _numbered(named.path.lstrip("/")) or (_watched(named) if WATCH.fullmatch(named.path) else None)
    if on_host(host, *OWN) and not host.startswith("studio."):
        return _own(named) or _nested(named)
    if on_host(host, *MIRRORS) or MIRROR.search(host):
        return _own(named) or (_numbered(named.path[1:]) if len(named.path) == 12 else None)
    return None


def _own(named: Parts) -> Reference | None:
    if WATCH.fullmatch(named.path) or named.path == "/":
        return _watched(named)
    matched = PATH.match(named.path)
    if matched:
        return _numbered(matched["rest"]) or (_watched(named) if matched["rest"] == "watch" else None)
    played = GRID.fullmatch(named.fragment)
    return _numbered(played[1]) if played else None


def _watched(named: Parts) -> Reference | None:
    """Read `v` of the query, or of the fragment that pages without reloads used (`#!v=`, `/#/watch?v=`)."""
    fragment = named.fragment.lstrip("!/").removeprefix("watch?")
    for given in (named.parameters(), parse_qs(fragment)):
        for written in (*given.get("v", ()), *given.get("vi", ())):
            found = _numbered(written)
            if found:
                return found
    return None


def _nested(named: Parts) -> Reference | None:
    """Follow a URL in a parameter, one level: attribution links, and the pages for consent and sign-in that say where they lead."""
    parameter = NESTED.get(named.path.rstrip("/"))
    inner = named.parameters().get(parameter, [""])[0] if parameter else ""
    url = resolve(inner, "https://www.youtube.com/") if inner else None
    return _own(parts(url)) if url and on_host(parts(url).host, *OWN) else None


def _numbered(written: str) -> Reference | None:
    identifier = video_id(written)
    return reference(identifier) if identifier else None
