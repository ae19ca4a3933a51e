"""Document: a lexbor tree with the map between its elements and the article text."""

from __future__ import annotations


class Element:
    """One element of a document."""


class Document:
    """The tree."""
