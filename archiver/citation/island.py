"""Island: posts in the JSON that a page carries for its scripts and for search engines. Lenient to read, strict to believe.

A page's state is full of addresses: links, share buttons, the author's profiles, every story of the day. So an address counts as a post
that the article shows only where

  * a known platform has it for a post or a player, never `web`, and
  * the JSON says so: a key or a `type`, `provider`, `__typename` … around it speaks of embeds (`SHOWS`), and no key on the way speaks of
    something else (`ELSE`); or it stands in a string of HTML as an embed, or in JSON-LD under a property that means it; and
  * its place is known: the words before and behind it in the same list, or in the same HTML, stand in the article's body. A list whose
    words stand nowhere in it is another story's, and what is only in there is not in the body.

Words are taken from the innermost list around the post that has any. JSON-LD of the article itself is believed without them (`main`).

Read are JSON scripts, assignments of JSON in scripts (`window.__INITIAL_STATE__ =`, `Fusion.globalContent =`), `JSON.parse("…")`, and JSON
in attributes. A queue and limits, no recursion: no nesting and no size costs more than its share.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from archiver.article.document import Document
from archiver.citation.hollow import hollow
from archiver.citation.links_in_markup import Covered, embeds
from archiver.citation.platform import Hit, Platform
from archiver.citation.sighting import of_host
from archiver.citation.wrapped import unwrap
from archiver.url import absolute, parts

LONGEST = 8 << 20  # characters of one script that are looked at
NODES = 60_000  # JSON values of one script
FRAGMENT = 300_000  # characters of one string of HTML
MOST = 300  # posts of one script
FAR = 2_000  # strings that are looked at for the words around one
PROSE = 40  # characters from which a string says where it stands
CLUES = (  # one of them stands in every script that can hold a post; most hold none
    "status/", "statuses/", "iframe", "blockquote", "mbed", "outu", "instagram.com", "t.me", "facebook.com", "tiktok.com", "bsky.app",
    "reddit.com", "vimeo.com", "threads.", "dailymotion", "weet", "spotify", "soundcloud", "twitch", "rumble", "vk.com", "/@",
)  # fmt: skip
SHOWS = re.compile(
    r"embed|tweet|twitter|instagram|facebook|tiktok|telegram|reddit|bluesky|bsky|mastodon|threads|youtube|vimeo|video|social|media|player|rich"
    r"|external_?content",
    re.IGNORECASE,
)
ELSE = re.compile(
    r"share|sharing|profile|author|byline|credit|publisher|sameAs|follow|account|related|recirc|recommend|trending|popular|latest|footer|header"
    r"|navigation|menu|config|settings|breadcrumb|taxonomy|sponsor|teaser|promo|sidebar|href|canonical|thumbnail|avatar|logo|hyperlink",
    re.IGNORECASE,
)
KINDS = (
    "type", "subtype", "provider", "providerName", "__typename", "kind", "service", "component", "nodeType", "embedType", "name", "_type",
)  # fmt: skip
NUMBERED = {  # keys under which a post's id stands alone: its address
    "tweetid": "https://x.com/i/status/{}", "youtubeid": "https://www.youtube.com/watch?v={}", "youtubevideoid": "https://www.youtube.com/watch?v={}",
}  # fmt: skip
NUMBER = re.compile(r"[0-9]{8,20}|[A-Za-z0-9_-]{11}")
# JSON-LD: properties that mean what the article shows or rests on, and the ones that lead elsewhere
LD_SHOWS = frozenset({"embedUrl", "citation", "isBasedOn", "isBasedOnUrl", "sharedContent", "associatedMedia", "subjectOf"})
LD_AWAY = frozenset({
    "itemListElement", "sameAs", "author", "publisher", "creator", "relatedLink", "breadcrumb", "potentialAction", "significantLink",
    "logo", "mainEntityOfPage", "isPartOf", "hasPart", "mentions", "about", "comment", "thumbnailUrl", "description",
})  # fmt: skip
ARTICLES = re.compile(r"(?:Article|Posting|BlogPost|Report|Review)$")
# Looked for at the sign, which is faster than at the names: those begin with anything.
ASSIGNED = re.compile(r"=\s{0,20}(?P<parse>JSON\.parse\(\s{0,20})?(?=[{\[\"])")
STATE = re.compile(
    r"(?:(?:__[A-Za-z_]{1,60}__|[Ss]tate|STATE|[Dd]ata|DATA|[Cc]ontent|preloads)[\w$]{0,40}"
    r"|(?:window|self|globalThis|root|App)(?:\.|\[[\"'])[\w$.]{1,60})[\"'\]]{0,3}\s{0,20}\Z"
)
WRAPPING = re.compile(r"^\s*(?:<!--|/\*<!\[CDATA\[\*/)|(?:-->|/\*\]\]>\*/)\s*$")
URL = re.compile(r"https?://[^\s\"'<>]{4,2000}")
TAGS = re.compile(r"<[^<>]{0,2000}>")
HTML = re.compile(r"<(?:p|a|div|iframe|blockquote|figure|script|span|h[1-6]|amp-)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Find:
    """A post in JSON: the hit, the words before and behind it where there are any, and whether it is the page's own story's for certain."""

    hit: Hit
    before: str = ""
    after: str = ""
    main: bool = False


class _Leaf(NamedTuple):
    """A string in JSON: the keys that lead to it, innermost last; the lists around it, with its index in each; the kinds around it."""

    text: str
    keys: tuple[str, ...]
    lists: tuple[tuple[int, int], ...]
    kinds: tuple[str, ...]


def finds(
    text: str, platforms: Sequence[Platform], via: str, known: AbstractSet[str], *, kind: str = "", name: str = "", trusted: bool = False
) -> Iterator[Find]:
    """Yield the posts that JSON in a script or an attribute shows, by the rules of this module, apart from those that are known.

    `known` are keys of references; `kind` and `name` are a script's type and id; `trusted` where all of the JSON is about one embed.
    """
    if len(text) > LONGEST or not any(clue in text for clue in CLUES):
        return
    ld, left = "ld+json" in kind.lower(), MOST
    for value in _values(text, plain=trusted or "json" in kind.lower() or name == "__NEXT_DATA__", table=name == "__NUXT_DATA__"):
        leaves = list(_leaves(value, away=LD_AWAY if ld else frozenset()))
        told = [at for at, leaf in enumerate(leaves) if _may_show(leaf)]
        for at in sorted(told, key=lambda at: "<" not in leaves[at].text):  # markup first: it has claims
            for find in _shown(leaves[at], platforms, via, ld=ld, trusted=trusted):
                left -= 1
                if left < 0:
                    return
                if find.hit.reference.key in known:
                    continue
                before, after = (find.before, find.after) if find.before or find.after or trusted else _around(leaves, at)
                yield replace(find, before=before, after=after)


def _values(text: str, *, plain: bool, table: bool) -> Iterator[Any]:
    """Yield the JSON values of a text: itself, put together where it is a table, or those that are assigned in a script."""
    if plain:
        with suppress(ValueError, RecursionError):
            value = json.loads(WRAPPING.sub("", text), strict=False)
            yield _linked(value) if table and isinstance(value, list) else value
        return
    decoder, at = json.JSONDecoder(strict=False), 0
    for _ in range(40):
        found = next((one for one in ASSIGNED.finditer(text, at) if STATE.search(text, max(at, one.start() - 150), one.start())), None)
        if found is None:
            return
        at = found.end()
        try:
            value, at = decoder.raw_decode(text, at)
            yield json.loads(value, strict=False) if isinstance(value, str) and found["parse"] else value
        except (ValueError, RecursionError):
            continue


def _linked(table: list[Any]) -> Any:
    """Return the value that a table of `devalue` (Nuxt) is for: every number in its lists and objects is the row of what stands there.

    Rows are put together once, however often they are named; one that is named within itself is left out there.
    """
    made: dict[int, Any] = {}

    def of(row: Any) -> Any:
        if not isinstance(row, int) or isinstance(row, bool) or not 0 <= row < len(table):
            return None
        if row in made:
            return made[row]
        made[row] = None
        value = table[row]
        if isinstance(value, dict):
            made[row] = {key: of(one) for key, one in value.items()}
        elif isinstance(value, list):
            wrapped = bool(value) and isinstance(value[0], str)  # ["Reactive", 1]: a kind of value, and its row
            made[row] = of(value[1]) if wrapped and len(value) > 1 else None if wrapped else [of(one) for one in value]
        else:
            made[row] = value
        return made[row]

    return of(0)


def _leaves(value: Any, away: frozenset[str]) -> Iterator[_Leaf]:
    """Yield the strings of a JSON value in its order."""
    stack: list[tuple[Any, tuple[str, ...], tuple[tuple[int, int], ...], tuple[str, ...]]] = [(value, (), (), ())]
    left, number = NODES, 0
    while stack and left:
        left -= 1
        value, keys, lists, kinds = stack.pop()
        if isinstance(value, str):
            yield _Leaf(value, keys, lists, kinds)
        elif isinstance(value, list):
            number += 1
            stack += [(one, keys, (*lists[-5:], (number, at)), kinds) for at, one in reversed(list(enumerate(value[:left])))]
        elif isinstance(value, dict):
            said = [str(value[key]) for key in KINDS if isinstance(value.get(key), str)]
            if isinstance(value.get("@type"), str):
                said.append(value["@type"])
            around = (*kinds[-7:], " ".join(said)[:200])
            stack += [(one, (*keys[-7:], key), lists, around) for key, one in reversed(value.items()) if key not in away]


def _may_show(leaf: _Leaf) -> bool:
    """Tell whether a string has a sign of markup or an address in it, or stands for a number of something: most have not."""
    return "<" in leaf.text or "//" in leaf.text or (bool(leaf.keys) and leaf.keys[-1].replace("_", "").lower() in NUMBERED)


def _shown(leaf: _Leaf, platforms: Sequence[Platform], via: str, *, ld: bool, trusted: bool) -> Iterator[Find]:
    text = leaf.text
    main = ld and any(ARTICLES.search(kind) for kind in leaf.kinds)
    if "<" in text and HTML.search(text) and len(text) < FRAGMENT:
        if not any(map(ELSE.search, leaf.keys)):
            yield from _in_markup(text, platforms, via, main=main)
        return
    last = leaf.keys[-1] if leaf.keys else ""
    if (named := NUMBERED.get(last.replace("_", "").lower())) and NUMBER.fullmatch(text):
        text = named.format(text)
    if not text.startswith("//") and "://" not in text[:FRAGMENT]:
        return
    if ld and last in ("articleBody", "text"):
        for found in URL.finditer(text[:FRAGMENT]):
            hit = _hit(found[0].rstrip(".,;:!?)»”’"), platforms, via)
            if hit:
                yield Find(hit, text[max(0, found.start() - 200) : found.start()], text[found.end() : found.end() + 200], main)
    elif LD_SHOWS.intersection(leaf.keys) if ld else _says_so(leaf, trusted=trusted):
        hit = _hit(text, platforms, via)
        if hit:
            yield Find(hit, main=main)


def _says_so(leaf: _Leaf, *, trusted: bool) -> bool:
    """Tell whether the keys and kinds near a string speak of an embed, and none on the way of something else."""
    if any(map(ELSE.search, leaf.keys)):
        return False
    return (
        trusted or any(map(SHOWS.search, leaf.keys[-3:])) or any(SHOWS.search(kind) and not ELSE.search(kind) for kind in leaf.kinds[-2:])
    )


def _hit(written: str, platforms: Sequence[Platform], via: str) -> Hit | None:
    """Return what an address alone shows: a post or a player of a known platform, the last of `platforms` being `web`."""
    written = written.strip()
    if len(written) > 2000 or any(map(str.isspace, written)):
        return None
    url = absolute(written)
    cited = (unwrap(url) or url) if url else None
    known = of_host(tuple(platforms[:-1]), parts(cited).host) if cited else ()
    reference = next((found for platform in known if cited and (found := platform.identify(cited))), None)
    return Hit(reference, "embed", via, written) if reference and reference.id else None


def _in_markup(markup: str, platforms: Sequence[Platform], via: str, *, main: bool) -> Iterator[Find]:
    """Yield the embeds of a string of HTML, with the words of it that stand before and behind each."""
    if not any(clue in markup for clue in ("iframe", "blockquote", "mbed", "weet", "amp-", "video", "lite-")):
        return
    inner = Document(markup)
    covered = Covered()
    found = list(embeds(inner, platforms, covered))
    found += hollow(inner, platforms, covered, {one.reference.key for one in found})
    for one in found:
        if one.kind != "embed":
            continue
        before = [block for block in inner.blocks if block.end <= one.start and block.end - block.start >= PROSE]
        after = [block for block in inner.blocks if block.start >= one.end and block.end - block.start >= PROSE]
        hit = Hit(one.reference, "embed", via, one.url, one.claims)
        words = [inner.text[found[at].start : found[at].end] if found else "" for found, at in ((before, -1), (after, 0))]
        yield Find(hit, words[0], words[1], main)


def _around(leaves: Sequence[_Leaf], at: int) -> tuple[str, str]:
    """Return the words before and behind a leaf, those of the innermost list around it that has any in its other items."""
    for number, mine in reversed(leaves[at].lists):
        words = {"before": "", "after": ""}
        for step, name in ((-1, "before"), (1, "after")):
            other = at + step
            while 0 <= other < len(leaves) and abs(other - at) < FAR and not words[name]:
                index = next((index for one, index in leaves[other].lists if one == number), None)
                if index is None:
                    break
                if index != mine:
                    words[name] = _prose(leaves[other].text)
                other += step
        if any(words.values()):
            return words["before"], words["after"]
    return "", ""


def _prose(text: str) -> str:
    """Return a string as words; "" for one that is an address, a token, or short."""
    if len(text) < PROSE or " " not in text or len(text) > FRAGMENT:
        return ""
    words = html.unescape(TAGS.sub("", text)).strip()
    return words if len(words) >= PROSE else ""
