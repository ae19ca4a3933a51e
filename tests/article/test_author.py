"""Who a page says wrote it: in fields, in microdata and microformats, and never one of its readers."""

from __future__ import annotations

import pytest

from archiver.article.author import named
from archiver.article.document import Document
from archiver.article.facts import facts

COMMENT = "<ol class=commentlist><li class=comment><cite class='comment-author vcard'><b class=fn>Rita Reader</b></cite><a rel=author>Rita</a></ol>"


def by(html: str) -> str | None:
    return facts(Document(html)).author


def island(author: str, more: str = "") -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{author}{more}}}</script>'


@pytest.mark.parametrize(
    ("markup", "author"),
    [
        ("<span itemprop=author>Ada Quill</span>", "Ada Quill"),
        ("<div itemprop=author itemscope itemtype=https://schema.org/Person>By <b itemprop=name>Ada Quill</b>, editor</div>", "Ada Quill"),
        ("<div itemprop='creator author' itemscope><meta itemprop=name content='Ada Quill'></div>", "Ada Quill"),
        ("<span class='vcard author'><span class=fn>Ada Quill</span></span>", "Ada Quill"),
        ("<span class='author vcard fn'>Ada Quill</span>", "Ada Quill"),
        ("<a class='p-author h-card' href=/ada>Ada Quill</a>", "Ada Quill"),
        ("<p>by <a rel='author nofollow' href=/ada>Ada Quill,</a></p>", "Ada Quill"),
        ("<p><a rel=author>Ada Quill</a> and <a rel=author>Ben Rook</a></p>", "Ada Quill, Ben Rook"),
        ("<p><a rel=author>Ada Quill</a></p><div class=bio><a rel=author>Ada Quill</a></div>", "Ada Quill"),
        ("<span class=fn>Ada Quill</span>", None),  # a name, and nobody says of what
        ("<a rel=author href=/ada><img src=ada.png></a>", None),
        ("<a rel=author href=/ada>See full bio</a>", None),
        ("<a rel=author href=/ada>Artikelen →</a>", None),
        ("<span itemprop=author>14/03/2020 16h15</span>", None),
        (
            "<p><a rel=author>Ada</a></p><div><p><a rel=author>Ben</a></p></div><section><div><p><a rel=author>Eve</a></p></div></section>",
            None,
        ),
        (f"<span itemprop=author>{'Ada ' * 40}</span>", None),
    ],
)
def test_an_author_that_the_markup_names(markup: str, author: str | None):
    assert by(f"<article><h1>Bridge</h1>{markup}<p>Text.</p></article>") == author
    assert by(f"<article><h1>Bridge</h1>{markup}<p>Text.</p></article>{COMMENT}") == author


@pytest.mark.parametrize(
    "markup",
    [
        COMMENT,
        "<div id=comments><p itemprop=author>Rita Reader</div>",
        "<div itemprop=comment itemscope itemtype=https://schema.org/Comment><p itemprop=author>Rita Reader</div>",
        "<div itemscope itemtype=https://schema.org/Book><p itemprop=author>Nora Novel</div>",
        "<div class=related-stories><a rel=author>Otto Other</a></div>",
        "<footer><a rel=author>Wilma Webdesign</a></footer>",
    ],
)
def test_authors_of_other_things_are_not_the_pages(markup: str):
    assert by(f"<h1>Bridge</h1><p>Text.</p>{markup}") is None


def test_of_several_articles_the_one_with_the_headline_counts():
    teaser = "<article><h2>Other</h2><a rel=author>Otto Other</a></article>"
    article = "<article><h1>Bridge</h1><a rel=author>Ada Quill</a><footer><a rel=author>Ada Quill</a></footer></article>"
    assert by(teaser + article + teaser) == "Ada Quill"
    assert by(teaser + teaser.replace("Otto", "Olga")) is None


@pytest.mark.parametrize(
    ("head", "author"),
    [
        (island('{"name":"Coast Courier"}', ',"publisher":{"name":"Coast Courier"}') + "<meta name=articleAuthor content='Wire Agency'>", "Wire Agency"),
        ("<meta property=og:site_name content='Coast Courier'><meta name=author content='COAST COURIER'><p itemprop=author>Ada Quill", "Ada Quill"),
        ("<link rel=canonical href=https://www.courier.example/a><meta name=author content=courier.example><p itemprop=author>Ada Quill", "Ada Quill"),
        ("<link rel=canonical href=https://www.courier.example/a><meta name=author content=Courier><p itemprop=author>Ada Quill", "Ada Quill"),
        ("<meta property=og:site_name content='Coast Courier'><meta name=author content='Coast Courier, Harbour'><p itemprop=author>Ada", "Ada"),
        ("<meta property=og:site_name content=Ada><meta name=byl content='Ada Quill'><p itemprop=author>Ben Rook", "Ada Quill"),
        ("<meta property=og:site_name content='Coast Courier'><meta name=author content='Coast Courier'>", "Coast Courier"),
        ("<meta name=author content='Ada Quill'><p itemprop=author>Ben Rook", "Ben Rook"),
        ("<meta name=author content='Ada Quill'><p itemprop=author>ADA QUILL, editor", "Ada Quill"),
        ("<meta property=article:author content='Ada Quill'><p itemprop=author>Ben Rook", "Ada Quill"),
        (island('"Ada Quill"') + "<meta name=author content='Ada Quill'><p itemprop=author>Ben Rook", "Ada Quill"),
        ("<meta name=publisher content='Courier (www.courier.example)'><meta name=author content='Courier (www.courier.example)'><p itemprop=author>Ada", "Ada"),
        ("<meta property=og:site_name content='CC - Coast Courier'><meta name=author content=CC><p itemprop=author>Ada", "Ada"),
        ("<meta name=author content='Courier Press'><meta name=copyright content='(c) Courier Press 2024'><p itemprop=author>Ada", "Ada"),
        ("<link rel=canonical href='https://[::1'><meta name=author content='Ada Quill'>", "Ada Quill"),
    ],
)  # fmt: skip
def test_the_sites_name_counts_only_where_no_person_is_named(head: str, author: str):
    said = facts(Document(head))
    assert (said.author, said.author_is_site) == (author, author == "Coast Courier")


@pytest.mark.parametrize(
    ("written", "language", "name"),
    [
        ("By ADA QUILL, Harbour Writer", "en", "ADA QUILL, Harbour Writer"),
        ("Par  Ada\nQuill", None, "Ada Quill"),
        ("Von Ada Quill", "de-AT", "Ada Quill"),
        ("Von Miller", "en", "Von Miller"),
        ("Autorin: Ada Quill", "de", "Ada Quill"),
        ("Geschrieben von Ada Quill", "de", "Ada Quill"),
        ("Text: Ada Quill", "de", "Ada Quill"),
        ("Text & Fotos: Ada Quill", "de", "Ada Quill"),
        ("Text Ada", "de", "Text Ada"),
        ("Analysis by Ada Quill", "en", "Ada Quill"),
        ("Autoría", "es", "Autoría"),
        ("Byron Quill", "en", "Byron Quill"),
        ("كتبت آدا", "ar", "آدا"),
        ("(Ada Quill)", None, "Ada Quill"),
        ("<a href='/ada'>Ada &amp; Ben</a>", None, "Ada & Ben"),
        ("ada@courier.example", None, None),
        ("https://courier.example/ada", None, None),
        ("@ada_quill", None, None),
        ("219.79.38.1", None, None),
        ("Unknown", None, None),
        ("admin", None, None),
        ("", None, None),
        (["Ada"], None, None),
    ],
)
def test_what_is_a_name(written: object, language: str | None, name: str | None):
    assert named(written, language) == name


def test_many_credits_cost_no_more_than_their_share():
    assert by("<h1>Bridge</h1>" + "".join(f"<p><i class=author><b class=fn>Reader R{n}x</b></i></p>" for n in range(20_000))) is None


def test_an_author_that_json_ld_names_elsewhere():
    people = '{"@type":"Person","@id":"#ada","name":"Ada Quill"},{"@type":"Organization","@id":"#us","name":"Coast Courier"}'
    page = '<script type="application/ld+json">{"@graph":[{"@type":"Article","author":%s,"publisher":{"@id":"#us"}},%s]}</script>'
    assert by(page % ('{"@id":"#ada"}', people)) == "Ada Quill"
    assert by(page % ('{"@id":"#ben"}', people)) is None
    assert by(page % ('{"@id":["#ada"]}', people)) is None
    assert by(page % ('{"@id":"#us"}', people) + "<p itemprop=author>Ben Rook") == "Ben Rook"


def test_what_a_saved_fixture_calls_value_is_content():
    assert by("<meta name=author value='Ada Quill'>") == "Ada Quill"


@pytest.mark.parametrize(
    ("more", "author"),
    [
        ("Ada Quill, Ben Rook", "Ada Quill, Ben Rook"),
        ("Ada Quill,Ben Rook and Eve O'Dell", "Ada Quill, Ben Rook, Eve O'Dell"),
        ("Ada Quill, Wire", "Ada Quill"),
        ("Ada Quill, staff writer", "Ada Quill"),
        ("Ada Quill, Photographs by Ben Rook", "Ada Quill"),
        ("Ada Quill, COAST COURIER", "Ada Quill"),
        ("Ben Rook, Ada Quill", "Ada Quill"),
    ],
)
def test_a_field_that_lists_all_authors_comes_before_one_with_the_first(more: str, author: str):
    assert by(island('{"name":"Ada Quill"}') + f'<meta name=author content="{more}">') == author


@pytest.mark.parametrize(("label", "author"), [("Written by", "Ada Quill"), ("Verfasst von", "Ada Quill"), ("Reading time", None)])
def test_what_a_card_labels_as_written_by(label: str, author: str | None):
    card = f"<meta name=twitter:label1 content='{label}'><meta name=twitter:data1 content='Ada Quill'>"
    assert by(f"<html lang=de>{card}") == author
    assert by(f"<html lang=de>{card}<p itemprop=author>Ben Rook") == "Ben Rook"


def test_the_author_of_a_cited_work_is_in_its_item():
    work = "<ul><li itemprop=citation itemscope itemtype=https://schema.org/Book><meta itemprop=author content='Nora Novel'></ul>"
    assert by(f"<h1>Bridge</h1>{work}") is None
    assert by("<div itemscope itemtype=https://schema.org/Article><meta itemprop=author content='Ada Quill'></div>") == "Ada Quill"


@pytest.mark.parametrize("weak", ["Web Commerce GmbH", "paper.example", "ada.quill", "ada_quill", "ada99", "News Verlag"])
def test_firms_and_logins_count_only_where_no_person_is_named(weak: str):
    meta = f"<meta name=author content='{weak}'>"
    assert by(meta) == weak
    assert by(f"{meta}<article><h1>B</h1><span itemprop=author>Ada Quill</span></article>") == "Ada Quill"


@pytest.mark.parametrize(
    "nobody",
    [
        "wordpressadmin", "jdadmin", "No Author", "admin2", "editor", "Theme by Ben - http://themes.example", "ada[at]paper.example",
        "Web Commerce www.commerce.example", "faces.example/ada.quill", "/ada", "Courier Group, 2006-2020", "Copyright Courier",
        '{ "@type": "Person" }',
    ],
)  # fmt: skip
def test_who_is_nobody_is_not_named(nobody: str):
    assert by(f"<meta name=author content='{nobody}'>") is None


def test_an_address_behind_a_name_is_no_part_of_it():
    assert by("<meta name=author content='Ada Quill (https://quill.example/ada)'>") == "Ada Quill"
    assert by("<meta name=author content='Ada Quill &lt;ada@paper.example&gt;'>") == "Ada Quill"
