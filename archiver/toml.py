"""TOML: one value of a configuration, checked, or a ConfigError that names its key and says what it must be.

Each function takes the value as tomllib read it and the key's whole name (`network.per_host.interval`), and returns the value as the
program uses it: seconds, bytes, resolved paths.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from archiver.errors import ConfigError

SIZES = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}
SPANS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
LONGEST = 36500 * 86400.0  # a hundred years: what is longer is a slip of the hand, and no date can be reckoned with it
LARGEST = 1 << 60  # bytes; above it floats and file systems lose count


def known(data: dict[str, Any], names: set[str], prefix: str) -> None:
    """Refuse a table with a key that is not among `names`; `prefix` is the table's own name with a dot."""
    for key in data:
        if key not in names:
            raise ConfigError(f"unknown key {prefix}{key}; known here: {', '.join(sorted(names))}")


def typed(value: Any, kind: type, name: str) -> Any:
    """Return a value of one of TOML's types."""
    words = {dict: "a table", list: "a list", str: "a string", bool: "true or false", int: "a whole number"}
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ConfigError(f"{name}: must be {words[kind]}, not {value!r}")
    return value


def line(value: Any, name: str) -> str:
    """Return a text of one line, without control characters."""
    text: str = typed(value, str, name)
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise ConfigError(f"{name}: must be one line without control characters")
    return text


def one_of(value: Any, words: tuple[str, ...], name: str) -> str:
    """Return a text that is one of `words`."""
    if value not in words:
        raise ConfigError(f"{name}: must be one of {', '.join(words)}, not {value!r}")
    return str(value)


def whole(value: Any, name: str, least: int) -> int:
    """Return a whole number, at least `least`."""
    number: int = typed(value, int, name)
    if number < least:
        raise ConfigError(f"{name}: must be at least {least}, not {number}")
    return number


def number(value: Any, name: str) -> float:
    """Return a number of seconds, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST:
        raise ConfigError(f"{name}: must be a number of seconds, 0 or more and at most a hundred years, not {value!r}")
    return float(value)


def span(value: Any, name: str) -> float:
    """Return seconds from a number or from a text like "24h", "7d"."""
    matched = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhdw])\s*", value) if isinstance(value, str) else None
    seconds = float(matched[1]) * SPANS[matched[2]] if matched else value
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST:
        raise ConfigError(f'{name}: must be seconds above 0 or a time like "30s", "24h", "7d", at most a hundred years, not {value!r}')
    return float(seconds)


def rising(value: Any, name: str) -> tuple[float, ...]:
    """Return a list of times as seconds, each once, the shortest first."""
    spans = tuple(span(item, f"{name}[{n}]") for n, item in enumerate(typed(value, list, name)))
    return tuple(sorted(set(spans)))


def size(value: Any, name: str) -> int:
    """Return bytes from a number or from a text like "200 MiB"."""
    matched = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMG]?i?B)?\s*", value, re.IGNORECASE) if isinstance(value, str) else None
    size = int(min(float(matched[1]) * SIZES[(matched[2] or "").upper()], LARGEST + 1)) if matched else value
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= LARGEST:
        raise ConfigError(f'{name}: must be bytes or a size like "200 MiB", at most 1024 PiB, not {value!r}')
    return size


def existing(written: str, folder: Path, name: str) -> str:
    """Return a path that the configuration names relative to its own folder."""
    if not written:
        return ""
    path = folder / written
    if not path.is_file():
        raise ConfigError(f"{name}: no such file: {path}")
    return str(path.resolve())


def folder(written: str, folder: Path, name: str) -> str:
    """Return the path of a folder that is there, relative to the configuration's own; empty where none is named."""
    if not written:
        return ""
    path = folder / written
    if not path.is_dir():
        raise ConfigError(f"{name}: no such folder: {path}")
    return str(path.resolve())


def address(value: Any, name: str) -> str:
    """Return an http or https URL with a path."""
    text = line(value, name)
    if not re.fullmatch(r"https?://[^\s/]+/\S*", text):
        raise ConfigError(f"{name}: must be an http(s) address, not {text!r}")
    return text


def connect_to(data: dict[str, Any], name: str) -> dict[str, str]:
    """Check `"host:port" = "address:port"` pairs, as curl --connect-to; `*` matches any host."""
    for source, target in data.items():
        for side, where in ((source, f"{name}: key {source!r}"), (target, f"{name}.{source}")):
            host, _, port = side.rpartition(":") if isinstance(side, str) else ("", "", "")
            if not host or not port.isdecimal() or not 0 < int(port) < 65536:
                raise ConfigError(f'{where}: must read "host:port", not {side!r}')
    return {source.lower(): target for source, target in data.items()}


def proxy(value: str, name: str) -> str:
    """Return a proxy's address; empty where none is named."""
    if value and not re.fullmatch(r"https?://[^\s/]+/?", value):
        raise ConfigError(f"{name}: must be http://host:port, not {value!r}")
    return value


def zone(written: str, name: str) -> str:
    """Return the name of a time zone that the system or tzdata knows."""
    try:
        ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(f'{name}: must be a time zone\'s name like "Europe/Berlin", not {written!r}') from None
    return written


def cron(value: Any, name: str) -> str:
    """Return a cron expression of five fields that names moments."""
    text = line(value, name)
    if len(text.split()) != 5:
        raise ConfigError(f"{name}: must have five fields (minute hour day month weekday), not {text!r}")
    try:
        CronSim(text, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ConfigError(f"{name}: is no cron expression: {error} in {text!r}") from error
    return text


def viewport(value: list[Any], name: str) -> tuple[int, int]:
    """Return width and height in CSS pixels."""
    if len(value) != 2:
        raise ConfigError(f"{name}: must be [width, height] in CSS pixels, not {value!r}")
    return whole(value[0], name, 1), whole(value[1], name, 1)
