"""PDF: the text, where it is printed, the links, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.article.article import Article
from archiver.article.layout import Layout
from archiver.article.pdf.pdf import read_pdf
from archiver.article.read import read
from archiver.errors import UsageError
from tests.article.pdf_made import Page, pdf

HERE = Path(__file__).parent
BROWSER = HERE / "pages" / "printed-by-a-browser.pdf"


def article(*pages, **said) -> Article:
    return read_pdf(pdf(*pages, **said), source="x.pdf")


def words(found: Article) -> list[tuple[str, str]]:
    return [(link.url, found.text[link.start : link.end]) for link in found.links]


def blocks(found: Article) -> list[tuple[str, str]]:
    return [(block.kind, found.text[block.start : block.end]) for block in found.blocks]


# ---------------------------------------------------------------------- text


def test_lines_pages_and_where_they_are_printed():
    found = article(Page().text(50, 700, "First line,").text(50, 688, "second line."), Page(), Page().text(60, 700, "Third page."))
    assert found.text == "First line,\nsecond line.\n\f\n\fThird page."
    layout = found.layout
    assert layout.pages == (0, 26, 28)
    assert [layout.page(found.text.index(word)) for word in ("First", "second", "Third")] == [1, 1, 3]
    (left, bottom, right, top), *more = layout.rects(0, 5)
    assert not more
    assert 50 <= left < right < 75
    assert 695 < bottom < top < 715
    assert len(layout.rects(0, len(found.text))) == 2  # of the first page
    assert len(layout.boxes) == 4 * len(found.text)


def test_a_hyphen_at_a_line_end_stays_and_nothing_is_joined():
    found = article(Page().text(50, 700, "at https://a.example/some-").text(50, 688, "thing.html and on"))
    assert found.text == "at https://a.example/some-\nthing.html and on"


def test_right_to_left_text_is_in_reading_order_whichever_way_it_is_drawn():
    line = "قال الوزير اليوم إن السلام قريب"
    for backwards in (True, False):
        found = article(Page().visual(500, 700, line, backwards=backwards))
        assert found.text == line
        start = line.index("اليوم")
        ((left, _, right, _),) = found.layout.rects(start, start + 5)
        assert (left, right) == (500 - 5 * (start + 5), 500 - 5 * start)


def test_what_a_browser_prints():
    found = read(BROWSER.read_bytes(), source="page.pdf")
    assert found.media_type == "application/pdf"
    assert (found.title, found.language, found.published) == ("عنوان المقال", "ar", None)
    assert "قالت الوزارة إن 12 شخصًا وصلوا إلى المدينة (يوم الجمعة) في 15 مايو 2021 وفق بيان" in found.text
    assert "@moh_gov على تويتر. لا إله إلا الله، الإسلام." in found.text
    assert "https://www.example.org/very/long/path/that-goes-on-and-on/with-hyphens-and-\nmore/2021/05/15/article-name" in found.text
    assert "the efficient office fluffs this link" in found.text  # set with ligatures
    assert "שלום עולם, קישור בעברית (ראו 2020) סוף." in found.text
    assert blocks(found)[0] == ("heading", "عنوان المقال الطويل")
    assert words(found)[:2] == [
        ("https://example.com/a/b", "وصلوا إلى المدينة (يوم الجمعة)"),
        ("https://twitter.com/moh/status/1382917458021949445", "حساب الوزارة\n@moh_gov على تويتر"),
    ]
    assert "the efficient office" in words(found)[2][1]
    assert words(found)[2][1].endswith("longer than that")
    assert words(found)[3] == ("https://example.com/he", "קישור בעברית (ראו 2020)")


def test_unnamed_and_private_glyphs_stay():
    page = Page().glyphs([(50, 700, "a"), (55, 700, "\ue012"), (60, 700, "\U0001f600"), (65, 700, "b")])
    assert article(page).text == "a\ue012\U0001f600b"


def test_raised_figures_do_not_break_a_line():
    found = article(Page().text(50, 700, "the theft").text(91, 704, "2", 6).text(96, 700, "of it.").text(50, 688, "Next line."))
    assert found.text.startswith("the theft")
    assert blocks(found) == [("paragraph", found.text)]
    assert found.text.count("\n") == 1


def spelled(words: str, between: float, within: float = 0) -> Page:
    """A line without blanks, whose words stand apart by so many points, and their letters by so many."""
    placed, x = [], 50.0
    for word in words.split():
        for letter in word:
            placed.append((x, 700, letter))
            x += 5 + within
        x += between
    return Page().glyphs(placed)


def test_words_that_stand_apart_have_a_blank_between_them():
    found = article(spelled("cost of writes", 1.2))
    assert found.text == "cost of writes"
    assert found.layout.box(4) is None
    assert round(found.layout.box(5)[0]) == 71


@pytest.mark.parametrize(
    ("words", "between", "within"),
    [
        ("cost of writes", 0.9, 0),  # beside a ligature, letters stand so
        ("harbours", 0, 1.2),  # spaced out
        ("20 19", 1.2, 0),
        ("said :", 1.2, 0),
    ],
)
def test_what_stands_apart_and_is_one_word(words: str, between: float, within: float):
    assert article(spelled(words, between, within)).text == words.replace(" ", "")


# --------------------------------------------------------------------- links


def test_the_words_under_an_annotation():
    page = Page().text(50, 700, "See the report of May.").link((67, 697, 117, 710), "https://a.example/report")
    (link,) = article(page).links
    assert (link.url, link.via, link.kind, link.page, link.rects) == (
        "https://a.example/report",
        "pdf-annotation",
        "link",
        1,
        ((67, 697, 117, 710),),
    )
    assert words(article(page)) == [("https://a.example/report", "the report")]


def test_a_link_over_two_lines_is_one_by_two_annotations_or_by_two_quadrilaterals():
    def lines() -> Page:
        return Page().text(50, 700, "See this very").text(50, 688, "long link here.")

    two = lines().link((70, 698, 120, 710), "https://a.example/").link((50, 686, 92, 698), "https://a.example/")
    quads = "70 710 120 710 70 698 120 698 50 698 92 698 50 686 92 686"
    one = lines().link((50, 686, 120, 710), "https://a.example/", quads=quads)
    for page in (two, one):
        found = article(page)
        assert words(found) == [("https://a.example/", "this very\nlong link")]
        assert found.links[0].rects == ((70, 698, 120, 710), (50, 686, 92, 698))
        assert found.layout.span(1, found.links[0].rects) == (found.links[0].start, found.links[0].end)


def test_quadrilaterals_outside_the_rectangle_are_ignored():
    page = Page().text(50, 700, "See the report.").link((67, 697, 117, 710), "https://a.example/", quads="0 10 9 10 0 0 9 0")
    assert words(article(page)) == [("https://a.example/", "the report.")]


def test_the_same_address_twice_with_words_between_is_two_links():
    page = (
        Page().text(50, 700, "one and two").link((50, 697, 67, 710), "https://a.example/").link((88, 697, 105, 710), "https://a.example/")
    )
    assert words(article(page)) == [("https://a.example/", "one"), ("https://a.example/", "two")]


def test_a_link_goes_over_the_end_of_a_page():
    first = Page().text(50, 60, "read this").link((50, 58, 100, 70), "https://a.example/")
    second = Page().text(50, 700, "long report").link((50, 698, 110, 710), "https://a.example/")
    assert words(article(first, second)) == [("https://a.example/", "read this\n\flong report")]


def test_a_linked_picture_stands_below_the_line_above_it():
    page = Page().text(50, 700, "Above.").text(50, 500, "Below.").link((50, 550, 300, 650), "https://a.example/picture")
    found = article(page)
    assert (found.links[0].start, found.links[0].end) == (6, 6)
    assert found.layout.span(1, found.links[0].rects) is None


def test_a_linked_picture_stands_in_its_column():
    page = (
        Page().text(50, 700, "Left above.").text(50, 400, "Left below.").text(300, 700, "Right above.").text(300, 688, "Right still above.")
    )
    found = article(page.link((50, 500, 200, 600), "https://a.example/picture"))
    assert found.text[: found.links[0].start] == "Left above."


@pytest.mark.parametrize(("turned", "matrix", "at", "rect"), [
    ("/Rotate 90", "0 1 -1 0", [(200, 100), (400, 100)], (250, 100, 350, 300)),
    ("/Rotate 180", "-1 0 0 -1", [(500, 200), (500, 400)], (300, 250, 500, 350)),
    ("/Rotate 270", "0 -1 1 0", [(400, 700), (200, 700)], (250, 500, 350, 700)),
])  # fmt: skip
def test_a_linked_picture_of_a_turned_page_stands_below_the_line_above_it(
    turned: str, matrix: str, at: list[tuple[int, int]], rect: tuple[float, float, float, float]
):
    page = Page(extra=turned)
    for (x, y), line in zip(at, ["Above the picture.", "Below the picture."], strict=True):
        page.content.append(f"BT /F1 10 Tf {matrix} {x} {y} Tm ({line}) Tj ET")
    found = article(page.link(rect, "https://a.example/picture"))
    assert found.text == "Above the picture.\nBelow the picture."
    assert found.links[0].start == found.text.index("\n")


def test_words_that_the_file_draws_apart_are_a_place_each():
    page = Page().text(50, 700, "Left column says").text(300, 700, "a long tale in the right one, told").text(50, 688, "so and no more.")
    page.text(300, 688, "to nobody at all.").link((50, 686, 130, 710), "https://a.example/left")
    found = article(page)
    assert words(found) == [("https://a.example/left", "Left column says"), ("https://a.example/left", "so and no more.")]
    for link in found.links:
        assert found.layout.span(1, link.rects) == (link.start, link.end)


def test_scraps_of_a_neighbouring_line_are_no_words_of_a_link():
    page = (
        Page().text(62, 690, "so, ok").text(50, 680, "and see https://a.example/vrml").link((85, 679, 220, 696), "https://a.example/vrml")
    )
    assert words(article(page)) == [("https://a.example/vrml", "https://a.example/vrml")]


def test_actions_that_are_no_address_on_the_web_are_no_links():
    page = Page().text(50, 700, "word word word word")
    for at, action in enumerate(("<< /S /GoTo /D [0 /Fit] >>", "<< /S /GoToR /F (b.pdf) /D [0 /Fit] >>", "<< /S /Launch /F (x.exe) >>")):
        page.link((50 + 25 * at, 697, 70 + 25 * at, 710), "", action=action)
    assert article(page).links == ()


def test_a_relative_address_is_resolved_against_the_files_base():
    page = Page().text(50, 700, "word").link((50, 697, 80, 710), "about.html")
    assert article(page, catalog="/URI << /Base (https://a.example/dir/) >>").links[0].url == "https://a.example/dir/about.html"


def test_too_many_annotations_for_their_words_keep_their_addresses():
    page = Page()
    for row in range(60):
        page.text(50, 790 - row * 12, "x" * 200, 2)
    for number in range(1800):
        page.link((50, 700, 51, 701), f"https://a.example/{number}")
    found = article(page)
    assert len(found.links) == 1800
    assert {link.start for link in found.links} == {0}


# -------------------------------------------------------------------- blocks


@pytest.mark.parametrize("cut", ["/CropBox [100 100 500 700]", "/CropBox [100 100 500 700] /Rotate 180"])
def test_a_crop_box_and_a_turn_move_no_place(cut: str):
    def page(extra: str = "") -> Page:
        return Page(extra=extra).text(150, 600, "See the harbour report today.").link((188, 598, 262, 612), "https://news.example/harbour")

    whole, cropped = article(page()), article(page(cut))
    assert words(cropped) == words(whole)
    assert cropped.links[0].rects == whole.links[0].rects
    assert cropped.layout.rects(0, 10) == whole.layout.rects(0, 10)


@pytest.mark.parametrize(("turned", "matrix", "at"), [("/Rotate 90", "0 1 -1 0", [(200, 100), (215, 100)]),
                                                      ("/Rotate 270", "0 -1 1 0", [(400, 700), (385, 700)])])  # fmt: skip
def test_a_page_printed_sideways_and_turned_is_read_as_it_shows(turned: str, matrix: str, at: list[tuple[int, int]]):
    page = Page(extra=turned)
    for (x, y), line in zip(at, ["See the harbour report here, it says", "what nobody else had said before."], strict=True):
        page.content.append(f"BT /F1 10 Tf {matrix} {x} {y} Tm ({line}) Tj ET")
    found = article(page)
    assert "it says\nwhat nobody" in found.text
    ((left, bottom, right, top),) = found.layout.rects(0, 10)
    assert right - left < 15 < top - bottom  # points of the page as it lies in the file


def test_headings_paragraphs_and_items():
    page = Page().text(50, 740, "The title", 20).text(50, 710, "A part", 14)
    page.text(50, 690, "A paragraph of some length that goes on").text(50, 678, "in a second line.").text(
        50, 650, "Another one of ordinary text."
    )
    page.text(50, 630, "- an item").text(50, 618, "- another")
    found = article(page)
    assert blocks(found) == [
        ("heading", "The title"), ("heading", "A part"), ("paragraph", "A paragraph of some length that goes on\nin a second line."),
        ("paragraph", "Another one of ordinary text."), ("item", "- an item"), ("item", "- another"),
    ]  # fmt: skip
    assert [block.level for block in found.blocks[:2]] == [1, 2]
    assert found.title == "The title"
    assert found.heading_at(len(found.text)) == "A part"


def test_what_stands_on_every_page_is_no_body():
    pages = [
        Page().text(50, 780, "The Daily Example").text(50, 700, f"Text of its own: {word}.").text(300, 20, f"page {n}")
        for n, word in enumerate("abcd", 1)
    ]
    found = article(*pages)
    outside = [found.text[block.start : block.end] for block in found.blocks if not block.in_body]
    assert outside.count("The Daily Example") == 4
    assert {"page 1", "page 4"} <= set(outside)
    assert [found.paragraph_at(found.text.index(f": {word}.")) for word in "abcd"] == [1, 2, 3, 4]


# --------------------------------------------------------------------- facts


def test_facts_of_the_dictionary_and_of_xmp():
    page = Page().text(50, 700, "Some words.")
    found = article(page, info="/Title (A  title) /Author (N. N.) /CreationDate (D:20240102030405Z)", catalog="/Lang (pt-BR)")
    assert (found.title, found.byline, found.language) == ("A title", "N. N.", "pt-BR")
    assert found.published is None  # the day on which the file was made
    xmp = b"""<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF><rdf:Description prism:publicationDate="2023-05-06">
      <dc:title><rdf:Alt><rdf:li xml:lang='x-default'>From &quot;XMP&quot;</rdf:li></rdf:Alt></dc:title>
      <dc:creator><rdf:Seq><rdf:li>One</rdf:li><rdf:li>Two</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"""
    found = article(page, info="/Title (Old)", xmp=xmp)
    assert (found.title, found.byline, found.published) == ('From "XMP"', "One, Two", "2023-05-06")


BODY = Page().text(50, 700, "The works are done, and were paid on May 2, 2021.")


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["Harbour Works", "Assessment", "March 15, 2022", "Prepared for: the council"], "2022-03-15"),
        (["Harbour Works", "20th September 2019"], "2019-09-20"),
        (["Harbour Works", "Date of Report: January 17th, 2019", "Date of visit", "January 4th, 2019"], "2019-01-17"),
        (["Harbour Works", "2022-03-15"], "2022-03-15"),
        (["Harbour Works", "February 30, 2022"], None),
        (["Harbour Works", "March 15, 2022", "March 17, 2022"], None),  # which is it
        (["Harbour Works", "from March 15, 2022 on"], None),
        (["Harbour Works", "March 15, 2022", *["The works are long, and so is what there is to say of them."] * 20], None),  # no cover
    ],
)
def test_the_day_on_a_cover(lines: list[str], day: str | None):
    cover = Page()
    for at, line in enumerate(lines):
        cover.text(50, 700 - 20 * at, line)
    assert article(cover, BODY, BODY).published == day
    assert article(cover, BODY).published is None  # a letter


def test_a_title_that_is_half_a_letter_stays_readable():
    assert article(Page().text(50, 700, "Words."), info="/Title <FEFF0041D83D0042>").title == "A\ufffdB"


@pytest.mark.parametrize(
    "name",
    ["Microsoft Word - draft 3.doc", "report.pdf", "Untitled", "untitled-2", "logo_full_color_tm", "2025-03-harbour-report", "deck.pptx"],
)
def test_a_files_name_is_no_title(name: str):
    assert article(Page().text(50, 700, "Words."), info=f"/Title ({name}) /Author (Administrator)").title is None


@pytest.mark.parametrize("name", ["Harbour works - Google Docs", "Harbour works – Google Slides", "Harbour works"])
def test_what_a_title_was_written_in_is_no_part_of_it(name: str):
    written = ("\ufeff" + name).encode("utf-16-be").hex()
    assert article(Page().text(50, 700, "Words."), info=f"/Title <{written}>").title == "Harbour works"


# ------------------------------------------------------------------- refusals


def test_a_scan_says_that_it_has_no_text():
    with pytest.raises(UsageError, match=r"^scan\.pdf: 2 pages without text, as a scan has; run OCR on it first$"):
        read(pdf(Page(), Page()), source="scan.pdf")


def test_pictures_that_are_links_are_something_to_cite():
    found = article(Page().link((50, 50, 100, 100), "https://a.example/"))
    assert (found.text, found.links[0].start) == ("", 0)


def test_an_encrypted_file_says_so():
    junk = "00" * 32
    encrypt = f"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{junk}> /U <{junk}> >> /ID [<00> <00>]"
    with pytest.raises(UsageError, match=r"^x\.pdf: an encrypted PDF; give a copy without a password$"):
        read(pdf(Page().text(50, 700, "Secret."), trailer=encrypt), source="x.pdf")


def test_broken_files_are_mended_or_refused_in_one_line():
    whole = pdf(Page().text(50, 700, "Words."), Page().text(50, 700, "More."))
    moved = whole.replace(b"00000 n", b"00007 n").replace(b"startxref\n", b"startxref\n9")  # a table that points nowhere
    assert read(moved, source="x").text == "Words.\n\fMore."
    assert read(b"junk\x00\n" + whole, source="x").text == "Words.\n\fMore."
    for broken in (b"%PDF-1.7\n", whole[:40], b"%PDF-" + bytes(1000)):
        with pytest.raises(UsageError) as caught:
            read(broken, source="x.pdf")
        assert "\n" not in caught.value.message


def test_a_bomb_of_pages_is_refused():
    kids = b"<< /Type /Pages /Kids [" + b"4 0 R " * 6000 + b"] /Count 6000 >>"
    data = pdf(Page().text(50, 700, "x"))
    start = data.index(b"<< /Type /Pages")
    data = data[:start] + kids + data[data.index(b">>", start) + 2 :]
    with pytest.raises(UsageError, match=r"6,000 pages|broken"):
        read(data, source="x")


def test_a_text_that_speaks_of_pdf_is_a_text():
    assert read(b"A file begins with %PDF-1.7, says the standard.", source="-").media_type == "text/plain"
    assert read(b"\n" + pdf(Page().text(50, 700, "Words.")), source="-", media_type="application/pdf").text == "Words."


# --------------------------------------------------------------- properties

LINE = st.text(st.sampled_from("abc defXYZ.,019"), min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)


@settings(max_examples=40)
@given(st.lists(st.lists(LINE, min_size=1, max_size=5), min_size=1, max_size=3), st.data())
def test_every_span_is_found_again_by_page_and_rectangles(pages: list[list[str]], data: st.DataObject):
    printed = []
    for lines in pages:
        page = Page()
        for number, line in enumerate(lines):
            page.text(50, 700 - 20 * number, line)
        printed.append(page)
    found = article(*printed)
    layout: Layout = found.layout
    seen = [at for at in range(len(found.text)) if layout.box(at) and not found.text[at].isspace()]
    start = data.draw(st.sampled_from(seen))
    last = data.draw(st.sampled_from([at for at in seen if at >= start and layout.page(at) == layout.page(start)]))
    assert layout.span(layout.page(start), layout.rects(start, last + 1))[0] <= start
    one_line = "\n" not in found.text[start:last]
    if one_line:
        assert layout.span(layout.page(start), layout.rects(start, last + 1)) == (start, last + 1)
