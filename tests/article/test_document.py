"""The element tree and its text: the text rule, spans, order, and selectors that mean the same here and in lexbor."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.article.document import Document, Element

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one  \n two</p><p>three</p>", "one two\nthree"),
        ("a<b> b </b> c", "a b c"),
        ("<b>a</b><i>b</i>", "ab"),
        ("a<br>b<br><br>c", "a\nb\nc"),
        ("<div><div> <div>x</div></div></div>y", "x\ny"),
        ("<p>  lead<span> </span>trail  </p>", "lead trail"),
        ("<pre>\n a\n  b </pre>c", " a\n  b \nc"),
        ("<textarea> x  y </textarea>", " x  y "),
        ("<ul><li>1<li>2</ul><table><tr><td>3<th>4</table>", "1\n2\n3\n4"),
        ("x<script>var y</script><style>z</style><template>t</template><noscript><p>n</p></noscript><iframe>i</iframe><!-- c -->w", "xw"),
        ("<head><title>T</title><meta name=x></head>b<svg><title>t</title><text>s</text></svg>", "bs"),
        ("a\u00a0\u00a0b&nbsp; c", "a\u00a0\u00a0b\u00a0 c"),
        ("\u200fمــن&#x202c; جهة&shy;\u200b \ue000\ufeff", "\u200fمــن\u202c جهة\u00ad\u200b \ue000\ufeff"),
        ("e\u0301 \U0001f1f2\U0001f1e6 ｆｕｌｌ", "e\u0301 \U0001f1f2\U0001f1e6 ｆｕｌｌ"),
        ("<p hidden>h</p><p style='display:none'>d</p>", "h\nd"),
        ("", ""),
    ],
)
def test_text_rule(html: str, text: str):
    assert Document(html).text == text


def test_spans_of_elements_without_text_stand_where_the_element_stands():
    document = Document("<h2>Old</h2><p>para <img> text</p><iframe src=x></iframe><h2>New</h2><p><a href=y></a>z</p>")
    assert document.text == "Old\npara text\nNew\nz"
    at = {element.tag: document.span(element) for element in document.elements() if element.tag in {"img", "iframe", "a", "head"}}
    assert at == {"head": (0, 0), "img": (8, 8), "iframe": (13, 13), "a": (18, 18)}


def test_span_leaves_the_separators_outside():
    document = Document("<p>a <a href=x> link </a> b</p><p> c </p>")
    slices = {e.tag + e.attributes.get("href", ""): document.text[slice(*document.span(e))] for e in document.select("a, p")}
    assert slices == {"ax": "link", "p": "c"}
    assert [document.span(p) for p in document.select("p")] == [(0, 8), (9, 10)]


def test_blocks_know_their_kind():
    document = Document(
        "<h3><div>Head</div></h3><div>loose<p>para</p>more</div><blockquote><p>q</p></blockquote><ul><li><p>i</p></ul>"
        "<table><td>c</table><figure><figcaption>f</figcaption></figure><pre>p</pre>one<br><br>two<br>three"
    )
    kinds = [(document.text[b.start : b.end], b.kind, b.level) for b in document.blocks]
    assert kinds == [
        ("Head", "heading", 3), ("loose", "paragraph", 0), ("para", "paragraph", 0), ("more", "paragraph", 0), ("q", "quote", 0), ("i", "item", 0),
        ("c", "cell", 0), ("f", "caption", 0), ("p", "code", 0), ("one", "paragraph", 0), ("two\nthree", "paragraph", 0),
    ]  # fmt: skip


def test_a_line_of_nothing_but_spaces_is_no_block():
    document = Document("<p>one</p><p>&nbsp;</p><p>&#x3000;&nbsp;</p><p>two</p>")
    assert document.text == "one\n\u00a0\n\u3000\u00a0\ntwo"
    assert [document.text[b.start : b.end] for b in document.blocks] == ["one", "two"]


def test_select_gives_each_match_once_in_document_order():
    document = Document("<div><p class=x>1<b>2</b></p><i>3</i></div>")
    assert [e.tag for e in document.select("i, p, .x, b, div *")] == ["p", "b", "i"]
    div = document.select("div")[0]
    assert [e.tag for e in div.select("*")] == ["p", "b", "i"]
    assert [e.tag for e in div.children] == ["p", "i"]
    assert div.select("div") == []
    assert document.select("b") == div.select("b")
    assert len({*document.select("b"), *div.select("b")}) == 1
    with pytest.raises(ValueError, match="not a CSS selector"):
        document.select("div[")


def test_element_tells_what_it_is():
    link = Document('<p><A HREF="/x?a=1&amp;b=2" DISABLED class="a  b" class=c>one <i>two</i></A></p>').select("a")[0]
    assert (link.tag, link.attributes["href"], link.attributes["disabled"], link.classes) == ("a", "/x?a=1&b=2", "", ("a", "b"))
    assert link.text == "one two"
    assert link.html.endswith("one <i>two</i></a>")
    assert link.fragment().i.get_text() == "two"
    assert link.parent is not None
    assert link.parent.tag == "p"


def test_closest_and_matches():
    document = Document("<main><div class=a><div class=b><i>x</i></div></div></main>")
    italic = document.select("i")[0]
    assert italic.closest("div").classes == ("b",)  # type: ignore[union-attr]
    assert italic.closest("main > div").classes == ("a",)  # type: ignore[union-attr]
    assert italic.closest("i") == italic
    assert italic.closest(".none") is None
    assert italic.closest(lambda e: "a" in e.classes) == document.select(".a")[0]
    assert italic.matches(".b > i")
    assert not italic.matches(".a > i")


def test_contains_order_and_element_at():
    document = Document("<p>one <b>two</b></p><p>three</p>")
    first, second = document.select("p")
    bold = document.select("b")[0]
    assert document.contains(first, bold)
    assert document.contains(bold, bold)
    assert not document.contains(second, bold)
    assert not document.contains(bold, first)
    assert [document.element_at(n) for n in (0, 4, 6, 8)] == [first, bold, bold, second]
    assert document.element_at(7) == document.select("body")[0]  # the line end between the two
    assert document.element_at(-1) is None
    assert document.element_at(len(document.text)) is None
    assert document.order(first) < document.order(bold) < document.order(second)
    with pytest.raises(ValueError, match="not in this document"):
        document.order(Document("<p>").select("p")[0])


def test_noscript_and_template_are_elements_and_their_content_is_none():
    document = Document("a<noscript><img src=x></noscript>b<template><img src=y></template>c")
    assert document.select("img") == []
    assert [(document.span(e), "<img" in e.html) for e in document.select("noscript, template")] == [((1, 1), True), ((2, 2), True)]


def test_base_is_the_first_that_has_an_address():
    assert Document("<base target=_top><base href=/a/><base href=/b/>").base == "/a/"
    assert Document("<p>").base is None


def test_selectors_of_foreign_and_odd_elements():
    document = Document("<div><p>1</p><o:p>2</o:p><svg><a><text>3</text></a></svg><amp-twitter>4</amp-twitter></div>")
    named = {e.tag: (document.xpath(e), document.css(e)) for e in document.select("div *")}
    top = ":root > body:nth-of-type(1) > div:nth-of-type(1) > "
    assert named["o:p"] == ("/html[1]/body[1]/div[1]/*[2]", top + ":nth-child(2)")
    assert named["text"] == ("/html[1]/body[1]/div[1]/*[3]/*[1]/*[1]", top + ":nth-child(3) > :nth-child(1) > :nth-child(1)")
    assert named["amp-twitter"] == ("/html[1]/body[1]/div[1]/amp-twitter[1]", top + "amp-twitter:nth-of-type(1)")


def test_css_starts_from_an_id_only_where_it_is_unique_in_any_case():
    document = Document("<div id=One><p>a</p></div><div id=two></div><div id=TWO><p>b</p></div><div id='1 x'></div>")
    divs = [document.css(div) for div in document.select("div")]
    assert divs == ["#One", *(f":root > body:nth-of-type(1) > div:nth-of-type({n})" for n in (2, 3, 4))]
    assert document.css(document.select("p")[0]) == "#One > p:nth-of-type(1)"


@pytest.mark.parametrize(
    "path", ["", "/", "//p", "/html[1]/body[1]/p", "/html[1]/body[1]/p[9]", "/html[1]/body[1]/p[0]", "/html[2]", "p[1]"]
)
def test_by_xpath_answers_none_where_the_path_leads_nowhere(path: str):
    assert Document("<p>x").by_xpath(path) is None


def test_what_is_no_element_is_not_counted():
    document = Document("<body><p><?xml version=1?><!-- c --><o:p>a</o:p><b>c</b><o:p id=i>d<o:q>e</o:q></o:p>")
    for element in document.select("*"):
        for found in (document.by_css(document.css(element)), document.by_xpath(document.xpath(element))):
            assert found is not None
            assert document.order(found) == document.order(element)
    assert document.by_css(":root > body:nth-of-type(1) > p:nth-of-type(1) > :nth-child(4)") is None
    assert document.by_css("#i > :nth-child(1)") is not None
    assert document.by_css("#none > :nth-child(1)") is None


def test_by_css_answers_none_for_what_is_no_selector():
    assert Document("<p>x").by_css("p[") is None
    assert Document("<p>x").by_css("b") is None


def assert_consistent(document: Document) -> None:
    """Every element's selectors find it alone; spans nest; blocks are disjoint, in order, and hold all of the text."""
    elements = document.elements()
    for element in elements:
        start, end = document.span(element)
        assert 0 <= start <= end <= len(document.text)
        assert document.by_xpath(document.xpath(element)) == element
        assert document.select(document.css(element)) == [element]
        if element.parent is not None and element.parent.tag != "html":
            outer = document.span(element.parent)
            assert outer[0] <= start
            assert end <= outer[1]
    assert [document.order(e) for e in elements] == list(range(len(elements)))
    covered = 0
    for block in document.blocks:
        assert covered <= block.start < block.end
        assert not document.text[covered : block.start].strip()
        covered = block.end
    assert not document.text[covered:].strip()
    for offset in range(0, len(document.text), 7):
        holder = document.element_at(offset)
        assert holder is not None
        assert document.span(holder)[0] <= offset < document.span(holder)[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_are_consistent(page: Path):
    assert_consistent(Document(page.read_text("utf8")))


NAMES = "div p b i a ul li table td tr pre br svg math o:p template noscript select h2 form x'y q\"r iframe body img textarea title foreignObject ÄB"
TAGS = st.sampled_from(NAMES.split())
PIECES = st.one_of(
    TAGS.map("<{}>".format),
    TAGS.map("</{}>".format),
    st.builds('<{} id="{}" class="{}">'.format, TAGS, st.sampled_from(["a", "A", "b", "9", "é"]), st.sampled_from(["nav", "x", "share"])),
    st.text(alphabet=" \n\tab\u00a0\u200f\ue000م字<>&\x00\r", max_size=8),
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_markup_is_consistent(html: str):
    assert_consistent(Document(html))


@pytest.mark.parametrize("tag", ["div", "b", "span", "ul><li", "blockquote", "table><tr><td", "svg", "font size=1"])
def test_deep_documents_keep_what_is_at_the_bottom(tag: str):
    document = Document(f"<{tag}>" * 5000 + "bottom<a href=x>deep</a>")
    link = document.select("a")[0]
    assert document.text == "bottomdeep"
    assert document.span(link) == (6, 10)
    assert document.by_xpath(document.xpath(link)) == link
    assert link.closest("html") is not None


def test_large_documents_are_read_whole():
    document = Document("<p>A line of text with <a href=x>a link</a> in it, <b>again</b> and again.</p>\n" * 20_000)
    links = document.select("a")
    assert len(links) == 20_000
    assert document.text.count("\n") == 19_999
    assert document.text[slice(*document.span(links[-1]))] == "a link"


def test_equality_is_of_nodes():
    document = Document("<p>x</p><p>x</p>")
    first, second = document.select("p")
    assert first != second
    assert first == document.select("p")[0]
    assert isinstance(first, Element)
    assert first != "p"


@pytest.mark.parametrize(
    "css",
    [
        "iframe",
        "script:not([src])",
        "iframe[src]",
        "script[src*='b/']",
        "div[data-x]",
        "i, script[src], div > b, .c",
        "svg, a[href], iframe",
        "none, i",
    ],
)
@pytest.mark.parametrize("doctype", ["", "<!doctype html>"])
def test_a_walked_tree_selects_as_the_parser_does(css: str, doctype: str):
    html = (
        f"{doctype}<script src=a/b/c></script><script SRC></script><script>1</script><div data-x><b class=C>x</b><i>y</i></div><div Data-X=''></div>"
        "<iframe src=A></iframe><iframe></iframe><svg><script src='b/'></script><a xlink:href=q>z</a><iframe></iframe></svg><a href=1>w</a>"
    )
    parsed, walked = Document(html), Document(html)
    assert walked.text
    assert [one.html for one in walked.select(css)] == [one.html for one in parsed.select(css)]
