"""Difference: where the article's words and the captured ones part, word by word, for people to see. The verdict is `comparison`'s.

What the comparison forgives is no difference here: words are the same when their letters are, and what is not compared (links, emoji,
punctuation) stays with the word before it. Only the order that dumps give to the runs of right-to-left lines is beyond a list of words;
where the verdict is `match` there is nothing to show, and where it is not, more may be marked than was changed, never less.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from archiver.embed.comparison import bare

MOST = 4_000  # words of each text that are aligned: the method is quadratic
PARTED = re.compile(r"[-\u00ad‐]\n\s*")


@dataclass(frozen=True, slots=True)
class Step:
    """A run of words as each text writes them, and whether they are the same words; one side is empty where words are missing."""

    same: bool
    claimed: str
    captured: str


def steps(claimed: str, captured: str) -> list[Step]:
    """Return both texts in runs, in order: joined again with blanks, each side is its text."""
    ours, theirs = _words(PARTED.sub("", claimed)), _words(captured)
    if max(len(ours), len(theirs)) > MOST:
        return [Step(False, claimed, captured)]
    found = []
    matcher = SequenceMatcher(a=[key for key, _ in ours], b=[key for key, _ in theirs], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        found.append(Step(tag == "equal", " ".join(one for _, one in ours[a:b]), " ".join(one for _, one in theirs[c:d])))
    return found


def _words(text: str) -> list[tuple[str, str]]:
    """Return each word as it is compared and as it is written, with what follows it and is not compared."""
    found: list[tuple[str, str]] = []
    for written in text.split():
        key = bare(written)
        if not key and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {written}")
        else:
            found.append((key, written))
    return found
