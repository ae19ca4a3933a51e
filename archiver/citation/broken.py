r"""Broken addresses: in text that was printed, whether an address at a line's end goes on in the next line.

Nothing marks the break, so both sides of it must look like one. By how the line ends:

    %  _                     no address ends so: what comes next is its rest
    &                        a parameter follows
    =                        the line is full: lists of addresses have them without a value
    -                        the rest begins in lower case or with a figure, or is of an address's shape: `and-More.html`
    /  ?  .                  the rest has a path or a file's name in it; behind the first two, and a full line, other signs will do
    a host without an end    `http://www.angel` … `capital.example/`: the rest finishes the host
    a letter or figure       the line is full, and the rest has a path or a file's name: programs break where no sign is, too

or by how the next begins: with a sign that begins no word (`/more`, `_more`, `?more`, `.more`), as style guides have addresses broken. In
`<…>` an address is whatever stands up to the bracket. Never joined: another address or host, a line of the page's furniture, the number
of a post to anything but `status/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet

MOST_LINES = 8
FULL = 0.8  # of the longest line near it
NARROWEST = 30  # characters of a line that can be full
NEAR = 1200  # characters around a line that are looked at for that
TAKEN_OFF = ".?:"  # of an address at a line's end, as the sentence's
REST = re.compile(r"[ \t]*\n[ \t]*(?P<rest>[A-Za-z0-9%_./?=&#~\-][!-;=?-~]*)")
NUMBERED = re.compile(r"/status(?:es)?/$", re.IGNORECASE)
NUMBER = re.compile(r"[0-9]{15,19}(?![0-9])")
OTHER = re.compile(r"h..ps?:|www\.|[^/?#]*@", re.IGNORECASE)
OTHER_HOST = re.compile(r"(?:[\w-]+\.)+(?:com|org|net|gov|edu|info|int|co|io|[a-z]{2})(?:[/:]|$)", re.IGNORECASE)
HOST = re.compile(r"(?:\w+://)?(?P<host>[^/?#]*)$")
UNFINISHED = re.compile(r"(?:www\.?)?|www\.[\w-]+\.?|[\w-]+\.?", re.IGNORECASE)
FINISHED = re.compile(r"[\w.-]*\.[a-z]{2,24}(?:[/:?#]|$)")
SIGNED = re.compile(r"[A-Za-z0-9][\-_/=&%.][A-Za-z0-9]|/$")
PARAMETER = re.compile(r"[\w\[\].%-]{1,60}=")
NOTE = re.compile(r"[0-9]{1,3}")  # the number of the next note
NAMED = re.compile(r"\.(?:[sx]?html?|php|aspx?|jsp|cfm|pdf)\b", re.IGNORECASE)
PATH = re.compile(r"[A-Za-z0-9.\-][/_=&%][A-Za-z0-9]|[A-Za-z0-9]/$")
WORDS = re.compile(r"[A-Za-z]{1,7}/[A-Za-z]{1,7}|[0-9]{1,4}/[0-9]{1,4}")  # and/or, km/h, 2/36
BEGUN = re.compile(r"[/_?=&%#~][A-Za-z0-9]|\.[a-z0-9][\w-]*[./?=&_-]|-[\w-]+[./?=&_]")


def joined(text: str, start: int, end: int, reach: Callable[[int], int], walls: AbstractSet[int] = frozenset()) -> int:
    """Return the end of the address `text[start:end]` with what of the next lines belongs to it.

    `reach` tells how far an address goes in its line from an offset on; `walls` are the starts of lines that no text goes on in.
    """
    for _ in range(MOST_LINES):
        more = _further(text, start, end, reach, walls)
        if more == end:
            break
        end = more
    return end


def _further(text: str, start: int, end: int, reach: Callable[[int], int], walls: AbstractSet[int]) -> int:
    taken_off = text[end : end + 1] if text[end : end + 1] in tuple(TAKEN_OFF) else ""
    found = REST.match(text, end + len(taken_off))
    if found is None or text.rfind("\n", 0, found.start("rest")) + 1 in walls:
        return end
    first = found.start("rest")
    if NUMBERED.search(text, start, end):
        number = NUMBER.match(text, first)
        return number.end() if number else end
    stop = max(first, reach(first))
    written, rest = text[start : end + len(taken_off)], text[first:stop]
    if text[start - 1 : start] == "<" and text[found.end() : found.end() + 1] == ">":
        return found.end()
    return stop if rest and _belongs(text, end, written, rest, found["rest"]) else end


def _belongs(text: str, end: int, written: str, rest: str, token: str) -> bool:
    """Tell whether `rest`, the beginning of the next line, belongs to the address that is `written` up to the line's end."""
    host = HOST.match(re.sub(r"\s", "", written))
    if host and UNFINISHED.fullmatch(host["host"]):
        return FINISHED.match(rest) is not None and not OTHER.match(rest[:4])
    last = written[-1]
    if OTHER.match(token):
        return False
    if BEGUN.match(rest):
        return last not in ".:"
    if not rest[0].isalnum():
        return False
    if last == "&":
        return PARAMETER.match(rest) is not None
    if last in "%_":
        return True
    if last == "-":
        return SIGNED.search(rest) is not None if rest[0].isupper() else not NOTE.fullmatch(rest)
    if OTHER_HOST.match(token):
        return False
    if last == "=":
        return not written.endswith("==") and _is_full(text, end)
    if last == ":":
        return re.match(r"[0-9]{2,5}/", rest) is not None
    shaped = (NAMED.search(rest) or PATH.search(rest)) and not WORDS.fullmatch(rest)
    if last in "/?":
        return bool(shaped) or (SIGNED.search(rest) is not None and _is_full(text, end))
    if last == ".":
        return bool(shaped) and not rest[0].isupper()
    return bool(shaped) and _is_full(text, end)


def _is_full(text: str, at: int) -> bool:
    """Tell whether the line that holds an offset is about as long as the longest near it."""
    line = text.rfind("\n", 0, at) + 1
    low, high = max(0, line - NEAR), at + NEAR
    around = text[low:high].split("\n")[low > 0 : -1 if high < len(text) else None]
    stop = text.find("\n", at)
    length = (stop if stop >= 0 else len(text)) - line
    return length >= max(NARROWEST, FULL * max(map(len, around), default=0))
