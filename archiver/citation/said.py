"""Posts quoted in a sentence: on which network, the words in quotation marks, and who said so. No address, no day.

    Mr Shapps said on Twitter: “The latest data …”       In a post on X, he wrote: “…”       «…», escribió Ana Ruiz en X
    “The latest data …,” Mr Shapps tweeted on Monday.    Auf Twitter schrieb Jo Ufer: „…“    @mayor’s tweet read: “…”

The sentence must say it of these very words: a verb of saying with the network or the kind of post, directly before the opening mark, or
directly behind the closing one; a paragraph that ends so may have the quotation set apart below it. The author is a handle, or a name:
words that begin with capitals, beside the verb. "He", "the ministry" and "one user" are none, because only the article's other sentences
say who that is; the post is quoted all the same. A quotation that its paragraph leaves open goes on in the next, as printers have it, and
is one. What is quoted is at least a clause long: a word or two in marks is the reporter's sentence.

Each quotation is looked at from its marks: REACH characters of the sentence before and behind. (Other scripts: `said_east`.)
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from typing import NamedTuple

from archiver.article.article import Article
from archiver.article.signs import spots
from archiver.citation.attribution import Attribution
from archiver.citation.saying import IN_POST, NETWORK, ON, POST, SAYING, TAKING, TWEET, TWEETING, WHERE, WORD, WRITING, pattern, platform_of

OPEN, CLOSE = '“"«„»', '”"»“«'
CLOSING = {"“": "”", "«": "»", "»": "«", "„": "“”", '"': '"”'}
NO_NAME_WORDS = """
    he she they it i we you who one this that these those the a an another someone somebody user users il elle ils elles on je nous un une
    le la les lo él ella ellos yo una el los er sie es wir ich ein eine der die das lui lei loro egli ele ela eles hij zij ze han hun hon
    он она они я мы
"""
LEAD_WORDS = """
    later earlier meanwhile yesterday today then but and so as when after before while also however if because since although though on in
    at now mais et puis pero y luego und aber dann ma e poi mas depois но и а затем
"""
PARTICLE_WORDS = "de del della di da dos das du van von der den bin ibn al el la le ben y e zu ter ten"
DETERMINER_WORDS = (
    "der die das den dem des ein eine einer einem einen eines sein seine seiner ihr ihre ihrer unser unsere kein keine dieser diese"
)
TITLE_WORDS = """
    president president-elect vice prime first deputy foreign minister chancellor premier senator governor mayor congressman congresswoman
    secretary ambassador spokesman spokeswoman spokesperson ministry department king queen pope prince princess
    presidente presidenta ministro ministra senador senadora alcalde alcaldesa gobernador gobernadora président présidente ministre
"""
TITLES = frozenset(TITLE_WORDS.split())  # of which somebody has none without a name
POSSESSIVE = frozenset(["of", "de", "del", "della", "di", "du", "des", "von", "do", "da", "dos", "das"])
NO_NAMES, LEADS, PARTICLES, DETERMINERS = (
    frozenset(words.split()) for words in (NO_NAME_WORDS, LEAD_WORDS, PARTICLE_WORDS, DETERMINER_WORDS)
)
PREPOSITIONS = frozenset({"on", "in", "at", "after", "before"})
FIRST = "in|on|at|im|am|an|auf|en|dans|via|sur|su|no|na|em|op|på|i|à|nel|nella|w|в"  # words that no name begins with
LEAST, MOST = 25, 1500  # characters of the words
MOST_BLOCKS = 5
MOST_LOOKED = 1000  # quotations in paragraphs that name a network; one costs 0.1 ms, and up to 5 ms if it was written for that
REACH = 160  # characters before and behind a quotation in which the sentence tells of it
NAME = r"[A-Za-z0-9_.]{1,29}[A-Za-z0-9_]"
OWNER = pattern(rf" ?[(（]?(?P<at>@)(?P<handle>{NAME})[)）]?,? $")  # whose post it is, before the verb
APPOSED = pattern(r", [^,\n“”\"«»„:;.!?]{1,60}, $")
NEXT = pattern(rf"[^\n.!?“”\"«»„:]{{0,60}}: ?[{OPEN}]")  # a clause that tells of what comes after it
ALONE = pattern(r" ?(?:[.;,\n]|$|(?:on|in) )")
BEFORE = pattern(rf"(?:^|[^\w@#.’'\-])(?P<name>{WORD}(?: {WORD}){{0,6}}),? $")


class _Frames(NamedTuple):
    """The shapes of sentences that tell of a quotation."""

    verb: re.Pattern[str]  # ends where the quotation begins, its subject stands before it
    before: tuple[re.Pattern[str], ...]  # the others that end there
    behind: tuple[re.Pattern[str], ...]  # begin where the quotation ends


@cache
def _frames() -> _Frames:
    """Compile the shapes, when they are needed first: most articles quote nothing of the kind, and most processes read none."""
    who = rf"(?:(?P<who>(?!(?:{FIRST})\b){WORD}(?: {WORD}){{0,6}}?)(?: ?[(（]?@(?P<handle>{NAME})[)）]?)?|@(?P<alone>{NAME}))"
    apart = r"(?:, [^,\n“”\"«»„:;.!?]{1,60},)?"  # who that is
    adverb = r"(?:(?:also|later|then|has|had|have|ha|hat|auch|también|aussi|subsequently|recently|quickly|promptly|simply) )?"
    tail = r"(?:,? (?!(?:that|dass|daß|que|che|что|że|att)\b)[^\n:“”\"«»„.!?]{1,40}?)??"  # on Monday
    begins, ends, behind = r"(?<![\w@#.’'\-])", r",? ?[:,] {0,2}$", r"[,!?]? ?[–—-]? ?"
    medium = rf"(?:{TWEET}|{NETWORK}(?: |-){POST}|{POST} {ON})"
    reads = "(?:read|reads|said|says|stated|states|began|begins|lautet|lautete)"
    says = rf"(?:{SAYING}(?: to \w{{1,12}})? {WHERE}|[a-z]{{3,14}}ed {IN_POST})"
    how = rf"{adverb}(?:{says}|{TWEETING}|{WHERE},? {SAYING})"
    led = rf"(?:{WHERE}|(?i:taking|turning|speaking|writing|posting|replying|reacting) (?:to|on) {NETWORK})"
    when = rf"(?: (?:{FIRST}|le|el|il)\b[^\n:,“”\"«»„!?]{{1,30}}?)?"
    return _Frames(
        pattern(rf"{begins}(?:{how}|{WRITING} {WHERE}|{TAKING} {NETWORK}(?: [^\n:“”\"«»„.!?]{{1,60}})?){tail}{ends}"),
        (
            pattern(rf"{begins}{led}{tail},? {who}{apart} {adverb}{SAYING}{tail}{ends}"),
            pattern(rf"{begins}{led},? {SAYING} {who}(?= ?[,:]| (?:{FIRST}|le|el|il)\b){apart}{tail}{ends}"),
            pattern(rf"{begins}{SAYING} {who}{apart}{when},? {WHERE}{tail}{ends}"),
            pattern(rf"{begins}{who}['’]s? (?:\w{{1,14}} ){{0,2}}?{medium}{tail} {reads}{ends}"),
            pattern(rf"{begins}{medium}(?: posted)? (?:by|from|of|von|de) {who}{apart}{tail} {reads}{ends}"),
            pattern(rf"{begins}{NETWORK} user {who}{apart} {SAYING}{tail}{ends}"),
        ),
        (
            pattern(rf"{behind}{who}{apart} {how}(?!\w)(?! that\b)"),
            pattern(rf"{behind}{adverb}(?:{SAYING}|{TWEETING}|so) {who}{apart}{when},? {WHERE}(?!\w)"),
            pattern(rf"{behind}{adverb}(?:{SAYING}|heißt es|hieß es) {WHERE}(?: {who}(?=[,.;\n]|$))?(?!\w)"),
            pattern(rf"{behind}{TWEETING}(?: {who}(?=[,.;\n]| on | in |$))?(?!\w)"),
            pattern(rf"{behind}reads? (?:an?|the|one|his|her|their|another) (?:\w{{1,14}} )?{medium} (?:by|from) {who}"),
        ),
    )


class _Telling(NamedTuple):
    """What tells of a quotation: where that stands, who it names, on which platform."""

    start: int
    end: int
    author: str | None
    handle: str | None
    platform: str

    def of(self, words: tuple[int, int]) -> Attribution:
        """Return it with the words that it tells of."""
        return Attribution(self.start, self.end, self.author, self.handle, None, words, self.platform)


def said(article: Article) -> Iterator[Attribution]:
    """Yield the posts that sentences quote by network, in no order; `day` is None, and what the sentence does not name."""
    text, looked = article.text, 0
    for at in _naming(article):
        block, told = article.blocks[at], 0
        for start, end in _quotations(article, at):
            looked += 1
            if looked > MOST_LOOKED:
                return
            telling = _before(text, max(block.start, told, start - REACH), start - 1)
            if telling is None and end < block.end:
                telling = _behind(text, end + 1, min(block.end, end + REACH))
            if telling:
                told = max(end, telling.end)  # a clause tells of one quotation
                yield telling.of((start, end))
        below = _set_apart(article, at)
        if below and (telling := _before(text, max(block.start, told, block.end - REACH), block.end)):
            yield telling.of(below)


def _naming(article: Article) -> Iterator[int]:
    """Yield the blocks, by index, in or below which a quotation stands and a network is named, or what can mean no other."""
    marks = spots(article.text, article.signs.intersection(OPEN + CLOSE))
    starts = [block.start for block in article.blocks] if marks else []
    # A mark may stand directly behind the block.
    quoting = {find(starts, mark) - 1 for mark in marks for find in (bisect_left, bisect_right)} - {-1}
    quoting |= {
        at - 1 for at, block in enumerate(article.blocks) if block.kind == "quote" and at and article.blocks[at - 1].kind != "quote"
    }
    for at in sorted(quoting):
        if platform_of(article.text[article.blocks[at].start : article.blocks[at].end]):
            yield at


def _before(text: str, top: int, end: int) -> _Telling | None:
    """Return what tells, in the sentence that ends at `end`, of the quotation that begins there."""
    sentence = text[top:end]
    if not sentence.rstrip().endswith((":", ",")) or platform_of(sentence) is None:
        return None
    for frame in (*_frames().before, _frames().verb):
        found = frame.search(sentence)
        platform = platform_of(found[0]) if found else None
        if found is None or platform is None:
            continue
        start, author, handle = _subject(sentence, found.start()) if frame is _frames().verb else (found.start(), *_who(found))
        return _Telling(top + start, top + found.start() + len(found[0].rstrip(" \xa0:,")), author, handle, platform)
    return None


def _behind(text: str, start: int, end: int) -> _Telling | None:
    """Return what tells, in the sentence that begins at `start`, of the quotation that ends there."""
    sentence = text[start:end]
    if platform_of(sentence) is None:
        return None
    for frame in _frames().behind:
        found = frame.match(sentence)
        platform = platform_of(found[0]) if found else None
        if found is None or platform is None:
            continue
        if NEXT.match(sentence, found.end()):
            return None
        author, handle = _who(found)
        joined = found[0].lstrip()[0] in ",–—-"
        parted = joined or text[start - 2] in ",!?" or found[0][0] in "!?"
        if text[start - 2] == "." and not joined and not ((author or handle) and ALONE.match(sentence, found.end())):
            continue  # a sentence ended; what comes is another, which tells something else too
        if author or handle or (parted and (frame is not _frames().behind[0] or _is_subject(found["who"]))):
            first = len(found[0]) - len(found[0].lstrip(" \xa0,!?–—-"))
            return _Telling(start + first, start + found.end(), author, handle, platform)
    return None


def _subject(sentence: str, end: int) -> tuple[int, str | None, str | None]:
    """Return where the subject of a verb at `end` begins, and the name and the handle that it is; where it is neither, the verb's place."""
    before = sentence[:end]
    apposed = APPOSED.search(before)
    if apposed:
        before = before[: apposed.start()] + " "
    owner = OWNER.search(before)
    handle = owner["handle"] if owner else None
    if owner:
        before = before[: owner.start()] + " "
    matched = BEFORE.search(before)
    name = _named(matched["name"]) if matched else None
    if name is None and apposed and (called := apposed[0].strip(", ")) and _named(called) == called:  # the mayor, NAME, wrote
        return apposed.start() + 2, called, handle
    return (before.rindex(name) if name else owner.start("at") if owner else end), name, handle


def _who(found: re.Match[str]) -> tuple[str | None, str | None]:
    """Return the name and the handle that a match has for who said so."""
    return _named(found["who"].rstrip(".")) if found["who"] else None, found["handle"] or found["alone"]


def _is_subject(words: str | None) -> bool:
    """Tell whether words that are no name can be who said so: "he", "the ministry"; not "and later"."""
    parts = (words or "").casefold().split()
    return bool(parts) and parts[0] in NO_NAMES and LEADS.isdisjoint(parts)


def _named(written: str) -> str | None:
    """Return the name at the end of some words: capitals and particles; None where it is no name."""
    words = written.split()
    kept: list[str] = []
    for word in reversed(words):
        if not (word[0].isupper() or (kept and word in PARTICLES)):
            break
        kept.insert(0, word)
        if word[-1] in ".!?" and len(word) > 4:  # the end of a sentence, and no title
            kept.pop(0)
            break
    while kept and (kept[0].casefold() in LEADS or kept[0] in PARTICLES):
        if kept.pop(0).casefold() in PREPOSITIONS:  # On Monday NAME, In Paris NAME: where the name begins nothing says
            return None
    if not kept or any(word.casefold() in NO_NAMES for word in kept if word not in PARTICLES):
        return None
    if all(word.casefold() in TITLES for word in kept):  # the President-elect
        return None
    owned = _owner(words[: len(words) - len(kept)])
    if owned is not None:  # the mayor of NAME; NAME of the council
        return _named(" ".join(owned)) if owned[-1][0].isupper() else None
    if len(kept) == 1 and not kept[0].isupper() and words[-2:-1] and words[-2].casefold() in DETERMINERS:  # der Minister
        return None
    name = " ".join(kept)
    return name if name in written and len(kept[-1]) > 1 else None


def _owner(words: list[str]) -> list[str] | None:
    """Return the words before an "of" that words end with, an article behind it apart; None where they end with none."""
    end = len(words)
    while end and words[end - 1].casefold() in NO_NAMES | DETERMINERS and words[end - 1] not in POSSESSIVE:
        end -= 1
    return words[: end - 1] if end > 1 and words[end - 1] in POSSESSIVE else None


def _quotations(article: Article, at: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the words in quotation marks, long enough, that begin in a block."""
    block, done = article.blocks[at], 0
    for start in spots(article.text, article.signs.intersection(OPEN), block.start, block.end + 1):
        if start < done or start == block.end + 1:
            continue
        end = _closing(article, at, start)
        if end is not None:
            done = end + 1
            if LEAST <= end - start - 1 <= MOST:
                yield start + 1, end


def _closing(article: Article, at: int, start: int) -> int | None:
    """Return where the quotation ends that the mark at `start` opens; one that its paragraph leaves open goes on in the next."""
    text, mark = article.text, article.text[start]
    for block in article.blocks[at : at + MOST_BLOCKS]:
        if block.start > start and text[block.start] != mark:
            return None
        first = max(start, block.start) + 1
        closing = '"' if mark == '"' and "“" in text[first : block.end] else CLOSING[mark]  # some close with the other kind, by mistake
        ends = [end for sign in closing if (end := text.find(sign, first, block.end)) >= 0]
        if ends:
            return min(ends)
    return None


def _set_apart(article: Article, at: int) -> tuple[int, int] | None:
    """Return the span of the quotation that is set apart below a paragraph which announces it."""
    below = list(takewhile(lambda block: block.kind == "quote", article.blocks[at + 1 : at + 1 + MOST_BLOCKS]))
    if not below or article.blocks[at].kind == "quote" or article.text[article.blocks[at].end - 1] not in ":,":
        return None
    span = below[0].start, below[-1].end
    return span if LEAST <= span[1] - span[0] <= MOST else None
