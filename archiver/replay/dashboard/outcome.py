"""Outcome: the words of the manifest as people read them: a word, a shape, a sentence. Never colour alone.

Every outcome has an icon of its own shape and an underline of its own style, so that a page printed in black, or read by one of the twelve
men who tell red from green badly, says the same. The legend shows exactly these values; there is no second list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from archiver.citation.platform import State
from archiver.record.catalog.catalog import OUTCOMES

UNSETTLED = "unsettled"
NAMES = (*OUTCOMES, UNSETTLED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome for people: `name` is the manifest's word, `word` what is printed, `means` a sentence."""

    name: str
    word: str
    means: str


LEGEND = {
    one.name: one
    for one in (
        Outcome("captured", "captured", "The source, or a copy of it that a web archive kept, is in this archive."),
        Outcome("partial", "partly captured", "Something is missing: a picture, a script's work, the end. The reason says which."),
        Outcome("unavailable", "unavailable", "The source said that there is nothing, or nothing for us. Its answer is kept as evidence."),
        Outcome("failed", "failed", "No usable answer came. It may be tried again."),
        Outcome("refused", "refused", "A rule of ours forbade fetching it: the guard against private addresses, or robots.txt."),
        Outcome("unresolved", "unresolved", "The article quotes a post without its address, and no address could be found for it."),
        Outcome(UNSETTLED, "not attempted", "It was found in the article and not fetched: outside the body, or the run was told not to."),
    )
}
VERDICTS = {
    "match": "The captured words are those that the article quotes.",
    "edited": "The captured words differ from those that the article quotes.",
    "different_author": "The captured post is by somebody else than the article says.",
    "gone": "The post is gone; the article's own words are all there is.",
    "unverifiable": "There is nothing to compare: the words of the post, or of the article, are missing.",
}
STATES = {
    "ok": "answered",
    "ok_partial": "answered in part",
    "empty_shell": "an empty page without its scripts",
    "tls_error": "no secure connection",
    "dns_error": "host name unknown",
    "connect_error": "no connection",
    "soft_404": "a page that says not found",
    "login_wall": "a login page",
    "bot_challenge": "a test for robots",
    "refused_address": "a private address",
    "refused_scheme": "no web address",
    "refused_robots": "robots.txt forbids it",
    "unavailable_unspecified": "unavailable, no reason given",
    "fault": "a fault of the archiver itself",
}
ANSWERED, GONE, UNCLEAR = "answered", "gone", "no clear answer"
ROT = (ANSWERED, GONE, UNCLEAR)
GONE_STATES = frozenset(
    {
        State.DELETED,
        State.ACCOUNT_GONE,
        State.SUSPENDED,
        State.REMOVED_BY_PLATFORM,
        State.NOT_FOUND,
        State.GONE,
        State.SOFT_404,
        State.DNS_ERROR,
        State.CONNECT_ERROR,
        State.UNAVAILABLE_UNSPECIFIED,
    }
)


def outcome(name: str | None) -> Outcome:
    """Return what an outcome's word means; None is one that was not attempted."""
    return LEGEND.get(name or UNSETTLED, LEGEND[UNSETTLED])


def state(name: str | None) -> str:
    """Return a state as people read it."""
    return STATES.get(name or "", (name or "").replace("_", " "))


def rot(name: str | None) -> str:
    """Return whether a link of this state still leads to what was cited, on the live web: answered, gone, or no clear answer."""
    if name in (State.OK, State.OK_PARTIAL, State.EMPTY_SHELL):
        return ANSWERED
    return GONE if name in GONE_STATES else UNCLEAR


def counts(citations: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many citations have each outcome, in the legend's order, without zeros."""
    found = [one["outcome"] or UNSETTLED for one in citations]
    return {name: found.count(name) for name in NAMES if name in found}


def coverage(row: Mapping[str, Any]) -> dict[str, int]:
    """Return the same from a snapshot's row of the catalog."""
    return {name: row[name] for name in NAMES if row[name]}
