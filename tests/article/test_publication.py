"""The day of publication by fields: in which zone, of which thing."""

from __future__ import annotations

import json

import pytest

from archiver.article.document import Document
from archiver.article.facts import facts

UTC = '<meta property="article:published_time" content="2023-11-09T01:49:09+00:00">'
CARDS = "".join(f"<article><h3>Another</h3><time pubdate datetime=2019-0{month}-01></time></article>" for month in (1, 2, 3))


def published(html: str) -> str | None:
    return facts(Document(f"<html lang=en>{html}")).published


@pytest.mark.parametrize(
    ("other", "day"),
    [
        ("", "2023-11-09"),
        ('<link rel=canonical href="https://paper.example/2023/11/08/bridge/">', "2023-11-08"),
        ('<link rel=canonical href="https://paper.example/2023/11/09/bridge/">', "2023-11-09"),
        ('<link rel=canonical href="https://paper.example/2023/10/08/bridge/">', "2023-11-09"),  # no zone's day
        ('<time itemprop=datePublished datetime="2023-11-08T17:49:09-08:00">x</time>', "2023-11-08"),
        ('<time itemprop=datePublished datetime="2023-11-08T12:00:00-08:00">x</time>', "2023-11-09"),  # another instant
        ('<meta name="publish-date" content="2023-11-08 17:49:09">', "2023-11-08"),
        (
            '<meta name="publish-date" content="2023-11-09"><link rel=canonical href="https://paper.example/2023/11/08/bridge/">',
            "2023-11-09",
        ),
        ("<span itemprop=datePublished>November 8, 2023</span>", "2023-11-08"),
        ('<meta name="date" content="Wed, 08 Nov 2023 17:49:09 -0800">', "2023-11-08"),
    ],
)
def test_a_time_in_utc_is_of_the_day_that_other_fields_say(other: str, day: str):
    assert published(UTC + other) == day


def test_a_zone_that_is_said_is_believed():
    head = UTC.replace("01:49:09+00:00", "01:49:09+01:00")
    assert published(head + '<link rel=canonical href="https://paper.example/2023/11/08/bridge/">') == "2023-11-09"


@pytest.mark.parametrize(
    ("body", "day"),
    [
        (f"<article><h1>A bridge</h1><time pubdate datetime=2020-03-17></time></article>{CARDS}", "2020-03-17"),
        (f"<h1>A bridge</h1><article><time pubdate datetime=2020-03-17></time></article><ul><li>{CARDS}</ul>", "2020-03-17"),
        (f"<h1>A bridge</h1>{CARDS}", None),
        (f"<h1>A bridge</h1><ul><li>{CARDS}</ul>", None),
        ("<h1>A bridge</h1><div class=related><time class=published datetime=2019-01-01></time></div>", None),
        ("<h1>A bridge</h1><div class=comments><time class=published datetime=2019-01-01></time></div>", None),
        (
            "<h1>A kettle</h1><div itemscope itemtype='https://schema.org/Comment'><meta itemprop=datePublished content=2019-01-01></div>",
            None,
        ),
        ("<h1>A bridge</h1><time pubdate datetime=2020-03-17></time>", "2020-03-17"),
        ("<h1>A bridge</h1><time pubdate datetime=2020-03-17></time><time pubdate datetime=2019-03-17></time>", None),
    ],
)
def test_a_marked_date_is_of_the_thing_with_the_headline(body: str, day: str | None):
    assert published(body) == day


@pytest.mark.parametrize("name", ["date", "DC.date", "dcterms.date", "dcterms.created", "DC.date.created"])
def test_names_that_mean_some_date_come_last(name: str):
    vague = f'<meta name="{name}" content="2020-04-30">'
    assert published(vague) == "2020-04-30"
    assert published(f"{vague}<time itemprop=datePublished datetime=2020-03-17></time>") == "2020-03-17"
    assert published(f"{vague}<span itemprop=datePublished>March 17, 2020</span>") == "2020-03-17"


@pytest.mark.parametrize(
    ("kind", "day"), [("NewsArticle", "2020-03-17"), ("Recipe", "2020-03-17"), ("HowTo", "2020-03-17"), ("Book", "2023-11-09")]
)
def test_the_island_comes_first_where_the_page_is_the_thing(kind: str, day: str):
    island = json.dumps({"@type": kind, "datePublished": "2020-03-17"})
    assert published(f"{UTC}<script type='application/ld+json'>{island}</script>") == day
