"""Canary: which tiers of which platforms work today, tried with a post that is known to be there.

An endpoint that stops answering fails like a post that was deleted, one citation at a time, and a schedule may run for weeks before
somebody sees why. So the operator names, for each platform that matters, a post that will stay (`[canary]`); each of the platform's
targets is asked once, in its own pace, without retries, and read by the platform's own reader. Nothing is recorded: it is no capture of
anything that is cited. A scheduled run may include it (`run.doctor`): what does not work is told, once a day for as long as it lasts,
and that it works again.
There are no defaults: which post stays is known to its owner only, and a program that asks the same posts from everywhere is a burden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from archiver.citation.citation import Citation, Claims
from archiver.citation.platform import Platform, State, Target
from archiver.config import Config
from archiver.embed import PLATFORMS
from archiver.fetch.capture import Capture
from archiver.fetch.fetcher import Fetching
from archiver.service.desk import Desk
from archiver.service.events.event import Told, key
from archiver.url import resolve

GOOD = frozenset({State.OK, State.OK_PARTIAL})


@dataclass(frozen=True, slots=True)
class Tier:
    """What one of a platform's targets answered; `skew` is by how many seconds its clock is ahead of ours, where it told the time."""

    purpose: str
    tier: str
    url: str
    state: str
    reason: str
    status: int | None
    seconds: float
    proof: bool
    skew: float | None = None

    @property
    def works(self) -> bool:
        """Tell whether it told the post."""
        return self.state in GOOD


@dataclass(frozen=True, slots=True)
class Canary:
    """What came of one platform's known post. `fault` says why it could not be tried."""

    platform: str
    url: str
    tiers: tuple[Tier, ...] = ()
    fault: str = ""

    @property
    def works(self) -> bool:
        """Tell whether a post of the platform can be captured today: something that counts as proof told it."""
        return any(tier.works and tier.proof for tier in self.tiers)


async def canaries(config: Config, fetcher: Fetching) -> list[Canary]:
    """Ask the endpoints of each platform in the configuration for its known post, one after the other."""
    return [await _tried(name, url, fetcher) for name, url in config.canary.items()]


async def told(desk: Desk) -> list[Told]:
    """Return an event for each platform that cannot be captured from today; the same one all day."""
    day = f"{desk.clock.now():%Y-%m-%d}"
    return [(key("canary", one.platform, day), "canary", _said(one)) for one in await canaries(desk.config, desk.fetcher) if not one.works]


def _said(one: Canary) -> dict[str, Any]:
    states = "; ".join(f"{tier.purpose}: {tier.state}" for tier in one.tiers)
    return {"platform": one.platform, "cited": one.url, "reason": f"no post of {one.platform} can be told today: {one.fault or states}"}


async def _tried(name: str, url: str, fetcher: Fetching) -> Canary:
    platform = next((one for one in PLATFORMS if one.name == name), None)
    if platform is None:
        return Canary(name, url, fault=f"no such platform; known: {', '.join(one.name for one in PLATFORMS)}")
    resolved = resolve(url)
    reference = platform.identify(resolved) if resolved else None
    if reference is None:
        return Canary(name, url, fault=f"{url} is no address of a post of {name}")
    targets = platform.targets(Citation(1, "embed", reference, in_body=True, claims=Claims(), places=()))
    return Canary(name, url, tuple([await _asked(platform, target, fetcher) for target in _once(targets)]))


def _once(targets: Sequence[Target]) -> list[Target]:
    return list({(one.url, one.purpose): one for one in targets}.values())


async def _asked(platform: Platform, target: Target, fetcher: Fetching) -> Tier:
    capture = await fetcher.fetch(target, read=platform.read, attempts=1)
    try:
        exchange = capture.exchange
        status = exchange.status if exchange else None
        seconds = round((capture.finished - capture.started).total_seconds(), 3)
        return Tier(
            target.purpose, target.tier, target.url, str(capture.state), capture.reason, status, seconds, target.proof, skew(capture)
        )
    finally:
        capture.close()


def skew(capture: Capture) -> float | None:
    """Return by how many seconds the clock of the server that answered is ahead of ours; None where it did not tell the time.

    `Date` is whole seconds of when the answer was made (RFC 9110 §6.6.1), so a second or two either way means nothing.
    """
    exchange = capture.exchange
    written = exchange.header("Date") if exchange else None
    try:
        told = parsedate_to_datetime(written) if written else None
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    if told is None or exchange is None:
        return None
    told = told.replace(tzinfo=UTC) if told.tzinfo is None else told
    mine: datetime = exchange.started
    return round((told - mine).total_seconds() - exchange.seconds / 2, 1)
