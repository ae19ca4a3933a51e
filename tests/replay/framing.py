"""A browser as a reader has it: the dashboard's page open, a capture in its frame."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from archiver.fetch.browser import binary
from archiver.fetch.browser.cdp import Browser, Refused, Session, launched

FRAME = """new Promise(done => {
  const frame = document.createElement('iframe')
  if (%(sandbox)s !== null) frame.setAttribute('sandbox', %(sandbox)s)
  frame.style = 'position:fixed;inset:0;width:100%%;height:100%%;border:0'
  frame.addEventListener('load', () => done(true))
  setTimeout(() => done(false), 5000)
  document.body.replaceChildren(frame)
  frame.src = %(url)s
})"""


@asynccontextmanager
async def browsing(*flags: str) -> AsyncIterator[Browser]:
    """Run a browser."""
    async with launched(binary.find(), flags) as browser:
        yield browser


@asynccontextmanager
async def reader(browser: Browser, width: int = 1000, height: int = 1400) -> AsyncIterator[Session]:
    """Open a blank page in a context of its own."""
    async with browser.context() as context:
        page = await browser.page(context)
        await page.call("Page.enable")
        await page.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        yield page


async def within(page: Session, expression: str, seconds: float = 15.0) -> Any:
    """Evaluate in the capture's frame and the frames in it, beside their own scripts, until one answers; None where none does."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        for frame in _frames((await page.call("Page.getFrameTree"))["frameTree"]):
            with contextlib.suppress(Refused, TimeoutError):  # it went away meanwhile, and Chromium does not always say so
                async with asyncio.timeout(2):
                    world = await page.call("Page.createIsolatedWorld", frameId=frame)
                    found = await page.evaluate(expression, contextId=world["executionContextId"])
                    if found:
                        return found
        if loop.time() > until:
            return None
        await asyncio.sleep(0.2)


def _frames(tree: dict[str, Any]) -> Iterator[str]:
    for child in tree.get("childFrames", ()):
        yield child["frame"]["id"]
        yield from _frames(child)


async def show(page: Session, parent: str, url: str, sandbox: str | None, seconds: float = 0.5, *, clicked: bool = False) -> None:
    """Open the parent's page and show a capture in a frame of it; wait, and click on it where that is asked."""
    await page.visit(parent)
    await page.evaluate(FRAME % {"sandbox": json.dumps(sandbox), "url": json.dumps(url)})
    if clicked:
        await click(page)
    await asyncio.sleep(seconds)


async def click(page: Session) -> None:
    """Click into the middle, as a reader does whom a page has told to."""
    for kind in ("mousePressed", "mouseReleased"):
        await page.call("Input.dispatchMouseEvent", type=kind, x=400, y=700, button="left", clickCount=1)
