"""Every kind of page, through the whole program in one process: outcome, state and evidence of each, n of n; nothing false is captured."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archiver.citation.platform import State
from archiver.config import Browser, Config, Network, PerHost
from archiver.service.archive import Order, archive
from archiver.service.demo.server import Answer, LoopbackServer, Request, page, running
from tests.service.page_scenes import GOOD, HOST, SCENES


class Quiet:
    """A watch that says nothing."""

    def begin(self, title: str, total: int) -> None: ...

    def fetched(self, url: str) -> None: ...

    def settled(self) -> None: ...


def own(answer: Answer, host: str) -> Answer:
    """Return an answer with the scene's own host in place of HOST."""
    return answer.replace(HOST.encode(), host.encode()) if isinstance(answer, bytes) and b"Content-Type: text/html" in answer else answer


def place(number: int) -> str:
    # As long as HOST, so that Content-Length stays true.
    return f"sc{number:03}.test"


def url(number: int) -> str:
    return f"http://{place(number)}{next(iter(SCENES[number].answers))}"


@pytest.fixture(scope="module")
def played(server_tls: Callable[..., ssl.SSLContext], ca_bundle: Path) -> Iterator[tuple[LoopbackServer, Config]]:
    plain, secure = LoopbackServer(), LoopbackServer(tls=server_tls("web.archive.org"))
    secure.routes["web.archive.org", "/cdx/search/cdx"] = page(b"[]", media_type="application/json")
    fallbacks: dict[str, Answer] = {"www.hugedomains.com": page("<!doctype html><title>Sale</title><p>For sale, and has been for long")}
    for number, scene in enumerate(SCENES):
        plain.routes |= {(place(number), path): own(answer, place(number)) for path, answer in scene.answers.items()}
        if scene.fallback is not None:
            fallbacks[place(number)] = scene.fallback
    nothing = page(b"no such page here\n", "404 Not Found", "text/plain")

    def fallback(request: Request) -> Answer:
        return fallbacks.get(request.host, nothing)

    plain.fallback = fallback
    with running(plain, secure):
        network = Network(
            attempts=1,
            per_host=PerHost(8, 0.0),
            deadline=20,
            ca_bundle=str(ca_bundle),
            connect_to={"*:80": f"127.0.0.1:{plain.port}", "*:443": f"127.0.0.1:{secure.port}"},
        )
        yield plain, Config(network=network, browser=Browser(tier="http"))


@pytest.fixture(scope="module")
def citations(played: tuple[LoopbackServer, Config], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("pages")
    links = "".join(f'<p>{scene.title}: <a href="{url(number)}">here</a></p>' for number, scene in enumerate(SCENES))
    (folder / "article.html").write_text(f"<!doctype html><title>Pages</title><article>{links}</article>")
    done = asyncio.run(archive(Order(str(folder / "article.html")), folder / "snapshots", played[1], Quiet()))
    return {one["url"]: one for one in done.manifest["citations"]}


@pytest.mark.parametrize("number", range(len(SCENES)), ids=lambda number: SCENES[number].title)
def test_page(number: int, citations: dict[str, dict[str, Any]]) -> None:
    scene, found = SCENES[number], citations[url(number)]
    assert (found["outcome"], found["state"]) == (scene.outcome, scene.state), found["reason"]
    assert scene.evidence in found["reason"]


def test_nothing_false_is_captured(citations: dict[str, dict[str, Any]]) -> None:
    false = [scene.title for n, scene in enumerate(SCENES) if scene not in GOOD and citations[url(n)]["outcome"] == "captured"]
    right = sum((citations[url(n)]["outcome"], citations[url(n)]["state"]) == (one.outcome, one.state) for n, one in enumerate(SCENES))
    print(f"{right} of {len(SCENES)} page scenes right, {len(false)} false captured")
    assert false == []


def test_each_host_is_asked_once_at_most_for_what_cannot_exist(
    played: tuple[LoopbackServer, Config], citations: dict[str, dict[str, Any]]
) -> None:
    asked = Counter(line.host for line in played[0].log if "no-such-" in line.request.target)
    assert asked
    assert set(asked.values()) == {1}
    articles = {place(n) for n, scene in enumerate(SCENES) if scene.title in ("an article", "a PDF", "a login wall by redirect")}
    assert not articles & set(asked)
    kept = [one for citation in citations.values() for one in citation["captures"] if one["purpose"] == "probe"]
    assert len(kept) == len(asked)
    assert all(one["records"] and one["role"] == "requisite" and not one["proof"] for one in kept)


def test_what_is_no_page_is_kept_as_it_is(citations: dict[str, dict[str, Any]]) -> None:
    kinds = {"/report.pdf": "application/pdf", "/a.png": "image/png", "/a.mp3": "audio/mpeg", "/a.mp4": "video/mp4"}
    for number, scene in enumerate(SCENES):
        path = next(iter(scene.answers))
        if scene in GOOD and path in kinds:
            (capture,) = [one for one in citations[url(number)]["captures"] if one["role"] == "seed"]
            assert (capture["media_type"], capture["truncated"], capture["page"]) == (kinds[path], None, None)


def test_a_page_says_in_the_manifest_what_it_is(played: tuple[LoopbackServer, Config], tmp_path: Path) -> None:
    server, config = played
    server.routes["facts.test", "/a"] = page(
        "<!doctype html><html lang=ar><title>عبّارتان</title><link rel=canonical href='/b'><meta property='og:title' content='Ferries'>"
        "<meta property='og:image' content='/a.png'><meta name=author content='هند'><meta property='article:modified_time' content='2022-07-22T01:00:00Z'>"
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "H", "datePublished": "2022-07-21", "secret": 1}]}</script>'
        "<body><p>وصلت العبّارة إلى الرصيف صباح اليوم في موعدها تمامًا.</p><my-chart></my-chart><img alt='x'>"
    )
    done = asyncio.run(archive(Order("capture", urls=("http://facts.test/a",)), tmp_path, config, Quiet()))
    told = done.manifest["citations"][0]["captures"][0]["page"]
    assert {key: told[key] for key in ("title", "canonical", "author", "published", "modified", "language")} == {
        "title": "عبّارتان", "canonical": "/b", "author": "هند", "published": "2022-07-21", "modified": "2022-07-22", "language": "ar",
    }  # fmt: skip
    assert told["open_graph"] == {"og:title": "Ferries", "og:image": "/a.png", "article:modified_time": "2022-07-22T01:00:00Z"}
    assert told["json_ld"] == [{"@type": "NewsArticle", "headline": "H", "datePublished": "2022-07-21"}]
    assert told["scripted"] == "1 empty elements of the page's own (my-chart); 1 pictures without an address"


def test_citations_of_one_host_share_the_probe(played: tuple[LoopbackServer, Config], tmp_path: Path) -> None:
    server, config = played
    body = page("<!doctype html><title>Post</title><p>Nothing here, and nothing there, and nothing anywhere else either.")
    server.routes |= {("shared.test", f"/quay/{n}"): body for n in range(5)}
    server.fallback, before = (lambda request, other=server.fallback: body if request.host == "shared.test" else other), server.fallback
    try:
        done = asyncio.run(
            archive(Order("capture", urls=tuple(f"http://shared.test/quay/{n}" for n in range(5))), tmp_path, config, Quiet())
        )
    finally:
        server.fallback = before
    assert [one["state"] for one in done.manifest["citations"]] == [State.SOFT_404] * 5
    assert len([line for line in server.log if line.host == "shared.test" and "no-such-" in line.path]) == 1
    assert all(sum(one["purpose"] == "probe" for one in citation["captures"]) == 1 for citation in done.manifest["citations"])
