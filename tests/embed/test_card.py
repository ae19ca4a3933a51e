"""Cards: nothing in them runs, nothing in them leads out, every word in them is escaped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.article.document import Document
from archiver.citation.citation import Claims, Reference
from archiver.citation.platform import Media, Post, State
from archiver.embed.card.card import card, gone_card

WHEN = datetime(2026, 11, 23, 15, 4, tzinfo=UTC)
SOURCE = "<urn:uuid:0b6c2f3e-1111-4a5b-9c1d-aaaaaaaaaaaa>"
PHOTO, VIDEO, STILL = "https://pbs.twimg.com/media/K?format=jpg&name=orig", "https://video.twimg.com/v.mp4", "https://pbs.twimg.com/p.jpg"
POST = Post(
    "x", "1549651495053934597", "https://twitter.com/harbour_log/status/1549651495053934597", author="Harbour Log", handle="harbour_log",
    created="2022-07-20T07:04:53Z", text="Two ferries & one pier https://example.org/?a=1&b=2 #harbour", lang="en",
    media=(Media("photo", PHOTO, 'a "ferry"'), Media("video", VIDEO), Media("poster", STILL)), counts={"likes": 1234, "replies": 5},
)  # fmt: skip


def shown(post: Post, **paths: str) -> Document:
    return Document(card(post, media_paths=paths, source=SOURCE, archived=WHEN))


def texts(document: Document, css: str) -> list[str]:
    return [" ".join(element.text.split()) for element in document.select(css)]


def test_what_a_card_shows() -> None:
    document = shown(POST, **{PHOTO: PHOTO, VIDEO: VIDEO, STILL: STILL})
    assert texts(document, ".name") == ["Harbour Log"]
    assert texts(document, ".handle") == ["@harbour_log"]
    assert texts(document, ".text") == ["Two ferries & one pier https://example.org/?a=1&b=2 #harbour"]
    assert texts(document, ".when bdi") == ["20 July 2022, 07:04 UTC", "1,234 likes", "5 replies"]
    image, video = document.select("img")[0].attributes, document.select("video")[0].attributes
    assert (image["src"], image["alt"]) == (PHOTO, 'a "ferry"')
    assert (video["src"], video["poster"]) == (VIDEO, STILL)
    assert texts(document, "footer") == [
        f"Made by archiver from record {SOURCE}, archived 23 November 2026, 15:04 UTC. The record is the evidence; this page shows it."
    ]


def test_media_that_are_not_archived_are_said_so_and_not_loaded() -> None:
    document = shown(POST)
    assert document.select("img, video") == []
    assert texts(document, ".lost figcaption") == ['Picture not archived. a "ferry"', "Video not archived."]
    still = shown(POST, **{STILL: STILL})
    assert [image.attributes["src"] for image in still.select(".lost img")] == [STILL]


@pytest.mark.parametrize("path", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,<script>", "//", "", "x\nonerror=1"])
def test_media_come_from_addresses_that_do_no_harm(path: str) -> None:
    assert shown(POST, **{PHOTO: path}).select("img") == []


def test_a_picture_inside_the_page() -> None:
    assert shown(POST, **{PHOTO: "data:image/png;base64,AAAA"}).select("img")[0].attributes["src"] == "data:image/png;base64,AAAA"


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("وصلت العبّارة (B)", "rtl"),
        ("@raildesk https://example.org/ #Port وصلت", "rtl"),
        ("שתי מעבורות", "rtl"),
        ("12:30 – Two ferries وصلت", "ltr"),
        ("#ميناء", "rtl"),
        ("12 🚢", "ltr"),
        (None, "ltr"),
    ],
)
def test_direction(text: str | None, direction: str) -> None:
    document = shown(replace(POST, text=text))
    assert document.select("html")[0].attributes["dir"] == direction
    assert document.select("footer")[0].attributes["dir"] == "ltr"


def test_a_quoted_post_stands_inside_and_its_own_quotation_does_not() -> None:
    inner = replace(POST, text="inner", quoted=replace(POST, text="innermost"), media=())
    document = shown(replace(POST, quoted=inner, partial="the text of a long post is cut"))
    assert texts(document, "article article .text") == ["inner"]
    assert texts(document, ".missing") == ["Not whole: the text of a long post is cut."]
    assert texts(document, "article article .address") == []


EVIL = '</style></title><script>alert(1)</script><img src=x onerror=alert(1)>"\' onload=alert(1) x="'


@given(st.sampled_from([EVIL, "</main>", "<!--", "]]>", "&lt;b&gt;"]), st.text(max_size=20))
def test_no_word_becomes_markup(evil: str, more: str) -> None:
    words = evil + more
    quoted = Post("x", words, words, author=words, handle=words, created=words, text=words, lang=words)
    post = replace(quoted, media=(Media("photo", PHOTO, words), Media("video", words, words)), quoted=quoted, partial=words)
    for page in (
        card(post, media_paths={PHOTO: PHOTO, words: words}, source=words, archived=WHEN),
        gone_card(Reference("x", words, words, words), Claims(words, words, words, words, words), State.DELETED, words),
    ):
        document = Document(page)
        elements = document.select("*")
        assert {element.tag for element in elements} <= {
            "html", "head", "meta", "title", "style", "body", "main", "article", "header", "span", "p", "bdi", "div", "figure", "figcaption", "img",
            "time", "footer", "h1", "blockquote",
        }  # fmt: skip
        assert not [name for element in elements for name in element.attributes if name.startswith("on") or name == "href"]
        assert len(document.select("style")) == len(document.select("main")) == 1
        policies = [meta.attributes["content"] for meta in document.select("meta[http-equiv]")]
        assert len(policies) == 1
        assert "default-src 'none'" in policies[0]
        assert "script" not in policies[0]


def test_a_gone_post_says_who_says_what() -> None:
    reference = Reference("x", POST.id, POST.url, f"x:{POST.id}")
    claims = Claims(author="سجل الميناء", handle="harbour_log", date="2022-07-20", text="وصلت العبّارة", lang="ar")
    document = Document(gone_card(reference, claims, State.DELETED, "two endpoints agree: 404; 404"))
    assert texts(document, "h1") == ["This post has been deleted"]
    assert texts(document, ".reason") == ["two endpoints agree: 404; 404"]
    assert texts(document, "blockquote") == ["وصلت العبّارة"]
    assert texts(document, ".when") == ["20 July 2022"]
    assert "Nothing here came from the platform." in texts(document, "footer")[0]
    assert document.select("html")[0].attributes["dir"] == "rtl"
    silent = Document(gone_card(reference._replace(url=None), Claims(), State.RATE_LIMITED, "status 429"))
    assert texts(silent, "h1") == ["This post could not be archived"]
    assert silent.select("blockquote, .name, .said") == []
    assert "says nothing of it" in texts(silent, "footer")[0]
