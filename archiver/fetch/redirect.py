"""Redirect: where an answer sends its reader. Pure; the following is the fetcher's.

A Location may hold raw UTF-8 or Latin-1 bytes: browsers read UTF-8 where it is that. It is resolved by the one URL parser against the URL
it was sent for, and inherits that URL's fragment where it has none (RFC 9110 §10.2.2). A target that is no web address is refused by
name, so that `file:` and `javascript:` are findings; what is no URL at all is unreadable. 300 and 304 name no one place to go to.
"""

from __future__ import annotations

from dataclasses import dataclass

from archiver.citation.platform import State
from archiver.fetch.exchange import Exchange
from archiver.url import resolve, scheme

REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a redirect leads: a resolved URL, or the state that says why it leads nowhere."""

    url: str | None
    error: State | None = None


def location(exchange: Exchange, url: str) -> Onward | None:
    """Return where an exchange redirects to, as seen from `url` (with its fragment); None where it does not redirect."""
    written = exchange.header("Location") if exchange.status in REDIRECTS else None
    if written is None:
        return None
    raw = written.encode("latin-1", "replace")
    try:
        written = raw.decode("utf8")
    except UnicodeDecodeError:
        written = raw.decode("latin-1")
    onward = resolve(written, url)
    if onward is None:
        foreign = scheme(written) not in {"", "http", "https"}
        return Onward(None, State.REFUSED_SCHEME if foreign else State.UNREADABLE)
    fragment = url.partition("#")[2]
    return Onward(f"{onward}#{fragment}" if fragment and "#" not in onward else onward)
