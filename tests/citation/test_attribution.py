"""Attribution lines: their shapes, what is none, and the words that belong to them."""

from datetime import date

import pytest

from archiver.article.read import read
from archiver.citation.attribution import attributions
from archiver.citation.extract import extract
from archiver.citation.pasted import pasted
from archiver.embed import PLATFORMS
from tests.article.pdf_made import Page, pdf

DAY = date(2022, 7, 20)
ABOVE = "The article's own paragraph ends here.\n\nWords of the post\n\n"


def article_of(text, name="x.txt"):
    return read(text.encode(), source=name)


def found_in(text, name="x.txt", skipped=()):
    article = article_of(text, name)
    return [
        (one.author, one.handle, one.day, article.text[slice(*one.words)] if one.words else None, article.text[one.start : one.end])
        for one in attributions(article, skipped)
    ]


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("— Some Name (@some_1) July 20, 2022", "Some Name"),
        ("– Some Name (@some_1) 20 July 2022", "Some Name"),
        ("― Some Name (@some_1) 20 juillet 2022", "Some Name"),
        ("- Some Name (@some_1) 20. Juli 2022", "Some Name"),
        ("-- Some Name ( @some_1 ) 20 de julio de 2022", "Some Name"),
        ("Some Name (@some_1) July 20, 2022", "Some Name"),
        ("— ある名前（＠some_1）2022年7月20日", "ある名前"),
        ("— שם כלשהו (@some_1) 20 ביולי 2022", "שם כלשהו"),
        ("Some Name (@some_1) July 20, 2022 اسم —", "اسم Some Name"),
        ("٢٠ يوليو ٢٠٢٢ (@some_1) اسم —", "اسم"),
        ("— اسم (@some_1) ٢٠ يوليو ٢٠٢٢", "اسم"),
        ("Some Name?? (@some_1) July 20, 2022?? —", "Some Name"),
        ("Some Name, Title (@some_1) July 20, —\n2022", "Some Name, Title"),
        ("— Some\u00ad Name\u200f (@some_1)\u00a0July 20, 2022", "Some Name"),
        ("— A1 22 (@some_1) 1:22 PM · Jul 20, 2022", "A1 22"),
    ],
)
def test_the_line_is_read_in_its_many_shapes(line, author):
    [(name, handle, day, words, _)] = found_in(ABOVE + line + "\n\nThe article goes on.\n")
    assert (name, handle, day, words) == (author, "some_1", DAY, "Words of the post")


@pytest.mark.parametrize(
    "text",
    [
        "By Some Name (@some_1) | July 20, 2022\n\nText.",
        "On July 20, 2022 the minister (@some_1) said that it would not be so, and more of it.",
        "— Some Name (@some_1) without a date",
        "Write to us (@some_1). We were founded on July 20, 2022, and still are.",
        "— Some Name (some_1) July 20, 2022",
        "— Some Name (@некто) July 20, 2022",
        "(@some_1) July 20, 2022",
    ],
)
def test_what_only_looks_alike_is_none(text):
    assert found_in(text) == []


def test_words_and_attribution_on_one_line():
    [(author, _, _, words, line)] = found_in("Before it.\n\nWords of the post — Some Name (@some_1) July 20, 2022 And it goes on.\n")
    assert (author, words, line) == ("Some Name", "Words of the post", "— Some Name (@some_1) July 20, 2022")


def test_the_words_of_a_dump_are_a_run_of_short_blocks_up_to_the_articles_own():
    text = "A paragraph that ends.\n\nfirst part of it ?\nand more ??\n\nsecond part\n\npic.twitter.com/Ab1\n\n— N (@h) July 20, 2022\n"
    [(_, _, _, words, _)] = found_in(text)
    assert words == "first part of it ?\nand more ??\n\nsecond part\n\npic.twitter.com/Ab1"


def test_a_post_that_ends_as_a_sentence_does_is_the_block_above():
    [(_, _, _, words, _)] = found_in("A paragraph that ends.\n\nA post. Two sentences.\n\n— N (@h) July 20, 2022\n")
    assert words == "A post. Two sentences."


def test_words_never_reach_past_another_attribution():
    text = "It begins.\n\none\n\n— N (@h) July 20, 2022\n\ntwo\n\n— M (@g) July 20, 2022\n"
    assert [(handle, words) for _, handle, _, words, _ in found_in(text)] == [("h", "one"), ("g", "two")]


def test_words_go_on_across_a_block_that_is_passed_over():
    text = "It begins.\n\nwords\n\nhttps://e.org/a\nhttps://e.org/b\n\n— N (@h) July 20, 2022\n"
    start = text.index("https")
    [(_, _, _, words, _)] = found_in(text, skipped=[(start, text.index("\n\n— N"))])
    assert words == "words"


def test_a_footnote_quotes_inside_the_line():
    [(author, handle, day, words, line)] = found_in("14\nSome Name (@some_1), “\nWords that were posted\n,” Twitter,\nJuly 20, 2022.\n")
    assert (author, handle, day, words) == ("Some Name", "some_1", DAY, "Words that were posted")
    assert line.startswith("Some Name (@some_1)")


def test_in_html_the_quotation_element_has_the_words():
    page = "<p>Said without a stop</p><blockquote><p>One.</p><p>Two.</p>— N (@h) July 20, 2022</blockquote>"
    [(_, _, _, words, _)] = found_in(page, "x.html")
    assert words == "One.\nTwo."


def test_the_articles_language_decides_an_ambiguous_month():
    polish = "<html lang=pl><blockquote>Słowa<br>— N (@h) 20 listopada 2022</blockquote>"
    assert found_in(polish, "x.html")[0][2] == date(2022, 11, 20)
    assert found_in(polish.replace("lang=pl", "lang=hr"), "x.html")[0][2] == date(2022, 10, 20)


@pytest.mark.parametrize("piece", ["(@a", "(@a) ", "— N (@a) ", "(@a) July 20, 2022 ", "N (@a) July 20, 2022\n", "（＠"])
def test_hostile_repetition_is_read_in_linear_time(piece):
    assert all(
        handle == "a" for _, handle, _, _, _ in found_in(piece * (60_000 // len(piece)) + "\n\nend")
    )  # the suite's timeout is the judge


def test_a_post_pasted_into_a_quotation_is_found_by_its_handle():
    page = "<p>@no: one in prose, which is no post at all</p><blockquote><p>@h: Words of the post, quoted by hand</p></blockquote>"
    article = article_of(page, "x.html")
    assert [(one.handle, article.text[slice(*one.words)], one.day) for one in pasted(article)] == [
        ("h", "Words of the post, quoted by hand", None)
    ]


def test_in_an_entry_of_a_forum_a_handle_is_whom_it_answers():
    article = article_of("<blockquote class='postcontent restore'>@h: No, it has not come here either</blockquote>", "x.html")
    assert pasted(article) == []


def test_the_mark_of_a_copied_post_is_enough_but_an_addressee_is_no_author():
    article = article_of(
        "<p>He tried: \u200f@h: Words of the post, copied</p><blockquote>@g Words to g, by somebody</blockquote>", "x.html"
    )
    assert [one.handle for one in pasted(article)] == ["h"]


def test_a_long_run_of_lost_letters_takes_no_time():
    """Found by fuzzing: question marks where letters were lost, with blanks between, once parted in every way there is."""
    text = f"She said it — Dana {'??? ' * 18}#{'??? ' * 3}Cole (@danacole) July 12, 2022"
    assert [one.handle for one in attributions(article_of(text))] == ["danacole"]


def test_a_handle_before_the_sign_of_a_public_answer_is_the_author():
    article = article_of("<blockquote>@h .@g @i Words to g that all shall see</blockquote>", "x.html")
    assert [(one.handle, article.text[slice(*one.words)]) for one in pasted(article)] == [("h", ".@g @i Words to g that all shall see")]


LINE = "— N (@h) July 20, 2022"
LONG = "\n".join(["The council met for the whole of the afternoon and said very little about it all."] * 5)


def words_of(text, name="x.txt"):
    return found_in(text, name)[0][3]


@pytest.mark.parametrize(
    ("above", "words"),
    [
        (f"{LONG}\nThe mayor answered her within an hour:\n", "What a day it was.\nAnd what a night, all told"),
        (f"{LONG}\nThen it was over.\n", "What a day it was.\nAnd what a night, all told"),
        (f"{LONG}\n", "@council What a day it was for all of us, says everyone.\nAnd what a night, all told"),
        ("The mayor’s tweet:\n", "What a day it was"),
        (f"{LONG}\nShe had a picture of it too:\n", "Look at this\npic.twitter.com/Ab1"),
        (f"{LONG}\nIn its own words, then:\n", "NATO:\nwhat a day it was"),
    ],
)
def test_a_dump_without_blank_lines_has_the_post_below_what_announces_or_ends_a_paragraph(above: str, words: str):
    assert words_of(f"{above}{words}\n{LINE}\n\nThe article goes on.\n") == words


LONG = "The council met for the third time this week, and nobody would say when it will meet again or whether it will at all. "
POSTED = "The harbour stays closed until the wind has turned. We will say more tomorrow."


@pytest.mark.parametrize("lead", ["Skip Twitter post by @harbour", "Skip X post by ", ""])
def test_in_one_long_line_the_words_begin_behind_a_skip_link_or_with_a_sentence(lead: str):
    text = f"{LONG * 6}{lead} {POSTED} — The Harbour (@harbour) January 11, 2020 {LONG}"
    article = read(text.encode(), source="x.txt")
    (found,) = attributions(article)
    assert found.words is not None
    words = article.text[slice(*found.words)]
    assert words.endswith(POSTED)
    assert words == POSTED if lead else words.startswith("The council met")
    assert len(words) <= 420
    assert article.title is None


def test_a_short_block_is_the_post_whatever_stands_in_it():
    words = "Breaking news:\nwhat a day.\nAnd a night"
    assert words_of(f"The article's own paragraph ends here.\n\n{words}\n{LINE}\n") == words


def test_the_foot_and_head_of_pages_are_no_part_of_a_post():
    pages = [f"Gazette\n\nPage {n} says this.\n\n{'Words of the post' if n == 2 else 'More of it.'}\n\nfoot {n}\n" for n in (1, 2, 3)]
    pages[2] = f"Gazette\n\n{LINE}\n\nAnd so on.\n\nfoot 3\n"
    assert words_of("\f".join(pages)) == "Words of the post"


def test_the_blocks_of_a_pdf_are_its_own_and_a_post_set_in_is_whole():
    page = Page()
    for row in range(6):
        page.text(50, 760 - 12 * row, "The harbour was closed for the whole of the afternoon.")
    page.text(80, 660, "Two cranes are down.").text(80, 636, "Nobody is hurt.").text(80, 612, LINE.replace("—", "-"))
    page.text(50, 588, "The article goes on in a line of its own.")
    article = read(pdf(page), source="x.pdf")
    [one] = attributions(article)
    assert article.text[slice(*one.words)] == "Two cranes are down.\nNobody is hurt."


def test_links_of_a_paragraph_above_a_post_stay_the_articles():
    page = Page().text(50, 700, "The harbour was closed, said the port.").link((67, 697, 100, 710), "https://port.example/closed")
    page.text(50, 660, "Two cranes are down.").text(50, 636, LINE.replace("—", "-"))
    keys = [one.reference.key for one in extract(read(pdf(page), source="x.pdf"), PLATFORMS)]
    assert "web:port.example/closed" in keys
