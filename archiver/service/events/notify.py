"""Notify: tell people and machines of events, each event once, and again where the receiver was down.

An outbox: events are entered with their snapshot (`agenda`), addressed to each receiver, and sent in one message a run. Before a message
leaves, its events are `sending` under the message's name; after, `sent`. A run that was killed in between cannot know whether the message
arrived:
  - a webhook is sent the same message under the same name (`Archiver-Delivery`) again: its receiver can tell;
  - a person is not told twice. The events count as `lost`, the next message says how many may not have arrived, and the report and the
    feed have them all.
A receiver that is down is tried in the next run, not before a wait that doubles with each failure, up to a day; what happened meanwhile
goes along in the same message. A receiver that is new in the configuration is told of what happens from then on.

The webhook's body is signed: `Archiver-Signature: t=<Unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">`, the scheme that receivers know
from others. The key is in the environment, ARCHIVER_WEBHOOK_SECRET: a file that is shared and hashed into manifests is no place for it.

Apprise is an extra. Where it is missing, one line says how to get it, and events wait in the outbox.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import importlib
import json
import logging
import os
import string
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from archiver.fetch.webhook import post
from archiver.record.catalog.agenda import Agenda, Event
from archiver.record.layout import stamp
from archiver.service.desk import Desk

log = logging.getLogger(__name__)
SECRET = "ARCHIVER_WEBHOOK_SECRET"  # noqa: S105 - the variable's name
TITLE = "archiver: $number $events in $articles"
LINE = "$kind: $what\n  in “$article”\n  $detail"
APART = "$kind: $detail"  # what is of no article: the disk, a platform
FIRST_WAIT = 300.0
LONGEST_WAIT = 86400.0
MOST = 50  # events that a message spells out
NAMES = ("kind", "what", "article", "source", "url", "state", "reason", "sentence", "detail", "snapshot", "noticed")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who is told: `name` is what the outbox knows them by, `again` whether the same message may be sent twice."""

    name: str
    again: bool
    send: Callable[[str, Sequence[Event], int], Any]


def register(desk: Desk, agenda: Agenda) -> None:
    """Take note of receivers before a run notices anything."""
    for receiver in _receivers(desk):
        agenda.address(receiver.name, desk.config.notify.on)


async def tell(desk: Desk, agenda: Agenda) -> list[str]:
    """Send what waits to every receiver; return what went wrong, a line a receiver."""
    problems = []
    for receiver in _receivers(desk):
        agenda.address(receiver.name, desk.config.notify.on)
        if problem := await _deliver(receiver, desk, agenda):
            problems.append(f"{receiver.name}: {problem}")
            log.warning("notification to %s failed: %s", receiver.name, problem)
    return problems


async def _deliver(receiver: Receiver, desk: Desk, agenda: Agenda) -> str | None:
    now = desk.clock.now()
    left = agenda.outbox(receiver.name, now, "sending")
    batch, _ = agenda.batch(receiver.name) if left else (None, 0)
    lost = 0
    if left and receiver.again:
        return await _send(receiver, desk, agenda, left, batch or _batch(left))
    if left:
        lost = len(left)
        agenda.deliver(receiver.name, [one.id for one in left], "lost", batch=batch)
    waiting = agenda.outbox(receiver.name, now)
    return await _send(receiver, desk, agenda, waiting, _batch(waiting), lost) if waiting else None


async def _send(receiver: Receiver, desk: Desk, agenda: Agenda, events: Sequence[Event], batch: str, lost: int = 0) -> str | None:
    ids = [one.id for one in events]
    _, tries = agenda.batch(receiver.name)
    agenda.deliver(receiver.name, ids, "sending", batch=batch, tries=tries)
    problem: str | None = await receiver.send(batch, events, lost)
    if problem is None:
        agenda.deliver(receiver.name, ids, "sent", batch=batch, tries=tries + 1)
        return None
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(tries, 20))
    agenda.deliver(receiver.name, ids, "new", tries=tries + 1, due=desk.clock.now() + timedelta(seconds=wait))
    return problem


def _batch(events: Sequence[Event]) -> str:
    return hashlib.sha256("\n".join(one.key for one in events).encode()).hexdigest()[:32]


def _receivers(desk: Desk) -> list[Receiver]:
    notify, found = desk.config.notify, []
    if notify.webhook:

        async def hook(batch: str, events: Sequence[Event], _lost: int) -> str | None:
            body = json.dumps(message(batch, events), ensure_ascii=False).encode("utf8", "replace")
            return await post(notify.webhook, body, signed(batch, body, desk.clock.now().timestamp()), desk.config.network)

        found.append(Receiver("webhook", True, hook))
    for url in dict.fromkeys(notify.urls):

        async def person(batch: str, events: Sequence[Event], lost: int, url: str = url) -> str | None:  # noqa: ARG001 - as hook
            title, body = spelled(events, notify.title, notify.line, lost)
            return await asyncio.to_thread(_apprise, url, title, body)

        # The address may hold a password: the outbox knows a hash of it. Not its place, which another address before it would change.
        found.append(Receiver(f"apprise {hashlib.sha256(url.encode()).hexdigest()[:8]}", False, person))
    return found


def message(batch: str, events: Sequence[Event]) -> dict[str, Any]:
    """Return what a webhook is sent."""
    told = [{"event": one.key, "kind": one.kind, "at": stamp(one.at), **one.said} for one in events]
    return {"schema": "archiver.events/1", "delivery": batch, "events": told}


def signed(batch: str, body: bytes, seconds: float) -> dict[str, str]:
    """Return a webhook's headers: what it is, its name, and its signature where there is a key."""
    headers = {"Content-Type": "application/json", "Archiver-Delivery": batch}
    secret = os.environ.get(SECRET)
    if secret:
        moment = str(int(seconds))
        mac = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers["Archiver-Signature"] = f"t={moment},v1={mac}"
    return headers


def spelled(events: Sequence[Event], title: str = "", line: str = "", lost: int = 0) -> tuple[str, str]:
    """Return a message for a person, from templates with the names of NAMES; in `title` number, events and articles."""
    articles = {one.said.get("source") for one in events if one.said.get("source")}
    facts = {"number": len(events), "events": "event" if len(events) == 1 else "events"}
    where = f"{len(articles)} articles" if len(articles) != 1 else "one article"
    head = string.Template(title or TITLE).safe_substitute(facts, articles=where)
    own = line.replace("\\n", "\n")
    lines = [string.Template(own or (LINE if one.said.get("article") else APART)).safe_substitute(words(one)) for one in events[:MOST]]
    if len(events) > MOST:
        lines.append(f"… and {len(events) - MOST} more; the report of the run has them all")
    if lost:
        lines.append(f"{lost} earlier events may not have reached you: a run was interrupted while it sent them; see the reports")
    return head, "\n".join(lines)


def words(event: Event) -> dict[str, str]:
    """Return what a template may say of an event."""
    said = {name: str(event.said.get(name) or "") for name in NAMES}
    missing, number = event.said.get("missing") or [], event.said.get("number")
    what = str(event.said.get("cited") or event.said.get("key") or "") or (f"{number} citations" if number else "")
    difference = event.said.get("difference") or event.said
    changed = [f"+ {one}" for one in difference.get("added") or []] + [f"- {one}" for one in difference.get("removed") or []]
    detail = "; ".join(
        [*filter(None, [said["reason"]]), *changed[:6], *(f"{one['cited'] or one['key']} ({one['state']})" for one in missing)]
    )
    return said | {"kind": event.kind.replace("_", " "), "what": what, "detail": detail[:600]}


def _apprise(url: str, title: str, body: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own imports of what Python will drop are its makers' business
            sender = importlib.import_module("apprise").Apprise()
            known = sender.add(url)
    except ImportError:
        return "notifications need Apprise: install archiver with the extra `notify` (pip install 'archiver[notify]')"
    if not known:
        return "Apprise does not know this kind of address; see its list of services, and notify.urls"
    return None if sender.notify(title=title, body=body) else "the service did not take the message"
