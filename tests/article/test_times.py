"""Times as machines write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.article.times import Time, has_day, iso_date, time_of


@pytest.mark.parametrize(
    ("written", "day", "hour", "is_utc"),
    [
        ("2022-07-21T23:10:05Z", "2022-07-21", 23, True),
        ("2022-07-21T23:10:05.085+00:00", "2022-07-21", 23, True),
        ("2022-07-21 23:10", "2022-07-21", None, False),
        ("20220721T231005Z", "2022-07-21", 23, True),
        ("2022-07-21T23:10:5Z", "2022-07-21", 23, True),
        ("2022-07-21T01:10:00+0200", "2022-07-21", 23, False),
        ("2022-07-21T01:10:00+02:00", "2022-07-21", 23, False),
        ("Thu, 21 Jul 2022 23:10:00 GMT", "2022-07-21", 23, True),
        ("Thu, 21 Jul 2022 01:10:00 +0200", "2022-07-21", 23, False),
        ("Thu Jul 21 2022 01:10:00 GMT+0200 (CEST)", "2022-07-21", None, False),  # a zone that is not read is none
        ("2022-07-21", "2022-07-21", None, False),
        ("2022-07-21T99:10:00Z", "2022-07-21", None, False),
    ],
)
def test_a_time_says_its_day_and_its_instant(written: str, day: str, hour: int | None, is_utc: bool):
    time = time_of(written)
    assert time
    assert (time.day, time.instant and time.instant.hour, time.is_utc) == (day, hour, is_utc)


@pytest.mark.parametrize("written", ["21.07.2022", "2022-02-30", "", None, 7])
def test_what_is_no_time(written: object):
    assert time_of(written) is None


def test_a_day_that_an_instant_has_somewhere():
    instant = datetime(2022, 7, 21, 17, 29, tzinfo=UTC)
    assert [has_day(instant, f"2022-07-{day}") for day in (20, 21, 22, 23)] == [False, True, True, False]
    assert not has_day(instant, "2022-07-22", timedelta(hours=3))
    assert not has_day(datetime.min.replace(tzinfo=UTC), "0001-01-01")


@given(st.text(max_size=60) | st.none() | st.integers() | st.from_regex(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{4})"))
def test_reading_a_time_never_raises(written: object):
    time = time_of(written)
    assert (time or Time("")).day == (iso_date(written) or "")
