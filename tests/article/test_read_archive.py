"""WARC and WACZ: which response is the article, and how its payload is taken out of it."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import random
import zipfile
import zlib

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.article.read import read
from archiver.article.warc import MOST_PAYLOAD, read_archive, what_archive
from archiver.errors import UsageError

PAGE = b"<html><title>Page</title><p>Words of the page."
TIME = "2024-05-06T07:08:09Z"


def record(kind: str, url: str, block: bytes, content_type: str = "application/http; msgtype=response") -> bytes:
    fields = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {TIME}\r\nContent-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    return fields.encode() + block + b"\r\n\r\n"


def response(url: str, body: bytes = PAGE, media_type: str = "text/html", status: str = "200 OK", *fields: str) -> bytes:
    head = "\r\n".join((f"HTTP/1.1 {status}", f"Content-Type: {media_type}", *fields))
    return record("response", url, head.encode() + b"\r\n\r\n" + body)


INFO = b"WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Type: application/warc-fields\r\nContent-Length: 11\r\n\r\nsoftware: x\r\n\r\n"


def warc(*records: bytes, press: bool = False) -> bytes:
    return b"".join(gzip.compress(one) if press else one for one in (INFO, *records))


def wacz(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("press", [False, True])
def test_the_first_successful_page_is_the_article(press: bool):
    data = warc(
        response("https://a.example/robots.txt", b"User-agent: *", "text/plain"),
        response("https://a.example/old", b"<p>moved", "text/html", "301 Moved", "Location: /page"),
        response("https://a.example/lost", b"<p>not here", "text/html", "404 Not Found"),
        record("request", "https://a.example/page", b"GET /page HTTP/1.1\r\n\r\n", "application/http; msgtype=request"),
        response("https://a.example/page", media_type="text/html; charset=utf-8"),
        response("https://a.example/frame", b"<p>frame"),
        press=press,
    )
    found = read(data, source="x.warc.gz" if press else "x.warc")
    assert (found.url, found.base_url, found.captured, found.source) == (
        "https://a.example/page",
        "https://a.example/page",
        TIME,
        found.source,
    )
    assert (found.text, found.title, found.media_type, found.data) == ("Words of the page.", "Page", "text/html", PAGE)
    assert found.source.startswith("x.warc")


def test_the_address_that_the_person_gives_decides_behind_redirects():
    data = warc(
        response("https://a.example/first"),
        response("http://a.example/old", b"", "text/html", "302 Found", "Location: https://a.example/second?x=1"),
        response("https://www.a.example/second?x=1", b"<p>second"),
        response("https://a.example/loop", b"", "text/html", "302 Found", "Location: /loop"),
    )
    assert read(data, source="x.warc", base_url="https://a.example/old").text == "second"
    for missing in ("https://a.example/none", "https://a.example/loop"):
        with pytest.raises(UsageError, match=r"^x\.warc: has no successful answer of .*; the pages in it: https://a\.example/first, https"):
            read(data, source="x.warc", base_url=missing)


def test_an_archive_that_was_fetched_has_an_address_of_its_own():
    found = read(
        warc(response("https://a.example/page")),
        source="https://b.example/x.warc",
        url="https://b.example/x.warc",
        base_url="https://b.example/x.warc?dl=1",
    )
    assert found.url == "https://a.example/page"


@pytest.mark.parametrize(
    ("kind", "body", "text"), [("text/plain", b"Plain words.", "Plain words."), ("text/markdown", b"# Words", "# Words")]
)
def test_without_html_a_text_is_the_article(kind: str, body: bytes, text: str):
    data = warc(response("https://a.example/p.png", b"\x89PNG", "image/png"), response("https://a.example/x", body, kind))
    assert read(data, source="x").text == text


def test_a_resource_record_is_a_page_too():
    assert read(warc(record("resource", "https://a.example/", PAGE, "text/html")), source="x").url == "https://a.example/"
    file = read(warc(record("resource", "urn:example:article", PAGE, "text/html"), response("https://a.example/cited")), source="x.warc")
    assert (file.url, file.text) == (None, "Words of the page.")


def test_codings_are_undone():
    chunks = b"".join(f"{len(piece):x};ext=1\r\n".encode() + piece + b"\r\n" for piece in (PAGE[:7], PAGE[7:])) + b"0\r\n\r\n"
    for body, fields in [
        (gzip.compress(PAGE), ["Content-Encoding: gzip"]), (brotli.compress(PAGE), ["Content-Encoding: br"]), (zlib.compress(PAGE), ["content-encoding: deflate"]),
        (zlib.compress(PAGE)[2:-4], ["Content-Encoding: deflate"]), (chunks, ["Transfer-Encoding: chunked"]), (PAGE, ["Transfer-Encoding: chunked"]),
        (PAGE, ["Content-Encoding: gzip"]), (gzip.compress(gzip.compress(PAGE)), ["Content-Encoding: gzip, gzip"]), (PAGE, ["Content-Encoding: identity"]),
    ]:  # fmt: skip
        assert read(warc(response("https://a.example/", body, "text/html", "200 OK", *fields)), source="x").data == PAGE, fields
    with pytest.raises(UsageError, match="coded as zstd"):
        read(warc(response("https://a.example/", b"?", "text/html", "200 OK", "Content-Encoding: zstd")), source="x")


def test_a_torn_file_is_read_as_far_as_it_goes():
    whole = warc(
        response("https://a.example/page"), response("https://a.example/more", b"<p>" + random.Random(1).randbytes(9000)), press=True
    )
    assert read(whole[:-3000], source="x").url == "https://a.example/page"
    plain = warc(response("https://a.example/page"), response("https://a.example/more", b"<p>" + b"x" * 5000))
    assert read(plain[:-3000], source="x").url == "https://a.example/page"


def test_wacz_names_its_page():
    other, page = response("https://a.example/other", b"<p>other"), response("https://a.example/page")
    archive = {"archive/b.warc.gz": warc(page, press=True), "archive/a.warc.gz": warc(other, press=True)}
    header = json.dumps({"format": "json-pages-1.0", "id": "pages"})
    pages = f"{header}\n{json.dumps({'url': 'https://a.example/page', 'ts': TIME})}\n".encode()
    main = json.dumps({"mainPageUrl": "https://a.example/page"}).encode()
    assert read(wacz(archive), source="x.wacz").text == "other"
    assert read(wacz(archive | {"datapackage.json": main}), source="x.wacz").text == "Words of the page."
    assert read(wacz(archive | {"datapackage.json": b"[", "pages/pages.jsonl": pages}), source="x.wacz").captured == TIME
    assert read(wacz(archive | {"datapackage.json": main}), source="x.wacz", base_url="https://a.example/other").text == "other"
    missing = json.dumps({"mainPageUrl": "https://a.example/gone"}).encode()
    assert read(wacz(archive | {"datapackage.json": missing}), source="x.wacz").text == "other"


def test_what_is_an_archive():
    assert what_archive(warc()) == "WARC"
    assert what_archive(warc(press=True)) == "WARC"
    assert what_archive(wacz({"archive/a.warc.gz": b""})) == "WACZ"
    for other in (b"", b"PK\x03\x04 not a zip", wacz({"word/document.xml": b""}), gzip.compress(b"<html>"), b"\x1f\x8b\x08", b"WAR", PAGE):
        assert what_archive(other) is None


@pytest.mark.parametrize(
    "data", [warc(), warc(response("https://a.example/", b"\x89PNG", "image/png")), wacz({"archive/a.warc": b""}), b"WARC/1.1\r\n" * 9]
)
def test_an_archive_without_a_page_is_refused_in_one_line(data: bytes):
    with pytest.raises(UsageError, match=r"^x: a web archive without a page in it"):
        read(data, source="x")


def test_a_damaged_wacz_is_refused_in_one_line():
    whole = bytearray(wacz({"archive/a.warc": warc(response("https://a.example/")), "datapackage.json": b"{}" * 900}))
    at = whole.index(b"datapackage.json") + 20
    whole[at : at + 8] = b"\xff" * 8
    with pytest.raises(UsageError, match=r"^x\.wacz: a WACZ that cannot be unpacked"):
        read(bytes(whole), source="x.wacz")


def test_a_bomb_is_refused_and_its_size_never_held():
    bomb = gzip.compress(b"<p>" + bytes(MOST_PAYLOAD + 10))
    data = warc(response("https://a.example/", bomb, "text/html", "200 OK", "Content-Encoding: gzip"))
    with pytest.raises(UsageError, match="larger than 64 MiB"):
        read(data, source="x")


def test_an_archive_in_an_archive_is_no_article():
    inner = warc(response("https://a.example/inner"), press=True)
    with pytest.raises(UsageError, match="gzip data"):
        read(warc(response("https://a.example/", inner)), source="x")


@settings(max_examples=80)
@given(st.integers(0, 600), st.binary(max_size=12), st.booleans())
def test_any_damage_is_read_or_refused(at: int, junk: bytes, press: bool):
    data = bytearray(warc(response("https://a.example/page"), response("https://a.example/two", b"<p>two"), press=press))
    data[at : at + len(junk)] = junk
    with contextlib.suppress(UsageError):
        assert (read_archive(bytes(data), source="x").url or "").startswith("http")
