"""Judging: what pages mean is read by a process of its own, where a run asks for many.

To read a page, find out what it says of itself and what it needs to look whole takes a sixth of the interpreter's time in a crawl (2,000
answers of 140 kB, two fifths of them pages), and one interpreter runs on one core. Measured with two cores for it: 5 to 10 % less by the
clock, with the start of another interpreter paid; where the cores are busy with other things, nothing.

The process holds nothing that could be lost: it is given an answer and gives back its reading, by the code that would read it here. If it
dies, what it was asked for is read here, and everything after it too. What is sent to it is a pickle; what comes back is one too, of which
only the plain values of a reading are made (`_Values`), because who answers has read bytes of strangers. Answers come in the order of the
questions.
"""

from __future__ import annotations

import asyncio
import io
import pickle
import subprocess
from collections import deque
from typing import Any

from archiver import channel
from archiver.citation.platform import Answer, Reading
from archiver.embed import platform_of
from archiver.fetch.verdict import Whole

MODULE = "archiver.fetch.judging"
MANY = 200  # citations that are worth the start of a process, some 0.3 s on another core
LEAST, MOST = 1 << 10, 1 << 20  # bytes of a body that is worth sending; what is larger is read in a thread
PAGES = ("text/html", "application/xhtml+xml")
VALUES = "archiver.citation.platform"
TOGETHER = 8  # readings in one message, while more answers wait
AHEAD = 24  # answers that wait for their reading; what comes beyond is read here, which is then the idler of the two


class Judging:
    """Reads answers, in a process of its own once it was started. One event loop's; `aclose` ends the process."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._line: _Line | None = None

    async def expect(self, citations: int) -> None:
        """Take note that so many citations will be settled: for many, start the process."""
        if citations < MANY or self._process is not None or (started := channel.start(MODULE)) is None:
            return
        self._process, end = started
        _, self._line = await asyncio.get_running_loop().create_connection(_Line, sock=end)

    async def read(self, read: object, answer: Answer) -> Reading | None:
        """Return what an answer means by `read`; None where that is better found out here."""
        line = self._line
        if line is None or not isinstance(read, Whole) or answer.media_type not in PAGES or not LEAST <= len(answer.body) <= MOST:
            return None
        return await line.ask(pickle.dumps((read.platform.name, answer), 5))

    async def aclose(self) -> None:
        """End the process; who still waits reads for itself."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            await asyncio.to_thread(channel.ended, self._process)
            self._process = self._line = None


class _Line(asyncio.Protocol):
    """Our end of the channel, on the event loop."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[asyncio.Future[Reading | None]] = deque()
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def ask(self, question: bytes) -> Reading | None:
        """Return the reading that answers a question; None where the process is gone or behind, or gave none."""
        if self._transport is None or self._transport.is_closing() or len(self._waiting) >= AHEAD:
            return None
        future: asyncio.Future[Reading | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._transport.writelines([channel.head([question]), question])
        return await future

    def data_received(self, data: bytes) -> None:
        """Take what has come, and hand over the readings that are whole."""
        self._received += data
        while len(self._received) >= channel.HEAD.size:
            number, size = channel.HEAD.unpack_from(self._received)
            end = channel.HEAD.size + size
            if len(self._received) < end:
                return
            message = memoryview(bytes(self._received[channel.HEAD.size : end]))
            del self._received[:end]
            try:
                self._hand_over(channel.parts_of(number, message))
            except Exception:  # noqa: BLE001 - an answer that is none: as if it had died
                self.close()
                return

    def _hand_over(self, readings: list[memoryview]) -> None:
        for one in readings:
            reading = _Values(io.BytesIO(one)).load()
            if not isinstance(reading, Reading | None):
                raise pickle.UnpicklingError("no reading")
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(reading)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the event loop gives it
        """Leave nobody waiting."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    def close(self) -> None:
        """Close the channel."""
        if self._transport is not None:
            self._transport.close()


class _Values(pickle.Unpickler):
    """Reads the pickle of a reading: nothing is made of it but the values that a reading consists of."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class of the values. UnpicklingError for anything else."""
        if module != VALUES or not name.isidentifier() or not name[0].isupper():
            raise pickle.UnpicklingError(f"{module}.{name} is no value of a reading")
        return super().find_class(module, name)


def work() -> None:
    """Answer on standard input, which is a channel, until it ends: the process's whole life."""
    with channel.standard_input() as end:
        try:
            readings: list[bytes] = []
            while (question := channel.receive(end)) is not None:
                readings.append(pickle.dumps(_reading(*pickle.loads(question[0])), 5))  # noqa: S301 - our own parent speaks
                if len(readings) >= TOGETHER or not channel.waiting(end):
                    channel.send(end, readings)
                    readings = []
        except OSError:
            return  # the parent is gone


def _reading(platform: str, answer: Answer) -> Reading | None:
    """Return what an answer means; None where reading it fails, as it will fail again where it is seen."""
    try:
        return Whole(platform_of(platform))(answer)
    except Exception:  # noqa: BLE001 - the parent reads it again, and raises what this was
        return None
