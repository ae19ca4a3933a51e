"""AsciiDoc is read where it stands; its text is its words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.article.article import Article
from archiver.article.read import read
from tests.article.citing import cited_by


def article(text: str) -> Article:
    return read(text.encode(), source="post.adoc")


def cited(text: str) -> list[tuple[str, str | None, str]]:
    return cited_by(article(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://a.example/x[the words], and https://a.example/y.", [("link", "https://a.example/x", "the words"), ("link", "https://a.example/y", "https://a.example/y")]),
        ("See link:https://a.example/x[words^] and link:++https://a.example/a_b++[].", [("link", "https://a.example/x", "words"), ("link", "https://a.example/a_b", "https://a.example/a_b")]),
        ('https://a.example/x["One, two",window=_blank]', [("link", "https://a.example/x", "One, two")]), ("https://a.example/x[words,role=external]", [("link", "https://a.example/x", "words")]),
        (":docs: https://a.example/docs\n:guide: {docs}/guide\n\nThe {guide}[guide] and {docs}/api[API].", [("link", "https://a.example/docs/guide", "guide"), ("link", "https://a.example/docs/api", "API")]),
        ("https://a.example/v1\\...v2[diff]", [("link", "https://a.example/v1...v2", "diff")]), ("Note.footnote:[See https://a.example/x[this].]", [("link", "https://a.example/x", "this")]),
        ("video::dQw4w9WgXcQ[youtube,640]", [("embed", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "")]), ("video::67480300[vimeo]", [("embed", "https://vimeo.com/67480300", "")]),
        ("video::dQw4w9WgXcQ,w7Ft2ymGmfc[youtube]", [("embed", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", ""), ("embed", "https://www.youtube.com/watch?v=w7Ft2ymGmfc", "")]),
        ("video::dQw4w9WgXcQ/PLabcdefghijkl[youtube]", [("embed", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "")]), ("video::one,two[youtube]", []),
        ("image::https://p.example/a.png[Alt,link=https://a.example/x]", [("link", "https://a.example/x", "")]), ("image::https://p.example/a.png[Alt]", []),
        ("++++\n<iframe src='https://www.youtube.com/embed/dQw4w9WgXcQ'></iframe>\n++++", [("embed", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "")]),
        ("{{< youtube dQw4w9WgXcQ >}}", [("embed", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "{{< youtube dQw4w9WgXcQ >}}")]),
        ("So +++<a href='https://a.example/x'>words</a>+++ go.", [("link", "https://a.example/x", "words")]),
        ("----\nhttps://a.example/x\n----", []), ("[source,sh]\ncurl https://a.example/x\n\nhttps://a.example/y", [("link", "https://a.example/y", "https://a.example/y")]),
        ("// https://a.example/x\nWords.", []), ("////\nhttps://a.example/x\n////\nWords.", []), (":home: https://a.example/\n\nWords.", []),
    ],
)  # fmt: skip
def test_what_is_cited(text: str, expected: list[tuple[str, str, str]]):
    assert cited(text) == expected


def test_text_header_and_blocks():
    read_as = article(
        "= The title\nJo Writer <jo@a.example>\nv1.0, 2022-07-21\n:tags: x\n\nFirst link:https://a.example/[words]\nand more.\n\n== Part\n\n"
        "* One\n. Two\n\n[NOTE]\n====\nInside.\n====\n// unseen\n"
    )
    assert (read_as.title, read_as.byline, read_as.published, read_as.media_type) == (
        "The title",
        "Jo Writer",
        "2022-07-21",
        "text/asciidoc",
    )
    shown = [(block.kind, read_as.text[block.start : block.end]) for block in read_as.blocks][2:]
    assert shown[:4] == [("paragraph", "First words\nand more."), ("heading", "Part"), ("item", "One"), ("item", "Two")]
    assert shown[-1] == ("paragraph", "Inside.")
    assert "unseen" not in read_as.text


@given(st.text(alphabet="https://a.b[]{}:=*+-|`\n ^\"',_\\", max_size=200))
@settings(max_examples=200)
def test_any_text_is_read_in_its_bounds(text: str):
    read_as = article("x" + text)
    assert all(0 <= link.start <= link.end <= len(read_as.text) for link in read_as.links)
    assert all(0 <= block.start < block.end <= len(read_as.text) for block in read_as.blocks)
