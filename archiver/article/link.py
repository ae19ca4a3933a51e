"""Link: what a reader of a format without an element tree found to be a link, with the words that show it.

HTML has its tree, and the citation package looks for links there itself. PDF keeps links beside the text (annotations), Markdown, wikitext
and reStructuredText write them into it; only the format's reader knows them. So these readers hand their links over with the text, and one
pass over `Article.links` serves every such format. A reader says what is written; what the URL means is not its business.
"""

from __future__ import annotations

from dataclasses import dataclass

Rect = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Link:
    """A link at `text[start:end]`, the words that a reader sees there (empty span for a picture or a player).

    `url` is what it points to, as the source has it, absolute or relative to the article's base; `written` what stands in the source where
    that is no URL (the id in a shortcode), else None; `via` and `kind` (link | embed) as in the contract. `page` (from 1) and `rects`
    (left, bottom, right, top in PDF points) for PDF only. `claims` are what the markup itself says of the cited thing, by the names of
    `Claims`' text fields (author, handle, date, text, lang). `in_body` false where the reader knows that it stands in no running text.
    """

    url: str
    start: int
    end: int
    via: str
    kind: str = "link"
    written: str | None = None
    page: int | None = None
    rects: tuple[Rect, ...] = ()
    claims: tuple[tuple[str, str], ...] = ()
    in_body: bool = True
