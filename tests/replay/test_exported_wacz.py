"""An exported WACZ in ReplayWeb.page, in Chromium: each archived page shows its words and its pictures, and nothing is asked of the web."""

from __future__ import annotations

import asyncio
import json
import zipfile
import zlib
from pathlib import Path
from urllib.parse import quote

from archiver.fetch.browser import binary
from archiver.fetch.browser.cdp import Session, launched
from archiver.record import layout
from archiver.record.catalog.catalog import Catalog
from archiver.record.wacz import package
from archiver.service.demo.server import LoopbackServer, page, running
from tests.cli.test_commands import archiver
from tests.looping import on_loop
from tests.record import made
from tests.record.test_wacz import coded, gzipped, write
from tests.replay.played import player

SHELL = """<!doctype html><meta charset=utf-8><script src=/ui.js></script>
<replay-web-page source="/x.wacz" url="{url}" ts="{ts}" embed="replayonly" replayBase="/replay/"></replay-web-page>"""
# Text of every frame that can be reached through shadow roots and frames, and how many of its pictures were drawn.
LOOK = """(() => { const out = []; const walk = root => { for (const e of root.querySelectorAll('*')) { if (e.shadowRoot) walk(e.shadowRoot);
  if (e.tagName === 'IFRAME' && e.contentDocument) { const d = e.contentDocument; if (d.body) out.push([d.body.innerText,
  [...d.images].filter(i => i.naturalWidth > 1).length, [...d.images].length, d.location.href]); walk(d); } } }; walk(document); return out; })()"""


def served(wacz: Path) -> LoopbackServer:
    """Serve the player and one package."""
    return LoopbackServer({**player(), ("*", "/x.wacz"): page(wacz.read_bytes(), media_type="application/wacz")})


async def shown(session: Session, server: LoopbackServer, url: str, ts: str, wanted: str) -> tuple[str, int, int]:
    """Open a page of the package and return its text and its pictures, drawn and all, once the words are there."""
    server.routes[("*", "/open")] = page(SHELL.format(url=url.replace('"', "%22"), ts=ts))
    await session.visit(f"http://localhost:{server.port}/open?{quote(url)}")
    found: list[list] = []
    for _ in range(300):
        found = [one for one in await session.evaluate(LOOK) if wanted in one[0]]
        if found and found[-1][1] == found[-1][2]:
            break
        await asyncio.sleep(0.2)
    return tuple(found[-1][:3]) if found else ("", 0, 0)


def pages_of(wacz: Path) -> list[dict]:
    with zipfile.ZipFile(wacz) as opened:
        return [json.loads(line) for name in (layout.PAGES, layout.EXTRA_PAGES) for line in opened.read(name).splitlines()[1:]]


@on_loop
async def test_the_demo_in_replaywebpage(tmp_path: Path) -> None:
    done = archiver("demo", "-q", "--snapshots", tmp_path / "s", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = archiver(
        "export", "wacz", next((tmp_path / "s").glob("local/*/2*")), "-o", "x.wacz", "--snapshots", tmp_path / "s", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    wanted = {
        "urn:archiver:article": "كابتن إيلا",
        "https://www.bbc.com/arabic/middleeast-59401649": "صفحة مقروءة",
        "double-cross.org": "منظومة جديدة",
    }
    server, seen = served(tmp_path / "x.wacz"), {}
    with running(server):
        async with (
            launched(binary.find(), ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"]) as browser,
            browser.context() as context,
        ):
            session = await browser.page(context)
            for row in pages_of(tmp_path / "x.wacz"):
                words = next((text for part, text in wanted.items() if part in row["url"] and row.get("state") in ("ok", None)), None)
                if words:
                    text, *pictures = await shown(session, server, row["url"], "".join(c for c in row["ts"][:19] if c.isdigit()), words)
                    seen[row["url"]] = words in text, *pictures
    assert len(seen) == 3, seen
    assert all(found and drawn == all_of_them for found, drawn, all_of_them in seen.values()), seen
    assert seen["https://www.bbc.com/arabic/middleeast-59401649"][1] >= 1


@on_loop
async def test_odd_codings_and_lent_payloads_in_replaywebpage(tmp_path: Path) -> None:
    html = "<title>t</title><p>قال الراوي {}</p>"

    def body(number: int) -> bytes:
        return html.format(number).encode() * 40

    answers = [
        coded("https://odd.test/0", b"deflate", zlib.compress(body(0))),
        coded("https://odd.test/1", b"x-gzip", gzipped(body(1))),
        coded("https://odd.test/2", b"gzip, gzip", gzipped(gzipped(body(2)))),
        coded("https://odd.test/3", b"gzip", gzipped(body(3))),
        made.page("https://odd.test/4", body(4), kind=b"text/html; charset=utf-8"),
    ]
    with Catalog(tmp_path / "store") as catalog:
        write(
            catalog.store, "first.txt", [made.capture(made.page("https://one.test/", body(4), kind=b"text/html; charset=utf-8"))], catalog
        )
        path = write(catalog.store, "odd.txt", [made.capture(one) for one in answers], catalog)
        package.write(tmp_path / "x.wacz", [path], catalog)
    server = served(tmp_path / "x.wacz")
    with running(server):
        async with launched(binary.find()) as browser, browser.context() as context:
            session = await browser.page(context)
            for number in range(5):
                text, _, _ = await shown(session, server, f"https://odd.test/{number}", "20260304050607", f"الراوي {number}")
                assert f"قال الراوي {number}" in text, number
