"""What the small web plays, for a person to read and for the tests to hold the program to: one scene for each source of the article."""

from __future__ import annotations

from dataclasses import dataclass

from archiver.citation.platform import State
from archiver.service.demo import pages, posts


@dataclass(frozen=True, slots=True)
class Scene:
    """One source of the article: what happens when it is asked for, and what must come of it.

    `outcome`, `state` and `verdict` (of the comparison with what the article claims) are the manifest's words; `tiers` those of its
    captures.
    """

    title: str
    kind: str
    url: str
    played: str
    outcome: str
    state: State
    verdict: str | None
    tiers: frozenset[str]


SCENES = (
    Scene(
        title="a living post",
        kind="embed",
        url=posts.ELLA.url,
        played="the syndication and oEmbed endpoints tell it, its picture is served; the page at x.com is a shell that proves nothing",
        outcome="captured",
        state=State.OK,
        verdict="match",
        tiers=frozenset({"post"}),
    ),
    Scene(
        title="a flaky page",
        kind="link",
        url=pages.BBC,
        played="503 with Retry-After: 1, then the page with stylesheets, pictures in two sizes, a font, an icon and a frame",
        outcome="captured",
        state=State.OK,
        verdict=None,
        tiers=frozenset({"http"}),
    ),
    Scene(
        title="a dead domain",
        kind="link",
        url=pages.LOST,
        played="connections are refused; the web archive has a memento of the page",
        outcome="captured",
        state=State.CONNECT_ERROR,
        verdict=None,
        tiers=frozenset({"http", "memento"}),
    ),
    Scene(
        title="a post quoted without its address",
        kind="mention",
        url=posts.COHEN.url,
        played="the archive's index has six addresses of that account in that week; the words of one are those that the article quotes",
        outcome="captured",
        state=State.OK,
        verdict="match",
        tiers=frozenset({"post", "memento"}),
    ),
    Scene(
        title="a deleted post",
        kind="mention",
        url=posts.EIDDA.url,
        played="pic.twitter.com still leads to it; both endpoints answer 404; the web archive has what X's interface told of it",
        outcome="captured",
        state=State.DELETED,
        verdict="match",
        tiers=frozenset({"http", "post", "memento"}),
    ),
)
