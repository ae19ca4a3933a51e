"""Event: what people are told of a finished snapshot. Pure: the same manifest gives the same events, under the same keys.

So nothing is lost between a snapshot and its telling: a run that was killed after it finished one finds it unnoticed, and gets the same
events again; and nothing is told twice, for a key is entered once.

    problems          a first capture in which some citations of the body are missing: one event, with all of them
    deleted           the source says that it is gone
    unavailable       the source no longer shows it to everybody
    edited            other words than the look before had; at a first capture, other words than the article quotes
    different_author  somebody else wrote it than the article says
    rescued           an archived copy was found of what is gone
    failed            given up: not tried again by itself
    restored, moved   it is back; it answers at another address
    article           the article itself was edited, or is gone: citations added, removed, moved
    disk, canary      not of a snapshot: the disk runs full; a platform cannot be captured from, or can be again
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from archiver.embed.comparison import GONE
from archiver.fetch.verdict import is_copy

Told = tuple[str, str, dict[str, Any]]  # key, kind, what is said
KINDS = {"given_up": "failed"}
SHOWN = 20  # citations that one event lists


def events(manifest: Mapping[str, Any]) -> list[Told]:
    """Return the events of a finished snapshot, in reading order."""
    found = list(_of_article(manifest))
    for citation in manifest["citations"]:
        history = citation.get("history")
        changes = history["changes"] if history else _first(citation)
        found += [_told(manifest, citation, KINDS.get(change, change)) for change in dict.fromkeys(changes) if citation["in_body"]]
    if manifest.get("predecessor") is None:
        missing = [one for one in manifest["citations"] if one["in_body"] and one["outcome"] not in (None, "captured")]
        if missing:
            said = _about(manifest) | {"missing": [_named(one) for one in missing[:SHOWN]], "number": len(missing)}
            found.append((key(manifest["snapshot"], "problems"), "problems", said))
    return found


def key(*parts: object) -> str:
    """Return the name under which something is told once."""
    return hashlib.sha256("\n".join(map(str, parts)).encode("utf8", "surrogatepass")).hexdigest()[:32]


def _first(citation: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is to be told of a citation that was captured for the first time."""
    if citation["outcome"] is None:
        return
    if citation["state"] in GONE:
        yield "deleted"
    verdict = (citation["comparison"] or {}).get("verdict")
    if verdict in ("edited", "different_author"):
        yield verdict
    if is_copy(citation["outcome"], citation["state"]):
        yield "rescued"
    if citation["outcome"] == "failed" and citation["next_attempt"] is None:
        yield "given_up"


def _of_article(manifest: Mapping[str, Any]) -> Iterator[Told]:
    revision = manifest["article"].get("revision")
    if not revision or not revision["changes"]:
        return
    located = revision["located"] or {"added": [], "removed": [], "counts": {}}
    said = {name: revision[name] for name in ("changes", "added", "removed", "title")}
    said |= {"citations_added": located["added"], "citations_removed": located["removed"], "places": located["counts"]}
    yield key(manifest["snapshot"], "article"), "article", _about(manifest) | said


def _told(manifest: Mapping[str, Any], citation: Mapping[str, Any], kind: str) -> Told:
    history = citation.get("history") or {}
    said = _about(manifest) | _named(citation)
    said |= {"since": history.get("since"), "was": history.get("was"), "difference": history.get("difference")}
    if kind in ("edited", "different_author") and citation["comparison"]:
        said["comparison"] = {name: citation["comparison"][name] for name in ("verdict", "claimed", "captured")}
    return key(manifest["snapshot"], citation["key"], citation["number"], kind), kind, said


def _about(manifest: Mapping[str, Any]) -> dict[str, Any]:
    article = manifest["article"]
    return {
        "article": article.get("title") or article["source"],
        "source": article["source"],
        "url": article["url"],
        "snapshot": manifest["snapshot"],
        "noticed": manifest["run"]["finished"],
    }


def _named(citation: Mapping[str, Any]) -> dict[str, Any]:
    place = citation["places"][0] if citation["places"] else None
    names = {
        "citation": "number", "key": "key", "platform": "platform", "cited": "url", "outcome": "outcome", "state": "state",
        "reason": "reason",
    }  # fmt: skip
    words = f"{place['prefix']}{place['exact']}{place['suffix']}" if place else ""
    return {name: citation[field] for name, field in names.items()} | {"sentence": " ".join(words.split())}
