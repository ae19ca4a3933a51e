"""Where two texts part: hostile repetition ends (aligned word by word it takes hours), and long texts lose no precision to that."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from archiver.embed.comparison import similarity
from archiver.embed.difference import Step, steps


def test_hostile_words_are_marked_whole() -> None:
    claimed, captured = "begin " + "a b " * 1900 + "end", "begin " + "b a c " * 1300 + "end"
    found = steps(claimed, captured)
    assert [step.same for step in found] == [True, False, True]
    assert " ".join(step.claimed for step in found) == claimed


def test_long_texts_that_differ_in_one_word_differ_in_one_word() -> None:
    words = [f"w{number % 40}" for number in range(3000)]
    changed = [*words[:1500], "other", *words[1501:]]
    assert [step for step in steps(" ".join(words), " ".join(changed)) if not step.same] == [Step(False, "w20", "other")]


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_each_side_is_its_text_and_kinds_take_turns(ours: list[str], theirs: list[str]) -> None:
    found = steps(" ".join(ours), " ".join(theirs))
    assert " ".join(step.claimed for step in found if step.claimed) == " ".join(ours)
    assert " ".join(step.captured for step in found if step.captured) == " ".join(theirs)
    assert all(step.claimed == step.captured for step in found if step.same)
    assert all(one.same != other.same for one, other in itertools.pairwise(found))


def test_likeness_of_hostile_words_is_told_without_aligning_them() -> None:
    alike = similarity("a b " * 6000, "b a c " * 4000)
    assert 0.6 < alike < 0.7
    assert similarity("ab " * 330, "ba a " * 199) < 0.1
