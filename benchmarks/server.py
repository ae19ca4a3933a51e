"""nginx on loopback: faster than anything measured here, so that what is measured is the contender."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIGURATION = """
{user}
worker_processes 1;
pid {run}/nginx.pid;
error_log {run}/error.log;
events {{ worker_connections 1024; }}
http {{
    types {{ text/html html; image/jpeg jpg; application/json json; }}
    default_type application/octet-stream;
    access_log off; sendfile on; tcp_nopush on; tcp_nodelay on;
    keepalive_timeout 300; keepalive_requests 1000000;
    client_body_temp_path {run}/body; proxy_temp_path {run}/proxy; fastcgi_temp_path {run}/fastcgi;
    uwsgi_temp_path {run}/uwsgi; scgi_temp_path {run}/scgi;
    server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


class Missing(Exception):  # noqa: N818 - it is a finding about the machine
    """A program that the benchmark needs is not there; the message says how to get it."""


def require(*programs: str) -> None:
    """Make sure that `programs` can be run; as root on Debian, install what is missing."""
    packages = {"nginx": "nginx-light"}
    missing = [name for name in programs if not _find(name)]
    wanted = [packages.get(name, name) for name in missing]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"installing {' '.join(wanted)} …")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *wanted], **quiet)
        missing = [name for name in missing if not _find(name)]
    if missing:
        raise Missing(f"the benchmark needs {' and '.join(missing)}; as root: apt-get install -y {' '.join(wanted)}")


@contextmanager
def nginx(root: Path, run: Path) -> Iterator[str]:
    """Serve `root` on a free port of loopback and yield its base URL; `run` is a folder for its own files."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    user = "user root;" if os.geteuid() == 0 else ""
    run.mkdir(parents=True, exist_ok=True)
    file = run / "nginx.conf"
    file.write_text(CONFIGURATION.format(user=user, run=run, root=root, port=port))
    server = subprocess.Popen([_find("nginx"), "-c", str(file), "-p", str(run), "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    try:
        _wait(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _find(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin:/sbin")


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        if server.poll() is not None:
            raise Missing("nginx did not start; see error.log in its folder")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise Missing("nginx does not listen")
