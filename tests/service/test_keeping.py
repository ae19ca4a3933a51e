"""What may go goes, announced; what later records lean on stays; without a rule nothing ever goes."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

from archiver.config import Keep, Source
from archiver.record.catalog.catalog import Catalog
from archiver.record.verify import verify
from archiver.service.runs import keeping
from archiver.service.runs.run import Pass, run_once
from tests.service.played import PlayedWeb, Said, SetClock, Silent, article, config, feed, page

STORY, FEED, CITED = "https://paper.test/story", "https://paper.test/feed", "https://source.test/page"
DAYS = tuple(86400.0 * day for day in range(1, 13))


def living(store: Path, keep: Keep, changes: int) -> tuple[PlayedWeb, list[Pass]]:
    """Look at a story twelve times; its one source changes at the first `changes` looks."""
    web = PlayedWeb(SetClock())
    web.pages |= {FEED: Said(feed([("g", "Story", STORY)]), media_type="application/rss+xml"), STORY: Said(article("Story", [CITED]))}
    chosen, passes = config(Source(feed=FEED, cron="0 0 1 1 *", recheck=DAYS), keep=keep), []
    for day in range(13):
        web.pages[CITED] = Said(
            page("Source", f"These are its words after change {'abcdefghijklm'[min(day, changes)] * 9}, at some length.")
        )
        passes.append(asyncio.run(run_once(store, chosen, Silent(), clock=web.clock, transport=web)))
        web.clock.forward(86400)
    return web, passes


def names(store: Path) -> list[str]:
    with Catalog(store) as catalog:
        return [name for name, _ in catalog.chains.ages()]


def test_without_a_rule_nothing_goes(tmp_path: Path) -> None:
    _, passes = living(tmp_path, Keep(), 12)
    assert len(names(tmp_path)) == 13
    assert not any(one.doomed or one.removed for one in passes)


def test_what_is_old_is_announced_then_removed_and_the_rest_verifies(tmp_path: Path) -> None:
    keep = Keep(max_age=3 * 86400.0, least=2, grace=2 * 86400.0)
    _, passes = living(tmp_path, keep, 12)
    removed = [name for one in passes for name in one.removed]
    assert removed
    for at, one in enumerate(passes):
        for name in one.removed:
            first = next(n for n, earlier in enumerate(passes) if name in [doomed.name for doomed in earlier.doomed])
            assert at - first >= 2, "removed before its grace was over"
    left = names(tmp_path)
    assert len(left) >= 2
    assert not set(left) & set(removed)
    assert all(not (tmp_path / name).exists() for name in removed)
    lines = [json.loads(line) for line in (tmp_path / "reports" / "removed.jsonl").read_text().splitlines()]
    assert [line["snapshot"] for line in lines] == removed
    with Catalog(tmp_path) as catalog:
        assert [fault for name in left for fault in verify(tmp_path / name, catalog).faults] == []


def test_what_later_records_lean_on_stays(tmp_path: Path) -> None:
    # After two changes nothing changes any more: every later look is a revisit of the third payload.
    living(tmp_path, Keep(max_age=86400.0, least=1, grace=1.0), 2)
    left = names(tmp_path)
    with Catalog(tmp_path) as catalog:
        head = catalog.manifest(catalog.chains.head(STORY) or "")
        (capture,) = [one for one in head["citations"][0]["captures"] if one["role"] == "seed"]
        revisit = next(one for one in capture["records"] if one["type"] == "revisit")
        origin = catalog.where(revisit["payload_sha256"])
        assert origin is not None
        assert origin[0].is_file()
        assert head["citations"][0]["history"]["standing"] in left
        assert [fault for name in left for fault in verify(tmp_path / name, catalog).faults] == []


def test_the_largest_store_shrinks_to_its_limit_as_far_as_it_may(tmp_path: Path) -> None:
    living(tmp_path, Keep(), 12)
    with Catalog(tmp_path) as catalog:
        size = sum(one.stat().st_size for name in names(tmp_path) for one in (tmp_path / name).rglob("*") if one.is_file())
        now = SetClock().now() + timedelta(days=20)
        planned = keeping.plan(catalog, Keep(max_size=size // 2), now)
        assert planned
        keeping.remove(catalog, planned, now)
        left = sum(one.stat().st_size for name in names(tmp_path) for one in (tmp_path / name).rglob("*") if one.is_file())
    assert left < size
