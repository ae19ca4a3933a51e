"""Card: a post as a page without script, made from its normalised telling.

It shows the post where the platform's own page shows nothing. A card is our work, never the server's: it is recorded as `conversion`, and
says on its face from which record it was made and when that was archived. It holds no script, loads nothing but the archived media that it
names, and forbids itself everything else (Content-Security-Policy in the page, because it must hold wherever the page is opened). Every
word in it came from strangers: all of it is escaped here, in one place.

Right-to-left: the card takes the direction of the post's words; names, handles and numbers are isolated, and every line of the text finds
its own direction (`unicode-bidi: plaintext`), as it did on the platform.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from archiver.citation.citation import Claims, Reference
from archiver.citation.platform import Media, Post, State
from archiver.embed.card_style import STYLE
from archiver.url import resolve

POLICY = "default-src 'none'; img-src * data:; media-src * data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
PLATFORMS = {"x": "X"}
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
NAMES = {"likes": "likes", "reposts": "reposts", "quotes": "quotes", "replies": "replies"}
STATES = {
    State.DELETED: "This post has been deleted",
    State.ACCOUNT_GONE: "The account of this post no longer exists",
    State.SUSPENDED: "The account of this post is suspended",
    State.PROTECTED: "This post is protected",
    State.REMOVED_BY_PLATFORM: "This post was removed by the platform",
    State.AGE_GATED: "This post is age-restricted",
    State.GEO_BLOCKED: "This post is withheld in some countries",
    State.INVALID_ID: "No post can have this number",
}
MARKED = re.compile(r"(?P<url>https?://[^\s<>\"]+)|(?P<tag>(?<!\w)[#@]\w{1,100})")
EMBEDDED = re.compile(r"data:(?:image|video)/[a-z0-9.+-]+;base64,[A-Za-z0-9+/=]+")


def card(post: Post, *, media_paths: Mapping[str, str], source: str, archived: datetime) -> str:
    """Return the page of a post.

    `media_paths` says for the URL of each archived picture or video where it is shown from: the URL of its record, or a `data:` URL; what
    is not in it is named as not archived. `source` is the id of the record that the telling was read from, `archived` its time.
    """
    body = _article(post, media_paths)
    made = (
        f"Made by archiver from record <bdi>{_e(source)}</bdi>, archived {_time(archived)}. The record is the evidence; this page shows it."
    )
    title = f"{post.author or '@' + (post.handle or post.id)} on {PLATFORMS.get(post.platform, post.platform)}"
    return _page(title, post.lang, post.text, body, made)


def gone_card(reference: Reference, claims: Claims, state: State, reason: str) -> str:
    """Return the page of a post that could not be had: what the platform said, and what the article says of it, told apart."""
    heading = STATES.get(state, "This post could not be archived")
    parts = [f'<article class="gone"><h1 dir="ltr">{_e(heading)}</h1><p class="reason" dir="ltr">{_e(reason)}</p>']
    says = any((claims.author, claims.handle, claims.text, claims.date))
    if says:
        parts.append('<p class="said" dir="ltr">What the citing article says of it:</p>')
    if claims.author or claims.handle:
        parts.append(_header(claims.author, claims.handle))
    if claims.text:
        parts.append(f"<blockquote{_lang(claims.lang)}>{_text(claims.text)}</blockquote>")
    if claims.date:
        parts.append(f'<p class="when"><bdi><time datetime="{_e(claims.date)}">{_e(_day(claims.date))}</time></bdi></p>')
    said = "Author, words and date as the citing article gives them." if says else "The citing article says nothing of it."
    where = f" <bdi>{_e(reference.url)}</bdi>." if reference.url else ""
    return _page(heading, claims.lang, claims.text, "".join(parts) + "</article>", f"{said} Nothing here came from the platform.{where}")


def _article(post: Post, media_paths: Mapping[str, str], depth: int = 0) -> str:
    parts = [f"<article{_lang(post.lang)}>", _header(post.author, post.handle)]
    if post.text:
        parts.append(f'<div class="text">{_text(post.text)}</div>')
    shown = _media(post.media, media_paths)
    if shown:
        parts.append(f'<div class="media n{min(len(shown), 4)}">{"".join(shown)}</div>')
    if post.quoted and depth == 0:
        parts.append(_article(post.quoted, media_paths, 1))
    if post.partial:
        parts.append(f'<p class="missing">Not whole: {_e(post.partial)}.</p>')
    facts = [_moment(post.created)] if post.created else []
    facts += [f"{count:,} {NAMES[key]}" for key, count in post.counts.items() if key in NAMES]
    if facts:
        parts.append(f'<p class="when">{" · ".join(f"<bdi>{fact}</bdi>" for fact in facts)}</p>')
    if depth == 0:
        parts.append(f'<p class="address"><bdi>{_e(post.url)}</bdi></p>')
    return "".join(parts) + "</article>"


def _header(author: str | None, handle: str | None) -> str:
    name = author or handle or "?"
    letter = next((c for c in name if c.isalnum()), "•")
    at = f'<bdi class="handle">@{_e(handle)}</bdi>' if handle else ""
    return (
        f'<header><span class="face" aria-hidden="true">{_e(letter.upper())}</span><p><bdi class="name">{_e(name)}</bdi>{at}</p></header>'
    )


def _media(media: tuple[Media, ...], paths: Mapping[str, str]) -> list[str]:
    """Return one element for each picture and video; a still belongs to the video before it, and stands alone where that is missing."""
    shown: list[str] = []
    posters = [path for item in media if item.kind == "poster" and (path := _path(paths, item.url))]
    for item in media:
        path, alt = _path(paths, item.url), _e(item.alt or "")
        if item.kind == "poster":
            continue
        if path is None:
            named = {"photo": "Picture", "video": "Video", "gif": "Animation"}.get(item.kind, "Part")
            still = f'<img src="{_e(posters.pop(0))}" alt="">' if item.kind != "photo" and posters else ""
            described = f' <span dir="auto">{alt}</span>' if alt else ""
            shown.append(f'<figure class="lost">{still}<figcaption>{named} not archived.{described}</figcaption></figure>')
        elif item.kind == "photo":
            shown.append(f'<figure><img src="{_e(path)}" alt="{alt}"></figure>')
        else:
            poster = f' poster="{_e(posters.pop(0))}"' if posters else ""
            again = " loop muted" if item.kind == "gif" else ""
            shown.append(f'<figure><video controls preload="metadata"{again}{poster} src="{_e(path)}" aria-label="{alt}"></video></figure>')
    return shown


def _path(paths: Mapping[str, str], url: str) -> str | None:
    """Return where a medium is shown from, if that is an address that can do no harm."""
    path = paths.get(url)
    return path if path and (resolve(path) or EMBEDDED.fullmatch(path)) else None


def _text(text: str) -> str:
    """Return escaped words with links, hashtags and handles marked; nothing in it can be clicked: a card leads nowhere."""
    parts, at = [], 0
    for found in MARKED.finditer(text):
        parts += [_e(text[at : found.start()]), f'<span class="{"url" if found["url"] else "tag"}">{_e(found[0])}</span>']
        at = found.end()
    return "".join([*parts, _e(text[at:])])


def _page(title: str, lang: str | None, words: str | None, body: str, foot: str) -> str:
    return (
        f'<!doctype html>\n<html{_lang(lang)} dir="{_direction(words)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{_e(title)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>{body}\n"
        f'<footer dir="ltr" lang="en">{foot}</footer></main>\n</body>\n</html>\n'
    )


def _direction(words: str | None) -> str:
    """Return the direction of the first strong letter that is not of a link, hashtag or handle; `ltr` where there is none."""
    for c in MARKED.sub(" ", words or "") + (words or ""):
        kind = unicodedata.bidirectional(c)
        if kind in ("R", "AL", "L"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def _lang(lang: str | None) -> str:
    return (
        f' lang="{lang}"' if lang and re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}", lang) and lang not in ("und", "zxx") else ""
    )


def _moment(written: str) -> str:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return _e(written)
    return _time(moment) if "T" in written else f'<time datetime="{_e(written)}">{_day(written)}</time>'


def _time(moment: datetime) -> str:
    utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f'<time datetime="{utc:%Y-%m-%dT%H:%M:%SZ}">{utc.day} {MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M} UTC</time>'


def _day(written: str) -> str:
    matched = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])-([0-9]{2})", written)
    return f"{int(matched[3])} {MONTHS[int(matched[2]) - 1]} {matched[1]}" if matched else written


def _e(text: str) -> str:
    """Escape for text and quoted attributes; control characters that are no white space do not belong in a page."""
    return html.escape("".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")))
