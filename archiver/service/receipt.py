"""Receipts: what the writer's thread acknowledges, handed over to the event loop commit by commit.

`asyncio.wrap_future` wakes the loop for each future: a system call and a change of threads every time, some 0.05 ms, 2.4 times a citation.
The writer is done with a whole group at once, so the loop is woken once for all of it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Receipts:
    """Awaits futures that a thread fulfils, on the loop that it was made on. `tell` is for that thread, when some are done."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._done: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()

    async def of(self, future: Future[T]) -> T:
        """Return what the future holds once it is told; who is cancelled waiting cancels it. Raises what it holds."""
        if future.done():
            return future.result()
        mine: asyncio.Future[T] = self._loop.create_future()
        future.add_done_callback(lambda done: self._done.append((mine, done)))
        try:
            return await mine
        except asyncio.CancelledError:
            future.cancel()
            raise

    def tell(self) -> None:
        """Wake the loop, where anything is done that somebody waits for; from any thread."""
        if self._done and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hand_over)

    def _hand_over(self) -> None:
        while self._done:
            mine, done = self._done.popleft()
            if mine.done():
                continue  # cancelled
            if done.cancelled():
                mine.cancel()
            elif error := done.exception():
                mine.set_exception(error)
            else:
                mine.set_result(done.result())
