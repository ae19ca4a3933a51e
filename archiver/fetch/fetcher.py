"""Fetcher: get a target, through redirects, retries and the hosts' pace, and say what came of it.

Nothing that a server or the network does raises here: it becomes a capture with a state. What raises is a full disk (StorageError) and
cancellation.

- Redirects are followed here and not by httpx, so that each hop is an exchange of its own, passes the guard, takes its turn at its host,
  and is resolved by the one URL parser. At most 20. The same URL with the same cookies twice is a loop; with a new cookie it is a consent
  page.
- An attempt is the whole chain: a retry starts again at the target, because the chain may be another one (load balancers, signed URLs).
- Of attempts that all failed, one that broke off with a readable beginning is better than a last one that got nothing: the capture says
  which (`answered`), and all are kept.
- `br` is asked for over https only, as browsers do: proxies on plain http are known to mangle it.
- No Referer, except for requisites: what a page's own parts would be told by any browser.

A client of httpx's interface, without httpx's client: one `httpx.Request` for each exchange, straight to the transport. The client object
would add its own redirects, cookies and decoders, none of which may be used. Measured: 0.12 ms of CPU a URL above the transport, of which
tenacity 0.03, httpx.Request 0.02, pace 0.004 (2026-11-23, 2 shared cores).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol, Self

from archiver.citation.platform import Answer, Reading, State, Target
from archiver.config import Network
from archiver.fetch.answer import is_text, media_type
from archiver.fetch.capture import Attempt, Capture, Held
from archiver.fetch.client import httpx
from archiver.fetch.clock import Clock
from archiver.fetch.cookies import Jar
from archiver.fetch.exchange import Exchange
from archiver.fetch.judging import Judging
from archiver.fetch.pace import HostShut, Pace, Turn, own_intervals
from archiver.fetch.redirect import location
from archiver.fetch.retry import ALL, Retry, policy
from archiver.fetch.retry_after import retry_after
from archiver.fetch.robots import Rules, capture_rules, product_token, read_robots, robots_target
from archiver.fetch.transport import WireTransport
from archiver.fetch.verdict import POSITIVE, STATUSES, answered, judge, outcome, settled
from archiver.url import host, origin, resolve, scheme, without_fragment

HOPS = 20
COMPLAINTS = frozenset({429, 503, *(status for status, state in STATUSES.items() if state is State.RATE_LIMITED)})
UNREACHED = frozenset({State.DNS_ERROR, State.CONNECT_ERROR, State.TIMEOUT, State.DISCONNECTED})
NOTE_ATTEMPTS = 2  # at a robots.txt that decides nothing
REFUSED_BY_HTTPX = "stand-in.invalid"
ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"
LANGUAGE = (b"Accept-Language", b"en,*;q=0.5")  # platforms word their refusals in the language asked for
GZIP = (b"Accept-Encoding", b"gzip")
BROTLI = (b"Accept-Encoding", b"gzip, br")
ASIDE = 1 << 20  # bytes of text above which reading goes to a thread: the loop has other hosts to serve


class Transport(Protocol):
    """What sends one request and gives back what was said; the network's failures are in the exchange."""

    async def exchange(self, request: httpx.Request) -> Exchange:
        """Send one request."""

    async def aclose(self) -> None:
        """Close all connections."""


class Fetch(Protocol):
    """`Fetcher.fetch`, or what stands before it and keeps what it brings."""

    async def __call__(
        self,
        target: Target,
        *,
        read: Callable[[Answer], Reading],
        cited_by: tuple[int, ...] = (),
        parent: str | None = None,
        follow: Callable[[str], bool] | None = None,
        attempts: int = ALL,
    ) -> Capture:
        """Return what came of `target`."""


class Fetching(Protocol):
    """Whoever fetches: a `Fetcher`, or what stands before it and keeps what it brings."""

    @property
    def fetch(self) -> Fetch:
        """See `Fetcher.fetch`."""


@lru_cache(maxsize=1024)
def _at(asked: str) -> httpx.URL:
    """Return httpx's URL of an origin.

    The transport asks for `extensions["url"]`, the WHATWG spelling. httpx's own parser would cost 0.1 ms for each whole URL, and it refuses
    some that browsers follow, some origins even: hosts whose punycode is none, or is of letters that IDNA 2008 leaves out, as emoji.
    """
    try:
        found = httpx.URL(f"{asked}/")
        readable = bool(found.host)  # every request reads it, which decodes it
    except (httpx.InvalidURL, UnicodeError):
        readable = False
    return found if readable else httpx.URL(f"{scheme(asked)}://{REFUSED_BY_HTTPX}/")


@dataclass(slots=True)
class _Job:
    """A target under way: what its attempts share."""

    target: Target
    read: Callable[[Answer], Reading]
    follow: Callable[[str], bool]
    parent: str | None
    held: Held | None = None
    jar: Jar = field(default_factory=Jar)
    exchanges: list[Exchange] = field(default_factory=list)

    def close(self) -> None:
        """Give back what was received, where nobody will be given it."""
        for exchange in self.exchanges:
            exchange.close()


@dataclass(slots=True)
class _Walk:
    """One chain of redirects: where it is, what was passed, what was waited for."""

    url: str
    hops: list[Exchange] = field(default_factory=list)
    waited: float = 0.0
    whys: list[str] = field(default_factory=list)
    error: State | None = None
    shut: HostShut | None = None
    turn: Turn | None = None


@dataclass(slots=True)
class _Tried:
    """An attempt with its verdict; `attempt` is None where the host was shut and nothing was sent."""

    attempt: Attempt | None
    reading: Reading
    url: str
    state: State
    status: int | None
    after: float | None
    queued: float = 0.0


class Fetcher:
    """Fetch targets for one run. Use as an async context manager; it closes the transport.

    `aside` fetches what no caller asked for (robots.txt); who records captures sets it to the method that does.
    `transport` is made from the configuration where none is given.
    """

    def __init__(
        self,
        network: Network,
        transport: Transport | None = None,
        *,
        clock: Clock | None = None,
    ) -> None:
        self.network = network
        self.clock = clock or Clock()
        patience = network.deadline  # no server is waited for longer than an exchange may take
        self.pace = Pace(network, self.clock, own_intervals(network), patience)
        self._transport: Transport = transport or WireTransport.configured(network)
        self.retry = Retry(network, self.clock, random.Random(), patience, 3 * network.deadline)  # noqa: S311 - spreads load
        self.aside: Fetch = self.fetch
        self.judging = Judging()
        self._rules: dict[str, asyncio.Task[Rules]] = {}
        self._product = product_token(network.user_agent)
        self._agent = (b"User-Agent", network.user_agent.encode("latin-1", "replace"))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._rules.values():
            task.cancel()
        await asyncio.gather(*self._rules.values(), return_exceptions=True)
        await self.judging.aclose()
        await self._transport.aclose()

    async def fetch(
        self,
        target: Target,
        *,
        read: Callable[[Answer], Reading],
        cited_by: tuple[int, ...] = (),
        parent: str | None = None,
        follow: Callable[[str], bool] | None = None,
        attempts: int = ALL,
        held: Held | None = None,
        jar: Jar | None = None,
    ) -> Capture:
        """Return what came of `target`: every attempt, every hop, and the verdict.

        `read` says what a whole answer means. `parent` is the page that a requisite belongs to, sent as Referer. `follow` may stop the
        chain before a URL that a redirect names; the redirect itself is then the answer. `attempts` may be fewer than configured. `held` is
        what an earlier look brought: the server is asked whether it still stands, and where it does (304) the verdict is read from that.
        `jar` are cookies that a page had. The caller closes the capture after recording it.
        """
        started = self.clock.now()
        job = _Job(target, read, follow or _everywhere, parent, held, jar.copy() if jar else Jar())
        with ExitStack() as undo:
            undo.callback(job.close)
            tried = await self.retry.persist(lambda waited, why: self._try(job, waited, why), attempts)
            capture = await self._capture(job, tried, started)
            capture.cited_by = cited_by
            if self.network.robots == "record" and target.role == "seed" and target.tier != "memento":
                await self._note_robots(capture)
            undo.pop_all()
        return capture

    async def _try(self, job: _Job, waited: float, why: str | None) -> _Tried:
        started = self.clock.now()
        walk = await self._walk(job)
        last = walk.hops[-1] if walk.hops else None
        status = last.status if last else None
        if walk.shut and not walk.hops:
            return _Tried(None, _left_alone(walk.shut), walk.url, walk.shut.state, None, walk.shut.seconds, walk.waited)
        error = walk.error or (last.error if last else None)
        whys = [why, *walk.whys] if why else walk.whys
        attempt = Attempt(started, waited + walk.waited, "; ".join(dict.fromkeys(whys)) or None, tuple(walk.hops), error)
        if walk.shut:
            return _Tried(attempt, _left_alone(walk.shut), walk.url, walk.shut.state, None, walk.shut.seconds, walk.waited)
        reading = await self._judged(job, attempt, walk.url)
        after = retry_after(last, self.clock.now()) if last and not walk.error else None
        if reading.state is State.RATE_LIMITED and walk.turn and status not in COMPLAINTS:
            self.pace.complained(walk.turn, after, State.RATE_LIMITED)
        return _Tried(attempt, reading, walk.url, reading.state, status, after, walk.waited)

    async def _walk(self, job: _Job) -> _Walk:
        """Follow one chain to its end."""
        walk = _Walk(resolve(job.target.url) or job.target.url)
        if resolve(walk.url) is None:
            walk.error = State.REFUSED_SCHEME
            return walk
        seen: set[tuple[str, bytes | None]] = set()
        while True:
            cookies = job.jar.header(walk.url)
            step = (without_fragment(walk.url), cookies)
            if step in seen or len(walk.hops) > HOPS:
                walk.error = State.REDIRECT_LOOP
                return walk
            seen.add(step)
            exchange = await self._hop(job, walk, cookies)
            if exchange is None or exchange.error:
                return walk
            job.jar.store(exchange.url, exchange.headers)
            onward = location(exchange, walk.url)
            if onward is None or (onward.url and not job.follow(onward.url)):
                return walk
            if onward.url is None:
                walk.error = onward.error
                return walk
            walk.url = onward.url

    async def _hop(self, job: _Job, walk: _Walk, cookies: bytes | None) -> Exchange | None:
        """Send one request when its host's turn has come; None where it may not be sent."""
        if self.network.robots == "obey" and not await self._allowed(job.target, walk.url):
            walk.error = State.REFUSED_ROBOTS
            return None
        try:
            turn = await self.pace.enter(host(walk.url))
        except HostShut as shut:
            walk.shut, walk.error = shut, shut.state
            return None
        walk.turn = turn
        walk.waited += turn.waited
        if turn.why:
            walk.whys.append(turn.why)
        try:
            exchange = await self._transport.exchange(self._request(job, walk.url, cookies))
            job.exchanges.append(exchange)
            self._note(turn, exchange)
        finally:
            self.pace.leave(turn)
        walk.hops.append(exchange)
        return exchange

    def _request(self, job: _Job, url: str, cookies: bytes | None) -> httpx.Request:
        secure = url.startswith("https:")
        headers = [
            self._agent,
            (b"Accept", (job.target.accept or ACCEPT).encode("latin-1", "replace")),
            LANGUAGE,
            BROTLI if secure else GZIP,
        ]
        if job.target.accept_datetime:
            headers.append((b"Accept-Datetime", job.target.accept_datetime.encode("latin-1", "replace")))
        if job.parent and (secure or not job.parent.startswith("https:")):
            headers.append((b"Referer", without_fragment(job.parent).encode("ascii", "ignore")))
        if cookies:
            headers.append((b"Cookie", cookies))
        if job.held and without_fragment(url) == job.held.url:
            headers += job.held.conditions()
        own = {name.lower().encode("latin-1", "replace"): value.encode("latin-1", "replace") for name, value in job.target.headers}
        headers = [pair for pair in headers if pair[0].lower() not in own] + list(own.items())
        asked = without_fragment(url)
        first = asked == without_fragment(resolve(job.target.url) or "")
        method, body = (job.target.method, job.target.body) if first else ("GET", b"")
        return httpx.Request(method, _at(origin(url)), headers=headers, content=body or None, extensions={"url": asked})

    def _note(self, turn: Turn, exchange: Exchange) -> None:
        """Tell the pace how a host took a request."""
        if exchange.error in UNREACHED:
            self.pace.failed(turn, State(exchange.error))
        elif exchange.status in COMPLAINTS:
            state = STATUSES.get(exchange.status or 0, State.SERVER_ERROR)
            self.pace.complained(turn, retry_after(exchange, self.clock.now()), state)
        elif exchange.status is not None:
            self.pace.answered(turn)

    async def _capture(self, job: _Job, tried: list[_Tried], started: datetime) -> Capture:
        last = tried[-1]
        attempts = tuple(one.attempt for one in tried if one.attempt)
        reading, answered = last.reading, -1
        if policy(last.state, last.status).now > 1:
            reading, answered = await self._salvaged(job, [one for one in tried if one.attempt], last.reading)
        finished = self.clock.now()
        later = last.after is not None and policy(last.state, last.status).later is not None and reading.state not in POSITIVE
        return Capture(
            job.target,
            started,
            finished,
            attempts,
            reading.state,
            reading.reason,
            page=reading.page,
            post=reading.post,
            needs=reading.needs,
            leads=reading.leads,
            held=job.held if _unmodified(job, attempts[answered].last if attempts else None) else None,
            parent=job.parent,
            retry_after=finished + timedelta(seconds=last.after or 0.0) if later else None,
            answered=answered,
        )

    async def _salvaged(self, job: _Job, tried: list[_Tried], otherwise: Reading) -> tuple[Reading, int]:
        """Return the best of attempts that all failed, and which one it was: the longest that broke off readable, else the last."""
        broken = [(n, one) for n, one in enumerate(tried) if _broke_off(one)]
        for number, one in sorted(broken, key=lambda pair: -_length(pair[1])):
            assert one.attempt is not None
            reading = await self._judged(job, one.attempt, one.url, salvage=True)
            if reading.state in POSITIVE:
                return reading, number
        return otherwise, -1

    async def _judged(self, job: _Job, attempt: Attempt, url: str, *, salvage: bool = False) -> Reading:
        last = attempt.last
        if job.held is not None and not attempt.error and _unmodified(job, last):
            return await asyncio.to_thread(job.held.reading)
        if last is not None and last.body_length > ASIDE and is_text(media_type(last)):
            return await asyncio.to_thread(judge, job.target, attempt, job.read, url=url, salvage=salvage)
        answer = answered(job.target, attempt, url=url, salvage=salvage)
        if isinstance(answer, Reading):
            return answer
        return settled(attempt, await self.judging.read(job.read, answer) or job.read(answer))

    async def permits(self, target: Target, url: str) -> bool:
        """Tell whether another tier may ask for a URL: always, unless robots.txt is obeyed."""
        return self.network.robots != "obey" or await self._allowed(target, url)

    def heard(self, exchange: Exchange) -> None:
        """Tell the pace how a host took a request that another tier made."""
        if exchange.status is not None:
            self._note(self.pace.turn(host(exchange.url)), exchange)

    async def _allowed(self, target: Target, url: str) -> bool:
        if target.tier == "memento" or target.purpose == "robots":
            return True
        return (await self._rules_for(url)).decide(url)[0]

    async def _note_robots(self, capture: Capture) -> None:
        """Note what robots.txt says. A host that is down or wants to be left alone is not asked for the sake of a note."""
        exchange = capture.exchange
        if exchange is None or exchange.status is None or outcome(capture.state) == "failed":
            capture.notes["robots"] = f"not asked: {capture.state}"
            return
        url = exchange.url
        allowed, why = (await self._rules_for(url)).decide(url)
        capture.notes["robots"] = f"{'allowed' if allowed else 'disallowed, and fetched for the record'}: {why}"

    async def _rules_for(self, url: str) -> Rules:
        target = robots_target(url)
        task = self._rules.get(target.url)
        if task is None:
            task = self._rules[target.url] = asyncio.create_task(self._fetch_rules(target))
        return await asyncio.shield(task)

    async def _fetch_rules(self, target: Target) -> Rules:
        attempts = ALL if self.network.robots == "obey" else NOTE_ATTEMPTS
        capture = await self.aside(target, read=read_robots, attempts=attempts)
        rules = capture_rules(capture, self._product)
        capture.close()
        return rules


def _unmodified(job: _Job, last: Exchange | None) -> bool:
    """Tell whether a server said of what is held that it still stands."""
    return last is not None and last.status == 304 and job.held is not None and last.url == job.held.url


def _left_alone(shut: HostShut) -> Reading:
    return Reading(shut.state, f"not asked now: {shut.why}")


def _everywhere(_: str) -> bool:
    return True


def _length(tried: _Tried) -> int:
    last = tried.attempt.last if tried.attempt else None
    return last.body_length if last else 0


def _broke_off(tried: _Tried) -> bool:
    """Tell whether an attempt failed in the middle of a body."""
    last = tried.attempt.last if tried.attempt else None
    return last is not None and last.error is not None and last.status is not None and last.body_length > 0
