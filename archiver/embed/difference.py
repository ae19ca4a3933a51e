"""Difference: where the article's words and the captured ones part, word by word, for people to see. The verdict is `comparison`'s.

What the comparison forgives is no difference here: words are the same when their letters are, and what is not compared (links, emoji,
punctuation) stays with the word before it. Only the order that dumps give to the runs of right-to-left lines is beyond a list of words;
where the verdict is `match` there is nothing to show, and where it is not, more may be marked than was changed, never less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from archiver.embed.comparison import PARTED, bare, pairs

MOST = 4_000  # words of each text that are aligned
# Pairs of equal words among those: what the method goes through again and again, cubic where a few words repeat. Two hostile texts of 800
# words took 4 s; with this many pairs the worst that was found takes 0.4 s. Where the texts begin and end alike costs nothing.
PAIRS = 60_000


@dataclass(frozen=True, slots=True)
class Step:
    """A run of words as each text writes them, and whether they are the same words; one side is empty where words are missing."""

    same: bool
    claimed: str
    captured: str


def steps(claimed: str, captured: str) -> list[Step]:
    """Return both texts in runs, in order: joined again with blanks, each side is its text."""
    ours, theirs = _words(PARTED.sub("", claimed)), _words(captured)
    keys = [key for key, _ in ours], [key for key, _ in theirs]
    head = _alike(*keys)
    tail = _alike(keys[0][head:][::-1], keys[1][head:][::-1])
    ends = len(ours) - tail, len(theirs) - tail
    found = [_step(True, ours[:head], theirs[:head])]
    for same, a, b, c, d in _aligned(keys[0][head : ends[0]], keys[1][head : ends[1]]):
        found.append(_step(same, ours[head + a : head + b], theirs[head + c : head + d]))
    found.append(_step(True, ours[ends[0] :], theirs[ends[1] :]))
    return _joined(found)


def _aligned(ours: list[str], theirs: list[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Yield runs of words, same or not, by where they begin and end on either side."""
    if max(len(ours), len(theirs)) > MOST or pairs(ours, theirs) > PAIRS:
        yield False, 0, len(ours), 0, len(theirs)
        return
    for tag, *where in SequenceMatcher(a=ours, b=theirs, autojunk=False).get_opcodes():
        a, b, c, d = where
        yield tag == "equal", a, b, c, d


def _alike(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """Return how many words both begin with."""
    return next((at for at, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other), min(len(ours), len(theirs)))


def _step(same: bool, ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]]) -> Step:
    return Step(same, " ".join(one for _, one in ours), " ".join(one for _, one in theirs))


def _joined(steps: Iterable[Step]) -> list[Step]:
    """Return steps without empty ones, neighbours of a kind as one."""
    found = list[Step]()
    for step in steps:
        if found and found[-1].same == step.same and (step.claimed or step.captured):
            last = found.pop()
            claimed, captured = (" ".join(filter(None, pair)) for pair in ((last.claimed, step.claimed), (last.captured, step.captured)))
            found.append(Step(step.same, claimed, captured))
        elif step.claimed or step.captured:
            found.append(step)
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
