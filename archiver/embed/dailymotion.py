"""Dailymotion: one video. Identity `dailymotion:<id>`.

An id is `x` (`k` for private ones) with letters and digits, as short hosts, players and pages all write it.

Asked: the open API by id, which tells words and time and answers an unknown or deleted id with 404 and its error; oEmbed; the page.
Geographic limits show only in the player's own metadata (error `DM007`), which is not asked: it is an unofficial endpoint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from archiver.article.document import Element
from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.embed.answer import judgement, media, oembed, page
from archiver.embed.answer.endpoint import Fields, asked_url, counts, text
from archiver.embed.answer.endpoint import oembed as request
from archiver.embed.answer.endpoint import url as address
from archiver.embed.markup import wrapper
from archiver.url import on_host, parts

name: str = "dailymotion"
ENDPOINT = "https://www.dailymotion.com/services/oembed"
FIELDS = "id,title,description,created_time,owner.screenname,owner.username,language,thumbnail_url,private,views_total"
ID = r"(?P<id>[xk][A-Za-z0-9]{1,24})(?![A-Za-z0-9])"
HOST = re.compile(r"(?:[a-z0-9-]{1,20}\.)?dailymotion\.(?:com|[a-z]{2})")
PAGE = re.compile(rf"/(?:[a-z]{{2}}(?:-[a-z]{{2}})?/)?(?:(?:embed|swf|crawler)/)?(?:[a-z]{{2}}/)?(?:video/|(?<=/swf/)){ID}")
PLAYER = re.compile(r"/player(?:/[A-Za-z0-9]{1,24})?\.(?:html|js)")
SHORT = re.compile(rf"/{ID}")
OWN = {  # selector: the attribute that holds the id
    "amp-dailymotion[data-videoid]": "data-videoid",
    "bento-dailymotion[data-videoid]": "data-videoid",
    "script[src*='geo.dailymotion.com/player'][data-video]": "data-video",
}
PARTIAL = "its title, author and still are told, not the video"
hosts: tuple[str, ...] = ("dailymotion.", "dai.ly")
embeds: str = ", ".join([wrapper.WRAPPERS, *OWN])


def identify(url: str) -> Reference | None:
    """Return the video that a resolved URL points to: page, player in a frame, short link."""
    named = parts(url)
    host = named.host.rstrip(".")
    if on_host(host, "dai.ly"):
        return _reference(SHORT.match(named.path))
    if not HOST.fullmatch(host) or host.startswith(("api.", "developers.", "faq.")):
        return None
    if PLAYER.fullmatch(named.path):
        return _reference(re.fullmatch(ID, named.parameters().get("video", [""])[0]))
    if re.match(r"/(?:hub|playlist)/", named.path):
        return _reference(re.match(rf"(?:video=|videoId=){ID}", named.fragment))
    return _reference(PAGE.match(named.path))


def _reference(matched: re.Match[str] | None) -> Reference | None:
    if not matched:
        return None
    return Reference(name, matched["id"], f"https://www.dailymotion.com/video/{matched['id']}", f"{name}:{matched['id']}")


def recognise(element: Element) -> Hit | None:
    """Return the video that a player or a component shows."""
    sight = wrapper.sight(element, identify)
    if sight:
        return Hit(sight.reference, "embed", sight.via, sight.written)
    for selector, attribute in OWN.items():
        found = _reference(re.fullmatch(ID, element.attributes.get(attribute, "").strip())) if element.matches(selector) else None
        if found:
            via = element.tag if "-dailymotion" in element.tag else f"{element.tag}[{attribute}]"
            return Hit(found, "embed", via, found.url)
    return None


def targets(citation: Citation) -> Sequence[Target]:
    """Return the API's and the oEmbed request, and the page."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    api = Target(f"https://api.dailymotion.com/video/{cited.id}?fields={FIELDS}", tier="post", purpose="api")
    return (api, request(ENDPOINT, cited.url), Target(cited.url))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.purpose == "api":
        asked = parts(answer.target.url).path.rpartition("/")[2]
        return oembed.read(answer, lambda told: _post(told, asked), "Dailymotion's API")
    if answer.target.purpose == "oembed":
        cited = asked_url(answer)
        return oembed.read(answer, lambda told: oembed.titled(told, identify(cited) if cited else None, PARTIAL))
    return page.read(answer, identify, walls=re.compile(r"/(?:signin|login)\b"))


def _post(told: Fields, asked: str) -> Post | None:
    title, still = text(told, "title"), address(told, "thumbnail_url")
    if told.get("id") != asked or title is None:
        return None
    return Post(
        platform=name,
        id=asked,
        url=f"https://www.dailymotion.com/video/{asked}",
        author=text(told, "owner.screenname"),
        handle=text(told, "owner.username"),
        created=_time(told),
        text="\n\n".join(filter(None, (title, text(told, "description")))),
        lang=text(told, "language"),
        title=title,
        media=(Media("poster", still),) if still else (),
        counts=counts(told, {"views_total": "views"}),
        partial="its words and still are told, not the video",
    )


def _time(told: Mapping[str, object]) -> str | None:
    seconds = told.get("created_time")
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 1_100_000_000 < seconds < 1 << 33:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the still that an endpoint names, or what the page needs."""
    return media.targets(read(answer).post) if answer.target.tier == "post" else page.requisites(answer, read(answer).post)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a video; the API answers by id, and its own 404 is enough."""
    return judgement.judge(readings, reference, one_word_enough=frozenset({"api"}))
