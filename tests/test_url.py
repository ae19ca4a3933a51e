"""One parser decides what a URL is; three keys are made from its answer."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from ada_url import URL
from hypothesis import given
from hypothesis import strategies as st

from archiver import url


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("http://Example.ORG", "http://example.org/"),
        ("  https://example.org/a b ", "https://example.org/a%20b"),
        ("http://example.com\\@evil.com/", "http://example.com/@evil.com/"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://①②⑦.⓪.⓪.①/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("https://مثال.إختبار/س", "https://xn--mgbh0fb.xn--kgbechtv/%D8%B3"),
        ("http://a.b/\r\nWARC-Target-URI: http://victim/", "http://a.b/WARC-Target-URI:%20http://victim/"),
        ("http://example.org:80/", "http://example.org/"),
        ("javascript:alert(1)", None),
        ("ftp://example.org/", None),
        ("mailto:a@b.c", None),
        ("http://", None),
        ("http://a b/", None),
        ("", None),
    ],
)
def test_resolve(written, resolved):
    assert url.resolve(written) == resolved


def test_resolve_against_a_base():
    assert url.resolve("../b?c#d", "https://example.org/x/y/z") == "https://example.org/x/b?c#d"
    assert url.resolve("//cdn.example/x", "https://example.org/") == "https://cdn.example/x"
    assert url.resolve("/relative") is None


@pytest.mark.parametrize(
    ("written", "base", "found"),
    [
        (" //example.org/x", None, "https://example.org/x"),
        ("//example.org/x", "http://example.com/", "http://example.org/x"),
        ("/x", None, None),
        ("//", None, None),
    ],
)
def test_an_address_without_scheme_has_the_page_s(written: str, base: str | None, found: str | None):
    assert url.absolute(written, base) == found


def test_canonical_joins_spellings_and_keeps_what_tells_pages_apart():
    same = {
        "https://www.example.org/a/?utm_source=x",
        "http://example.org/a",
        "https://example.org:443/a#top",
        "https://example.org/a?fbclid=1",
    }
    assert {url.canonical(u) for u in map(url.resolve, same) if u} == {"example.org/a"}
    assert url.canonical("https://example.org/a?id=1") != url.canonical("https://example.org/a?id=2")
    assert url.canonical("https://twitter.com/#!/a/status/1") != url.canonical("https://twitter.com/#!/a/status/2")
    assert url.canonical("http://example.org:8080/") != url.canonical("http://example.org/")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("http://www.Example.org/Path/?B=1&a=2#x", "org,example)/path/?b=1&a=2"),
        ("https://example.org:8443/", "org,example:8443)/"),
        ("http://127.0.0.1/x", "127.0.0.1)/x"),
        ("http://[::1]/x", "[::1])/x"),
    ],
)
def test_surt(written, key):
    assert url.surt(url.resolve(written)) == key


def test_a_host_is_matched_by_labels():
    assert url.on_host("m.x.com", "x.com")
    assert not url.on_host("netflix.com", "x.com")


@given(st.text())
def test_nothing_resolved_can_forge_a_header(text):
    for written in (text, "http://example.org/" + text, "https://" + text):
        resolved = url.resolve(written)
        if resolved is not None:
            assert resolved.isascii()
            assert not set(resolved) & set("\r\n\0\t ")
            assert url.resolve(resolved) == resolved


@given(st.text(alphabet="ab.:/?#@[]%&=1 \\~é"), st.sampled_from(["", "http://", "https://a.b/", "//", "/"]))
def test_what_is_taken_apart_by_a_pattern_is_what_the_parser_says(text, before):
    resolved = url.resolve(before + text, "https://base.example/x/y?z")
    if resolved is not None:
        parsed = URL(resolved)
        taken = url.parts(resolved)
        assert (parsed.href, parsed.hostname, parsed.pathname) == (resolved, taken.host, taken.path)
        assert (parsed.search[1:], parsed.hash[1:]) == (taken.query, taken.fragment)


@given(st.lists(st.tuples(st.text(alphabet="ab.~_-", min_size=1), st.text(alphabet="ab.~_-9")), min_size=1))
def test_a_plain_query_is_its_own_key(pairs):
    written = "&".join(f"{key}={value}" for key, value in pairs)
    assert url.canonical(f"https://example.org/?{written}") == f"example.org?{urlencode(pairs)}"
