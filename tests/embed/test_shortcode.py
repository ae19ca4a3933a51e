"""Shortcodes: the time they tell, and those that tell none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from archiver.embed import instagram, threads
from archiver.embed.instagram.shortcode import EPOCH, FIRST, LETTERS, UNIX, created, shortcode

NEVER = datetime(2011, 8, 24, tzinfo=UTC)


def written(number: int) -> str:
    letters = ""
    while number:
        number, value = divmod(number, 64)
        letters = LETTERS[value] + letters
    return letters


def test_known_times() -> None:
    assert instagram.created("B8pT40EBjoK") == datetime(2020, 2, 16, 23, 2, 32, 673000, tzinfo=UTC)
    assert threads.created("C6qkatfMtCP") == datetime(2024, 5, 7, 11, 12, 39, 575000, tzinfo=UTC)


def test_a_private_links_key_is_no_part_of_the_shortcode() -> None:
    assert shortcode("B8pT40EBjoK" + "x" * 28) == "B8pT40EBjoK"
    assert instagram.created("B8pT40EBjoK" + "x" * 28) == instagram.created("B8pT40EBjoK")


def test_what_tells_no_time() -> None:
    assert created("p", NEVER) is None  # given out before shortcodes counted time
    assert created("٣٤٥", NEVER) is None
    assert created("", NEVER) is None
    assert created("________________", NEVER) is None  # more than 64 bits
    assert instagram.created("2885000000000000000") is None  # a story's number
    assert threads.created("B8pT40EBjoK") is None  # before Threads was launched
    assert instagram.created("B8pT40EBjoK", now=datetime(2019, 1, 1, tzinfo=UTC)) is None  # from the future


@given(st.integers(FIRST, 2**62))
def test_a_number_comes_back_as_its_milliseconds(number: int) -> None:
    moment = created(written(number), NEVER, now=datetime(9000, 1, 1, tzinfo=UTC))
    assert moment is not None
    assert (moment - UNIX) // timedelta(milliseconds=1) == (number >> 23) + EPOCH
