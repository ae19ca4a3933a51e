"""The general verdict: what several endpoints together say."""

from __future__ import annotations

import pytest

from archiver.citation.citation import Reference
from archiver.citation.platform import Reading, State, Target
from archiver.embed.answer.judgement import judge

REFERENCE = Reference("telegram", "harbour/7", "https://t.me/harbour/7", "telegram:harbour/7")
API = Target("https://api.example.org/7", tier="post", purpose="api")
OEMBED = Target("https://api.example.org/oembed?7", tier="post", purpose="oembed")
PAGE = Target("https://example.org/7")
PROBE = Target("https://api.example.org/probe?7", tier="post", purpose="probe", proof=False)
OLD = Target("https://web.archive.org/web/2022id_/https://example.org/7", tier="memento")


def judged(*answers: tuple[Target, State], enough: frozenset[str] = frozenset()) -> State:
    state, reason = judge(
        [(target, Reading(state, f"{target.purpose} says {state}")) for target, state in answers], REFERENCE, one_word_enough=enough
    )
    assert reason
    return state


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([(API, State.OK)], State.OK),
        ([(API, State.DELETED), (OEMBED, State.OK)], State.OK),
        ([(PAGE, State.OK_PARTIAL), (API, State.OK)], State.OK),
        ([(API, State.SUSPENDED), (PAGE, State.OK_PARTIAL)], State.OK_PARTIAL),
        ([(PROBE, State.OK_PARTIAL), (PAGE, State.LOGIN_WALL)], State.LOGIN_WALL),
        ([(PROBE, State.PROTECTED), (PAGE, State.LOGIN_WALL)], State.PROTECTED),
        ([(OEMBED, State.GEO_BLOCKED), (API, State.AGE_GATED)], State.GEO_BLOCKED),
        ([(API, State.SUSPENDED), (OEMBED, State.RATE_LIMITED)], State.SUSPENDED),
        ([(API, State.DELETED), (OEMBED, State.NOT_FOUND)], State.DELETED),
        ([(API, State.DELETED), (PAGE, State.LOGIN_WALL)], State.UNAVAILABLE_UNSPECIFIED),
        ([(PROBE, State.NOT_FOUND), (API, State.DELETED)], State.UNAVAILABLE_UNSPECIFIED),
        ([(API, State.DELETED), (PAGE, State.RATE_LIMITED)], State.RATE_LIMITED),
        ([(PAGE, State.NOT_FOUND)], State.NOT_FOUND),
        ([(PAGE, State.SOFT_404), (OEMBED, State.FORBIDDEN)], State.SOFT_404),
        ([(API, State.UNAVAILABLE_UNSPECIFIED), (PAGE, State.LOGIN_WALL)], State.UNAVAILABLE_UNSPECIFIED),
        ([(PAGE, State.UNAVAILABLE_UNSPECIFIED), (API, State.LOGIN_WALL)], State.LOGIN_WALL),
        ([(OEMBED, State.EMBEDDING_DISABLED), (PAGE, State.BOT_CHALLENGE)], State.BOT_CHALLENGE),
        ([(OEMBED, State.EMBEDDING_DISABLED), (PAGE, State.LOGIN_WALL)], State.EMBEDDING_DISABLED),
        ([(API, State.TIMEOUT), (API, State.NOT_FOUND)], State.NOT_FOUND),  # asked again: the last answer counts
        ([(API, State.DELETED), (OLD, State.OK)], State.UNAVAILABLE_UNSPECIFIED),
        ([(PROBE, State.OK_PARTIAL)], State.UNAVAILABLE_UNSPECIFIED),
        ([(OLD, State.OK)], State.UNRESOLVED),
        ([], State.UNRESOLVED),
    ],
)
def test_what_several_endpoints_say(answers: list[tuple[Target, State]], expected: State) -> None:
    assert judged(*answers) is expected


def test_one_word_is_enough_only_where_the_platform_says_so() -> None:
    enough = frozenset({"api"})
    assert judged((API, State.NOT_FOUND), enough=enough) is State.DELETED
    assert judged((API, State.DELETED), (PAGE, State.RATE_LIMITED), enough=enough) is State.DELETED
    assert judged((PAGE, State.NOT_FOUND), enough=enough) is State.NOT_FOUND
    assert judged((API, State.PROTECTED), (OEMBED, State.DELETED), enough=enough) is State.PROTECTED


@pytest.mark.parametrize("state", [s for s in State if s not in (State.DELETED, State.GONE, State.NOT_FOUND)])
def test_nothing_else_is_ever_called_deleted(state: State) -> None:
    assert judged((API, state), (OEMBED, state), (PAGE, state), enough=frozenset({"api", "oembed", "page"})) is not State.DELETED
