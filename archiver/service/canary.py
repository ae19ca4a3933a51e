"""Canary: which tiers of which platforms work today, tried with a post that is known to be there.

An endpoint that stops answering fails like a post that was deleted, one citation at a time, and a schedule may run for weeks before
somebody sees why. So the operator names, for each platform that matters, a post that will stay (`[canary]`); each of the platform's
targets is asked once, in its own pace, without retries, and read by the platform's own reader. Nothing is recorded: it is no capture of
anything that is cited. There are no defaults: which post stays is known to its owner only, and a program that asks the same posts from
everywhere is a burden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from archiver.citation.citation import Citation, Claims
from archiver.citation.platform import Platform, State, Target
from archiver.config import Config
from archiver.embed import PLATFORMS
from archiver.fetch.capture import Capture
from archiver.fetch.fetcher import Fetching
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
