"""Comparison: is what was captured what the article claims? Words against words, whoever the article says wrote them.

Forgiven, because the way from post to article does it to text without anybody changing a word:
  * entities left escaped (`&amp;`), once or twice;
  * links: shortened, spelled out, cut for display, `pic.twitter.com/…`; a link is not compared at all;
  * emoji lost, or each turned into `?` (PDF dumps of the customer's kind); punctuation, case, line breaks, a hyphen at a line's end;
  * forms of one letter: presentation forms, ligatures, full width (NFKC), tatweel, vowel points, invisible characters;
  * in right-to-left text only, what dumps of laid-out pages do to it: the runs of a line stand in reverse order, each border cutting a word
    in two (`بعد ز|يارة ووز|ير الخارجية` → `ير الخارجية يارة ووز بعد ز`); blanks between letters come and go; numbers and Latin words
    stand elsewhere; digits are gone altogether, private-use glyphs or nothing in their place.
Not forgiven: a word that differs, is missing or is added; words in another order; another number. A text that ends in `…` is a beginning,
and is compared as one.

A film or a post with a title is quoted by its title mostly: the title alone, or the words behind it, count as all of it.

The handle decides who the author is. Display names change with the season, so another name alone is a note. A mention that names only a
handle and a day matches a post of that handle on that day (± 1: pages print the reader's day).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any

from archiver.citation.citation import Claims
from archiver.citation.platform import Post, State

GONE = frozenset(
    {State.DELETED, State.ACCOUNT_GONE, State.SUSPENDED, State.REMOVED_BY_PLATFORM, State.NOT_FOUND, State.GONE, State.SOFT_404},
)
LONGEST = 30_000  # code points of each text that are compared; X's longest posts have 25,000
LONGEST_LINE = 500  # letters of a line whose runs may be out of order; a laid-out line has a hundred
BY_LETTER = 1_000  # up to this many code points similarity counts letters, beyond it words: the method is quadratic
LETTER_PAIRS, WORD_PAIRS = (
    120_000,
    150_000,
)  # of equal letters or words: an ordinary post of 1,000 letters has 70,000, of 3,000 words 90,000
LINK = re.compile(
    r"(?:https?://|(?<![!-~])(?:t\.co|pic\.(?:twitter|x)\.com)/|(?<![!-~])(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}/)[!-~]*…?", re.IGNORECASE
)
POINTS = re.compile(r"[\u064b-\u0652\u0670\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640]")
SIGNS = frozenset("%‰٪$€£¥₪")  # what changes a number's meaning is a word
KEYCAP = re.compile(r"[0-9#*]\ufe0f?\u20e3")  # an emoji that begins with a digit
PARTED = re.compile(r"[-\u00ad‐]\n\s*")
CUT = re.compile(r"(?:…|\.\.\.)\s*$")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether the capture matches the claims.

    `verdict` is match, edited, different_author, gone or unverifiable; `similarity` 0–1, of the two texts, None where one is missing;
    `claimed` and `captured` are the texts as they are; `notes` say what differs besides the words.
    """

    verdict: str
    similarity: float | None
    claimed: str | None
    captured: str | None
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the contract's `comparison` object."""
        return asdict(self) | {"notes": list(self.notes)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Comparison:
        """Read the contract's `comparison` object."""
        return cls(data["verdict"], data["similarity"], data["claimed"], data["captured"], tuple(data.get("notes", ())))


def compare(claims: Claims, post: Post | None, state: State) -> Comparison | None:
    """Compare what an article claims of a post with the post as captured; None where the article claims nothing of it."""
    if not (claims.text or claims.handle or claims.author or claims.date):
        return None
    captured = post.text if post else None
    if post is None or post.text is None:
        verdict = "gone" if post is None and state in GONE else "unverifiable"
        return Comparison(verdict, None, claims.text, captured)
    notes = _notes(claims, post)
    alike = max(similarity(claims.text, told) for told in _tellings(post)) if claims.text else None
    if claims.text and _only_hashtags(claims) and set(_words(_plain(claims.text))) <= set(_words(_plain(post.text))):
        alike, notes = 1.0, (*notes, "the article shows hashtags alone, and the post has them")
    if claims.handle and post.handle and not _same_account(claims.handle, post.handle):
        verdict = "different_author"
    elif claims.text:
        verdict = "match" if alike == 1.0 else "edited"
    else:
        day = _days_apart(claims, post)
        verdict = "match" if claims.handle and post.handle and (day is None or day <= 1) else "unverifiable"
    return Comparison(verdict, alike, claims.text, post.text, notes)


def _same_account(one: str, other: str) -> bool:
    """Tell whether two handles are one: in any case, and of the Fediverse's with the host (`user@host`) or, on that host, without."""
    mine, theirs = (handle.lower().removeprefix("@").partition("@") for handle in (one, other))
    return mine[0] == theirs[0] and (mine[2] == theirs[2] or not (mine[2] and theirs[2]))


def _tellings(post: Post) -> tuple[str, ...]:
    """Return what an article may have quoted of a post: its words; where they begin with a title, the title or the rest alone too."""
    whole, title = post.text or "", post.title
    return (whole, title, whole.removeprefix(title)) if title and whole != title else (whole,)


def _only_hashtags(claims: Claims) -> bool:
    """Tell whether the quoted words are hashtags and nothing else: dumps keep those, which are links, where they lose the words."""
    return bool(claims.hashtags) and set(_words(_plain(claims.text or ""))) <= set(_words(_plain(" ".join(claims.hashtags))))


def similarity(claimed: str, captured: str) -> float:
    """Return how alike two texts are, 0–1; 1.0 exactly where they are the same words, with all that is forgiven forgiven."""
    told = _plain(captured[:LONGEST])
    private = any(unicodedata.category(c) == "Co" or c == "\ufffd" for c in claimed)
    best = 0.0
    # A hyphen at a line's end is the typesetter's or the word's own: try both.
    for joint in ("", "-") if PARTED.search(claimed) else ("",):
        plain = _plain(PARTED.sub(joint, claimed[:LONGEST]))
        ours, theirs = [_words(line) for line in plain.split("\n")], _words(told)
        flat = [word for line in ours for word in line]
        if CUT.search(plain):
            theirs = theirs[: len(flat)]
        elif CUT.search(told) and len(flat) > len(theirs):
            flat = flat[: len(theirs)]
            ours = [flat]
        if _same(ours, theirs, private=private):
            return 1.0
        best = max(best, _ratio(flat, theirs))
    return min(round(best, 3), 0.999)


def bare(word: str) -> str:
    """Return what of a word is compared: empty for a link, an emoji, a sign of punctuation."""
    return " ".join(_words(_plain(word)))


def _plain(text: str) -> str:
    """Take off what is not compared, before words are told apart: links, escapes, points, invisible characters."""
    text = KEYCAP.sub(" ", html.unescape(html.unescape(text)))
    text = LINK.sub(" ", unicodedata.normalize("NFKC", text).replace("...", "…"))
    return "".join(
        c for c in POINTS.sub("", text) if unicodedata.category(c) not in ("Cf", "Co", "Mn") or unicodedata.combining(c) > 0
    ).casefold()


def _words(text: str) -> list[str]:
    """Tell words apart: letters, digits of all scripts alike, and the marks that belong to them (Devanagari's vowels are marks)."""
    pieces = []
    for c in unicodedata.normalize("NFC", text):
        if c.isdecimal():
            pieces.append(str(unicodedata.decimal(c)))
        elif c.isalnum() or unicodedata.category(c) in ("Mn", "Mc"):
            pieces.append(c)
        elif c not in "'’":
            pieces.append(f" {c} " if c in SIGNS else " ")
    return "".join(pieces).split()


def _same(ours: Sequence[Sequence[str]], theirs: Sequence[str], *, private: bool) -> bool:
    """Tell whether the claimed words, line by line, are the captured ones; `private` where some of its glyphs mean nothing to us."""
    flat = [word for line in ours for word in line]
    if flat == list(theirs):
        return True
    if not any(map(_is_rtl, flat)):
        return False
    missing = Counter(word for word in theirs if not _is_rtl(word))
    extra = Counter(word for word in flat if not _is_rtl(word))
    missing, extra = missing - extra, extra - missing
    lost = private or not any(map(str.isdecimal, flat))  # the dump's font kept its digits to itself
    if extra or any(not (lost and _is_number(word)) for word in missing):
        return False
    return _same_runs(["".join(filter(_is_rtl, line)) for line in ours], list(filter(_is_rtl, theirs)))


def _same_runs(lines: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether lines, put one after another, are the captured letters, where the runs of a line may stand in reverse order."""
    letters = "".join(theirs)
    starts = set(accumulate(map(len, theirs), initial=0))
    at = 0
    for line in lines:
        chunk = letters[at : at + len(line)]
        cuts = {edge for edge in range(1, len(chunk)) if at + edge not in starts}
        if chunk != line and not _reversed(line, chunk, cuts):
            return False
        at += len(line)
    return at == len(letters)


def _reversed(line: str, chunk: str, cuts: set[int]) -> bool:
    """Tell whether `chunk` = S1 S2 … Sn and `line` = Sn … S2 S1, every border being one of `cuts`, which lie inside words of `chunk`."""
    size = len(line)
    if size != len(chunk) or size > LONGEST_LINE or Counter(line) != Counter(chunk):
        return False
    reached = {0}
    for start in range(size):
        if start not in reached:
            continue
        for end in (*(cut for cut in cuts if cut > start), size):
            if line.startswith(chunk[start:end], size - end):
                reached.add(end)
    return size in reached


def _is_rtl(word: str) -> bool:
    return unicodedata.bidirectional(word[0]) in ("R", "AL")


def _is_number(word: str) -> bool:
    return word.isdecimal() or word in SIGNS


def _ratio(ours: Sequence[str], theirs: Sequence[str]) -> float:
    one, other = " ".join(ours), " ".join(theirs)
    if max(len(one), len(other)) <= BY_LETTER and pairs(one, other) <= LETTER_PAIRS:
        return SequenceMatcher(None, one, other, autojunk=False).ratio()
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    # A few words repeated thousands of times would take hours to align; how many they share, in whatever order, is said instead.
    return matcher.ratio() if pairs(ours, theirs) <= WORD_PAIRS else matcher.quick_ratio()


def pairs(ours: Iterable[str], theirs: Iterable[str]) -> int:
    """Return how many pairs of equal items two sequences have: what an alignment goes through, again and again where few items repeat."""
    yours = Counter(theirs)
    return sum(number * yours[item] for item, number in Counter(ours).items())


def _notes(claims: Claims, post: Post) -> tuple[str, ...]:
    notes = []
    if claims.handle and post.handle and not _same_account(claims.handle, post.handle):
        notes.append(f"handle: claimed @{claims.handle}, captured @{post.handle}")
    if claims.author and post.author and _words(_plain(claims.author)) != _words(_plain(post.author)):
        notes.append(f"author: claimed {claims.author}, captured {post.author}")
    apart = _days_apart(claims, post)
    if apart is not None and apart > 1:
        notes.append(f"date: claimed {claims.date}, captured {post.created}")
    if post.partial:
        notes.append(f"the capture is partial: {post.partial}")
    return tuple(notes)


def _days_apart(claims: Claims, post: Post) -> int | None:
    try:
        return abs((date.fromisoformat((claims.date or "")[:10]) - date.fromisoformat((post.created or "")[:10])).days)
    except ValueError:
        return None
