"""What our transport costs beside httpx's own: URLs per second and client CPU per URL, one process, 16 at once, keep-alive, loopback.

    python benchmarks/transport.py [--urls 2000] [--rounds 5]

Served by nginx where it is installed (plain and TLS), else by the scripted server in another process (plain only). Interleaved rounds,
medians; a line says which server it was. "wire" is `WireTransport.get`, "httpx on wire" an httpx.AsyncClient above it, "httpx" the client
as it comes, its body read raw.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import trustme

from archiver.fetch.guard import Guard
from archiver.fetch.tls import Trust
from archiver.fetch.transport import WireTransport

SIZES = {"26 kB": 26_000, "140 kB": 140_000}
AT_ONCE = 16
NGINX = """
worker_processes 1; daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log crit;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  client_body_temp_path {folder}/t; proxy_temp_path {folder}/t;
  fastcgi_temp_path {folder}/t; uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
  server {{
    listen 127.0.0.1:{plain}; listen 127.0.0.1:{protected} ssl; root {folder}/www;
    ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem; ssl_session_cache off;
  }}
}}
"""
SCRIPTED = """
import asyncio, sys
from archiver.service.demo.server import LoopbackServer, page
async def main():
    await LoopbackServer({("*", "/" + n): page(b"b" * int(n)) for n in sys.argv[2:]}, port=int(sys.argv[1])).start()
    await asyncio.Event().wait()
asyncio.run(main())
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def served(folder: Path) -> Iterator[dict[str, int]]:
    """Serve the bodies; give the port of each scheme."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    plain, protected = free_port(), free_port()
    ports = {"http": plain}
    if nginx := shutil.which("nginx"):
        (folder / "www").mkdir()
        for size in SIZES.values():
            (folder / "www" / str(size)).write_bytes(os.urandom(size))
        for path in (folder, folder / "www"):
            path.chmod(0o755)
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, plain=plain, protected=protected))
        command = [nginx, "-c", str(folder / "nginx.conf")]
        ports["https"] = protected
    else:
        command = [sys.executable, "-c", SCRIPTED, str(plain), *map(str, SIZES.values())]
    print("served by", Path(command[0]).name)
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", plain), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield ports
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


async def many(urls: int, ask: Callable[[], Awaitable[int]], size: int) -> None:
    left = urls

    async def worker() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            assert await ask() == size

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))


async def wire(url: str, size: int, urls: int, trust: Trust) -> None:
    async with WireTransport(guard=Guard(allow_private_addresses=True), trust=trust) as transport:

        async def ask() -> int:
            exchange = await transport.get(url, [("Accept", "*/*"), ("Accept-Encoding", "gzip"), ("User-Agent", "bench")])
            length = exchange.body_length
            exchange.close()
            return length

        await many(urls, ask, size)


async def read_by(client: httpx.AsyncClient, url: str, size: int, urls: int) -> None:
    async def ask() -> int:
        async with client.stream("GET", url) as answer:
            return sum([len(part) async for part in answer.aiter_raw()])

    async with client:
        await many(urls, ask, size)


async def httpx_on_wire(url: str, size: int, urls: int, trust: Trust) -> None:
    transport = WireTransport(guard=Guard(allow_private_addresses=True), trust=trust)
    await read_by(httpx.AsyncClient(transport=transport), url, size, urls)


async def httpx_alone(url: str, size: int, urls: int, trust: Trust) -> None:
    context: ssl.SSLContext = trust.strict
    await read_by(httpx.AsyncClient(verify=context, trust_env=False), url, size, urls)


CLIENTS = {"wire": wire, "httpx on wire": httpx_on_wire, "httpx": httpx_alone}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--urls", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as ports:
        trust = Trust(str(Path(folder) / "ca.pem"))
        for scheme, port in ports.items():
            for name, size in SIZES.items():
                measured: dict[str, list[tuple[float, float]]] = {client: [] for client in CLIENTS}
                for _ in range(given.rounds):
                    for client, run in CLIENTS.items():
                        before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
                        asyncio.run(run(f"{scheme}://127.0.0.1:{port}/{size}", size, given.urls, trust))
                        wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
                        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                        measured[client].append((given.urls / wall, 1000 * cpu / given.urls))
                for client, rounds in measured.items():
                    rate, cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
                    baseline = statistics.median(cpu for _, cpu in measured["httpx"])
                    print(f"{scheme:5} {name:>6}  {client:13} {rate:6.0f} URL/s  {cpu:6.3f} CPU ms/URL  {baseline / cpu:4.1f} x")


if __name__ == "__main__":
    main()
