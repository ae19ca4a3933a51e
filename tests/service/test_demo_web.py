"""The small web plays what its table says: checked from outside, with a client that is not ours."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from archiver.config import load
from archiver.embed.x.snowflake import day_range, snowflake_time
from archiver.service.demo import ARTICLE, SCENES, SmallWeb, pages, posts, small_web

CDX = "https://web.archive.org/cdx/search/cdx?output=json&url="


class Visitor:
    """A client that goes where `connect_to` says, and nowhere else."""

    def __init__(self, web: SmallWeb) -> None:
        self.web = web
        self.client = httpx.Client(verify=ssl.create_default_context(cafile=web.config.network.ca_bundle), trust_env=False)

    def get(self, url: str) -> httpx.Response:
        asked = httpx.URL(url)
        port = 443 if asked.scheme == "https" else 80
        pairs = self.web.config.network.connect_to
        address, _, number = pairs.get(f"{asked.host}:{port}", pairs[f"*:{port}"]).rpartition(":")
        where = asked.copy_with(host=address, port=int(number))
        return self.client.get(where, headers={"Host": asked.host}, extensions={"sni_hostname": asked.host})

    def index(self, query: str) -> list[list[str]]:
        return json.loads(self.get(CDX + query).content)


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    with small_web() as web:
        visit = Visitor(web)
        with visit.client:
            yield visit


def test_configuration_as_text_says_the_same(visitor: Visitor, tmp_path: Path) -> None:
    (tmp_path / "archiver.toml").write_text(visitor.web.toml())
    assert load(tmp_path / "archiver.toml") == visitor.web.config


def test_every_scene_is_cited_by_the_article() -> None:
    text = ARTICLE.read_text(encoding="utf8")
    for scene in SCENES:
        assert scene.url in text or f"(@{scene.url.split('/')[3]})" in text, scene.title


def test_living_post_is_told_and_shown(visitor: Visitor) -> None:
    told = visitor.get("https://cdn.syndication.twimg.com/tweet-result?id=1549651495053934597&lang=en&token=x").json()
    assert (told["__typename"], told["user"]["screen_name"], told["created_at"]) == ("Tweet", "CaptainElla1", "2022-07-20T07:04:42.000Z")
    for part in told["entities"]["urls"] + told["mediaDetails"]:
        assert told["text"][slice(*part["indices"])] == part["url"]
    picture = visitor.get(told["mediaDetails"][0]["media_url_https"] + "?format=png&name=orig")
    assert (picture.headers["content-type"], picture.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert visitor.get(f"https://publish.x.com/oembed?url={quote(posts.ELLA.url)}").json()["author_name"] == "Captain Ella كابتن إيلا"
    assert visitor.get("https://t.co/Q7rsMqPRZr").headers["location"] == "https://www.small-web.test/visit"


def test_deleted_post_is_known_to_the_short_link_and_the_archive_alone(visitor: Visitor) -> None:
    assert visitor.get("https://t.co/eeBERzE2Dr").headers["location"] == f"{posts.EIDDA.url}/photo/1"
    assert visitor.get(f"https://cdn.syndication.twimg.com/tweet-result?id={posts.EIDDA.id}").status_code == 404
    assert visitor.get(f"https://publish.x.com/oembed?url={quote(posts.EIDDA.url)}").status_code == 404
    (names, row) = visitor.index(f"{posts.EIDDA.url}*")
    kept = dict(zip(names, row, strict=True))
    memento = visitor.get(f"https://web.archive.org/web/{kept['timestamp']}id_/{kept['original']}")
    assert memento.headers["memento-datetime"] == "Tue, 19 Jul 2022 18:31:02 GMT"
    assert memento.json()["data"]["text"] == posts.EIDDA.text


def test_candidates_of_a_day_come_by_prefix_and_one_has_the_words(visitor: Visitor) -> None:
    query = "twitter.com/Cohen_Marganit/status/1549*&fl=original,timestamp&filter=statuscode:200&collapse=urlkey"
    names, *rows = visitor.index(query)
    assert names == ["original", "timestamp"]
    numbers = {int(row[0].split("/")[5].partition("?")[0]) for row in rows}
    low, high = day_range(posts.COHEN.created.date())
    assert posts.COHEN.id in numbers
    assert len(numbers) == 6
    assert len([number for number in numbers if low <= number < high]) == 5
    assert visitor.index("x.com/cohen_marganit/status/1549*") == []


def test_index_filters_by_time_field_and_count(visitor: Visitor) -> None:
    everything = "twitter.com/cohen_marganit/status/1549*&fl=timestamp"
    times = [row[0] for row in visitor.index(everything)[1:]]
    assert visitor.index(f"{everything}&from=20220722")[1:] == [["20220722140009"]]
    assert visitor.index(f"{everything}&limit=2")[1:] == [[time] for time in times[:2]]
    assert visitor.index(f"{everything}&limit=-1")[1:] == [[times[-1]]]
    assert visitor.index(f"{everything}&filter=!mimetype:application/json") == []


def test_flaky_page_asks_for_patience_once_and_is_whole_then(visitor: Visitor) -> None:
    first, second = visitor.get(pages.BBC), visitor.get(pages.BBC)
    assert (first.status_code, first.headers["retry-after"], second.status_code) == (503, "1", 200)
    for host, path in pages.routes():
        assert visitor.get(f"https://{host}{path}").status_code in (200, 301)


def test_dead_domain_refuses_connections_and_the_archive_leads_to_its_capture(visitor: Visitor) -> None:
    with pytest.raises(httpx.ConnectError):
        visitor.get(pages.LOST)
    led = visitor.get(f"https://web.archive.org/web/2022id_/{pages.LOST}").headers["location"]
    assert "500 مليون" in visitor.get(led).text
    assert visitor.get(f"https://web.archive.org/web/2022id_/{pages.BBC}").status_code == 404


def test_anything_else_is_not_there_and_all_is_written_down(visitor: Visitor) -> None:
    assert visitor.get("http://nowhere.example/").status_code == 404
    assert [(line.host, line.path) for line in visitor.web.log] == [("nowhere.example", "/")]


def test_media_keys_were_given_before_their_posts() -> None:
    for tweet in posts.TWEETS:
        posted = snowflake_time(str(tweet.id))
        uploaded = snowflake_time(str(int.from_bytes(base64.urlsafe_b64decode(tweet.media_key + "=")[:8], "big")))
        assert posted
        assert uploaded
        assert 0 < (posted - uploaded).total_seconds() < 75
