"""Where things lie: directory names, file names, and writing that survives a power cut.

A slug comes from a URL or a file name that anyone may have chosen, so it keeps letters, digits, `-`, `_` and `.` only, never begins with a
dot, and is at most 80 bytes. What is cut or replaced is made up for by a hash of the whole source, so that two sources never share a slug
by accident; a source whose slug says everything carries none and stays readable.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from archiver import url as urls
from archiver.errors import UsageError

ARCHIVE, INDEX, PAGES, EXTRA_PAGES = "archive", "indexes/index.cdxj", "pages/pages.jsonl", "pages/extraPages.jsonl"
MANIFEST, TEXT, PACKAGE, PACKAGE_DIGEST = "manifest.json", "article.txt", "datapackage.json", "datapackage-digest.json"
JOURNAL, OPEN, CATALOG = "journal", ".open", "catalog.sqlite"
SLUG = 80  # bytes
LISTED = "capture "  # what the source of a list of URLs begins with: it is named as it was asked for


def stamp(when: datetime) -> str:
    """Return a time as WARC-Date and manifest write it: UTC, microseconds."""
    return when.astimezone(UTC).isoformat("T", "microseconds")[:26] + "Z"


def stamp14(when: datetime) -> str:
    """Return a time as directory names, file names and CDXJ write it: YYYYMMDDhhmmss, UTC."""
    return when.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def home(source: str, url: str | None) -> str:
    """Return `<host>/<slug>` for an article on the web, `local/<slug>` for one from a file or a pipe; a list lies with its first URL."""
    near = url or (source.removeprefix(LISTED).partition(" ")[0] if source.startswith(LISTED) else None)
    where = urls.resolve(near) if near else None
    if where is None:
        name = re.split(r"[/\\]", source.rstrip("/\\"))[-1]
        return f"local/{slug(name, source)}"
    host, rest = urls.host(where), urls.without_fragment(where).split("://", 1)[1].partition("/")[2]
    number = f"_{urls.port(where)}" if urls.port(where) not in (80, 443) else ""
    return f"{slug(host.strip('[]').replace(':', '-') + number, host)}/{slug(unquote(rest) or 'index', where)}"


def slug(readable: str, whole: str) -> str:
    """Return a safe file name for `readable`, told apart from others by a hash of `whole` where something was lost."""
    kept = re.sub(r"[^\w.-]+", "-", readable).strip("-.") or "article"
    if kept == readable and len(kept.encode()) <= SLUG:
        return kept
    mark = "-" + hashlib.sha256(whole.encode("utf8", "surrogatepass")).hexdigest()[:8]
    return kept.encode("utf8", "ignore")[: SLUG - len(mark)].decode("utf8", "ignore").rstrip("-.") + mark


def warc_name(started: datetime, serial: int) -> str:
    """Return a WARC file name: prefix, timestamp, serial. The serial is there because clocks can step back."""
    return f"archiver-{stamp14(started)}-{serial:05d}.warc.gz"


def warcs(snapshot: Path) -> list[Path]:
    """Return a snapshot's WARC files in the order they were written."""
    return sorted((snapshot / ARCHIVE).glob("*.warc.gz"))


def snapshots(store: Path) -> list[Path]:
    """Return the finished snapshots of a store, oldest first within each article."""
    return sorted(path for path in store.glob("*/*/*") if is_snapshot(path))


def existing(store: Path) -> Path:
    """Return a store that holds something and has its catalog; UsageError says what is not there, and what to do."""
    if (store / CATALOG).is_file():
        return store
    if snapshots(store):
        raise UsageError(f"{store}: has snapshots and no {CATALOG}; run `archiver rebuild` to make it from them")
    raise UsageError(f"{store}: nothing is archived there; name the store with --snapshots")


def is_snapshot(path: Path) -> bool:
    """Tell whether a path is a finished snapshot's directory, by its name: what is in it may be damaged."""
    return re.fullmatch(r"[0-9]{14}(-[0-9]+)?", path.name) is not None and path.is_dir()


def told(name: str) -> str:
    """Return a name as records hold it, in UTF-8: bytes of a file name that are none are escaped, so that two names stay two."""
    return name.encode("utf8", "backslashreplace").decode()


def name(path: Path) -> str:
    """Return the name that a snapshot has by where it lies."""
    return "/".join(path.parts[-3:])


def meant(store: Path, named: Path) -> Path:
    """Return the path that a person means: the one that is there, else that of a name in the store, as `status` lists it."""
    return named if named.exists() or not (store / named).exists() else store / named


def is_name(said: str) -> bool:
    """Tell whether this can be a snapshot's name, `<host>/<slug>/<timestamp>`: records from elsewhere may say `../../x`."""
    return re.fullmatch(r"(?:[\w-][\w.-]*/){2}[0-9]{14}(-[0-9]+)?", said) is not None


def sync(directory: Path) -> None:
    """Make names in a directory durable."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a whole file so that it is either all there or not there: beside it, fsync, rename, fsync of the directory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("wb") as out:
            out.writelines(pieces)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)  # half a file is nobody's; on a full disk it is in the way too
        raise
    sync(path.parent)
