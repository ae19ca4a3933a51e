"""Wall clock, CPU and peak memory of one command, children included.

The command is started by a small process of its own, which waits for it with wait4: a process that is started from a large one is charged
with the large one's memory until it executes, and the figure would be ours instead of the contender's. The small one is the floor, about
9 MB.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

WATCH = """
import json, os, sys, time
started = time.monotonic()
child = os.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w") as report:
    json.dump([time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status)], report)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What one command cost: seconds of wall clock and of CPU, peak resident memory in MB; and how it ended."""

    wall: float
    cpu: float
    memory: float
    exit_code: int


def measure(command: list[str], folder: Path, *, errors: Path | None = None) -> Run:
    """Run a command in `folder`, its output thrown away (`errors` keeps stderr), and return what it cost."""
    report = folder / "usage.json"
    with (errors or Path("/dev/null")).open("wb") as stderr:
        subprocess.run(
            [sys.executable, "-I", "-S", "-c", WATCH, str(report), *command], cwd=folder, stdout=subprocess.DEVNULL, stderr=stderr
        )
    wall, cpu, kilobytes, code = json.loads(report.read_text())
    return Run(wall, cpu, kilobytes / 1024, code)
