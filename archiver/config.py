"""archiver.toml: every key, its type, its default, and one line of error that names the key.

Unknown keys, wrong types and bad values are errors: a misspelt `conect_to` that is silently ignored sends a test run to the live web.
The dataclasses are the schema; there is no second list of keys.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from archiver import __version__
from archiver.errors import ConfigError

AGENT = f"archiver/{__version__} (web archiving of cited sources; see From header or the operator's configuration)"
SIZES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}
SPANS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}


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
class Source:
    """One [[source]] that a scheduled run watches; exactly one of feed, article, folder, list is set."""

    feed: str = ""
    article: str = ""
    folder: str = ""
    list: str = ""
    cron: str = "0 * * * *"
    recheck: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Notify:
    """The [notify] table."""

    urls: tuple[str, ...] = ()
    on: tuple[str, ...] = ("deleted", "edited", "failed")


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration."""

    network: Network = field(default_factory=Network)
    source: tuple[Source, ...] = ()
    notify: Notify = field(default_factory=Notify)

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
    _known(data, {"network", "source", "notify"}, "")
    sources = _typed(data.get("source", []), list, "source")
    return Config(
        network=_network(_typed(data.get("network", {}), dict, "network"), folder),
        source=tuple(_source(_typed(item, dict, f"source[{n}]"), f"source[{n}]") for n, item in enumerate(sources)),
        notify=_notify(_typed(data.get("notify", {}), dict, "notify")),
    )


def _network(data: dict[str, Any], folder: Path) -> Network:
    _known(data, {f.name for f in fields(Network)}, "network.")
    default = Network()
    values: dict[str, Any] = {}
    for key, value in data.items():
        name = f"network.{key}"
        match key:
            case "user_agent":
                values[key] = _line(value, name)
            case "ca_bundle":
                values[key] = _existing(_line(value, name), folder, name)
            case "concurrency" | "attempts":
                values[key] = _whole(value, name, 1)
            case "per_host":
                values[key] = _per_host(_typed(value, dict, name), name)
            case "deadline" | "retry_within":
                values[key] = _span(value, name)
            case "max_body":
                values[key] = _size(value, name)
            case "robots":
                values[key] = _one_of(value, ("record", "obey", "ignore"), name)
            case "allow_private_addresses":
                values[key] = _typed(value, bool, name)
            case "connect_to":
                values[key] = _connect_to(_typed(value, dict, name), name)
            case "proxy":
                values[key] = _proxy(_line(value, name), name)
    return Network(**{f.name: values.get(f.name, getattr(default, f.name)) for f in fields(Network)})


def _per_host(data: dict[str, Any], name: str) -> PerHost:
    _known(data, {"connections", "interval"}, f"{name}.")
    return PerHost(
        connections=_whole(data.get("connections", 2), f"{name}.connections", 1),
        interval=_number(data.get("interval", 1.0), f"{name}.interval"),
    )


def _source(data: dict[str, Any], name: str) -> Source:
    kinds = ("feed", "article", "folder", "list")
    _known(data, {*kinds, "cron", "recheck"}, f"{name}.")
    if sum(kind in data for kind in kinds) != 1:
        raise ConfigError(f"{name}: needs exactly one of {', '.join(kinds)}")
    recheck = _typed(data.get("recheck", []), list, f"{name}.recheck")
    return Source(
        **{kind: _line(data[kind], f"{name}.{kind}") for kind in kinds if kind in data},
        cron=_cron(data.get("cron", "0 * * * *"), f"{name}.cron"),
        recheck=tuple(_span(item, f"{name}.recheck[{n}]") for n, item in enumerate(recheck)),
    )


def _notify(data: dict[str, Any]) -> Notify:
    _known(data, {"urls", "on"}, "notify.")
    lists = {key: tuple(_line(item, f"notify.{key}") for item in _typed(value, list, f"notify.{key}")) for key, value in data.items()}
    return Notify(**lists)


def _known(data: dict[str, Any], names: set[str], prefix: str) -> None:
    for key in data:
        if key not in names:
            raise ConfigError(f"unknown key {prefix}{key}; known here: {', '.join(sorted(names))}")


def _typed(value: Any, kind: type, name: str) -> Any:
    words = {dict: "a table", list: "a list", str: "a string", bool: "true or false", int: "a whole number"}
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ConfigError(f"{name}: must be {words[kind]}, not {value!r}")
    return value


def _line(value: Any, name: str) -> str:
    text: str = _typed(value, str, name)
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise ConfigError(f"{name}: must be one line without control characters")
    return text


def _existing(written: str, folder: Path, name: str) -> str:
    """Return a path that the configuration names relative to its own folder."""
    if not written:
        return ""
    path = folder / written
    if not path.is_file():
        raise ConfigError(f"{name}: no such file: {path}")
    return str(path.resolve())


def _whole(value: Any, name: str, least: int) -> int:
    number: int = _typed(value, int, name)
    if number < least:
        raise ConfigError(f"{name}: must be at least {least}, not {number}")
    return number


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise ConfigError(f"{name}: must be a number of seconds, 0 or more, not {value!r}")
    return float(value)


def _span(value: Any, name: str) -> float:
    """Return seconds from a number or from a text like "24h", "7d"."""
    matched = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhdw])\s*", value) if isinstance(value, str) else None
    seconds = float(matched[1]) * SPANS[matched[2]] if matched else value
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < float("inf"):
        raise ConfigError(f'{name}: must be seconds above 0 or a time like "30s", "24h", "7d", not {value!r}')
    return float(seconds)


def _size(value: Any, name: str) -> int:
    matched = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMG]?i?B)?\s*", value, re.IGNORECASE) if isinstance(value, str) else None
    size = int(float(matched[1]) * SIZES[(matched[2] or "").upper()]) if matched else value
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise ConfigError(f'{name}: must be bytes or a size like "200 MiB", not {value!r}')
    return size


def _one_of(value: Any, words: tuple[str, ...], name: str) -> str:
    if value not in words:
        raise ConfigError(f"{name}: must be one of {', '.join(words)}, not {value!r}")
    return str(value)


def _connect_to(data: dict[str, Any], name: str) -> dict[str, str]:
    """Check `"host:port" = "address:port"` pairs, as curl --connect-to; `*` matches any host."""
    for source, target in data.items():
        for side, where in ((source, f"{name}: key {source!r}"), (target, f"{name}.{source}")):
            host, _, port = side.rpartition(":") if isinstance(side, str) else ("", "", "")
            if not host or not port.isdecimal() or not 0 < int(port) < 65536:
                raise ConfigError(f'{where}: must read "host:port", not {side!r}')
    return {source.lower(): target for source, target in data.items()}


def _proxy(value: str, name: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/]+/?", value):
        raise ConfigError(f"{name}: must be http://host:port, not {value!r}")
    return value


def _cron(value: Any, name: str) -> str:
    text = _line(value, name)
    if len(text.split()) != 5:
        raise ConfigError(f"{name}: must have five fields (minute hour day month weekday), not {text!r}")
    return text
