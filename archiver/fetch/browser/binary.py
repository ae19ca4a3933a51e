"""Binary: which Chromium to start, and with which flags every start begins.

Debian's `chromium-headless-shell` first: the same engine as the full browser, a third to a fifth of its CPU per page, and it talks to
nobody on its own account (measured, browser-and-scale §1). The file below /usr/lib, not the wrapper in /usr/bin: wrappers add flags,
extensions and API keys of the distribution. A browser that the operator names comes before all of them, and one that is named and missing
is an error of the operator's, never silently another one.

The sandbox stays on. As root Chromium refuses to start with it, so there, in a container or a test, it is turned off.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = (
    "/usr/lib/chromium/chromium-headless-shell",
    "chromium-headless-shell",
    "/usr/lib/chromium/chromium",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
VARIABLE = "ARCHIVER_BROWSER"
MISSING = (
    "no Chromium is installed: install chromium-headless-shell (Debian, Ubuntu: apt install chromium-headless-shell), "
    f"or name one with `[browser] binary` or ${VARIABLE}"
)


class NoBrowser(Exception):  # noqa: N818 - a finding; it does not leave the package's callers
    """No Chromium can be started; the text is the one line that says why and what to do."""


def find(named: str = "") -> str:
    """Return the path of the Chromium to start: as configured (`named`), as the environment names it, or the first known. NoBrowser."""
    for written, whence in ((named, "browser.binary"), (os.environ.get(VARIABLE, ""), f"${VARIABLE}")):
        if written:
            found = shutil.which(written)
            if found is None:
                raise NoBrowser(f"{whence} names {written}, which is no program that can be run")
            return found
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise NoBrowser(MISSING)
    return found


def flags(binary: str) -> list[str]:
    """Return the flags that any start needs: no window, no first run, no service of the vendor's, no crash reports."""
    made = [
        "--no-first-run",
        "--no-default-browser-check",
        "--no-service-autorun",
        "--no-pings",
        "--disable-background-networking",
        "--disable-background-timer-throttling",  # several pages are open at once, and none of them is in the background
        "--disable-backgrounding-occluded-windows",
        "--disable-renderer-backgrounding",
        "--disable-breakpad",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-dev-shm-usage",  # containers give /dev/shm 64 MB; a page of large pictures crashes there
        "--disable-domain-reliability",
        "--disable-extensions",
        "--disable-gpu",
        "--disable-sync",
        "--metrics-recording-only",
        "--mute-audio",
        "--password-store=basic",
        "--use-mock-keychain",
        "--hide-scrollbars",
        "--log-level=3",
    ]
    if "headless-shell" not in Path(os.path.realpath(binary)).name:
        made.append("--headless=new")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        made.append("--no-sandbox")
    return made
