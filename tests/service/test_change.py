"""What a change of states means to who cites the thing."""

from __future__ import annotations

import pytest

from archiver.service.again.change import state_change


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("ok", "not_found", "deleted"),
        ("ok", "soft_404", "unavailable"),  # it shows something else, and does not say that the thing is gone
        ("ok", "login_wall", "unavailable"),
        ("soft_404", "not_found", "deleted"),
        ("not_found", "soft_404", None),
        ("login_wall", "soft_404", None),
        ("soft_404", "ok", "restored"),
        ("ok", "ok_partial", None),
        ("ok", "empty_shell", None),  # where no browser could be started, nothing is known
        ("empty_shell", "ok", None),
        ("empty_shell", "not_found", "deleted"),
        (None, "not_found", None),
    ],
)
def test_what_a_change_of_states_is_told_as(was: str | None, now: str, told: str | None):
    assert state_change(was, now, "captured") == told


def test_a_failure_is_no_news_of_the_thing():
    assert state_change("ok", "timeout", "failed") is None
