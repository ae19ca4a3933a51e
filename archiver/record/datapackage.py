"""Data package: every file of a snapshot with its SHA-256, as WACZ 1.1.1 wants it, and the digest of that list.

A function of the files and of the manifest's contents, without a clock: made again, it is the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archiver.errors import IntegrityError
from archiver.record import layout, plain
from archiver.record.manifest import Contents

PIECE = 1 << 20
Resource = dict[str, Any]


def package(snapshot: Path, found: Contents, known: Mapping[str, Resource] | None = None) -> bytes:
    """Return datapackage.json for the files that stand in a snapshot; `known` are entries of files that were hashed already."""
    known = known or {}
    article = (found.article or {}).get("article", {})
    main = found.ledger[found.article["record"]] if found.article else None
    data = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": article.get("title") or found.run.get("source"),
        "description": f"An article and everything that it cites, archived as evidence. Source: {found.run.get('source')}",
        "software": found.run.get("software"),
        "created": found.run.get("started"),
        "modified": found.finished,
        **({"mainPageUrl": main.url, "mainPageDate": main.date} if main else {}),
        "resources": [known.get(path) or resource(snapshot, path) for path in files(snapshot)],
    }
    return plain.pretty(data)


def digest(package_json: bytes) -> bytes:
    """Return datapackage-digest.json."""
    return plain.pretty({"path": layout.PACKAGE, "hash": "sha256:" + hashlib.sha256(package_json).hexdigest()})


def files(snapshot: Path) -> list[str]:
    """Return the files that the package lists, by path: all but itself, its digest and the journal."""
    own = {layout.PACKAGE, layout.PACKAGE_DIGEST, layout.JOURNAL}
    found = (path.relative_to(snapshot).as_posix() for path in snapshot.rglob("*") if path.is_file() or path.is_symlink())
    return sorted(name for name in found if name not in own)


def resource(snapshot: Path, name: str) -> Resource:
    """Return one file's entry."""
    hashed, size = hashlib.sha256(), 0
    with (snapshot / name).open("rb") as file:
        while piece := file.read(PIECE):
            hashed.update(piece)
            size += len(piece)
    return {"name": name.rpartition("/")[2].lower(), "path": name, "hash": "sha256:" + hashed.hexdigest(), "bytes": size}


def hashes(snapshot: Path) -> dict[str, str]:
    """Return the `sha256:…` of each file that was written, by path. IntegrityError where that cannot be read, or a file is not there."""
    try:
        listed = {str(item["path"]): str(item["hash"]) for item in read(snapshot)["resources"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"{snapshot / layout.PACKAGE}: cannot be read ({error}); run `archiver rebuild`") from error
    for name in listed:
        if not (snapshot / name).is_file():
            raise IntegrityError(f"{snapshot / name}: is not there; restore it from a copy")
    return listed


def compare(path: Path, found: str, written: str | None) -> None:
    """Refuse bytes that are not those that were written: a copy of them would be listed, and signed, as if they were. IntegrityError."""
    if written not in (None, found):
        raise IntegrityError(f"{path}: its bytes are not what was written; restore it from a copy (`archiver verify` says more)")


def read(snapshot: Path) -> dict[str, Any]:
    """Return datapackage.json. ValueError where it is no JSON object; OSError where it is not there."""
    data = json.loads((snapshot / layout.PACKAGE).read_bytes())
    if not isinstance(data, dict):
        raise ValueError(f"{layout.PACKAGE} is no object")  # noqa: TRY004 - one class for the reader to catch
    return data
