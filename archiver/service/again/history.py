"""History: what became of each citation of an article, look by look, from the manifests of its chain alone.

    captured -> edited -> deleted, each with its time, its state, and where to see it

What was carried is no look, and is left out; looks that brought nothing new are counted, not listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archiver.errors import IntegrityError, VersionError
from archiver.record import layout
from archiver.record.catalog.catalog import Catalog
from archiver.replay.address import page_url

SCHEMA = "archiver.history/1"


def history(catalog: Catalog, name: str) -> dict[str, Any]:
    """Return the history of an article whose head is the snapshot `name`: its versions, and each citation's looks, by number."""
    manifests = [catalog.manifest(one) for one in reversed(catalog.chains.chain(name))]
    versions = [_version(one) for one in manifests]
    citations = []
    for citation in manifests[-1]["citations"] if manifests else ():
        steps = [step for one in manifests if (step := _step(one, citation["key"])) is not None]
        citations.append({**_named(citation), "history": _told(steps)})
    return {"schema": SCHEMA, "snapshot": name, "versions": versions, "citations": citations}


def of_article(store: Path, name: str) -> dict[str, Any]:
    """Return the history that a store's catalog knows of a snapshot and those before it; without looks where it knows none."""
    try:
        if (store / layout.CATALOG).is_file():
            with Catalog(store) as catalog:
                return history(catalog, name)
    except (IntegrityError, VersionError):
        pass  # of another version, or a manifest before this one cannot be read: what this snapshot says of itself is still shown
    return {"schema": SCHEMA, "snapshot": name, "versions": [], "citations": []}


def _version(manifest: Mapping[str, Any]) -> dict[str, Any]:
    revision = manifest["article"].get("revision") or {}
    return {
        "snapshot": manifest["snapshot"],
        "started": manifest["run"]["started"],
        "trigger": manifest["run"].get("trigger"),
        "changes": revision.get("changes") or [],
        "located": revision.get("located"),
    }


def _named(citation: Mapping[str, Any]) -> dict[str, Any]:
    return {key: citation[key] for key in ("number", "key", "kind", "platform", "url", "outcome", "state", "reason", "next_attempt")}


def _step(manifest: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    """Return what one snapshot says of a citation; None where it did not ask for it."""
    citation = next((one for one in manifest["citations"] if one["key"] == key), None)
    said = (citation or {}).get("history") or {}
    if citation is None or citation["outcome"] is None or said.get("carried"):
        return None
    shown = [one for one in citation["captures"] if one["role"] == "seed"]
    best = next((one for one in reversed(shown) if one["state"] == citation["state"]), shown[-1] if shown else None)
    return {
        "at": said.get("asked") or manifest["run"]["started"],
        "snapshot": manifest["snapshot"],
        "word": _word(citation, said),
        "changes": said.get("changes") or [],
        "outcome": citation["outcome"],
        "state": citation["state"],
        "reason": citation["reason"],
        "difference": said.get("difference"),
        "replay": _replay(manifest["snapshot"], citation["number"], best),
    }


def _word(citation: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    changes = said.get("changes") or []
    return ", ".join(one.replace("_", " ") for one in changes) or ("unchanged" if said.get("since") else str(citation["outcome"]))


def _replay(snapshot: str, number: int, capture: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Return where `archiver replay` shows it: the citation's page, and the memento by its time and URL."""
    if capture is None:
        return None
    moment = "".join(c for c in capture["started"][:19] if c in "0123456789")
    return {"page": f"{page_url(snapshot)}citation/{number}", "memento": f"/web/{moment}/{capture['url']}", "capture": capture["id"]}


def _told(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the looks that brought something, and of those in between how many there were and when the last was."""
    found: list[dict[str, Any]] = []
    for step in steps:
        if step["word"] == "unchanged" and found:
            found[-1]["looks_since"], found[-1]["last_look"] = found[-1].get("looks_since", 0) + 1, step["at"]
        else:
            found.append(step)
    return found
