"""Skeleton: the letters and figures of a text, and the way back to its offsets.

What an editor, a converter or another browser changes without changing the words is not in it: white space and line ends, quotation marks,
dashes and other punctuation, case, markup characters, bidi marks, vowel signs, tatweel. Two versions of a passage whose skeletons are equal
say the same words. It serves comparison only; what is handed back are offsets into the text itself, which stays as it is.

Letters are lowered where that keeps their number, so that one skeleton letter is one code point of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

RUN = re.compile(r"[^\W_\u0640]+")  # `\w` without the low line and tatweel; marks are no `\w`


def _lowered(run: str) -> str:
    lowered = run.lower()
    return lowered if len(lowered) == len(run) else run


def letters(text: str) -> str:
    """Return the letters and figures of a text."""
    return "".join(map(_lowered, RUN.findall(text)))


class Skeleton:
    """The skeleton of one text with the map back; `text` is the skeleton."""

    def __init__(self, original: str) -> None:
        spans = [run.span() for run in RUN.finditer(original)]
        self._original = original
        self._starts = [start for start, _ in spans]
        self._at = [0, *accumulate(end - start for start, end in spans)]  # where each run starts in the skeleton
        self.text = "".join(_lowered(original[start:end]) for start, end in spans)

    def span(self, start: int, end: int, words: str) -> tuple[int, int]:
        """Return the offsets in the original of skeleton[start:end], not empty, with the punctuation that `words` has at its ends."""
        first, last = self._offset(start), self._offset(end - 1) + 1
        lead, trail = _around(words)
        while lead and first and not self._original[first - 1].isspace() and not RUN.match(self._original[first - 1]):
            first, lead = first - 1, lead - 1
        while trail and last < len(self._original) and not self._original[last].isspace() and not RUN.match(self._original[last]):
            last, trail = last + 1, trail - 1
        return first, last

    def _offset(self, at: int) -> int:
        run = bisect_right(self._at, at) - 1
        return self._starts[run] + at - self._at[run]


def _around(words: str) -> tuple[int, int]:
    """Return how many signs stand before the first letter of some words and after the last."""
    runs = [run.span() for run in RUN.finditer(words)]
    return (runs[0][0], len(words) - runs[-1][1]) if runs else (0, 0)
