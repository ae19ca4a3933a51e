"""Block: a run of article text that belongs together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that belongs together: a paragraph, a heading, a list item, a table cell, a quotation, a block of links."""

    start: int
    end: int
    kind: str  # paragraph | heading | item | cell | quote | caption | code | links | furniture
    level: int = 0  # of a heading, 1–6
    in_body: bool = True
