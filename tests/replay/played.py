"""ReplayWeb.page as anyone serves it: its interface, its worker and one export, which it opens at a cited page, on one port."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archiver.replay.player import ASSET
from archiver.service.demo.server import Answer, LoopbackServer, page, running
from tests.service.films import ranged

PAGE = """<!doctype html><meta charset=utf-8><title>Player</title><script src=/ui.js></script>
<style>html,body,replay-web-page{margin:0;height:100%%;display:block}</style>
<replay-web-page source="/export.wacz" url="%s" ts="%s" embed="replayonly" deepLink="false" replayBase="/replay/"></replay-web-page>"""

# The interface asks for its frame as soon as the worker is active, and now and then that is before the worker answers for it.
AGAIN = "<!doctype html><script>setTimeout(() => location.reload(), 100)</script>"


def player() -> dict[tuple[str, str], Answer]:
    """Return the routes of the player itself."""
    script = "text/javascript"
    return {
        ("*", "/ui.js"): page((ASSET / "ui.js").read_bytes(), media_type=script),
        ("*", "/replay/sw.js"): page((ASSET / "sw.js").read_bytes(), media_type=script),
        ("*", "/replay/"): page(AGAIN),
    }


@contextmanager
def playing(export: Path, page_number: int = 0) -> Iterator[int]:
    """Serve an export in the player, opened at one of the cited pages, and yield the port."""
    with zipfile.ZipFile(export) as packed:
        shown = json.loads(packed.read("pages/extraPages.jsonl").splitlines()[1 + page_number])
    stamp = "".join(c for c in shown["ts"][:19] if c in "0123456789")
    server = LoopbackServer(
        {
            **player(),
            ("*", "/"): page(PAGE % (shown["url"], stamp)),
            ("*", "/export.wacz"): ranged(export.read_bytes(), "application/wacz"),
        }
    )
    with running(server):
        yield server.port
