"""Verdict: what an answer, or the lack of one, means; apart from its status.

Three sources, in this order. The network's own failure, where no whole answer came. The platform's reading, which looks at structure:
fields, headers, the final URL, titles, never at a phrase somewhere in a page. The status, which can only take a good reading back: a 404 is
not a capture of the page, however much it looks like one. A 200 is never enough by itself.

The coarse word for people and exit codes follows from the state by one table. `unavailable` is what the source said about the thing or
about us, and its answer is evidence; asking again tomorrow is a recheck, not a retry. `failed` is what may pass: the network, an overloaded
or suspicious server. A challenge, a login wall or a rate limit is never captured: bytes came, and they are not the thing that was cited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from archiver.citation.platform import Answer, Platform, Reading, State, Target
from archiver.fetch.answer import exchange_answer, read_body
from archiver.fetch.capture import Attempt
from archiver.fetch.exchange import Exchange

OUTCOMES: Mapping[State, str] = {
    State.OK: "captured",
    State.OK_PARTIAL: "partial",
    State.EMPTY_SHELL: "partial",  # all that the server sent is kept; what it would show needs a browser
    State.PAYWALL: "partial",  # what everybody may read of it is kept
    State.CONSENT_WALL: "unavailable",
    State.PARKED: "unavailable",
    State.DELETED: "unavailable",
    State.ACCOUNT_GONE: "unavailable",
    State.SUSPENDED: "unavailable",
    State.PROTECTED: "unavailable",
    State.REMOVED_BY_PLATFORM: "unavailable",
    State.AGE_GATED: "unavailable",
    State.LOGIN_WALL: "unavailable",  # the source said: not to you; it will say so again
    State.GEO_BLOCKED: "unavailable",
    State.EMBEDDING_DISABLED: "unavailable",
    State.SOFT_404: "unavailable",
    State.UNAVAILABLE_UNSPECIFIED: "unavailable",
    State.INVALID_ID: "unavailable",
    State.NOT_FOUND: "unavailable",
    State.GONE: "unavailable",
    State.FORBIDDEN: "unavailable",
    State.CLIENT_ERROR: "unavailable",
    State.RATE_LIMITED: "failed",
    State.BOT_CHALLENGE: "failed",
    State.SERVER_ERROR: "failed",
    State.UNREADABLE: "failed",
    State.DNS_ERROR: "failed",
    State.CONNECT_ERROR: "failed",
    State.TLS_ERROR: "failed",
    State.TIMEOUT: "failed",
    State.DISCONNECTED: "failed",
    State.REDIRECT_LOOP: "failed",
    State.REFUSED_ADDRESS: "refused",
    State.REFUSED_SCHEME: "refused",
    State.REFUSED_ROBOTS: "refused",
    State.UNRESOLVED: "unresolved",
    State.FAULT: "failed",
}

# Not worth a look into an archive: the thing is here, was never public, is no web address, or may not be looked for.
NOT_RESCUED = frozenset(
    {
        State.OK,
        State.OK_PARTIAL,
        State.PROTECTED,
        State.INVALID_ID,
        State.REFUSED_ADDRESS,
        State.REFUSED_SCHEME,
        State.REFUSED_ROBOTS,
        State.UNRESOLVED,
    }
)

STATUSES: Mapping[int, State] = {
    401: State.FORBIDDEN,
    403: State.FORBIDDEN,
    404: State.NOT_FOUND,
    410: State.GONE,
    420: State.RATE_LIMITED,  # X, of old
    429: State.RATE_LIMITED,
    451: State.GEO_BLOCKED,
    508: State.RATE_LIMITED,  # shared hosting: resource limit reached
    999: State.RATE_LIMITED,  # LinkedIn
}

FAILURES: Mapping[str, str] = {
    State.DNS_ERROR: "the host's name could not be looked up",
    State.CONNECT_ERROR: "no connection to the host",
    State.TLS_ERROR: "no secure connection to the host",
    State.TIMEOUT: "no whole answer within the deadline",
    State.DISCONNECTED: "the connection broke before the answer was whole",
    State.UNREADABLE: "the answer is not HTTP that can be read",
    State.REDIRECT_LOOP: "the redirects lead nowhere",
    State.REFUSED_ADDRESS: "the guard refused the address",
    State.REFUSED_SCHEME: "not an http or https address",
    State.REFUSED_ROBOTS: "robots.txt asks not to fetch it, and the configuration says to obey",
}
CUTS: Mapping[str, str] = {
    "length": "was cut at the size limit",
    "time": "was cut at the deadline",
    "disconnect": "broke off",
}
POSITIVE = frozenset({State.OK, State.OK_PARTIAL, State.EMPTY_SHELL})


def outcome(state: State) -> str:
    """Return the contract's coarse word for a state."""
    return OUTCOMES[state]


def rescuable(state: State) -> bool:
    """Tell whether an archived copy is worth looking for."""
    return state not in NOT_RESCUED


def is_copy(found: str | None, state: str) -> bool:
    """Tell whether what was found of a thing, by its outcome and the state of its source, can only be an archived copy."""
    return found in ("captured", "partial") and state not in POSITIVE


def status_state(status: int) -> State:
    """Return what a status alone says, at its most favourable."""
    if status in STATUSES:
        return STATUSES[status]
    if status >= 500:
        return State.SERVER_ERROR
    return State.CLIENT_ERROR if status >= 400 else State.OK


def judge(target: Target, attempt: Attempt, read: Callable[[Answer], Reading], *, url: str, salvage: bool = False) -> Reading:
    """Return what an attempt came to; see `answered` for the arguments."""
    answer = answered(target, attempt, url=url, salvage=salvage)
    return answer if isinstance(answer, Reading) else settled(attempt, read(answer))


def answered(target: Target, attempt: Attempt, *, url: str, salvage: bool = False) -> Answer | Reading:
    """Return what an attempt was answered, to be read and `settled`; the verdict itself, where there is nothing to read.

    `url` is the final URL with the fragment that a reader would see. `salvage` asks what a broken-off answer is worth, when there will be
    no better one: a readable beginning is then `ok_partial`.
    """
    last = attempt.last
    if attempt.error and not (salvage and last is not None and last.error == attempt.error and last.status and last.body_length):
        return Reading(State(attempt.error), _failure(attempt.error, last))
    if last is None or last.status is None:
        return Reading(State.UNREADABLE, FAILURES[State.UNREADABLE])
    body = read_body(last)
    if body.fault:
        return Reading(_coded(last.status), body.fault)
    return replace(exchange_answer(last, target, tuple(hop.url for hop in attempt.hops[:-1]), body=body), url=url)


@dataclass(frozen=True, slots=True)
class Whole:
    """A platform's reader that also says what a good answer needs to look whole: one look at the answer for both."""

    platform: Platform

    def __call__(self, answer: Answer) -> Reading:
        """Return what an answer means, and what it needs."""
        reading = self.platform.read(answer)
        good = reading.state in {State.OK, State.OK_PARTIAL, State.PAYWALL, State.EMPTY_SHELL}
        return replace(reading, needs=tuple(self.platform.requisites(answer))) if good else reading


def read_requisite(answer: Answer) -> Reading:
    """Say what an answer to a requisite means: there is nothing to read but its status."""
    return Reading(status_state(answer.status), f"status {answer.status}")


def _coded(status: int) -> State:
    """Return the state of an answer whose body cannot be decoded: an error stays the error it is."""
    said = status_state(status)
    return State.UNREADABLE if said is State.OK else said


def _failure(error: str, last: Exchange | None) -> str:
    sentence = FAILURES.get(error, error)
    if last is None:
        return sentence
    if last.error == error:
        return f"{sentence}: {last.error_text}" if last.error_text else sentence
    onward = last.header("Location")  # the answer was whole: where it points is what is wrong
    return f"{sentence}: Location {onward[:200]!r}" if onward is not None else sentence


def settled(attempt: Attempt, reading: Reading) -> Reading:
    """Return a reading that its exchange allows: an error status or a cut body takes a good one back."""
    exchange = attempt.last
    if reading.state not in POSITIVE or exchange is None:
        return reading
    status = exchange.status or 0
    said = status_state(status)
    if said is not State.OK:
        return replace(reading, state=said, reason=f"status {status} {exchange.reason}".rstrip())
    if 300 <= status < 400 and exchange.header("Location") is None:
        return replace(reading, state=State.UNREADABLE, reason=f"status {status} without a Location to follow")
    if exchange.truncated and reading.state is State.OK:
        how = CUTS.get(exchange.truncated, "is not whole")
        return replace(reading, state=State.OK_PARTIAL, reason=f"the body {how} after {exchange.body_length} bytes; {reading.reason}")
    return reading
