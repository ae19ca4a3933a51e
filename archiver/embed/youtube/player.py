"""Player: what a watch page tells in `ytInitialPlayerResponse`: the video, or by `playabilityStatus` why there is none to be had.

The data are a JSON object assigned in a script; the page around them is empty without its scripts, and the same for every id. So they alone
are read. `videoId` must be the one that was asked for.

`status` is a fixed word; the finer state stands in `reason`, a sentence that YouTube writes for the reader (in English unless asked
otherwise). Only sentences that are known say more than the status; an unknown one is kept in the reading's reason and decides nothing.
A test whether we are a robot also comes as LOGIN_REQUIRED, and is about us.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from archiver.article.document import Document
from archiver.article.times import iso_date
from archiver.citation.platform import Answer, Media, Post, Reading, State
from archiver.citation.wrapped import unwrap
from archiver.embed.answer.endpoint import table, text
from archiver.embed.answer.refusal import refusal
from archiver.embed.web import judgement, markup
from archiver.embed.youtube.url import NAME, identify, reference
from archiver.url import on_host, parts, resolve

ASSIGNED = re.compile(r"ytInitialPlayerResponse(?:\"\]|'\])?\s*=\s*(?=\{)")
REASONS = (  # what `reason` or `messages` begin with or hold, apostrophes straightened, lower case
    ("not a bot", State.BOT_CHALLENGE),
    ("private video", State.PROTECTED),
    ("video is private", State.PROTECTED),
    ("confirm your age", State.AGE_GATED),
    ("age-restricted", State.AGE_GATED),
    ("removed by the uploader", State.DELETED),
    ("account associated with this video has been terminated", State.ACCOUNT_GONE),
    ("account has been closed", State.ACCOUNT_GONE),
    ("violating youtube's", State.REMOVED_BY_PLATFORM),
    ("copyright claim by", State.REMOVED_BY_PLATFORM),
    ("copyright grounds", State.REMOVED_BY_PLATFORM),
    ("available in your country", State.GEO_BLOCKED),
)
STATUSES = {
    "ERROR": State.NOT_FOUND,
    "LOGIN_REQUIRED": State.LOGIN_WALL,
    "AGE_CHECK_REQUIRED": State.AGE_GATED,
    "AGE_VERIFICATION_REQUIRED": State.AGE_GATED,
    "CONTENT_CHECK_REQUIRED": State.AGE_GATED,
}
SHOWN = ("OK", "LIVE_STREAM_OFFLINE")  # a stream that is announced, or over: there is a page, and no film yet
BIGGEST = 8 << 20  # characters of one script


def read(answer: Answer) -> Reading:
    """Say what a watch page, or a memento of one, tells."""
    refused = refusal(answer)
    if refused:
        return refused
    named = parts(answer.url)
    if on_host(named.host, "consent.youtube.com", "accounts.google.com", "consent.google.com"):
        return Reading(State.LOGIN_WALL, f"the page led to {named.host}")
    if on_host(named.host, "google.com") and named.path.startswith("/sorry"):
        return Reading(State.BOT_CHALLENGE, "the page led to Google's test of who asks")
    if answer.status != 200:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the watch page answered {answer.status}, which it does for no video")
    asked = identify(unwrap(answer.target.url) or answer.target.url)
    data = _player(markup.document(answer)) if markup.is_html(answer) else None
    if data is None or asked is None or asked.id is None:
        seen = judgement.read(answer)
        passing = seen.state in (State.BOT_CHALLENGE, State.LOGIN_WALL)
        return seen if passing else Reading(State.EMPTY_SHELL, "the page holds no player's data; it proves nothing", page=seen.page)
    return _told(data, asked.id)


def _player(document: Document) -> Mapping[str, Any] | None:
    for script in document.select("script"):
        source = script.text[:BIGGEST]
        for matched in ASSIGNED.finditer(source) if "ytInitialPlayerResponse" in source else ():
            try:
                data, _end = json.JSONDecoder().raw_decode(source, matched.end())
            except (ValueError, RecursionError):
                continue
            if isinstance(data, dict):
                return data
    return None


def _told(data: Mapping[str, Any], asked: str) -> Reading:
    playable, details = table(data, "playabilityStatus"), table(data, "videoDetails")
    status, reason = text(playable, "status") or "(none)", _reason(playable)
    said = f"the player says {status}" + (f": {reason[:160]}" if reason else "")
    if status in SHOWN:
        if details.get("videoId") != asked or text(details, "title") is None:
            return Reading(State.UNREADABLE, f"{said}, but tells of another video or of none")
        post = _post(data, details, asked)
        return Reading(State.OK_PARTIAL, f"the video as its page tells it: {post.partial}", post=post)
    plain = reason.replace("\u2019", "'").lower()
    state = next((state for words, state in REASONS if words in plain), STATUSES.get(status, State.UNAVAILABLE_UNSPECIFIED))
    return Reading(state, said)


def _post(data: Mapping[str, Any], details: Mapping[str, Any], asked: str) -> Post:
    facts = table(table(data, "microformat"), "playerMicroformatRenderer")
    title, words, views = text(details, "title") or "", text(details, "shortDescription"), text(details, "viewCount") or ""
    profile = re.search(r"/@([^/?#]{1,60})/?$", text(facts, "ownerProfileUrl") or "")
    stills = table(details, "thumbnail").get("thumbnails")
    addresses = (
        [resolve(one["url"]) for one in stills if isinstance(one, dict) and isinstance(one.get("url"), str)]
        if isinstance(stills, list)
        else []
    )
    largest = next((url for url in reversed(addresses) if url), None)  # they stand in order of size
    return Post(
        platform=NAME,
        id=asked,
        url=str(reference(asked).url),
        author=text(details, "author"),
        handle=profile[1] if profile else None,
        created=iso_date(facts.get("publishDate")),
        text=f"{title}\n\n{words}" if words else title,
        title=title,
        media=(Media("poster", largest),) if largest else (),
        counts={"views": int(views)} if re.fullmatch(r"[0-9]{1,15}", views) else {},
        partial="its words and a still, not the film",
    )


def _reason(playable: Mapping[str, Any]) -> str:
    renderer = table(table(playable, "errorScreen"), "playerErrorMessageRenderer")
    messages = playable.get("messages")
    said = [playable.get("reason"), *(messages if isinstance(messages, list) else ()), table(renderer, "subreason").get("simpleText")]
    runs = table(renderer, "subreason").get("runs")
    said += ["".join(str(run.get("text", "")) for run in runs if isinstance(run, dict))] if isinstance(runs, list) else []
    return " ".join(dict.fromkeys(one.strip() for one in said if isinstance(one, str) and one.strip()))[:600]
