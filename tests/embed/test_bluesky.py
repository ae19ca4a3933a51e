"""Bluesky beyond the tables: keys that tell time, what a post becomes, what several endpoints together say."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Media, Post, Reading, State, Target
from archiver.embed import bluesky
from archiver.embed.comparison import compare

DID = "did:plc:zq4n5k2m7abcdefghijklmno"
CITED = bluesky.reference(DID, "3lhvhbdlyk227") or Reference("", None, None, "")
THREAD, OEMBED, PAGE = bluesky.targets(Citation(1, "embed", CITED, True, Claims(), ()))
PICTURES = {"images": [{"fullsize": "https://cdn.bsky.app/a@jpeg", "alt": "A pier"}, {"fullsize": 7}, "x"]}


def told(**fields: Any) -> dict[str, Any]:
    author = {"did": DID, "handle": "harbour.example.org", "displayName": "Harbour Log"}
    record = {"text": "Two ferries\nand fog", "createdAt": "2025-02-11T19:30:00.5+09:00", "langs": ["ja", "en"]}
    return {"uri": CITED.id, "author": author, "record": record, "indexedAt": "2025-02-11T10:31:00Z"} | fields


def read(post: dict[str, Any]) -> Post:
    body = {"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": post}}
    reading = bluesky.read(Answer(THREAD, THREAD.url, 200, (), "application/json", json.dumps(body).encode()))
    assert reading.post is not None
    return reading.post


def test_keys_tell_their_time() -> None:
    assert bluesky.created(str(CITED.id)) == datetime(2025, 2, 11, 10, 30, tzinfo=UTC)
    assert bluesky.created("3lhvhbdlyk227") == datetime(2025, 2, 11, 10, 30, tzinfo=UTC)
    for wrong in ("welcome", "2222222222222", "jzzzzzzzzzzzz", "3lhvhbdlyk22", "3LHVHBDLYK227", ""):
        assert bluesky.created(wrong) is None


@given(st.integers(1_672_531_200_000_000, 1_767_225_600_000_000), st.integers(0, 1023))
def test_a_key_made_at_a_time_tells_that_time(microseconds: int, clock: int) -> None:
    number = microseconds << 10 | clock
    key = "".join(bluesky.TID_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))
    assert bluesky.created(key) == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def test_a_post() -> None:
    post = read(told(embed=PICTURES, likeCount=4, replyCount=0))
    assert (post.id, post.url) == (CITED.id, CITED.url)
    assert (post.author, post.handle, post.created, post.lang) == ("Harbour Log", "harbour.example.org", "2025-02-11T10:30:00Z", "ja")
    assert post.text == "Two ferries\nand fog"
    assert post.media == (Media("photo", "https://cdn.bsky.app/a@jpeg", "A pier"),)
    assert post.counts == {"likes": 4, "replies": 0}


def test_a_quoted_post_with_a_video_and_no_display_name() -> None:
    video = {"playlist": "https://video.bsky.app/p.m3u8", "thumbnail": "https://video.bsky.app/t.jpg"}
    inner = {
        "uri": f"at://{DID}/app.bsky.feed.post/aaa",
        "author": {"handle": "pier.example.org"},
        "value": {"text": "Inner"},
        "embeds": [PICTURES],
    }
    post = read(told(embed={"media": video, "record": {"record": inner}}))
    assert [item.kind for item in post.media] == ["video", "poster"]
    assert post.quoted is not None
    assert (post.quoted.text, post.quoted.author, post.quoted.created) == ("Inner", "pier.example.org", None)
    assert [item.kind for item in post.quoted.media] == ["photo"]
    assert post.quoted.quoted is None


def test_a_quoted_post_that_is_gone_leaves_the_quoting_one_whole() -> None:
    gone = {"record": {"$type": "app.bsky.embed.record#viewNotFound", "uri": f"at://{DID}/app.bsky.feed.post/aaa"}}
    assert read(told(embed=gone)).quoted is None


def test_media_of_a_post_are_its_requisites() -> None:
    body = {"thread": {"$type": "x#threadViewPost", "post": told(embed=PICTURES)}}
    found = bluesky.requisites(Answer(THREAD, THREAD.url, 200, (), "application/json", json.dumps(body).encode()))
    assert [(target.url, target.role, target.purpose) for target in found] == [("https://cdn.bsky.app/a@jpeg", "requisite", "photo")]


def test_the_words_of_an_embed_match_the_post() -> None:
    claims = Claims(handle="harbour.example.org", text="Two ferries\nand fog", date="2025-02-11")
    comparison = compare(claims, read(told()), State.OK)
    assert comparison is not None
    assert comparison.verdict == "match"


def verdict(*readings: tuple[Target, State]) -> State:
    post = Post("bluesky", "x", "https://bsky.app/")
    held = [(target, Reading(state, "r", post=post if state is State.OK else None)) for target, state in readings]
    return bluesky.verdict(held, CITED)[0]


def test_verdicts() -> None:
    assert verdict((THREAD, State.DELETED)) is State.DELETED
    assert verdict((THREAD, State.DELETED), (OEMBED, State.OK_PARTIAL)) is State.OK_PARTIAL
    assert verdict((THREAD, State.RATE_LIMITED), (OEMBED, State.DELETED)) is State.RATE_LIMITED
    assert verdict((OEMBED, State.DELETED)) is State.UNAVAILABLE_UNSPECIFIED
    assert verdict((THREAD, State.DELETED), (PAGE, State.OK)) is State.DELETED
    assert verdict((THREAD, State.LOGIN_WALL), (PAGE, State.OK)) is State.LOGIN_WALL
