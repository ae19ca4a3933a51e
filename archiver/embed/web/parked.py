"""Parked: the domain is for sale or shows advertising; whoever was cited is gone, and what is there now was never cited.

By what only parking has: the scripts and frames of its companies, an attribute of the page that they all share (`data-adblockkey`), a way
that ended at a market for domains, a host's notice that the account is suspended. Links to a market, or words about domains, say nothing.
"""

from __future__ import annotations

import re

from archiver.citation.platform import Reading, State
from archiver.embed.web.seen import LITTLE_TEXT, NOTICE_TEXT, Seen, same_site
from archiver.url import on_host, parts

MARKETS = (
    "hugedomains.com", "dan.com", "sedo.com", "afternic.com", "undeveloped.com", "buydomains.com", "domainmarket.com", "brandbucket.com",
    "squadhelp.com", "atom.com", "namebright.com", "uniregistry.com", "parklogic.com", "parkingcrew.net", "bodis.com", "sedoparking.com",
    "domainnamesales.com", "efty.com", "above.com", "voodoo.com", "smartname.com", "domainsponsor.com", "parkingpage.namecheap.com",
)  # fmt: skip
SALES = re.compile(
    r"/(?:forsale|domain-?(?:for-?sale|profile|sales?|names?|search)|buy-domain|domain|market(?:place)?|parking|lander)\b", re.IGNORECASE
)
REGISTRARS = (
    "godaddy.com",
    "namecheap.com",
    "dynadot.com",
    "porkbun.com",
    "name.com",
    "epik.com",
    "gandi.net",
    "ionos.com",
    "strato.de",
    "ovh.com",
    "spaceship.com",
)
COMPANIES = (
    "parkingcrew.net", "sedoparking.com", "bodis.com", "parklogic.com", "above.com", "domainsponsor.com", "smartname.com", "voodoo.com",
    "d38psrni17bvxu.cloudfront.net", "img1.wsimg.com/parking-lander", "parkingpage.namecheap.com", "cdn.namebright.com", "skenzo.com",
    "fastpark.net", "hugedomains.com", "cdnpark.com", "google.com/adsense/domains/caf.js",
    "squarespace.com/universal/scripts-compressed/parking-page",
)  # fmt: skip
ADDRESSES = {"script": "src", "iframe": "src", "frame": "src", "form": "action"}
# What the script of a parking page sets or does, where nothing else is on it.
INLINE = re.compile(
    r"\bLANDER_SYSTEM\s*=|\bwindow\.park\s*=\s*[\"']|\blocation\.href\s*=\s*[\"']/lander[\"'?]|\bgoogle\.ads\.domains\.Caf\b"
)
SALE = re.compile(
    r"(?:this|the)?\s*(?:domain|website|name)?\b.{0,40}\b(?:is|may be)\s+(?:available\s+)?for sale\b.{0,80}"
    r"|.{0,20}\bregistered at namecheap\.com",
    re.IGNORECASE,
)
SUSPENDED = re.compile(r"/cgi-sys/(?:suspendedpage|defaultwebpage)\.cgi", re.IGNORECASE)


def parked(seen: Seen) -> Reading | None:
    """Return the reading of a page that stands in for a site which is gone."""
    ended, named = seen.ended, parts(seen.ended)
    if seen.moved and not same_site(seen.asked, ended):
        if on_host(named.host, *MARKETS):
            return seen.reading(State.PARKED, f"sent to {named.host}, a market for domains")
        if on_host(named.host, *REGISTRARS) and SALES.match(named.path):
            return seen.reading(State.PARKED, f"sent to {named.host}{named.path[:60]}, a registrar's sales page")
    if SUSPENDED.match(named.path):
        return seen.reading(State.PARKED, f"the host's own page {named.path[:60]} stands in for the site")
    on_market = on_host(parts(seen.asked).host, *MARKETS)
    if on_market:
        return None
    key = "attribute data-adblockkey" if "data-adblockkey" in seen.document.root.attributes else None
    what = key or _company(seen) or _inline(seen)
    if what and seen.is_read:
        return None  # who writes about parking shows a frame of it
    if what is None and (sold := _sold(seen)):
        return seen.reading(State.PARKED, sold)
    return seen.reading(State.PARKED, f"a page of a parking company: {what[:160]}") if what else None


def _company(seen: Seen) -> str | None:
    """Return the first element, tag by tag, that a parking company's address stands in."""
    for tag, name in ADDRESSES.items():
        for element in seen.glance.having(name, tag):
            address = element.attributes[name][:2_000]
            if any(one in address for one in COMPANIES):
                return f"{tag} {address}"
    return None


def _inline(seen: Seen) -> str | None:
    """Return what a script of the page does that only parking does, where the page has hardly any text."""
    for script in seen.glance.all("script"):
        if "src" not in script.attributes and (found := INLINE.search(script.text[:4_000])):
            return f"script {found[0]}" if seen.words < LITTLE_TEXT else None
    return None


def _sold(seen: Seen) -> str | None:
    """Return the title that offers the page's own domain for sale, where hardly any text stands beside it."""
    title, name = seen.facts.title or "", parts(seen.asked).host.removeprefix("www.")
    offered = name in title.lower() and SALE.search(title[:200])
    return f"its title offers {name} for sale: {title[:80]!r}" if offered and seen.prose(NOTICE_TEXT) < NOTICE_TEXT else None
