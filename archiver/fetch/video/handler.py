"""Handler: yt-dlp's requests, sent by whoever records. The only module that speaks yt-dlp's networking, which is no public interface.

yt-dlp looks for a way to send among `RequestHandler`s; ours is the only one it is given, so nothing of it reaches a socket by another way:
the guard, the pace of each host, the trust roots, `connect_to` and the records hold for films as for everything else. A scheme that we do
not speak (ftp, file, wss) is refused by yt-dlp itself for want of a handler.

yt-dlp is synchronous and runs in a thread of its own; `ask` crosses to the event loop and blocks. It gives back an acknowledged capture:
what yt-dlp reads is on disk before. Retries are the fetcher's, so yt-dlp's own are turned off.
"""

from __future__ import annotations

import hashlib
import io
import urllib.request
from collections.abc import Callable
from email.message import Message
from typing import Any

from yt_dlp import YoutubeDL
from yt_dlp.networking import Request, RequestHandler, Response
from yt_dlp.networking.common import RequestDirector
from yt_dlp.networking.exceptions import HTTPError, RequestError, TransportError

from archiver.citation.platform import Target
from archiver.fetch.answer import read_body
from archiver.fetch.capture import Capture
from archiver.fetch.video.given import Given

MOST = 64 << 20  # bytes of one answer that are handed over: lists and segments; whole films go another way
UNSENT = frozenset({"accept-encoding", "content-length", "host", "cookie", "connection"})  # the transport's own business

Ask = Callable[[Target], Capture]  # from yt-dlp's thread; the capture is open, the caller closes it


class RecordingRH(RequestHandler):  # type: ignore[misc] # yt-dlp has no types
    """yt-dlp's requests through `ask`; `purpose` says what they are for, for the records."""

    _SUPPORTED_URL_SCHEMES = ("http", "https")
    RH_NAME = "archiver"

    def __init__(self, *, ask: Ask, **more: Any) -> None:
        super().__init__(**more)
        self.ask, self.purpose = ask, "info"

    def _check_extensions(self, extensions: dict[str, Any]) -> None:
        super()._check_extensions(extensions)
        for name in ("cookiejar", "timeout", "legacy_ssl", "keep_header_casing"):
            extensions.pop(name, None)

    def _send(self, request: Request) -> Response:
        jar = self._get_cookiejar(request)
        headers = {name: value for name, value in self._get_headers(request).items() if name.lower() not in UNSENT}
        if cookie := jar.get_cookie_header(request.url):
            headers["Cookie"] = cookie
        try:
            capture = self.ask(_target(request, headers, self.purpose))
        except Given as why:
            raise RequestError(str(why)) from why
        try:
            response = _response(capture, request.url)
        finally:
            capture.close()
        jar.extract_cookies(_Told(response.headers), urllib.request.Request(request.url))  # noqa: S310 - never opened: the jar asks for it
        if not 200 <= response.status < 300:
            raise HTTPError(response)
        return response


class _Told:
    """What a cookie jar wants of an answer."""

    def __init__(self, headers: Message) -> None:
        self._headers = headers

    def info(self) -> Message:
        """Return the header fields."""
        return self._headers


def _target(request: Request, headers: dict[str, str], purpose: str) -> Target:
    """Return a request as a target. What tells two requests for one address apart goes into its purpose, by which captures are found."""
    body = _bytes(request.data)
    ranged = next((value for name, value in headers.items() if name.lower() == "range"), "")
    marks = [purpose, *([request.method] if request.method != "GET" else []), *([ranged] if ranged else [])]
    if body:
        marks.append(hashlib.sha256(body).hexdigest()[:16])
    return Target(
        request.url, "requisite", "video", " ".join(marks), proof=False, headers=tuple(headers.items()), method=request.method, body=body
    )


def _bytes(data: Any) -> bytes:
    if data is None:
        return b""
    return data if isinstance(data, bytes) else data.read() if hasattr(data, "read") else b"".join(data)


def _response(capture: Capture, asked: str) -> Response:
    """Return what a capture's server answered. TransportError where it did not, or is not to be asked."""
    exchange = capture.exchange
    if exchange is None or exchange.status is None:
        raise TransportError(f"{capture.state}: {capture.reason}")
    body = read_body(exchange, MOST)
    if body.fault or body.cut:
        raise TransportError(body.fault or f"{asked}: the answer is not whole, or larger than {MOST:,} bytes")
    response = Response(io.BytesIO(body.data), exchange.url, {}, status=exchange.status, reason=exchange.reason or None)
    response.headers = Message()
    for name, value in exchange.headers:
        if name.lower() not in {"content-encoding", "content-length"}:
            response.headers.add_header(name, value)
    response.headers["Content-Length"] = str(len(body.data))
    return response


class Downloader(YoutubeDL):  # type: ignore[misc] # as above
    """A YoutubeDL that has `RecordingRH` and no other way out."""

    def __init__(self, params: dict[str, Any], ask: Ask) -> None:
        self._ask = ask
        super().__init__(params, auto_init=True)

    @property
    def _request_director(self) -> RequestDirector:
        if "archiver" not in self.__dict__:
            director = RequestDirector(logger=_Silent())
            director.add_handler(
                RecordingRH(ask=self._ask, logger=_Silent(), headers=self.params["http_headers"], cookiejar=self.cookiejar)
            )
            self.__dict__["archiver"] = director
        found: RequestDirector = self.__dict__["archiver"]
        return found

    @property
    def handler(self) -> RecordingRH:
        """The one handler."""
        found: RecordingRH = self._request_director.handlers[RecordingRH.RH_KEY]
        return found


class _Silent:
    """A logger for what nobody reads."""

    def stdout(self, *_: Any, **__: Any) -> None:
        """Say nothing."""

    to_screen = to_stdout = error = debug = warning = info = report_warning = stdout
