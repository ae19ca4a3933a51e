"""Chromium as a child process: it starts, answers, dies, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
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
        profile, pid = browser.profile, browser.pid
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
    monkeypatch.setenv(binary.VARIABLE, str(silent))
    assert binary.find() == str(silent)


def test_the_sandbox_is_off_for_root_only():
    assert ("--no-sandbox" in binary.flags("chromium")) == (os.geteuid() == 0)
    assert "--headless=new" in binary.flags("/usr/bin/chromium")
    assert "--headless=new" not in binary.flags("/usr/lib/chromium/chromium-headless-shell")
