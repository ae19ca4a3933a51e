"""The contract that a platform file keeps, and the values that pass through it.

A platform is one pure module in `archiver.embed`: bytes and values in, values out, no I/O. It knows its URL shapes, its markup, which
endpoints to ask and what their answers mean. `web` is the platform of everything that no other claims. The values stand here, above both
`embed` and `fetch`, so that neither needs to import downwards: `fetch` turns an exchange into an `Answer`, the platform turns the answer
into a `Reading`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

from archiver.citation.citation import Citation, Claims, Reference

if TYPE_CHECKING:  # who makes records needs the values, and no parser
    from archiver.article.document import Element


class State(StrEnum):
    """The fine word for what came of a target: the taxonomy of the platforms reference, with the network's own failures spelled out."""

    OK = "ok"
    OK_PARTIAL = "ok_partial"
    DELETED = "deleted"
    ACCOUNT_GONE = "account_gone"
    SUSPENDED = "suspended"
    PROTECTED = "protected"
    REMOVED_BY_PLATFORM = "removed_by_platform"
    AGE_GATED = "age_gated"
    LOGIN_WALL = "login_wall"
    GEO_BLOCKED = "geo_blocked"
    EMBEDDING_DISABLED = "embedding_disabled"
    RATE_LIMITED = "rate_limited"
    BOT_CHALLENGE = "bot_challenge"
    SOFT_404 = "soft_404"
    UNAVAILABLE_UNSPECIFIED = "unavailable_unspecified"
    INVALID_ID = "invalid_id"
    # a page's own answers
    NOT_FOUND = "not_found"  # 404
    GONE = "gone"  # 410
    FORBIDDEN = "forbidden"  # 401, 403 without a sign of anything finer
    CLIENT_ERROR = "client_error"  # other 4xx
    SERVER_ERROR = "server_error"  # 5xx
    EMPTY_SHELL = "empty_shell"  # 200 and nothing to read without JavaScript
    PAYWALL = "paywall"  # the beginning, and the rest for subscribers
    CONSENT_WALL = "consent_wall"  # a question about cookies in place of the page
    PARKED = "parked"  # the domain is for sale or shows advertising: whoever was cited is gone
    UNREADABLE = "unreadable"  # malformed answer, undecodable body
    # the network's
    DNS_ERROR = "dns_error"
    CONNECT_ERROR = "connect_error"
    TLS_ERROR = "tls_error"
    TIMEOUT = "timeout"
    DISCONNECTED = "disconnected"
    REDIRECT_LOOP = "redirect_loop"
    # ours
    REFUSED_ADDRESS = "refused_address"  # the guard
    REFUSED_SCHEME = "refused_scheme"
    REFUSED_ROBOTS = "refused_robots"
    UNRESOLVED = "unresolved"
    FAULT = "fault"  # something in this program that nobody foresaw


@dataclass(frozen=True, slots=True)
class Target:
    """A URL to fetch, in which role, on whose account.

    `role` is `seed` or `requisite`; `tier` `http`, `post`, `memento` …; `purpose` says what the platform wants of it (`syndication`,
    `oembed`, `page`, `photo`, `video`, `stylesheet`, `frame` …); `proof` is false where an answer must never count as evidence that the
    source exists (an x.com page is a shell for every id).
    """

    url: str
    role: str = "seed"
    tier: str = "http"
    purpose: str = "page"
    accept: str | None = None  # Accept header, where an endpoint needs one
    accept_datetime: str | None = None  # Accept-Datetime header, for a TimeGate (RFC 7089 §2.1.1)
    proof: bool = True
    headers: tuple[tuple[str, str], ...] = ()  # further request headers; one of a name that is always sent takes its place
    method: str = "GET"
    body: bytes = b""  # of the first request only: where a redirect leads is asked with GET

    def __reduce__(self) -> tuple[object, ...]:
        """Cross to another process in a third of the time that dataclasses take for it."""
        return Target, FIELDS_OF_TARGET(self)


FIELDS_OF_TARGET = attrgetter(*(one.name for one in fields(Target)))


@lru_cache(maxsize=64)  # every answer is asked for some twenty headers, one after the other
def first_values(headers: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Return the first value of each header by its name in lower case."""
    return {name.lower(): value for name, value in reversed(headers)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to a target, as the platforms read it: final hop, decoded body.

    `body` has its content coding undone and is cut at a cap (`cut` is then true); `headers` as received, names in any case; `redirects` the
    URLs passed, in order, without the final one.
    """

    target: Target
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    media_type: str
    body: bytes
    cut: bool = False
    redirects: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by name in any case."""
        return first_values(self.headers).get(name.lower())


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or video of a post: `kind` is photo, video, gif, audio or poster; `url` the best quality known."""

    kind: str
    url: str
    alt: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a poll: its words, and how many chose it: `votes`, or a `share` of all (0-1) where only that is told."""

    label: str
    votes: int | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll as it stood when it was told; `ends` is ISO 8601 UTC, `closed` None where the telling does not say."""

    choices: tuple[Choice, ...]
    voters: int | None = None
    ends: str | None = None
    closed: bool | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A post as an endpoint told it, normalised. `created` is ISO 8601 UTC; `text` has entities undone and short links expanded.

    `title` is a headline that the platform keeps apart from the words (`text` then begins with it). `quoted` and `parent` (the post that
    it answers) are what this telling says of other posts: claims, not captures; `reply_to` is the address of the answered post, told or
    not. `edited` is None where the telling does not say; `versions` are the ids of all versions, the oldest first.
    """

    platform: str
    id: str
    url: str
    author: str | None = None
    handle: str | None = None
    created: str | None = None
    text: str | None = None
    lang: str | None = None
    media: tuple[Media, ...] = ()
    quoted: Post | None = None
    counts: dict[str, int] = field(default_factory=dict)
    partial: str | None = None  # what this telling is known to lack ("long post cut", "no media")
    title: str | None = None
    parent: Post | None = None
    reply_to: str | None = None
    edited: bool | None = None
    edited_at: str | None = None  # ISO 8601 UTC
    versions: tuple[str, ...] = ()
    poll: Poll | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the contract's `post` object."""
        return asdict(self, dict_factory=_plain)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Post:
        """Read the contract's `post` object; fields added later are ignored."""
        told = {each.name: data[each.name] for each in fields(cls) if each.name in data}
        told |= {name: cls.from_json(data[name]) for name in ("quoted", "parent") if data.get(name)}
        told |= {"media": tuple(Media(**one) for one in data["media"]), "versions": tuple(data.get("versions", ()))}
        if data.get("poll"):
            told["poll"] = Poll(**(data["poll"] | {"choices": tuple(Choice(**one) for one in data["poll"]["choices"])}))
        return cls(**told)


def _plain(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in pairs}


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says of itself: its title, canonical URL, cards and JSON-LD; None or empty where it says nothing.

    `open_graph` has the properties of Open Graph and its relatives as written; `json_ld` the things that the page describes, with the
    fields that matter for a citation. `scripted` says which parts the page's scripts would make: what the markup alone does not show.
    """

    title: str | None = None
    canonical: str | None = None
    og_url: str | None = None
    og_type: str | None = None
    description: str | None = None
    author: str | None = None
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    robots: str | None = None
    open_graph: dict[str, str] = field(default_factory=dict)
    json_ld: tuple[dict[str, Any], ...] = ()
    scripted: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer means: a state, why (the structure it was read from), and the post or page where there is one.

    `needs` is what it needs to look whole, where the reader was asked for that too. `leads` are further endpoints that the answer itself
    names for the same thing (oEmbed by discovery, ActivityPub): they are asked after the platform's own targets.
    """

    state: State
    reason: str
    post: Post | None = None
    page: Page | None = None
    needs: tuple[Target, ...] = ()
    leads: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One recognition in markup: what is shown, how it was recognised, and what the markup claims of it."""

    reference: Reference
    kind: str  # embed | link
    via: str
    url: str | None  # as written
    claims: Claims = field(default_factory=Claims)


class Platform(Protocol):
    """One pure module of `archiver.embed`."""

    name: str
    hosts: tuple[str, ...]  # domains that `identify` may claim URLs of, `label.` for any with that label; () for every host
    embeds: str  # CSS selector list: the elements that `recognise` is asked about; "" for none

    def identify(self, url: str) -> Reference | None:
        """Return what a resolved URL points to if it is this platform's, else None."""

    def recognise(self, element: Element) -> Hit | None:
        """Return the embed that an element shows, or None for a false friend."""

    def targets(self, citation: Citation) -> Sequence[Target]:
        """Return what to fetch for a citation, best evidence first."""

    def read(self, answer: Answer) -> Reading:
        """Say what an answer to one of `targets` means."""

    def verdict(self, readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
        """Return the state of the thing itself and why, from what was read at its targets, in any order."""

    def requisites(self, answer: Answer) -> Sequence[Target]:
        """Return what the answered page or post needs to look whole: media, stylesheets, pictures, fonts, frames."""
