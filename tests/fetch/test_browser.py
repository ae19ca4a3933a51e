"""The browser tier against a page that asks for everything: what was sent is recorded, n of n, and each rule that cost data once has a test."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from archiver.config import Browser, Network, PerHost
from archiver.fetch.browser import binary
from archiver.fetch.browser import tape as tapes
from archiver.fetch.browser import visit as visiting
from archiver.fetch.browser.assembly import Wayside, assemble
from archiver.fetch.browser.binary import NoBrowser
from archiver.fetch.browser.cdp import Session, launched
from archiver.fetch.browser.tape import Pause, Tape
from archiver.fetch.browser.tier import Tier, processes
from archiver.fetch.browser.visit import Visit
from archiver.fetch.exchange import Exchange, Wire
from archiver.record import block, draft
from archiver.service.demo.server import Drip, LoopbackServer, Send, Sleep, page
from tests.fetch.busy_page import BusyWeb, busy_web, plain_body
from tests.fetch.busy_page import socket as socket_of
from tests.looping import on_loop


@dataclass
class Opened:
    """The busy page as it was opened once for all tests here."""

    web: BusyWeb
    visits: list[Visit]

    @property
    def exchanges(self) -> list[Exchange]:
        return [*self.visits[0].document, *(part.exchange for part in self.visits[0].parts)]

    def one(self, path: str, method: str = "GET") -> Exchange:
        """The exchange of a path."""
        (found,) = [one for one in self.exchanges if one.url.partition("?")[0].endswith(path) and one.method == method]
        return found

    def information(self) -> dict:
        return json.loads(next(one.data for one in self.visits[0].derived if one.kind == "pageinfo"))


@pytest.fixture(scope="module")
def opened(server_tls, ca_bundle) -> Iterator[Opened]:
    async def run() -> Opened:
        web = busy_web(server_tls("site.test", "third.test"))
        await web.server.start()
        async with Tier(Browser(), replace(web.network, ca_bundle=str(ca_bundle))) as tier:
            first = await tier.visit("https://site.test/start")
            sent = list(web.server.log)
            again = await tier.visit("https://site.test/start")
        await web.server.stop()
        web.server.log[:] = sent
        return Opened(web, [first, again])

    made = asyncio.run(run())
    yield made
    for one in made.visits:
        one.close()


def address(host: str, target: str) -> str:
    return f"https://{host}{target}"


def test_what_was_sent_is_recorded_n_of_n(opened):
    sent = Counter((one.method, address(one.host, one.target)) for one in opened.web.sent())
    recorded = Counter((one.method, one.url) for one in opened.exchanges)
    film = ("GET", "https://site.test/film.webm")
    assert sent.pop(film)
    assert film not in recorded
    assert sent.total() >= 90
    assert sent - recorded == Counter()
    assert recorded - sent == Counter()


def test_every_body_is_exact(opened):
    wrong, compared = [], 0
    for one in opened.exchanges:
        host, path = one.url.split("/", 3)[2], "/" + one.url.split("/", 3)[3]
        want = opened.web.plain.get((host, path)) if one.method != "OPTIONS" else None
        if want is not None:
            compared += 1
            if plain_body(one) != want or one.truncated:
                wrong.append((one.url, one.truncated))
    assert wrong == []
    assert compared > 70


def test_requests_are_recorded_as_the_server_heard_them(opened):
    heard = {(line.request.method, address(line.request.host, line.request.target)): line.request for line in opened.web.server.log}
    compared = 0
    for one in opened.exchanges:
        head, _, body = one.request.partition(b"\r\n\r\n")
        request = heard[one.method, one.url]
        said, _, its_body = request.raw.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        its_first, *its_lines = said.split(b"\r\n")
        assert first == its_first
        if one.url.endswith(("/sw.js", "/by-shared")):  # the protocol tells only what was meant to be sent
            assert set(lines) <= set(its_lines)
        else:
            assert sorted(lines) == sorted(its_lines), one.url
        assert body == its_body
        compared += 1
    assert compared >= 90


def test_heads_are_the_text_that_was_received(opened):
    sent = {(line.request.method, address(line.request.host, line.request.target)): bytes(line.sent) for line in opened.web.server.log}
    for one in opened.exchanges:
        head = sent[one.method, one.url].partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        assert one.head == head, one.url
    assert opened.one("/set").head.count(b"Set-Cookie: ") == 2
    assert [one.status for one in opened.visits[0].document] == [301, 301, 200]


def test_addresses_and_certificates_stand_beside(opened):
    assert {one.ip for one in opened.exchanges} == {"127.0.0.1"}
    assert all(one.tls and one.tls.verified and one.tls.certificate for one in opened.exchanges)


def test_r1_nothing_was_asked_before_it_was_listened_to(opened):
    assert all(one.request for one in opened.exchanges)
    assert all(one.head.startswith(b"HTTP/1.1 ") for one in opened.exchanges)


def test_r2_workers_start_at_once_and_are_recorded(opened):
    for path in ("/worker.js", "/imported.js", "/by-worker", "/shared.js", "/by-shared", "/sw.js", "/by-sw"):
        assert opened.one(path).status == 200
    assert opened.visits[0].failure is None  # a held worker that is asked something hangs until the page's time is over


def test_r3_what_ends_after_the_load_event_is_whole(opened):
    assert opened.one("/slow").truncated is None
    assert plain_body(opened.one("/slow")) == opened.web.plain["site.test", "/slow"]


def test_r4_bodies_are_taken_at_the_pause_or_as_they_pass(opened):
    assert plain_body(opened.one("/large.bin")) == opened.web.plain["site.test", "/large.bin"]  # passes
    assert plain_body(opened.one("/words")) == opened.web.plain["site.test", "/words"]  # held
    assert plain_body(opened.one("/events")).startswith(b"data: tick\n\n")
    assert opened.one("/events").truncated == "time"
    assert opened.one("/from302").body_length == 0
    assert opened.one("/head", "HEAD").body_length == 0


def test_r5_text_is_not_turned_into_another_encoding(opened):
    assert plain_body(opened.one("/latin")) == "привет, архив: точные байты".encode("cp1251")


@on_loop
async def test_r6_a_body_with_fewer_bytes_than_the_page_was_given_is_marked():
    tape = Tape("context")
    session = Session(None, "1")  # type: ignore[arg-type]
    asked = {"requestId": "1", "request": {"url": "http://a.test/", "method": "GET", "headers": {}}, "wallTime": 0.0, "type": "Fetch"}
    tape.hear(session, "Network.requestWillBeSent", asked)
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\n"
    received = {"requestId": "1", "statusCode": 200, "headers": {"Content-Type": "text/plain", "Content-Length": "6"}, "headersText": head}
    tape.hear(session, "Network.responseReceivedExtraInfo", received)
    pause = Pause({"request": {"url": "http://a.test/", "headers": {}}, "responseStatusCode": 200, "responseHeaders": []}, Wire())
    pause.body.append(b"abc")
    tape.request("1").pauses.append(pause)
    tape.hear(session, "Network.dataReceived", {"requestId": "1", "dataLength": 6})
    tape.hear(session, "Network.loadingFinished", {"requestId": "1"})
    made = assemble(tape, Wayside(lambda *_: None, lambda *_: None, {}))
    assert made.seen[0].exchange.truncated == "unspecified"
    assert made.cut == ["http://a.test/"]


def test_r7_fragments_of_a_film_are_no_exchange_and_are_asked_for_whole(opened):
    assert opened.visits[0].fragments == ("https://site.test/film.webm",)
    assert not [one for one in opened.exchanges if one.status == 206]
    assert [line.request.headers["range"] for line in opened.web.server.heard("/film.webm")]


def test_r8_open_streams_do_not_keep_a_page_open(opened):
    information = opened.information()
    assert information["behaviour"]["quiet"] is True
    assert information["behaviour"]["scroll"]["stopped"] == "the end of the page"
    assert information["eventStreams"][0]["messages"] > 3
    assert [frame["data"] for frame in information["webSockets"][0]["frames"]] == ["hello", "hello"]


def test_r9_a_second_visit_asks_for_everything_again(opened):
    first, second = (Counter(one.exchange.url for one in visit.parts) for visit in opened.visits)
    assert first == second
    assert b"\r\nCookie: " not in opened.visits[1].document[0].request


def test_r10_a_body_without_its_coding_has_a_head_that_says_so(opened):
    one = opened.one("/words")
    assert one.framing == "decoded"
    record = block.response(one)
    assert b"X-Archive-Orig-content-encoding: br\r\n".lower() in record.head.lower()
    assert b"\r\nContent-Encoding" not in record.head
    assert re.search(rb"\r\nContent-Length: (\d+)\r\n\r\n$", record.head)[1] == str(len(opened.web.plain["site.test", "/words"])).encode()
    assert block.response(opened.one("/latin")).head == opened.one("/latin").head


@on_loop
async def test_r11_a_service_worker_answers_nothing_in_the_servers_place(server_tls, ca_bundle):
    web = LoopbackServer(tls=server_tls("site.test"))
    script = """navigator.serviceWorker.register('/sw.js'); navigator.serviceWorker.ready
      .then(() => new Promise(done => setTimeout(done, 500))).then(() => fetch('/who')).then(a => a.text()).then(t => document.title = t)"""
    worker = "oninstall = () => skipWaiting(); onactivate = e => e.waitUntil(clients.claim());"
    web.routes["*", "/"] = page(f"<title>none</title><p>text<script>{script}</script>")
    web.routes["*", "/sw.js"] = page(f"{worker} onfetch = e => e.respondWith(new Response('the worker'))", media_type="text/javascript")
    web.routes["*", "/who"] = page("the server", media_type="text/plain")
    await web.start()
    network = Network(connect_to={"*:443": f"127.0.0.1:{web.port}"}, ca_bundle=str(ca_bundle), per_host=PerHost(6, 0.0))
    async with Tier(Browser(), network) as tier:
        seen = await tier.visit("https://site.test/")
    await web.stop()
    assert seen.shown["title"] == "the server"
    assert [plain_body(one.exchange) for one in seen.parts if one.exchange.url.endswith("/who")] == [b"the server"]
    assert b"bypassed" in seen.derived[0].data


def test_r12_every_request_says_the_same_of_who_asks(opened):
    for request in opened.web.sent():
        agent = request.headers["user-agent"]
        assert "archiver/" in agent, request.path
        assert "headless" not in request.raw.decode("latin-1").lower(), request.path
        assert request.headers["accept-language"].startswith("en-US,en"), request.path


def test_r13_sockets_and_other_sites_on_loopback_are_reached(opened):
    assert opened.information()["webSockets"][0]["status"] == 101
    assert plain_body(opened.one("/put", "PUT")) == b"put away"
    assert opened.one("/put", "OPTIONS").status == 204
    assert opened.one("/frame").status == 200


@on_loop
async def test_messages_of_a_socket_are_noted_whole(server, monkeypatch):
    large, many = ("كلمة " * 9000).encode(), [f"message {n}" for n in range(400)]
    frames = [b"\x81\x7f" + len(large).to_bytes(8, "big") + large, b"\x82\x03\x00\xff\x80"]
    frames += [b"\x81%c%s" % (len(one), one.encode()) for one in many]
    script = "let n = 0; new WebSocket(`ws://${location.host}/socket`).onmessage = () => { if (++n === 402) fetch('/got') }; fetch('/hold')"

    async def hold(_):
        while not server.heard("/got"):  # noqa: ASYNC110 - the page is open until it has got them all
            await asyncio.sleep(0.01)
        return page("")

    server.routes["*", "/hold"] = hold
    server.routes["*", "/"] = page(f"<title>Socket</title>words<script>{script}</script>")
    server.routes["*", "/socket"] = socket_of(b"".join(frames))
    network = Network(connect_to={"*:80": f"127.0.0.1:{server.port}"}, per_host=PerHost(6, 0.0))
    for room, noted in ((8 << 20, 402), (1000, 1)):
        monkeypatch.setattr(tapes, "SOCKETS", room)
        server.log.clear()
        async with Tier(Browser(consent="leave"), network) as tier:
            seen = await tier.visit("http://site.test/")
        (told,) = json.loads(seen.derived[0].data)["webSockets"]
        assert (told["messages"], len(told["frames"])) == (402, noted)
        first = told["frames"][0]
        assert first == {"way": "received", "opcode": 1, "data": large.decode()[:room]} | ({"length": 45000} if noted == 1 else {})
        if noted > 1:
            assert told["frames"][1] == {"way": "received", "opcode": 2, "data": "AP+A"}
            assert [one["data"] for one in told["frames"][2:]] == many
        seen.close()


def test_what_was_made_of_the_page(opened):
    made = {one.kind: one for one in opened.visits[0].derived}
    assert list(made) == ["pageinfo", "view", "fullPage", "thumbnail", "text", "dom"]
    assert made["view"].data.startswith(b"\x89PNG")
    assert made["thumbnail"].data.startswith(b"\xff\xd8")
    assert "words that a script wrote" in made["text"].data.decode()
    assert b"words that a script wrote" in made["dom"].data
    width, height = (int.from_bytes(made["fullPage"].data[at : at + 4], "big") for at in (16, 20))
    assert (width, height > 8000) == (1280, True)
    assert opened.information()["counts"]["loaded"] == 40


@on_loop
async def test_a_page_that_hangs_costs_its_time_and_the_next_one_opens(server):
    server.routes["*", "/hangs"] = page("<title>Hangs</title>words<img src=/dot><script>setTimeout(() => { while (true); }, 200)</script>")
    server.routes["*", "/good"] = page("<title>Good</title>words")
    endless = Drip(b"more and more of it " * 100_000, 20, 0.05)
    server.routes["*", "/endless"] = [Send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"), endless]
    server.routes["*", "/asks"] = page("<title>Asks</title>words<script>fetch('/endless').then(a => a.text())</script>")
    network = Network(connect_to={"*:80": f"127.0.0.1:{server.port}"}, per_host=PerHost(6, 0.0))
    async with Tier(Browser(deadline=10.0, tabs=3), network) as tier:
        hangs, good, asks = await asyncio.gather(*(tier.visit(f"http://site.test/{path}") for path in ("hangs", "good", "asks")))
        after = await tier.visit("http://site.test/good")
    assert hangs.hung
    assert hangs.failure == "the page answered no more"
    assert [one.status for one in hangs.document] == [200]
    assert (good.shown["title"], after.shown["title"]) == ("Good", "Good")
    (cut,) = [one.exchange for one in asks.parts if one.exchange.url.endswith("/endless")]
    assert cut.truncated == "time"
    assert asks.shown["title"] == "Asks"


@on_loop
async def test_a_browser_killed_under_its_pages_costs_none_of_them(server):
    server.routes["*", "/page"] = page("<title>Here</title>words<script>fetch('/slow')</script>")
    server.routes["*", "/slow"] = [Send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"), Drip(b"ok", 1, 0.3)]
    network = Network(connect_to={"*:80": f"127.0.0.1:{server.port}"}, per_host=PerHost(6, 0.0))
    groups = set()
    async with Tier(Browser(deadline=20.0), network) as tier:

        async def kill() -> None:
            asked = 0
            for _ in range(2):
                while len(server.heard("/slow")) == asked:  # noqa: ASYNC110 - until a page is open that still waits for an answer
                    await asyncio.sleep(0.01)
                asked = len(server.heard("/slow"))
                for running in tier.browsers():
                    groups.add(running.browser.pid)
                    running.browser.kill()

        killer = asyncio.create_task(kill())
        seen = await asyncio.gather(*(tier.visit(f"http://site.test/page?{n}") for n in range(4)))
        await killer
        groups |= {running.browser.pid for running in tier.browsers()}
    assert [one.shown.get("title") for one in seen] == ["Here"] * 4
    assert tier.deaths > 0
    assert [processes(group) for group in groups] == [[]] * len(groups)


@on_loop
async def test_a_browser_that_uses_too_much_memory_is_ended(server, monkeypatch):
    monkeypatch.setattr(visiting, "LOAD", 3600.0)  # no patience ends: the browser's end is noticed itself
    server.routes["*", "/"] = page("<title>Small</title>words")
    network = Network(connect_to={"*:80": f"127.0.0.1:{server.port}"}, per_host=PerHost(6, 0.0))
    server.routes["*", "/big"] = page(
        "<title>Big</title><img src=/slow><script>const all = []; setInterval(() => all.push(new Uint8Array(5e7).fill(7)), 20)</script>"
    )
    server.routes["*", "/slow"] = [Sleep(3600)]
    async with Tier(Browser(deadline=3600.0, memory=700 << 20), network) as tier:
        big = await tier.visit("http://site.test/big")
        small = await tier.visit("http://site.test/")
    assert big.hung
    assert "more than 700 MiB" in big.failure or "process died" in big.failure
    assert small.shown["title"] == "Small"


@on_loop
async def test_what_the_guard_refuses_stands_in_the_records_with_its_reason(server):
    server.routes["site.test", "/"] = page(
        "<title>Page</title>words<img src=http://127.0.0.1:9/x.png><img src=http://nowhere.invalid/y.png>"
    )
    network = Network(connect_to={"site.test:80": f"127.0.0.1:{server.port}"}, per_host=PerHost(6, 0.0))
    async with Tier(Browser(), network) as tier:
        seen = await tier.visit("http://site.test/")
        refused = await tier.visit("http://127.0.0.1:1234/")
    errors = {one.exchange.url: (one.exchange.status, one.exchange.error) for one in seen.parts}
    assert errors["http://nowhere.invalid/y.png"] == (None, "dns_error")
    assert errors["http://127.0.0.1:9/x.png"][0] is None
    assert [one.error for one in refused.document] == ["refused_address"]
    assert "not a public address" in refused.document[0].error_text


@on_loop
async def test_without_a_browser_one_line_says_so(tmp_path):
    async with Tier(Browser(binary=str(tmp_path / "none")), Network()) as tier:
        with pytest.raises(NoBrowser, match="no program that can be run"):
            await tier.visit("http://site.test/")


@on_loop
async def test_a_latin_1_header_keeps_its_byte_and_cookies_of_a_profile_are_left_out(server, tmp_path):
    server.routes["*", "/"] = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Name: caf\xe9\r\nX-Other: caf\xc3\xa9\r\nSet-Cookie: secret=1\r\n"
        b"X-Last: 1\r\nContent-Length: 33\r\n\r\n<title>T</title>words<img src=/p>"
    )
    network = Network(connect_to={"*:80": f"127.0.0.1:{server.port}"}, per_host=PerHost(6, 0.0))
    async with Tier(Browser(), network) as tier:
        seen = await tier.visit("http://site.test/")
    lines = seen.document[0].head.split(b"\r\n")
    assert b"X-Name: caf\xe9" in lines
    assert b"X-Other: caf\xc3\xa9" in lines
    assert b"X-Last: 1" in lines

    async with Tier(Browser(profile=str(tmp_path)), network) as tier:
        seen = await tier.visit("http://site.test/")
    assert b"secret=1" not in seen.document[0].head
    assert b"X-Archive-Left-Out: Set-Cookie" in seen.document[0].head.split(b"\r\n")
    assert [one.exchange.request for one in seen.parts if b"Cookie" in one.exchange.request] == []


BANNER = """<!doctype html><title>Banner</title><p>Words of the page</p><div id="cookie-banner" class="cookie-consent"
 style="position:fixed;bottom:0;left:0;right:0;background:#ccc;padding:20px;z-index:9999"><p>We use cookies and similar technologies to
 personalise content and ads. You can accept or reject all cookies.</p>
 <button onclick="document.title='accepted';this.parentNode.remove()">Accept all</button>
 <button onclick="document.title='declined';this.parentNode.remove();fetch('/declined')">Reject all</button></div><script>fetch('/wait')</script>"""


@on_loop
async def test_a_consent_banner_is_declined_or_left_alone_as_configured(server):
    async def wait(_):
        while consent == "opt-out" and not server.heard("/declined"):  # noqa: ASYNC110 - the page is not done before that
            await asyncio.sleep(0.01)
        return page("")

    server.routes["*", "/"] = page(BANNER)
    server.routes["*", "/wait"] = wait
    network = Network(connect_to={"*:80": f"127.0.0.1:{server.port}"}, per_host=PerHost(6, 0.0))
    for consent, title in (("opt-out", "declined"), ("leave", "Banner")):
        async with Tier(Browser(consent=consent), network) as tier:
            seen = await tier.visit("http://site.test/")
        assert seen.shown["title"] == title
        told = json.loads(seen.derived[0].data)["behaviour"]["consent"]
        assert "popupFound" in [one[0] for one in told] if consent == "opt-out" else told == "left alone"


@on_loop
async def test_a_profiles_cookies_are_used_and_not_written_down(server, tmp_path):
    def who(request):
        return page(f"<title>{request.headers.get('cookie', 'nobody')}</title>words", headers=[("Set-Cookie", "fresh=1")])

    server.routes["*", "/"] = who
    cookie = {"name": "login", "value": "person", "domain": "site.test", "path": "/", "expires": time.time() + 86400}
    while not any(b"site.test" in file.read_bytes() for file in tmp_path.rglob("Cookies")):  # written at an orderly end, which it may miss
        async with launched(binary.find(), profile=tmp_path) as browser:
            await browser.root.call("Storage.setCookies", cookies=[cookie])
    network = Network(connect_to={"*:80": f"127.0.0.1:{server.port}"}, per_host=PerHost(6, 0.0))
    for store, kept in ((False, False), (True, True)):
        async with Tier(Browser(profile=str(tmp_path), store_cookies=store), network) as tier:
            seen = await tier.visit("http://site.test/")
        assert seen.shown["title"] == "login=person"
        assert (b"person" in seen.document[0].request, b"fresh" in seen.document[0].head) == (kept, kept)


async def listening(port: int) -> None:
    """Wait until a server accepts connections."""
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


@on_loop
async def test_http_2_is_written_as_a_reader_of_warc_reads_it_and_said_to_be_h2(authority, ca_bundle, tmp_path):
    leaf = tmp_path / "leaf.pem"
    authority.issue_cert("site.test").private_key_and_cert_chain_pem.write_to_path(str(leaf))
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "index.html").write_text("<!doctype html><title>Two</title><p>words over a single connection</p>")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    scratch = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (tmp_path / "conf").write_text(
        f"{'user root; ' if os.geteuid() == 0 else ''}daemon off; pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ access_log off; types {{ text/html html; }} gzip on;"
        f" gzip_min_length 1; {scratch} server {{ listen 127.0.0.1:{port} ssl http2; ssl_certificate {leaf}; ssl_certificate_key {leaf};"
        f" root {tmp_path}/www; add_header Set-Cookie a=1; add_header Set-Cookie b=2; }} }}"
    )
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    server = await asyncio.create_subprocess_exec(nginx, "-c", str(tmp_path / "conf"), "-e", str(tmp_path / "log"))
    try:
        network = Network(connect_to={"*:443": f"127.0.0.1:{port}"}, ca_bundle=str(ca_bundle), per_host=PerHost(6, 0.0))
        await listening(port)
        async with Tier(Browser(), network) as tier:
            seen = await tier.visit("https://site.test/")
    finally:
        server.terminate()
        await server.wait()
    (document,) = seen.document
    assert (document.protocol, document.status, document.tls.verified) == ("h2", 200, True)
    assert document.head.startswith(b"HTTP/1.1 200 ")
    assert document.head.lower().count(b"set-cookie: ") == 2
    assert document.request.startswith(b"GET / HTTP/1.1\r\nHost: site.test\r\n")
    assert b"words over a single connection" in plain_body(document)
    fields = draft.hop(document).response.fields
    assert ("WARC-Protocol", "h2") in fields
