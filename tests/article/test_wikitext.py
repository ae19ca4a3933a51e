"""Wikitext is read where it stands; its text is its words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver import embed
from archiver.article.wikitext import read_wikitext
from archiver.citation.extract import extract
from tests.article.citing import cited_by


def cited(text: str) -> list[tuple[str, str | None, str]]:
    read = read_wikitext(text.encode(), source="a.wiki")
    return cited_by(read)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* [https://a.example/x The words]", [("link", "https://a.example/x", "The words")]), ("[//a.example/x]", [("link", "https://a.example/x", "//a.example/x")]),
        ("Bare https://a.example/x, and [[Page|words]] [[File:P.png]]", [("link", "https://a.example/x", "https://a.example/x")]),
        ("<ref>{{cite web |title= a.example/y |url= https://a.example/x#z}}</ref>", [("link", "https://a.example/x", "https://a.example/x#z")]),
        ("{{استشهاد ويب|مسار=https://a.example/ع|عنوان=س}}", [("link", "https://a.example/%D8%B9", "https://a.example/ع")]),
        ("{{Cite web|url=https://a.example/?a{{=}}b|work=W}}", [("link", "https://a.example/?a=b", "https://a.example/?a{{=}}b")]),
        ("{{Cite journal|title=T|doi=10.1000/x(1)}}", [("link", "https://doi.org/10.1000/x(1)", "10.1000/x(1)")]), ("{{URL|shop.example.org/x}}", [("link", "https://shop.example.org/x", "shop.example.org/x")]),
        ("{{Quote|He said {{Cite web|url=https://a.example/x}} so|source=https://b.example/y}}", [("link", "https://a.example/x", "https://a.example/x"), ("link", "https://b.example/y", "https://b.example/y")]),
        ("{{Infobox|a=[https://a.example/x W]|b=see https://b.example/y}}", [("link", "https://a.example/x", "W"), ("link", "https://b.example/y", "https://b.example/y")]),
        ("<ref>See https://a.example/x/</ref><ref>Paper: https://b.example/y.</ref>", [("link", "https://a.example/x/", "https://a.example/x/"), ("link", "https://b.example/y", "https://b.example/y")]),
        ("https://a.example/x''words'' and https://b.example/y{{dead link|date=May 2020}}", [("link", "https://a.example/x", "https://a.example/x"), ("link", "https://b.example/y", "https://b.example/y")]),
        ("{{Cite journal|title=T|pmid=1234567|arxiv=hep-th/9901001|pages=1}} {{arXiv|2001.01234}}", [("link", "https://pubmed.ncbi.nlm.nih.gov/1234567/", "1234567"), ("link", "https://arxiv.org/abs/hep-th/9901001", "hep-th/9901001"), ("link", "https://arxiv.org/abs/2001.01234", "2001.01234")]),
        ("{{IMDb name|0000123|Jo}} {{IMDb|tt0133093}} {{IMDb titre|id=0133094}}", [("link", "https://www.imdb.com/name/nm0000123/", "0000123"), ("link", "https://www.imdb.com/title/tt0133093/", "tt0133093"), ("link", "https://www.imdb.com/title/tt0133094/", "0133094")]),
        ("{{Twitter|jack}}", [("link", "https://twitter.com/jack", "jack")]), ("{{Cite tweet|user=jo}}", []),
        ("{{Cite tweet|user=jack|number=20}}", [("embed", "https://twitter.com/jack/status/20", "{{Cite tweet|user=jack|number=20}}")]),
    ],
)  # fmt: skip
def test_links_and_templates(text: str, expected: list[tuple[str, str, str]]):
    assert cited("'''Thing''' is.\n" + text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "<!-- https://a.example/x -->",
        "<nowiki>[https://a.example/x]</nowiki>",
        "<pre>https://a.example/x</pre>",
        "<syntaxhighlight lang='x'>https://a.example/x</syntaxhighlight>",
        "{{Cite web|url={{x}}|title=https}}",
    ],
)
def test_silent(text: str):
    assert cited("Words. " + text) == []


@pytest.mark.parametrize("text", ["<!-- open", "<nowiki/> ", "<pre> ", "{{ open ", "[[ open ", "}} ]] | "])
def test_what_never_ends_hides_nothing(text: str):
    assert [url for _, url, _ in cited(text + " [https://a.example/x y]")] == ["https://a.example/x"]


@pytest.mark.parametrize(
    "template",
    [
        "{{Cite tweet |user=jo |number=1234567890123456789 |title=Hi there a.example/x |date=2020-02-03}}", "{{cite tweet|author=J. O.|user=@jo|number=1234567890123456789|title=Hi there a.example/x|date=2020-02-03|url=https://b.example}}",
        "{{Tweet|name=J. O.|username=jo|text=Hi there a.example/x|date=2020-02-03|ID=1234567890123456789}}", "{{Lien tweet|user=jo|id=1234567890123456789|title=Hi there a.example/x|date=2020-02-03}}",
    ],
)  # fmt: skip
def test_a_post_by_its_number(template: str):
    (one,) = extract(read_wikitext(f"He said so.<ref>{template}</ref>".encode(), source="a.wiki"), embed.PLATFORMS)
    assert (one.kind, one.reference.platform, one.reference.id) == ("embed", "x", "1234567890123456789")
    assert (one.claims.handle, one.claims.text, one.claims.date) == ("jo", "Hi there a.example/x", "2020-02-03")
    assert (one.places[0].exact, one.places[0].via, one.places[0].url) == (template, "template", "1234567890123456789")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[Page|words]] of [[Page]] [[File:P.png|thumb|A [[bridge]]]]", "words of Page File:P.png|thumb|A bridge"),
        ("'''Bold''' and ''it''<ref name=a>note</ref><br/>{{Cite|a=b}}<!-- gone -->", "Bold and itnote{{Cite|a=b}}"),
        ("* [https://a.example/x The words] [https://b.example/]", "* The words https://b.example/"),
        ("<nowiki>[[x]]</nowiki> &ndash; y", "<nowiki>[[x]]</nowiki> – y"),
    ],
)
def test_the_text_is_the_words(text: str, words: str):
    assert read_wikitext(text.encode(), source="a.wiki").text == words


def test_videos():
    links = read_wikitext(b"{{YouTube|w7Ft2ymGmfc|A title}} {{YouTube|id=w7Ft2ymGmfc}} {{YouTube|channel=UCabc}}", source="a.wiki").links
    assert [link.url for link in links] == ["https://www.youtube.com/watch?v=w7Ft2ymGmfc"] * 2


@pytest.mark.parametrize(
    "player",
    [
        "{{#ev:youtube|w7Ft2ymGmfc}}", "{{#ev:youtube|https://youtu.be/w7Ft2ymGmfc|500|right}}", "{{#evt:\nservice=youtube\n|id=https://www.youtube.com/watch?v=w7Ft2ymGmfc\n}}",
        "{{#widget:YouTube|id=w7Ft2ymGmfc}}", "<youtube>w7Ft2ymGmfc</youtube>", '<youtube width="300">https://youtu.be/w7Ft2ymGmfc</youtube>', '<embedvideo service="youtube">w7Ft2ymGmfc</embedvideo>',
    ],
)  # fmt: skip
def test_players_of_extensions(player: str):
    assert [one[:2] for one in cited(f"Fog. {player} Rain.")] == [("embed", "https://www.youtube.com/watch?v=w7Ft2ymGmfc")]


def test_posts_by_other_names_of_their_templates():
    text = "{{Cite X|user=jo|number=1234567890}} {{Cite TikTok|user=jo|id=7294832412345678901}} {{Cite web|x=1234567890}} <small>w7Ft2ymGmfc</small>"
    assert [url for _, url, _ in cited(text)] == [
        "https://twitter.com/jo/status/1234567890",
        "https://www.tiktok.com/@jo/video/7294832412345678901",
    ]


def test_blocks_and_title():
    read = read_wikitext(
        b"{{Short}}\n'''Thing (x)''' is\na thing.\n\n== Part ==\n* item\n{| class=x\n! head\n| cell\n|}\n=== Sub ===\nEnd.", source="a.wiki"
    )
    assert read.title == "Thing (x)"
    assert [(block.kind, read.text[block.start : block.end]) for block in read.blocks] == [
        ("paragraph", "{{Short}}\nThing (x) is\na thing."), ("heading", "Part"), ("item", "item"), ("cell", "head"), ("cell", "cell"), ("heading", "Sub"), ("paragraph", "End."),
    ]  # fmt: skip


@given(
    st.lists(
        st.sampled_from(
            [
                "{{",
                "}}",
                "[[",
                "]]",
                "|",
                "=",
                "[",
                "]",
                "//",
                "http://a.b/",
                "<!--",
                "-->",
                "'''",
                "\n",
                " ",
                "*",
                "cite web",
                "url",
                "1234567890",
                "tweet",
            ]
        ),
        max_size=40,
    ).map("".join)
)
@settings(max_examples=150)
def test_any_text_is_read_in_its_bounds(text: str):
    read = read_wikitext(("x" + text).encode(), source="a.wiki")
    assert all(0 <= link.start < link.end <= len(read.text) for link in read.links)
    assert all(one.end <= other.start for one, other in zip(read.links, read.links[1:], strict=False))
    extract(read, embed.PLATFORMS)


def test_title_and_language_are_those_of_the_words_and_not_of_a_box_above_them():
    box = "{{Infobox|names=" + "Πλάτων · Платон · " * 500 + "<ref>''Review'', '''5'''(1)</ref>}}\n"
    words = "'''The Thing''' is what it is, and the rest of it is in the words of the article for as long as they are there.\n"
    read = read_wikitext((box + words).encode(), source="a.wiki")
    assert (read.title, read.language) == ("The Thing", "en")
