"""URLs of X: which of them are posts, and the keys of its short links.

Identity is the id alone. The handle in a URL is decoration: X ignores it, people rename themselves, e-mail newsletters write
`twitter.com/twitter/status/ID` for everybody. It is kept in the reference's URL as cited, because that is the URL that archives know.

What `Reference.url` is: where the citation names a handle, `https://HOST/HANDLE/status/ID` with the host of its time (`twitter.com` or
`x.com`; mirrors, mobile hosts and the onion service are X under another name), because captures in other archives are filed under it and
the article's reader sees it; otherwise `https://x.com/i/status/ID`, which names no one. Everything else in a cited URL (`?s=20`, `ref_src`,
`/photo/1`) says how somebody came, and the id makes it redundant.

A URL of the right shape is a reference even where its id cannot exist (from the future): the article does cite it, and the verdict will say
`invalid_id`. What is not 1–19 digits is no post.

Hosts are matched label by label: `"x.com" in host` claims netflix.com, and "nitter" in a host claims knitter.net.
"""

from __future__ import annotations

import re

from archiver.citation.citation import Reference
from archiver.embed.x.snowflake import post_id
from archiver.url import Parts, on_host, parts, resolve

NAME = "x"
ONION = "twitter3e4tixl4xyajtrzo62zg5vztmjuricljdp2c5kshju4avyoid.onion"
OWN = ("twitter.com", "x.com", ONION)
MIRRORS = ("xcancel.com", "lightbrd.com", "fxtwitter.com", "vxtwitter.com", "fixupx.com", "fixvx.com", "twittpr.com")
HOSTS = (*OWN, *MIRRORS, "nitter.", "threadreaderapp.com", "twitframe.com")
PIC = ("pic.twitter.com", "pic.x.com")
HANDLE = r"[A-Za-z0-9_]{1,20}"  # 15 today; older accounts have up to 20
_ID = r"(?:%22)?(?P<id>[0-9]{1,19})(?![0-9])"  # what follows is junk of the text it was cut from; a 20th digit makes it no id
_STATUS = r"(?:/+status(?:es)?)+/+"  # doubled in links that were pasted into each other

POST = re.compile(rf"/+(?P<handle>{HANDLE}){_STATUS}{_ID}", re.IGNORECASE)
NAMELESS = re.compile(
    rf"/+(?:i/web{_STATUS}|i{_STATUS}|status(?:es)?/+|i/videos/tweet/|i/videos/|i/cards/tfw/v1/){_ID}",
    re.IGNORECASE,
)
INTENT = re.compile(r"/intent/(?:like|favorite|retweet)/?", re.IGNORECASE)
PLAYER = re.compile(r"/embed/(?:tweet|index)\.html", re.IGNORECASE)
THREAD = re.compile(rf"/thread/{_ID}(?:\.html)?")
KEY = re.compile(r"/([A-Za-z0-9]{1,30})/?")


def reference(identifier: str, handle: str | None = None, host: str = "x.com") -> Reference:
    """Return the reference of a post: `x:<id>`, with the URL that names the handle where there is one."""
    named = handle and handle.lower() != "i"
    url = f"https://{host}/{handle}/status/{identifier}" if named else f"https://x.com/i/status/{identifier}"
    return Reference(NAME, identifier, url, f"{NAME}:{identifier}")


def identify(url: str) -> Reference | None:
    """Return the post that a resolved URL points to; None for profiles, searches, lists, spaces, share links and other sites.

    Links to reply (`/intent/tweet?in_reply_to=ID`) are buttons, not citations. A login page that says where it was heading, and X's own
    warning page before a link, count as where they lead.
    """
    named = parts(url)
    host = named.host.rstrip(".")
    query = named.parameters()
    if on_host(host, *OWN):
        return _own(named, host, query)
    if on_host(host, *MIRRORS) or re.search(r"(?:^|\.)nitter\.", host):
        return _path(named.path, "x.com")
    if on_host(host, "threadreaderapp.com"):
        matched = THREAD.match(named.path)
        return _numbered(matched["id"]) if matched else None
    if on_host(host, "twitframe.com"):
        return _nested(query, "url", url)
    return None


def short_key(url: str) -> str | None:
    """Return KEY of `t.co/KEY`, `pic.twitter.com/KEY` and `pic.x.com/KEY`, in its case: the three name one link, `https://t.co/KEY`."""
    return _key(url, ("t.co", *PIC))


def media_key(url: str) -> str | None:
    """Return KEY of `pic.twitter.com/KEY` and `pic.x.com/KEY` only: a link that a post shows as a picture or video of its own."""
    return _key(url, PIC)


def _own(named: Parts, host: str, query: dict[str, list[str]]) -> Reference | None:
    if on_host(host, "platform.twitter.com", "platform.x.com"):
        return _numbered(query.get("id", [""])[0]) if PLAYER.fullmatch(named.path) else None
    if host in PIC:
        return None
    home = "x.com" if host == ONION else next(domain for domain in OWN if on_host(host, domain))
    if INTENT.fullmatch(named.path):
        return _numbered(query.get("tweet_id", [""])[0])
    if re.fullmatch(r"/i/flow/login/?|/login/?", named.path):
        return _nested(query, "redirect_after_login", f"https://{home}/")
    if re.fullmatch(r"/safety/unsafe_link_warning/?", named.path):
        return _nested(query, "unsafe_link", f"https://{home}/")
    if named.fragment.startswith("!") and named.path == "/":
        return _path("/" + named.fragment[1:].lstrip("/"), home)
    return _path(named.path, home)


def _path(path: str, host: str) -> Reference | None:
    matched = NAMELESS.match(path)
    if matched:
        return _numbered(matched["id"])
    matched = POST.match(path)
    return _numbered(matched["id"], matched["handle"], host) if matched else None


def _numbered(written: str, handle: str | None = None, host: str = "x.com") -> Reference | None:
    identifier = post_id(written)
    return reference(identifier, handle, host) if identifier else None


def _nested(query: dict[str, list[str]], name: str, base: str) -> Reference | None:
    """Follow a URL in a parameter, one level: what is inside is never another of these wrappers."""
    inner = resolve(query.get(name, [""])[0], base) if query.get(name) else None
    if inner is None:
        return None
    named = parts(inner)
    home = next((domain for domain in OWN if on_host(named.host, domain)), None)
    return _path(named.path, "x.com" if home == ONION else home) if home else None


def _key(url: str, hosts: tuple[str, ...]) -> str | None:
    resolved = resolve(url if "://" in url else f"https://{url}")
    if resolved is None:
        return None
    named = parts(resolved)
    matched = KEY.fullmatch(named.path)
    return matched[1] if matched and named.host.removeprefix("www.") in hosts else None
