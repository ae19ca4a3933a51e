"""Parked: the domain is for sale or shows advertising; whoever was cited is gone, and what is there now was never cited.

By what only parking has: the scripts and frames of its companies, an attribute of the page that they all share (`data-adblockkey`), a way
that ended at a market for domains, a host's notice that the account is suspended. Links to a market, or words about domains, say nothing.
"""

from __future__ import annotations

import re

from archiver.citation.platform import Reading, State
from archiver.embed.web.seen import Seen, same_site
from archiver.url import on_host, parts

MARKETS = (
    "hugedomains.com", "dan.com", "sedo.com", "afternic.com", "undeveloped.com", "buydomains.com", "domainmarket.com", "brandbucket.com",
    "squadhelp.com", "atom.com", "namebright.com", "uniregistry.com", "parklogic.com", "parkingcrew.net", "bodis.com", "sedoparking.com",
    "domainnamesales.com", "efty.com", "above.com", "voodoo.com", "smartname.com", "domainsponsor.com",
)  # fmt: skip
SALES = re.compile(
    r"/(?:forsale|domain-?(?:for-?sale|profile|sales?|names?|search)|buy-domain|market(?:place)?|parking|lander)\b", re.IGNORECASE
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
)
COMPANIES = (
    "parkingcrew.net", "sedoparking.com", "bodis.com", "parklogic.com", "above.com", "domainsponsor.com", "smartname.com", "voodoo.com",
    "d38psrni17bvxu.cloudfront.net", "img1.wsimg.com/parking-lander", "parkingpage.namecheap.com", "cdn.namebright.com", "skenzo.com",
    "fastpark.net", "hugedomains.com",
)  # fmt: skip
ADDRESSES = {"script": "src", "iframe": "src", "frame": "src", "form": "action"}
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
    what = "attribute data-adblockkey" if "data-adblockkey" in seen.document.root.attributes else _company(seen)
    return seen.reading(State.PARKED, f"a page of a parking company: {what[:160]}") if what else None


def _company(seen: Seen) -> str | None:
    """Return the first element, tag by tag, that a parking company's address stands in."""
    for tag, name in ADDRESSES.items():
        for element in seen.glance.having(name, tag):
            address = element.attributes[name][:2_000]
            if any(one in address for one in COMPANIES):
                return f"{tag} {address}"
    return None
