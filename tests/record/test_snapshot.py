"""Begin, add, settle, finish, resume: what was acknowledged is there, nothing else counts, and what is made again is equal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.citation.platform import Target
from archiver.errors import IntegrityError, StorageError, UsageError
from archiver.fetch.answer import read_body
from archiver.record import index, layout, reread
from archiver.record.entry import PayloadOrigin
from archiver.record.rebuild import rebuild_snapshot
from archiver.record.snapshot import Snapshot
from archiver.record.verify import verify
from archiver.record.writer import writer
from archiver.record.writer.journal import Commit
from tests.record import made


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.full(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def manifest(finished: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((finished / "manifest.json").read_bytes())
    return found


def captures(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for citation in manifest["citations"]:
        yield from citation["captures"]


def test_layout_is_the_contract_s(finished: Path) -> None:
    assert list(finished.parts[-3:]) == ["local", "story.txt", "20260304050607"]
    assert {name for name in made.files(finished) if not name.startswith("archive/")} == {
        "article.txt",
        "datapackage-digest.json",
        "datapackage.json",
        "indexes/index.cdxj",
        "manifest.json",
        "pages/extraPages.jsonl",
        "pages/pages.jsonl",
    }
    assert (finished / "article.txt").read_text(encoding="utf8") == made.TEXT


def test_manifest_says_what_the_contract_wants(manifest: dict[str, Any]) -> None:
    assert manifest["schema"] == "archiver.manifest/1"
    assert manifest["snapshot"] == "local/story.txt/20260304050607"
    assert manifest["run"] == {
        "started": "2026-03-04T05:06:07.890123Z",
        "finished": "2026-03-04T05:11:07.890123Z",
        "trigger": None,
        "software": made.RUN.software,
        "user_agent": made.RUN.user_agent,
        "config_sha256": "0" * 64,
        "robots": "record",
        "operator": "Desk",
    }
    assert manifest["article"]["text_length"] == len(made.TEXT)
    assert [citation["outcome"] for citation in manifest["citations"]] == ["captured", "failed", "refused"]
    place = manifest["citations"][0]["places"][0]
    assert made.TEXT[place["start"] : place["end"]] == place["exact"]
    assert manifest["citations"][1]["next_attempt"] == "2026-03-04T06:06:07.890123Z"
    assert {
        "url",
        "tier",
        "role",
        "started",
        "finished",
        "status",
        "final_url",
        "redirects",
        "media_type",
        "title",
        "attempts",
        "ip",
        "tls",
    } | {
        "records",
        "truncated",
        "memento",
        "post",
    } <= manifest["citations"][0]["captures"][0].keys()


def test_shared_captures_belong_to_every_citation(manifest: dict[str, Any]) -> None:
    urls = [[capture["url"] for capture in citation["captures"]] for citation in manifest["citations"]]
    assert "https://two.test/photo" in urls[0]
    assert "https://two.test/photo" in urls[1]
    assert "http://one.test/old" in urls[2]  # named by settle


def test_redirects_attempts_posts_and_failures_are_told(manifest: dict[str, Any]) -> None:
    by_url = {capture["url"]: capture for capture in captures(manifest)}
    moved = by_url["http://one.test/old"]
    assert (moved["redirects"], moved["final_url"], moved["status"]) == (["http://one.test/old"], "https://one.test/new", 200)
    assert [record["type"] for record in moved["records"]] == ["response", "request", "response", "request", "metadata"]
    post = by_url["https://cdn.test/tweet?id=7"]
    assert [(attempt["status"], attempt["error"]) for attempt in post["attempts"]] == [(None, "timeout"), (200, None)]
    assert post["post"]["counts"] == {"likes": 2}
    assert [record["type"] for record in post["records"]] == ["request", "response", "request", "metadata", "conversion", "resource"]
    refused = by_url["https://refused.test/"]
    assert (refused["status"], refused["state"], [record["type"] for record in refused["records"]]) == (
        None,
        "refused_address",
        ["metadata"],
    )


def test_every_record_of_the_manifest_stands_where_it_says(finished: Path, manifest: dict[str, Any]) -> None:
    for capture in captures(manifest):
        for record in capture["records"]:
            data = (finished / "archive" / record["file"]).read_bytes()[record["offset"] : record["offset"] + record["length"]]
            text = subprocess.run(["gzip", "-dc"], input=data, capture_output=True, check=True).stdout
            assert f"WARC-Record-ID: {record['id']}".encode() in text.partition(b"\r\n\r\n")[0]


def test_index_is_sorted_by_bytes_and_holds_what_can_be_replayed(finished: Path) -> None:
    lines = (finished / "indexes/index.cdxj").read_bytes().splitlines(keepends=True)
    assert lines == sorted(lines)
    found = {(data["url"], data["mime"]) for data in (json.loads(line.split(b" ", 2)[2]) for line in lines)}
    assert ("https://three.test/same", "warc/revisit") in found
    assert ("urn:view:https://one.test/new", "image/png") in found
    assert ("http://odd.test/bare-lf", "unk") in found
    assert not any(url.endswith(("icy", "http09")) for url, _ in found)


def test_pages_carry_places(finished: Path) -> None:
    header, *rows = (json.loads(line) for line in (finished / "pages/extraPages.jsonl").read_text(encoding="utf8").splitlines())
    assert header["format"] == "json-pages-1.0"
    assert {row["citation"] for row in rows} == {1, 2, 3}
    assert all(row["url"] and row["ts"] and row["places"][0]["start"] is not None for row in rows)
    _, article = (json.loads(line) for line in (finished / "pages/pages.jsonl").read_text(encoding="utf8").splitlines())
    assert article["title"] == "عنوان"


def test_what_is_made_again_from_the_warc_alone_is_equal(tmp_path: Path) -> None:
    path = made.full(tmp_path)
    before = made.files(path)
    for name in before:
        if not name.startswith("archive/"):
            (path / name).unlink()
    rebuild_snapshot(path)
    assert made.files(path) == before
    with pytest.raises(UsageError):
        rebuild_snapshot(tmp_path)


def test_resume_knows_all_that_was_acknowledged(tmp_path: Path) -> None:
    snapshot = made.begin(tmp_path)
    first = made.capture(made.page("https://one.test/a", b"body of a", tls=made.TLS), target=Target("https://one.test/a", purpose="oembed"))
    stored = snapshot.add(first).result()
    snapshot.settle(1, "captured", "ok", "fine").result()
    snapshot.close()

    path = Snapshot.find_open(tmp_path, "story.txt")
    assert path is not None
    again = Snapshot.resume(path)
    known = again.restored
    assert (known.text, known.data, known.citations[0]) == (made.TEXT, made.TEXT.encode(), made.citation(1))
    assert known.article is not None
    assert known.article["article"]["language"] == "ar"
    assert known.settled[1]["outcome"] == "captured"
    assert again.find("https://one.test/a", "oembed") == stored
    assert again.find("https://one.test/a", "page") is None
    read = again.exchange(stored)
    assert read is not None
    assert (read.status, read_body(read).data, read.header("content-type")) == (200, b"body of a", "text/html")
    repeated = again.add(made.capture(made.page("https://one.test/b", b"body of a", tls=made.TLS))).result()
    assert repeated["records"][0]["type"] == "revisit"
    read = again.exchange(repeated)
    assert read is not None
    assert read_body(read).data == b"body of a"
    final = again.finish()
    assert Snapshot.find_open(tmp_path, "story.txt") is None
    data = json.loads((final / "manifest.json").read_bytes())
    assert [capture["url"] for capture in data["citations"][0]["captures"]] == ["https://one.test/a", "https://one.test/b"]
    assert (final / "indexes/index.cdxj").read_text(encoding="utf8").count("pkix-cert") == 1


def test_article_from_the_web_is_its_own_capture_and_never_a_revisit(tmp_path: Path) -> None:
    answer = made.page("https://news.test/story", made.TEXT.encode())
    origin = PayloadOrigin("<urn:uuid:1>", "https://news.test/story", "2020-01-01T00:00:00Z", "sha1:x")
    snapshot = Snapshot.begin(
        tmp_path, source="s", url="https://news.test/story?id=1", started=made.START, run=made.RUN, seen=lambda _: origin
    )
    stored = snapshot.add_article(made.article(), [made.citation()], made.capture(answer, cited_by=()))
    assert stored is not None
    assert stored["records"][0]["type"] == "response"
    other = snapshot.add(made.capture(made.page("https://one.test/", b"seen before"))).result()
    assert other["records"][0]["type"] == "revisit"
    assert snapshot.exchange(other) is None  # its payload stands in another snapshot
    snapshot.close()
    again = Snapshot.resume(snapshot.path)
    assert again.restored.data == made.TEXT.encode()
    path = again.finish()
    assert path.parts[-3] == "news.test"
    manifest = json.loads((path / "manifest.json").read_bytes())
    assert [capture["url"] for capture in manifest["article"]["captures"]] == ["https://news.test/story"]
    package = json.loads((path / "datapackage.json").read_bytes())
    assert package["mainPageUrl"] == "https://news.test/story"


def test_payload_is_a_revisit_only_where_that_is_true(tmp_path: Path) -> None:
    snapshot = made.begin(tmp_path)
    body = b"the same body"
    kinds = []
    for hop in (
        made.page("https://one.test/1", body, b"404 Not Found"),
        made.page("https://one.test/2", body, truncated="length"),
        made.page("https://one.test/3", body),
        made.page("https://one.test/4", body, truncated="length"),
        made.page("https://one.test/5", body, b"404 Not Found"),
        made.page("https://one.test/6", body),
        made.page("https://one.test/7", b""),
        made.page("https://one.test/8", b""),
    ):
        kinds.append(snapshot.add(made.capture(hop)).result()["records"][0]["type"])
    snapshot.close()
    assert kinds == ["response"] * 5 + ["revisit"] + ["response"] * 2


def test_captures_added_at_once_are_committed_in_groups_and_in_order(tmp_path: Path) -> None:
    snapshot = made.begin(tmp_path)
    futures = [snapshot.add(made.capture(made.page(f"https://one.test/{n}", b"%d" % (n % 7)))) for n in range(100)]
    stored = [future.result(timeout=60) for future in futures]
    offsets = [one["records"][0]["offset"] for one in stored]
    assert offsets == sorted(offsets)
    assert [one["records"][0]["type"] for one in stored] == ["response"] * 7 + ["revisit"] * 93
    assert (snapshot.path / "journal").read_bytes().count(b"\n") < 40
    snapshot.close()


def test_open_directory_in_which_nothing_was_acknowledged_is_cleared_away(tmp_path: Path) -> None:
    Snapshot.begin(tmp_path, source="story.txt", url=None, started=made.START, run=made.RUN).close()
    assert Snapshot.find_open(tmp_path, "story.txt") is None
    assert list((tmp_path / "local/story.txt").iterdir()) == []


def test_two_runs_in_one_second_do_not_meet(tmp_path: Path) -> None:
    names = {made.full(tmp_path, revisits=False).name for _ in range(2)}
    assert names == {"20260304050607", "20260304050608"}


@pytest.mark.parametrize("step", ["views", "journal"])
def test_interrupted_finish_is_finished_by_resuming(tmp_path: Path, step: str) -> None:
    snapshot = made.begin(tmp_path)
    path = snapshot.finish(made.START + timedelta(minutes=1))
    whole = made.files(path)
    still_open = path.with_name(path.name + layout.OPEN)
    path.rename(still_open)
    if step == "views":  # the step before: the journal is still there, and of a view there is half
        file = next((still_open / "archive").iterdir())
        commit = Commit(file.name, file.stat().st_size, tuple(reread.entries(still_open)))
        (still_open / "journal").write_bytes(commit.line())
        (still_open / "manifest.json.part").write_bytes(b"{")
        (still_open / "manifest.json").write_bytes(b"{")
    again = Snapshot.resume(still_open)
    assert again.restored.finished == layout.stamp(made.START + timedelta(minutes=1))
    assert made.files(again.finish()) == whole


def test_article_of_a_killed_run_is_there_with_all_its_citations_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "GROUP", 1)
    begun = Snapshot.begin(tmp_path / "whole", source="story.txt", url=None, started=made.START, run=made.RUN)
    begun.add_article(made.article(), [made.citation(number) for number in range(1, 601)])
    begun.close()
    lines = (begun.path / layout.JOURNAL).read_bytes().splitlines(keepends=True)
    assert len(lines) >= 5
    for number in range(1, len(lines) + 1):
        path = tmp_path / str(number) / begun.path.name
        shutil.copytree(begun.path, path)
        (path / layout.JOURNAL).write_bytes(b"".join(lines[:number]))
        resumed = Snapshot.resume(path)
        resumed.close()
        known = resumed.restored
        assert (known.article is None) == (number < len(lines))
        assert known.article is None or [one.number for one in known.citations] == list(range(1, 601))


def test_damaged_journal_stops_where_a_torn_one_goes_on(tmp_path: Path) -> None:
    snapshot = made.begin(tmp_path)
    snapshot.settle(1, "captured", "ok", "fine").result()
    snapshot.close()
    journal = snapshot.path / "journal"
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-9])
    assert Snapshot.resume(snapshot.path).restored.settled == {}
    journal.write_bytes(whole[:40] + b"?" + whole[41:])
    with pytest.raises(IntegrityError, match="damaged"):
        Snapshot.resume(snapshot.path)


def test_missing_committed_bytes_are_an_integrity_error(tmp_path: Path) -> None:
    snapshot = made.begin(tmp_path)
    snapshot.close()
    file = next((snapshot.path / "archive").iterdir())
    os.truncate(file, file.stat().st_size - 1)
    with pytest.raises(IntegrityError, match="were committed"):
        Snapshot.resume(snapshot.path)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_waits_for_ever_when_a_capture_is_closed_too_early(tmp_path: Path) -> None:
    snapshot = made.begin(tmp_path)
    early = made.capture(made.page("https://one.test/", bytes(2 << 20)))
    early.close()
    with pytest.raises(StorageError, match="has stopped"):
        snapshot.add(early).result(timeout=30)
    with pytest.raises(StorageError, match="has stopped"):
        snapshot.settle(1, "captured", "ok", "fine")
    snapshot.close()
    assert Snapshot.resume(snapshot.path).restored.text == made.TEXT


def test_finish_can_be_called_again_when_the_disk_refused(tmp_path: Path) -> None:
    snapshot = made.begin(tmp_path)
    (snapshot.path / "manifest.json.part").mkdir()  # as good as a full disk: the view cannot be written
    with pytest.raises(StorageError, match="resume"):
        snapshot.finish()
    (snapshot.path / "manifest.json.part").rmdir()
    assert verify(snapshot.finish()).faults == ()


def test_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "local").write_text("a file stands here")
    with pytest.raises(StorageError, match="--snapshots"):
        made.begin(tmp_path)


@given(st.text(max_size=120), st.none() | st.text(max_size=60).map(lambda path: f"https://news.test/{path}"))
def test_slugs_stay_inside_and_are_told_apart(source: str, url: str | None) -> None:
    home = layout.home(source, url)
    folder, slug = home.split("/")
    for part in (folder, slug):
        assert part not in ("", ".", "..")
        assert not part.startswith((".", "-"))
        assert len(part.encode()) <= 80
        assert not set(part) & set('/\\\0\n\r:*?"<>|')
    assert home == layout.home(source, url)


def test_slugs_of_different_articles_differ() -> None:
    pairs = [
        "https://n.test/a?x=1",
        "https://n.test/a?x=2",
        "https://n.test/a%3Fx=1",
        "https://n.test/" + "a" * 300,
        "https://n.test/" + "a" * 301,
    ]
    assert len({layout.home("s", url) for url in pairs}) == len(pairs)
    assert layout.home("s", "https://n.test/story-1") == "n.test/story-1"
    assert layout.home("/tmp/../etc/passwd", None) == "local/passwd"


def test_index_keys() -> None:
    assert index.key("https://www.Example.org:443/A b?q=1#f") == "org,example)/a%20b?q=1"
    assert index.key("urn:view:https://one.test/") == "urn:view:https://one.test/"
