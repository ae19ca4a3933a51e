"""Tour: the bundled article archived offline against the small web, as a newcomer would do it with an article of their own."""

from __future__ import annotations

from pathlib import Path

from archiver.service import archive
from archiver.service.demo import ARTICLE, small_web
from archiver.service.keeper import Watch

AFTERWORD = """
Look at it:
  {archiver} status {path}                  the same table again, from the snapshot
  {archiver} status {path} --citation 1     one citation: places, captures, attempts, claims beside capture
  {archiver} verify {path}                  every byte read again
"""


def take(store: Path, watch: Watch) -> archive.Archived:
    """Archive the bundled article into `store`; the only network is loopback."""
    with small_web() as web:
        return archive.run(archive.Order(str(ARTICLE)), store, web.config, watch)
