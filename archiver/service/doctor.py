"""Doctor: is everything there that a run needs, and what is missing that it could use? One line for each, with what to do.

Nothing here goes over the network unless it is asked to (`clock`, `endpoints`): an installation is checked before it is let out. What is
*needed* decides the exit code; what is optional is said and left alone, unless the configuration asks for it (notifications that it names,
a browser that it always wants): then it is needed.
"""

from __future__ import annotations

import os
import shutil
import ssl
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import archiver
from archiver.citation.platform import Reading, State, Target
from archiver.config import AGENT, Config
from archiver.errors import ArchiverError
from archiver.fetch.browser import binary
from archiver.fetch.fetcher import Fetcher
from archiver.fetch.tls import Trust
from archiver.fetch.video import film
from archiver.record import layout
from archiver.record.catalog.holdings import Holdings, Wanted
from archiver.service.events.canary import Canary, canaries, skew
from archiver.service.events.notify import SECRET
from archiver.url import web_url

SCHEMA = "archiver.doctor/1"
EXTRAS = {
    "notify": (("apprise",), "messages to people"),
    "sign": (("cryptography", "rfc3161_client"), "signed exports, trusted timestamps"),
    "video": (("yt_dlp", "yt_dlp_ejs"), "films of posts and players"),
}
ASSETS = {"replaywebpage": ("ui.js", "sw.js"), "autoconsent": ("autoconsent.standalone.js",)}
SYNCS = 20  # writes of 4 KiB, each made durable
SLOW_SYNC = 0.1  # seconds for one: every acknowledged capture waits for two
OFF = 30.0  # seconds by which a clock may be wrong: times are evidence
FIRST_YEAR = 2026  # no clock that is right says less


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is well, whether a run needs it, what was found, and what to do where it is not well."""

    name: str
    ok: bool
    needed: bool
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was looked at."""

    checks: tuple[Check, ...]
    canaries: tuple[Canary, ...] = ()

    @property
    def failed(self) -> list[str]:
        """Names of what is needed and not well."""
        names = [check.name for check in self.checks if check.needed and not check.ok]
        return names + [f"endpoints of {one.platform}" for one in self.canaries if not one.works]

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        tried = [
            asdict(one) | {"works": one.works, "tiers": [asdict(tier) | {"works": tier.works} for tier in one.tiers]}
            for one in self.canaries
        ]
        return {
            "schema": SCHEMA,
            "software": f"archiver/{archiver.__version__}",
            "at": layout.stamp(datetime.now(UTC)),
            "ok": not self.failed,
            "checks": [asdict(check) for check in self.checks],
            "endpoints": tried,
        }

    def check(self) -> None:
        """Raise ArchiverError where something that is needed is not well."""
        if self.failed:
            raise ArchiverError(f"not well: {', '.join(self.failed)}; each line says what to do")


async def examine(store: Path, config: Config, *, clock: str = "", endpoints: bool = False) -> Report:
    """Look at the installation; with `clock` (a URL) compare the time with that server's, with `endpoints` try the canaries.

    UsageError where `clock` is none.
    """
    told = web_url(clock) if clock else ""
    checks = [
        *installation(config),
        *disk(store, config),
        *archive(store),
        trust(config),
        configuration(config),
        *_signed(config),
        contact(config),
        now(),
    ]
    tried: list[Canary] = []
    if clock or endpoints:
        async with Fetcher(config.network) as fetcher:
            if clock:
                checks.append(await _compared(told, fetcher))
            if endpoints:
                tried = await canaries(config, fetcher)
                checks += (
                    [] if config.canary else [Check("endpoints", False, False, "no known posts", "name some in [canary]: platform = URL")]
                )
    return Report(tuple(checks), tuple(tried))


def installation(config: Config) -> Iterator[Check]:
    """Look at Python, extras, browser and assets."""
    yield Check("python", sys.version_info >= (3, 11), True, sys.version.split()[0], "install Python 3.11 or later")
    for name, (modules, purpose) in EXTRAS.items():
        missing = [module for module in modules if find_spec(module) is None]
        found = f"{purpose}: not installed" if missing else purpose
        yield Check(f"extra {name}", not missing, name == "notify" and bool(config.notify.urls), found, f"pip install 'archiver[{name}]'")
    runtime = shutil.which(film.ENGINE)
    remedy = f"install {film.ENGINE}; many YouTube films need it, and no other engine keeps a player's script off the network"
    yield Check("video: JavaScript", runtime is not None, False, runtime or f"no {film.ENGINE}", remedy)
    ffmpeg = shutil.which("ffmpeg")
    yield Check("video: ffmpeg", ffmpeg is not None, False, ffmpeg or "none", "install ffmpeg; without it sound and picture stay apart")
    yield _browser(config)
    for name, files in ASSETS.items():
        folder = Path(archiver.__file__).parent / "assets" / name
        missing = [file for file in files if not (folder / file).is_file()]
        version = (folder / "VERSION").read_text(encoding="utf8").strip() if (folder / "VERSION").is_file() else "no version"
        yield Check(
            f"asset {name}",
            not missing,
            False,
            f"missing: {', '.join(missing)}" if missing else version,
            "run .ci/assets, or install the wheel",
        )


def _browser(config: Config) -> Check:
    needed = config.browser.tier == "browser" or bool(config.browser.binary)
    try:
        return Check("browser", True, needed, binary.find(config.browser.binary))
    except binary.NoBrowser as error:
        found, _, remedy = str(error).partition(": ")
        return Check("browser", False, needed, found, remedy or "name another one in [browser] binary")


def _signed(config: Config) -> Iterator[Check]:
    """See whether who receives the webhook can tell that it is from us."""
    if config.notify.webhook:
        known = bool(os.environ.get(SECRET))
        yield Check("webhook signed", known, False, SECRET if known else f"no {SECRET}", f"set {SECRET} in the environment of the runs")


def disk(store: Path, config: Config) -> Iterator[Check]:
    """Look at the disk that the snapshots are on: room, leave to write, and how long a byte takes to be safe."""
    place = next(folder for folder in (store.absolute(), *store.absolute().parents) if folder.is_dir())
    free = shutil.disk_usage(place).free
    yield Check("disk", free >= config.run.free, True, f"{free / (1 << 30):.1f} GiB free at {place}", "free some, or lower run.free")
    try:
        seconds = _sync(place)
    except OSError as error:
        yield Check(
            "snapshots writable", False, True, f"{place}: {os.strerror(error.errno or 0)}", "name a writable folder with --snapshots"
        )
        return
    yield Check("snapshots writable", True, True, str(store if store.is_dir() else f"{store}, to be made in {place}"))
    rate = f"{seconds * 1000:.1f} ms for one, {1 / max(seconds, 1e-6):.0f} a second"
    yield Check("fsync", seconds < SLOW_SYNC, False, rate, "each capture waits for two: keep snapshots on a local disk")


def _sync(folder: Path) -> float:
    """Return how many seconds it takes to write 4 KiB and make them durable, the median of a few."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as scratch:
        for _ in range(SYNCS):
            started = time.perf_counter()
            scratch.write(bytes(4096))
            scratch.flush()
            os.fsync(scratch.fileno())
            took.append(time.perf_counter() - started)
    return sorted(took)[SYNCS // 2]


def archive(store: Path) -> Iterator[Check]:
    """Look at what is archived already: that the catalog can be read, and what an interrupted run left."""
    if not (store / layout.CATALOG).is_file():
        stray = len(layout.snapshots(store)) if store.is_dir() else 0
        yield Check("catalog", not stray, bool(stray), f"none, and {stray} snapshots" if stray else "none yet", "run `archiver rebuild`")
        return
    try:
        with closing(Holdings(store)) as holdings:
            _, articles = holdings.articles(Wanted())
    except ArchiverError as error:
        said, _, remedy = error.message.rpartition("; ")
        yield Check("catalog", False, True, said or error.message, remedy)
        return
    yield Check("catalog", True, True, f"{articles} articles")
    left = sorted(store.glob(f"*/*/*{layout.OPEN}"))
    yield Check("unfinished", not left, False, f"{len(left)} snapshots" if left else "none", "the same command finishes each")


def trust(config: Config) -> Check:
    """Look at the roots that certificates are checked against."""
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath) if paths.capath else None
    loaded = len(Trust(config.network.ca_bundle).strict.get_ca_certs())
    loose = sum(1 for _ in folder.glob("*.0")) if folder and folder.is_dir() else 0
    bundle = f", {config.network.ca_bundle} among them" if config.network.ca_bundle else ""
    return Check("trust roots", loaded + loose > 0, True, f"{loaded or loose} roots{bundle}", "install ca-certificates")


def configuration(config: Config) -> Check:
    """Say what the configuration holds; that it can be read was found before this could be called."""
    parts = [f"{len(config.source)} sources", f"{len(config.archive)} further archives", f"{len(config.canary)} canaries"]
    return Check("configuration", True, True, f"{', '.join(parts)}; sha256 {config.digest()[:16]}")


def contact(config: Config) -> Check:
    """See whether the owner of a site that is asked is told whom to write to."""
    agent = config.network.user_agent
    return Check("contact", agent != AGENT, False, agent, "name yourself and an address in network.user_agent; sites like to know")


def now() -> Check:
    """Look at the clock by itself."""
    at = datetime.now(UTC)
    return Check("clock", at.year >= FIRST_YEAR, True, f"{at:%Y-%m-%d %H:%M:%S} UTC", "set the clock: every record carries its time")


async def _compared(url: str, fetcher: Fetcher) -> Check:
    """Compare the clock with a server's."""
    capture = await fetcher.fetch(Target(url, purpose="clock"), read=lambda _: Reading(State.OK, "answered"), attempts=1)
    try:
        ahead = skew(capture)
    finally:
        capture.close()
    if ahead is None:
        return Check("clock compared", False, False, f"{url} did not tell the time ({capture.reason})", "name another server")
    found = f"{abs(ahead):.1f} s {'behind' if ahead > 0 else 'ahead of'} {url}"
    return Check("clock compared", abs(ahead) <= OFF, True, found, "set the clock: every record carries its time")
