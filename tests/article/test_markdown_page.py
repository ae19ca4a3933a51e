"""A web page that was turned into Markdown: its menus and boxes are not its body; lists of links that an author wrote are."""

from __future__ import annotations

from archiver import embed
from archiver.article.article import Article
from archiver.article.markdown.markdown import read_markdown
from archiver.citation.extract import extract

FRONT = "---\ntitle: The harbour at night\nurl: https://own.example/2024/the-harbour/\n---\n\n"
PROSE = "The harbour has been dark since the winter, and nobody knows who is to pay for the lamps of [the pier](https://{}.example/x).\n\n"
MENU = (
    "* [Home](https://own.example/)\n* [About](https://www.own.example/about)\n* More\n  + [Shop](/shop/)\n\nWhat we are: people who write about the coast and its boats, "
    "with [a book](https://own.example/book) to sell to everyone.\n\n"
)


def article(text: str) -> Article:
    return read_markdown(text.encode(), source="page.md")


def body(text: str) -> list[str | None]:
    return [one.reference.url for one in extract(article(text), embed.PLATFORMS) if one.in_body]


def test_what_stands_before_the_second_title():
    page = FRONT + "# The harbour at night\n\n" + MENU + "# The Harbour at Night\n\n" + PROSE.format("a") + PROSE.format("b")
    assert body(page) == ["https://a.example/x", "https://b.example/x"]
    assert article(page).url == "https://own.example/2024/the-harbour/"


def test_one_title_or_no_address_is_no_page():
    menu = MENU.replace("/shop/", "https://own.example/shop/")
    for start in (FRONT, "---\ntitle: The harbour at night\n---\n\n# The harbour at night\n\n"):
        assert len(body(start + menu + "# The harbour at night\n\n" + PROSE.format("a"))) == 5
    assert article(FRONT + PROSE.format("a")).url is None


def test_a_link_that_skips_tells_a_page():
    lists = "Menu\n\n* [Home](/)\n* [News](/news)\n  + [Boats](/news/boats)\n\n"
    rest = "\n* [Lamps](https://lamps.example/)\n* [Piers](https://piers.example/)\n\n"
    for words in ("Skip to content", "Zum Inhalt springen", "コンテンツへスキップ", "Перейти к содержимому"):
        page = FRONT + f"[{words}](#main)\n\n" + lists + "## The lamps\n\n" + PROSE.format("a") + rest
        assert body(page) == ["https://a.example/x", "https://lamps.example/", "https://piers.example/"]
    assert len(body(FRONT.replace("url:", "canonical:") + lists + PROSE.format("a") + rest)) == 3


def test_bylines_boxes_and_talk():
    page = (
        FRONT
        + "[Skip to content](#main)\n\n[The Coast](https://own.example/)\n\n# The harbour at night\n\nBy [Ann](https://own.example/author/ann/) on "
        "[May 5, 2024](https://own.example/2024/the-harbour/)\n\n**Update:** there is [news](https://own.example/2024/news/).\n\n"
        + PROSE.format("a")
        + "## Related work\n\n[Older](https://older.example/)\n\n"
        + PROSE.format("d")
        + "## Related articles\n\n### [The pier](https://own.example/2023/pier/)\n\n[Boats](https://own.example/2022/boats/)\n\n## The lamps\n\n"
        + PROSE.format("b")
        + "Filed under [Coast](https://own.example/category/coast/) of [The Coast](https://own.example/)\n\nThanks to [Bo](https://bo.example/).\n\n## 3 Comments\n\n"
        + PROSE.format("c")
        + "Copyright © 2024 The Coast | [Privacy](https://own.example/privacy)\n"
    )
    assert body(page) == [
        "https://own.example/2024/news/",
        "https://a.example/x",
        "https://older.example/",
        "https://d.example/x",
        "https://b.example/x",
        "https://bo.example/",
    ]


def test_relative_links_of_a_page_lead_to_its_site():
    page = FRONT + "[Skip to content](#main)\n\n# The harbour at night\n\n" + PROSE.format("a").replace("https://a.example/x", "/pier")
    assert body(page) == ["https://own.example/pier"]


def test_the_lists_of_a_letter_are_its_body():
    letter = (
        "---\ntitle: Letter 12\ncanonical_url: https://own.example/letters/12/\n---\n\n# Letter 12\n\n* [One](https://own.example/1)\n* [Two](https://two.example/)\n\n"
        "## Related articles\n\n* [Three](https://three.example/)\n\n## Comments\n\n[Four](https://own.example/4)\n\nCopyright © 2024, [me](https://own.example/)\n"
    )
    assert len(body(letter)) == 5
    assert article(letter).url == "https://own.example/letters/12/"
