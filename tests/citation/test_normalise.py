"""The copy that finders read: what it leaves out, and the way back."""

from hypothesis import given
from hypothesis import strategies as st

from archiver.citation.normalise import UNSEEN, normalise

DIRT = "\u200f\u200e\u202a\u2066\u00ad\u0640\u200b\ufeff\u061c"


def test_text_without_anything_unusual_is_itself():
    copy = normalise("plain text")
    assert copy.text == "plain text"
    assert copy.span(2, 5) == (2, 5)


def test_full_width_signs_and_blanks_become_ascii():
    assert normalise("https：／／ｅ．jp\u00a0x").text == "https://ｅ.jp x"


def test_joiners_stay_between_letters_of_their_scripts_and_go_behind_ascii():
    assert normalise("می\u200cشود abc\u200cdef").text == "می\u200cشود abcdef"


@given(st.text(alphabet="ab/:." + DIRT + "مش"))
def test_every_character_of_the_copy_stands_where_its_offset_says(text):
    copy = normalise(text)
    for at, character in enumerate(copy.text):
        start, end = copy.span(at, at + 1)
        assert text[start:end] == character
    assert not UNSEEN & set(copy.text)
