"""Cross-check on generated pairs: of all that was changed everything is found (recall), and nothing else (precision)."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from archiver.citation.platform import State
from archiver.embed.comparison import compare
from tests.embed.pairs import EACH, KINDS, TEXTS, Pair, pairs


def precision_and_recall(judged: Iterable[tuple[str, str]], verdict: str) -> tuple[float, float]:
    """Return both for a verdict, from (right, given) pairs."""
    rows = list(judged)
    hits = sum(right == given == verdict for right, given in rows)
    said, there = sum(given == verdict for _, given in rows), sum(right == verdict for right, _ in rows)
    return hits / said, hits / there


def judged(made: Iterable[Pair]) -> list[tuple[str, str]]:
    found = []
    for pair in made:
        comparison = compare(pair.claims, pair.post, State.OK)
        assert comparison is not None
        found.append((pair.verdict, comparison.verdict))
    return found


def test_two_hundred_pairs_of_every_kind_in_every_language() -> None:
    made = list(pairs(0))
    assert len(made) == EACH * len(KINDS) == 200
    assert {(pair.kind, pair.lang) for pair in made} == {(kind, lang) for kind in KINDS for lang in TEXTS}
    damaged = [pair for pair in made if pair.kind != "same"]
    assert sum(pair.claims.text != pair.post.text for pair in damaged) > 0.7 * len(damaged)


@pytest.mark.parametrize("seed", range(5))
def test_precision_and_recall(seed: int) -> None:
    found = judged(pairs(seed))
    for verdict in ("match", "edited", "different_author"):
        assert precision_and_recall(found, verdict) == (1.0, 1.0), verdict


@pytest.mark.proof
def test_precision_and_recall_of_a_hundred_thousand() -> None:
    found = [row for seed in range(500) for row in judged(pairs(seed))]
    for verdict in ("match", "edited", "different_author"):
        assert precision_and_recall(found, verdict) == (1.0, 1.0), verdict
