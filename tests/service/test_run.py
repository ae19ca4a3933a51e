"""Scheduled runs: what is due is done, once; what is archived is looked at again, politely; what changed is told, once."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archiver.citation.citation import Citation, Claims, Reference
from archiver.config import Notify, Source
from archiver.embed import x
from archiver.record.catalog.agenda import Agenda
from archiver.record.catalog.catalog import Catalog
from archiver.record.rebuild import rebuild_catalog, rebuild_snapshot
from archiver.record.verify import verify
from archiver.service.again.history import history
from archiver.service.archive import Order, archive_at
from archiver.service.desk import at_desk
from archiver.service.runs.run import Pass, run_once
from tests.record import made
from tests.service.played import START, PlayedWeb, Said, SetClock, Silent, article, config, feed, page

FEED = "https://paper.test/feed"
STORY = "https://paper.test/story"
WATCHED = Source(feed=FEED, cron="0 * * * *", recheck=(86400.0, 7 * 86400.0), recheck_every=(7 * 86400.0, 28 * 86400.0))


def cited(n: int) -> str:
    return f"https://source-{n}.test/page"


@pytest.fixture
def web() -> PlayedWeb:
    """A paper with a feed of one story that cites three sources."""
    played = PlayedWeb(SetClock())
    played.pages[FEED] = Said(feed([("g1", "The story", STORY)]), media_type="application/rss+xml")
    played.pages[STORY] = Said(article("The story", [cited(1), cited(2), cited(3)]))
    for n in (1, 2, 3):
        played.pages[cited(n)] = Said(
            page(f"Source {n}", f"This is what the source number {n} has to say about the matter, at some length.")
        )
    return played


def once(store: Path, web: PlayedWeb, settings: Any = None) -> Pass:
    return asyncio.run(run_once(store, settings or config(WATCHED), Silent(), clock=web.clock, transport=web))


def head(store: Path, source: str = STORY) -> dict[str, Any]:
    with Catalog(store) as catalog:
        name = catalog.chains.head(source)
        assert name is not None
        return catalog.manifest(name)


def test_a_new_item_is_archived_and_the_same_slot_does_nothing_more(tmp_path: Path, web: PlayedWeb) -> None:
    first = once(tmp_path, web)
    assert len(first.snapshots) == 1
    assert first.problems == []
    asked = len(web.asked)
    second = once(tmp_path, web)
    assert (second.snapshots, second.polled, len(web.asked)) == ([], [], asked)
    assert first.due_next == START + timedelta(hours=1)
    manifest = head(tmp_path)
    assert (manifest["run"]["trigger"], manifest["predecessor"]) == ("watch", None)
    assert [one["outcome"] for one in manifest["citations"]] == ["captured"] * 3


def test_an_unchanged_look_is_a_304_a_revisit_and_no_event(tmp_path: Path, web: PlayedWeb) -> None:
    once(tmp_path, web)
    before = head(tmp_path)
    web.clock.forward(86400)
    web.asked.clear()
    looked = once(tmp_path, web)
    assert len(looked.snapshots) == 1
    assert looked.events == []
    assert {status for _, _, conditional, status in web.asked if conditional} == {304}
    assert sorted(url for _, url, _, _ in web.asked) == sorted([FEED, STORY, cited(1), cited(2), cited(3)])
    manifest = head(tmp_path)
    assert manifest["predecessor"] == before["snapshot"]
    for citation in manifest["citations"]:
        (capture,) = citation["captures"]
        assert [one["type"] for one in capture["records"]] == ["revisit", "request", "metadata"]
        assert (citation["outcome"], citation["history"]["unchanged"], citation["history"]["standing"]) == (
            "captured",
            1,
            before["snapshot"],
        )
    path = tmp_path / manifest["snapshot"]
    with Catalog(tmp_path) as catalog:
        assert verify(path, catalog).faults == ()
    judged = made.judges(next(path.glob("archive/*.gz")))
    del judged["warcat"]  # it counts a revisit whose payload stands in another file as a problem
    assert set(judged.values()) == {0}
    kept = made.files(path)
    rebuild_snapshot(path)
    assert made.files(path) == kept


def test_what_changed_is_told_once_with_the_words(tmp_path: Path, web: PlayedWeb) -> None:
    once(tmp_path, web)
    web.pages[cited(2)] = Said(page("Source 2", "This is what the source number 2 never had to say about the matter, at some length."))
    web.pages[cited(3)] = Said(status=404)
    web.clock.forward(86400)
    looked = once(tmp_path, web)
    told = {one.kind: one.said for one in looked.events}
    assert set(told) == {"edited", "deleted"}
    assert told["edited"]["cited"] == cited(2)
    assert told["edited"]["difference"]["added"] == ["never had"]
    assert told["edited"]["difference"]["removed"] == ["has"]
    assert told["deleted"]["cited"] == cited(3)
    web.clock.forward(6 * 86400)
    again = once(tmp_path, web)
    assert len(again.snapshots) == 1
    assert again.events == []
    assert looked.report is not None
    assert "never had" in looked.report.read_text()
    assert (tmp_path / "reports" / "events.atom").read_text().count("<entry>") == 2


def test_a_deleted_page_that_comes_back_is_compared_with_what_it_was(tmp_path: Path, web: PlayedWeb) -> None:
    once(tmp_path, web)
    kept = web.pages[cited(1)]
    web.pages[cited(1)] = Said(status=410)
    web.clock.forward(86400)
    assert [one.kind for one in once(tmp_path, web).events] == ["deleted"]
    web.pages[cited(1)] = kept
    web.clock.forward(6 * 86400)
    assert [one.kind for one in once(tmp_path, web).events] == ["restored"]
    with Catalog(tmp_path) as catalog:
        found = history(catalog, catalog.chains.head(STORY) or "")
    words = [step["word"] for step in found["citations"][0]["history"]]
    assert words == ["captured", "deleted", "restored"]
    assert all(step["replay"]["memento"].endswith(cited(1)) for step in found["citations"][0]["history"])


def test_a_failure_is_retried_alone_when_it_is_due_and_given_up_in_time(tmp_path: Path, web: PlayedWeb) -> None:
    web.pages[cited(2)] = Said(b"", 503, headers=(("Retry-After", "600"),))
    once(tmp_path, web)
    (due,) = [one["next_attempt"] for one in head(tmp_path)["citations"] if one["next_attempt"]]
    assert due >= "2026-01-05T08:10:00"
    web.asked.clear()
    web.clock.forward(590)
    once(tmp_path, web)
    assert cited(2) not in [url for _, url, _, _ in web.asked]
    events, snapshots = [], 0
    for _ in range(40):
        made_now = once(tmp_path, web)
        events += [one.kind for one in made_now.events]
        snapshots += len(made_now.snapshots)
        if head(tmp_path)["citations"][1]["next_attempt"] is None or made_now.due_next is None:
            break
        web.clock.to(made_now.due_next)
    assert events.count("failed") == 1
    assert {url for _, url, _, _ in web.asked if "source" in url and web.clock.now() < START + timedelta(hours=24)} <= {cited(2)}
    assert head(tmp_path)["citations"][0]["outcome"] == "captured"
    assert snapshots < 12
    assert web.times(cited(2))[-1] <= START + timedelta(hours=25)


def test_an_edited_article_is_read_again_and_its_citations_located(tmp_path: Path, web: PlayedWeb) -> None:
    once(tmp_path, web)
    web.pages[cited(4)] = Said(page("Source 4", "Words of a fourth source that the article cites only now, and at some length."))
    web.pages[STORY] = Said(article("The story", [cited(1), cited(4), cited(3)]))
    web.clock.forward(86400)
    looked = once(tmp_path, web)
    (told,) = [one.said for one in looked.events if one.kind == "article"]
    assert [key for key in told["citations_added"] if "source-4" in key]
    assert [key for key in told["citations_removed"] if "source-2" in key]
    manifest = head(tmp_path)
    assert [one["url"] for one in manifest["citations"]] == [cited(1), cited(4), cited(3)]
    assert manifest["article"]["revision"]["changes"] == ["edited"]
    assert manifest["citations"][1]["outcome"] == "captured"


def test_rebuild_keeps_what_runs_remember(tmp_path: Path, web: PlayedWeb) -> None:
    once(tmp_path, web)
    web.pages[cited(1)] = Said(status=404)
    web.clock.forward(86400)
    once(tmp_path, web)
    with Agenda(tmp_path) as agenda:
        before = (agenda.events(), agenda.polled(WATCHED.key))
    with Catalog(tmp_path) as catalog:
        dumped = [row for row in catalog.dump() if row[0] != "host"]
    rebuild_catalog(tmp_path)
    with Agenda(tmp_path) as agenda, Catalog(tmp_path) as catalog:
        assert (agenda.events(), agenda.polled(WATCHED.key)) == before
        assert [row for row in catalog.dump() if row[0] != "host"] == dumped
        assert agenda.unnoticed() == []
    # And where the file is lost altogether, nothing is archived or told a second time.
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"catalog.sqlite{end}").unlink(missing_ok=True)
    rebuild_catalog(tmp_path)
    again = once(tmp_path, web)
    assert again.events == []
    assert again.snapshots == []


def test_people_are_told_once_and_again_where_nobody_was_there(tmp_path: Path, web: PlayedWeb) -> None:
    settings = config(WATCHED, notify=Notify(webhook="http://127.0.0.1:9/hook", on=("deleted",)))
    once(tmp_path, web, settings)
    web.pages[cited(1)] = Said(status=404)
    web.clock.forward(86400)
    looked = once(tmp_path, web, settings)
    assert [one for one in looked.problems if one.startswith("webhook")]
    with Agenda(tmp_path) as agenda:
        (waiting,) = agenda.outbox("webhook", web.clock.now() + timedelta(days=1))
    assert waiting.kind == "deleted"
    assert json.loads(json.dumps(waiting.said))["cited"] == cited(1)


def post(number: int, text: str) -> Said:
    """Return what an endpoint of X tells of a post."""
    user = {"id_str": "12", "name": "Some One", "screen_name": "someone"}
    moment = datetime.fromtimestamp(((number >> 22) + 1288834974657) / 1000, UTC)
    told = {"__typename": "Tweet", "id_str": str(number), "text": text, "lang": "en", "user": user, "entities": {}}
    return Said(json.dumps(told | {"created_at": moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")}).encode(), media_type="application/json")


def test_a_post_is_watched_by_its_words_and_its_state(tmp_path: Path, web: PlayedWeb) -> None:
    number, words = 1549651495053934001, "Words of our own, about nothing in particular"
    url = f"https://twitter.com/someone/status/{number}"
    quoted = (
        f'<blockquote class="twitter-tweet"><p lang="en">{words}</p>— Some One (@someone) <a href="{url}">July 20, 2022</a></blockquote>'
    )
    web.pages[STORY] = Said(page("The story", "As one reader put it in so many words at the time:", quoted))
    endpoint = next(one for one in x.targets(Citation(1, "embed", Reference("x", str(number), url, f"x:{number}"), True, Claims(), ())))
    web.pages[endpoint.url] = post(number, words)
    first = once(tmp_path, web)
    assert first.events == []
    assert head(tmp_path)["citations"][0]["comparison"]["verdict"] == "match"
    web.clock.forward(86400)
    web.pages[endpoint.url] = post(number, words + "\n")  # other bytes, the same words
    assert once(tmp_path, web).events == []
    web.clock.forward(6 * 86400)
    web.pages[endpoint.url] = post(number, words.replace("nothing", "something"))
    (edited,) = once(tmp_path, web).events
    assert (edited.kind, edited.said["difference"]["added"], edited.said["difference"]["removed"]) == ("edited", ["something"], ["nothing"])
    assert edited.said["comparison"]["verdict"] == "edited"
    web.clock.forward(14 * 86400)
    gone = {"__typename": "TweetTombstone", "tombstone": {"text": {"text": "This Post was deleted by the Post author. Learn more"}}}
    web.pages[endpoint.url] = Said(json.dumps(gone).encode(), media_type="application/json")
    assert [one.kind for one in once(tmp_path, web).events] == ["deleted"]
    with Catalog(tmp_path) as catalog:
        steps = history(catalog, catalog.chains.head(STORY) or "")["citations"][0]["history"]
    assert [step["word"] for step in steps] == ["captured", "edited", "deleted"]


def test_what_a_person_archived_is_retried_when_it_is_due_and_never_looked_at_again(tmp_path: Path, web: PlayedWeb) -> None:
    web.pages[cited(2)] = Said(b"", 503)

    async def by_hand() -> None:
        async with at_desk(tmp_path, config(), Silent(), clock=web.clock, transport=web) as desk:
            await archive_at(desk, Order(STORY))

    asyncio.run(by_hand())
    web.asked.clear()
    assert once(tmp_path, web, config()).snapshots == []
    assert web.asked == []
    (due,) = [one["next_attempt"] for one in head(tmp_path)["citations"] if one["next_attempt"]]
    web.clock.to(datetime.fromisoformat(due))
    web.pages[cited(2)] = Said(page("Source 2", "At last it answers, with so many words that it is a page."))
    assert len(once(tmp_path, web, config()).snapshots) == 1
    assert [url for _, url, _, _ in web.asked if "no-such" not in url] == [cited(2)]
    manifest = head(tmp_path)
    assert [one["outcome"] for one in manifest["citations"]] == ["captured"] * 3
    assert manifest["run"]["trigger"] == "retry"
    web.clock.forward(400 * 86400)
    assert once(tmp_path, web, config()).snapshots == []


def test_a_fault_that_one_article_brings_out_does_not_stop_the_others(tmp_path: Path, web: PlayedWeb) -> None:
    bad, good = "https://paper.test/bad", "https://paper.test/good"
    web.pages[FEED] = Said(feed([("g1", "Bad", bad), ("g2", "Good", good)]), media_type="application/rss+xml")
    web.pages[good] = web.pages[bad] = web.pages[STORY]

    def fault(url: str) -> None:
        if url == bad:
            raise RuntimeError("nobody thought of this")

    web.before = fault
    made = once(tmp_path, web)
    assert [name.rpartition("/")[0] for name in made.snapshots] == ["paper.test/good"]
    (problem,) = made.problems
    assert "unexpected RuntimeError: nobody thought of this" in problem
    web.before = lambda _url: None
    web.clock.forward(3600)
    assert [name.rpartition("/")[0] for name in once(tmp_path, web).snapshots] == ["paper.test/bad"]
