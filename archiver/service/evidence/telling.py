"""Telling: which answer tells a post best, and what is made of it: its media fetched, its words compared, its card written.

Several endpoints may tell the same post, each in part (oEmbed the title, the page the words, the feed the time). None is mixed with
another: a card is made of one record and names it, so the one that tells most is taken. A post that is gone has a card too: of what the
platform said and what the article claims, apart.

What a page or post needs is fetched after it is on disk, so how much of that came is noted in a record of its own (`Keeper.note`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archiver.citation.citation import Citation
from archiver.citation.platform import Platform, Post, State
from archiver.embed.answer import media
from archiver.embed.card.card import Copy, card, gone_card
from archiver.fetch.capture import Capture
from archiver.fetch.requisites import fetch_requisites
from archiver.record.snapshot import Stored
from archiver.service.keeper import Keeper

GOOD = frozenset({State.OK, State.OK_PARTIAL})
SHOWN = (State.OK, State.OK_PARTIAL, State.PAYWALL)
CARD = "urn:archiver:card:"
HTML = "text/html; charset=utf-8"


def shown(captures: Sequence[Capture]) -> Capture | None:
    """Return the capture that proves the thing: the first whole one, else the first in part, else what a paywall lets everybody read."""
    good = [one for one in captures if one.target.proof and one.state in SHOWN]
    return min(good, key=lambda one: SHOWN.index(one.state), default=None)


def told(captures: Sequence[Capture]) -> Capture | None:
    """Return the capture whose answer tells most of a post; None where none tells one."""
    telling = [one for one in captures if one.post is not None and one.target.proof and one.state in GOOD]
    return max(telling, key=_told, default=None)


def _told(capture: Capture) -> tuple[bool, int, int]:
    post = capture.post
    assert post is not None
    facts = (post.author, post.handle, post.created, post.text, post.media, post.poll, post.quoted, post.parent)
    return post.partial is None, sum(map(bool, facts)), len(post.text or "")


async def fetch_needs(keeper: Keeper, capture: Capture, platform: Platform) -> list[str]:
    """Fetch what a captured page or post needs to look whole; return the URLs of its post's media that could not be had."""
    own = {target.url for target in media.targets(capture.post)}
    missing = []
    async for part in fetch_requisites(capture, platform, keeper):
        part.close()
        if part.state is not State.OK and part.target.url in own:
            missing.append(part.target.url)
    await keeper.note(capture)
    return missing


async def write_card(keeper: Keeper, citation: Citation, post: Post, source: Capture, state: State) -> None:
    """Record a post as a page without script, its media by the addresses of their records; `state` is what its platform says of it now."""
    stored = keeper.stored[citation.number]
    response = _response(one for one in stored if one["url"] == source.target.url and one["purpose"] == source.target.purpose)
    if response is None:
        return
    archived = {one["url"]: one["url"] for one in stored if one["role"] == "requisite" and one["state"] == State.OK}
    copy = Copy(source.memento.archive, source.memento.datetime, state) if source.memento else None
    html = card(post, media_paths=archived, source=response, archived=source.finished, copy=copy)
    await keeper.derive("conversion", CARD + citation.reference.key, HTML, html.encode("utf8", "replace"), response)


async def write_gone_card(keeper: Keeper, citation: Citation, state: State, reason: str) -> None:
    """Record the page of a post that could not be had, made from the answer that said so."""
    asked = [one for one in keeper.stored.get(citation.number, []) if one["role"] == "seed" and one["tier"] != "memento"]
    response = _response(sorted(asked, key=lambda one: not one["proof"]))
    if response is None:
        return
    html = gone_card(citation.reference, citation.claims, state, reason)
    await keeper.derive("conversion", CARD + citation.reference.key, HTML, html.encode("utf8", "replace"), response)


def _response(captures: Iterable[Stored]) -> str | None:
    """Return the id of the first answer that captures hold."""
    records = (record for one in captures for record in reversed(one["records"]))
    return next((str(record["id"]) for record in records if record["type"] in {"response", "revisit"}), None)
