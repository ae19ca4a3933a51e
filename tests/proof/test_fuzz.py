"""Every reader against damaged and hostile articles: seeds of each format, mutated by pieces of that format.

Whatever comes out, it is an article or one UsageError; offsets slice exactly; each selector of each place finds the place again; the
citations survive JSON; and nothing takes more processor time than PATIENCE. `FUZZ_SECONDS` is how long the long form stays with a reader.
"""

from __future__ import annotations

import base64
import gzip
import io
import itertools
import json
import os
import plistlib
import time
import zipfile
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from archiver.article.article import Article
from archiver.article.read import read
from archiver.citation.citation import Citation, Place
from archiver.citation.extract import extract
from archiver.citation.place import Resolution, resolve
from archiver.embed import PLATFORMS
from archiver.errors import UsageError
from tests.article.pdf_made import Page, pdf
from tests.article.test_saved import mhtml

SECONDS = float(os.environ.get("FUZZ_SECONDS", "600"))
SHORT, BATCH = 12, 100  # examples in the normal run, and at a time in the long form
PATIENCE = 10.0  # seconds of processor time, for a few kilobytes
LONGEST = 20_000
DESCRIBED = 40  # places of an article that are held to the proof

POST = "https://x.com/asker/status/1546932014861647872"
PROSE = f"""The port opened again. "We load at dawn" — Dana Cole (@danacole) July 12, 2022 {POST}
See www.harbour.example/report(2) and https://harbour.example/a?b=1&c=%20#d, or فتح الميناء https://مثال.إختبار/صفحة today.
"""
HTML = f"""<!doctype html><html lang=en><head><title>Port</title><meta property="og:url" content="https://news.example/port">
<base href="https://news.example/"><script type="application/ld+json">{{"@type":"NewsArticle","author":{{"name":"A"}}}}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Port</h1><p>The port <b>opened <i>again</b> today</i>, <a href="/report">says</a> she.
<blockquote class="twitter-tweet"><p>We load at dawn</p>&mdash; Dana (@danacole) <a href="{POST}">July 12, 2022</a></blockquote>
<iframe data-src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe><noscript><img src="x.png"><iframe src="//b.example"></iframe></noscript>
<table><tr><td>1<td>2</table><svg><a href="#x"><text>s</text></a></svg><template><p>t</p></template><pre> a
 b</pre></article><footer>&copy; <a href="https://x.com/intent/tweet?url=a">Share</a></footer></body></html>"""
MARKDOWN = f"""---
title: "Port"
date: 2022-07-12
---
# Port

The *port* opened [again](https://harbour.example/a "t"), see [the report][r] and <https://harbour.example/b>.

> {PROSE}

{{{{< tweet user="danacole" id="1546932014861647872" >}}}} {{% youtube dQw4w9WgXcQ %}} ![p](x.png)

- `code` <a href="https://c.example">html</a>
```
https://code.example
```

[r]: <https://harbour.example/r> 'Report'
"""
RST = f"""====
Port
====

The port opened `again <https://harbour.example/a>`_, see report_ and |p|. {PROSE}

.. _report: https://harbour.example/r
.. |p| image:: x.png
.. code:: sh

   curl https://code.example
"""
WIKI = f"""'''Port''' opened [https://harbour.example/a again].<ref name="r">{{{{cite web |url=https://harbour.example/r |title=R}}}}</ref>
{{{{Cite tweet |user=danacole |number=1546932014861647872 |date=12 July 2022 |title=We load at dawn}}}} [[File:x.png|thumb|a [[b]]]]
{{| class="t"
| a || [[b|c]]
|}}
<nowiki>https://code.example</nowiki> <!-- https://comment.example --> == H == {PROSE}
"""
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title>
<link>https://news.example</link><item><title>Port &amp; sea</title><link>https://news.example/port</link><pubDate>Tue, 12 Jul 2022 10:00:00 GMT</pubDate>
<content:encoded><![CDATA[<p>The port <a href="{POST}">opened</a></p>]]></content:encoded></item>
<item><title>Two</title><description>&lt;p&gt;See &lt;a href="https://b.example"&gt;b&lt;/a&gt;&lt;/p&gt;</description></item></channel></rss>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "items": [{"id": "1", "url": "https://news.example/port", "content_html": f"<p><a href='{POST}'>p</a></p>", "title": "Port"}],
    }
)
WXR = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><wp:wxr_version>1.2</wp:wxr_version><item><title>Port</title><wp:post_type>post</wp:post_type><wp:status>publish</wp:status><content:encoded>
<![CDATA[<!-- wp:embed {{"url":"{POST}"}} --><figure>{POST}</figure><!-- /wp:embed -->

[embed]https://www.youtube.com/watch?v=dQw4w9WgXcQ[/embed] text

https://vimeo.com/1]]></content:encoded></item></channel></rss>"""
MAIL = f"""From: =?utf-8?q?Dana_C=C3=B4le?= <d@news.example>
To: r@news.example
Subject: =?utf-8?b?{base64.b64encode("الميناء".encode()).decode()}?=
Date: Tue, 12 Jul 2022 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b1"

--b1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

The port opened =E2=80=94 https://harbour.example/a=
b
--b1
Content-Type: text/html; charset*=utf-8''utf-8
Content-Transfer-Encoding: base64

{base64.encodebytes(HTML.encode()).decode()}
--b1--
"""
PAGE = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n{len(HTML.encode()):x}\r\n{HTML}\r\n0\r\n\r\n".encode()
RECORD = (
    b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/port\r\nWARC-Date: 2022-07-12T10:00:00Z\r\n"
    b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(PAGE), PAGE)
)
PDF = pdf(
    Page()
    .text(40, 700, "The port opened again, says https://harbour.exam-")
    .text(40, 688, "ple/a and (b) at dawn.")
    .link((40, 690, 200, 710), POST),
    Page().visual(500, 700, "فتح الميناء").link((0, 0, 10, 10), "javascript:x", quads="1 2 3 4 5 6 7 8"),
    info="/Title (Port) /Author (Dana) /CreationDate (D:20220712)",
)


def wacz() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("archive/a.warc.gz"), gzip.compress(RECORD, mtime=0))
        archive.writestr(zipfile.ZipInfo("pages/pages.jsonl"), '{"format":"json-pages-1.0"}\n{"url":"https://news.example/port"}\n')
        archive.writestr(zipfile.ZipInfo("datapackage.json"), '{"profile":"data-package","mainPageUrl":"https://news.example/port"}')
    return file.getvalue()


@dataclass(frozen=True)
class Format:
    """A reader's seed, its name, and the pieces that it takes seriously."""

    name: str
    seed: bytes
    pieces: tuple[bytes, ...]


TEXT_PIECES = [
    "\n",
    "\t(",
    ")",
    "“",
    "”",
    "‘",
    "«",
    "—",
    "–",
    "-",
    "/",
    "#",
    "?",
    "&",
    "@",
    ":",
    ".",
    ",",
    "\xa0",
    "\u200f",
    "\u202b",
    "٠",
    "�",
    "é",
    "ب",
    "中",
    "😀",
    "https://",
    "http://[",
    "www.",
    "t.co/",
    "pic.twitter.com/",
    "(@a)",
]
TAGS = "<p>|<b>|</b>|<a href=|<a href='//é'>|<table>|<td>|</table>|<svg>|<math>|<template>|<script>|<style>|<!--|-->|<textarea>|<plaintext>|<iframe src=|<noscript>|<li>|<select>|<base href='\\\\x'>|<frameset>|<div |=|\"|'|>|&amp|&#0;|&#xD800;|<o:p>|<blockquote class=twitter-tweet>|</|<font>|id=a|<pre>\n"
MARKS = "[|](|]|![|**|_|`|```\n|~~~\n|>|- |1. |\n\n|\n    |{{<|>}}|{%|%}|<!--|-->|---\n|+++\n|#|<|\\|[a]:|{{|}}|[[|]]|<ref>|</ref>|<nowiki>|''|==|{|\n|||.. |::\n\n|`_|__|.. _a:|:a:`|\n===\n|date: 2022-13-45|title: {a"
XML = "<item>|</item>|<![CDATA[|]]>|&lt;|&amp;lt;|&nbsp;|<!DOCTYPE x [<!ENTITY a 'b'>]>|&a;|<description>|</rss>|<?xml version='1.1' encoding='x'?>|xmlns:a='b'|\"|{|}|[|\\ud800|null|1e999|:|[embed]|[/embed]|<!-- wp:embed {|} -->"
HEADERS = "\n\n|\r\n|--b1|--b1--\n|Content-Type: |Content-Type: text/html; charset=\n|multipart/mixed; boundary=|;|charset=rot13|charset=hex|charset*0*=|=?|?=|=?utf-8?b?|=|Content-Transfer-Encoding: uuencode\n|begin 644 x\n|\x00|é"
BINARY = b"WARC/1.1\r\n|Content-Length: 99999999999\r\n|Content-Length: -1\r\n|WARC-Type: revisit\r\n|\r\n\r\n|Content-Encoding: br\r\n|Content-Encoding: gzip, deflate\r\n|\x1f\x8b\x08|PK\x01\x02|PK\x05\x06|\xff\xff\xff\xff|\x00\x00|HTTP/1.1 302 x\r\nLocation: \r\n|chunked|ffffffff\r\n"
OBJECTS = b"obj|endobj|stream\n|endstream|<<|>>|/Rect [0 0 1e38 1]|/Kids [1 0 R]|1 0 R|/Length 99999|/Filter /FlateDecode|/URI (|BT|ET|Tf|Td|<FF> Tj|(x) Tj|xref|trailer|%PDF-|%%EOF|/QuadPoints [1 2]|/Encrypt 1 0 R|nan|-1|/Rotate 90|q 1 0 0 1 0 0 cm"


def pieces(*lists: str | bytes | list[str]) -> tuple[bytes, ...]:
    return tuple(
        piece if isinstance(piece, bytes) else piece.encode("utf8")
        for one in lists
        for piece in (one if isinstance(one, list) else one.split("|" if isinstance(one, str) else b"|"))  # type: ignore[arg-type]
    )


MAIN = {"WebResourceData": HTML.encode(), "WebResourceURL": "https://news.example/a", "WebResourceMIMEType": "text/html"}
FORMATS = (
    Format("a.html", HTML.encode(), pieces(TAGS, TEXT_PIECES)),
    Format("a.txt", PROSE.encode(), pieces(TEXT_PIECES)),
    Format("a.md", MARKDOWN.encode(), pieces(MARKS, TAGS, TEXT_PIECES)),
    Format("a.rst", RST.encode(), pieces(MARKS, TEXT_PIECES)),
    Format("a.wiki", WIKI.encode(), pieces(MARKS, TAGS)),
    Format("rss.xml", RSS.encode(), pieces(XML, TAGS)),
    Format("feed.json", JSON_FEED.encode(), pieces(XML, TAGS)),
    Format("wxr.xml", WXR.encode(), pieces(XML, MARKS)),
    Format("a.eml", MAIL.encode(), pieces(HEADERS, TAGS)),
    Format("a.mhtml", mhtml(), pieces(HEADERS, TAGS)),
    Format("a.webarchive", plistlib.dumps({"WebMainResource": MAIN}, fmt=plistlib.FMT_BINARY), pieces(BINARY, TAGS)),
    Format("a.warc", RECORD, pieces(BINARY, TAGS)),
    Format("a.warc.gz", gzip.compress(RECORD, mtime=0), pieces(BINARY)),
    Format("a.wacz", wacz(), pieces(BINARY)),
    Format("a.pdf", PDF, pieces(OBJECTS, BINARY)),
)

# an operation: what, where (as a share of the length), how far, which piece, how often
OPERATION = st.tuples(
    st.sampled_from(("insert", "insert", "delete", "double", "move", "flip", "cut")),
    st.floats(0, 1),
    st.integers(1, 60),
    st.integers(0, 10_000),
    st.sampled_from((1, 1, 1, 2, 5, 60, 400)),
)


def mutated(form: Format, operations: list[tuple[str, float, int, int, int]]) -> bytes:
    data = form.seed
    for what, share, far, which, often in operations:
        at = int(share * len(data))
        piece = data[at : at + far]
        match what:
            case "insert":
                data = data[:at] + form.pieces[which % len(form.pieces)] * often + data[at:]
            case "delete":
                data = data[:at] + data[at + far :]
            case "double":
                data = data[:at] + piece * often + data[at:]
            case "move":
                rest = data[:at] + data[at + far :]
                to = which % (len(rest) + 1)
                data = rest[:to] + piece + rest[to:]
            case "flip":
                data = data[:at] + bytes(byte ^ (1 << which % 8) for byte in piece[:1]) + data[at + 1 :]
            case "cut":
                data = data[: max(1, at)] if often > 1 else data
        data = data[:LONGEST]
    return data


def hold(data: bytes, name: str) -> None:
    """Hold the reader to what it promises on these bytes."""
    begun = time.process_time()
    try:
        article = read(data, source=name)
    except UsageError as error:
        assert "\n" not in error.message  # noqa: PT017 - which of the two it is, is what is tested
        return
    citations = extract(article, PLATFORMS)
    assert time.process_time() - begun < PATIENCE
    edges = [edge for block in article.blocks for edge in (block.start, block.end)]
    assert edges == sorted(edges)
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(article.text))
    said = json.loads(json.dumps([one.as_json() for one in citations]))
    assert tuple(map(Citation.from_json, said)) == citations
    places = [place for one in citations for place in one.places]
    for place in places[:DESCRIBED]:
        hold_place(article, place)


def hold_place(article: Article, place: Place) -> None:
    if place.start is None or place.end is None:
        return
    assert article.text[place.start : place.end] == place.exact
    there = Resolution("exact", place.start, place.end)
    assert resolve(place, article) == there
    assert resolve(place, article, "position") == there
    for by, value in (("line", place.line), ("quote", True), ("xpath", place.xpath), ("css", place.css), ("page", place.page)):
        if value is None:
            continue
        found = resolve(place, article, by)
        assert found == there or (found.status == "ambiguous" and (place.start, place.end) in found.candidates), (by, place, found)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_seed_is_read_and_cites(form: Format):
    article = read(form.seed, source=form.name)
    assert extract(article, PLATFORMS)
    hold(form.seed, form.name)


def fuzz(form: Format, number: int, examples: int) -> None:
    @seed(number)
    @settings(max_examples=examples, database=None, phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck))
    @given(st.lists(OPERATION, min_size=1, max_size=8))
    def one(operations: list[tuple[str, float, int, int, int]]) -> None:
        hold(mutated(form, operations), form.name)

    one()


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_damaged_articles_are_read_or_refused(form: Format):
    fuzz(form, 1, SHORT)


@pytest.mark.proof
@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_ten_minutes_of_damage(form: Format):
    end = time.monotonic() + SECONDS
    first = int(time.time()) * 1_000_000
    for number in itertools.count(first):
        fuzz(form, number, BATCH)
        if time.monotonic() > end:
            print(f"{form.name}: {(number - first + 1) * BATCH} articles, seeds from {first}")
            return
