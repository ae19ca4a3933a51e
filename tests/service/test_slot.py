"""Slots: backwards is forwards, in every kind of zone; daylight saving runs nothing twice and loses nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim

from archiver.service.runs.slot import following, latest

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Amman"]
CRONS = ["30 2 * * *", "0 * * * *", "*/15 1-3 * * *", "0 0 * * 0"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("cron", CRONS)
def test_backwards_names_the_slots_that_forwards_names(zone: str, cron: str) -> None:
    for around in (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 10, 10, tzinfo=UTC)):
        end = around + timedelta(days=40)
        ahead = []
        for slot in CronSim(cron, around.astimezone(ZoneInfo(zone))):
            if slot > end:
                break
            ahead.append(slot.astimezone(UTC))
        assert len(ahead) == len(set(ahead))
        at, back = end, []
        while (slot := latest(cron, zone, at)) and slot > around:
            back.append(slot)
            at = slot - timedelta(seconds=1)
        assert back[::-1] == ahead


def test_the_slot_of_this_minute_counts_and_the_next_one_does_not() -> None:
    noon = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
    assert latest("0 * * * *", "UTC", noon) == noon
    assert latest("0 * * * *", "UTC", noon - timedelta(seconds=1)) == noon - timedelta(hours=1)
    assert following("0 * * * *", "UTC", noon) == noon + timedelta(hours=1)


def test_the_hour_of_a_time_zone_is_the_readers() -> None:
    assert latest("0 6 * * *", "Europe/Berlin", datetime(2026, 7, 1, 12, tzinfo=UTC)) == datetime(2026, 7, 1, 4, tzinfo=UTC)
    assert latest("0 6 * * *", "Europe/Berlin", datetime(2026, 1, 1, 12, tzinfo=UTC)) == datetime(2026, 1, 1, 5, tzinfo=UTC)
