"""Submitting to the Wayback Machine: only when asked for, only what is new, at its pace, and never after it says no."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from archiver.config import Config, Submit
from archiver.service.archive import Archived, Order, archive_at
from archiver.service.desk import at_desk
from archiver.service.evidence.submit import SAVE
from archiver.service.listing import latest
from tests.service.played import PlayedWeb, Said, SetClock, Silent, config, page

HOSTS = ("one.test", "two.test", "three.test", "10.0.0.7", "intranet", "archive.ph")
URLS = [f"https://{name}/AbC1d" for name in HOSTS]


@pytest.fixture
def web() -> PlayedWeb:
    played = PlayedWeb(SetClock())
    for url in URLS:
        played.pages[url] = Said(page(url, "Enough words to be a page that somebody could have wanted to cite."))
        copy = f"https://web.archive.org/web/20260105080000/{url}"
        played.pages[f"{SAVE}{url}"] = Said(b"", 302, headers=(("Location", copy),))
    return played


def archived(store: Path, web: PlayedWeb, submit: Submit) -> Archived:
    settings = Config(network=config().network, submit=submit)

    async def work() -> Archived:
        async with at_desk(store, settings, Silent(), clock=web.clock, transport=web) as desk:
            return await archive_at(desk, Order("capture", urls=tuple(URLS)))

    return asyncio.run(work())


def saves(web: PlayedWeb) -> list[tuple[float, str]]:
    return [((when - web.asked[0][0]).total_seconds(), url.removeprefix(SAVE)) for when, url, *_ in web.asked if url.startswith(SAVE)]


def captures(store: Path) -> list[dict[str, Any]]:
    manifest, _ = latest(store, next(store.glob("*/*/*/manifest.json")).parent.as_posix())
    return [one for citation in manifest["citations"] for one in citation["captures"] if one["purpose"] == "save"]


def test_nothing_is_submitted_unless_asked_for(tmp_path: Path, web: PlayedWeb) -> None:
    archived(tmp_path, web, Submit())
    assert saves(web) == []


def test_what_was_captured_is_submitted_three_a_minute_and_the_answer_kept(tmp_path: Path, web: PlayedWeb) -> None:
    archived(tmp_path, web, Submit("captured"))
    times = [at for at, _ in saves(web)]
    assert [url for _, url in saves(web)] == URLS[:3]
    assert all(later - earlier >= 20 for earlier, later in pairwise(times))
    kept = captures(tmp_path)
    assert [one["reason"] for one in kept] == [f"saved as https://web.archive.org/web/20260105080000/{url}" for url in URLS[:3]]
    assert {(one["state"], one["role"], one["proof"], one["memento"]) for one in kept} == {("ok", "requisite", False, None)}


def test_what_is_as_it_was_is_not_submitted_again(tmp_path: Path, web: PlayedWeb) -> None:
    archived(tmp_path, web, Submit("captured"))
    before = len(saves(web))
    web.clock.forward(3600)
    web.pages[URLS[1]] = Said(page("Here", "Other words than before, and more of them, so that it is another page now."))
    archived(tmp_path, web, Submit("captured"))
    assert [url for _, url in saves(web)[before:]] == [URLS[1]]


@pytest.mark.parametrize("said", [Said(status=429, headers=(("Retry-After", "60"),)), Said(status=403)])
def test_a_limit_or_a_refusal_ends_it(tmp_path: Path, web: PlayedWeb, said: Said) -> None:
    web.pages[f"{SAVE}{URLS[0]}"] = said
    archived(tmp_path, web, Submit("captured"))
    assert [url for _, url in saves(web)] == URLS[:1]


def test_no_more_than_the_configuration_allows(tmp_path: Path, web: PlayedWeb) -> None:
    archived(tmp_path, web, Submit("captured", most=2))
    assert len(saves(web)) == 2
