"""Card parts: the pieces that a post's page is made of, each as escaped HTML.

Every word here came from strangers. It passes `e` before it stands in markup, in text and in attributes alike; nothing here can be clicked,
because a card leads nowhere. Names, handles and numbers are isolated (`bdi`), and what we say ourselves is marked as English.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from archiver.citation.platform import Media, Poll, Post
from archiver.url import resolve

MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
COUNTED = {"likes", "reposts", "quotes", "replies", "shares", "views"}
NAMES = {
    "x": "X", "tiktok": "TikTok", "youtube": "YouTube", "linkedin": "LinkedIn", "vk": "VK", "soundcloud": "SoundCloud",
    "truthsocial": "Truth Social",
}  # fmt: skip
SIGNS = {"reddit": "u/"}  # what stands before an account's name; @ else
PARTS = {"photo": "Picture", "video": "Video", "gif": "Animation", "audio": "Recording"}
MARKED = re.compile(r"(?P<url>https?://[^\s<>\"]+)|(?P<tag>(?<!\w)[#@]\w{1,100})")
EMBEDDED = re.compile(r"data:(?:image|video|audio)/[a-z0-9.+-]+;base64,[A-Za-z0-9+/=]+")
UNTOLD = frozenset({"und", "zxx", "qme", "qht", "qam", "qct", "qst", "art"})  # codes of X's among them: a post of hashtags, of media alone
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")


def e(text: str) -> str:
    """Escape for text and quoted attributes; control characters that are no white space do not belong in a page."""
    return html.escape("".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")))


def network(platform: str) -> str:
    """Return a platform's name as it writes itself."""
    return NAMES.get(platform, platform.capitalize())


def header(author: str | None, handle: str | None, platform: str = "") -> str:
    """Return who wrote it, and where."""
    name = author or handle or "?"
    letter = next((c for c in name if c.isalnum()), "•")
    at = f'<bdi class="handle" dir="ltr">{e(SIGNS.get(platform, "@") + handle)}</bdi>' if handle else ""
    where = f'<span class="network" lang="en">{e(network(platform))}</span>' if platform else ""
    return (
        f'<header><span class="face" aria-hidden="true">{e(letter.upper())}</span>'
        f'<p><bdi class="name">{e(name)}</bdi>{at}</p>{where}</header>'
    )


def words(text: str) -> str:
    """Return escaped words with links, hashtags and handles marked."""
    parts, at = [], 0
    for found in MARKED.finditer(text):
        parts += [e(text[at : found.start()]), f'<span class="{"url" if found["url"] else "tag"}">{e(found[0])}</span>']
        at = found.end()
    return "".join([*parts, e(text[at:])])


def gallery(media: Sequence[Media], paths: Mapping[str, str]) -> str:
    """Return a post's pictures, films and recordings; empty where it has none. `paths` says from where an archived one is shown.

    A still belongs to the film before it. What is described is described for every reader, in words under it.
    """
    stills = [path for item in media if item.kind == "poster" and (path := _path(paths, item.url))]
    shown = [_medium(item, paths, stills) for item in media if item.kind != "poster"]
    if not shown:  # a still alone stands for a film that was not told
        shown = [f'<figure><img src="{e(still)}" alt=""><figcaption lang="en">A still; the film is not told here.</figcaption></figure>'
                 for still in stills]  # fmt: skip
    return f'<div class="media n{min(len(shown), 4)}">{"".join(shown)}</div>' if shown else ""


def _medium(item: Media, paths: Mapping[str, str], stills: list[str]) -> str:
    path, alt = _path(paths, item.url), e(item.alt or "")
    told = f'<span class="alt" dir="auto">{alt}</span>' if alt else ""
    still = stills.pop(0) if stills and item.kind in ("video", "gif") else None
    if path is None:
        picture = f'<img src="{e(still)}" alt="">' if still else ""
        note = f'<bdi lang="en" dir="ltr">{PARTS.get(item.kind, "Part")} not archived.</bdi>'
        return f'<figure class="lost">{picture}<figcaption>{note}{" " if told else ""}{told}</figcaption></figure>'
    if item.kind == "photo":
        inner = f'<img src="{e(path)}" alt="{alt}">'
    elif item.kind == "audio":
        inner = f'<audio controls preload="metadata" src="{e(path)}" aria-label="{alt}"></audio>'
    else:
        poster = f' poster="{e(still)}"' if still else ""
        again = " loop muted" if item.kind == "gif" else ""
        inner = f'<video controls preload="metadata"{again}{poster} src="{e(path)}" aria-label="{alt}"></video>'
    return f"<figure>{inner}{f'<figcaption>{told}</figcaption>' if told else ''}</figure>"


def _path(paths: Mapping[str, str], url: str) -> str | None:
    """Return where a medium is shown from, if that is an address that can do no harm."""
    path = paths.get(url)
    return path if path and (resolve(path) or EMBEDDED.fullmatch(path)) else None


def poll(told: Poll) -> str:
    """Return a poll as it stood: each answer with a bar as wide as its share, and how many voted."""
    total = sum(choice.votes or 0 for choice in told.choices)
    rows = []
    for choice in told.choices:
        share = choice.share if choice.share is not None else (choice.votes / total if choice.votes is not None and total else None)
        width = min(max(share, 0.0), 1.0) if share is not None else 0.0
        said = f"{width:.0%}" if share is not None else ""
        said += f" ({choice.votes:,})" if choice.votes is not None else ""
        rows.append(
            f'<li><span class="bar" style="inline-size:{width:.1%}"></span><span class="choice" dir="auto">{e(choice.label)}</span>'
            f'<bdi class="share">{said}</bdi></li>'
        )
    voters = told.voters if told.voters is not None else total or None
    facts = [f"{voters:,} votes"] if voters is not None else []
    if told.ends:
        facts.append(f"{'ended' if told.closed else 'ends'} {moment(told.ends)}")
    elif told.closed is not None:
        facts.append("closed" if told.closed else "open")
    foot = f'<p class="when" lang="en">{" · ".join(f"<bdi>{fact}</bdi>" for fact in facts)}</p>' if facts else ""
    return f'<div class="poll"><ul>{"".join(rows)}</ul>{foot}</div>'


def facts(post: Post) -> str:
    """Return when it was posted, that it was edited, and its counts."""
    said = [moment(post.created)] if post.created else []
    if post.edited:
        at = f" {moment(post.edited_at)}" if post.edited_at else ""
        said.append(f'<strong class="edited">edited{at}</strong>')
    if len(post.versions) > 1:
        said.append(f"{len(post.versions)} versions")
    said += [f"{count:,} {key}" for key, count in post.counts.items() if key in COUNTED]
    return f'<p class="when" lang="en">{" · ".join(f"<bdi>{fact}</bdi>" for fact in said)}</p>' if said else ""


def moment(written: str) -> str:
    """Return an ISO 8601 time or day as a `time` element; anything else as it is."""
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return e(written)
    return time(read) if "T" in written else f'<time datetime="{e(written)}">{day(written)}</time>'


def time(read: datetime) -> str:
    """Return a time in UTC as a `time` element."""
    utc = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    return f'<time datetime="{utc:%Y-%m-%dT%H:%M:%SZ}">{utc.day} {MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M} UTC</time>'


def day(written: str) -> str:
    """Return an ISO day in words, escaped."""
    matched = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])-([0-9]{2})", written)
    return f"{int(matched[3])} {MONTHS[int(matched[2]) - 1]} {matched[1]}" if matched else e(written)


def direction(text: str | None) -> str:
    """Return the direction of the first strong letter that is not of a link, hashtag or handle; `ltr` where there is none."""
    for c in MARKED.sub(" ", text or "") + (text or ""):
        kind = unicodedata.bidirectional(c)
        if kind in ("R", "AL", "L"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def lang(code: str | None) -> str:
    """Return a `lang` attribute; an empty one, HTML's word for an unknown language, where it is not known."""
    known = code if code and LANGUAGE.fullmatch(code) and code not in UNTOLD else ""
    return f' lang="{known}"'
