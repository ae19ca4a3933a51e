"""archiver.toml: every key, its type, its default, and one line of error that names the key.

Unknown keys, wrong types and bad values are errors: a misspelt `conect_to` that is silently ignored sends a test run to the live web.
The dataclasses are the schema; there is no second list of keys. `toml` checks single values.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from archiver import __version__, toml
from archiver.errors import ConfigError

# Whom to write to only the operator knows; a login and a machine's name are nobody's business. `doctor` asks for a contact.
AGENT = f"archiver/{__version__} (archives what an article cites; contact: whoever runs the asking address)"
KINDS = ("feed", "sitemap", "article", "folder", "list", "mailbox")
EVENTS = (
    "problems", "deleted", "unavailable", "edited", "different_author", "rescued", "failed", "restored", "moved", "article", "disk",
    "canary",
)  # fmt: skip
# Said again here, because to import them takes as long as all else; a test compares.
PLATFORMS = (
    "x", "facebook", "instagram", "threads", "tiktok", "youtube", "telegram", "reddit", "bluesky", "vimeo", "linkedin", "pinterest", "vk",
    "soundcloud", "spotify", "dailymotion", "twitch", "truthsocial", "imgur", "tumblr", "flickr", "rumble", "mastodon", "web",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PerHost:
    """What one host is asked to bear: connections at once, and seconds between the starts of two requests."""

    connections: int = 2
    interval: float = 1.0


@dataclass(frozen=True, slots=True)
class Network:
    """The [network] table. Times in seconds, sizes in bytes."""

    user_agent: str = AGENT
    concurrency: int = 16
    per_host: PerHost = field(default_factory=PerHost)
    deadline: float = 120.0
    max_body: int = 200 << 20
    attempts: int = 5
    retry_within: float = 86400.0
    robots: str = "record"
    ca_bundle: str = ""
    allow_private_addresses: bool = False
    connect_to: dict[str, str] = field(default_factory=dict)
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class Browser:
    """The [browser] table: which Chromium, when it is used, what it says it is. Times in seconds, sizes in bytes and CSS pixels."""

    binary: str = ""
    tier: str = "auto"  # auto: where http shows too little; browser: always; http: never
    screenshots: bool = False  # open pages that answered well over http too, for their pictures
    language: str = "en-US,en"
    viewport: tuple[int, int] = (1280, 720)
    deadline: float = 60.0
    tabs: int = 3
    memory: int = 3 << 30  # of the browser and all its processes
    consent: str = "opt-out"  # opt-out | leave: what is done about consent banners
    scripts: tuple[str, ...] = ()
    profile: str = ""
    store_cookies: bool = False


@dataclass(frozen=True, slots=True)
class Video:
    """The [video] table: films of posts and players. Size in bytes, time in seconds, of one film all told."""

    fetch: str = "auto"  # auto: where a film is cited and the extra is installed; never
    max_size: int = 200 << 20
    deadline: float = 600.0


@dataclass(frozen=True, slots=True)
class Source:
    """One [[source]] that a scheduled run watches; exactly one of the first six is set.

    `recheck` are seconds from the first capture; after the last of them everything is looked at again after `recheck_every`, shortest and
    longest wait: what never changes is asked less and less often. `backlog` is how many things of a first poll are archived, the newest
    first; the rest counts as seen.
    """

    feed: str = ""
    sitemap: str = ""
    article: str = ""
    folder: str = ""
    list: str = ""
    mailbox: str = ""
    cron: str = "0 * * * *"
    timezone: str = "UTC"
    recheck: tuple[float, ...] = ()
    recheck_every: tuple[float, ...] = ()
    backlog: int = 1000
    all: bool = False

    @property
    def kind(self) -> str:
        """Which of the six it is."""
        return next(kind for kind in KINDS if getattr(self, kind))

    @property
    def key(self) -> str:
        """The name under which its state is kept: kind and address."""
        return f"{self.kind}:{getattr(self, self.kind)}"


@dataclass(frozen=True, slots=True)
class Notify:
    """The [notify] table: who is told of which events. `title` and `line` are templates, with the names that `service.notify` lists."""

    urls: tuple[str, ...] = ()
    on: tuple[str, ...] = ("deleted", "edited", "failed")
    webhook: str = ""
    title: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """The [keep] table: what may be removed. Without a limit nothing ever is. Ages in seconds, size in bytes.

    A snapshot that is to go is announced in the report of a run, and goes in a run after `grace`; `least` of each article stay.
    """

    max_age: float = 0.0
    max_size: int = 0
    least: int = 1
    grace: float = 7 * 86400.0


@dataclass(frozen=True, slots=True)
class Run:
    """The [run] table: how scheduled runs behave.

    `free` are bytes of disk below which nothing new is begun, `metrics` a file for Prometheus' textfile collector, `log` is text or json,
    `doctor` has a run try the platforms' endpoints.
    """

    free: int = 1 << 30
    metrics: str = ""
    log: str = "text"
    doctor: bool = False


@dataclass(frozen=True, slots=True)
class Archive:
    """One [[archive]] in which a copy is looked for when the Wayback Machine has none, by Memento (RFC 7089).

    `timemap` and `timegate` are addresses with `{url}` where the URL belongs; at least one is given, and the TimeMap is preferred. `raw` is
    what the archive wants behind the time in a copy's address to answer the bytes as captured (`id_` in pywb and OpenWayback).
    """

    name: str
    timemap: str = ""
    timegate: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Submit:
    """The [submit] table: whether the Wayback Machine is asked to save what was captured. `interval` in seconds, `most` an article."""

    wayback: str = "off"  # off | captured
    interval: float = 20.0
    most: int = 30


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration."""

    network: Network = field(default_factory=Network)
    browser: Browser = field(default_factory=Browser)
    video: Video = field(default_factory=Video)
    source: tuple[Source, ...] = ()
    notify: Notify = field(default_factory=Notify)
    keep: Keep = field(default_factory=Keep)
    run: Run = field(default_factory=Run)
    archive: tuple[Archive, ...] = ()
    submit: Submit = field(default_factory=Submit)
    canary: dict[str, str] = field(default_factory=dict)  # platform -> the address of a post that is known to be there

    def browsing(self, tier: str | None, scripts: Iterable[Path]) -> Config:
        """Return the configuration with what an order says of the browser. ConfigError."""
        named = toml.one_of(tier, ("auto", "http", "browser"), "--tier") if tier else self.browser.tier
        added = tuple(toml.existing(str(path), Path(), "--user-script") for path in scripts)
        return replace(self, browser=replace(self.browser, tier=named, scripts=(*self.browser.scripts, *added)))

    def digest(self) -> str:
        """Return the SHA-256, in hex, of everything that decides what a run does; written into each manifest."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def load(path: Path | None) -> Config:
    """Read a configuration file; defaults where `path` is None. ConfigError names file and key."""
    if path is None:
        return Config()
    try:
        data = tomllib.loads(path.read_text(encoding="utf8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({os.strerror(error.errno or 0)}); name another file with --config") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    try:
        return _config(data, path.parent)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error.message}") from None


def _config(data: dict[str, Any], folder: Path) -> Config:
    toml.known(data, {f.name for f in fields(Config)}, "")
    sources = toml.typed(data.get("source", []), list, "source")
    return Config(
        network=_network(toml.typed(data.get("network", {}), dict, "network"), folder),
        browser=_browser(toml.typed(data.get("browser", {}), dict, "browser"), folder),
        video=_video(toml.typed(data.get("video", {}), dict, "video")),
        source=tuple(_source(toml.typed(item, dict, f"source[{n}]"), f"source[{n}]", folder) for n, item in enumerate(sources)),
        notify=_notify(toml.typed(data.get("notify", {}), dict, "notify")),
        keep=_keep(toml.typed(data.get("keep", {}), dict, "keep")),
        run=_run(toml.typed(data.get("run", {}), dict, "run"), folder),
        archive=tuple(
            _archive(toml.typed(item, dict, f"archive[{n}]"), f"archive[{n}]")
            for n, item in enumerate(toml.typed(data.get("archive", []), list, "archive"))
        ),
        submit=_submit(toml.typed(data.get("submit", {}), dict, "submit")),
        canary=_canary(toml.typed(data.get("canary", {}), dict, "canary")),
    )


def _canary(data: dict[str, Any]) -> dict[str, str]:
    toml.known(data, set(PLATFORMS), "canary.")
    return {name: toml.address(value, f"canary.{name}") for name, value in data.items()}


def _network(data: dict[str, Any], folder: Path) -> Network:
    toml.known(data, {f.name for f in fields(Network)}, "network.")
    default = Network()
    values: dict[str, Any] = {}
    for key, value in data.items():
        name = f"network.{key}"
        match key:
            case "user_agent":
                values[key] = toml.line(value, name)
                if not values[key].strip():
                    raise ConfigError(f"{name}: must say who asks, in a line; without this key it is {AGENT!r}")
            case "ca_bundle":
                values[key] = toml.existing(toml.line(value, name), folder, name)
            case "concurrency" | "attempts":
                values[key] = toml.whole(value, name, 1)
            case "per_host":
                values[key] = _per_host(toml.typed(value, dict, name), name)
            case "deadline" | "retry_within":
                values[key] = toml.span(value, name)
            case "max_body":
                values[key] = toml.size(value, name)
            case "robots":
                values[key] = toml.one_of(value, ("record", "obey", "ignore"), name)
            case "allow_private_addresses":
                values[key] = toml.typed(value, bool, name)
            case "connect_to":
                values[key] = toml.connect_to(toml.typed(value, dict, name), name)
            case "proxy":
                values[key] = toml.proxy(toml.line(value, name), name)
    return Network(**{f.name: values.get(f.name, getattr(default, f.name)) for f in fields(Network)})


def _browser(data: dict[str, Any], folder: Path) -> Browser:
    toml.known(data, {f.name for f in fields(Browser)}, "browser.")
    values: dict[str, Any] = {}
    for key, value in data.items():
        name = f"browser.{key}"
        match key:
            case "binary" | "language":
                values[key] = toml.line(value, name)
            case "profile":
                values[key] = toml.folder(toml.line(value, name), folder, name)
            case "tier":
                values[key] = toml.one_of(value, ("auto", "http", "browser"), name)
            case "consent":
                values[key] = toml.one_of(value, ("opt-out", "leave"), name)
            case "screenshots" | "store_cookies":
                values[key] = toml.typed(value, bool, name)
            case "viewport":
                values[key] = toml.viewport(toml.typed(value, list, name), name)
            case "deadline":
                values[key] = toml.span(value, name)
            case "tabs":
                values[key] = toml.whole(value, name, 1)
            case "memory":
                values[key] = toml.size(value, name)
            case "scripts":
                values[key] = tuple(toml.existing(toml.line(one, name), folder, name) for one in toml.typed(value, list, name))
    return Browser(**values)


def _video(data: dict[str, Any]) -> Video:
    toml.known(data, {f.name for f in fields(Video)}, "video.")
    default = Video()
    return Video(
        fetch=toml.one_of(data.get("fetch", default.fetch), ("auto", "never"), "video.fetch"),
        max_size=toml.size(data.get("max_size", default.max_size), "video.max_size"),
        deadline=toml.span(data.get("deadline", default.deadline), "video.deadline"),
    )


def _per_host(data: dict[str, Any], name: str) -> PerHost:
    toml.known(data, {"connections", "interval"}, f"{name}.")
    return PerHost(
        connections=toml.whole(data.get("connections", 2), f"{name}.connections", 1),
        interval=toml.number(data.get("interval", 1.0), f"{name}.interval"),
    )


def _source(data: dict[str, Any], name: str, folder: Path) -> Source:
    toml.known(data, {f.name for f in fields(Source)}, f"{name}.")
    if sum(kind in data for kind in KINDS) != 1:
        raise ConfigError(f"{name}: needs exactly one of {', '.join(KINDS)}")
    kind = next(kind for kind in KINDS if kind in data)
    every = toml.typed(data.get("recheck_every", []), list, f"{name}.recheck_every")
    bounds = tuple(toml.span(item, f"{name}.recheck_every[{n}]") for n, item in enumerate(every))
    if bounds and (len(bounds) != 2 or bounds[0] > bounds[1]):
        raise ConfigError(f'{name}.recheck_every: must be the shortest and the longest wait, like ["7d", "90d"], not {every!r}')
    return Source(
        **{kind: _watched(toml.line(data[kind], f"{name}.{kind}"), kind, folder, f"{name}.{kind}")},
        cron=toml.cron(data.get("cron", "0 * * * *"), f"{name}.cron"),
        timezone=toml.zone(toml.line(data.get("timezone", "UTC"), f"{name}.timezone"), f"{name}.timezone"),
        recheck=toml.rising(data.get("recheck", []), f"{name}.recheck"),
        recheck_every=bounds,
        backlog=toml.whole(data.get("backlog", 1000), f"{name}.backlog", 0),
        all=toml.typed(data.get("all", False), bool, f"{name}.all"),
    )


def _watched(written: str, kind: str, folder: Path, name: str) -> str:
    """Return what a source watches: a URL as it is written, a path relative to the configuration's own folder."""
    if not written:
        raise ConfigError(f"{name}: must not be empty")
    if re.match(r"https?://", written, re.IGNORECASE):
        if kind in ("folder", "mailbox"):
            raise ConfigError(f"{name}: must be a path, not {written!r}")
        return written
    return str((folder / written).absolute())


def _archive(data: dict[str, Any], name: str) -> Archive:
    toml.known(data, {f.name for f in fields(Archive)}, f"{name}.")
    values = {key: toml.line(value, f"{name}.{key}") for key, value in data.items()}
    if not values.get("name") or not (values.get("timemap") or values.get("timegate")):
        raise ConfigError(f"{name}: needs a name, and a timemap or a timegate")
    for key in ("timemap", "timegate"):
        if values.get(key) and not re.fullmatch(r"https?://[^\s{}]+\{url\}", values[key]):
            raise ConfigError(f'{name}.{key}: must be an address that ends with {{url}}, like "https://archive.ph/{key}/{{url}}"')
    if not re.fullmatch(r"(?:[a-z]{2}_)?", values.get("raw", "")):
        raise ConfigError(f'{name}.raw: must be two letters and an underscore, like "id_", not {values["raw"]!r}')
    return Archive(**values)


def _submit(data: dict[str, Any]) -> Submit:
    toml.known(data, {f.name for f in fields(Submit)}, "submit.")
    default = Submit()
    return Submit(
        wayback=toml.one_of(data.get("wayback", default.wayback), ("off", "captured"), "submit.wayback"),
        interval=toml.span(data.get("interval", default.interval), "submit.interval"),
        most=toml.whole(data.get("most", default.most), "submit.most", 1),
    )


def _notify(data: dict[str, Any]) -> Notify:
    toml.known(data, {f.name for f in fields(Notify)}, "notify.")
    values: dict[str, Any] = {}
    for key, value in data.items():
        name = f"notify.{key}"
        match key:
            case "urls" | "on":
                values[key] = tuple(toml.line(item, name) for item in toml.typed(value, list, name))
            case "webhook":
                values[key] = toml.line(value, name)
                if value and not re.fullmatch(r"https?://[^\s/]+\S*", value):
                    raise ConfigError(f"{name}: must be an http or https URL, not {value!r}")
            case _:
                values[key] = toml.line(value, name)
    for event in values.get("on", ()):
        toml.one_of(event, EVENTS, "notify.on")
    return Notify(**values)


def _keep(data: dict[str, Any]) -> Keep:
    toml.known(data, {f.name for f in fields(Keep)}, "keep.")
    default = Keep()
    return Keep(
        max_age=toml.span(data["max_age"], "keep.max_age") if "max_age" in data else default.max_age,
        max_size=toml.size(data["max_size"], "keep.max_size") if "max_size" in data else default.max_size,
        least=toml.whole(data.get("least", default.least), "keep.least", 1),
        grace=toml.span(data["grace"], "keep.grace") if "grace" in data else default.grace,
    )


def _run(data: dict[str, Any], folder: Path) -> Run:
    toml.known(data, {f.name for f in fields(Run)}, "run.")
    default = Run()
    metrics = toml.line(data.get("metrics", ""), "run.metrics")
    return Run(
        free=toml.size(data["free"], "run.free") if "free" in data else default.free,
        metrics=str((folder / metrics).absolute()) if metrics else "",
        log=toml.one_of(data.get("log", default.log), ("text", "json"), "run.log"),
        doctor=toml.typed(data.get("doctor", False), bool, "run.doctor"),
    )
