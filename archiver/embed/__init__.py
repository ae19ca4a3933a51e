"""What the platforms are: one pure module each, and `web` for everything that no other claims.

`PLATFORMS` is the order in which they are asked; `web`, which claims every URL, is always last. A new platform is a module that keeps the
contract of `citation/platform.py`, one name here, and one folder of fixtures, which the contract test demands.
"""

from __future__ import annotations

from archiver.citation.platform import Platform
from archiver.embed import web, x

PLATFORMS: tuple[Platform, ...] = (x, web)
