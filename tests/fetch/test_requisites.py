"""Requisites over the real transport: what belongs to a page comes behind it, measured, once, and never at the page's cost."""

from __future__ import annotations

import asyncio

import pytest

from archiver.citation.platform import Platform, State, Target
from archiver.embed import web
from archiver.fetch import requisites
from archiver.fetch.capture import Capture
from archiver.fetch.fetcher import Fetcher
from archiver.fetch.requisites import fetch_requisites
from archiver.fetch.verdict import Whole
from archiver.service.demo.server import LoopbackServer, page
from tests.fetch.simulated import Say, Script, SimulatedClock, network, simulate

PAGE = """<!doctype html><html><head><title>A page of some length</title>
<link rel="stylesheet" href="/style.css"><link rel="icon" href="/icon.png"></head><body>
<p>Words enough to be read as a page, one after the other, so that it is no empty shell of scripts.</p>
<img src="/picture.png"><img src="/missing.png"><img src="/picture.png#again"><iframe src="/frame"></iframe></body></html>"""
FRAME = '<!doctype html><body><p>inside</p><img src="/inside.png"><iframe src="/deeper"></iframe>'
PNG = page(b"\x89PNG", media_type="image/png")


def site(server: LoopbackServer) -> None:
    css = "text/css"
    server.routes |= {
        ("a.test", "/"): page(PAGE),
        ("a.test", "/style.css"): page('@import "more.css"; body { background: url(back.png) }', media_type=css),
        ("a.test", "/more.css"): page("@font-face { font-family: f; src: url(font.woff2) }", media_type=css),
        ("a.test", "/frame"): page(FRAME),
        **{("a.test", f"/{name}"): PNG for name in ("icon.png", "picture.png", "back.png", "font.woff2", "inside.png")},
    }


ALL = {"/style.css", "/more.css", "/icon.png", "/picture.png", "/missing.png", "/back.png", "/font.woff2", "/frame", "/inside.png"}


def gather(server: LoopbackServer, *urls: str) -> list[tuple[Capture, list[Capture]]]:
    """Fetch pages one after the other in one run, each with its requisites."""

    async def work() -> list[tuple[Capture, list[Capture]]]:
        pages = []
        async with Fetcher(network(connect_to={"*:80": f"127.0.0.1:{server.port}"}, attempts=1)) as fetcher:
            for url in urls:
                seed = await fetcher.fetch(Target(url), read=Whole(web), cited_by=(7,))
                pages.append((seed, [capture async for capture in fetch_requisites(seed, platform(), fetcher)]))
        return pages

    return asyncio.run(work())


def platform() -> Platform:
    return web


def paths(captures: list[Capture]) -> set[str]:
    return {capture.target.url.removeprefix("http://a.test") for capture in captures}


def test_a_page_gets_its_styles_with_their_imports_pictures_fonts_and_one_level_of_frames(server: LoopbackServer):
    site(server)
    ((seed, captures),) = gather(server, "http://a.test/")
    assert seed.state is State.OK
    assert {path.partition("#")[0] for path in paths(captures)} == ALL
    assert len(server.log) == len(ALL) + 1  # each once, however often it is named
    assert all(capture.target.role == "requisite" and capture.cited_by == (7,) for capture in captures)
    missing = next(capture for capture in captures if capture.target.url.endswith("missing.png"))
    assert missing.state is State.NOT_FOUND
    assert seed.notes["requisites"].startswith("8 of 9 fetched")


def test_parents_and_referers_are_those_that_need_them(server: LoopbackServer):
    site(server)
    ((_, captures),) = gather(server, "http://a.test/")
    parents = {capture.target.url.rpartition("/")[2]: capture.parent for capture in captures}
    assert parents["style.css"] == "http://a.test/"
    assert parents["more.css"] == "http://a.test/style.css"
    assert parents["font.woff2"] == "http://a.test/more.css"
    assert server.heard("/font.woff2")[0].request.headers["referer"] == "http://a.test/more.css"
    assert "referer" not in server.log[0].request.headers


def test_number_and_size_are_limited_and_the_rest_is_counted(server: LoopbackServer):
    pictures = "".join(f'<img src="/{n}.png">' for n in range(requisites.MOST + 50))
    server.routes["a.test", "/"] = page(f"<!doctype html><title>t</title><p>some words to read here</p>{pictures}")
    server.fallback = PNG
    ((seed, captures),) = gather(server, "http://a.test/")
    assert len(captures) == requisites.MOST
    assert "50 beyond the limits" in seed.notes["requisites"]


def test_what_a_stylesheet_imports_comes_before_the_last_pictures(server: LoopbackServer):
    pictures = "".join(f'<img src="/{n}.png">' for n in range(requisites.MOST + 50))
    site(server)
    server.fallback = PNG
    server.routes["a.test", "/"] = page(f"<!doctype html><title>t</title><link rel=stylesheet href=style.css><p>words</p>{pictures}")
    ((_, captures),) = gather(server, "http://a.test/")
    assert {"/style.css", "/more.css"} < paths(captures)
    assert "/font.woff2" not in paths(captures)  # a font may be hundreds of files
    assert len(captures) == requisites.MOST


def test_a_page_from_an_archive_gets_its_parts_from_there_at_the_pages_time():
    there = "https://web.archive.org/web/20220722101010id_/"
    html = Say(200, PAGE.encode(), (("Content-Type", "text/html"),))
    script = Script({f"{there}http://a.test/": html, f"{there}http://a.test/picture.png": Say(200)}, SimulatedClock())

    async def work() -> list[Capture]:
        async with Fetcher(network(), script, clock=script.clock) as fetcher:
            seed = await fetcher.fetch(Target(f"{there}http://a.test/", tier="memento"), read=Whole(web))
            return [capture async for capture in fetch_requisites(seed, platform(), fetcher)]

    captures = simulate(work())
    assert captures
    assert all(url.startswith(there) for url in script.urls())
    assert {capture.target.tier for capture in captures} == {"memento"}


@pytest.mark.parametrize("said", [Say(None, error=State.DNS_ERROR), Say(200, b"")])
def test_a_page_without_parts_has_none(said: Say):
    script = Script({"http://a.test/": said}, SimulatedClock())

    async def work() -> list[Capture]:
        async with Fetcher(network(), script, clock=script.clock) as fetcher:
            seed = await fetcher.fetch(Target("http://a.test/"), read=Whole(web))
            return [capture async for capture in fetch_requisites(seed, platform(), fetcher)]

    assert simulate(work()) == []


def test_who_stops_listening_stops_the_fetching(server: LoopbackServer):
    site(server)

    async def work() -> int:
        async with Fetcher(network(connect_to={"*:80": f"127.0.0.1:{server.port}"})) as fetcher:
            seed = await fetcher.fetch(Target("http://a.test/"), read=Whole(web))
            parts = fetch_requisites(seed, platform(), fetcher)
            await anext(parts)
            await parts.aclose()
            return len(asyncio.all_tasks())

    assert asyncio.run(work()) == 1
