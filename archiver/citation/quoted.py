"""Quoted posts: an attribution line, the links in it, and the status address elsewhere in the article that is the same post.

An attribution fits a status address when the handle is the same and the id was given out on the printed day; where no id fits the day, one
of the days beside it (what X prints is UTC, what a person copies from a screen is local time). The address in the line itself, behind the
date or on it, is the one it belongs to, also under another handle: accounts are renamed. Otherwise as many posts must fit as there are
quotations of that handle and day (one, as a rule), and they pair in reading order. A quotation without a day is the post that is linked in
its very sentence, or embedded with the same words. In every other case the quotation is a mention: a guess is never made into a fact.

The key of a mention is made of handle, day and words, so that it is the same in the next run, and for the same quotation elsewhere.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote

from archiver.article.article import Article
from archiver.citation.attribution import Attribution
from archiver.citation.citation import Claims, Reference
from archiver.citation.links_in_text import TextLink
from archiver.citation.sighting import Sighting, in_body

X, BLUESKY = "x", "bluesky"
BELOW = 20  # characters between a sentence and what is shown directly below it
EPOCH = 1_288_834_974_657  # milliseconds: the beginning of X's snowflakes
LEAST = 24  # letters from which words tell a post
FIRST = 29_700_859_247  # the first id that is one
STATUS = re.compile(r"/(?P<handle>[A-Za-z0-9_]{1,20})/status(?:es)?/(?P<id>[0-9]{5,19})(?![0-9])")
POSTS = {X: STATUS, BLUESKY: re.compile(r"/profile/(?P<handle>[^/?#]{1,253})/post/")}
SORTED = "234567abcdefghijklmnopqrstuvwxyz"
RECORD_KEY = re.compile(r"[234567a-j][2-7a-z]{12}")  # "TID" of the AT protocol
START = datetime(1970, 1, 1, tzinfo=UTC)
HASHTAG_URL = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/hashtag/(?P<tag>[^/?#]+)", re.IGNORECASE)
PICTURE = re.compile(r"(?:https?://)?pic\.(?:twitter|x)\.com/", re.IGNORECASE)
QUOTING = re.compile(r"[ \t]*(?:>[ \t]?)+")
HASHTAG = re.compile(r"(?<![\w&/])[#＃]([^\s#＃.,،;؛:!?؟()«»“”\"'<>\[\]{}]+)")


@dataclass(frozen=True, slots=True)
class Inside:
    """The links that stand in the words and the line of an attribution: of running text, of markup."""

    links: tuple[tuple[TextLink, Sighting], ...] = ()
    marked: tuple[Sighting, ...] = ()


def links_inside(quoted: Sequence[Attribution], written: Sequence[tuple[TextLink, Sighting]], marked: Sequence[Sighting]) -> list[Inside]:
    """Return what stands inside each attribution; in posts pasted as text (no day), nothing: their links are the article's."""
    links = sorted((link.start, link.end, number) for number, (link, _) in enumerate(written))
    hyper = sorted((one.start, one.end, number) for number, one in enumerate(marked) if one.kind == "link" and one.end > one.start)
    found = []
    for one in quoted:
        spans = ((one.start, one.end), *((one.words,) if one.words else ())) if one.day else ()
        in_text = tuple(written[number] for span in spans for number in _within(links, *span))
        found.append(Inside(in_text, tuple(marked[number] for span in spans for number in _within(hyper, *span))))
    return found


def _within(spans: Sequence[tuple[int, int, int]], start: int, end: int) -> Iterator[int]:
    """Yield the numbers of the sorted (start, end, number) that lie within [start, end)."""
    for at in range(bisect_left(spans, (start, 0, 0)), bisect_left(spans, (end, 0, 0))):
        if spans[at][1] <= end:
            yield spans[at][2]


def statuses_of(
    article: Article, quoted: Sequence[Attribution], inner: Sequence[Inside], sightings: Sequence[Sighting]
) -> dict[int, Sighting]:
    """Return the status sighting that is the same post as a quotation, by the start of its attribution, where that is certain."""
    by_handle: dict[tuple[str, str], dict[str, Sighting]] = {}
    for sighting in sightings:
        if handle := _handle(sighting):
            by_handle.setdefault((sighting.reference.platform, handle), {}).setdefault(sighting.reference.key, sighting)
    owners = _undated(article, [found for found in quoted if not found.day], sightings)
    lines: dict[tuple[str, str, date], list[Attribution]] = {}
    for found, inside in zip(quoted, inner, strict=True):
        if not found.day or not found.handle:
            continue
        handle = found.handle.lower()
        own = [one for one in (*(s for _, s in inside.links), *inside.marked) if _handle(one) == handle or _is_date(one, found)]
        if own and own[-1].reference.platform == found.platform and _fits(own[-1], found.day, 1):
            owners[found.start] = own[-1]
        else:
            lines.setdefault((found.platform, handle, found.day), []).append(found)
    claimed = {owner.reference.key for owner in owners.values()}
    for (platform, handle, day), group in lines.items():
        free = [one for one in by_handle.get((platform, handle), {}).values() if one.reference.key not in claimed]
        fitting = [one for one in free if _fits(one, day, 0)] or [one for one in free if _fits(one, day, 1)]
        if len(fitting) == len(group):
            owners |= {found.start: one for found, one in zip(group, sorted(fitting, key=lambda one: one.start), strict=True)}
    return owners


def _is_date(sighting: Sighting, found: Attribution) -> bool:
    """Tell whether an address of a post ends the line, as the date of an embed links to it, whatever its owner is called by now."""
    return sighting.end == found.end and _handle(sighting) is not None


def _undated(article: Article, quoted: Sequence[Attribution], sightings: Sequence[Sighting]) -> dict[int, Sighting]:
    """Return the one post that a quotation without a day is: linked in its very sentence, or embedded with the same words."""
    posts = [one for one in sightings if one.reference.id] if quoted else []
    told = [(one, _plain(one.claims.text)) for one in posts if one.claims.text]
    owners: dict[int, Sighting] = {}
    for found in quoted:
        words = _plain(article.text[slice(*found.words)]) if found.words else ""
        end = max(found.end, found.words[1] if found.words else 0)
        linked = [
            one for one in posts if found.start < one.end and one.start < one.end <= end
        ]  # who said it may be in the link: `Ann, said`
        same = linked or [one for one, text in told if len(words) >= LEAST and words in text]
        keys = {one.reference.key for one in same if one.reference.platform == found.platform}
        if len(keys) == 1:
            owners[found.start] = next(one for one in same if one.reference.key in keys)
    return owners


def is_shown_below(article: Article, found: Attribution, sightings: Sequence[Sighting]) -> bool:
    """Tell whether a post of the network is shown directly below a sentence that quotes one: it is that, perhaps translated.

    No proof that it is the same, so it says nothing of the post; but a mention beside it would be of a post that the article shows.
    """
    if found.day or found.handle:
        return False
    end = max(found.end, found.words[1] if found.words else 0)
    return any(
        one.kind == "embed" and one.reference.platform == found.platform and 0 <= one.start - end <= BELOW
        and not any(map(str.isalnum, article.text[end : one.start]))
        for one in sightings
    )  # fmt: skip


def _handle(sighting: Sighting) -> str | None:
    """Return the handle that a status address names, lower case."""
    shape = POSTS.get(sighting.reference.platform) if sighting.reference.id else None
    matched = (shape.search(sighting.url or "") or shape.search(sighting.reference.url or "")) if shape else None
    return unquote(matched["handle"]).lower() if matched else None


def _fits(sighting: Sighting, day: date, slack: int) -> bool:
    """Tell whether an id was given out on a UTC day, give or take: what X itself prints is UTC, what a reader copies is local."""
    posted = _posted(sighting.reference)
    return posted is not None and abs((posted.date() - day).days) <= slack


def _posted(reference: Reference) -> datetime | None:
    """Return when a post was made, by its id: a snowflake of X; Bluesky's record key counts microseconds in 32 sorted signs."""
    identifier = reference.id or ""
    if reference.platform == X and identifier.isdecimal():
        return START + timedelta(milliseconds=(int(identifier) >> 22) + EPOCH) if int(identifier) >= FIRST else None
    key = identifier.rpartition("/")[2]
    if reference.platform != BLUESKY or not RECORD_KEY.fullmatch(key):
        return None
    number = 0
    for sign in key:
        number = number * 32 + SORTED.index(sign)
    return START + timedelta(microseconds=(number & (2**63 - 1)) >> 10)


def quoted_sightings(article: Article, found: Attribution, owner: Sighting | None, claims: Claims) -> Iterator[Sighting]:
    """Yield the place of words and line; of each, where they stand apart."""
    reference = owner.reference if owner else _mention(found, claims.text)
    kind = "mention" if owner is None else "embed" if found.day else owner.kind
    line, words = (found.start, found.end), found.words or (found.start, found.end)
    # A sentence that only says who and where is no part of the quotation; a handle or a signature is.
    apart = (words[1] <= line[0] and article.text[words[1] : line[0]].strip()) or (found.handle is None and words != line)
    for start, end in (words, line) if apart else ((min(line[0], words[0]), max(line[1], words[1])),):
        yield Sighting(reference, kind, "attribution", None, start, end, in_body(article, start), claims=claims)


def _mention(found: Attribution, words: str | None) -> Reference:
    digest = hashlib.sha256(_plain(words).encode()).hexdigest()[:12]
    by = f"@{found.handle.lower()}" if found.handle else _plain(found.author)
    return Reference(found.platform, None, None, f"{found.platform}:{by}:{found.day.isoformat() if found.day else 'undated'}:{digest}")


def _plain(words: str | None) -> str:
    """Return letters and figures alone, as two spellings of one text have them."""
    return "".join(c for c in unicodedata.normalize("NFKC", words or "").casefold() if c.isalnum())


def claims_of(article: Article, found: Attribution, inside: Inside, owner: Sighting | None) -> Claims:
    """Return what the quotation says of the post. `owner` is its own address, and no claim."""
    words = _unmarked(article.text[slice(*found.words)]) if found.words else None
    marked = [one for one in inside.marked if one is not owner]
    addresses = [*(link.written for link, _ in inside.links), *(one.url or "" for one in marked)]
    pictures = [one for one in (*addresses, *(article.text[one.start : one.end] for one in marked)) if PICTURE.match(one)]
    tags = ["#" + tag for tag in HASHTAG.findall(words or "")] + [tag for url in addresses if (tag := hashtag(url))]
    shown = [url for url in addresses if not PICTURE.match(url) and not hashtag(url) and not STATUS.search(url)]
    return Claims(
        author=found.author,
        handle=found.handle,
        date=found.day.isoformat() if found.day else None,
        text=words,
        media=tuple(dict.fromkeys(pictures)),
        links=tuple(dict.fromkeys(shown)),
        hashtags=tuple(dict.fromkeys(tags)),
    )


def _unmarked(words: str) -> str:
    """Return words without the `>` that sets each of their lines off as a quotation, in Markdown and e-mails."""
    first, *others = words.split("\n")
    if not all(QUOTING.match(line) or not line.strip() for line in (others or [first])):
        return words
    return "\n".join(QUOTING.sub("", line).rstrip() for line in (first, *others)).strip()


def hashtag(url: str) -> str | None:
    """Return the hashtag that an address of X stands for, with its sign."""
    matched = HASHTAG_URL.match(url)
    return "#" + unquote(matched["tag"]) if matched else None
