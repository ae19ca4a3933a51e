"""The browser tier against the same browser recording nothing: pages a minute, CPU seconds a page, memory; with 1 and 3 tabs, interleaved.

Three rows. `bare`: navigate, wait for the load event, close. `looked at`: all that the tier does with a page (quiet, scrolling, consent,
pictures, text), but no answer is held and no body taken. `recorded`: the tier. One run, in rounds, so that the machine's other load hits
all alike. `python -m benchmarks.browser [pages]`; `python -m benchmarks.browser long [pages]` looks at memory over many pages.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable

from archiver.config import Browser, Network, PerHost
from archiver.fetch.browser import binary, tier
from archiver.fetch.browser.cdp import launched
from archiver.fetch.browser.egress import Egress, sealing
from archiver.fetch.browser.recorder import RUNNING, Recorder
from archiver.fetch.transport import WireTransport
from archiver.service.demo.picture import png
from archiver.service.demo.server import LoopbackServer, page, running

ROUNDS = 3
PICTURES = 20


class Deaf(Recorder):
    """A recorder that holds no answer and takes no body."""

    async def begin(self) -> None:
        self.browser.root.listener = self._root
        await self.browser.root.call("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=True, filter=RUNNING)


def light_web() -> LoopbackServer:
    """A page with a stylesheet, twenty pictures and a fetch."""
    pictures = "".join(f"<img src=/{n}.png>" for n in range(PICTURES))
    words = f"<p>{'words ' * 300}</p>"
    html = f"<!doctype html><title>Light</title><link rel=stylesheet href=/s.css>{words}{pictures}<script>fetch('/data')</script>"
    routes = {("*", "/"): page(html), ("*", "/s.css"): page("p { color: navy }", media_type="text/css"), ("*", "/data"): page("x" * 9000)}
    routes |= {("*", f"/{n}.png"): page(png(str(n), 60, 60), media_type="image/png") for n in range(PICTURES)}
    return LoopbackServer(routes)


def cpu() -> float:
    """CPU seconds of this process and of every child that has ended."""
    return sum(
        one.ru_utime + one.ru_stime for one in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


async def bare(network: Network, pages: int, tabs: int) -> None:
    """Load pages and nothing else, in a context each."""
    async with Egress(WireTransport.configured(network).dialer) as egress, launched(binary.find(), sealing(egress.port)) as browser:
        left = iter(range(pages))

        async def some() -> None:
            for n in left:
                async with browser.context() as context:
                    await (await browser.page(context)).visit(f"http://site.test/?{n}")

        await asyncio.gather(*(some() for _ in range(tabs)))


async def recorded(network: Network, pages: int, tabs: int) -> None:
    """Open pages in the tier."""
    async with tier.Tier(Browser(tabs=tabs), network) as opener:
        left = iter(range(pages))

        async def some() -> None:
            for n in left:
                seen = await opener.visit(f"http://site.test/?{n}")
                assert seen.failure is None, seen.failure
                assert tier.Recorder is not Recorder or len(seen.parts) == PICTURES + 2, len(seen.parts)
                seen.close()

        await asyncio.gather(*(some() for _ in range(tabs)))


async def looked_at(network: Network, pages: int, tabs: int) -> None:
    """Open pages in a tier that records nothing."""
    tier.Recorder = Deaf
    try:
        await recorded(network, pages, tabs)
    finally:
        tier.Recorder = Recorder


def compared(pages: int) -> None:
    """Print the table."""
    rows: list[tuple[str, Callable[[Network, int, int], Awaitable[None]]]] = [
        ("bare", bare),
        ("looked at", looked_at),
        ("recorded", recorded),
    ]
    walls, cpus = defaultdict(float), defaultdict(float)
    web = light_web()
    with running(web):
        network = Network(connect_to={"*:80": f"127.0.0.1:{web.port}"}, per_host=PerHost(6, 0.0))
        for _ in range(ROUNDS):
            for tabs in (1, 3):
                for name, work in rows:
                    begun, used = time.perf_counter(), cpu()
                    asyncio.run(work(network, pages, tabs))
                    walls[name, tabs] += time.perf_counter() - begun
                    cpus[name, tabs] += cpu() - used
    done = ROUNDS * pages
    print(f"{done} pages a row, {PICTURES + 3} requests each; starts of the browser included")
    for tabs in (1, 3):
        for name, _ in rows:
            minute, each = 60 * done / walls[name, tabs], cpus[name, tabs] / done
            print(f"{tabs} tab{'s' if tabs > 1 else ' '}  {name:10} {minute:6.0f} pages/min  {each:.3f} CPU s/page (server included)")


async def many(web: LoopbackServer, network: Network, pages: int) -> None:
    """Open many pages in one run and print memory as it goes."""
    async with tier.Tier(Browser(), network) as opener:
        left, done, began = iter(range(pages)), 0, time.perf_counter()
        groups: set[int] = set()
        peak = 0

        async def some() -> None:
            nonlocal done, peak
            for n in left:
                seen = await opener.visit(f"http://site.test/?{n}")
                assert seen.failure is None, seen.failure
                seen.close()
                done += 1
                groups.update(one.browser.pid for one in opener.browsers())
                held = sum(tier.resident(one.browser.pid) for one in opener.browsers())
                peak = max(peak, held)
                web.log.clear()  # the server's own memory is not what is measured
                if done % 50 == 0:
                    own = int(open("/proc/self/statm").read().split()[1]) * 4096  # noqa: ASYNC230, SIM115, PTH123
                    print(
                        f"{done:5} pages  {time.perf_counter() - began:6.0f} s  browser {held >> 20} MiB  python {own >> 20} MiB",
                        flush=True,
                    )

        await asyncio.gather(*(some() for _ in range(3)))
        zombies = sum(len(tier.processes(group)) for group in groups if group not in {one.browser.pid for one in opener.browsers()})
        print(f"{len(groups)} browsers, processes left of those that ended: {zombies}; peak of the browser: {peak >> 20} MiB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["long"]:
        served = light_web()
        with running(served):
            asyncio.run(
                many(
                    served,
                    Network(connect_to={"*:80": f"127.0.0.1:{served.port}"}, per_host=PerHost(6, 0.0)),
                    int((sys.argv[2:] or ["500"])[0]),
                )
            )
    else:
        compared(int((sys.argv[1:] or ["20"])[0]))
