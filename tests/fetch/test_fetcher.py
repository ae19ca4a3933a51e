"""Fetcher: redirects, cookies, attempts and robots, over the real transport against the scripted server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import httpx
import pytest

from archiver.citation.platform import Answer, Reading, State, Target
from archiver.config import Network, PerHost
from archiver.fetch.capture import Capture
from archiver.fetch.exchange import Exchange
from archiver.fetch.fetcher import Fetcher
from archiver.service.demo.server import Close, LoopbackServer, Request, Reset, Send, Step, page, redirect
from tests.fetch.simulated import Say, Script, SimulatedClock, network, read, simulate

Read = Callable[[Answer], Reading]


def local(server: LoopbackServer, **changes: Any) -> Network:
    """Return a configuration that sends every host on port 80 to the server."""
    return network(**({"connect_to": {"*:80": f"127.0.0.1:{server.port}"}, "deadline": 5.0, "attempts": 1} | changes))


def fetch(server: LoopbackServer, *urls: str, read_as: Read = read, kept: list[str] | None = None, **changes: Any) -> list[Capture]:
    """Fetch URLs one after the other in one run."""

    async def work() -> list[Capture]:
        async with Fetcher(local(server, **changes)) as fetcher:

            async def aside(target: Target, **how: Any) -> Capture:
                if kept is not None:
                    kept.append(target.url)
                return await fetcher.fetch(target, **how)

            fetcher.aside = aside
            return [await fetcher.fetch(Target(url), read=read_as) for url in urls]

    return asyncio.run(work())


def scripted(script: Script, *targets: Target, read_as: Read = read, **changes: Any) -> list[Capture]:
    """Fetch targets one after the other in simulated time."""

    async def work() -> list[Capture]:
        async with Fetcher(network(**changes), script, clock=script.clock) as fetcher:
            return [await fetcher.fetch(target, read=read_as) for target in targets]

    return simulate(work())


def passed(capture: Capture) -> list[str]:
    return [hop.url for hop in capture.attempts[-1].hops]


def test_a_page_is_one_attempt_with_one_exchange(server: LoopbackServer):
    server.routes["a.test", "/p"] = page("<h1>here</h1>")
    (capture,) = fetch(server, "http://a.test/p#part")
    assert capture.state is State.OK
    assert passed(capture) == ["http://a.test/p"]
    head = server.log[0].request.raw.decode().split("\r\n")
    assert head[:2] == ["GET /p HTTP/1.1", "Host: a.test"]
    names = [line.partition(":")[0] for line in head[2:] if line]
    assert names == ["User-Agent", "Accept", "Accept-Language", "Accept-Encoding"]
    assert "Accept-Encoding: gzip" in head


@pytest.mark.parametrize(
    ("location", "lands"),
    [
        ("/b", "http://a.test/b"),
        ("b", "http://a.test/dir/b"),
        ("../b", "http://a.test/b"),
        ("//b.test/x", "http://b.test/x"),
        ("?q=1", "http://a.test/dir/start?q=1"),
        ("http://B.test:80/x", "http://b.test/x"),
        (" http://b.test/x ", "http://b.test/x"),
        ("http://b.test", "http://b.test/"),
        ("http:\\\\b.test\\x", "http://b.test/x"),
        ("http://b.test/x#part", "http://b.test/x"),
        ("/مغرب", "http://a.test/%D9%85%D8%BA%D8%B1%D8%A8"),
        ("/caf\u00e9".encode("latin-1"), "http://a.test/caf%C3%A9"),
        ("http://xn--mgbc0a9azcg.test/", "http://xn--mgbc0a9azcg.test/"),
        ("/a\tb", "http://a.test/ab"),
        ("/%zz%00", "http://a.test/%zz%00"),
    ],
)
def test_locations_lead_where_browsers_go(server: LoopbackServer, location: str | bytes, lands: str):
    raw = location if isinstance(location, bytes) else location.encode()
    server.routes["a.test", "/dir/start"] = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + raw + b"\r\n\r\n"
    server.routes["a.test", "/dir/start?q=1"] = page("query")
    server.fallback = page("landed")
    (capture,) = fetch(server, "http://a.test/dir/start")
    assert capture.state is State.OK
    assert passed(capture) == ["http://a.test/dir/start", lands]
    assert capture.redirects == ("http://a.test/dir/start",)


@pytest.mark.parametrize(
    ("location", "state"),
    [
        ("file:///etc/passwd", State.REFUSED_SCHEME),
        ("javascript:alert(1)", State.REFUSED_SCHEME),
        ("data:text/html,x", State.REFUSED_SCHEME),
        ("ftp://a.test/", State.REFUSED_SCHEME),
        ("gopher://127.0.0.1:70/_x", State.REFUSED_SCHEME),
        ("http://", State.UNREADABLE),
        ("http://[::1", State.UNREADABLE),
        ("http://a.test:99999/", State.UNREADABLE),
        ("http://169.254.169.254:8080/latest/", State.REFUSED_ADDRESS),
        ("http://[::ffff:10.0.0.1]:8080/", State.REFUSED_ADDRESS),
        ("/start", State.REDIRECT_LOOP),
    ],
)
def test_redirects_that_lead_nowhere_are_kept_and_named(server: LoopbackServer, location: str, state: State):
    server.routes["a.test", "/start"] = redirect(location)
    (capture,) = fetch(server, "http://a.test/start", attempts=5)
    assert capture.state is state
    assert capture.attempts[0].hops[0].status == 302
    assert len(server.log) == (2 if state is State.UNREADABLE else 1)
    assert location[:20] in capture.reason or state is State.REFUSED_ADDRESS


def test_a_chain_ends_after_twenty_redirects(server: LoopbackServer):
    def onward(request: Request) -> bytes:
        return redirect(f"/{int(request.path[1:]) + 1}")

    server.fallback = onward
    (capture,) = fetch(server, "http://a.test/0")
    assert capture.state is State.REDIRECT_LOOP
    assert len(passed(capture)) == 21


def test_the_reader_sees_the_final_url_with_its_inherited_fragment(server: LoopbackServer):
    server.routes["a.test", "/1"] = redirect("http://b.test/2")
    server.routes["b.test", "/2"] = redirect("/3#own")
    server.routes["b.test", "/3"] = page("end")
    seen: list[Answer] = []

    def look(answer: Answer) -> Reading:
        seen.append(answer)
        return Reading(State.OK, "read")

    fetch(server, "http://a.test/1#from-the-article", "http://b.test/3#x", read_as=look)
    assert [answer.url for answer in seen] == ["http://b.test/3#own", "http://b.test/3#x"]
    assert seen[0].redirects == ("http://a.test/1", "http://b.test/2")
    assert seen[0].body == b"end"


def test_a_consent_cookie_ends_its_own_redirect_and_is_told_to_nobody_else(server: LoopbackServer):
    def gate(request: Request) -> bytes:
        if "consent=yes" in request.headers.get("cookie", ""):
            return page("the article")
        return page("", "302 Found", headers=[("Location", "/gate"), ("Set-Cookie", "consent=yes; Path=/; HttpOnly")])

    server.routes["a.test", "/gate"] = gate
    server.routes["a.test", "/away"] = page("", "302 Found", headers=[("Location", "http://b.test/"), ("Set-Cookie", "secret=1")])
    server.routes["b.test", "/"] = page("other")
    captures = fetch(server, "http://a.test/gate", "http://a.test/away")
    assert [capture.state for capture in captures] == [State.OK, State.OK]
    assert len(passed(captures[0])) == 2
    assert [line.request.headers.get("cookie") for line in server.log] == [None, "consent=yes", None, None]


def test_a_cookie_bomb_stays_under_eight_kilobytes(server: LoopbackServer):
    bomb = [("Set-Cookie", f"c{n}={'x' * 300}") for n in range(200)]
    server.routes["a.test", "/1"] = page("", "302 Found", headers=[("Location", "/2"), *bomb])
    server.routes["a.test", "/2"] = page("still here")
    (capture,) = fetch(server, "http://a.test/1")
    assert capture.state is State.OK
    assert len(server.log[1].request.raw) <= 8192
    assert "c199=" in server.log[1].request.headers["cookie"]


@pytest.mark.parametrize("url", ["ftp://a.test/x", "javascript:1", "mailto:a@b.test", "nonsense", ""])
def test_what_is_no_web_address_is_refused_without_a_request(server: LoopbackServer, url: str):
    (capture,) = fetch(server, url)
    assert capture.state is State.REFUSED_SCHEME
    assert server.connections == 0


def test_urls_that_httpx_refuses_are_fetched_as_they_are(server: LoopbackServer):
    server.fallback = page("ok")
    long = "http://a.test/" + "x" * 70_000
    (capture,) = fetch(server, long)
    assert capture.state is State.OK
    assert server.log[0].request.target == long[13:]


@pytest.mark.parametrize(
    "host", ["xn--", "xn--a.test", "xn--ls8h.test", "xn--lzg.test", "xn--" + "a" * 59 + ".test", "a..test", "ab--cd.test"]
)
def test_a_host_whose_label_is_no_good_punycode_is_asked_for_as_it_is_written(server: LoopbackServer, host: str):
    server.fallback = page("ok")  # 💩.test is one: browsers follow it, and IDNA 2008, which httpx reads hosts by, has no such letter
    (capture,) = fetch(server, f"http://{host}/")
    assert (capture.state, server.log[0].host) == (State.OK, host)


# Attempts.


def test_every_attempt_is_kept_with_what_it_waited_for():
    script = Script(
        {"http://a.test/": [Say(503), Say(None, error=State.DISCONNECTED), Say(429, headers=(("Retry-After", "30"),)), Say(200)]}
    )
    (capture,) = scripted(script, Target("http://a.test/"))
    assert capture.state is State.OK
    assert [(a.last.status if a.last else None, a.error) for a in capture.attempts] == [
        (503, None),
        (None, "disconnected"),
        (429, None),
        (200, None),
    ]
    whys = [attempt.why or "" for attempt in capture.attempts]
    assert whys[0] == ""
    assert whys[1].startswith("back-off after 503")
    assert whys[2].startswith("back-off after disconnected")
    assert whys[3].startswith("Retry-After after 429")
    times = script.times("http://a.test/")
    assert times[3] - times[2] >= 30
    assert [attempt.waited for attempt in capture.attempts[1:]] == pytest.approx([b - a for a, b in pairwise(times)])


def test_a_retry_after_longer_than_a_run_waits_is_for_the_catalog():
    script = Script(
        {"http://a.test/1": Say(429, headers=(("Retry-After", "7200"),)), "http://a.test/2": Say(200), "http://b.test/": Say(200)}
    )
    first, second, other = scripted(script, *map(Target, ("http://a.test/1", "http://a.test/2", "http://b.test/")))
    assert script.urls() == ["http://a.test/1", "http://b.test/"]
    assert first.state is second.state is State.RATE_LIMITED
    assert first.retry_after is not None
    assert (first.retry_after - first.started).total_seconds() == pytest.approx(7200)
    assert second.attempts == ()
    assert second.retry_after == first.retry_after
    assert "Retry-After" in second.reason
    assert other.state is State.OK


def test_the_longest_of_broken_attempts_is_the_answer_and_all_are_kept(server: LoopbackServer):
    body = b"<p>" + b"word " * 200
    parts = iter([body[:50], body[:400], body[:200]])

    def broken(_: Request) -> Sequence[Step]:
        return [Send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1003\r\n\r\n" + next(parts)), Close()]

    server.routes["a.test", "/"] = broken
    (capture,) = fetch(server, "http://a.test/", attempts=3)
    assert capture.state is State.OK_PARTIAL
    assert [attempt.hops[0].body_length for attempt in capture.attempts] == [50, 400, 200]
    assert capture.exchange is capture.attempts[1].last
    assert capture.exchange is not None
    assert capture.exchange.truncated == "disconnect"


def test_a_whole_answer_is_better_than_any_broken_one(server: LoopbackServer):
    answers = iter([[Send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nlong beginning"), Reset()], [Send(page("short"))]])
    server.routes["a.test", "/"] = lambda _: next(answers)
    (capture,) = fetch(server, "http://a.test/", attempts=3)
    assert capture.state is State.OK
    assert len(capture.attempts) == 2


def test_five_hundred_links_to_one_overloaded_host_are_no_storm():
    """Reliability A7 #11: attempts, rate and concurrency under a host that answers 503 to everything."""
    script = Script({f"http://a.test/{n}": Say(503, seconds=0.1) for n in range(500)})

    async def work() -> list[Capture]:
        async with Fetcher(network(), script, clock=script.clock) as fetcher:
            return await asyncio.gather(*(fetcher.fetch(Target(url), read=read) for url in script.lines))

    captures = simulate(work())
    assert all(capture.state is State.SERVER_ERROR for capture in captures)
    assert all(capture.retry_after for capture in captures if not capture.attempts)
    assert len(script.sent) <= 40
    assert script.most <= 4


def test_each_host_keeps_its_pace_along_redirects():
    script = Script(
        {
            "http://a.test/": Say(301, headers=(("Location", "/2"),)),
            "http://a.test/2": Say(302, headers=(("Location", "/3"),)),
            "http://a.test/3": Say(200),
        }
    )
    (capture,) = scripted(script, Target("http://a.test/"), per_host=PerHost(2, 1.5))
    assert [at for at, _ in script.sent] == pytest.approx([0, 1.5, 3.0])
    assert capture.attempts[0].waited == pytest.approx(3.0)
    assert capture.attempts[0].why == "pace of a.test"


def test_a_platform_that_says_rate_limited_slows_the_host_whatever_the_status():
    script = Script({"http://a.test/": Say(200)})

    def limited(_: Answer) -> Reading:
        return Reading(State.RATE_LIMITED, "the page says so")

    (capture,) = scripted(script, Target("http://a.test/"), read_as=limited, attempts=3)
    assert capture.state is State.RATE_LIMITED
    assert len(script.sent) == 3
    assert any("back-off of a.test" in (attempt.why or "") for attempt in capture.attempts)


# robots.txt


def robots(server: LoopbackServer, answer: bytes) -> None:
    server.routes["a.test", "/robots.txt"] = answer
    server.fallback = page("page")


RULES = page("User-agent: *\nDisallow: /private\nAllow: /private/open\n", media_type="text/plain")


def test_robots_are_recorded_by_default_once_a_host_and_nothing_is_refused(server: LoopbackServer):
    robots(server, RULES)
    kept: list[str] = []
    captures = fetch(server, "http://a.test/private/x", "http://a.test/private/open", "http://a.test/", robots="record", kept=kept)
    assert [capture.state for capture in captures] == [State.OK] * 3
    assert captures[0].notes["robots"].startswith("disallowed")
    assert captures[0].notes["robots"].endswith("Disallow: /private")
    assert captures[1].notes["robots"] == "allowed: Allow: /private/open"
    assert captures[2].notes["robots"] == "allowed: no rule matches"
    assert len(server.heard("/robots.txt")) == 1
    assert kept == ["http://a.test/robots.txt"]


def test_robots_are_obeyed_where_the_configuration_says_so_along_redirects_too(server: LoopbackServer):
    robots(server, RULES)
    server.routes["b.test", "/robots.txt"] = page("", "404 Not Found")
    server.routes["b.test", "/to"] = redirect("http://a.test/private/x")
    captures = fetch(server, "http://a.test/private/x", "http://a.test/private/open", "http://b.test/to", robots="obey", attempts=3)
    assert [capture.state for capture in captures] == [State.REFUSED_ROBOTS, State.OK, State.REFUSED_ROBOTS]
    assert not server.heard("/private/x")
    assert len(captures[2].attempts) == 1
    assert captures[2].attempts[0].hops[0].status == 302


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (page("", "404 Not Found"), True),
        (page("", "403 Forbidden"), True),
        (page("", "500 Oops"), False),
        (page("", "429 Slow"), False),
        (page("<html>no robots here", "200 OK"), True),
    ],
)
def test_robots_that_cannot_be_had(server: LoopbackServer, answer: bytes, allowed: bool):
    robots(server, answer)
    (capture,) = fetch(server, "http://a.test/x", robots="obey")
    assert capture.state is (State.OK if allowed else State.REFUSED_ROBOTS)


def test_a_dead_host_is_not_asked_for_its_robots():
    script = Script({"http://dead.test/": Say(None, error=State.DNS_ERROR)}, SimulatedClock())
    (capture,) = scripted(script, Target("http://dead.test/"), robots="record")
    assert "robots" not in " ".join(script.urls())
    assert capture.notes["robots"] == "not asked: dns_error"


def test_who_is_cancelled_gives_back_what_was_received():
    """A run that is interrupted between two attempts leaves no file of an answer that nobody will be given."""
    large = Say(503, b"x" * (2 << 20))
    script = Script({"http://a.test/": large})
    made: list[Exchange] = []

    class Watched(Script):
        async def exchange(self, request: httpx.Request) -> Exchange:
            made.append(await super().exchange(request))
            return made[-1]

    async def work() -> None:
        async with Fetcher(network(), Watched(script.lines, script.clock), clock=script.clock) as fetcher:
            task = asyncio.create_task(fetcher.fetch(Target("http://a.test/"), read=read))
            await asyncio.sleep(0.4)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    simulate(work())
    assert len(made) == 1
    with pytest.raises(ValueError, match="closed file"):
        made[0].wire.read(0, 1)
