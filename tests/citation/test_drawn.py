"""Frames that were saved as documents, in the form in which the extension SingleFile writes them: which post each shows."""

from __future__ import annotations

import html

import pytest

from archiver.article.read import read
from archiver.citation.extract import extract
from archiver.embed import PLATFORMS

POST, QUOTED = "https://twitter.com/harbour/status/1549651495053934597", "https://twitter.com/herald/status/1549651495053934598"
FILM = "https://www.youtube.com/watch?v=abcdefghijk"
DRAWN = (
    f"<article><a href=https://twitter.com/harbour>Harbour</a><div lang=en>Two ferries were late.</div><div><a href={QUOTED}>The Herald</a></div>"
    f"<a href={POST}>10:00 · Jul 20, 2022</a><a href='{POST}/photo/1'>picture</a></article>"
)


def cited(frame: str) -> list[tuple[str, str, str, bool]]:
    whole = f"<!DOCTYPE html> <html><meta charset=utf-8><title>a</title>{frame}"
    page = f'<article><h1>Ferries</h1><p>{"Words. " * 30}</p><iframe sandbox srcdoc="{html.escape(whole)}"></iframe><p>{"More. " * 30}</p></article>'
    article = read(page.encode(), source="page.html")
    return [(one.kind, one.key, one.places[0].via, one.in_body) for one in extract(article, PLATFORMS)]


def test_a_post_that_was_drawn_is_the_one_that_most_of_its_links_lead_to():
    assert cited(DRAWN) == [("embed", "x:1549651495053934597", "iframe[srcdoc]", True)]
    assert cited(f"<a href={QUOTED}>quoted</a><a href={POST}>date</a>") == [("embed", "x:1549651495053934597", "iframe[srcdoc]", True)]


@pytest.mark.parametrize("style", ["", "<style>" + "a{color:red}" * 60_000 + "</style>"])
def test_a_player_names_itself(style: str):
    frame = f"<link rel=canonical href={FILM}>{style}<a href=https://www.youtube.com/watch?v=lllllllllll>another</a>"
    assert cited(frame) == [("embed", "youtube:abcdefghijk", "iframe[srcdoc]", True)]


@pytest.mark.parametrize(
    "frame",
    [
        f"<a href={POST}>one</a><a href={QUOTED}>two</a><a href={FILM}>three</a>",  # a list
        "<a href=https://shop.example/>an advertisement</a>",
        "<link rel=canonical href=https://shop.example/>",
        "<a href=https://twitter.com/harbour>a profile</a>",
        "",
    ],
)
def test_what_shows_no_post_is_none(frame: str):
    assert cited(frame) == []
