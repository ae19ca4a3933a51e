"""Whatever stands between us and a post, on any platform: it is never called deleted, and never had.

Every combination of answers that are about the asker or the way (rate limits, challenges, logins, broken servers, shells, other people's
pages) at every endpoint of every platform: 24 platforms, all pairs of answers, by each platform's own targets.
"""

from __future__ import annotations

import itertools
import json

import pytest

from archiver.citation.citation import Citation, Claims
from archiver.citation.platform import Answer, Platform, State, Target
from archiver.embed import PLATFORMS
from archiver.fetch.verdict import OUTCOMES, status_state
from archiver.url import resolve
from tests.embed.test_contract import table

PAGE = "<!doctype html><html><head><title>{}</title></head><body>{}</body></html>"
SHELL = PAGE.format("", '<div id="root"></div><script src="/app.js"></script>')
Wall = tuple[int, tuple[tuple[str, str], ...], str, str, str]  # status, headers, media type, body, path that it led to
WALLS: dict[str, Wall] = {
    "rate limit": (429, (("Retry-After", "900"),), "text/plain", "Too Many Requests", ""),
    "rate limit in JSON": (429, (), "application/json", json.dumps({"error": "RateLimitExceeded"}), ""),
    "challenge": (403, (("cf-mitigated", "challenge"),), "text/html", PAGE.format("Just a moment...", "<p>x</p>"), ""),
    "challenge, unmarked": (403, (), "text/html", PAGE.format("Attention", "<div id='px-captcha'></div>"), ""),
    "challenge with 200": (200, (), "text/html", PAGE.format("x", "<script id='anubis_challenge'>{}</script>"), ""),
    "broken": (500, (), "text/html", PAGE.format("Error", "<p>Something went wrong</p>"), ""),
    "maintenance": (503, (("Retry-After", "60"),), "text/html", PAGE.format("Back soon", "<p>x</p>"), ""),
    "login": (200, (), "text/html", PAGE.format("Log in", "<form><input type='password'></form>"), "/login"),
    "shell": (200, (), "text/html", SHELL, ""),
    "somebody's page": (200, (), "text/html", PAGE.format("Welcome", "<p>This post was deleted. Page not found. 404. " + "x" * 400), ""),
    "a proxy's 404": (404, (), "text/html", PAGE.format("404 Not Found", "<hr>nginx"), ""),
    "forbidden": (403, (), "text/html", PAGE.format("403 Forbidden", "<hr>nginx"), ""),
    "nothing": (200, (), "", "", ""),
    "no JSON": (200, (), "application/json", "{", ""),
    "an empty object": (200, (), "application/json", "{}", ""),
}
# Two witnesses that find nothing: X's endpoints say it by status alone, with any body, and YouTube's oEmbed in a line of text.
BY_STATUS = {("x", "a proxy's 404"), ("x", "an empty object")}
PASSING = ("rate limit", "rate limit in JSON", "challenge", "challenge, unmarked", "broken", "maintenance", "login")


def reached(target: Target, wall: Wall) -> Answer:
    status, headers, kind, body, path = wall
    url = f"https://{target.url.split('/')[2]}{path}" if path else target.url
    return Answer(target, url, status, headers, kind, body.encode(), redirects=(target.url,) if path else ())


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_a_wall_is_never_the_post_and_never_its_absence(platform: Platform) -> None:
    written, _, _ = table(platform.name, "identify")["claimed"][0]
    reference = platform.identify(str(resolve(written)))
    assert reference is not None
    targets = platform.targets(Citation(1, "link", reference, True, Claims(), ()))
    for names in itertools.product(WALLS, repeat=min(2, len(targets))):
        walls = [WALLS[name] for name in (*names, *[names[-1]] * len(targets))][: len(targets)]
        answers = [reached(target, wall) for target, wall in zip(targets, walls, strict=True)]
        readings = [(answer.target, platform.read(answer)) for answer in answers]
        # As `fetch.verdict` does: an error status takes a good reading back.
        good = (State.OK, State.OK_PARTIAL)
        assert not any(reading.post for _, reading in readings), names
        if platform.name == "web":
            continue  # a page of the open web is whatever stands there
        state, reason = platform.verdict(readings, reference)
        assert state not in good or any(status_state(answer.status) is not State.OK for answer in answers), (names, reason)
        if not all((platform.name, name) in BY_STATUS for name in names):
            assert state is not State.DELETED, (names, reason)
        if all(name in PASSING for name in names):
            assert OUTCOMES[state] in ("failed", "unavailable"), (names, state)
