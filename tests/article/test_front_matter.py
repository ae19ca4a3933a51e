"""Front matter says who wrote what and when; where it ends, the text begins."""

from __future__ import annotations

import pytest

from archiver.article.front_matter import FrontMatter, front_matter
from archiver.article.read import read


def said(text: str) -> tuple[str | None, str | None, str | None, str | None]:
    found = front_matter(text)
    return found.title, found.author, found.published, found.language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: Words # no words\nauthor: [A, 'B']\n---\n", ("Words", "A, B", None, None)), ('---\ntitle: "A \\"B\\""\nDate: 2020-02-03 13:30\nlang: hi\n---\n', ('A "B"', None, "2020-02-03", "hi")),
        ("---\ntitle: >-\n  two\n  lines\nauthors:\n  - name: A\n    url: http://a.example/\n  - B\n---\n", ("two lines", "A, B", None, None)),
        ("---\nauthor:\n  name: N. N.\n  email: x\ntitle: ~\npubDate: Feb 3\n---\n", (None, "N. N.", None, None)), ("---\ntitle: 'long\n  title'\n---\n", ("long title", None, None, None)),
        ('+++\ntitle = "T"\ndate = 2020-02-03T01:02:03Z\nauthors = ["A"]\n[params]\nx = 1\n+++\n', ("T", "A", "2020-02-03", None)), ('{\n "title": "T", "author": {"name": "A"}\n}\n# H', ("T", "A", None, None)),
        ("title: T\nimage: x.png\n---\n# H", ("T", None, None, None)), ("+++\nbroken = = \n+++\n", (None, None, None, None)),
    ],
)  # fmt: skip
def test_values(text: str, expected: tuple[str | None, ...]):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("slug: 2020-10-28-the-words", "2020-10-28"),
        ("name: 2020-10-28-letter-zh", "2020-10-28"),
        ("permalink: /zh/letters/2020/10/28/", "2020-10-28"),
        ("permalink: /zh/letters/2020/10/28/\ndate: 2021-01-02", "2021-01-02"),
        ("slug: notes-of-2020-10-28", None),
        ("slug: 2020-13-28-x", None),
        ("url: https://other.example/2020/10/28/x", None),
        ("permalink: /:year/:month/:day/", None),
    ],
)
def test_the_day_of_a_post_in_its_name(line: str, day: str | None):
    assert front_matter(f"---\ntitle: T\n{line}\n---\n").published == day


def test_the_day_in_the_name_of_the_file():
    def published(name: str, front: str = "title: T") -> str | None:
        return read(f"---\n{front}\n---\nWords.\n".encode(), source=name).published

    assert published("_posts/2020-10-28-the-words.md") == "2020-10-28"
    assert published("_posts/2020-10-28-the-words.md", "date: 2021-01-02") == "2021-01-02"
    assert published("2020-10-28-files/words.md") is None


@pytest.mark.parametrize(
    ("lines", "url", "named"),
    [
        ("canonical_url: https://a.example/x", "https://a.example/x", "https://a.example/x"),
        ("URL: https://a.example/x\nEditURL: https://a.example/edit", "https://a.example/x", "https://a.example/x"),
        ("url: https://a.example/x", None, "https://a.example/x"),
        ("source: https://a.example/x", None, "https://a.example/x"),
        ("url: /x/", None, None),
        ("link: https://a.example/x", None, None),
        ("source: The Coast", None, None),
    ],
)
def test_where_the_page_is(lines: str, url: str | None, named: str | None):
    found = front_matter(f"---\ntitle: T\n{lines}\n---\n")
    assert (found.url, found.named) == (url, named)


@pytest.mark.parametrize(
    "text",
    [
        "# H\n---\nx: y\n---\n",
        "Words: and\n\nmore\n---\n",
        "---\n\nA rule, then words.\n\nMore words\n",
        "",
        "---\ntitle: never closed\n",
        "{\n broken",
        "A: sentence like this.\nAnd more.\n\n---\n",
    ],
)
def test_what_is_none(text: str):
    assert front_matter(text) == FrontMatter()


def test_a_text_without_a_name_is_known_by_its_front_matter():
    assert read(b"---\ntitle: T\n---\n[a](http://a.example/)", source="-").media_type == "text/markdown"
    assert read(b"--- title ---\nwords", source="-").media_type == "text/plain"


@pytest.mark.parametrize(
    ("source", "url", "said_type", "expected"),
    [
        ("a.md", None, None, "text/markdown"), ("a.mdx", None, None, "text/markdown"), ("a.rst", None, None, "text/x-rst"), ("a.wiki", None, None, "text/x-wiki"),
        ("https://a.example/a.md", "https://a.example/a.md", "text/plain", "text/markdown"), ("a.md", None, "text/plain", "text/plain"), ("https://a.example/a.md", "https://a.example/a.md", "text/html", "text/html"),
        ("-", None, "text/markdown; charset=utf-8", "text/markdown"), ("a.txt", None, "text/x-rst", "text/x-rst"),
    ],
)  # fmt: skip
def test_which_markup_language(source: str, url: str | None, said_type: str | None, expected: str):
    assert read(b"<p>words</p>", source=source, url=url, media_type=said_type).media_type == expected
