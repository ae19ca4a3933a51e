"""The commands of scheduled runs: `run`, `schedule`, `keep`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from archiver.cli.command import Options, command, emit, line, one_form

Log = Annotated[str, typer.Option("--log", metavar="text|json", help="How log lines look. Default: run.log of the configuration, or text.")]


@command
def run(
    *,
    wait: Annotated[
        float | None,
        typer.Option(
            "--wait",
            metavar="SECONDS",
            min=0,
            help="Wait so long for another run to end; then say who it is, and exit 0. Default: exit 1 at once.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is due and what the keep rules would remove; do nothing.")] = False,
    log: Log = "",
    options: Options,
) -> None:
    """Do one scheduled run: sources, rechecks and retries that are due; then exit. Safe to start twice. What it finds are events."""
    from archiver.cli.log import log_runs
    from archiver.cli.tables import show_pass, show_plan
    from archiver.cli.terminal import bar as progress
    from archiver.service.runs import passes

    log_runs(log or options.config.run.log, quiet=options.quiet or not (log or options.config.run.log == "json"), verbose=options.verbose)
    if dry_run:
        planned = passes.plan(options.snapshots, options.config)
        emit(planned) if options.json else show_plan(planned)
        return
    with progress(quiet=options.quiet or options.json) as bar:
        made = passes.once(options.snapshots, options.config, bar, wait)
    if options.json:
        emit(made)
    elif not options.quiet:
        show_pass(made)


@command
def schedule(
    *,
    print_systemd: Annotated[bool, typer.Option("--print-systemd", help="Print systemd units instead.")] = False,
    print_cron: Annotated[bool, typer.Option("--print-cron", help="Print crontab lines instead.")] = False,
    log: Log = "",
    options: Options,
) -> None:
    """Stay up and run what is due, when it is due. SIGTERM ends it."""
    from archiver.cli.log import log_runs
    from archiver.cli.terminal import bar as progress
    from archiver.service.runs import passes
    from archiver.service.runs import schedule as scheduling

    if print_systemd or print_cron:
        one_form(options, print_systemd=print_systemd, print_cron=print_cron)
        sys.stdout.write(scheduling.units("systemd" if print_systemd else "cron", options.snapshots, options.file, options.config))
        return
    log_runs(log or options.config.run.log, quiet=options.quiet, verbose=options.verbose)
    with progress(quiet=True) as bar:
        scheduling.stay(options.snapshots, options.config, bar, passes.canary, line if options.json else None)


@command
def keep(
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Remove now what the rules let go; without it, only say what that is.")] = False,
    options: Options,
) -> None:
    """Show which snapshots the keep rules of the configuration let go, and remove them on request."""
    from archiver.cli.tables import show_keep
    from archiver.service.runs import passes

    found = passes.keep(options.snapshots, options.config, remove=remove)
    emit(found) if options.json else show_keep(found)
