"""What programs have platforms' own scripts show: the thing that the call names in plain words, at the element that it fills."""

from __future__ import annotations

import pytest

from archiver.article.read import read
from archiver.citation.called import calls
from archiver.citation.citation import Citation
from archiver.citation.extract import extract
from archiver.embed import PLATFORMS

FIRST = "The harbour master published the figures on Tuesday morning, a week later than he had announced."
SECOND = "Nobody at the quay had seen them before the film was shown, and the mayor said so to the council."
POST, FILM = "1549651495053934597", "hArBoUr-_01"


def cited(inside: str, behind: str = "") -> tuple[Citation, ...]:
    markup = f"<!doctype html><title>Fog</title><article><h1>Fog</h1><p>{FIRST}</p>{inside}<p>{SECOND * 6}</p></article>{behind}"
    return extract(read(markup.encode(), source="x.html", url="https://news.example/fog"), PLATFORMS)


@pytest.mark.parametrize(
    ("program", "key"),
    [
        (f'twttr.widgets.createTweet("{POST}", document.getElementById("here"), {{theme: "light"}})', f"x:{POST}"),
        (f"new YT.Player('here', {{ height: '390', videoId: '{FILM}', events: {{}} }})", f"youtube:{FILM}"),
        ('new Vimeo.Player("here", { id: 4711001, loop: true })', "vimeo:4711001"),
        ("new Vimeo.Player('here', { url: 'https://vimeo.com/4711001' })", "vimeo:4711001"),
        ("DM.player(document.getElementById('here'), { video: 'x8abc12', width: '100%' })", "dailymotion:x8abc12"),
        ('dailymotion.createPlayer("here", { "video": "x8abc12" })', "dailymotion:x8abc12"),
        ("new Twitch.Embed('here', { width: 854, video: '4711001', parent: ['news.example'] })", "twitch:4711001"),
        ("new Twitch.Player('here', { video: 'v4711001' })", "twitch:4711001"),
        (f'jwplayer("here").setup({{ file: "https://www.youtube.com/watch?v={FILM}" }})', f"youtube:{FILM}"),
        ('SC.oEmbed("https://soundcloud.com/harbour/tides", { element: document.getElementById("here") })', "soundcloud:harbour/tides"),
        (
            'DV.load("https://www.documentcloud.org/documents/4711-tides.js", { container: "#here" })',
            "web:documentcloud.org/documents/4711-tides",
        ),
    ],
)
@pytest.mark.parametrize("place", ["beside", "behind"])
def test_what_is_called_stands_where_the_call_says(program: str, key: str, place: str) -> None:
    script = f"<script>window.onload = function () {{ {program}; }};</script>"
    here = '<div id="here"></div>'
    (one,) = cited(here + script) if place == "beside" else cited(here, behind=f"<footer>{script}</footer>")
    assert (one.kind, one.key, one.in_body, one.places[0].via) == ("embed", key, True, "script")
    assert one.places[0].css
    assert "#here" in one.places[0].css
    assert one.places[0].prefix.endswith(FIRST[-20:]) or one.places[0].prefix.rstrip().endswith(FIRST[-20:])


@pytest.mark.parametrize(
    "program",
    [
        "new YT.Player('here', { videoId: current })",
        "new Twitch.Embed('here', { channel: 'harbour' })",
        "twttr.widgets.createTweet(id, box)",
        "twttr.widgets.createTimeline({ sourceType: 'profile', screenName: 'harbour' }, box)",
        "jwplayer('here').setup({ file: '/films/tides.mp4' })",
        f"new YT.Player('elsewhere', {{ videoId: '{FILM}' }})",
        f"play({{ videoId: '{FILM}' }})",
    ],
)
def test_a_call_that_names_nothing_shows_nothing(program: str) -> None:
    assert cited(f'<div id="here"></div><script>{program}</script>') == ()


def test_the_element_may_be_looked_up_before_the_call() -> None:
    program = f"var box = document.getElementById('here'); twttr.widgets.createTweet('{POST}', box);"
    (one,) = cited(f'<div id="here"></div><script>{program}</script>')
    assert (one.kind, one.key) == ("embed", f"x:{POST}")


def test_what_the_page_shows_by_itself_is_one_place() -> None:
    frame = f'<iframe id="here" src="https://www.youtube.com/embed/{FILM}?enablejsapi=1"></iframe>'
    (one,) = cited(frame + f"<script>new YT.Player('here', {{ videoId: '{FILM}' }})</script>")
    assert [place.via for place in one.places] == ["iframe[src]"]


def test_several_calls_of_one_program_keep_their_own_options() -> None:
    program = "new YT.Player('a', { videoId: other }); new YT.Player('b', { videoId: 'hArBoUr-_02' });"
    assert [(one.address, one.names) for one in calls(program)] == [("https://www.youtube.com/embed/hArBoUr-_02", ("b", "hArBoUr-_02"))]
    assert list(calls("new YT.Player(" * 7_000)) == []
