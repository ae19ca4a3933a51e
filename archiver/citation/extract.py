"""Extract: what an article cites, in reading order, each thing once with every place.

The passes, each of which sees what the ones before it took:
  1. embeds that platforms recognise in markup, then hyperlinks outside of them    `links_in_markup`
  2. addresses in running text outside of both                                     `links_in_text`
  3. in dumps: blocks of links, and the words that point to them                   `link_block`
  4. attribution lines and the words above them, posts pasted as text              `attribution`, `pasted`

Then what belongs together is joined. An attribution line whose handle and date fit a status address elsewhere in the article (the id tells
its day) is that post, shown in the article: one embed, with both places. An attribution that fits none, or more than one, is a mention:
a guess is never made into a fact. What stands in a quoted post (its t.co links, hashtags, pictures) is among its claims and no citation.

A citation's kind is the strongest of its places' (embed, link, mention), it is in the body if one of its places is, and its claims are those
of all its places, in reading order.
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote

from archiver.article.article import Article
from archiver.citation.attribution import Attribution, attributions
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.link_block import LinkBlock, Page, link_blocks
from archiver.citation.links_in_markup import Covered, embeds, hyperlinks, is_control
from archiver.citation.links_in_text import TextLink, links_in_text
from archiver.citation.pasted import pasted
from archiver.citation.place import describe
from archiver.citation.platform import Platform
from archiver.citation.sighting import Sighting, identify
from archiver.url import resolve

X = "x"
EPOCH = 1_288_834_974_657  # milliseconds: the beginning of X's snowflakes
FIRST = 29_700_859_247  # the first id that is one
DUMPS = frozenset({"text/plain", "application/pdf"})
NOTHING = Claims()
KINDS = ("embed", "link", "mention")
STATUS = re.compile(r"/(?P<handle>[A-Za-z0-9_]{1,20})/status(?:es)?/(?P<id>[0-9]{5,19})(?![0-9])")
HASHTAG_URL = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/hashtag/(?P<tag>[^/?#]+)", re.IGNORECASE)
SHORT = re.compile(r"(?:https?://)?t\.co/", re.IGNORECASE)
PICTURE = re.compile(r"(?:https?://)?pic\.(?:twitter|x)\.com/", re.IGNORECASE)
WIDGET = re.compile(r"[?&](?:ref_src=twsrc|src=hash)", re.IGNORECASE)  # how the links of an embedded post are marked
HASHTAG = re.compile(r"(?<![\w&/])[#＃]([^\s#＃.,،;؛:!?؟()«»“”\"'<>\[\]{}]+)")


def extract(article: Article, platforms: Sequence[Platform]) -> tuple[Citation, ...]:
    """Return what an article cites, in reading order.

    `platforms` are asked in order; the last one is `web`, which claims every URL.
    """
    sightings, covered = _in_markup(article, platforms)
    links = _in_text(article, platforms, covered)
    blocks = link_blocks(article.text, links) if article.document is None and article.media_type in DUMPS else []
    shown = _union((one.start, one.end) for one in sightings if one.kind == "embed")
    gaps = [(block.start, block.end) for block in blocks]
    quoted = [one for one in attributions(article, gaps) if not _touches(shown, one.start, one.end)]
    taken = _union((*shown, *((one.start, one.end) for one in quoted), *(one.words for one in quoted if one.words)))
    quoted += [one for one in pasted(article) if not _touches(taken, one.start, one.end)]
    return _gathered(article, _joined(article, platforms, sightings, links, blocks, quoted))


def _in_markup(article: Article, platforms: Sequence[Platform]) -> tuple[list[Sighting], Covered]:
    covered = Covered()
    if article.document is None:
        return [], covered
    found = list(embeds(article.document, platforms, covered))
    return found + list(hyperlinks(article, article.document, platforms, covered)), covered


def _in_text(article: Article, platforms: Sequence[Platform], covered: Covered) -> list[TextLink]:
    def known(url: str) -> bool:
        return any(platform.identify(url) for platform in platforms[:-1])

    dump = article.document is None and article.media_type in DUMPS
    taken = _union(covered.spans)
    return [link for link in links_in_text(article.text, known, broken_lines=dump) if not _touches(taken, link.start, link.end)]


def _union(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans that are not empty, sorted, those that overlap as one."""
    union: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if union and start < union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        elif start < end:
            union.append((start, end))
    return union


def _touches(union: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether [start, end) meets one of the spans of a union."""
    at = bisect_right(union, (end - 1, sys.maxsize)) - 1
    return at >= 0 and start < union[at][1]


# ------------------------------------------------------------------ joining


def _joined(
    article: Article,
    platforms: Sequence[Platform],
    marked: list[Sighting],
    links: Sequence[TextLink],
    blocks: Sequence[LinkBlock],
    quoted: Sequence[Attribution],
) -> list[Sighting]:
    written = _text_sightings(article, links, platforms)
    parts = _parts_of_embeds(blocks, platforms)
    owners = _owners(quoted, [*marked, *(sighting for _, sighting in written)])
    inner = _inner(quoted, written, marked)
    taken = {id(link) for inside in inner for link, _ in inside.links} | {id(link) for owned in parts.values() for link in owned}
    kept = {id(owner) for owner in owners.values()}
    taken |= {id(sighting) for inside in inner for sighting in inside.marked} - kept
    sightings = [one for one in marked if id(one) not in taken]
    sightings += [sighting for link, sighting in written if id(link) not in taken or id(sighting) in kept]
    for found, inside in zip(quoted, inner, strict=True):
        owner = owners.get(found.start)
        claims = _claims(article, found, inside, owner)
        sightings.extend(_shown(article, found, owner, claims))
    sightings = [_with_parts(one, parts) for one in sightings]
    return sightings + _inferred(article, blocks, sightings)


def _text_sightings(article: Article, links: Sequence[TextLink], platforms: Sequence[Platform]) -> list[tuple[TextLink, Sighting]]:
    """Return the sightings of addresses in text; each address is identified once, however often it stands there."""
    known: dict[str, tuple[Reference, bool] | None] = {}
    found = []
    for link in links:
        if link.url not in known:
            url = resolve(link.url)
            reference = identify(url, platforms) if url else None
            known[link.url] = (reference, is_control(url)) if url and reference else None
        if cited := known[link.url]:
            in_body = not cited[1] and _in_body(article, link.start)
            found.append((link, Sighting(cited[0], "link", "text", link.written, link.start, link.end, in_body)))
    return found


def _in_body(article: Article, offset: int) -> bool:
    if article.document is not None:
        element = article.document.element_at(offset)
        return element is None or article.document.in_body(element)
    block = article.block_at(offset)
    return block is None or block[1].in_body


@dataclass(frozen=True, slots=True)
class _Inside:
    """The links that stand in the words and the line of an attribution: of running text, of markup."""

    links: tuple[tuple[TextLink, Sighting], ...] = ()
    marked: tuple[Sighting, ...] = ()


def _inner(quoted: Sequence[Attribution], written: Sequence[tuple[TextLink, Sighting]], marked: Sequence[Sighting]) -> list[_Inside]:
    """Return what stands inside each attribution; in posts pasted as text (no day), nothing: their links are the article's."""
    links = sorted((link.start, link.end, number) for number, (link, _) in enumerate(written))
    hyper = sorted((one.start, one.end, number) for number, one in enumerate(marked) if one.kind == "link" and one.end > one.start)
    found = []
    for one in quoted:
        spans = ((one.start, one.end), *((one.words,) if one.words else ())) if one.day else ()
        in_text = tuple(written[number] for span in spans for number in _within(links, *span))
        found.append(_Inside(in_text, tuple(marked[number] for span in spans for number in _within(hyper, *span))))
    return found


def _within(spans: Sequence[tuple[int, int, int]], start: int, end: int) -> Iterator[int]:
    """Yield the numbers of the sorted (start, end, number) that lie within [start, end)."""
    for at in range(bisect_left(spans, (start, 0, 0)), bisect_left(spans, (end, 0, 0))):
        if spans[at][1] <= end:
            yield spans[at][2]


# -------------------------------------------------- attributions and statuses


def _owners(quoted: Sequence[Attribution], statuses: Sequence[Sighting]) -> dict[int, Sighting]:
    """Return the status sighting that each attribution (by its start) belongs to, where exactly one post fits, or as many as lines."""
    by_handle: dict[str, dict[str, Sighting]] = {}
    for sighting in statuses:
        if sighting.reference.platform != X or not sighting.reference.id:
            continue
        matched = STATUS.search(sighting.url or "") or STATUS.search(sighting.reference.url or "")
        if matched:
            by_handle.setdefault(matched["handle"].lower(), {}).setdefault(sighting.reference.key, sighting)
    lines: dict[tuple[str, date], list[Attribution]] = {}
    for found in quoted:
        if found.day:
            lines.setdefault((found.handle.lower(), found.day), []).append(found)
    owners: dict[int, Sighting] = {}
    for (handle, day), group in lines.items():
        fitting = [one for one in by_handle.get(handle, {}).values() if _fits(one.reference.id, day, 0)]
        fitting = fitting or [one for one in by_handle.get(handle, {}).values() if _fits(one.reference.id, day, 1)]
        if len(fitting) == 1:
            owners |= {found.start: fitting[0] for found in group[:1]}
        elif len(fitting) == len(group):
            owners |= {found.start: one for found, one in zip(group, sorted(fitting, key=lambda one: one.start), strict=True)}
    return owners


def _fits(identifier: str | None, day: date, slack: int) -> bool:
    """Tell whether an id was given out on a UTC day, give or take: what X itself prints is UTC, what a reader copies is local."""
    if identifier is None or int(identifier) < FIRST:
        return False
    posted = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=(int(identifier) >> 22) + EPOCH)
    return abs((posted.date() - day).days) <= slack


def _shown(article: Article, found: Attribution, owner: Sighting | None, claims: Claims) -> Iterator[Sighting]:
    """Yield the place of words and line; of each, where something else stands between them."""
    reference = owner.reference if owner else _mention(found, claims.text)
    kind = "embed" if owner else "mention"
    line, words = (found.start, found.end), found.words or (found.start, found.end)
    apart = words[1] <= line[0] and article.text[words[1] : line[0]].strip()
    for start, end in (words, line) if apart else ((min(line[0], words[0]), max(line[1], words[1])),):
        yield Sighting(reference, kind, "attribution", None, start, end, _in_body(article, start), claims=claims)


def _mention(found: Attribution, words: str | None) -> Reference:
    plain = "".join(c for c in unicodedata.normalize("NFKC", words or "").casefold() if c.isalnum())
    digest = hashlib.sha256(plain.encode()).hexdigest()[:12]
    return Reference(X, None, None, f"{X}:@{found.handle.lower()}:{found.day.isoformat() if found.day else 'undated'}:{digest}")


def _claims(article: Article, found: Attribution, inside: _Inside, owner: Sighting | None) -> Claims:
    words = article.text[slice(*found.words)] if found.words else None
    marked = [one for one in inside.marked if one is not owner]
    addresses = [*(link.written for link, _ in inside.links), *(one.url or "" for one in marked)]
    pictures = [one for one in (*addresses, *(article.text[one.start : one.end] for one in marked)) if PICTURE.match(one)]
    tags = ["#" + tag for tag in HASHTAG.findall(words or "")] + [tag for url in addresses if (tag := _hashtag(url))]
    shown = [url for url in addresses if not PICTURE.match(url) and not _hashtag(url) and not STATUS.search(url)]
    return Claims(
        author=found.author,
        handle=found.handle,
        date=found.day.isoformat() if found.day else None,
        text=words,
        media=tuple(dict.fromkeys(pictures)),
        links=tuple(dict.fromkeys(shown)),
        hashtags=tuple(dict.fromkeys(tags)),
    )


def _hashtag(url: str) -> str | None:
    matched = HASHTAG_URL.match(url)
    return "#" + unquote(matched["tag"]) if matched else None


# ----------------------------------------------------------- blocks of links


def _parts_of_embeds(blocks: Sequence[LinkBlock], platforms: Sequence[Platform]) -> dict[str, list[TextLink]]:
    """Return, by key of an embedded post, the links of blocks that are parts of it: its hashtags and t.co links stand just before it."""
    parts: dict[str, list[TextLink]] = {}
    for block in blocks:
        pending: list[TextLink] = []
        for link in block.links:
            url = resolve(link.url)
            reference = identify(url, platforms) if url else None
            if SHORT.match(link.written) or PICTURE.match(link.written) or (reference and not reference.id and WIDGET.search(link.written)):
                pending.append(link)
                continue
            if reference and reference.id and WIDGET.search(link.written):
                parts.setdefault(reference.key, []).extend(pending)
            pending = []
    return parts


def _with_parts(sighting: Sighting, parts: dict[str, list[TextLink]]) -> Sighting:
    owned = parts.get(sighting.reference.key) if sighting.kind == "embed" or sighting.via == "text" else None
    if not owned:
        return sighting
    claims = Claims(
        media=tuple(link.written for link in owned if PICTURE.match(link.written)),
        links=tuple(link.written for link in owned if not PICTURE.match(link.written) and not _hashtag(link.written)),
        hashtags=tuple(tag for link in owned if (tag := _hashtag(link.written))),
    )
    return replace(sighting, claims=sighting.claims.merged(claims))


def _inferred(article: Article, blocks: Sequence[LinkBlock], sightings: Sequence[Sighting]) -> list[Sighting]:
    """Return a sighting at the words that point to a link of a block, for each link that words point to."""
    shown = {one.reference.key: one for one in sightings if one.kind == "embed"}
    by_start = {one.start: one for one in sightings if one.via == "text"}
    found: list[Sighting] = []
    for block in blocks:
        page = Page(article.text, block)
        cited = [by_start[link.start] for link in block.links if link.start in by_start]
        anchors = [(number, shown[one.reference.key]) for number, one in enumerate(cited) if one.reference.key in shown]
        for number, one in enumerate(cited):
            if one.reference.id or one.reference.url is None:
                continue
            after = max((anchor.end for at, anchor in anchors if at < number and anchor.end <= block.start), default=block.page)
            before = min((anchor.start for at, anchor in anchors if at > number and anchor.start >= block.page), default=block.start)
            pointer = page.point(one.reference.url, after, before)
            if pointer:
                spot = {"start": pointer.start, "end": pointer.end, "via": pointer.how, "confidence": pointer.confidence}
                found.append(replace(one, inferred=True, **spot))  # type: ignore[arg-type]
    return found


# ---------------------------------------------------------------- gathering


def _gathered(article: Article, sightings: Sequence[Sighting]) -> tuple[Citation, ...]:
    groups: dict[str, list[Sighting]] = {}
    for sighting in sorted(sightings, key=lambda one: (one.start, one.order, one.end)):
        groups.setdefault(sighting.reference.key, []).append(sighting)
    return tuple(_citation(article, number, group) for number, group in enumerate(groups.values(), 1))


def _citation(article: Article, number: int, group: Sequence[Sighting]) -> Citation:
    strongest = min(group, key=lambda one: KINDS.index(one.kind))
    claims = Claims()
    for one in group:
        claims = claims if one.claims in (NOTHING, claims) else claims.merged(one.claims)
    places = tuple(
        describe(
            article, one.start, one.end, url=one.url, via=one.via, element=one.element, inferred=one.inferred, confidence=one.confidence
        )
        for one in group
    )
    return Citation(number, strongest.kind, _best_reference(group), any(one.in_body for one in group), claims, places)


def _best_reference(group: Sequence[Sighting]) -> Reference:
    """Return the reference that says most: one whose URL names a handle before one without."""
    named = (
        one.reference for one in group if one.reference.url and STATUS.search(one.reference.url) and "/i/status/" not in one.reference.url
    )
    return next(named, group[0].reference)
