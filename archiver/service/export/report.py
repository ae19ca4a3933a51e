"""Report: one HTML file that a journalist can mail: what the article cites, what was captured of it, how it compares, with the pictures.

It stands alone: no script, no request, pictures inside as data URLs. Only raster pictures that browsers show and that are what they say
(by their first bytes; SVG can hold script), each up to 400 kB and together up to 8 MB, are put in; the others are counted. Everything that
an article or a server said is escaped by the template, and shown with its own direction.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from jinja2 import Environment, PackageLoader, StrictUndefined

from archiver.errors import IntegrityError
from archiver.service.export.chosen import Chosen, Json, answer, records, when

ONE, ALL = 400_000, 8_000_000  # bytes of one picture, and of all
MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}
OUTCOMES = ("captured", "partial", "unavailable", "failed", "refused", "unresolved")
_PAGES = Environment(
    loader=PackageLoader("archiver.service.export", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def _readable(url: str) -> str:
    """Return a URL with the letters that its percent signs stand for; what is no letter, mark or digit of a script stays encoded."""
    return re.sub(r"(?:%[0-9A-F]{2})+", _letters, url)


def _letters(found: re.Match[str]) -> str:
    text = unquote(found[0], errors="replace")  # what does not decode is U+FFFD, which is no letter
    return text if all(unicodedata.category(c)[0] in "LMN" or c == "-" for c in text) else found[0]


_PAGES.filters["readable"] = _readable


def report(snapshots: Sequence[Chosen]) -> str:
    """Return the report of one or more snapshots."""
    room = [ALL]
    articles = [_article(chosen, room) for chosen in snapshots]
    page: str = _PAGES.get_template("report.html").render(articles=articles, outcomes=OUTCOMES)
    return page.encode("utf8", "replace").decode()


def _article(chosen: Chosen, room: list[int]) -> dict[str, Any]:
    citations = [_citation(chosen, citation, room) for citation in chosen.citations if citation["outcome"] is not None]
    counts = Counter(one["outcome"] for one in citations)
    return {
        "article": chosen.article,
        "run": chosen.manifest["run"],
        "snapshot": chosen.manifest["snapshot"],
        "citations": citations,
        "passed_over": sum(citation["outcome"] is None for citation in chosen.citations),
        "counts": [(outcome, counts[outcome]) for outcome in OUTCOMES if counts[outcome]],
        "total": len(citations),
    }


def _citation(chosen: Chosen, citation: Json, room: list[int]) -> Json:
    capture = answer(citation)
    pictures, left_out = _pictures(chosen, citation, room)
    return citation | {
        "answer": capture,
        "version": chosen.version_of(capture) if capture else None,
        "when": when(capture) if capture else None,
        "post": capture["post"] if capture else None,
        "pictures": pictures,
        "left_out": left_out,
        "evidence": [record for _, record in records(citation, "response", "revisit")][:12],
    }


def _pictures(chosen: Chosen, citation: Json, room: list[int]) -> tuple[list[str], int]:
    """Return the pictures of a post, or a page's screenshot, as data URLs, and how many were too large."""
    found, left_out, seen = list[str](), 0, set[str]()
    for capture, record in records(citation, "response", "revisit", "resource"):
        shown = capture["purpose"] in {"photo", "poster", "thumbnail"} if record["type"] != "resource" else _screenshot(record)
        if not shown or (record["status"] or 200) != 200 or record["url"] in seen or len(found) == 8:
            continue
        seen.add(record["url"])
        try:
            data = chosen.payload(record, ONE + 1)
        except IntegrityError:
            left_out += 1
            continue
        kind = next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), None)
        kind = "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else kind
        if kind is None or len(data) > min(ONE, room[0]):
            left_out += bool(data)
            continue
        room[0] -= len(data)
        found.append(f"data:{kind};base64,{base64.b64encode(data).decode()}")
    return found, left_out


def _screenshot(record: Json) -> bool:
    return (record["url"] or "").startswith(("urn:thumbnail:", "urn:view:"))
