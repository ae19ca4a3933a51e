"""Shortcodes: the posts and players that the source of a page names for its generator to put there.

Hugo writes `{{< youtube ID >}}`, Jekyll and Forem `{% youtube ID %}`, Jekyll's themes `{% include youtube.html id="ID" %}`, Zola and
Eleventy `{{ youtube(id="ID") }}`, Logseq `{{youtube ID}}`, WordPress `[youtube URL]` and `[embed]URL[/embed]`, MDX `<YouTube id="ID" />`,
Zenn `@[youtube](ID)`, Hashnode `%[URL]`, remark `::youtube{#ID}`, reStructuredText `.. youtube:: ID`, wikitext `{{YouTube|ID}}`. The
spelling differs, names and arguments hardly do, so one table serves all: the name says which network, an argument which thing. What comes
out is a public URL, which the platforms then read like any other.

A name that is none of the table but has one of its words (`youtube-responsive`, `blogdown/tweet`, `telegramPost`, `youtubestart`) means
the same, where an id fits.

No shortcodes: what is escaped to be shown (`{{</* … */>}}`), closing tags, and names from no table whose arguments hold no address. A name
from no table with addresses (`{{< button href="https://…" >}}`) is a link to each; pictures and what templates reckon with are none. An id
must look like one of that network: a template's variable (`{{< youtube .Params.id >}}`) gives nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archiver.article.link import Link

# Arguments hold no braces, so that no run of openers is read twice. Names begin with a letter: closing and escaped ones do not.
GENERATOR = re.compile(r"\{\{(?P<mark>[<%])\s*(?P<hugo>[A-Za-z][^{}]*+)\}\}|\{%-?\s*(?P<liquid>[A-Za-z][^{}]*+)\}")
CALLED = re.compile(r"\{\{\s*(?P<name>[A-Za-z]\w*)(?:\((?P<arguments>[^{}()]*+)\)|\s+(?P<value>[^\s{}|()]+))\s*\}\}")
MARKED = re.compile(
    r"@\[(?P<at>[A-Za-z][\w-]*)\]\((?P<value>[^()\s]+)\)|^%\[(?P<alone>https?://[^\s\[\]]+)\][ \t]*$"
    r"|^`(?P<code>[A-Za-z]+):[ \t]*(?P<said>[^`\s]+)`[ \t]*$"
    r"|^[ \t]*:{2,3}(?P<leaf>[A-Za-z][\w-]*)(?:\[[^\[\]\n]*\])?\{(?P<arguments>[^{}\n]*)\}",
    re.MULTILINE,
)
INCLUDES = frozenset({"include", "includecached", "includerelative", "render", "partial"})  # whose first argument is the name, a file's
LONGEST = 4000  # characters of one shortcode
ARGUMENT = re.compile(
    r"""(?:(?P<key>[A-Za-z_][\w-]*)\s*=\s*)?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|`(?P<tick>[^`]*)`|(?P<bare>[^\s"']+))"""
)
ADDRESS = re.compile(r"(?:https?:)?//[^\s/?#.]+\.[^\s]+", re.IGNORECASE)
HOSTED = re.compile(r"(?:www\.|m\.|mobile\.|open\.)?[a-z-]+\.(?:com|net|org|tv|be|me|io|app|social|co|st)/[^\s]+", re.IGNORECASE)
AT_URI = re.compile(r"at://(?P<who>[\w.:%-]+)/app\.bsky\.feed\.post/(?P<key>[a-z0-9]+)", re.IGNORECASE)
KEYS = """
    url href link src id tweetid tweet status statusid number tweetlink video videoid youtubeid youtube vimeoid shortcode code
    post postid pin uri permalink cite hash slug slughash instagramid mediaid
"""
NAMED = tuple(KEYS.split())  # the arguments that may say which thing, best first
USERS = ("user", "username", "handle", "screen_name", "account", "channel", "author")

# network: its names in any generator, without case and punctuation
SPELLED = {
    "x": "x xsimple xpost xcard xembed xtweet twitter twittersimple twitterembed twittertweet twittertweetembed twitterstatus tweet tweets "
    "tweetsimple tweetembed embedtweet reacttweet statictweet tweetcard citetweet blackbirdpie",
    "youtube": "youtube yt youtubesimple youtubelite liteyoutube liteyoutubeembed youtubeembed embedyoutube reactyoutube youtubevideo "
    "youtubeplayer youtubeenhanced youtubenocookie videoyoutube ytvideo lyte embedyt",
    "vimeo": "vimeo vimeosimple litevimeo vimeoembed vimeovideo vimeoplayer",
    "instagram": "instagram instagramsimple insta ig instagramembed instagrampost citeinstagram reactinstagramembed",
    "tiktok": "tiktok tiktokembed tiktokvideo",
    "telegram": "telegram tg telegrampost telegramembed telegramwidget",
    "bluesky": "bluesky bsky blueskypost blueskyembed bskypost",
    "mastodon": "mastodon toot tootsimple mastodonpost mastodonembed fediverse",
    "reddit": "reddit redditpost redditembed",
    "threads": "threads threadspost threadsembed",
    "facebook": "facebook fb facebookpost facebookvideo facebookembed",
    "linkedin": "linkedin linkedinembed linkedinpost",
    "pinterest": "pinterest pin pinterestpin",
    "spotify": "spotify spotifyembed",
    "soundcloud": "soundcloud soundcloudembed soundcloudtrack",
    "soundcloud_playlist": "soundcloudplaylist",
    "bandcamp": "bandcamp",
    "twitch": "twitch twitchembed",
    "dailymotion": "dailymotion",
    "bilibili": "bilibili bili bilibilivideo",
    "niconico": "niconico nicovideo",
    "loom": "loom",
    "wistia": "wistia",
    "asciinema": "asciinema",
    "speakerdeck": "speakerdeck",
    "slideshare": "slideshare",
    "codepen": "codepen codepenembed",
    "gist": "gist githubgist",
    "github": "github githubrepo",
    "tumblr": "tumblr",
    "imgur": "imgur",
    "": "embed oembed embedly iframe media video audio player rawembed card linkcard jsfiddle codesandbox stackblitz replit glitch kotlin "
    "slides figma miro peertube rumble odysee vk truthsocial flickr datawrapper infogram flourish googlemaps map "
    "podcast applepodcasts mixcloud giphy tenor arve fve",
}
NETWORKS = {name: network for network, names in SPELLED.items() for name in names.split()}
WORDS = {name: network for name, network in NETWORKS.items() if network not in ("", "github", "gist") and len(name) > 2}
GLUED = ("youtube", "twitter", "tweet", "instagram", "vimeo", "tiktok", "bluesky")  # what the beginning of a longer name says as well
PROVIDERS = ("provider", "service", "platform", "network", "type")  # arguments that say which network a player of any is for
PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif|svg)(?:[?#]|\Z)", re.IGNORECASE)
PICTURES = frozenset({"figure", "img", "image", "picture", "gallery", "lightbox", "photo", "caption", "thumb"})
LOGIC = frozenset({"assign", "set", "if", "elsif", "elif", "unless", "case", "when", "for", "capture", "cycle"})  # of templates
UNLINKED = PICTURES | LOGIC

# network: what an id of it looks like, and the page of the thing with that id
IDS = {
    "x": (r"[0-9]{5,20}", "https://twitter.com/{user}/status/{id}"),
    "youtube": (r"[A-Za-z0-9_-]{11}", "https://www.youtube.com/watch?v={id}"),
    "vimeo": (r"[0-9]{5,12}", "https://vimeo.com/{id}"),
    "instagram": (r"[A-Za-z0-9_-]{8,40}", "https://www.instagram.com/p/{id}/"),
    "tiktok": (r"[0-9]{15,20}", "https://www.tiktok.com/@{user}/video/{id}"),
    "telegram": (r"[A-Za-z]\w{2,}/[0-9]+", "https://t.me/{id}"),
    "pinterest": (r"[0-9]{9,20}", "https://www.pinterest.com/pin/{id}/"),
    "soundcloud": (r"[0-9]{5,12}", "https://api.soundcloud.com/tracks/{id}"),
    "soundcloud_playlist": (r"[0-9]{5,12}", "https://api.soundcloud.com/playlists/{id}"),
    "twitch": (r"[0-9]{8,12}", "https://www.twitch.tv/videos/{id}"),
    "dailymotion": (r"[kx][A-Za-z0-9]{5,20}", "https://www.dailymotion.com/video/{id}"),
    "bilibili": (r"BV[A-Za-z0-9]{10}|av[0-9]+", "https://www.bilibili.com/video/{id}"),
    "niconico": (r"(?:sm|nm|so)[0-9]+", "https://www.nicovideo.jp/watch/{id}"),
    "loom": (r"[0-9a-f]{32}", "https://www.loom.com/share/{id}"),
    "wistia": (r"[a-z0-9]{10}", "https://fast.wistia.net/embed/iframe/{id}"),
    "asciinema": (r"[A-Za-z0-9]{4,30}", "https://asciinema.org/a/{id}"),
    "speakerdeck": (r"[0-9a-f]{32}", "https://speakerdeck.com/player/{id}"),
    "slideshare": (r"(?=\w*[0-9])\w{8,20}", "https://www.slideshare.net/slideshow/embed_code/key/{id}"),
    "github": (r"[A-Za-z0-9-]+/[\w.-]+", "https://github.com/{id}"),
}
PATTERNS = {network: (re.compile(pattern), page) for network, (pattern, page) in IDS.items()}
OWNED = {  # the same of things whose address needs their owner
    "codepen": (r"[A-Za-z0-9]{5,40}", "https://codepen.io/{owner}/pen/{key}"),
    "gist": (r"[A-Za-z0-9]{5,40}", "https://gist.github.com/{owner}/{key}"),
    "telegram": (r"[0-9]{1,10}", "https://t.me/{owner}/{key}"),
    "bluesky": (r"3[a-z2-7]{12}", "https://bsky.app/profile/{owner}/post/{key}"),
}
TOOT = re.compile(r"(?:(?P<host>[\w-]+(?:\.[\w-]+)+)/)?@(?P<user>[\w.-]+(?:@[\w.-]+)?)/(?P<id>[0-9]{5,20})")
MIXED = re.compile(r"(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9_-]{11}")  # the id of a player of any network: no other looks like YouTube's
SPOTIFY = re.compile(r"(?:spotify:)?(track|album|playlist|episode|show|artist)[:/]([A-Za-z0-9]{22})")
NAME = re.compile(r"[\w.@-]{1,60}")
# In names of WordPress' shortcodes that show no post: `[instagram-feed]`, `[twitter_follow]`.
FOLLOWING = re.compile(r"share|follow|like|feed|button|btn|icon|subscri|profile|social|gallery|channel|widget|timeline", re.IGNORECASE)
WORDPRESS = re.compile(  # the builders' and plugins' too: `[su_youtube url=…]`, `[et_pb_video src=…]`, `[youtube_sc …]`
    r"\[(?P<name>(?:[a-z]{1,12}[_-]){0,3}?(?P<core>embed|youtube|vimeo|tweet|twitter|instagram|facebook|tiktok|soundcloud|spotify|dailymotion|video|audio|gist|ted|reddit|pinterest"
    r"|bandcamp|codepen|telegram|bluesky|threads|mastodon|embedyt|arve|fve|lyte|blackbirdpie)(?:[_-][a-z]{1,12})?)(?P<arguments>[\s=][^\[\]]*+)?\](?!\(|\[(?!/))(?:(?P<content>[^\[\]]*+)\[/(?P=name)\])?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cited:
    """What a shortcode names: its URL, what stands in the source if that is none, whether it is shown or linked, whose it is."""

    url: str
    written: str | None
    kind: str
    handle: str | None = None


def cited(name: str, positional: Sequence[str], named: Mapping[str, str]) -> Cited | None:
    """Return what a shortcode names, or None where it names nothing. Keys of `named` are lower case, without punctuation."""
    name, plain, positional = _called(name, positional)
    network = _network(name, plain, named)
    values = [value for value in (*(named[key] for key in NAMED if key in named), *positional) if value]
    address = next(filter(None, map(_address, values)), None)
    if network is None:
        return None if address is None or plain in UNLINKED else Cited(address[0], address[1], "link")
    user = next((named[key].lstrip("@") for key in USERS if named.get(key)), None)
    user = user if user and NAME.fullmatch(user) else None
    handle = user if network in {"x", "instagram", "tiktok"} else None
    if address:
        return Cited(address[0], address[1], "embed", handle)
    things = ((_thing(network, value, user, positional, named), value) for value in values)
    return next((Cited(url, _written(value, url, positional), "embed", handle) for url, value in things if url), None)


def _called(name: str, positional: Sequence[str]) -> tuple[str, str, Sequence[str]]:
    """Return what is called, also without case and punctuation, and with what: of an include its file."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    if plain in INCLUDES and positional:
        name, positional = re.sub(r".*/|\.\w{1,10}$", "", positional[0]), positional[1:]
        plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return name, plain, positional


def _written(value: str, url: str, positional: Sequence[str]) -> str:
    """Return the arguments that say which thing it is: two, where its owner stands before it."""
    pair = positional[:2]
    return " ".join(pair) if value in pair and len(pair) == 2 and all(one.strip("@") in url for one in pair) else value


def _network(name: str, plain: str, named: Mapping[str, str]) -> str | None:
    """Return the network that a name means: itself, a word of it, or, of a player of any network, an argument."""
    network = NETWORKS.get(plain)
    if network is None:
        words = re.split(r"[^a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())
        return next((WORDS[word] for word in words if word in WORDS), None) or next(
            (WORDS[one] for one in GLUED if plain.startswith(one)), None
        )
    said = next((named[key].lower() for key in PROVIDERS if named.get(key)), "") if not network else ""
    return NETWORKS.get(said) or network


def _address(value: str) -> tuple[str, str | None] | None:
    """Return the URL that an argument is, and the argument where it is one in other spelling."""
    at = AT_URI.fullmatch(value)
    if at:
        return f"https://bsky.app/profile/{at['who']}/post/{at['key']}", value
    if ADDRESS.fullmatch(value):
        return (value, None) if value[:1] in "hH" else ("https:" + value, value)
    return ("https://" + value, value) if HOSTED.fullmatch(value) else None


def _thing(network: str, value: str, user: str | None, positional: Sequence[str], named: Mapping[str, str]) -> str | None:
    """Return the page of the thing with an id."""
    known = PATTERNS.get(network)
    plain = re.split(r"[?&#]", value.strip(), maxsplit=1)[0]
    if network == "x" and (linked := re.fullmatch(r"(\w{1,20})/status/([0-9]{5,20})", plain)):
        return f"https://twitter.com/{linked[1]}/status/{linked[2]}"
    if known and known[0].fullmatch(plain):
        return known[1].format(id=plain, user=user or ("i" if network == "x" else ""))
    if not network and MIXED.fullmatch(plain):
        return f"https://www.youtube.com/watch?v={plain}"
    if network == "youtube" and re.fullmatch(r"(?:PL|OL|UU)[\w-]{10,}", plain):
        return f"https://www.youtube.com/playlist?list={plain}"
    if network == "spotify":
        kind, key = (named.get("type", ""), plain)
        matched = SPOTIFY.fullmatch(plain) or SPOTIFY.fullmatch(f"{kind}:{key}") or SPOTIFY.fullmatch("/".join(positional[:2]))
        return f"https://open.spotify.com/{matched[1]}/{matched[2]}" if matched else None
    if network == "mastodon" and (path := TOOT.fullmatch(plain)):
        return _toot(path["host"], f"@{path['user']}", path["id"], named)
    if network in {"codepen", "gist", "mastodon", "telegram", "bluesky"}:
        return _owned(network, plain, user, positional, named)
    return None


def _owned(network: str, plain: str, user: str | None, positional: Sequence[str], named: Mapping[str, str]) -> str | None:
    """Return the page of a thing whose address needs its owner: `{{< gist user id >}}`, `{{< mastodon host="h" user="u" id="1" >}}`."""
    owner, key = (positional[0], positional[1]) if len(positional) > 1 else (user, plain)
    if network == "mastodon" and not owner:
        owner = "web/statuses"  # of any user
    shape, page = OWNED.get(network, (r"[A-Za-z0-9]{5,40}", ""))
    if not owner or not NAME.fullmatch(owner.replace("/", "")) or not re.fullmatch(shape, key):
        return None
    if network == "mastodon":
        return _toot(None, owner if "/" in owner else f"@{owner.lstrip('@')}", key, named)
    return page.format(owner=owner.lstrip("@"), key=key)


def _toot(host: str | None, whose: str, key: str, named: Mapping[str, str]) -> str | None:
    """Return the page of a post on an instance, which its own argument may name, as an address or as a host."""
    said = host or named.get("host") or named.get("instance") or named.get("server") or ""
    said = re.sub(r"^https?://|/$", "", said)
    return f"https://{said}/{whose}/{key}" if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", said) and key.isdecimal() else None


# ------------------------------------------------------------------ reading


def shortcodes(text: str, *, generator: bool = True) -> Iterator[Link]:
    """Yield the links of the shortcodes in a text, in order; of WordPress' only, where `generator` is false."""
    found = [
        *(generated(text) if generator and ("{{" in text or "{%" in text) else ()),
        *(_marked(text) if generator else ()),
        *_wordpress(text),
    ]
    yield from sorted(found, key=lambda link: link.start)


def generated(text: str) -> Iterator[Link]:
    """Yield the links of the shortcodes of Hugo, Jekyll and Nikola."""
    for matched in GENERATOR.finditer(text):
        body = matched["hugo"] or matched["liquid"]
        closer = {"<": ">", "%": "%"}.get(matched["mark"] or "%", "%")
        if not body.endswith(closer) or len(body) > LONGEST:
            continue
        name, *rest = body[:-1].rstrip("/- \n").split(maxsplit=1)
        written = rest[0] if rest else ""
        positional, named = arguments(written)
        thing = cited(name, positional, named)
        if thing and thing.kind == "embed":
            yield as_link(thing, *matched.span())
            continue
        plain = _called(name, positional)[1]
        given = [] if plain in UNLINKED else list(_addresses(written, text.index(written, matched.start())))
        if len(given) > 1:
            yield from given
        elif thing or given:
            yield as_link(thing or Cited(given[0].url, None, "link"), *matched.span())


def _addresses(written: str, at: int) -> Iterator[Link]:
    """Yield the addresses among arguments that stand at an offset, pictures apart: each in its place, so that what is between counts."""
    for matched in ARGUMENT.finditer(written[:LONGEST]):
        group = next(name for name in ("double", "single", "tick", "bare") if matched[name] is not None)
        url = html.unescape(matched[group]).strip()
        if ADDRESS.fullmatch(url) and url[:1] in "hH" and not PICTURE.search(url):
            start, end = matched.span(group)
            yield as_link(Cited(url, None, "link"), at + start, at + end)


def _marked(text: str) -> Iterator[Link]:
    """Yield what is called like a function, or marked as Markdown's dialects do: only by names of networks, for others mean anything."""
    for matched in CALLED.finditer(text):
        yield from _named(matched["name"], matched["value"] or matched["arguments"].replace(",", " "), matched.span())
    for matched in MARKED.finditer(text):
        if matched["alone"]:
            yield as_link(Cited(matched["alone"], None, "embed"), *matched.span("alone"))
        elif matched["at"]:
            yield from _named(matched["at"], matched["value"], matched.span())
        elif matched["code"]:
            yield from _named(matched["code"], matched["said"], matched.span())
        else:
            yield from _named(matched["leaf"], re.sub(r"(?<!\S)#(?=\S)", "", matched["arguments"]), matched.span())


def _named(name: str, written: str, span: tuple[int, int]) -> Iterator[Link]:
    if re.sub(r"[^a-z0-9]", "", name.lower()) in NETWORKS and (thing := cited(name, *arguments(written))):
        yield as_link(thing, *span)


def _wordpress(text: str) -> Iterator[Link]:
    for matched in WORDPRESS.finditer(text):
        if matched.end() - matched.start() > LONGEST or FOLLOWING.search(matched["name"]):
            continue
        positional, named = arguments((matched["arguments"] or "").lstrip("= \t\n"))
        thing = cited(matched["core"], [(matched["content"] or "").strip(), *positional], named)
        if thing:
            yield as_link(thing, *matched.span())


def as_link(thing: Cited, start: int, end: int, via: str = "shortcode") -> Link:
    """Return what a shortcode names as a link at `[start, end)`."""
    return Link(thing.url, start, end, via, thing.kind, thing.written, claims=(("handle", thing.handle),) if thing.handle else ())


def arguments(written: str) -> tuple[list[str], dict[str, str]]:
    """Return the positional arguments, and the named ones by lower-case name without punctuation; entities decoded."""
    positional: list[str] = []
    named: dict[str, str] = {}
    for matched in ARGUMENT.finditer(written[:LONGEST]):
        value = html.unescape(
            next((matched[name] for name in ("double", "single", "tick", "bare") if matched[name] is not None), "")
        ).strip()
        if matched["key"]:
            named.setdefault(re.sub(r"[^a-z0-9]", "", matched["key"].lower()), value)
        else:
            positional.append(value)
    return positional, named
