"""What printed links cite, where the words are another address, and places on pages found again."""

from __future__ import annotations

import pytest

from archiver.article.article import Article
from archiver.article.link import Link
from archiver.article.read import read
from archiver.citation.citation import Citation
from archiver.citation.extract import extract
from archiver.citation.links_of_reader import is_variant, links_of_reader
from archiver.citation.place import resolve
from archiver.embed import web, x
from tests.article.pdf_made import Page, pdf

PLATFORMS = (x, web)
STATUS = "https://x.com/somebody/status/1549651495053934597"


def cited(*pages: Page) -> tuple[Article, tuple[Citation, ...]]:
    article = read(pdf(*pages), source="x.pdf")
    return article, extract(article, PLATFORMS)


def places(citations: tuple[Citation, ...]) -> list[tuple[str | None, list[tuple[str, str | None]]]]:
    return [(one.reference.url, [(place.via, place.url) for place in one.places]) for one in citations]


def printed(words: str, url: str) -> Page:
    """A page with a line that is a link as a whole."""
    return Page().text(50, 700, words, 6).link((40, 690, 590, 715), url)


def test_words_and_place_of_an_annotation():
    page = Page().text(50, 740, "Title", 20).text(50, 700, "He wrote on the site that").text(50, 688, "all is well.")
    article, (only,) = cited(page.link((92, 697, 140, 710), STATUS))
    (place,) = only.places
    assert (only.kind, only.reference.platform, only.in_body) == ("link", "x", True)
    assert (place.via, place.page, place.rects) == ("pdf-annotation", 1, ((92, 697, 140, 710),))
    assert place.exact == article.text[place.start : place.end] == "on the site"
    assert (place.prefix, place.heading, place.paragraph, place.line) == ("Title\nHe wrote ", "Title", 2, 2)


def test_an_address_in_the_text_has_page_and_rectangles_too():
    article, (only,) = cited(
        Page().text(50, 700, "Nothing."), Page().text(50, 700, "At https://a.example/some-").text(50, 688, "thing.html now.")
    )
    (place,) = only.places
    assert (only.reference.url, place.via, place.page) == ("https://a.example/some-thing.html", "text", 2)
    assert [round(rect[1]) for rect in place.rects] == [698, 686]
    assert resolve(place, article, "page").status == "exact"


def test_an_address_that_is_linked_is_cited_once():
    _, citations = cited(printed("https://a.example/report", "https://a.example/report"))
    assert places(citations) == [("https://a.example/report", [("pdf-annotation", "https://a.example/report")])]


def test_an_address_printed_otherwise_is_a_second_place():
    _, citations = cited(printed("http://a.example/", "http://2014.a.example/"))
    assert places(citations) == [("http://2014.a.example/", [("pdf-annotation", "http://2014.a.example/"), ("text", "http://a.example/")])]


def test_another_address_in_the_words_is_cited_beside():
    _, citations = cited(printed("https://bank.example/login", "https://evil.example/login"))
    assert places(citations) == [
        ("https://evil.example/login", [("pdf-annotation", "https://evil.example/login")]),
        ("https://bank.example/login", [("text", "https://bank.example/login")]),
    ]
    _, citations = cited(printed(STATUS, STATUS.replace("1549651495053934597", "1549651495053934598")))
    assert [one.reference.id for one in citations] == ["1549651495053934598", "1549651495053934597"]


def test_an_annotation_that_was_cut_at_the_line_end_does_not_hide_the_whole_address():
    page = (
        Page()
        .text(50, 700, "At https://a.example/some-")
        .text(50, 688, "thing.html now.")
        .link((60, 697, 200, 710), "https://a.example/some-")
    )
    _, citations = cited(page)
    assert [one.reference.url for one in citations] == ["https://a.example/some-", "https://a.example/some-thing.html"]


@pytest.mark.parametrize(
    ("as_printed", "meant", "variant"),
    [
        ("http://a.example/", "http://www.a.example/page", True), ("https://a.example/long-arti", "https://a.example/long-article-name", True),
        ("https://a.example/co-operate", "https://a.example/cooperate", True), ("https://a.example/x", "https://m.a.example/x", True),
        ("https://a.example/other", "https://a.example/page", False), ("https://a.example/page", "https://b.example/page", False),
        ("https://a.example/page/2", "https://a.example/page", False), ("https://notb.example/", "https://b.example/", False),
    ],
)  # fmt: skip
def test_what_is_another_way_to_write_an_address(as_printed: str, meant: str, variant: bool):
    assert is_variant(as_printed, meant) is variant


def test_what_leads_to_no_web_page_is_no_citation():
    page = Page().text(50, 700, "word word word word")
    for at, url in enumerate(("mailto:a@b.example", "tel:123", "javascript:alert(1)", "#part", "file:///etc/passwd")):
        page.link((50 + 25 * at, 697, 70 + 25 * at, 710), url)
    assert cited(page)[1] == ()


def test_links_in_running_heads_are_no_body():
    pages = [
        Page().text(50, 780, "The Daily").text(50, 700, f"Text {n}.").link((40, 775, 120, 795), "https://daily.example/") for n in range(4)
    ]
    _, (only,) = cited(*pages)
    assert not only.in_body
    assert [place.page for place in only.places] == [1, 2, 3, 4]


def test_links_of_other_readers_are_resolved_and_carry_claims():
    link = Link("/a", 0, 4, "shortcode", "embed", written="a", claims=(("handle", "somebody"), ("text", "Words")))
    article = Article(
        "x", None, "text/markdown", b"", "utf-8", "Text", "0", base_url="https://a.example/b", links=(link, Link("", 0, 4, "x"))
    )
    ((_, sighting),) = links_of_reader(article, PLATFORMS)
    assert (sighting.reference.url, sighting.kind, sighting.url) == ("https://a.example/a", "embed", "a")
    assert (sighting.claims.handle, sighting.claims.text) == ("somebody", "Words")


# -------------------------------------------------------------------- places


def pages_of(*texts: str) -> list[Page]:
    return [Page().text(50, 700, text, 8).link((49, 697, 75, 712), f"https://a.example/{number}") for number, text in enumerate(texts)]


def test_every_selector_finds_a_printed_place_again():
    article, citations = cited(*pages_of("Word by word the same text.", "Word by word, but another.", "Word at the end."))
    assert len(citations) == 3
    for one in citations:
        for place in one.places:
            for by in ("position", "quote", "line", "page", None):
                found = resolve(place, article, by)
                assert (found.status, found.start, found.end) == ("exact", place.start, place.end), by


def test_a_page_put_in_front_moves_places():
    _, citations = cited(*pages_of("A first sentence that stands alone in here.", "Quite another sentence stands on this page."))
    later, _ = cited(
        Page().text(50, 700, "A new page."),
        *pages_of("A first sentence that stands alone in here.", "Quite another sentence stands on this page."),
    )
    for one in citations:
        assert resolve(one.places[0], later).status == "moved"
        assert later.text[slice(*_span(one, later))] == one.places[0].exact
    assert resolve(citations[0].places[0], later, "page").status == "lost"  # what stands on that page now is not it


def _span(one: Citation, article: Article) -> tuple[int | None, int | None]:
    found = resolve(one.places[0], article)
    return found.start, found.end


def test_a_place_on_a_page_is_lost_in_a_format_without_pages():
    _, (one,) = cited(*pages_of("Word by word."))
    assert resolve(one.places[0], read(b"Word by word.", source="x.txt"), "page").status == "lost"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.md", "See [the page](../other/page) and [below](#below) and [mail](mailto:a@b.example).\n"),
        ("x.rst", "See `the page <../other/page>`_ and `below <#below>`_ and `mail <mailto:a@b.example>`_.\n"),
    ],
)
def test_a_relative_destination_is_cited_without_a_url_where_nobody_knows_the_base(name: str, text: str):
    (only,) = extract(read(text.encode(), source=name), PLATFORMS)
    assert (only.reference.url, only.key, only.in_body) == (None, "web:../other/page", False)
    assert (only.places[0].url, only.places[0].exact) == ("../other/page", "the page")
    (only,) = extract(read(text.encode(), source=name, base_url="https://site.example/a/b"), PLATFORMS)
    assert (only.reference.url, only.in_body) == ("https://site.example/other/page", True)


@pytest.mark.parametrize(
    ("lines", "inside"),
    [
        (["To keep up to date with our news, please follow", "@harbour_works on Twitter and see our films."], False),
        (["For more of it you can find us on", "@harbour_works, every day."], False),
        (["As the people said who know it and who follow all of it,", "@harbour_works on Twitter has the plans."], True),
        (["Millions of people follow", "@harbour_works on Twitter since then."], True),
        (["Please follow", "@harbour_works as it goes."], True),
    ],
)
def test_a_profile_that_a_printed_sentence_asks_to_follow_is_no_source(lines: list[str], inside: bool):
    page = Page().text(50, 712, lines[0]).text(50, 700, lines[1]).link((49, 698, 126, 710), "https://twitter.com/harbour_works")
    article, (only,) = cited(page)
    assert article.text[only.places[0].start : only.places[0].end].startswith("@harbour")
    assert only.in_body is inside


def test_an_address_in_text_that_the_reader_is_asked_to_follow_is_no_source():
    text = (
        "The works are done. Follow us on Twitter: https://twitter.com/harbour_works\n\nThe plans are at https://twitter.com/harbour_plans"
    )
    found = extract(read(text.encode(), source="x.txt"), PLATFORMS)
    assert [one.in_body for one in found] == [False, True]
