"""Pointing: which words of a page a link belongs to, when the link is listed apart from them. A guess, and marked as one.

  slug   the words of the address (percent-decoded, parted at what is no letter or figure) against a window of the page's words; figures
         count double. At least `LEAST` of weight must be found, and `SHARE` of all there is. Words are compared without marks, tatweel and
         case, with the Arabic letters that are written one for the other made one, and without the article and what is written together
         with the word (wa-, bi-, li-, fa-). A dump whose figures are private-use glyphs still has their pattern: three glyphs, the last two
         the same, before the same word, are `500`.
  host   the name of the site (`bbc` of www.bbc.com), if it stands on the page exactly once.

Where nothing points to a link there is no pointer. `confidence` grows with the share of the address's words that were found; it is no
probability, and never 1.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from archiver.url import host

LEAST, SHARE = 3.0, 0.4
SLACK = 1.8  # the window is this many times as long as the address has words, and SPREAD more
SPREAD = 8
MOST_WORDS = 24  # words of an address
WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0e31-\u0e4e]+[^\W_]*)*|[\ue000-\uf8ff]+")
PRIVATE = re.compile(r"[\ue000-\uf8ff]+")
ALIKE = str.maketrans("أإآٱىةؤئیکھہ", "اااايهوييكهه")
PREFIXES = re.compile(r"^(?:[وف]?(?:بال|كال|لل|ال)|[وفبل](?=..{3}))")
GENERIC = frozenset("www com net org co gov edu info html htm php amp index news article articles story the and of in to a".split())  # noqa: SIM905
EXTENSION = re.compile(r"\.[A-Za-z]{2,5}$")


@dataclass(frozen=True, slots=True)
class Pointer:
    """Words that point to a link: `text[start:end]`, how they do (`slug`, `host`), and how sure that is (0–1)."""

    start: int
    end: int
    how: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    form: str
    glyphs: str = ""


class Page:
    """The words of a page, `text[start:end]`, ready to be compared with the addresses of all its links."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.words = _words(text, start, end)
        self.starts = [word.start for word in self.words]
        self.by_form: dict[str, list[int]] = {}
        for number, word in enumerate(self.words):
            self.by_form.setdefault(word.form, []).append(number)

    def point(self, url: str, after: int, before: int) -> Pointer | None:
        """Return the words between two offsets that point to a resolved URL, or None."""
        first, last = bisect_left(self.starts, after), bisect_right(self.starts, before)
        wanted = _slug(url)
        found = self._slug_window(wanted, first, last) if wanted else None
        return found or self._site(url, first, last)

    def _slug_window(self, wanted: Sequence[str], first: int, last: int) -> Pointer | None:
        weights = {word: 2.0 if word.isdigit() else 1.0 for word in wanted}
        hits = sorted({(number, word) for word in weights for number in self._standing(word, wanted) if first <= number < last})
        width = int(len(weights) * SLACK) + SPREAD
        best: tuple[float, int, int, int] | None = None
        left = 0
        for right in range(len(hits)):
            while hits[right][0] - hits[left][0] > width:
                left += 1
            window = hits[left : right + 1]
            score = sum(weights[word] for word in {word for _, word in window})
            rank = (score, window[0][0] - window[-1][0], window[0][0], window[-1][0])
            if best is None or rank[:2] > best[:2]:
                best = rank
        total = sum(weights.values())
        if best is None or best[0] < LEAST or best[0] < SHARE * total:
            return None
        return Pointer(self.words[best[2]].start, self.words[best[3]].end, "slug", round(min(0.95, 0.3 + 0.65 * best[0] / total), 2))

    def _standing(self, word: str, wanted: Sequence[str]) -> list[int]:
        """Return where a word of the address stands; a number also where its pattern of private glyphs precedes the same word."""
        found = self.by_form.get(word, [])
        if not word.isdigit() or len(word) < 2:
            return found
        at = list(wanted).index(word)
        following = wanted[at + 1] if at + 1 < len(wanted) else None
        if following is None:
            return found
        pattern = _pattern(word)
        before = [number - 1 for number in self.by_form.get(following, []) if number and self.words[number - 1].glyphs]
        return found + [number for number in before if _pattern(self.words[number].glyphs) == pattern]

    def _site(self, url: str, first: int, last: int) -> Pointer | None:
        names = [name for name in host(url).split(".")[:-1] if len(name) > 2 and name not in GENERIC]
        for name in names:
            found = [number for number in self.by_form.get(_form(name), []) if first <= number < last]
            if len(found) == 1 and len(self.by_form[_form(name)]) == 1:
                word = self.words[found[0]]
                return Pointer(word.start, word.end, "host", 0.4)
        return None


def _words(text: str, start: int, end: int) -> list[_Word]:
    words = []
    for matched in WORD.finditer(text, start, end):
        form = _form(matched[0])
        if form or PRIVATE.fullmatch(matched[0]):
            words.append(_Word(matched.start(), matched.end(), form, matched[0] if PRIVATE.fullmatch(matched[0]) else ""))
    return words


def _form(word: str) -> str:
    """Return a word as it is compared."""
    plain = unicodedata.normalize("NFKD", word).casefold()
    plain = "".join(character for character in plain if unicodedata.category(character)[0] in "LN" and character != "\u0640")
    digits = "".join(str(unicodedata.digit(character, character)) for character in plain)
    return PREFIXES.sub("", digits.translate(ALIKE)) if len(digits) > 3 else digits.translate(ALIKE)


def _pattern(figures: str) -> tuple[int, ...]:
    return tuple(figures.index(figure) for figure in figures)


def _slug(url: str) -> list[str]:
    """Return the words of an address's path that could stand in a sentence, each once."""
    path = unquote(re.sub(r"^[a-z]+://[^/]*|[?#].*$", "", url))
    words = [_form(part) for part in re.split(r"[\W_]+", EXTENSION.sub("", path)) if part]
    # A number of five figures and more is the page's own, not the sentence's; one figure is nowhere.
    kept = [word for word in words if word not in GENERIC and (2 <= len(word) <= 4 if word.isdigit() else len(word) > 2)]
    return list(dict.fromkeys(kept))[:MOST_WORDS]
