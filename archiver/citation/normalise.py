"""Normalise: a copy of text in which addresses can be found, with the way back to the text itself.

Offsets refer to the article text, which is never cleaned. But a URL in an Arabic newspaper is full of bidi marks, one in a typeset PDF of
soft hyphens, one in a Japanese text is written with full-width signs; no finder survives them (platforms §13.1, measured on four). So the
finders read this copy, which knows of each of its characters where in the text it stands.

Two of the invisible ones have a meaning: ZERO WIDTH JOINER and NON-JOINER shape words of Persian and the Indic scripts, and belong to the
address in a slug of theirs; behind ASCII they are dirt.

A typesetter's ligature (`ﬁ`, in what is copied out of a PDF) is the letters that it stands for, each of which stands where it does: an
address has the letters, and ends at any sign that is none.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import accumulate

from archiver.article.signs import UNSEEN, signs, spots

SOFT_HYPHEN = "\u00ad"  # with a hyphen on either side it is one hyphen: some printers write all three, for a text that may want any
JOINERS = "\u200c\u200d"
FULL_WIDTH = dict(zip("：／．＠？＝＆＃％＿－\u00a0\u202f\u2007\u3000", ":/.@?=&#%_-    ", strict=True))
# Typesetters' signs for those of ASCII: hyphens, the minus sign, and the tildes of mathematics and of accents.
FULL_WIDTH |= dict(zip("\u2010\u2011\u2212\u223c\u02dc", "---~~", strict=True))
LIGATURES = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}  # of Latin letters


@dataclass(frozen=True, slots=True)
class Copy:
    """A normalised copy, in pieces: `text[starts[n]]` and what follows, up to the next piece, came from `origins[n]` of the original."""

    text: str
    starts: list[int] = field(default_factory=lambda: [0])
    origins: list[int] = field(default_factory=lambda: [0])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that `text[start:end]` (not empty) was read from."""
        return self._origin(start), self._origin(end - 1) + 1

    def _origin(self, at: int) -> int:
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]

    def at(self, offset: int) -> int:
        """Return where in the copy an offset of the original stands; of one that was left out, where the next character does."""
        first = bisect_left(self.origins, offset)
        if first < len(self.origins) and self.origins[first] == offset:
            return self.starts[first]
        piece = bisect_right(self.origins, offset) - 1
        if piece < 0:
            return 0
        end = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.text)
        return min(self.starts[piece] + offset - self.origins[piece], end)


def normalise(text: str, odd: AbstractSet[str] | None = None) -> Copy:
    """Return a copy without invisible characters, with full-width signs and odd blanks as ASCII, and with the letters of ligatures.

    `odd` are the signs of the text, where somebody has gathered them already.
    """
    if text.isascii():
        return Copy(text)
    odd, position = signs(text) if odd is None else odd, 0
    for sign in odd & FULL_WIDTH.keys():
        text = text.replace(sign, FULL_WIDTH[sign])
    pieces: list[str] = []
    origins: list[int] = []
    for start, end, instead in _changes(text, odd):
        if position < start:
            pieces.append(text[position:start])
            origins.append(position)
        pieces.extend(instead)
        origins.extend([start] * len(instead))
        position = end
    if position < len(text):
        pieces.append(text[position:])
        origins.append(position)
    return Copy("".join(pieces), [0, *accumulate(map(len, pieces))][: len(pieces)], origins)


def _changes(text: str, odd: AbstractSet[str]) -> Iterator[tuple[int, int, str]]:
    """Yield which spans of a text have other characters in the copy, and which, each in a piece of its own."""
    position = 0
    for at in spots(text, odd & (UNSEEN | LIGATURES.keys())):
        if at < position:
            continue
        position = at + 1
        if text[at] in LIGATURES:
            yield at, position, LIGATURES[text[at]]
            continue
        if text[at] == SOFT_HYPHEN and text[at - 1 : at] == text[position : position + 1] == "-":
            position += 1
        while text[position : position + 1] in UNSEEN:
            position += 1
        if not (at and text[at:position] in JOINERS and not text[at - 1].isascii()):
            yield at, position, ""
