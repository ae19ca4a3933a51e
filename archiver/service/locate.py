"""Locate: a manifest's citations in a later version of the article.

What is opened as the manifest is a `manifest.json`, a snapshot's directory that holds one, or the citation document that `extract --json`
printed. It comes from whoever kept it, so everything that can be wrong with it is said in one line.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from archiver.citation.citation import Citation
from archiver.citation.document import SCHEMA as CITATIONS
from archiver.config import Config
from archiver.errors import UsageError
from archiver.record import layout
from archiver.record.manifest import SCHEMA as MANIFEST
from archiver.service.extract import receive
from archiver.service.reader import locate_received

WHAT = "name a manifest.json, a snapshot's directory, or what `archiver extract --json` printed"
NUMBERS = ("start", "end", "page", "line", "column", "paragraph")
WORDS = ("exact", "prefix", "suffix", "via")
SELECTORS = ("url", "xpath", "css", "heading")


async def locate_citations(
    manifest: Path, name: str, config: Config, *, base_url: str | None = None, media_type: str | None = None
) -> dict[str, Any]:
    """Return the `archiver.located/1` document of a manifest's citations in the article that `name` leads to, a URL or a file."""
    citations = citations_of(manifest)
    return await locate_received(await receive(name, config, base_url=base_url, media_type=media_type), citations)


def citations_of(path: Path) -> tuple[Citation, ...]:
    """Read the citations of a manifest, a snapshot's directory or a citation document. UsageError says what is wrong with anything else."""
    file = path / layout.MANIFEST if path.is_dir() else path
    try:
        document = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"{path}: {'holds no manifest.json' if path.is_dir() else 'no such file'}; {WHAT}") from None
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({os.strerror(error.errno or 0)})") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file}: is not JSON; {WHAT}") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema not in (CITATIONS, MANIFEST):
        found = f"has the schema {schema!r:.60}" if schema else "has no schema"
        raise UsageError(f"{file}: {found}, not {MANIFEST} or {CITATIONS}; {WHAT}")
    listed = document.get("citations")
    if not isinstance(listed, list):
        raise UsageError(f"{file}: has no list of citations; {WHAT}")
    return tuple(_citation(one, f"{file}: citation {at}") for at, one in enumerate(listed, 1))


def _citation(data: Any, where: str) -> Citation:
    """Read one citation whose fields are of their types, as far as they are used here."""
    try:
        citation = Citation.from_json(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{where}: is not a citation of {MANIFEST} ({error!s:.80})") from error
    said = citation.reference, citation.claims
    words = [said[0].platform, said[0].key, citation.kind, *(getattr(place, name) for place in citation.places for name in WORDS)]
    maybe = [said[0].id, said[0].url, said[1].handle, said[1].date]
    maybe += [getattr(place, name) for place in citation.places for name in SELECTORS]
    numbers = [getattr(place, name) for place in citation.places for name in NUMBERS]
    fits = (
        all(isinstance(one, str) for one in words)
        and all(one is None or isinstance(one, str) for one in maybe)
        and all(one is None or (type(one) is int and one >= 0) for one in numbers)
        and all((place.start is None) == (place.end is None) and _is_rectangles(place.rects) for place in citation.places)
    )
    if not fits:
        raise UsageError(f"{where}: has a field of the wrong type; {WHAT}")
    return citation


def _is_rectangles(rects: Any) -> bool:
    return isinstance(rects, tuple) and all(
        isinstance(rect, tuple) and len(rect) == 4 and all(isinstance(side, int | float) for side in rect) for rect in rects
    )
