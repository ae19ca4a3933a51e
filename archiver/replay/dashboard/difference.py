"""Difference: what the article says beside what was captured, word for word.

The verdict is the manifest's (`embed.comparison` knows what dumps and platforms do to words); this only shows where the two texts part.
Words that differ in case, vowel signs, presentation forms or tatweel alone are the same word here; links are told apart from words, because
platforms rewrite every one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from archiver.record.catalog import folded

MOST_WORDS = 1500  # of each text that are compared: the method is quadratic
LINK = re.compile(r"(?:https?://|pic\.(?:twitter|x)\.com/)\S+")
SAME, ONLY, LINKED = "same", "only", "link"


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one text: `same` as the other's, `only` in this one, or a `link`, which is not compared."""

    text: str
    kind: str


def difference(claimed: str, captured: str) -> tuple[list[Run], list[Run]]:
    """Return both texts in runs. Blanks and line ends stay with the word before them, so each text is whole."""
    ours, theirs = _words(claimed), _words(captured)
    if max(len(ours), len(theirs)) > MOST_WORDS:
        return [Run(claimed, SAME)], [Run(captured, SAME)]
    keys = [_key(word) for word in ours], [_key(word) for word in theirs]
    left, right = list[Run](), list[Run]()
    for tag, a, b, c, d in SequenceMatcher(a=keys[0], b=keys[1], autojunk=False).get_opcodes():
        kind = SAME if tag == "equal" else ONLY
        _add(left, ours[a:b], kind)
        _add(right, theirs[c:d], kind)
    return left, right


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*|^\s+", text)


def _key(word: str) -> str:
    return "link" if LINK.search(word) else re.sub(r"\W+", "", folded(word)) or word.strip()


def _add(runs: list[Run], words: list[str], kind: str) -> None:
    for word in words:
        mine = LINKED if LINK.search(word) and kind == ONLY else kind
        if runs and runs[-1].kind == mine:
            runs[-1] = Run(runs[-1].text + word, mine)
        else:
            runs.append(Run(word, mine))
