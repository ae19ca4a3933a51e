"""What the way from a post to an article does to words is forgiven; what a person does to them is not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.citation.citation import Claims
from archiver.citation.platform import Post, State
from archiver.embed.comparison import Comparison, compare, similarity

ARABIC = "بعد زيارة وزير الخارجية لعبت المدينة دورًا كبيرًا مع حزمة من الدرونات الانتحارية الحديثة"


def post(text: str | None = "Two ferries, one pier", **more: str) -> Post:
    return Post("x", "1549651495053934597", "https://x.com/i/status/1549651495053934597", handle=more.get("handle", "harbour_log"), text=text,
                author=more.get("author"), created=more.get("created", "2022-07-20T07:04:53Z"))  # fmt: skip


@pytest.mark.parametrize(
    ("claimed", "captured"),
    [
        ("Two ferries &amp; one pier", "Two ferries & one pier"),
        ("Two ferries &amp;amp; one pier", "Two ferries & one pier"),
        ("Look: https://t.co/Q7rsMqPRZr", "Look: https://example.org/ferries?a=1"),
        ("Look: example.org/fer…", "Look: https://example.org/ferries?a=1"),
        ("Look https://t.co/Q7rsMqPRZr pic.twitter.com/eeBERzE2Dr", "Look https://example.org/"),
        ("https://t.co/Q7rsMqPRZrميناء", "ميناء https://example.org/"),
        ("ميناء #ferry", "ميناء #ferry 🚢🇲🇦"),
        ("All calm ?? today ?", "All calm 🚢🚢 today 🌊"),
        ("Gate 1️⃣ is open", "Gate is open"),
        ("“Two ferries”, one pier", 'Two ferries, "one pier"'),
        ("two FERRIES one\npier", "Two ferries one pier"),
        ("The ferry oper-\nates daily", "The ferry operates daily"),
        ("A well-\nknown pier", "A well-known pier"),
        ("don’t wait", "don't wait"),
        ("ﬁrst ﬂight", "first flight"),
        ("Ｔｗｏ ferries", "Two ferries"),
        ("المغـــرب والجـــزائر", "المغرب والجزائر"),
        ("ﺍﻟﻤﻐﺮﺏ", "المغرب"),
        ("أيضًا", "أيضاً"),
        ("\u202bالمغرب\u202c\u200f الآن", "المغرب الآن"),
        ("في سنة ٢٠٢٢ مرة", "في سنة 2022 مرة"),
        ("#المغرب #إسرائيل https://t.co/Q7rsMqPRZr", "#المغرب #إسرائيل https://t.co/Q7rsMqPRZr"),
        ("بلغت الصفقة \ue010\ue011 مليون", "بلغت الصفقة 500 مليون"),
        ("في 2022 بلغت الصفقة \ue010 مليون", "في 2022 بلغت الصفقة 500 مليون"),
        ("بلغت الصفقة  مليون دولار", "بلغت الصفقة 500 مليون دولار"),
        ("https://t.co/Q7rsMqPRZr", "https://example.org/"),
        ("🚢", ""),
        ("Two ferries, one…", "Two ferries, one pier and a very long day"),
        ("यह कि", "यह कि"),
    ],
)
def test_forgiven(claimed: str, captured: str) -> None:
    assert similarity(claimed, captured) == 1.0


@pytest.mark.parametrize(
    "claimed",
    [
        "ير الخارجية بعد زيارة وز\nلعبت المدينة دورًا كبيرًا مع حزمة من الدرونات الانتحارية الحديثة",
        "بعد زيارة وزير الخارجية\nية الحديثة لعبت المدينة دورًا كبيرًا مع حزمة من الدرونات الانتحار",
        "ير الخارجية لعبت يارة وز بعد ز\nالمدينة دورًا كبيرًا\n\nمع حزمة من الدرونات الانتحارية الحديثة",
        "ـــة دورًا كبيرًا بعد زيارة وزير الخارجية لعبت المدين\nمع حزمة من الدرونات الانتحارية الحديثة",
        ARABIC.replace("لعبت المدينة", "لعبت الم دينة"),
        ARABIC.replace("بعد زيارة", "بعدزيارة"),
        "ـ" + ARABIC.replace(" ", " \u200f"),
    ],
)
def test_letters_moved_by_reordering_are_forgiven(claimed: str) -> None:
    assert claimed != ARABIC
    assert similarity(claimed, ARABIC) == 1.0


def test_the_damage_of_the_customers_article_is_forgiven() -> None:
    dumped = "و خضوع?? المشين ?\n\nير الخارجية والدفاع، هاهو قائد اركان يارة رئيس حكومة ?? ووز بعد ز\nالجيش في الرباط\n\npic.twitter.com/eeBERzE2Dr ?? الشجاعة"
    tweet = "و خضوع🚩 المشين ❗\nبعد زيارة رئيس حكومة 🏳️‍🌈 ووزير الخارجية والدفاع، هاهو قائد اركان الجيش في الرباط الشجاعة 💪"
    assert similarity(dumped, tweet) == 1.0
    assert similarity(dumped, tweet.replace("قائد", "نائب")) < 1.0


def test_numbers_and_latin_words_may_stand_elsewhere_in_right_to_left_lines() -> None:
    assert similarity("طائرات إف القديمة 16 NATO", "NATO طائرات إف 16 القديمة") == 1.0


@pytest.mark.parametrize(
    ("claimed", "captured"),
    [
        ("Two ferries, one pier", "Two ferries, no pier"),
        ("Two ferries, one pier", "Two ferries, one pier, closed"),
        ("Two ferries, one pier", "Two ferries"),
        ("The dog bites the man", "The man bites the dog"),
        ("5 ferries", "6 ferries"),
        ("ferries", "5 ferries"),
        ("fell by 5%", "fell by 5"),
        ("the rapist", "therapist"),
        ("resume", "résumé"),
        ("यह कि", "यह की"),
        ("Two ferries, one…", "Two ferries, no pier"),
        ("بلغت الصفقة 500 مليون", "بلغت الصفقة 600 مليون"),
        ("في 2022 بلغت الصفقة مليون", "في 2022 بلغت الصفقة 500 مليون"),
        ("المغرب سبق الجزائر", "الجزائر سبق المغرب"),
        (ARABIC, ARABIC.replace("كبيرًا", "صغيرًا")),
        (ARABIC.replace("وزير الخارجية", "ير الخارجية"), ARABIC),  # half of the word is missing
        ("ير الخارجية بعد زيارة سف\n" + ARABIC.partition("الخارجية ")[2], ARABIC),
        ("الخارجية بعد زيارة وزير\n" + ARABIC.partition("الخارجية ")[2], ARABIC),  # words in another order, none cut
        ("", "Two ferries"),
    ],
)
def test_not_forgiven(claimed: str, captured: str) -> None:
    assert similarity(claimed, captured) < 1.0


@given(st.text(max_size=60))
def test_a_text_is_like_itself(text: str) -> None:
    assert similarity(text, text) == 1.0


@given(st.text(max_size=40), st.text(max_size=40))
def test_similarity_is_a_share(one: str, other: str) -> None:
    assert 0.0 <= similarity(one, other) <= 1.0


@given(
    st.lists(st.sampled_from(["ferry", "pier", "fog", "المغرب", "ميناء", "سفينة", "12", "500"]), min_size=1, max_size=8), st.integers(0, 7)
)
def test_a_changed_word_is_always_seen(words: list[str], at: int) -> None:
    changed = list(words)
    changed[at % len(words)] = "شاطئ" if changed[at % len(words)] != "شاطئ" else "كلمة"
    assert similarity(" ".join(changed), " ".join(words)) < 1.0


VERDICTS = [
    (Claims(text="Two ferries, one pier", handle="Harbour_Log"), post(), State.OK, "match"),
    (Claims(text="Two ferries, no pier", handle="harbour_log"), post(), State.OK, "edited"),
    (Claims(text="Two ferries, one pier", handle="raildesk"), post(), State.OK, "different_author"),
    (Claims(text="Two ferries, one pier"), post(handle=""), State.OK, "match"),
    (Claims(text="Two ferries, one pier", handle="@harbour_log"), post(handle="Harbour_Log@social.example.org"), State.OK, "match"),
    (Claims(text="Two ferries, one pier", handle="a@one.example"), post(handle="a@two.example"), State.OK, "different_author"),
    (Claims(handle="harbour_log", date="2022-07-20"), post(), State.OK, "match"),
    (Claims(handle="harbour_log", date="2022-07-21"), post(), State.OK, "match"),
    (Claims(handle="harbour_log", date="2022-07-23"), post(), State.OK, "unverifiable"),
    (Claims(handle="harbour_log"), post(created="nonsense"), State.OK, "match"),
    (Claims(author="Harbour Log"), post(author="Harbour Log"), State.OK, "unverifiable"),
    (Claims(text="Two ferries"), None, State.DELETED, "gone"),
    (Claims(text="Two ferries"), None, State.SUSPENDED, "gone"),
    (Claims(text="Two ferries"), None, State.RATE_LIMITED, "unverifiable"),
    (Claims(text="Two ferries"), None, State.PROTECTED, "unverifiable"),
    (Claims(text="Two ferries"), None, State.UNAVAILABLE_UNSPECIFIED, "unverifiable"),
    (Claims(text="Two ferries, one pier"), post(), State.DELETED, "match"),  # a memento still tells it
    (Claims(text="Two ferries"), post(None), State.OK_PARTIAL, "unverifiable"),
]


@pytest.mark.parametrize(("claims", "captured", "state", "verdict"), VERDICTS)
def test_verdicts(claims: Claims, captured: Post | None, state: State, verdict: str) -> None:
    found = compare(claims, captured, state)
    assert found is not None
    assert found.verdict == verdict
    assert found.claimed == claims.text
    assert found.captured == (captured.text if captured else None)
    assert Comparison.from_json(json.loads(json.dumps(found.as_json()))) == found


def test_an_article_that_claims_nothing_is_not_compared() -> None:
    assert compare(Claims(), post(), State.OK) is None
    assert compare(Claims(lang="ar", links=("https://t.co/Q7rsMqPRZr",)), None, State.DELETED) is None


def test_notes_say_what_differs_besides_the_words() -> None:
    found = compare(Claims(text="Two ferries, one pier", handle="raildesk", author="Rail", date="2022-07-01"), post(author="Log"), State.OK)
    assert found is not None
    assert found.similarity == 1.0
    assert [note.partition(":")[0] for note in found.notes] == ["handle", "author", "date"]
    lost_emoji = compare(Claims(text="Two ferries, one pier", author="Harbour Log??"), post(author="Harbour Log ⚓"), State.OK)
    assert lost_emoji is not None
    assert lost_emoji.notes == ()


def test_the_longest_texts_are_compared() -> None:
    # Quadratic reading of 30,000 letters would outlast the suite's time limit.
    words = [f"word{n}" for n in range(4000)]
    arabic = ["ميناء" + "ابتثجح"[n % 6] * (n % 40) for n in range(2000)]
    assert similarity(" ".join(words), " ".join([*words[:2000], "other", *words[2001:]])) > 0.9
    assert similarity(" ".join(arabic), " ".join(arabic[::-1])) < 1.0


def test_hashtags_alone_match_wherever_the_post_has_them():
    claims = Claims(handle="a", text="https://t.co/x إسرائيل #المغرب#", hashtags=("#إسرائيل", "#المغرب"))
    post = Post("x", "1", "https://x.com/a/status/1", handle="a", text="كلمات أخرى هنا #المغرب #إسرائيل https://t.co/x")
    found = compare(claims, post, State.OK)
    assert found is not None
    assert (found.verdict, found.similarity) == ("match", 1.0)
    other = compare(claims, replace(post, text="كلمات أخرى هنا #المغرب"), State.OK)
    assert other is not None
    assert other.verdict == "edited"
