"""Wrapped: the URL that another URL carries: caches, redirectors, archives' copies. The one inside is what is cited.

A wrapper says how a reader goes there (counted, warned, through an archive), the URL inside says where. Two articles that cite one
post, one of them through a newsletter's counter, cite one thing: so identity is the inner URL's. The place keeps what was written.

Only what is carried in the URL is unwrapped, by rules of the services that make them. A short link (`t.co`, `bit.ly`, `lnkd.in`) carries
nothing; where it leads is known when somebody asks, and until then it is itself. What only looks like a wrapper (a search for an address,
a share button, a login page with `next=`) is not one.

Stands in `citation` because `extract` identifies what is inside, and `embed`, below it, reads players that are wrapped.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import parse_qs, unquote

from archiver.url import Parts, on_host, parts, resolve

DEPTH = 4  # wrappers in wrappers: a mail gateway around a newsletter's counter around an archive's copy
LONGEST = 16_384
QUERY: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = (  # host, path, parameters that hold the URL
    (("l.facebook.com", "lm.facebook.com", "l.messenger.com", "l.workplace.com"), r"/l\.php", ("u",)),
    (("l.instagram.com", "l.threads.com", "l.threads.net"), r"/", ("u",)),
    (("facebook.com",), r"/(?:l\.php|flx/warn/?)", ("u",)),
    (("youtube.com",), r"/redirect", ("q",)),
    (("out.reddit.com",), r"/.*", ("url",)),
    (("vk.com", "vk.ru", "vkontakte.ru"), r"/away(?:\.php)?", ("to",)),
    (("steamcommunity.com",), r"/linkfilter/?", ("u", "url")),
    (("safelinks.protection.outlook.com", "safelinks.protection.office365.us"), r"/.*", ("url",)),
    (("slack-redir.net",), r"/link", ("url",)),
    (("t.umblr.com",), r"/redirect", ("z",)),
    (("medium.com",), r"/r/?", ("url",)),
    (("linkedin.com",), r"/(?:redir/redirect|safety/go)/?", ("url",)),
    (("twitter.com", "x.com"), r"/(?:i/redirect|safety/unsafe_link_warning)/?", ("url", "unsafe_link")),
    (("tiktok.com",), r"/link/v2", ("target",)),
    (("t.me", "telegram.me"), r"/iv", ("url",)),
    (("duckduckgo.com",), r"/l/?", ("uddg",)),
    (("bing.com",), r"/ck/a", ("u",)),
    (("pinterest.com",), r"/offsite/?", ("url",)),
    (("disq.us",), r"/url", ("url",)),
    (("exit.sc", "gate.sc"), r"/", ("url",)),
    (("cdn.embedly.com",), r"/widgets/media\.html", ("src", "url")),
    (("cdn.iframe.ly",), r"/api/iframe", ("url",)),
    (("go.skimresources.com", "go.redirectingat.com", "click.linksynergy.com"), r"/.*", ("url", "murl")),
    (("anrdoezrs.net", "dpbolvw.net", "jdoqocy.com", "kqzyfj.com", "tkqlhce.com"), r"/.*", ("url",)),
    (("awin1.com",), r"/(?:cread|awclick)\.php", ("ued", "p")),
    (("urlsand.esvalabs.com", "linkprotect.cudasvc.com"), r"/.*", ("a", "u")),
)  # fmt: skip
GOOGLE = re.compile(r"(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}")
ARCHIVES = ("archive.ph", "archive.today", "archive.is", "archive.li", "archive.vn", "archive.fo", "archive.md")
# A time of 4 to 14 digits (or `*`, the list of copies), what is replayed how (`id_`, `if_`, `im_` …), and the URL.
MEMENTO = re.compile(r"/(?:[a-z0-9_-]{1,40}/){0,3}?(?:[0-9]{4,14}\*?|\*)(?:[a-z]{2}_)?/(?P<url>https?:/{0,2}.+)", re.IGNORECASE)
WAYBACK = re.compile(r"/web/(?:[0-9]{4,14}|\*)(?:[a-z]{2}_)?/(?P<url>[^/?#\s]+\.[a-z]{2,}(?:[/?#:].*)?)", re.IGNORECASE)  # without a scheme
MEMENTO_HOSTS = (
    "archive.org", "archive-it.org", "arquivo.pt", "webarchive.org.uk", "webarchive.nationalarchives.gov.uk", "webarchive.loc.gov",
    "vefsafn.is", "swap.stanford.edu", "perma-archives.org", "webarchive.parliament.uk", "haw.nsk.hr", "conifer.rhizome.org",
)  # fmt: skip
TODAY = re.compile(r"/(?:[0-9]{4}[0-9.\-]{0,15}|o/[A-Za-z0-9]{4,6})/(?P<url>https?:/{0,2}.+)", re.IGNORECASE)
AMP_CACHE = re.compile(r"/(?:c|v|a|i|r|ii/w[0-9]+)/(?P<tls>s/)?(?P<url>[^/].*)")
URL_SAFE = str.maketrans("-_", "+/")
PROOFPOINT_2 = str.maketrans("_-", "/%")
PROOFPOINT_3 = re.compile(r"/v3/__(?P<url>.+?)__;(?P<replaced>[A-Za-z0-9_=-]*)!")
RUN = re.compile(r"\*\*(?P<run>[A-Za-z0-9_-])|\*")
RUNS = {letter: number for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 2)}


def unwrap(url: str) -> str | None:
    """Return the URL that a resolved URL carries, resolved, whatever number of wrappers is around it; None where it carries none."""
    inner = url
    for _ in range(DEPTH):
        found = _once(inner) if len(inner) <= LONGEST else None
        if found is None or found == inner:
            break
        inner = found
    return inner if inner != url else None


def _once(url: str) -> str | None:
    named = parts(url)
    host = named.host.rstrip(".")
    known = _may_wrap(host)
    if not (known or COUNTED.match(named.path)):
        return None
    whole = named.path + (f"?{named.query}" if named.query else "") + (f"#{named.fragment}" if named.fragment else "")
    for written in (reader(named, host, whole) for reader in (READERS if known else ANYWHERE)):
        inner = _absolute(written) if written else None
        if inner:
            return inner
    return None


@lru_cache(maxsize=4096)
def _may_wrap(host: str) -> bool:
    """Tell whether a host is on one of the sites that are known to wrap."""
    return ".".join(host.split(".")[-2:]) in SITES or GOOGLE.fullmatch(host) is not None


def _absolute(written: str) -> str | None:
    """Return what a wrapper carried as an http(s) URL on a host with a name; a scheme may be encoded, or have lost a slash on its way."""
    written = unquote(written) if re.match(r"https?%3a", written, re.IGNORECASE) else written
    slashed = re.sub(r"^(https?):/{0,2}(?=[^/])", r"\1://", written.strip(), flags=re.IGNORECASE)
    if not re.match(r"https?://", slashed, re.IGNORECASE):
        return None
    url = resolve(slashed)
    return url if url and "." in parts(url).host else None


def _query(named: Parts, host: str, _whole: str) -> str | None:
    """Redirectors that name the URL in a parameter."""
    if GOOGLE.fullmatch(host) and named.path == "/url":
        return _parameter(named.query, ("q", "url"))
    if on_host(host, "deviantart.com") and named.path == "/users/outgoing":
        return unquote(named.query)
    if on_host(host, "href.li"):
        return unquote(named.query)
    for hosts, path, names in QUERY:
        if on_host(host, *hosts) and re.fullmatch(path, named.path, re.IGNORECASE):
            found = _parameter(named.query, names)
            if found:
                return found
    return None


def _parameter(query: str, names: tuple[str, ...]) -> str | None:
    given = parse_qs(query)
    for name in names:
        value = given.get(name, [""])[0]
        if re.match(r"(?:https?:|//|https?%3a)", value, re.IGNORECASE):
            value = re.sub(r":[A-Za-z0-9_-]{20,}$", "", value)  # Disqus signs it
            return f"https:{value}" if value.startswith("//") else value
        if value.startswith("a1") and (decoded := _base64(value[2:])):  # Bing's `u`
            return decoded
    return None


def _twice(_named: Parts, host: str, whole: str) -> str | None:
    """Addresses that were given a scheme twice, `http://https://a.example/`: what a form puts before what has it already."""
    return f"{host}:{whole}" if host in SCHEMES and whole.startswith("//") else None


def _amp(_named: Parts, host: str, whole: str) -> str | None:
    """AMP caches keep the publisher's URL in the path, `s/` for https."""
    if on_host(host, "cdn.ampproject.org") or on_host(host, "bing-amp.com"):
        cached = AMP_CACHE.fullmatch(whole)
        return _published(cached) if cached else None
    viewer = re.match(r"/amp/(?P<tls>s/)?(?P<url>[^/]+\..+)", whole)
    return _published(viewer) if viewer and GOOGLE.fullmatch(host) else None


def _published(cached: re.Match[str]) -> str:
    """Return the publisher's URL without what the cache adds to query and fragment."""
    address, _, query = cached["url"].partition("#")[0].partition("?")
    own = "&".join(pair for pair in query.split("&") if not re.match(r"(?:amp_js_v|amp_gsa|amp_ct|usqp)=", pair))
    return f"{'https' if cached['tls'] else 'http'}://{address}" + (f"?{own}" if own else "")


def _memento(_named: Parts, host: str, whole: str) -> str | None:
    """Copies in archives that say which URL they are a copy of; a copy with a number of its own (`archive.ph/AbCd1`) says nothing."""
    if on_host(host, *ARCHIVES):
        matched = TODAY.match(whole)
    elif on_host(host, *MEMENTO_HOSTS):
        matched = MEMENTO.match(whole)
        if matched is None and host == "web.archive.org" and (matched := WAYBACK.match(whole)):
            return f"http://{matched['url']}"
    else:
        return None
    return matched["url"] if matched else None


def _mail(named: Parts, host: str, whole: str) -> str | None:
    """Gateways and newsletters that encode the URL. Counters are set up under the sender's own host: their paths are what tells them."""
    if not (COUNTED.match(named.path) or on_host(host, *GATEWAYS)):
        return None
    if on_host(host, "urldefense.proofpoint.com", "urldefense.com", "urldefense.us"):
        return _proofpoint(named, whole)
    if on_host(host, "substack.com") and (found := re.match(r"/redirect/2/(?P<token>[A-Za-z0-9_=-]+)", named.path)):
        return _in_json(found["token"], "e")
    if found := re.fullmatch(r"/e/c/(?P<token>eyJ[A-Za-z0-9_=-]+)/[0-9a-f]+", named.path):  # Customer.io
        return _in_json(found["token"], "href")
    if found := re.match(r"/C?L0/(?P<url>https?(?::|%3a)[^/?#]+)/[0-9]+/[0-9a-f-]{16,}", whole, re.IGNORECASE):  # Amazon's mail service
        return unquote(found["url"])
    if found := re.fullmatch(r"/c/(?P<token>eJ[A-Za-z0-9_=-]+)", named.path):  # Mailgun
        return parse_qs(_inflated(found["token"])).get("l", [None])[0]
    if host == "news.google.com" and (found := re.match(r"/(?:rss/)?articles/(?P<token>CBM[A-Za-z0-9_=-]+)", named.path)):
        return _in_message(found["token"])
    return None


def _proofpoint(named: Parts, whole: str) -> str | None:
    given = parse_qs(named.query)
    if named.path.startswith("/v1/"):
        return given.get("u", [None])[0]
    if named.path.startswith("/v2/"):
        return unquote(given.get("u", [""])[0].translate(PROOFPOINT_2)) or None
    matched = PROOFPOINT_3.match(whole)
    if not matched:
        return None
    taken = _base64(matched["replaced"])
    if taken is None:
        return None
    left = iter(taken)

    def restored(mark: re.Match[str]) -> str:
        return "".join(next(left, "") for _ in range(RUNS[mark["run"]] if mark["run"] else 1))

    return RUN.sub(restored, unquote(matched["url"]))


def _in_json(token: str, name: str) -> str | None:
    try:
        data = json.loads(_bytes(token))
    except (ValueError, RecursionError):
        return None
    value = data.get(name) if isinstance(data, dict) else None
    return value if isinstance(value, str) else None


def _inflated(token: str) -> str:
    try:
        return zlib.decompressobj().decompress(_bytes(token), LONGEST).decode()
    except (zlib.error, ValueError):
        return ""


def _in_message(token: str) -> str | None:
    """Read the URL in an older Google News token: field 4 of a protocol buffer, after a field that is always 19; newer ones hold none."""
    try:
        data = _bytes(token)
        start = 5 if data[3] & 0x80 else 4
        length = data[3] & 0x7F | (data[4] << 7 if start == 5 else 0)
        return data[start : start + length].decode() if data[:3] == b"\x08\x13\x22" else None
    except (ValueError, IndexError):
        return None


def _base64(token: str) -> str | None:
    try:
        return _bytes(token).decode()
    except ValueError:
        return None


def _bytes(token: str) -> bytes:
    """Return what URL-safe base64 encodes. ValueError where it is none."""
    return base64.b64decode(token.translate(URL_SAFE).rstrip("=") + "=" * (-len(token.rstrip("=")) % 4), validate=True)


SCHEMES = ("http", "https")
GATEWAYS = ("urldefense.proofpoint.com", "urldefense.com", "urldefense.us", "substack.com", "news.google.com")
COUNTED = re.compile(r"/(?:e/c/eyJ|C?L0/|c/eJ)", re.IGNORECASE)  # how the paths of the counters below begin
READERS: tuple[Callable[[Parts, str, str], str | None], ...] = (_query, _amp, _memento, _mail, _twice)
ANYWHERE = (_mail,)  # counters under the sender's own host; the others are known by theirs
HOSTS = (
    *(one for hosts, _, _ in QUERY for one in hosts),
    *(*ARCHIVES, *MEMENTO_HOSTS, *GATEWAYS, "ampproject.org", "bing-amp.com", "href.li", *SCHEMES),
)
SITES = frozenset(".".join(host.split(".")[-2:]) for host in HOSTS)  # most URLs are on none of them, and are not looked at further
