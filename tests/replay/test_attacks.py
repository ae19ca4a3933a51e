"""The five WARCgames, and ArchiveBox's probe of attacker, victim and admin, rebuilt: none succeeds, and without protection all do.

    content switch    the page shows something else when it is replayed
    csrf              it changes the archive, or asks it something in the reader's name
    port scan         it reaches other servers on the reader's machine
    same domain       it reads the dashboard, or another capture, or what frames it
    same subdomain    it floods the cookie jar until the dashboard's cookie is gone, or puts a worker in its place

The attacks run as archived scripts would: in the frame, on the capture's own origin, under the player's policy; and without the player's
rewriting of scripts, which would stop some of them and is no boundary.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.fetch.browser.cdp import Session
from archiver.replay import address
from archiver.service.demo.server import page as answer
from tests.looping import on_loop
from tests.replay import hostile
from tests.replay.archived import Said, archive
from tests.replay.framing import browsing, reader, show, within
from tests.replay.hostile import Sink
from tests.replay.serving import replaying

ATTACK = """(async (at) => {
  const tried = async attempt => { try { return Boolean(await attempt()) } catch { return false } }
  const read = url => tried(async () => { const got = await fetch(url, { credentials: 'include' }); return got.ok && (await got.text()).length })
  const sent = (url, more) => tried(async () => await fetch(url, { mode: 'no-cors', credentials: 'include', ...more }))
  const framed = url => tried(() => new Promise(done => {
    const frame = document.createElement('iframe')
    frame.onload = () => { try { done(frame.contentDocument.body.innerHTML.length > 0) } catch { done(false) } }
    setTimeout(() => done(false), 1500)
    frame.src = url
    document.body.append(frame)
  }))
  const flood = () => { for (let i = 0; i < 1000; i++) document.cookie = `flood${i}=x; path=/` + (at.domain && `; domain=${at.domain}`) }
  const found = {
    own: await read(at.own),
    'read the dashboard': await read(at.dashboard), 'frame the dashboard': await framed(at.dashboard), 'ask the index': await read(at.index),
    'read the victim': await read(at.victim), 'frame the victim': await framed(at.victim), 'read the victim here': await read(at.here),
    'read a neighbour here': await read(at.neighbour),
    'post to the dashboard': await sent(at.dashboard, { method: 'POST', body: 'x' }), 'ask in the name of the reader': await sent(at.dashboard),
    'scan a port': await sent(at.port), 'read the parent': await tried(() => parent.document.title), 'see where the parent is': await tried(() => top.location.href),
    'register a worker': await tried(() => navigator.serviceWorker.register(at.script)),
  }
  await tried(flood)
  return found
})(%s)"""


@dataclass(frozen=True, slots=True)
class World:
    """Addresses: who attacks, whom, and where the frame stands."""

    dashboard: str
    frame: str
    sandbox: str | None
    at: dict[str, str]


async def attack(world: World, sink: Sink) -> dict[str, bool]:
    """Frame the attacker in the dashboard's page, with a cookie of the dashboard's in the jar; return what succeeded."""
    async with browsing(*hostile.FLAGS) as browser, reader(browser) as page:
        contexts: dict[str, int] = {}

        def listen(method: str, said: dict[str, Any]) -> None:
            if method == "Runtime.executionContextCreated" and said["context"]["auxData"].get("isDefault"):
                contexts[said["context"]["auxData"]["frameId"]] = said["context"]["id"]

        page.listener = listen
        await page.call("Network.enable")
        await page.call("Runtime.enable")
        await page.call("Network.setCookie", name="session", value="reader", url=world.dashboard)
        await show(page, world.dashboard, world.frame, world.sandbox, 1)
        frames = (await page.call("Page.getFrameTree"))["frameTree"]["childFrames"]
        found: dict[str, bool] = await page.evaluate(ATTACK % json.dumps(world.at), contextId=contexts[frames[0]["frame"]["id"]])
        for _ in range(8):  # the jar is written to and thinned out after the script has gone on
            cookies = (await page.call("Network.getCookies", urls=[world.dashboard]))["cookies"]
            if not any(cookie["name"] == "session" for cookie in cookies):
                break
            await asyncio.sleep(0.25)
        found["log the reader out"] = not any(cookie["name"] == "session" for cookie in cookies)
        found["leave cookies"] = any(cookie["name"].startswith("flood") for cookie in cookies)
    found["reach a port"] = bool(sink.take())
    return found


@contextmanager
def unprotected() -> Iterator[tuple[World, Sink]]:
    """Everything on one origin, as archives were built first."""
    with hostile.sink() as sink:
        for path in ("/dashboard", "/attacker", "/victim", "/own"):
            sink.server.routes["*", path] = answer(f"<title>{path}</title><p>{path}</p>")
        sink.server.routes["*", "/script.js"] = answer("1", media_type="text/javascript")
        here = sink.server.url("", "localhost")
        at = {name: f"{here}/{path}" for name, path in (("own", "own"), ("dashboard", "dashboard"), ("index", "own"), ("victim", "victim"))}
        at |= {"here": f"{here}/victim", "neighbour": f"{here}/victim", "script": "/script.js", "port": sink.out("scan"), "domain": ""}
        yield World(f"{here}/dashboard", f"{here}/attacker", None, at), sink


@contextmanager
def protected(store: Path) -> Iterator[tuple[World, Sink]]:
    """The attacker's capture in the player, a victim's in another snapshot, and a neighbour's in the same one."""
    attacker, neighbour, victim = "https://attacker.test/", "https://neighbour.test/", "https://victim.test/"
    mine = {attacker: Said("<p>attacker</p>"), "https://attacker.test/w.js": Said("1", "text/javascript")}
    own = archive(store, {attacker: mine, neighbour: {neighbour: Said("<p>secret</p>")}}, source="attacker")
    other = archive(store, {victim: {victim: Said("<p>secret</p>")}}, source="victim")
    with hostile.sink() as sink, replaying(store) as replay:
        dashboard = f"http://localhost:{replay.port}/"
        frame = own.frame(replay.port, attacker) + "player/"
        home = own.frame(replay.port, attacker)
        script = replay.follow(home).headers and f"/{own.name}/media/{own.captures['https://attacker.test/w.js']}"
        at = {
            "own": home, "dashboard": dashboard, "index": f"{dashboard}cdx?url=victim.test", "victim": other.frame(replay.port, victim),
            "here": f"/{other.name}/", "neighbour": f"/{own.name}/page/{own.captures[neighbour]}", "script": script, "port": sink.out("scan"),
            "domain": "localhost",
        }  # fmt: skip
        yield World(own.parent(replay.port, attacker), frame, address.PLAYER_SANDBOX, at), sink


@on_loop
async def test_without_protection_every_attack_succeeds() -> None:
    with unprotected() as (world, sink):
        found = await attack(world, sink)
    assert {name for name, succeeded in found.items() if not succeeded} == set()  # nothing holds
    assert len(found) == 17


@on_loop
async def test_no_attack_succeeds(tmp_path: Path) -> None:
    with protected(tmp_path) as (world, sink):
        found = await attack(world, sink)
    assert {name for name, succeeded in found.items() if succeeded} == {"own"}
    assert len(found) == 17


SWITCH = "<p id='p'>as captured</p><script>if (location.hostname !== 'switch.test') document.getElementById('p').textContent = 'switched'</script>"


async def shown(page: Session) -> str | None:
    said: str | None = await within(page, "document.getElementById('p') && document.getElementById('p').textContent")
    return said


@on_loop
async def test_a_page_shows_what_was_captured_and_does_not_switch(tmp_path: Path) -> None:
    url = "https://switch.test/"
    archived = archive(tmp_path, {url: {url: Said(SWITCH)}})
    with hostile.sink() as sink, replaying(tmp_path) as replay:
        sink.server.routes["*", "/switch"] = answer(SWITCH)
        sink.server.routes["*", "/parent"] = answer("<body></body>")
        async with browsing() as browser, reader(browser) as page:
            await show(page, sink.server.url("/parent"), sink.server.url("/switch", "localhost"), None)
            assert await shown(page) == "switched"
            await show(page, archived.parent(replay.port, url), archived.frame(replay.port, url), address.RENDITION_SANDBOX)
            assert await shown(page) == "as captured"
