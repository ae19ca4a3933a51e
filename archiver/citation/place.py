"""Describe a place so that each of its selectors alone finds it again; resolve one, in the same article or a later version of it.

The selectors are W3C Web Annotation's: TextPosition (`start`, `end`), TextQuote (`exact` with `prefix` and `suffix`), XPath and CSS, and
for text formats line and column. On the article as it was, each of them alone answers with the very same offsets:

  position, line   the offsets, if the quoted words stand there
  quote            the one spot with these words and this context
  page             the words printed in the rectangles; else the quote on that page
  xpath, css       the element; where it says more than the place, the quote within it (`refinedBy`). `describe` therefore names the
                   innermost element that encloses the place.

An answer is never a silent guess. Annotation clients that fall back to the most similar passage re-anchor to a lookalike after an edit
and say nothing. Here a spot counts as found only with its exact words and enough evidence, and when a second spot comes near, both are
handed back:

  exact      where it was, word for word
  moved      the same words at other offsets: in full context, or with ENOUGH characters of words and adjoining context, clear of others
  ambiguous  several spots fit alike; `candidates` has them
  lost       no spot fits

With all selectors (`by=None`) the position breaks a tie between spots with the same words and context: the one that never moved is it.
XPath and CSS add evidence there but break no tie: insert a list item before its twin, and both selectors name the twin.

A place without length (a frame, a picture) is the spot between its prefix and its suffix.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archiver.article.article import Article
from archiver.article.document import Document, Element
from archiver.article.link import Rect
from archiver.citation.citation import Place

CONTEXT = 64  # code points of prefix and suffix
ENOUGH = 32  # characters of quote and adjoining context that single a spot out in prose
CLEAR = 8  # characters of evidence by which the best spot must beat the next
HINT = 8  # what a selector other than the quote adds to a spot that it names too
NEEDLE = 12  # characters of context that a short quote is searched with
MANY = 1000  # spots looked at; a place with more lookalikes is ambiguous whichever is best

Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where a place stands: `status` is exact, moved, ambiguous or lost; offsets only for the first two, `candidates` for ambiguous."""

    status: str
    start: int | None = None
    end: int | None = None
    candidates: tuple[Spot, ...] = ()


LOST = Resolution("lost")


def describe(
    article: Article,
    start: int,
    end: int,
    *,
    url: str | None,
    via: str,
    element: Element | None = None,
    inferred: bool = False,
    confidence: float | None = None,
    reading: str | None = None,
    page: int | None = None,
    rects: tuple[Rect, ...] = (),
) -> Place:
    """Return the place of `article.text[start:end]` with every selector that the format offers.

    `element` is the element that shows it; where its text does not enclose the place, the next one around it that does is named. `page` and
    `rects` are where an annotation says that it is printed; else where the text is. ValueError for offsets outside the text.
    """
    text = article.text
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"no such place: [{start}, {end}) in a text of {len(text)}")
    document, layout = article.document, article.layout
    named = _enclosing(document, start, end, element) if document else None
    xpath, css = document.paths(named) if document and named else (None, None)
    line, column = (None, None) if document else article.line_column(start, wordless=start == end)
    return Place(
        url=url,
        via=via,
        start=start,
        end=end,
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
        xpath=xpath,
        css=css,
        page=page or (layout.page(start) if layout else None),
        rects=rects or (layout.rects(start, end) if layout else ()),
        line=line,
        column=column,
        paragraph=article.paragraph_at(start),
        heading=article.heading_at(start),
        inferred=inferred,
        confidence=confidence,
        reading=reading,
    )


def _enclosing(document: Document, start: int, end: int, element: Element | None) -> Element | None:
    """Return `element`, or the innermost element at the spot, or the nearest around it whose text encloses [start, end]."""
    at = element or document.element_at(start) or document.element_at(start - 1)
    while at is not None:
        low, high = document.span(at)
        if low <= start and end <= high:
            return at
        at = at.parent
    return document.root


def resolve(place: Place, article: Article, by: str | None = None) -> Resolution:
    """Say where a place stands in an article, by one selector or, by default, by all of them weighed.

    The selectors are position, quote, xpath, css, line, and page (with the rectangles).

    `lost` where the place has no such selector. ValueError for another word in `by`.
    """
    match by:
        case None:
            return _weighed(place, article)
        case "position":
            return _at(place, article, place.start)
        case "line":
            return _at(place, article, article.line_offset(place.line, place.column or 1) if place.line else None)
        case "quote":
            return quoted(place, article.text, 0, len(article.text))
        case "xpath" | "css":
            return _in_element(place, article, by)
        case "page":
            return _on_page(place, article)
    raise ValueError(f"no such selector: {by}; known: position, quote, xpath, css, line, page")


def _found(place: Place, spot: Spot) -> Resolution:
    return Resolution("exact" if spot == (place.start, place.end) else "moved", *spot)


def _at(place: Place, article: Article, start: int | None) -> Resolution:
    """Answer for an offset: the place, if its words stand there. Without words, all of its context has to."""
    if start is None:
        return LOST
    end = start + len(place.exact)
    stands = article.text.startswith(place.exact, start) if place.exact else _in_context(place, article.text, start)
    return _found(place, (start, end)) if stands and end <= len(article.text) else LOST


def _in_context(place: Place, text: str, start: int) -> bool:
    """Tell whether the words stand at an offset with the whole of their context."""
    before = start - len(place.prefix)
    return before >= 0 and text.startswith(place.prefix + place.exact + place.suffix, before)


def _in_element(place: Place, article: Article, by: str) -> Resolution:
    """Answer for the element that the xpath or css selector names, refined by the quote where the element says more than the place."""
    document, selector = article.document, place.xpath if by == "xpath" else place.css
    if document is None or selector is None:
        return LOST
    element = document.by_xpath(selector) if by == "xpath" else document.by_css(selector)
    if element is None:
        return LOST
    low, high = document.span(element)
    return _found(place, (low, high)) if article.text[low:high] == place.exact else quoted(place, article.text, low, high)


def _on_page(place: Place, article: Article) -> Resolution:
    """Answer for the words in the rectangles on the page; where they hold no words or others, for the quote on that page."""
    if article.layout is None or place.page is None:
        return LOST
    span = article.layout.span(place.page, place.rects)
    if span and article.text[slice(*span)] == place.exact:
        return _found(place, span)
    low, high = article.layout.page_span(place.page)
    over = len(place.exact) if "\f" in place.exact else 0  # its words go on on the next page
    return quoted(place, article.text, low, min(len(article.text), high + over))


def quoted(place: Place, text: str, low: int, high: int) -> Resolution:
    """Answer for the quote within [low, high] of a text; the context may lie outside."""
    whole = list(_whole(place, text, low, high))
    if whole:
        return _found(place, whole[0]) if len(whole) == 1 else Resolution("ambiguous", candidates=tuple(whole))
    return _best(place, {spot: _evidence(place, text, spot) for spot in standing(place, text, low, high)})


def _whole(place: Place, text: str, low: int, high: int) -> Iterator[Spot]:
    """Yield the spots in [low, high] where words and context stand whole."""
    needle = place.prefix + place.exact + place.suffix
    for at in _occurrences(needle, text, low - len(place.prefix), high + len(place.suffix)):
        start = at + len(place.prefix)
        yield start, start + len(place.exact)


def standing(place: Place, text: str, low: int, high: int) -> set[Spot]:
    """Return the spots in [low, high] of a text where a place's words stand, with some of the context at once if they are few."""
    before, after, size = place.prefix[-NEEDLE:], place.suffix[:NEEDLE], len(place.exact)
    if size >= NEEDLE:
        return {(at, at + size) for at in _occurrences(place.exact, text, low, high)}
    starts = {at + len(before) for at in _occurrences(before + place.exact, text, low - len(before), high)} if before else set()
    starts |= set(_occurrences(place.exact + after, text, low, high + len(after))) if after else set()
    return {(start, start + size) for start in starts}


def _occurrences(needle: str, text: str, low: int, high: int) -> Iterator[int]:
    """Yield the offsets where `needle` stands within [low, high), overlapping ones too, at most MANY."""
    at = max(0, low) - 1
    for _ in range(MANY):
        at = text.find(needle, at + 1, max(0, high))
        if at < 0:
            return
        yield at


def _evidence(place: Place, text: str, spot: Spot) -> int:
    """Return how many characters speak for a spot: its words, and the context that adjoins them without a break."""
    start, end = spot
    before = text[max(0, start - len(place.prefix)) : start]
    after = text[end : end + len(place.suffix)]
    return len(place.exact) + _common(place.prefix[::-1], before[::-1]) + _common(place.suffix, after)


def _common(one: str, other: str) -> int:
    """Return the length of the common beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _best(place: Place, evidence: dict[Spot, int]) -> Resolution:
    """Answer with the spot that has enough evidence and clearly more than any other."""
    ranked = sorted(evidence, key=lambda spot: (-evidence[spot], spot))
    told = [spot for spot in ranked if evidence[spot] >= ENOUGH]
    if not told:
        return LOST
    near = [spot for spot in told if evidence[spot] > evidence[told[0]] - CLEAR]
    return _found(place, near[0]) if len(near) == 1 and len(evidence) < MANY else Resolution("ambiguous", candidates=tuple(sorted(near)))


def _weighed(place: Place, article: Article) -> Resolution:
    """Answer by all selectors: the spot that never moved, else the quote, with the others as hints where its context has changed."""
    text = article.text
    if place.start is not None and _in_context(place, text, place.start):
        return _found(place, (place.start, place.start + len(place.exact)))
    whole = list(_whole(place, text, 0, len(text)))
    if whole:
        return _found(place, whole[0]) if len(whole) == 1 else Resolution("ambiguous", candidates=tuple(whole))
    evidence = {spot: _evidence(place, text, spot) for spot in standing(place, text, 0, len(text))}
    for by in ("position", "line", "xpath", "css", "page"):
        hint = resolve(place, article, by)
        spot = (hint.start, hint.end)
        if spot[0] is not None and spot in evidence:
            evidence[spot] += HINT
    return _best(place, evidence)
