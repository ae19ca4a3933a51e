"""Offline: the records of one capture as the only network that a browser has.

Replay without rewriting: pages run as they were, scripts and all, against their own addresses, and whatever they ask for is answered by
the records that the manifest names for the capture, or not at all. It stands where the egress proxy's connections go (`Dialling`), so the
browser is sealed by the same flags, and no socket here leads out of the process: a connection is one end of a socket pair, the other end
is served here. TLS is ended with a certificate that ships with the package and proves nothing; the browser is told to accept it.

Kept of an archived head is everything that belongs to the page, its policies too. Dropped is what speaks about connections, to caches, or
to this browser's future (HSTS, Alt-Svc, reports). What is missing is a 404 that says so, and is counted.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

from archiver.replay.answers import Answers
from archiver.replay.library import Library, Stored
from archiver.url import without_fragment

KEY = Path(__file__).parents[1] / "service" / "demo" / "leaf.pem"
CARD = "http://card.invalid/"
HEAD = 256 << 10
BODY = 64 << 20  # bytes of a request that are read, to be thrown away
DROPPED = frozenset(
    {
        "alt-svc",
        "clear-site-data",
        "connection",
        "content-length",
        "expect-ct",
        "keep-alive",
        "nel",
        "public-key-pins",
        "report-to",
        "reporting-endpoints",
        "strict-transport-security",
        "transfer-encoding",
    }
)
MISSING = (
    b"HTTP/1.1 404 Not In Archive\r\nAccess-Control-Allow-Origin: *\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nnot in archive"
)
PREFLIGHT = (
    "HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: {}\r\nAccess-Control-Allow-Methods: *\r\n"
    "Access-Control-Allow-Headers: *, {}\r\nAccess-Control-Allow-Credentials: true\r\n\r\n"
)


class Offline:
    """Answers for one capture at a time (`answers`); `missing` are the URLs, in order, that nothing answered for."""

    def __init__(self, library: Library) -> None:
        self.answers: Answers | None = None
        self.missing: list[str] = []
        self._library = library
        self._tasks: set[asyncio.Task[None]] = set()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(KEY)

    def turn(self, answers: Answers) -> None:
        """Answer for another capture from now on."""
        self.answers, self.missing = answers, []

    async def tunnel(self, host: str, port: int) -> asyncio.Transport:
        """Return a connection to what the records hold of a host."""
        near, far = socket.socketpair()
        near.setblocking(False)
        far.setblocking(False)
        self._spawn(far, host, port)
        transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=near)
        return transport

    def address(self, transport: asyncio.Transport) -> None:  # noqa: ARG002 - nothing here has an address
        """Return None: no server was reached."""
        return

    async def close(self) -> None:
        """End every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, end: socket.socket, host: str, port: int) -> None:
        task = asyncio.create_task(self._serve(end, host, port))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, end: socket.socket, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=HEAD)
        protocol = asyncio.StreamReaderProtocol(reader)
        secure = self._secure(port)
        with suppress(OSError, EOFError, asyncio.LimitOverrunError, ValueError):  # the browser went away
            transport, _ = await loop.connect_accepted_socket(lambda: protocol, end, ssl=self._tls if secure else None)
            writer = asyncio.StreamWriter(transport, protocol, reader, loop)
            try:
                authority = host if port == (443 if secure else 80) else f"{host}:{port}"
                while await self._talk(reader, writer, f"{'https' if secure else 'http'}://{authority}"):
                    pass
            finally:
                writer.close()

    def _secure(self, port: int) -> bool:
        """Tell whether a port spoke TLS when the capture was made."""
        if port in (80, 443):
            return port == 443
        assert self.answers is not None
        return any((record["url"] or "").startswith("https:") and f":{port}/" in record["url"] for record in self.answers.records.values())

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, origin: str) -> bool:
        """Hear one request and answer it; tell whether the connection goes on."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split("\r\n", 1)[0].split(" ", 2)
        if length := _field(head, "content-length"):
            await reader.readexactly(min(int(length), BODY))
        if method == "OPTIONS" and _field(head, "access-control-request-method"):
            asked = _field(head, "access-control-request-headers") or "*"
            writer.write(PREFLIGHT.format(_field(head, "origin") or "*", asked).encode("latin-1"))
        else:
            for piece in self._answer(method, origin + target, upgrade=_field(head, "upgrade") is not None):
                writer.write(piece)
                await writer.drain()
        await writer.drain()
        return True

    def _answer(self, method: str, url: str, *, upgrade: bool) -> Iterable[bytes]:
        answers, plain = self.answers, without_fragment(url)
        assert answers is not None
        if plain == CARD and answers.card is not None:
            return self._told(self._library.at(answers.view.name, answers.card), method)
        own = answers.answer
        found = own if own is not None and own.base == plain else answers.find(plain)
        if found is None or upgrade:
            if method != "OPTIONS":
                self.missing.append(url)
            return [MISSING if method != "HEAD" else MISSING.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"]
        if found.base != plain:  # the capture was asked for here, and its server answered there
            return [f"HTTP/1.1 302 Found\r\nLocation: {found.base}\r\nContent-Length: 0\r\n\r\n".encode("latin-1", "replace")]
        return self._told(self._library.at(answers.view.name, found.position), method)

    def _told(self, stored: Stored, method: str) -> Iterable[bytes]:
        """Yield an answer as it stands in its record, framed anew."""
        status = stored.status or 200
        kept = [
            (name, value) for name, value in stored.headers if name.lower() not in DROPPED and not name.lower().startswith("x-archive-")
        ]
        if not stored.head:
            kept.append(("Content-Type", stored.field("Content-Type") or "application/octet-stream"))
        lines = [f"HTTP/1.1 {status} {_reason(status)}", *(f"{name}: {value}" for name, value in kept), f"Content-Length: {stored.size}"]
        if status in (204, 304):
            lines.pop()
        yield ("\r\n".join([*lines, "", ""])).encode("latin-1", "replace")
        if method != "HEAD" and status not in (204, 304):
            yield from stored.payload()


def _field(head: str, name: str) -> str | None:
    found = re.search(rf"\r\n{name}:[ \t]*([^\r\n]*)", head, re.IGNORECASE)
    return found[1].strip() if found else None


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
