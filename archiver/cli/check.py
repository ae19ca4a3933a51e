"""Check: look at what was captured, from the records alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from archiver.cli import terminal
from archiver.cli.command import Options, command, emit
from archiver.errors import NotArchived


@command
def check(
    snapshot: Annotated[Path, typer.Argument(metavar="SNAPSHOT", help="A finished snapshot of the store: path or name.")],
    *,
    options: Options,
) -> None:
    """Replay every capture in a headless browser from the records alone, and write what it showed into the article's next version."""
    from archiver.service import check as checking

    with terminal.bar(quiet=options.quiet or options.json) as bar:
        done = checking.run(snapshot, options.snapshots, options.config, bar)
    if options.json:
        emit(done.as_json())
    elif not options.quiet:
        for one in done.verdicts:
            print(terminal.plain(f"{one.verdict:7} {one.url}  {one.reason}"))
        print(f"{len(done.verdicts) - done.bad} of {len(done.verdicts)} show what was captured; written to {done.archived.path}")
    if done.bad:
        raise NotArchived(f"{done.bad} of {len(done.verdicts)} captures do not show what was captured; `checks` in the manifest says which")
