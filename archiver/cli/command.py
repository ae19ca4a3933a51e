"""What every command has: the application, the options that all take, and machine output.

A command is a function with a keyword `options: Options`, decorated with `command`; one module holds the commands of one subject.
"""

from __future__ import annotations

import functools
import inspect
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from archiver.cli import log
from archiver.config import Config, load
from archiver.errors import UsageError

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
    verbose: bool = False


# Each may also stand before the command, where many people look for what is common to all.
Snapshots = Annotated[Path, typer.Option("--snapshots", metavar="DIR", envvar="ARCHIVER_SNAPSHOTS", help="Where snapshots are kept.")]
Configuration = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", envvar="ARCHIVER_CONFIG", help="Default: archiver.toml, if there is one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine output on stdout, nothing else there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary: only errors, and what was asked to be shown.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log every request; show tracebacks.")]
COMMON: dict[str, tuple[Any, Any]] = {
    "snapshots": (Snapshots, Path("snapshots")),
    "config": (Configuration, None),
    "as_json": (AsJson, False),
    "quiet": (Quiet, False),
    "verbose": (Verbose, False),
}


def command(function: Callable[..., None], *, group: typer.Typer = app) -> Callable[..., None]:
    """Register a command and give it the options that every command takes, as one `Options`; `group` is where, if not at the top."""

    @functools.wraps(function)
    def run(context: typer.Context, **given: Any) -> None:
        said = {name: _said(context, name, given.pop(name)) for name in COMMON}
        log.to_stderr(verbose=said["verbose"])
        named = said["config"] or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
        function(options=Options(said["snapshots"], load(named), said["as_json"], said["quiet"], named, said["verbose"]), **given)

    _declare(run, function)
    doc = " ".join((function.__doc__ or "").split())
    # The list of commands has the whole first sentence: cut short by Typer it says "when it is..." and no more.
    group.command(name=function.__name__, help=doc, short_help=doc.partition(". ")[0].removesuffix(".") + ".")(run)
    return function


def top(function: Callable[..., None]) -> Callable[..., None]:
    """Register what runs before every command, and let the options that every command takes stand before it."""

    @functools.wraps(function)
    def run(context: typer.Context, **given: Any) -> None:
        del context
        function(**{name: value for name, value in given.items() if name not in COMMON})

    _declare(run, function)
    app.callback(invoke_without_command=True)(run)
    return function


def _declare(run: Any, function: Callable[..., None]) -> None:
    """Give `run` the parameters of `function`, then those that every command takes."""
    kind = inspect.Parameter.KEYWORD_ONLY
    context = inspect.Parameter("context", kind, annotation=typer.Context)
    own = [one.replace(kind=kind) for name, one in inspect.signature(function, eval_str=True).parameters.items() if name != "options"]
    shared = [inspect.Parameter(name, kind, annotation=hint, default=default) for name, (hint, default) in COMMON.items()]
    run.__signature__ = inspect.Signature([context, *own, *shared])
    run.__annotations__ = {one.name: one.annotation for one in (context, *own, *shared)}


def _said(context: typer.Context, name: str, value: Any) -> Any:
    """Return an option's value: as it was given behind the command, else before it, else from the environment or its default."""
    root = context.find_root()
    typed = {one: one.get_parameter_source(name) for one in (context, root)}
    behind, before = (source is not None and source.name == "COMMANDLINE" for source in (typed[context], typed[root]))
    return root.params[name] if before and not behind else value


def emit(data: Any) -> None:
    """Print machine output: UTF-8 JSON, readable as it is."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def line(data: Any) -> None:
    """Print machine output of a command that stays up: one JSON object a line, at once."""
    print(json.dumps(data, ensure_ascii=False), flush=True)


def one_form(options: Options, **asked: bool) -> None:
    """Refuse output in two forms at once: `asked` are the options that want one, by name. UsageError names them."""
    wanted = [f"--{name.replace('_', '-')}" for name, so in {**asked, "json": options.json}.items() if so]
    if len(wanted) > 1:
        raise UsageError(f"{' and '.join(wanted)} are forms of the same output: choose one")
