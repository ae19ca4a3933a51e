"""Places where they stand: nested, overlapping, without width, over paragraphs; nothing of the text lost or moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archiver.replay.dashboard.marks import Mark, marks, paragraphs

TEXT = "First words here.\n\nSecond block, which is cited twice over.\nIts next line.\n\n\nLast."


def mark(number: int, start: int, end: int, nth: int = 1) -> Mark:
    return Mark(number, nth, "captured", start, end, inferred=False)


def shown(found: list[Mark], text: str = TEXT) -> list[tuple[str, list[int], list[int], list[int]]]:
    ordered = sorted(found, key=lambda one: (one.start, -one.end))
    return [
        (piece.text, [one.number for one in piece.marks], [one.number for one in piece.points], [one.number for one in piece.ends])
        for paragraph in paragraphs(text, ordered)
        for piece in paragraph.pieces
    ]


def test_nested_and_overlapping_places_are_cut_at_every_border() -> None:
    assert shown([mark(1, 0, 11), mark(2, 6, 16), mark(3, 6, 8)])[:5] == [
        ("First ", [1], [], []),
        ("wo", [1, 2, 3], [], [3]),
        ("rds", [1, 2], [], [1]),
        (" here", [2], [], [2]),
        (".", [], [], []),
    ]


def test_a_place_over_several_paragraphs_is_marked_in_each_and_numbered_at_its_end() -> None:
    found = [row for row in shown([mark(1, 12, 25)]) if row[1]]
    assert [(text, ends) for text, _, _, ends in found] == [("here.", []), ("Second", [1])]


def test_places_without_width_keep_their_number_wherever_they_stand() -> None:
    end = len(TEXT)
    found = shown([mark(1, 0, 0), mark(2, 6, 6), mark(3, 18, 18), mark(4, end, end)])
    assert [(text, points) for text, _, points, _ in found if points] == [
        ("First ", [1]),
        ("words here.", [2]),
        (found[2][0], [3]),
        ("", [4]),
    ]
    assert shown([mark(1, 0, 0)], "") == [("", [], [1], [])]


def test_a_place_that_ends_between_paragraphs_is_numbered_in_the_earlier_one() -> None:
    assert [(text, ends) for text, _, _, ends in shown([mark(1, 12, 18)]) if ends] == [("here.", [1])]


def test_offsets_count_code_points() -> None:
    text = "👩‍🚀 قال 🇩🇿 الخبر"
    start = text.index("🇩🇿")
    assert [row[0] for row in shown([mark(1, start, start + 2)], text) if row[1]] == ["🇩🇿"]


def test_lines_of_a_column_are_joined_and_lines_of_their_own_are_kept() -> None:
    column = "A line that a column of a newspaper broke where its width ended and\nwent on in the next line to say what it had to say to whom it may\nconcern."
    assert [piece.line_ends for paragraph in paragraphs(column, []) for piece in paragraph.pieces] == [False]
    assert "ended and\nwent" in next(paragraphs(column, [])).pieces[0].text
    verse = "roses\nare red\nand so on"
    assert [piece.text for piece in next(paragraphs(verse, [])).pieces] == ["roses", "are red", "and so on"]
    addresses = column + "\nhttps://one.test/a-long-address-that-fills-the-whole-line-of-it/and/more\nhttps://two.test/"
    assert [piece.text[:9] for piece in next(paragraphs(addresses, [])).pieces][-2:] == ["https://o", "https://t"]


def test_headings_stand_for_themselves() -> None:
    found = list(paragraphs("A Heading\nThe text below it.\n\nMore.", [], frozenset({"A Heading"})))
    assert [(one.heading, one.pieces[0].text) for one in found] == [(True, "A Heading"), (False, "The text below it."), (False, "More.")]


def test_a_thousand_nested_places_stay_small() -> None:
    text = "x" * 3000
    found = [mark(number, number, 3000 - number) for number in range(1, 1000)]
    rows = shown(found, text)
    assert max(len(row[1]) for row in rows) == 8
    assert sum(len(row[2]) + len(row[3]) for row in rows) == len(found)


def test_places_outside_the_text_are_left_to_the_list() -> None:
    citation = {
        "number": 1,
        "outcome": None,
        "places": [{"start": a, "end": b, "inferred": False} for a, b in ((0, 3), (2, 99), (-1, 2), (3, 2), (None, None))],
    }
    assert [(one.start, one.end, one.outcome) for one in marks([citation], 10)] == [(0, 3, "unsettled")]


@given(
    st.text(alphabet="ab \n👩ع", max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=8),
)
def test_no_word_is_lost_and_every_mark_is_numbered_once(text: str, spans: list[tuple[int, int]]) -> None:
    found = [mark(n, min(a, b, len(text)), min(max(a, b), len(text))) for n, (a, b) in enumerate(spans, 1)]
    rows = shown(found, text)
    assert "".join("".join(row[0] for row in rows).split()) == "".join(text.split())
    assert sorted(number for row in rows for number in (*row[2], *row[3])) == [one.number for one in found]
