"""Reddit beyond the tables: the thread's feed, the fate of a post among several tellings, titles that outlive it."""

from __future__ import annotations

import html
import json

import pytest

from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Media, Post, Reading, State, Target
from archiver.embed import reddit
from archiver.embed.comparison import compare

URL = "https://www.reddit.com/r/ferries/comments/1ri4d80/two_ferries/"


def cited(url: str = URL) -> Reference:
    found = reddit.identify(url)
    assert found is not None
    return found


def targets(reference: Reference) -> tuple[Target, ...]:
    return tuple(reddit.targets(Citation(1, "embed", reference, True, Claims(), ())))


OEMBED, FEED, PAGE = targets(cited())


def feed(body: str, author: str = "harbour_log") -> bytes:
    content = html.escape(f'<div class="md">{body}</div> <a href="https://i.redd.it/abc123.jpeg">[link]</a> <a href="{URL}">[comments]</a>')
    entry = f"<author><name>/u/{author}</name></author><content>{content}</content><id>t3_1ri4d80</id><title>Two &amp; one</title>"
    reply = f"<entry><author><name>/u/pier7</name></author><content>{html.escape('<div class=md><p>Three.</p></div>')}</content><id>t1_k9</id></entry>"
    return f"<feed><title>Thread</title><entry>{entry}<published>2025-02-11T10:30:00+00:00</published></entry>{reply}</feed>".encode()


def read(target: Target, body: bytes) -> Reading:
    return reddit.read(Answer(target, target.url, 200, (), "application/atom+xml", body))


def test_what_is_asked() -> None:
    assert [target.purpose for target in (OEMBED, FEED, PAGE)] == ["oembed", "feed", "page"]
    assert FEED.url == f"{URL}.rss"
    shared = targets(cited("https://www.reddit.com/r/ferries/s/aB3dE5gH7j"))
    assert [target.url for target in shared] == ["https://www.reddit.com/r/ferries/s/aB3dE5gH7j"]


def test_one_thing_has_one_key_whatever_the_spelling() -> None:
    spellings = (
        "https://redd.it/1ri4d80",
        "https://old.reddit.com/comments/1RI4D80/x",
        "https://np.reddit.com/r/other/comments/1ri4d80/y/",
    )
    assert {cited(url).key for url in spellings} == {cited().key} == {"reddit:1ri4d80"}
    assert cited(f"{URL}k9/").key == cited("https://www.reddit.com/r/ferries/comments/1ri4d80/comment/K9/?context=3").key


def test_a_post_in_its_feed() -> None:
    post = read(FEED, feed("<p>The tide turned.</p>")).post
    assert post is not None
    assert (post.author, post.handle, post.created) == ("harbour_log", "harbour_log", "2025-02-11T10:30:00Z")
    assert (post.title, post.text) == ("Two & one", "Two & one\n\nThe tide turned.")
    assert post.media == (Media("photo", "https://i.redd.it/abc123.jpeg"),)


def test_a_comment_in_the_feed_of_its_thread() -> None:
    target = targets(cited(f"{URL}k9/"))[1]
    post = read(target, feed("<p>x</p>")).post
    assert post is not None
    assert (post.id, post.text, post.author) == ("1ri4d80/k9", "Three.", "pier7")


@pytest.mark.parametrize("body", ["<p>[deleted]</p>", "<p> [deleted]\n</p>"])
def test_a_deleted_post(body: str) -> None:
    assert read(FEED, feed(body, "[deleted]")).state is State.DELETED
    assert read(FEED, feed(body)).state is State.OK  # the author is there: they wrote it themselves


def test_the_title_matches_what_an_embed_shows() -> None:
    comparison = compare(Claims(handle="harbour_log", text="Two & one"), read(FEED, feed("<p>x</p>")).post, State.OK)
    assert comparison is not None
    assert comparison.verdict == "match"


def test_an_oembed_answer_must_lead_to_the_post() -> None:
    told = {"title": "Two", "author_name": "harbour_log", "html": '<blockquote><a href="https://redd.it/1ri4d80">x</a></blockquote>'}
    assert read(OEMBED, json.dumps(told).encode()).state is State.OK_PARTIAL
    assert read(OEMBED, json.dumps(told | {"html": "<p>1ri4d80"}).encode()).state is State.UNREADABLE


def verdict(*readings: tuple[Target, State]) -> State:
    post = Post("reddit", "1ri4d80", URL)
    held = [(target, Reading(state, "r", post=post if state is State.OK else None)) for target, state in readings]
    return reddit.verdict(held, cited())[0]


def test_the_feed_knows_what_the_title_outlives() -> None:
    assert verdict((OEMBED, State.OK_PARTIAL), (FEED, State.DELETED), (PAGE, State.OK)) is State.DELETED
    assert verdict((OEMBED, State.OK_PARTIAL), (FEED, State.REMOVED_BY_PLATFORM)) is State.REMOVED_BY_PLATFORM
    assert verdict((FEED, State.DELETED), (OEMBED, State.OK_PARTIAL), (FEED, State.OK)) is State.OK


def test_one_absence_or_a_block_is_no_deletion() -> None:
    assert verdict((OEMBED, State.NOT_FOUND)) is State.NOT_FOUND
    assert verdict((OEMBED, State.NOT_FOUND), (FEED, State.RATE_LIMITED)) is State.RATE_LIMITED
    assert verdict((OEMBED, State.NOT_FOUND), (FEED, State.NOT_FOUND)) is State.DELETED
    assert verdict((OEMBED, State.FORBIDDEN), (FEED, State.PROTECTED)) is State.PROTECTED
