"""Where the address of a frame stands while the page keeps it from loading."""

from __future__ import annotations

import pytest

from archiver.article.document import Document
from archiver.embed.markup.lazy import CONSENT, FRAMES, LAZY, address, frame, frames, is_placeholder

REAL = "https://players.example.org/p/7"


def only(html: str):
    found = Document(html).select(FRAMES)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("attribute", [*CONSENT, *LAZY])
@pytest.mark.parametrize(
    "held", ["", "about:blank", "data:text/html,x", "javascript:void(0)", "/blank", "https://cdn.example/img/blank.gif?1", "#"]
)
def test_every_attribute_beats_a_placeholder(attribute, held):
    assert address(only(f'<iframe src="{held}" {attribute}="{REAL}"></iframe>')) == (attribute, REAL)
    assert address(only(f'<iframe {attribute}="{REAL}"></iframe>')) == (attribute, REAL)


@pytest.mark.parametrize("attribute", CONSENT)
def test_a_consent_attribute_beats_any_src(attribute):
    assert address(only(f'<iframe src="https://site.example/notice" {attribute}="{REAL}"></iframe>')) == (attribute, REAL)


@pytest.mark.parametrize("attribute", LAZY)
def test_a_lazy_attribute_does_not_beat_a_real_src(attribute):
    element = only(f'<iframe src="{REAL}" {attribute}="https://other.example/x"></iframe>')
    assert address(element) == ("src", REAL)
    assert [one.url for one in frames(element)] == [REAL, "https://other.example/x"]  # but a platform may find its own there


@pytest.mark.parametrize("written", ["{&quot;url&quot;: 1}", "a.jpg 1x, b.jpg 2x", "player", "", "about:blank", "lazy"])
def test_what_is_no_address_does_not_count(written):
    assert address(only(f'<iframe src="about:blank" data-src="{written}"></iframe>')) is None


def test_a_frame_without_any_known_address_has_been_emptied_by_somebody_else():
    assert address(only(f'<iframe data-artsrc="{REAL}"></iframe>')) == ("data-artsrc", REAL)
    assert address(only('<iframe src="about:blank" data-poster="https://site.example/x" title="//x" alt=""></iframe>')) is None
    assert address(only(f'<iframe src="{REAL}" data-artsrc="https://other.example/x"></iframe>')) == ("src", REAL)
    assert address(only(f'<embed data-artsrc="{REAL}">')) is None


def test_forms_of_an_address():
    assert frame(only('<iframe data-src="//players.example.org/p/7"></iframe>')) == ("data-src", "//players.example.org/p/7", REAL)
    assert frame(only('<iframe data-src="https%3A%2F%2Fplayers.example.org%2Fp%2F7"></iframe>')).url == REAL
    assert frame(only('<iframe src="/widgets/map.html"></iframe>')) is None  # the article's own: needs its URL
    assert frame(only('<iframe src="/lazy.html" data-src="https://players.example.org/p/7"></iframe>')).url == REAL
    assert frame(only(f'<object data="{REAL}"></object>')) == ("data", REAL, REAL)


def test_facades_are_frames_and_other_elements_are_not():
    for html in (
        f'<div class="epyt-facade" data-facadesrc="{REAL}"></div>',
        f'<button class="arve-play-btn" data-iframe="{REAL}"></button>',
        f'<div data-pym-src="{REAL}"></div>',
        f'<figure embedded-service="x" data-src="{REAL}"></figure>',
    ):
        assert frame(only(html)).url == REAL
    assert not Document(f'<div data-src="{REAL}"></div><img data-src="{REAL}"><figure data-src="{REAL}"></figure>').select(FRAMES)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://a.example/wp-content/plugins/complianz-gdpr/assets/video/youtube-placeholder.mp4", True),
        ("https://forum.example/applications/core/interface/index.html", True),
        ("https://a.example/embed/blank-space", False),
        ("https://a.example/art/my-placeholder", False),
        ("https://a.example/index.html", False),
        ("https://a.example/?next=blank.html", False),
    ],
)
def test_placeholders(written, expected):
    assert is_placeholder(written) is expected


def test_long_hostile_values_are_quick():
    for filler in ("placeholder" * 50_000, "/-" * 200_000, "%3a" * 100_000):
        assert is_placeholder("https://a.example/" + filler) in (True, False)
