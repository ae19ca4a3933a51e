"""Judgement: what the answers of several endpoints come to, for every platform without rules of its own (`x` has some).

Each reading is one endpoint's word at one time (platforms §15). Together, in this order:
  1. The thing itself wins: any answer that could prove it and does, the fullest first. Nothing that refuses outweighs it.
  2. A reason that an endpoint names (private, suspended, removed, not for this country …) stands; of several the one of the first target.
     Here an answer without proof is heard too: it may not show that the thing exists, but a server that says why it withholds it knows.
  3. `deleted` needs two endpoints that find nothing, or one whose word the platform declares enough (`one_word_enough`): an API that
     answers by id, 404 or 410, with an error in its own format. A page that was not found is never enough by itself.
  4. What may pass (rate limits, challenges, the network) is about us and never counts as absence. It keeps the question open, and names the
     state, so that it is asked again.
  5. Then what is left, the more telling first: one endpoint's absence, under its own weaker word; an endpoint of the platform that says to
     whom it does not show the thing; one that shows nothing and does not say why; what is shut to us; a page that is empty without its
     scripts.
Mementos are no part of it: they say what was, not what is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archiver.citation.citation import Reference
from archiver.citation.platform import Reading, State, Target

TOLD = (State.OK, State.OK_PARTIAL)
NAMED = frozenset({
    State.SUSPENDED, State.ACCOUNT_GONE, State.PROTECTED, State.REMOVED_BY_PLATFORM, State.AGE_GATED, State.GEO_BLOCKED, State.INVALID_ID,
})  # fmt: skip
ABSENT = frozenset({State.DELETED, State.GONE, State.NOT_FOUND})
# About us or the way there, and worth asking again. The order says which one to name.
PASSING = (
    State.RATE_LIMITED, State.BOT_CHALLENGE, State.SERVER_ERROR, State.TIMEOUT, State.CONNECT_ERROR, State.DISCONNECTED, State.DNS_ERROR,
    State.TLS_ERROR, State.REDIRECT_LOOP, State.UNREADABLE,
)  # fmt: skip
# Said by an endpoint that answers for the post: it is there, and not for us.
WITHHELD = frozenset({State.EMBEDDING_DISABLED, State.LOGIN_WALL})
# No use in asking again soon.
SHUT = (
    State.EMBEDDING_DISABLED, State.LOGIN_WALL, State.CONSENT_WALL, State.PAYWALL, State.FORBIDDEN, State.CLIENT_ERROR,
    State.REFUSED_ADDRESS, State.REFUSED_SCHEME, State.REFUSED_ROBOTS, State.PARKED, State.EMPTY_SHELL,
)  # fmt: skip


def judge(
    readings: Sequence[tuple[Target, Reading]], reference: Reference, *, one_word_enough: frozenset[str] = frozenset()
) -> tuple[State, str]:
    """Return the state of a thing and the reason in one sentence, from what was read at its targets, in any order of time.

    `one_word_enough` names the purposes of targets whose absence (`deleted`, `gone`, `not_found`) is believed without a second endpoint. A
    target that was asked again counts with its last answer only.
    """
    last = {(target.url, target.purpose): (target, reading) for target, reading in readings if target.tier != "memento"}
    asked = [(target, reading) for target, reading in last.values() if target.proof]
    for state in TOLD:
        for _target, reading in asked:
            if reading.state is state:
                return state, reading.reason
    if not last:
        return State.UNRESOLVED, f"{reference.key} was not asked for"
    reasons = "; ".join(dict.fromkeys(reading.reason for _target, reading in last.values()))
    named = next((reading.state for _target, reading in last.values() if reading.state in NAMED), None)
    if named:
        return named, reasons
    absent = {target.purpose: reading.state for target, reading in asked if reading.state in ABSENT}
    if len(absent) >= 2:
        return State.DELETED, f"two endpoints agree: {reasons}"
    if one_word_enough.intersection(absent):
        return State.DELETED, reasons
    return _open(asked, absent, reasons)


def _open(asked: Sequence[tuple[Target, Reading]], absent: Mapping[str, State], reasons: str) -> tuple[State, str]:
    """Name what keeps the question open, or the best word for not knowing."""
    states = {reading.state for _target, reading in asked}
    for state in PASSING:
        if state in states:
            return state, reasons
    if absent:
        state = next(iter(absent.values()))
        alone = f"only one endpoint says that there is nothing: {reasons}"
        return (State.UNAVAILABLE_UNSPECIFIED, alone) if state is State.DELETED else (state, alone)
    if State.SOFT_404 in states:
        return State.SOFT_404, reasons
    withheld = next((reading.state for target, reading in asked if target.tier == "post" and reading.state in WITHHELD), None)
    if withheld:
        return withheld, reasons
    if any(target.tier == "post" and reading.state is State.UNAVAILABLE_UNSPECIFIED for target, reading in asked):
        return State.UNAVAILABLE_UNSPECIFIED, reasons
    return next((state for state in SHUT if state in states), State.UNAVAILABLE_UNSPECIFIED), reasons
