"""Web: the platform of everything that no other platform claims; always last.

Identity is the canonical URL; of a player whose address tells its page (`player`) the page's, so that a link to a chart and the chart's
frame are one thing; the service's own id stands beside it. `Reference.url` is the URL as the article wrote it, resolved; tracking
parameters stay in it, because a server may answer differently without them, and fall away in the key only. A fragment is dropped (it never
goes over the wire) unless it is a route (`#!/…`, `#/…`), which names another page, or, behind a site's first page, the state of what it
shows (`#search=…`): of an application that is one page, the fragment is all that tells one thing from another. How a reader came, where a
film begins and which words are marked is no state.

Embeds are frames and players with an address of their own, what scripts turn into frames, and what content systems keep for an embed
(`wrapper`). What only stands on the page (advertising, counters, comments, buttons, newsletter boxes) is none: `foreign`.

Asked of an embed: the frame as the article shows it, kept and never proof, because players answer 200 for everything; the page; and where
that shows nothing, the provider's oEmbed (`registry`). Of a link: its page. What the page itself names for machines is asked after it
(`lead`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from archiver.article.document import Element
from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Hit, Reading, State, Target
from archiver.citation.wrapped import unwrap
from archiver.embed.answer import activity, media
from archiver.embed.markup import wrapper
from archiver.embed.markup.lazy import FRAMED, addresses, frames
from archiver.embed.web import judgement, lead, markup, oembed, requisite
from archiver.embed.web.foreign import is_foreign, is_unseen
from archiver.embed.web.player import SELECTORS, component, id_of, page_of
from archiver.embed.web.registry import endpoint
from archiver.url import absolute, canonical, parts, resolve, without_fragment

__all__ = ["embeds", "hosts", "identify", "name", "read", "recognise", "requisites", "targets", "verdict"]

name: str = "web"
MEDIA = ("video", "audio", "amp-video", "amp-audio")
POST = "blockquote.wp-embedded-content"  # how WordPress shows a post of another site
hosts: tuple[str, ...] = ()
embeds: str = ", ".join([wrapper.WRAPPERS, *MEDIA, SELECTORS, POST])
STATE = re.compile(
    r"(?!(?:utm_\w+|\w*clid|xtor|ref|ref_\w+|source|src|from|via|at_\w+|mc_\w+|ns_\w+|echobox|link_time|intcid|cmp\w*|t|time|start|page|lang|hl"
    r"|(?:access|id)_token|state|code|goback|comments?)=)[a-z][a-z_]{0,20}=[^&=\s]{1,200}(?:&[a-z][\w]{0,20}=[^&=\s]{0,200}){0,5}",
    re.IGNORECASE,
)
MOST_PLAYERS = 2
NTH_PLAYER = re.compile(r"\?_=[0-9]{1,6}$")  # what WordPress tells the players of one page apart by: the file is one
WITNESSES = (oembed.PURPOSE, activity.PURPOSE)
BARRED = frozenset({State.EMPTY_SHELL, State.BOT_CHALLENGE, State.LOGIN_WALL, State.FORBIDDEN, State.RATE_LIMITED})


def identify(url: str) -> Reference | None:
    """Return the reference of any resolved http(s) URL."""
    resolved = resolve(url)
    if resolved is None:
        return None
    shown = page_of(resolved) or resolved
    page, fragment = parts(shown), parts(shown).fragment
    state = f"#{fragment}" if page.path == "/" and not page.query and STATE.fullmatch(fragment) else ""
    address = shown if state or fragment.startswith(("!", "/")) else without_fragment(shown)
    return Reference(name, id_of(shown), address, f"{name}:{canonical(shown)}{state}")


class _Named(NamedTuple):
    via: str
    written: str
    url: str


def recognise(element: Element) -> Hit | None:
    """Return what a frame, a player or a wrapper shows, or None where it shows no content of its own.

    Addresses without a host are the article's own: they need its URL, which an element does not know, and are left to the links.
    """
    named = None if is_unseen(element) else next(_named(element), None)
    if named is None or is_foreign(named.url):
        return None
    cited = unwrap(named.url) or named.url
    reference = identify(cited)
    if reference is None or is_foreign(cited) or _is_quoted_beside(element, reference):
        return None
    return Hit(reference, "embed", named.via, named.written)


def _is_quoted_beside(element: Element, reference: Reference) -> bool:
    """Tell whether a frame of a WordPress post has the quotation beside it that it takes the place of."""
    if element.tag != "iframe" or "wp-embedded-content" not in element.classes or element.parent is None:
        return False
    quotations = (one for one in element.parent.children if one.matches(POST))
    return any(quoted and quoted.key == reference.key for one in quotations for quoted in map(identify, one.hrefs[:1]))


def _named(element: Element) -> Iterator[_Named]:
    """Yield the addresses that an element names, the best first."""
    if element.tag in MEDIA:
        for holder in (element, *element.select("source")):
            for attribute, written in addresses(holder):
                url = absolute(NTH_PLAYER.sub("", written))
                if url:
                    yield _Named(f"{element.tag}[{attribute}]", written, url)
        return
    for frame in frames(element):
        post = "wp-embedded-content" in element.classes
        yield _Named(
            f"{element.tag}[{frame.attribute}]", frame.written, re.sub(r"/embed/?(?:#.*)?$", "/", frame.url) if post else frame.url
        )
    if element.tag in FRAMED:
        return
    if made := component(element):
        yield _Named(made[0], made[1], made[1])
    sight = wrapper.sight(element, identify)
    if sight and sight.reference.url:
        yield _Named(sight.via, sight.written, sight.reference.url)
    if element.tag == "blockquote" and "wp-embedded-content" in element.classes:
        for anchor in element.select("a[href]")[:1]:
            written = anchor.attributes["href"].strip()
            if url := absolute(written):
                yield _Named(POST, written, url)


def targets(citation: Citation) -> Sequence[Target]:
    """Return the cited page, and for an embed its frame before and its provider's oEmbed after it; nothing for an unresolved mention."""
    url = citation.reference.url
    if url is None:
        return ()
    if citation.kind != "embed":
        return (Target(url),)
    written = [place.url for place in citation.places if place.url]
    shown = [found for one in written if (found := absolute(one)) and page_of(found)]
    players = [Target(one, purpose="player", proof=False) for one in dict.fromkeys(shown) if canonical(one) != canonical(url)]
    known = endpoint(url)
    return (*players[:MOST_PLAYERS], Target(url), *((oembed.target(known, url),) if known else ()))


def read(answer: Answer) -> Reading:
    """Say what an answer means; see `judgement`, `oembed`, `activity`, and `lead` for what a page names beside itself."""
    if answer.target.tier != "memento" and answer.target.purpose == oembed.PURPOSE:
        return oembed.read(answer)
    if answer.target.tier != "memento" and answer.target.purpose == activity.PURPOSE:
        return activity.read(answer, name)
    reading = judgement.read(answer)
    if reading.state not in (State.OK, State.EMPTY_SHELL) or not markup.is_html(answer) or answer.target.role != "seed":
        return reading
    return replace(reading, leads=lead.leads(markup.document(answer), answer)) if answer.target.purpose == "page" else reading


def requisites(answer: Answer) -> Sequence[Target]:
    """Return what the page, frame or stylesheet needs to look whole, or the media of a post that an endpoint tells; see `requisite`."""
    return media.targets(read(answer).post) if answer.target.tier == "post" else requisite.requisites(answer)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the last word of the page's own server: a page has one witness, and each try replaces the one before.

    Where that word is only that we may not look, or that nothing shows without scripts, the provider's oEmbed may tell that it is there.
    """
    asked = [(target, reading) for target, reading in readings if target.tier != "memento"]
    pages = [reading for target, reading in asked if target.purpose not in (*WITNESSES, "player")]
    last = pages[-1] if pages else None
    if last is None:
        return State.UNRESOLVED, f"{reference.key} was not asked for"
    told = next((one for target, one in reversed(asked) if target.purpose in WITNESSES and one.state in (State.OK, State.OK_PARTIAL)), None)
    if told and last.state in BARRED:
        return told.state, f"{told.reason}; the page: {last.reason}"
    return last.state, last.reason
