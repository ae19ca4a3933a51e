"""What sources list: items seen once whatever their names, sitemaps within sitemaps, files that change, messages, lines; asked politely."""

from __future__ import annotations

import asyncio
import gzip
import os
from pathlib import Path

import pytest

from archiver.config import Source
from archiver.record.catalog.agenda import Agenda
from archiver.record.catalog.catalog import Catalog
from archiver.service.runs.run import Pass, run_once
from archiver.service.runs.watch import messages
from tests.service.played import PlayedWeb, Said, SetClock, Silent, article, config, feed, page

FEED = "https://paper.test/feed"


@pytest.fixture
def web() -> PlayedWeb:
    played = PlayedWeb(SetClock())
    for n in range(6):
        played.pages[f"https://paper.test/story-{n}"] = Said(article(f"Story {n}", [f"https://source-{n}.test/page"]))
        played.pages[f"https://source-{n}.test/page"] = Said(
            page(f"Source {n}", "What the source has to say, in so many words that it is a page.")
        )
    return played


def once(store: Path, web: PlayedWeb, source: Source) -> Pass:
    return asyncio.run(run_once(store, config(source), Silent(), clock=web.clock, transport=web))


def hourly(store: Path, web: PlayedWeb, source: Source) -> Pass:
    web.clock.forward(3600)
    return once(store, web, source)


def rss(*items: tuple[str, str, str]) -> Said:
    return Said(feed(list(items)), media_type="application/rss+xml")


def test_an_item_is_seen_once_though_its_guid_its_url_or_both_change(tmp_path: Path, web: PlayedWeb) -> None:
    source = Source(feed=FEED)
    web.pages[FEED] = rss(("g0", "The very story", "https://paper.test/story-0"))
    assert len(once(tmp_path, web, source).snapshots) == 1
    for items in (
        [("g0", "The very story", "https://paper.test/story-1")],  # another address
        [("other", "The very story", "https://paper.test/story-0?utm_source=rss")],  # another guid, the same page
        [("third", "The Very  Story", "https://paper.test/story-2")],  # both, the same title and day
    ):
        web.pages[FEED] = rss(*items)
        assert hourly(tmp_path, web, source).snapshots == []
    # Two with one title in one list are two.
    web.pages[FEED] = rss(
        ("third", "The very story", "https://paper.test/story-2"), ("fourth", "The very story", "https://paper.test/story-3")
    )
    assert len(hourly(tmp_path, web, source).snapshots) == 1


def test_a_feed_that_did_not_change_costs_a_304(tmp_path: Path, web: PlayedWeb) -> None:
    source = Source(feed=FEED)
    web.pages[FEED] = rss(("g0", "A story", "https://paper.test/story-0"))
    once(tmp_path, web, source)
    hourly(tmp_path, web, source)
    assert [(conditional, status) for _, url, conditional, status in web.asked if url == FEED] == [(False, 200), (True, 304)]


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ((b'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>urn:1</id><title>S</title>'
         b'<link href="https://paper.test/story-0"/><updated>2026-01-05T00:00:00Z</updated></entry></feed>'), "application/atom+xml"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": [{"id": 7, "url": "https://paper.test/story-0"}]}',
         "application/feed+json"),
    ],
)  # fmt: skip
def test_feeds_of_other_forms_are_read(tmp_path: Path, web: PlayedWeb, form: bytes, media_type: str) -> None:
    web.pages[FEED] = Said(form, media_type=media_type)
    assert len(once(tmp_path, web, Source(feed=FEED)).snapshots) == 1


def test_what_is_no_feed_is_a_problem_that_is_tried_again_before_the_next_slot(tmp_path: Path, web: PlayedWeb) -> None:
    source = Source(feed=FEED, cron="0 0 * * *")
    web.pages[FEED] = Said(b"<!doctype html><title>Login</title><p>Please log in.")
    assert "cannot be read as a feed" in once(tmp_path, web, source).problems[0]
    assert once(tmp_path, web, source).polled == []
    web.pages[FEED] = rss(("g0", "A story", "https://paper.test/story-0"))
    web.clock.forward(301)
    assert len(once(tmp_path, web, source).snapshots) == 1


def test_people_are_told_of_a_source_that_stays_down(tmp_path: Path, web: PlayedWeb) -> None:
    source = Source(feed=FEED, cron="0 0 * * *")
    web.pages[FEED] = Said(error="dns_error")
    events = []
    for _ in range(8):
        events += once(tmp_path, web, source).events
        web.clock.forward(3601)
    assert [(one.kind, one.said["source"]) for one in events] == [("failed", source.key)]


def test_sitemaps_within_sitemaps_are_followed_and_gzip_is_undone(tmp_path: Path, web: PlayedWeb) -> None:
    def urls(*numbers: int) -> bytes:
        listed = "".join(f"<url><loc>https://paper.test/story-{n}</loc><lastmod>2026-01-0{n + 1}</lastmod></url>" for n in numbers)
        return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()

    index = "https://paper.test/sitemap.xml"
    children = "".join(f"<sitemap><loc>https://paper.test/{name}</loc></sitemap>" for name in ("a.xml.gz", "b.xml"))
    web.pages[index] = Said(f"<sitemapindex>{children}</sitemapindex>".encode(), media_type="application/xml")
    web.pages["https://paper.test/a.xml.gz"] = Said(gzip.compress(urls(0, 1)), media_type="application/gzip")
    web.pages["https://paper.test/b.xml"] = Said(urls(2), media_type="application/xml")
    source = Source(sitemap=index)
    assert len(once(tmp_path, web, source).snapshots) == 3
    web.asked.clear()
    assert hourly(tmp_path, web, source).snapshots == []
    assert {status for _, url, _, status in web.asked if url != index} == {304}
    web.pages["https://paper.test/b.xml"] = Said(urls(2, 3), media_type="application/xml")  # the index stays as it is
    assert len(hourly(tmp_path, web, source).snapshots) == 1


def test_of_a_long_first_list_only_so_many_are_archived(tmp_path: Path, web: PlayedWeb) -> None:
    web.pages[FEED] = rss(*((f"g{n}", f"Story {n}", f"https://paper.test/story-{n}") for n in range(5)))
    source = Source(feed=FEED, backlog=2)
    assert len(once(tmp_path, web, source).snapshots) == 2
    assert hourly(tmp_path, web, source).snapshots == []


def test_a_folder_is_watched_and_a_changed_file_is_a_new_version(tmp_path: Path, web: PlayedWeb) -> None:
    folder, store = tmp_path / "desk", tmp_path / "store"
    folder.mkdir()
    file = folder / "draft.html"
    file.write_bytes(article("A draft", ["https://source-0.test/page"]))
    (folder / ".hidden.html").write_bytes(b"<p>no")
    (folder / "half.html.part").write_bytes(b"<p>no")
    source = Source(folder=str(folder))
    assert len(once(store, web, source).snapshots) == 1
    os.utime(file, (2e9, 2e9))
    assert hourly(store, web, source).snapshots == []  # touched, not changed
    file.write_bytes(article("A draft", ["https://source-0.test/page", "https://source-1.test/page"]))
    looked = hourly(store, web, source)
    assert len(looked.snapshots) == 1
    (told,) = [one.said for one in looked.events if one.kind == "article"]
    assert len(told["citations_added"]) == 1
    with Catalog(store) as catalog:
        assert len(catalog.chains.chain(looked.snapshots[0])) == 2
    assert hourly(store, web, source).snapshots == []


def test_a_file_of_a_folder_that_cannot_be_named_does_not_stop_the_others(tmp_path: Path, web: PlayedWeb) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    for name in (os.fsdecode(b"\xff.html"), "draft.html"):
        (folder / name).write_bytes(article("A draft", ["https://source-0.test/page"]))
    made = once(tmp_path / "store", web, Source(folder=str(folder)))
    assert len(made.snapshots) == 1
    (problem,) = made.problems
    assert problem == f"folder:{folder}: \\udcff.html is no name in UTF-8, rename it"


def test_a_list_names_articles_a_line_each(tmp_path: Path, web: PlayedWeb) -> None:
    listed = tmp_path / "urls.txt"
    (tmp_path / "own.html").write_bytes(article("Own", ["https://source-5.test/page"]))
    listed.write_text("# what we watch\nhttps://paper.test/story-0\n\nhttps://paper.test/story-0#again\nown.html\n")
    source = Source(list=str(listed))
    assert len(once(tmp_path / "store", web, source).snapshots) == 2
    listed.write_text(listed.read_text() + "https://paper.test/story-1\n")
    assert len(hourly(tmp_path / "store", web, source).snapshots) == 1


MAIL = """From editor@paper.test Mon Jan  5 08:00:00 2026
From: Editor <editor@paper.test>
Subject: A letter
Message-ID: <one@paper.test>
Content-Type: text/plain; charset=utf-8

Words of a letter that cites https://source-0.test/page and more.
>From here on it is quoted.

From editor@paper.test Mon Jan  5 09:00:00 2026
From: Editor <editor@paper.test>
Subject: Another letter
Message-ID: <two@paper.test>
Content-Type: text/plain; charset=utf-8

Other words that cite https://source-1.test/page as well.
"""


def test_each_message_of_a_mailbox_is_archived_once(tmp_path: Path, web: PlayedWeb) -> None:
    box = tmp_path / "box.mbox"
    box.write_text(MAIL)
    assert [key for key, _ in messages(box)] == ["one@paper.test", "two@paper.test"]
    assert b"\nFrom here" in next(messages(box))[1]
    source = Source(mailbox=str(box))
    made = once(tmp_path / "store", web, source)
    assert (len(made.snapshots), made.problems) == (2, [])
    box.write_text(MAIL.replace("Subject: A letter", "Subject: A letter\nX-Status: R"))  # a reader rewrote the file
    assert hourly(tmp_path / "store", web, source).snapshots == []


def test_an_article_is_looked_at_at_each_slot_and_written_only_when_it_changed(tmp_path: Path, web: PlayedWeb) -> None:
    source = Source(article="https://paper.test/story-0")
    assert len(once(tmp_path, web, source).snapshots) == 1
    web.asked.clear()
    assert hourly(tmp_path, web, source).snapshots == []
    assert [(url, status) for _, url, _, status in web.asked] == [("https://paper.test/story-0", 304)]
    web.pages["https://paper.test/story-0"] = Said(article("Story 0", ["https://source-0.test/page", "https://source-1.test/page"]))
    looked = hourly(tmp_path, web, source)
    assert len(looked.snapshots) == 1
    assert [one.kind for one in looked.events] == ["article"]
    assert len(web.times("https://source-0.test/page")) == 0  # what it cited before was not due


def test_a_source_that_is_missing_is_a_problem_and_the_others_go_on(tmp_path: Path, web: PlayedWeb) -> None:
    web.pages[FEED] = rss(("g0", "A story", "https://paper.test/story-0"))
    sources = (Source(folder=str(tmp_path / "none")), Source(mailbox=str(tmp_path / "none.mbox")), Source(feed=FEED))
    made = asyncio.run(run_once(tmp_path / "store", config(*sources), Silent(), clock=web.clock, transport=web))
    assert len(made.problems) == 2
    assert len(made.snapshots) == 1


def test_an_article_that_is_none_is_tried_again_and_given_up(tmp_path: Path, web: PlayedWeb) -> None:
    url = "https://paper.test/late"
    web.pages[FEED] = rss(("g", "Late", url))
    web.pages[url] = Said(b"", 503)
    source, events = Source(feed=FEED, cron="0 0 1 1 *"), []
    for _ in range(30):
        made = once(tmp_path, web, source)
        events += [one.kind for one in made.events]
        with Agenda(tmp_path) as agenda:
            due = agenda.next_item()
        if due is None:
            break
        web.clock.to(due)
    assert events == ["failed"]
    assert 3 < len(web.times(url)) < 12
