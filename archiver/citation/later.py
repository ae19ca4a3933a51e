"""The later version of an article, to look for a place in: its skeleton, what is cited in it, and what may be a place that was paired.

A pair that less than the whole context told says what is cited there now, and not that nothing else is the place. These are its rivals:

  - the words of the place, with as much of its context as the pair has, where nothing is cited. In a list of lookalikes the context is
    everywhere; it counts where no other citation with these words has as much
  - the address of the place, shown and not set, with two thirds of its words and context around it: the place, in a block of code now
  - for a frame, which has no words: its address anywhere that nothing is cited, where the frame has other surroundings than it had. And
    the frame itself, where its address was shown beside it (how it is put in) and one side of it has changed: the two may be exchanged
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, islice

from archiver.article.article import Article
from archiver.citation.citation import Place, Reference
from archiver.citation.pairing import adjoining, in_common, same_words
from archiver.citation.place import CLEAR, ENOUGH, Spot, describe, standing
from archiver.citation.skeleton import Skeleton, letters

WITHOUT_LINES = frozenset({"text/html", "application/xhtml+xml", "application/pdf"})
LEAST = 8  # characters of an address or id that tell it in a text
NEAR = 12  # letters beside a frame that are its surroundings
SHOWN = 50  # candidates handed back


class Later:
    """The later version, and `cited`, the places of what it cites."""

    def __init__(self, article: Article, cited: Sequence[Place]) -> None:
        self.article, self._cited = article, cited

    @cached_property
    def skeleton(self) -> Skeleton:
        """The skeleton of its text."""
        return Skeleton(self.article.text)

    def described(self, was: Place, spot: Spot) -> Place:
        """Return a spot that was found by its words as a place."""
        place = describe(self.article, *spot, url=was.url, via=was.via)
        return place._replace(line=None, column=None) if self.article.media_type in WITHOUT_LINES else place

    def uncited(self, spots: Iterable[Spot]) -> list[Spot]:
        """Return those of some spots where nothing is cited."""
        return [spot for spot in dict.fromkeys(spots) if not self._covered(spot)][:SHOWN]

    @cached_property
    def _reach(self) -> tuple[list[int], list[int]]:
        """The starts of what is cited, and how far everything up to each reaches."""
        spans = sorted((place.start, place.end) for place in self._cited if place.start is not None and place.end is not None)
        return [start for start, _ in spans], list(accumulate((end for _, end in spans), max))

    def _covered(self, spot: Spot) -> bool:
        """Tell whether something is cited at a spot."""
        starts, ends = self._reach
        before = bisect_left(starts, max(spot[1], spot[0] + 1))
        return before > 0 and ends[before - 1] > spot[0]


def contenders(was: Place, now: Place, reference: Reference, later: Later) -> tuple[Place, ...]:
    """Return `now`, with which a place was paired, and what else may be the place; nothing where the pair stands."""
    names = [name for name in (was.url, reference.url, reference.id) if name and len(name) >= LEAST]
    found = (at.span() for name in names for at in islice(re.finditer(re.escape(name), later.article.text), SHOWN))
    shown = later.uncited(found)
    if letters(was.exact):
        rivals, exchanged = [spot for spot in shown if _is_around(was, spot, later.article.text)] or _rivals(was, now, later), False
    else:
        before, after = adjoining(was, now)
        rivals = shown if max(before, after) < CLEAR else []
        exchanged = min(before, after) < NEAR and any(_is_beside(was, name) for name in names)
    return (now, *(later.described(was, spot) for spot in rivals)) if rivals or exchanged else ()


def bare_of(place: Place) -> Place:
    """Return the letters of a place's words and context, to look for in a skeleton."""
    return place._replace(start=None, end=None, prefix=letters(place.prefix), exact=letters(place.exact), suffix=letters(place.suffix))


def _is_around(was: Place, spot: Spot, text: str) -> bool:
    """Tell whether two thirds of a place, words and context, stand around an address."""
    passage = was.prefix + was.exact + was.suffix
    around = text[max(0, spot[0] - len(passage)) : spot[1] + len(passage)]
    return 3 * in_common(passage, around) >= 2 * len(letters(passage))


def _is_beside(was: Place, name: str) -> bool:
    """Tell whether an address stood in a place's context, be it cut off."""
    cut_off = any(was.prefix.startswith(name[-cut:]) or was.suffix.endswith(name[:cut]) for cut in range(LEAST, len(name)))
    return cut_off or name in was.prefix or name in was.suffix


def _rivals(was: Place, now: Place, later: Later) -> list[Spot]:
    """Return where the words of a place stand uncited, in about as much of its context as the pair and more than any citation."""
    bare, text = bare_of(was), later.skeleton.text
    there = [later.skeleton.span(*spot, was.exact) for spot in sorted(standing(bare, text, 0, len(text)))]
    free = later.uncited(there)
    if not free:
        return []
    cited = [spot for spot in there if spot not in free and spot != (now.start, now.end)]
    least = max(ENOUGH - CLEAR, _speaks(was, now) - CLEAR, *(_speaks(was, later.described(was, spot)) for spot in cited[:SHOWN]))
    return [spot for spot in free if _speaks(was, later.described(was, spot)) > least]


def _speaks(was: Place, one: Place) -> int:
    """Return how many letters speak for one being what another was: its words, if they are the same, and those that adjoin."""
    return sum(adjoining(was, one)) + (len(letters(was.exact)) if same_words(was, one) else 0)
