"""TikTok: one video or photo post by its number. Identity `tiktok:<id>`.

The number alone decides: the handle in an address is decoration, and may be missing (`/@/video/ID`, `/video/ID`). A short link
(`vm.tiktok.com/KEY`, `tiktok.com/t/KEY`) has no number: its reference has no id, its page is asked for, and the page that answers names
the post; a redirect to the front page is a link that died. Profiles, tags, music, live and discovery pages are no posts; the embed of an
account (`data-embed-type="creator"`) is none either.

The upper 32 bits of a number are the seconds at which the upload began (platforms §11).

Asked: oEmbed with the number alone (`/video/ID`), which tells the words and the author; the page, whose data
(`__UNIVERSAL_DATA_FOR_REHYDRATION__`) tell all, or by `statusCode` why not. oEmbed's 400 means deleted, private or never there, and does
not say which; several of the page's codes do. Both together are not enough to call a video deleted: code 10204 is also what a blocked
address or country is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from archiver.article.document import Element
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.citation.wrapped import unwrap
from archiver.embed.answer import judgement, media
from archiver.embed.answer.endpoint import Fields, asked_url, counts, json_object, oembed, refused, rows, table, text, url
from archiver.embed.markup.words import laid_out
from archiver.embed.markup.wrapper import WRAPPERS, identified, sight
from archiver.embed.web import markup
from archiver.url import absolute, on_host, parts

name: str = "tiktok"
ENDPOINT = "https://www.tiktok.com/oembed"
OWN = ("tiktok.com", "tiktokv.com", "tiktokv.us", "tiktokv.eu")
MIRRORS = ("vxtiktok.com", "tnktok.com", "tfxktok.com", "tiktxk.com", "kktiktok.com")
ID = r"(?P<id>[1-9][0-9]{9,19})(?![0-9])"
PATHS = (
    re.compile(rf"/+@(?P<handle>[\w.%-]{{0,80}})/+(?:video|photo)/+{ID}", re.ASCII),
    re.compile(rf"/+(?:share/+)?(?:video|photo|item)/+{ID}"),
    re.compile(rf"/+(?:embed/+(?:v[0-9]/+)?|player/+v[0-9]/+|v/+){ID}"),
)
SHORT_HOSTS = ("vm.tiktok.com", "vt.tiktok.com")
SHORT = re.compile(r"/+(?:t/+)?(?P<key>[A-Za-z0-9]{5,20})/*")
SHORT_PATH = re.compile(r"/+t/+(?P<key>[A-Za-z0-9]{5,20})/*")
HANDLE = re.compile(r"@?([A-Za-z0-9_.]{2,24})")
QUOTATIONS = "blockquote.tiktok-embed, blockquote[data-video-id]"
AMP = "amp-tiktok, bento-tiktok"
SCRIPT = "script[src*='tiktok.com/embed/']"
hosts: tuple[str, ...] = (*OWN, *MIRRORS)
embeds: str = f"{QUOTATIONS}, {AMP}, {SCRIPT}, {WRAPPERS}"
ISLAND = "script#__UNIVERSAL_DATA_FOR_REHYDRATION__"
CHALLENGE = "#wci[class], #cs[class]"  # the puzzle's elements: what to solve, and where to put the answer
LAUNCH = datetime(2014, 8, 1, tzinfo=UTC)  # musical.ly's, whose videos TikTok took over
CODES = {
    10201: State.INVALID_ID,
    10202: State.NOT_FOUND,
    10204: State.UNAVAILABLE_UNSPECIFIED,  # also for a blocked address or region
    10216: State.PROTECTED,
    10221: State.ACCOUNT_GONE,
    10222: State.PROTECTED,
    10231: State.GEO_BLOCKED,
}
COUNTS = {"diggCount": "likes", "commentCount": "replies", "shareCount": "shares", "playCount": "views"}
MOST_MEDIA = 40
NEWEST = 1 << 33  # seconds


def identify(url: str) -> Reference | None:
    """Return the post that a resolved URL points to; one without an id for a short link; None for everything else."""
    named = parts(url)
    host = named.host.rstrip(".")
    if not on_host(host, *OWN, *MIRRORS):
        return None
    for path in PATHS:
        matched = path.match(named.path)
        if matched:
            return reference(matched["id"], matched.groupdict().get("handle"))
    if host in SHORT_HOSTS or on_host(host, *(f"{short}.{mirror}" for short in ("vm", "vt") for mirror in MIRRORS)):
        matched = SHORT.fullmatch(named.path)
        return _short(f"{host.partition('.')[0]}.tiktok.com/{matched['key']}") if matched else None
    matched = SHORT_PATH.fullmatch(named.path)
    return _short(f"www.tiktok.com/t/{matched['key']}") if matched else None


def reference(identifier: str, handle: str | None = None) -> Reference:
    """Return the reference of a post; its URL names the handle where the citation does."""
    url = f"https://www.tiktok.com/@{handle}/video/{identifier}" if handle else f"https://www.tiktok.com/video/{identifier}"
    return Reference(name, identifier, url, f"{name}:{identifier}")


def _short(address: str) -> Reference:
    return Reference(name, None, f"https://{address}/", f"{name}:{address.removeprefix('www.tiktok.com/')}")


def created(identifier: str, now: datetime | None = None) -> datetime | None:
    """Return the UTC time at which a post's upload began, to the second; None for no id, or a time that cannot be."""
    if not re.fullmatch(ID, identifier):
        return None
    seconds = int(identifier) >> 32
    moment = datetime.fromtimestamp(seconds, UTC) if seconds < NEWEST else None
    limit = (now or datetime.now(UTC)).timestamp() + 86_400
    return moment if moment and moment >= LAUNCH and seconds <= limit else None


# ------------------------------------------------------------------ markup


def recognise(element: Element) -> Hit | None:
    """Return the post that an element shows, with what the markup claims of it; None for the embed of an account."""
    attributes = element.attributes
    if element.tag == "blockquote" and ("tiktok-embed" in element.classes or "tiktok.com/" in attributes.get("cite", "")):
        shown = _quoted(element)
        return Hit(shown[0], "embed", "blockquote.tiktok-embed", shown[1], _claims(element)) if shown else None
    if element.tag in ("amp-tiktok", "bento-tiktok"):
        written = attributes.get("data-src", "").strip()
        numbered = reference(written) if re.fullmatch(ID, written) else identified(written, identify)
        quotations = element.select("blockquote")
        shown = (numbered, written if "/" in written else numbered.url) if numbered else _quoted(quotations[0]) if quotations else None
        return Hit(shown[0], "embed", element.tag, shown[1], _claims(quotations[0]) if quotations else Claims()) if shown else None
    if element.tag == "script":
        named = identified(attributes.get("src", ""), identify)
        return Hit(named, "embed", "script[src]", attributes["src"]) if named else None
    found = sight(element, identify)
    return Hit(found.reference, "embed", found.via, found.written) if found else None


def _quoted(element: Element) -> tuple[Reference, str | None] | None:
    """Find the post of a quotation: its address, its number, else the first link that leads to one."""
    attributes = element.attributes
    cited = identified(attributes.get("cite", ""), identify)
    if cited:
        return cited, attributes["cite"]
    number = attributes.get("data-video-id", "").strip()
    if re.fullmatch(ID, number):
        return reference(number), reference(number).url
    return next(((shown, href) for href in element.hrefs if (shown := identified(href, identify))), None)


def _claims(element: Element) -> Claims:
    """Read a quotation: a link with the handle, the words (in a paragraph or beside it), and last a link with the sound."""
    from bs4 import Tag  # noqa: PLC0415 - 0.1 s, and most runs need it never

    section = element.fragment().find("section")
    if not isinstance(section, Tag):
        return Claims()
    handle = None
    hashtags = []
    for anchor in section.find_all("a", href=True):
        if anchor.decomposed:  # it stood in one that is taken out
            continue
        path = parts(found).path if (found := absolute(str(anchor["href"]))) else ""
        if "/tag/" in path:
            hashtags.append(anchor.get_text().strip())
        elif path.startswith("/@") and handle is None:
            matched = HANDLE.fullmatch(str(anchor.get("title") or anchor.get_text()).strip())
            handle = matched[1] if matched else None
            anchor.decompose()
        elif path.startswith("/music/"):
            anchor.decompose()
    return Claims(handle=handle, text=laid_out(str(section)) or None, hashtags=tuple(dict.fromkeys(tag for tag in hashtags if tag)))


# ----------------------------------------------------------------- answers


def targets(citation: Citation) -> Sequence[Target]:
    """Return the oEmbed request and the page; of a short link the page alone, which says where it leads."""
    cited = citation.reference
    if cited.url is None:
        return ()
    page = Target(cited.url)
    return (oembed(ENDPOINT, f"https://www.tiktok.com/video/{cited.id}"), page) if cited.id else (page,)


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets`, or a memento of the page, means."""
    return _oembed(answer) if answer.target.purpose == "oembed" else _page(answer)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post; see `judgement`."""
    return judgement.judge(readings, reference)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the media of a told post, whose addresses expire within hours; its page shows nothing without scripts."""
    return media.targets(read(answer).post)


def _oembed(answer: Answer) -> Reading:
    said = refused(answer)
    if said:
        return said
    if answer.status != 200:
        why = ": deleted, private or never there" if answer.status in (400, 404) else ""
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the oEmbed endpoint answered {answer.status}{why}")
    told, asked = json_object(answer.body), identify(asked_url(answer) or "https://www.tiktok.com/")
    title = text(told, "title") if told is not None else None
    author = text(told, "author_name") if told is not None else None
    if told is None or asked is None or asked.id is None or (title is None and author is None):
        return Reading(State.UNREADABLE, "the oEmbed endpoint's answer tells of no post")
    if asked.id not in (text(told, "html") or "") and told.get("embed_product_id") != asked.id:
        return Reading(State.UNREADABLE, "the oEmbed endpoint's answer does not name the post that was asked for")
    handle = text(told, "author_unique_id") or re.sub(r"^.*/@|/$", "", text(told, "author_url") or "") or None
    still = url(told, "thumbnail_url")
    post = Post(
        platform=name,
        id=asked.id,
        url=str(reference(asked.id, handle).url),
        author=author,
        handle=handle,
        text=title,
        media=(Media("poster", still),) if still else (),
        partial="words, author and a still, neither its time nor the film",
    )
    return Reading(State.OK_PARTIAL, f"the post as the oEmbed endpoint tells it: {post.partial}", post=post)


def _page(answer: Answer) -> Reading:
    barred = refused(answer)
    if barred:
        return barred
    path = parts(answer.url).path
    if re.match(r"/(?:[a-z]{2}(?:-[A-Za-z]{2,4})?/)?login\b", path):
        return Reading(State.LOGIN_WALL, f"the page led to {path}")
    if not path.strip("/") and answer.redirects:
        return Reading(State.SOFT_404, "the link led to TikTok's front page")
    document = markup.document(answer) if markup.is_html(answer) else None
    islands = document.select(ISLAND) if document else []
    if document and not islands and document.select(CHALLENGE):
        return Reading(State.BOT_CHALLENGE, "the page is TikTok's puzzle for those who ask")
    data = table(json_object(islands[0].text.encode("utf8", "replace")) or {}, "__DEFAULT_SCOPE__") if islands else {}
    detail = table(data, "webapp.video-detail")
    if "statusCode" not in detail:
        if answer.status != 200:
            return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the page answered {answer.status}")
        return Reading(State.EMPTY_SHELL, "the page holds no post's data; it proves nothing")
    return _detail(detail, answer)


def _detail(detail: Fields, answer: Answer) -> Reading:
    code, item = detail["statusCode"], table(table(detail, "itemInfo"), "itemStruct")
    if code != 0:
        state = CODES.get(code, State.UNAVAILABLE_UNSPECIFIED) if isinstance(code, int) else State.UNAVAILABLE_UNSPECIFIED
        return Reading(state, f"the page's data say statusCode {str(code)[:20]}")
    asked = identify(unwrap(answer.target.url) or answer.target.url)
    identifier = text(item, "id")
    if asked is None or identifier is None or not re.fullmatch(ID, identifier) or (asked.id and asked.id != identifier):
        return Reading(State.UNREADABLE, "the page's data tell of another post, or of none")
    media = _media(item)
    if item.get("isContentClassified") is True and not any(one.kind in ("video", "photo") for one in media):
        return Reading(State.AGE_GATED, "the page's data say that the content is classified, and withhold it")
    author = table(item, "author")
    handle = text(author, "uniqueId")
    post = Post(
        platform=name,
        id=identifier,
        url=str(reference(identifier, handle).url),
        author=text(author, "nickname"),
        handle=handle,
        created=_time(item.get("createTime")),
        text=text(item, "desc"),
        lang=text(item, "textLanguage"),
        media=media,
        counts=counts(table(item, "stats"), COUNTS),
        partial=None if media else "its media are not told",
    )
    return Reading(State.OK if media else State.OK_PARTIAL, "the post as its page's data tell it", post=post)


def _media(item: Fields) -> tuple[Media, ...]:
    video, pictures = table(item, "video"), rows(table(item, "imagePost"), "images")
    listed = [_first_url(table(picture, "imageURL")) for picture in pictures]
    photos = [Media("photo", address) for address in listed if address]
    film, still = (_best(video) or url(video, "playAddr")) if not photos else None, url(video, "cover")
    return (*photos[:MOST_MEDIA], *([Media("video", film)] if film else []), *([Media("poster", still)] if still and not photos else []))


def _best(video: Fields) -> str | None:
    """Return the address of the film in the highest bit rate that is told."""
    rates = [(rate, row) for row in rows(video, "bitrateInfo")[:MOST_MEDIA] if isinstance(rate := row.get("Bitrate"), int)]
    row = max(rates, key=lambda told: told[0], default=(0, {}))[1]
    listed = table(row, "PlayAddr").get("UrlList")
    return next((found for one in listed if (found := url({"url": one}, "url"))), None) if isinstance(listed, list) else None


def _first_url(picture: Fields) -> str | None:
    addresses = picture.get("urlList")
    first = addresses[0] if isinstance(addresses, list) and addresses else None
    return url({"url": first}, "url")


def _time(written: object) -> str | None:
    seconds = str(written)
    if not re.fullmatch(r"[0-9]{9,10}", seconds):
        return None
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
