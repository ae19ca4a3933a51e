"""Killed at any moment, or refused by the disk: nothing acknowledged is lost, no file is torn, and the next run goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archiver.record.snapshot import Snapshot
from archiver.record.verify import verify
from tests.record import made

KILLS = int(os.environ.get("KILLS", "6"))
SCRIPT = [sys.executable, str(Path(__file__).parent / "writing.py")]


def acknowledged(output: bytes) -> set[tuple[str, ...]]:
    """Return the acknowledgements in whole lines of output."""
    lines = output.decode().split("\n")[:-1]
    return {tuple(line.split()) for line in lines if line.startswith("https:")}


def captured(path: Path) -> list[tuple[str, ...]]:
    """Return what a finished snapshot holds, in the same words."""
    manifest = json.loads((path / "manifest.json").read_bytes())
    return [(one["url"], one["records"][0]["payload_sha256"]) for one in manifest["citations"][0]["captures"]]


@pytest.mark.proof
def test_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    chosen, seen, kills = random.Random(3), set[tuple[str, ...]](), 0
    count = 60 * KILLS
    while kills < KILLS:
        with subprocess.Popen([*SCRIPT, str(tmp_path), str(count)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            first = process.stdout.readline()  # imports are over: kill while it writes
            time.sleep(chosen.uniform(0, 0.06))
            process.send_signal(signal.SIGKILL)
            output = first + process.stdout.read()
        again = acknowledged(output)
        assert not again & seen  # nothing acknowledged was written twice
        seen |= again
        if b"finished" in output:
            break
        kills += 1
        path = Snapshot.find_open(tmp_path, "story.txt")
        assert path is not None
        for file in (path / "archive").iterdir():
            Snapshot.resume(path).close()
            assert subprocess.run(["gzip", "-t", file], check=False).returncode == 0
    done = subprocess.run([*SCRIPT, str(tmp_path), str(count)], stdout=subprocess.PIPE, check=True).stdout
    final = Path(next(tmp_path.glob("local/*/*[0-9]")))
    found = captured(final)
    assert len(found) == len(set(found)) == count
    assert seen | acknowledged(done) <= set(found)
    assert verify(final).faults == ()


@pytest.mark.parametrize("room", [1500, 9000, 60000])
def test_full_disk_stops_cleanly_and_resumes(tmp_path: Path, room: int) -> None:
    starved = subprocess.run([*SCRIPT, str(tmp_path), "12"], capture_output=True, env={**os.environ, "FSIZE": str(room)}, check=False)
    assert starved.returncode != 0
    assert b"resume" in starved.stderr
    path = Snapshot.find_open(tmp_path, "story.txt")
    before = acknowledged(starved.stdout)
    if path is not None:
        for file in (path / "archive").iterdir():  # not torn, even before anyone repairs anything
            assert subprocess.run(["gzip", "-t", file], check=False).returncode == 0
            assert file.stat().st_size <= room
    subprocess.run([*SCRIPT, str(tmp_path), "12"], stdout=subprocess.PIPE, check=True)
    final = next(tmp_path.glob("local/*/*[0-9]"))
    assert before <= set(captured(final))
    assert len(captured(final)) == 12
    assert verify(final).faults == ()
    assert made.judges(next((final / "archive").iterdir())) == {"gzip": 0, "warcio": 0, "fastwarc": 0, "warcat": 0}


def test_torn_tails_of_any_length_are_cut(tmp_path: Path) -> None:
    snapshot = made.begin(tmp_path)
    kept = snapshot.add(made.capture(made.page("https://one.test/kept", b"kept"))).result()
    file, journal = next((snapshot.path / "archive").iterdir()), snapshot.path / "journal"
    whole, lines = file.stat().st_size, journal.stat().st_size
    snapshot.add(made.capture(made.page("https://one.test/torn", b"torn" * 200))).result()
    snapshot.close()
    data, committed = file.read_bytes(), journal.read_bytes()
    for at in range(whole, len(data), 97):
        file.write_bytes(data[:at])
        journal.write_bytes(committed[: lines + (at * 7) % (len(committed) - lines)])
        again = Snapshot.resume(snapshot.path)
        assert again.restored.cut == at - whole + (at * 7) % (len(committed) - lines)
        assert again.find("https://one.test/kept") == kept
        assert again.find("https://one.test/torn") is None
        again.close()
        assert file.stat().st_size == whole
