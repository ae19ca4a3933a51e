r"""A URL in its three forms: as written, resolved (WHATWG), sortable (SURT); and the key under which two spellings are one.

One parser decides what the host of a URL is: ada, the WHATWG parser that browsers agree with. `http://example.com\@evil.com/` is
example.com here and in Chromium, and evil.com to urllib and httpx; a guard that reads one and a client that reads the other is no
guard (reliability A3, A7 #21). So every URL passes `resolve` before anything is decided about it, and only its answer is fetched.

Never fetch `canonical` or `surt`: they are keys for grouping and sorting.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlencode

from ada_url import URL, join_url, normalize_url

from archiver.errors import UsageError

WEB = frozenset({"http:", "https:"})
# Parameters that say how a reader came, never what is shown. Dropped in the grouping key only.
TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|msclkid|twclid|igshid|igsh|mc_cid|mc_eid|ref_src|ref_url|_ga|yclid|wt_mc|cmpid|ncid)$", re.IGNORECASE
)


WWW = re.compile(r"^www\d?\.")
MOST_SEEN = 4096  # URLs that are kept taken apart
MOST_LABELS = 130  # a name of 253 characters has no more
PLAIN_QUERY = re.compile(r"[A-Za-z0-9_.~-]+=[A-Za-z0-9_.~-]*(?:&[A-Za-z0-9_.~-]+=[A-Za-z0-9_.~-]*)*")  # decoded and encoded, it is itself
# What WHATWG serialises parts without a doubt: in user, host and path nothing of `@/?#` is left that is not a mark.
SERIALISED = re.compile(r"(https?:)//(?:[^/?#@]*@)?(\[[^\]/?#]*\]|[^:/?#@\[]+)(?::([0-9]+))?(/[^?#]*)(\?[^#]*)?(#.*)?")


def resolve(written: str, base: str | None = None) -> str | None:
    """Return `written` as an absolute http(s) URL in WHATWG serialisation, or None when it is no such thing.

    Control characters cannot survive: the serialisation is ASCII with everything else percent-encoded or punycoded. The fragment is kept.
    """
    written = written.strip()
    parsed = _against(written, base) if base else _parsed(written)
    return parsed.href if parsed and parsed.protocol in WEB and parsed.host else None


def absolute(written: str, base: str | None = None) -> str | None:
    """Return an address in markup, as `resolve`; without a base `//host/x` has the scheme that pages have, https."""
    written = written.strip()
    return resolve(f"https:{written}" if written.startswith("//") and not base else written, base)


class _Parsed(NamedTuple):
    href: str
    protocol: str
    host: str
    port: str
    path: str
    search: str
    hash: str


def _read(href: str) -> _Parsed:
    """Take a serialised URL apart; what the pattern cannot, the parser does, which takes four times as long."""
    found = SERIALISED.fullmatch(href)
    if found:
        scheme, hostname, number, path, search, fragment = found.groups("")
        return _Parsed(href, scheme, hostname, number, path, search if len(search) > 1 else "", fragment if len(fragment) > 1 else "")
    url = URL(href)
    return _Parsed(*(str(part) for part in (url.href, url.protocol, url.hostname, url.port, url.pathname, url.search, url.hash)))


def _parsed(written: str) -> _Parsed | None:
    known = _SEEN.get(written)
    if known:
        return known
    try:
        return _noted(written, _read(normalize_url(written)))
    except ValueError:
        return None


def _against(written: str, base: str) -> _Parsed | None:
    try:
        parsed = _read(join_url(base, written))
    except ValueError:
        return None
    return _noted(parsed.href, parsed)


_SEEN: dict[str, _Parsed] = {}  # a URL is looked at a dozen times on its way through a run, mostly in the form that it resolved to


def _noted(written: str, parsed: _Parsed) -> _Parsed:
    if len(_SEEN) >= MOST_SEEN:
        _SEEN.clear()
    _SEEN[written] = parsed
    return parsed


def _resolved(url: str) -> _Parsed:
    parsed = _parsed(url)
    if parsed is None:
        raise ValueError(f"not a resolved URL: {url}")
    return parsed


def scheme(written: str) -> str:
    """Return the scheme of an absolute URL without the colon, lower case; empty when there is none."""
    matched = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):", written)
    return matched[1].lower() if matched else ""


def host(url: str) -> str:
    """Return the host of a resolved URL: lower case, punycode, IPv6 in brackets."""
    return _resolved(url).host


def port(url: str) -> int:
    """Return the port that a resolved URL connects to."""
    parsed = _resolved(url)
    return int(parsed.port) if parsed.port else {"http:": 80, "https:": 443}[parsed.protocol]


def origin(url: str) -> str:
    """Return scheme, host and port of a resolved URL, as it writes them: `https://example.org:8443`."""
    parsed = _resolved(url)
    return f"{parsed.protocol}//{parsed.host}" + (f":{parsed.port}" if parsed.port else "")


class Parts(NamedTuple):
    """The parts of a resolved URL that say what it points to; `query` and `fragment` without their marks, everything still encoded."""

    host: str
    path: str
    query: str
    fragment: str

    def parameters(self) -> dict[str, list[str]]:
        """Return the values of each parameter of the query. An `&` that was escaped once more than it is read parts them too."""
        return parse_qs(re.sub(r"&(?:amp;)+", "&", self.query) if "&amp;" in self.query else self.query)


@lru_cache(maxsize=4096)
def parts(url: str) -> Parts:
    """Take a resolved URL apart, by the same parser that resolved it."""
    parsed = _resolved(url)
    return Parts(parsed.host, parsed.path, parsed.search[1:], parsed.hash[1:])


def without_fragment(url: str) -> str:
    """Return a resolved URL without its fragment, which never goes over the wire."""
    return url.partition("#")[0]


def web_url(written: str) -> str:
    """Return a URL that the person named, resolved; UsageError where it is no http(s) URL with a host."""
    resolved = resolve(written)
    if resolved is None:
        raise UsageError(f"{written}: not an http or https URL with a host name; write it like https://example.org/page")
    return without_fragment(resolved)


def without_credentials(url: str) -> str:
    """Return a URL without user and password: what an article lets slip is sent to nobody, the host itself included."""
    return re.sub(r"^(https?://)[^/?#\\]*@", r"\1", url, flags=re.IGNORECASE)


def on_host(hostname: str, *domains: str) -> bool:
    """Tell whether `hostname` is one of `domains` or below it, label by label: `netflix.com` is not on `x.com`."""
    return not _domains(hostname).isdisjoint(domains)  # asked thirty times of every link


@lru_cache(maxsize=4096)
def _domains(hostname: str) -> frozenset[str]:
    """Return a host with all domains that it is below."""
    labels = hostname.split(".")[-MOST_LABELS:]
    return frozenset((hostname, *(".".join(labels[at:]) for at in range(len(labels)))))


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """Return the key under which two spellings of a resolved URL are one citation.

    Scheme, `www.`, default port, fragment, trailing slash and tracking parameters do not tell pages apart; everything else may.
    A fragment that is a route (`#!/…`, `#/…`) does tell them apart and stays.
    """
    parsed = _resolved(url)
    hostname = WWW.sub("", parsed.host) if parsed.host.startswith("www") else parsed.host
    query = parsed.search[1:]
    if query and PLAIN_QUERY.fullmatch(query):
        query = "&".join([pair for pair in query.split("&") if not TRACKING.match(pair.partition("=")[0])])
    elif query:
        query = urlencode([(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if not TRACKING.match(k)])
    route = parsed.hash if parsed.hash.startswith(("#!", "#/")) else ""
    return hostname + (f":{parsed.port}" if parsed.port else "") + parsed.path.rstrip("/") + (f"?{query}" if query else "") + route


def surt(url: str) -> str:
    """Return the sort-friendly form that CDXJ lines begin with: `org,example)/path?query`, lower case.

    The common package for it is AGPL; this is the part of the form that WACZ players compare (standards B4): `www.` and default ports
    dropped, host labels reversed, whole URL lower-cased, query kept as it is, fragment dropped, userinfo dropped.
    """
    parsed = _resolved(url)
    hostname = re.sub(r"^www\d*\.", "", parsed.host)
    labels = (
        hostname if hostname.startswith("[") or re.fullmatch(r"[\d.]+", hostname) else ",".join(reversed(hostname.rstrip(".").split(".")))
    )
    number = f":{parsed.port}" if parsed.port else ""
    return f"{labels}{number}){parsed.path}{parsed.search}".lower()
