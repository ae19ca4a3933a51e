"""A web archive on loopback: what it kept, its CDX interface and its raw mementos, as the Wayback Machine's are documented.

CDX: `url` with `*` at its end or `matchType`, `output=json` with the header row (`[]` where there is nothing), `fl`, `from`, `to`, `filter`
(`[!]field:regex`, matching whole values), `collapse=field[:n]` of neighbours, `limit` (negative: the last ones). Rows are sorted by urlkey
and time. Mementos: `/web/<timestamp>id_/<url>` answers the bytes as they were captured, with `Memento-Datetime`; another
time than a capture's is redirected to the nearest capture.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass
from email.utils import format_datetime
from itertools import groupby
from urllib.parse import parse_qs

from archiver.service.demo import pages
from archiver.service.demo.posts import COHEN, EIDDA, Tweet, api_json
from archiver.service.demo.server import NOT_FOUND, Answer, Request, page, redirect
from archiver.url import resolve, surt

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
ARCHIVE = "https://web.archive.org"


def _cohen(number: int, words: str) -> Tweet:
    return Tweet(number, COHEN.handle, COHEN.name, COHEN.lang, words)


OTHERS = (  # posts of the same account in the same days: candidates that only their words rule out
    (_cohen(1549502841766903808, "مساء الخير من القدس، غداً يوم طويل ومليء باللقاءات"), "20220719214410", ""),
    (_cohen(1549571209446191105, "صباح الخير للجميع، قهوة ثم عمل ☕"), "20220720044120", "/photo/1"),
    (_cohen(1549602175854481409, "وصل الوفد إلى الرباط هذا الصباح، والمغرب يستقبل ضيوفه كعادته"), "20220720070102", ""),
    (_cohen(1549744830104518656, "شكراً لكل من كتب لي عن الدفاعية والدرونات، سأعود إلى الموضوع"), "20220720083000", ""),  # before its id
    (_cohen(1549801532719677442, "ليلة سعيدة من شاطئ البحر 🌊"), "20220720190115", "?lang=ar"),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """One capture in the archive: when (14 digits, UTC), of which URL, and what was answered then."""

    timestamp: str
    original: str
    media_type: str
    body: bytes
    status: int = 200

    @property
    def urlkey(self) -> str:
        """The sort key of its URL."""
        return surt(resolve(self.original) or self.original)

    @property
    def row(self) -> dict[str, str]:
        """Its line in the index."""
        digest = base64.b32encode(hashlib.sha1(self.body, usedforsecurity=False).digest()).decode()
        mime = self.media_type.partition(";")[0]
        values = (self.urlkey, self.timestamp, self.original, mime, str(self.status), digest, str(len(self.body) + 300))
        return dict(zip(FIELDS, values, strict=True))


class Archive:
    """Captures and the two interfaces to them."""

    def __init__(self, kept: list[Kept]) -> None:
        self._kept = sorted(kept, key=lambda one: (one.urlkey, one.timestamp))

    def routes(self) -> dict[tuple[str, str], Answer]:
        """Return what web.archive.org answers; mementos come through `memento`, for their paths are endless."""
        return {("web.archive.org", "/cdx/search/cdx"): self.index}

    def index(self, request: Request) -> bytes:
        """Answer a CDX query."""
        asked = parse_qs(request.query)
        rows = [one.row for one in self._kept if _matches(one, asked)]
        for field, length in (_collapse(value) for value in asked.get("collapse", [])):
            rows = [next(group) for _, group in groupby(rows, key=lambda row, f=field, n=length: row[f][:n])]  # type: ignore[misc]
        names = asked.get("fl", [",".join(FIELDS)])[0].split(",")
        limit = int(asked.get("limit", ["150000"])[0])
        rows = rows[:limit] if limit >= 0 else rows[limit:]
        table = [[row[name] for name in names] for row in rows]
        if asked.get("output") == ["json"]:
            return page(json.dumps([names, *table] if table else []), media_type="application/json")
        return page("".join(" ".join(row) + "\n" for row in table), media_type="text/plain")

    def memento(self, request: Request) -> bytes:
        """Answer a memento's address; 404 where the archive has no capture of the URL."""
        matched = re.fullmatch(r"/web/([0-9]{1,14})id_/(https?:/.*)", request.target)
        url = resolve(re.sub(r"^(https?):/+", r"\1://", matched[2])) if matched else None
        captures = [one for one in self._kept if url and one.urlkey == surt(url)]
        if not matched or not captures:
            return NOT_FOUND
        wanted = int(matched[1].ljust(14, "0"))
        nearest = min(captures, key=lambda one: abs(int(one.timestamp) - wanted))
        if nearest.timestamp != matched[1]:
            return redirect(f"{ARCHIVE}/web/{nearest.timestamp}id_/{nearest.original}")
        return _replayed(nearest)


def _replayed(one: Kept) -> bytes:
    captured = dt.datetime.strptime(one.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    original = resolve(one.original) or one.original
    links = f'<{original}>; rel="original", <{ARCHIVE}/web/timemap/link/{original}>; rel="timemap"; type="application/link-format"'
    headers = [("Memento-Datetime", format_datetime(captured, usegmt=True)), ("Link", links), ("x-archive-orig-server", "demo")]
    return page(one.body, f"{one.status} {'OK' if one.status == 200 else 'Not OK'}", one.media_type, headers)


def _matches(one: Kept, asked: dict[str, list[str]]) -> bool:
    written = asked.get("url", [""])[0]
    prefix = written.endswith("*") or asked.get("matchType") == ["prefix"]
    written = written.rstrip("*")
    key = surt(resolve(written if "://" in written else f"http://{written}") or "http://nothing.invalid/")
    if not (one.urlkey.startswith(key) if prefix else one.urlkey == key):
        return False
    if not asked.get("from", [""])[0] <= one.timestamp <= asked.get("to", ["99999999999999"])[0].ljust(14, "9"):
        return False
    return all(_passes(one.row, condition) for condition in asked.get("filter", []))


def _passes(row: dict[str, str], condition: str) -> bool:
    field, _, pattern = condition.removeprefix("!").partition(":")
    return bool(re.fullmatch(pattern, row[field])) != condition.startswith("!")


def _collapse(value: str) -> tuple[str, int | None]:
    field, _, length = value.partition(":")
    return field, int(length) if length else None


def kept() -> list[Kept]:
    """Return what the archive holds of the article's sources.

    Of the deleted post, the answer of X's own interface a few minutes after it was posted. Of @cohen_marganit, every post that was seen
    that week, addresses as dirty as crawlers leave them; one was captured before its id existed, which cannot be. Of the dead domain, the
    page.
    """
    others = [_told(tweet, at, suffix) for tweet, at, suffix in OTHERS]
    return [
        _told(EIDDA, "20220719183102", ""),
        _told(COHEN, "20220720091544", ""),
        _told(COHEN, "20220722140009", "?s=20"),
        *others,
        Kept("20220723101533", pages.LOST, "text/html; charset=utf-8", pages.LOST_PAGE.encode()),
        Kept("20220723101540", "https://double-cross.org/demo/page.css", "text/css", pages.STYLE.encode()),
    ]


def _told(tweet: Tweet, timestamp: str, suffix: str) -> Kept:
    said = json.dumps(api_json(tweet), ensure_ascii=False).encode()
    return Kept(timestamp, tweet.url + suffix, "application/json; charset=utf-8", said)
