"""Spotify: one track, album, playlist, episode, show or artist. Identity is Spotify's own URI: `spotify:<type>:<22 letters and digits>`.

The id alone is not unique among types, so `Reference.id` is `<type>:<id>`. The letters keep their case: the id is base 62. Users' profiles,
searches and genres are links. `spotify.link/KEY` carries nothing.

oEmbed tells title and cover, no author; 404 where there is nothing. The page names itself in its head; pages of episodes and playlists were
seen to answer 200 for what is gone, and then they name nothing or something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archiver.article.document import Element
from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Hit, Reading, State, Target
from archiver.embed.answer import judgement, media, oembed, page
from archiver.embed.answer.endpoint import asked_url
from archiver.embed.answer.endpoint import oembed as request
from archiver.embed.markup import wrapper
from archiver.url import parts

name: str = "spotify"
ENDPOINT = "https://open.spotify.com/oembed"
KINDS = "track|album|playlist|episode|show|artist"
PAGE = re.compile(
    rf"/(?:intl-[a-z]{{2}}(?:-[a-z]{{2}})?/)?(?:embed(?:-podcast)?/)?(?:user/[^/]{{1,80}}/)?(?P<kind>{KINDS})/(?P<id>[A-Za-z0-9]{{22}})(?![A-Za-z0-9])",
)
URI = re.compile(rf"spotify:(?:user:[^:]{{1,80}}:)?(?P<kind>{KINDS}):(?P<id>[A-Za-z0-9]{{22}})")
PARTIAL = "its title and cover are told, not its sound"
hosts: tuple[str, ...] = ("spotify.com",)
embeds: str = wrapper.WRAPPERS


def identify(url: str) -> Reference | None:
    """Return the track, album, playlist, episode, show or artist that a resolved URL points to."""
    named = parts(url)
    host = named.host.rstrip(".")
    if host == "embed.spotify.com" or (host == "open.spotify.com" and named.path.rstrip("/") == "/embed"):
        written = named.parameters().get("uri", [""])[0]
        return _reference(URI.fullmatch(written)) or _reference(PAGE.match(re.sub(r"^https?://(?:open|play)\.spotify\.com", "", written)))
    return _reference(PAGE.match(named.path)) if host in ("open.spotify.com", "play.spotify.com") else None


def _reference(matched: re.Match[str] | None) -> Reference | None:
    if not matched:
        return None
    kind, number = matched["kind"], matched["id"]
    return Reference(name, f"{kind}:{number}", f"https://open.spotify.com/{kind}/{number}", f"{name}:{kind}:{number}")


def recognise(element: Element) -> Hit | None:
    """Return what a player shows."""
    sight = wrapper.sight(element, identify)
    return Hit(sight.reference, "embed", sight.via, sight.written) if sight else None


def targets(citation: Citation) -> Sequence[Target]:
    """Return the oEmbed request and the page."""
    url = citation.reference.url
    return (request(ENDPOINT, url), Target(url)) if citation.reference.id and url else ()


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.purpose == "oembed":
        asked = asked_url(answer)
        return oembed.read(answer, lambda told: oembed.titled(told, identify(asked) if asked else None, PARTIAL))
    return page.read(answer, identify, walls=re.compile(r"/(?:[a-z-]+/)?login\b"))


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the cover that the endpoint names, or what the page needs."""
    return media.targets(read(answer).post) if answer.target.purpose == "oembed" else page.requisites(answer, read(answer).post)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of the thing; the endpoint's own 404 is enough."""
    return judgement.judge(readings, reference, one_word_enough=frozenset({"oembed"}))
