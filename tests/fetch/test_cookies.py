"""Cookies of one capture."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.fetch.cookies import LONGEST, REQUEST, Jar


def header(lines: list[str], url: str, at: str = "https://www.a.test/dir/page") -> bytes | None:
    jar = Jar()
    jar.store(at, tuple(("Set-Cookie", line) for line in lines))
    return jar.header(url)


@pytest.mark.parametrize(
    ("line", "url", "sent"),
    [
        ("a=1", "https://www.a.test/dir/other", b"a=1"),
        ("a=1", "https://www.a.test/elsewhere", None),
        ("a=1; Path=/", "https://www.a.test/elsewhere", b"a=1"),
        ("a=1; Path=/di", "https://www.a.test/dir", None),
        ("a=1; Path=/dir", "https://www.a.test/dir", b"a=1"),
        ("a=1; path=relative", "https://www.a.test/dir/x", b"a=1"),
        ("a=1; Path=/", "https://a.test/", None),
        ("a=1; Path=/", "https://b.www.a.test/", None),
        ("a=1; Path=/; Domain=a.test", "https://b.a.test/", b"a=1"),
        ("a=1; Path=/; Domain=.A.test", "https://a.test/", b"a=1"),
        ("a=1; Path=/; Domain=a.test", "https://nota.test/", None),
        ("a=1; Path=/; Domain=b.test", "https://b.test/", None),
        ("a=1; Path=/; Domain=test", "https://x.test/", None),
        ("a=1; Path=/; Secure", "http://www.a.test/", None),
        ("a=1; Path=/; Max-Age=0", "https://www.a.test/", None),
        ("a=1; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "https://www.a.test/", b"a=1"),
        ("a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "https://www.a.test/", None),
        ("a=1; Path=/; Expires=rubbish", "https://www.a.test/", b"a=1"),
        (" a = b = c ; Path=/", "https://www.a.test/", b"a=b = c"),
        ("novalue; Path=/", "https://www.a.test/", None),
        ("=v; Path=/", "https://www.a.test/", None),
        ("a=\x01; Path=/", "https://www.a.test/", None),
        ("a=" + "x" * LONGEST, "https://www.a.test/dir/", None),
        ("a=\u00e9; Path=/", "https://www.a.test/", b"a=\xe9"),
    ],
)
def test_who_is_told(line: str, url: str, sent: bytes | None):
    assert header([line], url) == sent


def test_a_cookie_set_again_is_replaced_and_can_be_taken_back():
    url = "https://www.a.test/"
    assert header(["a=1; Path=/", "b=2; Path=/", "a=3; Path=/"], url) == b"b=2; a=3"
    assert header(["a=1; Path=/", "a=; Path=/; Max-Age=-1"], url) is None


@settings(max_examples=100)
@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=2000), st.text(max_size=20)), max_size=120))
def test_whatever_is_set_no_control_character_and_no_more_than_the_cap_is_sent(cookies: list[tuple[str, str, str]]):
    sent = header([f"{name}={value}; Path=/; {rest}" for name, value, rest in cookies], "https://www.a.test/") or b""
    assert len(sent) <= REQUEST
    assert not set(sent) & {0, 10, 13}
