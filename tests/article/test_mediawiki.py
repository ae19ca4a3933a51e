"""Pages that a wiki exported are read as their wikitext."""

from __future__ import annotations

from archiver import embed
from archiver.article.article import Article
from archiver.article.read import read
from archiver.citation.extract import extract

TEXT = "'''It''' is.&lt;ref&gt;{{Cite tweet|user=jack|number=20|title=t}}&lt;/ref&gt; And [https://a.example/?b=1&amp;c=2 words]."


def page(title: str, *texts: str, ns: int = 0, inside: str = "", model: str = "wikitext") -> str:
    revisions = "".join(f'<revision><id>1</id><model>{model}</model><text xml:space="preserve">{text}</text></revision>' for text in texts)
    return f"<page><title>{title}</title><ns>{ns}</ns><id>1</id>{inside}{revisions}</page>"


def export(*pages: str) -> Article:
    head = (
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="de"><siteinfo><sitename>Wiki</sitename>'
        "<base>https://w.example/wiki/Main</base></siteinfo>"
    )
    return read((head + "".join(pages) + "</mediawiki>").encode(), source="export.xml")


def cited(article: Article) -> list[tuple[str, str | None, str]]:
    return [(one.kind, one.reference.url, place.exact) for one in extract(article, embed.PLATFORMS) for place in one.places]


def test_the_last_revision_of_a_page_is_the_article():
    article = export(page("The thing", "https://old.example/", TEXT))
    assert (article.title, article.language, article.media_type) == ("The thing", "de", "application/xml")
    assert article.base_url == "https://w.example/wiki/The_thing"
    assert cited(article) == [
        ("embed", "https://twitter.com/jack/status/20", "{{Cite tweet|user=jack|number=20|title=t}}"),
        ("link", "https://a.example/?b=1&c=2", "words"),
    ]


def test_several_pages_are_one_text_without_templates_modules_and_redirects():
    article = export(
        page("One", "https://a.example/1"),
        page("Template:T", "https://t.example/", ns=10),
        page("Old", "#REDIRECT [[One]] https://r.example/", inside='<redirect title="One" />'),
        page("Module", "https://m.example/", model="Scribunto"),
        page("Two", "https://a.example/2"),
    )
    assert [url for _, url, _ in cited(article)] == ["https://a.example/1", "https://a.example/2"]
    assert [article.text[block.start : block.end] for block in article.blocks if block.level] == ["One", "Two"]
    assert article.title == "Wiki"


def test_an_export_without_pages_is_text():
    assert export().media_type == "text/plain"
    assert export(page("T", "x", ns=10)).media_type == "application/xml"
