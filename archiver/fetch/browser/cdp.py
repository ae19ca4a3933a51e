"""CDP: Chromium as a child process, spoken to over two pipes in the Chrome DevTools Protocol.

Own client, no framework: what is needed is one process, two pipes and JSON. Playwright costs a Node process of 400 MB on a heavy page,
hides the sessions of workers (and with them the raw headers of what workers ask for), and replaces flags instead of adding to them
(measured, browser-and-scale §1). Pipes, not a port: nobody else on the machine can connect to them.

- Messages are JSON ended by NUL, commands on the child's descriptor 3, answers and events on 4. The child is made by `posix_spawn`, which
  can place descriptors without running our code between fork and exec.
- `call` writes before it returns and gives a future. So calls can be sent one after the other without waiting between them, in that order;
  some must be (R2: a paused service worker answers nothing until it is told to run).
- Events come to one function per session, in the order of the wire, synchronously: an `ExtraInfo` that came before its `requestPaused` is
  seen before it. A session whose events nobody wants drops them.
- The browser, whatever it started, and its profile are gone when the context manager ends: the process group is killed, and every process
  of it reaped. Where a parent of Chromium's helpers dies before them they would become the children of process 1, which in a container may
  be one that never reaps; so this process asks to be given them (Linux, PR_SET_CHILD_SUBREAPER).
- A browser that dies makes every waiting and later call fail with `BrowserGone`. Nothing here waits for ever on its own; how long an
  answer may take is the caller's business (`asyncio.timeout`).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ctypes
import fcntl
import json
import os
import resource
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from archiver.fetch.browser import binary as binaries
from archiver.fetch.lodging import BROWSER, Lodging

Answer = dict[str, Any]
Listener = Callable[[str, dict[str, Any]], None]  # an event's name and parameters
START = 30.0  # seconds until the first answer
END = 3.0  # seconds for an orderly end
PR_SET_CHILD_SUBREAPER = 36
COMMANDS, ANSWERS, LOCK = 3, 4, 5  # the child's descriptors


class BrowserGone(Exception):  # noqa: N818 - a finding; it does not leave the package
    """The browser has died, was killed, or did not start; the text says which."""


class Refused(Exception):  # noqa: N818 - as above
    """The browser answered a command with an error: the target is gone, or the command means nothing there."""


class Session:
    """One target's end of the protocol: a page, a frame of another site, a worker; or the browser itself."""

    def __init__(self, browser: Browser, identity: str | None, target: str | None = None) -> None:
        self.browser, self.id, self.target = browser, identity, target
        self.listener: Listener | None = None
        self.gone = False

    def call(self, method: str, **parameters: Any) -> asyncio.Future[Answer]:
        """Send a command now; the future holds its answer. It fails with Refused or BrowserGone."""
        return self.browser.send(self.id, method, parameters, wanted=True)

    def tell(self, method: str, **parameters: Any) -> None:
        """Send a command whose answer nobody needs; nothing is raised, whatever becomes of it."""
        self.browser.send(self.id, method, parameters, wanted=False)

    async def evaluate(self, expression: str, **options: Any) -> Any:
        """Run JavaScript in the page and return its value, a promise's too. Refused where it throws."""
        said = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, **options)
        if "exceptionDetails" in said:
            thrown = said["exceptionDetails"]
            raise Refused(str(thrown.get("exception", {}).get("description") or thrown.get("text"))[:500])
        return said["result"].get("value")

    async def visit(self, url: str, patience: float = 30.0) -> None:
        """Navigate and wait for the page's load event. Refused where there is nothing to show, TimeoutError after `patience` seconds."""
        loaded, before = asyncio.Event(), self.listener

        def listen(method: str, parameters: dict[str, Any]) -> None:
            if method == "Page.loadEventFired":
                loaded.set()
            if before is not None:
                before(method, parameters)

        self.listener = listen
        try:
            async with asyncio.timeout(patience):
                await self.call("Page.enable")
                said = await self.call("Page.navigate", url=url)
                if "errorText" in said:
                    raise Refused(f"{url}: {said['errorText']}")
                await loaded.wait()
        finally:
            self.listener = before

    async def screenshot(self, **options: Any) -> bytes:
        """Return the page as it is shown: PNG, or what `options` of Page.captureScreenshot say."""
        said = await self.call("Page.captureScreenshot", **options)
        return base64.b64decode(said["data"])


class _Wire(asyncio.Protocol):
    """The answers' pipe: bytes in, messages out."""

    def __init__(self, take: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        self._take, self._ended, self._pieces = take, ended, list[bytes]()

    def data_received(self, data: bytes) -> None:
        """Cut messages at their NULs; a body of megabytes comes in many pieces and is joined once."""
        first, *rest = data.split(b"\0")
        self._pieces.append(first)
        for piece in rest:
            self._take(b"".join(self._pieces))
            self._pieces = [piece]

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """The browser closed its end: it is gone."""
        self._ended()


class Browser:
    """A running Chromium. Made by `launched`."""

    def __init__(self, pid: int, own: Lodging) -> None:
        self.pid, self.own = pid, own
        self.root = Session(self, None)
        self.sessions: dict[str, Session] = {}
        self.gone = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[int, tuple[asyncio.Future[Answer], str, str | None]] = {}
        self._serial = 0
        self._commands: asyncio.WriteTransport | None = None
        self._answers: asyncio.ReadTransport | None = None

    def send(self, session: str | None, method: str, parameters: dict[str, Any], *, wanted: bool) -> asyncio.Future[Answer]:
        """Write a command; see Session.call and Session.tell."""
        self._serial += 1
        future: asyncio.Future[Answer] = self._loop.create_future()
        if self.gone.is_set() or self._commands is None:
            if wanted:
                future.set_exception(BrowserGone(f"{method}: the browser is gone"))
            return future
        message: dict[str, Any] = {"id": self._serial, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        if wanted:
            self._waiting[self._serial] = (future, method, session)
        self._commands.write(json.dumps(message).encode() + b"\0")
        return future

    def session(self, identity: str, target: str | None = None) -> Session:
        """Return the session of an id, made at its first mention."""
        found = self.sessions.get(identity)
        if found is None:
            found = self.sessions[identity] = Session(self, identity, target)
        return found

    @asynccontextmanager
    async def context(self, **options: Any) -> AsyncIterator[str]:
        """Make a browser context of its own (no cookies, no cache, no storage of others') and dispose of it, pages and all, at the end."""
        made: str = (await self.root.call("Target.createBrowserContext", **options))["browserContextId"]
        try:
            yield made
        finally:
            with contextlib.suppress(BrowserGone, Refused, TimeoutError):
                async with asyncio.timeout(END):
                    await self.root.call("Target.disposeBrowserContext", browserContextId=made)

    async def page(self, context: str, **options: Any) -> Session:
        """Return a session with a new blank page in a context. Refused, BrowserGone."""
        made = await self.root.call("Target.createTarget", url="about:blank", browserContextId=context, **options)
        target = made["targetId"]
        said = await self.root.call("Target.attachToTarget", targetId=target, flatten=True)
        return self.session(said["sessionId"], target)

    def kill(self) -> None:
        """End the browser and all it started, now."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    async def open(self, commands: int, answers: int) -> None:
        """Connect the two pipes (descriptors of ours)."""
        self._commands, _ = await self._loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(commands, "wb", 0))
        self._answers, _ = await self._loop.connect_read_pipe(lambda: _Wire(self._take, self._lost), os.fdopen(answers, "rb", 0))

    async def end(self) -> None:
        """Ask it to close, kill what is left, reap it, remove its profile."""
        with contextlib.suppress(BrowserGone, Refused, TimeoutError):
            async with asyncio.timeout(END):
                await self.root.call("Browser.close")
                await self.gone.wait()
        self.kill()
        await asyncio.to_thread(self._bury)
        self._lost()
        for transport in (self._commands, self._answers):
            if transport:
                transport.close()
        await asyncio.sleep(0)  # the transports close on the loop's next turn

    def _bury(self) -> None:
        _reap(self.pid)
        self.own.leave()

    def _take(self, raw: bytes) -> None:
        message = json.loads(raw)
        if "id" in message:
            future, method, _ = self._waiting.pop(message["id"], (None, "", None))
            if future is None or future.done():
                return
            if "error" in message:
                future.set_exception(Refused(f"{method}: {message['error'].get('message', 'refused')}"))
            else:
                future.set_result(message.get("result", {}))
            return
        method, parameters = message["method"], message.get("params", {})
        if method == "Target.attachedToTarget":
            self.session(parameters["sessionId"], parameters["targetInfo"]["targetId"])
        session = self.sessions.get(message["sessionId"]) if "sessionId" in message else self.root
        if session is not None and session.listener is not None:
            session.listener(method, parameters)
        if method == "Target.detachedFromTarget":
            self._detached(parameters["sessionId"])

    def _detached(self, identity: str) -> None:
        """Forget a session; what was asked in it gets no answer any more, and the browser does not always say so."""
        session = self.sessions.pop(identity, None)
        if session is not None:
            session.gone = True
        for number, (future, method, whose) in list(self._waiting.items()):
            if whose == identity:
                del self._waiting[number]
                if not future.done():
                    future.set_exception(Refused(f"{method}: the target is gone"))

    def _lost(self) -> None:
        self.gone.set()
        waiting, self._waiting = self._waiting, {}
        for future, method, _ in waiting.values():
            if not future.done():
                future.set_exception(BrowserGone(f"{method}: the browser has died"))


@asynccontextmanager
async def launched(binary: str, flags: Sequence[str] = (), *, profile: Path | None = None) -> AsyncIterator[Browser]:
    """Start a Chromium and give it to the block; it is gone, with its processes and its profile, when the block ends.

    `flags` come behind those that every start needs (`binary.flags`). `profile` names a directory that is kept; without it the profile is
    temporary. BrowserGone where it does not start.
    """
    try:
        own = await asyncio.to_thread(Lodging.enter, BROWSER)
    except OSError as error:
        raise BrowserGone(
            f"{binary}: no place for its profile in {tempfile.tempdir or 'any temporary folder'} ({error.strerror}); name one with TMPDIR"
        ) from error
    command = [
        binary,
        *binaries.flags(binary),
        f"--user-data-dir={profile or own.path / 'profile'}",
        "--remote-debugging-pipe",
        *flags,
        "about:blank" if "--headless=new" in binaries.flags(binary) else "",
    ]
    try:
        browser = await _started([word for word in command if word], own)
    except OSError as error:
        own.leave()
        raise BrowserGone(f"{binary}: cannot be started ({error.strerror})") from error
    try:
        try:
            async with asyncio.timeout(START):
                await browser.root.call("Browser.getVersion")
        except (BrowserGone, TimeoutError):
            raise BrowserGone(f"{binary} did not start: {_last_words(own.path) or await _ended(browser.pid)}") from None
        yield browser
    finally:
        await asyncio.shield(browser.end())


async def _started(command: Sequence[str], own: Lodging) -> Browser:
    """Spawn the process in a group of its own, its pipes connected. OSError."""
    _adopt_orphans()
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    # Descriptors 3 to 5 are free to be written over in the child only if the pipes themselves stand elsewhere.
    high = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 10) for one in (theirs_in, theirs_out, own.lock)]
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, str(own.path / "stderr"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
        (os.POSIX_SPAWN_DUP2, high[0], COMMANDS),
        (os.POSIX_SPAWN_DUP2, high[1], ANSWERS),
        (os.POSIX_SPAWN_DUP2, high[2], LOCK),
    ]
    try:
        pid = os.posix_spawn(command[0], list(command), os.environ, file_actions=actions, setpgroup=0, setsigmask=())  # noqa: ASYNC221
    except OSError:
        os.close(ours_in)
        os.close(ours_out)
        raise
    finally:
        for one in (theirs_in, theirs_out, *high):
            os.close(one)
    browser = Browser(pid, own)
    await browser.open(ours_out, ours_in)
    return browser


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap(group: int) -> None:
    """Wait for the browser and for those of its group that have become ours; all of them have been killed."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(group, 0)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-group, 0)


def _last_words(own: Path) -> str:
    """Return what a browser that did not start has said, one line of it: why it gave up, which stands above a trace; else the last."""
    try:
        lines = (own / "stderr").read_text(encoding="utf8", errors="replace").split("\n")
    except OSError:
        return ""
    said = [line.strip() for line in lines if line.strip()]
    return next((line for line in said if ":FATAL:" in line), said[-1])[:300] if said else ""


async def _ended(pid: int) -> str:
    """Return how a browser ended that has said nothing; it is left to be reaped. Chromium is silent where it may not have its memory."""
    end = None
    for _ in range(20):
        with contextlib.suppress(ChildProcessError):
            end = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)  # noqa: ASYNC222 - it does not wait
        if end is not None:
            break
        await asyncio.sleep(0.05)
    if end is None:
        return f"no answer within {START:g} s"
    how = f"it ended with status {end.si_status}" if end.si_code == os.CLD_EXITED else f"it was ended by {_signal(end.si_status)}"
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    narrow = (
        "" if limit == resource.RLIM_INFINITY else f"; its address space is limited to {limit >> 20} MiB (ulimit -v), and it needs far more"
    )
    return f"{how} and said nothing{narrow}"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
