"""Tour: the bundled article archived offline against the small web, as a newcomer would do it with an article of their own."""

from __future__ import annotations

import shlex
from pathlib import Path

from archiver.replay.address import page_url
from archiver.service import archive
from archiver.service.demo import ARTICLE, small_web
from archiver.service.keeper import Watch

AFTERWORD = """
Look at it:
  {archiver} replay --snapshots {store}     the article with its sources where it cites them: {page}
  {archiver} status {path}                  the same table again, from the snapshot
  {archiver} status {path} --citation 1     one citation: places, captures, attempts, claims beside capture
  {archiver} verify {path}                  every byte read again
"""


def afterword(archiver: str, store: Path, snapshot: str) -> str:
    """Return what to look at now; `archiver` is how the program is called, `snapshot` the name of what was made."""
    kept, path = shlex.quote(str(store)), shlex.quote(str(store / snapshot))
    return AFTERWORD.format(archiver=archiver, store=kept, path=path, page=page_url(snapshot))


def take(store: Path, watch: Watch) -> archive.Archived:
    """Archive the bundled article into `store`; the only network is loopback."""
    with small_web() as web:
        return archive.run(archive.Order(ARTICLE.name, data=ARTICLE.read_bytes()), store, web.config, watch)
