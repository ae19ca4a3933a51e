"""Table: a snapshot's citations as CSV (RFC 4180), one row a place, for spreadsheets.

Cells that begin like a formula (`=`, `+`, `-`, `@`, tab, carriage return; full-width forms too) get an apostrophe in front: titles and
words come from strangers, and a spreadsheet runs what begins like that (CWE-1236). Line ends and other control characters inside a cell
become spaces. The file begins with a byte order mark, without which spreadsheets read Arabic as Latin-1.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from archiver.service.export.chosen import Chosen, Json, answer, when

COLUMNS = (
    "snapshot", "article", "number", "key", "kind", "platform", "id", "url", "in_body", "outcome", "state", "reason", "next_attempt",
    "author", "handle", "date", "claimed", "captured", "verdict", "similarity", "captured_at", "version", "status", "media_type", "title",
    "record", "sha256", "place", "via", "written", "start", "end", "line", "column", "page", "paragraph", "heading", "exact", "inferred",
)  # fmt: skip
FORMULA = re.compile("^[\\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def table(snapshots: Sequence[Chosen]) -> str:
    """Return the rows of all snapshots under one header."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for chosen in snapshots:
        for citation in chosen.citations:
            said = _citation(chosen, citation)
            for number, place in enumerate(citation["places"], 1):
                row = said | _place(place, number)
                writer.writerow([cell(row[column]) for column in COLUMNS])
    return "\ufeff" + out.getvalue()


def cell(value: object) -> str:
    """Return a cell that no spreadsheet runs."""
    text = CONTROL.sub(" ", "" if value is None else str(value)).encode("utf8", "replace").decode()
    starts = isinstance(value, str) and not NUMBER.fullmatch(text) and (FORMULA.match(text) or value[:1] in ("\t", "\r"))
    return f"'{text}" if starts else text


def _citation(chosen: Chosen, citation: Json) -> Json:
    capture, compared = answer(citation), citation["comparison"] or {}
    record = next((one for one in reversed(capture["records"]) if one["type"] in ("response", "revisit")), None) if capture else None
    told = capture or {}
    names = ("number", "key", "kind", "platform", "id", "url", "in_body", "outcome", "state", "reason", "next_attempt")
    return {
        "snapshot": chosen.manifest["snapshot"],
        "article": chosen.source,
        **{name: citation[name] for name in names},
        **{name: citation["claims"][name] for name in ("author", "handle", "date")},
        **{name: compared.get(name) for name in ("claimed", "captured", "verdict", "similarity")},
        "captured_at": when(capture) if capture else None,
        "version": chosen.version_of(capture) if capture else None,
        **{name: told.get(name) for name in ("status", "media_type", "title")},
        "record": record["id"] if record else None,
        "sha256": record["payload_sha256"] if record else None,
    }


def _place(place: Json, number: int) -> Json:
    names = ("via", "start", "end", "line", "column", "page", "paragraph", "heading", "exact", "inferred")
    return {"place": number, "written": place["url"], **{name: place[name] for name in names}}
