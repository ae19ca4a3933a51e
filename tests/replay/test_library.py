"""A store as readers see it: found by words and outcomes, records back byte for byte, and no way out of the store."""

from __future__ import annotations

import gzip
import os
import threading
from pathlib import Path

import pytest

from archiver.errors import IntegrityError, NotArchived, UsageError
from archiver.record.catalog.catalog import Catalog, folded, hexed
from archiver.record.catalog.holdings import Wanted
from archiver.record.rebuild import rebuild_catalog
from archiver.replay.library import Library
from tests.record import made

NAME = "local/story.txt/20260304050607"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with Catalog(tmp_path) as catalog:
        catalog.add(made.full(tmp_path))
        later = made.begin(tmp_path, seen=catalog.seen)
        later.add(made.capture(made.page("https://four.test/"))).result()
        later.settle(1, "captured", "ok", "it answered")
        catalog.add(later.finish())
    return tmp_path


def test_articles_are_found_by_words_and_outcomes(store: Path) -> None:
    library = Library(store)
    (article,), total = library.articles(Wanted())
    assert (total, article["versions"], article["name"]) == (1, 2, "local/story.txt/20260304050608")
    assert (article["captured"], article["unsettled"], article["citations"]) == (1, 2, 3)
    assert library.articles(Wanted(words="STORY عُنـوان"))[1] == 1  # case, vowel signs and tatweel do not matter
    assert library.articles(Wanted(words="one.test"))[1] == 1
    assert library.articles(Wanted(words="100%"))[1] == 0  # no wildcard
    assert library.articles(Wanted(outcome="captured"))[1] == 1
    assert library.articles(Wanted(outcome="failed"))[1] == 0  # an earlier snapshot failed; the latest does not
    assert library.articles(Wanted(outcome="name; DROP TABLE snapshot", sort="1; DROP TABLE snapshot"))[1] == 1
    assert [one["name"] for one in library.holdings.versions("local/story.txt")] == ["local/story.txt/20260304050608", NAME]
    assert folded("ﻣﻘﺎل\u200f Straße É") == folded("مقال STRASSE e\u0301")


def test_records_come_back_as_they_were_written(store: Path) -> None:
    library = Library(store)
    view = library.snapshot(NAME)
    assert view.text == made.TEXT
    assert library.snapshot(NAME) is view
    photo = next(one for one in view.captures.values() if one["url"] == "https://two.test/photo")
    response = next(one for one in photo["records"] if one["type"] == "response")
    stored = library.record(NAME, hexed(response["id"]))
    assert (stored.status, stored.field("WARC-Type")) == (200, "response")
    assert ("Content-Type", "image/jpeg") in stored.headers
    assert b"".join(stored.payload()) == bytes(range(256)) * 40
    assert stored.read(5) == bytes(range(5))
    member = gzip.decompress(library.member(NAME, response))
    assert member.startswith(b"WARC/1.1\r\n")
    assert member.endswith(bytes(range(256)) + b"\r\n\r\n")
    request = next(one for one in photo["records"] if one["type"] == "request")
    assert b"".join(library.record(NAME, hexed(request["id"])).payload()).startswith(b"GET /p HTTP/1.1\r\n")
    assert library.holder(hexed(photo["id"])) == NAME


def test_revisit_has_the_payload_of_another_snapshot(store: Path) -> None:
    library = Library(store)
    name = "local/story.txt/20260304050608"
    (memento,) = library.mementos("https://four.test/")
    assert (memento["snapshot"], memento["type"], memento["status"]) == (name, "revisit", 200)
    assert b"".join(library.at(name, memento).payload()) == b"<title>t</title> hello"
    assert b"".join(library.record(name, hexed(memento["id"])).payload()) == b"<title>t</title> hello"


def test_revisit_whose_payload_is_gone_says_so(store: Path) -> None:
    library = Library(store)
    (memento,) = library.mementos("https://four.test/")
    stored = library.at(memento["snapshot"], memento)
    assert stored.missing is None
    os.rename(store / NAME, store / "local/story.txt/elsewhere")  # noqa: PTH104
    rebuild_catalog(store)
    stored = library.at(memento["snapshot"], memento)
    assert stored.missing
    assert b"".join(stored.payload()) == b""


def test_one_url_over_all_snapshots(store: Path) -> None:
    library = Library(store)
    assert [one["url"] for one in library.mementos("HTTP://ONE.test/new#x")] == ["https://one.test/new"]
    assert library.mementos("https://nowhere.test/") == []
    assert [one["media_type"] for one in library.mementos("urn:view:https://one.test/new")] == ["image/png"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../../etc/passwd",
        "local/../story.txt",
        "/etc/passwd/20260304050607",
        f"{NAME}/",
        f"./{NAME}",
        "local/story.txt/20260304050699",
    ],
)
def test_no_name_leads_out_of_the_store(store: Path, name: str) -> None:
    library = Library(store)
    with pytest.raises(NotArchived):
        library.snapshot(name)
    with pytest.raises(NotArchived):
        library.at(name, {"file": "a.warc.gz", "offset": 0, "length": 9})
    with pytest.raises(IntegrityError, match="names a file"):
        library.at(NAME, {"file": "../manifest.json", "offset": 0, "length": 9})


def test_link_out_of_the_store_is_not_followed(store: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    os.rename(store / NAME, outside / "snapshot")  # noqa: PTH104
    (store / NAME).symlink_to(outside / "snapshot")
    with pytest.raises(NotArchived, match="leads out"):
        Library(store).snapshot(NAME)


def test_unknown_captures_and_records_are_not_archived(store: Path) -> None:
    library = Library(store)
    for ask in (
        lambda: library.capture(NAME, "0" * 32),
        lambda: library.record(NAME, "0" * 32),
        lambda: library.holder("x"),
        lambda: library.holder("0" * 32),
    ):
        with pytest.raises(NotArchived):
            ask()


def test_damaged_files_are_integrity_errors(store: Path) -> None:
    library = Library(store)
    position = next(iter(library.snapshot(NAME).records.values()))
    (file,) = (store / NAME / "archive").iterdir()
    data = bytearray(file.read_bytes())
    data[position["offset"] + 20 : position["offset"] + 60] = bytes(40)
    file.write_bytes(data)
    with pytest.raises(IntegrityError, match="verify"):
        b"".join(library.at(NAME, position).payload())
    (store / NAME / "manifest.json").write_bytes(b"{")
    with pytest.raises(IntegrityError, match="rebuild"):
        library.snapshot(NAME)


def test_store_without_catalog_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is archived"):
        Library(tmp_path)


def test_catalog_may_change_under_a_reader(store: Path) -> None:
    library = Library(store)
    assert library.holdings.totals()["snapshots"] == 2
    with Catalog(store) as catalog:
        catalog.add(made.full(store))
    assert library.holdings.totals()["snapshots"] == 3
    rebuild_catalog(store)
    threads = [threading.Thread(target=library.holdings.totals) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert library.holdings.totals()["articles"] == 1
    assert {row["state"] for row in library.holdings.months()} == {"ok", "timeout", "refused_address"}
    assert {row["host"] for row in library.holdings.hosts(9)} == {"one.test"}


def test_store_on_a_read_only_medium(store: Path) -> None:
    store.chmod(0o500)
    try:
        assert Library(store).holdings.totals()["snapshots"] == 2
    finally:
        store.chmod(0o700)
