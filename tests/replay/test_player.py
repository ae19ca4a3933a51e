"""Full-fidelity replay: the asset unmodified, the capture alone, and what is said where the asset is missing."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from backports import zstd
from starlette.requests import Request

from archiver.replay.answers import Answers
from archiver.replay.library import Library
from archiver.replay.packed import pack
from archiver.replay.player import ASSET, Player
from tests.looping import on_loop
from tests.record import made
from tests.replay.archived import LATER, Archived, Said, archive, png
from tests.replay.framing import browsing, reader, show, within
from tests.replay.serving import Replay, replaying

URL, OTHER = "https://one.test/", "https://two.test/"
PAGE = Said("<h1 id=h>نص</h1><img id=i src=/a.png><script>document.getElementById('h').dataset.ran = document.title + ' ran'</script>")
TABLE = {URL: PAGE, "https://one.test/a.png": Said(png(7, 7), "image/png")}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Replay, Archived]]:
    store = tmp_path_factory.mktemp("store")
    archive(store, {URL: TABLE}, started=made.START)
    later = archive(store, {URL: TABLE, OTHER: {OTHER: Said("another citation")}}, started=LATER)
    with replaying(store) as running:
        yield running, later


def test_asset_is_served_as_it_was_published(world: tuple[Replay, Archived]) -> None:
    replay, archived = world
    player = archived.frame(replay.port, URL) + "player/"
    for path, name in (("ui.js", "ui.js"), ("replay/engine.js", "sw.js")):
        answer = replay.follow(player + path)
        assert answer.body == (ASSET / name).read_bytes()
        assert "ws:" not in answer.headers["content-security-policy"]
        assert answer.headers["connection-allowlist"]
    worker = replay.follow(player + "replay/sw.js")
    assert "importScripts('engine.js')" in worker.text
    assert "connect-src 'self'" in worker.text


def test_player_is_given_the_capture_and_nothing_else(world: tuple[Replay, Archived]) -> None:
    replay, archived = world
    path = archived.frame(replay.port, URL) + "player/capture.wacz"
    data = replay.follow(path).body
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        assert {one.compress_type for one in packed.infolist()} == {zipfile.ZIP_STORED}
        package = json.loads(packed.read("datapackage.json"))
        for resource in package["resources"]:
            member = packed.read(resource["path"])
            assert (resource["bytes"], resource["hash"]) == (len(member), "sha256:" + hashlib.sha256(member).hexdigest())
        lines = [json.loads(line.split(" ", 2)[2]) for line in packed.read("indexes/index.cdx").decode().splitlines()]
        warc = packed.read("archive/capture.warc.gz")
        pages = packed.read("pages/pages.jsonl").decode()
    # The picture stands in the earlier snapshot; the revisit brings its origin along.
    assert sorted({line["url"] for line in lines}) == sorted(TABLE)
    assert [line["mime"] for line in lines].count("warc/revisit") == 2
    assert len(lines) == 4
    assert OTHER not in pages
    for line in lines:
        member = warc[int(line["offset"]) : int(line["offset"]) + int(line["length"])]
        assert line["recordDigest"] == "sha256:" + hashlib.sha256(member).hexdigest()
    part = replay.follow(path, Range="bytes=10-19")
    assert (part.status, part.body) == (206, data[10:20])
    assert replay.follow(path).body == data


def test_what_the_player_cannot_decode_is_decoded_for_it(tmp_path: Path) -> None:
    coded = Said(zstd.compress(b"<p>coded</p>"), headers=(("Content-Encoding", "zstd"),))
    archived = archive(tmp_path, {URL: {URL: coded}})
    library = Library(tmp_path)
    answers = Answers(library.snapshot(archived.name), archived.captures[URL])
    with pack(library, answers) as file, zipfile.ZipFile(file) as packed:
        (line,) = (json.loads(line.split(" ", 2)[2]) for line in packed.read("indexes/index.cdx").decode().splitlines())
        member = packed.read("archive/capture.warc.gz")[int(line["offset"]) :][: int(line["length"])]
    record = gzip.decompress(member)
    assert b"WARC-Type: resource" in record
    assert record.endswith(b"\r\n\r\n<p>coded</p>\r\n\r\n")


def test_what_is_missing_is_said_with_what_to_do(tmp_path: Path) -> None:
    archived = archive(tmp_path, {URL: TABLE})
    library = Library(tmp_path)
    answers = Answers(library.snapshot(archived.name), archived.captures[URL])
    player = Player(library, lambda _: answers, 80, tmp_path)
    answer = player.page(Request({"type": "http", "method": "GET", "path": "/", "headers": []}))
    assert answer.status_code == 503
    assert "sh .ci/assets" in bytes(answer.body).decode()
    assert "AGPL" in bytes(answer.body).decode()


@on_loop
async def test_page_is_played_with_its_scripts(world: tuple[Replay, Archived]) -> None:
    replay, archived = world
    async with browsing() as browser, reader(browser) as page:
        await show(page, archived.parent(replay.port, URL), archived.frame(replay.port, URL) + "player/", "allow-scripts allow-same-origin")
        looked = "(h => h && h.dataset.ran && document.getElementById('i').naturalWidth && [h.textContent, document.getElementById('i').naturalWidth])"
        assert await within(page, looked + "(document.getElementById('h'))", 60) == ["نص", 7]
