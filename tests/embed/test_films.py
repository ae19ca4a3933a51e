"""YouTube, TikTok and Telegram beyond the tables: what a post becomes, ids and their time, what together is said."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.article.document import Document
from archiver.citation.citation import Citation, Claims
from archiver.citation.platform import Answer, Media, Platform, Post, Reading, State, Target
from archiver.embed import telegram, tiktok, youtube

FIXTURES = Path(__file__).parent / "fixtures"
VIDEO = "Kd3fR_7-wQ0"
NUMBER = "7122000000000000123"


def answer(platform: Platform, name: str) -> Answer:
    rows: list[dict[str, Any]] = json.loads((FIXTURES / platform.name / "answers.json").read_text(encoding="utf8"))
    row = next(row for row in rows if row["name"] == name)
    target = Target(row["asked"], tier=row.get("tier", "http"), purpose=row.get("purpose", "page"))
    body = row.get("body", "")
    data = json.dumps(body).encode() if isinstance(body, dict) else body.encode()
    return Answer(target, row.get("url", row["asked"]), row.get("status", 200), (), row.get("type", "text/html"), data)


def post(platform: Platform, name: str) -> Post:
    told = platform.read(answer(platform, name)).post
    assert told is not None
    return told


# ---------------------------------------------------------------- youtube


def test_a_video_as_its_page_tells_it() -> None:
    told = post(youtube, "page: the video")
    assert told.text == 'Two ferries at the northern pier\n\nOne left, one came.\nBoth on time; {"really"}'
    assert (told.id, told.author, told.handle, told.created, told.counts) == (
        VIDEO,
        "Harbour Log",
        "harbourlog",
        "2022-07-20",
        {"views": 1312},
    )
    assert told.media == (Media("poster", f"https://i.ytimg.com/vi/{VIDEO}/maxresdefault.jpg"),)
    brief = post(youtube, "oembed: the video")
    assert (brief.text, brief.author, brief.handle) == ("Two ferries at the northern pier", "Harbour Log", "harbourlog")


@pytest.mark.parametrize(
    ("oembed", "page", "expected"),
    [
        ("oembed: the video", "page: consent", State.OK_PARTIAL),
        ("oembed: none", "page: the video", State.OK_PARTIAL),
        ("oembed: may not be embedded", "page: the video", State.OK_PARTIAL),
        ("oembed: may not be embedded", "page: consent", State.EMBEDDING_DISABLED),
        ("oembed: may not be embedded", "page: are we a robot", State.BOT_CHALLENGE),
        ("oembed: none", "page: none", State.DELETED),
        ("oembed: none", "page: are we a robot", State.BOT_CHALLENGE),
        ("oembed: too many", "page: none", State.RATE_LIMITED),
        ("oembed: private", "page: private", State.PROTECTED),
        ("oembed: none", "page: account terminated", State.ACCOUNT_GONE),
        ("oembed: id not accepted", "page: removed by the uploader", State.UNAVAILABLE_UNSPECIFIED),
        ("oembed: none", "page: consent", State.NOT_FOUND),
    ],
)
def test_what_oembed_and_the_player_say_together(oembed: str, page: str, expected: State) -> None:
    reference = youtube.reference(VIDEO)
    first, second = youtube.targets(Citation(1, "embed", reference, True, Claims(), ()))
    readings = [(first, youtube.read(answer(youtube, oembed))), (second, youtube.read(answer(youtube, page)))]
    assert youtube.verdict(readings, reference)[0] is expected


def test_targets_of_a_video() -> None:
    found = youtube.targets(Citation(1, "embed", youtube.reference(VIDEO), True, Claims(), ()))
    assert [(target.purpose, target.tier, target.proof) for target in found] == [("oembed", "post", True), ("page", "http", True)]
    assert [target.purpose for target in youtube.requisites(answer(youtube, "oembed: the video"))] == ["poster"]


@given(st.text(alphabet="abcXYZ019_-", min_size=1, max_size=14))
def test_only_eleven_letters_are_a_video(written: str) -> None:
    found = youtube.identify(f"https://youtu.be/{written}")
    assert (found is not None) == (len(written) == 11)
    assert found is None or found.id == written


def test_the_player_is_found_among_many_scripts_and_broken_ones() -> None:
    page = answer(youtube, "page: the video")
    noise = (
        b"<script>ytInitialPlayerResponse = {"
        + b"[" * 100_000
        + b"</script>"
        + b"<script>var a = 'ytInitialPlayerResponse';</script>" * 500
    )
    body = page.body.replace(b"<script>", noise + b"<script>", 1)
    assert youtube.read(Answer(page.target, page.url, 200, (), "text/html", body)).post is not None


# ----------------------------------------------------------------- tiktok


def test_a_post_of_tiktok_as_its_page_tells_it() -> None:
    told = post(tiktok, "page: the film")
    assert (told.author, told.handle, told.created) == ("Harbour Log", "harbour.log", "2022-07-20T07:04:53Z")
    assert (told.text, told.lang, told.counts) == ("Two ferries, one pier #ferry", "en", {"likes": 12, "views": 300})
    assert [item.kind for item in told.media] == ["video", "poster"]
    assert [item.url for item in post(tiktok, "page: pictures").media] == ["https://p16.tiktokcdn.com/1.jpg"]
    behind = post(tiktok, "page: behind a short link")
    assert (behind.id, behind.url) == (NUMBER, f"https://www.tiktok.com/@harbour.log/video/{NUMBER}")


def test_targets_of_a_post_and_of_a_short_link() -> None:
    found = tiktok.targets(Citation(1, "link", tiktok.reference(NUMBER, "harbour.log"), True, Claims(), ()))
    assert found[0].url == f"https://www.tiktok.com/oembed?url=https%3A%2F%2Fwww.tiktok.com%2Fvideo%2F{NUMBER}"
    assert found[1].url == f"https://www.tiktok.com/@harbour.log/video/{NUMBER}"
    short = tiktok.identify("https://vm.tiktok.com/ZMabcdEFG/")
    assert short is not None
    assert [target.purpose for target in tiktok.targets(Citation(1, "link", short, True, Claims(), ()))] == ["page"]


def test_a_video_that_both_refuse_is_not_called_deleted() -> None:
    reference = tiktok.reference(NUMBER)
    first, second = tiktok.targets(Citation(1, "link", reference, True, Claims(), ()))
    refused = tiktok.read(answer(tiktok, "oembed: gone or private"))
    for name, expected in (("page: none", State.NOT_FOUND), ("page: unavailable, or we are blocked", State.UNAVAILABLE_UNSPECIFIED)):
        readings: list[tuple[Target, Reading]] = [(first, refused), (second, tiktok.read(answer(tiktok, name)))]
        assert tiktok.verdict(readings, reference)[0] is expected


def test_numbers_of_tiktok_tell_their_time() -> None:
    assert tiktok.created(NUMBER) == datetime(2022, 7, 19, 8, 37, 24, tzinfo=UTC)
    assert tiktok.created("12345678901") is None  # seconds after 1970
    assert tiktok.created("99999999999999999999") is None
    assert tiktok.created("٧١٢٢٠٠٠٠٠٠٠٠٠٠٠٠١٢٣") is None
    assert tiktok.created(NUMBER, now=datetime(2022, 7, 18, tzinfo=UTC)) is None
    assert tiktok.created(NUMBER, now=datetime(2022, 7, 19, tzinfo=UTC)) is not None


@given(st.integers(1_406_851_200, 2_114_380_800), st.integers(0, 2**32 - 1))
def test_the_upper_half_of_a_number_is_its_second(second: int, low: int) -> None:
    moment = datetime.fromtimestamp(second, UTC)
    assert tiktok.created(str(second << 32 | low), now=moment + timedelta(days=1)) == moment


# --------------------------------------------------------------- telegram


def test_a_post_of_telegram_as_its_widget_shows_it() -> None:
    told = post(telegram, "the post")
    assert (told.id, told.author, told.handle) == ("harbour_log/5011", "Harbour Log", "harbour_log")
    assert (told.text, told.created) == ("Two ferries,\none pier", "2022-07-20T07:04:53Z")
    assert told.media == (Media("photo", "https://cdn4.telesco.pe/file/a.jpg?token=1"),)
    assert post(telegram, "an answer to another post").text == "Two ferries,\none pier"
    assert [item.kind for item in post(telegram, "a film that this browser would not play").media] == ["poster", "video"]


def test_the_case_of_a_name_does_not_matter_and_is_kept() -> None:
    one, other = telegram.identify("https://t.me/Harbour_Log/12"), telegram.identify("https://t.me/s/harbour_log/12")
    assert one is not None
    assert other is not None
    assert one.key == other.key == "telegram:harbour_log/12"
    assert (one.id, one.url) == ("Harbour_Log/12", "https://t.me/Harbour_Log/12")


def test_a_private_groups_post_is_asked_for_by_its_page_only() -> None:
    private = telegram.identify("https://t.me/c/1234567890/42")
    assert private is not None
    (page,) = telegram.targets(Citation(1, "link", private, True, Claims(), ()))
    assert not page.proof
    assert telegram.verdict([(page, telegram.read(answer(telegram, "a private group")))], private)[0] is State.PROTECTED


def test_a_post_that_is_not_there_is_not_called_deleted() -> None:
    reference = telegram.reference("harbour_log/5011")
    assert reference is not None
    widget, card = telegram.targets(Citation(1, "link", reference, True, Claims(), ()))
    readings = [
        (widget, telegram.read(answer(telegram, "no such post"))),
        (card, telegram.read(answer(telegram, "the card that opens the app"))),
    ]
    assert telegram.verdict(readings, reference)[0] is State.NOT_FOUND


def test_media_of_a_post_come_before_what_its_page_needs() -> None:
    found = telegram.requisites(answer(telegram, "the post"))
    assert [target.purpose for target in found] == ["photo"]


@pytest.mark.parametrize(
    "written", ["", "harbour_log", "harbour_log/", "a/1", "harbour_log/x", "/5011", "harbour_log/99999999999999999999"]
)
def test_a_widget_that_names_no_post(written: str) -> None:
    element = Document(f'<script data-telegram-post="{written}"></script>').select("script")[0]
    assert telegram.recognise(element) is None
