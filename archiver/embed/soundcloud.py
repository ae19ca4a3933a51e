"""SoundCloud: one track or one set. Identity `soundcloud:<user>/<track>`, `soundcloud:<user>/sets/<set>`.

Where only the player names it: `soundcloud:tracks/<number>`, `soundcloud:playlists/<number>`.

The player knows a track by its number, the page by its name, and neither can be made from the other offline. The embed code that SoundCloud
gives out has credit links beside the frame, the last of which is the page: where they stand, the embed is that page.

Secret links (`/s-TOKEN`) show a private track to whoever has them: the token stays in the URL, and out of the key.
`on.soundcloud.com/KEY` carries nothing; it is a link until somebody asks where it leads.

oEmbed answers 404 for what is deleted, 403 for what is private or not to be embedded. Titles come as "TITLE by AUTHOR".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote

from archiver.article.document import Element
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Hit, Post, Reading, State, Target
from archiver.embed import web
from archiver.embed.answer import judgement, media, oembed, page
from archiver.embed.answer.endpoint import Fields, json_object, text
from archiver.embed.answer.endpoint import oembed as request
from archiver.embed.markup import wrapper
from archiver.url import on_host, parts, resolve

name: str = "soundcloud"
ENDPOINT = "https://soundcloud.com/oembed"
NUMBERED = re.compile(
    r"/(?P<kind>tracks|playlists)/(?:soundcloud(?::|%3a)(?:tracks|playlists)(?::|%3a))?(?P<id>[0-9]{1,12})(?:[/?]|$)", re.IGNORECASE
)
SLUG = r"[a-z0-9_-]{1,255}"
PAGE = re.compile(rf"/(?P<user>{SLUG})/(?P<sets>sets/)?(?P<slug>{SLUG})(?P<secret>/s-[a-z0-9]{{1,40}})?/?", re.IGNORECASE)
SECRET = re.compile(r"s-[A-Za-z0-9]{1,40}")
SITE = frozenset({  # first path segments that are no user
    "discover", "stream", "search", "charts", "you", "upload", "pages", "jobs", "terms-of-use", "people", "tags", "groups", "signin",
    "settings", "messages", "notifications", "imprint", "mobile", "pro", "go", "checkout", "stations", "for-artists",
    "login", "connect", "player",
    "oembed", "feed", "community-guidelines", "help", "apps", "popular", "premium", "support", "logout", "activity", "explore", "dashboard",
})  # fmt: skip
LISTS = frozenset({
    "tracks", "sets", "likes", "favorites", "reposts", "followers", "following", "albums", "popular-tracks", "comments", "spotlight",
    "info", "groups", "playlists", "library",
})  # fmt: skip
PARTIAL = "its title, author and picture are told, not its sound"
AMP = {"data-trackid": "tracks", "data-playlistid": "playlists"}
hosts: tuple[str, ...] = ("soundcloud.com",)
SUBSTACK = ".soundcloud-wrap[data-attrs]"
embeds: str = f"{wrapper.WRAPPERS}, {SUBSTACK}, audio, amp-soundcloud, bento-soundcloud"


def identify(url: str) -> Reference | None:
    """Return the track or set that a resolved URL points to: its page, the player's frame, or the API's number."""
    named = parts(url)
    host = named.host.rstrip(".")
    if host in ("w.soundcloud.com", "player.soundcloud.com"):
        query = named.parameters()
        inner = resolve(query.get("url", [""])[0])
        found = identify(inner) if inner and not parts(inner).host.startswith(("w.", "player.")) else None
        secret = query.get("secret_token", [""])[0]
        return _numbered(found.id, secret) if found and found.id and SECRET.fullmatch(secret) and "tracks/" in found.id else found
    if host == "feeds.soundcloud.com":  # the sound itself, as podcasts have it
        sound = re.match(r"/stream/(?P<id>[0-9]{1,12})-", named.path)
        return _numbered(f"tracks/{int(sound['id'])}") if sound else None
    if host in ("api.soundcloud.com", "api-v2.soundcloud.com"):
        matched = NUMBERED.match(named.path)
        secret = named.parameters().get("secret_token", [""])[0]
        return _numbered(f"{matched['kind'].lower()}/{int(matched['id'])}", secret) if matched else None
    return _page(named.path) if host in ("soundcloud.com", "www.soundcloud.com", "m.soundcloud.com") else None


def _page(path: str) -> Reference | None:
    matched = PAGE.fullmatch(unquote(path))
    if not matched:
        return None
    user, slug = matched["user"].lower(), matched["slug"].lower()
    if user in SITE or (not matched["sets"] and (slug in LISTS or slug.startswith("s-"))):
        return None
    identifier = f"{user}/{'sets/' if matched['sets'] else ''}{slug}"
    return Reference(name, identifier, f"https://soundcloud.com/{identifier}{matched['secret'] or ''}", f"{name}:{identifier}")


def _numbered(identifier: str, secret: str = "") -> Reference:
    token = f"?secret_token={secret}" if SECRET.fullmatch(secret) else ""
    player = f"https://w.soundcloud.com/player/?url={oembed.inside(f'https://api.soundcloud.com/{identifier}{token}')}"
    return Reference(name, identifier, player, f"{name}:{identifier}")


def recognise(element: Element) -> Hit | None:
    """Return the track or set whose player an element is; by its page where the credit beside the frame names it."""
    if element.tag in ("amp-soundcloud", "bento-soundcloud"):
        named = ((kind, element.attributes.get(attribute, "").strip()) for attribute, kind in AMP.items())
        numbered = next((_numbered(f"{kind}/{number}") for kind, number in named if re.fullmatch(r"[0-9]{1,12}", number)), None)
        return Hit(numbered, "embed", element.tag, numbered.url) if numbered else None
    if element.tag == "audio":
        sources = (one.attributes.get("src", "") for one in (element, *element.select("source[src]")[:5]))
        found = next(((sound, src) for src in sources if (sound := wrapper.identified(src, identify))), None)
        return Hit(found[0], "embed", "audio[src]", found[1]) if found else None
    if "data-attrs" in element.attributes and element.matches(SUBSTACK):
        return _told(json_object(element.attributes["data-attrs"].encode("utf8", "surrogatepass")) or {})
    sight = wrapper.sight(element, identify)
    if sight is None:
        return None
    credit = _credit(element) if sight.reference.id and re.match(r"(?:tracks|playlists)/", sight.reference.id) else None
    shown, claims = credit or (sight.reference, Claims())
    return Hit(shown, "embed", sight.via, sight.written, claims)


def _told(data: Fields) -> Hit | None:
    """Read what Substack keeps around a player: the page, where it knows it, else the number."""
    for written in (text(data, "targetUrl"), text(data, "url")):
        if written and (found := wrapper.identified(written, identify)):
            return Hit(found, "embed", "div[data-attrs]", written, Claims(author=text(data, "author_name"), text=text(data, "title")))
    return None


def _credit(element: Element) -> tuple[Reference, Claims] | None:
    """Return what the credit after a frame names: the author's profile, then the page."""
    siblings = element.parent.children if element.parent else []
    after = siblings[siblings.index(element) + 1 :][:1] if element in siblings else []
    anchors = [anchor for sibling in after if sibling.tag == "div" for anchor in sibling.select("a[href]")]
    for number, anchor in enumerate(anchors[:4]):
        found = wrapper.identified(anchor.attributes["href"], identify)
        if found:
            author = anchors[number - 1].text.strip() if number else None
            return found, Claims(author=author or None, text=anchor.text.strip() or None)
    return None


def targets(citation: Citation) -> Sequence[Target]:
    """Return the oEmbed request and the page, or the player where only that is known."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    asked = parts(cited.url).parameters().get("url", [cited.url])[0]
    return (
        request(ENDPOINT, asked, format="json"),
        Target(cited.url, proof=on_host(parts(cited.url).host, "soundcloud.com") and asked == cited.url),
    )


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.purpose == "oembed":
        return oembed.read(answer, lambda told: _post(told, answer))
    if parts(answer.target.url).host == "w.soundcloud.com" and answer.target.tier != "memento":
        seen = web.read(answer)
        return replace(seen, state=State.EMPTY_SHELL, reason="the player is the same for every track") if seen.state is State.OK else seen
    return page.read(answer, identify, walls=re.compile(r"/(?:signin|login)\b"))


def _post(told: Fields, answer: Answer) -> Post | None:
    asked = parts(answer.target.url).parameters().get("url", [""])[0]
    post = oembed.titled(told, identify(resolve(asked) or "https://soundcloud.com/"), PARTIAL)
    if post and post.text and post.author and post.text.endswith(f" by {post.author}"):
        post = replace(post, text=post.text.removesuffix(f" by {post.author}"))
    return post


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the picture that the endpoint names, or what the page needs."""
    return media.targets(read(answer).post) if answer.target.purpose == "oembed" else page.requisites(answer, read(answer).post)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a track; the endpoint's own 404 is enough."""
    return judgement.judge(readings, reference, one_word_enough=frozenset({"oembed"}))
