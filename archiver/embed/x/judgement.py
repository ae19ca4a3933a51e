"""Verdict on a post of X: what all that its endpoints said comes to.

Each reading is one endpoint's word at one time. Together:
  1. Any telling of the post wins, the fullest first: nothing that refuses can outweigh the post itself.
  2. A specific reason that an endpoint gives stands, a tombstone's before oEmbed's: the first says it in words, the second by a status.
  3. `deleted` needs two endpoints that agree that there is nothing, and an id that can exist. One alone may be wrong: the syndication
     endpoint was seen to answer 404 for sensitive posts. That holds for a tombstone too: it is one endpoint's word.
  4. Rate limits, challenges and failures of the network are about us, and never count as absence. They leave the question open, and the
     verdict is then their state, so that it is asked again; without them one absence alone is `unavailable_unspecified`.
  5. Not asked: answers to targets without proof (the page, the same shell for every id), and mementos (they say what was, not what is).
"""

from __future__ import annotations

from collections.abc import Sequence

from archiver.citation.citation import Reference
from archiver.citation.platform import Reading, State, Target
from archiver.embed.x.snowflake import plausible

TOLD = (State.OK, State.OK_PARTIAL)
ABSENT = frozenset({State.DELETED, State.NOT_FOUND})  # 404, or an empty object
SPECIFIC = frozenset({
    State.SUSPENDED, State.ACCOUNT_GONE, State.PROTECTED, State.REMOVED_BY_PLATFORM, State.AGE_GATED, State.GEO_BLOCKED,
})  # fmt: skip
# About us or the way there, and worth asking again. The order says which one to name.
PASSING = (
    State.RATE_LIMITED, State.BOT_CHALLENGE, State.SERVER_ERROR, State.TIMEOUT, State.CONNECT_ERROR, State.DISCONNECTED, State.DNS_ERROR,
    State.TLS_ERROR, State.REDIRECT_LOOP, State.UNREADABLE,
)  # fmt: skip
# About us for good: no use in asking again soon.
SHUT = (State.LOGIN_WALL, State.FORBIDDEN, State.CLIENT_ERROR, State.REFUSED_ADDRESS, State.REFUSED_SCHEME, State.REFUSED_ROBOTS)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post and the reason in one sentence, from what was read at its targets, in any order."""
    if reference.id is not None and not plausible(reference.id):
        return State.INVALID_ID, f"no post can have the id {reference.id}: it lies in the future, or is no number"
    asked = [(target, reading) for target, reading in readings if target.proof and target.tier != "memento"]
    for state in TOLD:
        for _target, reading in asked:
            if reading.state is state and reading.post is not None:
                return state, reading.reason
    if not asked:
        return State.UNAVAILABLE_UNSPECIFIED, "no endpoint that could prove the post was asked"
    named = {target.purpose: reading for target, reading in asked}
    reasons = "; ".join(dict.fromkeys(reading.reason for reading in named.values()))
    specific = [(purpose != "syndication", reading.state) for purpose, reading in named.items() if reading.state in SPECIFIC]
    if specific:
        return min(specific)[1], reasons
    silent = [purpose for purpose, reading in named.items() if reading.state in ABSENT]
    if len(silent) >= 2:
        return State.DELETED, f"two endpoints agree: {reasons}"
    return _undecided({reading.state for reading in named.values()}, silent, reasons)


def _undecided(states: set[State], silent: list[str], reasons: str) -> tuple[State, str]:
    """Name what keeps the question open. What may pass comes first, even beside one endpoint's absence: asked again, it may settle it."""
    for state in PASSING:
        if state in states:
            return state, reasons
    if silent:
        return State.UNAVAILABLE_UNSPECIFIED, f"only one endpoint says that there is nothing: {reasons}"
    return next((state for state in SHUT if state in states), State.UNAVAILABLE_UNSPECIFIED), reasons
