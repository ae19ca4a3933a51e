"""Telegram's widget: polls, answered posts, edits, what the app alone shows."""

from __future__ import annotations

from archiver.citation.platform import Answer, Choice, Poll, Reading, State, Target
from archiver.embed import telegram

URL = "https://t.me/harbour/101"


def read(inner: str) -> Reading:
    body = f'<div class="tgme_widget_message" data-post="Harbour/101"><a class="tgme_widget_message_owner_name">Log</a>{inner}</div>'
    return telegram.read(Answer(Target(f"{URL}?embed=1&mode=tme", tier="post", purpose="embed"), URL, 200, (), "text/html", body.encode()))


def test_a_poll_tells_shares() -> None:
    share, label = ("tgme_widget_message_poll_option_percent", "tgme_widget_message_poll_option_text")
    option = f'<div class="tgme_widget_message_poll_option"><div class="{share}">{{}}</div><div class="{label}">{{}}</div></div>'
    poll = (
        '<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">أي عبّارة؟</div>'
        f'<div class="tgme_widget_message_poll_type">Final Results</div>{option.format("62%", "الأولى")}{option.format("?", "الثانية")}</div>'
        '<div class="tgme_widget_message_voters">1,204</div>'
    )
    post = read(poll).post
    assert post is not None
    assert post.text == "أي عبّارة؟"
    assert post.poll == Poll((Choice("الأولى", share=0.62), Choice("الثانية")), 1204, closed=True)
    assert post.partial is None


def test_an_answer_names_what_it_answers_and_keeps_its_own_words() -> None:
    frame = (
        '<a class="tgme_widget_message_reply" href="https://t.me/pier/7"><span class="tgme_widget_message_author_name">Pier</span>'
        '<div class="tgme_widget_message_text">Their words</div></a><div class="tgme_widget_message_text">Our words</div>'
        '<span class="tgme_widget_message_meta">edited <time datetime="2025-02-11T10:30:00+00:00">10:30</time></span>'
        '<span class="tgme_widget_message_views">1204</span>'
    )
    post = read(frame).post
    assert post is not None
    assert post.parent is not None
    assert (post.text, post.reply_to, post.edited, post.counts) == ("Our words", "https://t.me/pier/7", True, {"views": 1204})
    assert (post.parent.id, post.parent.author, post.parent.text) == ("pier/7", "Pier", "Their words")
    words = '<div class="tgme_widget_message_text">He has edited a film</div><span class="tgme_widget_message_views">12.3K</span>'
    plain = read(words).post
    assert plain is not None
    assert (plain.edited, plain.counts) == (False, {})


def test_what_the_app_alone_shows_is_a_wall_or_a_lack() -> None:
    label = '<div class="message_media_not_supported_label">Please open Telegram to view this post</div>'
    assert read(label).state is State.LOGIN_WALL
    assert read(label + '<div class="tgme_widget_message_text">Words</div>').state is State.OK_PARTIAL
