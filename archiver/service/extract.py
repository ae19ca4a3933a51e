"""Extract: what an article cites, without archiving it."""

from __future__ import annotations

from typing import Any

from archiver.article.article import Article
from archiver.citation.document import citations_document
from archiver.config import Config
from archiver.fetch.fetcher import Fetcher
from archiver.service.reader import Received, read_received
from archiver.service.source import fetched, named, opened


async def extract_source(
    name: str, config: Config, *, base_url: str | None = None, media_type: str | None = None
) -> tuple[Article, dict[str, Any]]:
    """Return the article that `name` leads to and its citation document."""
    article, citations = await read_received(await receive(name, config, base_url=base_url, media_type=media_type))
    return article, citations_document(article, citations)


async def receive(name: str, config: Config, *, base_url: str | None = None, media_type: str | None = None) -> Received:
    """Return the bytes that `name` leads to. Only a URL needs the network, and nothing of it is kept."""
    source = named(name)
    if source.url is None:
        return opened(source, base_url=base_url, media_type=media_type)
    async with Fetcher(config.network) as fetcher:
        received, capture = await fetched(source, fetcher, base_url=base_url, media_type=media_type)
        capture.close()
    return received
