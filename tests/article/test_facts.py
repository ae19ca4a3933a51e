"""What a page says of itself, in the forms it says it, hostile ones among them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.article.document import Document
from archiver.article.facts import Facts, facts
from archiver.article.publication import Publication
from archiver.article.times import iso_date


def of(head: str) -> Facts:
    return facts(Document(head))


def island(written: str) -> str:
    return f'<script type="application/ld+json">{written}</script>'


def test_news_page():
    said = of((Path(__file__).parent / "pages" / "news.html").read_text("utf8"))
    assert dict(said.open_graph)["og:title"] == "Bridge to close"
    assert [(thing["@type"], thing.get("headline")) for thing in said.json_ld] == [
        ("WebSite", None),
        (["NewsArticle"], "Harbour bridge to close for a year"),
    ]
    assert replace(said, open_graph=(), json_ld=()) == Facts(
        title="Harbour bridge to close for a year - The Coast Courier",
        og_title="Bridge to close",
        headline="Harbour bridge to close for a year",
        canonical="https://courier.example/2023/bridge",
        og_url="https://courier.example/bridge",
        og_type="article",
        og_site_name="The Coast Courier",
        description="What the closure means.",
        author="Ada Quill, Ben & Sons",
        publication=Publication("2023-03-09"),
        language="en-GB",
        modified="2023-04-01",
    )


def test_a_page_that_says_nothing():
    assert of("<p>2022-07-21 <time datetime=2022-07-21>today</time>") == Facts()


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<meta property="article:published_time" content="2022-07-21T08:00:00+02:00">', "2022-07-21"),
        ('<meta name="DC.date.issued" content="2022/07/21">', "2022-07-21"),
        ('<meta name=date content="Thu, 21 Jul 2022 23:10:00 +0000">', "2022-07-21"),
        ('<meta itemprop="datePublished" content="20220721">', "2022-07-21"),
        ('<time itemprop="datePublished" datetime="2022-07-21">x</time>', "2022-07-21"),
        ('<time class="entry-date published" datetime="2022-07-21T00:00">x</time>', "2022-07-21"),
        ("<time pubdate>2022-07-21</time>", "2022-07-21"),
        ("<abbr class=published title='2022-07-21T05:06:00-07:00'>5:06 AM</abbr>", "2022-07-21"),
        ("<abbr class=published title='Thu, 5:06 am'>July 21st, 2022</abbr>", "2022-07-21"),
        ('<meta property="article:published_time" content="21.07.2022, 07:00:03">', "2022-07-21"),
        ("<span itemprop=datePublished> July 21, 2022 </span>", "2022-07-21"),
        ("<span itemprop=datePublished>07/08/2022</span>", None),
        ('<meta name="DC.date.created" content="21.07.2022">', None),  # of a file, often, and in words never meant for machines
        ("<abbr itemprop=datePublished title='2022-07-21T05:06:00-07:00'>5:06 AM</abbr>", "2022-07-21"),
        ("<abbr class=updated title='2022-07-21T05:06:00-07:00'>5:06 AM</abbr>", None),
        ('<meta name=date content="2022-02-30"><meta name=pubdate content="2022-03-01">', "2022-03-01"),
        ('<meta property="article:modified_time" content="2022-07-21">', None),
        ('<meta name=date content="21.07.2022">', None),
        ('<meta name=date content="٢٠٢٢-٠٧-٢١">', None),
        (island('{"@type":"BreadcrumbList","datePublished":"2022-07-21"}'), None),
        (island('[{"@type":"WebPage","datePublished":"2020-01-01"},{"@type":"BlogPosting","datePublished":"2022-07-21"}]'), "2022-07-21"),
    ],
)
def test_published_is_a_date_that_the_page_states(head: str, published: str | None):
    assert of(head).published == published


@pytest.mark.parametrize(
    "written",
    [
        '{"@type":"Article","headline":"H",}',
        '<!-- {"@type":"Article","headline":"H"} -->',
        '/*<![CDATA[*/ {"@type":"Article","headline":"H"} /*]]>*/',
        "{&quot;@type&quot;:&quot;Article&quot;,&quot;headline&quot;:&quot;H&quot;}",
        '{"@type":"Article",\n// a note\n"headline":"H"};',
        '{"@type":"Article","headline":"\n\tH "}',
        '{"@graph":[{"@type":"WebPage","mainEntity":{"@type":["X","NewsArticle"],"headline":"H"}}]}',
    ],
)
def test_json_ld_is_read_leniently(written: str):
    assert of(island(written)).headline == "H"


@pytest.mark.parametrize(
    "written",
    [
        "[" * 100_000 + "]" * 100_000,
        '{"@graph":' * 50_000,
        '{"a":' * 900 + "1" + "}" * 900,
        '{"@type":"Article","author":' + "9" * 5000 + "}",
        '{"@type":{"x":[]},"headline":["H"],"author":[[["x"]]],"datePublished":{"a":1}}',
        '{"@type":"Article","headline":"' + "x" * (3 << 20) + '"}',
        "\n" * 1_000_000 + "{",
        ", " * 500_000 + "{",
        "/* " * 300_000 + "{",
        "nonsense",
        "",
    ],
)
def test_hostile_json_ld_says_nothing_and_breaks_nothing(written: str):
    assert of(island(written)) == Facts()


def test_many_islands_cost_no_more_than_their_share():
    assert of(island("[" + ",".join(["{}"] * 5_000) + "]") * 20 + island('{"@type":"Article","headline":"H"}')).headline is None


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<html lang=AR>", "ar"),
        ("<html xml:lang=pt_br>", "pt-BR"),
        ("<html lang=''><meta property=og:locale content=fa_IR>", "fa-IR"),
        ("<html lang='{{lang}}'><meta http-equiv=Content-Language content=tr>", "tr"),
        ("<html lang=zh-hant-tw>", "zh-hant-TW"),
        ("<html lang='en, fr'>", None),
    ],
)
def test_language(html: str, language: str | None):
    assert of(html).language == language


def test_title_is_the_pages_not_a_drawings():
    assert of("<body><svg><title>icon</title></svg><title> The\n page </title>").title == "The page"


def test_an_author_given_as_an_address_is_no_name():
    assert of('<meta property="article:author" content="https://facebook.com/x"><meta name=byl content="Ada">').author == "Ada"


def test_first_of_several_counts_and_robots_is_kept():
    said = of(
        "<link rel='x canonical' href=/a><link rel=canonical href=/b><meta name=robots content='noarchive'><meta name=robots content=none>"
    )
    assert (said.canonical, said.robots) == ("/a", "noarchive")


@given(st.text(max_size=60) | st.none() | st.integers())
def test_iso_date_never_raises(written: object):
    assert iso_date(written) is None or len(str(iso_date(written))) == 10


@given(
    st.lists(
        st.sampled_from(
            [
                "<meta name=",
                "author",
                " content=",
                "'",
                '"',
                ">",
                "<title>",
                "<link itemprop=x>",
                "<script itemprop=a type>",
                "<time pubdate",
            ]
        ),
        max_size=15,
    ).map("".join)
)
def test_any_head_is_read(head: str):
    assert isinstance(of(head), Facts)


def test_what_is_kept_of_json_ld_and_cards_has_a_measure():
    thing = {
        "@type": "Article",
        "headline": "x" * 9_000,
        "image": [{"url": str(n)} for n in range(99)],
        "author": {"a": {"b": {"c": 1}}},
        "secret": 1,
    }
    said = of("".join(island(json.dumps(thing)) + f'<meta property="og:{n}" content="{"y" * 9_000}">' for n in range(99)))
    assert len(said.json_ld) == 12
    assert set(said.json_ld[0]) == {"@type", "headline", "image", "author"}
    assert (len(said.json_ld[0]["headline"]), len(said.json_ld[0]["image"]), said.json_ld[0]["author"]) == (500, 12, {"a": {"b": {}}})
    assert (len(said.open_graph), len(said.open_graph[0][1])) == (60, 500)
