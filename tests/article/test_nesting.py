"""Markup that is nested to break parsers: bounded; every other page untouched."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.article import nesting
from archiver.article.document import Document

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))


@pytest.mark.parametrize(
    "html",
    [
        "".join(f"<p><b id={n}>x" for n in range(6_000)),
        "<p>" + "".join(f"<i id={n}>" for n in range(5_000)) + "</p>" + "<p>x" * 5_000,
        "<div>" * 100_000 + "x",
        "<ul><li>" * 12_000 + "x",
        "<b><div>" * 40_000 + "x" + "</b>" * 40_000,
        "<span>" * 20_000 + "x" + "</b>" * 20_000,
        "<table><tr><td><b>" * 30_000 + "x",
    ],
    ids=["b in p", "i then p", "div", "li", "b div", "span b", "table"],
)
def test_bombs_stay_small_and_keep_their_text(html: str):
    document = Document(html)
    assert len(document.elements()) < 1_500_000
    assert document.text.replace("\n", "") == "x" * html.count("x")


@pytest.mark.parametrize(
    "html",
    [
        "<p>one <b>two</b> <i>three</i> <a href=x>four</a></p>\n" * 30_000,
        "<p>unclosed<li>all<td>of<br>them<img>" * 10_000,
        "<a name=x>anchors that nobody closes " * 30_000,
        "<div>" * 5_000 + "x" + "</div>" * 5_000,
        "<table><tr><td><font><b>cell</b></font></td></tr></table>" * 5_000,
    ],
    ids=["prose", "implied ends", "open anchors", "5,000 levels", "tables"],
)
def test_large_ordinary_markup_is_left_alone(html: str):
    assert nesting.tamed(html) is html


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_real_pages_are_left_alone_even_when_they_are_looked_at(page: Path):
    html = page.read_text("utf8") * 40
    assert html.count("<") > nesting.UNSEEN or page.stem != "news"
    assert nesting.tamed(html) == html
