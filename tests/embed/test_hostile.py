"""Answers bent out of shape: any field another type, missing, enormous or nested; nothing raises, and nothing is read into the wreck.

The answers are the scenes' and the fixtures', so that the bending begins where every field is looked at.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from archiver.article.read import read
from archiver.citation.citation import Citation, Claims
from archiver.citation.extract import extract
from archiver.citation.platform import Answer, Platform, Post, State, Target
from archiver.embed import PLATFORMS
from archiver.embed.card.card import card
from archiver.url import resolve
from tests.embed.test_card import SOURCE, WHEN
from tests.embed.test_contract import FIXTURES, answer_of, table
from tests.service.scenes.scene import Scene
from tests.service.scenes.table import SCENES

BENT: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, "", "x" * 5000, "\x00\ud800\u202e<script>", "https://e.org/\x00", "javascript:alert(1)", [], {}, [[]], [None, {}],
    {"text": {"text": []}}, [{"url": 5}, "x", {"$type": []}], "2025-13-45T99:99:99Z", "9" * 400,
)  # fmt: skip
ISLAND = re.compile(r"(\{\".*\})(?=[;<)])", re.DOTALL)


def bend(chance: random.Random, value: Any) -> Any:
    """Return a JSON value with one node of it another, gone, or doubled."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.15:
        return chance.choice(BENT)
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key, made = chance.choice(keys), value.copy()
    if chance.random() < 0.1:
        del made[key]
    else:
        made[key] = bend(chance, value[key])
    return made


def answers(platform: Platform) -> Iterator[Answer]:
    """Every answer of a platform that has JSON in it: its fixtures', and those of its scenes by its own targets."""
    for row in table(platform.name, "answers"):
        yield answer_of(row, FIXTURES / platform.name)
    for scene in SCENES:
        reference = platform.identify(str(resolve(scene.url)))
        if reference is None or next(one for one in PLATFORMS if one.identify(scene.url)) is not platform:
            continue
        for target in platform.targets(Citation(1, "embed", reference, True, Claims(), ())):
            yield from _played(scene, target)


def _played(scene: Scene, target: Target) -> Iterator[Answer]:
    for raw in scene.answers.values():
        head, _, body = raw.partition(b"\r\n\r\n")
        status, kind = int(head.split(b" ")[1]), re.search(rb"(?i)content-type: ([^;\r]*)", head)
        yield Answer(target, target.url, status, (), kind[1].decode() if kind else "", body)


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_nothing_raises_and_nothing_is_made_up(platform: Platform) -> None:
    chance = random.Random(platform.name)
    for answer in answers(platform):
        text = answer.body.decode("utf8", "replace")
        island = (0, len(text)) if text.lstrip().startswith(("{", "[")) else next((found.span() for found in ISLAND.finditer(text)), None)
        if island is None:
            continue
        try:
            value = json.loads(text[slice(*island)])
        except ValueError:
            continue
        for _ in range(8):
            said = json.dumps(bend(chance, value)).replace("</", "<\\/")
            bent = Answer(
                answer.target, answer.url, answer.status, (), answer.media_type, (text[: island[0]] + said + text[island[1] :]).encode()
            )
            reading = platform.read(bent)
            assert isinstance(reading.state, State)
            assert all(resolve(need.url) for need in platform.requisites(bent))
            if reading.post is not None:
                assert Post.from_json(json.loads(json.dumps(reading.post.as_json()))) == reading.post
                assert "<script" not in card(reading.post, media_paths={}, source=SOURCE, archived=WHEN)


@pytest.mark.parametrize(
    "inside",
    [
        "<svg><a xlink:href='https://t.me/s/1'>s</a></svg>",
        "<section><a href='https://www.tiktok.com/@a'><svg><a href='https://www.tiktok.com/tag/b'>b</a></svg></a></section>",
    ],
)
@pytest.mark.parametrize(
    "name", ["twitter-tweet", "tiktok-embed", "instagram-media", "telegram-post", "bluesky-embed", "embedly-card", "fb-post"]
)
def test_links_in_pictures_and_in_links_end_no_reading(name: str, inside: str) -> None:
    address = "https://www.tiktok.com/@a/video/7467551545404558600"
    markup = f'<blockquote class="{name}" cite="{address}">words {inside}</blockquote><iframe src="https://t.me/a/1">{inside}</iframe>'
    article = read(markup.encode(), source="page.html")
    assert extract(article, PLATFORMS)
