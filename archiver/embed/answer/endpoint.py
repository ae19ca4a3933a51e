"""Endpoint: an answer in JSON, read with suspicion. Every field may be missing, of another type, or hostile; nothing here raises.

Where JSON was asked for and a page came, somebody stands in between: a challenge, a login, a notice. That says nothing of the post.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from archiver.citation.platform import Answer, Reading, State, Target
from archiver.embed.answer.refusal import refusal
from archiver.embed.web import judgement, markup
from archiver.url import parts, resolve

Fields = Mapping[str, Any]


def oembed(endpoint: str, url: str, **more: str) -> Target:
    """Return the oEmbed request for a page URL."""
    return Target(f"{endpoint}?{urlencode({'url': url, **more})}", tier="post", purpose="oembed")


def asked_url(answer: Answer) -> str | None:
    """Return the page URL that an oEmbed request asked about."""
    return resolve(parts(answer.target.url).parameters().get("url", [""])[0])


def refused(answer: Answer) -> Reading | None:
    """Return the reading of an answer that is about the asker or the way: a refusal, or a challenge's page instead of data."""
    said = refusal(answer)
    if said or not markup.is_html(answer):
        return said
    seen = judgement.read(answer)
    return Reading(seen.state, seen.reason) if seen.state in (State.BOT_CHALLENGE, State.LOGIN_WALL, State.CONSENT_WALL) else None


def json_object(body: bytes) -> dict[str, Any] | None:
    """Return a body that is one JSON object, else None."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def table(data: Fields, key: str) -> Fields:
    """Return an object in an object; empty where there is none."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def rows(data: Fields, key: str) -> list[Fields]:
    """Return the objects of a list in an object; empty where there is none."""
    value = data.get(key)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def text(data: Fields, key: str) -> str | None:
    """Return a string in an object; None where there is none or it is empty."""
    value = data.get(key)
    return value if isinstance(value, str) and value else None


def url(data: Fields, key: str) -> str | None:
    """Return an http(s) URL in an object, resolved; None where there is none."""
    value = data.get(key)
    return resolve(value) if isinstance(value, str) else None


def counts(data: Fields, names: Mapping[str, str]) -> dict[str, int]:
    """Return the numbers of an object under our names."""
    return {ours: value for theirs, ours in names.items() if isinstance(value := data.get(theirs), int) and not isinstance(value, bool)}


def moment(written: object) -> str | None:
    """Return an ISO 8601 time as UTC to the second; None for anything that is no time or has no zone."""
    try:
        told = datetime.fromisoformat(written) if isinstance(written, str) else None
        return told.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if told and told.tzinfo else None
    except (ValueError, OverflowError):
        return None
