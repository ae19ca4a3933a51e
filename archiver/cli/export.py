"""Exports and the keys they are signed with."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from archiver.cli.command import Options, app, command, emit
from archiver.errors import UsageError

keys = typer.Typer(no_args_is_help=True, help="The key that exports are signed with.", rich_markup_mode=None)
app.add_typer(keys, name="key")
FORMATS = "wacz, robust-links, annotations, csv, report, bagit"  # said again here, because to import them takes as long as all else


@command
def export(
    format_: Annotated[str, typer.Argument(metavar="FORMAT", help=f"One of {FORMATS}.")],
    named: Annotated[list[str], typer.Argument(metavar="SNAPSHOT", help="Paths, names in the store, or sources: their latest snapshot.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="- for stdout. Default: a file here, named after snapshot and format."),
    ] = None,
    sign: Annotated[bool, typer.Option("--sign", help="wacz: sign with the key of `archiver key new`.")] = False,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="wacz: sign with this key.")] = None,
    timestamp: Annotated[str, typer.Option("--timestamp", metavar="URL", help="wacz: have it stamped by an RFC 3161 authority.")] = "",
    base_url: Annotated[str, typer.Option("--base-url", metavar="URL", help="Where your archive is served; links lead there.")] = "",
    options: Options,
) -> None:
    """Write snapshots in a form that others work with."""
    from archiver.service.export import formats

    if str(output) == "-" and options.json:
        raise UsageError("-o - and --json both want standard output: name a file with -o")
    order = formats.Order(format_, tuple(named), output, key, sign, timestamp, base_url)
    made = formats.export(order, options.snapshots, options.config)
    if isinstance(made, str):
        sys.stdout.write(made)
    elif options.json:
        emit({"schema": "archiver.export/1", "format": format_, "path": str(made), "bytes": _size(made)})
    elif not options.quiet:
        print(made)


def _size(made: Path) -> int:
    """Return the bytes of a file, or of all files of a bag."""
    return sum(one.stat().st_size for one in made.rglob("*") if one.is_file()) if made.is_dir() else made.stat().st_size


@partial(command, group=keys)
def new(
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Default: key.pem in your configuration folder.")
    ] = None,
    options: Options,
) -> None:
    """Make a signing key; an existing file is never overwritten."""
    from archiver.record.wacz import extra

    path = output or extra.default_key()
    made = extra.signature().Key.new(path)
    if options.json:
        emit({"schema": "archiver.key/1", "path": str(path), "fingerprint": made.fingerprint})
    elif not options.quiet:
        print(f"{path}\nfingerprint (publish it where your readers look): {made.fingerprint}")
