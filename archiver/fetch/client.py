"""httpx, without the command line that it brings along.

`import httpx` imports click, rich and pygments for a command of its own, 40 % of the time it takes, where they happen to be installed, as
typer sees to here. It does without them where they are missing, so they are missing while it is imported.
"""

from __future__ import annotations

import sys

NO_COMMAND = "httpx._main"

if NO_COMMAND not in sys.modules:
    sys.modules[NO_COMMAND] = None  # type: ignore[assignment] # "None halts the search": the import system's documented way
import httpx  # noqa: E402 - what stands before it is the point

if sys.modules[NO_COMMAND] is None:
    del sys.modules[NO_COMMAND]

__all__ = ["httpx"]
