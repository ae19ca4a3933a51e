"""Posts quoted in sentences: who, on which network, which words; and what is none."""

from __future__ import annotations

import pytest

from archiver.article.read import read
from archiver.citation.extract import extract
from archiver.citation.said import said
from archiver.embed import PLATFORMS

WORDS = "The old harbour bridge will close on Monday for a year"


def found_in(text, name="x.txt"):
    article = read(text.encode(), source=name)
    return [(one.platform, one.author, article.text[slice(*one.words)]) for one in said(article)]


@pytest.mark.parametrize(
    ("sentence", "platform", "author"),
    [
        (f"Mr Shore said on Twitter: “{WORDS}.”", "x", "Mr Shore"),
        (f"Later Ann Shore tweeted: “{WORDS}.”", "x", "Ann Shore"),
        (f"The mayor left. Ann O’Shore has posted on X, formerly Twitter: “{WORDS}.”", "x", "Ann O’Shore"),
        (f'Ann Shore wrote in a long post on Facebook on Monday: "{WORDS}."', "facebook", "Ann Shore"),
        (f"Ludwig van der Ufer schrieb auf X: „{WORDS}.“", "x", "Ludwig van der Ufer"),
        (f"In a post on X on Monday, Ann Shore said: “{WORDS}.”", "x", "Ann Shore"),
        (f"In a later tweet, Ann Shore wrote: “{WORDS}.”", "x", "Ann Shore"),
        (f"Anne Rivage a écrit sur Twitter : « {WORDS}. »", "x", "Anne Rivage"),
        (f"Ana Ribera escribió en Instagram: «{WORDS}»", "instagram", "Ana Ribera"),
        (f"Анна Берег написала в Твиттере: «{WORDS}»", "x", "Анна Берег"),
        (f'وكتب أحمد علي على حسابه في تويتر: "{WORDS}"', "x", "أحمد علي"),
    ],
)
def test_who_says_where(sentence, platform, author):
    [(found, name, words)] = found_in(f"Before it all.\n\n{sentence}\n\nAnd behind it.")
    assert (found, name) == (platform, author)
    assert words.strip(" .") == WORDS


def test_the_author_may_stand_behind_the_words():
    assert found_in(f"“{WORDS},” Ann Shore wrote on Bluesky.") == [("bluesky", "Ann Shore", f"{WORDS},")]


def test_a_name_of_the_sentence_before_is_nobody_in_this_one():
    text = "주자들은 공방전을 이어갔다. 김철수 의원은 이날 페이스북에 글을 올려 “다리를 일 년 동안 닫기로 한 것은 잘못이다”라고 했다."
    (one,) = [one for one in extract(read(text.encode(), source="x.txt"), PLATFORMS) if one.kind == "mention"]
    assert (one.reference.platform, one.claims.author) == ("facebook", "김철수")


def test_a_quotation_that_its_paragraph_leaves_open_goes_on_in_the_next():
    page = f"<p>Mr Shore said on Twitter: “{WORDS}.</p><p>“Ferries run.”</p><p>“Nobody else” said so.</p>"
    assert found_in(page, "x.html") == [("x", "Mr Shore", f"{WORDS}.\n“Ferries run.")]


@pytest.mark.parametrize(
    "sentence",
    [
        f"He said on Twitter: “{WORDS}.”",
        f"“{WORDS}”. Lo ha scritto su X il ministro.",
        f"The harbour office said on Twitter: “{WORDS}.”",
        f"One user tweeted: “{WORDS}.”",
        f"On Monday Mr Shore said on Twitter: “{WORDS}.”",  # Mr Monday?
        f"Mr Shore said: “{WORDS}.”",  # on no network
        f"Mr Shore said on Monday: “{WORDS}.”",
        f"Mr Shore said on X-ray plates: “{WORDS}.”",
        f"In a tweet, the office said: “{WORDS}.”",
        f"In a speech on Monday, Ann Shore said: “{WORDS}.”",
        "Mr Shore said on Twitter: “closed”",
        f"Mr Shore said on Twitter: “{WORDS}",  # never closed
        f"Mr Shore said on Twitter that all is well. Others: “{WORDS}.”",
        f"The Twitter account of Mr Shore: “{WORDS}.”",
    ],
)
def test_what_is_no_certain_quotation_of_a_post(sentence):
    assert found_in(sentence) == []


def citations(page):
    return extract(read(page.encode(), source="x.html"), PLATFORMS)


def test_what_names_no_post_is_a_mention_with_its_claims_and_places():
    [one] = citations(f"<p>On Monday, Mr Shore said on Twitter: “{WORDS}.”</p>")
    assert (one.kind, one.reference.platform, one.reference.id, one.in_body) == ("mention", "x", None, True)
    assert (one.claims.author, one.claims.handle, one.claims.text) == ("Mr Shore", None, f"{WORDS}.")
    assert [place.exact for place in one.places] == ["Mr Shore said on Twitter", f"{WORDS}."]
    assert one.key == citations(f"<h1>New head</h1><p>Mr  Shore said on Twitter: “{WORDS}.”</p>")[0].key


def test_a_post_linked_in_the_sentence_is_the_one():
    [one] = citations(f"<p>Mr Shore <a href=https://x.com/shore/status/1549544614917046272>said on Twitter</a>: “{WORDS}.”</p>")
    assert (one.kind, one.reference.id, one.claims.text) == ("link", "1549544614917046272", f"{WORDS}.")


def test_a_post_embedded_with_the_same_words_is_the_one():
    embed = (
        f"<blockquote class=twitter-tweet><p>{WORDS}. More on our site.</p>— Shore (@shore) "
        "<a href=https://twitter.com/shore/status/1549544614917046272>July 20, 2022</a></blockquote>"
    )
    [one] = citations(f"<p>Mr Shore tweeted: “{WORDS}.”</p>{embed}")
    assert (one.kind, one.reference.id, len(one.places)) == ("embed", "1549544614917046272", 3)


@pytest.mark.parametrize("piece", ["A tweeted: “", "said on X: “", "“ A wrote on X ", "Aa ", "كتب ا على تويتر: “", "said on Twitter "])
def test_hostile_repetition_is_read_in_linear_time(piece):
    found_in(piece * (200_000 // len(piece)))  # the suite's timeout is the judge
