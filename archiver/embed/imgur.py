"""Imgur: one picture, album or gallery post. Identity `imgur:<id>`, `imgur:a/<id>`, `imgur:gallery/<id>`; ids keep their case.

A gallery post may be a picture or an album, and its address does not tell which: it stays `gallery/<id>`. A picture's file name is its id
with a letter for the size (`sbtmlhr`), which only a sixth or eighth letter can be. Words of the site have the length of ids (`rules`,
`privacy`): they are listed. Slugs before an id are decoration.

Asked: for a picture its file, which is the thing itself. A deleted one redirects to `/removed.png`: the one sign here that says so. For
albums the page and oEmbed, whose markup is made from the address alone as far as known: no proof.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archiver.article.document import Element
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.embed.answer import judgement, oembed, page
from archiver.embed.answer.endpoint import asked_url
from archiver.embed.answer.endpoint import oembed as request
from archiver.embed.answer.refusal import refusal
from archiver.embed.markup import wrapper
from archiver.url import on_host, parts

name: str = "imgur"
ENDPOINT = "https://api.imgur.com/oembed.json"
ID = r"(?P<id>[A-Za-z0-9]{7}|[A-Za-z0-9]{5})"
FILE = re.compile(rf"/(?:download/)?{ID}[sbtmlhrgp]?(?:_d|_lq)?\.(?P<kind>[A-Za-z0-9]{{3,4}})")
WITHIN = "a/|gallery/|t/[^/]{1,60}/|topic/[^/]{1,60}/|r/[^/]{1,60}/"
PAGE = re.compile(rf"/(?P<in>{WITHIN})?(?:[a-z0-9%_-]{{1,300}}-)?{ID}(?:/embed|/layout/[a-z]+|/new|/all|/comment/[0-9]+(?:/.*)?)?/?")
SITE = frozenset({
    "rules", "terms", "tools", "store", "games", "press", "viral", "privacy", "memegen", "contact", "removed", "account", "gallery",
    "popular", "about", "login", "emerald",
})  # fmt: skip
VIDEO = {"gifv": "mp4", "mp4": "mp4", "webm": "mp4"}
hosts: tuple[str, ...] = ("imgur.com", "imgur.io")
embeds: str = f"{wrapper.WRAPPERS}, blockquote.imgur-embed-pub, amp-imgur, bento-imgur"


def identify(url: str) -> Reference | None:
    """Return the picture, album or gallery post that a resolved URL points to."""
    named = parts(url)
    host = named.host.rstrip(".")
    if not on_host(host, "imgur.com", "imgur.io") or host.startswith(("api.", "s.", "help.", "blog.", "apidocs.")):
        return None
    if found := FILE.fullmatch(named.path):
        return _reference(found["id"], "") if found["id"] not in SITE else None
    matched = PAGE.fullmatch(named.path)
    if not matched or (matched["id"] in SITE and not matched["in"]):
        return None
    inside = matched["in"] or ""
    return _reference(matched["id"], "" if inside.startswith("r/") else "a/" if inside == "a/" else "gallery/" if inside else "")


def _reference(identifier: str, inside: str) -> Reference:
    shown = f"{inside}{identifier}"
    return Reference(name, shown, f"https://imgur.com/{shown}", f"{name}:{shown}")


def recognise(element: Element) -> Hit | None:
    """Return what an embed shows; its link says the title where the author of the embed kept it."""
    attribute = {"blockquote": "data-id", "amp-imgur": "data-imgur-id", "bento-imgur": "data-imgur-id"}.get(element.tag)
    if attribute and (element.tag != "blockquote" or "imgur-embed-pub" in element.classes):
        written = element.attributes.get(attribute, "").strip()
        matched = re.fullmatch(rf"(?P<in>a/|gallery/)?{ID}", written)
        if not matched:
            return None
        found = _reference(matched["id"], matched["in"] or "")
        anchors = element.select("a[href]") if element.tag == "blockquote" else []
        title = anchors[0].text.strip() if anchors else None
        shown = title if title and title != "View post on imgur.com" else None
        via = "blockquote.imgur-embed-pub" if element.tag == "blockquote" else element.tag
        return Hit(found, "embed", via, anchors[0].attributes["href"] if anchors else found.url, Claims(text=shown))
    sight = wrapper.sight(element, identify)
    return Hit(sight.reference, "embed", sight.via, sight.written) if sight else None


def targets(citation: Citation) -> Sequence[Target]:
    """Return the file of a picture, or the oEmbed request, and the page."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    if "/" in cited.id:
        return (Target(cited.url), _asked(cited.url))
    return (
        Target(f"https://i.imgur.com/{cited.id}.{_extension(citation)}", tier="post", purpose="photo"),
        Target(cited.url),
        _asked(cited.url),
    )


def _asked(url: str) -> Target:
    told = request(ENDPOINT, url)
    return Target(told.url, tier=told.tier, purpose=told.purpose, proof=False)


def _extension(citation: Citation) -> str:
    """Return the file's kind as the article writes it; `jpg` answers for every still."""
    for place in citation.places:
        if found := re.search(r"\.(gifv|mp4|webm|gif|png|jpe?g)(?:[?#]|$)", place.url or "", re.IGNORECASE):
            return VIDEO.get(found[1].lower(), found[1].lower())
    return "jpg"


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.purpose == "photo":
        return _file(answer)
    if answer.target.purpose == "oembed":
        asked = asked_url(answer)
        return oembed.read(
            answer, lambda told: oembed.titled(told, identify(asked) if asked else None, "its title is told, not its pictures")
        )
    return page.read(answer, identify, walls=re.compile(r"/(?:signin|login)\b"))


def _file(answer: Answer) -> Reading:
    if re.fullmatch(r"/removed\.(?:png|jpg|gif)", parts(answer.url).path):
        return Reading(State.DELETED, "the picture's address leads to Imgur's sign for removed pictures")
    refused = refusal(answer)
    if refused:
        return refused
    kind = answer.media_type.lower().partition("/")[0]
    cited = identify(answer.target.url)
    if answer.status == 200 and kind in ("image", "video") and cited and cited.id and cited.url and answer.body:
        medium = Media("photo" if kind == "image" else "video", answer.target.url, content_type=answer.media_type)
        return Reading(State.OK, "the picture itself", post=Post(name, cited.id, cited.url, media=(medium,)))
    if answer.status == 200:
        return Reading(State.EMPTY_SHELL, f"the picture's address answered with {answer.media_type or 'no media type'}, no picture")
    return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the picture's address answered {answer.status}")


def requisites(answer: Answer) -> Sequence[Target]:
    """Return nothing for a picture, which is whole; what the page needs else."""
    return () if answer.target.tier == "post" else page.requisites(answer, read(answer).post)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a picture; the sign for removed pictures is enough."""
    return judgement.judge(readings, reference, one_word_enough=frozenset({"photo"}))
