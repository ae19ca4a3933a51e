"""Tier: one browser, kept warm for a run, that opens pages and is replaced when it must be.

- Started at the first page, not before: most runs need none. Where no Chromium can be started, `visit` says so in one line (NoBrowser),
  every time, and the run goes on without.
- Up to `tabs` pages at once, each in a context of its own.
- A browser that dies takes the pages with it that are open just then, and one of them may be why. Each is opened again, alone, in a
  browser of its own: the innocent ones get through, the other dies by itself and is given up after ALONE tries. So a death costs one
  capture at most.
- A page that hangs keeps a process busy that answers nobody. Its browser takes no new pages and is ended when the last one leaves.
- The same after RENEW pages, which keeps memory flat whatever Chromium may leak; and it is killed when its processes hold more than
  `memory` (resident, shared pages counted once): a death like any other.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from archiver import url as urls
from archiver.config import Browser as Settings
from archiver.config import Network
from archiver.fetch.browser import binary, identity
from archiver.fetch.browser.assembly import Wayside
from archiver.fetch.browser.binary import NoBrowser
from archiver.fetch.browser.cdp import Browser, BrowserGone, launched
from archiver.fetch.browser.egress import Dialling, Egress, sealing
from archiver.fetch.browser.identity import Identity
from archiver.fetch.browser.recorder import HOLD, Recorder
from archiver.fetch.browser.tape import Tape
from archiver.fetch.browser.visit import Visit, visit
from archiver.fetch.connection import Dialer
from archiver.fetch.exchange import Tls
from archiver.fetch.guard import NotConnected
from archiver.fetch.pace import Pace
from archiver.fetch.transport import WireTransport

ALONE = 4  # tries of a page whose browser died, each in a browser of its own
RENEW = 100  # pages
STARTS = 3  # tries to start a browser
COOKIE = ("name", "value", "domain", "path", "secure", "httpOnly", "sameSite", "expires", "priority", "sourceScheme", "sourcePort")
LOOKED = 1.0  # seconds between two looks at the memory
SLACK = 45.0  # seconds beyond a visit's deadline after which the browser itself is taken for hung
DIED = "the browser died"
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True, eq=False)
class Running:
    """A browser with its recorder; how many pages are open in it and have been."""

    browser: Browser
    recorder: Recorder
    identity: Identity
    stack: AsyncExitStack
    pages: int = 0
    opened: int = 0
    worn: bool = False
    why: str = DIED


@dataclass(slots=True)
class _Witness:
    """Who looks at the certificates, once for each origin of a run, by a handshake of our own right beside the browser's (see `Tier`)."""

    dialer: Dialer | None
    seen: dict[str, asyncio.Task[Tls | None]] = field(default_factory=dict)

    async def look(self, origin: str) -> Tls | None:
        """Return how an origin protects itself, None where nobody could see it."""
        task = self.seen.get(origin)
        if task is None:
            task = self.seen[origin] = asyncio.create_task(self._shake(origin))
        return await asyncio.shield(task)

    async def _shake(self, origin: str) -> Tls | None:
        if self.dialer is None:
            return None
        try:
            async with asyncio.timeout(15):
                connection = await self.dialer.connect(f"{origin}/")
        except (NotConnected, TimeoutError):
            return None
        connection.drop()
        return connection.tls


class Tier:
    """Opens pages. An async context manager; the browser and everything it started are gone behind it.

    Certificates: the browser accepts any, as the http tier does after a strict try: a page behind an expired one is evidence too. What they
    are worth is said by a strict handshake of ours with the same host over the same way, once a run, whose findings stand in the records
    (`tls.verified`, the certificate itself); the browser cannot be asked for that under flags that it starts with.
    """

    def __init__(self, settings: Settings, network: Network, pace: Pace | None = None, dialling: Dialling | None = None) -> None:
        self.settings, self.network = settings, network
        self._dialer = None if dialling else WireTransport.configured(network).dialer
        self._dialling: Dialling | None = dialling or self._dialer
        self._pace = pace
        self._witness = _Witness(self._dialer)
        self._tabs = asyncio.Semaphore(settings.tabs)
        self._starting = asyncio.Lock()
        self._shared: Running | None = None
        self._all: set[Running] = set()
        self._egress: Egress | None = None
        self._stack = AsyncExitStack()
        self._watch: asyncio.Task[None] | None = None
        self._cookies: list[dict[str, Any]] | None = None
        self.deaths = 0
        self.missing: str | None = None  # why no browser can be started, once that is known

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = [*self._witness.seen.values(), *([self._watch] if self._watch else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for running in list(self._all):
            await self._end(running)
        await self._stack.aclose()

    def browsers(self) -> list[Running]:
        """Return the browsers that run just now."""
        return list(self._all)

    async def ready(self) -> None:
        """Start the browser now. NoBrowser where none can be started."""
        await self._warm()

    async def visit(self, url: str) -> Visit:
        """Open a page and return what came of it; the caller closes it. NoBrowser where no browser can be started."""
        async with self._tabs:
            begun = datetime.now(UTC)
            try:
                return await self._visited(await self._warm(), url)
            except BrowserGone as gone:
                why = str(gone)
            tries = 1
            while tries <= ALONE:
                running = await self._start()
                tries += 1
                try:
                    return await self._visited(running, url, alone=True)
                except BrowserGone as gone:
                    why = str(gone)
                if running.why != DIED:  # by what this page did, and nobody else was there
                    break
            return Visit(url, begun, datetime.now(UTC), "", failure=f"{why}, {tries} times, with this page open", hung=True)

    async def _visited(self, running: Running, url: str, *, alone: bool = False) -> Visit:
        running.pages += 1
        running.opened += 1
        try:
            made = await self._opened(running, url)
            if made.endless and not made.hung:
                again = await self._opened(running, url, endless=True)
                again.started, again.before = made.started, made
                made = again
            running.worn = running.worn or made.hung
        except TimeoutError:
            running.worn = True
            running.browser.kill()
            raise BrowserGone("the browser answered no more") from None
        except BrowserGone:
            running.worn = True
            self.deaths += 1
            raise BrowserGone(running.why) from None
        finally:
            running.pages -= 1
            running.worn = running.worn or alone or running.opened >= RENEW
            if running.worn and not running.pages:
                await self._end(running)
        return made

    async def _opened(self, running: Running, url: str, *, endless: bool = False) -> Visit:
        cookies, who = self._cookies or (), running.identity
        async with asyncio.timeout(self.settings.deadline + SLACK):
            return await visit(running.browser, running.recorder, url, self.settings, who, self._beside, cookies, endless=endless)

    async def _warm(self) -> Running:
        async with self._starting:
            if self._shared is None or self._shared.worn or self._shared.browser.gone.is_set():
                self._shared = await self._start()
            return self._shared

    async def _start(self) -> Running:
        try:
            found = binary.find(self.settings.binary)
        except NoBrowser as error:
            self.missing = str(error)
            raise
        if self._egress is None:
            assert self._dialling is not None
            self._egress = await self._stack.enter_async_context(Egress(self._dialling, self._pace))
            self._watch = asyncio.create_task(self._watched())
        who = await identity.flags(found, self.settings.language, self.settings.viewport)
        own = [*sealing(self._egress.port), *who, "--ignore-certificate-errors"]
        if self.settings.profile and self._cookies is None:
            self._cookies = await _cookies_of(found, own, Path(self.settings.profile))
        for left in range(STARTS - 1, -1, -1):
            stack = AsyncExitStack()
            try:
                browser = await stack.enter_async_context(launched(found, own))
                recorder = Recorder(browser, min(HOLD, self.settings.deadline / 3))
                await recorder.begin()
                known = await Identity.of(browser, self.settings.language, self.settings.viewport)
            except BrowserGone as error:
                await stack.aclose()
                if not left:
                    self.missing = str(error)
                    raise NoBrowser(self.missing) from error
            else:
                break
        running = Running(browser, recorder, known, stack)
        self._all.add(running)
        return running

    async def _end(self, running: Running) -> None:
        if running in self._all:
            self._all.discard(running)
            if self._shared is running:
                self._shared = None
            await running.stack.aclose()

    async def _beside(self, tape: Tape) -> Wayside:
        """Return what stands beside the browser for one tape: addresses, failures, certificates."""
        assert self._egress is not None
        origins = {urls.origin(step.asked["request"]["url"]) for request in tape.requests.values() for step in request.steps
                   if step.asked["request"]["url"].startswith("https:") and step.answered}  # fmt: skip
        shown = await asyncio.gather(*(self._witness.look(one) for one in origins))
        known = {origin: tls for origin, tls in zip(origins, shown, strict=True) if tls}
        secrets = not self.settings.profile or self.settings.store_cookies
        return Wayside(self._egress.address, self._egress.failure, known, secrets)

    async def _watched(self) -> None:
        """Kill a browser that holds too much memory."""
        while True:
            await asyncio.sleep(LOOKED)
            for running in list(self._all):
                if await asyncio.to_thread(resident, running.browser.pid) > self.settings.memory:
                    running.why = f"the browser used more than {self.settings.memory >> 20} MiB and was ended"
                    running.browser.kill()


async def _cookies_of(found: str, flags: list[str], profile: Path) -> list[dict[str, Any]]:
    """Return the cookies that a profile holds. Every page still has a context of its own: they are what it takes from the profile."""
    try:
        async with launched(found, flags, profile=profile) as browser:
            said = await browser.root.call("Storage.getCookies")
    except BrowserGone as error:
        raise NoBrowser(f"browser.profile: {error}") from error
    return [{key: one[key] for key in COOKIE if key in one} for one in said["cookies"]]


def resident(group: int) -> int:
    """Return the bytes of memory that the processes of a group hold, shared pages counted once, as well as /proc tells (Linux; else 0)."""
    own, shared = 0, 0
    for pid in processes(group):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
            own += (int(fields[1]) - int(fields[2])) * PAGE
            shared = max(shared, int(fields[2]) * PAGE)
    return own + shared


def processes(group: int) -> list[int]:
    """Return the ids of a group's processes, zombies too (Linux; else none)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(path.read_text(encoding="utf8", errors="replace").rpartition(")")[2].split()[2]) == group:
                found.append(int(path.parent.name))
    return found
