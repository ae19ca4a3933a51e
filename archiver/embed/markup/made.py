"""Made: elements that keep the id of what a script, or a helper page, will show in a frame, once somebody agrees or clicks.

Each consent manager has names of its own for this: tarteaucitron a class for each service and attributes such as `videoID` (`data-` before
them or not), iframemanager `data-service` with `data-id`, Embetty a custom element. So have content systems: Discourse `data-provider-name`
with `data-video-id`, Vidstack `youtube/` before the id, Wistia a class, DocumentCloud's older viewer an `id` that begins with its name.
What the id stands for is said by these names alone, so only those that are known count, and each row says the frame that is made.

Forums' media frames (s9e) have the id in the fragment of their own page's address, spelled as `FORUMS` says; LiveJournal's in its query.
Elementor keeps the addresses of all kinds of films in its settings, its own sample among them; which one is shown, `video_type` says.

The platform, or `web`, recognises the address that is made as it would a frame's: what is no id of a post makes no post.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, unquote

from archiver.article.document import Element

MADE = (  # selector, attributes (all of them are needed), the address that is made of their values
    (".youtube_player", ("videoid",), "https://www.youtube.com/embed/{0}"),
    (".youtube_playlist_player", ("playlistid",), "https://www.youtube.com/embed/videoseries?list={0}"),
    (".vimeo_player", ("videoid", "hash"), "https://player.vimeo.com/video/{0}?h={1}"),
    (".vimeo_player", ("videoid",), "https://player.vimeo.com/video/{0}"),
    (".dailymotion_player", ("videoid", "embedtype"), "https://www.dailymotion.com/embed/{1}/{0}"),
    (".dailymotion_player", ("videoid",), "https://www.dailymotion.com/embed/video/{0}"),
    (".twitch_player", ("videoid",), "https://player.twitch.tv/?video={0}"),
    (".instagram_post", ("postid",), "https://www.instagram.com/p/{0}/embed"),
    (".twitterembed-canvas", ("tweetid",), "https://platform.twitter.com/embed/Tweet.html?id={0}"),
    (".soundcloud_player", ("playable-id", "playable-type"), "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/{1}/{0}"),
    (".soundcloud_player", ("playable-url",), "https://w.soundcloud.com/player/?url={0}"),
    (".spotify_player", ("spotifyid",), "https://open.spotify.com/embed/{0}"),
    (".deezer_player", ("deezerid", "embedtype"), "https://widget.deezer.com/widget/auto/{1}/{0}"),
    (".deezer_player", ("deezerid",), "https://widget.deezer.com/widget/auto/album/{0}"),
    (".acast_embed", ("id1", "id2"), "https://embed.acast.com/{0}/{1}"),
    (".archive_player", ("videoid",), "https://archive.org/embed/{0}"),
    (".artetv_player", ("json",), "https://www.arte.tv/player/v5/index.php?json_url={0}"),
    (".ausha_player", ("podcast-id",), "https://player.ausha.co/index.html?podcastId={0}"),
    (".bandcamp_player", ("albumid",), "https://bandcamp.com/EmbeddedPlayer/album={0}/"),
    (".calameo-canvas", ("id",), "https://v.calameo.com/?bkcode={0}"),
    (".canalu_player", ("videotitle",), "https://www.canal-u.tv/embed/{0}"),
    (".gdocs_embed", ("id",), "https://docs.google.com/document/d/e/{0}/pub?embedded=true"),
    (".gsheets_embed", ("id",), "https://docs.google.com/spreadsheets/d/e/{0}/pubhtml?widget=true"),
    (".gslides_embed", ("id",), "https://docs.google.com/presentation/d/e/{0}/embed"),
    (".issuu_player", ("issuuid",), "https://e.issuu.com/embed.html?{0}"),
    (".matterport", ("matterportid",), "https://my.matterport.com/show/?m={0}"),
    (".mixcloud_embed", ("id",), "https://www.mixcloud.com/widget/iframe/?feed={0}"),
    (".prezi-canvas", ("id",), "https://prezi.com/embed/{0}/"),
    (".slideshare-canvas", ("id",), "https://www.slideshare.net/slideshow/embed_code/key/{0}"),
    (".tac_genially", ("geniallyid",), "https://view.genial.ly/{0}"),
    (".tac_iframe", ("url",), "{0}"),
    (".openstreetmap", ("url",), "{0}"),
    (".googlemapsembed", ("url",), "{0}"),
    (".gallica_player", ("src",), "{0}"),
    (".DC-embed-document[id^=DV-viewer-]", ("id",), "https://embed.documentcloud.org/documents/{0}/"),
    (".youtube[data-embed]", ("embed",), "https://www.youtube.com/embed/{0}"),
    (".t-video-lazyload[data-videolazy-type=youtube]", ("videolazy-id",), "https://www.youtube.com/embed/{0}"),
    (".t-video-lazyload[data-videolazy-type=vimeo]", ("videolazy-id",), "https://player.vimeo.com/video/{0}"),
    ("media-player[src^='youtube/']", ("src",), "https://www.youtube.com/embed/{0}"),
    ("media-player[src^='vimeo/']", ("src",), "https://player.vimeo.com/video/{0}"),
    ("[data-service=youtube]", ("id",), "https://www.youtube.com/embed/{0}"),
    ("[data-service=vimeo]", ("id",), "https://player.vimeo.com/video/{0}"),
    ("[data-service=dailymotion]", ("id",), "https://www.dailymotion.com/embed/video/{0}"),
    ("[data-service=twitter]", ("id",), "https://platform.twitter.com/embed/Tweet.html?id={0}"),
    ("[data-service=twitch]", ("id",), "https://player.twitch.tv/?{0}"),
    ("wistia-player", ("media-id",), "https://fast.wistia.net/embed/iframe/{0}"),
    ("embetty-video[type=youtube]", ("video-id",), "https://www.youtube.com/embed/{0}"),
    ("embetty-video[type=vimeo]", ("video-id",), "https://player.vimeo.com/video/{0}"),
    ("embetty-video[type=facebook]", ("video-id",), "https://www.facebook.com/video/embed?video_id={0}"),
    (".lazy-video-container[data-provider-name=youtube]", ("video-id",), "https://www.youtube.com/embed/{0}"),
    (".lazy-video-container[data-provider-name=vimeo]", ("video-id",), "https://player.vimeo.com/video/{0}"),
    (".lazy-video-container[data-provider-name=tiktok]", ("video-id",), "https://www.tiktok.com/embed/v2/{0}"),
)  # fmt: skip
FORUMS = {  # of `data-s9e-mediaembed`: what the fragment looks like, and the address that is made of its groups
    "twitter": ((r"([0-9]{5,19})", "https://platform.twitter.com/embed/Tweet.html?id={0}"),),
    "tiktok": ((r"([0-9]+)", "https://www.tiktok.com/embed/v2/{0}"),),
    "instagram": ((r"([\w-]+)", "https://www.instagram.com/p/{0}/embed"),),
    "threads": ((r"([\w-]+)", "https://www.threads.net/t/{0}"),),
    "telegram": ((r"(\w+/[0-9]+)", "https://t.me/{0}"),),
    "reddit": ((r"(\w+/comments/[\w/]+)", "https://www.reddit.com/r/{0}"),),
    "imgur": ((r"((?:a/)?\w+)", "https://imgur.com/{0}"),),
    "pinterest": ((r"([0-9]+)", "https://www.pinterest.com/pin/{0}/"),),
    "bluesky": ((r"at://(.+)", "https://embed.bsky.app/embed/{0}"),),
    "mastodon": (
        (r"(\w+)@([\w.-]+)/([0-9]+)", "https://{1}/@{0}/{2}"),
        (r"(\w+)/([0-9]+)", "https://mastodon.social/@{0}/{1}"),
    ),
    "facebook": (
        (r"(?:[.\w]+/)?[vr](?:[a-z]*/)?([0-9]+)", "https://www.facebook.com/watch/?v={0}"),
        (r"(?:[vr](?:ideo|eel)?)([0-9]+)", "https://www.facebook.com/watch/?v={0}"),
        (r"([.\w]+)/(?:p\w*/)?(\w+)", "https://www.facebook.com/{0}/posts/{1}"),
        (r"(?:p(?:ost)?)?([0-9]+)", "https://www.facebook.com/permalink.php?story_fbid={0}"),
    ),
}
LIVEJOURNAL = re.compile(r"(?:https?:)?//(?:[a-z]{1,5}\.)?lj-toys\.com/\?")
SOURCES = {"youtube": "https://www.youtube.com/embed/{0}", "vimeo": "https://player.vimeo.com/video/{0}"}
WISTIA = re.compile(r"wistia_async_([a-z0-9]{10})")
ELEMENTOR = ".elementor-widget-video[data-settings]"
SELECTORS = (*dict.fromkeys(selector for selector, *_ in MADE), ELEMENTOR, ".wistia_embed")
CLASSES = frozenset(found[1] for selector in SELECTORS if (found := re.match(r"\.([\w-]+)", selector)))
TAGS = frozenset({"embetty-video", "media-player", "wistia-player"})
PREFIX = re.compile(r"(?:DV-viewer-|youtube/|vimeo/)")  # before the id, in the same value
ADDRESS = re.compile(r"(?:https?:)?//", re.IGNORECASE)  # some keep that where the id should stand
VALUE = re.compile(r"[^\s<>\"'{}]{1,1000}")
CONTROLS = frozenset({"a", "button", "input", "script"})


def addresses_made(element: Element) -> Iterator[tuple[str, str]]:
    """Yield the address of the frame that a script will make of an element, with the attribute that names what it shows."""
    named = element.attributes
    if element.tag == "iframe":
        yield from _helped(named)
    elif not CLASSES.isdisjoint(element.classes) or "data-service" in named or element.tag in TAGS:
        yield from _facade(element) if element.tag not in CONTROLS else ()


def _helped(named: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Read a frame of a helper page."""
    src = named.get("src", "")
    if "data-s9e-mediaembed" in named and (shown := _of_forum(named["data-s9e-mediaembed"], src)):
        yield "data-s9e-mediaembed", shown
    if LIVEJOURNAL.match(src):
        given = parse_qs(src.partition("?")[2])
        source, film = given.get("source", [""])[0], given.get("vid", [""])[0]
        if source in SOURCES and VALUE.fullmatch(film):
            yield "src", SOURCES[source].format(film)


def _facade(element: Element) -> Iterator[tuple[str, str]]:
    named = element.attributes
    if "wistia_embed" in element.classes:
        films = (WISTIA.fullmatch(one) for one in element.classes)
        yield from (("class", f"https://fast.wistia.net/embed/iframe/{film[1]}") for film in films if film)
    if "data-settings" in named and element.matches(ELEMENTOR) and (film := _of_settings(named["data-settings"])):
        yield "data-settings", film
    for selector, attributes, address in MADE:
        held = [next((name for name in (f"data-{one}", one) if named.get(name)), None) for one in attributes]
        if all(held) and element.matches(selector):
            values = [PREFIX.sub("", named[name].strip(), count=1) for name in held if name]
            if all(VALUE.fullmatch(value) for value in values):
                yield str(held[0]), values[0] if ADDRESS.match(values[0]) else address.format(*values)
            return


def _of_forum(service: str, src: str) -> str | None:
    """Return what a forum's media frame shows: the fragment of its address, up to the next."""
    written = unquote(src.partition("#")[2].partition("#")[0])[:300]
    found = ((re.fullmatch(shape, written), address) for shape, address in FORUMS.get(service, ()))
    return next((address.format(*matched.groups()) for matched, address in found if matched), None)


def _of_settings(settings: str) -> str:
    """Return the address of the film that settings in JSON say is shown; "" where they say none."""
    try:
        data = json.loads(settings)
    except (ValueError, RecursionError):
        return ""
    written = data.get(f"{data.get('video_type', 'youtube')}_url") if isinstance(data, dict) else None
    return written if isinstance(written, str) else ""
