"""Authority: a timestamp authority asked (RFC 3161 §3.4: the question is POSTed, the answer is DER), over the transport of everything else.

So the guard, `connect_to`, the trust roots, the proxy and the deadline hold for it as for any host. The answer is not recorded: it becomes
part of what it stamps.
"""

from __future__ import annotations

import asyncio
from contextlib import closing

from archiver.config import Network
from archiver.errors import ArchiverError, UsageError
from archiver.fetch.client import httpx
from archiver.fetch.transport import WireTransport
from archiver.url import resolve

MOST = 1 << 20
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


def ask(url: str, question: bytes, network: Network) -> bytes:
    """Return what an authority answers to a TimeStampReq. UsageError for what is no URL; ArchiverError where no timestamp came."""
    where = resolve(url)
    if where is None:
        raise UsageError(f"--timestamp {url}: is no http or https URL of a timestamp authority")
    return asyncio.run(_ask(where, question, network))


async def _ask(url: str, question: bytes, network: Network) -> bytes:
    transport = WireTransport.configured(network)
    headers = {"Content-Type": QUERY, "Accept": REPLY, "User-Agent": network.user_agent}
    try:
        exchange = await transport.exchange(httpx.Request("POST", url, headers=headers, content=question))
    finally:
        await transport.aclose()
    with closing(exchange):
        kind = (exchange.header("Content-Type") or "").partition(";")[0].strip().lower()
        if exchange.error or exchange.status != 200 or kind != REPLY or exchange.body_length > MOST:
            said = exchange.error_text or f"status {exchange.status}, {kind or 'no media type'}"
            raise ArchiverError(f"{url}: gave no timestamp ({said}); try again later, or export without --timestamp")
        return b"".join(exchange.body())
