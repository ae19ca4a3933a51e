"""The dashboard as a program without a browser sees it: every page answers, says what the manifest says, and downloads are the stored bytes."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from archiver.replay.dashboard.rendering import address, file, line
from archiver.replay.library import Library
from tests.replay import shelf


class Shelf:
    def __init__(self, store: Path, names: list[str], origin: str) -> None:
        self.store, self.names, self.origin, self.library = store, names, origin, Library(store)

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=30)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        connection.close()
        return found

    def page(self, path: str, status: int = 200) -> str:
        answered, headers, body = self.get(path)
        assert answered == status, body[:500]
        assert headers["content-type"] == "text/html; charset=utf-8"
        return body.decode()


@pytest.fixture(scope="module")
def shelved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    store = tmp_path_factory.mktemp("store")
    names = shelf.everything(store)
    with shelf.dashboard(store) as origin:
        yield Shelf(store, names, origin)


def test_every_page_answers_and_loads_nothing_from_elsewhere(shelved: Shelf) -> None:
    for path in shelf.paths(shelved.names, shelved.library):
        page = shelved.page(path, 404 if "no/such" in path else 200)
        assert "<script>" not in page
        assert " style=" not in page
        assert not re.search(r"<[^>]* on\w+=", page)
        for address_of in re.findall(r'(?:src|href|action)="([^"]*)"', page):
            assert address_of.startswith(("/", "#", "?", "data:,")) or re.match(r"http://[0-9a-f]{32}\.replay\.localhost:", address_of), (
                address_of
            )


def test_policy_names_the_framed_origin_and_no_other(shelved: Shelf) -> None:
    _, headers, body = shelved.get(f"/snapshot/{shelved.names[0]}/citation/2")
    frame = re.search(rb'<iframe class="frame card" src="(http://[0-9a-f]{32}\.replay\.localhost:\d+)/', body)
    assert frame
    assert headers["content-security-policy"].endswith(f"frame-src {frame[1].decode()}")
    assert shelved.get("/")[1]["content-security-policy"].endswith("frame-src 'none'")
    assert b'sandbox="allow-same-origin"' in body
    full = shelved.page(f"/snapshot/{shelved.names[0]}/citation/2?replay=full")
    assert "/player/" in full
    assert 'sandbox="allow-scripts allow-same-origin"' in full


def test_article_has_every_place_and_every_citation(shelved: Shelf) -> None:
    page = shelved.page(f"/snapshot/{shelved.names[1]}/")
    for number in range(1, 9):
        assert f'id="place-{number}-1"' in page
        assert f'id="citation-{number}"' in page
    assert 'data-cites="3 4"' in page or 'data-cites="3 5"' in page  # places that nest and overlap
    assert 'data-cites="3 5 4"' in page
    assert '<p dir="auto" class="heading">مجالات التعاون' in page
    assert 'dir="rtl" lang="ar"' in page
    text = re.sub(r"<[^>]+>", "", page[page.index('<div class="text"') : page.index("<aside")])
    assert "A quoted post, with an emoji 👩‍🚀 and #tags in it" in text


def test_article_links_to_its_other_snapshots(shelved: Shelf) -> None:
    later = shelved.page(f"/snapshot/{shelved.names[1]}/")
    assert f'href="/snapshot/{shelved.names[0]}/"' in later
    assert shelved.page("/").count("2 snapshots") == 1
    assert f'href="/snapshot/{shelved.names[0]}/citation/3"' in shelved.page(f"/snapshot/{shelved.names[1]}/citation/3")


def test_articles_are_searched_filtered_and_paged(shelved: Shelf) -> None:
    assert "printed.pdf" in shelved.page("/")
    assert "printed.pdf" not in shelved.page("/?q=writer")
    assert "عنوان" in shelved.page("/?outcome=unresolved")
    assert "Nothing matches" in shelved.page("/?q=%25")
    for number in ("7", "99999999999999999999", "x", "٣"):
        assert "1–1 of 1" in shelved.page(f"/?q=writer&page={quote(number)}")
    assert shelved.get("/?page=-1&sort=none&outcome=none")[0] == 200


def test_citation_shows_difference_attempts_hops_and_media(shelved: Shelf) -> None:
    page = shelved.page(f"/snapshot/{shelved.names[0]}/citation/2")
    assert "<ins>some</ins>" in page
    assert "<ins>within</ins>" in page
    assert "<del>in</del>" in page
    assert page.count("<img src=") == 1
    assert page.count("<video ") == 1
    assert "Bands of colour" in page
    assert "3 likes" in page
    first = shelved.page(f"/snapshot/{shelved.names[0]}/citation/1")
    assert "http://one.test/old" in first  # the hop
    assert "Picture of the page" in first
    assert "pace of one.test" in first
    assert "TLSv1.3" in first
    failed = shelved.page(f"/snapshot/{shelved.names[0]}/citation/5")
    assert "It will be tried again" in failed
    assert "Nothing was fetched" in failed


def test_downloads_are_the_stored_bytes(shelved: Shelf) -> None:
    name = shelved.names[0]
    for record, position in shelved.library.snapshot(name).records.items():
        status, headers, body = shelved.get(f"/snapshot/{name}/record/{record}/warc")
        assert (status, len(body)) == (200, position["length"])
        assert headers["content-disposition"] == f'attachment; filename="{record}.warc.gz"'
        assert headers["content-security-policy"].startswith("sandbox;")
        assert gzip.decompress(body).startswith(b"WARC/1.1\r\n")
        if position["payload_sha256"]:
            _, headers, body = shelved.get(f"/snapshot/{name}/record/{record}/payload")
            assert hashlib.sha256(body).hexdigest() == position["payload_sha256"]
            assert headers["content-type"] == "application/octet-stream"
            assert headers["content-disposition"].startswith("attachment;")


def test_only_pictures_and_films_are_shown_and_films_in_parts(shelved: Shelf) -> None:
    name = shelved.names[0]
    kinds = {
        position["media_type"]: record
        for record, position in shelved.library.snapshot(name).records.items()
        if position["type"] in ("response", "revisit")
    }
    status, headers, body = shelved.get(f"/snapshot/{name}/record/{kinds['image/png']}/media")
    assert (status, headers["content-type"], body[:4]) == (200, "image/png", b"\x89PNG")
    assert shelved.get(f"/snapshot/{name}/record/{kinds['text/html']}/media")[0] == 415
    film = f"/snapshot/{name}/record/{kinds['video/mp4']}/media"
    whole = shelved.get(film)[2]
    for asked, part in (("bytes=0-3", whole[:4]), ("bytes=4-", whole[4:]), ("bytes=-10", whole[-10:]), ("bytes=10-99999", whole[10:])):
        status, headers, body = shelved.get(film, Range=asked)
        assert (status, body) == (206, part)
        assert headers["content-range"].endswith(f"/{len(whole)}")
    assert shelved.get(film, Range="bytes=99999-")[0] == 416
    assert shelved.get(film, Range="lines=1-2")[2] == whole


def test_pdf_pages_are_drawn_and_boxes_stand_on_the_words(shelved: Shelf) -> None:
    name = shelved.names[2]
    page = shelved.page(f"/snapshot/{name}/")
    assert page.count('<figure class="sheet">') == 2
    matrices = [[float(value) for value in found.split()] for found in re.findall(r'<g transform="matrix\(([^)]*)\)"', page)]
    assert matrices[0] == pytest.approx([1, 0, 0, -1, 0, 800], abs=0.01)
    assert matrices[1] == pytest.approx([0, 1, 1, 0, 0, 0], abs=0.01)  # turned clockwise
    boxes = [
        [float(value) for value in found]
        for found in re.findall(r'<rect class="box [^"]*" x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"', page)
    ]
    assert boxes == [[60, 695, 260, 20], [60, 695, 240, 20]]
    for number, (width, height), matrix, box in zip((1, 2), ((960, 1280), (1280, 960)), matrices, boxes, strict=True):
        status, headers, picture = shelved.get(f"/snapshot/{name}/page/{number}.png")
        assert (status, headers["content-type"]) == (200, "image/png")
        assert struct.unpack(">II", picture[16:24]) == (width, height)
        assert 0.01 < ink(picture, width, height, matrix, box) < 0.5  # letters stand where the box is drawn
    assert shelved.get(f"/snapshot/{name}/page/3.png")[0] == 404
    assert shelved.get(f"/snapshot/{shelved.names[0]}/page/1.png")[0] == 404


def ink(picture: bytes, width: int, height: int, matrix: list[float], box: list[float]) -> float:
    """Return what share of a box's pixels is dark."""
    data = zlib.decompress(picture[picture.index(b"IDAT") + 4 : -16])
    channels = (len(data) // height - 1) // width
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x, y in ((box[0], box[1]), (box[0] + box[2], box[1] + box[3]))]
    xs, ys = (sorted(int(value * 1.6) for value in axis) for axis in zip(*corners, strict=True))
    dark = sum(data[y * (width * channels + 1) + 1 + x * channels] < 128 for y in range(*ys) for x in range(*xs))
    return dark / ((xs[1] - xs[0]) * (ys[1] - ys[0]))


def test_what_is_not_there_is_a_page_that_says_so(shelved: Shelf) -> None:
    name = shelved.names[0]
    for path in (
        "/snapshot/a/b/20260101000000/",
        f"/snapshot/{name}/citation/99",
        f"/snapshot/{name}/record/{'0' * 32}",
        f"/snapshot/{name}/record/x/warc",
        "/snapshot/..%2f..%2fetc/passwd/20260101000000/",
    ):
        status, headers, body = shelved.get(path)
        assert status == 404
        assert "content-security-policy" in headers
        assert b"Traceback" not in body


def test_one_url_lists_every_memento(shelved: Shelf) -> None:
    page = shelved.page("/url?url=HTTPS://ONE.test/%D9%82%D8%B5%D8%A9%23part")
    assert "2 mementos" in page
    assert "one.test/قصة" in page
    assert "?capture=" in page
    assert "2 mementos" in shelved.page("/url?url=one.test/%D9%82%D8%B5%D8%A9")


def test_charts_have_tables_that_say_the_same(shelved: Shelf) -> None:
    page = shelved.page("/figures")
    assert "2026-03: 3 of 7 answered" in page
    for row in ("two.test", "2026-04"):
        assert re.search(rf'<th scope="row"><bdi>{row}</bdi></th>', page)


def test_addresses_are_shown_as_words_and_hide_nothing() -> None:
    assert address("https://one.test/%D9%82%D8%B5%D8%A9") == "https://one.test/قصة"
    assert address("https://one.test/%2e%2F%3Fx%E2%80%AE%00%FF%20") == "https://one.test/%2e%2F%3Fx%E2%80%AE%00%FF%20"
    assert line("a\u202eb\u0000\u200f") == "a‹U+202E›b‹U+0000›‹U+200F›"


def test_a_list_of_urls_is_called_by_them() -> None:
    assert file("capture https://one.test/a%C3%A9 and 26 more, sha256:5d7d3d07") == "https://one.test/aé and 26 more"
    assert file("capture https://one.test/ https://two.test/b") == "https://one.test/ https://two.test/b"
    assert file("/home/desk/story.txt") == "story.txt"
