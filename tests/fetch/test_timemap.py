"""TimeMaps and the addresses of copies (RFC 7089), and a rescue that goes by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.citation.platform import State, Target
from archiver.config import Archive
from archiver.fetch import cdx, timemap
from archiver.fetch.fetcher import Fetcher
from archiver.fetch.memento import Rescue, memento_of, rescue
from tests.fetch.simulated import Say, Script, SimulatedClock, network, read, simulate

DEAD = "https://dead.test/story"
# The example of RFC 7089 §5, shortened, with its commas and semicolons where they hurt.
EXAMPLE = """<http://a.example.org>;rel="original",
<http://arxiv.example.net/timemap/http://a.example.org>
 ; rel="self";type="application/link-format"
 ; from="Tue, 20 Jun 2000 18:02:59 GMT"; until="Wed, 09 Apr 2008 20:30:51 GMT",
<http://arxiv.example.net/timegate/http://a.example.org> ; rel="timegate",
<http://arxiv.example.net/web/20000620180259/http://a.example.org>
 ; rel="first memento";datetime="Tue, 20 Jun 2000 18:02:59 GMT"; license="http://creativecommons.org/publicdomain/zero/1.0/",
<http://arxiv.example.net/web/20091027204954/http://a.example.org?a,b;c>
 ; rel="last memento";datetime="Tue, 27 Oct 2009 20:49:54 GMT",
<http://arxiv.example.net/web/20000621011731/http://a.example.org> ; rel=memento; datetime="Wed, 21 Jun 2000 01:17:31 GMT",
<http://arxiv.example.net/web/x/http://a.example.org> ; rel="memento"; datetime="soon",
not a link at all, <javascript:alert(1)>; rel="memento"; datetime="Wed, 21 Jun 2000 01:17:31 GMT"
"""


def test_a_timemap_is_read():
    found = timemap.copies(EXAMPLE, "http://a.example.org/", "arxiv", "id_")
    assert [(one.url, one.moment) for one in found] == [
        ("http://arxiv.example.net/web/20000620180259id_/http://a.example.org", datetime(2000, 6, 20, 18, 2, 59, tzinfo=UTC)),
        ("http://arxiv.example.net/web/20091027204954id_/http://a.example.org?a,b;c", datetime(2009, 10, 27, 20, 49, 54, tzinfo=UTC)),
        ("http://arxiv.example.net/web/20000621011731id_/http://a.example.org", datetime(2000, 6, 21, 1, 17, 31, tzinfo=UTC)),
    ]
    assert timemap.copies(EXAMPLE, "x", "arxiv")[0].url == "http://arxiv.example.net/web/20000620180259/http://a.example.org"
    assert timemap.further(EXAMPLE, "http://arxiv.example.net/timemap/http://a.example.org", None) is None


def test_a_list_of_timemaps_names_the_one_for_the_time():
    written = ", ".join(
        f'<https://m.test/timemap/{year}/x>; rel="timemap"; from="Sat, 01 Jan {year} 00:00:00 GMT"; until="Fri, 31 Dec {year} 23:59:59 GMT"'
        for year in (2021, 2022, 2023)
    )
    at = datetime(2022, 7, 21, tzinfo=UTC)
    assert timemap.further(written, "https://m.test/timemap/x", at) == "https://m.test/timemap/2022/x"
    assert timemap.further(written, "https://m.test/timemap/x", None) == "https://m.test/timemap/2023/x"


@given(text=st.one_of(st.text(), st.from_regex(r"(<[a-z:/]{0,9}>(;\s?(rel|datetime)=\"?[a-z ,]{0,9}\"?){0,3},?){0,9}")))
def test_any_text_is_read_without_an_error(text: str):
    timemap.copies(text, DEAD, "m")
    timemap.further(text, DEAD, None)


@pytest.mark.parametrize(
    ("url", "original", "moment"),
    [
        ("https://web.archive.org/web/20220721101112/https://dead.test/story", DEAD, "2022-07-21T10:11:12"),
        ("https://web.archive.org/web/20220721101112id_/https:/dead.test/story", DEAD, "2022-07-21T10:11:12"),
        ("https://web.archive.org/web/2022/https://dead.test/story", DEAD, "2022-01-01T00:00:00"),
        ("https://arquivo.pt/noFrame/replay/20220721101112id_/https://dead.test/story", DEAD, "2022-07-21T10:11:12"),
        ("https://archive.ph/20220721101112/https://dead.test/story", DEAD, "2022-07-21T10:11:12"),
        ("https://archive.is/2022.07.21-101112/https://dead.test/story", DEAD, "2022-07-21T10:11:12"),
        ("https://archive.today/AbC1d", None, None),
        ("https://archive.md/AbC1d#selection-1.2-3.4", None, None),
    ],
)
def test_addresses_of_copies(url: str, original: str | None, moment: str | None):
    named = timemap.address(url)
    assert named is not None
    assert (named.original, named.moment and named.moment.isoformat()[:19]) == (original, moment)


@pytest.mark.parametrize(
    "url",
    [DEAD, "https://archive.ph/", "https://archive.ph/faq", "https://dead.test/AbC1d", "https://a.test/99999999999999/https://b.test/"],
)
def test_other_addresses_are_none(url: str):
    assert timemap.address(url) is None


def test_what_a_copy_needs_is_asked_of_its_own_time_or_not_at_all():
    picture = "https://dead.test/a.png"
    assert timemap.beside(cdx.memento_url("20220721101112", DEAD), picture) == cdx.memento_url("20220721101112", picture)
    assert timemap.beside("https://arquivo.pt/wayback/20220721101112id_/https://dead.test/", picture) == (
        "https://arquivo.pt/wayback/20220721101112id_/https://dead.test/a.png"
    )
    rewritten = "https://archive.ph/20220721101112/https://dead.test/story"
    assert timemap.beside(rewritten, "https://archive.ph/AbC1d/0123.png") == "https://archive.ph/AbC1d/0123.png"
    assert timemap.beside(rewritten, picture) is None


# Rescue by them.

ARQUIVO = Archive("arquivo.test", timemap="https://arquivo.test/timemap/{url}", raw="id_")
TODAY = Archive("archive.ph", timegate="https://archive.ph/timegate/{url}")
NOTHING = cdx.query(DEAD, filters=("statuscode:200",), collapse="timestamp:8").url
GATE = f"https://web.archive.org/web/{DEAD}"
JULY = cdx.memento_url("20220722000000", DEAD)


def listing(*times: str) -> Say:
    lines = [f'<https://arquivo.test/wayback/{one}/{DEAD}>; rel="memento"; datetime="{_http(one)}"' for one in times]
    return Say(200, ",\n".join([f'<{DEAD}>; rel="original"', *lines]).encode(), (("Content-Type", "application/link-format"),))


def _http(stamp: str) -> str:
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")


def kept(stamp: str, body: bytes = b"the story", status: int = 200) -> dict[str, Say]:
    url = f"https://arquivo.test/wayback/{stamp}id_/{DEAD}"
    return {url: Say(status, body, (("Memento-Datetime", _http(stamp)),))}


def rescued(
    lines: dict[str, Say], *archives: Archive, urls: Sequence[str] = (DEAD,), near: date | None = date(2022, 7, 21)
) -> tuple[Rescue, Script]:
    wire = Script({NOTHING: Say(200, b"[]"), **lines}, SimulatedClock())

    async def work() -> Rescue:
        async with Fetcher(network(attempts=1), wire, clock=wire.clock) as fetcher:
            return await rescue(fetcher, urls, read=read, near=near, archives=archives)

    return simulate(work()), wire


def test_where_the_index_fails_the_timegate_is_asked_for_the_articles_day():
    found, wire = rescued(
        {
            NOTHING: Say(503),
            GATE: Say(302, headers=(("Location", f"https://web.archive.org/web/20220722000000/{DEAD}"),)),
            JULY: Say(200, b"story"),
        }
    )
    assert found.capture is not None
    assert found.capture.memento is not None
    assert found.capture.memento.url == JULY
    asked = next(request for _, request in wire.sent if request.extensions["url"] == GATE)
    assert asked.headers["Accept-Datetime"] == "Thu, 21 Jul 2022 12:00:00 GMT"
    assert [one.target.purpose for one in found.others] == ["cdx", "timegate"]


@pytest.mark.parametrize("said", [Say(429), Say(403, b"AdministrativeAccessControlException")])
def test_an_archive_that_limits_or_refuses_at_one_door_is_not_tried_at_another(said: Say):
    found, wire = rescued({NOTHING: said, GATE: Say(302, headers=(("Location", JULY),)), JULY: Say(200, b"story")})
    assert found.capture is None
    assert wire.urls() == [NOTHING]


def test_the_next_archive_is_asked_by_its_timemap_nearest_first_and_raw():
    lines = {f"https://arquivo.test/timemap/{DEAD}": listing("20190101000000", "20220720000000", "20240101000000")}
    found, wire = rescued(lines | kept("20220720000000"), ARQUIVO)
    assert found.capture is not None
    assert found.capture.memento is not None
    assert (found.capture.memento.archive, found.capture.memento.datetime) == ("arquivo.test", "2022-07-20T00:00:00Z")
    assert found.reason == "copy of 2022-07-20T00:00:00Z in arquivo.test"
    assert len(wire.sent) == 3


def test_an_archived_error_and_an_archive_that_limits_are_no_rescue():
    lines = {f"https://arquivo.test/timemap/{DEAD}": listing("20220720000000", "20220723000000", "20220801000000")}
    copies = kept("20220720000000", status=404) | kept("20220723000000", status=429) | kept("20220801000000")
    found, _ = rescued(lines | copies, ARQUIVO)
    assert found.capture is not None
    assert found.capture.memento is not None
    assert found.capture.memento.datetime == "2022-08-01T00:00:00Z"
    found, _ = rescued(lines | kept("20220720000000", status=429) | kept("20220723000000", status=404), ARQUIVO)
    assert found.capture is None
    assert "web.archive.org has no capture; the copy of 2022-07-20 in arquivo.test is no capture of the page" in found.reason


def test_a_timegate_without_a_raw_form_and_a_copy_with_a_short_code():
    gate = f"https://archive.ph/timegate/{DEAD}"
    there = f"https://archive.ph/20220722101112/{DEAD}"
    headers = (("Memento-Datetime", "Fri, 22 Jul 2022 10:11:12 GMT"), ("Link", f'<{DEAD}>; rel="original"'))
    found, _ = rescued({gate: Say(302, headers=(("Location", there),)), there: Say(200, b"story", headers)}, TODAY)
    assert found.capture is not None
    assert found.capture.memento is not None
    assert (found.capture.memento.archive, found.capture.memento.url) == ("archive.ph", there)
    code = "https://archive.ph/AbC1d"
    found, _ = rescued({gate: Say(302, headers=(("Location", code),)), code: Say(200, b"story", headers)}, TODAY)
    assert found.capture is not None
    assert found.capture.memento is not None
    assert found.capture.memento.url == code


def test_a_timegate_that_knows_nothing_and_one_that_leads_out():
    gate = f"https://archive.ph/timegate/{DEAD}"
    assert rescued({gate: Say(404)}, TODAY)[0].reason == "web.archive.org has no capture; archive.ph: archive.ph answered 404"
    found, _ = rescued({gate: Say(302, headers=(("Location", DEAD),)), DEAD: Say(200, b"a new owner's page")}, TODAY)
    assert found.capture is None


def test_the_copy_that_the_article_cites_comes_first():
    cited = f"https://web.archive.org/web/20220901000000/{DEAD}"
    raw = cdx.memento_url("20220901000000", DEAD)
    found, wire = rescued({raw: Say(200, b"story")}, urls=(DEAD, cited))
    assert found.capture is not None
    assert wire.urls() == [raw]


@pytest.mark.parametrize(("url", "headers", "datetime_"), [
    ("https://archive.ph/AbC1d", (("Memento-Datetime", "Fri, 22 Jul 2022 10:11:12 GMT"),), "2022-07-22T10:11:12Z"),
    ("https://archive.ph/AbC1d", (), None),
    (DEAD, (), None),
])  # fmt: skip
def test_a_cited_copy_is_recognised_by_what_its_archive_says(url: str, headers: tuple[tuple[str, str], ...], datetime_: str | None):
    wire = Script({url: Say(200, b"story", headers)}, SimulatedClock())

    async def work() -> str | None:
        async with Fetcher(network(), wire, clock=wire.clock) as fetcher:
            capture = await fetcher.fetch(Target(url), read=read)
            assert capture.state is State.OK
            found = memento_of(capture)
            return found.datetime if found else None

    assert simulate(work()) == datetime_
