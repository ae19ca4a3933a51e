"""TimeGate, TimeMaps, mementos and the CDX endpoint. `benchmarks.replay` asks pywb the same questions over the same records."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from tests.replay.archived import Said, archive, png
from tests.replay.serving import Replay, replaying

URL, PART, OLD, DATA, GONE = (
    "http://example.com/", "http://example.com/a.png", "http://www.example.com/old", "https://sub.example.com/data?b=2&a=1", "https://sub.example.com/gone",
)  # fmt: skip
TIMES = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC), datetime(2026, 7, 1, 12, tzinfo=UTC))
DATES = ("Thu, 01 Jan 2026 00:00:00 GMT", "Tue, 03 Feb 2026 04:05:06 GMT", "Wed, 01 Jul 2026 12:00:00 GMT")
BIG = bytes(range(256)) * 20_000
STRANGE = (
    ("Content-Encoding", "gzip"),
    ("Set-Cookie", "a=b"),
    ("Refresh", "0;url=http://evil.test/"),
    ("Clear-Site-Data", '"*"'),
    ("X-Odd", "caf\xe9"),
)


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    store = tmp_path_factory.mktemp("store")
    for number, when in enumerate(TIMES):
        page = Said(gzip.compress(f"<h1>version {number}</h1>".encode(), mtime=0), headers=STRANGE)
        archive(store, {
            URL: {URL: page, PART: Said(png(), "image/png")},
            OLD: {OLD: Said("", status="301 Moved Permanently", headers=(("Location", "/"),))},
            DATA: {DATA: Said(json.dumps({"version": number}), "application/json")},
            GONE: {GONE: Said("no", status="404 Not Found")},
            "http://example.com/film": {"http://example.com/film": Said(BIG, "video/mp4")},
        }, started=when)  # fmt: skip
    with replaying(store) as running:
        yield running


def links(value: str) -> list[tuple[str, dict[str, str]]]:
    """Read a Link header or a TimeMap."""
    found = re.findall(r'<([^>]*)>((?:;\s*\w+="[^"]*")*)', value)
    return [(url, dict(re.findall(r'(\w+)="([^"]*)"', rest))) for url, rest in found]


def related(value: str, relation: str) -> list[str]:
    return [url for url, said in links(value) if relation in said["rel"].split()]


def test_timemap_lists_every_memento_once(replay: Replay) -> None:
    answer = replay.get(f"/timemap/link/{URL}")
    assert answer.headers["content-type"].startswith("application/link-format")
    here = f"http://localhost:{replay.port}"
    (own, said), *rest = links(answer.text)
    assert (own, said["rel"], said["from"], said["until"]) == (f"{here}/timemap/link/{URL}", "self", DATES[0], DATES[2])
    assert related(answer.text, "timegate") == [f"{here}/web/{URL}"]
    assert related(answer.text, "original") == [URL]
    mementos = [(url, said["datetime"]) for url, said in rest if said["rel"] == "memento"]
    assert mementos == [(f"{here}/web/{when:%Y%m%d%H%M%S}id_/{URL}", date) for when, date in zip(TIMES, DATES, strict=True)]
    for url, date in mementos:
        assert replay.follow(url).headers["memento-datetime"] == date


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        (None, 2), ("Thu, 01 Jan 1998 00:00:00 GMT", 0), ("Thu, 01 Jan 2026 00:00:00 GMT", 0), ("Sat, 10 Jan 2026 00:00:00 GMT", 0),
        ("Sat, 31 Jan 2026 00:00:00 GMT", 1), ("Tue, 03 Mar 2026 00:00:00 GMT", 1), ("Mon, 01 Jun 2026 00:00:00 GMT", 2), ("Fri, 01 Jan 2100 00:00:00 GMT", 2),
    ],
)  # fmt: skip
def test_timegate_leads_to_the_nearest(replay: Replay, asked: str | None, chosen: int) -> None:
    answer = replay.get(f"/web/{URL}", **({"Accept-Datetime": asked} if asked else {}))
    assert answer.status == 302
    assert answer.headers["vary"] == "accept-datetime"
    assert "memento-datetime" not in answer.headers
    assert related(answer.headers["link"], "memento").count(answer.headers["location"]) == 1
    assert [said["datetime"] for url, said in links(answer.headers["link"]) if url == answer.headers["location"]] == [DATES[chosen]]
    first, last = (related(answer.headers["link"], relation) for relation in ("first", "last"))
    assert [url.partition("/web/")[2][:14] for url in (*first, *last)] == ["20260101000000", "20260701120000"]
    assert replay.follow(answer.headers["location"]).headers["memento-datetime"] == DATES[chosen]


def test_timegate_says_what_no_date_is(replay: Replay) -> None:
    assert replay.get(f"/web/{URL}", Accept_Datetime="yesterday").status == 400


@pytest.mark.parametrize(
    ("digits", "chosen"), [("2025", 0), ("202601", 1), ("20260101", 0), ("2026020304", 1), ("2026", 2), ("99999999999999", 2)]
)
def test_memento_is_the_record_as_it_is_stored(replay: Replay, digits: str, chosen: int) -> None:
    answer = replay.get(f"/web/{digits}id_/{URL}")
    assert (answer.status, answer.headers["memento-datetime"]) == (200, DATES[chosen])
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == f"<h1>version {chosen}</h1>".encode()
    assert answer.headers["content-location"].endswith(f"/web/{TIMES[chosen]:%Y%m%d%H%M%S}id_/{URL}")
    assert related(answer.headers["link"], "original") == [URL]


def test_memento_says_nothing_that_a_browser_obeys(replay: Replay) -> None:
    headers = replay.get(f"/web/2026id_/{URL}").headers
    assert not {"set-cookie", "refresh", "clear-site-data"} & headers.keys()
    assert headers["x-archive-orig-refresh"] == "0;url=http://evil.test/"
    assert headers["x-archive-orig-x-odd"] == "caf\xe9"
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize("destination", ["document", "iframe", "object", "embed"])
def test_a_person_is_sent_to_the_dashboard(replay: Replay, destination: str) -> None:
    answer = replay.get(f"/web/2026id_/{DATA}", Sec_Fetch_Site="same-origin", Sec_Fetch_Dest=destination)
    assert (answer.status, answer.headers["location"]) == (303, f"/url?url={quote(DATA, safe='')}")
    assert replay.get(answer.headers["location"]).status == 200


def test_a_redirect_leads_on_within_the_archive(replay: Replay) -> None:
    answer = replay.get(f"/web/20260101000000id_/{OLD}")
    assert answer.status == 301
    assert answer.headers["x-archive-orig-location"] == "/"
    assert replay.follow(answer.headers["location"]).headers["memento-datetime"] == DATES[0]


def test_whatever_was_answered_is_a_memento_and_nothing_else(replay: Replay) -> None:
    gone = replay.get(f"/web/2026id_/{GONE}")
    assert (gone.status, gone.text, gone.headers["memento-datetime"]) == (404, "no", DATES[2])
    nothing = replay.get("/web/2026id_/http://nothing.test/")
    assert nothing.status == 404
    assert "memento-datetime" not in nothing.headers
    assert replay.get("/timemap/link/http://nothing.test/").status == 404
    assert replay.get("/timemap/html/http://example.com/").status == 404
    assert replay.get("/web/2026id_/http://example.com/film").body == BIG
    assert replay.get(f"/web/2026id_/{DATA}").text == '{"version": 2}'
    assert replay.get("/web/2026id_/http:/example.com/").status == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"url={quote(URL, safe='')}", 3), ("url=example.com", 3), ("url=example.com/*", 12), ("url=example.com/a*", 3), ("url=example.com&matchType=prefix", 12),
        ("url=example.com&matchType=host", 12), ("url=example.com&matchType=domain", 18), ("url=*.example.com", 18), ("url=nothing.test", 0),
        ("url=example.com&from=2026&to=202601", 1), ("url=example.com&from=20260203040506", 2), ("url=example.com&to=20260203040506", 2),
        ("url=*.example.com&filter=mime:image", 1), ("url=*.example.com&filter=!mime:warc", 14), ("url=*.example.com&filter==status:404", 3),
        ("url=*.example.com&filter=~statuscode:[34]..", 6), ("url=*.example.com&filter=!~mimetype:text/.*&filter==status:200", 9),
        ("url=example.com/*&limit=2", 2), ("url=example.com&sort=reverse&limit=1", 1), (f"url={quote(DATA, safe='')}", 3),
    ],
)  # fmt: skip
def test_index_is_searched(replay: Replay, query: str, found: int) -> None:
    answer = replay.get(f"/cdx?{query}&output=json")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert len(lines) == found
    for line in lines:
        assert line.keys() >= {"urlkey", "timestamp", "url", "mime", "status", "length", "offset", "filename"}
        assert ":" not in line["digest"]


@pytest.mark.parametrize("written", [quote(URL, safe=""), "http:%2F%2Fexample.com%2F", "2026id_/http%3a%2f%2fexample.com"])
def test_a_url_that_was_escaped_as_a_whole_is_meant(replay: Replay, written: str) -> None:
    answer = replay.get(f"/web/{written}")
    assert (answer.status, related(answer.headers["link"], "original")) == (200 if "id_" in written else 302, [URL])


def test_index_tells_the_nearest_by_time(replay: Replay) -> None:
    """By their digits the 3rd of February is nearer to the end of 2025 than its next second is."""
    nearest = replay.get("/cdx?url=example.com&fl=timestamp&output=text&sort=closest&closest=20251231235959").text.split()
    assert nearest == ["20260101000000", "20260203040506", "20260701120000"]
    later = replay.get("/cdx?url=example.com&fl=timestamp&output=text&sort=closest&closest=20260420").text.split()
    assert later[0] == "20260701120000"  # 72 days and a half; February's is 76 away, and by its digits 217 to 281


def test_index_is_collapsed(replay: Replay) -> None:
    def stamps(query: str) -> list[str]:
        return replay.get(f"/cdx?url=example.com&fl=timestamp&output=text&{query}").text.split()

    assert stamps("collapse=timestamp:4") == ["20260101000000"]
    assert stamps("collapse=timestamp:6") == stamps("collapse=timestamp") == stamps("")
    assert stamps("collapse=urlkey&sort=reverse") == ["20260701120000"]
    assert len(replay.get("/cdx?url=*.example.com&collapse=urlkey&output=json").text.splitlines()) == 6
    assert len(replay.get("/cdx?url=*.example.com&collapse=statuscode&collapse=urlkey&limit=2").text.splitlines()) == 2


def test_index_is_sorted_and_written_as_asked(replay: Replay) -> None:
    stamps = [f"{when:%Y%m%d%H%M%S}" for when in TIMES]
    assert replay.get("/cdx?url=example.com&fl=timestamp&output=text").text.split() == stamps
    assert replay.get("/cdx?url=example.com&fl=timestamp&output=text&sort=reverse").text.split() == stamps[::-1]
    assert replay.get("/cdx?url=example.com&fl=timestamp&output=text&sort=closest&closest=20260203").text.split()[0] == stamps[1]
    assert (
        replay.get("/cdx?url=example.com&fl=original,statuscode&output=json&limit=1").text
        == '{"original": "http://example.com/", "statuscode": "200"}\n'
    )
    assert replay.get("/cdx?url=example.com&limit=1").text.startswith('com,example)/ 20260101000000 {"url": ')


@pytest.mark.parametrize(
    "query",
    ["", "url=", "url=a.test&matchType=near", "url=a.test&from=x", "url=a.test&limit=-1", "url=a.test&filter=status", "url=a.test&filter=~mime:(",
     "url=a.test&filter=~mime:(a%2B)%2B", "url=a.test&output=xml", "url=a.test&sort=up", "url=a.test&filter=~mime:a{99999999999999}",
     "url=a.test&filter=~mime:" + "(" * 3000 + ")" * 3000, "url=a.test&filter=~mime:(a|a)*b", "url=a.test&filter=~mime:((a|a))*b",
     "url=a.test&filter=~mime:(?:a?){30}a{30}", "url=a.test&filter=~url:.*.*.*.*x", "url=a.test&filter=~url:((a*)a)*b",
     "url=a.test&filter=~url:" + "(a|a)" * 30, "url=a.test&filter=~url:" + "a?" * 30, "url=a.test&filter=~url:[[:alpha:]]",
     "url=a.test&filter=~url:(?%23[)(a*)*(?%23])", "url=a.test&filter=~url:(?x)%23[%0A(a*)*%23]", "url=a.test&filter=nothing:1", "url=a.test&fl=url,nothing", "url=a.test&collapse=nothing",
     "url=a.test&collapse=timestamp:x", "url=a.test&page=1", "url=a.test&showNumPages=true", "url=a.test&resumeKey=x"],
)  # fmt: skip
def test_index_says_what_it_does_not_understand(replay: Replay, query: str) -> None:
    answer = replay.get(f"/cdx?{query}")
    assert answer.status == 400
    message = json.loads(answer.text)["message"]
    assert message
    assert "\n" not in message


def test_a_line_break_in_an_address_ends_no_header(replay: Replay) -> None:
    answer = replay.get("/web/2026id_/http://example.com/%0d%0aSet-Cookie:a=b")
    assert answer.status == 404
    assert "set-cookie" not in answer.headers
