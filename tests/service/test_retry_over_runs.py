"""Retry over runs, through the whole program: tries are counted on, and a killed run leaves its hosts' wishes to the next one."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from archiver.service.demo.server import LoopbackServer, Request, page

GOOD = page("<!doctype html><title>Here</title><p>Enough words to be a page that somebody could have wanted to cite.</p>")


def command(folder: Path, server: LoopbackServer, *, attempts: int) -> list[str]:
    """Write an article with one source and a configuration; return the command that archives it."""
    (folder / "article.html").write_text(
        '<!doctype html><title>One</title><article><p>See <a href="http://limited.test/a">this</a>.</p></article>'
    )
    (folder / "archiver.toml").write_text(
        f"[network]\nattempts = {attempts}\ndeadline = 30\nper_host = {{ interval = 0 }}\n"
        f'connect_to = {{ "*:80" = "127.0.0.1:{server.port}", "*:443" = "127.0.0.1:1" }}\n'
    )
    return [sys.executable, "-m", "archiver", "article", "article.html", "-q"]


def citation(folder: Path) -> dict[str, Any]:
    """Return the only citation of the latest snapshot."""
    manifest = json.loads(max(folder.glob("snapshots/*/*/*/manifest.json")).read_bytes())
    found: dict[str, Any] = manifest["citations"][0]
    return found


def test_a_killed_run_leaves_retry_after_to_the_next(server: LoopbackServer, tmp_path: Path) -> None:
    def limited(_: Request) -> bytes:
        again = len(server.heard("/a")) > 1
        return GOOD if again else page("", "429 Too Many Requests", headers=[("Retry-After", "8")])

    server.routes["limited.test", "/a"] = limited
    run = command(tmp_path, server, attempts=5)
    with subprocess.Popen(run, cwd=tmp_path) as killed:
        while not server.heard("/a"):
            time.sleep(0.02)
        time.sleep(1.0)  # the commit of what was learnt
        killed.kill()
    assert subprocess.run(run, cwd=tmp_path, timeout=60).returncode == 0
    first, second = server.heard("/a")
    assert second.at - first.at >= 8.0
    found = citation(tmp_path)
    assert (found["outcome"], found["next_attempt"], found["tries"]) == ("captured", None, None)


def test_tries_are_counted_over_runs_and_start_anew_once_it_worked(server: LoopbackServer, tmp_path: Path) -> None:
    server.routes["limited.test", "/a"] = page("", "502 Bad Gateway")
    run = command(tmp_path, server, attempts=1)
    waits = []
    for number in (1, 2, 3):
        assert subprocess.run(run, cwd=tmp_path, timeout=60).returncode == 3
        found = citation(tmp_path)
        assert found["tries"]["runs"] == number
        assert len({found["tries"]["since"], found["captures"][0]["started"]}) == (1 if number == 1 else 2)
        finished = datetime.fromisoformat(found["captures"][0]["finished"])
        waits.append((datetime.fromisoformat(found["next_attempt"]) - finished).total_seconds())
    assert all(0.8 * 300 * 3**n <= wait <= 1.2 * 300 * 3**n + 10 for n, wait in enumerate(waits))
    server.routes["limited.test", "/a"] = GOOD
    assert subprocess.run(run, cwd=tmp_path, timeout=60).returncode == 0
    assert citation(tmp_path)["tries"] is None
