"""What a contender wrote: responses, their digests, bytes. A run whose records are not good does not count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType


@dataclass(frozen=True, slots=True)
class Written:
    """Responses of the corpus found in the WARC files, those whose digests fail, and the size of the files in bytes."""

    responses: int
    bad: int
    size: int


def read(files: list[Path], urls: list[str]) -> Written:
    """Read WARC files and count the responses whose target is one of `urls`, each once; what else was asked for is no part of the task."""
    wanted, seen = set(urls), set[str]()
    bad = 0
    for path in files:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=False):
                url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
                if url not in wanted or url in seen:
                    continue
                seen.add(url)
                good = "WARC-Block-Digest" in record.headers and record.verify_block_digest(consume=False)
                record.parse_http()
                bad += not (good and record.http_headers.status_code == 200 and record.verify_payload_digest())
    return Written(len(seen), bad, sum(path.stat().st_size for path in files))
