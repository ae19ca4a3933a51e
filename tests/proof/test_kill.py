"""SIGKILL at random moments of `archiver article`, and the same command again, until it is done.

Promises (contract, reliability A7 #1): no acknowledged capture is lost, no WARC file is unreadable, nothing acknowledged is fetched twice.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from archiver.record.entry import Entry
from tests.proof.forty import Sources, whole

LONGEST = 0.9  # seconds into a run at which it may be killed


@dataclass
class Toll:
    """What the kills did."""

    kills: int = 0
    runs: int = 0
    torn: int = 0
    refetched: list[str] = field(default_factory=list)
    acknowledged: dict[tuple[str, int], Entry] = field(default_factory=dict)


@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=pytest.mark.proof)])
def test_nothing_acknowledged_is_lost_or_fetched_again_by_kills(sources: Sources, kills: int) -> None:
    toll, dice = Toll(), random.Random(kills)
    while toll.kills < kills:
        _archive_through_kills(sources, toll, dice, kills)
        _prove(sources, toll)
        _begin_anew(sources, toll)
    print(f"{toll.kills} SIGKILLs in {toll.runs} runs, {toll.torn} torn tails, 0 lost, 0 unreadable, 0 fetched twice")
    assert toll.kills >= kills


def _archive_through_kills(sources: Sources, toll: Toll, dice: random.Random, kills: int) -> None:
    """Run and kill until a run finishes by itself; after each kill, read back what was acknowledged."""
    while not sources.finished():
        heard = len(sources.server.log)
        killed, torn = _one_run(sources, dice, spare=toll.kills >= kills)
        toll.runs += 1
        toll.kills += killed
        toll.torn += torn
        before = {entry.url for entry in toll.acknowledged.values() if entry.type in ("response", "revisit")}
        toll.refetched += [url for url in sources.asked(heard) if url in before]
        toll.acknowledged |= {(entry.file, entry.offset): entry for entry in sources.acknowledged()}


def _one_run(sources: Sources, dice: random.Random, *, spare: bool) -> tuple[bool, bool]:
    """Start the command and kill it at a random moment, one time in four while it still starts; tell whether it was killed, and torn."""
    heard, early = len(sources.server.log), dice.random()
    process = sources.start()
    while early < 0.75 and process.poll() is None and len(sources.server.log) == heard:
        time.sleep(0.01)
    try:
        _, said = process.communicate(timeout=120 if spare else dice.uniform(0, LONGEST))
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True, _torn(sources)
    assert process.returncode == 0, said.decode()
    return False, False


def _torn(sources: Sources) -> bool:
    ends: Counter[str] = Counter()
    for entry in sources.acknowledged():
        ends[entry.file] = max(ends[entry.file], entry.offset + entry.length)
    return any(path.stat().st_size > ends[path.name] for path in sources.snapshots.glob("*/*/*.open/archive/*"))


def _prove(sources: Sources, toll: Toll) -> None:
    (snapshot,) = sources.finished()
    assert not list(sources.snapshots.glob("*/*/*.open"))
    assert toll.refetched == []
    for entry in toll.acknowledged.values():
        whole(snapshot, entry)
    records: Counter[str] = Counter()
    for path in sorted((snapshot / "archive").iterdir()):
        _members(path.read_bytes())
        answers = _answers(path)
        assert _refused_by_warcat(path) <= {record for record, (kind, _) in answers.items() if kind == "revisit"}
        records.update(url for _, url in answers.values())
    assert {url: records[url] for url in (*sources.urls, *sources.needed)} == dict.fromkeys((*sources.urls, *sources.needed), 1)
    outcomes = Counter(citation["outcome"] for citation in sources.manifest()["citations"])
    assert outcomes == {"captured": len(sources.urls)}
    judged = sources.run("verify")
    assert judged.returncode == 0, judged.stderr.decode()


def _refused_by_warcat(path: Path) -> set[str]:
    """Return the ids of the records that warcat refuses. It hashes the absent payload of a revisit, whose digest the profile demands."""
    judged = subprocess.run([sys.executable, "-W", "ignore", "-m", "warcat", "verify", str(path)], capture_output=True, text=True)
    return set(re.findall(r"Record (<urn:uuid:[0-9a-f-]+>) failed", judged.stdout + judged.stderr))


def _members(data: bytes) -> int:
    """Count gzip members, as `gzip -t` would: each whole, with a good checksum, nothing between or behind them."""
    count = 0
    while data:
        member = zlib.decompressobj(31)
        member.decompress(data)
        assert member.eof, "a torn member"
        data, count = member.unused_data, count + 1
    return count


def _answers(path: Path) -> dict[str, tuple[str, str]]:
    """Return type and URL of every response and revisit, by record id; their digests must be good."""
    found = {}
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response | WarcRecordType.revisit, parse_http=False):
            assert record.verify_block_digest(consume=False)
            kind = record.headers["WARC-Type"]
            if kind == "response":
                record.parse_http()
                assert record.verify_payload_digest()
            found[record.record_id if record.record_id.startswith("<") else f"<{record.record_id}>"] = (
                kind,
                record.headers["WARC-Target-URI"],
            )
    return found


def _begin_anew(sources: Sources, toll: Toll) -> None:
    """Put the finished snapshot away, so that the next kills meet a new one."""
    (snapshot,) = sources.finished()
    snapshot.rename(sources.folder / f"done-{toll.runs}")
    sources.server.log.clear()
    toll.acknowledged.clear()
    for path in sources.snapshots.glob("catalog.sqlite*"):
        path.unlink()
