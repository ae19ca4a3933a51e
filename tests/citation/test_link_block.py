"""Blocks of links at the end of a page, and the words that point to them."""

import pytest

from archiver.citation.link_block import link_blocks
from archiver.citation.links_in_text import links_in_text
from archiver.citation.pointing import Page

PAGE = "المقدمة عن أشياء أخرى كثيرة.\nوبلغت الصفقة \ue00c\ue005\ue005 مليون دولار لشراء المنظومـة من المغرب.\nثم كلام آخر.\n"


def blocks_of(text):
    return link_blocks(text, links_in_text(text))


def pointed(text, url, after=0, before=None):
    pointer = Page(text, 0, len(text)).point(url, after, before or len(text))
    return (text[pointer.start : pointer.end], pointer.how, pointer.confidence) if pointer else None


def test_two_addresses_on_lines_of_their_own_are_a_block():
    text = "text\n\nhttps://e.org/a\n https://e.org/b \n\nmore https://e.org/c\n\nhttps://e.org/d\n"
    [block] = blocks_of(text)
    assert [link.written for link in block.links] == ["https://e.org/a", "https://e.org/b"]
    assert (block.page, text[block.start : block.end]) == (0, "https://e.org/a\n https://e.org/b")


@pytest.mark.parametrize(
    "text", ["https://e.org/a\n\nhttps://e.org/b\n", "https://e.org/a https://e.org/b\n", "1. https://e.org/a\n2. https://e.org/b"]
)
def test_other_lists_are_no_block(text):
    assert blocks_of(text) == []


def test_the_page_of_a_block_begins_behind_the_last_block_or_form_feed():
    links = "https://e.org/a\nhttps://e.org/b\n"
    text = f"one\n{links}\ntwo\n\n{links}\nthree\ffour\n\n{links}"
    first, second, third = blocks_of(text)
    assert (first.page, second.page) == (0, first.end)
    assert text[third.page : third.start] == "four\n\n"


def test_the_words_of_an_arabic_slug_and_the_pattern_of_private_figures_point_to_the_sentence():
    url = "https://e.org/%D8%B5%D9%81%D9%82%D8%A9-500-%D9%85%D9%84%D9%8A%D9%88%D9%86-%D8%AF%D9%88%D9%84%D8%A7%D8%B1-%D9%85%D9%86%D8%B8%D9%88%D9%85%D8%A9/"
    words, how, confidence = pointed(PAGE, url)
    assert (words, how) == ("الصفقة \ue00c\ue005\ue005 مليون دولار لشراء المنظومـة", "slug")
    assert 0.5 < confidence < 1


def test_figures_of_another_pattern_do_not_count():
    with_pattern = pointed(PAGE, "https://e.org/500-%D9%85%D9%84%D9%8A%D9%88%D9%86-%D8%AF%D9%88%D9%84%D8%A7%D8%B1")
    without = pointed(PAGE, "https://e.org/505-%D9%85%D9%84%D9%8A%D9%88%D9%86-%D8%AF%D9%88%D9%84%D8%A7%D8%B1")
    assert with_pattern is not None
    assert without is None


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://e.org/2021/03/minister-visits-northern-harbour-town", ("minister visits the northern harbour", "slug")),
        ("https://www.gazette.example/a/48213", ("Gazette", "host")),
        ("https://e.org/a-story-about-nothing-here", None),
        ("https://e.org/p/48213", None),
        ("https://www.twice.example/x", None),
    ],
)
def test_words_point_or_nothing_does(url, wanted):
    text = "First the minister visits the northern harbour, says the Gazette. Twice it was said, twice denied."
    found = pointed(text, url)
    assert (found[:2] if found else None) == wanted


def test_words_outside_the_bounds_do_not_point():
    text = "The minister visits the northern harbour. And then much else."
    url = "https://e.org/minister-visits-northern-harbour"
    assert pointed(text, url) is not None
    assert pointed(text, url, after=text.index("And")) is None
