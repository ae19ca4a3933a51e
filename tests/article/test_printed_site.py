"""Printed sites: of a web page that a browser printed, which blocks are its article."""

from __future__ import annotations

import pytest

from archiver.article.pdf.pdf import read_pdf
from archiver.article.pdf.site import printed_by_browser
from tests.article.pdf_made import Page, pdf

CHROMIUM = "/Creator (Mozilla/5.0 \\(X11; Linux x86_64\\) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36) /Producer (Skia/PDF m130)"
PROSE = "The harbour was closed for the whole of the afternoon, and nobody could say why it was."


def printed(info: str = CHROMIUM, paragraphs: int = 18):
    """A page with a menu, a title and byline, paragraphs one of which has a link, sources, a last sentence, and other stories."""
    page = Page()
    y = 790.0

    def line(words: str, url: str | None = None, size: float = 8, gap: float = 14, width: float = 400) -> None:
        nonlocal y
        y -= gap
        page.text(50, y, words, size)
        if url:
            page.link((50, y - 2, 50 + width, y + size), url)

    for name in ("News", "Sport", "Weather", "Shop", "Jobs", "Contact"):
        line(name, f"https://site.example/{name.lower()}", gap=10)
    line("Cranes are down", size=16, gap=40)
    line("by A. Writer", gap=24)
    for number in range(paragraphs):
        line(PROSE, "https://port.example/report" if number == 3 else None, gap=24, width=70)
    line("[1] https://port.example/list-of-cranes", "https://port.example/list-of-cranes", gap=26)
    line("It is told here.", gap=26)
    for number in range(6):
        line(f"Another story of the day, number {number}", f"https://site.example/story/{number}", gap=24)
    return read_pdf(pdf(page, info=info), source="x.pdf")


def inside(article) -> list[str]:
    return [article.text[block.start : block.end] for block in article.blocks if block.in_body]


def test_the_site_around_a_printed_article_is_not_in_the_body():
    found = inside(printed())
    assert found[:2] == ["Cranes are down", "by A. Writer"]
    assert found[-2:] == ["[1] https://port.example/list-of-cranes", "It is told here."]
    assert found.count(PROSE) == 18


@pytest.mark.parametrize(("info", "paragraphs"), [("/Producer (Skia/PDF m130 Google Docs Renderer)", 18), (CHROMIUM, 2)])
def test_what_no_browser_printed_and_what_has_hardly_prose_is_left_alone(info: str, paragraphs: int):
    article = printed(info, paragraphs)
    assert all(block.in_body for block in article.blocks)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/138.0.0.0 Safari/537.36", True),
        ("Mozilla Firefox 128.0", True), ("Safari", True), ("Chromium", True), ("wkhtmltopdf 0.12.5", True), ("Skia/PDF m58", True),
        ("Skia/PDF m131 Google Docs Renderer", False), ("Microsoft Word", False), ("Mac OS X 10.8.5 Quartz PDFContext", False), ("", False),
    ],
)  # fmt: skip
def test_who_printed_it(said: str, told: bool):
    assert printed_by_browser(["", said]) == told
