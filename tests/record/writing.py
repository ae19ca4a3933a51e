"""A process that writes captures and says which were acknowledged; killed, starved of disk, started again. Run as a script.

Each line on standard output is one acknowledgement: the URL and the SHA-256 of its payload. `FSIZE` limits every file to so many bytes.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from archiver.errors import StorageError
from archiver.record.snapshot import Snapshot
from tests.record import made


def main() -> int:
    """Resume or begin, write what is not acknowledged yet, finish."""
    store, count = Path(sys.argv[1]), int(sys.argv[2])
    if limit := os.environ.get("FSIZE"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
    failed = 0
    path = Snapshot.find_open(store, "story.txt")
    snapshot = Snapshot.resume(path) if path else Snapshot.begin(store, source="story.txt", url=None, started=made.START, run=made.RUN)
    if snapshot.restored.article is None:
        snapshot.add_article(made.article(), [made.citation()])
    waiting = []
    for number in range(count):
        url = f"https://one.test/{number}"
        if snapshot.find(url) is None:
            body = b"".join(b"%d-%d " % (number, n * n) for n in range(2000))
            waiting.append(snapshot.add(made.capture(made.page(url, body))))
        while len(waiting) > 4 or (waiting and number == count - 1):
            try:
                stored = waiting.pop(0).result()
                print(stored["url"], stored["records"][0]["payload_sha256"], flush=True)
            except StorageError as error:
                print(error.message, file=sys.stderr)
                failed += 1
    if failed:
        snapshot.close()
        return 5
    print("finished", snapshot.finish(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
