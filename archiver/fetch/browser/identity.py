"""Identity: what the browser says that it is. Chromium, which it is, and the archiver, which drives it; no more, no less.

`--user-agent` alone leaves `HeadlessChrome` in the client hints, and headless-shell sends no Accept-Language (R12): so flags at the start,
and the override with its brands in every page, frame and worker. The program's name stands behind Chromium's, where sites that look for
known browsers find one and people who read logs find out who it was. `navigator.webdriver` stays true: no stealth.
"""

from __future__ import annotations

import asyncio
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from typing import Any

from archiver import __version__
from archiver.fetch.browser.cdp import Browser, Session


@dataclass(frozen=True, slots=True)
class Identity:
    """User agent, languages as in Accept-Language, Chromium's version, and the viewport in CSS pixels."""

    user_agent: str
    language: str
    version: str
    viewport: tuple[int, int]

    @classmethod
    async def of(cls, browser: Browser, language: str, viewport: tuple[int, int]) -> Identity:
        """Return the identity that fits a running browser. BrowserGone."""
        said = await browser.root.call("Browser.getVersion")
        found = re.search(r"/([0-9.]+)$", said["product"])
        version = found[1] if found else "0.0.0.0"  # noqa: S104 - a version
        return cls(agent(version.partition(".")[0]), language, version, viewport)

    def put_on(self, session: Session, kind: str) -> None:
        """Tell a new session, before anything in it runs, who it is."""
        major = self.version.partition(".")[0]
        brands = [{"brand": "Chromium", "version": major}, {"brand": "Not.A/Brand", "version": "99"}]
        whole = [{"brand": "Chromium", "version": self.version}, {"brand": "Not.A/Brand", "version": "99.0.0.0"}]
        metadata = {
            "brands": brands, "fullVersionList": whole, "platform": "macOS" if sys.platform == "darwin" else "Linux",
            "platformVersion": "", "architecture": "x86", "model": "", "mobile": False, "bitness": "64", "wow64": False,
        }  # fmt: skip
        session.tell(
            "Emulation.setUserAgentOverride",
            userAgent=self.user_agent,
            acceptLanguage=self.language,
            platform="MacIntel" if sys.platform == "darwin" else "Linux x86_64",
            userAgentMetadata=metadata,
        )
        if kind == "page":
            width, height = self.viewport
            session.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def as_json(self) -> dict[str, Any]:
        """Return it as the page's information says it."""
        return {"userAgent": self.user_agent, "language": self.language, "version": self.version, "viewport": list(self.viewport)}


async def flags(binary: str, language: str, viewport: tuple[int, int]) -> list[str]:
    """Return the flags for it at the start. What a service worker's script is asked for with is decided by them alone."""
    made = [f"--accept-lang={language}", f"--lang={language.partition(',')[0]}", f"--window-size={viewport[0]},{viewport[1]}"]
    try:
        asked = await asyncio.create_subprocess_exec(binary, "--version", stdout=PIPE, stderr=DEVNULL, stdin=DEVNULL)
        said, _ = await asyncio.wait_for(asked.communicate(), 10)
    except (OSError, TimeoutError):
        return made
    found = re.search(rb" ([0-9]+)\.[0-9.]+", said)
    return [*made, f"--user-agent={agent(found[1].decode())}"] if found else made


def agent(major: str) -> str:
    """Return the user agent: Chromium's reduced form, and the program's name."""
    system = "Macintosh; Intel Mac OS X 10_15_7" if sys.platform == "darwin" else "X11; Linux x86_64"
    return f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0 Safari/537.36 archiver/{__version__}"
