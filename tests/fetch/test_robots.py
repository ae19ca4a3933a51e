"""robots.txt by RFC 9309: its own examples, and what hostile files do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.fetch.robots import LIMIT, parse_rules, product_token, robots_target

EXAMPLE = b"""\
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot

"""


def allowed(text: bytes, path: str, product: str = "archiver") -> bool:
    return parse_rules(text, product).decide(f"https://a.test{path}")[0]


@pytest.mark.parametrize(
    ("product", "path", "answer"),
    [
        ("other", "/pic.gif", False),
        ("other", "/pic.gif?x", True),
        ("other", "/example/x", False),
        ("other", "/publications/", True),
        ("foobot", "/example/page.html", True),
        ("foobot", "/example/allowed.gif", True),
        ("foobot", "/", False),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/page.html", False),
        ("bazbot", "/example/", True),
        ("quxbot", "/example/page.html", True),
    ],
)
def test_the_standards_own_example(product: str, path: str, answer: bool):
    assert allowed(EXAMPLE, path, product) is answer


@pytest.mark.parametrize(
    ("rules", "path", "answer"),
    [
        (b"Allow: /p\nDisallow: /", "/page", True),
        (b"Allow: /folder\nDisallow: /folder", "/folder/page", True),
        (b"Allow: /page\nDisallow: /*.htm", "/page.htm", False),
        (b"Allow: /page\nDisallow: /*.ph", "/page.php5", True),
        (b"Allow: /$\nDisallow: /", "/", True),
        (b"Allow: /$\nDisallow: /", "/page.htm", False),
        (b"Disallow: /fish*", "/fishheads/yummy.html", False),
        (b"Disallow: /fish*", "/Fish.asp", True),
        (b"Disallow: /*.php$", "/filename.php?parameters", True),
        (b"Disallow: /*.php$", "/folder/a.php.php", False),
        (b"Disallow: /a*b*c$", "/abc", False),
        (b"Disallow: /a*b*c$", "/ac", True),
        (b"Disallow:", "/any", True),
        (b"Disallow: /foo/bar?baz=https://foo.bar", "/foo/bar?baz=https://foo.bar", False),
        ("Disallow: /مغرب".encode(), "/%D9%85%D8%BA%D8%B1%D8%A8/x", False),
        (b"Disallow: /%D9%85%D8%BA%D8%B1%D8%A8", "/%d9%85%d8%ba%d8%b1%d8%a8/x", False),
        (b"Disallow: /foo/bar/%62%61%7A", "/foo/bar/baz", False),
        (b"Disallow: /a # not this", "/a", False),
        (b"disallow : /a", "/a", False),
        (b"Disallow: /\nUser-agent: other\nDisallow: /x", "/robots.txt", True),
        (b"Crawl-delay: 5\nDisallow: /a", "/a", False),
    ],
)
def test_matching(rules: bytes, path: str, answer: bool):
    assert allowed(b"User-agent: *\n" + rules, path) is answer


def test_groups_of_one_product_are_joined_and_names_have_no_case_nor_version():
    text = b"\xef\xbb\xbfuser-agent: Archiver/2.0\r\nDisallow: /a\r\n\r\nUser-Agent: *\rDisallow: /\n\nUSER-AGENT: archiver\nDisallow: /b"
    assert [allowed(text, path) for path in ("/a", "/b", "/c")] == [False, False, True]
    assert not allowed(text, "/c", "other")


def test_rules_before_any_group_are_nobodys():
    assert allowed(b"Disallow: /\n", "/x")


def test_the_product_is_the_user_agents_first():
    assert product_token("archiver/0.1 (+https://a.test)") == "archiver"
    assert product_token("Mozilla/5.0 x") == "mozilla"
    assert product_token("") == ""


def test_the_file_stands_at_the_root_of_its_origin():
    assert robots_target("http://a.test:8080/x/y?z").url == "http://a.test:8080/robots.txt"


@settings(max_examples=200)
@given(text=st.binary(max_size=400), path=st.text(max_size=40))
def test_whatever_the_file_holds_there_is_a_decision_with_a_reason(text: bytes, path: str):
    url = robots_target("https://a.test/").url.removesuffix("robots.txt") + "x"
    decided, why = parse_rules(b"user-agent: *\n" + text, "archiver").decide(url)
    assert isinstance(decided, bool)
    assert why


@pytest.mark.timeout(20)
def test_a_hostile_pattern_costs_no_time():
    text = b"User-agent: *\nDisallow: /" + b"*a" * 1000 + b"$\n" + b"Disallow: /x\n" * 30_000
    rules = parse_rules(text[:LIMIT], "archiver")
    assert rules.decide("https://a.test/" + "a" * 50_000 + "b")[0]
