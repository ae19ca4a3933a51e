"""A stranger's regular expression: what is of use is taken, what may take for ever is not, and many lines together end too."""

from __future__ import annotations

import time

import pytest

from archiver.errors import UsageError
from archiver.replay.pattern import Patience, matcher, matches


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r".*foo.*\.jpe?g$", "a/foo/b.jpg"), (r"https?://(www\.)?one\.test/.*\.html?$", "https://one.test/a.htm"), ("[^]*+?|]+", "abc"),
     ("(?i)TEXT/(html|plain)", "text/plain"), (r"(?P<all>.*),\(?x", "a,(x"), ("(ab){2}", "abab"), (r".*[*][+]\*\+\?\|", "x*+*+?|"), ("[34]..", "404")],
)  # fmt: skip
def test_what_is_of_use_is_taken(pattern: str, text: str) -> None:
    assert matches(matcher(pattern), text, Patience())
    assert not matches(matcher(pattern), "", Patience())


@pytest.mark.parametrize("pattern", [".*.*.*(a|b)x", ".*?.*?.*?x", "(a?b?c?d?e?f?)(a|b|c|d)(a|b|c|d).*x", "(?=.*.*.*x)"])
def test_the_worst_that_is_taken_ends_soon(pattern: str) -> None:
    began = time.process_time()
    assert not matches(matcher(pattern), "a" * 10_000, Patience(60))
    assert time.process_time() - began < 5


def test_all_lines_of_a_question_share_its_patience() -> None:
    pattern, patience = matcher(".*.*.*x"), Patience(0.05)
    with pytest.raises(UsageError, match="narrow them by url, from and to"):
        assert not any(matches(pattern, "a" * 200, patience) for _ in range(10_000))
