"""Press: jobs are made into members beside the crawl: in threads, and where there is much to do in a process of its own.

Why a process: making the records of one answer takes about as much of the interpreter as fetching it, and one interpreter runs on one core.
Measured on two cores, 2,000 answers of 140 kB: in threads alone 1.2 cores were busy. The process holds nothing that could be lost: no file,
no lock, no order. It is given captures and answers with members; who writes, syncs and acknowledges is the writer, as before. If it dies,
what it was asked for is made here, and everything after it too. It is started where a run has many citations, so that a small one does not
pay for it, and ends when its channel does, so that even a parent that was killed leaves no orphan. It is a fresh interpreter, not a fork: a
process with threads must not be forked.

What is sent to it is a pickle (we are the one who speaks), what comes back is JSON and bytes (it has handled bytes of strangers). Answers
come in the order of the questions. What lies in a file (above 1 MiB), and what only this process knows how to make, is made here.

Whoever takes the results must give back their room (`release`): at most AHEAD jobs are made and not yet written.
"""

from __future__ import annotations

import contextlib
import pickle
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from archiver import channel
from archiver.record.writer.made import Made, read

AHEAD = 128  # jobs that are made and wait to be written
PRESSER = "archiver.record.writer.presser"
WAIT = 0.002  # seconds until it is looked again whether something is to be made


@dataclass(slots=True)
class Work:
    """What is to be made: `make` in any thread of this process; `parcel`, where it gives something, for another process."""

    make: Callable[[], Made]
    parcel: Callable[[], object | None]
    made: Future[Made] = field(default_factory=Future)


class Press:
    """Makes what is put into it, in its own threads or its own process. `put` from one thread or many; results in `Work.made`."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._ahead = threading.Semaphore(AHEAD)
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="press")
        self._gate = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._end: socket.socket | None = None
        self._alive = False
        self._asked: deque[Work] = deque()
        self._feeder = threading.Thread(target=self._feed, name="press-feed", daemon=True)
        self._feeder.start()
        self._listener: threading.Thread | None = None

    def help(self) -> None:
        """Start the process, where there is a core for it and it does not run yet."""
        if self._process is not None or (started := channel.start(PRESSER)) is None:
            return
        self._process, mine = started
        self._end, self._alive = mine, True
        self._listener = threading.Thread(target=self._listen, args=(mine,), name="press-listen", daemon=True)
        self._listener.start()

    def put(self, work: Work) -> None:
        """Have something made."""
        self._queue.put(work)

    def release(self, number: int) -> None:
        """Give back the room of so many results."""
        if number:
            self._ahead.release(number)

    def close(self) -> None:
        """Make what waits, then end the process and the threads."""
        self._queue.put(None)
        self._ahead.release(1 << 16)  # nobody takes results any more
        self._feeder.join()
        if self._end is not None and self._listener is not None and self._process is not None:
            self._shut(self._end)
            self._listener.join()
            self._end.close()  # not before: a number of a file that another thread still writes to may be another file's by then
            channel.ended(self._process)
        self._pool.shutdown()

    def _feed(self) -> None:
        while (work := self._next()) is not None:
            self._ahead.acquire()
            if not self._sent(work):
                self._here(work)

    def _next(self) -> Work | None:
        """Return what comes next. A thread that sleeps on a queue costs whoever puts something into it a wake-up, so it looks twice."""
        for again in (True, False):
            with contextlib.suppress(Empty):
                return self._queue.get_nowait()
            if again:
                time.sleep(WAIT)
        return self._queue.get()

    def _here(self, work: Work) -> None:
        def run() -> None:
            try:
                work.made.set_result(work.make())
            except BaseException as error:  # noqa: BLE001 - handed on, as an executor does
                work.made.set_exception(error)

        self._pool.submit(run)

    def _sent(self, work: Work) -> bool:
        """Send a parcel to the process; false where there is none, or none for it."""
        if self._end is None or not self._alive or (parcel := work.parcel()) is None:
            return False
        buffers: list[pickle.PickleBuffer] = []
        data = pickle.dumps(parcel, 5, buffer_callback=buffers.append)
        with self._gate:
            if not self._alive:
                return False
            self._asked.append(work)
        try:
            channel.send(self._end, [data, *(buffer.raw() for buffer in buffers)])
        except OSError:
            self._shut(self._end)  # the listener sees the end, and has made here what was asked
        return True

    def _listen(self, end: socket.socket) -> None:
        try:
            while (parts := channel.receive(end)) is not None:
                for made in read(parts):
                    self._asked[0].made.set_result(made)
                    self._asked.popleft()
        except (OSError, ValueError, TypeError, KeyError, IndexError):
            pass  # an answer that is none: as if it had died
        self._shut(end)
        with self._gate:
            self._alive, left = False, list(self._asked)
            self._asked.clear()
        for work in left:
            self._here(work)

    @staticmethod
    def _shut(end: socket.socket) -> None:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
