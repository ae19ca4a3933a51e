"""Pages that scripts made, played: in our rendition without a script, and in ReplayWeb.page with all of them. Words and pictures, n of n."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from ssl import SSLContext

import pytest

from archiver.config import Browser, Config, Network, PerHost
from archiver.fetch.browser.cdp import Session
from archiver.record.catalog.catalog import Catalog, hexed
from archiver.record.wacz import package
from archiver.replay import address
from archiver.service import archive
from archiver.service.demo.server import running
from tests.looping import on_loop
from tests.replay import browsed
from tests.replay.archived import Archived
from tests.replay.framing import browsing, reader, show, within
from tests.replay.played import playing
from tests.replay.serving import Replay, replaying

PAGE = browsed.WORDS, browsed.PICTURES


class Silent:
    """A watch that says nothing."""

    def begin(self, title: str, total: int) -> None: ...
    def fetched(self, url: str) -> None: ...
    def settled(self) -> None: ...


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, server_tls: Callable[..., SSLContext], ca_bundle: Path) -> Path:
    """A store that holds the page, as a browser opened it."""
    made = tmp_path_factory.mktemp("browsed")
    server = browsed.web(server_tls("app.test", "third.test"))
    with running(server):
        network = Network(
            connect_to={"*:443": f"127.0.0.1:{server.port}"}, ca_bundle=str(ca_bundle), per_host=PerHost(6, 0.0), attempts=1, deadline=20.0
        )
        archive.run(archive.url_list([browsed.URL]), made, Config(network=network, browser=Browser(tier="browser")), Silent())
    return made


@pytest.fixture(scope="module")
def replay(store: Path) -> Iterator[Replay]:
    with replaying(store) as running_replay:
        yield running_replay


@pytest.fixture(scope="module")
def archived(store: Path) -> Archived:
    (path,) = store.glob("app.test/*/2*")
    manifest = json.loads((path / "manifest.json").read_bytes())
    (page,) = [one for one in manifest["citations"][0]["captures"] if one["purpose"] == "page"]
    return Archived(path.relative_to(store).as_posix(), {browsed.URL: hexed(page["id"])}, (browsed.URL,))


async def seen(
    page: Session, among: str, words: dict[str, str], pictures: dict[str, int], seconds: float = 15.0
) -> list[dict[str, object]]:
    """Return the words and pictures of the frame that holds an element, once there are enough, or what there is when the time is over."""
    enough = await within(page, browsed.LOOK % (among, len(words), len(pictures)), seconds)
    return enough or await within(page, browsed.LOOK % (among, 0, 0), 1) or []


@on_loop
async def test_rendition_shows_the_page_as_its_scripts_had_left_it(replay: Replay, archived: Archived) -> None:
    async with browsing() as browser, reader(browser) as page:
        await show(page, archived.parent(replay.port, browsed.URL), archived.frame(replay.port, browsed.URL), address.RENDITION_SANDBOX)
        assert await seen(page, "data", *PAGE) == [*PAGE]
        assert await seen(page, "framed", *browsed.FRAMED) == [*browsed.FRAMED]
        assert await within(page, "document.getElementById('data') && [document.scripts.length, document.title]") == [0, "Played page"]
        assert await within(page, "document.getElementById('data') && !document.body.innerText.includes('Switch scripts on')")


@on_loop
async def test_player_runs_the_page_and_its_requests_are_answered(replay: Replay, archived: Archived) -> None:
    async with browsing() as browser, reader(browser) as page:
        player = archived.frame(replay.port, browsed.URL) + "player/"
        await show(page, archived.parent(replay.port, browsed.URL), player, "allow-scripts allow-same-origin")
        assert await seen(page, "data", *PAGE, 30) == [*PAGE]
        assert await seen(page, "framed", *browsed.FRAMED) == [*browsed.FRAMED]


@on_loop
async def test_export_plays_in_the_player_that_stands_alone(store: Path, archived: Archived, tmp_path: Path) -> None:
    with Catalog(store) as catalog:
        package.write(tmp_path / "export.wacz", [store / archived.name], catalog)
    with playing(tmp_path / "export.wacz") as port:
        async with browsing() as browser, reader(browser) as page:
            await page.visit(f"http://127.0.0.1:{port}/")
            assert await seen(page, "data", *PAGE, 30) == [*PAGE]
            assert await seen(page, "framed", *browsed.FRAMED) == [*browsed.FRAMED]
