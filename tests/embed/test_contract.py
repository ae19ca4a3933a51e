"""Every platform keeps the contract and brings its fixtures: URLs, markup, answers. A platform without them fails here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archiver.article.document import Document
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Platform, State, Target
from archiver.embed import PLATFORMS
from archiver.url import resolve

FIXTURES = Path(__file__).parent / "fixtures"
BY_NAME = {platform.name: platform for platform in PLATFORMS}


def table(platform: str, name: str) -> Any:
    return json.loads((FIXTURES / platform / f"{name}.json").read_text(encoding="utf8"))


def cases(name: str, key: str | None = None) -> list[Any]:
    """The rows of one table of every platform; a missing table is a failure at collection, which is meant."""
    found = []
    for platform in PLATFORMS:
        rows = table(platform.name, name)
        rows = rows[key] if key else rows
        assert rows, f"{platform.name}: no fixtures in {name}"
        found += [pytest.param(platform, row, id=f"{platform.name}-{number}") for number, row in enumerate(rows)]
    return found


def answer_of(row: dict[str, Any], folder: Path) -> Answer:
    body = (folder / row["file"]).read_bytes() if "file" in row else row.get("body", "")
    data = json.dumps(body).encode() if isinstance(body, dict) else body if isinstance(body, bytes) else body.encode()
    target = Target(row["asked"], tier=row.get("tier", "http"), purpose=row.get("purpose", "page"), proof=row.get("proof", True))
    headers = tuple((name, value) for name, value in row.get("headers", {}).items())
    return Answer(
        target,
        row.get("url", row["asked"]),
        row.get("status", 200),
        headers,
        row.get("type", "text/html"),
        data,
        redirects=tuple(row.get("redirects", ())),
    )


def test_web_is_last_and_names_are_unique() -> None:
    assert PLATFORMS[-1].name == "web"
    assert len(BY_NAME) == len(PLATFORMS)


@pytest.mark.parametrize(("platform", "row"), cases("identify", "claimed"))
def test_identify(platform: Platform, row: list[Any]) -> None:
    written, identifier, url = row
    resolved = resolve(written)
    assert resolved is not None
    reference = platform.identify(resolved)
    assert reference is not None
    assert (reference.platform, reference.id, reference.url) == (platform.name, identifier, url)
    if identifier and platform.name != "web":  # the id of some service: one of many
        assert reference.key == f"{platform.name}:{identifier}"
    assert platform.identify(url) == reference  # the captured URL leads back to the same reference


@pytest.mark.parametrize(("platform", "written"), cases("identify", "others"))
def test_identify_leaves_what_is_not_its_own(platform: Platform, written: str) -> None:
    resolved = resolve(written)
    assert resolved is None or platform.identify(resolved) is None


@pytest.mark.parametrize(("platform", "name"), cases("recognise"))
def test_recognise(platform: Platform, name: str) -> None:
    document = Document((FIXTURES / platform.name / "recognise.html").read_text(encoding="utf8"))
    expected = table(platform.name, "recognise")[name]
    section = document.select(f"#{name}")[0]
    hits = [hit for element in section.select(platform.embeds) if (hit := platform.recognise(element))]
    assert [hit.via for hit in hits] == [row["via"] for row in expected]
    for hit, row in zip(hits, expected, strict=True):
        assert hit.kind == "embed"
        assert hit.reference.platform == platform.name
        assert row.get("id") == hit.reference.id
        if "url" in row:
            assert hit.reference.url == row["url"]
        for field, value in row.get("claims", {}).items():
            claimed = getattr(hit.claims, field)
            assert (list(claimed) if isinstance(claimed, tuple) else claimed) == value, field


def test_every_section_of_markup_has_an_expectation() -> None:
    for platform in PLATFORMS:
        document = Document((FIXTURES / platform.name / "recognise.html").read_text(encoding="utf8"))
        assert {section.attributes["id"] for section in document.select("section[id]")} == set(table(platform.name, "recognise"))


@pytest.mark.parametrize(("platform", "row"), cases("answers"))
def test_read(platform: Platform, row: dict[str, Any]) -> None:
    reading = platform.read(answer_of(row, FIXTURES / platform.name))
    assert reading.state == State(row["state"]), f"{row['name']}: {reading.reason}"
    assert reading.reason
    assert row.get("reason", "") in reading.reason
    assert (reading.post is not None) == row.get("post", False)


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_targets_are_absolute_and_a_mention_without_url_has_none(platform: Platform) -> None:
    written, _, _ = table(platform.name, "identify")["claimed"][0]
    reference = platform.identify(str(resolve(written)))
    assert reference is not None
    found = platform.targets(Citation(1, "link", reference, True, Claims(), ()))
    assert found
    assert any(target.proof for target in found)
    assert all(resolve(target.url) == target.url and target.role == "seed" for target in found)
    nowhere = Reference(platform.name, None, None, f"{platform.name}:?")
    assert platform.targets(Citation(1, "mention", nowhere, True, Claims(), ())) == ()


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe<", b"[" * 50_000, b"{", b"null", b"[1]", b'{"html": 5}', b"<!doctype html><p>x"])
@pytest.mark.parametrize("kind", ["application/json", "text/html", "", "text/css"])
def test_hostile_bodies_are_read_without_an_error(platform: Platform, body: bytes, kind: str) -> None:
    written, _, _ = table(platform.name, "identify")["claimed"][0]
    reference = platform.identify(str(resolve(written)))
    assert reference is not None
    for target in platform.targets(Citation(1, "link", reference, True, Claims(), ())):
        answer = Answer(target, target.url, 200, (), kind, body)
        assert platform.read(answer).state is not State.DELETED
        assert len(platform.requisites(answer)) == 0
