"""The judgement of the body: what the news page's links are, and pages of other make."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.article.document import Document

NEWS = Document((Path(__file__).parent / "pages" / "news.html").read_text("utf8"))
PROSE = "The works will last a year, the council said on Thursday, and ferries are to run every ten minutes for as long as that. "


def in_body(document: Document, css: str) -> bool:
    return document.in_body(document.select(css)[0])


@pytest.mark.parametrize("name", ["report", "tweet", "film", "museum"])
def test_what_the_article_cites_is_in_its_body(name: str):
    assert in_body(NEWS, f"#{name}")


@pytest.mark.parametrize("name", ["logo", "writer", "share", "related", "letter", "tagged", "follow", "comment", "aside", "imprint"])
def test_what_stands_around_the_article_is_not(name: str):
    assert not in_body(NEWS, f"#{name}")


def test_blocks_carry_the_judgement():
    inside = [NEWS.text[b.start : b.end] for b in NEWS.blocks if b.in_body]
    assert inside[:2] == ["Harbour bridge to close for a year", inside[1]]
    assert inside[1].startswith("The old harbour bridge")
    assert "What the piers look like" in inside
    assert not any("inbox" in text or "thirty years" in text or "Sport" in text for text in inside)


def test_a_page_without_prose_is_all_body_but_for_its_chrome():
    document = Document("<nav><a href=n>n</a></nav><p>Look: <a href=x>this</a></p><footer><a href=f>f</a></footer>")
    assert [document.in_body(a) for a in document.select("a")] == [False, True, False]


def test_chrome_words_on_the_element_that_holds_the_prose_are_not_believed():
    document = Document(f"<div class='social widget sidebar'><p>{PROSE}<a href=x>x</a></p>{f'<p>{PROSE}</p>' * 12}</div>")
    assert in_body(document, "a")


def test_an_embed_in_a_wrapper_with_a_chrome_word_is_in_the_body():
    document = Document(
        f"<main>{f'<p>{PROSE}</p>' * 12}<div class='social-embed'><blockquote class=twitter-tweet>x</blockquote></div></main>"
    )
    assert in_body(document, "blockquote")


def test_of_a_page_that_scrolls_on_only_the_first_article_counts():
    story = f"<article><h2>Head</h2>{f'<p>{PROSE}</p>' * 6}<p>And <a href=x>a link</a> in it.</p></article>"
    document = Document(f"<main><section>{story}</section><section>{story}</section><section>{story}</section></main>")
    assert [document.in_body(a) for a in document.select("a")] == [True, False, False]


def test_entries_of_a_live_blog_all_count():
    entry = f"<article><h3>10:15</h3>{f'<p>{PROSE}</p>' * 6}<p>And <a href=x>a link</a> in it.</p></article>"
    document = Document(f"<article><h1>Live</h1><div>{entry * 4}</div></article>")
    assert [document.in_body(a) for a in document.select("a")] == [True] * 4


def test_comments_longer_than_the_article_are_not_the_body():
    document = Document(
        f"<div><div class='post'><p>{PROSE * 8}<a id=in href=x>x</a></p></div>"
        f"<div id='comments'>{f'<p>{PROSE}</p>' * 30}<a id=out href=y>y</a></div></div>"
    )
    assert (in_body(document, "#in"), in_body(document, "#out")) == (True, False)


def test_attributes_of_megabytes_cost_nothing():
    document = Document(f"<p>{PROSE}</p><a href='https://{'pinterest.' * 100_000}'>x</a><div class='{'article_' * 100_000}'>y</div>")
    assert in_body(document, "a")


def test_scripts_with_wide_letters_are_prose_too():
    text = "市議会は木曜日に、古い橋を来月から一年間閉鎖すると発表した。検査で亀裂が見つかったためである。"
    document = Document(f"<div><div class=side><a href=n>入口</a></div><div>{f'<p>{text}</p>' * 20}<a href=x>報告</a></div></div>")
    assert [document.in_body(a) for a in document.select("a")] == [False, True]


@pytest.mark.parametrize(
    "href",
    [
        "https://twitter.com/intent/tweet?url=x",
        "https://www.facebook.com/sharer.php?u=x",
        "https://wa.me/?text=x",
        "https://t.me/share/url?url=x",
    ],
)
def test_share_buttons_between_paragraphs_are_not_in_the_body(href: str):
    document = Document(
        f"<main>{f'<p>{PROSE}</p>' * 12}<p><a href='{href}'>x</a> and <a href='https://twitter.com/a/status/20'>post</a></p></main>"
    )
    assert [document.in_body(a) for a in document.select("a")] == [False, True]
