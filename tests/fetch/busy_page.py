"""A page that asks for everything a page can ask for, some ninety requests, and the small web that answers and knows what it said.

Hosts: `site.test` and `third.test` over TLS, both by one server. `plain` has, for each path, the body as the page should get it, content coding
undone. The server's log is the ground truth of what was sent.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from ssl import SSLContext

import brotli

from archiver.config import Network, PerHost
from archiver.fetch.exchange import Exchange
from archiver.service.demo.picture import png
from archiver.service.demo.server import Answer, Close, LoopbackServer, Repeat, Request, Send, Sleep, chunked, page, redirect

SITE, THIRD = "site.test", "third.test"
CORS = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "PUT"), ("Access-Control-Allow-Headers", "x-mine")]
WORDS = " ".join(random.Random(3).choices(["record", "body", "café", "привет", "مقال"], k=9000))
CYRILLIC = "привет, архив: точные байты".encode("cp1251")
SOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

INDEX = """<!doctype html><html lang=en><meta charset=utf-8><title>Busy page</title><link rel=stylesheet href=/s.css><link rel=icon href=/icon.png>
<body><h1>Busy</h1><p id=words></p><div id=lazy></div><iframe src=https://third.test/frame></iframe><video src=/film.webm preload=auto></video>
<div id=feed></div><div id=end style="height:20px"></div><script src=/app.js></script>"""
APP = """
document.cookie = 'script=1';
const get = (url, options) => fetch(url, options).then(answer => answer.arrayBuffer()).catch(() => 0);
get('/words').then(() => document.getElementById('words').textContent = 'words that a script wrote');
get('/json', {method: 'POST', body: JSON.stringify({a: 'é'}), headers: {'content-type': 'application/json'}});
const form = new FormData(); form.append('name', 'value'); form.append('other', 'ü'); get('/form', {method: 'POST', body: form});
get('/bytes', {method: 'POST', body: new Uint8Array([0, 255, 13, 10, 0, 128])});
get('https://third.test/put', {method: 'PUT', body: 'put', headers: {'x-mine': '1'}});
for (const code of [301, 302, 307]) get('/from' + code);
get('/latin'); get('/br.json'); get('/gz.txt'); get('/slow'); get('/deflate.txt'); get('/stream');
get('/head', {method: 'HEAD'}); get('/204'); get('/404'); get('/500'); get('/empty'); get('/large.bin');
get('/set').then(() => get('/echo'));
navigator.sendBeacon('/beacon', 'seen');
const source = new EventSource('/events'); source.onmessage = () => 0;
const socket = new WebSocket('wss://site.test/socket'); socket.onopen = () => socket.send('hello');
new Worker('/worker.js'); try { new SharedWorker('/shared.js'); } catch (e) { }
navigator.serviceWorker.register('/sw.js').catch(e => console.log(String(e)));
const lazy = document.getElementById('lazy');
const watcher = new IntersectionObserver(seen => seen.forEach(one => {
  if (one.isIntersecting) { watcher.unobserve(one.target); one.target.src = one.target.dataset.src; }
}));
for (let n = 0; n < 20; n++) {
  const one = document.createElement('img');
  one.dataset.src = '/lazy/' + n + '.png'; one.style = 'display:block;height:300px;width:40px'; lazy.append(one); watcher.observe(one);
}
let served = 0, busy = false;
new IntersectionObserver(async seen => {
  if (!seen.some(one => one.isIntersecting) || busy || served >= 4) return;
  busy = true;
  const items = await fetch('/feed/' + (served++) + '.json').then(answer => answer.json());
  for (const item of items) {
    const one = document.createElement('img'); one.src = item; one.style = 'display:block;height:400px;width:40px';
    document.getElementById('feed').append(one);
  }
  busy = false;
}, {rootMargin: '100px'}).observe(document.getElementById('end'));
setInterval(() => { const end = document.getElementById('end'); end.remove(); document.body.append(end); }, 300);
"""


@dataclass(slots=True)
class BusyWeb:
    """The page's web: a server, and what it says under each path, decoded."""

    server: LoopbackServer
    plain: dict[tuple[str, str], bytes] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        """A network whose every name is this server."""
        return Network(connect_to={"*:443": f"127.0.0.1:{self.server.port}"}, per_host=PerHost(6, 0.0), deadline=20.0, attempts=1)

    def sent(self) -> list[Request]:
        """What was asked for over HTTP; a socket is not."""
        return [line.request for line in self.server.log if line.path != "/socket"]

    def put(self, path: str, body: bytes, media_type: str, *, host: str = SITE, coding: str = "", **more: bool) -> None:
        """Serve a body under a path, in a content coding, in chunks where asked for."""
        self.plain[host, path.partition("?")[0]] = body
        coded = {"gzip": gzip.compress, "br": brotli.compress, "deflate": _deflate, "": bytes}[coding](body)
        headers = ([("Content-Encoding", coding)] if coding else []) + (CORS if host == THIRD else [])
        answer: Answer = page(coded, media_type=media_type, headers=headers)
        if more.get("chunks"):
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nTransfer-Encoding: chunked\r\n{lines}\r\n".encode()
            answer = [Send(head + chunked(coded[:10], coded[10:]))]
        self.server.routes[host, path] = answer


def _deflate(data: bytes) -> bytes:
    import zlib  # noqa: PLC0415

    return zlib.compress(data)


def busy_web(tls: SSLContext, *, film: bytes = b"\x1aE\xdf\xa3" + bytes(2 << 20), large: int = 6 << 20) -> BusyWeb:
    """Return the web, not yet running."""
    web = BusyWeb(LoopbackServer(tls=tls))
    routes = web.server.routes
    for source, target in (("/start", "/moved"), ("/moved", "/")):
        routes[SITE, source] = redirect(target, "301 Moved Permanently")
    web.put("/", INDEX.encode(), "text/html; charset=utf-8", coding="gzip", chunks=True)
    web.put("/app.js", APP.encode(), "text/javascript", coding="br")
    web.put("/s.css", b"@import '/s2.css'; body { background: url(/back.png) }", "text/css")
    web.put("/s2.css", b"@font-face { font-family: F; src: url(/f.woff2) } h1 { font-family: F }", "text/css", coding="gzip")
    for n, path in enumerate(("/back.png", "/icon.png", *(f"/lazy/{n}.png" for n in range(20)))):
        web.put(path, png(path, 8, 8 + n), "image/png")
    web.put("/f.woff2", b"not a font", "font/woff2")
    for number in range(4):
        items = [f"/feed/{number}-{n}.png" for n in range(5)]
        web.put(f"/feed/{number}.json", json.dumps(items).encode(), "application/json", coding="gzip")
        for n, item in enumerate(items):
            web.put(item, png(item, 9 + number, 9 + n), "image/png")
    _texts(web, large)
    _methods(web)
    _workers(web)
    _frame(web)
    routes[SITE, "/film.webm"] = _ranged(film, "video/webm")
    web.plain[SITE, "/film.webm"] = film
    return web


def _texts(web: BusyWeb, large: int) -> None:
    routes = web.server.routes
    web.put("/words", WORDS.encode(), "text/plain; charset=utf-8", coding="br", chunks=True)
    web.put("/latin", CYRILLIC, "text/plain; charset=windows-1251")
    web.put("/br.json", json.dumps({"a": WORDS[:3000]}).encode(), "application/json", coding="br")
    web.put("/gz.txt", WORDS[:5000].encode(), "text/plain; charset=utf-8", coding="gzip")
    web.put("/deflate.txt", WORDS[:4000].encode(), "text/plain; charset=utf-8", coding="deflate")
    web.put("/empty", b"", "text/plain")
    web.put("/large.bin", random.Random(5).randbytes(large), "application/octet-stream")
    pieces = [f"piece {n}\n".encode() for n in range(6)]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    slow: list[Send | Sleep] = [Send(head)]
    for piece in pieces:
        slow += [Send(b"%X\r\n%s\r\n" % (len(piece), piece)), Sleep(0.1)]
    routes[SITE, "/slow"] = [*slow, Send(b"0\r\n\r\n")]
    web.plain[SITE, "/slow"] = b"".join(pieces)
    lines = b"".join(b'{"n": %d}\n' % n for n in range(500))
    routes[SITE, "/stream"] = page(lines, media_type="application/x-ndjson")
    web.plain[SITE, "/stream"] = lines
    for code, word in ((301, "Moved Permanently"), (302, "Found"), (307, "Temporary Redirect")):
        routes[SITE, f"/from{code}"] = redirect(f"/to{code}", f"{code} {word}")
        web.put(f"/to{code}", f"landed from {code}".encode(), "text/plain")


def _methods(web: BusyWeb) -> None:
    routes = web.server.routes
    for path in ("/json", "/form", "/bytes"):
        web.put(path, f"got {path}".encode(), "text/plain")
    routes[SITE, "/beacon"] = page(b"", "204 No Content")
    routes[SITE, "/204"] = b"HTTP/1.1 204 No Content\r\n\r\n"
    routes[SITE, "/head"] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 77\r\n\r\n"
    routes[SITE, "/404"], web.plain[SITE, "/404"] = page(b"nothing here", "404 Not Found"), b"nothing here"
    routes[SITE, "/500"], web.plain[SITE, "/500"] = page(b"broken", "500 Internal Server Error"), b"broken"
    cookies = [("Set-Cookie", "one=1; Path=/; HttpOnly"), ("Set-Cookie", "two=2; Path=/; Secure")]
    routes[SITE, "/set"], web.plain[SITE, "/set"] = page(b"set", headers=cookies), b"set"
    routes[SITE, "/echo"] = lambda request: page(request.headers.get("cookie", "").encode())
    routes[SITE, "/events"] = [
        Send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n"),
        Repeat(b"data: tick\n\n", every=0.2),
    ]
    routes[SITE, "/socket"] = socket(b"\x81\x05hello")
    web.put("/put", b"put away", "text/plain", host=THIRD)
    put = routes[THIRD, "/put"]
    routes[THIRD, "/put"] = lambda request: page(b"", "204 No Content", headers=CORS) if request.method == "OPTIONS" else put


def _workers(web: BusyWeb) -> None:
    web.put("/worker.js", b"importScripts('/imported.js'); fetch('/by-worker')", "text/javascript")
    web.put("/imported.js", b"self.imported = 1", "text/javascript")
    web.put("/by-worker", b"a worker's", "text/plain", coding="gzip")
    web.put("/shared.js", b"fetch('/by-shared')", "text/javascript")
    web.put("/by-shared", b"a shared worker's", "text/plain")
    web.put("/sw.js", b"self.oninstall = event => event.waitUntil(fetch('/by-sw'))", "text/javascript")
    web.put("/by-sw", b"a service worker's", "text/plain")


def _frame(web: BusyWeb) -> None:
    body = b"<!doctype html><title>Frame</title><link rel=stylesheet href=/f.css><img src=/f.png><script>fetch('/f.json')</script>framed"
    web.put("/frame", body, "text/html", host=THIRD, coding="gzip")
    web.put("/f.css", b"body { color: green }", "text/css", host=THIRD)
    web.put("/f.png", png("frame", 30, 5), "image/png", host=THIRD)
    web.put("/f.json", b"[1, 2]", "application/json", host=THIRD)


def socket(frames: bytes) -> Callable[[Request], Answer]:
    """Return an answer that opens a WebSocket, sends frames and closes after a second."""
    return lambda request: _opened(request, frames)


def _opened(request: Request, frames: bytes) -> Answer:
    accept = base64.b64encode(hashlib.sha1((request.headers["sec-websocket-key"] + SOCKET).encode()).digest()).decode()
    head = f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
    return [Send(head.encode()), Send(frames), Sleep(1.0), Close()]


def _ranged(data: bytes, media_type: str) -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        asked = request.headers.get("range", "")
        if not asked.startswith("bytes="):
            return page(data, media_type=media_type, headers=[("Accept-Ranges", "bytes")])
        first, _, last = asked[6:].partition("-")
        start, end = int(first), min(int(last or len(data) - 1), len(data) - 1)
        said = [("Content-Range", f"bytes {start}-{end}/{len(data)}"), ("Accept-Ranges", "bytes")]
        return page(data[start : end + 1], "206 Partial Content", media_type, said)

    return answer


def plain_body(exchange: Exchange) -> bytes:
    """Return the body of an exchange as the page got it."""
    return b"".join(exchange.body())
