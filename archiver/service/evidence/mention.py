"""Mention: the post that an article quotes by author and date, found again; or not, and why.

Two ways, the certain one first. A link of the post's own media (`pic.twitter.com/KEY`) is a short link that the platform itself resolves to
the status: its answer is the evidence, checked against the printed day. Else the archive's index names the author's posts of that day, and
their archived words are compared with the quoted ones. The answer always carries score and evidence; under the threshold there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Post
from archiver.embed.comparison import similarity
from archiver.embed.x import snowflake_time
from archiver.fetch.fetcher import Fetching
from archiver.fetch.mention import best_candidate, resolve_short, search_posts


@dataclass(frozen=True, slots=True)
class Resolution:
    """The post that a mention means, or None: `way` is `short-link`, `archive-index` or `none`; `score` 0–1; `evidence` for a person."""

    reference: Reference | None
    way: str
    score: float
    evidence: str

    def as_json(self) -> dict[str, Any]:
        """Return the manifest's `resolution` object."""
        found = self.reference
        return {
            "id": found.id if found else None,
            "url": found.url if found else None,
            "way": self.way,
            "score": round(self.score, 3),
            "evidence": self.evidence,
        }


async def resolve(fetcher: Fetching, citation: Citation) -> Resolution:
    """Find the post of a mention."""
    claims, cited_by = citation.claims, (citation.number,)
    if citation.reference.platform != "x":
        return Resolution(None, "none", 0.0, "only posts of X can be searched for without their address")
    refused = []
    for link in dict.fromkeys((*claims.media, *claims.links)):
        reference, capture = await resolve_short(fetcher, link, cited_by=cited_by)
        if capture is not None:
            capture.close()
        if reference is None:
            continue
        fault = _contradiction(reference, claims)
        if fault is None:
            return Resolution(reference, "short-link", 1.0, f"{link} leads to {reference.url}, of the day that the article prints")
        refused.append(f"{link} leads to {reference.url}, but {fault}")
    return await _searched(fetcher, claims, cited_by, refused)


async def _searched(fetcher: Fetching, claims: Claims, cited_by: tuple[int, ...], refused: list[str]) -> Resolution:
    if not claims.handle or not claims.date:
        return Resolution(None, "none", 0.0, "; ".join([*refused, "the article names no handle or no day to search for"]))
    found = await search_posts(fetcher, claims.handle, date.fromisoformat(claims.date), cited_by=cited_by)
    for capture in found.captures:
        capture.close()
    if not found.candidates:
        return Resolution(None, "none", 0.0, "; ".join([*refused, found.reason]))
    if not claims.text:
        named = ", ".join(candidate.id for candidate in found.candidates[:5])
        return Resolution(None, "none", 0.0, "; ".join([*refused, f"the article quotes no words that could tell {named} apart"]))
    match = await best_candidate(fetcher, found.candidates, lambda post: _score(claims, post), cited_by=cited_by)
    for capture in (*match.others, *([match.capture] if match.capture else [])):
        capture.close()
    if match.candidate is None or match.post is None:
        return Resolution(None, "none", match.score, "; ".join([*refused, match.evidence]))
    url = f"https://twitter.com/{claims.handle}/status/{match.candidate.id}"
    reference = Reference("x", match.candidate.id, url, f"x:{match.candidate.id}")
    return Resolution(reference, "archive-index", match.score, match.evidence)


def _score(claims: Claims, post: Post) -> tuple[float, str]:
    alike = similarity(claims.text or "", post.text or "")
    same = (post.handle or "").lower() == (claims.handle or "").lower()
    author = "same handle" if same else f"by @{post.handle}"
    return (alike if same else 0.0), f"{alike:.0%} of the quoted words agree with the archived post {post.id}, {author}"


def _contradiction(reference: Reference, claims: Claims) -> str | None:
    """Say what speaks against a post: its id tells a day more than one day off the printed one."""
    created = snowflake_time(reference.id) if reference.id else None
    if created is None or claims.date is None:
        return None
    days = abs((created.date() - date.fromisoformat(claims.date)).days)
    return f"its id is of {created.date()}, {days} days off" if days > 1 else None
