"""Posts told by ActivityPub, and pages that name what tells more of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archiver.article.document import Document
from archiver.citation.platform import Answer, Choice, Media, Poll, Reading, State, Target
from archiver.embed import web
from archiver.embed.answer import activity
from archiver.embed.web.lead import leads

URL = "https://social.example.org/@harbour/113984785612800999"
NOTE: dict[str, Any] = {
    "type": "Note",
    "id": "https://social.example.org/users/harbour/statuses/113984785612800999",
    "url": URL,
    "attributedTo": "https://social.example.org/users/harbour",
    "published": "2025-02-11T10:30:00Z",
    "content": "<p>عبّارتان<br>ورصيف</p>",
}


def read(data: object, status: int = 200) -> Reading:
    body = json.dumps(data).encode()
    return activity.read(Answer(activity.target(URL), URL, status, (), "application/activity+json", body), "mastodon")


def test_a_note() -> None:
    attached = [
        {"type": "Document", "mediaType": "image/png", "url": "https://files.example.org/a.png", "name": "A pier"},
        {"type": "Video", "url": [{"type": "Link", "href": "https://files.example.org/b.mp4"}]},
        {"type": "Link", "href": "https://example.org/"},
        "nothing",
    ]
    post = read(NOTE | {"attachment": attached, "inReplyTo": "https://far.example.net/1", "contentMap": {"ar": "x"}, "summary": "Fog"}).post
    assert post is not None
    assert (post.url, post.handle, post.created, post.lang) == (URL, "harbour@social.example.org", "2025-02-11T10:30:00Z", "ar")
    assert (post.text, post.reply_to, post.edited) == ("Fog\n\nعبّارتان\nورصيف", "https://far.example.net/1", False)
    assert post.media == (
        Media("photo", "https://files.example.org/a.png", "A pier", "image/png"),
        Media("video", "https://files.example.org/b.mp4"),
    )


def test_a_question() -> None:
    answers = [
        {"type": "Note", "name": "Early", "replies": {"totalItems": 3}},
        {"type": "Note", "name": "Late", "replies": {}},
        {"name": 5},
    ]
    post = read(NOTE | {"type": "Question", "anyOf": answers, "votersCount": 3, "closed": "2025-02-12T10:30:00Z"}).post
    assert post is not None
    assert post.poll == Poll((Choice("Early", 3), Choice("Late")), 3, "2025-02-12T10:30:00Z", closed=True)


@pytest.mark.parametrize(
    ("data", "status", "state"),
    [
        ({"type": "Tombstone", "id": URL}, 410, State.DELETED),
        ({"type": "Tombstone", "id": URL}, 200, State.DELETED),
        ({"error": "Not Found"}, 404, State.NOT_FOUND),
        ({"error": "Gone"}, 410, State.GONE),
        ({"error": "Request not signed"}, 401, State.LOGIN_WALL),
        ({}, 403, State.LOGIN_WALL),
        (["x"], 200, State.UNAVAILABLE_UNSPECIFIED),
        ({"type": "Person", "id": URL, "name": "Harbour"}, 200, State.UNAVAILABLE_UNSPECIFIED),
        (NOTE | {"id": "https://other.example.net/9", "url": "https://other.example.net/9"}, 200, State.UNREADABLE),
        (NOTE | {"content": 7, "name": None}, 200, State.UNAVAILABLE_UNSPECIFIED),
        (NOTE | {"attributedTo": [5], "published": "yesterday", "attachment": {"url": {}}, "updated": 9}, 200, State.OK),
    ],
)
def test_what_answers_mean(data: object, status: int, state: State) -> None:
    assert read(data, status).state is state


def page(head: str, **more: Any) -> Answer:
    body = f"<!doctype html><html><head>{head}</head><body><p>{'Words of a page. ' * 20}</p></body></html>"
    return Answer(Target(URL), URL, 200, more.get("headers", ()), "text/html", body.encode())


ACTIVITY = '<link rel="alternate" type="application/activity+json" href="/post.json">'
OEMBED = '<link rel="alternate" type="application/json+oembed" href="https://example.org/oembed?url=x">'


def test_a_page_leads_to_its_post_and_its_provider() -> None:
    found = web.read(page(ACTIVITY + OEMBED)).leads
    assert [(lead.url, lead.purpose, lead.tier) for lead in found] == [
        ("https://social.example.org/post.json", "activity", "post"),
        ("https://example.org/oembed?url=x", "oembed", "post"),
    ]
    assert found[0].accept is not None
    assert found[0].accept.startswith("application/activity+json")


def test_an_article_of_a_blog_leads_to_its_provider_alone() -> None:
    assert [lead.purpose for lead in web.read(page('<meta name="generator" content="WordPress 6.8">' + ACTIVITY + OEMBED)).leads] == [
        "oembed"
    ]


def test_a_header_leads_to_the_provider() -> None:
    link = '<https://example.org/a>; rel="next", <https://example.org/oembed?url=y>; rel="alternate"; type="application/json+oembed"'
    assert [lead.url for lead in web.read(page("", headers=(("Link", link),))).leads] == ["https://example.org/oembed?url=y"]


@pytest.mark.parametrize("href", ["javascript:alert(1)", "file:///etc/passwd", "", "  "])
def test_hostile_leads_lead_nowhere(href: str) -> None:
    answer = page(ACTIVITY.replace("/post.json", href))
    assert all(lead.url.startswith("https://") for lead in leads(Document(answer.body.decode()), answer))
