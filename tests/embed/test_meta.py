"""Instagram, Facebook and Threads beyond the tables: what a post becomes, what is asked for, what together is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Media, Platform, Post, Reading, State, Target
from archiver.embed import facebook, instagram, threads
from archiver.embed.answer import graph
from archiver.url import resolve

FIXTURES = Path(__file__).parent / "fixtures"
CODE = "CgOx-Ferr_1"


def answer(platform: Platform, name: str) -> Answer:
    rows: list[dict[str, Any]] = json.loads((FIXTURES / platform.name / "answers.json").read_text(encoding="utf8"))
    row = next(row for row in rows if row["name"] == name)
    target = Target(row["asked"], tier=row.get("tier", "http"), purpose=row.get("purpose", "page"), proof=row.get("proof", True))
    body = row.get("body", "")
    data = json.dumps(body).encode() if isinstance(body, dict) else body.encode()
    return Answer(target, row.get("url", row["asked"]), row.get("status", 200), (), row.get("type", "text/html"), data)


def post(platform: Platform, name: str) -> Post:
    told = platform.read(answer(platform, name)).post
    assert told is not None
    return told


def asked(platform: Platform, written: str) -> list[tuple[str, str, str, bool]]:
    reference = platform.identify(str(resolve(written)))
    assert reference is not None
    found = platform.targets(Citation(1, "link", reference, True, Claims(), ()))
    return [(target.purpose, target.tier, target.url, target.proof) for target in found]


def test_a_post_of_instagram_as_its_embed_shows_it() -> None:
    told = post(instagram, "embed: a picture")
    assert (told.id, told.handle, told.text, told.author, told.created) == (CODE, "harbour.log", "Two ferries,\none pier", None, None)
    assert told.media == (Media("photo", "https://scontent-a.cdninstagram.com/v/1.jpg?oe=62F0&oh=1"),)
    film = post(instagram, "embed: a film, its still told")
    assert film.media[0].kind == "poster"
    assert film.partial is not None


def test_a_post_of_instagram_as_its_card_tells_it() -> None:
    told = post(instagram, "page: the card")
    assert (told.handle, told.created, told.text) == ("harbour.log", "2022-07-20", 'Two ferries, "one" pier')
    assert post(instagram, "page: the card in another language").text is None  # what cannot be parted is not taken for the words
    assert post(instagram, "page: behind a share link").id == CODE


def test_cards_of_facebook_and_threads_keep_the_words_lines() -> None:
    assert post(facebook, "page: the card").text == "Two ferries,\n one pier"
    assert post(facebook, "page: behind a share link").id == "139298604287427"
    told = post(threads, "page: the card")
    assert (told.author, told.handle, told.text) == ("Harbour Log", "harbour.log", "Two ferries,\n one pier")


def test_what_is_asked_for_in_which_order() -> None:
    url = f"https://www.instagram.com/p/{CODE}/"
    assert asked(instagram, url) == [
        ("embed", "post", f"{url}embed/captioned/", True),
        (
            "liveness",
            "post",
            f"https://graph.facebook.com/v24.0/instagram_oembed?url=https%3A%2F%2Fwww.instagram.com%2Fp%2F{CODE}%2F",
            False,
        ),
        ("page", "http", url, True),
    ]
    assert [row[0] for row in asked(instagram, "https://www.instagram.com/share/p/BAbCdEfGhI/")] == ["page"]
    assert [row[0] for row in asked(instagram, "https://www.instagram.com/stories/harbour.log/2885000000000000000/")] == ["page"]
    assert [row[2].partition("?")[0] for row in asked(facebook, "https://www.facebook.com/reel/139298604287427")] == [
        "https://graph.facebook.com/v24.0/oembed_video",
        "https://www.facebook.com/reel/139298604287427/",
    ]
    assert "/oembed_post?" in asked(facebook, "https://www.facebook.com/harbour.log/posts/139298604287427")[0][2]
    assert [row[0] for row in asked(facebook, "https://fb.watch/aBcDeF1-_g/")] == ["page"]
    assert [row[0] for row in asked(threads, f"https://www.threads.net/t/{CODE}")] == ["liveness", "page"]


@pytest.mark.parametrize("platform", [instagram, facebook, threads], ids=lambda platform: platform.name)
def test_the_probe_of_life_proves_nothing_and_deletes_nothing(platform: Platform) -> None:
    reference = Reference(platform.name, "1", "https://example.org/1", f"{platform.name}:1")
    probe, page = graph.target("https://graph.example.org/oembed", "https://example.org/1"), Target("https://example.org/1")
    alive, missing = Reading(State.OK_PARTIAL, "alive"), Reading(State.NOT_FOUND, "no such post")
    switched_off, wall = Reading(State.EMBEDDING_DISABLED, "switched off"), Reading(State.LOGIN_WALL, "log in")
    gone = Reading(State.UNAVAILABLE_UNSPECIFIED, "404")
    assert platform.verdict([(probe, alive), (page, wall)], reference)[0] is State.LOGIN_WALL
    assert platform.verdict([(probe, missing), (page, gone)], reference)[0] is State.UNAVAILABLE_UNSPECIFIED
    assert platform.verdict([(probe, switched_off), (page, wall)], reference)[0] is State.LOGIN_WALL
    assert "alive" in platform.verdict([(probe, alive), (page, wall)], reference)[1]


def test_a_broken_embed_is_said_before_the_login_that_everybody_meets() -> None:
    reference = instagram.reference(CODE)
    assert reference is not None
    embed, page = Target(f"{reference.url}embed/captioned/", tier="post", purpose="embed"), Target(str(reference.url))
    broken, wall = instagram.read(answer(instagram, "embed: broken")), instagram.read(answer(instagram, "page: login"))
    assert instagram.verdict([(embed, broken), (page, wall)], reference)[0] is State.UNAVAILABLE_UNSPECIFIED


def test_media_are_asked_for_at_once() -> None:
    found = instagram.requisites(answer(instagram, "embed: a picture"))
    assert [(target.purpose, target.role) for target in found] == [("photo", "requisite")]  # once, though the page names it too
    assert [target.purpose for target in facebook.requisites(answer(facebook, "page: the card"))] == ["photo"]
    assert threads.requisites(answer(threads, "probe: alive")) == ()


def test_one_post_of_facebook_under_many_addresses() -> None:
    addresses = (
        "harbour.log/posts/139298604287427",
        "6427302910/posts/two-ferries/139298604287427/",
        "permalink.php?story_fbid=139298604287427&id=1",
    )
    found = {instance.key for one in addresses if (instance := facebook.identify(f"https://m.facebook.com/{one}"))}
    assert found == {"facebook:139298604287427"}


@pytest.mark.parametrize("body", [b'{"error": {"code": [], "error_subcode": {}}}', b'{"error": 5}', b'{"error": {"code": true}}', b"\xff"])
def test_hostile_errors_of_the_probe(body: bytes) -> None:
    target = graph.target("https://graph.example.org/oembed", "https://example.org/1")
    assert graph.read(Answer(target, target.url, 400, (), "application/json", body)).state in (
        State.UNAVAILABLE_UNSPECIFIED,
        State.SERVER_ERROR,
    )
