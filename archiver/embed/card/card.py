"""Card: a post as a page without script, made from its normalised telling.

It shows the post where the platform's own page shows nothing. A card is our work, never the server's: it is recorded as `conversion`, and
says on its face from which record it was made and when that was archived. It holds no script, loads nothing but the archived media that it
names, and forbids itself everything else (Content-Security-Policy in the page, because it must hold wherever the page is opened). Every
word in it came from strangers: `part` escapes all of it.

The posts that it quotes and answers stand in it as this telling told them, one level deep, the answered one above: they are claims, and
are marked as such by the frame they stand in.

Right-to-left: each post takes the direction of its own words; names, handles and numbers are isolated, and every line of the text finds
its own direction (`unicode-bidi: plaintext`), as it did on the platform.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from archiver.citation.citation import Claims, Reference
from archiver.citation.platform import Post, State
from archiver.embed.card.part import day, direction, e, facts, gallery, header, lang, moment, network, poll, time, words
from archiver.embed.card.style import STYLE

POLICY = "default-src 'none'; img-src * data:; media-src * data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STATES = {
    State.DELETED: "This post has been deleted",
    State.ACCOUNT_GONE: "The account of this post no longer exists",
    State.SUSPENDED: "The account of this post is suspended",
    State.PROTECTED: "This post is protected",
    State.REMOVED_BY_PLATFORM: "This post was removed by the platform",
    State.AGE_GATED: "This post is age-restricted",
    State.GEO_BLOCKED: "This post is withheld in some countries",
    State.LOGIN_WALL: "This post is shown to those who are logged in",
    State.INVALID_ID: "No post can have this number",
}


@dataclass(frozen=True, slots=True)
class Copy:
    """An archive's copy that a post was read from: the archive's name, the time of its capture, and what the platform itself says now."""

    archive: str
    made: str  # ISO 8601
    state: State


def card(post: Post, *, media_paths: Mapping[str, str], source: str, archived: datetime, copy: Copy | None = None) -> str:
    """Return the page of a post.

    `media_paths` says for the URL of each archived picture or video where it is shown from: the URL of its record, or a `data:` URL; what
    is not in it is named as not archived. `source` is the id of the record that the telling was read from, `archived` its time; `copy` says
    that it is an archive's copy, and of what fate, which stands above the post.
    """
    made = (
        f"Made by archiver from record <bdi>{e(source)}</bdi>, archived {time(archived)}. The record is the evidence; this page shows it."
    )
    title = f"{post.author or '@' + (post.handle or post.id)} on {network(post.platform)}"
    return _page(title, post.text, (_fate(copy) if copy else "") + _article(post, media_paths), made)


def _fate(copy: Copy) -> str:
    heading = STATES.get(copy.state, "This post could not be had from its platform")
    kept = f"Shown from the copy that <bdi>{e(copy.archive)}</bdi> made on {moment(copy.made)}."
    return f'<p class="fate" dir="ltr" lang="en"><strong>{e(heading)}.</strong> {kept}</p>'


def gone_card(reference: Reference, claims: Claims, state: State, reason: str) -> str:
    """Return the page of a post that could not be had: what the platform said, and what the article says of it, told apart."""
    heading = STATES.get(state, "This post could not be archived")
    parts = [f'<article class="gone"><h1 dir="ltr" lang="en">{e(heading)}</h1><p class="reason" dir="ltr" lang="en">{e(reason)}</p>']
    says = any((claims.author, claims.handle, claims.text, claims.date))
    if says:
        parts.append('<p class="said" dir="ltr" lang="en">What the citing article says of it:</p>')
    if claims.author or claims.handle:
        parts.append(header(claims.author, claims.handle, reference.platform))
    if claims.text:
        parts.append(f"<blockquote{lang(claims.lang)}>{words(claims.text)}</blockquote>")
    if claims.date:
        parts.append(f'<p class="when" lang="en"><bdi><time datetime="{e(claims.date)}">{day(claims.date)}</time></bdi></p>')
    said = "Author, words and date as the citing article gives them." if says else "The citing article says nothing of it."
    where = f" <bdi>{e(reference.url)}</bdi>." if reference.url else ""
    return _page(heading, claims.text, "".join(parts) + "</article>", f"{said} Nothing here came from the platform.{where}")


def _article(post: Post, media_paths: Mapping[str, str], kind: str = "") -> str:
    parts = [f'<article{lang(post.lang)} dir="{direction(post.text)}" class="{kind or "post"}">']
    outermost = not kind
    if outermost and post.parent:
        parts += ['<p class="answers" dir="ltr" lang="en">In answer to</p>', _article(post.parent, media_paths, "parent")]
    elif outermost and post.reply_to:
        parts.append(f'<p class="answers" dir="ltr" lang="en">In answer to <bdi>{e(post.reply_to)}</bdi></p>')
    parts.append(header(post.author, post.handle, post.platform if outermost else ""))
    if post.text:
        parts.append(f'<div class="text">{words(post.text)}</div>')
    parts.append(gallery(post.media, media_paths))
    if post.poll:
        parts.append(poll(post.poll))
    if outermost and post.quoted:
        parts.append(_article(post.quoted, media_paths, "quoted"))
    if post.partial:
        parts.append(f'<p class="missing" dir="ltr" lang="en">Not whole: {e(post.partial)}.</p>')
    parts.append(facts(post))
    if outermost:
        parts.append(f'<p class="address" dir="ltr"><bdi>{e(post.url)}</bdi></p>')
    return "".join(parts) + "</article>"


def _page(title: str, text: str | None, body: str, foot: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en" dir="{direction(text)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n<meta name="referrer" content="no-referrer">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{e(title)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>{body}\n"
        f'<footer dir="ltr" lang="en">{foot}</footer></main>\n</body>\n</html>\n'
    )
