"""Every way known by which a page makes a browser talk to an address of its choice, and a canary that hears whoever comes.

The page stands on `site.test` over plain http (so that nothing is stopped for being mixed content), treated as a secure context by a flag.
The canary listens on TCP and UDP on loopback: an address that the guard refuses. Each vector has a path of its own, so a hit says which way.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections import Counter
from dataclasses import dataclass, field

from archiver.service.demo.server import LoopbackServer, page, redirect

SITE = "site.test"

MARKUP = """<!doctype html><html manifest="{c}/v-appcache"><head><meta charset=utf-8><title>Hostile</title>
<link rel=stylesheet href="{c}/v-stylesheet"><link rel=icon href="{c}/v-icon"><link rel=manifest href="{c}/v-manifest">
<link rel=prefetch href="{c}/v-prefetch"><link rel=preload as=image href="{c}/v-preload"><link rel=modulepreload href="{c}/v-modulepreload">
<link rel=preconnect href="{p}"><link rel=dns-prefetch href="{c}">
<style>@import url("{c}/v-css-import"); @font-face {{ font-family: x; src: url("{c}/v-font") }} h1 {{ font-family: x }}
  p {{ background: url("{c}/v-background"); cursor: url("{c}/v-cursor"), auto; list-style-image: url("{c}/v-list") }}</style>
<script type=speculationrules>{{"prefetch": [{{"source": "list", "urls": ["{c}/v-speculation"], "eagerness": "immediate"}}]}}</script>
<script type=speculationrules>{{"prerender": [{{"source": "list", "urls": ["/rd?to={c}/v-prerender-redirect"], "eagerness": "immediate"}}]}}
</script></head><body background="{c}/v-body-background"><h1>words</h1><p>words to read</p>
<img src="{c}/v-img"><img srcset="{c}/v-srcset 1x"><picture><source srcset="{c}/v-picture"><img></picture>
<script src="{c}/v-script"></script><script type=module src="{c}/v-module"></script>
<iframe src="{c}/v-iframe"></iframe><iframe srcdoc="<img src='{c}/v-srcdoc'>"></iframe>
<iframe src="data:text/html,<meta http-equiv=refresh content='0;url={c}/v-refresh'>"></iframe>
<object data="{c}/v-object"></object><embed src="{c}/v-embed">
<video src="{c}/v-video" poster="{c}/v-poster" autoplay muted></video><audio src="{c}/v-audio" autoplay></audio>
<video><source src="{c}/v-source"><track src="{c}/v-track" default></video>
<input type=image src="{c}/v-input"><svg><image href="{c}/v-svg"></image><use href="{c}/v-use#a"></use></svg>
<img src="/rd?to={c}/v-redirect-img"><script src="/rd?to={c}/v-redirect-script"></script><iframe src="/rd?to={c}/v-redirect-frame"></iframe>
<form id=f method=post action="{c}/v-form" target=formed><input name=a value=1></form><iframe name=formed></iframe>
<a id=ping href="#x" ping="{c}/v-ping">x</a><script src=/hostile.js></script></body></html>"""

SCRIPT = """
const c = '{c}', ws = '{w}';
const quiet = what => {{ try {{ const made = what(); made && made.catch && made.catch(() => 0); return made; }} catch (e) {{ }} }};
quiet(() => fetch(c + '/v-fetch', {{mode: 'no-cors'}}));
quiet(() => fetch(c + '/v-keepalive', {{mode: 'no-cors', keepalive: true, method: 'POST', body: 'x'}}));
quiet(() => fetch('/rd?to=' + c + '/v-redirect-fetch', {{mode: 'no-cors'}}));
quiet(() => {{ const x = new XMLHttpRequest(); x.open('GET', c + '/v-xhr'); x.send(); }});
quiet(() => navigator.sendBeacon(c + '/v-beacon', 'x'));
quiet(() => new EventSource(c + '/v-eventsource'));
quiet(() => new WebSocket(ws + '/v-websocket'));
quiet(() => import(c + '/v-import'));
quiet(() => new Worker('/worker.js')); quiet(() => new SharedWorker('/shared.js'));
quiet(() => navigator.serviceWorker.register('/sw.js'));
quiet(() => new Image().src = c + '/v-image');
quiet(() => window.open(c + '/v-open'));
quiet(() => document.getElementById('f').submit()); quiet(() => document.getElementById('ping').click());
quiet(() => new WebTransport('https://127.0.0.1:{u}/v-webtransport'));
quiet(() => {{
  const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{u}'}},
    {{urls: 'turn:127.0.0.1:{t}?transport=tcp', username: 'a', credential: 'b'}},
    {{urls: 'turn:127.0.0.1:{u}?transport=udp', username: 'a', credential: 'b'}}]}});
  peer.createDataChannel('x'); peer.createOffer().then(offer => peer.setLocalDescription(offer));
}});
quiet(() => {{ const s = document.createElement('iframe'); s.src = "javascript:location='" + c + "/v-javascript'"; document.body.append(s); }});
quiet(() => new Audio(c + '/v-audio-object').load());
quiet(() => new FontFace('y', 'url(' + c + '/v-fontface)').load());
quiet(() => fetch('http://rebound.test:{t}/v-rebound', {{mode: 'no-cors'}}));
quiet(() => fetch('http://2130706433:{t}/v-decimal', {{mode: 'no-cors'}}));
quiet(() => fetch('http://[::ffff:127.0.0.1]:{t}/v-mapped', {{mode: 'no-cors'}}));
quiet(() => fetch('http://localhost:{t}/v-localhost', {{mode: 'no-cors'}}));
quiet(() => document.body.append(Object.assign(document.createElement('link'), {{rel: 'prefetch', href: c + '/v-late-prefetch'}})));
setTimeout(() => quiet(() => {{ location.hash = 'done'; }}), 200);
"""
WORKER = "fetch('{c}/v-{n}', {{mode: 'no-cors'}}).catch(() => 0); try {{ new WebSocket('{w}/v-{n}-websocket') }} catch (e) {{ }}"
VECTORS = sorted(set(re.findall(r"v-[a-z-]+", MARKUP + SCRIPT)) | {"v-worker", "v-shared", "v-sw", "v-worker-websocket"})


@dataclass(slots=True)
class Canary:
    """What was heard at the forbidden address: the vectors by their paths, and what came without one."""

    tcp: LoopbackServer
    udp: asyncio.DatagramTransport | None = None
    datagrams: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def hits(self) -> Counter[str]:
        found = Counter(line.path.lstrip("/") for line in self.tcp.log)
        if self.datagrams:
            found["datagrams"] = len(self.datagrams)
        silent = self.tcp.connections - len({line.connection for line in self.tcp.log})
        if silent > 0:
            found["silent connections"] = silent
        return found


class _Heard(asyncio.DatagramProtocol):
    def __init__(self, canary: Canary) -> None:
        self._canary = canary

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002
        self._canary.datagrams.append(data)


async def canary() -> Canary:
    """Start to listen."""
    made = Canary(LoopbackServer(fallback=page(b"canary")))
    await made.tcp.start()
    loop = asyncio.get_running_loop()
    made.udp, _ = await loop.create_datagram_endpoint(lambda: _Heard(made), local_addr=("127.0.0.1", 0), family=socket.AF_INET)
    made.port = made.udp.get_extra_info("sockname")[1]
    return made


def hostile_site(heard: Canary) -> LoopbackServer:
    """Return the server of the page, not yet running."""
    port = heard.tcp.port
    names = {"c": f"http://127.0.0.1:{port}", "p": f"http://127.0.0.1:{port}", "w": f"ws://127.0.0.1:{port}", "t": port, "u": heard.port}
    script = "text/javascript"
    routes = {
        ("*", "/"): page(MARKUP.format(**names)),
        ("*", "/hostile.js"): page(SCRIPT.format(**names), media_type=script),
        ("*", "/worker.js"): page(WORKER.format(n="worker", **names), media_type=script),
        ("*", "/shared.js"): page(WORKER.format(n="shared", **names), media_type=script),
        ("*", "/sw.js"): page("oninstall = () => skipWaiting();" + WORKER.format(n="sw", **names), media_type=script),
        ("*", "/rd"): lambda request: redirect(request.query.removeprefix("to=")),
    }
    return LoopbackServer(routes)
