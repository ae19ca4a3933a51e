"""What a person sees of scheduled runs: a pass, a plan, what goes, an article's history."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from archiver.cli.terminal import console, counted, moment, plain, table

GLIMPSE = 5  # phrases of each side that are shown


def show_pass(made: dict[str, Any]) -> None:
    """Print what a run did, a line a thing."""
    out = console()
    if "held_by" in made:
        out.print(Text(plain(f"another run works on this store: {made['held_by']}; nothing was done")))
        return
    counts = (("polled", "source"), ("snapshots", "snapshot"), ("events", "event"))
    out.print(Text(", ".join(counted(len(made[key]), noun) + " polled" * (noun == "source") for key, noun in counts)))
    rows = [(one["kind"].replace("_", " "), one.get("cited") or one.get("key") or "", one.get("article") or "") for one in made["events"]]
    if rows:
        out.print(table(("event", "of", "article"), rows))
    for problem in made["problems"]:
        out.print(Text(plain(f"problem: {problem}"), style="yellow"))
    for one in made["to_remove"]:
        out.print(Text(plain(f"to be removed: {one['snapshot']} ({one['why']})")))
    out.print(Text(plain(f"report: {made['report'] or 'none'}; next due: {moment(made['due_next']) or 'nothing'}")))


def show_plan(plan: dict[str, Any]) -> None:
    """Print what a run would do."""
    out = console()
    out.print(
        table(("source", "slot that is due", "next"), [(one["source"], moment(one["slot"]), moment(one["next"])) for one in plan["polls"]])
    )
    for name in plan["items"]:
        out.print(Text(plain(f"to archive: {name}")))
    for one in plan["visits"]:
        what = counted(len(one["citations"]), "citation") + (" and the article" if one["article"] else "")
        out.print(Text(plain(f"{one['why']}: {one['source']}: {what}")))
    for one in plan["to_remove"]:
        out.print(Text(plain(f"to be removed: {one['snapshot']} ({one['why']}; {one['bytes']:,} bytes)")))


def show_keep(found: dict[str, Any]) -> None:
    """Print which snapshots go, or went."""
    out = console()
    for one in found["snapshots"]:
        out.print(Text(plain(f"{one['snapshot']}: {one['why']}; {one['bytes']:,} bytes")))
    word = "removed" if found["removed"] else "would be removed (--remove does it)"
    out.print(Text(f"{counted(len(found['snapshots']), 'snapshot')}, {found['bytes']:,} bytes, {word}"))


def show_history(history: dict[str, Any]) -> None:
    """Print what became of each citation, look by look."""
    out = console()
    if len(history["versions"]) < 2:
        return
    out.print(Text(f"{counted(len(history['versions']), 'snapshot')} since {moment(history['versions'][0]['started'])}", style="bold"))
    for version in history["versions"]:
        if version["changes"]:
            out.print(Text(plain(f"article {', '.join(version['changes'])} {moment(version['started'])} ({version['snapshot']})")))
    for citation in filter(lambda one: one["history"], history["citations"]):
        steps = " → ".join(f"{step['word']} {step['at'][:16]}" for step in citation["history"])
        out.print(Text(plain(f"{citation['number']} {citation['url'] or citation['key']}: {steps}")))


def show_looks(steps: list[dict[str, Any]]) -> None:
    """Print the looks at one citation, with where to see each, and what each changed."""
    out = console()
    rows = [(moment(step["at"]), step["word"], step["state"], step.get("looks_since", ""), _replay(step)) for step in steps]
    out.print(table(("looked at", "found", "state", "unchanged looks after", "replay"), rows))
    for step in steps:
        difference = step["difference"] or {}
        for sign, side in (("-", "removed"), ("+", "added")):
            for phrase in (difference.get(side) or [])[:GLIMPSE]:
                out.print(Text(plain(f"  {step['at'][:10]} {sign} {phrase}"), style="green" if sign == "+" else "red"))


def _replay(step: dict[str, Any]) -> str:
    return step["replay"]["page"] if step["replay"] else ""
