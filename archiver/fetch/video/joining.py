"""Joining: the parts of a film as one file that plays anywhere, by ffmpeg, where it is installed.

Streams come as picture and sound apart, or as transport stream segments. They are put into one container without being coded anew, so what
is seen and heard is what the server sent. The result is what we made (`conversion`); the parts are in the records as they came.

The files come from strangers, and ffmpeg would follow a play list into other files or the network. So every input is named with the format
that its first bytes have, play lists have none of those, and ffmpeg may open files only (`-protocol_whitelist file`).
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

TIME = 300  # seconds


def installed() -> bool:
    """Tell whether ffmpeg is there."""
    return shutil.which("ffmpeg") is not None


def container(path: Path) -> str | None:
    """Return ffmpeg's name of the container that a file's first bytes show, None for anything else."""
    with path.open("rb") as file:
        start = file.read(200)
    if start[4:8] in (b"ftyp", b"styp", b"moov", b"moof"):
        return "mp4"
    if start.startswith(b"\x1aE\xdf\xa3"):
        return "matroska"
    if start[:1] == b"G" and len(start) > 188 and start[188:189] == b"G":
        return "mpegts"
    if start.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        return "mp3"
    return None


def join(parts: Sequence[Path], target: Path) -> Path | None:
    """Put parts into one file beside `target` and return it: .mp4, or .mkv where mp4 cannot hold what they are. None where it fails."""
    formats = [container(part) for part in parts]
    if not installed() or not all(formats):
        return None
    inputs = [
        word
        for part, kind in zip(parts, formats, strict=True)
        for word in ("-f", kind or "", "-protocol_whitelist", "file", "-i", str(part))
    ]
    maps = [word for number in range(len(parts)) for word in ("-map", str(number))]
    for end, more in ((".mp4", ("-movflags", "+faststart", "-f", "mp4")), (".mkv", ("-f", "matroska"))):
        made = target.with_suffix(end)
        command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *inputs, *maps, "-dn", "-c", "copy", *more, str(made)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=TIME, check=False)  # noqa: S603 - names are ours
        except subprocess.TimeoutExpired:
            return None
        if done.returncode == 0 and made.stat().st_size:
            return made
    return None
