"""Doctor: what is there, what is missing, and which platforms' endpoints work today."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli import terminal
from archiver.cli.command import Options, command, emit

if TYPE_CHECKING:
    from archiver.service.doctor import Report

Endpoints = Annotated[bool, typer.Option("--endpoints", help="Ask each platform of [canary] for its known post.")]
Clock = Annotated[str, typer.Option("--clock", metavar="URL", help="Compare the clock with this server's.")]
STYLE = {"ok": "green", "missing": "yellow", "works": "green", "FAULT": "red", "fails": "red"}


@command
def doctor(*, endpoints: Endpoints = False, clock: Clock = "", options: Options) -> None:
    """Check extras, browser, disk, clock and trust roots; no network unless asked. Exit 1 where something needed is not well."""
    from archiver.service.doctor import examine

    report = asyncio.run(examine(options.snapshots, options.config, clock=clock, endpoints=endpoints))
    if options.json:
        emit(report.as_json())
    elif not options.quiet:
        _show(report)
    report.check()


def _show(report: Report) -> None:
    out = terminal.console()
    rows = [
        ("ok" if one.ok else "FAULT" if one.needed else "missing", one.name, one.found, "" if one.ok else one.remedy)
        for one in report.checks
    ]
    out.print(terminal.table(("", "what", "found", "what to do"), rows, style=(0, STYLE)))
    tiers = [
        ("works" if tier.works else "fails", one.platform, f"{tier.purpose} ({tier.tier})", f"{tier.state}: {tier.reason}")
        for one in report.canaries
        for tier in one.tiers
    ]
    faults = [("FAULT", one.platform, one.url, one.fault) for one in report.canaries if one.fault]
    if tiers or faults:
        out.print()
        out.print(terminal.table(("", "platform", "endpoint", "answer"), [*tiers, *faults], style=(0, STYLE)))
