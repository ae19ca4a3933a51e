"""Instagram: one post, reel or story. Identity `instagram:<shortcode>`; `shortcode` has its alphabet and its time.

`/p/`, `/tv/`, `/reel/` and `/reels/` show the same post under one shortcode, with or without the account before them; `Reference.url` is
`/p/CODE/`. A story has a number instead, and is shown to those who are logged in only. `/share/TOKEN` says where it leads when it is asked:
its reference has no id. Accounts, tags, places and sounds are no posts.

Asked, in this order (platforms §3.1):
  1. the embed's page (`/embed/captioned/`): words, account and picture without login, where it answers, or all of it (`data`);
  2. Meta's oEmbed, as a probe of life (`graph`);
  3. the page itself, whose head names and quotes the post for some who ask, and leads others to the login.
`.EmbedIsBroken` in the first means deleted, private or not to be embedded: `unavailable_unspecified`. Nothing of Instagram's tells deleted
from private, so no post of it is ever called deleted.

Claims: the link "View this post" is translated, and no words of the post. A caption is taken from the older quotations only, which end in
a time, the newer ones have none; the account from `(@handle)`, in any language; the day from that time, in UTC (its printed form is in the
server's own zone). The name is taken where it is a link of its own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from archiver.article.dates import parse_date
from archiver.article.document import Document, Element
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.footprint import INSTAGRAM
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.citation.wrapped import unwrap
from archiver.embed.answer import graph, head, judgement, media
from archiver.embed.answer.endpoint import json_object, moment, refused, text
from archiver.embed.instagram import data as instagram_data
from archiver.embed.instagram import shortcode as code
from archiver.embed.markup.words import laid_out
from archiver.embed.markup.wrapper import WRAPPERS, identified, sight
from archiver.embed.web import markup
from archiver.url import Parts, absolute, on_host, parts, resolve

name: str = "instagram"
OWN = ("instagram.com", "instagr.am")
MIRRORS = ("ddinstagram.com", "kkinstagram.com", "vxinstagram.com", "eeinstagram.com", "imginn.com")
ACCOUNT = r"[A-Za-z0-9_.]{1,30}"
POST = re.compile(rf"/+(?:{ACCOUNT}/+)?(?:p|tv|reels?)/+(?P<code>{code.SHORTCODE})(?![A-Za-z0-9_-])")
NO_CODES = frozenset({"audio", "videos", "trending", "create"})
STORY = re.compile(rf"/+stories/+(?P<account>{ACCOUNT})/+(?P<id>[0-9]{{5,25}})(?![0-9])")
HIGHLIGHT = re.compile(r"/+s/+(?P<key>[A-Za-z0-9_=-]{8,80})/?")
SHARE = re.compile(r"/+share/+(?P<token>(?:(?:p|reels?|tv)/+)?[A-Za-z0-9_-]{6,40})/?")
LAUNCH = datetime(2011, 8, 24, tzinfo=UTC)
QUOTATIONS = "blockquote.instagram-media, [data-instgrm-permalink]"
SUBSTACK = ".instagram-embed-wrap[data-attrs], [data-component-name='InstagramToDOM'][data-attrs]"
AMP = "amp-instagram[data-shortcode], bento-instagram[data-shortcode]"
hosts: tuple[str, ...] = (*OWN, *MIRRORS)
embeds: str = f"{QUOTATIONS}, {AMP}, {SUBSTACK}, {WRAPPERS}"
HANDLE = re.compile(r"[(（]\s*[\u2066-\u2069\u200e\u200f]*[@＠](?P<handle>[A-Za-z0-9_.]{1,30})[\u2066-\u2069\u200e\u200f]*\s*[)）]")
QUOTED = re.compile(
    r"(?:^|[-–—]\s)(?P<handle>[A-Za-z0-9_.]{1,30}) on (?P<date>[A-Z][a-z]+ [0-9]{1,2}, [0-9]{4}): ?[\"“](?P<words>.*)[\"”]\.?\s*$",
    re.DOTALL,
)
BROKEN = ".EmbedIsBroken, .ebmMessage"
LACKING = {"GraphVideo": "its film is not told", "GraphSidecar": "only the first of its pictures is told"}


def identify(url: str) -> Reference | None:
    """Return the post or story that a resolved URL points to; one without an id for a share link; None for everything else."""
    named = parts(url)
    host = named.host.rstrip(".")
    if not on_host(host, *OWN, *MIRRORS):
        return None
    return _path(named) or _nested(named)


def _path(named: Parts) -> Reference | None:
    share = SHARE.fullmatch(named.path)
    if share:
        token = re.sub(r"/+", "/", share["token"])
        return Reference(name, None, f"https://www.instagram.com/share/{token}/", f"{name}:share/{token}")
    story = STORY.match(named.path)
    if story:
        number = story["id"] if story["account"] != "highlights" else f"highlights/{story['id']}"
        return Reference(name, number, f"https://www.instagram.com/stories/{story['account']}/{story['id']}/", f"{name}:{number}")
    highlight = HIGHLIGHT.fullmatch(named.path)
    if highlight:
        story_media = re.match(r"[0-9]{5,25}", named.parameters().get("story_media_id", [""])[0])
        whole = re.fullmatch(rb"highlight:([0-9]{5,25})", _decoded(highlight["key"]))
        if whole and not story_media:
            return _path(named._replace(path=f"/stories/highlights/{whole[1].decode()}/"))
        url = f"https://www.instagram.com/s/{highlight['key']}?story_media_id={story_media[0]}" if story_media else ""
        return Reference(name, story_media[0], url, f"{name}:{story_media[0]}") if story_media else None
    matched = POST.match(named.path)
    return reference(matched["code"]) if matched and matched["code"] not in NO_CODES else None


def _decoded(key: str) -> bytes:
    try:
        return base64.b64decode(key + "=" * (-len(key) % 4), b"-_")
    except ValueError:
        return b""


def _nested(named: Parts) -> Reference | None:
    """Read where a login page says that it was heading."""
    inner = named.parameters().get("next", [""])[0] if named.path.startswith("/accounts/login") else ""
    url = resolve(inner, "https://www.instagram.com/") if inner else None
    return _path(parts(url)) if url and on_host(parts(url).host, *OWN) else None


def reference(written: str) -> Reference | None:
    """Return the reference of a post by its shortcode; None where it is none."""
    plain = code.shortcode(written)
    return Reference(name, plain, f"https://www.instagram.com/p/{plain}/", f"{name}:{plain}") if plain else None


def created(identifier: str, now: datetime | None = None) -> datetime | None:
    """Return the UTC time that a shortcode tells, to the millisecond; None for stories, and for a time that cannot be."""
    return code.created(identifier, LAUNCH, now) if not identifier.isdigit() else None


# ------------------------------------------------------------------ markup


def recognise(element: Element) -> Hit | None:
    """Return the post that an element shows, with what the markup claims of it; None for an account's embed."""
    attributes = element.attributes
    if element.tag in ("amp-instagram", "bento-instagram"):
        shown = reference(attributes.get("data-shortcode", "").strip())
        return Hit(shown, "embed", element.tag, shown.url) if shown else None
    if "data-attrs" in attributes:
        told = json_object(attributes["data-attrs"].encode("utf8", "surrogatepass")) or {}
        shown = reference(text(told, "instagram_id") or "")
        handle = text(told, "author_name")
        return Hit(shown, "embed", "div[data-attrs]", shown.url, Claims(handle=handle)) if shown else None
    if element.matches(QUOTATIONS) and element.tag != "iframe":
        links = (attributes.get("data-instgrm-permalink", ""), *element.hrefs)
        found = next(((shown, link) for link in links if (shown := identified(link, identify))), None)
        return Hit(found[0], "embed", "blockquote.instagram-media", found[1], _claims(element)) if found else None
    framed = sight(element, identify)
    return Hit(framed.reference, "embed", framed.via, framed.written) if framed else None


def _claims(element: Element) -> Claims:
    soup = element.fragment()
    told = soup.find("time", datetime=True)
    time = moment(str(told["datetime"])) if told else None
    paragraphs = soup.find_all("p")
    attribution = next((one for one in reversed(paragraphs) if HANDLE.search(one.get_text())), None)
    handle = HANDLE.search(attribution.get_text()) if attribution else None
    profiles = [a for a in attribution.find_all("a", href=True) if _account(str(a["href"]))] if attribution else []
    author = " ".join(profiles[0].get_text().split()) if profiles else ""
    if attribution and not author:
        signed = next(filter(None, (signature.search(attribution.get_text()) for signature in INSTAGRAM)), None)
        author = " ".join(signed["name"].split()) if signed else ""
    links = [a for one in paragraphs if one is not attribution for a in one.find_all("a", href=True)] if time else []
    captions = (laid_out(str(a)) for a in links if identified(str(a["href"]), identify))
    return Claims(
        author=author if author and not HANDLE.search(author) else None,
        handle=handle["handle"] if handle else None,
        date=time[:10] if time else None,
        text=next(filter(None, captions), None),
    )


def _account(href: str) -> bool:
    """Tell whether a link leads to an account's page."""
    url = absolute(href)
    return bool(url and on_host(parts(url).host, *OWN) and re.fullmatch(rf"/{ACCOUNT}/?", parts(url).path))


# ----------------------------------------------------------------- answers


def targets(citation: Citation) -> Sequence[Target]:
    """Return the embed's page, the probe of life and the page; of stories and share links the page alone."""
    cited = citation.reference
    if cited.url is None:
        return ()
    page = Target(cited.url)
    if cited.id is None or not parts(cited.url).path.startswith("/p/"):
        return (page,)
    probe = graph.target(f"{graph.FACEBOOK}/instagram_oembed", cited.url)
    return (Target(f"{cited.url}embed/captioned/", tier="post", purpose="embed"), probe, page)


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets`, or a memento of one, means."""
    if answer.target.purpose == graph.PURPOSE:
        return graph.read(answer)
    barred = refused(answer) or _barred(answer)
    if barred:
        return barred
    asked = identify(unwrap(answer.target.url) or answer.target.url)
    document = markup.document(answer) if markup.is_html(answer) else None
    if document is None or asked is None:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"Instagram answered {answer.status} without a page")
    if document.select(BROKEN):
        return Reading(State.UNAVAILABLE_UNSPECIFIED, "the embed says that it is broken: deleted, private, or not to be embedded")
    if answer.status != 200:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"Instagram answered {answer.status}, which does not say why")
    told = instagram_data.post_from(document, name, str(asked.id), str(asked.url)) if asked.id else None
    if told is not None:
        state = State.OK_PARTIAL if told.partial else State.OK
        return Reading(state, "the post as the data of its page tell it" + (f": {told.partial}" if told.partial else ""), post=told)
    return _embedded(document, asked, answer) or _page(document, asked, answer)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post; see `judgement`."""
    return judgement.judge(readings, reference)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the media of a told post, whose addresses expire; its pages show nothing without scripts."""
    if answer.target.purpose == graph.PURPOSE:  # it tells whether the post is there, never what it shows
        return ()
    return media.targets(read(answer).post)


def _barred(answer: Answer) -> Reading | None:
    path = parts(answer.url).path
    if path.startswith(("/accounts/login", "/accounts/signup", "/consent")):
        return Reading(State.LOGIN_WALL, f"Instagram led to {path}")
    if path.startswith("/challenge"):
        return Reading(State.BOT_CHALLENGE, f"Instagram led to {path}")
    if path == "/" and answer.redirects:
        return Reading(State.LOGIN_WALL, "Instagram led to its front page, which is its login")
    return None


def _embedded(document: Document, asked: Reference, answer: Answer) -> Reading | None:
    """Read the embed's page; None where it is none. Its own address names the post: there was no redirect to another."""
    account, words = document.select(".UsernameText"), document.select(".Caption")
    pictures = document.select("img.EmbeddedMediaImage[src]")
    here = identify(unwrap(answer.url) or answer.url)
    if not account or not (words or pictures) or here is None or here.key != asked.key:
        return None
    frame = next((one.attributes["data-media-type"] for one in document.select(".Embed[data-media-type]")), "")
    stills = [url for one in pictures if (url := absolute(one.attributes["src"]))]
    lacking = LACKING.get(frame) or (None if stills else "its picture is not told")
    post = Post(
        platform=name,
        id=str(asked.id),
        url=str(asked.url),
        handle=" ".join(account[0].text.split()) or None,
        text=_caption(words[0]) if words else None,
        media=tuple(Media("poster" if frame == "GraphVideo" else "photo", url) for url in stills[:1]),
        partial=lacking,
    )
    state = State.OK_PARTIAL if lacking else State.OK
    return Reading(state, "the post as its embed shows it" + (f": {lacking}" if lacking else ""), post=post)


def _caption(element: Element) -> str | None:
    soup = element.fragment()
    for other in soup.select(".CaptionUsername, .CaptionComments"):
        other.decompose()
    return laid_out(str(soup)) or None


def _page(document: Document, asked: Reference, answer: Answer) -> Reading:
    """Read what the page's head says of itself."""
    here = head.address(document, answer.url, "og:url")
    named = identify(here) if here else None
    if here and head.content(document, "og:type") == "profile" and _account(here):
        return Reading(State.PROTECTED, "the page is the account's instead of the post's: its posts are private")
    if named is None or (asked.id is not None and named.key != asked.key):
        return Reading(
            State.EMPTY_SHELL, "the page does not name the post: what Instagram sends to strangers, and for posts that are not there"
        )
    return _carded(document, named, answer.url)


def _carded(document: Document, named: Reference, base: str) -> Reading:
    quoted = QUOTED.search(head.content(document, "og:description", "description") or "")
    picture = head.address(document, base, "og:image")
    if quoted is None and picture is None:
        return Reading(State.EMPTY_SHELL, "the page names the post and tells nothing of it")
    day = parse_date(quoted["date"], "en") if quoted else None
    post = Post(
        platform=name,
        id=str(named.id),
        url=str(named.url),
        handle=quoted["handle"] if quoted else None,
        created=day.isoformat() if day else None,
        text=quoted["words"] if quoted else None,
        media=(Media("photo", picture),) if picture else (),
        partial="as much as a page's card holds",
    )
    return Reading(State.OK_PARTIAL, "the post as its page's card tells it", post=post)
