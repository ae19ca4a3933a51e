"""Capture: what came of one target at one time: its attempts, the hops of each, and the verdict.

A failed fetch is a capture too. Nothing here counts as captured: that is said by the outcome of a citation, after the records are on disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from archiver.citation.platform import Page, Post, Reading, State, Target
from archiver.fetch.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a target: what was waited before it and why, and every exchange it made, redirects in order."""

    started: datetime
    waited: float  # seconds before it, retry delay and host pace together
    why: str | None  # of the wait: "Retry-After", "back-off after 503", "pace of example.org" …
    hops: tuple[Exchange, ...]
    error: str | None  # a State word where the network failed, else None

    @property
    def last(self) -> Exchange | None:
        """The exchange that answered, or failed, at the end of the redirects."""
        return self.hops[-1] if self.hops else None

    def __reduce__(self) -> tuple[object, ...]:
        """Cross to another process in a third of the time that dataclasses take for it."""
        return Attempt, (self.started, self.waited, self.why, self.hops, self.error)


@dataclass(frozen=True, slots=True)
class Memento:
    """Where an archived copy came from: the archive's name, the time of its capture (ISO 8601), and the URI-M in the archive."""

    archive: str
    datetime: str
    url: str


@dataclass(frozen=True, slots=True)
class Held:
    """An answer that an earlier look brought, with what its server gave to ask whether it still stands (RFC 9110 §13.1).

    `url` is the address that answered; `record`, `date` and `digest` are those of the record that holds the payload, at `origin`, and
    `sha256` is the payload's; `reading` reads it again, for a 304 says that all of it still holds.
    """

    url: str
    etag: str | None
    modified: str | None
    record: str
    origin: str
    date: str
    digest: str
    sha256: str
    reading: Callable[[], Reading]

    def conditions(self) -> list[tuple[bytes, bytes]]:
        """Return the headers that ask for the answer only where it is another one by now."""
        said = ((b"If-None-Match", self.etag), (b"If-Modified-Since", self.modified))
        return [(name, value.encode("latin-1", "replace")) for name, value in said if value]


@dataclass(frozen=True, slots=True)
class Derived:
    """What was made of a captured page (a picture, its text): the URI that names it, its media type, its bytes."""

    url: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Twin:
    """A record that holds the same body as a browser's answer, in the content coding that the answer says it came in.

    `head` is the answer's as received, fit for that record's payload; the others are those of the record, `sha256` of its payload.
    """

    head: bytes
    record: str
    url: str
    date: str
    digest: str
    sha256: str


@dataclass(slots=True)
class Capture:
    """What came of one target at one time. `state` is the verdict, `reason` its evidence in a sentence; times are UTC."""

    target: Target
    started: datetime
    finished: datetime
    attempts: tuple[Attempt, ...]
    state: State
    reason: str
    page: Page | None = None
    post: Post | None = None
    memento: Memento | None = None
    retry_after: datetime | None = None  # the earliest time a server asked us to come back
    cited_by: tuple[int, ...] = ()  # numbers of the citations on whose account it was made; empty for the article's own
    parent: str | None = None  # for a requisite: URL of the page that needs it
    notes: dict[str, str] = field(default_factory=dict)
    needs: tuple[Target, ...] = ()  # what it needs to look whole, as its reader said
    leads: tuple[Target, ...] = ()  # further endpoints that it names for the same thing
    derived: tuple[Derived, ...] = ()  # recorded with it, as resources
    page_id: str | None = None  # of a browser's visit, which its parts share
    twin: Twin | None = None  # where its last answer's body stands already, in another coding
    held: Held | None = None  # the earlier answer that the server said still stands (304)
    answered: int = -1  # index of the attempt that the verdict was read from; the last, unless an earlier one broke off with more

    @property
    def exchange(self) -> Exchange | None:
        """The exchange that answered: the last hop of the attempt that the verdict was read from."""
        return self.attempts[self.answered].last if self.attempts else None

    @property
    def redirects(self) -> tuple[str, ...]:
        """URLs passed by that attempt, in order, without the final one."""
        return tuple(hop.url for hop in self.attempts[self.answered].hops[:-1]) if self.attempts else ()

    def close(self) -> None:
        """Give the exchanges' memory and disk space back."""
        for attempt in self.attempts:
            for hop in attempt.hops:
                hop.close()
