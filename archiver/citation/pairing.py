"""Pairing: which place of the later version is which place of the manifest, among those that cite the same thing.

Both versions are lists of places in reading order; a group has the places, old and new, of one reference. That a place cites the very same
thing is the strongest evidence there is, and it is given; what is left to tell is which of several places is which. In order of strength:

  context   words, prefix and suffix whole, and nothing else like it in the group, or nothing else under that heading, or at that offset
  skeleton  the same, of their letters (`skeleton.py`): wrapped anew, other quotation marks, converted
  likeness  the most letters of words and context in common, by CLEAR more than any other pair that either is in
  alone     the only place, old and new, that cites it, and one more thing agrees: the markup, the words, the context or the neighbours
  slot      the same neighbours on both sides; one neighbour, where the group's places are as many as before

A place that none of these tells stays unpaired. The margins are what keeps lookalikes apart: duplicate a paragraph, and its twin has nearly
the same likeness, so neither is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from archiver.citation.citation import Place
from archiver.citation.place import CLEAR, ENOUGH, HINT
from archiver.citation.skeleton import letters

FEW = 24  # places on either side up to which each is compared with each
TALLY = 6  # letters that must stand in a row to count: shorter runs agree between any two passages of one language

Group = tuple[list[int], list[int]]


class Pairing:
    """The pairs found so far: `new_of` old, `old_of` new, by position in the two lists."""

    def __init__(self, old: Sequence[Place], new: Sequence[Place], groups: Iterable[Group]) -> None:
        self.old, self.new = old, new
        self.new_of: dict[int, int] = {}
        self.old_of: dict[int, int] = {}
        self.groups = list(groups)
        for one in self.groups:
            for trait in (_whole_under_heading, _whole, _skeleton):
                self._by_trait(one, trait)
        for one in self.groups:
            if not _is_alone(one):
                self.by_likeness(one)
        for one in filter(_is_alone, self.groups):
            self._alone(one)
        self._by_slot()

    def free(self, group: Group) -> Group:
        """Return the places of a group that have no partner."""
        return [i for i in group[0] if i not in self.new_of], [j for j in group[1] if j not in self.old_of]

    def _pair(self, i: int, j: int) -> None:
        self.new_of[i], self.old_of[j] = j, i

    def _by_trait(self, group: Group, trait: Callable[[Place], Hashable]) -> None:
        """Pair the places whose trait no other place of the group has; of several, those that did not move."""
        sides: dict[Hashable, Group] = defaultdict(lambda: ([], []))
        for side, (indices, places) in enumerate(zip(self.free(group), (self.old, self.new), strict=True)):
            for index in indices:
                sides[trait(places[index])][side].append(index)
        for olds, news in sides.values():
            if len(olds) == len(news) == 1:
                self._pair(olds[0], news[0])
                continue
            there = {_spot(self.new[j]): j for j in reversed(news)}
            for i in olds:
                if (j := there.pop(_spot(self.old[i]), None)) is not None:
                    self._pair(i, j)

    def by_likeness(self, group: Group) -> None:
        """Pair the places of a group that are clearly most alike, until no more can be told."""
        olds, news = self.free(group)
        if len(olds) > FEW or len(news) > FEW:
            return
        table = {(i, j): likeness(self.old[i], self.new[j]) for i in olds for j in news}
        while table:
            (i, j), most = max(table.items(), key=lambda entry: entry[1])
            rivals = [value for pair, value in table.items() if (pair[0] == i) != (pair[1] == j)]
            if most < ENOUGH:
                return
            if most - max(rivals, default=0) >= CLEAR:
                self._pair(i, j)
            table = {pair: value for pair, value in table.items() if pair[0] != i and pair[1] != j}

    def _alone(self, group: Group) -> None:
        if not all(self.free(group)):
            return
        (i,), (j,) = group
        was, now = self.old[i], self.new[j]
        alike = same_words(was, now) or likeness(was, now) >= ENOUGH or self._neighbours(i, j) == 2
        if alike or (was.via == now.via and _in_chrome(was) == _in_chrome(now)):
            self._pair(i, j)

    def _by_slot(self) -> None:
        """Pair places by their neighbours: forwards, then backwards, so that one pair can tell the next."""
        of = {i: group for group in self.groups for i in group[0]}
        for order in (range(len(self.old)), reversed(range(len(self.old)))):
            for i in order:
                if i in self.new_of or i not in of:
                    continue
                olds, news = of[i]
                needed = 1 if len(olds) == len(news) else 2
                beside = {self.new_of[k] + step for k, step in ((i - 1, 1), (i + 1, -1)) if k in self.new_of}
                beside |= {0} if i == 0 else {len(self.new) - 1} if i == len(self.old) - 1 else set()
                mine = set(news)
                fitting = [j for j in beside if j in mine and j not in self.old_of and self._neighbours(i, j) >= needed]
                if len(fitting) == 1:
                    self._pair(i, fitting[0])

    def _neighbours(self, i: int, j: int) -> int:
        """Return how many of the two neighbours are the same in both versions; the ends of the article count where both stand there."""
        before = self.new_of.get(i - 1) == j - 1 if i and j else i == j == 0
        last_old, last_new = i == len(self.old) - 1, j == len(self.new) - 1
        after = last_old and last_new if last_old or last_new else self.new_of.get(i + 1) == j + 1
        return before + after


def _is_alone(group: Group) -> bool:
    return len(group[0]) == len(group[1]) == 1


def likeness(was: Place, now: Place) -> int:
    """Return how many letters of words and context two places have in common; a little more at the same offset or under one heading."""
    common = sum(_common(letters(a), letters(b)) for a, b in _sides(was, now))
    hints = (was.start is not None and _spot(was) == _spot(now) and was.exact == now.exact) + (
        was.heading is not None and was.heading == now.heading
    )
    return common + HINT * hints


def same_words(was: Place, now: Place) -> bool:
    """Tell whether two places have the same letters, and any."""
    mine = letters(was.exact)
    return bool(mine) and mine == letters(now.exact)


def _sides(was: Place, now: Place) -> tuple[tuple[str, str], ...]:
    return (was.prefix, now.prefix), (was.exact[:CONTEXT_OF_WORDS], now.exact[:CONTEXT_OF_WORDS]), (was.suffix, now.suffix)


CONTEXT_OF_WORDS = 200  # of a long quotation, as much as tells it


@lru_cache(maxsize=4096)
def _common(one: str, other: str) -> int:
    """Return how many letters stand in both, in order, in runs of TALLY; all of them where the texts are equal."""
    if one == other:
        return len(one)
    blocks = SequenceMatcher(a=one, b=other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= TALLY)


def _spot(place: Place) -> tuple[int | None, int | None]:
    return place.start, place.end


def _in_chrome(place: Place) -> bool:
    """Tell whether a place stands in a page's chrome, for HTML: elsewhere nobody judged."""
    return place.xpath is not None and place.paragraph is None


def _whole_under_heading(place: Place) -> Hashable:
    return place.prefix, place.exact, place.suffix, place.heading


def _whole(place: Place) -> Hashable:
    return place.prefix, place.exact, place.suffix


def _skeleton(place: Place) -> Hashable:
    return letters(place.prefix), letters(place.exact), letters(place.suffix)
