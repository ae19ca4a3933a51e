"""Mastodon beyond the tables: ids that tell time and so make a shape certain, what a status becomes, what several endpoints say."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.citation.citation import Citation, Claims
from archiver.citation.platform import Answer, Choice, Media, Poll, Post, Reading, State, Target
from archiver.embed import mastodon

NUMBER = "113984785612800999"
HOST = "https://social.example.org"
CITED = mastodon.identify(f"{HOST}/@Harbour/{NUMBER}")
assert CITED is not None
STATUS, ACTIVITY, OEMBED, PAGE = mastodon.targets(Citation(1, "embed", CITED, True, Claims(), ()))
MOMENT = datetime(2025, 2, 11, 10, 30, tzinfo=UTC)


def test_ids_tell_their_time() -> None:
    for identifier in (NUMBER, f"{HOST}/@harbour/{NUMBER}", "Ar0RIOPNpR2dVrS4nF", "01JKT8Y02000000000003NQK8N"):
        moment = mastodon.created(identifier)
        assert moment is not None
        assert abs(moment - MOMENT) < timedelta(seconds=1)
    for wrong in ("4711", "9223372036854775807", "92233720368547758070", "zzzzzzzzzzzzzzzzzz", "0" * 26, "7" + "Z" * 25, "", "١٢٣"):
        assert mastodon.created(wrong) is None


@given(st.integers(0, 10**17 - 1))
def test_numbers_of_before_2016_make_no_post_on_an_unknown_host(number: int) -> None:
    found = mastodon.identify(f"https://blog.example.net/@harbour/{number}")
    assert (found is not None) == (mastodon.created(str(number)) is not None and not str(number).startswith("0"))
    assert found is None or number >= 1_458_086_400_000 << 16


def test_one_post_has_one_key_whatever_the_spelling() -> None:
    spellings = ("@Harbour/{}", "@harbour/{}/embed", "users/Harbour/statuses/{}", "web/@harbour/{}", "deck/@HARBOUR/{}/")
    found = [mastodon.identify(f"{HOST}/{spelling.format(NUMBER)}") for spelling in spellings]
    assert {reference.key for reference in found if reference} == {f"mastodon:{HOST}/@harbour/{NUMBER}"}
    assert all(found)


@pytest.mark.parametrize(
    ("cited", "api"),
    [
        (f"{HOST}/@harbour/{NUMBER}", f"{HOST}/api/v1/statuses/{NUMBER}"),
        (f"{HOST}/web/statuses/{NUMBER}", f"{HOST}/api/v1/statuses/{NUMBER}"),
        (f"{HOST}/notice/Ar0RIOPNpR2dVrS4nF", f"{HOST}/api/v1/statuses/Ar0RIOPNpR2dVrS4nF"),
        (f"{HOST}/@harbour/statuses/01JKT8Y02000000000003NQK8N", f"{HOST}/api/v1/statuses/01JKT8Y02000000000003NQK8N"),
        ("https://misskey.example.net/notes/a4k8z2q1x0", "https://misskey.example.net/notes/a4k8z2q1x0"),
    ],
)
def test_the_first_to_be_asked(cited: str, api: str) -> None:
    reference = mastodon.identify(cited)
    assert reference is not None
    assert mastodon.targets(Citation(1, "link", reference, True, Claims(), ()))[0].url == api


def status(**fields: Any) -> Post:
    data = {
        "id": NUMBER,
        "url": f"{HOST}/@Harbour/{NUMBER}",
        "created_at": "2025-02-11T10:30:00.000Z",
        "content": '<p>عبّارتان &amp; رصيف<br><a href="https://example.org/a"><span class="invisible">https://</span>example.org/a</a></p>',
        "account": {"acct": "Harbour", "display_name": ""},
    } | fields
    reading = mastodon.read(Answer(STATUS, STATUS.url, 200, (), "application/json", json.dumps(data).encode()))
    assert reading.post is not None
    return reading.post


def test_a_status() -> None:
    post = status(language="ar", favourites_count=5, reblogs_count=None)
    assert CITED is not None
    assert (post.id, post.url) == (CITED.id, CITED.url)
    assert (post.author, post.handle, post.created, post.lang) == ("Harbour", "Harbour", "2025-02-11T10:30:00Z", "ar")
    assert post.text == "عبّارتان & رصيف\nhttps://example.org/a"
    assert post.counts == {"likes": 5}


def test_a_warning_stands_above_the_words() -> None:
    assert (status(spoiler_text="Ferries").text or "").startswith("Ferries\n\nعبّارتان")


def test_a_mirrored_status_is_the_mirrors() -> None:
    post = status(url="https://remote.example.net/@harbour/77", account={"acct": "harbour@remote.example.net", "display_name": "H"})
    assert post.url == f"{HOST}/@harbour@remote.example.net/{NUMBER}"
    assert post.handle == "harbour@remote.example.net"


def test_media_whose_copy_is_gone_are_asked_for_where_they_came_from() -> None:
    files = [
        {"type": "image", "url": None, "remote_url": "https://files.example.net/a.png", "description": "A pier"},
        {"type": "gifv", "url": "https://files.example.org/b.mp4", "preview_url": "https://files.example.org/b.png"},
        {"type": "unknown", "url": None},
    ]
    assert status(media_attachments=files).media == (
        Media("photo", "https://files.example.net/a.png", "A pier"),
        Media("gif", "https://files.example.org/b.mp4"),
        Media("poster", "https://files.example.org/b.png"),
    )


def verdict(*readings: tuple[Target, State]) -> State:
    assert CITED is not None
    return mastodon.verdict([(target, Reading(state, "r")) for target, state in readings], CITED)[0]


def test_verdicts() -> None:
    assert verdict((STATUS, State.DELETED), (PAGE, State.UNAVAILABLE_UNSPECIFIED)) is State.DELETED
    assert verdict((STATUS, State.ACCOUNT_GONE), (OEMBED, State.DELETED)) is State.ACCOUNT_GONE
    assert verdict((STATUS, State.LOGIN_WALL), (PAGE, State.OK)) is State.OK
    assert verdict((STATUS, State.UNAVAILABLE_UNSPECIFIED), (PAGE, State.UNAVAILABLE_UNSPECIFIED)) is State.UNAVAILABLE_UNSPECIFIED
    assert verdict((STATUS, State.SERVER_ERROR), (OEMBED, State.DELETED)) is State.SERVER_ERROR
    assert verdict((STATUS, State.LOGIN_WALL), (ACTIVITY, State.OK)) is State.OK
    assert verdict((STATUS, State.LOGIN_WALL), (ACTIVITY, State.DELETED)) is State.UNAVAILABLE_UNSPECIFIED
    assert verdict((STATUS, State.LOGIN_WALL), (ACTIVITY, State.LOGIN_WALL)) is State.LOGIN_WALL


def test_a_poll_an_answer_an_edit_and_a_quotation() -> None:
    poll = {"options": [{"title": "Early", "votes_count": 3}, {"title": "Late", "votes_count": None}], "voters_count": 3, "expired": False,
            "expires_at": "2025-02-12T10:30:00.000Z"}  # fmt: skip
    inner = {"id": "113984785612800111", "content": "<p>Inner</p>", "account": {"acct": "pier"}, "quote": {"quoted_status": {}}}
    post = status(poll=poll, in_reply_to_id="7", edited_at="2025-02-11T11:00:00.000Z", quote={"state": "accepted", "quoted_status": inner})
    assert post.poll == Poll((Choice("Early", 3), Choice("Late")), 3, "2025-02-12T10:30:00Z", closed=False)
    assert (post.edited, post.edited_at, post.reply_to) == (True, "2025-02-11T11:00:00Z", f"{HOST}/web/statuses/7")
    assert post.quoted is not None
    assert (post.quoted.text, post.quoted.handle, post.quoted.quoted) == ("Inner", "pier", None)
    assert (status(edited_at=None).edited, status().edited) == (False, None)
