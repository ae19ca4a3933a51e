"""Desk: what one writer of a store works with, held as long as the work lasts: lease, catalog, fetcher, configuration.

A single command and a scheduled run over a hundred articles sit at the same desk. One fetcher for all of a run means one pace for each
host, one look at each robots.txt, one pool of connections.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from archiver.config import Config
from archiver.errors import LeaseLost
from archiver.fetch.browser.tier import Tier
from archiver.fetch.clock import Clock
from archiver.fetch.fetcher import Fetcher, Transport
from archiver.record.catalog.catalog import Catalog
from archiver.record.draft import Run
from archiver.record.lock import lease
from archiver.service.hosts import remembered
from archiver.service.keeper import Watch

T = TypeVar("T")
AGAIN = 0.2  # seconds until a lease that another run holds is tried again


@dataclass(frozen=True, slots=True)
class Desk:
    """What one writer of a store works with."""

    store: Path
    config: Config
    catalog: Catalog
    fetcher: Fetcher
    watch: Watch
    browser: Tier

    @property
    def clock(self) -> Clock:
        """The time that everything at this desk lives by."""
        return self.fetcher.clock

    def made_with(self) -> Run:
        """Return what snapshots say of the run that makes them."""
        network = self.config.network
        return Run(user_agent=network.user_agent, config_sha256=self.config.digest(), robots=network.robots)


@asynccontextmanager
async def at_desk(
    store: Path, config: Config, watch: Watch, *, clock: Clock | None = None, transport: Transport | None = None, wait: float = 0.0
) -> AsyncIterator[Desk]:
    """Hold a store's lease, waiting `wait` seconds for it, and everything that work on it needs. LeaseLost where another run keeps it."""
    with ExitStack() as stack:
        for left in range(round(wait / AGAIN), -1, -1):
            try:
                stack.enter_context(lease(store))
                break
            except LeaseLost:
                if not left:
                    raise
                await asyncio.sleep(AGAIN)
        catalog = stack.enter_context(Catalog(store))
        catalog.catch_up()
        async with Fetcher(config.network, transport, clock=clock) as fetcher:
            with remembered(fetcher.pace, catalog):
                async with Tier(config.browser, config.network, fetcher.pace) as browser:
                    yield Desk(store, config, catalog, fetcher, watch, browser)


def interruptible(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` on a loop of its own; SIGINT, SIGTERM and SIGHUP cancel it, and raise KeyboardInterrupt once it has stopped.

    A second signal changes nothing: the end takes seconds, and one that is cut short leaves a browser's profile behind. SIGHUP stays
    ignored where it is (nohup). How signals were handled before is how they are handled behind it.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}

    async def watched() -> T:
        task = asyncio.create_task(work)
        for number, handler in before.items():
            if (number, handler) != (signal.SIGHUP, signal.SIG_IGN):
                asyncio.get_running_loop().add_signal_handler(number, lambda: None if task.cancelling() else task.cancel())
        try:
            return await task
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    try:
        return asyncio.run(watched())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
