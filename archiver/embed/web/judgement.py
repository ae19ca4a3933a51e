"""Verdict on a page of the open web: what an answer means, from its structure, never from a phrase looked for in the whole page.

"Page not found" stands in articles about pages that were not found. So only these speak: status, headers, where the way ended, elements
that exist for one purpose (a challenge's form, WordPress's `body.error404`), fields that name the thing (JSON-LD, cards), and what the page
says of itself in title and canonical URL. Signs that are weak alone must come in twos, and a page that calls itself by the address it was
asked under, or is an article by its own account, is never a soft 404 for them.

In order: challenge by header, by element; status; empty; what is not HTML; where the way ended (`wall`, `parked`, `absence`); a parked
domain; signs of a soft 404; a form in the page's place; a paywall; an empty shell; ok. The first that speaks is the verdict, its evidence
the reason. What is not HTML is itself (a PDF, a picture, a film as it is), unless it is HTML under another name or not what it says.
"""

from __future__ import annotations

import re

from archiver.citation.platform import Answer, Reading, State
from archiver.embed.answer.refusal import challenge, refusal
from archiver.embed.web import absence, markup, notice, parked, scripted, wall
from archiver.embed.web.challenge import challenged
from archiver.embed.web.seen import Seen, see

SOLID = re.compile(r"(?:image|audio|video)/|application/(?:pdf|epub\+zip|zip|octet-stream)$", re.IGNORECASE)
KNOWN = {401: State.FORBIDDEN, 403: State.FORBIDDEN, 404: State.NOT_FOUND, 410: State.GONE}


def read(answer: Answer) -> Reading:
    """Return what an answer to a page's URL means."""
    tested = challenge(answer)
    if tested:
        return tested
    seen = see(answer) if (markup.is_html(answer) or _disguised(answer)) and answer.body.strip() else None
    marked = challenged(seen) if seen else None
    if marked:
        return marked
    if not 200 <= answer.status < 300:
        return _status(answer, seen)
    if not answer.body:
        return Reading(State.EMPTY_SHELL, f"status {answer.status} without a body")
    if seen is None:
        return _solid(answer)
    return _page(seen)


def _page(seen: Seen) -> Reading:
    for question in (wall.sent, parked.parked, absence.elsewhere, absence.said, notice.notice, wall.asked_for):
        found = question(seen)
        if found:
            return found
    if _disguised(seen.answer):
        return seen.reading(State.SOFT_404, f"it says that it is {seen.answer.media_type}, and is a page")
    if shut := wall.shut(seen):
        return shut
    empty = scripted.shell(seen.document, seen.words)
    if empty:
        return seen.reading(State.EMPTY_SHELL, empty)
    if seen.refresh:
        return seen.reading(State.EMPTY_SHELL, f"the page only sends its reader to {seen.refresh[:200]}")
    return seen.reading(State.OK, f"status {seen.answer.status}, a page with text or media")


def _solid(answer: Answer) -> Reading:
    """Judge what is no page."""
    if markup.is_html(answer):
        return Reading(State.EMPTY_SHELL, f"status {answer.status} with a blank page")
    if answer.media_type == "application/pdf" and b"%PDF-" not in answer.body[:1024]:
        return Reading(State.UNREADABLE, "it says that it is a PDF, and does not begin like one")
    return Reading(State.OK, f"status {answer.status}, {answer.media_type or 'no media type'}")


def _disguised(answer: Answer) -> bool:
    """Tell whether HTML came under the name of something else: an error page in the place of a picture."""
    return bool(SOLID.match(answer.media_type)) and markup.looks_like_html(answer.body)


def _status(answer: Answer, seen: Seen | None) -> Reading:
    page, status = seen.page if seen else None, answer.status
    refused = refusal(answer)
    if refused:
        return Reading(refused.state, refused.reason, page=page)
    if status == 402:
        return Reading(State.PAYWALL, "status 402: payment required", page=page)
    demand = answer.header("WWW-Authenticate")
    if status == 401 and demand:
        return Reading(State.LOGIN_WALL, f"status 401, WWW-Authenticate: {demand[:80]}", page=page)
    if status in (401, 403) and seen and (ended := wall.sent(seen) or wall.asked_for(seen)):
        return Reading(ended.state, f"status {status}; {ended.reason}", page=page)
    if status in KNOWN:
        return Reading(KNOWN[status], f"status {status}", page=page)
    if 400 <= status < 500:
        return Reading(State.CLIENT_ERROR, f"status {status}", page=page)
    if 300 <= status < 400:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"status {status}, a redirect that leads nowhere", page=page)
    return Reading(State.UNREADABLE, f"status {status} is no final answer", page=page)
