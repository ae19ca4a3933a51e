"""Extract: what an article cites, in reading order, each thing once with every place.

The passes, each of which sees what the ones before it took:
  1. embeds that platforms recognise in markup                     `links_in_markup`
  2. hyperlinks outside of them                                    `links_in_markup`
  3. addresses in running text outside of both                     `links_in_text`
  4. in dumps: blocks of links, parts of embeds among them, and the words that point to the rest   `link_block`
  5. attribution lines and the words above them                    `attribution`

Then what belongs together is joined. An attribution line whose handle and date fit a status address elsewhere in the article (the id tells
its day) is that post, shown in the article: one embed, with both places. An attribution that fits none, or more than one, is a mention:
a guess is never made into a fact. What stands in a quoted post (its t.co links, hashtags, pictures) is among its claims and no citation.

A citation's kind is the strongest of its places' (embed, link, mention), it is in the body if one of its places is, and its claims are those
of all its places, in reading order.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote

from archiver.article.article import Article
from archiver.citation.attribution import Attribution, attributions
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.link_block import LinkBlock, Page, link_blocks
from archiver.citation.links_in_markup import Covered, embeds, hyperlinks, is_control
from archiver.citation.links_in_text import TextLink, links_in_text
from archiver.citation.place import describe
from archiver.citation.platform import Platform
from archiver.citation.sighting import Sighting, identify
from archiver.url import resolve

X = "x"
EPOCH = 1_288_834_974_657  # milliseconds: the beginning of X's snowflakes
FIRST = 29_700_859_247  # the first id that is one
DUMPS = frozenset({"text/plain", "application/pdf"})
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
    quoted = [
        found
        for found in attributions(article, [(block.start, block.end) for block in blocks])
        if not _touches(covered_embeds(sightings), found.start, found.end)
    ]
    return _gathered(article, _joined(article, platforms, sightings, links, blocks, quoted))


def covered_embeds(sightings: Sequence[Sighting]) -> list[tuple[int, int]]:
    """Return the spans of embeds, sorted."""
    return sorted((sighting.start, sighting.end) for sighting in sightings if sighting.kind == "embed" and sighting.end > sighting.start)


def _in_markup(article: Article, platforms: Sequence[Platform]) -> tuple[list[Sighting], Covered]:
    covered = Covered()
    if article.document is None:
        return [], covered
    found = list(embeds(article, article.document, platforms, covered))
    return found + list(hyperlinks(article, article.document, platforms, covered)), covered


def _in_text(article: Article, platforms: Sequence[Platform], covered: Covered) -> list[TextLink]:
    def known(url: str) -> bool:
        return any(platform.identify(url) for platform in platforms[:-1])

    dump = article.document is None and article.media_type in DUMPS
    taken = sorted(span for span in covered.spans if span[1] > span[0])
    return [link for link in links_in_text(article.text, known, broken_lines=dump) if not _touches(taken, link.start, link.end)]


def _touches(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether [start, end) meets one of the sorted spans; of nested ones the outer comes first."""
    at = bisect_right(spans, (end - 1, 1 << 62)) - 1
    while at >= 0 and spans[at][1] <= start and at > bisect_right(spans, (start, 0)) - 8:
        at -= 1
    return at >= 0 and spans[at][0] < end and start < spans[at][1]


# ------------------------------------------------------------------ joining


def _joined(
    article: Article,
    platforms: Sequence[Platform],
    marked: list[Sighting],
    links: Sequence[TextLink],
    blocks: Sequence[LinkBlock],
    quoted: Sequence[Attribution],
) -> list[Sighting]:
    written = [(link, sighting) for link in links if (sighting := _text_sighting(article, link, platforms))]
    parts = _parts_of_embeds(blocks, platforms)
    inner = [(found, _inside(found, written), _inside_markup(found, marked)) for found in quoted]
    taken = {id(link) for _, inside, _ in inner for link, _ in inside} | {id(link) for owned in parts.values() for link in owned}
    taken_marked = {id(sighting) for _, _, inside in inner for sighting in inside}
    statuses = [
        one for one in (*marked, *(s for link, s in written if id(link) not in taken)) if one.reference.platform == X and one.reference.id
    ]
    owners = _owners(quoted, statuses)
    sightings = [one for one in marked if id(one) not in taken_marked or _is_own(one, owners)]
    sightings += [sighting for link, sighting in written if id(link) not in taken]
    for found, inside, inside_marked in inner:
        owner = owners.get(found.start)
        claims = _claims(article, found, [link.written for link, _ in inside], [one for one in inside_marked if one is not owner])
        sightings.extend(_shown(article, found, owner, claims))
    sightings = [_with_parts(one, parts) for one in sightings]
    return sightings + _inferred(article, blocks, sightings)


def _text_sighting(article: Article, link: TextLink, platforms: Sequence[Platform]) -> Sighting | None:
    url = resolve(link.url)
    reference = identify(url, platforms) if url else None
    if reference is None or url is None:
        return None
    in_body = _in_body(article, link.start) and not is_control(url)
    return Sighting(reference, "link", "text", link.written, link.start, link.end, in_body)


def _in_body(article: Article, offset: int) -> bool:
    if article.document is not None:
        element = article.document.element_at(offset)
        return element is None or article.document.in_body(element)
    block = article.block_at(offset)
    return block is None or block[1].in_body


def _inside(found: Attribution, written: Sequence[tuple[TextLink, Sighting]]) -> list[tuple[TextLink, Sighting]]:
    first = found.words[0] if found.words else found.start
    last = max(found.end, found.words[1] if found.words else 0)
    return [pair for pair in written if first <= pair[0].start and pair[0].end <= last and not _in_gap(found, pair[0].start)]


def _in_gap(found: Attribution, offset: int) -> bool:
    """Tell whether an offset lies between words and line, where a block of links may stand."""
    return bool(found.words) and found.words is not None and found.words[1] <= offset < found.start


def _inside_markup(found: Attribution, marked: Sequence[Sighting]) -> list[Sighting]:
    spans = [(found.start, found.end), *([found.words] if found.words else [])]
    return [one for one in marked if one.kind == "link" and any(start <= one.start < one.end <= end for start, end in spans)]


# -------------------------------------------------- attributions and statuses


def _owners(quoted: Sequence[Attribution], statuses: Sequence[Sighting]) -> dict[int, Sighting]:
    """Return the status sighting that each attribution (by its start) belongs to, where exactly one post fits, or as many as lines."""
    by_handle: dict[str, dict[str, Sighting]] = {}
    for sighting in statuses:
        matched = STATUS.search(sighting.url or "") or STATUS.search(sighting.reference.url or "")
        if matched:
            by_handle.setdefault(matched["handle"].lower(), {}).setdefault(sighting.reference.key, sighting)
    lines: dict[tuple[str, date], list[Attribution]] = {}
    for found in quoted:
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


def _is_own(sighting: Sighting, owners: dict[int, Sighting]) -> bool:
    return any(sighting is owner for owner in owners.values())


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
    return Reference(X, None, None, f"{X}:@{found.handle.lower()}:{found.day.isoformat()}:{digest}")


def _claims(article: Article, found: Attribution, written: Sequence[str], marked: Sequence[Sighting]) -> Claims:
    words = article.text[slice(*found.words)] if found.words else None
    addresses = [*written, *(one.url or "" for one in marked)]
    texts = [article.text[one.start : one.end] for one in marked]
    media = [one for one in (*written, *texts) if PICTURE.match(one)]
    tags = ["#" + tag for tag in HASHTAG.findall(words or "")] + [tag for url in addresses if (tag := _hashtag(url))]
    shown = [url for url in addresses if not PICTURE.match(url) and not _hashtag(url) and not STATUS.search(url)]
    return Claims(
        author=found.author,
        handle=found.handle,
        date=found.day.isoformat(),
        text=words,
        media=tuple(dict.fromkeys(media)),
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
        claims = claims.merged(one.claims)
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
