"""Player: full fidelity on request, by ReplayWeb.page (AGPL-3.0), a separate and unmodified asset, on the capture's own host.

    …/player/                   a page of ours that opens the capture in it
    …/player/ui.js              the asset                              …/player/replay/engine.js   its service worker, the asset
    …/player/replay/sw.js       a worker of ours that loads it, and     …/player/capture.wacz      the capture, by `packed`
                                puts our policy on all it answers

The archived scripts run here, and their pages are answers of the worker, not of the server: the worker's own policy leaves `ws:` and `wss:`
open (measured: a WebSocket gets out of pywb and wabac), and no CSP stops WebRTC. So our worker sets, on every answer, the player's CSP and
`Connection-Allowlist`, which Chromium enforces for WebRTC too (measured in 156: 37 of 37 ways out without, 0 with them).
"""

from __future__ import annotations

import html
import json
from collections import OrderedDict
from collections.abc import Callable
from importlib.resources import files
from importlib.resources.abc import Traversable
from threading import Lock
from typing import IO
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from archiver.errors import NotArchived
from archiver.replay import media, placeholder, policy
from archiver.replay.answers import Answers
from archiver.replay.library import Library
from archiver.replay.packed import pack

KEPT = 4  # packed captures that stay on the disk
MISSING = (
    "Full-fidelity replay needs ReplayWeb.page (AGPL-3.0), which is not installed here.",
    "In a checkout: run  sh .ci/assets  (it needs npm) and start the server again. From a package: install its wheel again.",
)
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Full-fidelity replay</title>
<style>html,body,replay-web-page{{margin:0;height:100%;display:block}}</style>
<script src="{prefix}ui.js"></script></head>
<body><template><replay-web-page source="{prefix}capture.wacz" url="{url}" ts="{stamp}" embed="replayonly" deepLink="false"
 replayBase="{prefix}replay/"></replay-web-page></template>
<script>
// The worker first, then the element: a frame that is asked for before the worker has taken over shows nothing.
navigator.serviceWorker.register('{prefix}replay/sw.js?serveIndex=1', {{ scope: '{prefix}replay/' }}).then(registration => {{
  const worker = registration.installing || registration.waiting || registration.active
  return worker.state === 'activated' || new Promise(done => {{
    worker.addEventListener('statechange', () => worker.state === 'activated' && done())
  }})
}}).finally(() => document.body.append(document.querySelector('template').content))
</script></body></html>
"""
WORKER = """// Loads ReplayWeb.page's worker, and sets our policy on everything that it answers: see archiver/replay/player.py.
const POLICY = %s
if (self.FetchEvent) {  // the interface starts the same file as a plain worker too, to read the WACZ
  const answer = FetchEvent.prototype.respondWith
  FetchEvent.prototype.respondWith = function (made) { return answer.call(this, Promise.resolve(made).then(confined)) }
}
function confined(made) {
  if (!(made instanceof Response) || made.status < 200 || (made.status >= 300 && made.status < 400)) return made
  const headers = new Headers(made.headers)
  for (const name of ['Refresh', 'Link', 'Clear-Site-Data', 'Content-Security-Policy-Report-Only']) headers.delete(name)
  for (const [name, value] of Object.entries(POLICY)) headers.set(name, value)
  const empty = [204, 205, 304].includes(made.status)
  return new Response(empty ? null : made.body, { status: made.status, statusText: made.statusText, headers })
}
importScripts('engine.js')
"""
# The frame may be asked for before the worker has taken over; it answers when it has. At most 50 times, since some browsers never let it.
AGAIN = """<script>
const tries = Number(sessionStorage.tries || 0)
if (tries < 50) setTimeout(() => { sessionStorage.tries = tries + 1; location.reload() }, 100)
</script>"""


ASSET = files("archiver") / "assets" / "replaywebpage"


class Player:
    """The routes of full-fidelity replay; `answers` says what a request's capture may show, `port` where the dashboard is."""

    def __init__(self, library: Library, answers: Callable[[Request], Answers], port: int, asset: Traversable = ASSET) -> None:
        self.library, self.answers, self.asset = library, answers, asset
        self.headers = {"Content-Security-Policy": policy.PLAYER + policy.ancestors(port)}
        self._packed: OrderedDict[tuple[str, str], IO[bytes]] = OrderedDict()
        self._lock = Lock()

    def routes(self, below: str) -> list[Route]:
        """Return the routes below a snapshot's path."""
        paths = {"": self.page, "ui.js": self.interface, "replay/sw.js": self.worker, "replay/engine.js": self.engine}
        paths |= {"capture.wacz": self.capture, "replay/{rest:path}": self.waiting}
        return [Route(f"{below}/player/{path}", endpoint) for path, endpoint in paths.items()]

    def page(self, request: Request) -> Response:
        """Answer the page that opens the capture in the player."""
        answers = self.answers(request)
        if not (self.asset / "ui.js").is_file():
            return HTMLResponse(placeholder.page("Not installed", *MISSING), 503)
        if answers.answer is None:
            raise NotArchived(f"{answers.capture['url']}: nothing was captured that could be played")
        position = answers.answer.position
        stamp = "".join(c for c in position["date"][:19] if c in "0123456789")
        prefix = f"/{quote(answers.view.name)}/player/"
        text = PAGE.format(prefix=html.escape(prefix), url=html.escape(position["url"]), stamp=stamp)
        return HTMLResponse(text, headers=self.headers)

    def interface(self, request: Request) -> Response:
        """Answer the asset's interface."""
        return self._asset(request, "ui.js")

    def engine(self, request: Request) -> Response:
        """Answer the asset's service worker."""
        return self._asset(request, "sw.js")

    def worker(self, request: Request) -> Response:
        """Answer our worker."""
        self.answers(request)
        origin = f"http://{request.headers['host']}"
        made = WORKER % json.dumps({**self.headers, **policy.confined(origin)})
        return Response(made, media_type="text/javascript", headers=self.headers)

    def waiting(self, request: Request) -> Response:
        """Answer what the worker should have answered."""
        self.answers(request)
        return HTMLResponse(placeholder.page("The player starts", "It needs a browser with service workers.") + AGAIN, headers=self.headers)

    def capture(self, request: Request) -> Response:
        """Answer the capture as a WACZ, in ranges."""
        answers = self.answers(request)
        key = (answers.view.name, answers.digits)
        with self._lock:
            file = self._packed.get(key) or pack(self.library, answers)
            self._packed[key] = file
            self._packed.move_to_end(key)
            while len(self._packed) > KEPT:
                self._packed.popitem(last=False)[1].close()
            return media.ranged(file, media.wanted(request.headers), "application/wacz", self.headers)

    def _asset(self, request: Request, name: str) -> Response:
        self.answers(request)
        file = self.asset / name
        if not file.is_file():
            raise NotArchived(" ".join(MISSING))
        return Response(file.read_bytes(), media_type="text/javascript", headers={**self.headers, **media.KEPT})
