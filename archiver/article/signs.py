"""Signs: the characters of a text that are rare in prose, and where they stand.

What is searched for in a text is written with signs: an address has `:` and `/`, a handle `@`, a quotation its marks, a script its letters.
To look for each word of each network on every page is to read the page a hundred times. So the characters of a text, but for the letters,
figures and blanks of ASCII, are gathered once, 1 ns a character, and a search whose sign is not among them is never made; others begin at
the sign, which C finds, and not at the letters around it.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator

COMMON = f"{string.ascii_letters}{string.digits} \n".encode()

# Soft hyphen, tatweel, Arabic letter mark, zero-width and bidi controls, word joiner, byte order mark.
UNSEEN = frozenset(
    "\u00ad\u0640\u061c\ufeff\u180e" + "".join(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A))))
)


def signs(text: str) -> frozenset[str]:
    """Return the characters of a text, apart from letters, figures, blanks and line ends of ASCII."""
    return frozenset(text.encode("utf-8", "surrogatepass").translate(None, COMMON).decode("utf-8", "surrogatepass"))


def spots(text: str, wanted: Iterable[str], start: int = 0, end: int | None = None) -> list[int]:
    """Return where one of some strings begins, in order, each offset once."""
    stop = len(text) if end is None else end
    return sorted({at for one in wanted for at in _spots(text, one, start, stop)})


def _spots(text: str, wanted: str, start: int, end: int) -> Iterator[int]:
    at = text.find(wanted, start, end)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1, end)
