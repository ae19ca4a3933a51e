"""Players, their pages and their providers; what each of the smaller platforms says beyond the contract's tables."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from archiver.article.document import Document
from archiver.citation.citation import Citation, Claims, Place, Reference
from archiver.citation.platform import Answer, Reading, State, Target
from archiver.embed import dailymotion, flickr, imgur, rumble, soundcloud, truthsocial, tumblr, web, youtube
from archiver.embed.web.foreign import is_foreign
from archiver.embed.web.player import page_of
from archiver.embed.web.registry import endpoint
from archiver.url import resolve


def place(url: str) -> Place:
    return Place(url, "iframe[src]", 0, 0, "", "", "")


def cited(platform, url: str, kind: str = "embed") -> Citation:
    reference = platform.identify(resolve(url))
    assert reference
    return Citation(1, kind, reference, True, Claims(), (place(url),))


def answered(target: Target, status: int = 200, body: object = "", kind: str = "application/json", **more) -> Answer:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Answer(target, more.get("url", target.url), status, (), kind, data, redirects=more.get("redirects", ()))


# ------------------------------------------------------------------ web


def test_a_link_and_a_frame_of_one_chart_are_one_thing():
    link, framed = (
        web.identify(url) for url in ("https://codepen.io/harbour/pen/AbCdEf", "https://codepen.io/harbour/embed/AbCdEf?height=300")
    )
    assert link
    assert framed
    assert link.key == framed.key


def test_targets_of_an_embed_are_its_frame_its_page_and_its_provider():
    found = web.targets(cited(web, "https://codepen.io/harbour/embed/AbCdEf?height=300"))
    assert [(one.purpose, one.proof) for one in found] == [("player", False), ("page", True), ("oembed", True)]
    assert [one.url for one in found][:2] == ["https://codepen.io/harbour/embed/AbCdEf?height=300", "https://codepen.io/harbour/pen/AbCdEf"]
    assert found[2].url.startswith("https://codepen.io/api/oembed?url=https%3A%2F%2Fcodepen.io%2Fharbour%2Fpen%2FAbCdEf")
    assert [one.purpose for one in web.targets(cited(web, "https://codepen.io/harbour/pen/AbCdEf", "link"))] == ["page"]
    assert [one.purpose for one in web.targets(cited(web, "https://charts.example.org/7/"))] == ["page"]


def test_the_provider_is_heard_only_where_the_page_bars_the_way():
    page, told = (
        Target("https://codepen.io/harbour/pen/AbCdEf"),
        Target("https://codepen.io/api/oembed?url=x", tier="post", purpose="oembed"),
    )
    reference = Reference("web", None, page.url, "web:x")
    good, none = Reading(State.OK_PARTIAL, "told"), Reading(State.NOT_FOUND, "nothing told")
    for state, expected in (
        (State.EMPTY_SHELL, State.OK_PARTIAL),
        (State.BOT_CHALLENGE, State.OK_PARTIAL),
        (State.NOT_FOUND, State.NOT_FOUND),
        (State.OK, State.OK),
        (State.TIMEOUT, State.TIMEOUT),
    ):
        assert web.verdict([(page, Reading(state, "said")), (told, good)], reference)[0] is expected
        assert web.verdict([(page, Reading(state, "said")), (told, none)], reference)[0] is state
    player = Target("https://codepen.io/harbour/embed/AbCdEf", purpose="player", proof=False)
    assert web.verdict([(player, Reading(State.OK, "")), (page, Reading(State.GONE, "gone"))], reference) == (State.GONE, "gone")
    assert web.verdict([(player, Reading(State.OK, ""))], reference)[0] is State.UNRESOLVED


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://codepen.io/harbour/pen/AbCdEf", "https://codepen.io/api/oembed"),
        ("http://www.ted.com/talks/two_ferries", "https://www.ted.com/services/v1/oembed.json"),
        ("https://public.flourish.studio/visualisation/123456/", "https://app.flourish.studio/api/v1/oembed"),
        ("https://www.documentcloud.org/documents/20059068-two-ferries/", "https://api.www.documentcloud.org/api/oembed"),
        ("https://example.org/", None),
        ("https://codepen.io.evil.example/harbour/pen/AbCdEf", None),
        ("https://evilcodepen.io/harbour/pen/AbCdEf", None),
        ("https://codepen.io/" + "x" * 3_000, None),
    ],
)
def test_the_registry_knows_who_tells(url, expected):
    assert endpoint(url) == expected


def test_pages_and_registry_are_stable_and_quick_on_hostile_urls():
    for url in (
        "https://codepen.io/" + "a/embed/" * 5_000,
        "https://e.issuu.com/embed.html?" + "d=a&" * 5_000,
        "https://www.smugmug.com/" + "*" * 1_900,
    ):
        resolved = resolve(url)
        shown = page_of(resolved)
        assert shown is None or resolve(shown) == shown
        endpoint(resolved)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ad.doubleclick.net/x", True),
        ("https://notdoubleclick.net/x", False),
        ("https://www.facebook.com/plugins/post.php?href=x", False),
        ("https://www.facebook.com/plugins/video.php?href=x", False),
        ("https://www.facebook.com/v12.0/plugins/page.php?href=x", True),
        ("https://docs.google.com/forms/d/e/x/viewform", False),
        ("https://harbour.substack.com/embed/p/two-ferries", False),
        ("https://vk.com/widget_post.php?x", False),
        ("https://www.google.com/maps/embed?pb=x", False),
        ("https://www.instagram.com/p/B8pT40EBjoK/embed/", False),
        ("https://ads2.herald.example/frame?1", True),
        ("https://adelaide.herald.example/map", False),
        ("https://www.herald.example/parts/ad_top.html", True),
        ("https://herald.example/RealMedia/ads/adstream.ads/news", True),
        ("https://herald.example/roads/advice.html", False),
        ("https://herald.example/newsletters/subscribe/daily", True),
        ("https://herald.example/parts/frame/tr_recent_articles.htm", True),
        ("https://herald.example/global-shop-teaser-iframe?parent=a", True),
        ("https://cars.example/widget/affiliate/v2?MID=1", True),
        ("https://library.example/includes/donate.php?as_page=1", True),
        ("https://herald.example/embed/the-affiliates-of-the-bank", False),
        ("https://herald.example/embed/recent-history-of-news", False),
        ("https://charts.example/subscribers-by-year/", False),
        ("https://www.facebook.com/plugins/activity.php?site=x", True),
    ],
)
def test_foreign_hosts_and_paths(url, expected):
    assert is_foreign(url) is expected


# ------------------------------------------------------------- platforms


def test_the_time_in_an_id_of_truth_social():
    def at(*moment: int) -> str:
        return str(int(datetime(*moment, tzinfo=UTC).timestamp() * 1000) << 16)

    assert truthsocial.created(at(2023, 1, 26, 10, 0)) == datetime(2023, 1, 26, 10, 0, tzinfo=UTC)
    assert truthsocial.created(at(2021, 12, 31)) is None  # before the platform
    assert truthsocial.created(at(2200, 1, 1)) is None
    assert truthsocial.created("x") is None
    early = Reference("truthsocial", at(2020, 1, 1), "https://truthsocial.com/@a/1", "truthsocial:1")
    assert truthsocial.verdict([], early)[0] is State.INVALID_ID


def test_a_truth_is_told_with_words_and_media():
    citation = cited(truthsocial, "https://truthsocial.com/@harbour_log/109752325555555555")
    media = [{"type": "video", "url": "https://s.example/v.mp4", "preview_url": "https://s.example/v.jpg", "description": "fog"}]
    told = {"id": "109752325555555555", "created_at": "2023-01-25T22:59:45.000Z", "content": "<p>Two ferries,<br>one pier &amp; fog</p>",
            "account": {"username": "harbour_log", "display_name": "Harbour"}, "media_attachments": media, "replies_count": 2}  # fmt: skip
    answer = answered(truthsocial.targets(citation)[0], body=told)
    post = truthsocial.read(answer).post
    assert post
    assert (post.text, post.author, post.handle, post.created) == (
        "Two ferries,\none pier & fog",
        "Harbour",
        "harbour_log",
        "2023-01-25T22:59:45Z",
    )
    assert [(one.url, one.purpose) for one in truthsocial.requisites(answer)] == [
        ("https://s.example/v.mp4", "video"),
        ("https://s.example/v.jpg", "poster"),
    ]
    assert post.counts == {"replies": 2}


def test_one_word_is_enough_only_where_the_platform_says_so():
    gone = {"error": "not found"}
    for platform, url, purpose, expected in (
        (dailymotion, "https://dai.ly/x8abc12", "api", State.DELETED),
        (dailymotion, "https://dai.ly/x8abc12", "oembed", State.UNAVAILABLE_UNSPECIFIED),
        (truthsocial, "https://truthsocial.com/@a/109752325555555555", "api", State.DELETED),
        (soundcloud, "https://soundcloud.com/a/b", "oembed", State.DELETED),
        (tumblr, "https://a.tumblr.com/post/690123456789012345", "oembed", State.UNAVAILABLE_UNSPECIFIED),
        (flickr, "https://www.flickr.com/photos/a/5678901234", "oembed", State.UNAVAILABLE_UNSPECIFIED),
        (rumble, "https://rumble.com/v1abc23-x.html", "oembed", State.UNAVAILABLE_UNSPECIFIED),
    ):
        citation = cited(platform, url)
        target = next(one for one in platform.targets(citation) if one.purpose == purpose)
        readings = [(target, platform.read(answered(target, 404, gone)))]
        assert platform.verdict(readings, citation.reference)[0] is expected, platform.name
        limited = [(target, platform.read(answered(target, 429, gone)))]
        assert platform.verdict(limited, citation.reference)[0] is State.RATE_LIMITED
        paged = [(target, platform.read(answered(target, 404, "<!doctype html><title>404</title>", "text/html")))]
        assert platform.verdict(paged, citation.reference)[0] is not State.DELETED


def test_a_picture_of_imgur_is_asked_for_as_it_was_written():
    assert imgur.targets(cited(imgur, "https://i.imgur.com/AbCd123.png"))[0].url == "https://i.imgur.com/AbCd123.png"
    assert imgur.targets(cited(imgur, "https://i.imgur.com/AbCd123.gifv"))[0].url == "https://i.imgur.com/AbCd123.mp4"
    album = imgur.targets(cited(imgur, "https://imgur.com/a/AbCd123"))
    assert [(one.purpose, one.proof) for one in album] == [("page", True), ("oembed", False)]
    picture = imgur.targets(cited(imgur, "https://imgur.com/AbCd123"))[0]
    removed = answered(picture, 200, "PNG", "image/png", url="https://i.imgur.com/removed.png", redirects=(picture.url,))
    reference = cited(imgur, "https://imgur.com/AbCd123").reference
    assert imgur.verdict([(picture, imgur.read(removed))], reference)[0] is State.DELETED
    post = imgur.read(answered(picture, 200, "JFIF", "image/jpeg")).post
    assert post
    assert post.media[0].url == picture.url


def test_titles_of_soundcloud_lose_what_the_endpoint_adds():
    target = soundcloud.targets(cited(soundcloud, "https://soundcloud.com/harbour-log/two-ferries"))[0]
    post = soundcloud.read(
        answered(target, body={"type": "rich", "title": "Two ferries by night by Harbour Log", "author_name": "Harbour Log"})
    ).post
    assert post
    assert post.text == "Two ferries by night"


def test_a_player_of_soundcloud_without_a_page_is_asked_about_by_its_number():
    found = soundcloud.targets(cited(soundcloud, "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/293"))
    assert "url=https%3A%2F%2Fapi.soundcloud.com%2Ftracks%2F293" in found[0].url
    assert [one.proof for one in found] == [True, False]


def test_a_secret_of_soundcloud_stays_out_of_the_key():
    plain, secret = (soundcloud.identify(f"https://soundcloud.com/a/b{tail}") for tail in ("", "/s-XyZ"))
    assert plain
    assert secret
    assert plain.key == secret.key
    assert secret.url == "https://soundcloud.com/a/b/s-XyZ"


def test_flickr_tells_the_picture_itself():
    target = flickr.targets(cited(flickr, "https://www.flickr.com/photos/a/5678901234"))[0]
    body = {"type": "photo", "title": "Fog", "url": "https://live.staticflickr.com/65535/5678901234_0123abcdef_b.jpg"}
    answer = answered(target, body=body)
    assert flickr.read(answer).state is State.OK
    assert [(one.url, one.purpose) for one in flickr.requisites(answer)] == [(body["url"], "photo")]


def test_an_embed_seen_twice_in_one_call_of_rumble_is_one():
    document = Document('<div id="rumble_v18xyz9"></div><script>Rumble("play", {"video":"v18xyz9","div":"rumble_v18xyz9"});</script>')
    hits = [hit for element in document.select(rumble.embeds) if (hit := rumble.recognise(element))]
    assert [hit.via for hit in hits] == ["div#rumble"]


def test_a_link_in_an_embed_is_not_a_citation_of_its_own_number():
    """The number of a tumblr post decides, so that a link to another post inside does not."""
    html = '<div class="tumblr-post" data-href="https://embed.tumblr.com/embed/post/abcd/690123456789012345"><a href="https://a.tumblr.com/post/690123456789012346">x</a></div>'
    hit = tumblr.recognise(Document(html).select(".tumblr-post")[0])
    assert hit
    assert hit.reference.id == "690123456789012345"
    assert hit.reference._replace(url=None).key == "tumblr:690123456789012345"


def test_a_film_that_a_players_script_reads_from_a_source_is_shown():
    film = "https://www.youtube.com/watch?v=vpTEYV-f_LQ"
    video = f"<video class=wp-video-shortcode><source type=video/youtube src='{film}&_=1'><a href={film}>{film}</a></video>"
    hits = [youtube.recognise(one) for one in Document(video + "<video><source src=/ferry.mp4></video>").select("video")]
    assert [hit and (hit.reference.key, hit.kind, hit.via) for hit in hits] == [("youtube:vpTEYV-f_LQ", "embed", "source[src]"), None]
