"""CDX: a web archive's index; what is asked and what the answer holds. Pure: the fetching is in `memento` and `mention`.

The Wayback Machine's CDX server answers JSON as rows, the first of which names the fields; with `showResumeKey` an empty row and the key
end it where there is more. A URL that the archive excludes is answered with the name of a Java exception, sometimes with status 200.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from archiver.citation.platform import Answer, Reading, State, Target
from archiver.fetch.verdict import status_state
from archiver.url import canonical, resolve

ARCHIVE = "web.archive.org"
FIELDS = ("timestamp", "original", "mimetype", "statuscode", "digest")
EXCLUDED = (b"AdministrativeAccessControlException", b"RobotAccessControlException", b"Blocked Site Error")
MEMENTO = re.compile(rf"https?://{re.escape(ARCHIVE)}(?::[0-9]+)?/web/(?P<timestamp>[0-9]{{14}})(?:[a-z]{{2}}_)?/(?P<original>https?:/.+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One capture that the archive has. `timestamp` is 14 digits, UTC; `statuscode` is `-` where the record has none (a revisit)."""

    timestamp: str
    original: str
    mimetype: str
    statuscode: str
    digest: str

    @property
    def moment(self) -> datetime:
        """Time of the capture."""
        return moment(self.timestamp)

    @property
    def url(self) -> str:
        """URI-M of the raw memento: the bytes as they were captured (`id_`)."""
        return memento_url(self.timestamp, self.original)


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of one answer, and the key to ask on with where there are more."""

    rows: tuple[Row, ...]
    resume_key: str | None


def query(
    url: str,
    *,
    prefix: bool = False,
    filters: tuple[str, ...] = (),
    collapse: str | None = None,
    since: date | None = None,
    limit: int = 3000,
    resume_key: str | None = None,
) -> Target:
    """Return the target of a CDX query for `url`, or for all that begin with it; `since` is by time of capture."""
    asked = [("url", url), ("output", "json"), ("fl", ",".join(FIELDS)), *(("filter", one) for one in filters)]
    asked += [("matchType", "prefix")] if prefix else []
    asked += [("collapse", collapse)] if collapse else []
    asked += [("from", f"{since:%Y%m%d}")] if since else []
    asked += [("limit", str(limit)), ("showResumeKey", "true")]
    asked += [("resumeKey", resume_key)] if resume_key else []
    return Target(
        f"https://{ARCHIVE}/cdx/search/cdx?{urlencode(asked)}", role="requisite", tier="memento", purpose="cdx", accept="application/json"
    )


def read(answer: Answer) -> Reading:
    """Say what an answer to a query means; `ok` with no rows is an answer too: the archive has nothing."""
    if any(name in answer.body[:4096] for name in EXCLUDED):
        return Reading(State.FORBIDDEN, "the archive does not show captures of this site")
    said = status_state(answer.status)
    if said is not State.OK:
        return Reading(said, f"the archive's index answered {answer.status}")
    listing = parse(answer.body)
    if listing is None:
        return Reading(State.UNREADABLE, "the archive's index did not answer with rows")
    return Reading(State.OK, f"the archive's index has {len(listing.rows)} rows")


def parse(body: bytes) -> Listing | None:
    """Return what an answer lists, None where it is no list; rows that are not whole are passed over."""
    try:
        table = json.loads(body) if body.strip() else []
    except (ValueError, RecursionError):
        return None
    if not isinstance(table, list) or not all(isinstance(row, list) and all(isinstance(cell, str) for cell in row) for row in table):
        return None
    if not table:
        return Listing((), None)
    names, *rows = table
    resume_key = rows[-1][0] if len(rows) > 1 and len(rows[-1]) == 1 and not rows[-2] else None
    found = (dict(zip(names, row, strict=True)) for row in rows if len(row) == len(names) > 1)
    return Listing(tuple(row for row in map(_row, found) if row), resume_key)


def memento_url(timestamp: str, original: str) -> str:
    """Return the URI-M of a raw memento."""
    return f"https://{ARCHIVE}/web/{timestamp}id_/{original}"


def split(url: str) -> tuple[str, str] | None:
    """Return the timestamp and the resolved original URL of a memento's URL, or None where it is none."""
    matched = MEMENTO.fullmatch(url)
    original = resolve(re.sub(r"^(https?):/+", r"\1://", matched["original"])) if matched else None
    return (matched["timestamp"], original) if matched and original else None


def same(one: str, other: str) -> bool:
    """Tell whether two resolved URLs are one to the archive, whose index knows neither case nor scheme nor `www.`."""
    return canonical(one).lower() == canonical(other).lower()


def moment(timestamp: str) -> datetime:
    """Return the time that 14 digits name, UTC. ValueError where they name none."""
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _row(cells: dict[str, str]) -> Row | None:
    row = Row(*(cells.get(name, "") for name in FIELDS))
    try:
        moment(row.timestamp)
    except ValueError:
        return None
    # What is spliced into a URL of the archive must be the text of one URL.
    return row if re.fullmatch(r"https?://[^\x00-\x20\x7f]+", row.original) else None
