"""What a URL carries: the cited one inside caches, redirectors and archives' addresses."""

from __future__ import annotations

import base64
import json
import zlib
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.citation.wrapped import unwrap
from archiver.url import resolve

CITED = "https://example.org/a?b=1&c=2"
Q = quote(CITED, safe="")


def coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


GOOGLE_NEWS = coded(b"\x08\x13\x22" + bytes([len(CITED)]) + CITED.encode() + b"\xd2\x01\x00")
LONG = "https://example.org/" + "x" * 150
GOOGLE_NEWS_LONG = coded(b"\x08\x13\x22" + bytes([len(LONG) & 0x7F | 0x80, len(LONG) >> 7]) + LONG.encode() + b"\xd2\x01\x00")


@pytest.mark.parametrize(
    "written",
    [
        f"https://l.facebook.com/l.php?u={Q}&h=AT0",
        f"https://lm.facebook.com/l.php?u={Q}",
        f"https://www.facebook.com/flx/warn/?u={Q}",
        f"https://l.instagram.com/?u={Q}&e=AT",
        f"https://l.threads.com/?u={Q}",
        f"https://www.google.com/url?q={Q}&sa=D",
        f"https://www.google.co.uk/url?sa=t&url={Q}",
        f"https://www.google.com.eg/url?url={Q}",
        f"https://www.youtube.com/redirect?event=video&q={Q}",
        f"https://out.reddit.com/t3_abc?url={Q}&token=x",
        f"https://vk.com/away.php?to={Q}",
        f"https://m.vk.com/away?to={Q}",
        f"https://steamcommunity.com/linkfilter/?u={Q}",
        f"https://nam02.safelinks.protection.outlook.com/?url={Q}&data=05%7C01",
        f"https://slack-redir.net/link?url={Q}",
        f"https://t.umblr.com/redirect?z={Q}&t=x",
        f"https://href.li/?{CITED}",
        f"http://{CITED}",
        f"https://medium.com/r/?url={Q}",
        f"https://www.linkedin.com/safety/go?url={Q}",
        f"https://disq.us/url?url={Q}%3AqwertyuiopasdfghjklzxcvbnM&cuid=1",
        f"https://duckduckgo.com/l/?uddg={Q}",
        f"https://www.bing.com/ck/a?!&&u=a1{coded(CITED.encode())}",
        f"https://go.skimresources.com/?id=1&url={Q}",
        f"https://www.awin1.com/cread.php?awinmid=1&ued={Q}",
        f"https://urldefense.proofpoint.com/v2/url?u={'https-3A__example.org_a-3Fb-3D1-26c-3D2'}&d=x",
        "https://urldefense.com/v3/__https://example.org/a*b=1&c=2__;Pw!!abc",
        f"https://substack.com/redirect/2/{coded(json.dumps({'e': CITED, 'p': 1}).encode())}.sig",
        f"https://email.mg.example.net/c/{coded(zlib.compress(b'h=1&l=' + Q.encode() + b'&r=x'))}",
        f"https://e.example.net/e/c/{coded(json.dumps({'email_id': 'x', 'href': CITED}).encode())}/0f0f",
        f"https://abc.r.us-east-1.awstrack.me/L0/{Q}/1/0100018c0a0b0c0d-aaaa-bbbb",
        f"https://tracking.example.net/CL0/{Q}/1/0100018c0a0b0c0d-aaaa-bbbb/sig=1",
        f"https://news.google.com/rss/articles/{GOOGLE_NEWS}?oc=5",
        f"https://web.archive.org/web/20200102030405/{CITED}",
        f"https://web.archive.org/web/20200102030405if_/{CITED}",
        f"https://web.archive.org/web/2020*/{CITED}",
        f"https://web.archive.org/web/*/{CITED}",
        f"http://web.archive.org/web/20200102030405/https:/{CITED.removeprefix('https://')}",
        f"https://arquivo.pt/wayback/20200102030405/{CITED}",
        f"https://archive.ph/20200102030405/{CITED}",
        f"https://archive.today/2020.01.02-030405/{CITED}",
        f"https://archive.is/o/AbCd1/{CITED}",
        f"https://www-example-org.cdn.ampproject.org/c/s/{CITED.removeprefix('https://')}&usqp=mq331&amp_js_v=0.1#aoh=16&referrer=x",
        f"https://www.google.com/amp/s/{CITED.removeprefix('https://')}",
        f"https://cdn.embedly.com/widgets/media.html?src={Q}&url=x",
        # wrappers in wrappers
        f"https://nam02.safelinks.protection.outlook.com/?url={quote(f'https://l.facebook.com/l.php?u={Q}', safe='')}",
        f"https://web.archive.org/web/2020/https://www.google.com/url?q={Q}",
    ],
)
def test_what_is_carried(written):
    assert unwrap(resolve(written)) == CITED


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://web.archive.org/web/20160101000000/example.org/a", "http://example.org/a"),
        ("https://www-example-org.cdn.ampproject.org/v/www.example.org/a?amp_js_v=0.1", "http://www.example.org/a"),
        ("https://urldefense.com/v3/__https://example.org/a**Cb__;Iz8jIw!!x", "https://example.org/a#?##b"),
        (f"https://news.google.com/articles/{GOOGLE_NEWS_LONG}", LONG),
        (
            "https://web.archive.org/web/2020/https://twitter.com/a/status/1549651495053934597",
            "https://twitter.com/a/status/1549651495053934597",
        ),
    ],
)
def test_forms(written, expected):
    assert unwrap(resolve(written)) == expected


@pytest.mark.parametrize(
    "written",
    [
        "https://t.co/AbCdEf", "https://bit.ly/2wzjuc8", "https://lnkd.in/abc", "https://archive.ph/AbCd1", "https://example.org/",
        f"https://example.org/redirect?url={Q}", f"https://twitter.com/intent/tweet?url={Q}", f"https://www.facebook.com/sharer.php?u={Q}",
        f"https://accounts.google.com/ServiceLogin?continue={Q}", f"https://www.google.com/search?q={Q}", f"https://web.archive.org/save/{CITED}",
        "https://archive.org/details/2020/https", f"https://archive.example.org/2020/{CITED}", f"https://notgoogle.com/url?q={Q}",
        f"https://google.com.evil.example/url?q={Q}", "https://l.facebook.com/l.php?u=javascript%3Aalert(1)", "https://l.facebook.com/l.php?u=%2Fhome",
        "https://www.google.com/url?q=cats", "https://l.facebook.com/l.php?u=https%3A%2F%2Flocalhost%2F", "https://substack.com/redirect/2/AAAA",
        "https://email.example.net/c/eJAAAA", "https://news.google.com/articles/CBMi", "https://urldefense.com/v3/__x__;!!", "https://example.org/2019/foo.html",
        "https://medium.com/r/x?url=https://example.org", "https://www.youtube.com/watch?v=abcdefghijk&q=https://example.org",
    ],
)  # fmt: skip
def test_what_carries_nothing(written):
    assert unwrap(resolve(written)) is None


def test_a_ring_ends():
    url = "https://l.facebook.com/l.php?u="
    for _ in range(9):
        url = "https://l.facebook.com/l.php?u=" + quote(url, safe="")
    assert unwrap(resolve(url)) is None or unwrap(resolve(url)).startswith("https://l.facebook.com/")


@settings(max_examples=150)
@given(
    st.text(max_size=60),
    st.sampled_from(
        [
            "https://l.facebook.com/l.php?u=",
            "https://substack.com/redirect/2/",
            "https://email.x.org/c/eJ",
            "https://news.google.com/articles/CBM",
            "https://urldefense.com/v3/__https://a.example/*__;",
            "https://web.archive.org/web/2020/",
            "https://x.cdn.ampproject.org/c/s/",
        ]
    ),
)
def test_whatever_is_carried_is_a_resolved_url_or_nothing(tail, head):
    url = resolve(head + tail)
    found = unwrap(url) if url else None
    assert found is None or resolve(found) == found


def test_long_hostile_urls_are_quick():
    for url in (
        "https://web.archive.org/" + "a/" * 7_000,
        "https://urldefense.com/v3/__https://a.example/" + "*" * 9_000 + "__;" + "A" * 5_000 + "!",
        "https://web.archive.org/web/2020/" + "https://web.archive.org/web/2020/" * 400,
    ):
        unwrap(resolve(url))
