"""`archiver locate` from outside: what may be named as the manifest, what is printed, and what is said of bad input."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archiver.config import Config
from archiver.errors import UsageError
from archiver.service.demo import ARTICLE
from archiver.service.extract import extract_source
from archiver.service.locate import citations_of, locate_citations


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncio.run(extract_source(str(ARTICLE), Config()))[1]


def archiver(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ARCHIVER_")}
    command = [sys.executable, "-m", "archiver", "locate", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_the_command_finds_loses_and_adds_and_ends_well(tmp_path: Path, document: dict[str, Any]):
    (tmp_path / "citations.json").write_text(json.dumps(document))
    text = ARTICLE.read_text(encoding="utf8").replace("middleeast-59401649", "middleeast-62222222")
    (tmp_path / "later.txt").write_text(f"A new line.\n{text}", encoding="utf8")
    done = archiver("citations.json", "later.txt", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    located = json.loads(done.stdout)
    assert located["schema"] == "archiver.located/1"
    assert [one["status"] for one in located["citations"]] == ["moved", "moved", "moved", "lost", "moved"]
    assert [(one["key"], one["places"][0]["line"]) for one in located["added"]] == [("web:bbc.com/arabic/middleeast-62222222", 103)]
    assert [one["key"] for one in located["removed"]] == ["web:bbc.com/arabic/middleeast-59401649"]
    shown = archiver("citations.json", "later.txt", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.endswith("5 citations: 4 moved, 1 lost; 1 added\n")
    assert "line 73 @3280" in shown.stdout
    assert "line 74 @3292" in shown.stdout


def test_a_manifest_and_the_directory_that_holds_it_are_citation_documents_too(tmp_path: Path, document: dict[str, Any]):
    captured = [{**one, "outcome": "captured", "captures": []} for one in document["citations"]]
    (tmp_path / "manifest.json").write_text(json.dumps({**document, "schema": "archiver.manifest/1", "citations": captured}))
    assert citations_of(tmp_path) == citations_of(tmp_path / "manifest.json")
    located = asyncio.run(locate_citations(tmp_path, str(ARTICLE), Config()))
    assert {place["status"] for one in located["citations"] for place in one["places"]} == {"exact"}


CITATION = {
    "number": 1,
    "key": "web:x.example",
    "kind": "link",
    "platform": "web",
    "id": None,
    "url": "https://x.example/",
    "in_body": True,
}
PLACE = {"url": None, "via": "text", "start": 0, "end": 1, "exact": "a", "prefix": "", "suffix": ""}


def manifest_of(**changed: object) -> str:
    return json.dumps({"schema": "archiver.manifest/1", "citations": [{**CITATION, "claims": {}, "places": [{**PLACE, **changed}]}]})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Not a manifest.", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("\ud800", "is not JSON"),
        ("[]", "has no schema"),
        ('{"schema": "archiver.run/1"}', "has the schema 'archiver.run/1'"),
        ('{"schema": "archiver.manifest/1"}', "has no list of citations"),
        ('{"schema": "archiver.manifest/1", "citations": [7]}', "citation 1: is not a citation"),
        ('{"schema": "archiver.manifest/1", "citations": [{"number": 1}]}', "citation 1: is not a citation"),
        (manifest_of(start="0"), "citation 1: has a field of the wrong type"),
        (manifest_of(start=-5), "citation 1: has a field of the wrong type"),
        (manifest_of(end=None), "citation 1: has a field of the wrong type"),
        (manifest_of(exact=None), "citation 1: has a field of the wrong type"),
        (manifest_of(heading=["a"]), "citation 1: has a field of the wrong type"),
        (manifest_of(rects=[[1, 2, "3", 4]]), "citation 1: has a field of the wrong type"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_said_in_one_line(tmp_path: Path, content: str, words: str):
    file = tmp_path / "manifest.json"
    file.write_bytes(content.encode("utf8", "surrogatepass"))
    with pytest.raises(UsageError, match=words) as error:
        citations_of(file)
    assert "\n" not in error.value.message


def test_what_is_not_there_is_said_in_one_line(tmp_path: Path):
    for arguments, words in ((("absent.json", "x.txt"), "no such file"), ((".", "x.txt"), "holds no manifest.json")):
        done = archiver(*arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_manifest_that_points_anywhere_is_searched_and_not_believed(tmp_path: Path):
    (tmp_path / "manifest.json").write_text(
        manifest_of(start=10**9, end=10**9 + 1, line=10**9, page=10**9, xpath="/a[", css="]", exact="q")
    )
    (tmp_path / "x.txt").write_text("Nothing of it is in here, not even once.")
    located = asyncio.run(locate_citations(tmp_path, str(tmp_path / "x.txt"), Config()))
    assert [one["status"] for one in located["citations"]] == ["lost"]
