"""The catalog is a view too: made again it is equal; payloads are found across snapshots; what is due is due once."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archiver.citation.platform import State
from archiver.errors import IntegrityError, LeaseLost, StorageError, VersionError
from archiver.fetch.pace import HostState
from archiver.fetch.retry import Tries
from archiver.record.catalog.agenda import Agenda
from archiver.record.catalog.catalog import Catalog
from archiver.record.catalog.holdings import Holdings
from archiver.record.layout import CATALOG, write
from archiver.record.lock import holder, lease
from archiver.record.rebuild import rebuild_catalog
from archiver.record.verify import verify
from tests.record import made


def test_rebuilt_catalog_is_equal(tmp_path: Path) -> None:
    paths = [made.full(tmp_path) for _ in range(2)]
    with Catalog(tmp_path) as catalog:
        for path in (*paths, paths[0]):
            catalog.add(path)
        before = list(catalog.dump())
    (tmp_path / "catalog.sqlite").write_bytes(b"no database at all")
    with pytest.raises(StorageError, match="rebuild"):
        Catalog(tmp_path)
    assert rebuild_catalog(tmp_path) == 2
    with Catalog(tmp_path) as catalog:
        assert list(catalog.dump()) == before
        assert {table for table, *_ in before} == {"snapshot", "citation", "payload", "memento", "tally", "succession", "look", "refers"}
        assert [one["outcomes"] for one in catalog.snapshots()] == [{"captured": 1, "failed": 1, "refused": 1}] * 2
        assert [one["outcome"] for one in catalog.citations("local/story.txt/20260304050607")] == ["captured", "failed", "refused"]


def test_payload_of_an_earlier_snapshot_becomes_a_revisit(tmp_path: Path) -> None:
    with Catalog(tmp_path) as catalog:
        first = made.full(tmp_path)
        catalog.add(first)
        later = made.begin(tmp_path, seen=catalog.seen)
        stored = later.add(made.capture(made.page("https://four.test/"))).result()
        second = later.finish()
        catalog.add(second)
        assert stored["records"][0]["type"] == "revisit"
        assert verify(second, catalog).faults == ()
        origin = catalog.seen(stored["records"][0]["payload_sha256"])
        assert origin is not None
        assert origin.url == "https://one.test/new"  # the earliest record stays the origin


def test_due_is_what_the_latest_snapshot_wants(tmp_path: Path) -> None:
    with Catalog(tmp_path) as catalog:
        catalog.add(made.full(tmp_path))
        assert catalog.due(made.START) == []
        (due,) = catalog.due(made.START + timedelta(hours=2))
        assert (due.number, due.key, due.source, due.url) == (2, "web:2", "story.txt", "https://one.test/")
        later = made.Snapshot.begin(tmp_path, source="story.txt", url=None, started=made.START + timedelta(hours=1), run=made.RUN)
        later.add_article(made.article(), [made.citation(1), made.citation(2)])
        later.settle(2, "captured", "ok", "at last")
        catalog.add(later.finish())
        assert catalog.due(made.START + timedelta(hours=2)) == []


def again(store: Path, number: int, tries: Tries | None, outcome: str = "failed") -> None:
    """Enter one more snapshot of the article, `number` hours later, in which the second citation came to `outcome`."""
    started = made.START + timedelta(hours=number)
    later = made.Snapshot.begin(store, source="story.txt", url=None, started=started, run=made.RUN)
    later.add_article(made.article(), [made.citation(1), made.citation(2)])
    later.settle(2, outcome, "timeout", "no", next_attempt=started + timedelta(hours=1) if tries else None, tries=tries)
    with Catalog(store) as catalog:
        catalog.add(later.finish())


def test_tries_are_counted_while_the_question_is_open(tmp_path: Path) -> None:
    def tries() -> Tries | None:
        with Catalog(tmp_path) as catalog:
            return catalog.tries("story.txt", "web:2")

    assert tries() is None
    again(tmp_path, 1, Tries(1, made.START))
    assert tries() == Tries(1, made.START)
    again(tmp_path, 2, Tries(2, made.START), outcome="captured")  # by an archived copy: the live source is asked again
    assert tries() == Tries(2, made.START)
    with Catalog(tmp_path) as catalog:
        (due,) = catalog.due(made.START + timedelta(hours=4))
        assert (due.runs, due.since) == (2, "2026-03-04T05:06:07.890123Z")
        assert catalog.tries("another.txt", "web:2") is None
    again(tmp_path, 3, None)
    assert tries() is None


def test_what_hosts_taught_outlives_a_rebuild(tmp_path: Path) -> None:
    later = made.START + timedelta(hours=1)
    taught = HostState("a.test", made.START, 2.5, made.START, later, "Retry-After of a.test", State.RATE_LIMITED)
    dead = HostState("b.test", made.START, not_before=later, why="b.test failed 20 times", state=State.CONNECT_ERROR)
    with Catalog(tmp_path) as catalog:
        catalog.add(made.full(tmp_path))
        catalog.remember([taught, dead])
        catalog.remember([replace(taught, penalty=4.0)])
        before = list(catalog.dump())
    assert rebuild_catalog(tmp_path) == 1
    with Catalog(tmp_path) as catalog:
        assert list(catalog.dump()) == before
        assert catalog.hosts() == [replace(taught, penalty=4.0), dead]
        catalog.remember([HostState("c.test", made.START + timedelta(days=200), 1.0)])
        assert [one.name for one in catalog.hosts()] == ["c.test"]


def test_snapshot_without_manifest_is_an_integrity_error(tmp_path: Path) -> None:
    path = made.full(tmp_path)
    (path / "manifest.json").write_bytes(b"{")
    with Catalog(tmp_path) as catalog, pytest.raises(IntegrityError, match="rebuild"):
        catalog.add(path)


@pytest.mark.parametrize("opened", [Catalog, Holdings])
def test_a_catalog_of_another_version_is_no_damage(tmp_path: Path, opened: type[Catalog | Holdings]) -> None:
    Catalog(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / CATALOG)) as db:
        db.execute("PRAGMA user_version=1")
    with pytest.raises(VersionError, match="of version 1, not") as raised:
        opened(tmp_path)
    assert raised.value.exit_code == 1


def test_catalog_answers_from_other_threads(tmp_path: Path) -> None:
    found: list[object] = []
    with Catalog(tmp_path) as catalog:
        thread = threading.Thread(target=lambda: found.append(catalog.seen("00" * 32)))
        thread.start()
        thread.join()
    assert found == [None]


def test_second_run_is_told_who_writes(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from archiver.record.lock import lease\nwith lease(Path(sys.argv[1])): print('in', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"in\n"
        with pytest.raises(LeaseLost, match=f"process {other.pid} "), lease(tmp_path):
            pass
        other.kill()
    with lease(tmp_path):  # the kernel gave it back
        assert f"process {os.getpid()} " in holder(tmp_path)


def test_a_store_that_cannot_be_written_is_read_and_verified(tmp_path: Path) -> None:
    path = made.full(tmp_path)
    with Catalog(tmp_path) as catalog:
        catalog.add(path)
        before = list(catalog.dump())
    there = sorted(one.name for one in tmp_path.iterdir())
    with Catalog(tmp_path, writable=False) as catalog:
        assert list(catalog.dump()) == before
        assert verify(path, catalog).faults == ()
        with pytest.raises(StorageError):
            catalog.add(path)
    assert sorted(one.name for one in tmp_path.iterdir()) == there


def test_what_runs_remember_is_read_where_nothing_can_be_written(tmp_path: Path) -> None:
    with Catalog(tmp_path) as catalog:
        catalog.add(made.full(tmp_path))
    there = sorted(one.name for one in tmp_path.iterdir())
    with Agenda(tmp_path, writable=False) as agenda:  # no scheduled run was here
        assert (agenda.waiting(made.START), agenda.sources_of(), agenda.counts()["items"]) == ([], {}, {})
    assert sorted(one.name for one in tmp_path.iterdir()) == there
    with Agenda(tmp_path) as agenda:
        agenda.remember("disk", "since")
    with Agenda(tmp_path, writable=False) as agenda:
        assert agenda.mark("disk") == "since"
        with pytest.raises(StorageError):
            agenda.remember("disk", "")


def test_a_file_that_cannot_be_written_whole_leaves_no_half(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"the first half"
        raise OSError(28, "No space left on device")

    (tmp_path / "file").write_bytes(b"as it was")
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "file", pieces())
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("file", b"as it was")]
