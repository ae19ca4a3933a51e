"""Pinterest: one pin by its number. Identity `pinterest:<number>`; the country in the host and the words before the number are decoration.

Asked: oEmbed, which tells title and author; the page. A pin that is gone sends to the front page, or back with `show_error=true`: neither
says why, and a pin on a secret board is answered alike, so `deleted` needs two endpoints.

False friends: boards, people, ideas, search, the save button (`/pin/create/…`, `data-pin-do="buttonPin"`), widgets of boards and people.
`pin.it` leads to pins and boards alike, and is itself until somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from archiver.article.document import Element
from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.embed.answer import endpoint, media, oembed, page
from archiver.embed.answer.judgement import judge
from archiver.embed.markup.wrapper import WRAPPERS, identified, sight
from archiver.url import parts

name: str = "pinterest"
DOMAINS = """
    com at be ca ch cl co co.at co.in co.kr co.nz co.uk com.au com.bo com.ec com.mx com.pe com.py com.uy com.vn de dk ec es fr hu id ie in
    info it jp kr mx nz pe ph pt ru se th tw uk vn nl no fi pl gr
"""
HOST = re.compile(rf"(?:[a-z]{{2,3}}\.)?pinterest\.(?:{'|'.join(map(re.escape, DOMAINS.split()))})")
PIN = re.compile(r"/pin/(?:[^/]*--)?(?P<id>[0-9]{1,20})(?:/.*)?")
EMBED = re.compile(r"/ext/embed\.html")
CARRIERS = {  # selector: the attribute that holds the address, or the number
    "a[data-pin-do=embedPin][href]": "href",
    "span[data-pin-id][data-pin-log^=embed_pin]": "data-pin-id",  # what the script makes of it
    "amp-pinterest[data-do=embedPin][data-url]": "data-url",
    "bento-pinterest[data-do=embedPin][data-url]": "data-url",
}
hosts: tuple[str, ...] = ("pinterest.",)
embeds: str = ", ".join([*CARRIERS, WRAPPERS])
OEMBED = "https://www.pinterest.com/oembed.json"
WALLS = re.compile(r"/login\b")


def identify(url: str) -> Reference | None:
    """Return the pin that a resolved URL points to; None for boards, people, buttons and other sites."""
    named = parts(url)
    host = named.host.rstrip(".")
    if host == "assets.pinterest.com" and EMBED.fullmatch(named.path):
        return _reference(named.parameters().get("id", [""])[0])
    matched = PIN.fullmatch(named.path) if HOST.fullmatch(host) else None
    return _reference(matched["id"]) if matched else None


def _reference(written: str) -> Reference | None:
    if not re.fullmatch(r"[0-9]{1,20}", written) or not int(written):
        return None
    number = str(int(written))
    return Reference(name, number, f"https://www.pinterest.com/pin/{number}/", f"{name}:{number}")


def recognise(element: Element) -> Hit | None:
    """Return the pin that an element shows; None for boards, people and save buttons."""
    for selector, attribute in CARRIERS.items():
        written = element.attributes.get(attribute, "")
        if written and element.matches(selector):
            found = _reference(written) if written.isdigit() else identified(written, identify)
            return Hit(found, "embed", element.tag if "-" in element.tag else selector.partition("]")[0] + "]", written) if found else None
    seen = sight(element, identify)
    return Hit(seen.reference, "embed", seen.via, seen.written) if seen else None


def targets(citation: Citation) -> Sequence[Target]:
    """Return oEmbed and the page; nothing for a mention that nothing resolved."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    return (endpoint.oembed(OEMBED, cited.url), Target(cited.url))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.tier != "memento" and answer.target.purpose == "oembed":
        asked = identify(endpoint.asked_url(answer) or "https://www.pinterest.com/")
        return oembed.read(answer, lambda told: _post(told, asked))
    reading = page.read(answer, identify, walls=WALLS)
    if reading.state is State.EMPTY_SHELL and "show_error" in parts(answer.url).parameters():
        return replace(reading, state=State.UNAVAILABLE_UNSPECIFIED, reason="the page led back with show_error, and does not say why")
    return reading


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a pin."""
    return judge(readings, reference)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the picture of a told pin, or what the page needs."""
    return media.targets(read(answer).post) if answer.target.purpose == "oembed" else page.requisites(answer, read(answer).post)


def _post(told: endpoint.Fields, asked: Reference | None) -> Post | None:
    """Return the pin of an answer; its title may be empty, but then the author or the frame is told."""
    title, author = (endpoint.text(told, "title") or "").strip(), endpoint.text(told, "author_name")
    if asked is None or asked.id is None or asked.url is None or not (title or author):
        return None
    still, profile = endpoint.url(told, "thumbnail_url"), endpoint.url(told, "author_url")
    handle = re.fullmatch(r"/([^/]+)/?", parts(profile).path) if profile else None
    return Post(
        name,
        asked.id,
        asked.url,
        author=author,
        handle=handle[1] if handle else None,
        text=title or None,
        media=(Media("photo", still),) if still else (),
        partial="its description and time are not told",
    )
