"""Threads: one post by its shortcode. Identity `threads:<shortcode>`; ids and their time are Instagram's (`shortcode`).

The account in `/@NAME/post/CODE` is decoration; `/t/CODE` does without. `Reference.url` names it where the citation does, on the host that
the citation names: `threads.net` until April 2025, `threads.com` since. Accounts and searches are no posts.

Asked: Meta's oEmbed, as a probe of life (`graph`), which does not serve private, inactive, age-restricted and geo-gated posts; then the
page, a shell with status 200 that quotes the post in its head, or does not. What it does not name is not proved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from archiver.article.document import Element
from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.citation.wrapped import unwrap
from archiver.embed.answer import graph, head, judgement, page
from archiver.embed.answer.endpoint import refused
from archiver.embed.instagram import shortcode as code
from archiver.embed.markup.wrapper import WRAPPERS, identified, sight
from archiver.embed.web import markup
from archiver.url import on_host, parts

name: str = "threads"
HOSTS = ("threads.com", "threads.net")
MIRRORS = ("fixthreads.net", "fixthreads.seria.moe", "vxthreads.net")
ENDPOINT = "https://graph.threads.com/oembed"
POST = re.compile(rf"/+(?:@(?P<account>[A-Za-z0-9_.]{{1,30}})/+post|t)/+(?P<code>{code.SHORTCODE})(?![A-Za-z0-9_-])")
QUOTATIONS = "blockquote.text-post-media, [data-text-post-permalink]"
LAUNCH = datetime(2023, 7, 5, tzinfo=UTC)
NAMED = re.compile(r"^(?P<author>.+?) [(（]@(?P<handle>[A-Za-z0-9_.]{1,30})[)）]", re.DOTALL)
hosts: tuple[str, ...] = (*HOSTS, *MIRRORS)
embeds: str = f"{QUOTATIONS}, {WRAPPERS}"


def identify(url: str) -> Reference | None:
    """Return the post that a resolved URL points to; None for accounts, searches and other sites."""
    named = parts(url)
    host = named.host.rstrip(".")
    matched = POST.match(named.path) if on_host(host, *HOSTS, *MIRRORS) else None
    plain = code.shortcode(matched["code"]) if matched else None
    if not matched or plain is None:
        return None
    home = next((own for own in HOSTS if on_host(host, own)), HOSTS[0])
    path = f"@{matched['account']}/post/{plain}" if matched["account"] else f"t/{plain}"
    return Reference(name, plain, f"https://www.{home}/{path}", f"{name}:{plain}")


def created(identifier: str, now: datetime | None = None) -> datetime | None:
    """Return the UTC time that a post's id tells, to the millisecond; None for a time that cannot be."""
    return code.created(identifier, LAUNCH, now)


def recognise(element: Element) -> Hit | None:
    """Return the post that a quotation or its frame shows. The newer quotations have nothing but a link, translated: nothing is claimed."""
    attributes = element.attributes
    if "data-text-post-permalink" in attributes or "text-post-media" in element.classes:
        links = (attributes.get("data-text-post-permalink", ""), *element.hrefs)
        found = next(((shown, link) for link in links if (shown := identified(link, identify))), None)
        return Hit(found[0], "embed", "blockquote.text-post-media", found[1]) if found else None
    framed = sight(element, identify)
    return Hit(framed.reference, "embed", framed.via, framed.written) if framed else None


def targets(citation: Citation) -> Sequence[Target]:
    """Return the probe of life and the page; nothing for a mention that nothing resolved."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    return (graph.target(ENDPOINT, cited.url), Target(cited.url))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets`, or a memento of the page, means."""
    if answer.target.purpose == graph.PURPOSE:
        return graph.read(answer)
    barred = refused(answer)
    if barred:
        return barred
    path = parts(answer.url).path
    if path.startswith(("/login", "/accounts/login", "/consent")):
        return Reading(State.LOGIN_WALL, f"Threads led to {path}")
    if answer.status != 200 or not markup.is_html(answer):
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"Threads answered {answer.status}, which does not say why")
    return _page(answer)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post; see `judgement`."""
    return judgement.judge(readings, reference)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the picture of a told post, whose address expires, and what the page needs."""
    if answer.target.purpose == graph.PURPOSE:
        return ()
    return page.requisites(answer, read(answer).post)


def _page(answer: Answer) -> Reading:
    """Read what the page's head says of itself: it is proof where it names the post, and quotes it."""
    document = markup.document(answer)
    asked = identify(unwrap(answer.target.url) or answer.target.url)
    here = head.address(document, answer.url, "og:url")
    named, words = identify(here) if here else None, head.content(document, "og:description", "description")
    if asked is None or named is None or named.key != asked.key or words is None:
        return Reading(State.EMPTY_SHELL, "the page does not name and quote the post; it proves nothing")
    who = NAMED.match(head.content(document, "og:title") or "")
    picture = head.address(document, answer.url, "og:image")
    post = Post(
        platform=name,
        id=str(asked.id),
        url=str(asked.url),
        author=who["author"] if who else None,
        handle=who["handle"] if who else None,
        text=words,
        media=(Media("photo", picture),) if picture else (),
        partial="as much as a page's card holds",
    )
    return Reading(State.OK_PARTIAL, "the post as its page's card tells it", post=post)
