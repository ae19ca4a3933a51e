"""The reading order of printed lines: what the eye sees from left to right, put back into the order of reading."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.article.bidi import Glyph, has_right_to_left, mostly_right_to_left, reading_order


def printed(line: str, step: float = 5.0, start: int = 0) -> list[Glyph]:
    """The glyphs of a line as the eye sees it from left to right; blanks are gaps."""
    glyphs, x = [], 0.0
    for number, character in enumerate(line, start):
        if character != " ":
            glyphs.append(Glyph(character, x, x, x + step, number))
        x += step
    return glyphs


def read_back(line: str, *, rtl: bool = True) -> str:
    return "".join(character for character, _ in reading_order(printed(line), 10, rtl=rtl))


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        # Each first line is written here as it is seen, from left to right.
        ("םולש םלוע", "עולם שלום"),
        ("ريزولا 12 لاق", "قال 12 الوزير"),
        ("2021 ויאמ 15", "15 מאיו 2021"),
        ("moh_gov@ לע", "על @moh_gov"),
        ("(2020 ואר) רושיק", "קישור (ראו 2020)"),
        (".ףוס", "סוף."),
        ("https://a.example/b-c/ הפ", "פה https://a.example/b-c/"),
        ("שדח iPhone 12 לש", "של iPhone 12 חדש"),
        ("3,14 אוה", "הוא 3,14"),
        ("50% דוע", "עוד 50%"),
        ("«רבד»", "«דבר»"),
    ],
)
def test_right_to_left_lines(seen: str, meant: str):
    assert read_back(seen) == meant


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("He said םולש once", "He said שלום once"),
        ("He said (םלוע םולש) once.", "He said (שלום עולם) once."),
        ("in 2020 הנש", "in 2020 שנה"),
        ("from ב 12 א to", "from א 12 ב to"),
        ("it cost 50% דוע", "it cost 50% עוד"),
    ],
)
def test_quotations_in_left_to_right_lines(seen: str, meant: str):
    assert read_back(seen, rtl=False) == meant


def test_hyphen_between_figures_after_arabic_parts_them():
    # "2021-05-15" behind Arabic letters is printed 15-05-2021: a hyphen does not join Arabic numbers, a slash does.
    assert read_back("15-05-2021 خيرات") == "تاريخ 2021-05-15"
    assert read_back("15/05/2021 خيرات") == "تاريخ 15/05/2021"
    assert read_back("2021-05-15 ךיראת") == "תאריך 2021-05-15"


def test_brackets_named_by_their_shape_or_by_their_meaning():
    assert read_back("(םולש) הפ") == "פה (שלום)"
    assert read_back(")םולש( הפ") == "פה (שלום)"
    assert read_back("םולש) הפ") == "פה (שלום"  # closed on the next line
    assert read_back("םולש( הפ") == "פה (שלום"


def test_characters_of_one_glyph_keep_the_order_of_writing():
    lam_alef = [Glyph("ا", 10, 10, 15, 0), Glyph("ل", 10, 10, 15, 1)]  # one glyph, told backwards
    assert reading_order([*lam_alef, Glyph("م", 15, 15, 20, 2)], 10, rtl=True) == [("م", 2), ("ل", 1), ("ا", 0)]
    with_vowel = [Glyph("ب", 10, 10, 15, 0), Glyph("\u064e", 10, 10, 15, 1), Glyph("ك", 5, 5, 10, 2)]
    assert [character for character, _ in reading_order(with_vowel, 10, rtl=True)] == ["ب", "\u064e", "ك"]
    beside = [Glyph("ب", 10, 10, 15, 0), Glyph("\u064e", 11, 11, 13, 1), Glyph("ك", 5, 5, 10, 2)]  # a glyph of its own, above
    assert [character for character, _ in reading_order(beside, 10, rtl=True)] == ["ب", "\u064e", "ك"]


def test_blanks_are_gaps_and_no_others():
    glyphs = [Glyph("א", 20, 20, 25, 0), Glyph(" ", 12, 12, 12, 1), Glyph("ב", 15.5, 15.5, 19.5, 2), Glyph("ג", 5, 5, 10, 3)]
    assert reading_order(glyphs, 10, rtl=True) == [("א", 0), ("ב", 2), (" ", None), ("ג", 3)]


def test_an_address_that_goes_on_keeps_its_last_sign():
    assert read_back("https://a.example/one- הפ") == "פה https://a.example/one-"
    assert read_back("- הפ") == "פה -"


def test_which_way_a_page_is_read():
    assert mostly_right_to_left("قال الوزير https://a.example/a/long/address/of/latin/letters word")
    assert not mostly_right_to_left("He said שלום and went")
    assert has_right_to_left("a ﻻ b")
    assert not has_right_to_left("a é 日本 b")


@given(st.text("אבגד לאבן", max_size=30), st.booleans())
def test_pure_right_to_left_text_is_the_reverse_of_what_is_seen(line: str, rtl: bool):
    words = " ".join(line.split())
    assert read_back(words[::-1], rtl=rtl) == words


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=40), st.booleans())
def test_no_character_is_lost_or_made(line: str, rtl: bool):
    glyphs = printed(line)
    order = reading_order(glyphs, 10, rtl=rtl)
    shown = {glyph.key for glyph in glyphs}
    assert sorted(key for _, key in order if key is not None) == sorted(shown)
    for character, key in order:
        if key is None:
            assert character == " "
        elif not unicodedata.mirrored(character):
            assert character == line[key]
