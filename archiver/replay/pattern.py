"""A stranger's regular expression: matched within a bounded time, or refused.

Python's matcher goes back and tries every other way, and nothing interrupts it. So the ways are counted before it begins: in a text of at
most `LONGEST` characters a repetition has as many ways as there are characters (7 bits each, since they share the text), an optional part
and a choice have two (1 bit). A repetition of something that itself has several ways has as many as 2 to the power of the length. What may
take more than 2 ** `BITS` steps for one text is refused, and all texts of one question share `Patience`.

Refused too: comments and verbose mode, in which brackets mean nothing and hide what is counted; sets that Python warns of because a later
version may read them otherwise (`[[:alpha:]]`, `[a&&b]`).
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from archiver.errors import UsageError

LONGEST = 200  # characters of a text that are looked at
BITS = 22  # so many steps take some tenths of a second
SECONDS = 2.0
PART = re.compile(
    r"""\\.                                        # an escape
    | (?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<odd>\(\?(?:\#|[a-zA-Z-]*x))              # a comment, verbose mode
    | (?P<open>\(\??) | (?P<close>\))
    | (?P<many>(?:[*+]|\{[0-9,]*\})[?+]?) | (?P<some>\?[?+]? | \|)
    | .""",
    re.DOTALL | re.VERBOSE,
)
UNSURE = re.compile(r"\[\^?\[|--|&&|~~|\|\|")


@dataclass(slots=True)
class Patience:
    """Seconds that the patterns of one question may still take."""

    left: float = SECONDS


def matcher(written: str) -> re.Pattern[str]:
    """Compile a pattern. UsageError for one that cannot be read, or may take too long."""
    bits, inner = 0, 0  # `inner`: the bits of a group that just ended
    before: list[int] = []  # each open group
    for part in PART.finditer(written):
        ended, inner = inner, 0
        match part.lastgroup:
            case "odd":
                raise UsageError('The "filter" param has a comment, or a mode, that is not taken here')
            case "set" if UNSURE.search(part[0]):
                raise UsageError('The "filter" param has a set in a set: escape [ in it, and - & ~ | where they are doubled')
            case "open":
                before.append(bits)
            case "close":
                inner = bits - (before.pop() if before else 0)
            case "many":
                bits += BITS + 1 if ended else 7
            case "some":
                bits += 1
    if bits > BITS:
        raise UsageError('The "filter" param may take too long: at most three repetitions, none within another, and few choices')
    try:
        return re.compile(written)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f'The "filter" param has no regular expression that can be read: {error}') from error


def matches(pattern: re.Pattern[str], text: str, patience: Patience) -> bool:
    """Tell whether a text begins with a pattern. UsageError once the patience is used up."""
    began = time.perf_counter()
    found = pattern.match(text[:LONGEST]) is not None
    patience.left -= time.perf_counter() - began
    if patience.left < 0:
        raise UsageError('The "filter" param takes too long over so many lines: narrow them by url, from and to, or write a simpler one')
    return found
