"""Addresses in running text: where they begin and end, what they are not, and what hostile text costs."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.citation.links_in_text import links_in_copy, links_in_text
from archiver.citation.normalise import normalise


def written(text, **options):
    return [link.written for link in links_in_text(text, **options)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("see https://example.org/a.", ["https://example.org/a"]),
        ("(see https://example.org/a_(b)) and", ["https://example.org/a_(b)"]),
        ("''https://example.org'' and 'https://example.org''", ["https://example.org"] * 2),
        ("in https://example.org/''", ["https://example.org/''"]),
        ("as https://example.org'/> or https://a'b@example.org/", ["https://example.org", "https://a'b@example.org/"]),
        (
            "at https://example.org- and https://example.org= or https://example.org/a-",
            ["https://example.org"] * 2 + ["https://example.org/a-"],
        ),
        ("from https://example.org/a@ on", ["https://example.org/a"]),
        ("see https://example.org/a?q=repo:^b|c||d and", ["https://example.org/a?q=repo:^b|c||d"]),
        ("https://example.org/a|b?c|d|", ["https://example.org/a|b?c|d"]),
        ("[[https://example.org/a?b=c|the page]]", ["https://example.org/a?b=c"]),
        ("{{cite|url=https://example.org/a?b=c|title=The page}}", ["https://example.org/a?b=c"]),
        ("| https://example.org/a?b=c|the page |", ["https://example.org/a?b=c"]),
        ("https://example.org/a|the page", ["https://example.org/a"]),
        ("“https://example.org/a”, he said", ["https://example.org/a"]),
        ("« https://example.org/a »", ["https://example.org/a"]),
        ("https://example.org/a… more", ["https://example.org/a"]),
        ("https://example.org/a، ثم", ["https://example.org/a"]),
        ("https://example.org/a؟", ["https://example.org/a"]),
        ("見てhttps://example.org/a。次", ["https://example.org/a"]),
        ("（https://example.org/a）", ["https://example.org/a"]),
        ("[text](https://example.org/a)", ["https://example.org/a"]),
        ("[https://example.org/a](https://example.org/b)", ["https://example.org/a", "https://example.org/b"]),
        ('<a href="https://example.org/a">x</a>', ["https://example.org/a"]),
        ("&lt;a href=&quot;https://example.org/a&quot;&gt;", ["https://example.org/a"]),
        ("x|url=https://example.org/a|title=b", ["https://example.org/a"]),
        ("*https://example.org/a*", ["https://example.org/a"]),
        ("https://example.org/a?b=1&amp;c=2 x", ["https://example.org/a?b=1&amp;c=2"]),
        ("https://web.archive.org/web/2020/https://example.org/a x", ["https://web.archive.org/web/2020/https://example.org/a"]),
        ("https://example.org/ahttps://example.net/b", ["https://example.org/a", "https://example.net/b"]),
        ("wordhttps://example.org/a", ["https://example.org/a"]),
        ("HTTP://EXAMPLE.ORG", ["HTTP://EXAMPLE.ORG"]),
        ("http://127.0.0.1:8000/a http://[::1]/b", ["http://127.0.0.1:8000/a", "http://[::1]/b"]),
        ("http://президент.рф/a", ["http://президент.рф/a"]),
        ("http://example.comを見て", ["http://example.com"]),
        ("https://t.co/Ab1المغرب", ["https://t.co/Ab1"]),
        ("https://t.co/Ab1?amp=1 x", ["https://t.co/Ab1?amp=1"]),
        ("https://example.org/خبر-500-مليون/ ثم", ["https://example.org/خبر-500-مليون/"]),
        ("https://example.org/aخبر", ["https://example.org/a"]),
        ("https://ja.wikipedia.org/wiki/日本 を", ["https://ja.wikipedia.org/wiki/日本"]),
        ("http://example.jp/これは文です。", ["http://example.jp/"]),
        ("https://example.org/Hatfield–McCoy x", ["https://example.org/Hatfield–McCoy"]),
    ],
)
def test_an_address_with_a_scheme_ends_where_it_ends(text, wanted):
    assert written(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("see bsky.app/profile/a and t.me/b/1.", ["bsky.app/profile/a", "t.me/b/1"]),
        ("www.example.org", ["www.example.org"]),
        ("in the_old_files.example.org/a.pdf", ["the_old_files.example.org/a.pdf"]),
        ("example.co.uk/a?b", ["example.co.uk/a?b"]),
        ("today.pic.twitter.com/Ab1", ["pic.twitter.com/Ab1"]),
        ("中文t.co/abcde한국", ["t.co/abcde"]),
        ("Booking.com or example.org", []),
        ("node 2.0.Next, readme.md, outside.In the", []),
        ("mail to name@example.org/x", []),
        ("src/module.py/readme", []),
        ("$example.org/a #example.org/a", []),
        ("1.2.3 and 144.2 MB/s", []),
    ],
)
def test_an_address_without_a_scheme_needs_a_known_host_and_a_path(text, wanted):
    assert written(text) == wanted


def test_a_host_that_a_platform_knows_counts_without_a_path():
    assert written("ask example.com today", bare_hosts=True) == ["example.com"]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("hxxps://evil[.]example/a", "https://evil.example/a"),
        ("hxxp://evil(.)example[.]org/a.b", "http://evil.example.org/a.b"),
        ("https[:]//evil[dot]example/a", "https://evil.example/a"),
    ],
)
def test_a_defanged_address_is_read_and_flagged(text, url):
    [link] = links_in_text(text)
    assert (link.url, link.defanged, link.written) == (url, True, text)


def test_an_ordinary_address_is_not_flagged():
    [link] = links_in_text("https://example.org/a[.]b")
    assert not link.defanged


@pytest.mark.parametrize("dirt", ["\u200f", "\u00ad", "\u200b", "\u0640", "\u2069"])
def test_invisible_characters_do_not_break_an_address_and_offsets_are_the_originals(dirt):
    text = f"ثم {dirt}https://exam{dirt}ple.org/a{dirt} ثم"
    [link] = links_in_text(text)
    assert link.url == "https://example.org/a"
    assert text[link.start : link.end].replace(dirt, "") == "https://example.org/a"


def test_full_width_signs_are_read():
    assert [link.url for link in links_in_text("見て https：／／example．org／a です")] == ["https://example.org/a"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://example.org/Summer-\nand-More.html x", "https://example.org/Summer-and-More.html"),
        ("https://example.org/a/\n1549651495053934597 x", "https://example.org/a/"),
        ("https://x.com/a/status/\n1549651495053934597 x", "https://x.com/a/status/1549651495053934597"),
        ("https://example.org/a-\nNext sentence", "https://example.org/a-"),
        ("https://example.org/a/\nhttps://example.org/b/", "https://example.org/a/"),
    ],
)
def test_an_address_broken_over_lines_is_joined_where_the_rest_looks_like_one(text, wanted):
    assert links_in_text(text, broken_lines=True)[0].url == wanted


def test_lines_are_not_joined_unless_asked_for():
    assert written("https://example.org/Summer-\nand-More.html") == ["https://example.org/Summer-"]


def test_the_parser_is_not_imported_for_text_that_does_not_need_it():
    code = (
        "import sys; from archiver.citation.links_in_text import links_in_text;"
        "assert links_in_text('A sentence. https://example.org/a (p. 3) e.g. this.');"
        "print('twitter_text' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize(
    "piece",
    [
        "http://",
        "http://a",
        "a.",
        "a.com/",
        "(@a",
        "x.pic.twitter.com/",
        "http://a.com/日",
        "http://a/?=|a|a",
        "|a",
        "http://'@",
        "'",
        "http://" + "é." * 190 + " ",
        '_"',
        "www.",
    ],
)
def test_hostile_repetition_is_read_in_linear_time(piece):
    text = piece * (200_000 // len(piece))
    assert all(text[link.start : link.end] for link in links_in_text(text))  # the suite's timeout is the judge


@given(st.text(alphabet='htps:/.aw-_?=&%#()[]"\n @日م\u200f\u00ad', max_size=60), st.booleans())
def test_links_are_disjoint_in_order_and_inside_the_text(text, broken):
    position = 0
    for link in links_in_text(f"{text} https://e.org/a {text}", broken_lines=broken):
        assert position <= link.start < link.end
        position = link.end


FULL_LINE = "The report that the port has put on its pages in the second week of May: "


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://www.example.org/watch?v=\nHj5lGFzlubU. More", "https://www.example.org/watch?v=Hj5lGFzlubU"),
        ("https://example.org/summer-of-\ntrouble, it says", "https://example.org/summer-of-trouble"),
        ("https://example.org/how-well-does-\nit-do-and-\nwork/ x", "https://example.org/how-well-does-it-do-and-work/"),
        ("https://example.org/adr/0003-use-\na-tool.md\n", "https://example.org/adr/0003-use-a-tool.md"),
        ("https://www.example.org/statistics-\nmarkers/ x", "https://www.example.org/statistics-markers/"),
        ("https://example.org\n/review/aar.pdf. It", "https://example.org/review/aar.pdf"),
        ("https://example.org/ethics\n_and_code.html x", "https://example.org/ethics_and_code.html"),
        ("https://www.example\n.org/a_b/c x", "https://www.example.org/a_b/c"),
        ("https://www.\nexample.org/item/9 x", "https://www.example.org/item/9"),
        ("http://www.long\nexample.org/. Then", "http://www.longexample.org/"),
        ("https://www.example.org:\n8080/calibrator/index, last", "https://www.example.org:8080/calibrator/index"),
        ("https://example.org/index.\nphp?title=Box. Nous", "https://example.org/index.php?title=Box"),
        ("<https://example.org/reports/of\nlast week> x", "https://example.org/reports/of"),
        ("<https://example.org/reports/of\nlast> x", "https://example.org/reports/oflast"),
        ("see www.example.org/meetings/\napa/signal.html.", "https://www.example.org/meetings/apa/signal.html"),
        ("https://example.org/\n13https://example.net/", "https://example.org/"),
        ("https://example.org/\nwww.example.net/a/b", "https://example.org/"),
        ("https://example.org/a/\nexample.net/a/b", "https://example.org/a/"),
        ("https://example.org/a/\nwell-known people", "https://example.org/a/"),
        ("https://example.org/a.\nwell-known people", "https://example.org/a"),
        ("https://example.org/a/\nmail@example.net", "https://example.org/a/"),
        ("https://example.org/story\nreport.html here", "https://example.org/story"),
        (f"https://example.org/a-story-of-it\nreport.html\n{FULL_LINE}", "https://example.org/a-story-of-it"),
        (
            "https://example.org/source.php?id=\nHAVEX\nSHA-256: 6367cb0663c2898aff64440176b409c1389ca7834e752b350a87748bef3a878b",
            "https://example.org/source.php?id=",
        ),
        ("https://example.org/a?b=1&\nAccording to it", "https://example.org/a?b=1&"),
        ("https://example.org/a?b=1&\nsort=c", "https://example.org/a?b=1&sort=c"),
        ("https://example.org/at-a-distance-\n2 http://example.net/", "https://example.org/at-a-distance-"),
        ("https://example.org/china/\nU.S Office", "https://example.org/china/"),
        ("https://example.org/a.exe\n2/36 2013-04-27", "https://example.org/a.exe"),
    ],
)
def test_what_belongs_to_an_address_at_a_lines_end(text, wanted):
    assert links_in_text(text, broken_lines=True)[0].url == wanted


@pytest.mark.parametrize(
    ("rest", "belongs"), [("uplessons.html. The", "uplessons.html"), ("6660/00/x and", "6660/00/x"), ("and/or not", "")]
)
def test_a_full_line_goes_on_without_a_sign_where_a_path_or_a_file_follows(rest, belongs):
    address = "https://example.org/reports/by/the/port/of/last/week/in/may/start"
    assert links_in_text(f"{FULL_LINE}\n{address}\n{rest}", broken_lines=True)[0].url == address + belongs


def test_no_address_goes_on_in_the_head_or_the_foot_of_a_page():
    head = "11/27/26, 3:55 AM Ferries"
    text = f"See https://example.org/app/\n{head}"
    [link] = links_in_copy(normalise(text), broken_lines=True, walls={text.index(head)})
    assert link.url == "https://example.org/app/"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("http://www\u2212cs.example.edu/\u223cknuth/a\u2010b\u2011c.html", "http://www-cs.example.edu/~knuth/a-b-c.html"),
        ("http://example.edu/\u02dcknuth", "http://example.edu/~knuth"),
        ("http://example.org/sep-\u00ad\u201016-\u00ad\u2010pdf.html", "http://example.org/sep-16-pdf.html"),
    ],
)
def test_typesetters_signs_are_those_of_ascii(written, url):
    assert [link.url for link in links_in_text(f"see {written} for more")] == [url]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("in https://example.org/of\ufb01ce/pro\ufb01le-2, and", "https://example.org/office/profile-2"),
        ("at https://example.org/a-\ufb04", "https://example.org/a-ffl"),
        ("see www.\ufb01nance.example.com/a", "https://www.finance.example.com/a"),
    ],
)
def test_an_address_has_the_letters_of_ligatures_and_stands_where_they_do(text, url):
    [link] = links_in_text(text)
    assert link.url == url
    assert text[link.start : link.end] == text.split()[1].rstrip(",")


def test_a_ligature_of_another_script_is_no_part_of_an_ascii_word():
    assert written("https://example.org/a\ufb13") == ["https://example.org/a"]
