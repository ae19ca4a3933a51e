"""Elements that keep the id of what a script will make a frame for, by the names that each consent manager has for it."""

from __future__ import annotations

import pytest

from archiver.article.read import read
from archiver.citation.extract import extract
from archiver.embed import PLATFORMS

WORDS = "The ferry left the old harbour at noon, and the crew said that the fog had lifted an hour before they cast off from the pier."
FILM, POST, CODE, NUMBER = "hArBoUr-_01", "1549651495053934597", "CDg_6Y1pxWu", "7240568259186019630"
SONG = "4harbourHARBOUR0000001"
ELEMENTOR = (
    '<div class="elementor-widget-video" data-settings=\'{{"video_type":"{}","youtube_url":"https:\\/\\/youtu.be\\/'
    + FILM
    + '","vimeo_url":"https:\\/\\/vimeo.com\\/4711"}}\'></div>'
)


def cited(inside: str) -> list[tuple[str, str]]:
    """Return what an article with one element between its words shows, once each and between them."""
    markup = f"<!doctype html><title>Fog</title><article><h1>Fog</h1><p>{WORDS}</p>{inside}<p>{WORDS * 3}</p></article>"
    article = read(markup.encode(), source="x.html", url="https://news.example/fog")
    found = extract(article, PLATFORMS)
    for one in found:
        assert one.in_body
        assert [place.start for place in one.places] == [article.text.index(WORDS) + len(WORDS)]
    return [(one.kind, one.key) for one in found]


@pytest.mark.parametrize(
    ("inside", "key"),
    [
        # tarteaucitron
        (f'<div class="youtube_player" videoID="{FILM}" width="560" theme="dark" rel="0"></div>', f"youtube:{FILM}"),
        (f'<div class="youtube_player" data-videoID="{FILM}"></div>', f"youtube:{FILM}"),
        ('<div class="youtube_playlist_player" playlistID="PL4711"></div>', "web:youtube.com/embed/videoseries?list=PL4711"),
        ('<div class="vimeo_player" videoID="4711" data-hash="0a1b2c3d4e"></div>', "vimeo:4711"),
        ('<div class="vimeo_player" videoID="4711"></div>', "vimeo:4711"),
        ('<div class="dailymotion_player" videoID="x8abc12"></div>', "dailymotion:x8abc12"),
        ('<div class="dailymotion_player" videoID="x8abc12" embedType="playlist"></div>', "web:dailymotion.com/embed/playlist/x8abc12"),
        ('<div class="twitch_player" videoID="4711" parent="news.example"></div>', "twitch:4711"),
        (f'<div class="instagram_post" postId="{CODE}"></div>', f"instagram:{CODE}"),
        (f'<div class="twitterembed-canvas" tweetid="{POST}" theme="light"></div>', f"x:{POST}"),
        (f'<div class="twitterembed-canvas" data-tweetid="{POST}"></div>', f"x:{POST}"),
        ('<div class="soundcloud_player" data-playable-id="4711" data-playable-type="tracks"></div>', "soundcloud:tracks/4711"),
        ('<div class="soundcloud_player" data-playable-url="https%3A//api.soundcloud.com/tracks/4711"></div>', "soundcloud:tracks/4711"),
        (f'<div class="spotify_player" spotifyID="track/{SONG}"></div>', f"spotify:track:{SONG}"),
        ('<div class="deezer_player" deezerID="4711" embedType="track"></div>', "web:deezer.com/track/4711"),
        ('<div class="issuu_player" issuuID="u=harbour&amp;d=tides"></div>', "web:issuu.com/harbour/docs/tides"),
        ('<div class="archive_player" data-videoID="tides1922"></div>', "web:archive.org/details/tides1922"),
        ('<div class="mixcloud_embed" data-id="/harbour/tides/"></div>', "web:mixcloud.com/harbour/tides"),
        (f'<div class="tac_iframe" url="https://www.youtube.com/embed/{FILM}"></div>', f"youtube:{FILM}"),
        ('<div class="tac_iframe" data-url="https://charts.example/embed/7"></div>', "web:charts.example/embed/7"),
        # iframemanager
        (f'<div data-service="youtube" data-id="{FILM}" data-autoscale></div>', f"youtube:{FILM}"),
        ('<div data-service="vimeo" data-id="4711"></div>', "vimeo:4711"),
        (f'<div data-service="twitter" data-id="{POST}"></div>', f"x:{POST}"),
        ('<div data-service="twitch" data-id="video=4711"></div>', "twitch:4711"),
        # Embetty, Discourse, DocumentCloud, Usercentrics, Blazy, Elementor
        ('<embetty-video type="facebook" video-id="900000000000012"></embetty-video>', "facebook:900000000000012"),
        (
            f'<div class="tiktok-onebox lazy-video-container" data-video-id="{NUMBER}" data-provider-name="tiktok"><a href="/x"></a></div>',
            f"tiktok:{NUMBER}",
        ),
        ('<div id="DV-viewer-4711-tides" class="DC-embed DC-embed-document"></div>', "web:documentcloud.org/documents/4711-tides"),
        (f'<div class="uc-embed" uc-uid="x" uc-src="https://www.youtube.com/embed/{FILM}"></div>', f"youtube:{FILM}"),
        (
            f'<div class="media--player"><button class="media__icon--play" data-url="https://youtube.com/embed/{FILM}"></button></div>',
            f"youtube:{FILM}",
        ),
        ('<div class="wistia_embed wistia_async_h4rb0urabc videoFoam=true"></div>', "web:fast.wistia.net/embed/iframe/h4rb0urabc"),
        ('<wistia-player media-id="h4rb0urabc"></wistia-player>', "web:fast.wistia.net/embed/iframe/h4rb0urabc"),
        (f'<div class="youtube" data-embed="{FILM}"><div class="play-button"></div></div>', f"youtube:{FILM}"),
        (f'<div class="youtube_player" videoID="https://youtu.be/{FILM}"></div>', f"youtube:{FILM}"),
        (
            f'<iframe src="https://l.lj-toys.com/?auth_token=x&amp;source=youtube&amp;vid={FILM}&amp;moduleid=5"></iframe>',
            f"youtube:{FILM}",
        ),
        (f'<media-player src="youtube/{FILM}"></media-player>', f"youtube:{FILM}"),
        ('<div class="t-video-lazyload" data-videolazy-type="vimeo" data-videolazy-id="4711"></div>', "vimeo:4711"),
        (ELEMENTOR.format("youtube"), f"youtube:{FILM}"),
        (ELEMENTOR.format("vimeo"), "vimeo:4711"),
    ],
)
def test_what_a_script_makes_a_frame_of_is_shown(inside: str, key: str) -> None:
    assert cited(inside) == [("embed", key)]


@pytest.mark.parametrize(
    ("service", "fragment", "key"),
    [
        ("twitter", f"{POST}#theme=dark", f"x:{POST}"),
        ("tiktok", NUMBER, f"tiktok:{NUMBER}"),
        ("instagram", CODE, f"instagram:{CODE}"),
        ("threads", "C6qkatfMtCP", "threads:C6qkatfMtCP"),
        ("telegram", "harbour/77", "telegram:harbour/77"),
        ("reddit", "boats/comments/4711ab/two_ferries", "reddit:4711ab"),
        ("imgur", "a/H4rb0ur", "imgur:a/H4rb0ur"),
        ("pinterest", "4711", "pinterest:4711"),
        (
            "bluesky",
            "at://harbour.example/app.bsky.feed.post/3kowrkt5xxk2a#x",
            "bluesky:at://harbour.example/app.bsky.feed.post/3kowrkt5xxk2a",
        ),
        ("mastodon", "harbour@sea.example/110000000000000007", "mastodon:https://sea.example/@harbour/110000000000000007"),
        ("mastodon", "harbour/110000000000000007", "mastodon:https://mastodon.social/@harbour/110000000000000007"),
        ("facebook", "harbour/posts/900000000000012", "facebook:900000000000012"),
        ("facebook", "harbour/videos/900000000000012", "facebook:900000000000012"),
        ("facebook", "harbour/900000000000012", "facebook:900000000000012"),
        ("facebook", "video900000000000012", "facebook:900000000000012"),
        ("facebook", "p900000000000012", "facebook:900000000000012"),
    ],
)
def test_a_forums_media_frame_has_the_post_in_its_fragment(service: str, fragment: str, key: str) -> None:
    frame = f'<iframe data-s9e-mediaembed="{service}" src="https://forum.example/iframe/2/{service}.min.html#{fragment}"></iframe>'
    assert cited(frame) == [("embed", key)]


@pytest.mark.parametrize(
    "inside",
    [
        '<div class="youtube_player"></div>',
        '<div class="youtube_player" videoID=""></div>',
        '<div class="youtube_player" videoID="{{ id }}"></div>',
        f'<div class="twitterembed-canvas" id="{POST}"></div>',
        '<p data-service="twitter" data-category="marketing"></p>',
        f'<button class="lazy-video-container" data-provider-name="youtube" data-video-id="{FILM}"></button>',
        f'<div class="lazy-video-container" data-provider-name="other" data-video-id="{FILM}"></div>',
        '<div class="elementor-widget-video" data-settings="[[["></div>',
        '<div class="elementor-widget-video" data-settings=\'{"video_type":"hosted","youtube_url":7}\'></div>',
    ],
)
def test_without_an_id_or_on_a_control_nothing_is_shown(inside: str) -> None:
    assert cited(inside) == []
