"""Nothing that is replayed reaches the live web: 32 channels, 4 navigations and WebRTC, in real Chromium, with and without protection.

The first test is the harness's own: without protection more than 30 of the 37 must arrive, else the zeros below prove nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from archiver.fetch.browser.cdp import Refused
from archiver.replay import address, policy
from archiver.service.demo.server import page as answer
from tests.looping import on_loop
from tests.replay import hostile
from tests.replay.archived import Archived, Said, archive
from tests.replay.framing import browsing, click, reader, show, within
from tests.replay.hostile import Sink
from tests.replay.serving import replaying

DIGITS = "0123456789abcdef0123456789abcdef"
REQUEST = "Network.requestWillBeSent"
SETTLE = 1.5  # seconds; without protection all has arrived after about half of that


async def left(
    sink: Sink, parent: Callable[[str], str], pages: Callable[[str], str], sandbox: str | None, *, every: bool = False, seen: str = ""
) -> set[str]:
    """Show the page with all channels, click on it, then each page that goes away; return what reached the sink.

    `seen`: an expression that must hold in the frame of the first, so that it is known to have been shown.
    """
    got: set[str] = set()
    async with browsing(*hostile.FLAGS) as browser, reader(browser) as page:
        await show(page, parent("channels"), pages("channels"), sandbox, SETTLE, clicked=True)
        assert not seen or await within(page, seen)
        began = time.monotonic()
        while every and len(got := got | sink.take()) < len(hostile.CHANNELS) + 1 and time.monotonic() < began + 30:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        for name in hostile.NAVIGATIONS:
            await show(page, parent(name), pages(name), sandbox, SETTLE / 3)
    return got | sink.take()


async def played(tmp_path: Path, *names: str) -> set[str]:
    """Open hostile pages in the player, wait until their scripts have run there, click; return what reached the sink."""
    with hostile.sink() as sink:
        archived = archived_pages(sink, tmp_path)
        with replaying(tmp_path) as replay:
            for name in names:
                parent = archived.parent(replay.port, f"https://hostile.test/{name}")
                url = archived.frame(replay.port, f"https://hostile.test/{name}") + "player/"
                marker = "/c/eventsource" if name == "most" else f"mp_/https://hostile.test/{name}"
                asked = await opened(parent, url, marker)
                assert any(marker in one for one in asked), f"the scripts of {name} never ran; asked for: {asked}"
        return sink.take()


async def opened(parent: str, url: str, marker: str) -> list[str]:
    """Open one in a browser of its own; return what the page asked for: that its scripts ran is seen from the marker.

    Nothing is asked of the page itself: on some of these pages the player's rewriting spins for ever, and what counts is what leaves.
    """
    async with browsing(*hostile.FLAGS) as browser, reader(browser) as page:
        asked: list[str] = []
        page.listener = lambda method, said: asked.append(str(said["request"]["url"])) if method == REQUEST else None
        await page.call("Network.enable")
        await show(page, parent, url, address.PLAYER_SANDBOX, 0)
        with suppress(TimeoutError):
            async with asyncio.timeout(60):
                while not any(marker in one for one in asked):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        with suppress(TimeoutError, Refused):
            async with asyncio.timeout(2):
                await click(page)
        await asyncio.sleep(SETTLE)
    return asked


def serve(sink: Sink, headers: list[tuple[str, str]]) -> None:
    """Let the sink's own server play the archived pages, with these headers, as nothing was rewritten."""
    sink.server.routes["*", "/channels"] = answer(sink.channels(), headers=headers)
    for name in hostile.NAVIGATIONS:
        sink.server.routes["*", f"/{name}"] = answer(sink.navigation(name), headers=headers)


def archived_pages(sink: Sink, store: Path) -> Archived:
    """Archive the pages."""
    pages = {"https://hostile.test/channels": Said(sink.channels())}
    pages["https://hostile.test/most"] = Said(sink.channels({*hostile.CHANNELS} - {"javascript-url"}))
    pages["https://hostile.test/javascript-url"] = Said(sink.channels({"javascript-url"}))
    pages |= {f"https://hostile.test/{name}": Said(sink.navigation(name)) for name in hostile.NAVIGATIONS}
    return archive(store, {url: {url: said} for url, said in pages.items()})


@on_loop
async def test_without_protection_nearly_everything_leaves() -> None:
    with hostile.sink() as sink:
        serve(sink, [])
        sink.server.routes["*", "/parent"] = answer("<body></body>")
        got = await left(
            sink,
            lambda _: sink.server.url("/parent", "localhost"),
            lambda name: sink.server.url(f"/{name}", "a.localhost"),
            None,
            every=True,
        )
    assert hostile.ALL == 37
    assert len(got) > 30, sorted({*hostile.CHANNELS, *hostile.NAVIGATIONS, "webrtc"} - got)


@on_loop
async def test_a_rendition_lets_nothing_out(tmp_path: Path) -> None:
    with hostile.sink() as sink:
        archived = archived_pages(sink, tmp_path)
        with replaying(tmp_path) as replay:

            def shown(name: str) -> str:
                return archived.frame(replay.port, f"https://hostile.test/{name}")

            assert "hostile" in replay.follow(shown("channels")).text

            def parent(name: str) -> str:
                return archived.parent(replay.port, f"https://hostile.test/{name}")

            got = await left(sink, parent, shown, address.RENDITION_SANDBOX, seen="document.title === 'hostile'")
    assert got == set()


@on_loop
async def test_the_player_runs_the_scripts_and_lets_nothing_out(tmp_path: Path) -> None:
    assert await played(tmp_path, "most") == set()


@pytest.mark.proof
@on_loop
async def test_the_player_lets_nothing_out_by_any_of_37_ways(tmp_path: Path) -> None:
    assert await played(tmp_path, "most", "javascript-url", *hostile.NAVIGATIONS) == set()


@pytest.mark.parametrize(
    ("named", "sandbox"),
    [
        ("rendition", None),
        ("player", None),
        pytest.param("rendition", address.RENDITION_SANDBOX, marks=pytest.mark.proof),
        pytest.param("player", address.PLAYER_SANDBOX, marks=pytest.mark.proof),
    ],
)
@on_loop
async def test_the_policy_alone_lets_nothing_out(named: str, sandbox: str | None) -> None:
    """The page as it was captured, every script in it, under the policy of our answers; with the frame's sandbox and without it."""
    with hostile.sink() as sink:
        port = sink.server.port
        made = policy.RENDITION if named == "rendition" else policy.PLAYER
        serve(sink, [("Content-Security-Policy", made + policy.ancestors(port)), *policy.CONFINED.items()])
        frames = [address.frame_origin(port, DIGITS)]
        sink.server.routes["*", "/parent"] = answer("<body></body>", headers=[("Content-Security-Policy", policy.dashboard(frames))])
        shown = f"{DIGITS}.replay.localhost"
        got = await left(sink, lambda _: sink.server.url("/parent", "localhost"), lambda name: sink.server.url(f"/{name}", shown), sandbox)
    assert got == set()
