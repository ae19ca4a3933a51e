"""Behaviour: what is done with an open page so that it shows what a reader would see, and how it is told that it is done.

Run in an isolated world of the main frame: the page's scripts cannot replace what is called here, nor see it. All of it is capped, by
time, height and number, because pages are endless and some want to be.

Quiet is our own rule (R8): no request that will end is open, nothing has begun or ended for QUIET seconds. `networkidle` never comes where
a film, an event stream or a socket is open. A request that has hung for STALL seconds while nothing else moved is not waited for.

Consent banners are declined (`autoconsent`, an optional asset, MPL-2.0, used unmodified): a rule or its heuristic presses "reject". It has
to run in the page's own world, where the banners' scripts are, so a page can see it. What it did is written into the page's information.

No stealth, no solving of challenges. A page that shows a challenge to a browser is recorded as one.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from archiver.fetch.browser.cdp import Session
from archiver.fetch.browser.look import World
from archiver.fetch.browser.tape import Tape

QUIET = 0.5  # seconds
STALL = 4.0
HEIGHT = 30_000  # CSS pixels that are scrolled
SCROLL = 12.0  # seconds
GROWTH = 60  # requests that scrolling may cause before an endless page is left
CONSENT = 4.0  # seconds for a banner that was found to be declined
AUTOCONSENT = Path(__file__).parents[2] / "assets" / "autoconsent" / "autoconsent.standalone.js"

# Down a screen at a time, where a page grows waiting for it to; then back to the top.
STEP = """(limit) => {
  const root = document.scrollingElement || document.documentElement;
  for (const one of document.querySelectorAll('img[loading=lazy], iframe[loading=lazy]')) one.loading = 'eager';
  const before = scrollY;
  scrollTo({top: Math.min(scrollY + innerHeight * 0.8, limit), behavior: 'instant'});
  return {at: scrollY, moved: scrollY > before, end: scrollY + innerHeight >= root.scrollHeight - 2, height: root.scrollHeight};
}"""
ASKED = "((window.autoconsentStandalone || {}).messages || []).map(one => [one.type, one.cmp || null, one.result ?? null])"


async def quiet(tape: Tape, patience: float) -> bool:
    """Wait until nothing more is asked for, at most `patience` seconds; tell whether it became quiet."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while (now := loop.time()) < end:
        still = now - tape.changed
        if still >= (STALL if tape.pending() or tape.holding else QUIET):
            return True
        await asyncio.sleep(min(0.05, end - now))
    return False


async def scroll(world: World, tape: Tape, patience: float) -> dict[str, Any]:
    """Scroll down to what loads when it is seen, up to the caps, and back; return how far it went and why it stopped."""
    loop = asyncio.get_running_loop()
    end, begun, why = loop.time() + min(patience, SCROLL), len(tape.requests), "the end of the page"
    seen: dict[str, Any] = {"at": 0, "height": 0}
    while True:
        seen = await world.run(STEP, str(HEIGHT))
        if loop.time() > end:
            why = "the time allowed"
        elif seen["at"] + 1 >= HEIGHT:
            why = "the height allowed"
        elif len(tape.requests) - begun > GROWTH and seen["end"]:
            why = "the requests allowed"
        elif not seen["end"] or seen["moved"]:
            await asyncio.sleep(0.08)
            continue
        elif await _grows(world, tape, seen["height"], end):
            continue
        break
    await world.run("() => scrollTo({top: 0, behavior: 'instant'})", "")
    return {"reached": seen["at"], "height": seen["height"], "stopped": why}


async def _grows(world: World, tape: Tape, height: int, end: float) -> bool:
    """At the end of the page: wait for what was asked for, and tell whether there is more page now."""
    await asyncio.sleep(0.1)
    await quiet(tape, max(0.0, min(3.0, end - asyncio.get_running_loop().time())))
    found = await world.run("() => (document.scrollingElement || document.documentElement).scrollHeight", "")
    return bool(found > height)


async def consent(page: Session) -> list[Any]:
    """Give a banner that was found the time to be declined; return what was found and done, in autoconsent's words."""
    loop = asyncio.get_running_loop()
    end = loop.time() + CONSENT
    while True:
        said = await page.evaluate(ASKED)
        kinds = {one[0] for one in said or []}
        if not kinds & {"popupFound"} or kinds & {"autoconsentDone", "optOutResult", "autoconsentError"} or loop.time() > end:
            return [one for one in said or [] if one[0] in {"cmpDetected", "popupFound", "optOutResult", "autoconsentDone"}]
        await asyncio.sleep(0.1)
