"""A running `archiver replay`, and requests to it as any program or browser would send them."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True, slots=True)
class Replay:
    """The server's process, and the port it listens on."""

    process: subprocess.Popen[str]
    port: int

    def get(self, path: str, host: str | None = None, method: str = "GET", **headers: str) -> Answer:
        """Send one request; `host` without the port; header names with `_` for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given.setdefault("Host", f"{host or 'localhost'}:{self.port}")
        connection.request(method, path, headers=given)
        answer = connection.getresponse()
        made = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        connection.close()
        return made

    def follow(self, url: str, **headers: str) -> Answer:
        """Send one request to a URL of this server."""
        parts = urlsplit(url)
        return self.get(parts.path + (f"?{parts.query}" if parts.query else ""), parts.hostname, **headers)


@contextmanager
def replaying(store: Path) -> Iterator[Replay]:
    """Run the command over a store."""
    command = [sys.executable, "-m", "archiver", "replay", "--port", "0", "--json", "--snapshots", str(store)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield Replay(process, urlsplit(json.loads(process.stdout.readline())["url"]).port or 80)
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
