"""A page that tries every way out that is known: 32 channels, 4 navigations, WebRTC; and the sink that counts what arrives.

Written for the browser as it is: run without any protection, nearly all of it must arrive, or the harness proves nothing.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from archiver.service.demo.server import LoopbackServer, Request, page, running
from tests.replay.archived import png

MARKUP = {
    "img": '<img src="{out}">',
    "srcset": '<img srcset="{out} 1x">',
    "picture": '<picture><source srcset="{out}"><img alt=""></picture>',
    "stylesheet": '<link rel="stylesheet" href="{out}">',
    "css-import": '<style>@import "{out}";</style>',
    "css-background": '<div style="width:9px;height:9px;background:url({out})">x</div>',
    "font": '<style>@font-face{{font-family:leak;src:url({out})}}</style><p style="font-family:leak">text</p>',
    "script": '<script src="{out}"></script>',
    "module": '<script type="module" src="{out}"></script>',
    "iframe": '<iframe src="{out}"></iframe>',
    "object": '<object data="{out}" type="text/html"></object>',
    "embed": '<embed src="{out}" type="text/html">',
    "video": '<video src="{out}" preload="auto"></video>',
    "audio": '<audio src="{out}" preload="auto"></audio>',
    "poster": '<video poster="{out}"></video>',
    "track": '<video crossorigin="anonymous" src="data:video/mp4;base64,AAAA"><track default src="{out}" kind="subtitles"></video>',
    "input": '<input type="image" src="{out}">',
    "svg": '<svg width="9" height="9"><image href="{out}" width="9" height="9"/></svg>',
    "preload": '<link rel="preload" as="image" href="{out}">',
    "modulepreload": '<link rel="modulepreload" href="{out}">',
    "prefetch": '<link rel="prefetch" href="{out}">',
    "srcdoc": "<iframe srcdoc=\"<img src='{out}'>\"></iframe>",
}
SCRIPT = {  # `ping` goes to a fragment, whereupon a player that watches the address may leave out what comes after it
    "fetch": "fetch('{out}', {{mode: 'no-cors'}})",
    "xhr": "var x = new XMLHttpRequest(); x.open('GET', '{out}'); x.send()",
    "beacon": "navigator.sendBeacon('{out}', 'x')",
    "websocket": "new WebSocket('{out}'.replace('http', 'ws'))",
    "eventsource": "new EventSource('{out}')",
    "worker": "new Worker(URL.createObjectURL(new Blob([\"fetch('{out}', {{mode: 'no-cors'}})\"])))",
    "import": "import('{out}')",
    "ping": "var a = document.createElement('a'); a.href = '#p'; a.ping = '{out}'; document.body.append(a); a.click()",
    "javascript-url": "var f = document.createElement('iframe'); f.src = \"javascript:'<img src={out}>'\"; document.body.append(f)",
    "popup": "addEventListener('click', () => window.open('{out}')); setTimeout(() => window.open('{out}'), 1000)",
}
CHANNELS = {**MARKUP, **SCRIPT}
NAVIGATIONS = {
    "location": "<script>location = '{out}'</script>",
    "refresh": '<meta http-equiv="refresh" content="0;url={out}">',
    "form": '<form id="f" action="{out}"><input name="a" value="b"></form><script>f.submit()</script>',
    "link": '<a id="a" href="{out}" style="position:fixed;inset:0">x</a><script>a.click()</script>',
}
WEBRTC = (
    "<script>try {{ var p = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{udp}'}}]}}); p.createDataChannel('x'); "
    "p.createOffer().then(o => p.setLocalDescription(o)) }} catch (e) {{}}</script>"
)
ALL = len(CHANNELS) + len(NAVIGATIONS) + 1
FLAGS = [
    "--host-resolver-rules=MAP leak.test 127.0.0.1",
    "--allow-loopback-in-peer-connection",  # else ICE leaves loopback out, and would hide that it leaks
    "--disable-features=LocalNetworkAccessChecks,PrivateNetworkAccessRespectPreflightResults",  # as above, for requests
    "--disable-popup-blocking",
]


@dataclass(slots=True)
class Sink:
    """Everywhere that a page could reach: what arrived, by the name of its channel."""

    server: LoopbackServer
    udp: int = 0
    packets: int = 0
    got: set[str] = field(default_factory=set)

    def out(self, name: str) -> str:
        """Return the address that a channel tries to reach."""
        return f"http://leak.test:{self.server.port}/c/{name}"

    def channels(self, only: Container[str] = CHANNELS) -> str:
        """Return the page with all channels, or with some."""
        parts = [markup.format(out=self.out(name)) for name, markup in MARKUP.items() if name in only]
        # Each in a script of its own: a player rewrites scripts, and one that it breaks must not stop the others.
        lines = {name: script.format(out=self.out(name)) for name, script in SCRIPT.items() if name in only}
        parts += [f"<script>try {{ {line} }} catch (e) {{}}</script>" for line in lines.values()]
        ran = "<script>document.documentElement.dataset.ran = 1</script>"
        joined = "\n".join([*parts, WEBRTC.format(udp=self.udp), ran])
        return f"<!doctype html><html><head><title>hostile</title></head><body>{joined}</body></html>"

    def navigation(self, name: str) -> str:
        """Return a page that goes away."""
        return f"<!doctype html><html><head><title>leaving</title></head><body>{NAVIGATIONS[name].format(out=self.out(name))}</body></html>"

    def take(self) -> set[str]:
        """Return what has arrived since the last time."""
        got, self.got = self.got, set()
        got |= {"webrtc"} if self.packets else set()
        self.packets = 0
        return got


@contextmanager
def sink() -> Iterator[Sink]:
    """Run a sink on loopback: HTTP on one port, UDP on another."""
    server = LoopbackServer()
    made = Sink(server)

    def heard(request: Request) -> bytes:
        name = request.path.removeprefix("/c/")
        if request.path.startswith("/c/"):
            made.got.add(name)
        kind = "image/png" if name in ("img", "srcset", "picture", "css-background", "poster", "input", "svg") else "text/html"
        return page(png() if kind == "image/png" else b"", media_type=kind, headers=[("Access-Control-Allow-Origin", "*")])

    server.fallback = heard
    with running(server), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as packets:
        packets.bind(("127.0.0.1", 0))
        packets.settimeout(0.1)
        made.udp = packets.getsockname()[1]
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    packets.recv(2048)
                except TimeoutError:
                    continue
                made.packets += 1

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield made
        finally:
            over.set()
            thread.join()
