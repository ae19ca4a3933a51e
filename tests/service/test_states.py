"""Every state at X and on the open web, through the whole program: outcome and state of each, n of n."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.service import states
from tests.service.states import WEB_SCENES, X_SCENES, States, WebScene, XScene


@pytest.fixture(scope="module")
def playing(authority: trustme.CA) -> Iterator[States]:
    with states.played(authority) as scenes:
        yield scenes


@pytest.fixture(scope="module")
def citations(playing: States, ca_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Archive the article that cites every scene, once; its manifest's citations by URL."""
    folder = tmp_path_factory.mktemp("states")
    (folder / "article.html").write_text(states.article(playing))
    (folder / "archiver.toml").write_text(states.config(playing, ca_bundle))
    command = [sys.executable, "-m", "archiver", "article", "article.html", "--config", "archiver.toml", "--snapshots", "snapshots"]
    done = subprocess.run([*command, "-q"], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 3, done.stderr
    (manifest,) = folder.glob("snapshots/*/*/*/manifest.json")
    return {citation["url"].rpartition("/")[2]: citation for citation in json.loads(manifest.read_text())["citations"]} | {
        citation["url"]: citation for citation in json.loads(manifest.read_text())["citations"]
    }


@pytest.mark.parametrize("scene", X_SCENES, ids=lambda scene: scene.title)
def test_state_of_a_post(scene: XScene, playing: States, citations: dict[str, Any]) -> None:
    citation = citations[playing.urls[scene.title].rpartition("/")[2]]
    assert (citation["outcome"], citation["state"]) == (scene.outcome, scene.state), citation["reason"]


@pytest.mark.parametrize("scene", WEB_SCENES, ids=lambda scene: scene.title)
def test_state_of_a_page(scene: WebScene, playing: States, citations: dict[str, Any]) -> None:
    citation = citations[playing.urls[scene.title]]
    assert (citation["outcome"], citation["state"]) == (scene.outcome, scene.state), citation["reason"]
    if scene.verified is not None:
        assert citation["captures"][0]["tls"]["verified"] is scene.verified


def test_nobody_reached_the_server_behind_the_guard(playing: States, citations: dict[str, Any]) -> None:
    assert citations
    assert playing.sentinel.connections == 0
