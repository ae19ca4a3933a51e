"""Replay: serve what is archived, on loopback."""

from __future__ import annotations

from typing import Annotated

import typer

from archiver.cli.command import Options, command, line

Port = Annotated[
    int | None,
    typer.Option("--port", metavar="N", min=0, max=65535, help="Where to listen on 127.0.0.1; 0: any free port. Default: 8642."),
]


@command
def replay(*, port: Port = None, options: Options) -> None:
    """Serve the archive on loopback: dashboard, articles with their sources in place, mementos. Ends with Ctrl-C."""
    from archiver.replay import server

    def ready(url: str) -> None:
        if options.json:
            line({"schema": "archiver.replay/1", "url": url})
        elif not options.quiet:
            print(f"The archive in {options.snapshots} is at {url} (Ctrl-C ends)", flush=True)

    server.serve(options.snapshots, server.PORT if port is None else port, ready)
