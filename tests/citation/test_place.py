"""Places: describe and resolve are inverse for every selector alone; an edited article never gets a silent guess.

`ARCHIVER_CORPUS` may name a folder of articles (text and HTML); each file is then held to the same proof as the pages here.
"""

from __future__ import annotations

import os
import random
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archiver.article.article import Article
from archiver.article.document import Element
from archiver.article.read import read
from archiver.citation.citation import Place
from archiver.citation.place import CONTEXT, Resolution, describe, resolve

PAGES = sorted((Path(__file__).parent.parent / "article" / "pages").glob("*.html"))
CORPUS = Path(os.environ["ARCHIVER_CORPUS"]) if "ARCHIVER_CORPUS" in os.environ else None
OF_CORPUS = sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.suffix != ".pdf") if CORPUS else []
SPANS = 300
LENGTHS = (0, 1, 4, 30, 200)


def article_of(text: str, name: str = "x.txt") -> Article:
    return read(text.encode("utf8"), source=name)


def place_of(article: Article, start: int, end: int, element: Element | None = None) -> Place:
    return describe(article, start, end, url="https://x.example/", via="test", element=element)


def spot_of(article: Article, words: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = article.text.index(words, start + 1)
    return start, start + len(words)


def assert_inverse(article: Article, start: int, end: int, element: Element | None = None) -> int:
    """Hold one spot to the proof; return how many of its selectors had to name several spots."""
    place = place_of(article, start, end, element)
    text = article.text
    assert text[start:end] == place.exact
    assert text[: place.start].endswith(place.prefix)
    assert text[end:].startswith(place.suffix)
    there = Resolution("exact", start, end)
    assert resolve(place, article) == there
    assert resolve(place, article, "position") == there
    if article.document is None:
        assert resolve(place, article, "line") == there
    ambiguous = 0
    for by in ("quote", "xpath", "css") if article.document else ("quote",):
        found = resolve(place, article, by)
        if found.status == "ambiguous":
            # Never for an element as a whole, and only where another spot has the same words in the same context.
            assert (start, end) in found.candidates
            assert by == "quote" or element is None
            assert text.count(place.prefix + place.exact + place.suffix) > 1 or len(found.candidates) > 1
            ambiguous += 1
        else:
            assert found == there
    return ambiguous


def assert_all_inverse(article: Article) -> None:
    """Hold every element and SPANS random spans of an article to the proof."""
    for element in article.document.elements() if article.document else ():
        assert_inverse(article, *article.document.span(element), element)  # type: ignore[union-attr]
    dice = random.Random(7)
    for _ in range(SPANS):
        start = dice.randrange(len(article.text) + 1)
        assert_inverse(article, start, min(len(article.text), start + dice.choice(LENGTHS)))


@pytest.mark.parametrize("path", [*PAGES, *OF_CORPUS], ids=lambda path: path.name)
def test_every_element_and_many_spans(path: Path):
    assert_all_inverse(read(path.read_bytes(), source=path.name))


@pytest.fixture(scope="module")
def seed() -> Article:
    with as_file(files("archiver.service.demo") / "article.txt") as path:
        return read(path.read_bytes(), source="article.txt")


def test_every_line_of_the_seed(seed: Article):
    offset = 0
    for line in seed.text.split("\n"):
        assert assert_inverse(seed, offset, offset + len(line)) == 0 or len(line) < 2
        offset += len(line) + 1


def test_random_spans_of_the_seed(seed: Article):
    assert_all_inverse(seed)


def test_a_place_of_the_seed(seed: Article):
    start, end = spot_of(seed, "https://t.co/Q7rsMqPRZr")
    place = place_of(seed, start, end)
    assert (place.line, place.column, place.xpath, place.css, place.page) == (73, 1, None, None, None)
    assert place.heading == "مجالات التعاون"
    assert len(place.prefix) == len(place.suffix) == CONTEXT
    assert place.suffix.startswith(" إسرائيل #المغرب#\n\nCaptain Ella (@CaptainElla1)")
    again = place_of(seed, *spot_of(seed, "https://t.co/Q7rsMqPRZr", 1))
    assert again.line == 106
    assert resolve(again, seed, "quote") == Resolution("exact", *spot_of(seed, "https://t.co/Q7rsMqPRZr", 1))


WORDS = st.lists(
    st.sampled_from(["here", "هنا", "link", "שם", "a", "リンク", "\u200f", "\ue000", "e\u0301", "x" * 20]), min_size=1, max_size=40
)


@settings(max_examples=150)
@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=12).map("\n\n".join), st.data())
def test_any_text(text: str, data: st.DataObject):
    article = article_of(text)
    start = data.draw(st.integers(0, len(article.text)))
    assert_inverse(article, start, data.draw(st.integers(start, min(len(article.text), start + 80))))


TREE = st.recursive(
    WORDS.map(" ".join) | st.sampled_from(["<img>", "<iframe src=x></iframe>", "<br>", "<svg><path/></svg>"]),
    lambda inner: st.builds(
        "<{0}{1}>{2}</{0}>".format,
        st.sampled_from(["div", "p", "a", "b", "li", "td", "pre", "amp-x"]),
        st.sampled_from(["", " id=one", " id=two", " class=x"]),
        st.lists(inner, max_size=4).map(" ".join),
    ),
    max_leaves=20,
)


@settings(max_examples=150)
@given(TREE, st.data())
def test_any_document(html: str, data: st.DataObject):
    article = article_of(html, "x.html")
    document = article.document
    assert document is not None
    for element in document.elements():
        assert_inverse(article, *document.span(element), element)
    start = data.draw(st.integers(0, len(article.text)))
    assert_inverse(article, start, data.draw(st.integers(start, min(len(article.text), start + 60))))


def test_describe_names_the_innermost_element_that_encloses_the_place():
    article = article_of("<p>one <b>two</b> three <a href=x>f<i>o</i>ur</a></p><p>five</p>", "x.html")
    document = article.document
    assert document is not None
    named = {
        words: place_of(article, *spot_of(article, words)).xpath
        for words in ("two", "wo three", "o", "four", "three\u0020four\nfi", "five")
    }
    assert named == {
        "two": "/html[1]/body[1]/p[1]/b[1]", "wo three": "/html[1]/body[1]/p[1]", "o": "/html[1]/body[1]/p[1]", "four": "/html[1]/body[1]/p[1]/a[1]",
        "three four\nfi": "/html[1]/body[1]", "five": "/html[1]/body[1]/p[2]",
    }  # fmt: skip
    # an element that says less than the place gives way to the one around it
    bold = document.select("b")[0]
    assert place_of(article, *spot_of(article, "two three"), element=bold).xpath == "/html[1]/body[1]/p[1]"


def test_describe_tells_paragraph_heading_and_what_it_was_told():
    article = article_of("<h1>Top</h1><p>a</p><h2>Sub</h2><p>b <a href=x>c</a></p>", "x.html")
    place = describe(article, *spot_of(article, "c"), url="x", via="a[href]", inferred=True, confidence=0.5, reading="see")
    assert (place.paragraph, place.heading, place.line, place.column) == (4, "Sub", None, None)
    assert (place.url, place.via, place.inferred, place.confidence, place.reading) == ("x", "a[href]", True, 0.5, "see")


@pytest.mark.parametrize("span", [(-1, 2), (3, 2), (0, 99)])
def test_describe_refuses_offsets_outside_the_text(span: tuple[int, int]):
    with pytest.raises(ValueError, match="no such place"):
        place_of(article_of("some text"), *span)


def test_resolve_refuses_an_unknown_selector_and_misses_an_absent_one():
    article = article_of("some text")
    place = place_of(article, 0, 4)
    with pytest.raises(ValueError, match="no such selector"):
        resolve(place, article, "guess")
    assert {by: resolve(place, article, by).status for by in ("xpath", "css", "line")} == {"xpath": "lost", "css": "lost", "line": "exact"}


BEFORE = "The council said on Thursday that the old bridge would be closed. "
AFTER = " It has stood for more than a hundred years and carries two lanes."
LATER = "Ferries will run every ten minutes. Read about them here if you like, and tell your neighbours."


def test_a_place_that_was_pushed_down_has_moved():
    place = place_of(article_of(f"{BEFORE}See here.{AFTER}"), len(BEFORE) + 4, len(BEFORE) + 8)
    edited = article_of(f"A new first line.\n\n{BEFORE}See here.{AFTER}")
    moved = Resolution("moved", *spot_of(edited, "here"))
    assert resolve(place, edited) == resolve(place, edited, "quote") == moved
    assert resolve(place, edited, "position").status == "lost"
    assert resolve(place, edited, "line").status == "lost"


def test_a_place_whose_surroundings_were_edited_on_one_side_has_moved():
    place = place_of(article_of(f"{BEFORE}See here.{AFTER} {LATER}"), len(BEFORE) + 4, len(BEFORE) + 8)
    edited = article_of(f"Intro. {BEFORE}See here. It is a very different sentence now. {LATER}")
    assert resolve(place, edited) == Resolution("moved", *spot_of(edited, "here"))


def test_a_lookalike_elsewhere_is_not_taken_for_a_deleted_place():
    place = place_of(article_of(f"{BEFORE}See here.{AFTER}\n\n{LATER}"), len(BEFORE) + 4, len(BEFORE) + 8)
    edited = article_of(f"{BEFORE}See there.{AFTER}\n\n{LATER}".replace("there", "that"))
    assert "here" in edited.text
    assert resolve(place, edited) == resolve(place, edited, "quote") == Resolution("lost")


def test_a_paragraph_that_now_stands_twice_is_ambiguous():
    whole = f"{BEFORE}See here.{AFTER}"
    place = place_of(article_of(whole), len(BEFORE) + 4, len(BEFORE) + 8)
    edited = article_of(f"New.\n\n{whole}\n\n{whole}")
    found = resolve(place, edited)
    assert found == Resolution("ambiguous", candidates=(spot_of(edited, "here"), spot_of(edited, "here", 1)))


def test_position_breaks_a_tie_only_with_all_selectors():
    twins = "\n\n".join([f"{BEFORE * 2}See here.{AFTER * 2}"] * 3)
    article = article_of(twins)
    for nth in range(3):
        spot = spot_of(article, "here", nth)
        place = place_of(article, *spot)
        assert resolve(place, article) == Resolution("exact", *spot)
        assert resolve(place, article, "quote").status == "ambiguous"


def test_twins_that_moved_stay_ambiguous_though_an_xpath_names_one():
    item = "<li>Read <a href=x>here</a></li>"
    article = article_of(f"<ul>{item * 30}</ul>", "x.html")
    assert article.document is not None
    link = article.document.select("a")[15]
    place = place_of(article, *article.document.span(link), element=link)
    assert resolve(place, article) == Resolution("exact", *article.document.span(link))
    edited = article_of(f"<p>New</p><ul>{item * 31}</ul>", "x.html")
    found = resolve(place, edited)
    assert found.status == "ambiguous"
    assert len(found.candidates) > 1
    assert resolve(place, edited, "xpath").status == "moved"


def test_selectors_add_evidence_where_little_context_is_left():
    html = "<p>{} <a id=ref href=x>the report of the council</a> {}</p>"
    article = article_of(html.format("Old words before", "and old words after it."), "x.html")
    assert article.document is not None
    link = article.document.select("a")[0]
    place = place_of(article, *article.document.span(link), element=link)
    edited = article_of(html.format("Nothing stays; see", "(new)"), "x.html")
    assert resolve(place, edited) == Resolution("moved", *spot_of(edited, "the report of the council"))
    assert resolve(place, edited, "quote") == Resolution("lost")


def test_a_frame_is_found_between_its_neighbours_and_lost_with_them():
    page = f"<p>{BEFORE}</p><div><iframe src=x></iframe></div><p>{AFTER}</p>"
    article = article_of(page, "x.html")
    assert article.document is not None
    frame = article.document.select("iframe")[0]
    place = place_of(article, *article.document.span(frame), element=frame)
    assert (place.exact, place.start) == ("", place.end)
    edited = article_of(f"<p>New first words.</p>{page}", "x.html")
    assert edited.document is not None
    spot = edited.document.span(edited.document.select("iframe")[0])
    assert resolve(place, edited) == resolve(place, edited, "quote") == Resolution("moved", *spot)
    assert resolve(place, article_of(f"<p>{LATER}</p>", "x.html")) == Resolution("lost")
    assert resolve(place, article_of(f"<p>{LATER}</p>", "x.html"), "css") == Resolution("lost")


def test_a_text_of_nothing_but_lookalikes_ends_soon():
    article = article_of("a" * 200_000)
    place = place_of(article, 100_000, 100_001)
    assert resolve(place, article) == Resolution("exact", 100_000, 100_001)
    assert resolve(place, article, "quote").status == "ambiguous"
    assert resolve(place, article_of("a" * 50_000 + "b" + "a" * 50_000)).status == "ambiguous"


@settings(max_examples=100)
@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(0, 10_000), st.text(alphabet="xyz آب\n", min_size=1, max_size=30))
def test_one_insertion_elsewhere_never_leads_astray(seed: Article, at: int, length: int, cut: int, inserted: str):
    text = seed.text
    start = at % (len(text) - length)
    cut %= len(text)
    assume(not start - CONTEXT < cut < start + length + CONTEXT)
    place = place_of(seed, start, start + length)
    edited = article_of(text[:cut] + inserted + text[cut:])
    there = start + len(inserted) if cut <= start else start
    found = resolve(place, edited)
    assert (found.start, found.end) == (there, there + length) or (there, there + length) in found.candidates
