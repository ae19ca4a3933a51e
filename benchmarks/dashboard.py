"""`python -m benchmarks.dashboard`: the dashboard over an archive of 10,000 snapshots: every kind of page, and what a start costs.

The archive is generated: one snapshot of 20 citations is written as any run writes one, WARC and all; the others are copies under names,
titles, hosts, dates and outcomes of their own, their manifests and texts written out, their WARC files hard links. The catalog is filled by
the one function that fills it. So what a page reads is what it would read.

A page is asked for in this process through the server's whole application (gate, routes, templates), without a socket; CPU time is taken,
because a shared machine's wall clock says nothing. `first` is the first answer after a start, when nothing is kept; `median` that of 20
more, of other snapshots where a page is about one. A start is a process of its own, from nothing to its first answer over the socket.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archiver.article.article import Article
from archiver.citation.citation import Citation, Claims, Place, Reference
from archiver.citation.platform import Page, State, Target
from archiver.fetch.capture import Attempt, Capture
from archiver.fetch.exchange import Exchange
from archiver.record.catalog.catalog import Catalog
from archiver.record.draft import Run
from archiver.record.snapshot import Snapshot
from archiver.replay import server

START = datetime(2021, 1, 1, tzinfo=UTC)
CITATIONS, ARTICLES, REPEATS, PORT = 20, 0.8, 20, 8642
WORDS = [
    "source",
    "article",
    "ministry",
    "خبر",
    "صحيفة",
    "harbour",
    "bridge",
    "وزير",
    "report",
    "data",
    "تقرير",
    "border",
    "river",
    "election",
    "المدينة",
    "port",
    "council",
]
STATES = [("captured", "ok")] * 14 + [
    ("captured", "deleted"),
    ("unavailable", "not_found"),
    ("failed", "timeout"),
    ("partial", "ok_partial"),
]


def generate(store: Path, number: int) -> list[str]:
    """Fill a store with `number` snapshots of fewer articles; return their names."""
    model = _model(store)
    text, manifest = (model / "article.txt").read_text(encoding="utf8"), (model / "manifest.json").read_text(encoding="utf8")
    source, names = random.Random(7), []
    with Catalog(store) as catalog:
        for count in range(number):
            article = source.randrange(int(number * ARTICLES) or 1)
            when = START + timedelta(hours=4 * count + source.randrange(4))
            name = f"news{article % 97}.example/story-{article}/{when:%Y%m%d%H%M%S}"
            path = store / name
            (path / "archive").mkdir(parents=True)
            for file in (model / "archive").iterdir():
                os.link(file, path / "archive" / file.name)
            made = _changed(json.loads(manifest), name, article, when, source)
            (path / "manifest.json").write_text(json.dumps(made, ensure_ascii=False), encoding="utf8")
            (path / "article.txt").write_text(text, encoding="utf8")
            (path / "datapackage.json").write_text(json.dumps({"name": name}), encoding="utf8")
            catalog.add(path, made)
            names.append(name)
    shutil.rmtree(store / "model.example")
    return names


def _changed(manifest: dict[str, Any], name: str, article: int, when: datetime, source: random.Random) -> dict[str, Any]:
    """Return the model's manifest as another article's: its own name, title, hosts, outcomes and ids."""
    stamp, title = when.strftime("%Y-%m-%dT%H:%M:%S.000000Z"), " ".join(random.Random(article).choices(WORDS, k=7))
    url, mark = f"https://{name.split('/', maxsplit=1)[0]}/story-{article}", hashlib.sha256(name.encode()).hexdigest()[:12]
    manifest |= {"snapshot": name}
    manifest["run"] |= {"started": stamp, "finished": stamp}
    manifest["article"] |= {"title": title, "url": url, "source": url}
    for citation in manifest["citations"]:
        outcome, state = source.choice(STATES)
        host = f"host{min(int(source.paretovariate(0.7)), 4000)}.example"
        citation |= {"url": f"https://{host}/{article}-{citation['number']}", "key": f"web:{host}/{article}-{citation['number']}"}
        citation |= {"outcome": outcome, "state": state}
        for capture in citation["captures"]:
            capture |= {"id": _marked(capture["id"], mark), "url": citation["url"]}
            capture["records"] = [record | {"id": _marked(record["id"], mark), "url": citation["url"]} for record in capture["records"]]
    return manifest


def _marked(record: str, mark: str) -> str:
    return record[:-13] + mark + ">"


def _model(store: Path) -> Path:
    sentences = [
        f"This sentence, the number {n} of its kind, cites source{n} and goes on for a while, as sentences do." for n in range(200)
    ]
    text = "\n\n".join(sentences)
    url = "https://model.example/story"
    article = Article(
        url, url, "text/plain", text.encode(), "utf-8", text, hashlib.sha256(text.encode()).hexdigest(), title="A", language="en"
    )
    snapshot = Snapshot.begin(store, source=url, url=url, started=START, run=Run("benchmark", "0" * 64))
    citations = []
    for number in range(1, CITATIONS + 1):
        start = text.index(f"source{number * 9} ")
        place = Place(None, "text", start, start + 7, text[start : start + 7], text[start - 60 : start], text[start + 7 : start + 60])
        cited = Reference("web", None, f"https://h.example/{number}", f"web:{number}")
        citations.append(Citation(number, "link", cited, True, Claims(), (place,)))
    snapshot.add_article(article, citations)
    for citation in citations:
        snapshot.add(_capture(citation)).result()
        snapshot.settle(citation.number, "captured", "ok", "it answered")
    return snapshot.finish(START)


def _capture(citation: Citation) -> Capture:
    url, body = citation.reference.url or "", b"<title>A page</title>" + os.urandom(2000).hex().encode()
    made = Exchange(url, "GET", START, request=b"GET / HTTP/1.1\r\nHost: h.example\r\n\r\n")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
    made.wire.append(head + body)
    made.head_end, made.status, made.framing = len(head), 200, "length"
    made.segments.extend((len(head), len(head) + len(body)))
    made.headers = (("Content-Type", "text/html"), ("Content-Length", str(len(body))))
    attempt = Attempt(START, 0.0, None, (made,), None)
    return Capture(Target(url), START, START, (attempt,), State.OK, "it answered", cited_by=(citation.number,), page=Page(title="A page"))


def ask(application: Any, path: str) -> tuple[float, int]:
    """Ask the application for a page; return CPU seconds and how many bytes came. The page must be there."""
    whole, _, query = path.partition("?")
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "path": whole, "raw_path": whole.encode(), "query_string": query.encode(),
        "headers": [(b"host", f"localhost:{PORT}".encode())], "scheme": "http", "root_path": "", "server": ("127.0.0.1", PORT),
    }  # fmt: skip
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    before = time.process_time()
    asyncio.run(application(scope, receive, send))
    spent = time.process_time() - before
    assert said[0]["status"] == 200, (path, said[0]["status"])
    return spent, sum(len(message.get("body", b"")) for message in said[1:])


def start(store: Path, path: str) -> tuple[float, float]:
    """Return seconds of wall clock from nothing to a start's first page, and of the server's CPU until then."""
    command = [sys.executable, "-m", "archiver", "replay", "--port", "0", "--json", "--snapshots", str(store)]
    before = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        origin = json.loads(process.stdout.readline())["url"]
        with urllib.request.urlopen(origin.rstrip("/") + path) as answer:
            answer.read()
        spent = time.monotonic() - before
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        process.terminate()
    return spent, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Generate, measure, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--snapshots", type=int, default=10_000)
    options.add_argument("--store", type=Path, help="keep the archive here, and use it where it is there")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = chosen.store or Path(folder) / "store"
        if not (store / "catalog.sqlite").exists():
            before = time.process_time()
            generate(store, chosen.snapshots)
            print(f"generated {chosen.snapshots:,} snapshots of {CITATIONS} citations in {time.process_time() - before:.0f} s CPU")
        report(store)


def report(store: Path) -> None:
    """Print what each kind of page costs."""
    names = sorted(path.parent.relative_to(store).as_posix() for path in store.glob("*/*/*/manifest.json"))
    some, application = random.Random(3).sample(names, REPEATS + 1), server.application(store, PORT)
    pages = {
        "articles": lambda _: "/",
        "articles, page 150": lambda _: "/?page=150",
        "articles, searched": lambda _: "/?q=harbour+%D9%88%D8%B2%D9%8A%D8%B1",
        "articles, one outcome, most missing": lambda _: "/?outcome=failed&sort=missing",
        "figures": lambda _: "/figures",
        "one article": lambda name: f"/snapshot/{name}/",
        "one citation": lambda name: f"/snapshot/{name}/citation/7",
        "one record": lambda name: f"/snapshot/{name}/record/" + _record(store, name),
        "one URL": lambda name: "/url?url=" + json.loads((store / name / "manifest.json").read_bytes())["citations"][0]["url"],
    }
    print(f"\n{len(names):,} snapshots; catalog {(store / 'catalog.sqlite').stat().st_size / 1e6:.0f} MB; CPU milliseconds a page")
    print(f"{'page':38}{'first':>8}{'median':>8}{'most':>8}{'kB':>7}")
    for title, path in pages.items():
        costs = [ask(application, path(name)) for name in some]
        first, rest = costs[0][0], [cost for cost, _ in costs[1:]]
        print(f"{title:38}{first * 1e3:8.1f}{statistics.median(rest) * 1e3:8.1f}{max(rest) * 1e3:8.1f}{costs[-1][1] / 1e3:7.0f}")
    wall, cpu = min(start(store, "/") for _ in range(3))
    print(f"\nstart, from nothing to the first page: {wall:.2f} s, {cpu:.2f} s CPU")


def _record(store: Path, name: str) -> str:
    manifest = json.loads((store / name / "manifest.json").read_bytes())
    return manifest["citations"][3]["captures"][0]["records"][0]["id"].rpartition(":")[2].strip(">").replace("-", "")


if __name__ == "__main__":
    main()
