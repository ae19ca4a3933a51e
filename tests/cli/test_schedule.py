"""`run`, `schedule`, `keep` and what `status` tells of them, from outside."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from archiver.record.lock import lease
from archiver.service.demo.server import LoopbackServer, page, running
from tests.cli.test_commands import one_line
from tests.service.played import article, feed
from tests.service.played import page as written

STORY, SOURCE = "http://paper.test/story", "http://source.test/page"


def archiver(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "archiver", *arguments], cwd=cwd, capture_output=True, text=True, timeout=120)


@pytest.fixture
def desk(tmp_path: Path):
    """A folder with a configuration that watches a paper on loopback."""
    routes = {
        ("paper.test", "/feed"): page(feed([("g", "Story", STORY)]), media_type="application/rss+xml"),
        ("paper.test", "/story"): page(article("Story", [SOURCE])),
        ("source.test", "/page"): page(written("Source", "What the source has to say, in so many words that it is a page.")),
    }
    server = LoopbackServer(routes)
    with running(server):
        (tmp_path / "archiver.toml").write_text(
            f'[network]\nrobots = "ignore"\nattempts = 1\nper_host = {{ connections = 2, interval = 0 }}\n'
            f'connect_to = {{ "*:80" = "127.0.0.1:{server.port}", "*:443" = "127.0.0.1:9" }}\n'
            f'[run]\nmetrics = "archiver.prom"\n[[source]]\nfeed = "http://paper.test/feed"\ncron = "0 3 1 1 *"\n'
        )
        yield tmp_path


def test_a_run_does_what_a_dry_run_says_and_status_tells_of_it(desk: Path) -> None:
    planned = json.loads(archiver("run", "--dry-run", "--json", cwd=desk).stdout)
    assert [one["slot"] is not None for one in planned["polls"]] == [True]
    done = archiver("run", "--json", "--log", "json", cwd=desk)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert len(made["snapshots"]) == 1
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert any(line["message"].startswith("archived paper.test/story/") for line in lines)
    assert all(set(line) >= {"time", "level", "logger", "message"} for line in lines)
    after = json.loads(archiver("run", "--dry-run", "--json", cwd=desk).stdout)
    assert [one["slot"] for one in after["polls"]] == [None]
    metrics = (desk / "archiver.prom").read_text()
    assert "archiver_articles 1\n" in metrics
    assert 'archiver_citations{outcome="captured"} 1\n' in metrics
    told = json.loads(archiver("status", STORY, "--citation", "1", "--json", cwd=desk).stdout)
    (look,) = told["looks"]
    assert (look["word"], look["replay"]["page"].endswith("/citation/1")) == ("captured", True)
    totals = json.loads(archiver("status", "--json", cwd=desk).stdout)["totals"]
    assert (totals["articles"], totals["outcomes"], totals["due"]) == (1, {"captured": 1}, 0)
    shown = archiver("status", STORY, cwd=desk)
    assert shown.returncode == 0, shown.stderr


def test_with_wait_0_a_second_run_says_who_works_and_exits_0(desk: Path) -> None:
    with lease(desk / "snapshots"):
        polite, plain = archiver("run", "--wait", "0", cwd=desk), archiver("run", cwd=desk)
    assert polite.returncode == 0
    assert "another run works on this store: process" in polite.stdout
    assert plain.returncode == 1
    assert plain.stderr.count("\n") == 1


def test_units_run_this_installation_on_this_store(desk: Path) -> None:
    units = archiver("schedule", "--print-systemd", cwd=desk).stdout
    assert f"ExecStart={sys.executable} -m archiver schedule --snapshots {(desk / 'snapshots').resolve()}" in units
    assert "Type=notify" in units
    assert "Persistent=true" in units
    # Written to one file it is one unit: the other way stands in comments.
    assert [line for line in units.splitlines() if line.startswith("[")] == ["[Unit]", "[Service]", "[Install]"]
    cron = archiver("schedule", "--print-cron", cwd=desk).stdout.splitlines()[-1]
    assert cron.startswith("*/5 * * * * cd ")
    assert "run --wait 0" in cron


def test_nothing_is_removed_without_a_rule(desk: Path) -> None:
    done = archiver("keep", "--remove", cwd=desk)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "without a rule" in done.stderr


def test_schedule_stays_up_says_so_and_ends_in_order(desk: Path) -> None:
    supervisor = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    supervisor.bind(str(desk / "notify"))
    supervisor.settimeout(60)
    health = desk / "snapshots" / "health.json"
    command = [sys.executable, "-m", "archiver", "schedule", "--log", "json", "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with supervisor, subprocess.Popen(command, cwd=desk, env={"NOTIFY_SOCKET": str(desk / "notify")}, **pipes) as process:
        assert b"READY=1" in supervisor.recv(4096)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if health.exists() and (said := json.loads(health.read_text()))["state"] == "idle":
                break
            time.sleep(0.05)
        assert (said["state"], said["pid"], said["problem"]) == ("idle", process.pid, None)
        assert said["due_next"].endswith("-01-01T03:00:00.000000Z")
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        assert process.stderr is not None
        (made,) = [json.loads(line) for line in process.stdout.read().splitlines()]  # a line a pass, at once
        assert (made["schema"], len(made["snapshots"])) == ("archiver.pass/1", 1)
        lines = [json.loads(line) for line in process.stderr.read().splitlines()]
        assert process.wait(timeout=30) == 0
    assert any("1 polled, 1 snapshots" in line["message"] for line in lines)
    assert json.loads(health.read_text())["state"] == "stopped"


def test_status_says_which_source_is_down_and_when_looks_are_due(desk: Path) -> None:
    more = '[[source]]\nfeed = "http://paper.test/none"\ncron = "0 3 1 1 *"\nrecheck = ["7d"]\n'
    file = desk / "archiver.toml"
    file.write_text(file.read_text().replace('cron = "0 3 1 1 *"', 'cron = "0 3 1 1 *"\nrecheck = ["7d"]') + more)
    assert archiver("run", "-q", cwd=desk).returncode == 0
    told = json.loads(archiver("status", "--json", cwd=desk).stdout)
    assert [(one["source"], one["failures"]) for one in told["polls"]] == [
        ("feed:http://paper.test/feed", 0),
        ("feed:http://paper.test/none", 1),
    ]
    assert "status 404" in told["polls"][1]["reason"]
    started = datetime.fromisoformat(told["articles"][0]["started"])
    assert timedelta(days=6) < datetime.fromisoformat(told["next_due"]) - started <= timedelta(days=8)
    assert "; 1 poll failed: http://paper.test/none: status 404" in archiver("status", cwd=desk).stdout


@pytest.mark.parametrize("kind", ["systemd", "cron"])
@pytest.mark.parametrize("name", ["two\nlines", "no\udcffletters"])
def test_a_path_that_would_break_the_units_is_refused(tmp_path, kind, name):
    one_line(archiver("schedule", f"--print-{kind}", "--snapshots", name, cwd=tmp_path), 2, "rename it")
