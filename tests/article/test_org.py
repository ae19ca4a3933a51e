"""Org is read where it stands; its text is its words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.article.article import Article
from archiver.article.read import read
from tests.article.citing import cited_by


def article(text: str) -> Article:
    return read(text.encode(), source="post.org")


def cited(text: str) -> list[tuple[str, str | None, str]]:
    return cited_by(article(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [[https://a.example/x][the words]] and [[https://a.example/y]].", [("link", "https://a.example/x", "the words"), ("link", "https://a.example/y", "https://a.example/y")]),
        ("#+LINK: hub https://a.example/\n#+LINK: bug https://b.example/%s/show\n[[hub:one/two]] [[bug:7][seven]]", [("link", "https://a.example/one/two", "hub:one/two"), ("link", "https://b.example/7/show", "seven")]),
        ("[[youtube:dQw4w9WgXcQ][A film]] [[file:a.png]] [[*Part]]", [("embed", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "A film")]),
        ("=https://a.example/x= ~https://a.example/y~ <https://a.example/z>", [("link", "https://a.example/z", "https://a.example/z")]),
        ("#+begin_src sh\ncurl https://a.example/x\n#+end_src\n#+BEGIN_EXAMPLE\nhttps://a.example/y\n#+END_EXAMPLE\n: https://a.example/z", []),
        ("# https://a.example/x\n#+SETUPFILE: https://a.example/y\n* Part\n:PROPERTIES:\n:URL: https://a.example/z\n:END:\nWords.", []),
        ("#+CAPTION: From [[https://a.example/x][the report]]", [("link", "https://a.example/x", "the report")]),
        ("#+begin_export html\n<iframe src='https://www.youtube.com/embed/dQw4w9WgXcQ'></iframe>\n#+end_export", [("embed", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "")]),
        ("#+HTML: <a href='https://a.example/x'>words</a>\nSo @@html:<a href='https://a.example/y'>more</a>@@.", [("link", "https://a.example/x", "words"), ("link", "https://a.example/y", "more")]),
        ("{{< youtube dQw4w9WgXcQ >}}", [("embed", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "{{< youtube dQw4w9WgXcQ >}}")]),
    ],
)  # fmt: skip
def test_what_is_cited(text: str, expected: list[tuple[str, str, str]]):
    assert cited(text) == expected


def test_text_keywords_and_blocks():
    read_as = article(
        "#+TITLE: The title\n#+AUTHOR: Jo\n#+DATE: <2022-07-21 Thu>\n\n* TODO Part :tag:\nWords of [[https://a.example/][a]]\nparagraph.\n- One\n| a | b |\n# unseen\n"
    )
    assert (read_as.title, read_as.byline, read_as.published, read_as.media_type) == ("The title", "Jo", "2022-07-21", "text/org")
    shown = [(block.kind, read_as.text[block.start : block.end]) for block in read_as.blocks]
    assert shown[:3] == [("heading", "Part"), ("paragraph", "Words of a\nparagraph."), ("item", "One")]
    assert "unseen" not in read_as.text


@given(st.text(alphabet="https://a.b[]{}:=*+-|~@#\n ^\"'_\\", max_size=200))
@settings(max_examples=200)
def test_any_text_is_read_in_its_bounds(text: str):
    read_as = article("x" + text)
    assert all(0 <= link.start <= link.end <= len(read_as.text) for link in read_as.links)
    assert all(0 <= block.start < block.end <= len(read_as.text) for block in read_as.blocks)
