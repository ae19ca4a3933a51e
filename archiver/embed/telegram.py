"""Telegram: one post of a public channel or group by name and number. Identity `telegram:<name>/<number>`.

The case of a name does not matter to Telegram; `Reference.id` keeps it as the citation writes it, the key has it in small letters. A post
in a topic of a forum (`/NAME/TOPIC/NUMBER`) has its number in the group, the topic is decoration. `?comment=` names an answer under a
post, and is identified as the post. `t.me/c/NUMBER/NUMBER` is a post of a private group: nobody but its members is shown it, so it is asked
for once, by its page, and called protected whatever that says. Invitations, shares, stickers, proxies are no posts.

Asked: the widget's page of the post (`?embed=1`), the only one that has the words; then the post's own address, which is a card that
opens the app, the same for posts that are not there, and so no proof. The widget answers 200 always (platforms §6):
`.tgme_widget_message` with the post's own number is the post; `.tgme_widget_message_error` says that there is none, or none for us; and a
label that sends the reader to the app, with no words and no media beside it, says that it is there and withheld. The label's class alone
says nothing: it also stands behind films.

Ids tell no time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archiver.article.document import Element
from archiver.citation.citation import Citation, Reference
from archiver.citation.platform import Answer, Choice, Hit, Media, Poll, Post, Reading, State, Target
from archiver.citation.wrapped import unwrap
from archiver.embed.answer import judgement, page
from archiver.embed.answer.endpoint import moment, refused
from archiver.embed.markup.words import laid_out
from archiver.embed.markup.wrapper import WRAPPERS, identified, sight
from archiver.embed.web import markup
from archiver.url import absolute, on_host, parts

name: str = "telegram"
HOSTS = ("t.me", "telegram.me", "telegram.dog")
CHANNEL = r"(?P<channel>[A-Za-z][A-Za-z0-9_]{2,63})"
NUMBER = r"(?P<number>[0-9]{1,18})(?![0-9A-Za-z_])"
POST = re.compile(rf"/+(?:s/+)?{CHANNEL}/+(?:[0-9]{{1,18}}/+)?{NUMBER}")
PRIVATE = re.compile(rf"/+c/+(?P<group>[0-9]{{1,18}})/+(?:[0-9]{{1,18}}/+)?{NUMBER}")
OWN_HOST = re.compile(rf"{CHANNEL}\.t\.me")
OWN_PATH = re.compile(rf"/+(?:s/+)?(?:[0-9]{{1,18}}/+)?{NUMBER}")
NO_CHANNELS = frozenset({
    "addemoji", "addlist", "addstickers", "addtheme", "auction", "bg", "boost", "call", "confirmphone", "contact", "giftcode", "invoice",
    "iv", "joinchat", "login", "message", "msg", "nft", "proxy", "setlanguage", "share", "socks", "web", "www",
})  # fmt: skip
WIDGETS = "script[data-telegram-post], blockquote[data-telegram-post], div[data-telegram-post], blockquote.telegram-post"
hosts: tuple[str, ...] = HOSTS
embeds: str = f"{WIDGETS}, {WRAPPERS}"
MESSAGE = ".tgme_widget_message[data-post]"
ERROR = ".tgme_widget_message_error"
WITHHELD = "please open telegram to view this post"
ERRORS = (  # the widget is in English; what is not known here is unspecified
    ("post not found", State.NOT_FOUND),
    ("can't be displayed because it was used to spread", State.REMOVED_BY_PLATFORM),
    ("violated local laws", State.GEO_BLOCKED),
)
PICTURE = re.compile(r"background-image\s*:\s*url\(\s*['\"]?([^'\")]+)")
KINDS = ("poll", "document", "sticker", "voice", "location", "contact", "roundvideo")
MOST_MEDIA = 30  # an album has ten


def identify(url: str) -> Reference | None:
    """Return the post that a resolved URL points to; None for channels, invitations, shares and other sites."""
    named = parts(url)
    host = named.host.rstrip(".").removeprefix("www.")
    if not on_host(host, *HOSTS):
        return None
    if host not in HOSTS:
        own, path = OWN_HOST.fullmatch(host), OWN_PATH.match(named.path)
        return reference(f"{own['channel']}/{path['number']}") if own and path else None
    if named.path == "/resolve":
        query = named.parameters()
        return reference(f"{query.get('domain', [''])[0]}/{query.get('post', [''])[0]}")
    private = PRIVATE.match(named.path)
    if private:
        return reference(f"c/{private['group']}/{int(private['number'])}")
    matched = POST.match(named.path)
    return reference(f"{matched['channel']}/{matched['number']}") if matched else None


def reference(identifier: str) -> Reference | None:
    """Return the reference of `NAME/NUMBER`, or of `c/GROUP/NUMBER` for a private group's; None for anything else."""
    matched = re.fullmatch(rf"(?:{CHANNEL}|c/(?P<group>[0-9]{{1,18}}))/(?P<number>[0-9]{{1,18}})", identifier)
    if not matched or int(matched["number"]) == 0 or (matched["channel"] or "").lower() in NO_CHANNELS:
        return None
    post = f"{matched['channel'] or 'c/' + matched['group']}/{int(matched['number'])}"
    return Reference(name, post, f"https://t.me/{post}", f"{name}:{post.lower()}")


def recognise(element: Element) -> Hit | None:
    """Return the post that a widget's script, its quotation or its frame shows."""
    written = element.attributes.get("data-telegram-post")
    if written is not None:
        shown = reference(written.strip().partition("?")[0]) or identified(written, identify)
        if shown and element.tag == "script" and _filled(element, shown):
            return None
        return Hit(shown, "embed", f"{element.tag}[data-telegram-post]", written) if shown else None
    if element.tag == "blockquote" and "telegram-post" in element.classes:
        cited = element.hrefs
        found = next(((shown, href) for href in cited if (shown := identified(href, identify))), None)
        return Hit(found[0], "embed", "blockquote.telegram-post", found[1]) if found else None
    framed = sight(element, identify)
    return Hit(framed.reference, "embed", framed.via, framed.written) if framed else None


def _filled(script: Element, shown: Reference) -> bool:
    """Tell whether the widget's script has put its frame before itself, as in pages that a browser saved."""
    siblings = script.parent.children if script.parent else []
    before = siblings[max(0, siblings.index(script) - 1)] if script in siblings else script
    framed = sight(before, identify) if before.tag == "iframe" else None
    return framed is not None and framed.reference.key == shown.key


def targets(citation: Citation) -> Sequence[Target]:
    """Return the widget's page and the post's own; of a private group's post the own page only."""
    cited = citation.reference
    if cited.id is None or cited.url is None:
        return ()
    page = Target(cited.url, proof=False)
    return (page,) if _is_private(cited) else (Target(f"{cited.url}?embed=1&mode=tme", tier="post", purpose="embed"), page)


def read(answer: Answer) -> Reading:
    """Say what an answer to one of `targets`, or a memento of one, means."""
    barred = refused(answer)
    if barred:
        return barred
    if answer.status != 200:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"Telegram answered {answer.status}, which it does for no post")
    asked = identify(unwrap(answer.target.url) or answer.target.url)
    if asked and _is_private(asked):
        return Reading(State.PROTECTED, "posts of private groups are shown to their members only")
    document = markup.document(answer) if markup.is_html(answer) else None
    message = document.select(MESSAGE) if document else []
    told = next((one for one in message if asked and _names(one, asked)), None)
    if told:
        return _told(told, asked)
    error = document.select(ERROR) if document else []
    if error:
        said = " ".join(error[0].text.split())
        plain = said.replace("\u2019", "'").lower()
        state = next((state for words, state in ERRORS if words in plain), State.UNAVAILABLE_UNSPECIFIED)
        return Reading(state, f"the widget says: {said[:200]}")
    if answer.target.purpose == "embed":
        return Reading(State.UNAVAILABLE_UNSPECIFIED, "the widget shows neither the post nor an error")
    return Reading(State.EMPTY_SHELL, "the page opens the app, for any post; it proves nothing")


def verdict(readings: Sequence[tuple[Target, Reading]], reference: Reference) -> tuple[State, str]:
    """Return the state of a post. Deleted, never there and private look alike to us, so nothing is ever called deleted."""
    return judgement.judge(readings, reference)


def requisites(answer: Answer) -> Sequence[Target]:
    """Return the media of a told post, whose addresses expire, and what its page needs."""
    return page.requisites(answer, read(answer).post)


def _is_private(cited: Reference) -> bool:
    return (cited.id or "").startswith("c/")


def _names(message: Element, asked: Reference) -> bool:
    named = reference(message.attributes["data-post"])
    return named is not None and named.key == asked.key


def _told(message: Element, asked: Reference | None) -> Reading:
    """Read the post out of its message; what is forwarded or answered in it stands in elements of its own, and is not its words."""
    words = [one for one in message.select(".tgme_widget_message_text") if not one.closest(".tgme_widget_message_reply")]
    text, media = (laid_out(words[-1].html) or None) if words else None, _media(message)
    labels = [label.text.lower() for label in message.select(".message_media_not_supported_label")]
    withheld = any(WITHHELD in " ".join(label.split()) for label in labels)
    if withheld and text is None and not media:
        return Reading(State.LOGIN_WALL, "the widget says that the post is there, and shows it in the app only")
    if asked is None or asked.id is None or asked.url is None or (text is None and not media and not _has_more(message)):
        return Reading(State.UNREADABLE, "the widget's message has neither words nor media")
    poll, meta = _poll(message), _first(message, ".tgme_widget_message_meta") or ""
    partial = (
        "media that the app alone shows" if withheld else None if text or media or poll else "what it shows is no text, picture or film"
    )
    post = Post(
        platform=name,
        id=asked.id,
        url=asked.url,
        author=_first(message, ".tgme_widget_message_owner_name") or _first(message, ".tgme_widget_message_author_name"),
        handle=asked.id.partition("/")[0],
        created=next((time for one in message.select("time[datetime]") if (time := moment(one.attributes["datetime"]))), None),
        text=text or (_first(message, ".tgme_widget_message_poll_question") if poll else None),
        media=media,
        counts=_views(message),
        partial=partial,
        parent=_answered(message),
        reply_to=next(
            (url for one in message.select("a.tgme_widget_message_reply[href]") if (url := absolute(one.attributes["href"]))), None
        ),
        edited=bool(re.search(r"(?:^|\s)edited(?:\s|$)", meta)),  # the widget is in English
        poll=poll,
    )
    lacking = f", without {partial}" if withheld else f": {partial}" if partial else ""
    return Reading(State.OK_PARTIAL if partial else State.OK, f"the post as the widget shows it{lacking}", post=post)


def _answered(message: Element) -> Post | None:
    """Return what the widget shows of the post that is answered: whose it is, and the beginning of its words."""
    frame = next(iter(message.select("a.tgme_widget_message_reply[href]")), None)
    led = identified(frame.attributes["href"], identify) if frame else None
    if frame is None or led is None or led.id is None or led.url is None:
        return None
    words = _first(frame, ".tgme_widget_message_metatext, .js-message_reply_text, .tgme_widget_message_text")
    author = _first(frame, ".tgme_widget_message_author_name")
    return Post(name, led.id, led.url, author=author, handle=led.id.partition("/")[0], text=words, partial="the beginning of its words")


def _poll(message: Element) -> Poll | None:
    """Return a poll: the widget tells shares, no votes."""
    choices = []
    for option in message.select(".tgme_widget_message_poll_option")[:MOST_MEDIA]:
        label = _first(option, ".tgme_widget_message_poll_option_text, .tgme_widget_message_poll_option_value")
        share = re.fullmatch(r"([0-9]{1,3})%", _first(option, ".tgme_widget_message_poll_option_percent") or "")
        choices += [Choice(label, share=int(share[1]) / 100 if share else None)] if label else []
    voters = re.fullmatch(r"([0-9][0-9,\u00a0 ]*)", _first(message, ".tgme_widget_message_voters") or "")
    kind = (_first(message, ".tgme_widget_message_poll_type") or "").lower()
    return Poll(tuple(choices), int(re.sub(r"[^0-9]", "", voters[1])) if voters else None, None, "final" in kind) if choices else None


def _views(message: Element) -> dict[str, int]:
    """Return how often the post was seen, where the widget tells it whole: "12.3K" is no count."""
    views = _first(message, ".tgme_widget_message_views") or ""
    return {"views": int(views)} if re.fullmatch("[0-9]{1,9}", views) else {}


def _media(message: Element) -> tuple[Media, ...]:
    found = []
    for element in message.select(".tgme_widget_message_photo_wrap[style], .tgme_widget_message_video_thumb[style], video[src]"):
        style = PICTURE.search(element.attributes.get("style", "")) if element.tag != "video" else None
        kind = "video" if element.tag == "video" else "poster" if "tgme_widget_message_video_thumb" in element.classes else "photo"
        written = element.attributes.get("src", "") if element.tag == "video" else style[1] if style else ""
        url = absolute(written)
        if url:
            found.append(Media(kind, url))
    return tuple(dict.fromkeys(found))[:MOST_MEDIA]


def _has_more(message: Element) -> bool:
    """Tell whether a message shows something else of its own: a poll, a file, a sticker, a voice, a place."""
    return bool(
        message.select(
            "[class*='_poll'], [class*='_document'], [class*='_sticker'], [class*='_voice'], [class*='_location'], [class*='_contact']"
        )
    )


def _first(message: Element, selector: str) -> str | None:
    return next((text for one in message.select(selector) if (text := " ".join(one.text.split()))), None)
