"""A year on a small web, by a clock that is set: articles that appear in a feed, sources half of which change, die, come back, move, or ask
for patience; and what must have been noticed of it, and when. Run as a module it lives the year in a process of its own, to be killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from archiver.config import Config, Notify, Source
from archiver.record.catalog.agenda import Agenda, Event
from archiver.record.catalog.catalog import Catalog
from archiver.service.runs.run import Pass, run_once
from tests.service.played import GONE, START, PlayedWeb, Said, SetClock, Silent, article, config, feed, page

DAY = timedelta(days=1)
FEED = "https://paper.test/feed"
RECHECK = (86400.0, 7 * 86400.0, 30 * 86400.0)
EVERY = (14 * 86400.0, 56 * 86400.0)
CHANGES = ("edited", "deleted", "dead", "back", "limited", "moved")
QUIET = ("both", "etag", "modified", "none", "token", "chrome")
WORDS = [
    "river",
    "market",
    "council",
    "bridge",
    "winter",
    "harvest",
    "teacher",
    "station",
    "letter",
    "garden",
    "island",
    "signal",
    "market",
    "window",
    "copper",
    "valley",
]


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a source: nothing (None), or a change at a time, undone at `until` where it comes back."""

    url: str
    change: str | None
    at: datetime | None
    until: datetime | None
    form: str  # how its server answers: with which validators, or with other bytes every time
    words: str


@dataclass(slots=True)
class Year:
    """The plan of a year: when each article appears, and the fate of each source."""

    articles: int
    sources: int  # of each article
    seed: int = 1
    days: int = 365
    appears: dict[str, datetime] = field(default_factory=dict)
    fates: dict[str, Fate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        for number in range(self.articles):
            url = f"https://paper.test/story-{number}"
            self.appears[url] = START + DAY * chance.randrange(0, max(1, min(120, self.days // 3)))
            for cited in self.cited(number):
                self.fates[cited] = self._fate(cited, self.appears[url], chance)

    def cited(self, number: int) -> list[str]:
        return [f"https://host-{number}-{n}.test/page" for n in range(self.sources)]

    def _fate(self, url: str, seen: datetime, chance: random.Random) -> Fate:
        words = " ".join(chance.choices(WORDS, k=60))
        form = chance.choice(QUIET)
        if chance.random() < 0.5:
            return Fate(url, None, None, None, form, words)
        change = chance.choice(CHANGES)
        at = seen + timedelta(days=chance.uniform(0.5, max(1.0, self.days * 0.55)))
        until = None
        if change == "back":
            until = at + timedelta(days=chance.uniform(20, 90))
        elif change == "limited":  # for some hours around a look that is planned
            at = seen + timedelta(seconds=chance.choice(RECHECK)) - timedelta(hours=1)
            until = at + timedelta(hours=chance.uniform(2, 12))
        return Fate(url, change, at, until, form, words)

    def web(self, clock: SetClock) -> PlayedWeb:
        """Return the web of this year, by the clock."""
        played = PlayedWeb(clock)
        played.pages[FEED] = self._feed
        for number, url in enumerate(self.appears):
            played.pages[url] = Said(article(f"Story {number}", self.cited(number)))
        for fate in self.fates.values():
            played.pages[fate.url] = partial(_answer, fate)
            if fate.change == "moved":
                played.pages[_moved(fate.url)] = partial(_page, fate)
        return played

    def _feed(self, now: datetime) -> Said:
        there = [(url, when) for url, when in self.appears.items() if when <= now]
        latest = sorted(there, key=lambda one: one[1], reverse=True)[:500]
        # A publisher renames its guids in spring, which makes no item a new one.
        era = "b" if now > START + 100 * DAY else "a"
        return Said(feed([(f"{era}-{url}", f"Story of {url}", url) for url, _ in latest]), media_type="application/rss+xml")


def _moved(url: str) -> str:
    return url + "/moved"


def _answer(fate: Fate, now: datetime) -> Said:
    happened = fate.at is not None and now >= fate.at and (fate.until is None or now < fate.until)
    match fate.change if happened else None:
        case "deleted" | "back":
            return Said(GONE, 404)
        case "dead":
            return Said(error="dns_error")
        case "limited":
            return Said(b"slow down", 429, headers=(("Retry-After", "1800"),))
        case "moved":
            return Said(b"", 301, headers=(("Location", _moved(fate.url)),))
        case _:
            return _page(fate, now)


def _page(fate: Fate, now: datetime) -> Said:
    words = fate.words.split()
    if fate.change == "edited" and fate.at is not None and now >= fate.at:
        words[20:23] = ["altogether", "other", "words"]
    text = " ".join(words)
    body = page(f"Page {fate.url}", f"{text[:200]}.", f"{text[200:]}, it says.")
    token = f"{now:%Y%m%d%H%M%S}"
    if fate.form == "token":
        body = body.replace(b"<head>", f"<head><meta name='csrf-token' content='{token}'>".encode())
    if fate.form == "chrome":
        body = body.replace(b"<article>", f"<nav><a href='/{token}'>Latest {token}</a></nav><p>{token[-4:]} views</p><article>".encode())
    validators = fate.form if fate.form in ("both", "etag", "modified") else "none"
    modified = fate.at if fate.change == "edited" and fate.at and now >= fate.at else START
    return Said(body, validators=validators, modified=modified)


def settings(webhook: str = "") -> Config:
    every = ("deleted", "edited", "failed", "moved", "restored", "unavailable", "problems", "article", "different_author", "rescued")
    watched = Source(feed=FEED, cron="0 8 * * *", recheck=RECHECK, recheck_every=EVERY)
    return config(watched, notify=Notify(webhook=webhook, on=every))


def live(year: Year, store: Path, clock: SetClock, web: PlayedWeb, webhook: str = "", note: Path | None = None) -> Iterator[Pass]:
    """Live from the clock's time to the year's end, pass by pass; `note` remembers the time of the pass under way."""
    chosen, end = settings(webhook), START + DAY * year.days
    while clock.now() < end:
        if note is not None:
            beside = note.with_suffix(".new")
            beside.write_text(clock.now().isoformat())
            beside.replace(note)
        made = asyncio.run(run_once(store, chosen, Silent(), clock=clock, transport=web))
        yield made
        if made.due_next is None:
            return
        clock.to(max(made.due_next, clock.now() + timedelta(seconds=60)))


@dataclass(slots=True)
class Judged:
    """What of the plan was noticed, and how."""

    planned: int = 0
    noticed: int = 0
    missed: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unseen: int = 0  # what was undone before anybody looked


EXPECTED = {"edited": "edited", "deleted": "deleted", "dead": "failed", "moved": "moved"}


def judge(year: Year, web: PlayedWeb, events: list[Event]) -> Judged:
    """Hold the events against the plan: each noticed at the first look after it happened, nothing else."""
    found, judged = defaultdict(list), Judged()
    for event in events:
        found[event.said.get("cited"), event.kind].append(event.at)
    looks, seen = defaultdict(list), set()
    for when, url, _, _ in web.asked:
        looks[url].append(when)
    for fate in year.fates.values():
        for kind, at, until in _planned(fate):
            asked = next((when for when in looks[fate.url] if when >= at and (until is None or when < until)), None)
            if asked is None or (kind == "restored" and (fate.url, "deleted") not in seen):
                judged.unseen += 1
                continue
            judged.planned += 1
            seen.add((fate.url, kind))
            told = found.pop((fate.url, kind), [])
            # A pass takes its time: an archive that is asked for a copy sets its own pace. What fails is given up after a day.
            slack = timedelta(hours=25) if kind == "failed" else timedelta(hours=1)
            if not told:
                judged.missed.append(f"{fate.url} {fate.change} {kind} {at}, asked {asked}")
            elif told[0] > asked + slack:
                judged.late.append(f"{fate.url} {kind} {at}, asked {asked}, told {told[0]}")
            else:
                judged.noticed += 1
            judged.doubled += [f"{fate.url} {kind}"] * (len(told) - 1)
    judged.false = [f"{key} {times}" for key, times in found.items()]
    return judged


def _planned(fate: Fate) -> Iterator[tuple[str, datetime, datetime | None]]:
    if fate.at is None or fate.change == "limited":
        return
    if fate.change == "back":
        assert fate.until is not None
        yield "deleted", fate.at, fate.until
        yield "restored", fate.until, None
    else:
        yield EXPECTED[fate.change or ""], fate.at, None


def end_state(store: Path) -> dict[str, Any]:
    """Return what a year came to, whatever way it took: each citation's latest outcome, each event, without random retry times."""
    with Catalog(store) as catalog, Agenda(store) as agenda:
        citations = {}
        for source, head in catalog.chains.heads():
            for one in catalog.manifest(head)["citations"]:
                citations[f"{source} {one['url']}"] = [one["outcome"], one["state"]]
        events = Counter(f"{one.kind} {one.said.get('cited') or one.said.get('source')}" for one in agenda.events())
    return {"citations": citations, "events": dict(sorted(events.items()))}


def main(arguments: list[str]) -> None:
    """Live a year in this process: folder, articles, sources, days, webhook. Killed, it goes on where it was."""
    folder, (articles, sources, days), webhook = Path(arguments[0]), map(int, arguments[1:4]), arguments[4]
    year, note, asked = Year(articles, sources, days=days), folder / "now", folder / "asked"
    clock = SetClock(datetime.fromisoformat(note.read_text()) if note.exists() else START)
    web = year.web(clock)
    with asked.open("a", buffering=1) as log:
        web.before = lambda url: print(json.dumps([clock.now().isoformat(), url]), file=log)
        for _ in live(year, folder / "store", clock, web, webhook, note):
            pass
    (folder / "done").touch()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
