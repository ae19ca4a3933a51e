"""Every platform's answers in every state, through the whole program: outcome, state, words, media, comparison and card, n of n."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest
import trustme

from archiver.article.document import Document
from archiver.citation.platform import State
from archiver.embed import PLATFORMS
from archiver.record.verify import verify
from archiver.service.archive import Order, archive
from archiver.url import resolve
from tests.service.scenes.playing import article, played, rounds
from tests.service.scenes.scene import FILES, Scene
from tests.service.scenes.table import SCENES

TOLD = ("captured", "partial")


class Silence:
    """Nobody is told how it goes."""

    def begin(self, title: str, total: int) -> None: ...
    def fetched(self, url: str) -> None: ...
    def settled(self) -> None: ...


Made = list[tuple[Path, dict[str, Any]]]


@pytest.fixture(scope="module")
def snapshots(authority: trustme.CA, ca_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return archived(tmp_path_factory.mktemp("scenes"), authority, ca_bundle, "http")


def archived(store: Path, authority: trustme.CA, bundle: Path, tier: str) -> Made:
    """Archive every round in this process; the manifests with their paths."""
    made = []
    with played(SCENES, authority, bundle, tier) as playing:
        for number, scenes in enumerate(rounds(SCENES)):
            source = store / f"round-{number}.html"
            source.write_text(article(scenes))
            done = asyncio.run(archive(Order(str(source)), store / "snapshots", playing.config, Silence()))
            made.append((done.path, done.manifest))
    return made


@pytest.fixture(scope="module")
def citations(snapshots: Made) -> dict[str, dict[str, Any]]:
    """Every citation by its key."""
    return {citation["key"]: citation for _, manifest in snapshots for citation in manifest["citations"]}


def of(scene: Scene, citations: dict[str, dict[str, Any]]) -> dict[str, Any]:
    resolved = resolve(scene.url)
    assert resolved is not None
    return citations[next(found.key for platform in PLATFORMS if (found := platform.identify(resolved)))]


def told(citation: dict[str, Any]) -> list[dict[str, Any]]:
    """The tellings of a post that count: whole answers of targets that prove something."""
    return [one["post"] for one in citation["captures"] if one["post"] and one["proof"] and one["state"] in ("ok", "ok_partial")]


def field(post: dict[str, Any] | None, path: str) -> Any:
    for name in path.split("."):
        post = post[name] if post else None
    return post


def test_there_is_a_scene_for_every_platform_and_every_state_of_a_source() -> None:
    assert len(SCENES) >= 120
    assert {of_platform(scene) for scene in SCENES} == {platform.name for platform in PLATFORMS}
    assert {scene.state for scene in SCENES} >= {state for state in State if state in SAID}


def of_platform(scene: Scene) -> str:
    return next(platform.name for platform in PLATFORMS if platform.identify(scene.url))


# What a platform can say of a post; the network's own failures are played in `states`.
SAID = (
    State.OK, State.OK_PARTIAL, State.DELETED, State.ACCOUNT_GONE, State.SUSPENDED, State.PROTECTED, State.REMOVED_BY_PLATFORM, State.AGE_GATED,
    State.LOGIN_WALL, State.GEO_BLOCKED, State.EMBEDDING_DISABLED, State.RATE_LIMITED, State.BOT_CHALLENGE, State.SOFT_404,
    State.UNAVAILABLE_UNSPECIFIED, State.INVALID_ID, State.NOT_FOUND, State.FORBIDDEN, State.SERVER_ERROR, State.EMPTY_SHELL, State.UNREADABLE,
)  # fmt: skip


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.title)
def test_scene(scene: Scene, citations: dict[str, dict[str, Any]]) -> None:
    citation = of(scene, citations)
    assert (citation["outcome"], citation["state"]) == (scene.outcome, scene.state), citation["reason"]
    assert (citation["comparison"] or {"verdict": None})["verdict"] == scene.verdict, citation["comparison"]
    posts = told(citation)
    assert scene.says is None or any(scene.says in (post["text"] or "") for post in posts)
    for path, value in scene.facts.items():
        assert value in [field(post, path) for post in posts], path
    kept = {one["url"] for one in citation["captures"] if one["role"] == "requisite" and one["state"] == "ok"}
    assert kept >= {f"https://{FILES}/{path}" for path in scene.media}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.title)
def test_card(scene: Scene, citations: dict[str, dict[str, Any]], snapshots: Made) -> None:
    """A told post has a card, and so has one that its platform refuses; what is tried again has none yet."""
    citation = of(scene, citations)
    path = next(path for path, manifest in snapshots if any(one["key"] == citation["key"] for one in manifest["citations"]))
    cards = [record for one in citation["captures"] for record in one["records"] if (record["url"] or "").startswith("urn:archiver:card:")]
    asked = citation["platform"] != "web" or any(one["tier"] == "post" for one in citation["captures"])
    refused = citation["outcome"] == "unavailable" and asked and bool(citation["captures"])
    assert len(cards) == (told(citation) != [] or refused)
    for card in cards:
        assert card["type"] == "conversion"
        page = Document(record_text(path, card))
        assert page.select("script, [onclick], a[href]") == []
        assert (page.select("article.gone") != []) == (told(citation) == [])
        kept = any(one["memento"] and one["post"] for one in citation["captures"])
        assert (page.select(".fate") != []) == kept
        for one in told(citation)[:1]:
            shown = page.select("article > .text")
            assert bool(shown) == any(post["text"] for post in told(citation)), one


def record_text(path: Path, record: dict[str, Any]) -> str:
    with (path / "archive" / record["file"]).open("rb") as file:
        file.seek(record["offset"])
        member = gzip.decompress(file.read(record["length"]))
    return member.partition(b"\r\n\r\n")[2].decode("utf8")


def test_no_false_captured_and_no_false_deleted(citations: dict[str, dict[str, Any]]) -> None:
    found = [(scene, of(scene, citations)) for scene in SCENES]
    false_captured = [scene.title for scene, made in found if made["outcome"] in TOLD and scene.outcome not in TOLD]
    false_deleted = [scene.title for scene, made in found if made["state"] == "deleted" and scene.state is not State.DELETED]
    assert (false_captured, false_deleted) == ([], [])
    for scene, made in found:
        walled = scene.state in (State.LOGIN_WALL, State.BOT_CHALLENGE, State.RATE_LIMITED)
        assert not (walled and told(made)), scene.title


def test_how_many_parts_came_is_in_the_manifest_and_can_be_made_again(snapshots: Made) -> None:
    path, manifest = snapshots[0]
    notes = [one["notes"].get("requisites") for citation in manifest["citations"] for one in citation["captures"]]
    assert "1 of 1 fetched" in notes
    assert "0 of 1 fetched" in notes
    assert not verify(path).faults


@pytest.mark.proof
def test_a_browser_changes_no_verdict(authority: trustme.CA, ca_bundle: Path, tmp_path: Path) -> None:
    """Shells and challenges opened in Chromium: what was neither captured nor deleted is neither then."""
    made = {
        citation["key"]: citation for _, manifest in archived(tmp_path, authority, ca_bundle, "auto") for citation in manifest["citations"]
    }
    found = {scene.title: (of(scene, made)["outcome"], of(scene, made)["state"]) for scene in SCENES}
    assert found == {scene.title: (scene.outcome, scene.state) for scene in SCENES}
    assert any(one["tier"] == "browser" for citation in made.values() for one in citation["captures"])
