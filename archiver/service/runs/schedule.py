"""Schedule: stay up, and run when something is due.

cronsim says when; there is no scheduler process, no job store and no second truth beside the catalog (APScheduler was looked at: its job
store would have to be kept in step with ours, and its misfire rules are coarser than "each slot at most once, missed ones caught up once").

Between two passes nothing is held: no lease, no connection, so `archiver article` works beside it. It wakes at the latest every HEARTBEAT
seconds to say that it lives, and to see whether the clock was set: then it looks anew at what is due.

A supervisor is told in its own language: sd_notify (READY, WATCHDOG, STATUS, STOPPING) where systemd gives a socket, and for everybody else
`health.json` in the store, written at each heartbeat: older than two of them means that nobody is there. SIGTERM and SIGINT end it with
exit code 0; what was under way is resumed by the next run.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shlex
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archiver.config import Config
from archiver.errors import ArchiverError, UsageError
from archiver.fetch.clock import Clock
from archiver.record import layout
from archiver.service.desk import interruptible
from archiver.service.keeper import Watch
from archiver.service.runs.run import Canary, Pass, run_once

log = logging.getLogger(__name__)
HEARTBEAT = 30.0
JUMP = 5.0  # seconds by which two clocks may come apart before one of them was set
HEALTH = "health.json"
AGAIN = 60.0  # seconds until a pass that could not be made is tried again


@dataclass(slots=True)
class _Life:
    """What is said of how it goes."""

    store: Path
    clock: Clock
    state: str = "starting"
    due_next: datetime | None = None
    last: str | None = None
    problem: str | None = None

    def beat(self, *words: str) -> None:
        """Say that this process lives."""
        now = layout.stamp(self.clock.now())
        said = {"pid": os.getpid(), "state": self.state, "at": now, "last_pass": self.last, "problem": self.problem}
        said["due_next"] = layout.stamp(self.due_next) if self.due_next else None
        with contextlib.suppress(OSError):  # a full disk is told of elsewhere; it is no reason to die
            self.store.mkdir(parents=True, exist_ok=True)
            layout.write(self.store / HEALTH, [json.dumps(said).encode() + b"\n"])
        _tell_supervisor("WATCHDOG=1", f"STATUS={self.state}, next due {said['due_next']}", *words)


def stay(
    store: Path, config: Config, watch: Watch, canary: Canary | None = None, tell: Callable[[dict[str, Any]], None] | None = None
) -> None:
    """Run passes until SIGTERM or SIGINT; `tell` is given each. What goes wrong in one is logged, and does not end it."""
    life = _Life(store, Clock())
    try:
        interruptible(_stay(life, config, watch, canary, tell))
    except KeyboardInterrupt:
        life.state = "stopped"
        life.beat("STOPPING=1")


async def _stay(life: _Life, config: Config, watch: Watch, canary: Canary | None, tell: Callable[[dict[str, Any]], None] | None) -> None:
    life.beat("READY=1")
    while True:
        life.state = "running"
        heart = asyncio.create_task(_beats(life))
        try:
            made = await run_once(life.store, config, watch, clock=life.clock, canary=canary)
            life.problem, life.due_next, life.last = None, made.due_next, made.started
            _log(made)
            if tell:
                tell(made.as_json())
        except ArchiverError as error:
            life.problem, life.due_next = error.message, None
            log.warning("%s", error.message)
        finally:
            heart.cancel()
        life.state = "idle"
        await _until_due(life)


async def _beats(life: _Life) -> None:
    while True:
        life.beat()
        await life.clock.sleep(HEARTBEAT)


async def _until_due(life: _Life) -> None:
    """Wait until something is due, or the clock was set."""
    began, steady = life.clock.now(), life.clock.seconds()
    while True:
        life.beat()
        now, passed = life.clock.now(), life.clock.seconds() - steady
        if abs((now - began).total_seconds() - passed) > JUMP:
            log.info("the clock was set; looking anew at what is due")
            return
        left = (life.due_next - now).total_seconds() if life.due_next else (AGAIN - passed if life.problem else HEARTBEAT)
        if left <= 0:
            return
        await life.clock.sleep(min(left, HEARTBEAT))


def _log(made: Pass) -> None:
    counts = (len(made.polled), len(made.snapshots), len(made.events), len(made.problems))
    log.info("pass %s: %d polled, %d snapshots, %d events, %d problems; next due %s", made.started, *counts, made.due_next)


def _tell_supervisor(*words: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    where = "\0" + address[1:] if address.startswith("@") else address
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto("\n".join(words).encode(), where)


# -------------------------------------------------------------------- units

SERVICE = """# /etc/systemd/system/archiver.service: stays up; `systemctl enable --now archiver`
[Unit]
Description=archiver: watch sources, archive, look again, tell
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
NotifyAccess=main
# What is secret: ARCHIVER_WEBHOOK_SECRET=...
EnvironmentFile=-/etc/default/archiver
ExecStart={schedule}
WorkingDirectory={folder}
Restart=on-failure
RestartSec=30
WatchdogSec=300
TimeoutStopSec=60
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
# These must be there before it starts.
ReadWritePaths={written}

[Install]
WantedBy=multi-user.target

# Or, in its place, a timer that runs a pass every five minutes, from two files:
#
# /etc/systemd/system/archiver-run.service
# [Unit]
# Description=archiver: one pass
#
# [Service]
# Type=oneshot
# EnvironmentFile=-/etc/default/archiver
# ExecStart={run}
# WorkingDirectory={folder}
#
# /etc/systemd/system/archiver-run.timer; `systemctl enable --now archiver-run.timer`
# [Timer]
# OnCalendar=*:0/5
# Persistent=true
#
# [Install]
# WantedBy=timers.target
"""
CRON = """# One pass every five minutes; which sources are due is decided by their own `cron` and `timezone`.
*/5 * * * * cd {folder} && {run}
"""


def units(kind: str, store: Path, file: Path | None, config: Config) -> str:
    """Return systemd units (`systemd`) or crontab lines (`cron`) that run this very installation on this store.

    `file` is the configuration's. The first unit is whole when all of it is written to one file: the other way stands in comments.
    """
    options = ["--snapshots", str(store.resolve()), *(["--config", str(file.resolve())] if file else [])]
    program = [sys.executable, "-m", "archiver"]
    words = {"folder": str(Path.cwd())}
    for one in (*options, *program, *words.values()):
        if not one.isprintable():  # a line end ends the line of a crontab and of a unit, and what is no UTF-8 has no letters to print
            raise UsageError(f"{one}: a path with line ends, or letters that cannot be printed, has no place in {kind}'s files; rename it")
    if kind == "cron":
        quoted = {name: shlex.quote(value).replace("%", "\\%") for name, value in words.items()}
        return CRON.format(**quoted, run=shlex.join([*program, "run", "--wait", "0", "-q", *options]).replace("%", "\\%"))
    commands = {
        name: _unit_line([*program, *words])
        for name, words in {"schedule": ["schedule", *options], "run": ["run", "--wait", "0", *options]}.items()
    }
    written = [store.resolve(), *([Path(config.run.metrics).parent] if config.run.metrics else [])]
    return SERVICE.format(folder=words["folder"].replace("%", "%%"), written=_unit_line([str(one) for one in written]), **commands)


def _unit_line(words: Sequence[str]) -> str:
    """Return a command as systemd reads it: specifiers and variables undone, words with blanks in quotes."""
    escaped = (word.replace("\\", "\\\\").replace("%", "%%").replace("$", "$$").replace('"', '\\"') for word in words)
    return " ".join(f'"{word}"' if any(blank in word for blank in " \t'") else word for word in escaped)
