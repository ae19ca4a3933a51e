"""`archiver demo`, whole: what came of every scene is what its table says, and nothing was asked of anybody twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archiver.service.demo import SCENES, Scene


@pytest.fixture(scope="module")
def citations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Take the tour once; the manifest's citations by URL without its query."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "archiver", "demo", "--snapshots", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)
    assert done.returncode == 0, done.stderr
    (snapshot,) = json.loads(done.stdout)["snapshots"]
    manifest = json.loads(Path(snapshot["manifest"]).read_text())
    assert manifest["article"]["source"] == "article.txt"
    return {citation["url"].partition("?")[0]: citation for citation in manifest["citations"]}


def test_the_article_cites_these_and_nothing_else(citations: dict[str, Any]) -> None:
    assert sorted(citations) == sorted(scene.url for scene in SCENES)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.title)
def test_scene_ends_as_its_table_says(scene: Scene, citations: dict[str, Any]) -> None:
    citation = citations[scene.url]
    assert (citation["kind"], citation["outcome"], citation["state"]) == (scene.kind, scene.outcome, scene.state), citation["reason"]
    compared = citation["comparison"]
    assert (compared and compared["verdict"]) == scene.verdict, compared
    assert {capture["tier"] for capture in citation["captures"]} >= scene.tiers


def test_flaky_page_was_waited_for_and_came_with_all_that_it_needs(citations: dict[str, Any]) -> None:
    (page, *parts) = citations["https://www.bbc.com/arabic/middleeast-59401649"]["captures"]
    busy, answered = page["attempts"]
    assert (busy["status"], answered["status"]) == (503, 200)
    assert answered["waited"] >= 1
    needed = {part["url"].rpartition("/")[2] for part in parts}
    assert needed >= {"page.css", "type.css", "naskh.woff2", "paper.png", "icon.png", "rabat.png", "map", "map.png"}
    assert {part["status"] for part in parts} == {200}
