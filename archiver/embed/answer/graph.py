"""Graph: Meta's oEmbed, asked for one thing only: is there such a post?

Since 2026-06-15 the endpoints of Instagram, Facebook and Threads answer without a token, 1,000 requests an hour each, and since 2025-11-03
they tell nothing of a post: no words, no author, no picture; a quotation with a link in it, as the asker could have written it. And Meta's
terms keep the answers for embedding. So this is a probe of life and no more:
  * its target is no proof: a good answer never makes a citation captured, and nothing is taken from it but that it came (`ok_partial`,
    without a post);
  * where it names why not (embedding switched off, a temporary block, an outage), that reason is kept;
  * its "not found" is one word among others, never `deleted`: the same code stands for private, age-restricted and missing posts.

Errors are the Graph API's: `{"error": {"code", "error_subcode", "is_transient", "message"}}`; codes by platforms §3.1 (e).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from archiver.citation.platform import Answer, Reading, State, Target
from archiver.embed.answer.refusal import refusal

PURPOSE = "liveness"
VERSION = "v24.0"
FACEBOOK = f"https://graph.facebook.com/{VERSION}"
NO_EMBEDDING = 2207046  # subcode: the owner switched embedding off
CODES = {
    1: State.SERVER_ERROR,  # unknown, theirs
    2: State.SERVER_ERROR,  # downtime
    4: State.RATE_LIMITED,
    17: State.RATE_LIMITED,
    24: State.UNAVAILABLE_UNSPECIFIED,  # missing, private or age-restricted
    32: State.RATE_LIMITED,
    100: State.NOT_FOUND,
    368: State.RATE_LIMITED,  # temporarily blocked
    613: State.RATE_LIMITED,
}


def target(endpoint: str, url: str) -> Target:
    """Return the request that asks an endpoint whether it knows a post's page."""
    return Target(f"{endpoint}?url={quote(url, safe='')}", tier="post", purpose=PURPOSE, proof=False)


def read(answer: Answer) -> Reading:
    """Say what the probe's answer means."""
    data = _object(answer.body)
    error = data.get("error")
    if isinstance(error, dict):
        return _error(error, answer.status)
    refused = refusal(answer)
    if refused:
        return refused
    if answer.status == 200 and isinstance(data.get("html"), str):
        return Reading(State.OK_PARTIAL, "the oEmbed endpoint knows the post; it tells nothing of it")
    if answer.status == 404:
        return Reading(State.NOT_FOUND, "the oEmbed endpoint knows no such post (404), or may not show it")
    if answer.status == 200:
        return Reading(State.UNREADABLE, "the oEmbed endpoint's answer holds no embed")
    return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the oEmbed endpoint answered {answer.status}")


def _error(error: Mapping[str, Any], status: int) -> Reading:
    code, subcode = error.get("code"), error.get("error_subcode")
    said = f"the oEmbed endpoint answered {status} with error {code if isinstance(code, int) else '(unnamed)'}"
    if subcode == NO_EMBEDDING:
        return Reading(State.EMBEDDING_DISABLED, f"{said}: the owner allows no embedding")
    if error.get("is_transient") is True:
        return Reading(State.SERVER_ERROR, f"{said}, which will pass")
    state = CODES.get(code, State.UNAVAILABLE_UNSPECIFIED) if isinstance(code, int) else State.UNAVAILABLE_UNSPECIFIED
    return Reading(state, said)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
