"""Shown: what a rendition asks of the archive."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from archiver.url import resolve


class Use(StrEnum):
    """What a thing is wanted for, which decides how it is served, and what its placeholder says."""

    STYLE = "css"
    IMAGE = "image"
    FONT = "font"
    VIDEO = "video"
    AUDIO = "audio"
    FRAME = "frame"


class Shown(Protocol):
    """The addresses of one capture's archived things."""

    def address(self, url: str, use: Use) -> str | None:
        """Return where an archived thing is served, by its absolute URL; None where it is not in the capture."""

    def media_type(self, url: str) -> str | None:
        """Return the media type it was answered with; None where it is not in the capture."""

    def missing(self, url: str, use: Use) -> str:
        """Return where a placeholder for it is served."""

    def leads(self, url: str) -> str:
        """Return where a page is served that says where a link led."""


def found(written: str, base: str, shown: Shown, use: Use) -> str | None:
    """Return where the thing that a page names is served, its fragment kept; None where it is not in the capture."""
    url = resolve(written, base)
    address = shown.address(url, use) if url else None
    fragment = url.partition("#")[2] if url else ""
    return f"{address}#{fragment}" if address and fragment else address
