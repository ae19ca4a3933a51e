"""Who is told: each event once; again, under the same name, where nobody was there; signed; and what a killed message comes to."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from archiver.config import Config, Notify, Source
from archiver.record.catalog.agenda import Agenda, Event
from archiver.service.demo.server import LoopbackServer, Request, page, running
from archiver.service.events.notify import SECRET, spelled
from archiver.service.events.report import write_feed
from archiver.service.runs.run import Pass, run_once
from tests.service.played import START, PlayedWeb, Said, SetClock, Silent, article, config, feed
from tests.service.played import page as written

STORY = "https://paper.test/story"
FEED = "https://paper.test/feed"
CITED = [f"https://source-{n}.test/page" for n in range(3)]
WATCHED = Source(feed=FEED, cron="0 0 1 1 *", recheck=tuple(86400.0 * day for day in range(1, 9)))


class Receiver:
    """A webhook's receiver that can be down."""

    def __init__(self) -> None:
        self.heard: list[Request] = []
        self.down = False
        self.server = LoopbackServer({("*", "/hook"): self._hear})

    def _hear(self, request: Request) -> bytes:
        self.heard.append(request)
        return page(b"", "503 Down" if self.down else "204 No Content")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    with running(made.server):
        yield made


@pytest.fixture
def web() -> PlayedWeb:
    played = PlayedWeb(SetClock())
    played.pages |= {FEED: Said(feed([("g", "Story", STORY)]), media_type="application/rss+xml"), STORY: Said(article("Story", CITED))}
    played.pages |= {url: Said(written(url, f"These are the words that {url} shows to everybody, at some length.")) for url in CITED}
    return played


def settings(receiver: Receiver) -> Config:
    return config(WATCHED, notify=Notify(webhook=receiver.server.url("/hook"), on=("deleted",)))


def once(store: Path, web: PlayedWeb, chosen: Config) -> Pass:
    return asyncio.run(run_once(store, chosen, Silent(), clock=web.clock, transport=web))


def keys(request: Request) -> list[str]:
    return [event["event"] for event in json.loads(request.body)["events"]]


def test_one_signed_message_a_run_with_all_its_events(tmp_path: Path, web: PlayedWeb, receiver: Receiver) -> None:
    os.environ[SECRET] = "a key of ours"
    try:
        once(tmp_path, web, settings(receiver))
        assert receiver.heard == []
        for url in CITED[:2]:
            web.pages[url] = Said(status=404)
        web.clock.forward(86400)
        made = once(tmp_path, web, settings(receiver))
    finally:
        del os.environ[SECRET]
    (heard,) = receiver.heard
    said = json.loads(heard.body)
    assert [event["cited"] for event in said["events"]] == CITED[:2]
    assert all(event["sentence"] for event in said["events"])
    moment, _, mac = heard.headers["archiver-signature"].removeprefix("t=").partition(",v1=")
    assert mac == hmac.new(b"a key of ours", moment.encode() + b"." + heard.body, hashlib.sha256).hexdigest()
    assert int(moment) == int(web.clock.now().timestamp())
    assert made.problems == []
    web.clock.forward(86400)
    once(tmp_path, web, settings(receiver))
    assert len(receiver.heard) == 1


def test_a_receiver_that_is_down_is_tried_later_with_what_happened_since(tmp_path: Path, web: PlayedWeb, receiver: Receiver) -> None:
    once(tmp_path, web, settings(receiver))
    receiver.down = True
    web.pages[CITED[0]] = Said(status=404)
    web.clock.forward(86400)
    assert once(tmp_path, web, settings(receiver)).problems
    assert once(tmp_path, web, settings(receiver)).problems == []  # not before its wait is over
    assert len(receiver.heard) == 1
    receiver.down = False
    web.pages[CITED[1]] = Said(status=410)
    web.clock.forward(86400)
    once(tmp_path, web, settings(receiver))
    assert len(keys(receiver.heard[1])) == 2
    web.clock.forward(86400)
    once(tmp_path, web, settings(receiver))
    assert len(receiver.heard) == 2


def test_a_message_that_a_kill_left_under_way_is_sent_again_under_its_name(tmp_path: Path, web: PlayedWeb, receiver: Receiver) -> None:
    once(tmp_path, web, settings(receiver))
    web.pages[CITED[0]] = Said(status=404)
    web.clock.forward(86400)
    once(tmp_path, web, settings(receiver))
    with Agenda(tmp_path) as agenda:  # as if the run had been killed between the message and its mark
        (event,) = agenda.events()
        agenda.deliver("webhook", [event.id], "sending", batch=receiver.heard[0].headers["archiver-delivery"])
    once(tmp_path, web, settings(receiver))
    first, second = receiver.heard
    assert first.headers["archiver-delivery"] == second.headers["archiver-delivery"]
    assert first.body == second.body


def test_a_person_is_not_told_twice_but_that_something_may_be_missing(tmp_path: Path, web: PlayedWeb, receiver: Receiver) -> None:
    # Apprise's own JSON plugin posts to loopback.
    target = receiver.server.url("/hook").replace("http://", "json://")
    chosen = config(WATCHED, notify=Notify(urls=(target,), on=("deleted",)))
    once(tmp_path, web, chosen)
    web.pages[CITED[0]] = Said(status=404)
    web.clock.forward(86400)
    assert once(tmp_path, web, chosen).problems == []
    assert CITED[0] in json.loads(receiver.heard[0].body)["message"]
    with Agenda(tmp_path) as agenda:
        (name,) = {row[0] for row in agenda._db.execute("SELECT receiver FROM delivery")}
        (event,) = agenda.events()
        agenda.deliver(name, [event.id], "sending", batch="x")
    web.pages[CITED[1]] = Said(status=404)
    web.clock.forward(86400)
    once(tmp_path, web, chosen)
    said = json.loads(receiver.heard[1].body)["message"]
    assert CITED[1] in said
    assert CITED[0] not in said
    assert "1 earlier events may not have reached you" in said


def test_a_new_receiver_is_told_of_what_happens_from_then_on(tmp_path: Path, web: PlayedWeb, receiver: Receiver) -> None:
    once(tmp_path, web, config(WATCHED))
    web.pages[CITED[0]] = Said(status=404)
    web.clock.forward(86400)
    once(tmp_path, web, config(WATCHED))
    once(tmp_path, web, settings(receiver))
    assert receiver.heard == []


def test_templates_are_filled_and_never_run() -> None:
    said = {"cited": "https://a.test/", "article": "<b>A</b> $kind {x.__class__}", "reason": "gone", "source": "s"}
    title, body = spelled([Event(1, "k", "deleted", START, "r", said)], "$number of $events", "$what ($nonsense) $article")
    assert title == "1 of event"
    assert body == "https://a.test/ ($nonsense) <b>A</b> $kind {x.__class__}"
    assert spelled([Event(1, "k", "disk", START, "r", {"reason": "9 bytes are free"})])[1] == "disk: 9 bytes are free"


def test_the_feed_is_atom_whatever_a_title_holds(tmp_path: Path) -> None:
    said = {"cited": "https://a.test/?a=1&b=2", "article": "\x00\x1b[31m<script>\ud800 & \ufffe", "reason": "«قال»"}
    events = [Event(n, f"key-{n}", "edited", START + timedelta(days=n), "r", said) for n in (2, 1)]
    root = ET.fromstring(write_feed(tmp_path, events).read_bytes())
    space = "{http://www.w3.org/2005/Atom}"
    assert [one.findtext(f"{space}id") for one in root.iter(f"{space}entry")] == ["urn:archiver:event:key-2", "urn:archiver:event:key-1"]
    assert root.findtext(f"{space}updated") == "2026-01-07T08:00:00.000000Z"
