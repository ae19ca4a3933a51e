"""Bag: snapshots as a BagIt 1.0 bag (RFC 8493), for deposit in a library's repository.

`data/` holds the snapshots' directories byte for byte. SHA-256 in manifest-sha256.txt and tagmanifest-sha256.txt. In a manifest, `%`, CR
and LF of a file name are percent-encoded, as the RFC asks. A target that ends in `.zip` becomes one ZIP file with the bag in a folder, any
other a directory, which must be new or empty.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from archiver.errors import StorageError, UsageError
from archiver.record import datapackage
from archiver.record.draft import SOFTWARE
from archiver.service.export.chosen import Chosen

PIECE = 1 << 20


def write(snapshots: Sequence[Chosen], target: Path) -> None:
    """Write the bag, whole or not at all.

    UsageError where the directory holds something; IntegrityError where a file is not what was written; StorageError where the disk
    refuses.
    """
    if target.is_dir() and any(target.iterdir()):
        raise UsageError(f"{target}: holds something; name a new directory, or a .zip file, with -o")
    beside = target.with_name(target.name + ".part")
    if beside.is_dir():  # whatever is in it would be in the bag
        raise UsageError(f"{beside}: was left by an export that was killed; remove it, or name another place with -o")
    try:
        if target.suffix.lower() == ".zip":
            with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as out:
                _fill(snapshots, lambda name, data: _into_zip(out, f"{target.stem}/{name}", data))
            beside.replace(target)
        else:
            _fill(snapshots, lambda name, data: _into(beside / name, data))
            if target.is_dir():
                target.rmdir()
            beside.rename(target)
    except OSError as error:
        raise StorageError(f"{error.filename or target}: {error.strerror}; name a writable place with -o, or free the disk") from error
    finally:
        beside.unlink(missing_ok=True) if beside.is_file() else shutil.rmtree(beside, ignore_errors=True)


Put = Callable[[str, Iterator[bytes]], None]


def _fill(snapshots: Sequence[Chosen], put: Put) -> None:
    """Hand every file of the bag to `put`, payload first."""
    manifest, size = [], 0
    for chosen in snapshots:
        written = datapackage.hashes(chosen.path)
        for file in sorted(path for path in chosen.path.rglob("*") if path.is_file() and not path.is_symlink()):
            name = f"data/{chosen.manifest['snapshot']}/{file.relative_to(chosen.path).as_posix()}"
            hashed = hashlib.sha256()
            put(name, _pieces(file, hashed.update))
            datapackage.compare(file, f"sha256:{hashed.hexdigest()}", written.get(file.relative_to(chosen.path).as_posix()))
            manifest.append(f"{hashed.hexdigest()}  {_encoded(name)}\n")
            size += file.stat().st_size
    articles = "; ".join(str(chosen.article["title"] or chosen.article["source"]) for chosen in snapshots)
    finished = max(chosen.manifest["run"]["finished"] for chosen in snapshots)
    info = {
        "Bag-Software-Agent": SOFTWARE,
        "Bagging-Date": finished[:10],
        "Payload-Oxum": f"{size}.{len(manifest)}",
        "External-Identifier": ", ".join(chosen.manifest["snapshot"] for chosen in snapshots),
        "External-Description": " ".join(articles.split()),
    }
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{label}: {value}\n" for label, value in info.items()),
        "manifest-sha256.txt": "".join(manifest),
    }
    listed = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in tags.items())
    for name, text in (*tags.items(), ("tagmanifest-sha256.txt", listed)):
        put(name, iter((text.encode(),)))


def _pieces(file: Path, told: Callable[[bytes], None]) -> Iterator[bytes]:
    with file.open("rb") as source:
        while piece := source.read(PIECE):
            told(piece)
            yield piece


def _encoded(name: str) -> str:
    return name.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _into(path: Path, pieces: Iterator[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        out.writelines(pieces)


def _into_zip(out: zipfile.ZipFile, name: str, pieces: Iterator[bytes]) -> None:
    with out.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)
