"""Given: a film is given up, and why; a finding that does not leave the package. Apart, since it is raised on both sides of yt-dlp."""

from __future__ import annotations


class Given(Exception):  # noqa: N818 - what it is
    """The film is not fetched; the text says why."""
