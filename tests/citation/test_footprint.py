"""Footprints of posts: each network's signature, in its languages, and what every blog writes too."""

from __future__ import annotations

from datetime import date

import pytest

from archiver.article.read import read
from archiver.citation.extract import extract
from archiver.citation.footprint import footprints
from archiver.embed import PLATFORMS


def found_in(text, name="x.txt"):
    article = read(text.encode(), source=name)
    return [
        (one.platform, one.author, one.handle, one.day, article.text[slice(*one.words)] if one.words else None)
        for one in footprints(article)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "A post shared by Harbour Log (@harbour.log)",
        "Une publication partagée par Harbour Log (@harbour.log)",
        "Ein Beitrag geteilt von Harbour Log (@harbour.log)",
        "Una publicación compartida por Harbour Log (@harbour.log)",
        "Uma publicação compartilhada por Harbour Log (@harbour.log)",
        "Публикация от Harbour Log (@harbour.log)",
        "تمت مشاركة منشور بواسطة Harbour Log (@harbour.log)",
        "Harbour Log（@harbour.log）がシェアした投稿",
        "Harbour Log(@harbour.log)님의 공유 게시물",
    ],
)
def test_instagram_in_the_languages_of_its_embeds(line):
    assert found_in(f"Before it.\n\n{line}\n\nBehind it.") == [("instagram", "Harbour Log", "harbour.log", None, None)]


def test_instagram_with_a_day_and_its_words_in_the_quotation():
    page = "<p>Prose.</p><blockquote><p>Fog again</p><p>A post shared by Log (@log) on Jul 3, 2019 at 6:11am PDT</p></blockquote>"
    assert found_in(page, "x.html") == [("instagram", "Log", "log", date(2019, 7, 3), "Fog again")]


def test_facebook_signs_in_a_quotation_only():
    signature = "Posted by Harbour Office on Friday, July 3, 2020"
    assert found_in(f"<blockquote><p>Fog again</p>{signature}</blockquote>", "x.html") == [
        ("facebook", "Harbour Office", None, date(2020, 7, 3), "Fog again")
    ]
    assert found_in(f"<p>Fog again</p><p>{signature}</p>", "x.html") == []  # a blog's own line


def test_tiktok():
    assert found_in("See it:\n\n@harbour.log Fog again #fog\n♬ original sound - Log\n") == [
        ("tiktok", None, "harbour.log", None, "Fog again #fog")
    ]


@pytest.mark.parametrize(
    "line",
    [
        "1:22 PM · Jul 20, 2022 · Twitter for iPhone",
        "13:22 · 20 juil. 2022",
        "下午1:22 · 2022年7月20日",
        "1:22 PM · Jul 20, 2022·1.2M Views",
    ],
)
def test_a_post_copied_from_the_page_of_x(line):
    assert found_in(f"He wrote.\n\nHarbour Log\n@harbour_log\nFog again,\nall day\n{line}\n\n12 Retweets") == [
        ("x", "Harbour Log", "harbour_log", date(2022, 7, 20), "Fog again,\nall day")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Ferries 1:22 PM · Jul 20, 2022 · harbour office",  # a line that does not begin so
        "Fog again\n\n1:22 PM · Jul 20, 2022 · News",  # whose?
        "Mail a@b.example\n\nwords\n\n1:22 PM · Jul 20, 2022",
        "@harbour_log plays ♪ and not the other note",
        "A post shared by many people (about 20)",
    ],
)
def test_what_only_looks_alike_is_none(text):
    assert found_in(text) == []


def test_bluesky_signs_as_x_does_and_is_joined_with_its_address():
    line = "Fog again\n\n— Harbour Log (@log.bsky.social) July 3, 2023 at 6:11 PM"
    [one] = extract(read(f"Before it.\n\n{line}\n".encode(), source="x.txt"), PLATFORMS)
    assert (one.kind, one.reference.platform, one.claims.handle, one.claims.date) == ("mention", "bluesky", "log.bsky.social", "2023-07-03")
    assert one.claims.text == "Fog again"
    address = "https://bsky.app/profile/log.bsky.social/post/3jzn6ffqhc222"  # a record key of that day
    both = extract(read(f"Before it.\n\n{line}\n\nMore is to be read at {address} today.\n".encode(), source="x.txt"), PLATFORMS)
    assert [(one.kind, one.claims.author) for one in both] == [("embed", "Harbour Log")]


def test_a_dotted_handle_without_the_dash_is_no_attribution():
    assert extract(read(b"Words above.\n\nHarbour Log (@log.example) July 3, 2023\n", source="x.txt"), PLATFORMS) == ()


@pytest.mark.parametrize(
    "piece",
    ["A post shared by ", "A post shared by a (@b) ", "@a b ", "@a\n", "1:22 · Jul 20, 2022\n", "Posted by \n", "Posted by a on ", "♬@a "],
)
def test_hostile_repetition_is_read_in_linear_time(piece):
    found_in(piece * (60_000 // len(piece)) + "♬", "x.html")  # the suite's timeout is the judge
