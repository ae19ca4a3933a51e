"""Pages that a browser saved as one file: Chromium's own MHTML, what others write, Safari's web archive, and what is neither."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import plistlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.article.read import read
from archiver.citation.extract import extract
from archiver.embed import PLATFORMS
from archiver.errors import UsageError
from archiver.fetch.browser import binary
from archiver.fetch.browser.cdp import launched
from archiver.service.source import named, opened

ADDRESS = "https://news.example/2022/ferries"
PAGE = (
    "<html><head><title>Zwei Fähren</title></head><body><h1>Zwei Fähren</h1><p>So sagt <a href=/report>der Bericht</a>.</p>%s</body></html>"
)
FRAME = "https://www.youtube.com/embed/abcdefghijk?rel=0&start=3"
MHTML = """From: <Saved by Blink>
Snapshot-Content-Location: {address}
Subject: =?utf-8?Q?Zwei_F=C3=A4hren?=
Date: Wed, 20 Jul 2022 10:00:00 +0200
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----cut"

------cut
Content-Type: text/html
Content-ID: <frame-1@mhtml.blink>
Content-Transfer-Encoding: 8bit
Content-Location: {address}

{page}
------cut
Content-Type: text/html
Content-ID: <frame-2@mhtml.blink>
Content-Transfer-Encoding: 8bit
Content-Location: {frame}

<html><body><p>words of the frame</p></body></html>
------cut--
"""


def cited(data: bytes, name: str, **more: Any) -> list[tuple[str, str]]:
    article = read(data, source=name, **more)
    return [(one.kind, one.key) for one in extract(article, PLATFORMS)]


def mhtml(address: str = ADDRESS, page: str = PAGE % '<iframe src="cid:frame-2@mhtml.blink"></iframe>') -> bytes:
    return MHTML.format(address=address, page=page, frame=FRAME).replace("\n", "\r\n").encode()


@contextmanager
def served(pages: dict[str, str]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages[self.path.partition("?")[0]].encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_what_chromium_saves_is_the_page_with_its_frames():
    async def saved(url: str) -> bytes:
        async with launched(binary.find()) as browser, browser.context() as context:
            session = await browser.page(context)
            await session.visit(url)
            answer = await session.call("Page.captureSnapshot", format="mhtml")
            return str(answer["data"]).encode()

    page = PAGE % '<iframe src="/player/embed/7?a=1&amp;b=2"></iframe>'
    with served({"/page": page, "/player/embed/7": "<p>words of the frame</p>", "/favicon.ico": ""}) as site:
        data = asyncio.run(saved(f"{site}/page"))
        article = read(data, source="page.mhtml")
        assert (article.url, article.title, article.captured is not None) == (f"{site}/page", "Zwei Fähren", True)
        assert article.text == "Zwei Fähren\nSo sagt der Bericht."
        host = site.removeprefix("http://")
        assert cited(data, "page.mhtml") == [("link", f"web:{host}/report"), ("embed", f"web:{host}/player/embed/7?a=1&b=2")]


def test_the_bytes_that_are_kept_are_those_that_were_saved():
    article = read(mhtml(), source="page.mhtml")
    body = (PAGE % '<iframe src="cid:frame-2@mhtml.blink"></iframe>').encode()
    assert (article.data, article.sha256, article.media_type) == (body, hashlib.sha256(body).hexdigest(), "text/html")
    assert (article.url, article.captured, article.byline) == (ADDRESS, "2022-07-20T08:00:00Z", None)
    assert cited(mhtml(), "-") == [("link", "web:news.example/report"), ("embed", "youtube:abcdefghijk")]


def test_a_page_of_internet_explorer_has_its_address_in_the_part():
    data = mhtml().replace(b"Snapshot-Content-Location: " + ADDRESS.encode() + b"\r\n", b"X-MimeOLE: Produced by MimeOLE\r\n")
    assert read(data, source="page.mht", media_type="message/rfc822").url == ADDRESS
    local = data.replace(b"Content-Location: " + ADDRESS.encode(), b"Content-Location: file://C:\\page.htm")
    assert (read(local, source="page.mht").url, read(local, source="page.mht").text) == (None, "Zwei Fähren\nSo sagt der Bericht.")


def test_the_address_that_a_person_gives_counts_and_plain_text_is_text():
    assert read(mhtml(), source="page.mhtml", url="https://other.example/a").url == "https://other.example/a"
    assert read(mhtml(), source="page.mhtml", media_type="text/plain").media_type == "text/plain"


def test_a_mail_with_pictures_stays_a_mail():
    data = mhtml(address="").replace(b"Snapshot-Content-Location: \r\n", b"To: reader@example.org\r\n")
    assert read(data, source="letter.eml").media_type == "message/rfc822"


@pytest.mark.parametrize("form", [plistlib.FMT_BINARY, plistlib.FMT_XML])
def test_what_safari_saves(form: Any):
    page = (PAGE % f'<iframe src="{FRAME.replace("&", "&amp;")}"></iframe>').encode("iso-8859-1")
    main = {
        "WebResourceData": page,
        "WebResourceURL": ADDRESS,
        "WebResourceMIMEType": "text/html",
        "WebResourceTextEncodingName": "iso-8859-1",
    }
    data = plistlib.dumps({"WebMainResource": main, "WebSubresources": []}, fmt=form)
    article = read(data, source="page.webarchive")
    assert (article.url, article.data, article.text) == (ADDRESS, page, "Zwei Fähren\nSo sagt der Bericht.")
    assert cited(data, "page.webarchive") == [("link", "web:news.example/report"), ("embed", "youtube:abcdefghijk")]


@pytest.mark.parametrize(
    "main", [{"WebResourceMIMEType": "image/png", "WebResourceData": b"x"}, {"WebResourceData": ""}, {"WebResourceData": b""}, {}, "x", 7]
)
def test_a_web_archive_without_a_page_is_refused_in_one_line(main: Any):
    with pytest.raises(UsageError, match=r"^a: a web archive of Safari [^\n]+; save [^\n]+$"):
        read(plistlib.dumps({"WebMainResource": main}, fmt=plistlib.FMT_BINARY), source="a")


@given(st.integers(0, 400), st.binary(min_size=1, max_size=3), st.sampled_from(["mhtml", "list"]))
def test_damaged_files_are_read_or_refused(at: int, bytes_: bytes, kind: str):
    whole = mhtml() if kind == "mhtml" else plistlib.dumps({"WebMainResource": {"WebResourceData": b"<p>a"}}, fmt=plistlib.FMT_BINARY)
    at %= len(whole)
    with contextlib.suppress(UsageError):
        assert read(whole[:at] + bytes_ + whole[at + 1 :], source="a").data


SINGLE_FILE = "<!DOCTYPE html> <html lang=en><!--\n Page saved with SingleFile \n url: {} \n saved date: Fri Nov 27 2026 01:09:22 GMT+0100 (Central European Time)\n-->"


@pytest.mark.parametrize(
    ("top", "captured"),
    [
        ("<!DOCTYPE html>\n<!-- saved from url=(0033){} -->\n<html>", None),
        ("<!-- saved from url=(0033){} -->\n<html>", None),
        (SINGLE_FILE, "2026-11-27T00:09:22Z"),
        (SINGLE_FILE.replace("Nov", "Foo"), None),
    ],
)
def test_a_saved_page_has_the_address_that_the_browser_wrote_into_it(top: str, captured: str | None):
    data = (top.format(ADDRESS) + PAGE % "").encode()
    article = read(data, source="page.html")
    assert (article.url, article.base_url, article.captured, article.data) == (ADDRESS, ADDRESS, captured, data)
    assert read(data, source="page.html", base_url="https://other.example/").url is None
    served = read(data, source="page.html", url="https://other.example/a")
    assert (served.url, served.captured) == ("https://other.example/a", None)


def test_what_stands_further_down_or_is_no_address_is_nobody_s_word():
    comment = f"<!-- saved from url=(0033){ADDRESS} -->"
    assert read((PAGE % comment).encode(), source="page.html").url is None
    assert read(f"<!-- saved from url=(0033)http://[ -->{PAGE % ''}".encode(), source="page.html").url is None


def test_frames_beside_a_saved_page_are_where_the_browser_saved_them_from(tmp_path: Path):
    frames = '<iframe src="./Zwei%20F%C3%A4hren_files/saved_resource.html"></iframe><iframe src="./Zwei%20F%C3%A4hren_files/ads(1).html"></iframe>'
    page, folder = tmp_path / "Zwei Fähren.html", tmp_path / "Zwei Fähren_files"
    page.write_text(f"<!DOCTYPE html>\n<!-- saved from url=(0033){ADDRESS} -->\n<html>{PAGE % frames}", encoding="utf8")
    folder.mkdir()
    (folder / "saved_resource.html").write_text(f"<!DOCTYPE html>\n<!-- saved from url=(0058){FRAME} -->\n<html>a", encoding="utf8")
    (folder / "ads(1).html").write_text("<html>nobody says from where", encoding="utf8")
    (folder / "ads(2).html").symlink_to("saved_resource.html")
    received = opened(named(str(page)))
    assert received.frames == {"Zwei Fähren_files/saved_resource.html": FRAME}
    article = read(**received.as_arguments())
    assert (article.url, article.data) == (ADDRESS, page.read_bytes())
    found = [(one.kind, one.key, one.places[0].url) for one in extract(article, PLATFORMS)]
    assert found == [("link", "web:news.example/report", "/report"), ("embed", "youtube:abcdefghijk", FRAME)]
