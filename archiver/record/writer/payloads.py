"""Payloads: what must not be written twice in a run: bodies, and the certificates of servers."""

from __future__ import annotations


class Payloads:
    """Keys of this run's commits, and of the group in the making, which counts only once committed."""

    def __init__(self) -> None:
        self._committed: dict[bytes, str] = {}
        self._group: dict[bytes, str] = {}

    def get(self, key: bytes) -> str | None:
        """Return what stands under a key."""
        return self._group.get(key) or self._committed.get(key)

    def add(self, key: bytes, value: str) -> None:
        """Note a key for the group in the making."""
        self._group.setdefault(key, value)

    def commit(self, done: bool) -> None:
        """Keep the group's keys, or forget them."""
        if done:
            self._committed |= self._group
        self._group = {}
