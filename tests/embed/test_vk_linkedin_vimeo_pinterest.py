"""VK, LinkedIn, Vimeo and Pinterest beyond the tables: what is asked first, dates, several calls in a script, verdicts."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from archiver.article.document import Document
from archiver.citation.citation import Citation, Claims
from archiver.citation.platform import Answer, Platform, Reading, State, Target
from archiver.embed import linkedin, pinterest, vimeo, vk

URN = "urn:li:activity:7295026279219200077"
PAGES = [
    (vk, "https://vk.com/wall-77_4711"),
    (linkedin, f"https://www.linkedin.com/feed/update/{URN}/"),
    (vimeo, "https://vimeo.com/146022717"),
    (pinterest, "https://www.pinterest.com/pin/99360735500167749/"),
]


def targets(platform: Platform, url: str) -> tuple[Target, ...]:
    reference = platform.identify(url)
    assert reference is not None
    return tuple(platform.targets(Citation(1, "link", reference, True, Claims(), ())))


def test_what_is_asked() -> None:
    assert [target.purpose for target in targets(vk, "https://vkvideo.ru/video-77_9")] == ["player", "mobile", "page"]
    assert targets(vk, "https://vk.com/wall-77_4711")[0].url == "https://m.vk.com/wall-77_4711"
    assert targets(linkedin, f"https://www.linkedin.com/feed/update/{URN}")[0].url == f"https://www.linkedin.com/embed/feed/update/{URN}"
    assert [target.purpose for target in targets(linkedin, "https://www.linkedin.com/pulse/two-ferries/")] == ["page"]
    unlisted = targets(vimeo, "https://player.vimeo.com/video/146022717?h=0a1b2c3d4e")
    assert unlisted[0].url.endswith("url=https%3A%2F%2Fvimeo.com%2F146022717%2F0a1b2c3d4e")


def test_a_linkedin_number_tells_its_time() -> None:
    moment = linkedin.created(URN)
    assert moment is not None
    assert moment.replace(microsecond=0) == datetime(2025, 2, 11, 10, 30, tzinfo=UTC)
    for wrong in ("pulse/two-ferries", "urn:li:activity:99999999999999999999", "urn:li:activity:1000000000000000", "urn:li:activity:77"):
        assert linkedin.created(wrong) is None


def test_a_hash_is_no_part_of_a_films_identity() -> None:
    keys = {found.key for url in ("https://vimeo.com/7/0a1b2c3d4e", "https://vimeo.com/channels/x/7") if (found := vimeo.identify(url))}
    assert keys == {"vimeo:7"}


def test_a_script_that_fills_several_places_shows_the_first_that_no_element_names() -> None:
    document = Document(
        '<div id="vk_post_-1_2"></div><script>VK.Widgets.Post("vk_post_-1_2", -1, 2, "h"); VK.Widgets.Post("other", "-1", "3", "h");</script>'
    )
    found = [hit.reference.id for element in document.select(vk.embeds) if (hit := vk.recognise(element))]
    assert found == ["wall-1_2", "wall-1_3"]


def test_the_words_of_a_linkedin_page() -> None:
    url = f"https://www.linkedin.com/posts/harbour_x-activity-{URN.rpartition(':')[2]}-a"
    island = json.dumps(
        {"@type": "SocialMediaPosting", "articleBody": " عبّارتان\nورصيف ", "author": {"name": "Log"}, "datePublished": "2025-02-11"}
    )
    body = f'<link rel=canonical href="{url}"><script type="application/ld+json">{island}</script>' + "<p>Words of the page. " * 5
    post = linkedin.read(Answer(Target(url), url, 200, (), "text/html", body.encode())).post
    assert post is not None
    assert (post.text, post.author, post.created, post.id) == ("عبّارتان\nورصيف", "Log", None, URN)


def test_a_film_is_told_with_its_day_only() -> None:
    (ask, _page) = targets(vimeo, "https://vimeo.com/146022717")
    told = {"title": "Two ferries", "video_id": 146022717, "upload_date": "2015-11-17 23:30:00", "author_url": "https://vimeo.com/harbour"}
    post = vimeo.read(Answer(ask, ask.url, 200, (), "application/json", json.dumps(told).encode())).post
    assert post is not None
    assert (post.created, post.handle, post.text) == ("2015-11-17", "harbour", "Two ferries")
    assert post.partial


@pytest.mark.parametrize(("platform", "url"), PAGES, ids=lambda value: getattr(value, "name", ""))
def test_a_refusal_or_one_absence_is_never_a_deletion(platform: Platform, url: str) -> None:
    reference = platform.identify(url)
    assert reference is not None
    first, *_, last = targets(platform, url)

    def verdict(one: State, other: State) -> State:
        return platform.verdict([(first, Reading(one, "r")), (last, Reading(other, "r"))], reference)[0]

    assert verdict(State.RATE_LIMITED, State.UNAVAILABLE_UNSPECIFIED) is State.RATE_LIMITED
    assert verdict(State.BOT_CHALLENGE, State.LOGIN_WALL) is State.BOT_CHALLENGE
    assert verdict(State.DELETED, State.UNAVAILABLE_UNSPECIFIED) is State.UNAVAILABLE_UNSPECIFIED
    assert verdict(State.DELETED, State.TIMEOUT) is State.TIMEOUT
    assert verdict(State.UNAVAILABLE_UNSPECIFIED, State.OK) is State.OK
    assert verdict(State.DELETED, State.OK) is State.OK
    assert verdict(State.LOGIN_WALL, State.LOGIN_WALL) is State.LOGIN_WALL
