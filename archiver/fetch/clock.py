"""Clock: the time that pace and retry live by, as one value that can be replaced.

A wait of an hour after `Retry-After: 3600` has to be tested, and not by waiting an hour. So everything here that looks at a clock or sleeps
does it through this value; tests give one that runs faster, or one that jumps.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime


class Clock:
    """The machine's own clocks."""

    def seconds(self) -> float:
        """Return seconds on a clock that never goes back; its zero means nothing."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the time of day, UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
