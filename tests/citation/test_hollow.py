"""Hollow elements: the address of a post in an attribute is an embed where nothing else is shown; on a control, or beside words, it is none."""

import pytest

from archiver.article.read import read
from archiver.citation.citation import Citation
from archiver.citation.extract import extract
from archiver.embed import PLATFORMS

POST = "1549651495053934597"
STATUS = f"https://twitter.com/CaptainElla1/status/{POST}"
VIDEO = "https://www.youtube.com/watch?v=vpTEYV-f_LQ"
FIRST = "The harbour master published the figures on Tuesday morning, a week later than he had announced."
SECOND = "Nobody at the quay had seen them before the film was shown, and the mayor said so to the council."


def cited(inside: str) -> tuple[Citation, ...]:
    markup = f"<!doctype html><title>Figures</title><article><h1>Figures</h1><p>{FIRST}</p>{inside}<p>{SECOND * 6}</p></article>"
    return extract(read(markup.encode(), source="x.html", url="https://news.example/figures"), PLATFORMS)


@pytest.mark.parametrize(
    ("inside", "via"),
    [
        (f'<div class="social" data-href="{STATUS}"></div>', "div[data-href]"),
        (f'<div class="box" data-resource-url=" {STATUS} "></div>', "div[data-resource-url]"),
        (f'<figure><div data-x-url="{STATUS.removeprefix("https:")}"></div></figure>', "div[data-x-url]"),
        (f'<div data-link="https%3A%2F%2Ftwitter.com%2FCaptainElla1%2Fstatus%2F{POST}"></div>', "div[data-link]"),
        (f'<div data-ext_url="https://graph.example/v8.0/oembed?url={STATUS}"></div>', "div[data-ext_url]"),
        (f'<div data-embed-link="{STATUS}"><p>Shown once you agree. <a href="/privacy">Privacy</a></p></div>', "div[data-embed-link]"),
        (f'<p data-part-path="/news/9/extras/embed?url={STATUS}"><a href="{STATUS}">{STATUS}</a></p>', "p[data-part-path]"),
        (f'<social-post src="{STATUS}"></social-post>', "social-post[src]"),
    ],
)
def test_an_element_that_shows_nothing_but_a_post_is_its_embed(inside, via):
    citations = cited(inside)
    assert [(one.kind, one.reference.id, one.in_body) for one in citations] == [("embed", POST, True)]
    assert [place.via for place in citations[0].places] == [via]


@pytest.mark.parametrize(
    "inside",
    [
        f'<span class="share-button" data-url="{STATUS}"></span>',
        f'<a href="/more" data-url="{STATUS}"></a>',
        f'<button><span data-url="{STATUS}"></span></button>',
        f'<div data-share-url="{STATUS}"></div>',
        f'<div data-url="{STATUS}"><p>{SECOND}</p></div>',
        '<div data-url="https://news.example/figures"></div>',
        '<div data-href="https://twitter.com/CaptainElla1"></div>',
    ],
)
def test_controls_words_and_other_addresses_show_no_post(inside):
    assert not [one for one in cited(inside) if one.kind == "embed"]


def test_what_is_shown_already_is_not_shown_twice():
    (one,) = cited(f'<div data-href="{VIDEO}"><iframe src="https://www.youtube.com/embed/vpTEYV-f_LQ"></iframe></div>')
    assert [place.via for place in one.places] == ["iframe[src]"]


def test_what_contains_a_post_is_its_wrapper():
    (one,) = cited(f'<div data-oembed-url="{VIDEO}"><iframe src="https://www.youtube.com/embed/vpTEYV-f_LQ"></iframe></div>')
    assert (one.key, [place.via for place in one.places]) == ("youtube:vpTEYV-f_LQ", ["iframe[src]"])


def test_a_film_that_microdata_declares_is_shown():
    (one,) = cited('<div itemprop="video" itemscope><meta itemprop="embedUrl" content="https://www.youtube.com/embed/vpTEYV-f_LQ"></div>')
    assert (one.kind, one.reference.id, one.in_body) == ("embed", "vpTEYV-f_LQ", True)


FRAME = '<iframe src="https://www.youtube.com/embed/vpTEYV-f_LQ"></iframe>'


@pytest.mark.parametrize(
    "inside",
    [
        f'<div class="widget widget-video">{FRAME}</div>',
        f'<div class="social"><div class="share"><figure>{FRAME}</figure></div></div>',
        f"<aside>{FRAME}</aside>",
        f'<div class="borlabs-cookie"><p>We need your consent. <a href="/privacy">More</a></p><div class="popup">{FRAME}</div></div>',
        f'<div class="cookie-box"><p>Agree first.</p><script type="text/template">{FRAME}</script></div>',
        f'<div class="widget" data-href="{VIDEO}"></div>',
    ],
)
def test_shells_that_hold_one_embed_are_not_asked_for_their_names(inside):
    assert [(one.kind, one.in_body) for one in cited(inside) if one.reference.platform == "youtube"] == [("embed", True)]


@pytest.mark.parametrize(
    "inside",
    [
        f'<aside class="sidebar"><h3>Our channel</h3>{FRAME}</aside>',
        f'<div class="widget"><p>Follow us</p><div>{FRAME}</div></div>',
        f'<div class="related"><p>{SECOND}</p><div class="cookie-box">{FRAME}</div></div>',
    ],
)
def test_what_holds_more_than_the_embed_is(inside):
    assert not any(one.in_body for one in cited(inside))
