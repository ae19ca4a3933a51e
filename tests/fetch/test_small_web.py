"""The customer's article's hard cases, over TLS against the demonstration's web: a dead domain, a picture's short link, a quoted post."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from difflib import SequenceMatcher

import pytest

from archiver.citation.platform import Post, State, Target
from archiver.embed import web, x
from archiver.fetch.fetcher import Fetcher
from archiver.fetch.memento import rescue
from archiver.fetch.mention import Match, Search, best_candidate, resolve_short, search_posts
from archiver.service.demo import pages
from archiver.service.demo.posts import COHEN, EIDDA
from archiver.service.demo.web import SmallWeb, small_web


@pytest.fixture(scope="module")
def here() -> Iterator[SmallWeb]:
    with small_web() as served:
        yield served


def test_a_page_of_a_dead_domain_is_found_in_the_archive(here: SmallWeb):
    async def work() -> None:
        async with Fetcher(here.config.network) as fetcher:
            gone = await fetcher.fetch(Target(pages.LOST), read=web.read)
            assert gone.state is State.CONNECT_ERROR
            found = await rescue(fetcher, (pages.LOST,), read=web.read, near=date(2022, 7, 21))
            assert found.capture is not None
            assert found.capture.state is State.OK
            assert found.capture.memento is not None
            assert found.capture.memento.datetime == "2022-07-23T10:15:33Z"
            assert found.capture.exchange is not None
            assert b"".join(found.capture.exchange.body()) == pages.LOST_PAGE.encode()

    asyncio.run(work())


def test_the_short_link_of_a_posts_picture_leads_to_the_post(here: SmallWeb):
    async def work() -> None:
        async with Fetcher(here.config.network) as fetcher:
            reference, capture = await resolve_short(fetcher, f"pic.twitter.com/{EIDDA.photo}")
            assert reference is not None
            assert reference.id == str(EIDDA.id)
            assert capture is not None
            assert capture.attempts[0].hops[0].url == f"https://t.co/{EIDDA.photo}"

    asyncio.run(work())


def test_a_post_quoted_by_author_and_day_is_found_by_its_words(here: SmallWeb):
    def score(post: Post) -> tuple[float, str]:
        ratio = SequenceMatcher(None, post.text or "", COHEN.words, autojunk=False).ratio()
        return ratio, f"{ratio:.0%} of the words agree"

    async def work() -> tuple[Search, Match]:
        async with Fetcher(here.config.network) as fetcher:
            found = await search_posts(fetcher, COHEN.handle, COHEN.created.date())
            return found, await best_candidate(fetcher, found.candidates, score)

    found, match = asyncio.run(work())
    assert len(found.candidates) == 5  # of six that week; one copy is older than its post
    assert match.candidate is not None
    assert match.candidate.id == str(COHEN.id)
    assert match.score > 0.95
    assert match.post is not None
    assert x.identify(match.post.url) is not None
    assert match.capture is not None
    assert match.capture.memento is not None
