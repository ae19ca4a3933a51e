"""Pairing: which place of the later version is which place of the manifest, among those that cite the same thing.

Both versions are lists of places in reading order; a group has the places, old and new, of one reference. That a place cites the very same
thing is the strongest evidence there is, and it is given; what is left to tell is which of several places is which. In order of strength:

  context   words, prefix and suffix whole, and nothing else like it in the group, or nothing else under that heading, or at that offset
  skeleton  the same, of their letters (`skeleton.py`): wrapped anew, other quotation marks, converted
  likeness  the most letters of words and context in common, by CLEAR more than any other pair that either is in
  alone     the only place, old and new, that cites it, and one more thing agrees: the markup, the words, the context or the neighbours
  slot      the same neighbours on both sides; one neighbour, where a single place of the group is left on either side

A place that was inferred is paired by its words alone: a new inference at the old neighbours is another guess.

A place that none of these tells stays unpaired. Lookalikes have the same words and adjoin the same letters on one side. Duplicate a
paragraph, and for what stands near its end it is the twin that has the whole old context, while the original's suffix now runs into the
twin; put the twin where the original was and move that, and it has the old neighbours. Delete one of two, and the context that was the
deleted one's closes around the other. So where there are more lookalikes than there were, or fewer, nothing but whole context at the old
offsets decides, and likeness decides only where there is no lookalike, before or after.

Nor is a place paired with other words than its own, by likeness or by slot, while its words stand elsewhere in the group, or the other's
did: two links of one address that were exchanged have each other's context and neighbours. Nor by one side of the context alone, where
others of the group have its words: the one that is gone has left that side behind.

A pair that less than the whole context told, of words or letters, is `weak`: it says what is cited there now, and not that nothing else
is the place. What has its words and is cited no more may be it (`later.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from archiver.citation.citation import Place
from archiver.citation.place import CLEAR, ENOUGH, HINT, NEEDLE
from archiver.citation.skeleton import letters

FEW = 24  # places on either side up to which each is compared with each
LONG = 200  # characters of a quotation that are compared
TALLY = 6  # letters that must stand in a row to count: shorter runs agree between any two passages of one language

Group = tuple[list[int], list[int]]


class Pairing:
    """The pairs found so far: `new_of` old, `old_of` new, by position in the two lists."""

    def __init__(self, old: Sequence[Place], new: Sequence[Place], groups: Iterable[Group]) -> None:
        self.old, self.new = old, new
        self.new_of: dict[int, int] = {}
        self.old_of: dict[int, int] = {}
        self.weak: set[int] = set()
        self.groups = list(groups)
        self._crowd: set[int] = set()
        for one in self.groups:
            self._crowd |= self._crowded(one)
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

    def _pair_weakly(self, i: int, j: int) -> None:
        self._pair(i, j)
        self.weak.add(i)

    def _crowded(self, group: Group) -> set[int]:
        """Return the old places that have more lookalikes than before, or had some and have fewer."""
        if max(map(len, group)) <= 1:
            return set()
        before, after = _Lookalikes(self.old[i] for i in group[0]), _Lookalikes(self.new[j] for j in group[1])
        counts = {i: (before.of(self.old[i]), after.of(self.old[i])) for i in group[0]}
        return {i for i, (were, are) in counts.items() if are > were or (were > 1 and are < were)}

    def _by_trait(self, group: Group, trait: Callable[[Place], Hashable]) -> None:
        """Pair the places whose trait no other place of the group has; of several, those that did not move."""
        sides: dict[Hashable, Group] = defaultdict(lambda: ([], []))
        exact = trait is not _skeleton  # letters alone do not tell lookalikes
        for side, (indices, places) in enumerate(zip(self.free(group), (self.old, self.new), strict=True)):
            for index in indices:
                sides[trait(places[index])][side].append(index)
        for olds, news in sides.values():
            if len(olds) == len(news) == 1 and olds[0] not in self._crowd:
                self._pair(olds[0], news[0])
                continue
            there: dict[Hashable, list[int]] = defaultdict(list)
            for j in news:
                there[_spot(self.new[j])].append(j)
            stood = Counter(_spot(self.old[i]) for i in olds)
            for i in olds if exact else (i for i in olds if i not in self._crowd):
                stays = there.get(_spot(self.old[i]), [])
                if stays and stood[_spot(self.old[i])] > len(stays):  # two frames at one spot, and one of them left
                    self._crowd.add(i)
                elif stays:
                    stood[_spot(self.old[i])] -= 1
                    self._pair(i, stays.pop(0))

    def by_likeness(self, group: Group) -> None:
        """Pair the places of a group that are clearly most alike, until no more can be told."""
        olds, news = self.free(group)
        if not olds or not news or len(olds) > FEW or len(news) > FEW:
            return
        before, after = _Lookalikes(self.old[i] for i in olds), _Lookalikes(self.new[j] for j in news)
        olds = [i for i in olds if i not in self._crowd and before.of(self.old[i]) <= 1 and after.of(self.old[i]) <= 1]
        table = {(i, j): likeness(self.old[i], self.new[j]) for i in olds for j in news}
        while table:
            (i, j), most = max(table.items(), key=lambda entry: entry[1])
            rivals = [value for pair, value in table.items() if (pair[0] == i) != (pair[1] == j)]
            if most < ENOUGH:
                return
            if most - max(rivals, default=0) >= CLEAR:
                # A copy was made, or one of several is gone, and which of them it is nothing says.
                if after.of(self.new[j]) > 1 or self._exchanged(i, j, group) or self._one_sided(i, j, group):
                    self._crowd.add(i)
                else:
                    self._pair_weakly(i, j)
            table = {pair: value for pair, value in table.items() if pair[0] != i and pair[1] != j}

    def _alone(self, group: Group) -> None:
        if not all(self.free(group)):
            return
        (i,), (j,) = group
        was, now = self.old[i], self.new[j]
        alike = same_words(was, now) or likeness(was, now) >= ENOUGH or (self._neighbours(i, j) == 2 and not was.inferred)
        if alike or (was.via == now.via and _in_chrome(was) == _in_chrome(now) and not was.inferred):
            self._pair_weakly(i, j)

    def _by_slot(self) -> None:
        """Pair places by their neighbours: forwards, then backwards, so that one pair can tell the next."""
        of = {i: group for group in self.groups for i in group[0]}
        thing = {j: group for group in self.groups for j in group[1]}
        last = len(self.old) - 1
        for order in (range(len(self.old)), reversed(range(len(self.old)))):
            for i in order:
                if i in self.new_of or i not in of or i in self._crowd or self.old[i].inferred:
                    continue
                beside = {self.new_of[k] + step for k, step in ((i - 1, 1), (i + 1, -1)) if k in self.new_of}
                beside |= {0} if i == 0 else {len(self.new) - 1} if i == last else set()
                beside = {j for j in beside if j not in self.old_of and thing.get(j) is of[i]}
                fitting = [j for j in beside if self._neighbours(i, j) >= (1 if self._is_last(of[i]) else 2)]
                if len(fitting) == 1 and self._fits_slot(i, fitting[0], of[i]):
                    self._pair_weakly(i, fitting[0])

    def _fits_slot(self, i: int, j: int, group: Group) -> bool:
        """Tell whether a place with the old neighbours can be trusted: it has words of its own, and in a group that grew, the old ones."""
        now = letters(self.new[j].exact)
        before, after = (sum(letters(side[k].exact) == now for k in those) for side, those in ((self.old, group[0]), (self.new, group[1])))
        if after > max(1, before):  # a copy was made, of this or of the other
            return False
        if len(group[1]) > len(group[0]):
            return after == 1 and same_words(self.old[i], self.new[j])
        return not self._exchanged(i, j, group)

    def _one_sided(self, i: int, j: int, group: Group) -> bool:
        """Tell whether one side alone adjoins both places, though others of the group have the same words: theirs may be the other side."""
        was, now = self.old[i], self.new[j]
        others = [self.old[k] for k in group[0] if k != i] + [self.new[k] for k in group[1] if k != j]
        return min(adjoining(was, now)) == 0 and any(same_words(was, one) for one in others)

    def _exchanged(self, i: int, j: int, group: Group) -> bool:
        """Tell whether the words of two places differ, and either's are, or were, those of another place of the group."""
        was, now = letters(self.old[i].exact), letters(self.new[j].exact)
        olds, news = self.free(group)
        return was != now and (any(letters(self.new[k].exact) == was for k in news) or any(letters(self.old[k].exact) == now for k in olds))

    def _is_last(self, group: Group) -> bool:
        """Tell whether a group has as many places as before, and all but one are paired."""
        return len(group[0]) == len(group[1]) <= FEW and len(self.free(group)[0]) == 1

    def _neighbours(self, i: int, j: int) -> int:
        """Return how many of the two neighbours are the same in both versions; the ends of the article count where both stand there."""
        before = self.new_of.get(i - 1) == j - 1 if i and j else i == j == 0
        last_old, last_new = i == len(self.old) - 1, j == len(self.new) - 1
        after = last_old and last_new if last_old or last_new else self.new_of.get(i + 1) == j + 1
        return before + after


class _Lookalikes:
    """How many places of a group have the same words and adjoin the same NEEDLE letters, before or after."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._counts: Counter[Hashable] = Counter()
        for place in places:
            self._counts.update(self._traits(place))

    def of(self, place: Place) -> int:
        *sides, both = self._traits(place)
        return sum(self._counts[side] for side in sides) - (self._counts[both] if len(sides) > 1 else 0)

    @staticmethod
    def _traits(place: Place) -> list[Hashable]:
        """Return the words with the letters before them, with those after them, and with both; a side that has too few is none."""
        words, before, after = letters(place.exact), letters(place.prefix)[-NEEDLE:], letters(place.suffix)[:NEEDLE]
        sides: list[Hashable] = [(side, words, beside) for side, beside in ((0, before), (1, after)) if len(beside) == NEEDLE]
        return [*sides, (words, before, after)]


def _is_alone(group: Group) -> bool:
    return len(group[0]) == len(group[1]) == 1


def likeness(was: Place, now: Place) -> int:
    """Return how many letters of words and context two places have in common; a little more under one heading, or at the same offset.

    0 where less than two thirds of the old words, or of the old context, are left: one of the two alone is no likeness.
    """
    words, context = in_common(was.exact[:LONG], now.exact[:LONG]), in_common(was.prefix, now.prefix) + in_common(was.suffix, now.suffix)
    if not letters(was.exact) and letters(now.exact):
        return 0
    if 3 * words < 2 * len(letters(was.exact[:LONG])) or 3 * context < 2 * len(letters(was.prefix) + letters(was.suffix)):
        return 0
    hints = (_spot(was) == _spot(now) and was.exact == now.exact) + (was.heading is not None and was.heading == now.heading)
    return context + words + HINT * hints


def adjoining(was: Place, now: Place) -> tuple[int, int]:
    """Return how many letters that adjoin a place, before and behind, adjoin another too."""
    before = _common_start(letters(was.prefix)[::-1], letters(now.prefix)[::-1])
    return before, _common_start(letters(was.suffix), letters(now.suffix))


def _common_start(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def same_words(was: Place, now: Place) -> bool:
    """Tell whether two places have the same letters, and any."""
    mine = letters(was.exact)
    return bool(mine) and mine == letters(now.exact)


@lru_cache(maxsize=4096)
def in_common(one: str, other: str) -> int:
    """Return how many letters stand in both, in order, in runs of TALLY; all of them where the texts are equal."""
    one, other = letters(one), letters(other)
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
