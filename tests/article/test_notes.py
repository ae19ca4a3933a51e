"""Footnotes and lists of sources behind the text are the article's; other things behind it are not."""

from __future__ import annotations

import pytest

from archiver.article.document import Document

PROSE = "The works will last a year, the council said on Thursday, and ferries are to run every ten minutes for as long as that. "
ITEM = "<ol><li id=n1>See <a href='https://court.example/ruling'>the ruling</a>.</li></ol>"


def cited(behind: str, *, mark: str = "") -> bool:
    """Return whether the first link behind the article of a page stands in its body."""
    told = f"<article><h1>Bridge closes</h1>{f'<p>{PROSE}{mark}</p>' * 12}</article>"
    document = Document(f"<html><body><div>{told}</div><div id=behind>{behind}</div></body></html>")
    return document.in_body(document.select("#behind a")[0])


@pytest.mark.parametrize(
    "behind",
    [
        f"<div class='Post__a1__footnotes'>{ITEM}</div>",
        f"<section role=doc-endnotes>{ITEM}</section>",
        f"<div><h4>Footnotes</h4>{ITEM}</div>",
        f"<div><h2>Quellen:</h2>{ITEM}</div>",
        f"<div><h3>参考文献</h3>{ITEM}</div>",
        f"<div><h3>المصادر</h3>{ITEM}</div>",
        f"<div><h2>References</h2><h3>Printed</h3><p>None.</p><h3>Online</h3>{ITEM}</div>",
    ],
)
def test_notes_behind_the_text_are_the_article_s(behind: str):
    assert cited(behind)


@pytest.mark.parametrize(
    "behind",
    [
        f"<div><h4>Most read</h4>{ITEM}</div>",
        f"<footer><h4>Sources</h4>{ITEM}</footer>",
        f"<div><h2>References</h2><p>None.</p><h2>More of the site</h2>{ITEM}</div>",
        f"<div><h2>Sources of the river and what the council makes of them</h2>{ITEM}</div>",
        f"<div class='comments'><h4>References</h4>{ITEM}</div>",
    ],
)
def test_what_else_stands_there_is_not(behind: str):
    assert not cited(behind)


@pytest.mark.parametrize(("mark", "told"), [("", False), ("<sup>1</sup>", True), ("<a href='#n1'>*</a>", True), ("<sup>th</sup>", False)])
def test_notes_that_may_be_anybody_s_are_the_article_s_if_the_text_leads_to_them(mark: str, told: bool):
    assert cited(f"<div><h4>Notes</h4>{ITEM}</div>", mark=mark) is told


@pytest.mark.parametrize(
    ("foot", "told"),
    [
        ("<div><span>SOURCE</span><a href='https://wire.example/x'>Wire</a></div>", True),
        ("<div><b>Quelle:</b> <a href='https://wire.example/x'>Wire</a></div>", True),
        ("<div><span>TAGS</span><a href='https://wire.example/x'>Wire</a></div>", False),
        ("<div><span>Share</span><a href='https://wire.example/x'>Wire</a></div>", False),
    ],
)
def test_the_foot_of_an_article_names_its_source(foot: str, told: bool):
    article = f"<article><h1>Bridge closes</h1><div class=content>{f'<p>{PROSE}</p>' * 12}</div><footer>{foot}</footer></article>"
    document = Document(f"<body>{article}<footer>{foot}</footer></body>")
    assert [document.in_body(one) for one in document.select("a")] == [told, False]
