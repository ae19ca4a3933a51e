"""Films played: one in a file and one in segments, in our rendition, and in ReplayWeb.page from an export. A film that plays has a picture.

Chromium's own HLS plays nothing that a service worker has put together, whoever's worker it is (measured, 156); players in scripts ask for
list and segments themselves. So of the segments it is looked whether such a script would get them, whole, and the joined film is played.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from archiver.fetch.browser.cdp import Session
from archiver.record.catalog.catalog import Catalog, hexed
from archiver.record.wacz import check, package
from archiver.record.warc import writing
from archiver.replay import address
from archiver.service.demo.server import LoopbackServer
from tests.looping import on_loop
from tests.replay.archived import Archived
from tests.replay.framing import browsing, reader, show, within
from tests.replay.played import playing
from tests.replay.serving import replaying
from tests.service.films import films, run, serve

URL = "http://films.test/film"
BODIES = {
    "file": '<video src="/film.mp4"></video>',
    "segments": '<video><source src="/list.m3u8" type="application/x-mpegURL"></video>',
    "sizes": '<video><source src="/sizes.m3u8" type="application/x-mpegURL"></video>',
}
# Looked at until its clock runs: its width is known from its first picture. No promise is waited for, since no timer runs without scripts.
LOOK = """(() => {
  const film = document.querySelector('video')
  if (!film) return null
  film.muted = true
  if (film.paused) film.play().catch(() => 0)
  return film.currentTime > 0.2 && [film.videoWidth, film.videoHeight, Math.round(film.duration)]
})()"""


# What a player written in script does first; it runs in the page itself, by an element, since other worlds are not answered by the worker.
ASK = """(() => {
  const body = document.querySelector('video') && document.body
  if (!body || body.dataset.got) return body && JSON.parse(body.dataset.got)
  if (body.dataset.asked) return null
  body.dataset.asked = 'yes'
  const script = document.createElement('script')
  script.textContent = `(async () => {
    const read = async name => (await (await fetch('/' + name)).text()).match(/^[^#].*$/gm)
    let names = await read('%s'), sizes = []
    if (/m3u8$/.test(names[0])) names = await read(names[0])
    for (const name of names)
      sizes.push((await (await fetch('/' + name)).arrayBuffer()).byteLength)
    document.body.dataset.got = JSON.stringify(sizes)
  })()`
  body.append(script)
})()"""


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films(tmp_path_factory.mktemp("media"))


@pytest.fixture
def taken(request: pytest.FixtureRequest, tmp_path: Path, server: LoopbackServer, media: Path) -> Archived:
    """A store with a page that shows a film, and an export of it."""
    serve(server, media, BODIES[request.param])
    path = run(tmp_path, server)["path"]
    captures = json.loads((path / "manifest.json").read_bytes())["citations"][0]["captures"]
    (shown,) = [one for one in captures if one["url"] == URL and one["tier"] == "http"]
    with Catalog(tmp_path / "store") as catalog:
        package.write(tmp_path / "export.wacz", [path], catalog)
    return Archived(path.relative_to(tmp_path / "store").as_posix(), {URL: hexed(shown["id"])}, (URL,))


@pytest.fixture
def sizes(media: Path) -> list[int]:
    """The segments' lengths, in order, the same in both sizes."""
    return [file.stat().st_size for file in sorted(media.glob("large*.ts"))]


@asynccontextmanager
async def opened() -> AsyncIterator[Session]:
    """Open a browser that plays without being asked."""
    async with browsing("--autoplay-policy=no-user-gesture-required") as browser, reader(browser) as page:
        yield page


@pytest.mark.parametrize("taken", BODIES, indirect=True)
@on_loop
async def test_film_plays_in_our_rendition(taken: Archived, tmp_path: Path) -> None:
    with replaying(tmp_path / "store") as replay:
        async with opened() as page:
            await show(page, taken.parent(replay.port, URL), taken.frame(replay.port, URL), address.RENDITION_SANDBOX)
            assert await within(page, LOOK) == [160, 120, 3]


@pytest.mark.parametrize("taken", ["file"], indirect=True)
@on_loop
async def test_film_in_a_file_plays_in_the_player(taken: Archived, tmp_path: Path) -> None:
    with playing(tmp_path / "export.wacz") as port:
        async with opened() as page:
            await page.visit(f"http://127.0.0.1:{port}/")
            assert await within(page, LOOK, 30) == [160, 120, 3]


@pytest.mark.parametrize(("taken", "first"), [("segments", "list.m3u8"), ("sizes", "sizes.m3u8")], indirect=["taken"])
@on_loop
async def test_segments_are_answered_in_the_player(taken: Archived, first: str, tmp_path: Path, sizes: list[int]) -> None:
    """Of two sizes the larger was recorded; the player, left to itself, chooses the smaller."""
    with playing(tmp_path / "export.wacz") as port:
        async with opened() as page:
            await page.visit(f"http://127.0.0.1:{port}/")
            assert await within(page, ASK % first, 30) == sizes


@pytest.mark.parametrize("taken", ["sizes"], indirect=True)
@on_loop
async def test_segments_are_answered_in_the_dashboards_player(taken: Archived, tmp_path: Path, sizes: list[int]) -> None:
    with replaying(tmp_path / "store") as replay:
        async with opened() as page:
            await show(page, taken.parent(replay.port, URL), taken.frame(replay.port, URL) + "player/", address.PLAYER_SANDBOX)
            assert await within(page, ASK % "sizes.m3u8", 30) == sizes


@pytest.mark.parametrize("taken", ["segments", "sizes"], indirect=True)
@on_loop
async def test_film_that_was_joined_is_a_page_that_plays_in_the_player(taken: Archived, tmp_path: Path) -> None:
    assert check.check(tmp_path / "export.wacz").faults == ()
    with playing(tmp_path / "export.wacz", 1) as port:
        async with opened() as page:
            await page.visit(f"http://127.0.0.1:{port}/")
            assert await within(page, LOOK, 30) == [160, 120, 3]


@pytest.mark.parametrize("taken", ["segments"], indirect=True)
def test_joined_film_that_is_too_large_for_memory_is_copied_the_same(
    taken: Archived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SMALL", 1000)
    with Catalog(tmp_path / "store") as catalog:
        package.write(tmp_path / "large.wacz", [tmp_path / "store" / taken.name], catalog)
    assert (tmp_path / "large.wacz").read_bytes() == (tmp_path / "export.wacz").read_bytes()
