"""Rescue from an archive and the search for a quoted post: the index's answers, the choice of copies, the archive's pace."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.citation.platform import Answer, Post, Reading, State, Target
from archiver.embed import x
from archiver.fetch import cdx
from archiver.fetch.fetcher import Fetcher
from archiver.fetch.memento import Rescue, choose, rescue
from archiver.fetch.mention import Candidate, best_candidate, candidates, resolve_short, search_posts
from tests.fetch.simulated import Say, Script, SimulatedClock, network, read, simulate

FIELDS = ["timestamp", "original", "mimetype", "statuscode", "digest"]
DEAD = "https://dead.test/story"


def row(timestamp: str, original: str = DEAD, mimetype: str = "text/html", statuscode: str = "200", digest: str = "") -> cdx.Row:
    return cdx.Row(timestamp, original, mimetype, statuscode, digest or timestamp)


def table(*rows: cdx.Row, more: str | None = None) -> bytes:
    cells = [[r.timestamp, r.original, r.mimetype, r.statuscode, r.digest] for r in rows]
    return json.dumps([FIELDS, *cells, *([[], [more]] if more else [])] if rows else []).encode()


class Archive:
    """The Wayback Machine's two interfaces over rows and copies, as a script of the transport."""

    def __init__(self, index: Mapping[str, Say | list[Say]], copies: Mapping[str, Say] | None = None) -> None:
        self.index = {url: list(says) if isinstance(says, list) else [says] for url, says in index.items()}
        self.copies = copies or {}
        self.asked: list[dict[str, list[str]]] = []

    def __call__(self, request: httpx.Request) -> Say:
        parts = urlsplit(request.extensions["url"])
        if parts.path == "/cdx/search/cdx":
            query = parse_qs(parts.query)
            self.asked.append(query)
            says = self.index.get(query["url"][0], [Say(200, b"[]")])
            return says.pop(0) if len(says) > 1 else says[0]
        return self.copies.get(request.extensions["url"], Say(404, b"no copy"))


class Anything(dict[str, Callable[[httpx.Request], Say]]):
    """Every URL is answered by one function."""

    def __init__(self, answer: Callable[[httpx.Request], Say]) -> None:
        super().__init__()
        self.answer = answer

    def get(self, *_: object) -> Callable[[httpx.Request], Say]:
        return self.answer


def script(archive: Archive) -> Script:
    return Script(Anything(archive), SimulatedClock())


def rescued(archive: Archive, *urls: str, near: date | None = None, read_as: Callable[[Answer], Reading] = read) -> tuple[Rescue, Script]:
    wire = script(archive)

    async def work() -> Rescue:
        async with Fetcher(network(), wire, clock=wire.clock) as fetcher:
            return await rescue(fetcher, urls or (DEAD,), read=read_as, near=near, cited_by=(3,))

    return simulate(work()), wire


def copy(timestamp: str, said: Say, original: str = DEAD) -> dict[str, Say]:
    return {cdx.memento_url(timestamp, original): said}


# What the index says.


def test_rows_and_resume_key_are_read():
    listing = cdx.parse(table(row("20220101000000"), row("20220102000000"), more="org,x)/ 2022"))
    assert listing is not None
    assert [r.timestamp for r in listing.rows] == ["20220101000000", "20220102000000"]
    assert listing.resume_key == "org,x)/ 2022"
    assert listing.rows[0].moment == datetime(2022, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"[]", b"", b" \n", table(row("20220101000000"))[:0]])
def test_nothing_is_an_answer(body: bytes):
    assert cdx.parse(body) == cdx.Listing((), None)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[[1]]", b"null", b"[[", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_listing_is_none(body: bytes):
    assert cdx.parse(body) is None


@pytest.mark.parametrize(
    "bad",
    [
        row("2022"),
        row("99999999999999"),
        row("20220101000000", "https://a.test/x y"),
        row("20220101000000", "javascript:alert(1)"),
        row("20220101000000", "http://a.test/\r\nX: y"),
    ],
)
def test_rows_that_cannot_be_asked_for_are_passed_over(bad: cdx.Row):
    listing = cdx.parse(table(bad, row("20220101000000")))
    assert listing is not None
    assert len(listing.rows) == 1


@settings(max_examples=200)
@given(st.recursive(st.one_of(st.none(), st.text(), st.integers()), st.lists, max_leaves=20))
def test_any_json_is_read_or_refused(value: object):
    listing = cdx.parse(json.dumps(value).encode())
    assert listing is None or isinstance(listing.rows, tuple)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (
            Say(
                403, b"org.archive.util.io.RuntimeIOException: org.archive.wayback.exception.AdministrativeAccessControlException: Blocked"
            ),
            State.FORBIDDEN,
        ),
        (Say(200, b"RobotAccessControlException: Blocked Site Error"), State.FORBIDDEN),
        (Say(429), State.RATE_LIMITED),
        (Say(503, b"overloaded"), State.SERVER_ERROR),
        (Say(200, b"<html>maintenance"), State.UNREADABLE),
        (Say(200, b"[]"), State.OK),
    ],
)
def test_what_the_index_answers_instead(said: Say, state: State):
    answer = Answer(Target("https://web.archive.org/cdx"), "https://web.archive.org/cdx", said.status or 0, (), "", said.body)
    assert cdx.read(answer).state is state


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://web.archive.org/web/20220101000000id_/https://a.test/b?c=d", ("20220101000000", "https://a.test/b?c=d")),
        ("https://web.archive.org/web/20220101000000/http:/a.test/b", ("20220101000000", "http://a.test/b")),
        ("https://web.archive.org/web/2022/https://a.test/", None),
        ("https://evil.test/web/20220101000000id_/https://a.test/", None),
        ("https://a.test/", None),
    ],
)
def test_a_mementos_url_says_what_and_when(url: str, parts: tuple[str, str] | None):
    assert cdx.split(url) == parts


# Which copy.


def test_the_nearest_copy_to_the_articles_date_comes_first_else_the_newest():
    rows = [row("20190101000000"), row("20220725000000"), row("20220719000000"), row("20250101000000")]
    assert [r.timestamp[:8] for r in choose(rows, date(2022, 7, 21))] == ["20220719", "20220725", "20250101", "20190101"]
    assert [r.timestamp[:4] for r in choose(rows, None)] == ["2025", "2022", "2022", "2019"]


def test_the_same_bytes_are_asked_for_once_at_the_best_time():
    rows = [row("20200101000000", digest="A"), row("20220720000000", digest="A"), row("20210101000000", digest="B")]
    assert [r.timestamp[:4] for r in choose(rows, date(2022, 7, 21))] == ["2022", "2021"]


def test_a_dead_page_is_rescued_with_its_memento_named():
    archive = Archive(
        {DEAD: Say(200, table(row("20200101000000"), row("20220722101010")))},
        copy("20220722101010", Say(200, b"<p>the story", (("Memento-Datetime", "Fri, 22 Jul 2022 10:10:10 GMT"),))),
    )
    found, wire = rescued(archive, near=date(2022, 7, 21))
    assert found.capture is not None
    assert found.capture.memento is not None
    assert found.capture.target.tier == "memento"
    assert found.capture.memento.datetime == "2022-07-22T10:10:10Z"
    assert (
        found.capture.memento.url == found.capture.exchange.url == "https://web.archive.org/web/20220722101010id_/https://dead.test/story"
    )  # type: ignore[union-attr]
    assert found.capture.cited_by == (3,)
    assert [capture.target.purpose for capture in found.others] == ["cdx"]
    assert archive.asked[0]["filter"] == ["statuscode:200"]
    assert len(wire.sent) == 2


def test_the_reader_is_asked_about_the_original_url_on_the_mementos_account():
    seen: list[Answer] = []

    def look(answer: Answer) -> Reading:
        seen.append(answer)
        return Reading(State.OK, "fine")

    rescued(Archive({DEAD: Say(200, table(row("20220722101010")))}, copy("20220722101010", Say(200, b"x"))), read_as=look)
    assert seen[0].url == DEAD
    assert seen[0].target.tier == "memento"
    assert seen[0].target.url.endswith("id_/" + DEAD)


def test_archived_errors_and_walls_are_no_rescue_and_are_kept():
    wall = Say(200, b"log in", (("X-Wall", "1"),))
    archive = Archive(
        {DEAD: Say(200, table(row("20220721000000"), row("20220722000000"), row("20220723000000")))},
        copy("20220721000000", Say(404)) | copy("20220722000000", wall) | copy("20220723000000", Say(200, b"the story")),
    )

    def look(answer: Answer) -> Reading:
        return Reading(State.LOGIN_WALL, "wall") if answer.header("X-Wall") else read(answer)

    found, _ = rescued(archive, near=date(2022, 7, 21), read_as=look)
    assert found.capture is not None
    assert found.capture.memento is not None
    assert found.capture.memento.datetime.startswith("2022-07-23")
    assert [capture.state for capture in found.others] == [State.OK, State.NOT_FOUND, State.LOGIN_WALL]


def test_a_copy_that_leads_to_another_page_is_no_rescue():
    front = cdx.memento_url("20220722101012", "https://dead.test/")
    archive = Archive(
        {DEAD: Say(200, table(row("20220722101010")))},
        copy("20220722101010", Say(302, headers=(("Location", front),))) | {front: Say(200, b"welcome")},
    )
    found, _ = rescued(archive)
    assert found.capture is None
    assert "another page" in found.reason


def test_a_redirect_to_the_nearest_time_is_the_same_page():
    there = cdx.memento_url("20220722101015", "http://www.dead.test/story")
    archive = Archive(
        {DEAD: Say(200, table(row("20220722101010")))},
        copy("20220722101010", Say(302, headers=(("Location", there),))) | {there: Say(200, b"story")},
    )
    found, _ = rescued(archive)
    assert found.capture is not None
    assert found.capture.memento is not None
    assert found.capture.memento.datetime == "2022-07-22T10:10:15Z"


def test_other_spellings_are_tried_and_an_excluded_site_is_said():
    blocked = Say(403, b"AdministrativeAccessControlException: Blocked Site Error")
    archive = Archive({"https://x.com/a/status/1": blocked, "https://twitter.com/a/status/1": Say(200, b"[]")})
    found, _ = rescued(archive, "https://x.com/a/status/1", "https://twitter.com/a/status/1")
    assert found.capture is None
    assert len(found.others) == 2
    assert "does not show" in found.reason


def test_the_archive_is_asked_no_more_than_24_times_a_minute_and_its_429_is_obeyed():
    rows = [row(f"2022070{n}000000") for n in range(1, 6)]
    archive = Archive({f"https://{n}.test/": Say(200, table(*rows)) for n in range(30)})
    archive.index["https://4.test/"] = [Say(429, headers=(("Retry-After", "60"),)), Say(200, b"[]")]
    wire = script(archive)

    async def work() -> None:
        async with Fetcher(network(), wire, clock=wire.clock) as fetcher:
            await asyncio.gather(*(rescue(fetcher, (f"https://{n}.test/",), read=read) for n in range(30)))

    simulate(work())
    times = [at for at, _ in wire.sent]
    assert len(times) > 100
    assert all(sum(start <= at < start + 60 for at in times) <= 24 for start in times)
    limited = next(at for at, request in wire.sent if "4.test" in request.extensions["url"])
    assert not [at for at in times if limited < at < limited + 60]


# Posts by author and day.

DAY = date(2022, 7, 20)
POST = "1549653462618640390"


def status(identifier: str, at: str = "20220720120000", suffix: str = "", mimetype: str = "text/html", code: str = "200") -> cdx.Row:
    return row(at, f"https://twitter.com/Some_One/status/{identifier}{suffix}", mimetype, code)


def test_candidates_are_by_id_within_the_day_and_possible():
    bounds = x.day_range(DAY)
    assert bounds is not None
    rows = [
        status(POST, "20220722000000", "?s=20"),
        status(POST, "20220720130000", mimetype="application/json"),
        status(POST, "20220720120000", code="302"),
        status("1549653462618640391", suffix="/photo/1"),
        status("1549653462618640392", suffix=","),
        row("20220720120000", "https://twitter.com/Some_One/status/status/1549653462618640393"),
        row("20220720120000", "https://twitter.com/Some_One/status/%221549653462618640394%22"),
        status("1549653462618640395", at="20220719000000"),  # older than its id
        status("1549000000000000000"),  # another day with the same prefix
        status("15496534626186403"),  # not of that time
        row("20220720120000", "https://twitter.com/Some_One"),
    ]
    found = candidates(rows, bounds)
    assert [one.id[-3:] for one in found] == ["390", "391", "392", "393", "394"]
    assert [(one.mimetype, one.statuscode) for one in found[0].rows] == [
        ("application/json", "200"),
        ("text/html", "200"),
        ("text/html", "302"),
    ]


def test_the_days_posts_are_searched_on_every_host_page_by_page():
    prefix = "twitter.com/Some_One/status/1549"
    archive = Archive(
        {
            prefix: [Say(200, table(status(POST), more="key 1")), Say(200, table(status("1549653462618640391")))],
            "x.com/Some_One/status/1549": Say(200, table(row("20250101000000", f"https://x.com/Some_One/status/{POST}"))),
        }
    )
    wire = script(archive)

    async def work() -> tuple[list[Candidate], int]:
        async with Fetcher(network(), wire, clock=wire.clock) as fetcher:
            found = await search_posts(fetcher, "Some_One", DAY, slack=0)
            return found.candidates, len(found.captures)

    found, captures = simulate(work())
    assert [(one.id, len(one.rows)) for one in found] == [(POST, 2), ("1549653462618640391", 1)]
    assert captures == len(archive.asked) == 4
    assert archive.asked[1]["resumeKey"] == ["key 1"]
    assert all(query["matchType"] == ["prefix"] for query in archive.asked)


@pytest.mark.parametrize(("handle", "day"), [("a b", DAY), ("x" * 21, DAY), ("a/../b", DAY), ("someone", date(2010, 1, 1))])
def test_what_cannot_be_searched_is_said_without_a_request(handle: str, day: date):
    wire = script(Archive({}))

    async def work() -> str:
        async with Fetcher(network(), wire, clock=wire.clock) as fetcher:
            return (await search_posts(fetcher, handle, day)).reason

    assert simulate(work())
    assert not wire.sent


def told(identifier: str, text: str) -> Say:
    data = {
        "id_str": identifier,
        "full_text": text,
        "created_at": "Wed Jul 20 07:00:00 +0000 2022",
        "user": {"name": "S", "screen_name": "Some_One"},
    }
    return Say(200, json.dumps(data).encode(), (("Content-Type", "application/json"),))


def compared(texts: Mapping[str, str], scores: Mapping[str, float]) -> tuple[str | None, float, str, int]:
    rows = {identifier: status(identifier, mimetype="application/json") for identifier in texts}
    archive = Archive({}, {rows[one].url: told(one, text) for one, text in texts.items()})
    wire = script(archive)

    def score(post: Post) -> tuple[float, str]:
        return scores[post.text or ""], f"the words {post.text}"

    async def work() -> tuple[str | None, float, str, int]:
        async with Fetcher(network(), wire, clock=wire.clock) as fetcher:
            match = await best_candidate(fetcher, [Candidate(one, (rows[one],)) for one in texts], score)
            return (
                match.candidate.id if match.candidate else None,
                match.score,
                match.evidence,
                len(match.others) + (match.capture is not None),
            )

    return simulate(work())


def test_the_candidate_with_the_quoted_words_is_the_answer_with_score_and_evidence():
    texts = {POST: "quoted", "1549653462618640391": "coffee", "1549653462618640392": "sea"}
    identifier, score, evidence, captures = compared(texts, {"quoted": 0.93, "coffee": 0.2, "sea": 0.1})
    assert (identifier, score, captures) == (POST, 0.93, 3)
    assert evidence == "the words quoted; 3 of 3 candidates read, the next scores 0.20"


@pytest.mark.parametrize(("first", "second", "said"), [(0.5, 0.2, "scores 0.50"), (0.9, 0.85, "about as well")])
def test_a_weak_or_contested_candidate_is_no_answer(first: float, second: float, said: str):
    identifier, score, evidence, captures = compared({POST: "one", "1549653462618640391": "two"}, {"one": first, "two": second})
    assert (identifier, score) == (None, 0.0)
    assert said in evidence
    assert captures == 2


# Short links.


@pytest.mark.parametrize(
    ("hops", "identifier"),
    [
        ({"https://t.co/Key1": "https://twitter.com/Some_One/status/1549653462618640390/photo/1"}, POST),
        ({"https://t.co/Key1": "https://a.test/x", "https://a.test/x": f"https://x.com/i/web/status/{POST}"}, POST),
        (
            {
                "https://t.co/Key1": f"https://twitter.com/safety/unsafe_link_warning?unsafe_link=https%3A%2F%2Ftwitter.com%2Fa%2Fstatus%2F{POST}"
            },
            POST,
        ),
        ({"https://t.co/Key1": "https://a.test/page"}, None),
    ],
)
def test_a_short_link_is_followed_to_its_status_and_no_further(hops: dict[str, str], identifier: str | None):
    lines = {url: Say(301, headers=(("Location", onward),)) for url, onward in hops.items()}
    wire = Script(lines, SimulatedClock())

    async def work() -> str | None:
        async with Fetcher(network(), wire, clock=wire.clock) as fetcher:
            reference, capture = await resolve_short(fetcher, "pic.twitter.com/Key1")
            assert capture is not None
            return reference.id if reference else None

    assert simulate(work()) == identifier
    assert not [url for url in wire.urls() if "twitter.com" in url or "x.com" in url]


def test_a_dead_short_link_and_one_that_is_none():
    wire = Script({}, SimulatedClock())

    async def work() -> None:
        async with Fetcher(network(), wire, clock=wire.clock) as fetcher:
            reference, capture = await resolve_short(fetcher, "https://t.co/gone")
            assert reference is None
            assert capture is not None
            assert capture.state is State.NOT_FOUND
            assert await resolve_short(fetcher, "https://a.test/gone") == (None, None)

    simulate(work())
    assert wire.urls() == ["https://t.co/gone"]
