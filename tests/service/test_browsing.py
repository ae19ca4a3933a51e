"""Escalation through the whole program: what http shows too little of is opened in a browser, and the manifest says why."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archiver.config import Browser, Config, Network, PerHost, Source
from archiver.fetch.browser import visit as visiting
from archiver.fetch.exchange import Exchange
from archiver.record import layout, reread
from archiver.record.catalog.agenda import Agenda
from archiver.record.rebuild import rebuild_snapshot
from archiver.record.verify import verify
from archiver.service import archive
from archiver.service.demo.picture import png
from archiver.service.demo.server import Close, LoopbackServer, Repeat, Request, Reset, Send, Sleep, page, redirect, running
from archiver.service.runs.run import run_once

SHELL = "<!doctype html><title>App</title><div id=root></div><script src=/app.js></script>"
APP = """fetch('/data').then(a => a.json()).then(said => {
  document.title = said.title; const root = document.getElementById('root');
  root.innerHTML = '<h1>' + said.title + '</h1><p>' + said.words + '</p><img src=/picture.png><img src=/moved.png><video src=/film.mp4></video>';
});"""
WORDS = "Words that only a script could bring to the page, and enough of them to be read by somebody. "
GOOD = f"<!doctype html><title>Plain</title><link rel=stylesheet href=/plain.css><p>{WORDS * 4}</p><img src=/plain.png>"
CHALLENGE = "<!doctype html><title>Just a moment...</title><div id=cf-wrapper></div><script>window._cf_chl_opt = {};</script>"


class Silent:
    def begin(self, title: str, total: int) -> None: ...
    def fetched(self, url: str) -> None: ...
    def settled(self) -> None: ...


@dataclass
class Run:
    """A finished run: its snapshot and manifest."""

    path: Path
    manifest: dict[str, Any]

    def captures(self, number: int, **wanted: str) -> list[dict[str, Any]]:
        found = self.manifest["citations"][number - 1]["captures"]
        return [one for one in found if all(one[key] == value for key, value in wanted.items())]

    def page(self, number: int, tier: str = "browser") -> dict[str, Any]:
        (found,) = self.captures(number, tier=tier, purpose="page")
        return found


def coded(body: str, media_type: str) -> bytes:
    return page(gzip.compress(body.encode(), mtime=0), media_type=media_type, headers=[("Content-Encoding", "gzip")])


@pytest.fixture
def web() -> Iterator[LoopbackServer]:
    def film(request: Request) -> bytes:
        data = b"not really a film" * 9000
        if "range" not in request.headers:
            return page(data, media_type="video/mp4", headers=[("X-Cookie", request.headers.get("cookie", ""))])
        return page(data[:1000], "206 Partial Content", "video/mp4", [("Content-Range", f"bytes 0-999/{len(data)}")])

    server = LoopbackServer(
        {
            ("app.test", "/"): page(gzip.compress(SHELL.encode()), headers=[("Set-Cookie", "seen=1"), ("Content-Encoding", "gzip")]),
            ("app.test", "/app.js"): coded(APP, "text/javascript"),
            ("app.test", "/data"): page(json.dumps({"title": "An app", "words": WORDS}), media_type="application/json"),
            ("app.test", "/picture.png"): page(png("a", 20, 20), media_type="image/png"),
            ("app.test", "/moved.png"): redirect("/other.png"),
            ("app.test", "/other.png"): page(png("c", 9, 9), media_type="image/png"),
            ("app.test", "/film.mp4"): film,
            ("plain.test", "/"): coded(GOOD, "text/html; charset=utf-8"),
            ("plain.test", "/plain.css"): coded("p { color: green } /* " + "x" * 500 + " */", "text/css"),
            ("plain.test", "/plain.png"): page(png("b", 20, 20), media_type="image/png"),
            ("wall.test", "/"): page(CHALLENGE, "403 Forbidden", headers=[("Server", "cloudflare"), ("cf-mitigated", "challenge")]),
        }
    )
    with running(server):
        yield server


def captured(web: LoopbackServer, store: Path, browser: Browser, *urls: str) -> Run:
    network = Network(connect_to={"*:80": f"127.0.0.1:{web.port}"}, per_host=PerHost(6, 0.0), attempts=1, deadline=20.0)
    done = archive.run(archive.url_list(urls), store, Config(network=network, browser=browser), Silent())
    return Run(done.path, done.manifest)


def payload(run: Run, record: dict[str, Any]) -> bytes:
    return reread.payload(run.path, record, 1 << 24)


def test_a_shell_is_opened_and_the_page_that_scripts_made_is_the_capture(web, tmp_path):
    run = captured(web, tmp_path, Browser(), "http://app.test/")
    citation = run.manifest["citations"][0]
    assert (citation["outcome"], citation["state"]) == ("captured", "ok")
    seen = run.page(1)
    assert seen["notes"]["tier"].startswith("http answered with empty_shell: ")
    assert run.page(1, "http")["state"] == "empty_shell"
    assert (seen["title"], seen["status"], seen["final_url"]) == ("An app", 200, "http://app.test/")
    made = {record["url"].split(":", 2)[1]: record for record in seen["records"] if record["type"] == "resource"}
    assert set(made) == {"pageinfo", "view", "fullPage", "thumbnail", "text", "dom"}
    assert made["view"]["url"] == "urn:view:http://app.test/"
    assert WORDS.strip() in payload(run, made["text"]).decode()
    assert json.loads(payload(run, made["pageinfo"]))["counts"]["loaded"] == 2
    parts = {one["url"]: one for one in run.captures(1, tier="browser", role="requisite")}
    moved = parts["http://app.test/moved.png"]
    assert (moved["redirects"], moved["final_url"], moved["status"]) == (["http://app.test/moved.png"], "http://app.test/other.png", 200)
    assert {"http://app.test/app.js", "http://app.test/data", "http://app.test/picture.png"} <= set(parts)
    assert all(one["parent"] == "http://app.test/" for one in parts.values())


def test_a_film_in_fragments_is_fetched_whole_with_the_pages_cookies(web, tmp_path):
    run = captured(web, tmp_path, Browser(), "http://app.test/")
    (film,) = [one for one in run.captures(1, tier="http") if one["url"].endswith("film.mp4")]
    assert (film["status"], film["purpose"]) == (200, "media")
    assert [
        request.headers.get("cookie") for request in (line.request for line in web.heard("/film.mp4")) if "range" not in request.headers
    ] == ["seen=1"]
    assert not [one for one in run.captures(1, tier="browser") if one["url"].endswith("film.mp4")]


def test_bodies_that_http_brought_are_not_written_twice(web, tmp_path):
    run = captured(web, tmp_path, Browser(screenshots=True), "http://plain.test/")
    assert run.page(1)["notes"]["tier"] == "its picture is wanted (screenshots)"
    for address in ("http://plain.test/", "http://plain.test/plain.css", "http://plain.test/plain.png"):
        ours = {one["tier"]: one["records"][0] for one in run.captures(1) if one["url"] == address}
        assert (ours["http"]["type"], ours["browser"]["type"]) == ("response", "revisit"), address
        assert ours["http"]["payload_digest"] == ours["browser"]["payload_digest"]
        assert payload(run, ours["browser"]) == payload(run, ours["http"]) != b""
    assert run.manifest["citations"][0]["outcome"] == "captured"


def test_a_page_that_answered_well_is_not_opened_and_http_can_be_all(web, tmp_path):
    assert not captured(web, tmp_path / "a", Browser(), "http://plain.test/").captures(1, tier="browser")
    shell = captured(web, tmp_path / "b", Browser(tier="http"), "http://app.test/")
    assert not shell.captures(1, tier="browser")
    assert shell.manifest["citations"][0]["state"] == "empty_shell"


def test_the_order_may_want_the_browser_alone(web, tmp_path):
    run = captured(web, tmp_path, Browser(tier="browser"), "http://plain.test/")
    assert not run.captures(1, tier="http", purpose="page")
    assert run.page(1)["notes"]["tier"] == "the order says so (--tier browser)"
    assert run.manifest["citations"][0]["outcome"] == "captured"


def test_files_that_a_browser_does_not_show_are_captured_by_their_answers(web, tmp_path):
    """Chromium ends such a navigation with ERR_ABORTED, and shows the empty page that it began with."""
    data = random.Random(1).randbytes(3_000_000)
    web.routes["files.test", "/a.pdf"] = page(b"%PDF-1.7\n" + data, media_type="application/pdf")
    web.routes["files.test", "/a.bin"] = page(data, media_type="application/octet-stream")
    web.routes["files.test", "/a.html"] = page(GOOD, headers=[("Content-Disposition", "attachment; filename=a.html")])
    names = ("a.pdf", "a.bin", "a.html")
    run = captured(web, tmp_path, Browser(tier="browser"), *(f"http://files.test/{name}" for name in names))
    for number, name in enumerate(names, 1):
        found = run.page(number)
        assert (run.manifest["citations"][number - 1]["outcome"], found["state"]) == ("captured", "ok"), name
        assert found["notes"]["browser"].startswith("not shown: a download")
        kinds = [record["url"].split(":")[1] for record in found["records"] if record["type"] == "resource"]
        assert kinds == ["pageinfo"]
    stored = [next(r for r in run.page(n)["records"] if r["type"] == "response") for n in (1, 2)]
    assert [payload(run, record) for record in stored] == [b"%PDF-1.7\n" + data, data]


@pytest.mark.parametrize(
    ("name", "body", "ending"), [("a", b"abc", [Close()]), ("b", GOOD.encode(), [Close()]), ("c", GOOD.encode(), [Sleep(0.3), Reset()])]
)
def test_a_body_that_its_server_cut_short_is_kept_and_marked(web, tmp_path, name, body, ending):
    """Chromium hands over what came as if it were all, and of a page that broke off the load event never comes."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n"
    web.routes["cut.test", f"/{name}"] = [Send(head + body), *ending]
    began = time.monotonic()
    run = captured(web, tmp_path, Browser(tier="browser"), f"http://cut.test/{name}")
    found = run.page(1)
    assert (found["state"], found["truncated"]) == ("ok_partial", "disconnect")
    assert found["reason"].startswith(f"the body broke off after {len(body)} bytes; ")
    (stored,) = [record for record in found["records"] if record["type"] == "response"]
    assert payload(run, stored) == body
    assert b"WARC-Truncated: disconnect" in b"".join(gzip.decompress(one.read_bytes()) for one in run.path.glob("archive/*.gz"))
    assert time.monotonic() - began < 20.0  # nobody waits for an event that cannot come


@pytest.mark.parametrize("coding", ["utf-8", "windows-1251"])
def test_a_body_without_an_end_is_kept_as_far_as_it_came(web, tmp_path, coding):
    """A held answer cannot be let go while it is read, so the page is opened again and given what came until the time is over."""
    beginning = f"<!doctype html><title>On</title><p>{WORDS * 3}</p><p>привет, архив</p>".encode(coding)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset={coding}\r\n\r\n".encode()
    web.routes["on.test", "/"] = [Send(head + beginning), Repeat("<p>и ещё</p>".encode(coding), every=0.1)]
    run = captured(web, tmp_path, Browser(tier="browser", deadline=9.0), "http://on.test/")
    found = run.page(1)
    assert (found["state"], found["truncated"]) == ("ok_partial", "time")
    assert [one["error"] for one in found["attempts"]] == ["timeout", None]
    *_, stored = [record for record in found["records"] if record["type"] == "response"]
    assert payload(run, stored).startswith(beginning + "<p>и ещё</p>".encode(coding) * 9)
    (text,) = [record for record in found["records"] if record["url"].startswith("urn:text:")]
    assert "привет, архив" in payload(run, text).decode()


def test_nothing_of_a_body_that_was_promised_is_a_broken_connection(web, tmp_path):
    web.routes["cut.test", "/none"] = [Send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n"), Close()]
    found = captured(web, tmp_path, Browser(tier="browser"), "http://cut.test/none").page(1)
    assert (found["state"], found["truncated"]) == ("disconnected", "disconnect")


def test_a_picture_that_broke_off_is_marked_too(web, tmp_path):
    web.routes["cut.test", "/p"] = page(GOOD.replace("/plain.png", "/half.png"))
    web.routes["cut.test", "/half.png"] = [Send(page(png("b", 20, 20), media_type="image/png")[:-9]), Close()]
    run = captured(web, tmp_path, Browser(tier="browser"), "http://cut.test/p")
    half = [one for one in run.captures(1, tier="browser") if one["url"].endswith("half.png")]
    assert [(one["state"], one["truncated"]) for one in half] == [("ok_partial", "disconnect")]


def test_answers_without_a_page_say_what_they_were(web, tmp_path):
    """None of these is a download, though Chromium ends all of them alike."""
    web.routes["bare.test", "/204"] = b"HTTP/1.1 204 No Content\r\n\r\n"
    web.routes["bare.test", "/205"] = b"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n"
    web.routes["bare.test", "/mail"] = redirect("mailto:someone@bare.test")
    run = captured(web, tmp_path, Browser(tier="browser"), *(f"http://bare.test/{name}" for name in ("204", "205", "mail")))
    assert [run.page(number)["notes"]["browser"] for number in (1, 2, 3)] == [
        "not shown: an answer of status 204 has no page",
        "not shown: an answer of status 205 has no page",
        "not shown: a redirect that no browser follows, to mailto:someone@bare.test",
    ]
    assert visiting.unshown(()) == visiting.unshown([Exchange("http://bare.test/", "GET", datetime.now(UTC))]) == "net::ERR_ABORTED"


def test_a_challenge_stays_one_and_what_was_tried_is_kept(web, tmp_path):
    run = captured(web, tmp_path, Browser(), "http://wall.test/")
    citation = run.manifest["citations"][0]
    assert citation["state"] == "bot_challenge"
    assert run.page(1)["state"] == "bot_challenge"
    assert run.page(1)["notes"]["tier"].startswith("http answered with bot_challenge")


def test_a_missing_browser_is_one_line_in_the_manifest(web, tmp_path):
    run = captured(web, tmp_path, Browser(binary=str(tmp_path / "none")), "http://app.test/", "http://plain.test/")
    first, second = run.manifest["citations"]
    assert first["state"] == "empty_shell"
    assert "a browser would see more, and browser.binary names" in first["reason"]
    assert "no program that can be run" in run.page(1, "http")["notes"]["browser"]
    assert second["outcome"] == "captured"


def test_a_shell_that_still_stands_is_opened_at_the_next_look_too(web, tmp_path):
    """Its server says 304, which names no media type. Nothing changed, and nothing is told."""
    web.routes["still.test", "/"] = lambda asked: (
        page(b"", "304 Not Modified") if "if-none-match" in asked.headers else page(SHELL, headers=[("ETag", '"1"')])
    )
    web.routes["still.test", "/app.js"] = page(APP, media_type="text/javascript")
    web.routes["still.test", "/data"] = page(json.dumps({"title": "An app", "words": WORDS}), media_type="application/json")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "story.md").write_text("# Story\n\nThe office [says so](http://still.test/) today.\n")
    network = Network(connect_to={"*:80": f"127.0.0.1:{web.port}"}, per_host=PerHost(6, 0.0), attempts=1, deadline=20.0)
    config = Config(network=network, source=(Source(folder=str(tmp_path / "in"), recheck=(0.5,)),))
    store = tmp_path / "store"
    passes = [asyncio.run(run_once(store, config, Silent()))]
    time.sleep(0.6)  # until it is due again, if it was not within the first pass
    passes.append(asyncio.run(run_once(store, config, Silent())))
    _, snapshot, *_ = [name for one in passes for name in one.snapshots]
    manifest = json.loads((store / snapshot / layout.MANIFEST).read_text(encoding="utf8"))
    (citation,) = manifest["citations"]
    assert (citation["state"], citation["history"]["changes"]) == ("ok", [])
    assert {one["state"] for one in citation["captures"] if one["tier"] == "http" and one["purpose"] == "page"} == {"empty_shell"}
    with Agenda(store) as agenda:
        assert agenda.events() == []


def test_what_a_browser_brought_is_verified_and_rebuilt_to_the_byte(web, tmp_path):
    run = captured(web, tmp_path, Browser(screenshots=True), "http://app.test/", "http://plain.test/")
    verify(run.path).check()
    before = {name: (run.path / name).read_bytes() for name in (layout.MANIFEST, layout.INDEX, layout.EXTRA_PAGES, layout.TEXT)}
    rebuild_snapshot(run.path)
    assert {name: (run.path / name).read_bytes() for name in before} == before


def test_the_command_line_takes_tier_and_scripts(web, tmp_path):
    (tmp_path / "archiver.toml").write_text(
        f'[network]\nper_host = {{ interval = 0 }}\nconnect_to = {{ "*:80" = "127.0.0.1:{web.port}" }}\n'
        '[browser]\nlanguage = "de-DE,de"\nviewport = [800, 600]\n'
    )
    (tmp_path / "more.js").write_text("addEventListener('load', () => document.body.append('put there by a script of ours'))")
    run = [sys.executable, "-m", "archiver", "capture", "http://plain.test/", "--json", "--tier", "browser", "--user-script", "more.js"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    path = Path(json.loads(done.stdout)["snapshots"][0]["path"])
    found = Run(tmp_path / path, json.loads((tmp_path / path / "manifest.json").read_bytes()))
    records = {record["url"].split(":", 2)[1]: record for record in found.page(1)["records"] if record["type"] == "resource"}
    assert "put there by a script of ours" in payload(found, records["text"]).decode()
    assert payload(found, records["view"])[16:24] == (800).to_bytes(4, "big") + (600).to_bytes(4, "big")
    assert {line.request.headers["accept-language"] for line in web.log if line.host == "plain.test"} == {"de-DE,de;q=0.9"}
    wrong = subprocess.run([*run[:-4], "--tier", "best"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)


def test_a_browser_that_is_asked_for_and_missing_is_said_before_anything_is_fetched(web, tmp_path):
    (tmp_path / "archiver.toml").write_text(
        f'[network]\nconnect_to = {{ "*:80" = "127.0.0.1:{web.port}" }}\nper_host = {{ interval = 0 }}\n'
    )
    (tmp_path / "broken").write_text("#!/bin/sh\necho 'libnss3.so: cannot open shared object file' >&2\nexit 127\n")
    (tmp_path / "broken").chmod(0o755)
    run = [sys.executable, "-m", "archiver", "capture", "http://plain.test/", "-q"]
    for binary, why in (("none", "no program that can be run"), ("broken", "libnss3.so")):
        environment = os.environ | {"ARCHIVER_BROWSER": str(tmp_path / binary)}
        done = subprocess.run([*run, "--tier", "browser"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert why in done.stderr
        assert "--tier browser" in done.stderr
        assert not [line for line in web.log if line.host == "plain.test"]
        assert not list((tmp_path / "snapshots").glob("*/*"))
    done = subprocess.run([*run, "--tier", "auto"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_scheduled_run_goes_on_without_the_browser_that_it_should_have_and_says_so(web, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "story.md").write_text("# Story\n\nThe office [says so](http://plain.test/) today.\n")
    network = Network(connect_to={"*:80": f"127.0.0.1:{web.port}"}, per_host=PerHost(6, 0.0), attempts=1, deadline=20.0)
    browser = Browser(tier="browser", binary=str(tmp_path / "none"))
    made = asyncio.run(run_once(tmp_path / "store", Config(network, browser, source=(Source(folder=str(tmp_path / "in")),)), Silent()))
    assert len(made.snapshots) == 1
    (problem,) = made.problems
    assert problem.startswith("browser: browser.binary names ")
    assert problem.endswith("pages were asked for over http")
