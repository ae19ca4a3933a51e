"""Retry over runs, through the whole program: tries are counted on, and a killed run leaves its hosts' wishes to the next one."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from archiver.service.demo.server import LoopbackServer, Request, page

GOOD = page("<!doctype html><title>Here</title><p>Enough words to be a page that somebody could have wanted to cite.</p>")


def command(folder: Path, server: LoopbackServer, *, attempts: int, hosts: Sequence[str] = ("limited.test",)) -> list[str]:
    """Write an article with a source at each host and a configuration; return the command that archives it."""
    links = "".join(f'<p>See <a href="http://{host}/a">this</a>.</p>' for host in hosts)
    (folder / "article.html").write_text(f"<!doctype html><title>One</title><article>{links}</article>")
    (folder / "archiver.toml").write_text(
        f"[network]\nattempts = {attempts}\ndeadline = 30\nper_host = {{ interval = 0 }}\nrobots = 'ignore'\n"
        f'connect_to = {{ "*:80" = "127.0.0.1:{server.port}", "*:443" = "127.0.0.1:1" }}\n'
    )
    return [sys.executable, "-m", "archiver", "article", "article.html", "-q"]


def citations(folder: Path) -> list[dict[str, Any]]:
    """Return the citations of the latest snapshot."""
    manifest = json.loads(max(folder.glob("snapshots/*/*/*/manifest.json")).read_bytes())
    found: list[dict[str, Any]] = manifest["citations"]
    return found


def test_a_run_killed_between_two_attempts_repeats_nothing_and_keeps_its_distance(server: LoopbackServer, tmp_path: Path) -> None:
    good, limited = [f"good-{n}.test" for n in range(12)], [f"limited-{n}.test" for n in range(4)]

    def shut(request: Request) -> bytes:
        again = len([line for line in server.log if (line.host, line.path) == (request.host, "/a")]) > 1
        return GOOD if again else page("", "429 Too Many Requests", headers=[("Retry-After", "8")])

    server.routes |= {(host, "/a"): GOOD for host in good} | {(host, "/a"): shut for host in limited}
    run = command(tmp_path, server, attempts=5, hosts=(*good, *limited))
    with subprocess.Popen(run, cwd=tmp_path) as killed:
        while len(server.heard("/a")) < len(good) + len(limited):
            time.sleep(0.02)
        time.sleep(1.5)  # until what came is on disk, and what was learnt committed
        killed.kill()
    before = len(server.log)
    assert subprocess.run(run, cwd=tmp_path, timeout=60).returncode == 0
    asked = {host: [line.at for line in server.heard("/a") if line.host == host] for host in (*good, *limited)}
    repeated = sum(len(asked[host]) - 1 for host in good)
    early = sum(asked[host][1] - asked[host][0] < 8.0 for host in limited)
    print(f"killed between two attempts: {repeated} requests repeated, {early} of {len(limited)} before Retry-After")
    assert (repeated, early) == (0, 0)
    assert {line.host for line in server.log[before:]} == set(limited)
    for found in citations(tmp_path):
        assert (found["outcome"], found["next_attempt"], found["tries"]) == ("captured", None, None)


def test_tries_are_counted_over_runs_and_start_anew_once_it_worked(server: LoopbackServer, tmp_path: Path) -> None:
    server.routes["limited.test", "/a"] = page("", "502 Bad Gateway")
    run = command(tmp_path, server, attempts=1)
    waits = []
    for number in (1, 2, 3):
        assert subprocess.run(run, cwd=tmp_path, timeout=60).returncode == 3
        (found,) = citations(tmp_path)
        assert found["tries"]["runs"] == number
        assert len({found["tries"]["since"], found["captures"][0]["started"]}) == (1 if number == 1 else 2)
        finished = datetime.fromisoformat(found["captures"][0]["finished"])
        waits.append((datetime.fromisoformat(found["next_attempt"]) - finished).total_seconds())
    assert all(0.8 * 300 * 3**n <= wait <= 1.2 * 300 * 3**n + 10 for n, wait in enumerate(waits))
    server.routes["limited.test", "/a"] = GOOD
    assert subprocess.run(run, cwd=tmp_path, timeout=60).returncode == 0
    assert citations(tmp_path)[0]["tries"] is None


FAULTY = """
import archiver.service.evidence.evidence as evidence
from archiver.cli import main
found = evidence._found
async def faulty(case):
    if "limited" in case.citation.reference.url:
        async with __import__("asyncio").TaskGroup() as group:
            group.create_task(found(case))
            raise TypeError("nobody thought of that")
    return await found(case)
evidence._found = faulty
main()
"""


def test_a_fault_of_ours_costs_one_citation_and_is_tried_again(server: LoopbackServer, tmp_path: Path) -> None:
    hosts = ("good.test", "limited.test", "fine.test")
    server.routes |= {(host, "/a"): GOOD for host in hosts}
    run = command(tmp_path, server, attempts=1, hosts=hosts)
    for number in (1, 2):
        done = subprocess.run([sys.executable, "-c", FAULTY, *run[3:]], cwd=tmp_path, timeout=60, capture_output=True, text=True)
        assert (done.returncode, done.stderr.count("\n")) == (3, 2), done.stderr
        assert "citation 2, web:limited.test/a: unexpected TypeError: nobody thought of that\n" in done.stderr
        good, faulty, fine = citations(tmp_path)
        assert [(one["outcome"], one["state"]) for one in (good, faulty, fine)] == [
            ("captured", "ok"),
            ("failed", "fault"),
            ("captured", "ok"),
        ]
        assert faulty["reason"].startswith("unexpected TypeError: nobody thought of that; ")
        assert faulty["next_attempt"] is not None
        assert faulty["tries"]["runs"] == number
    assert subprocess.run(run, cwd=tmp_path, timeout=60).returncode == 0
    assert {one["outcome"] for one in citations(tmp_path)} == {"captured"}
