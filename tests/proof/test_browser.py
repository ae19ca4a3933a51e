"""The browser tier for long: five hundred pages in one run, fifty killings, and the busy page with a film and a file that are really large."""

from __future__ import annotations

import asyncio
import random
import subprocess
from collections import Counter
from dataclasses import replace

import pytest

from archiver.config import Browser, Network, PerHost
from archiver.fetch.browser.tier import Tier, processes, resident
from archiver.service.demo.server import LoopbackServer, page
from tests.fetch.busy_page import busy_web, plain_body
from tests.looping import on_loop

PAGE = page("<title>Here</title><p>words</p><script>fetch('/data?' + Math.random())</script>")


async def light() -> tuple[LoopbackServer, Network]:
    web = LoopbackServer({("*", "/data"): page("x" * 5000, media_type="text/plain")}, fallback=PAGE)
    await web.start()
    return web, Network(connect_to={"*:80": f"127.0.0.1:{web.port}"}, per_host=PerHost(6, 0.0))


@pytest.mark.proof
@on_loop
async def test_fifty_killings_cost_no_capture():
    web, network = await light()
    chance, kills, groups = random.Random(11), 0, set()
    async with Tier(Browser(deadline=30.0), network) as tier:
        stop = asyncio.Event()

        async def kill() -> None:
            nonlocal kills
            while kills < 50:
                await asyncio.sleep(chance.uniform(0.3, 3.0))
                alive = [one for one in tier.browsers() if not one.browser.gone.is_set()]
                if alive:
                    victim = chance.choice(alive)
                    groups.add(victim.browser.pid)
                    victim.browser.kill()
                    kills += 1
            stop.set()

        titles: list[str | None] = []

        async def some(number: int) -> None:
            while not stop.is_set():
                async with asyncio.timeout(300):  # a hang fails the proof
                    seen = await tier.visit(f"http://site.test/{number}")
                titles.append(seen.shown.get("title"))
                seen.close()

        await asyncio.gather(kill(), *(some(number) for number in range(3)))
        deaths = tier.deaths
    await web.stop()
    print(f"{kills} killings, {deaths} pages under them, {len(titles)} pages opened, {Counter(titles)}")
    assert Counter(titles).keys() == {"Here"}
    assert deaths > 10
    assert [processes(group) for group in groups] == [[]] * len(groups)


@pytest.mark.proof
@on_loop
async def test_five_hundred_pages_leave_memory_flat_and_no_zombie():
    web, network = await light()
    held, groups = [], set()
    async with Tier(Browser(), network) as tier:
        left = iter(range(500))

        async def some() -> None:
            for number in left:
                seen = await tier.visit(f"http://site.test/{number}")
                assert seen.failure is None
                seen.close()
                groups.update(one.browser.pid for one in tier.browsers())
                held.append(sum(resident(one.browser.pid) for one in tier.browsers()))

        await asyncio.gather(*(some() for _ in range(3)))
        gone = groups - {one.browser.pid for one in tier.browsers()}
        assert [processes(group) for group in gone] == [[]] * len(gone)
    await web.stop()
    first, last = max(held[50:150]), max(held[-100:])
    print(f"browser: {first >> 20} MiB, {last >> 20} MiB at the end, {len(groups)} browsers")
    assert last < 1.3 * first


@pytest.mark.proof
@on_loop
async def test_the_busy_page_with_a_real_film_and_a_large_file(server_tls, ca_bundle, tmp_path):
    film = tmp_path / "film.webm"
    noise = "nullsrc=s=640x360:d=20:r=24,geq=lum='random(1)*255':cb=128:cr=128"
    made = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", noise, "-c:v", "libvpx", "-b:v", "16M", "-deadline", "realtime", str(film)]
    subprocess.run(made, check=True, timeout=600)  # noqa: ASYNC221
    data = film.read_bytes()
    assert len(data) > 15 << 20
    web = busy_web(server_tls("site.test", "third.test"), film=data, large=40 << 20)
    await web.server.start()
    async with Tier(Browser(), replace(web.network, ca_bundle=str(ca_bundle))) as tier:
        seen = await tier.visit("https://site.test/start")
    sent = Counter((one.method, f"https://{one.host}{one.target}") for one in web.sent())
    exchanges = [*seen.document, *(part.exchange for part in seen.parts)]
    recorded = Counter((one.method, one.url) for one in exchanges)
    pieces = sent.pop(("GET", "https://site.test/film.webm"))
    print(f"sent {sent.total()} and {pieces} pieces of the film, recorded {recorded.total()}, not whole: {seen.cut}")
    assert sent == recorded
    assert seen.fragments == ("https://site.test/film.webm",)
    large = next(one for one in exchanges if one.url.endswith("/large.bin"))
    assert plain_body(large) == web.plain["site.test", "/large.bin"]
    assert large.truncated is None
    await web.server.stop()
