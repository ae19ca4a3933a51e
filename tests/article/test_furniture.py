"""Furniture: heads and feet that pages repeat, and those that a browser prints."""

from __future__ import annotations

import pytest

from archiver.article.pdf.pdf import read_pdf
from archiver.article.read import read
from archiver.citation.extract import extract
from archiver.embed import PLATFORMS
from tests.article.pdf_made import Page, pdf

HEAD, FOOT = "3/5/24, 9:41 AM", "https://news.example/a/ferries"


def outside(article) -> list[str]:
    return [article.text[block.start : block.end].strip() for block in article.blocks if not block.in_body]


def test_what_every_page_of_a_dump_repeats_is_not_in_the_body():
    pages = [f"The Harbour Gazette\n\nA line of page {word}.\nhttps://gazette.example/today  {n}\n" for n, word in enumerate("abc", 1)]
    article = read("\f".join(pages).encode(), source="x.txt")
    assert outside(article) == [line for n in (1, 2, 3) for line in ("The Harbour Gazette", f"https://gazette.example/today  {n}")]
    assert [article.text[block.start : block.end] for block in article.blocks if block.in_body] == [f"A line of page {x}." for x in "abc"]
    assert [one.in_body for one in extract(article, PLATFORMS)] == [False]


def test_a_line_that_stands_on_two_pages_only_is_the_articles():
    article = read(b"The Harbour Gazette\n\nOne.\n\fThe Harbour Gazette\n\nTwo.\n\fThree.\n", source="x.txt")
    assert outside(article) == []


@pytest.mark.parametrize("dump", [f"{HEAD}   Ferries\n\nWords of it.\n\n{FOOT}  1/1\n\f", f"{HEAD}\n\nWords of it.\n\n{FOOT}\n\n1/1\n\n\f"])
def test_what_a_browser_prints_around_a_single_page(dump: str):
    article = read(dump.encode(), source="x.txt")
    assert [article.text[block.start : block.end] for block in article.blocks if block.in_body] == ["Words of it."]
    assert [(one.reference.key, one.in_body) for one in extract(article, PLATFORMS)] == [("web:news.example/a/ferries", False)]


def test_what_a_browser_prints_around_a_page_of_a_pdf():
    page = Page().text(30, 780, HEAD, 8).text(50, 700, "Words of it.").text(30, 20, FOOT, 8).text(560, 20, "1/1", 8)
    article = read_pdf(pdf(page), source="x.pdf")
    assert [article.text[block.start : block.end] for block in article.blocks if block.in_body] == ["Words of it."]


def test_an_address_that_ends_an_article_is_its_own():
    article = read(f"Words of it.\n\nMore is told at\n\n{FOOT}\n\f".encode(), source="x.txt")
    assert outside(article) == []
