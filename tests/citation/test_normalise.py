"""The copy that finders read: what it leaves out, and the way back."""

from hypothesis import given
from hypothesis import strategies as st

from archiver.citation.normalise import LIGATURES, UNSEEN, normalise

DIRT = "\u200f\u200e\u202a\u2066\u00ad\u0640\u200b\ufeff\u061c"


def test_text_without_anything_unusual_is_itself():
    copy = normalise("plain text")
    assert copy.text == "plain text"
    assert copy.span(2, 5) == (2, 5)


def test_full_width_signs_and_blanks_become_ascii():
    assert normalise("https：／／ｅ．jp\u00a0x").text == "https://ｅ.jp x"


def test_joiners_stay_between_letters_of_their_scripts_and_go_behind_ascii():
    assert normalise("می\u200cشود abc\u200cdef").text == "می\u200cشود abcdef"


def test_each_letter_of_a_ligature_stands_where_it_does():
    copy = normalise("o\ufb03ce \u00adof")
    assert copy.text == "office of"
    assert [copy.span(at, at + 1) for at in range(1, 5)] == [(1, 2), (1, 2), (1, 2), (2, 3)]
    assert [copy.at(offset) for offset in range(6)] == [0, 1, 4, 5, 6, 7]


@given(st.text(alphabet="ab/:." + DIRT + "مش\ufb01\ufb04"))
def test_every_character_of_the_copy_stands_where_its_offset_says(text):
    copy = normalise(text)
    for at, character in enumerate(copy.text):
        start, end = copy.span(at, at + 1)
        assert character in LIGATURES.get(text[start:end], text[start:end])
        assert end == start + 1
        assert copy.at(start) <= at
        assert copy.text[copy.at(start)] == LIGATURES.get(text[start], text[start])[0]
    assert not UNSEEN & set(copy.text)
