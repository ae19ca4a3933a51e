"""Hosts: what they taught about their pace, carried from run to run by the catalog.

Read before the first request; written as it changes, by a thread of its own (a commit is an fsync, and the loop has other hosts to serve),
so that a run killed in the middle of a Retry-After leaves it to the next one; and once more at the end, when good answers have shrunk what
was learnt.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from archiver.fetch.pace import HostState, Pace
from archiver.record.catalog.catalog import Catalog


@contextmanager
def remembered(pace: Pace, catalog: Catalog) -> Iterator[None]:
    """Let a run begin with what earlier runs learnt, and leave what it learns. StorageError at the end where the disk refuses."""
    pace.recall(catalog.hosts())
    with ThreadPoolExecutor(1, "hosts") as writer:

        def learnt(state: HostState) -> None:
            writer.submit(catalog.remember, [state])

        pace.learnt = learnt
        try:
            yield
        finally:
            writer.shutdown()
            catalog.remember(pace.remembered())
