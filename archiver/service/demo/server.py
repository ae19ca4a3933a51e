"""A raw HTTP/1.1 server on loopback that says exactly what it is told to say, byte for byte, and writes down what it heard and said.

The demonstration's small web is served by it, and so is every test of the wire. HTTP libraries cannot serve that purpose: they refuse to
send what HTTP does not allow, and much of what archives must keep is not allowed. An answer here is bytes, or steps (`Send`, `Sleep`,
`Drip`, `Repeat`, `Close`, `Reset`), or a function of the request that returns either. Nothing is added: no Date, no Server, no length.

Standard library only, since the package ships it.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HEAD = 1 << 20  # bytes of a request head that are read
KEPT = 8 << 20  # bytes of one answer that the log keeps


@dataclass(frozen=True, slots=True)
class Send:
    """Send these bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Sleep:
    """Say nothing for a while."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Drip:
    """Send bytes a few at a time."""

    data: bytes
    size: int
    every: float  # seconds between two pieces


@dataclass(frozen=True, slots=True)
class Repeat:
    """Send the same bytes over and over; without a number, until the other side goes away."""

    data: bytes
    times: int | None = None
    every: float = 0.0


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection in order (FIN)."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Tear the connection down (RST)."""


Step = Send | Sleep | Drip | Repeat | Close | Reset


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was heard. `host` is the Host header's, lower case, without port; `path` has no query, `target` is all of it."""

    raw: bytes
    method: str
    target: str
    host: str
    path: str
    query: str
    headers: Mapping[str, str]  # names in lower case; the last value of each
    body: bytes
    peer: tuple[str, int]


Answer = bytes | Sequence[Step] | Callable[[Request], "Answer"] | Callable[[Request], Awaitable["Answer"]]


@dataclass(slots=True)
class Heard:
    """One line of the log: a request, and the bytes that were sent for it (the first 8 MiB; `sent_length` counts all)."""

    request: Request
    at: float  # time.monotonic() when the request was whole
    connection: int  # 1, 2, 3 … in order of acceptance
    sent: bytearray = field(default_factory=bytearray)
    sent_length: int = 0

    @property
    def host(self) -> str:
        """Host asked for, without port."""
        return self.request.host

    @property
    def path(self) -> str:
        """Path asked for, without query."""
        return self.request.path


def page(
    body: bytes | str = b"", status: str = "200 OK", media_type: str = "text/html; charset=utf-8", headers: Sequence[tuple[str, str]] = ()
) -> bytes:
    """Return a plain answer with a length, for routes where the bytes do not matter."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", f"Content-Length: {len(data)}", *(f"{k}: {v}" for k, v in headers)]
    return "\r\n".join([*lines, "", ""]).encode() + data


def redirect(location: str, status: str = "302 Found") -> bytes:
    """Return an answer that points elsewhere."""
    return page(b"", status, headers=[("Location", location)])


def chunked(*parts: bytes, extension: bytes = b"", trailers: bytes = b"") -> bytes:
    """Return a body in chunk framing; `extension` goes behind each size (`;a=b`), `trailers` are whole lines with their line ends."""
    framed = b"".join(b"%X%s\r\n%s\r\n" % (len(part), extension, part) for part in parts)
    return framed + b"0\r\n" + trailers + b"\r\n"


NOT_FOUND = page(b"no such page here\n", "404 Not Found", "text/plain")


class LoopbackServer:
    """Serve `routes` on 127.0.0.1, plain or over TLS, on a port that the system chooses (`port`, once started).

    A route is (host, path) or (host, path with query); host "*" stands for every host. The more exact one wins: host before "*", with query
    before without. `fallback` answers what no route does. Keeps connections open unless a step closes them or the request asks for it.
    `log` has the requests in order; `connections` counts accepted TCP connections, those included on which nothing was ever said.
    """

    def __init__(
        self,
        routes: Mapping[tuple[str, str], Answer] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        fallback: Answer = NOT_FOUND,
        address: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.routes: dict[tuple[str, str], Answer] = dict(routes or {})
        self.fallback = fallback
        self.log: list[Heard] = []
        self.connections = 0
        self.address = address
        self.port = port
        self._tls = tls
        self._listener: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: dict[socket.socket, asyncio.Transport | None] = {}  # from the accept on; None until the handshake is over

    @property
    def scheme(self) -> str:
        """Scheme of the URLs that this server answers."""
        return "https" if self._tls else "http"

    def url(self, path: str = "/", host: str | None = None) -> str:
        """Return the URL of a path, by the server's own address or by another host name with its port."""
        return f"{self.scheme}://{host or self.address}:{self.port}{path}"

    def heard(self, path: str) -> list[Heard]:
        """Return the log's lines for a path."""
        return [line for line in self.log if line.path == path]

    async def start(self) -> None:
        """Listen. OSError where the port is taken."""
        self._listener = socket.create_server((self.address, self.port), backlog=512)
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        asyncio.get_running_loop().add_reader(self._listener, self._accept, self._listener)

    async def stop(self) -> None:
        """Stop listening, drop every connection, and return when all that was accepted is closed."""
        if self._listener:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for accepted, transport in self._open.items():
            if transport:
                transport.abort()
            accepted.close()
        for _ in range(2):  # turns of the loop: TLS tells what is below it first
            await asyncio.sleep(0)

    def _accept(self, listener: socket.socket) -> None:
        """Take everyone who waits; no task does that, since one that is cancelled right behind an accept has lost what it accepted."""
        with suppress(BlockingIOError, ConnectionAbortedError):
            while True:
                accepted, _ = listener.accept()
                accepted.setblocking(False)
                self._open = {one: transport for one, transport in self._open.items() if one.fileno() >= 0} | {accepted: None}
                self.connections += 1
                task = asyncio.create_task(self._serve(accepted, self.connections))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _serve(self, accepted: socket.socket, number: int) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=HEAD)
        protocol = asyncio.StreamReaderProtocol(reader)
        with suppress(OSError, EOFError, asyncio.LimitOverrunError, ValueError):  # the peer went away, or did not speak HTTP
            transport, _ = await loop.connect_accepted_socket(lambda: protocol, accepted, ssl=self._tls)
            self._open[accepted] = transport
            writer = asyncio.StreamWriter(transport, protocol, reader, loop)
            try:
                while await self._talk(reader, writer, number):
                    pass
            except asyncio.CancelledError:
                transport.abort()
                raise
            finally:
                writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> bool:
        """Hear one request and answer it; tell whether the connection goes on."""
        head = await reader.readuntil(b"\r\n\r\n")
        body = await _body(head, reader)
        request = _request(head, body, writer.get_extra_info("peername")[:2])
        line = Heard(request, time.monotonic(), number)
        self.log.append(line)
        answer = await self._answer(request)
        goes_on = await _say([Send(answer)] if isinstance(answer, bytes) else answer, writer, line)
        return goes_on and request.headers.get("connection", "").lower() != "close"

    async def _answer(self, request: Request) -> bytes | Sequence[Step]:
        keys = [(host, path) for host in (request.host, "*") for path in (f"{request.path}?{request.query}", request.path)]
        answer = next((self.routes[key] for key in keys if key in self.routes), self.fallback)
        while callable(answer):
            returned = answer(request)
            answer = await returned if isinstance(returned, Awaitable) else returned
        return answer


async def _body(head: bytes, reader: asyncio.StreamReader) -> bytes:
    if length := re.search(rb"(?im)^content-length:[ \t]*([0-9]+)", head):
        return await reader.readexactly(int(length[1]))
    body = b""
    if re.search(rb"(?im)^transfer-encoding:[ \t]*chunked", head):
        size = 1
        while size:
            line = await reader.readline()
            size = int(line, 16)
            body += line + await reader.readexactly(size + 2)
    return body


def _request(head: bytes, body: bytes, peer: tuple[str, int]) -> Request:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    local = re.sub(r"^https?://[^/?]*", "", target) or "/"  # absolute-form, as proxies are asked
    path, _, query = local.partition("?")
    host = re.sub(r":[0-9]+$", "", headers.get("host", "")).lower()
    return Request(head + body, method, target, host, path, query, headers, body, peer)


async def _say(steps: Sequence[Step], writer: asyncio.StreamWriter, line: Heard) -> bool:
    """Take the steps of an answer; tell whether the connection is still open after them."""
    for step in steps:
        match step:
            case Send(data):
                await _send(data, writer, line)
            case Sleep(seconds):
                await asyncio.sleep(seconds)
            case Drip(data, size, every):
                for at in range(0, len(data), size):
                    await _send(data[at : at + size], writer, line)
                    await asyncio.sleep(every)
            case Repeat(data, times, every):
                done = 0
                while times is None or done < times:
                    await _send(data, writer, line)
                    done += 1
                    if every:
                        await asyncio.sleep(every)
            case Close():
                return False
            case Reset():
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
                return False
    return True


async def _send(data: bytes, writer: asyncio.StreamWriter, line: Heard) -> None:
    writer.write(data)
    line.sent_length += len(data)
    line.sent += data[: max(0, KEPT - len(line.sent))]
    await writer.drain()


@contextmanager
def running(*servers: LoopbackServer) -> Iterator[None]:
    """Run servers in a thread with a loop of its own, for callers that are not asynchronous or that start other processes."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="loopback", daemon=True)
    thread.start()
    try:
        for server in servers:
            asyncio.run_coroutine_threadsafe(server.start(), loop).result()
        yield
    finally:
        for server in servers:
            asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
        asyncio.run_coroutine_threadsafe(loop.shutdown_asyncgens(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
