"""What every command has: the application, the options that all take, and machine output.

A command is a function with a keyword `options: Options`, decorated with `command`; one module holds the commands of one subject.
"""

from __future__ import annotations

import functools
import inspect
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from archiver.config import Config, load

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
DEFAULT_CONFIG = Path("archiver.toml")


@dataclass(frozen=True, slots=True)
class Options:
    """The options that every command takes."""

    snapshots: Path
    config: Config
    json: bool
    quiet: bool
    file: Path | None = None  # of the configuration


Snapshots = Annotated[Path, typer.Option("--snapshots", metavar="DIR", envvar="ARCHIVER_SNAPSHOTS", help="Where snapshots are kept.")]
Configuration = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", envvar="ARCHIVER_CONFIG", help="Default: archiver.toml, if there is one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine output on stdout, nothing else there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log every request; show tracebacks.")]


def command(function: Callable[..., None], *, group: typer.Typer = app) -> Callable[..., None]:
    """Register a command and give it the options that every command takes, as one `Options`; `group` is where, if not at the top."""
    common = {
        "snapshots": (Snapshots, Path("snapshots")),
        "config": (Configuration, None),
        "as_json": (AsJson, False),
        "quiet": (Quiet, False),
        "verbose": (Verbose, False),
    }

    @functools.wraps(function)
    def run(snapshots: Path, config: Path | None, as_json: bool, quiet: bool, verbose: bool, **own: Any) -> None:
        logging.basicConfig(stream=sys.stderr, level=logging.INFO if verbose else logging.ERROR, format="%(asctime)s %(message)s")
        named = config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
        function(options=Options(snapshots, load(named), as_json, quiet, named), **own)

    own = [p for name, p in inspect.signature(function, eval_str=True).parameters.items() if name != "options"]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in common.items()
    ]
    run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *shared)}
    group.command(name=function.__name__, help=function.__doc__)(run)
    return function


def emit(data: Any) -> None:
    """Print machine output: UTF-8 JSON, readable as it is."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
