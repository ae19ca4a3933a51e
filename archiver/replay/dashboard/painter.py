"""Painter: pages of a PDF article as pictures, drawn by a process that limits itself.

PDFium is native code and the PDF is a stranger's: a crash or a bomb in it may end the process that draws, not the server (the same reason
as the reader's worker, which stands further down the pipeline and cannot be called from here). A process costs 0.3 s; what it drew is kept.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import OrderedDict
from typing import Any

from archiver.errors import NotArchived
from archiver.replay import media
from archiver.replay.library import Library, Stored

MOST_BYTES = 200 << 20
KEPT = 32  # pictures
PATIENCE = 30.0  # seconds


class Painter:
    """Draws PDF articles of a library, one at a time."""

    def __init__(self, library: Library) -> None:
        self._library, self._turn = library, threading.Lock()
        self._kept: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()

    def layout(self, name: str) -> list[dict[str, Any]]:
        """Return size and map of each page (`article.pdf.picture.layout`); empty where the article cannot be drawn."""
        try:
            pages: list[dict[str, Any]] = json.loads(self._drawn(name, "layout"))
        except NotArchived:
            return []
        return pages

    def page(self, name: str, number: int) -> bytes:
        """Return a page as a PNG. NotArchived where it cannot be drawn."""
        return self._drawn(name, "page", str(number))

    def _drawn(self, name: str, *what: str) -> bytes:
        article = self._library.snapshot(name).manifest["article"]
        if article["media_type"] != "application/pdf":
            raise NotArchived(f"{name}: the article is no PDF")
        key = (str(article["sha256"]), what[0], what[-1])
        with self._turn:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            drawn = self._run(name, what)
            self._kept[key] = drawn
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return drawn

    def _run(self, name: str, what: tuple[str, ...]) -> bytes:
        stored = self._library.article(name)
        if stored is None:
            raise NotArchived(f"{name}: the article's own bytes are not in the snapshot")
        return drawn(name, stored, *what)


def drawn(name: str, stored: Stored, *what: str) -> bytes:
    """Return what `article.pdf.picture` makes of a record's PDF. NotArchived where it cannot be drawn; `name` is for the message."""
    command = [sys.executable, "-m", "archiver.article.pdf.picture", *what]
    try:
        done = subprocess.run(command, input=media.body(stored, MOST_BYTES).data, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - ours
    except subprocess.TimeoutExpired as error:
        raise NotArchived(f"{name}: its page took longer than {PATIENCE:.0f} s to draw") from error
    if done.returncode != 0:
        raise NotArchived(f"{name}: its page cannot be drawn")
    return done.stdout
