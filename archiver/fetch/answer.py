"""Answer: what an exchange said, as the platforms read it: the content coding undone, within a cap.

Only for reading. What is stored is the body as it came; nothing that goes wrong here touches it.

- A body is hostile: 10 MB of gzip can be 10 GB of zeros, and codings can be stacked (RFC 9110 §8.4 lists them in the order applied, so
  they are undone from the right). Every decoder is asked for a bounded piece of output at a time, and reading stops at the cap: memory is
  the cap plus one piece a layer, whatever was sent (reliability A7 #15).
- `deflate` means zlib (RFC 9110 §8.4.1.2), and raw deflate is what some servers send under that name; both are read, as browsers do.
- Pictures, videos, archives are not text; their verdict needs their first bytes only, and a 2 GB video must not enter memory.
- An unfinished coding (the connection broke, the cap was reached) gives what there was, `cut`. A body that is not in its coding at all
  gives the raw bytes and a fault, for the verdict `unreadable`.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from archiver.citation.platform import Answer, Target
from archiver.fetch.exchange import Exchange

TEXT_LIMIT = 32 << 20  # bytes of decoded text that a verdict may need
OTHER_LIMIT = 64 << 10  # bytes of anything else
PIECE = 1 << 18
WINDOW = 23  # of zstd: 8 MiB, the most that a server may ask of a client (RFC 9659)
FRAME = b"\x28\xb5\x2f\xfd"
LAYERS = 5  # stacked codings beyond this are nobody's mistake
TEXTUAL = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml|javascript|ecmascript|x-javascript)$|[\w.-]+/[\w.-]+\+(?:xml|json)$")


@dataclass(frozen=True, slots=True)
class Body:
    """A decoded body: its bytes, whether some are missing at the end, and what was wrong with its coding."""

    data: bytes
    cut: bool
    fault: str | None = None


def media_type(exchange: Exchange) -> str:
    """Return the answer's media type without parameters, lower case; empty where it names none."""
    return (exchange.header("Content-Type") or "").partition(";")[0].strip().lower()


def is_text(kind: str) -> bool:
    """Tell whether a media type is one that a verdict reads whole; one that is not named may be."""
    return not kind or TEXTUAL.match(kind) is not None


def read_body(exchange: Exchange, limit: int | None = None) -> Body:
    """Return the body with its content coding undone, at most `limit` bytes of it; never raises for what a server sent."""
    most = limit if limit is not None else (TEXT_LIMIT if is_text(media_type(exchange)) else OTHER_LIMIT)
    read = decoded(exchange.body, _codings(exchange), most)
    return Body(read.data, read.cut or exchange.truncated is not None, read.fault)


def decoded(body: Callable[[], Iterable[bytes]], codings: Iterable[str], limit: int) -> Body:
    """Return a stored body with its content codings (in the order they were applied) undone, at most `limit` bytes; never raises for them.

    `body` gives the pieces as stored, and is asked again where they turn out not to be in their coding.
    """
    names = [name for name in codings if name not in {"", "identity"}]
    fault = _unknown(names)
    if fault:
        raw, cut = _take(body(), limit)
        return Body(raw, cut, fault)
    stream, empty = _counted(body())
    layers = [_DECODERS[name]() for name in reversed(names)]
    for layer in layers:
        stream = layer.undo(stream)
    try:
        data, cut = _take(stream, limit)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        raw, cut = _take(body(), limit)
        return Body(raw, cut, f"the body is not in its content coding ({', '.join(names)}): {error}")
    unfinished = any(not layer.finished for layer in layers) and not empty()
    return Body(data, cut or unfinished)


def exchange_answer(exchange: Exchange, target: Target, redirects: tuple[str, ...] = (), *, body: Body | None = None) -> Answer:
    """Return what the platforms read of an exchange that has a status; `body` where it was read already."""
    read = body if body is not None else read_body(exchange)
    return Answer(
        target=target,
        url=exchange.url,
        status=exchange.status or 0,
        headers=exchange.headers,
        media_type=media_type(exchange),
        body=read.data,
        cut=read.cut,
        redirects=redirects,
    )


def _counted(pieces: Iterable[bytes]) -> tuple[Iterable[bytes], Callable[[], bool]]:
    """Return the pieces, and a function that tells whether there were none."""
    seen = 0

    def passed() -> Iterator[bytes]:
        nonlocal seen
        for piece in pieces:
            seen += len(piece)
            yield piece

    return passed(), lambda: seen == 0


def _codings(exchange: Exchange) -> list[str]:
    if exchange.framing == "decoded":
        return []
    if exchange.header("Content-Encoding") is None:
        return []
    values = [value for name, value in exchange.headers if name.lower() == "content-encoding"]
    return [name.strip().lower() for value in values for name in value.split(",")]


def _unknown(names: list[str]) -> str | None:
    strange = [name for name in names if name not in _DECODERS]
    if strange:
        return f"content coding {strange[0][:40]!r} is not one that can be read"
    return f"{len(names)} content codings on top of each other" if len(names) > LAYERS else None


def _take(pieces: Iterable[bytes], limit: int) -> tuple[bytes, bool]:
    """Return at most `limit` bytes, and whether there were more."""
    taken = bytearray()
    for piece in pieces:
        taken += piece
        if len(taken) > limit:
            del taken[limit:]
            return bytes(taken), True
    return bytes(taken), False


class _Layer(Protocol):
    finished: bool

    def undo(self, pieces: Iterable[bytes]) -> Iterator[bytes]: ...


class _Zlib:
    """gzip (members one after the other, RFC 1952 §2.2) or deflate, in pieces."""

    def __init__(self, *windows: int) -> None:
        self.windows = windows
        self.finished = False

    def undo(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        decoder, choices, begun = zlib.decompressobj(self.windows[0]), self.windows[1:], False
        held = b""  # what an earlier choice of format has swallowed before it gave anything
        for piece in pieces:
            rest = piece
            held = held + piece if choices and not begun else b""
            while rest:
                if self.finished:
                    if not rest.startswith(b"\x1f\x8b"):
                        return  # what follows the last member is no part of the body's coding
                    decoder, self.finished = zlib.decompressobj(self.windows[0]), False
                try:
                    data = decoder.decompress(rest, PIECE)
                except zlib.error:
                    if begun or not choices:
                        raise
                    decoder, choices, rest = zlib.decompressobj(choices[0]), choices[1:], held
                    continue
                begun = begun or bool(data)
                if data:
                    yield data
                self.finished = decoder.eof
                rest = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
        if not self.finished and (tail := decoder.flush(PIECE)):
            yield tail


class _Brotli:
    """br (RFC 7932), in pieces."""

    def __init__(self) -> None:
        self.finished = False

    def undo(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        decoder = brotli.Decompressor()
        for piece in pieces:
            if self.finished:
                return
            data = decoder.process(piece, output_buffer_limit=PIECE)
            while data or not decoder.can_accept_more_data():
                yield data
                data = decoder.process(b"", output_buffer_limit=PIECE)
            self.finished = decoder.is_finished()


class _Zstd:
    """zstd (RFC 8878), frames one after the other, in pieces."""

    def __init__(self) -> None:
        self.finished = False

    def undo(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        decoder = _frame()
        for piece in pieces:
            rest = piece
            while True:
                if decoder.eof:
                    if not rest:
                        break
                    if not rest.startswith(FRAME):
                        return  # what follows the last frame is no part of the body's coding
                    decoder = _frame()
                data = decoder.decompress(rest, PIECE)
                rest = decoder.unused_data if decoder.eof else b""
                self.finished = decoder.eof
                if data:
                    yield data
                if not decoder.eof and decoder.needs_input:
                    break


def _frame() -> zstd.ZstdDecompressor:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: WINDOW})


_DECODERS: Mapping[str, Callable[[], _Layer]] = {
    "gzip": lambda: _Zlib(31),
    "x-gzip": lambda: _Zlib(31),
    "deflate": lambda: _Zlib(15, -15),
    "br": _Brotli,
    "zstd": _Zstd,
}
