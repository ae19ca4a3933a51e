"""Cookies: a jar for one capture, with caps (RFC 6265 §5, as far as one page load needs it).

Sites set a cookie and redirect; without it they redirect for ever. A jar lives for one capture and its attempts, so nothing told to one
capture is known to another. Caps: a site that sets two hundred cookies of 300 bytes gets the newest that fit, and the next request stays
under 8 kB (reliability A7 #16). No public suffix list: within one capture a cookie for `co.uk` reaches nobody whom the site did not
redirect to itself. http.cookiejar does the same at a hundred times the cost of this, and needs a urllib request for each look.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from email.utils import mktime_tz, parsedate_tz
from urllib.parse import urlsplit

MOST = 50
LONGEST = 4096  # bytes of name and value together
REQUEST = 7168  # bytes that URL and Cookie header share; the other headers of ours need less than 1 kB
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class _Cookie:
    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool


@dataclass(slots=True)
class Jar:
    """Cookies of one capture, oldest first."""

    _cookies: dict[tuple[str, str, str], _Cookie] = field(default_factory=dict)

    def store(self, url: str, headers: tuple[tuple[str, str], ...]) -> None:
        """Keep what an answer from `url` sets; bad and foreign cookies are passed over."""
        written = [value for name, value in headers if name.lower() == "set-cookie"]
        if not written:
            return
        parts = urlsplit(url)
        for line in written:
            self._set(line, parts.hostname or "", parts.path)
        while len(self._cookies) > MOST:
            del self._cookies[next(iter(self._cookies))]

    def copy(self) -> Jar:
        """Return a jar with the same cookies, to be filled further."""
        return Jar(dict(self._cookies))

    def keep(self, name: str, value: str, domain: str, path: str, *, host_only: bool, secure: bool) -> None:
        """Keep a cookie that a browser holds."""
        self._cookies[domain, path, name] = _Cookie(name, value, domain, host_only, path, secure)

    def header(self, url: str) -> bytes | None:
        """Return the value of the Cookie header for a request to `url`, or None; the newest cookies that fit the cap."""
        if not self._cookies:
            return None
        parts = urlsplit(url)
        host, path, room = parts.hostname or "", parts.path or "/", REQUEST - len(url)
        pairs: list[str] = []
        for cookie in reversed(self._cookies.values()):
            if not _sent_to(cookie, host, path, secure=parts.scheme == "https"):
                continue
            pair = f"{cookie.name}={cookie.value}"
            room -= len(pair) + 2
            if room < 0:
                break
            pairs.append(pair)
        return "; ".join(reversed(pairs)).encode("latin-1", "replace") or None

    def _set(self, line: str, host: str, path: str) -> None:
        pair, *rest = line.split(";")
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not name or len(name) + len(value) > LONGEST or _FORBIDDEN.search(pair):
            return
        attributes = {key.strip().lower(): said.strip() for key, _, said in (item.partition("=") for item in rest)}
        domain = attributes.get("domain", "").lstrip(".").lower()
        if domain and not (host == domain or (host.endswith("." + domain) and "." in domain)):
            return
        written = attributes.get("path", "")
        scope = written if written.startswith("/") else _folder(path)
        cookie = _Cookie(name, value, domain or host, not domain, scope, "secure" in attributes)
        key = (cookie.domain, cookie.path, name)
        self._cookies.pop(key, None)
        if not _expired(attributes):
            self._cookies[key] = cookie


def _sent_to(cookie: _Cookie, host: str, path: str, *, secure: bool) -> bool:
    if cookie.secure and not secure:
        return False
    if host != cookie.domain and (cookie.host_only or not host.endswith("." + cookie.domain)):
        return False
    return path == cookie.path or path.startswith(cookie.path if cookie.path.endswith("/") else cookie.path + "/")


def _folder(path: str) -> str:
    return path[: path.rfind("/")] or "/" if path.startswith("/") else "/"


def _expired(attributes: dict[str, str]) -> bool:
    """Tell whether a cookie is set to be forgotten; Max-Age has precedence over Expires (RFC 6265 §5.3)."""
    age = attributes.get("max-age", "")
    if re.fullmatch(r"-?[0-9]{1,12}", age):
        return int(age) <= 0
    when = parsedate_tz(attributes["expires"]) if "expires" in attributes else None
    try:
        return when is not None and mktime_tz(when) <= time.time()
    except (ValueError, OverflowError):
        return False
