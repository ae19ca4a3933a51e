"""Captures: a visit as the archive keeps it: one capture of the page, with what was made of it, and one of each part it asked for.

The page's verdict is read from what it shows, the document as its scripts have left it, by the reader that reads what servers send;
status, headers and redirects are its server's. What is stored as its answer is what its server sent.

Films that came in fragments and answers that are not whole are `needs`: fetched by the http tier, with the cookies that the page had.
Unless those are a person's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from archiver import url as urls
from archiver.citation.platform import Answer, Reading, State, Target
from archiver.fetch.answer import exchange_answer
from archiver.fetch.browser.assembly import Seen
from archiver.fetch.browser.visit import NOT_SHOWN, Visit
from archiver.fetch.capture import Attempt, Capture, Derived
from archiver.fetch.cookies import Jar
from archiver.fetch.exchange import Exchange
from archiver.fetch.verdict import CUTS, FAILURES, status_state

PURPOSES = {
    "Document": "frame",
    "EventSource": "stream",
    "Fetch": "data",
    "Font": "font",
    "Image": "image",
    "Media": "media",
    "Preflight": "preflight",
    "Script": "script",
    "Stylesheet": "stylesheet",
    "TextTrack": "media",
    "XHR": "data",
}
HTML = frozenset({"text/html", "application/xhtml+xml"})
MADE = "urn:{kind}:{url}"


def page_capture(visit: Visit, target: Target, read: Callable[[Answer], Reading], *, secrets: bool) -> Capture:
    """Return the capture of a visited page; it holds the page's own exchanges. `secrets`: whether its cookies may be used elsewhere."""
    last = visit.document[-1] if visit.document else None
    error = last.error if last is not None else None
    attempts: tuple[Attempt, ...] = (Attempt(visit.started, 0.0, None, visit.document, error),) if visit.document else ()
    if visit.before is not None:
        first = Attempt(visit.before.started, 0.0, None, visit.before.document, State.TIMEOUT)
        attempts = (first, *(replace(one, why="its body did not end") for one in attempts))
    reading = _reading(visit, target, read)
    needs = [Target(url, role="requisite", purpose="media") for url in visit.fragments]
    needs += [Target(url, role="requisite", purpose="data") for url in visit.cut if url not in visit.fragments]
    made = tuple(Derived(MADE.format(kind=one.kind, url=_name(visit)), one.media_type, one.data) for one in visit.derived) if last else ()
    return Capture(
        target, visit.started, visit.finished, attempts, reading.state, reading.reason, page=reading.page,
        post=reading.post, notes=_notes(visit, secrets), needs=tuple(needs), derived=made, page_id=visit.page_id,
    )  # fmt: skip


def part_captures(visit: Visit, cited_by: tuple[int, ...]) -> Iterator[Capture]:
    """Yield a capture of each part that the page asked for, in the order of asking; the hops of a chain of redirects are one."""
    chains: dict[str, list[Seen]] = {}
    for part in visit.parts:
        chains.setdefault(part.chain, []).append(part)
    for hops in chains.values():
        last, exchanges = hops[-1].exchange, tuple(one.exchange for one in hops)
        began = exchanges[0].started
        state, reason = _state(last)
        kind = hops[-1].kind
        target = Target(exchanges[0].url, role="requisite", tier="browser", purpose=PURPOSES.get(kind, kind.lower()))
        yield Capture(
            target, began, last.started, (Attempt(began, 0.0, None, exchanges, last.error),), state, reason,
            cited_by=cited_by, parent=_name(visit), notes=_part_notes(hops[-1]), page_id=visit.page_id,
        )  # fmt: skip


def jar(cookies: Sequence[dict[str, Any]]) -> Jar:
    """Return a page's cookies, as the protocol lists them, as the http tier sends them."""
    made = Jar()
    for one in cookies:
        host_only = not one["domain"].startswith(".")
        made.keep(one["name"], one["value"], one["domain"].lstrip("."), one["path"], host_only=host_only, secure=one["secure"])
    return made


def _name(visit: Visit) -> str:
    """Return the page's URL as its records name it: the last that its server answered under."""
    return visit.document[-1].url if visit.document else urls.without_fragment(visit.url)


def _reading(visit: Visit, target: Target, read: Callable[[Answer], Reading]) -> Reading:
    last = visit.document[-1] if visit.document else None
    if last is None:
        return Reading(State.TIMEOUT if visit.hung else State.DISCONNECTED, visit.failure or "the browser got no answer")
    if last.error is not None or last.status is None:
        state = State(last.error or State.DISCONNECTED)
        return Reading(state, _why(state, last.error_text or visit.failure))
    answer = exchange_answer(last, target, tuple(hop.url for hop in visit.document[:-1]))
    if visit.shown and answer.media_type in HTML | {""}:
        seen = visit.shown["flat"] or visit.shown["dom"]
        if seen or not answer.body:  # a page that broke off at once was not begun to be shown: its own bytes are all there is to read
            answer = replace(answer, url=visit.shown["url"], body=seen.encode("utf8", "replace"), headers=_as_utf8(answer.headers))
    reading = read(answer)
    said = status_state(last.status)
    if said is not State.OK and reading.state in (State.OK, State.OK_PARTIAL, State.EMPTY_SHELL):
        return replace(reading, state=said, reason=f"status {last.status} {last.reason}".rstrip())
    cut = CUTS.get(last.truncated or "")
    if cut and reading.state in (State.OK, State.OK_PARTIAL, State.EMPTY_SHELL) and not answer.body:
        return Reading(State.TIMEOUT if last.truncated == "time" else State.DISCONNECTED, f"the body {cut} before any of it came")
    if cut and reading.state is State.OK:
        return replace(reading, state=State.OK_PARTIAL, reason=f"the body {cut} after {last.body_length} bytes; {reading.reason}")
    unharmed = visit.failure == NOT_SHOWN and last.truncated is None  # a file came whole: there was no page that could fail
    if visit.failure and not unharmed and reading.state is State.OK:
        return replace(reading, state=State.OK_PARTIAL, reason=f"{visit.failure}; {reading.reason}")
    return reading


def _why(state: State, told: str | None) -> str:
    """Return a sentence for a person, the browser's own word behind it."""
    return ": ".join(filter(None, (FAILURES.get(state, "no answer"), told)))


def _as_utf8(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return headers that fit a document that was serialised here: UTF-8, whatever its server's was."""
    others = [(name, value) for name, value in headers if name.lower() not in ("content-type", "content-encoding")]
    return (*others, ("Content-Type", "text/html; charset=utf-8"))


def _state(exchange: Exchange) -> tuple[State, str]:
    if exchange.error is not None or exchange.status is None:
        state = State(exchange.error or State.DISCONNECTED)
        return state, _why(state, exchange.error_text)
    if exchange.truncated:
        return State.OK_PARTIAL, f"status {exchange.status}, and the body is not whole"
    return status_state(exchange.status), f"status {exchange.status}"


def _part_notes(part: Seen) -> dict[str, str]:
    return {"headers": "as the browser lists them, Set-Cookie not among them"} if part.listed else {}


def _notes(visit: Visit, secrets: bool) -> dict[str, str]:
    notes = dict(visit.notes)
    notes["service workers"] = "bypassed"
    if visit.failure:
        notes["browser"] = visit.failure
    if not secrets:
        notes["profile"] = "opened with a person's own profile; cookies and credentials are left out of the records"
    return notes
