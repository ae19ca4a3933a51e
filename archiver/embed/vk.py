"""VK: one wall post, video, clip or photo by owner and number. Identity `vk:wall-1_2`, `vk:video1_2` …; an owner below zero is a community.

The thing stands in the path, or over whatever page is behind it (`?w=wall-1_2`, `?z=video-1_2%2F…`). A comment is cited as its post. What
follows the number (a list, an access key) is how somebody came.

Embeds: a `div` that a script fills, whose id VK's generator writes as `vk_post_OWNER_POST`; where a publisher named it otherwise, the
script beside it says `VK.Widgets.Post("id", OWNER, POST, …)`; players in frames; `amp-vk`.

Asked: the page for phones, the most readable; the player of a video; the page. All are HTML that a challenge or a login may stand before.
A post is proved where the head names it or an element carries its number. Why something is not shown stands in an element that exists for
such notices; they are read there only, on pages that prove nothing, in the two languages that VK answers programs in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from archiver.article.document import Document, Element
from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Hit, Post, Reading, State, Target
from archiver.embed.answer import page
from archiver.embed.answer.judgement import judge
from archiver.embed.markup.words import laid_out
from archiver.embed.markup.wrapper import WRAPPERS, sight
from archiver.embed.web import markup
from archiver.url import on_host, parts

name: str = "vk"
HOSTS = ("vk.com", "vk.ru", "vkontakte.ru", "vkvideo.ru")
THING = r"(?P<kind>wall|video|clip|photo)(?P<owner>-?[0-9]{1,15})_(?P<id>[0-9]{1,15})(?![0-9])"
PATH = re.compile(rf"/(?:video/|clips/|playlist/[^/]+/)?{THING}(?:[_/?].*)?")
OVERLAY = re.compile(rf"{THING}.*")
PLAYERS = {
    "/video_ext.php": ("video", "oid", "id"),
    "/video_embed": ("video", "oid", "id"),
    "/clip_ext.php": ("clip", "oid", "id"),
    "/widget_post.php": ("wall", "owner_id", "post_id"),
}
POST_ID = re.compile(r"vk_post_(-?[0-9]{1,15})_([0-9]{1,15})")
CALL = re.compile(r"VK\.Widgets\.Post\(\s*[\"']([A-Za-z0-9_-]{1,80})[\"']\s*,\s*[\"']?(-?[0-9]{1,15})[\"']?\s*,\s*[\"']?([0-9]{1,15})")
SCRIPTS = 'script:lexbor-contains("VK.Widgets.Post")'
hosts: tuple[str, ...] = HOSTS
embeds: str = f"div[id^='vk_post_'], {SCRIPTS}, amp-vk[data-owner-id][data-post-id], {WRAPPERS}"
WALLS = re.compile(r"/(?:login|join|authorize|restore)\b")
WORDS = ".pi_text, .wall_post_text, .wall_text, .vkuiText"
AUTHOR = ".pi_author, .author, .PostHeaderTitle__authorName"
NOTICES = ".video_layer_message, #video_ext_msg, .message_page_body, .service_msg, .PlaceholderMessageBlock"
MEANINGS = (  # in this order: the first that a notice says
    (State.REMOVED_BY_PLATFORM, r"copyright|правообладател|rights holder"),
    (State.GEO_BLOCKED, r"in your (?:region|country)|в вашем регионе|в вашей стране"),
    (State.SUSPENDED, r"(?:author|user|page|community) (?:has been|is|was) blocked|заблокирован"),
    (State.DELETED, r"(?:has been|was|is) (?:deleted|removed)|удал[её]н"),
    (State.LOGIN_WALL, r"please (?:log|sign) in|необходимо (?:войти|авторизоваться)|sign in to vk"),
    (State.PROTECTED, r"access denied|доступ (?:запрещ[её]н|закрыт)|only to (?:friends|subscribers)|настройк\w+ приватности"),
)  # fmt: skip


def identify(url: str) -> Reference | None:
    """Return the post, video, clip or photo that a resolved URL points to; None for people, communities, albums and other sites."""
    named = parts(url)
    if not on_host(named.host.rstrip("."), *HOSTS):
        return None
    query = named.parameters()
    if named.path in PLAYERS:
        kind, owner, number = PLAYERS[named.path]
        return _reference(kind, query.get(owner, [""])[0], query.get(number, [""])[0])
    over = next((found for key in ("w", "z") if (found := OVERLAY.fullmatch(query.get(key, [""])[0]))), None)
    matched = over or PATH.fullmatch(named.path)
    return _reference(matched["kind"], matched["owner"], matched["id"]) if matched else None


def _reference(kind: str, owner: str, number: str) -> Reference | None:
    if not re.fullmatch(r"-?[0-9]{1,15}", owner) or not re.fullmatch(r"[0-9]{1,15}", number) or not int(owner):
        return None
    thing = f"{kind}{int(owner)}_{int(number)}"
    return Reference(name, thing, f"https://vk.com/{thing}", f"{name}:{thing}")


def recognise(element: Element) -> Hit | None:
    """Return the post or video that an element shows."""
    tag, attributes = element.tag, element.attributes
    if tag == "script":
        return _called(element)
    if tag == "amp-vk":
        post = _reference("wall", attributes.get("data-owner-id", ""), attributes.get("data-post-id", ""))
        return Hit(post, "embed", tag, None) if post and attributes.get("data-embedtype", "post") == "post" else None
    named = POST_ID.fullmatch(attributes.get("id", ""))
    if named and tag == "div":
        post = _reference("wall", named[1], named[2])
        return Hit(post, "embed", "div[id]", None) if post else None
    found = sight(element, identify)
    return Hit(found.reference, "embed", found.via, found.written) if found else None


def _called(script: Element) -> Hit | None:
    """Read the call that fills an element, unless the element names the post by itself and is the embed."""
    root = script.closest("html")
    for place, owner, number in CALL.findall(script.text):
        if POST_ID.fullmatch(place) and root is not None and root.select(f"div[id='{place}']"):
            continue
        post = _reference("wall", owner, number)
        if post:
            return Hit(post, "embed", "script[VK.Widgets.Post]", None)
    return None


def targets(citation: Citation) -> Sequence[Target]:
    """Return the page for phones, a video's player, and the page; nothing for a mention."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    thing = OVERLAY.fullmatch(cited.id)
    phone = Target(f"https://m.vk.com/{cited.id}", tier="post", purpose="mobile")
    if thing is None or thing["kind"] != "video":
        return (phone, Target(cited.url))
    player = f"https://vk.com/video_ext.php?oid={thing['owner']}&id={thing['id']}"
    return (Target(player, tier="post", purpose="player"), phone, Target(cited.url))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    named = parts(answer.url)
    if named.path.endswith("/challenge.html"):
        return Reading(State.BOT_CHALLENGE, f"the page led to {named.path[:80]}")
    if on_host(named.host, "login.vk.com", "login.vk.ru", "id.vk.com", "id.vk.ru"):
        return Reading(State.LOGIN_WALL, f"the page led to {named.host}")
    reading = page.read(answer, identify, walls=WALLS)
    asked = identify(answer.target.url) or identify(answer.url)
    if reading.state not in (State.EMPTY_SHELL, State.UNAVAILABLE_UNSPECIFIED, State.FORBIDDEN) or not markup.is_html(answer):
        return reading
    document = markup.document(answer)
    notice = _notice(document)
    if notice:
        return replace(reading, state=notice[0], reason=notice[1])
    if reading.state is State.EMPTY_SHELL and asked and asked.id and _carries(document, asked.id):
        post = _post(document, asked, answer.url)
        return replace(reading, state=State.OK, reason=f"an element of the page carries {asked.id}", post=post)
    return reading


def _post(document: Document, asked: Reference, base: str) -> Post | None:
    """Return the words of a wall post where the page for phones, or the widget, has them in the post's own element; else its card."""
    told = page.carded(document, asked, base)
    pair = (asked.id or "").removeprefix("wall")
    own = next(iter(document.select(f"[data-post-id='{pair}'], [id='post{pair}'], [id='wpt{pair}']")), None)
    words = next((found for one in (own.select(WORDS) if own else ()) if (found := laid_out(one.html))), None)
    author = next((" ".join(one.text.split()) for one in (own.select(AUTHOR) if own else ())), None)
    if words is None or asked.id is None or asked.url is None:
        return told
    pictures = told.media if told else ()
    return Post(name, asked.id, asked.url, author=author or None, text=words, media=pictures, partial="as the page's own element shows it")


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post or video; one notice is one endpoint's word."""
    return judge(readings, reference)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the picture of a told post, and what the page or player needs to look whole."""
    return page.requisites(answer, read(answer).post)


def _notice(document: Document) -> tuple[State, str] | None:
    for element in document.select(NOTICES)[:5]:
        words = " ".join(element.text.split())[:300]
        for state, meaning in MEANINGS:
            if re.search(meaning, words, re.IGNORECASE):
                return state, f"VK's notice: {words[:120]}"
    return None


def _carries(document: Document, thing: str) -> bool:
    """Tell whether the markup of a post, or the settings of a player, name what was asked for."""
    matched = OVERLAY.fullmatch(thing)
    if matched is None:
        return False
    pair = f"{matched['owner']}_{matched['id']}"
    if matched["kind"] == "wall":
        return bool(document.select(f"[data-post-id='{pair}'], [id='post{pair}'], [id='wpt{pair}']"))
    settings = (script.text for script in document.select('script:lexbor-contains("playerParams")')[:5])
    wanted = (rf'"oid"\s*:\s*{matched["owner"]}(?![0-9])', rf'"(?:vid|video_id)"\s*:\s*{matched["id"]}(?![0-9])')
    return any(all(re.search(one, text) for one in wanted) for text in settings)
