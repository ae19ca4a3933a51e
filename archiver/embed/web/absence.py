"""Absence: pages with a good status that say, by their structure, that what was asked for is not there (soft 404).

- The way ended at the front page, at an address for errors, or at the section above an article. A section is one only where what was lost
  on the way looks like an article's own name (a number, three words, a file), not a way of showing it (`/amp`, `/print`, `index.html`).
- Signs that are weak alone come in twos: the title, the canonical URL, `noindex`. An element made for it (`body.error404`) is enough.
- `adds_nothing` compares a page with the same server's answer for an address that cannot exist: same title, no prose beyond the other's.
  Prose is what stands outside of links, because "most read" changes from answer to answer; the addresses asked for are left out of it,
  because error pages repeat them.
"""

from __future__ import annotations

import re
from collections import Counter

from archiver.article.document import Document
from archiver.citation.platform import Reading, State
from archiver.embed.web import notice
from archiver.embed.web.seen import WHOLE_TEXT, Seen, is_home, same_site
from archiver.url import canonical, parts, resolve

NOT_FOUND_CLASSES = frozenset(
    {
        "error404", "error-404", "page-404", "page-not-found", "page-error-404", "template-404", "path-system-404", "page-system-404",
        "error-page-404", "page-type-404", "is-404", "page--404", "pagenotfound",
    }
)  # fmt: skip
HOLDERS = ("body", "main")
# Whole titles of what a server shows before anything was put on it.
BARE_TITLE = re.compile(
    r"welcome to (?:nginx|openresty|centos|tengine|litespeed web server|caddy)!?|apache2? .{0,20}default page: it works"
    r"|iis ?(?:windows(?: server)?|[0-9.]+)"
    r"|(?:apache )?(?:http server )?test page (?:for|powered by) .{1,80}|(?:apache )?http server test page.{0,60}|default web ?site page"
    r"|(?:domain|web server.s|server) default page|site not installed|default parallels plesk.{0,40}|.{0,40}caddy works!?|it works!"
    r"|(?:this )?(?:account|web ?site|site|domain)(?: name)?(?: has been| is)? suspended"
    r"|sorry! if you are the owner of this website.{0,140}",
    re.IGNORECASE,
)
ERROR_PATH = re.compile(
    r"(?:^|/)(?:errors?/)?(?:404|not-?found|page-?not-?found|error-?404|404-?error|oops|missing)(?:\.[a-z]{2,5})?/?$", re.IGNORECASE
)
ERROR_FOLDER = re.compile(r"/errors?(?:\.[a-z]{2,5})?/?$", re.IGNORECASE)
SHOWING = re.compile(
    r"(?:amp|print|mobile|m|index|default|comments?|embed|photos?|gallery|page|feed|all|full|[0-9]{1,3})(?:\.[a-z]{2,5})?", re.IGNORECASE
)
OWN_NAME = re.compile(
    r"[0-9]{4}|(?:[^-_]+[-_]){2}|\.(?:s?html?|pdf|aspx?|php|jpe?g|png|mp4|docx?)$|[^\x00-\x7f]{6}|%[0-9a-f]{2}%", re.IGNORECASE
)
WORDED = re.compile(r"/(?:[^-_/]+[-_]){3,}[^-_/]+/?$")  # the name of an article; short links and campaigns have none
SPARE_WORDS, SPARE_SHARE = 3, 0.05  # what a page may have beyond the other and still add nothing


def elsewhere(seen: Seen) -> Reading | None:
    """Judge where the way ended: at the front page, at an address for errors, at the section above."""
    asked, ended = seen.asked, seen.ended
    if not seen.moved:
        return None
    if not same_site(asked, ended):
        named = WORDED.search(parts(asked).path) and is_home(ended) and not seen.is_article
        return seen.reading(State.SOFT_404, f"redirected to another site's front page {ended[:200]}") if named else None
    if not is_home(asked) and is_home(ended):
        return seen.reading(State.SOFT_404, f"redirected to the front page {ended}")
    if _for_errors(ended) and not _for_errors(asked) and not seen.is_read:
        return seen.reading(State.SOFT_404, f"redirected to {ended[:200]}, an address for errors")
    if not seen.is_article and (lost := _lost(asked, ended)):
        return seen.reading(State.SOFT_404, f"redirected to the section {ended[:200]}; {lost[:80]} is gone from the address")
    return None


def _for_errors(url: str) -> bool:
    """Tell whether an address is one that a site shows its errors under."""
    named = parts(url)
    return bool(ERROR_PATH.search(named.path) or (ERROR_FOLDER.search(named.path) and re.search(r"(?:^|[=&])404(?:&|$)", named.query)))


def _lost(asked: str, ended: str) -> str | None:
    """Return the name of an article that is missing from the address at which the way ended, where that is a section above it."""
    whole, left = ([one for one in parts(url).path.split("/") if one] for url in (asked, ended))
    if len(left) >= len(whole) or whole[: len(left)] != left or not left:
        return None
    names = [one for one in whole[len(left) :] if not SHOWING.fullmatch(one)]
    return next((one for one in reversed(names) if OWN_NAME.search(one)), None)


def said(seen: Seen) -> Reading | None:
    """Judge whether the page says that what was asked for is not there."""
    for holder in (seen.document.root, *seen.glance.all(*HOLDERS)):
        if not NOT_FOUND_CLASSES.isdisjoint(holder.classes):
            return seen.reading(State.SOFT_404, f"{holder.tag} class {' '.join(holder.classes)[:80]}")
    title = (seen.facts.title or "").strip()
    if BARE_TITLE.fullmatch(title) and not seen.is_itself and seen.prose(WHOLE_TEXT) < WHOLE_TEXT:
        state = State.PARKED if is_home(seen.asked) else State.SOFT_404
        return seen.reading(state, f"the server's own page for a site that has none: {title[:80]!r}")
    if seen.is_itself or is_home(seen.asked):
        return None
    signs = _signs(seen, title)
    return seen.reading(State.SOFT_404, "; ".join(signs)) if len(signs) >= 2 and seen.prose(WHOLE_TEXT) < WHOLE_TEXT else None


def _signs(seen: Seen, title: str) -> list[str]:
    told, signs = seen.facts, list[str]()
    for name, url in (("canonical URL", told.canonical), ("og:url", told.og_url)):
        named = seen.absolute(url)
        if named is not None and (is_home(named) or ERROR_PATH.search(parts(named).path)):
            signs.append(f"its {name} is {named[:200]}")
            break  # the other says the same: sites write both from one setting
    what = notice.said(title)
    if what and what[0] is State.SOFT_404:
        signs.append(f"its title is {title[:80]!r}")
    elif told.og_site_name and title == told.og_site_name.strip():
        signs.append("its title is the site's name")
    if signs and told.robots and "noindex" in told.robots.lower():
        signs.append("it asks not to be indexed")
    return signs


def adds_nothing(page: Document, asked: str, other: Document, never: str) -> bool:
    """Tell whether a page shows nothing beyond the server's answer for `never`, an address that cannot exist."""
    if _title(page, asked) != _title(other, never):
        return False
    words, known = _prose(page, asked), _prose(other, never)
    beyond = sum((words - known).values())
    pictures = {resolve(one, asked) for one in _pictures(page)} - {resolve(one, never) for one in _pictures(other)}
    return beyond <= max(SPARE_WORDS, SPARE_SHARE * sum(words.values())) and not pictures


def same_end(asked: str, ended: str, never: str, never_ended: str) -> bool:
    """Tell whether the ways from both addresses ended at the same third one."""
    return canonical(ended) == canonical(never_ended) and canonical(ended) not in {canonical(asked), canonical(never)}


def _title(document: Document, asked: str) -> str:
    found = document.select("title")[:1]
    return _without(found[0].text, asked) if found else ""


def _prose(document: Document, asked: str) -> Counter[str]:
    """Return the words outside of links and menus."""
    text, pieces, done = document.text, [], 0
    for start, end in sorted(document.span(one) for one in document.select("a, nav")):
        pieces.append(text[done : max(start, done)])
        done = max(end, done)
    return Counter(_without(" ".join([*pieces, text[done:]]), asked).split())


def _without(text: str, asked: str) -> str:
    named = parts(asked)
    for piece in (asked, f"{named.path}?{named.query}", named.path, *named.path.split("/")):
        if len(piece) > 3:
            text = text.replace(piece, " ")
    return " ".join(text.split())


def _pictures(document: Document) -> list[str]:
    return [one.attributes["src"] for one in document.select("main img[src], article img[src], figure img[src]")]
