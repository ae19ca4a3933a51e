"""Formats: what a snapshot is exported to, and who writes it.

A format makes text, which is written whole or not at all and may go to standard output, or it writes files of its own (`wacz`, `bagit`).
Links in exports lead to `--base-url`, where the newsroom serves its archive; without it, to `archiver replay` on this machine.

The folder of the target must be there, as tar, zip and git want it: one that is missing is mistyped, or a disk that is not mounted, and
evidence written beside it is lost. What one format alone needs (the HTML parser, templates, the transport) it imports itself: an export
reads the store, and starts as fast as `status`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.config import Config, Network
from archiver.errors import IntegrityError, StorageError, UsageError
from archiver.record import layout, reread
from archiver.record.catalog.catalog import Catalog
from archiver.record.layout import write
from archiver.record.wacz import extra, package
from archiver.replay.address import PORT
from archiver.replay.library import Library
from archiver.service.export import bag
from archiver.service.export.annotations import collection
from archiver.service.export.chosen import Chosen, answer, when
from archiver.service.export.table import table
from archiver.service.listing import latest, store_of
from archiver.url import web_url

BASE = f"http://localhost:{PORT}"
TOLD = frozenset({"text", "attribution"})  # places in words, whose selector names the paragraph around them
MARKUP = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class Format:
    """One format: the end of its file names, whether it takes several snapshots, and who makes its text (None: it writes files)."""

    suffix: str
    several: bool
    text: Callable[[Sequence[Chosen]], str] | None = None


def _robust(snapshots: Sequence[Chosen]) -> str:
    from archiver.citation.robust import RobustLink, in_html, in_text

    (chosen,) = snapshots
    links = [
        RobustLink(
            place["css"],
            place["start"],
            place["end"],
            citation["url"],
            chosen.version_of(capture),
            when(capture),
            place["url"],
            place["exact"],
            not place["inferred"] and place["via"] not in TOLD,
        )
        for citation in chosen.citations
        if citation["url"] and (capture := answer(citation))
        for place in citation["places"]
    ]
    found = reread.article(chosen.path)
    if found is None:
        raise IntegrityError(f"{chosen.path}: holds no article; run `archiver verify`")
    said, data = found
    if chosen.article["media_type"] in MARKUP:
        return in_html(data.decode(said["encoding"], "replace"), links)
    text = (chosen.path / layout.TEXT).read_bytes().decode("utf8", "surrogatepass")
    title = chosen.article["title"] or chosen.article["source"]
    return in_text(text, links, title=title, language=chosen.article["language"])


def _annotations(snapshots: Sequence[Chosen]) -> str:
    (chosen,) = snapshots
    return json.dumps(collection(chosen), ensure_ascii=False, indent=1).encode("utf8", "replace").decode() + "\n"


def _report(snapshots: Sequence[Chosen]) -> str:
    from archiver.service.export.report import report

    return report(snapshots)


FORMATS = {
    "wacz": Format(".wacz", several=True),
    "robust-links": Format(".robust-links.html", several=False, text=_robust),
    "annotations": Format(".jsonld", several=False, text=_annotations),
    "csv": Format(".csv", several=True, text=table),
    "report": Format(".report.html", several=True, text=_report),
    "bagit": Format(".zip", several=True),
}


@dataclass(frozen=True, slots=True)
class Order:
    """What to export: snapshots as named (paths, names in the store, sources, URLs), to which file (None: one named after the first)."""

    format: str
    snapshots: tuple[str, ...]
    target: Path | None = None
    key: Path | None = None
    sign: bool = False
    timestamp: str = ""
    base_url: str = ""


def export(order: Order, store: Path, config: Config) -> Path | str:
    """Write an export and return its path, or its text where the target is `-`.

    UsageError for an unknown format, a snapshot that is not there, options that the format does not take, a target that is no file, or
    a missing extra; IntegrityError for a snapshot that cannot be read; StorageError where the target's folder is missing or the disk
    refuses; ArchiverError where a timestamp cannot be had.
    """
    wanted = FORMATS.get(order.format)
    if wanted is None:
        raise UsageError(f"{order.format}: no such format; known: {', '.join(FORMATS)}")
    if not wanted.several and len(order.snapshots) > 1:
        raise UsageError(f"{order.format} takes one snapshot, not {len(order.snapshots)}; export them one by one")
    if order.format != "wacz" and (order.sign or order.key or order.timestamp):
        raise UsageError(f"--sign, --key and --timestamp are for wacz; {order.format} has no place for a signature")
    if order.base_url:
        web_url(order.base_url)
        if wanted.text is None:
            raise UsageError(f"--base-url is for formats whose links lead to your archive; {order.format} has no such links")
    found = [latest(store, name) for name in order.snapshots]
    store = store_of(*found[0], store)
    chosen = _chosen(order, found, store)
    target = order.target or Path(chosen[0].manifest["snapshot"].replace("/", "_") + wanted.suffix)
    _open_to(target, order.format)
    if wanted.text is None:
        _files(order, chosen, target, store, config)
        return target
    made = wanted.text(chosen)
    if str(target) == "-":
        return made
    try:
        write(target, [made.encode("utf8")])
    except OSError as error:
        raise StorageError(f"{target}: {error.strerror}; name a writable file with -o, or free the disk") from error
    return target


def _open_to(target: Path, format_: str) -> None:
    """Refuse what no file can take the place of: a rename would put one where a device stands, and `/dev/stdout` is a device."""
    wanted = FORMATS[format_]
    if str(target) == "-":
        if wanted.text is None:
            raise UsageError(f"{format_} is not text; name a file with -o")
        return
    if not target.name or (target.is_dir() and format_ != "bagit"):
        raise UsageError(f"{target}: is a directory; name a file in it with -o")
    if not target.parent.is_dir():
        raise StorageError(f"{target.parent}: no such folder; make it, or name a file elsewhere with -o")
    if target.exists() and not target.is_file() and not target.is_dir():
        raise UsageError(f"{target}: is a device or a pipe; name a file with -o" + (", or - for standard output" if wanted.text else ""))


def _chosen(order: Order, found: Sequence[tuple[dict[str, Any], Path]], store: Path) -> list[Chosen]:
    library = Library(store) if (store / layout.CATALOG).is_file() else None
    base, root = order.base_url.rstrip("/") or BASE, store.resolve()
    return [Chosen(path, manifest, base, library if path.resolve().is_relative_to(root) else None) for manifest, path in found]


def _files(order: Order, chosen: Sequence[Chosen], target: Path, store: Path, config: Config) -> None:
    if order.format == "bagit":
        bag.write(chosen, target)
        return
    key = extra.signature().Key.load(order.key or extra.default_key()) if order.sign or order.key else None
    stamp = _stamped(order.timestamp, config.network) if order.timestamp else None
    with Catalog(store) if (store / layout.CATALOG).is_file() else nullcontext() as catalog:
        package.write(target, [one.path for one in chosen], catalog, sign=key.sign if key else None, stamp=stamp)


def _stamped(url: str, network: Network) -> package.Stamp:
    """Return what asks an authority for a timestamp, and checks it before it is kept."""
    from archiver.fetch.authority import ask

    timestamp = extra.timestamp()

    def stamp(data: bytes) -> bytes:
        answer: bytes = timestamp.accepted(ask(url, timestamp.question(data), network), data, network.ca_bundle)
        return answer

    return stamp
