"""Playing: one server that answers as all platforms at once, and the rounds in which the scenes are archived.

Everything goes over TLS to one listener; `connect_to` sends every host there. A scene that shuts its hosts (429, 503) is archived in a
round in which nobody else needs them: what is played is the scene, not the pace of its host. Browser and films stay out of it: what is
judged here is what endpoints say.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import trustme

from archiver.config import Browser, Config, Network, PerHost, Video
from archiver.service.demo.picture import png
from archiver.service.demo.server import LoopbackServer, Request, page, running
from tests.service.scenes.scene import FILES, NOTHING, Scene
from tests.service.scenes.table import WALLS

PICTURE = page(png("scene", 32, 24), media_type="image/png")
ARCHIVE = {"web.archive.org/cdx/search/cdx": page(b"[]", media_type="application/json")}


@dataclass(frozen=True, slots=True)
class Playing:
    """The server and the configuration that leads to it."""

    server: LoopbackServer
    config: Config


@contextmanager
def played(scenes: Sequence[Scene], authority: trustme.CA, bundle: Path, tier: str = "http") -> Iterator[Playing]:
    """Play scenes while the block runs; `tier` says whether a browser opens what shows too little (`auto`)."""
    answers = {address: answer for scene in scenes for address, answer in scene.answers.items()} | WALLS | ARCHIVE
    hosts = {urlsplit(f"https://{address.removeprefix('activity ')}").hostname or "" for address in answers}
    hosts |= {urlsplit(scene.url).hostname or "" for scene in scenes} | {FILES}
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*sorted(hosts)).configure_cert(tls)
    server = LoopbackServer(tls=tls, fallback=_Answers(answers))
    with running(server):
        connect_to = {f"*:{port}": f"127.0.0.1:{server.port}" for port in (80, 443)}
        network = Network(
            per_host=PerHost(connections=4, interval=0.0), deadline=10.0, attempts=1, ca_bundle=str(bundle), connect_to=connect_to
        )
        yield Playing(server, Config(network=network, browser=Browser(tier=tier), video=Video(fetch="never")))


class _Answers:
    """What is answered to whom: the first address that a request has in it."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self._by_path: dict[tuple[str, str], list[tuple[bool, dict[str, list[str]], bytes]]] = {}
        for written, answer in answers.items():
            named = urlsplit(f"https://{written.removeprefix('activity ')}")
            known = self._by_path.setdefault((named.hostname or "", named.path), [])
            known.append((written.startswith("activity "), parse_qs(named.query), answer))

    def __call__(self, request: Request) -> bytes:
        if request.host == FILES:
            return NOTHING if request.path.startswith("/missing/") else PICTURE
        asked, activity = parse_qs(request.query), "activity+json" in request.headers.get("accept", "")
        for wants_activity, parameters, answer in self._by_path.get((request.host, request.path), ()):
            if wants_activity == activity and all(asked.get(name) == values for name, values in parameters.items()):
                return answer
        return NOTHING


def rounds(scenes: Sequence[Scene]) -> list[list[Scene]]:
    """Return the scenes in rounds: the calm ones together, the busy ones so that no two need one host."""
    found: list[list[Scene]] = [[scene for scene in scenes if not scene.is_busy]]
    for scene in (one for one in scenes if one.is_busy):
        free = next((each for each in found[1:] if not any(scene.hosts & other.hosts for other in each)), None)
        if free is None:
            found.append(free := [])
        free.append(scene)
    return found


def article(scenes: Sequence[Scene]) -> str:
    """Return an article that cites every scene: as it is embedded, or by a link."""
    shown = (scene.markup or f'<p>The scene "{escape(scene.title)}" is <a href="{escape(scene.url)}">a post</a>.</p>' for scene in scenes)
    return f'<!doctype html><html lang="en"><head><title>Every state</title></head><body><article>{"".join(shown)}</article></body></html>'
