"""Verdict: a status is not one."""

from __future__ import annotations

import pytest

from archiver.citation.platform import Answer, Reading, State, Target
from archiver.fetch.capture import Attempt
from archiver.fetch.verdict import OUTCOMES, POSITIVE, judge, outcome, rescuable, status_state
from tests.fetch.simulated import START, Say, exchange

TARGET = Target("https://a.test/page")


def judged(said: Say, reading: Reading | None = None, error: State | None = None, *, salvage: bool = False) -> Reading:
    seen: list[Answer] = []

    def read(answer: Answer) -> Reading:
        seen.append(answer)
        assert reading is not None, "an answer that is none was read"
        return reading

    last = exchange("https://a.test/page", said)
    attempt = Attempt(START, 0.0, None, (last,), error or said.error)
    return judge(TARGET, attempt, read, url="https://a.test/page#part", salvage=salvage)


def test_every_state_has_its_outcome_and_the_words_are_the_contracts():
    assert set(OUTCOMES) == set(State)
    assert set(OUTCOMES.values()) == {"captured", "partial", "unavailable", "failed", "refused", "unresolved"}
    assert [state for state in State if outcome(state) == "captured"] == [State.OK]
    assert not {outcome(state) for state in (State.BOT_CHALLENGE, State.LOGIN_WALL, State.RATE_LIMITED)} & {"captured", "partial"}


@pytest.mark.parametrize("state", sorted(POSITIVE))
@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, State.CLIENT_ERROR),
        (401, State.FORBIDDEN),
        (403, State.FORBIDDEN),
        (404, State.NOT_FOUND),
        (410, State.GONE),
        (418, State.CLIENT_ERROR),
        (420, State.RATE_LIMITED),
        (429, State.RATE_LIMITED),
        (451, State.GEO_BLOCKED),
        (500, State.SERVER_ERROR),
        (508, State.RATE_LIMITED),
        (599, State.SERVER_ERROR),
        (999, State.RATE_LIMITED),
    ],
)
def test_no_error_status_is_a_capture(state: State, status: int, said: State):
    assert judged(Say(status), Reading(state, "looks fine")).state is said
    assert status_state(status) is said


def test_a_platforms_finding_stands_above_the_status():
    assert judged(Say(404), Reading(State.DELETED, "both endpoints")).state is State.DELETED
    assert judged(Say(200), Reading(State.LOGIN_WALL, "asks for a password")).state is State.LOGIN_WALL
    assert judged(Say(503), Reading(State.BOT_CHALLENGE, "header")).state is State.BOT_CHALLENGE


@pytest.mark.parametrize("error", [State.DNS_ERROR, State.TLS_ERROR, State.REFUSED_ADDRESS, State.REDIRECT_LOOP, State.REFUSED_SCHEME])
def test_a_failure_is_its_own_verdict_and_says_so_to_a_person(error: State):
    reading = judged(Say(None), error=error)
    assert reading.state is error
    assert " " in reading.reason


def test_a_broken_off_body_is_a_failure_until_there_is_nothing_better():
    said = Say(200, b"<p>half of", error=State.DISCONNECTED, truncated="disconnect")
    assert judged(said).state is State.DISCONNECTED
    salvaged = judged(said, Reading(State.OK, "a page"), salvage=True)
    assert salvaged.state is State.OK_PARTIAL
    assert "broke off after 10 bytes" in salvaged.reason


def test_nothing_is_salvaged_from_a_head_without_a_body():
    assert judged(Say(200, error=State.TIMEOUT, truncated="time"), salvage=True).state is State.TIMEOUT


def test_a_body_cut_at_the_size_limit_is_partial():
    reading = judged(Say(200, b"x" * 9, truncated="length"), Reading(State.OK, "a page"))
    assert reading.state is State.OK_PARTIAL
    assert "size limit" in reading.reason


def test_a_body_that_cannot_be_decoded_is_unreadable_but_an_error_stays_an_error():
    headers = (("Content-Encoding", "gzip"),)
    assert judged(Say(200, b"plain", headers)).state is State.UNREADABLE
    assert judged(Say(404, b"plain", headers)).state is State.NOT_FOUND


def test_a_redirect_that_leads_nowhere_is_no_page():
    assert judged(Say(302, b"moved"), Reading(State.OK, "a page")).state is State.UNREADABLE


def test_what_is_here_or_was_never_public_is_not_looked_for_in_archives():
    assert all(rescuable(state) for state in State if outcome(state) == "failed")
    assert rescuable(State.NOT_FOUND)
    assert rescuable(State.EMPTY_SHELL)
    assert not any(map(rescuable, (State.OK, State.PROTECTED, State.REFUSED_ADDRESS, State.REFUSED_ROBOTS)))
