"""Policy: who may ask what of which origin, and the headers that every answer carries.

Asking. The server only reads: GET and HEAD, nothing else. It keeps no session and sets no cookie, so there is none to steal, to forge or to
overflow. Browsers say who asks (`Sec-Fetch-*`, which pages cannot write); programs that are no browsers say nothing and may ask.

    Host            one of ours, port included; any other: 421 (DNS rebinding)
    Origin          where it stands: the origin that is asked; any other: 403. `null` too: a sandboxed page has no business here
    Sec-Fetch-Site  `same-origin` or `none`. From elsewhere only whole pages: a link may lead to the dashboard (dest `document`), and the
                    dashboard may frame a capture (dest `iframe`, or `document` of an old browser, which gets the refusal below)
    Sec-Fetch-Dest  `document` on a capture's origin: 403. An archived page is shown inside the dashboard or not at all, since provenance
                    stands there; `serviceworker` anywhere but at the player's own worker: 403

Answering, by what was measured in Chromium (reliability A4: 32 ways out, 4 navigations).
  * A rendition has no script: `sandbox allow-same-origin` without `allow-scripts`, `script-src 'none'`. `allow-same-origin`, because an
    opaque origin's requests look like a stranger's (Sec-Fetch-Site: cross-site, Origin: null), and everything else could not be refused.
  * The player runs the archived scripts: no `ws:` or `wss:` (pywb and wabac leave them open), `connect-src 'self'`, no forms, no objects,
    `sandbox allow-scripts allow-same-origin`, which refuses popups and navigation of the top. It stands on every answer of that origin,
    errors and the worker included.
  * WebRTC is stopped by no CSP. `Connection-Allowlist` stops it in Chromium (measured in 156: without it 1 of the 37 is left, with it
    none; it stops all 33 channels even alone). Browsers that do not know it run scripts in the player only, which is the reader's choice.
  * What no policy of a page can refuse is navigation of its own frame; that is refused by the parent: the dashboard's `frame-src` names
    capture origins only.
  * `frame-ancestors` lets only the dashboard frame a capture, and nobody frame the dashboard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archiver.replay import address

METHODS = frozenset({"GET", "HEAD"})
WORKER = "/sw.js"  # how the player's worker ends

COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), clipboard-read=(), display-capture=()",
}
# Chromium's answer to what CSP leaves open, WebRTC above all: a document may connect to where it came from, and to nothing else.
# (WICG; on in Chromium 156.) It refuses redirects too.
CONFINED = {"Connection-Allowlist": "(response-origin)"}
DASHBOARD = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src "
)
RAW = "sandbox; default-src 'none'; frame-ancestors 'none'"  # a stranger's bytes on our origin: nothing of them may run or load
RENDITION = (
    "sandbox allow-same-origin; default-src 'none'; script-src 'none'; style-src 'self' 'unsafe-inline' data:; img-src 'self' data:; "
    "font-src 'self' data:; media-src 'self' data:; frame-src 'self'; connect-src 'none'; object-src 'none'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self' "
)
PLAYER = (
    "sandbox allow-scripts allow-same-origin; default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "connect-src 'self' data: blob:; worker-src 'self' blob:; frame-src 'self' blob: data:; object-src 'none'; form-action 'none'; "
    "base-uri 'self'; "
    "frame-ancestors 'self' "
)


def dashboard(frames: Sequence[str] = ()) -> str:
    """Return the policy of a page of ours; one that shows a capture frames that capture's origin alone, any other frames nothing."""
    return DASHBOARD + (" ".join(frames) or "'none'")


def confined(origin: str) -> dict[str, str]:
    """Return the same for an answer of a worker, which comes from nowhere; workers send their pages on to their other addresses."""
    return {"Connection-Allowlist": f'("{origin}/*");redirects=allow'}


def ancestors(port: int) -> str:
    """Return the dashboard's origins, as `frame-ancestors` names them."""
    return " ".join(f"http://{host}" for host in sorted(address.dashboards(port)))


def refusal(headers: Mapping[str, str], method: str, path: str, port: int) -> tuple[int, str] | None:
    """Return status and reason where a request may not be answered, None where it may. `headers` by lower-case name."""
    host = headers.get("host", "").lower()
    capture = address.capture_of(host, port)
    if capture is None and host not in address.dashboards(port):
        return 421, "this server answers for localhost and its captures only"
    if method not in METHODS:
        return 405, "this archive is read-only"
    origin, site, destination = headers.get("origin"), headers.get("sec-fetch-site"), headers.get("sec-fetch-dest", "")
    if origin is not None and origin.lower() != f"http://{host}":
        return 403, "another origin asks"
    if capture is not None and destination == "document":
        return 403, "a captured page is shown inside the dashboard only"
    whole = {"iframe", "frame"} if capture is not None else {"document"}
    if site not in (None, "same-origin", "none") and destination not in whole:
        return 403, "another site asks"
    if (destination == "serviceworker" or "service-worker" in headers) and not (capture and path.endswith(WORKER)):
        return 403, "no worker of an archived page runs here"
    return None
