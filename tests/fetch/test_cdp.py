"""Chromium as a child process: it starts, answers, dies, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from archiver.fetch.browser import binary
from archiver.fetch.browser.cdp import BrowserGone, Refused, launched
from tests.looping import on_loop


def processes(group: int) -> list[str]:
    """Command names of the processes of a group, zombies too."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().partition(" (")[2].rpartition(") ")
        except OSError:
            continue
        state, _, pgrp = rest.split()[:3]
        if int(pgrp) == group:
            found.append(f"{name} {state}")
    return found


@on_loop
async def test_evaluates_and_takes_pictures_in_a_context_of_its_own(server):
    server.routes["*", "/"] = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 19\r\n\r\n<title>\xd8\xa3</title>" + b"  "
    )
    async with launched(binary.find()) as browser:
        async with browser.context() as context:
            page = await browser.page(context)
            await page.visit(server.url("/"))
            assert await page.evaluate("document.title") == "أ"
            assert await page.evaluate("new Promise(done => setTimeout(() => done([1, 'b']), 1))") == [1, "b"]
            assert (await page.screenshot()).startswith(b"\x89PNG")
            with pytest.raises(Refused, match="nothing here"):
                await page.evaluate("(() => { throw new Error('nothing here') })()")
        with pytest.raises(Refused):
            await page.evaluate("1")
        profile, pid = browser.own.path, browser.pid
        assert processes(pid)
    assert processes(pid) == []
    assert not profile.exists()


@on_loop
async def test_a_killed_browser_fails_every_call_and_leaves_no_zombie():
    async with launched(binary.find()) as browser, browser.context() as context:
        page = await browser.page(context)
        waiting = page.evaluate("new Promise(() => 0)")
        task = asyncio.create_task(waiting)
        await asyncio.sleep(0.1)
        os.kill(browser.pid, signal.SIGKILL)
        with pytest.raises(BrowserGone):
            await task
        with pytest.raises(BrowserGone):
            await page.evaluate("1")
        page.tell("Page.enable")
        pid = browser.pid
    assert processes(pid) == []


LIVE = """import asyncio, sys
from archiver.fetch.browser import binary
from archiver.fetch.browser.cdp import launched
async def main():
    async with launched(binary.find()) as browser:
        print(browser.own.path, browser.pid, flush=True)
        await asyncio.sleep(60)
asyncio.run(main())"""


@on_loop
async def test_what_a_killed_process_left_is_swept_at_the_next_start_and_nothing_that_is_in_use(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "archiver-browser-of-another-version").mkdir()
    (tmp_path / "archiver-browser-link").symlink_to(tmp_path)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LIVE, stdout=asyncio.subprocess.PIPE, env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    assert process.stdout is not None
    folder, pid = (await process.stdout.readline()).decode().split()
    async with launched(binary.find()) as browser:
        assert (Path(folder) / "profile").is_dir()  # its owner lives
        process.kill()
        await process.wait()
        while [one for one in processes(int(pid)) if not one.endswith("Z")]:  # noqa: ASYNC110 - a browser ends when its pipes do
            await asyncio.sleep(0.05)
        async with launched(binary.find()):
            assert browser.own.path.is_dir()
            assert not os.path.exists(folder)  # noqa: ASYNC240, PTH110
    assert sorted(one.name for one in tmp_path.iterdir()) == ["archiver-browser-link", "archiver-browser-of-another-version"]


@on_loop
async def test_a_full_or_missing_folder_for_profiles_is_said_in_one_line(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/no/such")
    with pytest.raises(BrowserGone, match=r"no place for its profile in /no/such \(No such file or directory\); name one with TMPDIR"):
        async with launched(binary.find()):
            pass


@on_loop
async def test_no_temporary_folder_at_all_is_said_in_one_line():
    """Where none can be written, Python itself finds none."""
    none = "import tempfile\ntempfile._candidate_tempdir_list = lambda: ['/no/such']\n" + LIVE
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", none], capture_output=True, text=True, check=False, timeout=60)
    said = done.stderr.rstrip().rpartition("\n")[2]
    assert "no place for its profile in any temporary folder" in said
    assert said.endswith("; name one with TMPDIR")


@on_loop
async def test_what_was_named_and_is_missing_is_said_in_one_line(tmp_path, monkeypatch):
    with pytest.raises(binary.NoBrowser, match="names /no/such"):
        binary.find("/no/such")
    with pytest.raises(BrowserGone, match="cannot be started"):
        async with launched("/no/such"):
            pass
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\necho 'my last words' >&2\n")
    silent.chmod(0o755)
    with pytest.raises(BrowserGone, match="did not start: my last words"):
        async with launched(str(silent)):
            pass
    for said, shown in (
        ("echo '[1:1:FATAL:a.cc(1)] no room' >&2; echo '#0 a trace' >&2", r"\[1:1:FATAL:a.cc\(1\)\] no room"),
        ("exit 7", "it ended with status 7 and said nothing$"),
        ("kill -TRAP $$", "it was ended by SIGTRAP and said nothing$"),
        ("ulimit -v 900000; exec " + binary.find() + ' "$@"', "it was ended by SIG[A-Z]+ and said nothing$"),
    ):
        silent.write_text(f"#!/bin/sh\n{said}\n")
        with pytest.raises(BrowserGone, match=f"did not start: {shown}"):
            async with launched(str(silent)):
                pass
    monkeypatch.setenv(binary.VARIABLE, str(silent))
    assert binary.find() == str(silent)


def test_a_browser_that_may_not_have_its_address_space_says_so(tmp_path):
    """Chromium dies without a word there. In a process of its own: the limit is for good."""
    limited = "import resource; resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n" + LIVE
    done = subprocess.run(
        [sys.executable, "-c", limited], capture_output=True, text=True, check=False, timeout=60, env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    assert "and said nothing; its address space is limited to 4096 MiB (ulimit -v), and it needs far more" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_sandbox_is_off_for_root_only():
    assert ("--no-sandbox" in binary.flags("chromium")) == (os.geteuid() == 0)
    assert "--headless=new" in binary.flags("/usr/bin/chromium")
    assert "--headless=new" not in binary.flags("/usr/lib/chromium/chromium-headless-shell")
