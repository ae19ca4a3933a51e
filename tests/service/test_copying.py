"""Rescue through the whole program: which copy stands in, what it is compared with, and that the live source stays due."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archiver.config import Archive, Config, Network, PerHost
from archiver.fetch.cdx import FIELDS
from archiver.service.archive import Order, archive
from archiver.service.demo.server import LoopbackServer, page, redirect, running

STORY = "http://paper.test/2022/07/story"
OTHER = Archive("other.test", timemap="http://other.test/timemap/{url}", raw="id_")
WORDS = "<p>The morning ferry left on time and came back on time, and nobody on the quay was surprised.</p>"


class Quiet:
    """A watch that says nothing."""

    def begin(self, title: str, total: int) -> None: ...

    def fetched(self, url: str) -> None: ...

    def settled(self) -> None: ...


def html(title: str, body: str = WORDS) -> str:
    return f"<!doctype html><title>{title}</title>{body}"


def index(*stamps: str) -> bytes:
    rows = [list(FIELDS), *([stamp, STORY, "text/html", "200", stamp] for stamp in stamps)] if stamps else []
    return page(json.dumps(rows), media_type="application/json")


@pytest.fixture
def archived(server: LoopbackServer, server_tls: Callable[..., ssl.SSLContext], ca_bundle: Path, tmp_path: Path) -> Any:
    """Archive an article of 2022-07-21 that cites STORY; routes by host and path, the archive's included."""

    def work(routes: dict[tuple[str, str], Any]) -> dict[str, Any]:
        secure = LoopbackServer(
            routes={key: said for key, said in routes.items() if key[0] == "web.archive.org"}, tls=server_tls("web.archive.org")
        )
        server.routes |= {key: said for key, said in routes.items() if key[0] != "web.archive.org"}
        (tmp_path / "a.html").write_text(
            f'<!doctype html><title>A</title><meta property="article:published_time" content="2022-07-21"><article><p><a href="{STORY}">x</a></article>'
        )
        with running(secure):
            to = {"*:80": f"127.0.0.1:{server.port}", "*:443": f"127.0.0.1:{secure.port}"}
            network = Network(attempts=1, per_host=PerHost(4, 0.0), deadline=20, ca_bundle=str(ca_bundle), connect_to=to)
            order, config = Order(str(tmp_path / "a.html")), Config(network=network, archive=(OTHER,))
            done = asyncio.run(archive(order, tmp_path / "snapshots", config, Quiet()))
        (citation,) = done.manifest["citations"]
        found: dict[str, Any] = citation
        return found

    return work


def copy(stamp: str, said: bytes) -> dict[tuple[str, str], bytes]:
    return {("web.archive.org", f"/web/{stamp}id_/{STORY}"): said}


def test_a_rescued_source_that_only_failed_stays_due(archived: Any) -> None:
    found = archived(
        {
            ("paper.test", "/2022/07/story"): page(html("Busy"), "503 Service Unavailable"),
            ("web.archive.org", "/cdx/search/cdx"): index("20190101000000", "20220724000000"),
        }
        | copy("20220724000000", page(html("The ferry")))
    )
    assert (found["outcome"], found["state"]) == ("captured", "server_error")
    assert found["next_attempt"] is not None
    assert found["tries"]["runs"] == 1
    (memento,) = [one for one in found["captures"] if one["memento"]]
    assert memento["memento"]["datetime"] == "2022-07-24T00:00:00Z"
    assert memento["notes"]["compared"] == (
        "taken 3 days after 2022-07-21; in the place of a live answer that was server_error with status 503; "
        "its title is 'The ferry', the live page's 'Busy'"
    )


def test_errors_walls_and_limits_are_no_rescue_and_the_next_archive_is_asked(archived: Any) -> None:
    kept = f"/wayback/20220801000000id_/{STORY}"
    link = f'<http://other.test{kept.replace("id_", "")}>; rel="memento"; datetime="Mon, 01 Aug 2022 00:00:00 GMT"'
    found = archived(
        {
            ("paper.test", "/2022/07/story"): page("", "404 Not Found"),
            ("web.archive.org", "/cdx/search/cdx"): index("20220720000000", "20220722000000", "20220723000000"),
            ("other.test", f"/timemap/{STORY}"): page(link, media_type="application/link-format"),
            ("other.test", kept): page(
                html("The ferry", WORDS + "<img src='/a.png'>"), headers=[("Memento-Datetime", "Mon, 01 Aug 2022 00:00:00 GMT")]
            ),
            ("other.test", "/wayback/20220801000000id_/http://paper.test/a.png"): page(b"\x89PNG", media_type="image/png"),
        }
        | copy("20220720000000", page("", "404 Not Found"))
        | copy("20220722000000", page(html("Log in", "<form><input type=password></form>")))
        | copy("20220723000000", redirect("https://web.archive.org/web/20220723000000id_/http://paper.test/"))
        | {("web.archive.org", "/web/20220723000000id_/http://paper.test/"): page(html("The Paper"))}
    )
    assert (found["outcome"], found["state"], found["next_attempt"]) == ("captured", "not_found", None)
    assert "copy of 2022-08-01T00:00:00Z in other.test" in found["reason"]
    states = {one["url"].partition("/web/")[2][:8]: one["state"] for one in found["captures"] if "/web/2022" in one["url"]}
    assert states == {"20220720": "not_found", "20220722": "login_wall", "20220723": "soft_404"}
    (picture,) = [one for one in found["captures"] if one["purpose"] == "image"]
    assert picture["url"] == "http://other.test/wayback/20220801000000id_/http://paper.test/a.png"
    assert picture["state"] == "ok"


def test_where_no_archive_has_it_every_archive_is_named(archived: Any) -> None:
    found = archived({("paper.test", "/2022/07/story"): page("", "410 Gone"), ("web.archive.org", "/cdx/search/cdx"): index()})
    assert (found["outcome"], found["state"]) == ("unavailable", "gone")
    assert found["reason"] == "status 410; web.archive.org has no capture; other.test: other.test answered 404"
