"""Bidi: the reading order of a printed line that has right-to-left letters in it.

A PDF has glyphs at positions; in which order the file draws them is the producer's choice. Chromium draws Arabic words from left to
right, and each piece between two changes of font on its own. The library turns some of the pieces round and others not: of the 42 Arabic
and Hebrew words on such pages (in the tests) 24 came out otherwise than written. So for lines with such letters the library's order is
set aside, and the line is read as a person reads it: by position.

From the glyphs in the order of their x, the line as the eye sees it, the order of reading follows by the Unicode Bidirectional Algorithm
(UAX #9) read backwards. It is not quite its own inverse ("abc 12" within Arabic is printed the same whether 12 or abc came first); where it
is not, letters and numbers in a row stay together, as in a name.

  base     right to left where most words of the page are; else left to right
  numbers  run from left to right; one separator between figures belongs to them (rule W4: a comma or slash always, a hyphen or plus not
           after Arabic)
  letters  of left-to-right scripts run from left to right, with what is neutral between two of them
  address  a sign at its right end belongs to it: it goes on in the next line
  cluster  several characters of one glyph (lam-alef, a letter with its vowel sign) keep the order of writing: what Unicode decomposes the
           ligature to; a sign follows its letter
  brackets are printed mirrored; some producers name the printed shape and some the meant one. Whichever fits the words of the line better
  is right
  blanks   are gaps of more than `GAP` em between glyphs; the library's own blanks, which stand at no certain side of a bracket, are left
           out
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

GAP = 0.16  # em: in those pages word spaces were 0.22 and more, gaps within words 0.08 at most
SAME = 0.05  # points: glyphs whose origins are nearer than this are one
BRACKETS = dict(zip("()[]{}«»‹›<>", ")(][}{»«›‹><", strict=True))
OPENING = frozenset("([{«‹<")
RIGHT = frozenset({"R", "AL"})
NUMBERS = frozenset({"EN", "AN"})
ADDRESS_END = re.compile(r"(?:[a-z]://|[A-Za-z0-9]/)[!-~]*?[A-Za-z0-9](?P<end>[-/_=&?%#.~+]+)(?!\S)")
STRONG = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character that is printed: where its origin is, and its box from left to right; `key` says which one it is to the caller."""

    character: str
    origin: float
    left: float
    right: float
    key: int


def has_right_to_left(text: str) -> bool:
    """Tell whether a text has characters of right-to-left scripts."""
    return STRONG.search(text) is not None


def mostly_right_to_left(text: str) -> bool:
    """Tell whether most of a text's words are written from right to left; addresses are no words."""
    words = [word for word in text.split() if "://" not in word and any(map(str.isalpha, word))]
    return 2 * sum(map(has_right_to_left, words)) > len(words)


def reading_order(glyphs: Sequence[Glyph], em: float, *, rtl: bool) -> list[tuple[str, int | None]]:
    """Return the characters of a line in reading order, each with its key; None for a blank that is only a gap.

    `em` is the font's size in the unit of the positions; `rtl` the direction of the paragraph.
    """
    clusters = _with_blanks(_clusters([glyph for glyph in glyphs if not glyph.character.isspace() or glyph.right > glyph.left]), em)
    levels = _levels([_class(cluster) for cluster in clusters], rtl=rtl)
    for at in _ends_of_addresses("".join(cluster[0].character for cluster in clusters)):
        levels[at] = False
    ordered = _turned(list(zip(clusters, levels, strict=True)), rtl=rtl)
    mirrored = _mirrored(ordered)
    found: list[tuple[str, int | None]] = []
    for cluster, level in ordered:
        for glyph in cluster:
            character = BRACKETS.get(glyph.character, glyph.character) if level and mirrored else glyph.character
            found.append((character, glyph.key if glyph.key >= 0 else None))
    return found


def _clusters(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Return the glyphs from left to right, those of one spot together, signs with the letter they stand over."""
    clusters: list[list[Glyph]] = []
    signs = []
    for glyph in sorted(glyphs, key=lambda one: (one.origin, one.key)):
        if clusters and abs(glyph.origin - clusters[-1][0].origin) < SAME:
            clusters[-1].append(glyph)
        elif unicodedata.category(glyph.character) == "Mn":
            signs.append(glyph)
        else:
            clusters.append([glyph])
    for sign in signs:
        middle = (sign.left + sign.right) / 2
        nearest = min(clusters, key=lambda cluster: abs((cluster[0].left + cluster[0].right) / 2 - middle), default=None)
        if nearest is None:
            clusters.append([sign])
        else:
            nearest.append(sign)
    return [_in_order(cluster) for cluster in clusters]


def _in_order(cluster: list[Glyph]) -> list[Glyph]:
    """Return the characters of one glyph in the order of writing."""
    if len(cluster) == 1:
        return cluster
    letters = [glyph for glyph in cluster if unicodedata.category(glyph.character) != "Mn"]
    written = _ligatures().get("".join(sorted(glyph.character for glyph in letters)))
    if written:
        rest = list(letters)
        letters = [rest.pop(next(at for at, glyph in enumerate(rest) if glyph.character == character)) for character in written]
    return letters + [glyph for glyph in cluster if unicodedata.category(glyph.character) == "Mn"]


@cache
def _ligatures() -> dict[str, str]:
    """Return the order of writing of the characters of each Arabic ligature, by its characters sorted; not where two are of the same."""
    found: dict[str, set[str]] = {}
    for code in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)):
        written = unicodedata.normalize("NFKC", chr(code))
        if len(written) > 1 and " " not in written:
            found.setdefault("".join(sorted(written)), set()).add(written)
    found["".join(sorted("لله"))] = {"لله"}
    return {letters: next(iter(orders)) for letters, orders in found.items() if len(orders) == 1}


def _with_blanks(clusters: list[list[Glyph]], em: float) -> list[list[Glyph]]:
    spaced: list[list[Glyph]] = []
    reached = None
    for cluster in clusters:
        left, right = min(glyph.left for glyph in cluster), max(glyph.right for glyph in cluster)
        apart = reached is not None and left - reached > GAP * em
        if apart and reached is not None and not cluster[0].character.isspace() and not spaced[-1][0].character.isspace():
            spaced.append([Glyph(" ", reached, reached, left, -1)])
        spaced.append(cluster)
        reached = right if reached is None else max(reached, right)
    return spaced


def _class(cluster: Sequence[Glyph]) -> str:
    return unicodedata.bidirectional(cluster[0].character)


def _levels(kinds: Sequence[str], *, rtl: bool) -> list[bool]:
    """Return of each cluster of the printed line whether it runs from right to left."""
    arabic = "AL" in kinds
    classes = _with_signs(kinds) if not arabic else list(kinds)
    if not rtl:
        classes = _numbers_of_words(classes)
    levels: list[bool] = [one in RIGHT for one in classes]
    settled = {"L", *RIGHT, *NUMBERS}
    at = 0
    while at < len(levels):
        end = at
        while end < len(levels) and classes[end] not in settled:
            end += 1
        before, after = (classes[at - 1] if at else ""), (classes[end] if end < len(classes) else "")
        if end > at:
            right = _neutral(before, after, classes[at:end], arabic=arabic) if rtl else {before, after} <= RIGHT | NUMBERS
            levels[at:end] = [right] * (end - at)
        at = end + 1
    return levels


def _with_signs(classes: Sequence[str]) -> list[str]:
    """Return classes with the signs beside European figures (per cent, currency) as figures: rule W5; after Arabic it does not hold."""
    found = list(classes)
    for at in (*range(len(found)), *reversed(range(len(found)))):
        beside = {found[at - 1] if at else "", found[at + 1] if at + 1 < len(found) else ""}
        if found[at] == "ET" and "EN" in beside:
            found[at] = "EN"
    return found


def _numbers_of_words(classes: Sequence[str]) -> list[str]:
    """Return the classes of a left-to-right line, its numbers as letters but for those between right-to-left letters."""
    strong = [one if one == "L" or one in RIGHT else "" for one in classes]
    before, after = _nearest(strong), _nearest(strong[::-1])[::-1]
    return ["L" if one in NUMBERS and not (before[at] in RIGHT and after[at] in RIGHT) else one for at, one in enumerate(classes)]


def _nearest(strong: Sequence[str]) -> list[str]:
    """Return for each place the last entry before it that is not empty."""
    return list(accumulate(strong, lambda last, one: one or last, initial=""))[:-1]


def _ends_of_addresses(printed: str) -> Iterator[int]:
    """Yield where signs end an address that goes on in the next line: printed behind it, they are part of it."""
    for piece in ADDRESS_END.finditer(printed):
        yield from range(piece.start("end"), piece.end("end"))


def _neutral(before: str, after: str, between: Sequence[str], *, arabic: bool) -> bool:
    """Tell whether what is neutral between two classes of a right-to-left line runs from right to left."""
    if before in NUMBERS and after in NUMBERS:
        return not (len(between) == 1 and (between[0] == "CS" or (between[0] == "ES" and not arabic)))
    runs = {"L", *NUMBERS}
    return not (before in runs and after in runs)


def _turned(line: list[tuple[list[Glyph], bool]], *, rtl: bool) -> list[tuple[list[Glyph], bool]]:
    """Return the clusters in reading order: runs from the right in a right-to-left line; else each right-to-left run turned round."""
    runs: list[list[tuple[list[Glyph], bool]]] = []
    for one in line:
        if runs and runs[-1][0][1] == one[1]:
            runs[-1].append(one)
        else:
            runs.append([one])
    turned = [run[::-1] if run[0][1] else run for run in runs]
    if rtl:
        return [one for run in reversed(turned) for one in run]
    return [one for group in _embedded(turned) for one in group]


def _embedded(runs: list[list[tuple[list[Glyph], bool]]]) -> list[list[tuple[list[Glyph], bool]]]:
    """Return the runs of a left-to-right line with each number between two right-to-left runs read in their direction."""
    found: list[list[tuple[list[Glyph], bool]]] = []
    at = 0
    while at < len(runs):
        end = at + 1
        while runs[at][0][1] and end + 1 < len(runs) and all(_class(cluster) != "L" for cluster, _ in runs[end]):
            end += 2
        found.extend(reversed(runs[at:end]))
        at = end
    return found


def _mirrored(ordered: Sequence[tuple[list[Glyph], bool]]) -> bool:
    """Tell whether the brackets that run from right to left fit better when they are turned round.

    A bracket that opens stands behind a blank and before a word; where that says nothing, pairs decide.
    """
    votes, written = 0, []
    for at, (cluster, level) in enumerate(ordered):
        character = cluster[0].character
        if level and character in BRACKETS:
            written.append(character)
            before = at == 0 or ordered[at - 1][0][0].character.isspace()
            after = at + 1 == len(ordered) or ordered[at + 1][0][0].character.isspace()
            if before != after:
                votes += 1 if before == (character in OPENING) else -1
    return votes < 0 or (votes == 0 and _unmatched([BRACKETS[character] for character in written]) < _unmatched(written))


def _unmatched(brackets: Sequence[str]) -> int:
    opened: list[str] = []
    errors = 0
    for bracket in brackets:
        if bracket in OPENING:
            opened.append(bracket)
        elif opened and opened[-1] == BRACKETS[bracket]:
            opened.pop()
        else:
            errors += 1
    return errors + len(opened)
