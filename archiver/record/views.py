"""Views: what can be made again from the WARC files: manifest, article text, index, pages, data package.

`seal` makes them from the journal's entries when a run ends; `make` makes them again from the records that are read back. Both go through
`_write`, so what is made again is equal byte for byte.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path

from archiver.record import datapackage, index, layout, manifest, plain, reread
from archiver.record.entry import Entry
from archiver.record.ledger import Ledger

SPOOL = 4 << 20  # bytes of the cited pages that are kept in memory


def seal(path: Path) -> Path:
    """Finish an open snapshot: write the views, remove the journal, rename into place, all durable. OSError where the disk refuses.

    Each step can be done again: a snapshot whose journal is gone has its views, and needs only its name.
    """
    home, final = path.parent, path.with_name(path.name.removesuffix(layout.OPEN))
    journal = path / layout.JOURNAL
    if journal.exists():
        _write(path)
        journal.unlink()
        layout.sync(path)
    path.rename(final)
    layout.sync(home)
    return final


def make(path: Path) -> None:
    """Make the views again from the WARC files alone. IntegrityError where a record cannot be read."""
    _write(path)


def _write(path: Path) -> None:
    for part in path.rglob("*.part"):
        part.unlink()
    found = manifest.contents(Ledger(), lambda entry: reread.said(path, entry), reread.entries(path))
    with ThreadPoolExecutor(1) as pool:  # the WARC files are whole; they are hashed, as they stand on the disk, while the views are made
        names = [f"{layout.ARCHIVE}/{warc.name}" for warc in layout.warcs(path)]
        hashed = pool.map(partial(datapackage.resource, path), names)
        for name, pieces in pieces_of(path, found):
            layout.write(path / name, pieces)
        package = datapackage.package(path, found, dict(zip(names, hashed, strict=True)))
    layout.write(path / layout.PACKAGE, [package])
    layout.write(path / layout.PACKAGE_DIGEST, [datapackage.digest(package)])
    for directory in (path / layout.ARCHIVE, path):
        layout.sync(directory)


def pieces_of(path: Path, found: manifest.Contents) -> Iterable[tuple[str, Iterable[bytes]]]:
    """Yield every view's name with its bytes in pieces, the data package apart, which needs the others written."""

    def load(entry: Entry) -> dict[str, object]:
        return reread.said(path, entry)

    article = (found.article or {}).get("article", {})
    with tempfile.SpooledTemporaryFile(SPOOL) as extra:
        extra.write(index.EXTRA_HEADER)
        # The cited pages are written beside while the manifest goes through the citations: what is read for one serves the other.
        whole = manifest.build(found, load, lambda told: extra.writelines(index.extra_pages(found, told)))
        pieces = chain(plain.stream(whole), (b"\n",))
        yield layout.MANIFEST, pieces
        for _ in pieces:  # who compares stops at the first difference
            pass
        extra.seek(0)
        yield layout.EXTRA_PAGES, iter(partial(extra.read, SPOOL), b"")
    yield layout.TEXT, [reread.article_text(path, found.article, found.ledger) if found.article else b""]
    yield layout.INDEX, index.lines(map(found.ledger.at, found.shown))
    yield layout.PAGES, index.pages(found, article.get("title") or "Article")


def same(path: Path, pieces: Iterable[bytes]) -> bool:
    """Tell whether a file holds exactly these bytes. OSError where it cannot be read."""
    with path.open("rb") as file:
        for piece in pieces:
            if file.read(len(piece)) != piece:
                return False
        return os.fstat(file.fileno()).st_size == file.tell()
