"""Syndication: the JSON that X's own embed widget reads, one post by id, without login.

`https://cdn.syndication.twimg.com/tweet-result?id=ID&lang=en&token=TOKEN`. The token is what the widget computes in JavaScript:
`((Number(id) / 1e15) * Math.PI).toString(36)` without its zeros and its point. The server was seen not to check it (2026-08); we send the
true one, because what is not checked today may be checked tomorrow. `lang=en`, because tombstones are translated.

What its answers mean: `Tweet` is the post; `TweetTombstone` says in one field why not; 404 is this endpoint's word for "deleted or never
there" (sensitive posts were seen to get it too, 2025-02); `{}` for "not available". Neither of the last two is a verdict: see `judgement`.

Text in it is HTML-escaped and carries t.co links. `expanded` replaces the links by string, not by index: an index that is off by one would
rewrite somebody's words.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from archiver.citation.platform import Answer, Choice, Media, Poll, Post, Reading, State, Target
from archiver.embed.answer import endpoint
from archiver.embed.answer.refusal import refusal
from archiver.embed.x.snowflake import post_id
from archiver.embed.x.url import NAME, reference
from archiver.url import on_host, parts

ENDPOINT = "https://cdn.syndication.twimg.com/tweet-result"
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
# What a tombstone's text begins with or holds, apostrophes straightened, "Tweet" and "Post" being one word; X's wordings since 2019.
TOMBSTONES = (
    ("was deleted by the post author", State.DELETED),
    ("from a suspended account", State.SUSPENDED),
    ("from an account that no longer exists", State.ACCOUNT_GONE),
    ("account owner limits who can view", State.PROTECTED),
    ("violated the x rules", State.REMOVED_BY_PLATFORM),
    ("violated the twitter rules", State.REMOVED_BY_PLATFORM),
    ("age-restricted adult content", State.AGE_GATED),
    ("withheld in", State.GEO_BLOCKED),
    ("withheld from", State.GEO_BLOCKED),
)
COUNTS = {"favorite_count": "likes", "conversation_count": "replies", "retweet_count": "reposts", "quote_count": "quotes"}
MOST_EDITS = 40
MOST_MEDIA = 16  # X allows four; a hostile answer lists a million


def token(identifier: str) -> str:
    """Return the token that the widget sends with an id, digit for digit as V8 computes it."""
    return re.sub(r"0+|\.", "", base36(float(int(identifier)) / 1e15 * math.pi))


def base36(value: float) -> str:
    """Write a positive double below 2^53 in base 36 as JavaScript's `toString(36)` does: the fewest digits that tell it from the next.

    Digits of the fraction are given out until what is left is smaller than half the distance to the next double; the last is rounded half
    to even, with carry.
    """
    fraction, whole = math.modf(value)
    integer, margin = int(whole), max(math.ulp(value) / 2, math.ulp(0.0))
    digits: list[int] = []
    while fraction >= margin:
        fraction, digit = math.modf(fraction * 36)
        margin *= 36
        digits.append(int(digit))
        if (fraction > 0.5 or (fraction == 0.5 and digits[-1] % 2)) and fraction + margin > 1:
            integer += _round_up(digits)
            break
    head = ""
    while integer or not head:
        integer, digit_of_integer = divmod(integer, 36)
        head = BASE36[digit_of_integer] + head
    return head + ("." + "".join(BASE36[digit] for digit in digits) if digits else "")


def _round_up(digits: list[int]) -> int:
    """Add one to the last digit in place, dropping what overflows; return what carries over into the integer."""
    while digits:
        if digits[-1] < 35:
            digits[-1] += 1
            return 0
        digits.pop()
    return 1


def target(identifier: str) -> Target:
    """Return the request for a post's JSON."""
    return Target(f"{ENDPOINT}?id={identifier}&lang=en&token={token(identifier)}", tier="post", purpose="syndication")


def read(answer: Answer) -> Reading:
    """Say what an answer of the endpoint means."""
    refused = refusal(answer)
    if refused:
        return refused
    if answer.status == 404:
        return Reading(State.DELETED, "the syndication endpoint answered 404")
    if answer.status != 200:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the syndication endpoint answered {answer.status}")
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError):
        return Reading(State.UNREADABLE, "the syndication endpoint's answer is not JSON" + (", it was cut" if answer.cut else ""))
    if not isinstance(data, dict):
        return Reading(State.UNREADABLE, "the syndication endpoint's answer is not a JSON object")
    if not data:
        return Reading(State.NOT_FOUND, "the syndication endpoint answered an empty object")
    if data.get("__typename") == "TweetTombstone":
        return _tombstone(data)
    asked = parts(answer.target.url).parameters().get("id", [""])[0]
    return _tweet(data, asked)


def _tombstone(data: Mapping[str, Any]) -> Reading:
    inner = endpoint.table(endpoint.table(data, "tombstone"), "text").get("text")
    text = inner if isinstance(inner, str) else ""
    plain = re.sub(r"\s+", " ", text.replace("\u2019", "'").lower()).replace("tweet", "post")
    state = next((state for words, state in TOMBSTONES if words in plain), State.UNAVAILABLE_UNSPECIFIED)
    shown = re.sub(r"\s*(?:learn more|\{learnmore\})\s*$", "", text, flags=re.IGNORECASE)[:200]
    return Reading(state, f"tombstone: {shown}" if shown else "tombstone without a text")


def _tweet(data: Mapping[str, Any], asked: str) -> Reading:
    post = post_from(data)
    if post is None or data.get("__typename", "Tweet") != "Tweet":
        return Reading(State.UNREADABLE, "the syndication endpoint's answer holds no post")
    if asked not in (post.id, *post.versions):
        return Reading(State.UNREADABLE, f"the syndication endpoint answered with another post ({post.id})")
    note = (
        "; it is a later edit of the cited post" if post.id != asked else "; a later edit of it exists" if data.get("isStaleEdit") else ""
    )
    if post.partial:
        return Reading(State.OK_PARTIAL, f"the post as the syndication endpoint tells it: {post.partial}{note}", post=post)
    return Reading(State.OK, f"the post as the syndication endpoint tells it{note}", post=post)


def post_from(data: Mapping[str, Any], depth: int = 0) -> Post | None:
    """Return a post normalised from the widget's JSON, or None where id or text is missing; quoted and answered posts one deep."""
    identifier, text = post_id(str(data.get("id_str", ""))), data.get("text")
    if identifier is None or not isinstance(text, str):
        return None
    user, entities = endpoint.table(data, "user"), endpoint.table(data, "entities")
    handle = endpoint.text(user, "screen_name")
    media, missing = _media(data)
    quoted, parent = endpoint.table(data, "quoted_tweet"), endpoint.table(data, "parent")
    answered, edits = post_id(str(data.get("in_reply_to_status_id_str", ""))), endpoint.table(data, "edit_control").get("edit_tweet_ids")
    versions = tuple(edit for one in edits[:MOST_EDITS] if (edit := post_id(str(one)))) if isinstance(edits, list) else ()
    return Post(
        platform=NAME,
        id=identifier,
        url=str(reference(identifier, handle).url),
        author=endpoint.text(user, "name"),
        handle=handle,
        created=endpoint.moment(data.get("created_at")),
        text=expanded(text, endpoint.rows(entities, "urls"), endpoint.rows(entities, "media")),
        lang=endpoint.text(data, "lang"),
        media=media,
        quoted=post_from(quoted, depth + 1) if quoted and depth == 0 else None,
        counts={
            ours: value for theirs, ours in COUNTS.items() if isinstance(value := data.get(theirs), int) and not isinstance(value, bool)
        },
        partial="; ".join(filter(None, ["the text of a long post is cut" if data.get("note_tweet") else None, missing])) or None,
        parent=post_from(parent, depth + 1) if parent and depth == 0 else None,
        reply_to=reference(answered, endpoint.text(data, "in_reply_to_screen_name")).url if answered else None,
        edited=data.get("isEdited") is True or len(versions) > 1 if edits is not None or "isEdited" in data else None,
        versions=versions,
        poll=_poll(endpoint.table(data, "card")),
    )


def _poll(card: Mapping[str, Any]) -> Poll | None:
    """Return the poll that a post's card is: its answers and their votes stand in numbered values."""
    values = endpoint.table(card, "binding_values")
    if not re.fullmatch(r"poll[2-4]choice_(?:text_only|image|video)", endpoint.text(card, "name") or ""):
        return None

    def said(key: str) -> str | None:
        return endpoint.text(endpoint.table(values, key), "string_value")

    def number(written: str | None) -> int | None:
        return int(written) if written and re.fullmatch("[0-9]{1,12}", written) else None

    choices = [Choice(label, number(said(f"choice{n}_count"))) for n in range(1, 5) if (label := said(f"choice{n}_label"))]
    final = endpoint.table(values, "counts_are_final").get("boolean_value")
    return (
        Poll(tuple(choices), None, endpoint.moment(said("end_datetime_utc")), final if isinstance(final, bool) else None)
        if choices
        else None
    )


def expanded(text: str, urls: Sequence[Mapping[str, Any]], media: Sequence[Mapping[str, Any]]) -> str:
    """Return a post's text: links to its own media taken off, short links spelled out, HTML entities undone, in this order."""
    for link in media:
        if short := _short(link):
            text = re.sub(rf"\s*{re.escape(short)}(?![A-Za-z0-9])", "", text)
    long = {short: str(link.get("expanded_url") or short) for link in urls if (short := _short(link))}
    if long:
        pattern = "|".join(re.escape(short) for short in sorted(long, key=len, reverse=True))
        text = re.sub(rf"(?:{pattern})(?![A-Za-z0-9])", lambda m: html.escape(long[m[0]], quote=False), text)
    return html.unescape(text).strip()


def _short(link: Mapping[str, Any]) -> str | None:
    written = link.get("url")
    return written if isinstance(written, str) and re.fullmatch(r"https?://t\.co/[A-Za-z0-9]+", written) else None


def _media(data: Mapping[str, Any]) -> tuple[tuple[Media, ...], str | None]:
    """Return what the post shows, and what of it cannot be had; the older fields `photos` and `video` where the newer one is missing."""
    found: list[Media] = []
    missing: list[str] = []
    for item in endpoint.rows(data, "mediaDetails")[:MOST_MEDIA]:
        kind, still, alt = item.get("type"), endpoint.url(item, "media_url_https"), endpoint.text(item, "ext_alt_text")
        if endpoint.table(item, "ext_media_availability").get("status") not in (None, "Available"):
            missing.append("a picture or video of it is unavailable")
        if kind == "photo" and still:
            found.append(Media("photo", original(still), alt))
        elif kind in ("video", "animated_gif"):
            found += _video(
                "gif" if kind == "animated_gif" else "video", endpoint.rows(endpoint.table(item, "video_info"), "variants"), still, alt
            )
    if not found:
        found += [Media("photo", original(url)) for row in endpoint.rows(data, "photos")[:MOST_MEDIA] if (url := endpoint.url(row, "url"))]
        video = endpoint.table(data, "video")
        found += _video("video", endpoint.rows(video, "variants"), endpoint.url(video, "poster"), None)
    if not found and endpoint.rows(endpoint.table(data, "entities"), "media"):
        missing.append("its media are not told")
    return tuple(dict.fromkeys(found)), missing[0] if missing else None


def _video(kind: str, variants: Sequence[Mapping[str, Any]], poster: str | None, alt: str | None) -> list[Media]:
    """Return the mp4 of the highest bitrate and the still before it; older rows say `type` and `src`, and the size in the path."""
    files = []
    for row in variants:
        url, content = endpoint.url(row, "url") or endpoint.url(row, "src"), row.get("content_type") or row.get("type")
        if url and content == "video/mp4":
            size = re.search(r"/([0-9]{2,5})x([0-9]{2,5})/", url)
            rate = row.get("bitrate")
            files.append((rate if isinstance(rate, int) else -1, int(size[1]) * int(size[2]) if size else 0, url))
    best = [Media(kind, max(files)[2], alt, "video/mp4")] if files else []
    return best + ([Media("poster", poster, alt)] if poster else [])


def original(url: str) -> str:
    """Return the URL of a photo as it was uploaded: `?format=…&name=orig` for `/media/` pictures, every other URL as it is."""
    named = parts(url)
    matched = re.fullmatch(r"/media/([A-Za-z0-9_-]+)(?:\.(jpg|jpeg|png|webp))?(?::[a-z]+)?", named.path)
    if not matched or not on_host(named.host, "pbs.twimg.com"):
        return url
    kind = matched[2] or named.parameters().get("format", ["jpg"])[0]
    return f"https://pbs.twimg.com/media/{matched[1]}?format={kind if re.fullmatch('[a-z]{3,4}', kind) else 'jpg'}&name=orig"
