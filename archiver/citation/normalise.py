"""Normalise: a copy of text in which addresses can be found, with the way back to the text itself.

Offsets refer to the article text, which is never cleaned. But a URL in an Arabic newspaper is full of bidi marks, one in a typeset PDF of
soft hyphens, one in a Japanese text is written with full-width signs; no finder survives them (platforms §13.1, measured on four). So the
finders read this copy, and `offsets` says for each of its characters where in the text it stands.

Two of the invisible ones have a meaning: ZERO WIDTH JOINER and NON-JOINER shape words of Persian and the Indic scripts, and belong to the
address in a slug of theirs; behind ASCII they are dirt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

JOINERS = "\u200c\u200d"
# Soft hyphen, tatweel, Arabic letter mark, zero-width and bidi controls, word joiner, byte order mark.
UNSEEN = frozenset(
    "\u00ad\u0640\u061c\ufeff\u180e" + "".join(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A))))
)
FULL_WIDTH = str.maketrans("：／．＠？＝＆＃％＿－\u00a0\u202f\u2007\u3000", ":/.@?=&#%_-    ")
_WIDE = frozenset(map(chr, FULL_WIDTH))
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_UNSEEN = re.compile("[" + "".join(sorted(UNSEEN)) + "]+")


@dataclass(frozen=True, slots=True)
class Copy:
    """A normalised copy: `text[i]` came from `offsets[i]` of the original; `offsets` is None where nothing was left out."""

    text: str
    offsets: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that `text[start:end]` (not empty) was read from."""
        return (start, end) if self.offsets is None else (self.offsets[start], self.offsets[end - 1] + 1)


def normalise(text: str) -> Copy:
    """Return a copy without invisible characters, with full-width signs and odd blanks as ASCII. Every character stays one character."""
    if text.isascii():
        return Copy(text, None)
    odd = frozenset("".join(_BEYOND.findall(text)))  # looking for a set of characters costs 10 ns a character, translating 50
    translated = text.translate(FULL_WIDTH) if odd & _WIDE else text
    if not odd & UNSEEN:
        return Copy(translated, None)
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    for unseen in _UNSEEN.finditer(translated):
        pieces.append(translated[position : unseen.start()])
        offsets.extend(range(position, unseen.start()))
        if unseen[0] in JOINERS and unseen.start() and not translated[unseen.start() - 1].isascii():
            pieces.append(unseen[0])
            offsets.append(unseen.start())
        position = unseen.end()
    pieces.append(translated[position:])
    offsets.extend(range(position, len(translated)))
    return Copy("".join(pieces), offsets)
