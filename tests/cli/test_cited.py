"""What a person is shown of one citation: the diff says where the texts part, and nothing that is forgiven."""

from __future__ import annotations

from typing import Any

import pytest

from archiver.citation.citation import Claims
from archiver.citation.platform import Post, State
from archiver.cli.cited import compared, difference
from archiver.embed.comparison import compare
from archiver.embed.difference import steps
from tests.embed.pairs import pairs


@pytest.mark.parametrize(
    ("claimed", "captured", "shown"),
    [
        ("Two ferries &amp; one pier https://t.co/x", "Two ferries & no pier https://example.org/ 🚢", "Two ferries & [-one-] {+no+} pier https://example.org/ 🚢"),
        ("The ferry oper-\nates daily", "The ferry operates", "The ferry operates [-daily-]"),
        ("وصلت العبّارة ١٢", "وصلت العبارة 13", "وصلت العبارة [-١٢-] {+13+}"),
        ("a\x1b[31mb", "a c", "[-a [31mb-] {+a c+}"),
    ],
)  # fmt: skip
def test_difference(claimed: str, captured: str, shown: str) -> None:
    assert difference(claimed, captured).plain == shown


def test_a_changed_word_of_any_pair_is_shown_and_both_texts_are_whole() -> None:
    for pair in pairs(1):
        found = steps(pair.claims.text or "", pair.post.text or "")
        assert " ".join(" ".join(step.captured for step in found).split()) == " ".join((pair.post.text or "").split())
        if pair.kind in ("changed", "same", "escaped"):
            assert all(step.same for step in found) == (pair.kind != "changed"), pair


def lines(claims: Claims, post: Post | None, state: State = State.OK) -> list[str]:
    found = compare(claims, post, state)
    said: dict[str, Any] = {"comparison": found.as_json() if found else None}
    return [line.plain for line in compared(said)]


def test_what_is_printed_of_a_comparison() -> None:
    post = Post("x", "1", "https://x.com/i/status/1", author="Log", handle="harbour_log", text="Two ferries & no pier")
    edited = lines(Claims(handle="harbour_log", text="Two ferries & one pier"), post)
    assert edited[0].startswith("comparison: edited: the captured words differ")
    assert edited[1] == "Two ferries & [-one-] {+no+} pier"
    assert lines(Claims(handle="harbour_log", text="Two ferries &amp; no pier"), post)[1:] == [
        "article: Two ferries &amp; no pier",
        "capture: Two ferries & no pier",
    ]
    other = lines(Claims(handle="pier_log", text="Two ferries & no pier"), post)
    assert other[0].startswith("comparison: different_author")
    assert other[-1] == "note: handle: claimed @pier_log, captured @harbour_log"
    assert lines(Claims(text="Two ferries"), None, State.DELETED)[1:] == ["article: Two ferries"]
    assert lines(Claims(), None) == []
