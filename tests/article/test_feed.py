"""Feeds: what a feed reader shows, item by item; and what WordPress exports."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver import embed
from archiver.article.entry import Entry
from archiver.article.read import read
from archiver.citation.document import citations_document
from archiver.citation.extract import extract
from archiver.citation.place import resolve

NAMES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:wp="http://wordpress.org/export/1.2/" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
)
TWEET = '<blockquote class="twitter-tweet"><p>Hi</p>&mdash; N (@n) <a href="https://twitter.com/n/status/1234567890123456789">July 1, 2020</a></blockquote>'
ESCAPED = TWEET.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rss(*contents: str, head: str = "<title>The feed</title><link>https://a.example/</link>") -> str:
    made = "".join(
        f"<item><title>Item {n}</title><link>https://a.example/{n}</link>{content}</item>" for n, content in enumerate(contents, 1)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {NAMES}><channel>{head}{made}</channel></rss>'


def cited(text: str, source: str = "feed.xml") -> list[tuple[str, str | None]]:
    return [(one.kind, one.reference.url) for one in extract(read(text.encode(), source=source), embed.PLATFORMS) if one.in_body]


@pytest.mark.parametrize(
    "content",
    [
        f"<description>{ESCAPED}</description>", f"<description><![CDATA[{TWEET}]]></description>", f"<content:encoded><![CDATA[{TWEET}]]></content:encoded>",
        f"<description>A summary only</description><content:encoded>{ESCAPED}</content:encoded>", "<description>" + ESCAPED.replace("&", "&amp;") + "</description>",
    ],
)  # fmt: skip
def test_escaped_html_is_html(content: str):
    assert cited(rss(content)) == [("embed", "https://twitter.com/n/status/1234567890123456789")]


@pytest.mark.parametrize(
    ("content", "url"),
    [
        ('<content type="html">&lt;a href="http://b.example/"&gt;x&lt;/a&gt;</content>', "http://b.example/"),
        (
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">in <a href="http://b.example/">x</a></div></content>',
            "http://b.example/",
        ),
        (
            '<content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:a href="http://b.example/">x</h:a></h:div></content>',
            "http://b.example/",
        ),
        ('<summary type="text">see http://b.example/ and 1 &lt; 2</summary>', "http://b.example/"),
    ],
)
def test_atom(content: str, url: str):
    text = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="pt"><title>F</title><entry><title>E</title><link rel="alternate" href="https://a.example/1"/>{content}<author><name>N. N.</name></author><published>2020-02-03T04:05:06Z</published></entry></feed>'
    assert cited(text) == [("link", url)]
    article = read(text.encode(), source="f.xml")
    assert (article.media_type, article.language) == ("application/atom+xml", "pt")
    assert article.items == (Entry(0, len(article.text), "E", "https://a.example/1", "N. N.", "2020-02-03"),)


def test_json_feed():
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": "F", "home_page_url": "https://a.example/",
        "items": [
            {"id": "1", "url": "https://a.example/1", "title": "One", "content_html": '<p>see <a href="http://b.example/">x</a></p>', "authors": [{"name": "N. N."}], "date_published": "2020-02-03T01:02:03Z"},
            {"id": "2", "content_text": "bare http://c.example/x\n<b>", "author": {"name": "M."}}, "no item",
        ],
    }  # fmt: skip
    text = json.dumps(feed)
    assert cited(text, "-") == [("link", "http://b.example/"), ("link", "http://c.example/x")]
    article = read(text.encode(), source="f.json")
    one, two = article.items
    assert (one.title, one.byline, one.published, two.byline) == ("One", "N. N.", "2020-02-03", "M.")
    assert article.text[two.start : two.end].endswith("\n<b>")


def test_a_feed_is_its_items_in_order_each_below_its_title():
    text = rss(
        '<description>&lt;p&gt;one &lt;a href="http://b.example/"&gt;b</description>',
        "<description>two http://c.example/x</description><dc:creator>N.</dc:creator>",
    )
    article = read(text.encode(), source="feed.xml")
    assert article.text == "Item 1\none b\nItem 2\ntwo http://c.example/x"
    assert (article.title, article.media_type) == ("The feed", "application/rss+xml")
    citations = extract(article, embed.PLATFORMS)
    assert [(one.places[0].exact, one.places[0].heading, one.places[0].line) for one in citations] == [
        ("b", "Item 1", 2),
        ("http://c.example/x", "Item 2", 4),
    ]
    said = citations_document(article, citations)["article"]["items"]
    assert [(one["title"], article.text[one["start"] : one["end"]]) for one in said] == [
        ("Item 1", "Item 1\none b"),
        ("Item 2", "Item 2\ntwo http://c.example/x"),
    ]
    assert all(
        said[n]["start"] <= one.places[0].start < said[n]["end"] for n, one in enumerate(citations) if one.places[0].start is not None
    )
    for place in (place for one in citations for place in one.places):
        assert {resolve(place, article, by=selector).status for selector in ("position", "quote", "line")} == {"exact"}


def test_an_items_own_address_is_no_citation():
    end = "&lt;p&gt;The post &lt;a href='https://a.example/1/'&gt;Item 1&lt;/a&gt; appeared on &lt;a href='https://a.example'&gt;F&lt;/a&gt; by &lt;a href='https://b.example/x'&gt;B&lt;/a&gt;."
    assert cited(rss(f"<description>{end}</description>")) == [("link", "https://b.example/x")]


@pytest.mark.parametrize(
    "text",
    [
        rss("<description>R&D &nbsp; http://b.example/x?a=1&b=2 \x0c</description>"), rss("<description>http://b.example/x?a=1&amp;b=2</description>")[:-20],
        '<!DOCTYPE rss [<!ENTITY x "http://evil.example/">]>' + rss("<description>&x; http://b.example/x?a=1&amp;b=2</description>").partition("\n")[2],
        "\n<!-- by me -->\n" + rss("<description>http://b.example/x?a=1&amp;b=2</description>").partition("\n")[2],
    ],
)  # fmt: skip
def test_broken_xml_loses_nothing_and_declares_nothing(text: str):
    urls = [url for _, url in cited(text)]
    assert "http://b.example/x?a=1&b=2" in urls
    assert not any("evil" in (url or "") for url in urls)


def test_entities_do_not_multiply():
    bomb = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE rss [<!ENTITY x0 "boom">{bomb}]>{rss("<description>&x11;</description>").partition(chr(10))[2]}'
    assert len(read(text.encode(), source="feed.xml").text) < 10_000


@pytest.mark.parametrize(
    ("text", "source", "said", "expected"),
    [
        ("<rss><channel><item><description>x</description></item></channel></rss>", "-", None, "application/rss+xml"), (rss(), "feed.xml", None, "application/rss+xml"),
        (rss("<description>x</description>"), "https://a.example/feed", "text/html", "application/rss+xml"), (rss("<description>x</description>"), "a.txt", None, "text/plain"),
        ('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item><description>x</description></item></rdf:RDF>', "a.rdf", None, "application/rdf+xml"),
        ("<?xml version='1.0'?><feedback>x</feedback>", "a.xml", None, "text/plain"), ('{"version": "1"}', "a.json", None, "text/plain"),
    ],
)  # fmt: skip
def test_what_is_a_feed(text: str, source: str, said: str | None, expected: str):
    assert read(text.encode(), source=source, media_type=said).media_type == expected


# ----------------------------------------------------------------- WordPress


def post(content: str, kind: str = "post", status: str = "publish") -> str:
    return f"<excerpt:encoded>short</excerpt:encoded><content:encoded><![CDATA[{content}]]></content:encoded><wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Before\n\nhttps://twitter.com/n/status/1234567890\n\nAfter", [("embed", "https://twitter.com/n/status/1234567890")]),
        ("<p>https://twitter.com/n/status/1234567890</p>", [("embed", "https://twitter.com/n/status/1234567890")]),
        ("https://b.example/page", [("link", "https://b.example/page")]), ("words https://twitter.com/n/status/1234567890", [("link", "https://twitter.com/n/status/1234567890")]),
        ("[embed]https://b.example/v?a=1&amp;b=2[/embed]", [("embed", "https://b.example/v?a=1&b=2")]), ("[tweet 1234567890]", [("embed", "https://x.com/i/status/1234567890")]),
        ('<!-- wp:embed {"url":"https://b.example/v?a=1\\u0026b=2","type":"rich"} /-->', [("embed", "https://b.example/v?a=1&b=2")]),
        ('<!-- wp:core-embed/x {"url":"https://b.example/v"} -->\n<figure class="wp-block-x"><div>\nhttps://b.example/v\n</div><figcaption>by <a href="https://c.example/">C</a></figcaption></figure>\n<!-- /wp:core-embed/x -->', [("embed", "https://b.example/v"), ("link", "https://c.example/")]),
        ("<pre>\nhttps://twitter.com/n/status/1234567890\n</pre>", [("link", "https://twitter.com/n/status/1234567890")]),
        ("<!--\nhttps://twitter.com/n/status/1234567890\n-->", []), ('<!-- wp:embed {"url": broken} -->x<!-- /wp:embed -->', []),
    ],
)  # fmt: skip
def test_what_wordpress_embeds(content: str, expected: list[tuple[str, str]]):
    assert cited(rss(post(content))) == expected


def test_blank_lines_part_paragraphs():
    article = read(rss(post("One\ngoes on.\n\nTwo.\n\n\nhttps://b.example/\nThree.")).encode(), source="a.xml")
    assert article.text.split("\n") == ["Item 1", "One goes on.", "Two.", "https://b.example/", "Three."]


def test_attachments_and_what_was_thrown_away_are_no_articles():
    text = rss(
        post("http://b.example/1"),
        post("http://b.example/2", kind="attachment"),
        post("http://b.example/3", status="trash"),
        post("http://b.example/4", kind="page"),
    )
    assert [url for _, url in cited(text)] == ["http://b.example/1", "http://b.example/4"]
    assert len(read(text.encode(), source="a.xml").items) == 2


@pytest.mark.parametrize("piece", ["<pre>", "<!--", "<!-- wp:embed {", "<plaintext>", "<script>", "http://a.b/c\n", "[embed]", "<div>"])
def test_hostile_content_costs_no_time(piece: str):
    started = time.process_time()
    read(rss(post(piece * (100_000 // len(piece)))).encode(), source="a.xml")
    assert time.process_time() - started < 20


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<a href='http://a.b/'>",
                "</a>",
                "<!--",
                "-->",
                "&amp;",
                "&lt;p&gt;",
                "<plaintext>",
                "</article>",
                "\n\n",
                "http://a.b/c\n",
                "[embed]",
                "<pre>",
                "x",
                "</body>",
            ]
        ),
        max_size=30,
    ).map("".join)
)
@settings(max_examples=100)
def test_any_content_stays_in_its_item(content: str):
    article = read(rss(post(content.replace("]]>", "")), post("last http://z.example/x")).encode(), source="a.xml")
    assert article.text[article.text.rindex("Item 2") :] == "Item 2\nlast http://z.example/x"
    assert extract(article, embed.PLATFORMS)[-1].reference.url == "http://z.example/x"


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"{}>{}<entry><title>T</title><link href="/2020/one"/><content type="xhtml"{}><div xmlns="http://www.w3.org/1999/xhtml"><a href="two">x</a> <a href="http://b.example/">y</a></div></content></entry></feed>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ATOM.format("", '<link href="/blog/"/>', ""), ["http://b.example/"]),  # nothing says where the feed was: no address is lost by it
        (ATOM.format("", '<link rel="self" href="https://a.example/blog/atom"/><link href="/blog/"/>', ""), ["https://a.example/2020/two", "http://b.example/"]),
        (ATOM.format(' xml:base="https://c.example/x/"', "", ""), ["https://c.example/x/two", "http://b.example/"]),
        (ATOM.format(' xml:base="https://c.example/x/"', "", ' xml:base="y/"'), ["https://c.example/x/y/two", "http://b.example/"]),
        (ATOM.format(' xml:base=""', '<link href="https://a.example/"/>', ""), ["https://a.example/2020/two", "http://b.example/"]),
        (rss('<description>&lt;a href="two"&gt;x&lt;/a&gt; &lt;a href="#note"&gt;1&lt;/a&gt;</description>'), ["https://a.example/two"]),
        (json.dumps({"version": "https://jsonfeed.org/version/1.1", "home_page_url": "https://a.example/", "items": [{"id": 1, "url": "/p/1", "content_html": '<a href="two">x</a>'}]}), ["https://a.example/p/two"]),
    ],
)  # fmt: skip
def test_what_addresses_are_relative_to(text: str, expected: list[str]):
    assert [url for _, url in cited(text) if url] == expected


LINK = '&lt;a href="http://b.example/{}"&gt;x&lt;/a&gt;'
BARE = "<description>" + LINK + "</description>"


@pytest.mark.parametrize(
    "text",
    [
        rss(BARE.format(1), BARE.format(2)).replace("xmlns:dc", "xmlns:other").replace("</item>", "<dc:creator>N</dc:creator></item>"),
        rss(BARE.format(1), BARE.format(2))[:-40],
        rss(BARE.format(1), "<description><![CDATA[<a href='http://b.example/2'>x</a>")[:-24],
        rss(BARE.format(1) + "<broken>", BARE.format(2)),
        rss(BARE.format(1), BARE.format(2) + "<media:text <b> & more"),
        rss(f"<content:encoded>{LINK.format(1)}&#X20;&nbsp;</content:encoded>", BARE.format(2)) + "<",
    ],
)
def test_a_broken_feed_is_read_by_its_items(text: str):
    article = read(text.encode(), source="feed.xml")
    assert [item.title for item in article.items or ()] == ["Item 1", "Item 2"]
    assert cited(text) == [("link", "http://b.example/1"), ("link", "http://b.example/2")]


def test_a_feed_without_items_cites_what_it_says_of_itself():
    head = "<title>The feed</title><link>https://a.example/</link><description>Made by &lt;a href='http://b.example/'&gt;x&lt;/a&gt;</description>"
    article = read(rss(head=head).encode(), source="feed.xml")
    assert (article.text, article.items) == ("The feed\nMade by x", ())
    assert cited(rss(head=head)) == [("link", "http://b.example/")]


def test_a_feed_in_utf_16_without_a_mark():
    text = rss(BARE.format("ж")).replace("UTF-8", "UTF-16")
    assert cited_bytes(text.encode("utf-16-be")) == cited_bytes(text.encode("utf-16-le")) == ["http://b.example/%D0%B6"]


def cited_bytes(data: bytes) -> list[str | None]:
    return [one.reference.url for one in extract(read(data, source="feed.xml"), embed.PLATFORMS)]


@pytest.mark.parametrize(
    "piece", ["<item>", "<entry", "<item><a>", "</item>", "<item><description>", "<x:y ", "<![CDATA[", "<item><title>x"]
)
def test_broken_xml_costs_no_time(piece: str):
    start = time.process_time()
    read(("<rss><channel>" + piece * (100_000 // len(piece))).encode(), source="feed.xml")
    assert time.process_time() - start < 5


def test_an_entry_that_is_a_document_of_its_own():
    entry = (
        b'<?xml version="1.0"?><entry xmlns="http://www.w3.org/2005/Atom"><title>One</title><link href="https://a.example/1"/>'
        b'<author><name>Jo</name></author><content type="html">See &lt;a href="https://b.example/"&gt;this&lt;/a&gt;.</content></entry>'
    )
    article = read(entry, source="entry.atom")
    assert (article.media_type, article.title, article.byline, article.text.split()) == (
        "application/atom+xml",
        "One",
        "Jo",
        ["One", "See", "this."],
    )
    assert [(one.title, one.url) for one in article.items] == [("One", "https://a.example/1")]
