"""Signs of a text: which characters beside letters, figures and blanks it has, and where."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from archiver.article.signs import signs, spots

PLAIN = frozenset(f"{string.ascii_letters}{string.digits} \n")


@given(st.text())
def test_signs_are_the_characters_that_prose_is_not_made_of(text):
    assert signs(text) == frozenset(text) - PLAIN


def test_text_that_json_made_may_have_half_characters():
    assert signs("a\ud800b") == {"\ud800"}


@given(st.text(alphabet="a@:/", max_size=40))
def test_spots_are_where_one_of_some_strings_begins(text):
    assert spots(text, ["@", "://"]) == [at for at in range(len(text)) if text.startswith(("@", "://"), at)]
