"""Scenes of posts that are gone from their platform, and of which a web archive has a copy: one that tells them, or one that does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote

from archiver.citation.platform import State
from archiver.service.demo.server import page
from tests.service.scenes import fediverse, films, meta, networks
from tests.service.scenes.scene import ARABIC, NOTHING, WORDS, Scene, doc, js

STAMP = "20250212103000"
FIELDS = ["timestamp", "original", "mimetype", "statuscode", "digest"]


def kept(url: str, copy: bytes) -> dict[str, bytes]:
    """Return what an archive answers that has one copy of a URL: its index, and the copy as it was captured."""
    row = [STAMP, url, "text/html", "200", "SHA1OFTHECOPY"]
    when = format_datetime(datetime(2025, 2, 12, 10, 30, tzinfo=UTC), usegmt=True)
    raw = copy.replace(b"\r\n", f"\r\nMemento-Datetime: {when}\r\n".encode(), 1)
    return {
        f"web.archive.org/cdx/search/cdx?url={quote(url, safe='')}": page(json.dumps([FIELDS, row]), media_type="application/json"),
        f"web.archive.org/web/{STAMP}id_/{url}": raw,
    }


def rescued(title: str, url: str, answers: dict[str, bytes], state: State, outcome: str = "captured", **more: object) -> Scene:
    """Return a scene whose post is had from an archive; its state keeps saying what the platform said."""
    return Scene(title, url, answers, outcome, state, **more)  # type: ignore[arg-type]


SCENES: tuple[Scene, ...] = (
    rescued("archived: a deleted video's watch page", films.tube(50),
            films.asked(50, films.line("404 Not Found"), films.watch(50, "ERROR", "Video unavailable")) | kept(films.tube(50), films.watch(50)),
            State.DELETED, "partial", says=WORDS),
    rescued("archived: a deleted post of Mastodon, its page", fediverse.toot_url(50),
            fediverse.fedi(50, fediverse.gone("404 Not Found")) | kept(fediverse.toot_url(50), doc(
                "x", og_url=fediverse.toot_url(50), og_title="Harbour Log", og_description=WORDS)),
            State.DELETED, says=WORDS),
    rescued("archived: a deleted post of X, as its interface told it", networks.x_url(50),
            networks.x(50, NOTHING, js({"error": "x"}, "404 Not Found")) | kept(networks.x_url(50), js({
                "data": {"id": networks.x_id(50), "text": WORDS, "author_id": "7", "created_at": "2022-07-20T07:04:42.000Z", "lang": "en"},
                "includes": {"users": [{"id": "7", "name": "Harbour Log", "username": "harbour_log"}]}})),
            State.DELETED, markup=networks.x_quote(50), says=WORDS, verdict="match"),
    rescued("archived: and the article changed a word of it", networks.x_url(51),
            networks.x(51, NOTHING, js({"error": "x"}, "404 Not Found")) | kept(networks.x_url(51), js({
                "data": {"id": networks.x_id(51), "text": WORDS, "author_id": "7", "created_at": "2022-07-20T07:04:42.000Z", "lang": "en"},
                "includes": {"users": [{"id": "7", "name": "Harbour Log", "username": "harbour_log"}]}})),
            State.DELETED, markup=networks.x_quote(51, WORDS.replace("fog", "rain")), verdict="edited"),
    rescued("archived: a login page is no copy", meta.gram(50), meta.instagram(50, meta.IG_BROKEN, meta.ALIVE, meta.LOGIN)
            | kept(meta.gram(50), doc("Login • Instagram", "<form><input type='password'></form>")), State.UNAVAILABLE_UNSPECIFIED, "unavailable"),
    rescued("archived: a telegram post, its widget's page was never kept", networks.gram_url(150),
            networks.widget(150, networks.ERROR.format("Post not found"))
            | kept(networks.gram_url(150), doc("Telegram: Contact @harbour", og_title="Harbour", og_description=ARABIC)), State.NOT_FOUND, "unavailable"),
)  # fmt: skip
