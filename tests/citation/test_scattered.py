"""Posts in dumps with a word on every line, and where they stand there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver import embed
from archiver.article.read import read
from archiver.citation.citation import Citation
from archiver.citation.extract import extract
from archiver.citation.scattered import rejoined

PROSE = "The harbour closed at noon. Nobody came to the pier, and the ferries stayed. " * 15
NOTE = "(source: Harbour Survey ) 14 Ann Ames (@ann_ames), “ The ferries stay in the harbour today ,” Twitter, April 15, 2021. 13 Others say so."


def mentions(text: str) -> list[Citation]:
    return [one for one in extract(read(text.encode(), source="a.txt"), embed.PLATFORMS) if one.kind == "mention"]


@pytest.mark.parametrize("between", ["\n", "\n \n"])
def test_a_post_in_a_note_is_found_with_its_author(between: str):
    text = between.join(f"{PROSE}{NOTE} {PROSE}".split())
    [only] = mentions(text)
    assert (only.claims.author, only.claims.handle, only.claims.date) == ("Ann Ames", "ann_ames", "2021-04-15")
    [place] = only.places
    assert place.exact == text[place.start : place.end]
    assert place.exact.split()[:3] == ["Ann", "Ames", "(@ann_ames),"]
    assert place.exact.split()[-1].startswith("2021")


def test_a_post_above_its_attribution_line_is_that_sentence():
    text = "\n".join(f"{PROSE} She wrote on Twitter: All the ferries stay here. — Ann Ames (@ann_ames) April 15, 2021 {PROSE}".split())
    [only] = mentions(text)
    assert only.claims.author == "Ann Ames"
    assert (only.claims.text or "").split() == ["All", "the", "ferries", "stay", "here."]


def test_prose_of_single_words_quotes_nothing():
    assert mentions("\n".join(f"{PROSE} Ann Ames came in April 2021 . {PROSE}".split())) == []


@pytest.mark.parametrize(
    ("scattered", "joined"),
    [
        ("He\n \ncame.\nShe\nleft", "He came.\nShe left"),
        ("by\nJ.\nSmith", "by J. Smith"),
        ("at\nnoon.\n12\nThe\nsea", "at noon.\n12\nThe sea"),
        ("on\n12\nMay", "on 12 May"),
        ("end\n\f3\nfoot", "end\n\n3 foot"),
    ],
)
def test_the_lines_that_words_make_up(scattered: str, joined: str):
    assert rejoined(scattered).text == joined


@given(st.text(alphabet="aB.7 \n\f)"))
def test_every_character_of_the_lines_stands_where_its_offset_says(text: str):
    copy = rejoined(text)
    for at, character in enumerate(copy.text):
        start, end = copy.span(at, at + 1)
        assert text[start:end] == character or (character.isspace() and text[start:end].isspace())
        assert copy.at(start) == at
