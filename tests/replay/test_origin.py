"""One capture on its own host: what is shown, what is not, and what of the archived head comes along."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from backports import zstd

from archiver.record.catalog.catalog import Catalog, hexed
from archiver.replay import address
from archiver.replay.library import Library
from tests.record import made
from tests.replay import newspaper
from tests.replay.archived import LATER, Archived, Said, archive, png
from tests.replay.serving import Answer, Replay, replaying

FILM = bytes(range(256)) * 40_000  # 10 MB: more than is answered in one piece
PRINTED = (Path(__file__).parents[1] / "article/pages/printed-by-a-browser.pdf").read_bytes()
ONE, TWO = "https://one.test/", "https://two.test/"
PLAIN = {
    "https://files.test/text": Said("نص", "text/plain; charset=utf-8"),
    "https://files.test/json": Said('{"a":"<script>"}', "application/json"),
    "https://files.test/script": Said("alert(1)", "text/javascript"),
    "https://files.test/xml": Said("<a/>", "application/xml"),
    "https://files.test/picture": Said(png(), "image/png"),
    "https://files.test/svg": Said('<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
    "https://files.test/film": Said(FILM, "video/mp4"),
    "https://files.test/pdf": Said(b"%PDF-1.4", "application/pdf"),
    "https://files.test/printed": Said(PRINTED, "application/pdf"),
    "https://files.test/misnamed": Said(png(), "text/plain; charset=utf-8"),
    "https://files.test/unnamed": Said(png(), "application/octet-stream"),
    "https://files.test/font": Said(b"wOF2" + bytes(range(256)), "text/html"),
    "https://files.test/zip": Said(b"PK", "application/zip"),
    "https://files.test/empty": Said(b"", "text/html"),
    "https://files.test/gone": Said("<p>gone</p>", "text/html", "404 Not Found"),
    "https://files.test/away": Said(to="https://elsewhere.test/", status="302 Found"),
    "https://files.test/untyped": Said("<!doctype html><p>page</p>", ""),
}  # fmt: skip
CODED = {
    "deflate": zlib.compress(b"<p>coded</p>"),
    "zstd": zstd.compress(b"<p>coded</p>"),
    "gzip, zstd": zstd.compress(zlib.compress(b"<p>coded</p>", wbits=31)),
    "gzip": b"<p>coded</p>",  # said and not done
}
CHARSETS = {
    "header": (Said("قصة".encode("cp1256"), "text/html; charset=windows-1256"), "قصة"),
    "meta": (Said('<meta charset="windows-1256"><p>قصة'.encode("cp1256"), "text/html"), "قصة"),
    "mark": (Said(b"\xff\xfe" + "<p>قصة".encode("utf-16-le"), "text/html; charset=iso-8859-1"), "قصة"),
    "nothing": (Said("<p>" + "الحكومة تقول إن الأمور جيدة والناس في البلاد ينتظرون " * 5, "text/html"), "الحكومة"),
    "letters": (Said(("<p>" + "الحكومة تقول إن الأمور جيدة والناس في البلاد ينتظرون " * 5).encode("cp1256"), "text/html"), "الحكومة"),
    "japanese": (Said("<meta charset=shift_jis><p>日本語①".encode("cp932"), "text/html"), "日本語①"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """A store with some snapshots, and the server over it."""

    store: Path
    replay: Replay
    paper: Archived
    plain: Archived
    pair: Archived
    later: Archived
    coded: Archived

    def show(self, archived: Archived, url: str, path: str = "", **headers: str) -> Answer:
        return self.replay.follow(archived.frame(self.replay.port, url) + path, **headers)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    store = tmp_path_factory.mktemp("store")
    paper = archive(store, {newspaper.URL: newspaper.TABLE}, source="paper")
    plain = archive(store, {url: {url: said} for url, said in PLAIN.items()}, source="plain")
    page = Said("<link rel=stylesheet href=https://cdn.test/a.css><img src=https://cdn.test/own.png>")
    pair = archive(store, {
        ONE: {ONE: page, "https://cdn.test/a.css": Said("p{color:red}", "text/css"), "https://cdn.test/own.png": Said(png(9), "image/png")},
        TWO: {TWO: page, "https://cdn.test/b.css": Said("p{color:blue}", "text/css")},
    }, source="pair")  # fmt: skip
    later = archive(store, {ONE: {ONE: page, "https://cdn.test/a.css": Said("p{color:red}", "text/css")}}, started=LATER, source="pair")
    table = {f"https://coded.test/{i}": Said(data, headers=(("Content-Encoding", name),)) for i, (name, data) in enumerate(CODED.items())}
    table |= {f"https://charset.test/{name}": said for name, (said, _) in CHARSETS.items()}
    coded = archive(store, {url: {url: said} for url, said in table.items()}, source="coded")
    with replaying(store) as running:
        yield World(store, running, paper, plain, pair, later, coded)


def test_page_is_shown_and_nothing_of_its_head_comes_along(world: World) -> None:
    answer = world.show(world.paper, newspaper.URL)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "الرباط تستقبل وفداً" in answer.text
    assert answer.headers["link"] == f'<{newspaper.URL}>; rel="original"'
    strange = {
        "set-cookie",
        "refresh",
        "strict-transport-security",
        "clear-site-data",
        "service-worker-allowed",
        "location",
        "content-encoding",
    }
    assert not strange & answer.headers.keys()
    assert "default-src *" not in answer.headers["content-security-policy"]
    for word in ("evil.test", "<script", "onerror", "onload", "live.test/gone", "http-equiv", "<base", "javascript:"):
        assert word not in answer.text


def test_every_address_in_a_page_is_the_archives(world: World) -> None:
    text = world.show(world.paper, newspaper.URL).text
    named = re.findall(r'\s(?:src|href|poster|background)="([^"]*)"', text)
    assert len(named) > 15
    prefix = f"/{world.paper.name}/"
    assert [one for one in named if not one.startswith((prefix, "#"))] == []
    for path in named:
        if path.startswith(prefix):
            answer = world.replay.get(path, f"{world.paper.captures[newspaper.URL]}.replay.localhost")
            assert answer.status == (404 if "/missing/frame/" in path else 200), path


def test_stylesheets_are_led_into_the_archive(world: World) -> None:
    text = world.show(world.paper, newspaper.URL).text
    host = f"{world.paper.captures[newspaper.URL]}.replay.localhost"
    sheets = [world.replay.get(path, host) for path in re.findall(r'href="([^"]*/css/[^"]*)"', text)]
    assert [one.headers["content-type"] for one in sheets] == ["text/css; charset=utf-8"] * 2
    assert "live.test" not in sheets[0].text
    assert f"/{world.paper.name}/css/" in sheets[0].text


@pytest.mark.parametrize(
    ("url", "status", "kind", "holds"),
    [
        ("text", 200, "text/plain; charset=utf-8", "نص"),
        ("json", 200, "text/plain; charset=utf-8", "<script>"),
        ("script", 200, "text/plain; charset=utf-8", "alert(1)"),
        ("xml", 200, "text/plain; charset=utf-8", "<a/>"),
        ("picture", 200, "image/png", None),
        ("svg", 200, "image/svg+xml", "<svg"),
        ("film", 200, "video/mp4", None),
        ("pdf", 200, "application/pdf", "%PDF"),
        ("printed", 200, "text/html; charset=utf-8", 'alt="Page 1"'),
        ("zip", 200, "text/html; charset=utf-8", "A file of type application/zip"),
        ("empty", 200, "text/html; charset=utf-8", "nothing in it"),
        ("gone", 200, "text/html; charset=utf-8", "<p>gone</p>"),
        ("away", 200, "text/html; charset=utf-8", "https://elsewhere.test/"),
        ("untyped", 200, "text/html; charset=utf-8", "<p>page</p>"),
    ],
)
def test_whatever_was_captured_is_shown_as_what_it_is(world: World, url: str, status: int, kind: str, holds: str | None) -> None:
    answer = world.show(world.plain, f"https://files.test/{url}")
    assert (answer.status, answer.headers["content-type"]) == (status, kind)
    assert holds is None or holds in answer.text
    ours = "The server answered" in answer.text or "A file of type" in answer.text if kind.startswith("text/html") else False
    assert ("memento-datetime" in answer.headers) != ours


def test_a_pdf_is_shown_as_its_pages(world: World) -> None:
    url = "https://files.test/printed"
    text = world.show(world.plain, url).text
    host = f"{world.plain.captures[url]}.replay.localhost"
    first = re.search(r'<img src="([^"]+)"', text)[1]
    drawn = world.replay.get(first, host)
    assert (drawn.headers["content-type"], drawn.body[:4]) == ("image/png", b"\x89PNG")
    assert world.replay.get(first.rpartition("/")[0] + "/999", host).status == 404


@pytest.mark.parametrize("number", range(len(CODED)))
def test_content_codings_are_undone(world: World, number: int) -> None:
    assert "<p>coded</p>" in world.show(world.coded, f"https://coded.test/{number}").text


@pytest.mark.parametrize("name", CHARSETS)
def test_characters_are_read_as_a_browser_reads_them(world: World, name: str) -> None:
    assert CHARSETS[name][1] in world.show(world.coded, f"https://charset.test/{name}").text


@pytest.mark.parametrize(
    ("wanted", "status", "start", "end"),
    [
        ("bytes=0-99", 206, 0, 100), ("bytes=5000000-5000009", 206, 5_000_000, 5_000_010), ("bytes=-10", 206, len(FILM) - 10, len(FILM)),
        ("bytes=10239990-", 206, 10_239_990, len(FILM)), ("bytes=10239990-99999999", 206, 10_239_990, len(FILM)), ("bytes=0-0,5-9", 200, 0, len(FILM)),
        ("bytes=9-5", 200, 0, len(FILM)), ("lines=1-2", 200, 0, len(FILM)), ("bytes=99999999-", 416, 0, 0), ("bytes=-0", 416, 0, 0),
    ],
)  # fmt: skip
def test_films_are_answered_in_ranges(world: World, wanted: str, status: int, start: int, end: int) -> None:
    answer = world.show(world.plain, "https://files.test/film", Range=wanted)
    assert answer.status == status
    assert answer.body == FILM[start:end]
    if status == 206:
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(FILM)}"
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{len(FILM)}"


def test_a_capture_answers_with_its_own_citations_parts_only(world: World) -> None:
    """Page two names what was captured for page one: it is missing there, and page one's records are not answered on its host."""
    one, two = world.show(world.pair, ONE), world.show(world.pair, TWO)
    assert "/missing/" not in one.text
    assert "/css/" in one.text
    assert "/missing/image/" in two.text
    assert "/css/" not in two.text
    host = f"{world.pair.captures[TWO]}.replay.localhost"
    for path in re.findall(r'(?:src|href)="([^"]*)"', one.text):
        assert world.replay.get(path, host).status == 404
        assert world.replay.get(path, f"{world.pair.captures[ONE]}.replay.localhost").status == 200


def test_a_snapshot_answers_on_its_own_captures_hosts_only(world: World) -> None:
    host = f"{world.pair.captures[ONE]}.replay.localhost"
    assert world.replay.get(f"/{world.paper.name}/", host).status == 404
    assert world.replay.get(f"/{world.later.name}/", host).status == 404
    assert world.replay.get("/local/../../etc/passwd", host).status == 404
    assert world.replay.get(f"/{world.pair.name}/media/{'0' * 32}", host).status == 404


def test_a_revisit_shows_the_payload_that_an_earlier_snapshot_holds(world: World, tmp_path: Path) -> None:
    answer = world.show(world.later, ONE)
    assert '<link rel="stylesheet"' in answer.text
    path = re.search(r'href="([^"]*/css/[^"]*)"', answer.text)[1]
    assert world.replay.get(path, f"{world.later.captures[ONE]}.replay.localhost").text == "p{color:red}"


def test_a_post_is_shown_by_its_card_and_a_failure_by_its_reason(tmp_path: Path) -> None:
    full = made.full(tmp_path)
    with Catalog(tmp_path) as catalog:
        catalog.add(full)
    manifest = Library(tmp_path).snapshot(full.relative_to(tmp_path).as_posix()).manifest
    with replaying(tmp_path) as running:
        shown = address.frame_url(running.port)
        for citation in manifest["citations"]:
            for capture in citation["captures"]:
                answer = running.follow(shown(manifest["snapshot"], hexed(capture["id"])))
                assert answer.status in (200, 404)
                carded = any((record["url"] or "").startswith("urn:archiver:card:") for record in capture["records"])
                assert (b"card" in answer.body) == carded
                if not any(record["type"] in ("response", "revisit") for record in capture["records"]):
                    assert capture["reason"] in answer.text


def test_head_is_answered_like_get_without_a_body(world: World) -> None:
    url = world.plain.frame(world.replay.port, "https://files.test/picture")
    host = url.split("/")[2].rpartition(":")[0]
    answer = world.replay.get("/" + url.split("/", 3)[3], host, "HEAD")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", str(len(png())))


@pytest.mark.parametrize(("name", "kind"), [("misnamed", "image/png"), ("unnamed", "image/png"), ("font", "font/woff2")])
def test_what_the_bytes_say_counts_where_the_server_said_something_else(world: World, name: str, kind: str) -> None:
    """A browser shows a picture and loads a font whatever its server called it; as text its bytes would be others."""
    url = f"https://files.test/{name}"
    (record,) = [
        hexed(one["id"])
        for one in Library(world.store).snapshot(world.plain.name).captures[world.plain.captures[url]]["records"]
        if one["type"] in ("response", "revisit")
    ]
    answer = world.show(world.plain, url, f"media/{record}")
    assert (answer.headers["content-type"], answer.body) == (kind, PLAIN[url].data)


def test_a_link_of_a_program_is_told_from_one_of_the_web(world: World) -> None:
    assert "Copy the address" in world.show(world.paper, newspaper.URL, "leads/https%3A%2F%2Fone.test%2F").text
    said = world.show(world.paper, newspaper.URL, "leads/mailto%3Adesk%40paper.test").text
    assert "mailto:desk@paper.test" in said
    assert "no address of the web" in said


def test_a_range_on_a_condition_that_nothing_here_meets_is_the_whole(world: World) -> None:
    url = "https://files.test/film"
    answer = world.show(world.plain, url, Range="bytes=0-9", If_Range='"of another day"')
    assert (answer.status, len(answer.body)) == (200, len(FILM))
