"""Vimeo: one video by its number, or one live event. Identity `vimeo:<number>`, `vimeo:event/<number>`.

An unlisted video is seen only with its hash (`vimeo.com/ID/HASH`, `?h=HASH` in players): it is kept in `Reference.url`, and is no part of
the identity. Channels, groups, albums, showcases and shops name the way to a video, and fall away.

Asked: oEmbed, which tells title, author, day and still, never the film; the page, which names itself. `domain_status_code` 403 in a good
answer means that the video exists and plays on the sites of its owner's choice only. 403 and 404 do not tell private from deleted, so they
are `unavailable_unspecified`. `upload_date` is in Vimeo's own time zone: only its day is told on.

False friends: users, channels, categories, `/upload`, `/blog`. The `title` of a frame is mostly "vimeo-player", so it is no claim.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archiver.article.document import Element
from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.embed.answer import endpoint, media, oembed, page
from archiver.embed.answer.judgement import judge
from archiver.embed.markup.wrapper import WRAPPERS, identified, sight
from archiver.url import on_host, parts

name: str = "vimeo"
OEMBED = "https://vimeo.com/api/oembed.json"
HASH = r"(?P<hash>[0-9a-f]{8,16})"
WAY = r"(?:channels/[^/]+/|groups/[^/]+/videos/|(?:album|showcase)/[^/]+/video/|ondemand/[^/]+/|video/|m/|manage/videos/)?"
PAGE = re.compile(rf"/+{WAY}(?P<id>[0-9]{{1,12}})(?:/{HASH})?(?:/.*)?")
EVENT = re.compile(r"/event/(?P<id>[0-9]{1,12})(?:/videos/(?P<video>[0-9]{1,12}))?(?:/.*)?")
PLAYER = re.compile(r"/(?:video|external|progressive_redirect/(?:playback|download))/(?P<id>[0-9]{1,12})(?:[./].*)?")
PRO = re.compile(r"/[^/]+/[^/]+/video/(?P<id>[0-9]{1,12})/?")
CARRIERS = {  # selector: the attribute that holds the number, or a URL
    "lite-vimeo": "videoid",
    "amp-vimeo": "data-videoid",
    "bento-vimeo": "data-videoid",
    "[data-plyr-provider=vimeo]": "data-plyr-embed-id",
    "[data-vimeo-id]": "data-vimeo-id",
    "[data-vimeo-url]": "data-vimeo-url",
}
FLASH = re.compile(r"(?:^|[?&])clip_id=([0-9]{1,12})(?![0-9])")
hosts: tuple[str, ...] = ("vimeo.com", "vimeopro.com")
embeds: str = ", ".join([*CARRIERS, WRAPPERS])
WALLS = re.compile(r"/(?:log_in|login|join|signup)\b")
LACKING = "the film itself is not told"


def identify(url: str) -> Reference | None:
    """Return the video or event that a resolved URL points to; None for users, channels and other sites."""
    named = parts(url)
    host, query = named.host.rstrip("."), named.parameters()
    if host == "player.vimeo.com":
        matched = PLAYER.fullmatch(named.path)
        return _reference(matched["id"], query.get("h", [""])[0]) if matched else None
    if on_host(host, "vimeopro.com"):
        matched = PRO.fullmatch(named.path)
        return _reference(matched["id"]) if matched else None
    if host.removeprefix("www.") not in ("vimeo.com", "m.vimeo.com"):
        return None
    if named.path == "/moogaloop.swf":
        clip = query.get("clip_id", [""])[0]
        return _reference(clip) if re.fullmatch(r"[0-9]{1,12}", clip) else None
    event = EVENT.fullmatch(named.path)
    if event:
        if event["video"]:
            return _reference(event["video"], way=f"event/{int(event['id'])}/videos/")
        number = str(int(event["id"]))
        return Reference(name, f"event/{number}", f"https://vimeo.com/event/{number}", f"{name}:event/{number}")
    matched = PAGE.fullmatch(named.path)
    return _reference(matched["id"], matched["hash"] or query.get("h", [""])[0]) if matched else None


def _reference(written: str, secret: str | None = None, way: str = "") -> Reference | None:
    number = str(int(written))
    unlisted = f"/{secret}" if secret and re.fullmatch(r"[0-9a-f]{8,16}", secret) else ""
    return Reference(name, number, f"https://vimeo.com/{way}{number}{unlisted}", f"{name}:{number}") if number != "0" else None


def recognise(element: Element) -> Hit | None:
    """Return the video that a player, or what stands in its place, shows."""
    for selector, attribute in CARRIERS.items():
        written = element.attributes.get(attribute, "").strip()
        if written and element.matches(selector):
            found = _reference(written) if re.fullmatch(r"[0-9]{1,12}", written) else identified(written, identify)
            if found:
                return Hit(found, "embed", element.tag if "-" in element.tag else f"{element.tag}[{attribute}]", written)
    seen = sight(element, identify)
    if seen:
        return Hit(seen.reference, "embed", seen.via, seen.written)
    return _flash(element) if element.tag in ("object", "embed") else None


def _flash(element: Element) -> Hit | None:
    """Read a player of before 2015: the number stands in the variables of the film, if the film is Vimeo's."""
    inner = [param.attributes.get("value", "") for param in element.select("param[value]")]
    values = [*(element.attributes.get(attribute, "") for attribute in ("src", "data", "flashvars")), *inner]
    clip = next((matched[1] for value in values if (matched := FLASH.search(value))), None)
    if clip is None or not any(re.match(r"(?:https?:)?//(?:[a-z]+\.)?vimeo(?:cdn)?\.com/", value) for value in values):
        return None
    found = _reference(clip)
    return Hit(found, "embed", f"{element.tag}[flashvars]", None) if found else None


# ----------------------------------------------------------------- answers


def targets(citation: Citation) -> Sequence[Target]:
    """Return oEmbed and the page; nothing for a mention that nothing resolved."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    return (endpoint.oembed(OEMBED, cited.url), Target(cited.url))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.tier == "memento" or answer.target.purpose != "oembed":
        return page.read(answer, identify, walls=WALLS)
    refused = endpoint.refused(answer)
    if refused:
        return refused
    told = endpoint.json_object(answer.body) or {}
    if told.get("error_code") == 5460:
        return Reading(State.LOGIN_WALL, "the oEmbed endpoint answered error_code 5460: its word for a login")
    if answer.status in (403, 404, 410):
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the oEmbed endpoint answered {answer.status}: private or deleted")
    if answer.status == 200 and told.get("domain_status_code") == 403:
        return Reading(State.EMBEDDING_DISABLED, "the oEmbed endpoint answered domain_status_code 403: it plays on its owner's sites only")
    asked = identify(endpoint.asked_url(answer) or "https://vimeo.com/")
    return oembed.read(answer, lambda found: _post(found, asked))


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a video."""
    return judge(readings, reference)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the still of a told video, or what the page needs."""
    if answer.target.purpose == "page":
        return page.requisites(answer, read(answer).post)
    return media.targets(read(answer).post)


def _post(told: endpoint.Fields, asked: Reference | None) -> Post | None:
    title = endpoint.text(told, "title")
    if asked is None or asked.id is None or asked.url is None or title is None:
        return None
    if told.get("video_id") is not None and str(told["video_id"]) != asked.id.removeprefix("event/"):
        return None
    day = re.match(r"[0-9]{4}-[01][0-9]-[0-3][0-9](?= |T|$)", endpoint.text(told, "upload_date") or "")
    still, profile = (
        endpoint.url(told, "thumbnail_url"),
        re.fullmatch(r"https://vimeo\.com/([^/?#]+)", endpoint.url(told, "author_url") or ""),
    )
    return Post(
        name,
        asked.id,
        asked.url,
        author=endpoint.text(told, "author_name"),
        handle=profile[1] if profile else None,
        created=day[0] if day else None,
        text=title,
        media=(Media("poster", still),) if still else (),
        partial=LACKING,
    )
