"""Doctor: what it finds well, what not, what is needed of it; and which endpoints tell the known posts."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from archiver.config import Browser, Config, Network, Notify, PerHost, Run
from archiver.errors import ArchiverError, UsageError
from archiver.record.catalog.catalog import Catalog
from archiver.service.demo.server import LoopbackServer, Request, page
from archiver.service.doctor import SYNCS, Report, examine
from archiver.service.events.canary import told
from archiver.service.runs.run import Pass, run_once
from tests.record import made
from tests.service.played import PlayedWeb, Said, SetClock, Silent
from tests.service.played import page as played

HERE = "<!doctype html><title>Here</title><p>Enough words to be a page that somebody could have wanted to cite.</p>"


def config(server: LoopbackServer, **more: object) -> Config:
    to = {"*:80": f"127.0.0.1:{server.port}", "*:443": "127.0.0.1:1"}
    return replace(Config(network=Network(attempts=1, deadline=20, per_host=PerHost(4, 0.0), connect_to=to)), **more)  # type: ignore[arg-type]


def report(store: Path, made_with: Config, **asked: object) -> Report:
    return asyncio.run(examine(store, made_with, **asked))  # type: ignore[arg-type]


def checks(found: Report) -> dict[str, bool]:
    return {one.name: one.ok for one in found.checks}


def test_an_installation_as_the_tests_have_it_is_well(tmp_path: Path) -> None:
    found = report(tmp_path / "not made yet", Config())
    well = checks(found)
    needed = {"python", "disk", "snapshots writable", "trust roots", "configuration", "clock"}
    assert {name for name, ok in well.items() if ok} >= needed
    assert {one.name for one in found.checks if one.needed} == needed
    assert set(well) >= {"extra notify", "extra sign", "extra video", "video: JavaScript", "video: ffmpeg", "browser", "fsync", "catalog"}
    assert found.failed == []
    found.check()
    assert not (tmp_path / "not made yet").exists()
    assert list(tmp_path.iterdir()) == []
    assert SYNCS >= 10


def test_what_the_configuration_asks_for_is_needed(tmp_path: Path) -> None:
    absent = Config(browser=Browser(binary="/no/such/browser"), run=Run(free=1 << 60), notify=Notify(urls=("json://localhost",)))
    found = report(tmp_path, absent)
    assert {"browser", "disk"} <= set(found.failed)
    assert "extra notify" in {one.name for one in found.checks if one.needed}
    with pytest.raises(ArchiverError, match=r"not well: .*disk") as raised:
        found.check()
    assert raised.value.exit_code == 1
    assert all(one.remedy for one in found.checks if not one.ok)


def test_the_catalog_is_read_and_a_lost_or_damaged_one_is_said(tmp_path: Path) -> None:
    with Catalog(tmp_path) as catalog:
        catalog.add(made.full(tmp_path))
    found = {one.name: one for one in report(tmp_path, Config()).checks}
    assert (found["catalog"].ok, found["catalog"].found) == (True, "1 articles")
    (tmp_path / "catalog.sqlite").write_bytes(b"no database at all, and longer than its header would be" * 9)
    assert report(tmp_path, Config()).failed == ["catalog"]
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"catalog.sqlite{end}").unlink(missing_ok=True)
    lost = {one.name: one for one in report(tmp_path, Config()).checks}["catalog"]
    assert (lost.ok, lost.needed, lost.remedy) == (False, True, "run `archiver rebuild`")


def test_the_clock_is_compared_only_when_asked(server: LoopbackServer, tmp_path: Path) -> None:
    def told(_: Request) -> bytes:
        return page("", headers=[("Date", format_datetime(datetime.now(UTC) + timedelta(minutes=7), usegmt=True))])

    server.routes["time.test", "/"] = told
    server.routes["right.test", "/"] = lambda _: page("", headers=[("Date", format_datetime(datetime.now(UTC), usegmt=True))])
    assert "clock compared" not in checks(report(tmp_path, config(server)))
    assert server.log == []
    wrong = report(tmp_path, config(server), clock="http://time.test/")
    assert wrong.failed == ["clock compared"]
    assert "s behind http://time.test/" in next(one.found for one in wrong.checks if one.name == "clock compared")
    assert report(tmp_path, config(server), clock="http://right.test/").failed == []
    assert report(tmp_path, config(server), clock="http://no-clock.test/").failed == []
    with pytest.raises(UsageError, match=r"^nonsense: not an http or https URL"):
        report(tmp_path, config(server), clock="nonsense")


def test_each_platforms_endpoints_are_asked_once_for_its_known_post(server: LoopbackServer, tmp_path: Path) -> None:
    server.routes["alive.test", "/a"] = page(HERE)
    known = {
        "web": "http://alive.test/a",
        "x": "https://x.com/jack/status/20",
        "telegram": "https://example.org/",
        "nonesuch": "https://a.test/",
    }
    found = report(tmp_path, config(server, canary=known), endpoints=True)
    assert [(one.platform, one.works) for one in found.canaries] == [("web", True), ("x", False), ("telegram", False), ("nonesuch", False)]
    assert found.failed == ["endpoints of x", "endpoints of telegram", "endpoints of nonesuch"]
    assert {tier.state for tier in found.canaries[1].tiers} == {"connect_error"}
    assert {tier.purpose for tier in found.canaries[1].tiers} >= {"syndication", "oembed"}
    assert "no address of a post" in found.canaries[2].fault
    assert "no such platform" in found.canaries[3].fault
    assert len(server.heard("/a")) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_for_people_and_for_machines(server: LoopbackServer, tmp_path: Path) -> None:
    server.routes["alive.test", "/a"] = page(HERE)
    (tmp_path / "archiver.toml").write_text(
        f'[network]\nconnect_to = {{ "*:80" = "127.0.0.1:{server.port}" }}\n[canary]\nweb = "http://alive.test/a"\n'
    )
    run = [sys.executable, "-m", "archiver", "doctor", "--endpoints"]
    told = subprocess.run([*run, "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr
    data = json.loads(told.stdout)
    assert (data["schema"], data["ok"], data["endpoints"][0]["works"]) == ("archiver.doctor/1", True, True)
    assert {"name", "ok", "needed", "found", "remedy"} == set(data["checks"][0])
    server.routes["alive.test", "/a"] = page("", "500 Internal Server Error")
    told = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert told.returncode == 1
    assert told.stderr == "archiver: not well: endpoints of web; each line says what to do\n"
    assert "server_error" in told.stdout


def test_a_scheduled_run_tells_once_a_day_what_cannot_be_captured(tmp_path: Path) -> None:
    web = PlayedWeb(SetClock())
    web.pages["https://alive.test/a"] = Said(played("Here", "Enough words to be a page that somebody could have wanted to cite."))
    settings = Config(run=Run(doctor=True, free=1), canary={"web": "https://alive.test/a", "x": "https://x.com/jack/status/20"})

    def once() -> Pass:
        return asyncio.run(run_once(tmp_path, settings, Silent(), clock=web.clock, transport=web, canary=told))

    assert [(one.kind, one.said["platform"]) for one in once().events] == [("canary", "x")]
    assert once().events == []
    web.clock.forward(86400)
    (again,) = once().events
    assert again.said["reason"].startswith("no post of x can be told today: syndication: ")
    web.pages["https://alive.test/a"], alive = Said(status=500), web.pages["https://alive.test/a"]
    assert [one.said["platform"] for one in once().events] == ["web"]
    web.pages["https://alive.test/a"] = alive
    assert [one.said["reason"] for one in once().events] == ["posts of web can be told again"]
    assert once().events == []
