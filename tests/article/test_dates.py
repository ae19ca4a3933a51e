"""Printed dates: every locale's long format is read back; what is ambiguous or no date is none."""

from datetime import date

import pytest
from babel import Locale, localedata
from babel.dates import format_date

from archiver.article.dates import find_date, parse_date

DAY = date(2022, 7, 20)
READ = [
    ("July 20, 2022", None),
    ("20 July 2022", "ar"),
    ("20. Juli 2022", None),
    ("20 juillet 2022", None),
    ("20 de julio de 2022", None),
    ("20 luglio 2022", None),
    ("20 Temmuz 2022", None),
    ("20 июля 2022 г.", None),
    ("20 липня 2022 р.", None),
    ("2022. július 20.", None),
    ("20 Ιουλίου 2022", None),
    ("20 ביולי 2022", None),
    ("٢٠ يوليو ٢٠٢٢", None),
    ("20 جويلية 2022", None),
    ("20 تموز 2022", None),
    ("۲۰ ژوئیهٔ ۲۰۲۲", None),
    ("20 جولائی، 2022", None),
    ("२० जुलाई २०२२", None),
    ("২০ জুলাই, ২০২২", None),
    ("20 กรกฎาคม 2565", None),
    ("20 tháng 7, 2022", None),
    ("2022年7月20日", None),
    ("2022년 7월 20일", None),
    ("Jul 20, 2022", None),
    ("2022-07-20", None),
    ("20.07.2022", None),
    ("20/07/2022", None),
    ("July 20, —\n2022", "ar"),
    ("July\u00a020,\u200f 2022", None),
]


@pytest.mark.parametrize(("written", "language"), READ)
def test_a_day_is_read_in_many_languages(written, language):
    assert parse_date(written, language) == DAY


@pytest.mark.parametrize("written", ["1:22 PM · Jul 20, 2022 · Twitter for iPhone", "· 20 Jul 2022 at 13:05", "10:07 – 20 juil. 2022"])
def test_a_time_beside_the_date_is_not_its_day(written):
    assert parse_date(written) == DAY


@pytest.mark.parametrize(
    "written",
    ["", "no date", "July 2022", "20 July", "32 July 2022", "July 20, 1202", "20 Julian 2022", "5/6/2022", "1,20,2022", "20220720"],
)
def test_what_is_no_date_is_none(written):
    assert parse_date(written) is None


def test_a_month_word_of_two_meanings_is_decided_by_the_language_or_not_at_all():
    assert parse_date("20 listopada 2022", "pl") == date(2022, 11, 20)
    assert parse_date("20 listopada 2022", "hr") == date(2022, 10, 20)
    assert parse_date("20 listopada 2022") is None
    assert parse_date("20 listopada 2022", "en") is None


def test_a_particle_that_is_a_month_elsewhere_does_not_win():
    assert parse_date("31 de maio de 2020") == date(2020, 5, 31)


def test_the_span_is_that_of_the_original_text():
    text = "(@h) \u200f٢٠ يولـيو ٢٠٢٢، ثم"
    found = find_date(text, "ar")
    assert found is not None
    assert text[found.start : found.end] == "٢٠ يولـيو ٢٠٢٢"


def _wrong(identifiers, days):
    for identifier in identifiers:
        # Written in vertical script with letters of its own between month and day.
        long = localedata.load(identifier).get("date_formats", {}).get("long") if identifier != "mn_Mong_MN" else None
        for day in days if long is not None else ():
            printed = format_date(day, long.pattern, locale=Locale.parse(identifier))
            if parse_date(printed, identifier.replace("_", "-")) != day:
                yield identifier, printed


def test_the_long_format_of_languages_is_read_back():
    languages = sorted(identifier for identifier in localedata.locale_identifiers() if "_" not in identifier)
    assert list(_wrong(languages, [DAY])) == []


@pytest.mark.proof
def test_the_long_format_of_every_locale_is_read_back():
    days = [date(2022, month, day) for month, day in enumerate((5, 28, 31, 1, 9, 30, 20, 11, 3, 22, 19, 12), 1)]
    assert list(_wrong(sorted(localedata.locale_identifiers()), days)) == []
