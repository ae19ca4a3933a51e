"""X beyond the tables: ids that tell time, the token, what a post becomes, what several endpoints together say."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Media, Post, Reading, State, Target
from archiver.embed import x
from archiver.embed.x import oembed, syndication
from archiver.embed.x.snowflake import EPOCH, FIRST
from archiver.embed.x.syndication import base36, expanded, original

FIXTURES = Path(__file__).parent / "fixtures" / "x"
ID = "1549651495053934597"
SYNDICATION, OEMBED = syndication.target(ID), oembed.target(f"https://twitter.com/harbour_log/status/{ID}")
REFERENCE = Reference("x", ID, f"https://twitter.com/harbour_log/status/{ID}", f"x:{ID}")


def told(name: str, target: Target) -> Post:
    post = x.read(Answer(target, target.url, 200, (), "application/json", (FIXTURES / name).read_bytes())).post
    assert post is not None
    return post


# ------------------------------------------------------------------ ids


def test_ids_tell_their_time() -> None:
    assert x.snowflake_time(ID) == datetime(2022, 7, 20, 7, 4, 42, 210000, tzinfo=UTC)
    assert x.snowflake_time(str(FIRST - 1)) is None
    assert x.snowflake_time("20") is None
    assert x.snowflake_time("12a") is None
    assert x.snowflake_time("١٢٣") is None


def test_the_ids_of_a_day() -> None:
    assert x.day_range(date(2022, 7, 20)) == (1549544614917046272, 1549907002782646271)
    assert x.id_prefixes(date(2022, 7, 20)) == ("1549",)
    assert x.id_prefixes(date(2022, 7, 20), slack=1) == ("1549", "1550")
    assert x.day_range(date(2010, 11, 3)) is None
    assert x.id_prefixes(date(2009, 1, 1)) == ()
    assert x.day_range(date(2200, 1, 1)) is None
    first = x.day_range(date(2010, 11, 4))
    assert first is not None
    assert first[0] == FIRST


@given(st.integers(FIRST, 2**63 - 1), st.integers(0, 2))
def test_an_id_lies_in_its_own_day_and_begins_with_its_prefix(number: int, slack: int) -> None:
    moment = x.snowflake_time(str(number))
    assert moment is not None
    bounds = x.day_range(moment.date(), slack)
    assert bounds is not None
    assert bounds[0] <= number <= bounds[1]
    prefixes = x.id_prefixes(moment.date(), slack)
    assert any(str(number).startswith(prefix) for prefix in prefixes)
    assert len(prefixes) <= 10
    assert (int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1)) - EPOCH) == number >> 22


def test_plausible_ids() -> None:
    now = datetime(2022, 7, 20, 7, 4, tzinfo=UTC)
    assert x.plausible(ID, now)  # our clock may be a minute late
    assert not x.plausible(ID, now - timedelta(days=2))
    assert x.plausible("20", now)
    assert not x.plausible("0")
    assert not x.plausible("9123456789012345678")


@pytest.mark.parametrize(("identifier", "token"), json.loads((FIXTURES / "tokens.json").read_text(encoding="utf8")))
def test_the_token_is_javascripts(identifier: str, token: str) -> None:
    assert syndication.token(identifier) == token


@given(st.floats(1e-9, 1e6))
def test_base36_reads_back_as_the_same_number(value: float) -> None:
    whole, _, fraction = base36(value).partition(".")
    exact = int(whole, 36) + (int(fraction, 36) / 36 ** len(fraction) if fraction else 0)
    assert math.isclose(exact, value, rel_tol=4e-16, abs_tol=math.ulp(value))


def test_keys_of_short_links() -> None:
    assert x.short_key("https://t.co/Q7rsMqPRZr") == "Q7rsMqPRZr"
    assert x.short_key("pic.twitter.com/eeBERzE2Dr") == x.media_key("https://pic.x.com/eeBERzE2Dr") == "eeBERzE2Dr"
    assert x.media_key("https://t.co/Q7rsMqPRZr") is None
    for other in (
        "https://t.co/",
        "https://t.co/a/b",
        "https://not.co/Q7rsMqPRZr",
        "https://t.co.evil.example/Q7r",
        "https://at.co/x",
        "",
        "t.co",
    ):
        assert x.short_key(other) is None


# ------------------------------------------------------------------ posts


def test_a_post_from_the_widgets_json() -> None:
    post = told("tweet.json", SYNDICATION)
    quoted = post.quoted
    assert quoted is not None
    assert post.text == "Two ferries & one pier, see https://example.org/ferries?a=1&b=2 and https://t.co/Q7rsMqPRZx"
    assert (post.id, post.author, post.handle, post.created, post.lang) == (
        ID,
        "Harbour Log ⚓",
        "harbour_log",
        "2022-07-20T07:04:53Z",
        "en",
    )
    assert post.url == f"https://x.com/harbour_log/status/{ID}"
    assert post.counts == {"likes": 1234, "replies": 5}
    assert post.media == (
        Media("photo", "https://pbs.twimg.com/media/FYFyyyyXkAAabcd?format=jpg&name=orig", "two ferries"),
        Media("video", "https://video.twimg.com/ext_tw_video/15/pu/vid/1280x720/a.mp4?tag=12", None, "video/mp4"),
        Media("poster", "https://pbs.twimg.com/ext_tw_video_thumb/15/pu/img/p.jpg"),
        Media("gif", "https://video.twimg.com/tweet_video/KEY.mp4", None, "video/mp4"),
        Media("poster", "https://pbs.twimg.com/tweet_video_thumb/KEY.jpg"),
    )
    assert (quoted.handle, quoted.text, quoted.quoted) == ("raildesk", "مواعيد جديدة ابتداء من الاثنين", None)
    assert quoted.media[0].url == "https://pbs.twimg.com/media/Quoted_1?format=png&name=orig"
    assert Post.from_json(json.loads(json.dumps(post.as_json()))) == post


def test_a_post_from_oembed_is_the_same_post_without_media() -> None:
    post = told("oembed.json", OEMBED)
    assert (post.id, post.author, post.handle, post.created, post.lang) == (ID, "Harbour Log ⚓", "harbour_log", "2022-07-20", "en")
    assert post.text == "Two ferries & one pier, see https://t.co/Q7rsMqPRZr"
    assert post.media == ()
    assert post.partial == "its media are not told"


def test_mementos_of_both_kinds_give_the_same_words() -> None:
    target = Target(f"https://web.archive.org/web/20220720080000id_/https://twitter.com/harbour_log/status/{ID}", tier="memento")
    reading = x.read(Answer(target, target.url, 200, (), "text/html", (FIXTURES / "memento.html").read_bytes()))
    post = reading.post
    assert post is not None
    assert post.text == "Two ferries & one pier ⚓ see https://example.org/ferries"
    assert (post.handle, post.author, post.created) == ("harbour_log", "Harbour Log", "2022-07-20T07:04:53Z")
    assert [item.url for item in post.media] == ["https://pbs.twimg.com/media/FYFyyyyXkAAabcd?format=jpg&name=orig"]


@pytest.mark.parametrize(
    ("text", "urls", "media", "expected"),
    [
        ("a https://t.co/Abc b", [("https://t.co/Abc", "https://e.org/?x=1&amp;y=2")], [], "a https://e.org/?x=1&amp;y=2 b"),
        ("https://t.co/Abc https://t.co/Abcd", [("https://t.co/Abc", "https://e.org/")], [], "https://e.org/ https://t.co/Abcd"),
        ("&lt;b&gt; &amp;amp; https://t.co/Pic", [], ["https://t.co/Pic"], "<b> &amp;"),
        ("صورة https://t.co/Pic", [], ["https://t.co/Pic"], "صورة"),
        ("a https://t.co/Abc", [("https://t.co/Abc", None)], [], "a https://t.co/Abc"),
        ("aaa", [("a", "https://evil.example/")], ["aa"], "aaa"),
        (r"a https://t.co/Abc", [("https://t.co/Abc", r"https://e.org/\1\g<0>")], [], r"a https://e.org/\1\g<0>"),
    ],
)
def test_links_are_spelled_out_by_string(text: str, urls: list[tuple[str, str]], media: list[str], expected: str) -> None:
    rows = [{"url": short, "expanded_url": long} for short, long in urls]
    assert expanded(text, rows, [{"url": short} for short in media]) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://pbs.twimg.com/media/K-_1.png", "https://pbs.twimg.com/media/K-_1?format=png&name=orig"),
        ("https://pbs.twimg.com/media/K.jpg:large", "https://pbs.twimg.com/media/K?format=jpg&name=orig"),
        ("https://pbs.twimg.com/media/K?format=webp&name=small", "https://pbs.twimg.com/media/K?format=webp&name=orig"),
        ("https://pbs.twimg.com/card_img/1/K?format=jpg&name=small", "https://pbs.twimg.com/card_img/1/K?format=jpg&name=small"),
        ("https://pbs.twimg.com.evil.example/media/K.jpg", "https://pbs.twimg.com.evil.example/media/K.jpg"),
    ],
)
def test_photos_as_uploaded(url: str, expected: str) -> None:
    assert original(url) == expected


def test_older_fields_for_media() -> None:
    tweet = {
        "id_str": ID,
        "text": "x",
        "photos": [{"url": "https://pbs.twimg.com/media/A.jpg"}],
        "video": {
            "poster": "https://pbs.twimg.com/p.jpg",
            "variants": [
                {"type": "video/mp4", "src": "https://video.twimg.com/vid/320x180/a.mp4"},
                {"type": "video/mp4", "src": "https://video.twimg.com/vid/1280x720/b.mp4"},
                {"type": "application/x-mpegURL", "src": "https://video.twimg.com/pl.m3u8"},
            ],
        },
    }
    post = syndication.post_from(tweet)
    assert post is not None
    assert [(item.kind, item.url.rpartition("/")[2]) for item in post.media] == [
        ("photo", "A?format=jpg&name=orig"),
        ("video", "b.mp4"),
        ("poster", "p.jpg"),
    ]


def test_targets_in_the_order_of_evidence() -> None:
    found = x.targets(Citation(1, "embed", REFERENCE, True, Claims(), ()))
    assert [(target.purpose, target.tier, target.proof) for target in found] == [
        ("syndication", "post", True),
        ("oembed", "post", True),
        ("page", "http", False),
    ]
    assert found[0].url == f"https://cdn.syndication.twimg.com/tweet-result?id={ID}&lang=en&token={syndication.token(ID)}"
    assert (
        found[1].url
        == f"https://publish.x.com/oembed?url=https%3A%2F%2Ftwitter.com%2Fharbour_log%2Fstatus%2F{ID}&omit_script=1&dnt=true&lang=en"
    )
    assert found[2].url == REFERENCE.url
    future = x.reference("9123456789012345678")
    assert x.targets(Citation(1, "link", future, True, Claims(), ())) == ()


def test_requisites_are_the_media_of_the_post_and_of_the_one_it_quotes() -> None:
    answer = Answer(SYNDICATION, SYNDICATION.url, 200, (), "application/json", (FIXTURES / "tweet.json").read_bytes())
    found = x.requisites(answer)
    assert [target.purpose for target in found] == ["photo", "video", "poster", "video", "poster", "photo"]
    assert {target.role for target in found} == {"requisite"}
    assert found[-1].url == "https://pbs.twimg.com/media/Quoted_1?format=png&name=orig"


def test_a_million_pictures_are_not_a_post() -> None:
    rows = [{"type": "photo", "media_url_https": f"https://pbs.twimg.com/media/{n}.jpg"} for n in range(5000)]
    post = syndication.post_from({"id_str": ID, "text": "x", "mediaDetails": rows})
    assert post is not None
    assert len(post.media) == syndication.MOST_MEDIA


# ------------------------------------------------------------------ verdict

POST = Post("x", ID, str(REFERENCE.url), text="Two ferries")
PAGE = Target(str(REFERENCE.url), proof=False)
OLD = Target(f"https://web.archive.org/web/2022id_/{REFERENCE.url}", tier="memento")


@pytest.mark.parametrize(
    ("syndication", "oembed", "expected"),
    [
        (State.OK, None, State.OK),
        (State.DELETED, State.OK, State.OK),
        (State.OK_PARTIAL, State.DELETED, State.OK_PARTIAL),
        (State.OK_PARTIAL, State.OK, State.OK),
        (State.DELETED, State.DELETED, State.DELETED),
        (State.NOT_FOUND, State.DELETED, State.DELETED),
        (State.DELETED, None, State.UNAVAILABLE_UNSPECIFIED),
        (State.DELETED, State.FORBIDDEN, State.UNAVAILABLE_UNSPECIFIED),
        (State.DELETED, State.UNAVAILABLE_UNSPECIFIED, State.UNAVAILABLE_UNSPECIFIED),
        (State.DELETED, State.RATE_LIMITED, State.RATE_LIMITED),
        (State.RATE_LIMITED, State.DELETED, State.RATE_LIMITED),
        (State.DELETED, State.BOT_CHALLENGE, State.BOT_CHALLENGE),
        (State.DELETED, State.TIMEOUT, State.TIMEOUT),
        (State.UNREADABLE, State.DELETED, State.UNREADABLE),
        (State.RATE_LIMITED, State.RATE_LIMITED, State.RATE_LIMITED),
        (State.FORBIDDEN, State.FORBIDDEN, State.FORBIDDEN),
        (State.DELETED, State.SUSPENDED, State.SUSPENDED),
        (State.AGE_GATED, State.PROTECTED, State.AGE_GATED),
        (State.DELETED, State.PROTECTED, State.PROTECTED),
        (State.UNAVAILABLE_UNSPECIFIED, State.DELETED, State.UNAVAILABLE_UNSPECIFIED),
    ],
)
def test_verdict(syndication: State, oembed: State | None, expected: State) -> None:
    def reading(state: State) -> Reading:
        return Reading(state, f"says {state}", post=POST if state in (State.OK, State.OK_PARTIAL) else None)

    readings = [(SYNDICATION, reading(syndication))] + ([(OEMBED, reading(oembed))] if oembed else [])
    for order in (readings, readings[::-1]):
        state, reason = x.verdict(order, REFERENCE)
        assert state is expected
        assert reason


def test_the_page_and_mementos_have_no_say() -> None:
    absent, there = Reading(State.DELETED, "404"), Reading(State.OK, "there", post=POST)
    assert x.verdict([(SYNDICATION, absent), (PAGE, Reading(State.NOT_FOUND, "404"))], REFERENCE)[0] is State.UNAVAILABLE_UNSPECIFIED
    assert x.verdict([(SYNDICATION, absent), (OEMBED, absent), (PAGE, there), (OLD, there)], REFERENCE)[0] is State.DELETED
    assert x.verdict([(SYNDICATION, absent), (SYNDICATION, absent)], REFERENCE)[0] is State.UNAVAILABLE_UNSPECIFIED  # one witness twice
    assert x.verdict([], REFERENCE)[0] is State.UNAVAILABLE_UNSPECIFIED


def test_an_id_that_cannot_exist_is_not_a_deleted_post() -> None:
    absent = Reading(State.DELETED, "404")
    assert x.verdict([(SYNDICATION, absent), (OEMBED, absent)], x.reference("9123456789012345678"))[0] is State.INVALID_ID
