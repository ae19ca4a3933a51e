"""Webhook: post one message to an address that the operator named, through the same connections as everything else.

The operator's own receiver may stand in a private network, and its name is in the configuration, not in an article: so private addresses
are allowed here, as an address in `connect_to` is. Redirects are not followed: what is signed for one receiver is told to no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import httpx

from archiver.config import Network
from archiver.fetch.fetcher import Transport
from archiver.fetch.transport import WireTransport


async def post(url: str, body: bytes, headers: Mapping[str, str], network: Network, transport: Transport | None = None) -> str | None:
    """Send `body` and return None where the receiver took it (2xx), else what went wrong, in a few words."""
    sender: Transport = transport or WireTransport.configured(replace(network, allow_private_addresses=True))
    request = httpx.Request("POST", url, content=body, headers={**headers, "User-Agent": network.user_agent}, extensions={"url": url})
    try:
        exchange = await sender.exchange(request)
        said = exchange.error_text or exchange.error or f"status {exchange.status}"
        taken = exchange.error is None and exchange.status is not None and exchange.status // 100 == 2
        exchange.close()
    finally:
        await sender.aclose()
    return None if taken else said
