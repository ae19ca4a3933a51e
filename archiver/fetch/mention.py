"""Mention: find the post that an article quotes by author and date, without its URL.

Two ways, both over evidence that is kept. A short link of the post's own picture (`pic.twitter.com/KEY` is `t.co/KEY`) redirects to the
status: the address is X's own answer. Else the archive's index: it is sorted by URL, ids carry their time, so the captures of one author's
posts of one day lie under one or two prefixes. What comes back is filtered by the exact range of ids; a capture older than the id it names
cannot be and is thrown out. Then the archived copies are compared with the quoted words by the caller's scoring.

A candidate is never a fact. The answer carries its score and what it rests on; under the threshold, or with a second one close behind,
there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from archiver.citation.citation import Reference
from archiver.citation.platform import Answer, Post, Reading, State, Target
from archiver.embed import x
from archiver.fetch import cdx
from archiver.fetch.capture import Capture
from archiver.fetch.fetcher import Fetching
from archiver.fetch.memento import fetch_memento, listed
from archiver.fetch.redirect import location
from archiver.fetch.verdict import status_state

HOSTS = ("twitter.com", "mobile.twitter.com", "x.com")
PAGES = 5  # answers of the index for one prefix
COPIES = 2  # archived copies looked at for one candidate
MOST = 12  # candidates compared
LEAST = 0.6
MARGIN = 0.1
HANDLE = re.compile(r"[A-Za-z0-9_]{1,20}")
STATUS = re.compile(r"/status(?:es)?/+(?:%22)?([0-9]{1,19})(?![0-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that may be the one: its id, and the archive's captures of it, most telling first."""

    id: str
    rows: tuple[cdx.Row, ...]


@dataclass(slots=True)
class Search:
    """Posts of one author and day that the archive knows, every capture made in asking, and why there are none."""

    candidates: list[Candidate] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    reason: str = ""


@dataclass(slots=True)
class Match:
    """The candidate whose words fit, or None: score 0–1, evidence for a person, the capture it was read from, and all others made."""

    candidate: Candidate | None = None
    score: float = 0.0
    evidence: str = ""
    post: Post | None = None
    capture: Capture | None = None
    others: list[Capture] = field(default_factory=list)


async def resolve_short(fetcher: Fetching, url: str, *, cited_by: tuple[int, ...] = ()) -> tuple[Reference | None, Capture | None]:
    """Follow a short link of X (`t.co/KEY`, `pic.twitter.com/KEY`) as far as a status URL; the capture is the evidence.

    (None, None) where `url` is no short link; (None, capture) where it leads to no post.
    """
    key = x.short_key(url)
    if key is None:
        return None, None
    target = Target(f"https://t.co/{key}", role="requisite", purpose="short")
    capture = await fetcher.fetch(target, read=_read_short, cited_by=cited_by, follow=lambda onward: x.identify(onward) is None)
    hops = capture.attempts[capture.answered].hops if capture.attempts else ()
    ends = (location(hop, hop.url) for hop in hops)
    named = [reference for end in ends if end and end.url and (reference := x.identify(end.url))]
    return (named[0] if named else None), capture


async def search_posts(fetcher: Fetching, handle: str, day: date, *, slack: int = 1, cited_by: tuple[int, ...] = ()) -> Search:
    """Return the posts of `handle` (without @) on a UTC day, `slack` days more on both sides, that the archive has captures of."""
    found = Search()
    bounds = x.day_range(day, slack)
    if bounds is None or not HANDLE.fullmatch(handle):
        found.reason = "ids of that time do not tell their day" if bounds is None else f"{handle[:40]!r} is no handle"
        return found
    paths = [f"{host}/{handle}/status/{prefix}" for host in HOSTS for prefix in x.id_prefixes(day, slack)]
    rows: list[cdx.Row] = []
    for path in paths:
        rows += await _listed(fetcher, path, found, cited_by)
    found.candidates = candidates(rows, bounds)
    failed = next((capture for capture in found.captures if capture.state is not State.OK), None)
    if not found.candidates:
        found.reason = failed.reason if failed else f"the archive has no capture of a post by @{handle} of {day}"
    return found


def candidates(rows: Sequence[cdx.Row], bounds: tuple[int, int]) -> list[Candidate]:
    """Return the posts that rows of the index name, by id, as far as their ids lie in `bounds` and their captures are possible."""
    posts: dict[str, list[cdx.Row]] = {}
    for row in rows:
        for identifier in STATUS.findall(row.original):
            if bounds[0] <= int(identifier) <= bounds[1] and _possible(row, identifier):
                posts.setdefault(identifier, []).append(row)
                break
    return [Candidate(identifier, tuple(sorted(posts[identifier], key=_telling))) for identifier in sorted(posts, key=int)]


async def best_candidate(
    fetcher: Fetching,
    found: Sequence[Candidate],
    score: Callable[[Post], tuple[float, str]],
    *,
    least: float = LEAST,
    cited_by: tuple[int, ...] = (),
) -> Match:
    """Return the candidate whose archived words score best, if it scores at least `least` and clearly more than the next.

    `score` compares a post with what the article quotes: 0–1, and the evidence in words.
    """
    match = Match()
    scored: list[tuple[float, str, Candidate, Post, Capture]] = []
    for candidate in found[:MOST]:
        copy = await _told(fetcher, candidate, match, cited_by)
        if copy:
            points, evidence = score(copy[0])
            scored.append((points, evidence, candidate, *copy))
    scored.sort(key=lambda one: -one[0])
    if not scored or scored[0][0] < least:
        best = f", the best scores {scored[0][0]:.2f}" if scored else ""
        return replace(match, evidence=f"none of {len(found)} posts has the quoted words{best}", others=[*match.others, *_captures(scored)])
    second = scored[1][0] if len(scored) > 1 else 0.0
    if scored[0][0] - second < MARGIN:
        evidence = f"posts {scored[0][2].id} and {scored[1][2].id} fit about as well ({scored[0][0]:.2f} and {second:.2f})"
        return replace(match, evidence=evidence, others=[*match.others, *_captures(scored)])
    points, evidence, candidate, post, capture = scored[0]
    compared = f"{evidence}; {len(scored)} of {len(found)} candidates read, the next scores {second:.2f}"
    return Match(candidate, points, compared, post, capture, [*match.others, *_captures(scored[1:])])


async def _told(fetcher: Fetching, candidate: Candidate, match: Match, cited_by: tuple[int, ...]) -> tuple[Post, Capture] | None:
    """Return a candidate's words from the first archived copy that holds them."""
    readable = [row for row in candidate.rows if row.statuscode == "200"]
    for row in readable[:COPIES]:
        capture = await fetch_memento(fetcher, row, read=x.read, cited_by=cited_by)
        if capture.post and capture.post.id == candidate.id:
            return capture.post, capture
        match.others.append(capture)
    return None


async def _listed(fetcher: Fetching, path: str, found: Search, cited_by: tuple[int, ...]) -> list[cdx.Row]:
    """Return the index's rows under a prefix, page by page."""
    rows: list[cdx.Row] = []
    key: str | None = None
    for _ in range(PAGES):
        capture = await fetcher.fetch(cdx.query(path, prefix=True, resume_key=key), read=cdx.read, cited_by=cited_by)
        found.captures.append(capture)
        listing = listed(capture)
        rows += listing.rows
        key = listing.resume_key
        if key is None:
            break
    return rows


def _possible(row: cdx.Row, identifier: str) -> bool:
    """Tell whether a capture can be of this post: it is not older than the post's id, to the second."""
    created = x.snowflake_time(identifier)
    return created is not None and row.moment >= created.replace(microsecond=0)


def _telling(row: cdx.Row) -> tuple[bool, bool, str]:
    """Order captures: those with content, JSON with the full text before pages, the earliest first."""
    return row.statuscode != "200", "json" not in row.mimetype, row.timestamp


def _captures(scored: Sequence[tuple[float, str, Candidate, Post, Capture]]) -> list[Capture]:
    return [one[-1] for one in scored]


def _read_short(answer: Answer) -> Reading:
    state = status_state(answer.status)
    onward = answer.header("Location")
    return Reading(state, f"leads to {onward[:200]}" if onward else f"status {answer.status}, and leads nowhere")
