"""X, formerly Twitter: one post by its id. Identity `x:<id>`; see `url` for shapes, `markup` for embeds, `judgement` for the verdict.

Asked in this order, best evidence first:
  1. the widget's JSON (`syndication`): words, time, media, quoted post, or a tombstone with the reason;
  2. oEmbed (`oembed`): the second witness, without which nothing is called deleted;
  3. the page itself, kept because it is what the article links to, and never as proof: x.com sends the same shell, with status 200, for
     posts that exist, that were deleted and that never were.
A memento of the page from before 2021 does hold the post; what an archive has is read by `memento`.
"""

from __future__ import annotations

from collections.abc import Sequence

from archiver.citation.citation import Citation
from archiver.citation.platform import Answer, Reading, State, Target
from archiver.embed.answer import media
from archiver.embed.answer.refusal import refusal
from archiver.embed.x import memento, oembed, syndication
from archiver.embed.x.judgement import verdict
from archiver.embed.x.markup import EMBEDS, recognise
from archiver.embed.x.snowflake import day_range, id_prefixes, plausible, post_id, snowflake_time
from archiver.embed.x.url import HOSTS, NAME, identify, media_key, reference, short_key
from archiver.url import parts

__all__ = [
    "day_range", "embeds", "hosts", "id_prefixes", "identify", "media_key", "name", "plausible", "post_id", "read", "recognise",
    "reference", "requisites", "short_key", "snowflake_time", "targets", "verdict",
]  # fmt: skip

name: str = NAME
hosts: tuple[str, ...] = HOSTS
embeds: str = EMBEDS


def targets(citation: Citation) -> Sequence[Target]:
    """Return the two endpoints and the page; nothing for a mention without an id, nor for an id that cannot exist."""
    cited = citation.reference
    if cited.id is None or cited.url is None or not plausible(cited.id):
        return ()
    return (syndication.target(cited.id), oembed.target(cited.url), Target(cited.url, proof=False))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets`, or a memento of one, means."""
    if answer.target.tier == "memento":
        return memento.read(answer)
    if answer.target.purpose == "syndication":
        return syndication.read(answer)
    if answer.target.purpose == "oembed":
        return oembed.read(answer)
    return _page(answer)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the media of a told post, of the post it quotes and of the one it answers: as uploaded, the best mp4, the still before it."""
    return media.targets(read(answer).post)


def _page(answer: Answer) -> Reading:
    refused = refusal(answer)
    if refused:
        return refused
    path = parts(answer.url).path
    if path.startswith(("/i/flow/login", "/login", "/account/access")):
        return Reading(State.LOGIN_WALL, f"the page led to {path}")
    if answer.status == 200:
        return Reading(State.EMPTY_SHELL, "the page is the same shell for every id; it proves nothing")
    return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the page answered {answer.status}, which proves nothing")
