"""reStructuredText is read where it stands; its text is its words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver import embed
from archiver.article.restructured.restructured import read_restructured
from archiver.citation.extract import extract
from tests.article.citing import cited_by


def cited(text: str) -> list[tuple[str, str | None, str]]:
    read = read_restructured(text.encode(), source="a.rst")
    return cited_by(read)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See `the words <http://a.example/>`_.", [("link", "http://a.example/", "the words")]),
        ("See `the\nwords <http://a.example/\nlong>`__.", [("link", "http://a.example/long", "the\nwords")]),
        ("A name_ and `Two  Words`_.\n\n.. _name: http://a.example/\n.. _two words: http://b.example/x\n   y", [("link", "http://a.example/", "name"), ("link", "http://b.example/xy", "Two  Words")]),
        ("`one`__ and two__.\n\n__ http://a.example/\n\n.. __: http://b.example/", [("link", "http://a.example/", "one"), ("link", "http://b.example/", "two")]),
        ("`jo <http://a.example/>`_ and jo_ again", [("link", "http://a.example/", "jo"), ("link", "http://a.example/", "jo")]),
        ("x_\n\n.. _x: y_\n.. _y: http://a.example/", [("link", "http://a.example/", "x")]),
        ("x_\n\n.. _x: y_\n.. _y: x_", []), ("`t <x_>`_\n\n.. _x: http://a.example/", [("link", "http://a.example/", "t")]),
        (":ref:`words <target>` and snake_case_ and ``lit <http://a.example/>``", []),
        ("|logo|_ and x_\n\n.. |logo| replace:: the logo\n.. _logo: http://a.example/\n\n   .. a remark\n.. _x: http://b.example/", [("link", "http://a.example/", "logo"), ("link", "http://b.example/", "x")]),
        ("one__ and two__\n\n__ http://a.example/\n   long\n__ http://b.example/", [("link", "http://a.example/long", "one"), ("link", "http://b.example/", "two")]),
        ("`The old`_ and new_\n\n.. _The old:\n.. _new: http://a.example/", [("link", "http://a.example/", "The old"), ("link", "http://a.example/", "new")]),
        ("`A :: B`_\n\n.. _A :: B: http://a.example/", [("link", "http://a.example/", "A :: B")]),
        ("Words [1]_.\n\n.. [1] `A note\n   that is long <http://a.example/)>`_", [("link", "http://a.example/)", "A note\n   that is long")]),
        (":pep:`8` and :rfc:`mail <822#part>`", [("link", "https://peps.python.org/pep-0008/", ":pep:`8`"), ("link", "https://datatracker.ietf.org/doc/html/rfc822", ":rfc:`mail <822#part>`")]),
        ('.. csv-table::\n\n   a, "`b <http://a.example/>`_"', [("link", "http://a.example/", "b")]), (".. parsed-literal::\n\n   run `b <http://a.example/>`_", [("link", "http://a.example/", "b")]),
        ("bare http://a.example/x.", [("link", "http://a.example/x", "http://a.example/x")]),
        (".. tweet:: https://twitter.com/jo/status/1234567890", [("embed", "https://twitter.com/jo/status/1234567890", "")]),
        (".. image:: https://a.example/p.png\n   :target: http://a.example/page\n   :alt: http://c.example/x", [("link", "http://a.example/page", "http://a.example/page")]),
        (".. note:: See http://a.example/x\n\n   And `b <http://b.example/>`_.", [("link", "http://a.example/x", "http://a.example/x"), ("link", "http://b.example/", "b")]),
        (".. [1] Note with http://a.example/x", [("link", "http://a.example/x", "http://a.example/x")]),
        (".. raw:: html\n\n   <iframe src='https://player.example/1'></iframe>\n\nAfter.", [("embed", "https://player.example/1", "")]),
    ],
)  # fmt: skip
def test_links_and_directives(text: str, expected: list[tuple[str, str, str]]):
    assert cited(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        ".. comment http://a.example/x\n   more http://a.example/y", "..\n   http://a.example/x", "Code::\n\n   http://a.example/x\n\n   http://a.example/y", "::\n\n   http://a.example/x",
        ".. code-block:: rst\n\n   .. tweet:: https://twitter.com/jo/status/1234567890", ">>> get('http://a.example/x')", "- item::\n\n      http://a.example/x", ".. sourcecode:: sh\n   :linenos:\n\n   curl http://a.example/x",
        ".. _name: http://a.example/x", ".. raw:: latex\n\n   http://a.example/x", ".. tags:: http://a.example/x", "``http://a.example/x``",
    ],
)  # fmt: skip
def test_code_comments_and_machinery_cite_nothing(text: str):
    assert cited("Words.\n\n" + text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Code::\n\n   code\n\nhttp://a.example/x",
        "..\n\n   http://a.example/x",
        "::\nhttp://a.example/x",
        "- item\n\n  http://a.example/x",
        "    http://a.example/x",
    ],
)
def test_what_only_looks_like_code_hides_nothing(text: str):
    assert [url for _, url, _ in cited("Words.\n\n" + text)] == ["http://a.example/x"]


def test_directives_of_site_generators():
    text = (
        ".. youtube:: w7Ft2ymGmfc\n   :width: 400\n\n.. vimeo:: 146022717\n\n.. soundcloud:: 78131362\n\n.. media:: https://a.example/x\n"
    )
    links = read_restructured(text.encode(), source="a.rst").links
    assert [(link.url, link.kind) for link in links] == [
        ("https://www.youtube.com/watch?v=w7Ft2ymGmfc", "embed"), ("https://vimeo.com/146022717", "embed"),
        ("https://api.soundcloud.com/tracks/78131362", "embed"), ("https://a.example/x", "embed"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        ".. title: T\n.. date: 2020-02-03 10:00 UTC\n.. author: N. N.\n.. language: pt\n\nWords.",
        ":title: T\n:date: 2020-02-03\n:author: N.\n   N.\n:lang: pt\n\nWords.",
    ],
)
def test_what_it_says_of_itself(text: str):
    read = read_restructured(text.encode(), source="a.rst")
    assert (read.title, read.byline, read.published, read.language) == ("T", "N. N.", "2020-02-03", "pt")


def test_sections():
    text = (
        "=====\nTitle\n=====\n\nPara\ngoes on.\n\nPart\n----\n\n* item http://a.example/x\n\nSub\n~~~\n\nPart two\n--------\n\n----\n\nEnd."
    )
    read = read_restructured(text.encode(), source="a.rst")
    assert [(block.kind, block.level, read.text[block.start : block.end]) for block in read.blocks] == [
        ("heading", 1, "Title"), ("paragraph", 0, "Para\ngoes on."), ("heading", 2, "Part"), ("item", 0, "item http://a.example/x"),
        ("heading", 3, "Sub"), ("heading", 2, "Part two"), ("paragraph", 0, "End."),
    ]  # fmt: skip
    assert read.title == "Title"


@given(st.lists(st.sampled_from([*"`_<>.:|*[]=-~ \n\t\\aé", ".. ", "::\n\n ", "http://a.b/"]), max_size=60).map("".join))
@settings(max_examples=150)
def test_any_text_is_read_in_its_bounds(text: str):
    read = read_restructured(("x" + text).encode(), source="a.rst")
    assert all(0 <= link.start <= link.end <= len(read.text) for link in read.links)
    assert all(0 <= block.start < block.end <= len(read.text) for block in read.blocks)
    extract(read, embed.PLATFORMS)


def test_shortcodes_as_nikola_reads_them():
    text = "Fog\n===\n\n{{% tweet 1234567890 %}}\n\nIn ``{{% tweet 1234567891 %}}``, and::\n\n    {{% tweet 1234567892 %}}\n"
    read = read_restructured(text.encode(), source="a.rst")
    assert [(link.url, link.kind) for link in read.links] == [("https://twitter.com/i/status/1234567890", "embed")]
    assert "1234567890" not in read.text


def test_machinery_is_no_words():
    text = "Before.\n\n.. contents::\n   :local:\n\n.. _name: http://a.example/\n\n.. a remark\n\n.. figure:: a.png\n   :width: 80%\n\n   The words.\n\n.. raw:: html\n\n   <b>raw</b>\n"
    assert read_restructured(text.encode(), source="a.rst").text.split() == ["Before.", "The", "words.", "raw"]
    assert read_restructured(b".. tags:: lamps\n\nWords.\n", source="a.rst").text.split() == ["..", "tags::", "lamps", "Words."]
    code = "Before.\n\n.. code-block:: sh\n\n   run it\n\n.. note:: Mind this.\n"
    assert read_restructured(code.encode(), source="a.rst").text.split()[1:] == ["..", "code-block::", "sh", "run", "it", "Mind", "this."]
