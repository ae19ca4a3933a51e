"""Snapshot: everything kept from archiving one article once. Begin, add, settle, finish; or resume.

    begin -> <timestamp>.open/ -> add_article, add ..., settle ... -> finish -> <timestamp>/, immutable

**Acknowledged** means: the future of `add` has a result; then the gzip members are whole and fsync'ed, and so is the journal's commit.
Nothing else counts. After a crash `resume` cuts the torn tail and knows every acknowledged article, capture and settlement.

Thread-safety: `add`, `add_derived`, `settle` and `find` from any thread; the rest from one. Not async: who awaits futures on an event loop
asks with `tell` to be called, in the writer's thread, whenever a group of them is done.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archiver.article.article import Article
from archiver.citation.citation import Citation
from archiver.errors import IntegrityError, StorageError
from archiver.fetch.capture import Capture, Derived
from archiver.fetch.exchange import Exchange
from archiver.fetch.retry import Tries
from archiver.record import draft, layout, manifest, reread, views
from archiver.record.draft import Run
from archiver.record.entry import Entry, PayloadOrigin
from archiver.record.ledger import Ledger
from archiver.record.warc import Record
from archiver.record.writer import journal
from archiver.record.writer.filing import Filed, Filing, Seen, filed, unseen
from archiver.record.writer.made import Made, pressed
from archiver.record.writer.payloads import Payloads
from archiver.record.writer.writer import Job, Writer

TOGETHER = 256  # citations that are written by one job
Stored = dict[str, Any]  # the contract's Capture object, with `id`: that of the metadata record which says it


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a snapshot is made: what set it off (`watch`, `recheck`, `retry`; None for a person), and the one that it follows."""

    trigger: str | None = None
    predecessor: str | None = None


BY_HAND = Occasion()


@dataclass(slots=True)
class Restored:
    """What an open snapshot had acknowledged before it was resumed."""

    article: dict[str, Any] | None = None  # the `article` metadata: article, encoding, base_url, record, capture, text
    data: bytes = b""  # the article's bytes, content coding undone
    text: str = ""
    citations: tuple[Citation, ...] = ()
    settled: dict[int, dict[str, Any]] = field(default_factory=dict)
    captures: int = 0
    cut: int = 0  # bytes of torn tail that were cut off
    finished: str | None = None


class Snapshot:
    """One snapshot being written."""

    def __init__(self, path: Path, facts: dict[str, Any], run: Run, seen: Seen) -> None:
        """Use `begin` or `resume`."""
        self.path, self.facts, self.run, self.restored = path, facts, run, Restored()
        self._seen, self._memory = seen, Payloads()
        self.now: Callable[[], datetime] = _now
        self._places: dict[bytes, tuple[str, int]] = {}  # by target: where the first record of its capture stands
        self._writer: Writer | None = None

    @classmethod
    def begin(
        cls, store: Path, *, source: str, url: str | None, started: datetime, run: Run, seen: Seen = unseen, occasion: Occasion = BY_HAND
    ) -> Snapshot:
        """Make the open directory of a new snapshot. StorageError where the store cannot be written."""
        home = store / layout.home(source, url)
        try:
            home.mkdir(parents=True, exist_ok=True)
            when = started
            while any((home / (layout.stamp14(when) + end)).exists() for end in ("", layout.OPEN)):
                when += timedelta(seconds=1)  # a clock that stepped back, or two runs in one second: the name moves, `started` does not
            path = home / (layout.stamp14(when) + layout.OPEN)
            path.mkdir()
            for directory in (home, home.parent, store):
                layout.sync(directory)
            name = f"{home.relative_to(store).as_posix()}/{layout.stamp14(when)}"
            facts = {"snapshot": name, "source": source, "url": url, "started": layout.stamp(started)}
            snapshot = cls(path, facts | {"trigger": occasion.trigger, "predecessor": occasion.predecessor}, run, seen)
            snapshot._open()
        except OSError as error:
            raise StorageError(f"{home}: {error.strerror}; name a writable folder with --snapshots") from error
        return snapshot

    @staticmethod
    def find_open(store: Path, source: str, url: str | None = None) -> Path | None:
        """Return the latest open snapshot of an article, or None. One in which nothing was acknowledged is cleared away."""
        home = store / layout.home(source, url)
        for path in sorted(home.glob("*" + layout.OPEN), reverse=True):
            with _storage(path):
                begun = reread.run(path)
                if begun is None:
                    shutil.rmtree(path)
                elif begun[0]["source"] == source or (url is not None and begun[0]["url"] == url):
                    return path
        return None

    @classmethod
    def resume(cls, path: Path, *, seen: Seen = unseen) -> Snapshot:
        """Open a snapshot again: torn tails cut, what was acknowledged known. IntegrityError where acknowledged bytes are gone."""
        with _storage(path):
            cut = 0
            if (path / layout.JOURNAL).exists():
                cut = journal.recover(path)
            elif not (path / layout.PACKAGE_DIGEST).exists():
                raise IntegrityError(f"{path}: the journal is gone; `archiver rebuild` makes a snapshot of what the WARC files hold")
            begun = reread.run(path)
            if begun is None:
                raise IntegrityError(f"{path}: nothing was acknowledged in it; remove the directory and start again")
            snapshot = cls(path, *begun, seen)
            snapshot.restored.cut = cut
            snapshot._restore()
            if (path / layout.JOURNAL).exists():  # else its views are written, only its name is not: nothing more can be added
                snapshot._open()
        return snapshot

    def add_article(
        self, article: Article, citations: Sequence[Citation], capture: Capture | None = None, *, revision: dict[str, Any] | None = None
    ) -> Stored | None:
        """Write the article, its text and every citation with its places; return its capture. StorageError as `add`.

        Without a capture the article's bytes become a `resource`; with one its answer is written whole, never as a revisit.
        `revision` says what became of an earlier version's citations.
        """
        return self.queue_article(article, citations, capture, revision).result()

    def queue_article(
        self, article: Article, citations: Sequence[Citation], capture: Capture | None = None, revision: dict[str, Any] | None = None
    ) -> Future[Stored | None]:
        """Queue what `add_article` writes: the document, its text, its citations some hundred at a time, and last the record that says it.

        What is added behind it is never acknowledged before it, and where part of it fails nothing is written any more: a snapshot whose
        `article` record is not there has none.
        """
        self.expect(len(citations))
        filing = Filing(capture, self._memory, self._seen, revisits=False) if capture else None
        with _storage(self.path):
            made = filed(capture, None) if capture else None
        written = _written(article, made, self.facts["started"])
        document = made.about if made and made.about else written[0]

        def make() -> Made:
            return made.made(written) if made else pressed(written)

        def result(entries: list[Entry]) -> Stored | None:
            return self._acknowledge(filing, entries) if filing else None

        first = self._submit(Job(make, filing.decided if filing else _same, result, len(article.data), vital=True))
        for start in range(0, len(citations), TOGETHER):
            self._submit(_stories(citations[start : start + TOGETHER], document))
        said = {
            "article": article.as_json(),
            "encoding": article.encoding,
            "base_url": article.base_url,
            "record": document.id,
            "capture": next((record.id for record in made.records if record.kind == manifest.CAPTURE), None) if made else None,
            "text": written[-1].id,
            "revision": revision,
        }
        record = draft.metadata(manifest.ARTICLE, document.date, said, url=document.url, concurrent_to=document.id)
        return self._submit(Job(lambda: pressed([record]), _same, lambda _: first.result(), record.length, vital=True, light=True))

    def expect(self, captures: int) -> None:
        """Take note that so many captures may come, and prepare for many."""
        if self._writer is not None:
            self._writer.expect(captures)

    def add(self, capture: Capture) -> Future[Stored]:
        """Queue a capture, failed ones too; the future says when it is on disk. Keep its exchanges open until then.

        The future raises StorageError where the disk refuses: nothing of the capture is kept then. Blocks while 256 captures wait already.
        """
        filing = Filing(capture, self._memory, self._seen)
        return self._submit(
            Job(filing.make, filing.decide, lambda entries: self._acknowledge(filing, entries), filing.size, lambda: filing.parcel)
        )

    def add_derived(self, kind: str, url: str, media_type: str, data: bytes | Path, refers_to: str) -> Future[dict[str, Any]]:
        """Queue what we made from a record (its id): kind `conversion` or `resource`; the future holds the contract's record object.

        A file is read while its record is written: it must stay until then.
        """
        record = draft.whole(kind, layout.stamp(self.now()), media_type, data, url=url, source=refers_to)
        return self._submit(Job(lambda: pressed([record]), _same, lambda entries: entries[0].position(), record.length, lambda: [record]))

    def note(self, capture: str, notes: dict[str, str]) -> Future[None]:
        """Queue what was learnt of an acknowledged capture (the id of its Stored) after it was written; said again, the last one counts."""
        return self._say(manifest.NOTED, {"capture": capture, "notes": notes}, capture)

    def add_check(self, values: dict[str, Any], picture: Derived | None) -> Future[None]:
        """Queue what a replay check found of a capture of this or an earlier snapshot, and the picture that it shows."""
        date = layout.stamp(self.now())
        records = [draft.metadata(manifest.CHECKED, date, values, url=values["url"], concurrent_to=None).digest()]
        if picture is not None:
            records.append(draft.whole("resource", date, picture.media_type, picture.data, url=picture.url, source=records[0].id).digest())
        size = len(picture.data) if picture else 0
        return self._submit(Job(lambda: pressed(records), _same, lambda _: None, size, lambda: records))

    def settle(
        self,
        number: int,
        outcome: str,
        state: str | None,
        reason: str,
        *,
        comparison: dict[str, Any] | None = None,
        next_attempt: datetime | None = None,
        tries: Tries | None = None,
        captures: Sequence[str] = (),
        resolution: dict[str, Any] | None = None,
        history: dict[str, Any] | None = None,
    ) -> Future[None]:
        """Queue what came of a citation; said again, the last one counts.

        `tries` counts the runs that tried what is still open, this one among them. `captures` are ids of Stored that belong to it beside
        those that name it in `cited_by`; `resolution` says which post a mention was found to be (`id`, `url`, with way, score and
        evidence), or why none. `history` says what this look has to do with those before it.
        """
        values = {
            "number": number,
            "outcome": outcome,
            "state": state,
            "reason": reason,
            "comparison": comparison,
            "next_attempt": layout.stamp(next_attempt) if next_attempt else None,
            "tries": {"runs": tries.runs, "since": layout.stamp(tries.since)} if tries else None,
            "captures": list(captures),
            "resolution": resolution,
            "history": history,
        }
        return self._say(manifest.SETTLED, values)

    def find(self, url: str, purpose: str = "page", tier: str = "http") -> Stored | None:
        """Return the acknowledged capture of a target, the latest one, or None."""
        place = self._places.get(_key(url, purpose, tier))
        return reread.stored(self.path, *place) if place else None

    def exchange(self, stored: Stored, elsewhere: reread.Elsewhere = reread.nowhere) -> Exchange | None:
        """Return a stored capture's last answer, read back from its record, or None where it had none.

        `elsewhere` finds payloads that stand in other snapshots.
        """
        return reread.exchange(self.path, stored["records"], elsewhere)

    def finish(self, finished: datetime | None = None) -> Path:
        """Write the views, make everything durable, rename the directory into place. Interrupted, it can be resumed and called again."""
        with _storage(self.path):
            if self.restored.finished is None:
                said = {"finished": layout.stamp(finished or self.now())}
                self._say(manifest.FINISHED, said).result()
                self.restored.finished = said["finished"]
            self.close()
            return views.seal(self.path)

    def tell(self, done: Callable[[], None]) -> None:
        """Have `done` called, in the writer's thread, each time that the futures of a commit have their results."""
        if self._writer is not None:
            self._writer.told = done

    def close(self) -> None:
        """Write what waits, stop, and leave the snapshot open, to be resumed."""
        if self._writer is not None:
            self._writer.close()

    def _open(self) -> None:
        started = datetime.fromisoformat(self.facts["started"])
        self._writer = Writer(
            self.path, lambda n: layout.warc_name(started, n), lambda name: draft.opening(self.run, self.facts, name), self._memory
        )

    def _submit(self, job: Job) -> Future[Any]:
        if self._writer is None:
            raise StorageError(f"{self.path}: is finished and takes no more; finish it, then archive the article again")
        return self._writer.submit(job)

    def _say(self, kind: str, values: dict[str, Any], about: str | None = None) -> Future[None]:
        record = draft.metadata(kind, layout.stamp(self.now()), values, url=None, concurrent_to=about)
        return self._submit(Job(lambda: pressed([record]), _same, lambda _: None, record.length, light=True))

    def _acknowledge(self, filing: Filing, entries: list[Entry]) -> Stored:
        target = filing.capture.target
        self._places[_key(target.url, target.purpose, target.tier)] = (entries[0].file, entries[0].offset)
        return filing.result(entries)

    def _restore(self) -> None:
        by_id, citations = Ledger(), list[Citation]()
        for entry in reread.entries(self.path):
            by_id.append(entry)
            if (entry.url or "").startswith(manifest.CERTIFICATE):
                self._memory.add((entry.url or "").encode(), entry.url or "")
            if entry.kind is not None:
                self._recall(reread.said(self.path, entry), entry, by_id, citations)
        self._memory.commit(done=True)
        known = self.restored
        known.citations = tuple(citations)
        if known.article is not None:
            known.data = reread.article_data(self.path, known.article, by_id)
            known.text = reread.article_text(self.path, known.article, by_id).decode("utf8", "surrogatepass")

    def _recall(self, data: dict[str, Any], entry: Entry, by_id: Mapping[str, Entry], citations: list[Citation]) -> None:
        known = self.restored
        match data["kind"]:
            case manifest.ARTICLE:
                known.article = data
            case manifest.CITATION:
                citations.append(Citation.from_json(data["citation"]))
            case manifest.SETTLED:
                known.settled[data["number"]] = data
            case manifest.FINISHED:
                known.finished = data["finished"]
            case manifest.CAPTURE:
                known.captures += 1
                first = by_id[data["records"][0]] if data["records"] else entry
                target = data["capture"]
                self._places[_key(target["url"], target["purpose"], target["tier"])] = (first.file, first.offset)
                for one, sha256 in data["payloads"].items():
                    record = by_id[one]
                    if record.type == "response" and (record.status or 0) // 100 == 2 and record.payload_digest:
                        origin = PayloadOrigin(record.id, record.url or "", record.date, record.payload_digest)
                        self._memory.add(bytes.fromhex(sha256), str(origin))


def _same(made: Made) -> Made:
    return made


def _key(url: str, purpose: str, tier: str) -> bytes:
    return hashlib.blake2b(f"{tier}\n{purpose}\n{url}".encode("utf8", "surrogatepass"), digest_size=16).digest()


@contextmanager
def _storage(path: Path) -> Iterator[None]:
    """Say of a disk that refuses, in one line, that it does, and that nothing is lost."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}; free the disk or make it writable, then run the same command to resume") from error


def _written(article: Article, made: Filed | None, started: str) -> list[Record]:
    """Return what is written of an article as it was read: its bytes, where they did not come over HTTP, and its text, in this order."""
    document = made.about if made else None
    own = []
    if document is None:
        document = draft.whole("resource", started, article.media_type, article.data, url=manifest.ARTICLE_URI + article.sha256)
        own = [document]
    text = article.text.encode("utf8", "surrogatepass")
    url = manifest.TEXT_URI + (document.url or "")
    return [*own, draft.whole("conversion", document.date, "text/plain;charset=utf-8", text, url=url, source=document.id)]


def _stories(citations: Sequence[Citation], document: Record) -> Job:
    """Return the job that writes some citations of an article."""

    def stories() -> draft.Stories:
        told = [{"citation": citation.as_json()} for citation in citations]
        return draft.Stories(manifest.CITATION, document.date, document.url, document.id, told)

    return Job(lambda: pressed(stories().records()), _same, lambda _: None, len(citations) << 11, stories, vital=True)
