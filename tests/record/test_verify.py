"""Verify finds every flipped byte, every missing or foreign file, and an edit that rewrites all hashes after itself."""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import re
import shutil
from pathlib import Path

import pytest

from archiver.errors import IntegrityError
from archiver.record import datapackage, layout, manifest, reread, views
from archiver.record.catalog.catalog import Catalog
from archiver.record.verify import verify
from tests.record import made

FLIPS = int(os.environ.get("FLIPS", "60"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("store")
    with Catalog(store) as catalog:
        catalog.add(made.full(store))
    return store


@pytest.fixture
def snapshot(store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(next(store.glob("local/*/*")), tmp_path / "store/local/story.txt/20260304050607"))


def flip(path: Path, at: int, bit: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)


def test_what_was_written_is_found_whole(store: Path) -> None:
    with Catalog(store) as catalog:
        report = verify(next(store.glob("local/*/*")), catalog)
    assert report.faults == ()
    report.check()
    assert report.files == 6
    assert report.records > 40


@pytest.mark.proof
def test_flipped_bytes_are_found(snapshot: Path) -> None:
    chosen = random.Random(7)
    found = sorted(path for path in snapshot.rglob("*") if path.is_file())
    sizes = [path.stat().st_size for path in found]
    missed = []
    for number in range(FLIPS):
        # every file its turn, then at random by size, so that small files are not left to luck
        path = found[number] if number < len(found) else chosen.choices(found, sizes)[0]
        at, bit = chosen.randrange(path.stat().st_size), chosen.randrange(8)
        flip(path, at, bit)
        report = verify(snapshot)
        if not report.faults:
            missed.append((path.name, at, bit))
        flip(path, at, bit)
    assert missed == []
    assert verify(snapshot).faults == ()


def test_gzip_header_bytes_that_no_reader_looks_at_are_found(snapshot: Path) -> None:
    file = next((snapshot / "archive").iterdir())
    flip(file, 5, 3)  # the time stamp of the first member
    assert any("sha256" in fault.what for fault in verify(snapshot).faults)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda path: (path / "manifest.json").unlink(), "manifest.json: is listed"),
        (lambda path: (path / "pages/other.jsonl").write_bytes(b"{}"), "pages/other.jsonl: is not listed"),
        (lambda path: (path / "datapackage.json").unlink(), "datapackage.json"),
        (lambda path: (path / "datapackage-digest.json").write_bytes(b"{}"), "datapackage-digest.json: does not hold"),
        (lambda path: (path / "datapackage.json").write_bytes(b"[]"), "datapackage.json: does not read"),
        (lambda path: shutil.rmtree(path / "archive"), "is listed in datapackage.json and is not there"),
        (lambda path: os.truncate(next((path / "archive").iterdir()), 3000), "cannot be read: the record at byte"),
        (shutil.rmtree, "datapackage.json: cannot be read"),
    ],
)
def test_missing_foreign_and_torn_files_are_named(snapshot: Path, change: object, named: str) -> None:
    change(snapshot)  # type: ignore[operator]
    report = verify(snapshot)
    assert any(named in str(fault) for fault in report.faults), [str(fault) for fault in report.faults]
    with pytest.raises(IntegrityError) as raised:
        report.check()
    assert raised.value.faults


def edited(snapshot: Path, old: bytes, new: bytes) -> None:
    """Change bytes in records, and rewrite everything that is computed from them: block digests and every view."""
    file = next((snapshot / "archive").iterdir())
    out = []
    for record in made.split(file.read_bytes()):
        head, _, block = record.replace(old, new).partition(b"\r\n\r\n")
        digest = b"WARC-Block-Digest: sha1:" + made.base32(hashlib.sha1(block[:-4]).digest())
        out.append(gzip.compress(re.sub(rb"WARC-Block-Digest: \S+", digest, head) + b"\r\n\r\n" + block, mtime=0))
    file.write_bytes(b"".join(out))
    views.make(snapshot)


def test_edit_with_all_hashes_rewritten_is_found_by_the_catalog_alone(snapshot: Path, store: Path) -> None:
    shutil.copy(store / "catalog.sqlite", snapshot.parents[2] / "catalog.sqlite")
    edited(snapshot, b"WARC-Target-URI: https://two.test/photo\r\n", b"WARC-Target-URI: https://two.test/PHOTO\r\n")
    assert verify(snapshot).faults == ()
    with Catalog(snapshot.parents[2]) as catalog:
        (fault,) = verify(snapshot, catalog).faults
    assert fault.file == "datapackage.json"
    assert "the catalog remembers" in fault.what


def test_payload_and_digests_swapped_together_are_found_by_sha256(snapshot: Path) -> None:
    """A SHA-1 that fits proves nothing: the capture's metadata names the payload by SHA-256."""
    entries = list(reread.entries(snapshot))
    said = next(reread.said(snapshot, entry) for entry in entries if entry.kind == manifest.CAPTURE)
    edited(snapshot, next(iter(said["payloads"].values())).encode(), b"0" * 64)
    (fault,) = verify(snapshot).faults
    assert "another SHA-256" in fault.what


def test_a_snapshot_that_the_catalog_does_not_know_yet_is_judged_by_itself(snapshot: Path) -> None:
    with Catalog(snapshot.parents[2]) as catalog:
        assert verify(snapshot, catalog).faults == ()
        catalog.catch_up()
        assert catalog.package(snapshot.relative_to(catalog.store).as_posix()) is not None


def test_link_in_place_of_a_file_is_a_fault(snapshot: Path, tmp_path: Path) -> None:
    text = snapshot / layout.TEXT
    (tmp_path / "elsewhere").write_bytes(text.read_bytes())
    text.unlink()
    text.symlink_to(tmp_path / "elsewhere")
    assert [str(fault) for fault in verify(snapshot).faults] == ["article.txt: is a link, not a file"]
    assert layout.TEXT in datapackage.files(snapshot)
