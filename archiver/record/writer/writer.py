"""Writer: one thread that turns what the crawl brings into durable records, in groups.

    submit -> made (press: threads, or a process) -> gather -> decide, in order -> write, fsync, journal, fsync -> done, told

One fsync of the WARC and one of the journal serve everything that was waiting (group commit), so the disk's fsync rate, 1-10 ms each,
does not bound the crawl: the busier it is, the larger the groups. What depends on order (is this payload a revisit? does this certificate
stand here already?) is decided in the one thread; everything else is made beside it, the next group's records while this one's are synced.
A few hundred bytes of ours are made by the writer itself: to send them anywhere and back costs more than to make them.

When the disk refuses (full, quota, I/O error), file and journal are cut back to the last commit and everyone in the group gets
StorageError; the next group tries again. If not even the cut succeeds, the writer refuses all further work: only a resume may touch the
file then. A group is never acknowledged in part.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from archiver.errors import StorageError
from archiver.record import layout, warc
from archiver.record.entry import Entry
from archiver.record.warc import Record
from archiver.record.writer import journal
from archiver.record.writer.journal import Commit
from archiver.record.writer.made import Made
from archiver.record.writer.payloads import Payloads
from archiver.record.writer.press import AHEAD, Press, Work

GROUP = AHEAD // 2  # jobs in one commit; more than AHEAD would wait for ever, since room is given back when all of them are made
GROUP_BYTES = 16 << 20  # of bodies in memory in one commit
GATHERED = 4 << 20  # bytes of members that are written at once
PIECES = 512  # and how many
WAIT = 0.003  # seconds a first job waits for company
ROLL = 1_000_000_000
QUEUE = 256  # jobs that may wait before `submit` does
MANY = 200  # jobs that are worth the start of a process, some 0.2 s on another core


@dataclass(slots=True)
class Job:
    """One unit that is acknowledged as a whole: its records stand together in one file.

    `make` makes its members in any thread, and `parcel` may give what another process makes the same of (see `press`); a `light` one is
    made by the writer. `decide` may change them and add more, in order, in the writer's thread; `result` turns the entries into what the
    future holds. Where a `vital` job fails, nothing behind it is written either.
    """

    make: Callable[[], Made]
    decide: Callable[[Made], Made]
    result: Callable[[list[Entry]], Any]
    size: int = 0
    parcel: Callable[[], object | None] = lambda: None
    vital: bool = False
    light: bool = False
    future: Future[Any] = field(default_factory=Future)


@dataclass(slots=True)
class _Queued:
    """A job, and its members in the making; none of a light one."""

    job: Job
    work: Work | None


class _Gathered:
    """Members on their way to the disk, some 4 MiB in one system call: each call lets another thread have the interpreter."""

    def __init__(self, emit: Callable[[list[bytes | memoryview]], object]) -> None:
        self._emit, self._pieces, self._size = emit, list[bytes | memoryview](), 0

    def write(self, data: bytes | memoryview) -> None:
        """Take bytes, and pass on what has gathered."""
        self._pieces.append(data)
        self._size += len(data)
        if self._size >= GATHERED or len(self._pieces) >= PIECES:
            self.flush()

    def flush(self) -> None:
        """Pass on what is left."""
        self._emit(self._pieces)
        self._pieces, self._size = [], 0


class Writer:
    """The one writer of an open snapshot's WARC files and journal. `submit` from any thread; `close` ends the thread."""

    def __init__(
        self, directory: Path, name: Callable[[int], str], opening: Callable[[str], list[Record]], memory: Payloads, *, roll: int = ROLL
    ) -> None:
        """Open an existing or new journal; `name` gives the n-th file its name, `opening` the records that each file begins with."""
        self._archive, self._name, self._opening, self._memory, self._roll = directory / layout.ARCHIVE, name, opening, memory, roll
        self._archive.mkdir(parents=True, exist_ok=True)
        files = sorted(self._archive.glob("*.warc.gz"))
        self._serial = len(files)
        self._fd, self._file, self._end = -1, "", 0
        if files:
            self._file, self._end = files[-1].name, files[-1].stat().st_size
            self._fd = os.open(files[-1], os.O_WRONLY | os.O_APPEND)
        path = directory / layout.JOURNAL
        self._journal_end = path.stat().st_size if path.exists() else 0
        self._journal = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        layout.sync(directory)
        self._queue: SimpleQueue[_Queued | None] = SimpleQueue()
        self._room = threading.Semaphore(QUEUE)
        self._broken: OSError | None = None
        self._gate, self._stopped = threading.Lock(), False
        self._press = Press()
        self.told: Callable[[], None] = lambda: None  # called in the writer's thread once the futures of a group are done
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> Future[Any]:
        """Queue a job; waits while too many wait already. The future fails with StorageError where the disk refuses."""
        self._room.acquire()
        with self._gate:
            if self._stopped:
                self._room.release()
                raise StorageError(f"{self._archive}: the writer has stopped; run the same command to resume")
            work = None if job.light else Work(job.make, job.parcel)
            self._queue.put(_Queued(job, work))
            if work is not None:
                self._press.put(work)
        return job.future

    def expect(self, jobs: int) -> None:
        """Take note that so many jobs will come: for many, a process of its own makes their records."""
        if jobs >= MANY:
            self._press.help()

    def close(self) -> None:
        """Write what waits, then end the thread and close the files; again, nothing."""
        if not self._thread.is_alive() and self._fd < 0 and self._journal < 0:
            return
        self._queue.put(None)
        self._thread.join()
        self._press.close()
        for fd in (self._fd, self._journal):
            if fd >= 0:
                os.close(fd)
        self._fd = self._journal = -1

    def _run(self) -> None:
        going, group = True, list[_Queued]()
        try:
            while going:
                group, going = self._gather()
                if group:
                    self._commit(group)
        finally:
            self._abandon(group)

    def _abandon(self, group: list[_Queued]) -> None:
        """Leave nobody waiting: if the thread ends by a fault of ours, everyone in its group and in the queue is told."""
        with self._gate:
            self._stopped = True
        failure = StorageError(f"{self._archive}: the writer has stopped; run the same command to resume")
        with contextlib.suppress(Empty):
            while (queued := self._queue.get_nowait()) is not None:
                group = [*group, queued]
        for queued in group:
            if not queued.job.future.done():
                self._settle(queued.job, failure)
        self.told()

    def _gather(self) -> tuple[list[_Queued], bool]:
        """Wait for a job, then take all that wait with it, up to the group's limits; false when there will be no more."""
        first = self._queue.get()
        if first is None:
            return [], False
        group, size, waited = [first], first.job.size, False
        while len(group) < GROUP and size < GROUP_BYTES:
            # Not `get(timeout=WAIT)`: in CPython 3.11 a SimpleQueue whose time runs out just as it is woken waits for ever (what is left of
            # its time is negative, which means "no limit"), and whoever waits for this very group with it. Seen on a busy machine.
            try:
                queued = self._queue.get_nowait()
            except Empty:
                if waited:
                    break
                waited = True
                time.sleep(WAIT)
                continue
            if queued is None:
                return group, False
            group.append(queued)
            size, waited = size + queued.job.size, False
        return group, True

    def _commit(self, group: list[_Queued]) -> None:
        try:
            done = self._write(self._decided(group))
        except OSError as error:
            self._memory.commit(done=False)
            self._cut_back(error)
            if any(queued.job.vital for queued in group):
                self._broken = error
            failure = StorageError(f"{self._archive}: {os.strerror(error.errno or 0)}; free the disk, then run the same command to resume")
            failure.__cause__ = error
            for queued in group:
                self._settle(queued.job, failure)
        else:
            self._memory.commit(done=True)
            for job, entries in done:
                self._settle(job, entries)
        self._press.release(sum(queued.work is not None for queued in group))
        self.told()

    def _decided(self, group: list[_Queued]) -> list[tuple[Job, Made]]:
        """Return what a group made. A job whose own content cannot be read (its wire's disk fails) raises OSError like any other."""
        if self._broken is not None:
            raise self._broken
        return [(job, job.decide(work.made.result() if (work := queued.work) else job.make())) for queued in group for job in (queued.job,)]

    def _write(self, made: Sequence[tuple[Job, Made]]) -> list[tuple[Job, list[Entry]]]:
        done, at = [], self._end
        opening: list[Entry] = []
        if self._fd < 0 or self._end > self._roll:
            at, opening = 0, self._open_next()
            at = sum(entry.length for entry in opening)
        waiting = _Gathered(self._emit)
        for job, what in made:
            entries = []
            for member in what.members:
                entries.append(warc.write(member, waiting.write, self._file, at))
                at += entries[-1].length
            done.append((job, entries))
        waiting.flush()
        os.fsync(self._fd)
        commit = Commit(self._file, at, (*opening, *(entry for _, entries in done for entry in entries)))
        self._journal_end += journal.append(self._journal, commit)
        self._end = at
        return done

    def _open_next(self) -> list[Entry]:
        """Begin the next WARC file; it counts from its first commit on."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        self._file, self._end = self._name(self._serial + 1), 0
        self._fd = os.open(self._archive / self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o644)
        self._serial += 1
        layout.sync(self._archive)
        entries: list[Entry] = []
        for record in self._opening(self._file):
            member = warc.press(record.digest())
            entries.append(warc.write(member, lambda data: self._emit([data]), self._file, sum(entry.length for entry in entries)))
        return entries

    def _emit(self, pieces: list[bytes | memoryview]) -> None:
        journal.write_all(self._fd, pieces)

    def _cut_back(self, cause: OSError) -> None:
        """Return file and journal to the last commit. Refuse further work if that fails too."""
        try:
            if self._fd >= 0:
                os.ftruncate(self._fd, self._end)
                os.fsync(self._fd)
            os.ftruncate(self._journal, self._journal_end)
            os.fsync(self._journal)
            if self._fd >= 0 and self._end == 0:
                os.close(self._fd)
                (self._archive / self._file).unlink()
                self._fd, self._serial = -1, self._serial - 1
        except OSError:
            self._broken = cause

    def _settle(self, job: Job, outcome: list[Entry] | StorageError) -> None:
        self._room.release()
        if not job.future.set_running_or_notify_cancel():
            return  # nobody waits any more: a run that stops cancels what it waited for
        if isinstance(outcome, StorageError):
            job.future.set_exception(outcome)
        else:
            job.future.set_result(job.result(outcome))
