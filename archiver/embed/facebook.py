"""Facebook: one post, photo, video, reel, event or album by its number. Identity `facebook:<id>`.

One post has many addresses: under the page's name and under its number, in a group, as a story, with a slug or without. What they share
is the post's number, so that is the id, and `Reference.url` keeps the cited shape without tracking, on `www.facebook.com`. A `pfbid…`
stands for a number, differs for each reader, and cannot be turned back: where a citation has only that, it is the id.

`/share/TOKEN` and `fb.watch/KEY` say where they lead when they are asked (or do not: platforms §3.2): references without an id. Pages,
groups, searches, like and share buttons are no posts. Plugins (`plugins/post.php?href=`) and login pages (`next=`) carry the address.

Asked: Meta's oEmbed, as a probe of life (`graph`), and the page. A page proves the post where it names it in its head and quotes it. The
plugin's page is not asked: it says "no longer available" of public posts too. Facebook sends 404 and "content isn't available" for what
is restricted as for what is gone, so a missing page is `unavailable_unspecified`, and no post of it is ever called deleted. Ids tell no
time.

Claims: the fallback quotation inside the plugin's element: paragraphs of words, then a link to the page, then one to the post with the
printed day as its text. Which link is which is read from where they lead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from archiver.article.dates import parse_date
from archiver.article.document import Document, Element
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.citation.wrapped import unwrap
from archiver.embed.answer import graph, head, judgement, page
from archiver.embed.answer.endpoint import refused
from archiver.embed.markup.words import laid_out
from archiver.embed.markup.wrapper import WRAPPERS, identified, sight
from archiver.embed.web import markup
from archiver.url import Parts, on_host, parts, resolve

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

name: str = "facebook"
OWN = ("facebook.com", "fb.com", "facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion")
HOME = "https://www.facebook.com"
ID = r"(?P<id>[0-9]{5,25}(?![0-9A-Za-z])|pfbid[0-9A-Za-z]{20,120})"
WHO = r"(?P<who>[^/?#]{1,120})"
SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (  # path, and the address it is kept under
    (re.compile(rf"/groups/{WHO}/(?:permalink|posts)/(?:[^/]+/)?{ID}"), "/groups/{who}/posts/{id}/"),
    (re.compile(rf"/(?:pg/)?{WHO}/(?:posts|activity)/(?:[^/]+/)?{ID}"), "/{who}/posts/{id}"),
    (re.compile(rf"/(?:pg/)?{WHO}/photos/(?P<album>[a-z]{{1,4}}\.[0-9.\-]{{3,80}})/{ID}"), "/{who}/photos/{album}/{id}/"),
    (re.compile(rf"/(?:pg/)?{WHO}/photos/(?:[^/]+/)?{ID}"), "/{who}/photos/{id}/"),
    (re.compile(rf"/(?:pg/)?{WHO}/videos/(?:[^/]+/)?(?:[^/]+/)?{ID}"), "/{who}/videos/{id}/"),
    (re.compile(rf"/reels?/{ID}"), "/reel/{id}/"),
    (re.compile(rf"/(?:[^/]+/)?events/(?:s/)?(?:[^/]+/)?{ID}"), "/events/{id}/"),
    (re.compile(rf"/notes/(?P<who>[^/?#]{{1,120}}(?:/[^/?#]{{1,200}})?)/{ID}"), "/notes/{who}/{id}/"),
    (re.compile(rf"/v/{ID}"), "/watch/?v={id}"),
    (re.compile(rf"/(?P<who>[0-9]{{5,25}})_{ID}/?$"), "/{who}/posts/{id}"),  # as the Graph API numbers posts
)
QUERIES: tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...] = (  # path, parameters that hold the id, and the address it is kept under
    (re.compile(r"/(?:permalink|story)\.php"), ("story_fbid",), "/permalink.php?story_fbid={id}&id={owner}"),
    (re.compile(r"/photo(?:\.php)?/?|/photos/?"), ("fbid",), "/photo/?fbid={id}"),
    (re.compile(r"/watch(?:/live)?/?|/video(?:/video)?\.php"), ("v",), "/watch/?v={id}"),
    (re.compile(r"/video/embed/?"), ("video_id",), "/watch/?v={id}"),
    (re.compile(rf"/groups/{WHO}/?"), ("multi_permalinks",), "/groups/{who}/posts/{id}/"),
    (re.compile(r"/ads/library/?"), ("id",), "/ads/library/?id={id}"),
)
SET = re.compile(r"(?P<id>(?:a|oa|vb|pcb|ms\.c|g|o|t)\.[0-9][0-9.]{3,80})(?:&|$)")
ALBUM = re.compile(rf"/media/set/?|/(?:pg/)?{WHO}/(?:photos|media_set)/?")
SHARE = re.compile(r"/share/(?P<token>(?:[prvg]/)?[A-Za-z0-9_-]{6,40})/?")
WATCH = re.compile(r"/(?P<token>(?:v/)?[A-Za-z0-9_-]{5,40})/?")
PLUGIN = re.compile(r"/(?:v[0-9]{1,3}\.[0-9]{1,2}/)?plugins/(?:post|video|comment_embed)(?:\.php)?/?")
NO_NAMES = frozenset({"groups", "events", "share", "plugins", "sharer", "dialog", "hashtag", "search", "login", "help", "policies"})
LOGIN = re.compile(r"/(?:login(?:\.php)?|checkpoint|consent|recover|reg)(?:/|$)")
LOGIN_TITLES = re.compile(
    r"Facebook|Leaving Facebook\.{0,3}|Log in to Facebook|Log into Facebook|Facebook – log in or sign up", re.IGNORECASE
)
MISSING_TITLES = re.compile(r"(?:Content|Page) Not Found(?: \| Facebook)?", re.IGNORECASE)
PLAYERS = ".fb-post[data-href], .fb-video[data-href], .fb-comment-embed[data-href]"
TAGS = {"fb:post": "href", "fb:video": "href", "amp-facebook": "data-href", "bento-facebook": "data-href"}
QUOTATION = "blockquote.fb-xfbml-parse-ignore"
hosts: tuple[str, ...] = (*OWN, "fb.watch")
embeds: str = f"{PLAYERS}, fb\\:post[href], fb\\:video[href], amp-facebook[data-href], bento-facebook[data-href], {QUOTATION}, {WRAPPERS}"


def identify(url: str) -> Reference | None:
    """Return the post that a resolved URL points to; one without an id for short and share links; None for everything else."""
    named = parts(url)
    host = named.host.rstrip(".")
    if on_host(host, "fb.watch"):
        watched = WATCH.fullmatch(named.path)
        return _opaque(f"https://fb.watch/{watched['token']}/", f"fb.watch/{watched['token']}") if watched else None
    if not on_host(host, *OWN) or host.startswith(("l.", "lm.", "developers.", "about.", "graph.", "connect.", "apps.")):
        return None
    if named.fragment.startswith("!/"):  # the address as pages without reloads wrote it, before 2012
        routed = resolve(named.fragment[1:], HOME)
        return _own(parts(routed)) if routed else None
    return _own(named) or _carried(named)


def _opaque(url: str, token: str) -> Reference:
    return Reference(name, None, url, f"{name}:{token}")


def _reference(identifier: str, address: str) -> Reference:
    return Reference(name, identifier, HOME + address, f"{name}:{identifier}")


def _own(named: Parts) -> Reference | None:
    path, query = re.sub(r"/{2,}", "/", named.path), named.parameters()
    share = SHARE.fullmatch(path)
    if share:
        return _opaque(f"{HOME}/share/{share['token']}/", f"share/{share['token']}")
    for shape, parameters, address in QUERIES:
        matched = shape.fullmatch(path)
        found = next((got for one in parameters if (got := re.match(ID, query.get(one, [""])[0]))), None) if matched else None
        if matched and found:
            owner = re.match(r"[0-9]{1,25}", query.get("id", [""])[0])
            kept = address if owner or "{owner}" not in address else address.partition("&")[0]
            return _reference(found["id"], kept.format(id=found["id"], owner=owner[0] if owner else "", **_groups(matched)))
    album = SET.match(query.get("set", query.get("album_id", [""]))[0]) if ALBUM.fullmatch(path) else None
    if album:
        return _reference(album["id"], f"/media/set/?set={album['id']}")
    for shape, address in SHAPES:
        matched = shape.match(path)
        if matched and _groups(matched).get("who", "").lower() not in NO_NAMES:
            return _reference(matched["id"], address.format(**_groups(matched)))
    return None


def _groups(matched: re.Match[str]) -> dict[str, str]:
    return {key: value for key, value in matched.groupdict().items() if value is not None}


def _carried(named: Parts) -> Reference | None:
    """Follow the address in a plugin's `href` and in a login page's `next`, one level."""
    query = named.parameters()
    parameter = "href" if PLUGIN.fullmatch(named.path) else "next" if LOGIN.match(named.path) else ""
    url = resolve(query.get(parameter, [""])[0], HOME) if query.get(parameter) else None
    if url and on_host(parts(url).host, "fb.watch"):
        return identify(url)
    return _own(parts(url)) if url and on_host(parts(url).host, *OWN) else None


# ------------------------------------------------------------------ markup


def recognise(element: Element) -> Hit | None:
    """Return the post that an element shows, with what the markup claims of it; None for pages, buttons and comments' boxes."""
    attribute = TAGS.get(element.tag) or ("data-href" if element.matches(PLAYERS) else None)
    if attribute:
        written = element.attributes.get(attribute, "")
        shown = identified(written, identify) or identified(f"{HOME}/{written.lstrip('/')}", identify)
        via = element.tag if element.tag in TAGS else f"{element.tag}.{next(one for one in element.classes if one.startswith('fb-'))}"
        quotations = element.select("blockquote")
        claims = _claims(quotations[0], shown) if shown and quotations else Claims()
        return Hit(shown, "embed", via, written, claims) if shown else None
    if element.matches(QUOTATION):
        return _quotation(element)
    framed = sight(element, identify)
    return Hit(framed.reference, "embed", framed.via, framed.written) if framed else None


def _quotation(element: Element) -> Hit | None:
    """Return the post of a fallback quotation that lost the plugin's element around it."""
    around = element.parent
    if around is not None and (around.matches(PLAYERS) or around.tag in TAGS):
        return None
    links = [element.attributes.get("cite", ""), *element.hrefs]
    found = next(((shown, link) for link in links if (shown := identified(link, identify))), None)
    return Hit(found[0], "embed", QUOTATION, found[1], _claims(element, found[0])) if found else None


def _claims(element: Element, shown: Reference) -> Claims:
    soup = element.fragment()
    anchors = soup.find_all("a", href=True)
    post = next((a for a in reversed(anchors) if (led := identified(str(a["href"]), identify)) and led.key == shown.key), None)
    around = post.find_parent("p") if post else None  # editors put the attribution into a paragraph too
    beside = [a for a in anchors if a is not post and a.find_parent("p") is around]
    page = next((a for a in reversed(beside) if _is_page(str(a["href"]))), None)
    attribution = around if page else None
    words = "\n\n".join(filter(None, (laid_out(str(one)) for one in soup.find_all("p") if one is not attribution)))
    day = next((day for printed in _printed(soup, post) if (day := parse_date(printed, element.attributes.get("lang")))), None)
    author = " ".join(page.get_text().split()) if page else ""
    vanity = re.fullmatch(r"/([A-Za-z][A-Za-z0-9.]{2,49})/?", parts(_resolved(str(page["href"]))).path) if page else None
    return Claims(
        author=author or None,
        handle=vanity[1] if vanity and vanity[1] not in ("profile.php", "people", "pages") else None,
        date=day.isoformat() if day else None,
        text=words or None,
        lang=element.attributes.get("lang") or None,
    )


def _printed(soup: BeautifulSoup, post: Tag | None) -> Iterator[str]:
    """Yield where the day may be printed: in the link to the post, or behind the last link."""
    if post:
        yield post.get_text(" ", strip=True)
    last = soup.find_all("a", href=True)[-1:]
    yield " ".join(str(after) for anchor in last for after in anchor.next_siblings if isinstance(after, str))


def _is_page(href: str) -> bool:
    url = _resolved(href)
    return on_host(parts(url).host, *OWN) and identify(url) is None and parts(url).path.strip("/") != ""


def _resolved(href: str) -> str:
    return resolve(href, HOME) or HOME


# ----------------------------------------------------------------- answers


def targets(citation: Citation) -> Sequence[Target]:
    """Return the probe of life and the page; of links that say nothing, the page alone."""
    cited = citation.reference
    if cited.url is None:
        return ()
    page = Target(cited.url)
    if cited.id is None:
        return (page,)
    film = re.search(r"/(?:videos|reel|watch)/", cited.url)
    return (graph.target(f"{graph.FACEBOOK}/{'oembed_video' if film else 'oembed_post'}", cited.url), page)


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets`, or a memento of the page, means."""
    if answer.target.purpose == graph.PURPOSE:
        return graph.read(answer)
    barred = _barred(answer)
    if barred:
        return barred
    if answer.status != 200 or not markup.is_html(answer):
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"Facebook answered {answer.status}, which does not say why")
    document = markup.document(answer)
    asked = identify(unwrap(answer.target.url) or answer.target.url)
    here = head.address(document, answer.url, "og:url") or _canonical(document, answer.url)
    named = identify(here) if here else None
    if asked and named and named.id and _may_be(asked, named):
        return _carded(document, asked, named, answer.url)
    title = " ".join(next((one.text for one in document.select("title")), "").split())
    for pattern, state in ((LOGIN_TITLES, State.LOGIN_WALL), (MISSING_TITLES, State.UNAVAILABLE_UNSPECIFIED)):
        if pattern.fullmatch(title):
            return Reading(state, f"the page's title is {title!r}, and it names no post")
    if title.lower() == "security check required":
        return Reading(State.RATE_LIMITED, "the page asks for a security check")
    return Reading(State.EMPTY_SHELL, "the page does not name the post; it proves nothing")


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post; see `judgement`."""
    return judgement.judge(readings, reference)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the picture of a told post, whose address expires, and what the page needs."""
    if answer.target.purpose == graph.PURPOSE:
        return ()
    return page.requisites(answer, read(answer).post)


def _barred(answer: Answer) -> Reading | None:
    if re.match(rb'\s*(?:for \(;;\);)?\{"__dr"\s*:\s*"CometErrorRoot\.react"', answer.body[:200]):
        return Reading(State.RATE_LIMITED, "Facebook answered with its error page's data: our address is blocked for a while")
    said, path = refused(answer), parts(answer.url).path
    if said is None and answer.status == 403:
        said = Reading(State.RATE_LIMITED, "Facebook answered 403, its word for too many requests")
    if said is None and LOGIN.match(path):
        said = Reading(State.LOGIN_WALL, f"Facebook led to {path}")
    return said


def _canonical(document: Document, base: str) -> str | None:
    return next((url for one in document.select("link[rel='canonical'][href]") if (url := resolve(one.attributes["href"], base))), None)


def _may_be(asked: Reference, named: Reference) -> bool:
    """Tell whether a page that was asked for under one address may call itself by another: a link without an id, or a `pfbid`, may."""
    veiled = any((one.id or "").startswith("pfbid") for one in (asked, named))
    return asked.id is None or named.key == asked.key or veiled


def _carded(document: Document, asked: Reference, named: Reference, base: str) -> Reading:
    words = head.content(document, "og:description", "description")
    picture = head.address(document, base, "og:image")
    if words is None and picture is None:
        return Reading(State.EMPTY_SHELL, "the page names the post and tells nothing of it")
    post = Post(
        platform=name,
        id=str(asked.id or named.id),
        url=str(asked.url if asked.id else named.url),
        text=words,
        media=(Media("photo", picture),) if picture else (),
        partial="as much as a page's card holds",
    )
    return Reading(State.OK_PARTIAL, "the post as its page's card tells it", post=post)
