"""Player: the page that a player shows, where one can be told from the other by their addresses alone.

A chart, a pen, a film stands in an article as a frame with an address of its own, and elsewhere as a link to its page. Both are one thing,
and the page is what a reader would visit: so it is the reference, and the frame's address stays with the place. Only rewritings that the
services themselves document or publish in their embed codes stand here; everything else keeps the address it has.

The service's own id is told as well, from player and page alike: the page's shape is made of the very row that leads to it, so that both
always say the same. It is a label beside the key, which stays the page's address: ids of different services may be the same letters.

Elements that a script turns into such a frame (`COMPONENTS`) name the thing in attributes.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import unquote

from archiver.article.document import Element
from archiver.url import Parts, absolute, on_host, origin, parts, resolve

W = r"[A-Za-z0-9_-]"
PAGES = (  # hosts, path of the player, path of the page on the same host or a whole URL
    ("codepen.io", rf"/(?:team/)?(?P<u>{W}{{1,60}})/(?:embed(?:/preview)?|full|details|pres|debug)/(?P<id>{W}{{4,40}})/?", "/{u}/pen/{id}"),
    ("datawrapper.dwcdn.net", rf"/(?P<id>{W}{{5}})(?:/[0-9]+)?(?:/(?:embed\.js|index\.html)?)?", "/{id}/"),
    ("e.infogram.com", rf"/(?P<id>{W}{{5,120}})/?", "https://infogram.com/{id}"),
    ("flo.uri.sh", r"/(?P<kind>visualisation|story)/(?P<id>[0-9]+)(?:/embed)?/?", "https://public.flourish.studio/{kind}/{id}/"),
    ("public.flourish.studio", r"/(?P<kind>visualisation|story)/(?P<id>[0-9]+)(?:/embed)?/?", "/{kind}/{id}/"),
    ("embed.documentcloud.org", r"/documents/(?P<id>[0-9]+[^/?#]{0,200})/?.*", "https://www.documentcloud.org/documents/{id}/"),
    ("streamable.com", r"/(?:[eos]|t)/(?P<id>[a-z0-9]{4,10})/?.*", "/{id}"),
    ("archive.org", r"/(?:embed|stream)/(?P<id>[A-Za-z0-9._-]{3,100})(?:/.*)?", "/details/{id}"),
    ("jsfiddle.net", rf"/(?P<id>(?:{W}{{1,40}}/)?[a-z0-9]{{4,10}}(?:/[0-9]+)?)/embed(?:ded)?(?:/.*)?", "/{id}/"),
    ("odysee.com", r"/\$/(?:embed|download)/(?P<id>[^$].{0,299})", "/{id}"),
    ("bitchute.com", rf"/embed/(?P<id>{W}{{6,20}})/?", "https://www.bitchute.com/video/{id}/"),
    ("ok.ru", r"/videoembed/(?P<id>[0-9]+)", "/video/{id}"),
    ("odnoklassniki.ru", r"/(?:videoembed|video)/(?P<id>[0-9]+)", "https://ok.ru/video/{id}"),
    ("rutube.ru", r"/(?:play/)?embed/(?P<id>[0-9a-f]{32})/?", "/video/{id}/"),
    ("giphy.com", r"/embed/(?P<id>[A-Za-z0-9]{8,40})(?:/.*)?", "https://giphy.com/gifs/{id}"),
    ("scribd.com", r"/embeds/(?P<id>[0-9]+)/content.*", "https://www.scribd.com/document/{id}"),
    ("embed.ted.com", r"/talks/(?:lang/[a-zA-Z-]{2,7}/)?(?P<id>[a-z0-9_]{3,200})(?:\.html)?", "https://www.ted.com/talks/{id}"),
    ("embed-ssl.ted.com", r"/talks/(?:lang/[a-zA-Z-]{2,7}/)?(?P<id>[a-z0-9_]{3,200})(?:\.html)?", "https://www.ted.com/talks/{id}"),
    ("embed.nicovideo.jp", r"/watch/(?P<id>[a-z]{0,2}[0-9]+)(?:/script)?", "https://www.nicovideo.jp/watch/{id}"),
    ("ext.nicovideo.jp", r"/thumb(?:_watch)?/(?P<id>[a-z]{0,2}[0-9]+)", "https://www.nicovideo.jp/watch/{id}"),
    ("embed.podcasts.apple.com", r"/(?P<id>.+)", "https://podcasts.apple.com/{id}"),
    ("embed.music.apple.com", r"/(?P<id>.+)", "https://music.apple.com/{id}"),
    ("embed.tidal.com", r"/(?P<kind>track|album|playlist|video)s/(?P<id>[0-9a-f-]+)", "https://tidal.com/browse/{kind}/{id}"),
    ("widget.deezer.com", r"/widget/[a-z]+/(?P<id>(?:track|album|playlist|episode|show)/[0-9]+)", "https://www.deezer.com/{id}"),
    ("loom.com", r"/embed/(?P<id>[0-9a-f]{32})", "https://www.loom.com/share/{id}"),
    ("coub.com", r"/embed/(?P<id>[a-z0-9]{3,10})", "/view/{id}"),
    ("codesandbox.io", rf"/embed/(?P<id>{W}{{4,120}})", "/s/{id}"),
    ("observablehq.com", rf"/embed/(?P<id>@{W}+/{W}+|[0-9a-f]{{16}})", "/{id}"),
    ("videopress.com", r"/embed/(?P<id>[A-Za-z0-9]{8})", "/v/{id}"),
    ("docs.google.com", rf"/presentation/d/(?P<id>(?:e/)?{W}{{20,200}})/(?:embed|pubembed)", "/presentation/d/{id}/pub"),
    ("drive.google.com", rf"/file/d/(?P<id>{W}{{20,100}})/preview", "/file/d/{id}/view"),
    ("gist.github.com", rf"/(?P<id>(?:{W}{{1,40}}/)?[0-9a-f]{{5,40}})\.js", "/{id}"),
    ("clyp.it", r"/(?P<id>[a-z0-9]{8})/widget", "/{id}"),
    ("anchor.fm", rf"/(?P<u>{W}+)/embed/episodes/(?P<id>{W}+)", "/{u}/episodes/{id}"),
    ("slides.com", rf"/(?P<u>{W}+)/(?P<id>{W}+)/embed", "/{u}/{id}"),
    ("ustream.tv", r"/embed/recorded/(?P<id>[0-9]+)", "https://video.ibm.com/recorded/{id}"),
    ("thingiverse.com", r"/embed:(?P<id>[0-9]+)", "https://www.thingiverse.com/thing:{id}"),
    ("sketchfab.com", r"/models/(?P<id>[0-9a-f]{32})/embed", "/3d-models/{id}"),
)  # fmt: skip
CARRIED = (  # hosts, path, the parameter that holds the page's URL or path
    ("mixcloud.com", r"/widget/(?:iframe/|follow/)?", "feed", "https://www.mixcloud.com"),
    ("figma.com", r"/embed", "url", "https://www.figma.com"),
    ("docs.google.com", r"/(?:gview|viewer)", "url", ""),
    ("view.officeapps.live.com", r"/op/(?:embed|view)\.aspx", "src", ""),
    ("airtable.com", r"/embed/?", "url", "https://airtable.com"),
)  # fmt: skip
QUERIED = (  # host, path of the player, the parameter that tells what it shows, what that looks like, the page
    ("embed.podcasts.apple.com", r"/(?P<path>.+)", "i", r"[0-9]+", "https://podcasts.apple.com/{path}?i={id}"),
    ("embed.music.apple.com", r"/(?P<path>.+)", "i", r"[0-9]+", "https://music.apple.com/{path}?i={id}"),
    ("player.bilibili.com", r"/player\.html", "bvid", r"BV[A-Za-z0-9]{10}", "https://www.bilibili.com/video/{id}/"),
    ("player.bilibili.com", r"/player\.html", "aid", r"[0-9]+", "https://www.bilibili.com/video/av{id}/"),
)
PEERTUBE = re.compile(r"/videos/embed/(?:(?P<uuid>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})|(?P<short>[1-9A-HJ-NP-Za-km-z]{22}))/?")
APPLE = ("podcasts.apple.com", "music.apple.com")
SAFE = re.compile(r"[A-Za-z0-9_@:./-]{1,150}")
COMPONENTS = {  # selector: its word in `via`, the page or frame that its attributes name
    ".codepen[data-slug-hash][data-user]": (".codepen", "https://codepen.io/{data-user}/pen/{data-slug-hash}"),
    ".infogram-embed[data-id]": (".infogram-embed", "https://infogram.com/{data-id}"),
    ".flourish-embed[data-src]": (".flourish-embed", "https://public.flourish.studio/{data-src}/"),
    "script[src*='datawrapper.dwcdn.net/']": ("script[src]", "{src}"),
    "script[src*='gist.github.com/']": ("script[src]", "{src}"),
    "amp-gist[data-gistid]": ("amp-gist", "https://gist.github.com/{data-gistid}"),
    "amp-jwplayer[data-media-id][data-player-id]": ("amp-jwplayer", "https://cdn.jwplayer.com/players/{data-media-id}-{data-player-id}.html"),
    "amp-brightcove[data-account][data-video-id]": (
        "amp-brightcove", "https://players.brightcove.net/{data-account}/default_default/index.html?videoId={data-video-id}",
    ),
    "video-js[data-account][data-video-id]": (
        "video-js", "https://players.brightcove.net/{data-account}/default_default/index.html?videoId={data-video-id}",
    ),
}  # fmt: skip
SELECTORS = ", ".join(COMPONENTS)
BY_SITE: dict[str, list[tuple[str, re.Pattern[str], str]]] = {}
for _host, _path, _page in PAGES:
    BY_SITE.setdefault(".".join(_host.split(".")[-2:]), []).append((_host, re.compile(_path), _page))
CHARTS = "datawrapper.dwcdn.net"  # serves nothing else
FIGURE = re.compile(r"[0-9]")
GROUP = re.compile(r"\{(\w+)\}")
OTHERS = (*(hosts for hosts, *_ in (*CARRIED, *QUERIED)), "e.issuu.com")


@lru_cache(maxsize=4096)
def _site(host: str) -> tuple[str, str]:
    """Return a host without what says nothing, and its last two labels."""
    host = host.rstrip(".").removeprefix("www.")
    return host, ".".join(host.split(".")[-2:])


def page_of(url: str) -> str | None:
    """Return the page of what a resolved player URL shows, resolved; None for every other URL."""
    named = parts(url)
    host, site = _site(named.host)
    if on_host(host, *OTHERS) and (found := _queried(named, host) or _carried(named, host) or _issuu(named, host)):
        return found
    for known, path, page in BY_SITE.get(site, ()):
        matched = path.fullmatch(named.path) if on_host(host, known) and len(named.path) < 600 else None
        if matched:
            shown = page.format(**matched.groupdict())
            return resolve(shown if shown.startswith("https:") else f"https://{known}{shown}")
    hosted = PEERTUBE.fullmatch(named.path)  # on some thousand hosts
    if not hosted:
        return None
    return f"{origin(url)}/videos/watch/{hosted['uuid']}" if hosted["uuid"] else f"{origin(url)}/w/{hosted['short']}"


def id_of(url: str) -> str | None:
    """Return the service's own id of what a resolved page of it shows; None where the address tells none.

    Where a path is the id and nothing else, the service's own pages (`/pricing`) look the same: a figure must be in it.
    """
    named = parts(url)
    host, site = _site(named.host)
    part = named.parameters().get("i", [""])[0] if host in APPLE else ""  # of a show, of an album
    if part.isdigit():
        return part
    for known, path in _shown().get(site, ()):
        matched = path.fullmatch(named.path) if on_host(host, known) and len(named.path) < 600 else None
        if matched:
            bare = matched["id"] == named.path.strip("/") and known != CHARTS
            return matched["id"] if not bare or FIGURE.search(matched["id"]) else None
    return None


@cache
def _shown() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return the shapes of pages, by site: a row's page with its player's groups in it. Players that are their own page keep theirs."""
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for host, path, page in PAGES:
        groups = {name: _group(path, name) for name in re.compile(path).groupindex}
        shown = parts(page if page.startswith("https:") else f"https://{host}{page}")
        pieces = GROUP.split(unquote(shown.path).rstrip("/"))
        shape = "".join(groups[piece] if number % 2 else re.escape(piece) for number, piece in enumerate(pieces))
        site = shown.host.removeprefix("www.")
        found.setdefault(".".join(site.split(".")[-2:]), []).append((site, re.compile(f"{shape}/?")))
    return found


def _group(path: str, name: str) -> str:
    """Return a named group of a pattern, with its parentheses."""
    start = path.index(f"(?P<{name}>")
    depth = 0
    for at in range(start, len(path)):
        depth += (path[at] == "(") - (path[at] == ")")
        if depth == 0:
            return path[start : at + 1]
    raise ValueError(path)


def _queried(named: Parts, host: str) -> str | None:
    for known, path, parameter, wanted, page in QUERIED:
        matched = re.fullmatch(path, named.path) if on_host(host, known) else None
        written = named.parameters().get(parameter, [""])[0]
        if matched and re.fullmatch(wanted, written):
            return resolve(page.format(**matched.groupdict(), id=written))
    return None


def _carried(named: Parts, host: str) -> str | None:
    for known, path, parameter, base in CARRIED:
        if on_host(host, known) and re.fullmatch(path, named.path):
            written = named.parameters().get(parameter, [""])[0]
            return resolve(written, base or None) if written else None
    return None


def _issuu(named: Parts, host: str) -> str | None:
    query = named.parameters()
    user, document = query.get("u", [""])[0], query.get("d", [""])[0]
    wanted = host == "e.issuu.com" and named.path == "/embed.html" and SAFE.fullmatch(user) and SAFE.fullmatch(document)
    return resolve(f"https://issuu.com/{user}/docs/{document}") if wanted else None


def component(element: Element) -> tuple[str, str] | None:
    """Return how an element is recognised and the URL, resolved, of what its attributes name; None where it is no such element."""
    for selector, (via, page) in COMPONENTS.items():
        if not element.matches(selector):
            continue
        values = {name: unquote(value.strip()) for name, value in element.attributes.items() if f"{{{name}}}" in page}
        if not all(SAFE.fullmatch(value.partition("?")[0]) and ".." not in value for value in values.values()):
            continue
        written = page.format_map(values)
        url = absolute(written)
        if url and (element.tag != "script" or page_of(url)):
            return via, url
    return None
