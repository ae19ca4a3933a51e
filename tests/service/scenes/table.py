"""The small web of posts: every platform's answers in every state, played by one server. `SCENES` is the table, `playing.played` plays it."""

from __future__ import annotations

from tests.service.scenes import archived, fediverse, films, meta, networks
from tests.service.scenes.scene import Scene

SCENES: tuple[Scene, ...] = (*fediverse.SCENES, *films.SCENES, *meta.SCENES, *networks.SCENES, *archived.SCENES)
WALLS = meta.WALLS | networks.WALL  # pages that redirects lead to, whichever post was asked for
