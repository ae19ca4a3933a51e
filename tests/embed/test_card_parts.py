"""Polls, answered posts, edits and recordings on a card; and how a browser lays a card out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archiver.article.document import Document
from archiver.citation.platform import Choice, Media, Poll, Post, State
from archiver.embed.card.card import Copy, card
from tests.embed.test_card import EVIL, POST, SOURCE, WHEN, shown, texts

AUDIO = "https://files.example.org/a.mp3"


def test_a_poll_shows_shares_and_votes() -> None:
    poll = Poll((Choice("Early", 3), Choice("متأخرة", 1), Choice(EVIL, share=7.0)), 4, "2025-02-12T10:30:00Z", closed=True)
    document = shown(replace(POST, poll=poll))
    assert texts(document, ".poll .share") == ["75% (3)", "25% (1)", "100%"]
    assert texts(document, ".poll .choice")[:2] == ["Early", "متأخرة"]
    assert texts(document, ".poll .when bdi") == ["4 votes", "ended 12 February 2025, 10:30 UTC"]
    assert document.select("script, [onclick], [onload]") == []
    assert texts(shown(replace(POST, poll=Poll((Choice("Only"),)))), ".poll .share") == [""]
    assert texts(shown(replace(POST, poll=Poll((Choice("A", 0), Choice("B", 0)), closed=False))), ".poll .when bdi") == ["open"]


def test_the_answered_post_stands_above_and_the_quoted_one_inside() -> None:
    other = replace(POST, text="شأن آخر", media=(), lang="ar", parent=replace(POST, text="deeper"))
    document = shown(replace(POST, parent=other, quoted=replace(other, text="quoted")))
    inner = document.select("article article")
    assert [" ".join(one.select(".text")[0].text.split()) for one in inner] == ["شأن آخر", "quoted"]
    assert [one.attributes["dir"] for one in inner] == ["rtl", "ltr"]
    assert texts(document, ".answers") == ["In answer to"]
    assert texts(shown(replace(POST, reply_to="https://x.com/a/status/1")), ".answers") == ["In answer to https://x.com/a/status/1"]


def test_an_edited_post_says_so() -> None:
    edited = shown(replace(POST, edited=True, edited_at="2022-07-20T08:00:00Z", versions=("1", "2")))
    assert texts(edited, ".edited") == ["edited 20 July 2022, 08:00 UTC"]
    assert "2 versions" in texts(edited, ".when bdi")
    assert texts(shown(replace(POST, edited=False)), ".edited") == []


def test_descriptions_are_read_by_everybody_and_recordings_play() -> None:
    post = replace(POST, media=(Media("audio", AUDIO, "بوق الضباب"),))
    document = shown(post, **{AUDIO: AUDIO})
    assert document.select("audio")[0].attributes["src"] == AUDIO
    assert texts(document, ".alt") == ["بوق الضباب"]
    assert texts(shown(post), ".lost figcaption") == ["Recording not archived. بوق الضباب"]


def test_a_still_without_its_film_says_what_it_is() -> None:
    still = Media("poster", "https://files.example.org/s.jpg")
    document = shown(replace(POST, media=(still,)), **{still.url: still.url})
    assert texts(document, "figcaption") == ["A still; the film is not told here."]


@pytest.mark.parametrize(
    ("platform", "name", "handle"), [("x", "X", "@h"), ("reddit", "Reddit", "u/h"), ("truthsocial", "Truth Social", "@h")]
)
def test_the_platform_is_named_as_it_names_itself(platform: str, name: str, handle: str) -> None:
    document = shown(Post(platform, "1", "https://example.org/1", handle="h", text="x"))
    assert texts(document, ".network") == [name]
    assert texts(document, ".handle") == [handle]


def test_a_post_survives_json_with_all_that_is_in_it() -> None:
    post = replace(POST, parent=POST, quoted=POST, poll=Poll((Choice("A", 1), Choice("B", share=0.5)), 1), versions=("1", "2"), edited=True)
    told = post.as_json()
    assert Post.from_json(told) == post
    assert Post.from_json(told | {"a field of later": 1}) == post
    old = {
        name: value
        for name, value in POST.as_json().items()
        if name not in ("poll", "parent", "reply_to", "edited", "edited_at", "versions", "title")
    }
    assert Post.from_json(old) == POST


def test_a_copy_says_whose_it_is_and_what_became_of_the_post() -> None:
    page = card(POST, media_paths={}, source=SOURCE, archived=WHEN, copy=Copy(EVIL, "2022-07-21T10:00:00Z", State.DELETED))
    assert texts(Document(page), ".fate") == [
        f"This post has been deleted. Shown from the copy that {EVIL} made on 21 July 2022, 10:00 UTC."
    ]
    assert Document(page).select("script") == []
    assert texts(shown(POST), ".fate") == []
