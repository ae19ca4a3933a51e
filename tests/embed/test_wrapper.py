"""Wrappers of content systems: the address in them is the post's, unless they show the post themselves."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.article.document import Document
from archiver.citation.citation import Reference
from archiver.citation.platform import Answer, State, Target
from archiver.embed.answer import page
from archiver.embed.answer.page import posting, posting_author
from archiver.embed.markup.words import laid_out
from archiver.embed.markup.wrapper import WRAPPERS, identified, sight
from archiver.url import parts


def known(url: str) -> Reference | None:
    """A platform of its own: films.example.org/NUMBER."""
    named = parts(url)
    number = named.path[1:]
    return Reference("films", number, url, f"films:{number}") if named.host == "films.example.org" and number.isdigit() else None


def seen(markup: str) -> list[tuple[str, str | None]]:
    elements = Document(f"<body>{markup}").select(WRAPPERS)
    return [(found.via, found.reference.id) for element in elements if (found := sight(element, known))]


@pytest.mark.parametrize(
    ("markup", "via"),
    [
        ('<oembed url="https://films.example.org/7"></oembed>', "oembed[url]"),
        ('<p data-oembed-url="https://films.example.org/7"></p>', "p[data-oembed-url]"),
        ('<div data-oembed="https://films.example.org/7" data-oembed-provider="films"></div>', "div[data-oembed]"),
        ('<drupal-url data-embed-url="https://films.example.org/7"></drupal-url>', "drupal-url[data-embed-url]"),
        ('<figure class="tmblr-embed" data-url="https%3A%2F%2Ffilms.example.org%2F7"></figure>', "figure[data-url]"),
        ('<aside class="onebox x" data-onebox-src="https://films.example.org/7"></aside>', "aside[data-onebox-src]"),
        ('<figure class="element element-embed" data-canonical-url="https://films.example.org/7"></figure>', "figure[data-canonical-url]"),
        ('<amp-embedly-card data-url="https://films.example.org/7"></amp-embedly-card>', "amp-embedly-card[data-url]"),
        ('<a class="embedly-card" href="//films.example.org/7">film</a>', "a[href]"),
        ('<a data-iframely-url="//cdn.iframe.ly/x" href="https://films.example.org/7"></a>', "a[href]"),
        ('<blockquote class="embedly-card"><a href="https://a.example/">a</a><a href="https://films.example.org/7"></a></blockquote>',
         "blockquote.embedly-card"),
        ('<figure class="wp-block-embed"><div>\n https://films.example.org/7 \n</div></figure>', "figure.wp-block-embed"),
        ('<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\nhttps://films.example.org/7\n</div><figcaption>Two ferries</figcaption></figure>',
         "figure.wp-block-embed"),
        ('<iframe src="https://site.example.org/media/oembed?url=https%3A//films.example.org/7&amp;hash=x"></iframe>', "iframe[src]"),
        ('<div class="ltag__twitter-tweet__main" data-url="https://films.example.org/7"><b>Harbour Log</b> Fog.</div>', "div[data-url]"),
        ('<iframe src="//cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fp.example%2F&url=https%3A%2F%2Ffilms.example.org%2F7"></iframe>',
         "iframe[src]"),
        ('<iframe data-src="https://cdn.iframe.ly/api/iframe?url=https%3A%2F%2Ffilms.example.org%2F7&key=x"></iframe>', "iframe[data-src]"),
    ],
)  # fmt: skip
def test_wrappers(markup: str, via: str) -> None:
    assert seen(markup) == [(via, "7")]


@pytest.mark.parametrize(
    "markup",
    [
        '<figure class="wp-block-embed">See https://films.example.org/7</figure>',
        '<figure class="wp-block-embed">https://other.example.org/7</figure>',
        '<figure data-url="https://films.example.org/7"></figure>',
        '<a href="https://films.example.org/7">film</a>',
        '<oembed url="/7"></oembed>',
        '<oembed url=""></oembed>',
        '<iframe src="https://frames.example.org/?url=https%3A%2F%2Ffilms.example.org%2F7"></iframe>',
    ],
)
def test_what_is_no_wrapper_of_a_film(markup: str) -> None:
    assert seen(markup) == []


def test_a_wrapper_that_shows_the_post_leaves_it_to_what_is_inside() -> None:
    assert seen('<div data-oembed-url="https://films.example.org/7"><iframe src="https://films.example.org/7"></iframe></div>') == [
        ("iframe[src]", "7")
    ]
    assert seen('<div data-oembed-url="https://films.example.org/7"><blockquote>words</blockquote></div>') == []
    assert seen('<div data-oembed-url="https://films.example.org/7"><iframe src="https://films.example.org/8"></iframe></div>') == [
        ("div[data-oembed-url]", "7"),
        ("iframe[src]", "8"),
    ]


@given(st.text(max_size=60))
def test_any_text_in_an_attribute_is_read_without_an_error(text: str) -> None:
    found = identified(text, known)
    assert found is None or found.platform == "films"


# ------------------------------------------------------- words, pages


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One<br>two</p><p>Three</p>", "One\ntwo\n\nThree"),
        ("<p>One\n  and   two</p>", "One and two"),
        ("<p>Fog</p>after", "Fog\n\nafter"),
        ('<a><span class="invisible">https://</span><span>example.org/a</span></a>', "https://example.org/a"),
        ("<p>a<script>b</script><style>c</style></p>", "a"),
        ("<p>\u200fوصلت&nbsp;ـ العبّارة &amp; غيرها</p>", "\u200fوصلت\xa0ـ العبّارة & غيرها"),
        ("", ""),
        ("<" * 2_000, "<" * 2_000),
    ],
)
def test_words_of_a_fragment(markup: str, text: str) -> None:
    assert laid_out(markup) == text


LONG = "<p>" + "Words of the page of a film. " * 10
WALL = re.compile(r"/login\b")


def read(body: str, *, asked: str = "https://films.example.org/7", tier: str = "http", **more: object) -> State:
    answer = Answer(
        Target(asked, tier=tier), str(more.get("url", asked)), int(str(more.get("status", 200))), (), "text/html", body.encode()
    )
    return page.read(answer, known, walls=WALL).state


def test_a_page_proves_what_it_names_itself() -> None:
    itself = f'<link rel=canonical href="https://films.example.org/7">{LONG}'
    assert read(itself) is State.OK
    assert read(f'<meta property="og:url" content="https://films.example.org/7">{LONG}') is State.OK
    assert read(f'<link rel=canonical href="/7">{LONG}') is State.OK
    assert read(f'<link rel=canonical href="https://films.example.org/8">{LONG}') is State.EMPTY_SHELL
    assert read(LONG) is State.EMPTY_SHELL
    assert read(itself, url="https://films.example.org/login?next=7") is State.LOGIN_WALL
    assert read(itself, status=404) is State.UNAVAILABLE_UNSPECIFIED
    assert read(itself, status=403) is State.FORBIDDEN
    assert read(itself, status=429) is State.RATE_LIMITED


def test_an_archived_page_is_judged_by_the_originals_address() -> None:
    itself = f'<link rel=canonical href="https://films.example.org/7">{LONG}'
    memento = "https://web.archive.org/web/20250211000000id_/https://films.example.org/7"
    assert read(itself, asked=memento, tier="memento", url="https://films.example.org/7") is State.OK


def test_the_posting_of_a_page() -> None:
    document = Document(
        '<script type="application/ld+json">{"@type":</script><script type="application/ld+json">[1, {"@type": "Person"}]</script>'
        '<script type="application/ld+json">{"@graph": [{"@type": ["x"]}, {"@type": "SocialMediaPosting", "author": [{"name": "Log"}]}]}</script>'
    )
    told = posting(document)
    assert posting_author(told) == "Log"
    assert posting_author({"author": "Log"}) == "Log"
    assert posting_author({"author": {"name": 7}}) is None
    assert posting(Document("<p>x")) == {}
