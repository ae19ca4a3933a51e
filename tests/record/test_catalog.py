"""The catalog is a view too: made again it is equal; payloads are found across snapshots; what is due is due once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from archiver.errors import IntegrityError, LeaseLost, StorageError
from archiver.record.catalog import Catalog
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
        assert {table for table, *_ in before} == {"snapshot", "citation", "payload", "memento"}
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


def test_snapshot_without_manifest_is_an_integrity_error(tmp_path: Path) -> None:
    path = made.full(tmp_path)
    (path / "manifest.json").write_bytes(b"{")
    with Catalog(tmp_path) as catalog, pytest.raises(IntegrityError, match="rebuild"):
        catalog.add(path)


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
