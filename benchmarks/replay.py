"""`python -m benchmarks.replay [--pywb BIN]`: replay against pywb on the same records, in one run: agreement and latency.

pywb is GPL and stays outside: `--pywb` (or $PYWB) names the `bin` directory of an environment of its own,

    python3 -m venv /somewhere && /somewhere/bin/pip install pywb==2.10.0

and without it only this program is measured. pywb gets copies of the WARC files and indexes them itself; the lines that it makes for our
metadata records, which are no captures, are taken out of its index.

Agreement: TimeMaps, TimeGate at many times, raw mementos, CDX queries: the fields that say which record answers (time, URL, status, media
type, digest, offset, length) and the payload. What differs by intent is left out: addresses, order within one second, the status of
revisits (pywb's index has none, so its status filters leave them out); and where a filter leaves nothing of a URL, pywb goes on to answer a
fuzzy question without the filter, which is counted apart. Latency: one connection kept open, requests alternate between the two, so that a
slow minute is slow for both.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote

from tests.replay.archived import Archived, Said, archive, png

TIMES = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=37 * n, seconds=4711 * n) for n in range(5)]
SITE, PARTS = "http://news.example/", 120
OTHERS = (
    "http://news.example/gone",
    "http://www.news.example/old",
    "https://sub.news.example/data?a=1&b=2",
    "http://news.example/notes.txt",
)


@dataclass(slots=True)
class Server:
    """A running server, and one connection to it."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    prefix: str
    connection: http.client.HTTPConnection | None = None
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        """Ask, again on a new connection where the old one was closed."""
        for _ in range(2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                self.connection.request("GET", path, headers={"Host": f"localhost:{self.port}", **(headers or {})})
                answer = self.connection.getresponse()
                return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
            except (http.client.HTTPException, OSError):
                self.connection = None
        raise RuntimeError(f"{self.name} does not answer {path}")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def started(name: str, command: list[str], port: int, prefix: str, folder: Path) -> Iterator[tuple[Server, float]]:
    """Run a server; give it with the seconds until its first answer."""
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = Server(name, process, port, prefix)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                server.get(f"{prefix}/timemap/link/{SITE}")
                break
            except (OSError, RuntimeError):
                if process.poll() is not None or time.monotonic() > began + 60:
                    raise SystemExit(f"{name} did not start") from None
                time.sleep(0.01)
        yield server, time.monotonic() - began
    finally:
        process.terminate()
        process.wait(20)


def store(folder: Path) -> list[Archived]:
    """Archive one page of 120 parts, and some other things, five times."""
    noise = random.Random(7)
    pictures = {f"{SITE}p{n}.png": Said(png(60 + n, 40) + noise.randbytes(20_000), "image/png") for n in range(100)}
    sheets = {f"{SITE}s{n}.css": Said(".a{color:red}" * 600 + f"/* {n} */", "text/css") for n in range(PARTS - 100)}
    made = []
    for number, when in enumerate(TIMES):
        named = "".join(f'<link rel="stylesheet" href="{url}">' for url in sheets) + "".join(f'<img src="{url}">' for url in pictures)
        page = Said(f"<!doctype html><title>version {number}</title>{named}" + "<p>words and words</p>" * 500)
        table = {SITE: page, **sheets, **pictures}
        cited = {
            SITE: table,
            OTHERS[0]: {OTHERS[0]: Said("no such page", "text/html", "404 Not Found")},
            OTHERS[1]: {OTHERS[1]: Said("", "text/html", "301 Moved Permanently", (("Location", SITE),))},
            OTHERS[2]: {OTHERS[2]: Said(json.dumps({"version": number}), "application/json")},
            OTHERS[3]: {OTHERS[3]: Said("the same words every time", "text/plain")},
        }
        made.append(archive(folder, cited, started=when))
    return made


def collection(folder: Path, store: Path, tools: Path) -> None:
    """Give pywb copies of the WARC files, and let it index them."""
    subprocess.run([tools / "wb-manager", "init", "coll"], cwd=folder, check=True, capture_output=True)
    for number, file in enumerate(sorted(store.glob("*/*/*/archive/*.warc.gz"))):
        shutil.copy(file, folder / f"{number}.warc.gz")
    subprocess.run([tools / "wb-manager", "add", "coll", *sorted(folder.glob("*.warc.gz"))], cwd=folder, check=True, capture_output=True)
    lines = folder / "collections/coll/indexes/index.cdxj"
    kept = [line for line in lines.read_text().splitlines(True) if '"status"' in line or '"warc/revisit"' in line]
    lines.write_text("".join(line for line in kept if not line.startswith("urn:")))


# ------------------------------------------------------------------ do they agree


def mementos(server: Server, url: str) -> object:
    status, _, body = server.get(f"{server.prefix}/timemap/link/{url}")
    return status, sorted(set(re.findall(r'rel="(?:first |last )?memento"; datetime="([^"]+)"', body.decode())))


def chosen(server: Server, url: str, when: datetime) -> object:
    path = f"{server.prefix}/{'' if server.prefix else 'web/'}{url}"
    _, headers, _ = server.get(path, {"Accept-Datetime": format_datetime(when, usegmt=True)})
    found = re.search(r'rel="memento"; datetime="([^"]+)"', headers.get("link", ""))
    return found and found[1], "accept-datetime" in headers.get("vary", "").lower()


def raw(server: Server, url: str, digits: str) -> object:
    status, headers, body = server.get(f"{server.prefix}/{'' if server.prefix else 'web/'}{digits}id_/{url}")
    kind = headers.get("content-type", "").partition(";")[0]
    known = headers.get("memento-datetime")
    place = headers.get("content-location", "").rpartition("id_/")[2]
    return (status, known, place, kind, body) if known else (status, None)


def index_lines(server: Server, query: str) -> object:
    status, _, body = server.get(f"{server.prefix}/cdx?output=json&{query}")
    lines = [json.loads(line) for line in body.decode().splitlines()] if status == 200 else []
    for line in lines:
        if line.get("mime") == "warc/revisit":
            line.pop("status", None)
    if "status:" in query:
        lines = [line for line in lines if line.get("mime") != "warc/revisit"]
    names = ("timestamp", "url", "mime", "status", "digest", "offset", "length")
    return status, sorted(tuple(str(line.get(name)) for name in names) for line in lines)


def questions() -> Iterator[tuple[str, Callable[[Server], object]]]:
    """Yield what both are asked."""
    urls = [SITE, *OTHERS, f"{SITE}p7.png", f"{SITE}s3.css", "http://nowhere.example/"]
    moments = [TIMES[0] - timedelta(days=900), *(when + timedelta(days=days) for when in TIMES for days in (-11, 0, 11))]
    for url in urls:
        yield f"timemap {url}", lambda server, url=url: mementos(server, url)
        for when in moments if "nowhere" not in url else ():
            yield f"timegate {url} {when}", lambda server, url=url, when=when: chosen(server, url, when)
            digits = when.strftime("%Y%m%d%H%M%S")
            yield f"memento {url} {digits}", lambda server, url=url, digits=digits: raw(server, url, digits)
        for digits in ("2026", "202602", "20260207"):
            yield f"memento {url} {digits}", lambda server, url=url, digits=digits: raw(server, url, digits)
        for more in ("", "&from=202602&to=2026", "&filter==status:200", "&filter=!~mime:text/.*", "&filter=mime:image", "&from=20260301"):
            yield f"cdx {url}{more}", lambda server, url=url, more=more: index_lines(server, f"url={quote(url, safe='')}{more}")
    for query in (
        "url=news.example/p*",
        "url=news.example&matchType=host",
        "url=news.example&matchType=domain",
        "url=*.news.example",
        "",
        "url=",
    ):
        yield f"cdx {query}", lambda server, query=query: index_lines(server, query)


def agree(ours: Server, theirs: Server) -> None:
    """Ask both everything, and print how often they agree."""
    counts: dict[str, list[int]] = {}
    for name, ask in questions():
        kind = name.partition(" ")[0]
        mine, other = ask(ours), ask(theirs)
        if "filter" in name and mine == (200, []) != other:
            kind = "fuzzy"
        same = mine == other
        counts.setdefault(kind, []).append(same)
        if not same and kind != "fuzzy":
            print(f"  differs: {name}\n    {str(mine)[:300]}\n    {str(other)[:300]}")
    fuzzy = counts.pop("fuzzy", [])
    for kind, found in counts.items():
        print(f"  {kind:10}{sum(found):5} of {len(found)} answers agree")
    print(
        f"  {'all':10}{sum(map(sum, counts.values())):5} of {sum(map(len, counts.values()))}; {len(fuzzy)} more where pywb drops the filter"
    )


# ------------------------------------------------------------------ how long they take


def timed(server: Server, kind: str, path: str, headers: dict[str, str] | None = None) -> None:
    began = time.perf_counter()
    status, _, _ = server.get(path, headers)
    server.seconds.setdefault(kind, []).append(time.perf_counter() - began)
    if status != 200:
        raise SystemExit(f"{server.name} answers {path} with {status}")


def race(ours: Server, theirs: Server | None, last: Archived, rounds: int) -> None:
    """Ask both for a page and its parts, in turn."""
    host = {"Host": f"{last.captures[SITE]}.replay.localhost:{ours.port}"}
    page = ours.get(f"/{last.name}/", host)[2].decode()
    shown = {
        "page": [f"/{last.name}/"],
        "style": re.findall(r'href="([^"]+/css/[^"]+)"', page),
        "picture": re.findall(r'src="([^"]+)"', page),
    }
    digits = TIMES[-1].strftime("%Y%m%d%H%M%S")
    parts = {"page": [SITE], "style": [f"{SITE}s{n}.css" for n in range(20)], "picture": [f"{SITE}p{n}.png" for n in range(100)]}
    kinds = {"page": "mp_", "style": "cs_", "picture": "im_"}
    for _ in range(rounds):
        for kind, urls in parts.items():
            for number, url in enumerate(urls):
                timed(ours, f"{kind} replayed", shown[kind][number], host)
                timed(ours, f"{kind} raw", f"/web/{digits}id_/{url}")
                if theirs:
                    timed(theirs, f"{kind} replayed", f"{theirs.prefix}/{digits}{kinds[kind]}/{url}")
                    timed(theirs, f"{kind} raw", f"{theirs.prefix}/{digits}id_/{url}")


def table(servers: list[Server]) -> None:
    """Print the latencies."""
    print(f"  {'ms':20}" + "".join(f"{server.name + ' p50':>14}{'p95':>9}" for server in servers))
    for kind in servers[0].seconds:
        row = [
            (statistics.median(s), statistics.quantiles(s, n=20)[-1] if len(s) > 1 else s[0])
            for s in (one.seconds[kind] for one in servers)
        ]
        print(f"  {kind:20}" + "".join(f"{middle * 1000:14.1f}{late * 1000:9.1f}" for middle, late in row))


def main() -> None:
    """Archive, serve twice, compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay", description=__doc__)
    parser.add_argument("--pywb", type=Path, default=os.environ.get("PYWB"), help="bin directory of an environment with pywb ($PYWB)")
    parser.add_argument("--rounds", type=int, default=5, help="times that each part is asked for (default 5)")
    options = parser.parse_args()
    tools = Path(options.pywb) if options.pywb else None
    with tempfile.TemporaryDirectory() as name:
        folder, archives = Path(name) / "pywb", Path(name) / "store"
        folder.mkdir()
        last = store(archives)[-1]

        def ours() -> tuple[str, list[str], int, str, Path]:
            port = free_port()
            return (
                "archiver",
                [sys.executable, "-m", "archiver", "replay", "--port", str(port), "--snapshots", str(archives), "-q"],
                port,
                "",
                Path.cwd(),
            )

        def theirs(tools: Path) -> tuple[str, list[str], int, str, Path]:
            port = free_port()
            return "pywb", [str(tools / "wayback"), "-b", "127.0.0.1", "-p", str(port)], port, "/coll", folder

        contenders = [ours]
        if tools:
            collection(folder, archives, tools)
            contenders.append(lambda: theirs(tools))
        else:
            print("pywb is not here; see the head of benchmarks/replay.py for how to have it beside")
        for contender in contenders:
            waits = []
            for _ in range(5):
                with started(*contender()) as (server, seconds):
                    waits.append(seconds)
            print(f"  {server.name:10} first answer after {statistics.median(waits):.2f} s (median of 5)")
        with started(*ours()) as (mine, _):
            if not tools:
                race(mine, None, last, options.rounds)
                table([mine])
                return
            with started(*theirs(tools)) as (other, _):
                agree(mine, other)
                race(mine, other, last, options.rounds)
                table([mine, other])


if __name__ == "__main__":
    main()
