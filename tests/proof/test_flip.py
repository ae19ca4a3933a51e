"""One flipped bit anywhere in a snapshot, found by `archiver verify`, which then exits with 4 and names the file."""

from __future__ import annotations

import contextlib
import io
import random
from pathlib import Path

import pytest

from archiver.cli import main
from tests.proof.forty import Sources


@pytest.mark.parametrize("flips", [16, pytest.param(1000, marks=pytest.mark.proof)])
def test_every_flipped_bit_is_found(archived: Sources, flips: int) -> None:
    (snapshot,) = archived.finished()
    files = sorted(path for path in snapshot.rglob("*") if path.is_file())
    dice = random.Random(flips)
    assert _verify(archived.snapshots)[0] == 0
    missed = [where for where in (_flipped(archived, files[n % len(files)], dice) for n in range(flips)) if where]
    assert missed == []
    assert _verify(archived.snapshots)[0] == 0


def _flipped(archived: Sources, path: Path, dice: random.Random) -> str:
    """Flip one bit, verify, put it back; return where it was if it was not found."""
    at, bit = dice.randrange(path.stat().st_size), 1 << dice.randrange(8)
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ bit]))
        file.flush()
        code, said = _verify(archived.snapshots)
        file.seek(at)
        file.write(bytes([byte]))
    return "" if code == 4 and path.name in said else f"{path.name} byte {at} bit {bit}: exit {code}, {said[-200:]}"


def _verify(snapshots: Path) -> tuple[int, str]:
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said), pytest.raises(SystemExit) as left:
        main(["verify", "--snapshots", str(snapshots)])
    return int(left.value.code or 0), said.getvalue()
