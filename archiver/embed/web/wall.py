"""Wall: what stands between a reader and a page that is there: a login, a question about cookies, a subscription, a border.

By where the way ended (redirects, a refresh at once), by forms and what they ask for, and by what the page says of itself in fields:
JSON-LD's `isAccessibleForFree` with `hasPart`, `article:content_tier`, status 402. What publishers tell search engines of a paywall is no
proof of one: many send the whole text to everybody and hide it by script. So the words must be missing too: the part that is said to be
shut is not there, or the paragraphs are few. A page with all its words is captured, whatever it says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from archiver.article.document import Element
from archiver.citation.platform import Reading, State
from archiver.embed.web.seen import LITTLE_TEXT, Seen, same_site
from archiver.url import canonical, parts, resolve

LOGIN = re.compile(
    r"(?:^|/)(?:accounts?/)?(?:log-?in|sign-?in|log-?on|sign-?up|register|auth|authwall|authorize|checkpoint|sso|saml2?)(?:\.[a-z]{2,5})?(?=/|$)",
    re.IGNORECASE,
)
LOGIN_HOSTS = re.compile(r"^(?:login|signin|auth|accounts?|sso)\.", re.IGNORECASE)
CONSENT = re.compile(
    r"(?:^|/)(?:consent|collectconsent|(?:cookies?|gdpr|privacy|tcf)-?(?:wall|consent|gate|choices)|cmp|zustimmung|toestemming|consentement"
    r"|consenso|consentimiento)(?:\.[a-z]{2,5})?(?=/|$)",
    re.IGNORECASE,
)
CONSENT_HOSTS = re.compile(r"^(?:consent|myprivacy|privacy|guce|cmp|cookiewall)\.", re.IGNORECASE)
OFFER = re.compile(
    r"(?:^|/)(?:subscribe|subscriptions?|subscribe-now|paywall|abo|abos|abonnement|abonnieren|offers?|premium|membership|barrier(?:/[a-z]+)?)(?:\.[a-z]{2,5})?(?=/|$)",
    re.IGNORECASE,
)
BORDER = re.compile(
    r"(?:^|/)(?:geo-?(?:block(?:ed)?|restrict(?:ed|ion)?|unavailable)|region-?(?:block(?:ed)?|unavailable)|(?:gdpr|eu|eea|europe)-?(?:block(?:ed)?|unavailable|geo)"
    r"|(?:not-?available|unavailable)-(?:in-)?(?:your-)?(?:country|region|location|eu|eea|europe))(?:\.[a-z]{2,5})?(?:/|$)",
    re.IGNORECASE,
)
PRIVACY_LAW = re.compile(r"(?:^|/)gdpr/", re.IGNORECASE)  # with the name of the paper that shuts Europe out for it
ASIDE = "header, nav, aside, footer, dialog, [role=dialog], [hidden], [aria-hidden=true]"
BOXED = f"{ASIDE}, .sidebar, #sidebar, .widget, .modal, .popup, .dropdown, .dropdown-menu"
BACK = re.compile(
    r"(?:^|&)(?:next|continue|return\w*|redirect\w*|destination|dest|target|goto|back\w*|callback\w*|from|to|ref\w*|url|uri|origin|source|service|"
    r"session_?redirect)=",
    re.IGNORECASE,
)
GATES = (
    "#paywall, .paywall, [data-paywall], .article-paywall, .paywall-container, .piano-offer, [id^='piano-'],"
    " .tp-container-inner, #regwall, .regwall, .subscription-wall, .o-paywall, .c-paywall"
)
PRESSED = "a[href], button, form, input, [role=button]"
SHUT_TEXT = 400  # code points of the part that is said to be shut, from which on it is there
TEASER = 1_200  # code points of paragraphs below which a shut article shows its beginning only
FEW, WHOLE = 0.5, 0.8  # of the words that the page says it has
LONG = 2 * TEASER  # code points of paragraphs that no beginning has


def is_login(url: str) -> bool:
    """Tell whether an address is one at which people log in."""
    return bool(LOGIN.search(parts(url).path) or LOGIN_HOSTS.match(parts(url).host))


def is_consent(url: str) -> bool:
    """Tell whether an address is one at which people are asked about cookies."""
    return bool(CONSENT.search(parts(url).path) or CONSENT_HOSTS.match(parts(url).host))


def sent(seen: Seen) -> Reading | None:
    """Return the reading of a way that ended at a wall."""
    asked, ended = seen.asked, seen.ended
    if not seen.moved:
        return None
    how = f"redirected to {ended[:200]}" if ended == seen.answer.url else f"the page sends its reader to {ended[:200]} at once"
    border = BORDER.search(parts(ended).path) or (
        PRIVACY_LAW.search(parts(ended).path) and parts(asked).host.removeprefix("www.") in parts(ended).path
    )
    if border and not BORDER.search(parts(asked).path):
        return seen.reading(State.GEO_BLOCKED, how)
    if is_consent(ended) and not is_consent(asked) and _stands_between(seen, CONSENT):
        return seen.reading(State.CONSENT_WALL, how)
    if is_login(ended) and not is_login(asked) and _stands_between(seen, LOGIN):
        return seen.reading(State.LOGIN_WALL, how)
    if OFFER.search(parts(ended).path) and not OFFER.search(parts(asked).path) and same_site(asked, ended) and _stands_between(seen, OFFER):
        return seen.reading(State.PAYWALL, how)
    return None


def _stands_between(seen: Seen, called: re.Pattern[str]) -> bool:
    """Tell whether the page at an address that is called like a wall is one: it leads on to what was asked for, or is nothing to read.

    "/consent/", "/register/" and "/premium/" are sections of papers too: there the word is not the last of the path, or an article follows.
    """
    named, asked = parts(seen.ended), parts(seen.asked)
    query, tail = unquote(named.query[:4_000]), asked.path.rstrip("/")
    if tail.count("/") > 1 and (tail in query or named.path.rstrip("/").endswith(tail)):
        return True
    if seen.is_article:
        return False
    if BACK.search(named.query):
        return True
    found, hosts = list(called.finditer(named.path)), LOGIN_HOSTS if called is LOGIN else CONSENT_HOSTS
    if found and called is not OFFER and hosts.match(named.host):
        return True
    is_last = not found or not named.path[found[-1].end() :].strip("/")  # without one, its host is called so
    return is_last and not seen.is_read


def asked_for(seen: Seen) -> Reading | None:
    """Return the reading of a page that has a form in the place of what was asked for."""
    if is_login(seen.asked) or is_consent(seen.asked):
        return None
    asked = (one for one in seen.glance.having("type", "input") if one.attributes["type"].lower() == "password")
    secrets = [one for one in asked if one.closest(BOXED) is None]
    for name, written in (("canonical URL", seen.facts.canonical), ("og:url", seen.facts.og_url)):
        named = seen.absolute(written)
        if named is not None and is_login(named) and not is_login(seen.answer.url) and secrets:
            return seen.reading(State.LOGIN_WALL, f"its {name} is a login page, and it asks for a password")
    if secrets and seen.words < LITTLE_TEXT and not seen.is_article:
        return seen.reading(State.LOGIN_WALL, f"it asks for a password, and has {seen.words} characters of text")
    if not seen.is_article:
        for form in seen.glance.having("action", "form"):
            action = resolve(form.attributes["action"], seen.answer.url)
            if action and is_consent(action) and form.closest(ASIDE) is None and (seen.words < LITTLE_TEXT or _leads_back(form, seen)):
                return seen.reading(State.CONSENT_WALL, f"its form asks for consent at {action[:200]}, in the place of the page")
    return None


def _leads_back(form: Element, seen: Seen) -> bool:
    """Tell whether a form carries the address that was asked for, to go on to it afterwards."""
    values = (one.attributes.get("value", "") for one in form.select("input[type=hidden i]"))
    return any(canonical(url) == canonical(seen.asked) for value in values if (url := resolve(value, seen.answer.url)) and "/" in value)


def shut(seen: Seen) -> Reading | None:
    """Return the reading of an article whose rest is for subscribers."""
    thing = next((one for one in seen.facts.json_ld if "isAccessibleForFree" in one), None)
    free = _free(thing.get("isAccessibleForFree")) if thing else None
    tier = seen.facts.content_tier
    if free is True or (free is None and tier == "free"):
        return None
    said = "its JSON-LD says that it is not free" if free is False else f"article:content_tier is {tier}" if tier == "locked" else None
    if thing is not None and free is False and (parted := _parts(seen, thing)) is not None:
        return parted if parted.state is State.PAYWALL and not _is_whole(seen, thing) else None
    gates = [one for one in seen.document.select(GATES) if _is_gate(one)]
    gate = gates[0] if gates else None
    if said is None and gate is None:
        return None
    shown = _paragraphs(seen, gates)
    words = _counted(thing)
    if words and said and len(_article_text(seen).split()) < FEW * words:
        return seen.reading(State.PAYWALL, f"{said}, and has less than half of the {words} words that it says it has")
    if shown < TEASER:
        mark = said or f"an element that shuts the rest ({_name(gate)})" if gate else said
        return seen.reading(State.PAYWALL, f"{mark}; {shown} characters of paragraphs are shown")
    return None


def _counted(thing: Mapping[str, Any] | None) -> int:
    """Return how many words a page says that it has; 0 where it does not say."""
    count = thing.get("wordCount") if thing else None
    return int(count) if isinstance(count, int) or (isinstance(count, str) and count.isdecimal()) else 0


def _is_whole(seen: Seen, thing: Mapping[str, Any]) -> bool:
    """Tell whether the words are there though the part that is called shut is not: scripts shut it, or it is named by a mark that is empty.

    By the words that the page says it has; where it does not say, by paragraphs longer than a beginning, if no element stands for the part.
    """
    if words := _counted(thing):
        return len(_article_text(seen).split()) >= WHOLE * words
    gates = [one for one in seen.document.select(GATES) if _is_gate(one)]
    marked = any(seen.document.select(one) for one in _shut_parts(seen, thing))
    return not gates and not marked and _paragraphs(seen, gates) >= LONG


def _shut_parts(seen: Seen, thing: Mapping[str, Any]) -> list[str]:
    """Return the selectors of the parts that a page names as shut, those that can be selected by."""
    named = thing.get("hasPart")
    parted = [one for one in (named if isinstance(named, list) else [named]) if isinstance(one, dict)]
    shut = (
        one["cssSelector"] for one in parted if _free(one.get("isAccessibleForFree")) is False and isinstance(one.get("cssSelector"), str)
    )
    return [one[:200] for one in shut if one.strip() and _is_selector(seen, one[:200])][:8]


def _is_selector(seen: Seen, written: str) -> bool:
    try:
        seen.document.select(written)
    except ValueError:
        return False
    return True


def _parts(seen: Seen, thing: Mapping[str, Any]) -> Reading | None:
    """Judge by the parts that the page names as shut: there with their words, or not; None where it names none."""
    selectors = _shut_parts(seen, thing)
    length, found = 0, False
    for selector in selectors:
        elements = seen.document.select(selector)
        found = found or bool(elements)
        length += sum(len(" ".join(one.text.split())) for one in elements if not _is_gate(one))
    if not selectors:
        return None
    if length >= SHUT_TEXT:
        return seen.reading(State.OK, "the part that it calls shut is there")
    what = f"has {length} characters" if found else "is not in the page"
    return seen.reading(
        State.PAYWALL, f"its JSON-LD says that it is not free, and the part that it calls shut ({selectors[0][:60]}) {what}"
    )


def _free(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.strip().lower().rpartition("/")[2]) if isinstance(value, str) else None


def _article_text(seen: Seen) -> str:
    holders = seen.document.select("[itemprop=articleBody], article, main") or seen.document.select("body")
    return holders[0].text if holders else ""


def _paragraphs(seen: Seen, gates: list[Element]) -> int:
    """Return the length of the paragraphs outside of the page's margins and of what sells the rest."""
    sold = {one for gate in gates for one in gate.select("p")}
    shown = (one for one in seen.document.select("p")[:2_000] if one not in sold and one.closest(ASIDE) is None)
    return sum(len(" ".join(one.text.split())) for one in shown)


def _is_gate(element: Element) -> bool:
    """Tell whether an element offers the rest for sale: to be seen, short, with something to press.

    The same class names what is shut where publishers follow the search engines' example; that is long, or empty.
    """
    style = element.attributes.get("style", "").replace(" ", "").lower()
    if "hidden" in element.attributes or "display:none" in style or element.attributes.get("aria-hidden") == "true":
        return False
    return element.matches(GATES) and 0 < len(" ".join(element.text.split())) < TEASER and bool(element.select(PRESSED))


def _name(element: Element) -> str:
    return (
        f"#{element.attributes['id']}"
        if element.attributes.get("id")
        else "." + ".".join(element.classes[:2])
        if element.classes
        else element.tag
    )
