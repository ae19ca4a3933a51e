"""Locate: find the citations of a manifest again in a later version of the article.

A place is a spot *and* what is cited there, so the later version is extracted too and its places are evidence: the same reference at a new
spot is found though every word around it was rewritten, and the same words with another address under them are not the citation. The steps:

  1. places that cite the same thing are paired (`pairing.py`); the same thing is the same key, else the same platform's id or the same URL
  2. a post that one version names by its address and the other quotes without: paired by author, day and, with a clear margin, the words
  3. what is left is looked for by its words (`place.py`), for words alone can stand where the citation does not:
       - in a format that shows no links (a text dump), the words are all there is: found, if the spot is the only one. Their skeleton is
         tried too, and the gap between prefix and suffix, where what stands in it is similar
       - elsewhere the words without their link are a lookalike: `ambiguous`
       - under another citation's words they are that citation's: `lost`
  4. a pair that less than the whole context told is held against the text, too. Its words stand where nothing is cited, with as much
     context; or its address is shown and not set, as in an example of code: that may be the place, and the pair a copy: `ambiguous`

`exact` is the same words at the same offsets; `moved` is found anywhere else, or with other words. Places that cite the same thing and
cannot be told apart are `ambiguous`, with all of them as candidates, whatever their number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

from archiver.article.article import Article
from archiver.citation.citation import Citation, Place
from archiver.citation.later import SHOWN, Later, bare_of, contenders
from archiver.citation.located import Located, LocatedCitation, LocatedPlace
from archiver.citation.pairing import Group, Pairing
from archiver.citation.place import ENOUGH, LOST, Resolution, quoted, resolve
from archiver.citation.skeleton import letters

LINKLESS = frozenset({"text/plain"})
READ_FROM_ELSEWHERE = frozenset({"text", "json"})  # the words of such a place are the address, or none
SIMILAR = 0.6  # of the letters between a prefix and a suffix that stand where they stood
NEAR = 12  # letters of prefix and of suffix that a gap is searched with
SCANNED = 2_000_000_000  # characters looked through for places that nothing cites any more, all told

Sight = tuple[int, Place]  # the position of a citation in its list, and one of its places


def locate(citations: Sequence[Citation], article: Article, fresh: Sequence[Citation]) -> Located:
    """Return where the manifest's `citations` stand in `article`, a later version, which itself cites `fresh`."""
    return _Search(citations, article, fresh).located()


class _Search:
    def __init__(self, citations: Sequence[Citation], article: Article, fresh: Sequence[Citation]) -> None:
        self._citations, self._article, self._fresh = citations, article, fresh
        self._old, self._new = _sights(citations), _sights(fresh)
        self._of = _by_owner(self._old), _by_owner(self._new)
        self._things = _same_things(citations, fresh)
        self._groups = [self._places_of(*thing) for thing in self._things]
        self._pairing = Pairing([place for _, place in self._old], [place for _, place in self._new], self._groups)
        self._later = Later(article, [place for _, place in self._new])
        self._akin: dict[int, list[int]] = {}
        self._still = {i for olds, news in self._groups if news for i in olds}
        self._pair_akin()
        self._lookups = max(200, SCANNED // (10 * len(article.text) + 1))

    def _places_of(self, olds: Sequence[int], news: Sequence[int]) -> Group:
        return [i for n in olds for i in self._of[0][n]], [j for n in news for j in self._of[1][n]]

    def _pair_akin(self) -> None:
        """Pair posts quoted by author and day, with or without their address; remember what else may be them."""
        for olds, news in _akin(self._citations, self._fresh):
            group = self._places_of(olds, news)
            self._pairing.by_likeness(group)
            left = self._pairing.free(group)
            self._akin |= dict.fromkeys(left[0], left[1])

    def located(self) -> Located:
        places: dict[int, list[tuple[int, LocatedPlace]]] = defaultdict(list)
        undecided: set[int] = set()
        rivals = {i: free[1] for group in self._groups if (free := self._pairing.free(group))[0] for i in free[0]}
        rivals = {i: rivals.get(i) or self._akin.get(i) or [] for i in range(len(self._old))}
        undecided.update(*{id(those): those for those in rivals.values()}.values())
        for i, (owner, place) in enumerate(self._old):
            places[owner].append((i, self._place(i, place, rivals[i][:SHOWN])))
        return self._told(places, undecided)

    def _told(self, places: dict[int, list[tuple[int, LocatedPlace]]], undecided: set[int]) -> Located:
        """Gather places into citations in the manifest's order, and tell what is new."""
        more: dict[int, list[Place]] = defaultdict(list)
        known = {new: olds[0] for olds, news in self._things for new in news if olds}
        known |= {self._new[j][0]: self._old[i][0] for i, j in self._pairing.new_of.items()}
        for j, (owner, place) in enumerate(self._new):
            if owner in known and j not in self._pairing.old_of and j not in undecided:
                more[known[owner]].append(place)
        waiting = {self._new[j][0] for j in undecided}
        added = tuple(one for n, one in enumerate(self._fresh) if n not in known and n not in waiting)
        return Located(
            tuple(
                LocatedCitation(one, tuple(place for _, place in _as_listed(one, places[n])), tuple(more[n]))
                for n, one in enumerate(self._citations)
            ),
            added,
        )

    def _place(self, i: int, was: Place, rivals: Sequence[int]) -> LocatedPlace:
        if i in self._pairing.new_of:
            now = self._new[self._pairing.new_of[i]][1]
            if i in self._pairing.weak and (those := self._contenders(i, was, now)):
                return LocatedPlace(was, "ambiguous", candidates=those)
            stays = (was.start, was.end, was.exact) == (now.start, now.end, now.exact)
            return LocatedPlace(was, "exact" if stays else "moved", now)
        words_matter = not rivals or self._article.media_type in LINKLESS
        found = self._by_words(was, still_cited=i in self._still) if words_matter else LOST
        if found.start is not None and found.end is not None:
            return LocatedPlace(was, found.status, self._later.described(was, (found.start, found.end)))
        there = {(place.start, place.end): place for j in rivals if (place := self._new[j][1]).start is not None}
        there |= {spot: self._later.described(was, spot) for spot in found.candidates if spot not in there}
        ordered = sorted(there.values(), key=lambda place: (place.start or 0, place.end or 0))
        return LocatedPlace(was, "ambiguous" if there else "lost", candidates=tuple(ordered[:SHOWN]))

    def _contenders(self, i: int, was: Place, now: Place) -> tuple[Place, ...]:
        if not self._lookups:
            return ()
        self._lookups -= 1
        return contenders(was, now, self._citations[self._old[i][0]].reference, self._later)

    # ------------------------------------------------------------ by words

    def _by_words(self, was: Place, *, still_cited: bool) -> Resolution:
        """Look for the words of a place that nothing in the later version cites; `still_cited`: what it cites is cited elsewhere."""
        if not self._lookups:
            return LOST
        self._lookups -= 1
        if was.inferred:  # the address stands elsewhere; where that is still so, the words that belong to it are still these
            return self._exactly(was) if still_cited else LOST
        if self._article.media_type in LINKLESS and was.via not in READ_FROM_ELSEWHERE:
            return self._exactly(was)
        if not letters(was.exact):
            return LOST  # a frame that is gone leaves nothing that could be it
        found = resolve(was, self._article)
        spots = found.candidates if found.start is None or found.end is None else ((found.start, found.end),)
        free = self._later.uncited(spots[:SHOWN])
        return Resolution("ambiguous", candidates=tuple(free)) if free else LOST

    def _exactly(self, was: Place) -> Resolution:
        found = resolve(was, self._article)
        if found.status == "lost":
            found = self._by_letters(was)
        return self._in_gap(was) if found.status == "lost" else found

    def _by_letters(self, was: Place) -> Resolution:
        """Answer for the letters of words and context."""
        text = self._later.skeleton.text
        bare = bare_of(was)
        found = quoted(bare, text, 0, len(text)) if bare.exact else LOST
        if found.start is not None and found.end is not None:
            return Resolution("moved", *self._later.skeleton.span(found.start, found.end, was.exact))
        return Resolution(found.status, candidates=tuple(self._later.skeleton.span(*spot, was.exact) for spot in found.candidates))

    def _in_gap(self, was: Place) -> Resolution:
        """Answer for what stands between prefix and suffix, where both stand once and what is between them is similar to the words."""
        text, before, words, after = self._later.skeleton.text, letters(was.prefix), letters(was.exact), letters(was.suffix)
        before, after = before[-ENOUGH:], after[:ENOUGH]
        if min(len(before), len(after)) < NEAR or not words or text.count(before) != 1 or text.count(after) != 1:
            return LOST
        start, end = text.find(before) + len(before), text.find(after)
        if not start < end <= start + 2 * len(words) + NEAR:
            return LOST
        similar = SequenceMatcher(a=words, b=text[start:end], autojunk=False).ratio() >= SIMILAR
        return Resolution("moved", *self._later.skeleton.span(start, end, was.exact)) if similar else LOST


def _sights(citations: Sequence[Citation]) -> list[Sight]:
    """Return all places in reading order; those without offsets last."""
    sights = [(owner, place) for owner, citation in enumerate(citations) for place in citation.places]
    return sorted(sights, key=lambda sight: (sight[1].start is None, sight[1].start or 0, sight[1].end or 0))


def _by_owner(sights: Sequence[Sight]) -> dict[int, list[int]]:
    mine: dict[int, list[int]] = defaultdict(list)
    for at, (owner, _) in enumerate(sights):
        mine[owner].append(at)
    return mine


def _as_listed(citation: Citation, located: Sequence[tuple[int, LocatedPlace]]) -> list[tuple[int, LocatedPlace]]:
    """Return located places in the order that the manifest lists them."""
    order = {id(place): at for at, place in enumerate(citation.places)}
    return sorted(located, key=lambda one: order[id(one[1].was)])


def _same_things(citations: Sequence[Citation], fresh: Sequence[Citation]) -> list[Group]:
    """Return which citations, old and new, are of the same thing: by key; else by platform and id, or by URL."""
    groups: dict[str, Group] = {one.key: ([], []) for one in (*citations, *fresh)}
    for number, one in enumerate(fresh):
        groups[one.key][1].append(number)
    named = {name: one.key for one in reversed(fresh) for name in _names(one)}
    for number, one in enumerate(citations):
        key = one.key if groups[one.key][1] else next((named[name] for name in _names(one) if name in named), one.key)
        groups[key][0].append(number)
    return list(groups.values())


def _names(citation: Citation) -> list[tuple[str, str]]:
    reference = citation.reference
    # A `web` id is that of one of many services: two of them may give the same number.
    own = reference.id if reference.platform != "web" else None
    return [(kind, name) for kind, name in ((reference.platform, own), ("url", reference.url)) if name]


def _akin(citations: Sequence[Citation], fresh: Sequence[Citation]) -> list[Group]:
    """Return which citations may be of one post, because author and day agree and one of the two versions has no address for it."""
    groups: dict[tuple[str, str, str], Group] = defaultdict(lambda: ([], []))
    for side, those in enumerate((citations, fresh)):
        for number, one in enumerate(those):
            if one.claims.handle and one.claims.date:
                groups[one.reference.platform, one.claims.handle.lower(), one.claims.date][side].append(number)
    return [
        (olds, news)
        for olds, news in groups.values()
        if olds and news and any(one.kind == "mention" for one in (*(citations[n] for n in olds), *(fresh[n] for n in news)))
    ]
