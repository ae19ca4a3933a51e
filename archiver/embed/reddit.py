"""Reddit: one post, or one comment, by its number in base 36. Identity `reddit:<post>` and `reddit:<post>/<comment>`.

The community and the slug in a URL are decoration, Reddit ignores them. They are kept in `Reference.url`, as cited, because archives file
captures under them. A share link (`/r/X/s/TOKEN`) carries no number: where it leads is known by asking, and until then it has no id.

Embeds are a quotation whose **first** link to a post or comment is the target; a title, the author and the community follow. The words that
an embed shows of a post are its title; of a comment none. `data-…-created` is when the embed was made, never when the post was.

So the title of a post, the one thing that all witnesses tell and articles quote, begins its text, and the body follows where it is told;
a comment's text is what it says.

Asked (the anonymous JSON was closed in May 2026, old.reddit.com in June): oEmbed, which tells title and author; the thread's Atom feed,
which tells time, body and the fate of both; the page, which proves a post where its own element names it. Author and body `[deleted]` is
what its author deleted, body `[removed]` what moderators or Reddit took away: whole fields, never words found in text. The title outlives
both, so a telling whose author is `[deleted]` proves nothing by itself; with a body, it is a post whose author has left.

False friends: communities, users, search, wikis, submit buttons; media by themselves (`i.redd.it`, `v.redd.it`) name no post.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from archiver.article.document import Document, Element
from archiver.citation.citation import Citation, Claims, Reference
from archiver.citation.platform import Answer, Hit, Media, Post, Reading, State, Target
from archiver.embed.answer import endpoint, media, oembed, page
from archiver.embed.answer.judgement import judge
from archiver.embed.markup.words import laid_out
from archiver.embed.markup.wrapper import WRAPPERS, Sight, identified, sight
from archiver.embed.web import markup
from archiver.url import canonical, on_host, parts

name: str = "reddit"
OWN = ("reddit.com", "redditmedia.com")
MIRRORS = ("rxddit.com", "vxreddit.com", "libredd.it")
MIRROR = re.compile(r"(?:^|.*\.)(?:redlib|libreddit)\.")
NOT_PAGES = ("out.reddit.com", "about.reddit.com", "support.reddit.com", "ads.reddit.com", "developers.reddit.com")
NUMBER = r"[0-9A-Za-z]{1,13}"  # base 36; links that were shouted are in capitals
WHERE = r"(?:/(?P<kind>r|u|user)/(?P<where>[A-Za-z0-9_.-]{1,50}))?"
POST = re.compile(rf"/*{WHERE}/comments/(?P<id>{NUMBER})(?:\.\w+)?(?:/(?:(?P<slug>[^/]*)(?:/(?:(?P<comment>{NUMBER})(?:/.*)?)?)?)?)?")
GALLERY = re.compile(rf"/gallery/(?P<id>{NUMBER})/?")
SHORT = re.compile(rf"/(?P<id>{NUMBER})/?")
SHARED = re.compile(r"/(?:r|u|user)/[A-Za-z0-9_.-]{1,50}/s/[A-Za-z0-9]{6,16}/?")
QUOTATIONS = (".reddit-embed-bq", ".reddit-card", ".reddit-embed")
hosts: tuple[str, ...] = (*OWN, *MIRRORS, "redd.it", "redlib.", "libreddit.")
embeds: str = f"{', '.join(QUOTATIONS)}, amp-reddit[data-src], bento-reddit[data-src], {WRAPPERS}"
OEMBED = "https://www.reddit.com/oembed"
WALLS = re.compile(r"/(?:login|register|account/login|over18|quarantine)\b")
LONGEST = 4 << 20  # characters of a feed that are read
BLOCKED = ("whoa there, pardner!", "you've been blocked by network security.", "too many requests")
REASONS = {"private": State.PROTECTED, "quarantined": State.LOGIN_WALL, "gated": State.LOGIN_WALL, "banned": State.REMOVED_BY_PLATFORM}


def identify(url: str) -> Reference | None:
    """Return the post or comment that a resolved URL points to; None for communities, users, searches, media and other sites."""
    named = parts(url)
    host = named.host.rstrip(".")
    if host in ("redd.it", "www.redd.it"):
        short = SHORT.fullmatch(named.path)
        return _reference(short["id"]) if short else None
    own = on_host(host, *OWN) and not on_host(host, *NOT_PAGES)
    if not own and not on_host(host, *MIRRORS) and not MIRROR.match(host):
        return None
    if own and SHARED.fullmatch(named.path):
        shared = f"https://www.reddit.com{named.path.rstrip('/')}"
        return Reference(name, None, shared, f"{name}:{canonical(shared)}")
    gallery = GALLERY.fullmatch(named.path)
    if gallery:
        return _reference(gallery["id"])
    matched = POST.fullmatch(named.path)
    if matched is None:
        return None
    where = f"/{'r' if matched['kind'] == 'r' else 'user'}/{matched['where']}" if matched["where"] else ""
    slug = matched["slug"] or ""
    return _reference(matched["id"], matched["comment"], where, slug if not slug.startswith(".") else "")


def _reference(post: str, comment: str | None = None, where: str = "", slug: str = "") -> Reference:
    post = post.lower()
    path = f"{where}/comments/{post}/"
    if comment:
        comment = comment.lower()
        path += f"{slug or 'comment'}/{comment}/"
    elif slug and slug != "comment":
        path += f"{slug}/"
    identifier = f"{post}/{comment}" if comment else post
    return Reference(name, identifier, f"https://www.reddit.com{path}", f"{name}:{identifier}")


# ------------------------------------------------------------------ markup


def recognise(element: Element) -> Hit | None:
    """Return the post or comment that an element shows, with what the markup claims of it; None for cards of communities."""
    quotation = next((kind for kind in QUOTATIONS if kind[1:] in element.classes), None)
    if quotation and element.tag != "iframe":
        return _quoted(element, f"{element.tag}{quotation}")
    if element.tag in ("amp-reddit", "bento-reddit"):
        written = element.attributes.get("data-src", "")
        named = identified(written, identify)
        return Hit(named, "embed", element.tag, written) if named else None
    found = sight(element, identify)
    return Hit(found.reference, "embed", found.via, found.written) if found else None


def _quoted(element: Element, via: str) -> Hit | None:
    anchors = element.select("a[href]")
    cited = [(anchor, found) for anchor in anchors if (found := identified(anchor.attributes["href"], identify))]
    if not cited:
        return None
    first, reference = cited[0]
    shown = Sight(reference, via, first.attributes["href"])
    is_comment = "/" in (reference.id or "")
    titles = (" ".join(anchor.text.split()) for anchor, found in cited if found.key == reference.key)
    title = next((words for words in titles if words and not words.startswith(("http:", "https:"))), None)
    users = (re.search(r"reddit\.com/(?:u|user)/([A-Za-z0-9_-]{1,40})/?(?:[?#]|$)", anchor.attributes["href"]) for anchor in anchors)
    handle = next((user[1] for user in users if user), None)
    claims = Claims(author=handle, handle=handle, text=None if is_comment else title, lang=element.attributes.get("lang") or None)
    return Hit(shown.reference, "embed", shown.via, shown.written, claims)


# ----------------------------------------------------------------- answers


def targets(citation: Citation) -> Sequence[Target]:
    """Return oEmbed, the thread's feed and the page; the page alone for a share link; nothing for a mention."""
    cited = citation.reference
    if cited.url is None:
        return ()
    if cited.id is None:
        return (Target(cited.url),)
    feed = Target(f"{cited.url}.rss", tier="post", purpose="feed", accept="application/atom+xml")
    return (endpoint.oembed(OEMBED, cited.url), feed, Target(cited.url))


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets` means."""
    if answer.target.tier != "memento" and answer.target.purpose in ("oembed", "feed"):
        refused = _refused(answer)
        if refused:
            return refused
        return _oembed(answer) if answer.target.purpose == "oembed" else _feed(answer)
    return _page(answer)


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post or comment; oEmbed's own 404 is not enough: it sends it for private communities too.

    oEmbed tells the title of what was deleted as well, so a feed that shows the fate of the post is heard before it.
    """
    feed = next((reading for target, reading in reversed(readings) if target.purpose == "feed"), None)
    if feed and feed.state in (State.DELETED, State.REMOVED_BY_PLATFORM):
        return feed.state, feed.reason
    return judge(readings, reference)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the media of a told post, or what the page needs."""
    if answer.target.purpose == "page":
        return page.requisites(answer, read(answer).post)
    return media.targets(read(answer).post)


def _refused(answer: Answer) -> Reading | None:
    """Read what bars the way: Reddit says so in a page of its own, and why in JSON, whichever format was asked for."""
    told = endpoint.json_object(answer.body)
    reason = endpoint.text(told, "reason") if told else None
    if answer.status in (403, 404) and reason in REASONS:
        return Reading(REASONS[reason], f"Reddit answered {answer.status}, reason {reason!r}")
    refused = endpoint.refused(answer)
    if refused:
        return refused
    if WALLS.match(parts(answer.url).path):
        return Reading(State.LOGIN_WALL, f"Reddit sent us to {parts(answer.url).path[:80]}")
    if answer.status in (403, 200) and markup.is_html(answer):
        heads = markup.document(answer).select("title, h1, h2, h3, p")[:20]
        if any(" ".join(head.text.lower().replace("’", "'").split()) in BLOCKED for head in heads):
            return Reading(State.RATE_LIMITED, f"Reddit blocked the request, status {answer.status}")
    if answer.status == 403:
        return Reading(State.FORBIDDEN, "Reddit answered 403 without saying why")
    return None


def _oembed(answer: Answer) -> Reading:
    asked = identify(endpoint.asked_url(answer) or "https://www.reddit.com/")

    def tell(told: endpoint.Fields) -> Post | None:
        anchors = Document((endpoint.text(told, "html") or "")[:20_000]).select("a[href]")
        shown = {found.key for anchor in anchors if (found := identified(anchor.attributes["href"], identify))}
        if asked is None or asked.id is None or asked.url is None or asked.key not in shown:
            return None
        comment = "/" in asked.id
        author = endpoint.text(told, "author_name")
        lacking = "the words of the comment are not told" if comment else "its title is told, its time, body and media are not"
        title = None if comment else endpoint.text(told, "title")
        return Post(name, asked.id, asked.url, author, author, text=title, title=title, partial=lacking)

    reading = oembed.read(answer, tell)
    if reading.post and reading.post.author == "[deleted]":
        return Reading(State.UNAVAILABLE_UNSPECIFIED, "the oEmbed endpoint tells a title, but its author is [deleted]")
    return replace(reading, state=State.NOT_FOUND) if reading.state is State.DELETED else reading


def _feed(answer: Answer) -> Reading:
    """Read the thread's Atom feed: each entry names itself `t3_POST` or `t1_COMMENT`."""
    asked = identify(answer.target.url.removesuffix(".rss"))
    if answer.status == 404:
        return Reading(State.NOT_FOUND, "the feed answered 404")
    if answer.status != 200 or asked is None or asked.id is None:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the feed answered {answer.status}")
    post, _, comment = asked.id.partition("/")
    wanted = f"t1_{comment}" if comment else f"t3_{post}"
    # A feed is XML; the few elements that are asked for here read the same as HTML.
    feed = Document(markup.text(answer)[:LONGEST])
    entry = next((one for one in feed.select("entry") if _first(one, "id") == wanted), None)
    if entry is None:
        if not feed.select("feed"):
            return Reading(State.UNREADABLE, "the feed's answer is no feed")
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"the feed has no entry {wanted}")
    author = _first(entry, "author name").removeprefix("/u/")
    body = Document(_first(entry, "content"))
    blocks = body.select("div.md")
    words = laid_out(blocks[0].html) if blocks else ""
    if words == "[removed]":
        return Reading(State.REMOVED_BY_PLATFORM, "the feed's entry is [removed]: by moderators or by Reddit")
    if author == "[deleted]" and words == "[deleted]":
        return Reading(State.DELETED, "the feed's entry is [deleted], and so is its author")
    if author == "[deleted]" and not words:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, "the feed's entry has no body, and its author is [deleted]")
    told = Post(
        name,
        asked.id,
        str(asked.url),
        author=author or None,
        handle=author or None,
        created=endpoint.moment(_first(entry, "published") or _first(entry, "updated")),
        text="\n\n".join(filter(None, (None if comment else _first(entry, "title"), words))) or None,
        title=None if comment else _first(entry, "title") or None,
        media=_media(body),
    )
    return Reading(State.OK, f"the feed's entry {wanted}", post=told)


def _first(entry: Element, css: str) -> str:
    found = entry.select(css)
    return found[0].text.strip() if found else ""


def _media(body: Document) -> tuple[Media, ...]:
    """Return the picture that an entry links to; a video is a page of its own, and not named by file."""
    linked = body.root.hrefs
    return tuple(Media("photo", url) for url in dict.fromkeys(linked) if re.fullmatch(r"https://i\.redd\.it/[\w.-]{5,80}", url))


def _page(answer: Answer) -> Reading:
    refused = _refused(answer) if answer.target.tier != "memento" else None
    if refused:
        return refused
    reading = page.read(answer, identify, walls=WALLS)
    asked = identify(answer.url) or identify(answer.target.url)
    if answer.status != 200 or asked is None or asked.id is None or not markup.is_html(answer):
        return reading
    post, _, comment = asked.id.partition("/")
    selector = f"shreddit-comment[thingid='t1_{comment}']" if comment else f"shreddit-post[id='t3_{post}']"
    own = markup.document(answer).select(selector)
    if not own:  # what the head says behind the title is the site's own, the same for every post
        card = reading.post
        return replace(reading, post=replace(card, text=card.title) if card and card.title and not comment else None)
    named = own[0].attributes
    author = named.get("author") or None
    if author == "[deleted]":
        return replace(reading, state=State.UNAVAILABLE_UNSPECIFIED, reason="the page shows a title, but its author is [deleted]")
    told = Post(
        name, asked.id, str(asked.url), author, author, endpoint.moment(named.get("created-timestamp")),
        None if comment else named.get("post-title") or None, title=None if comment else named.get("post-title") or None,
        partial="its body and media are not told",
    )  # fmt: skip
    return replace(reading, state=State.OK, reason="the page has the element of the post", post=told if told.text else None)
