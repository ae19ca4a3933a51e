"""robots.txt by RFC 9309: `record` the decision, `obey` it, or `ignore` the file.

An article's reader asked for the single pages that it cites, so the default is `record`: what the file says about the page is a note of its
capture, and nothing is refused. Under `obey` a disallowed URL is `refused_robots`, each redirect included. The file is fetched once a host
and run, by the same fetcher at the same pace, and is kept as a capture of its own. Archives' search interfaces are made for programs and
are not asked.

Decisions of the RFC: the group of the most specific product token, all its groups joined (§2.2.1); the longest matching pattern wins, allow
on a tie (§2.2.2); `*` and `$`; 4xx means everything is allowed (§2.3.1.3); 5xx or unreachable means nothing is (§2.3.1.4); at least 500 KiB
are read (§2.5). urllib.robotparser takes the first match instead of the longest and knows no wildcards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from archiver.citation.platform import Answer, Reading, State, Target
from archiver.fetch.answer import read_body
from archiver.fetch.capture import Capture
from archiver.fetch.verdict import read_requisite
from archiver.url import origin, without_fragment

LIMIT = 512 << 10
LONGEST = 2048  # characters of a pattern; longer ones are nobody's
TOKEN = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says to one product: patterns with whether they allow, longest first; or one answer for everything."""

    patterns: tuple[tuple[str, bool], ...] = ()
    default: bool = True
    why: str = "no rule matches"

    def decide(self, url: str) -> tuple[bool, str]:
        """Return whether a resolved URL may be fetched, and by which rule."""
        path = _encoded(_path(url))
        if path == "/robots.txt":
            return True, "robots.txt itself"
        for pattern, allowed in self.patterns:
            if _matches(pattern, path):
                return allowed, f"{'Allow' if allowed else 'Disallow'}: {pattern[:200]}"
        return self.default, self.why


def robots_target(url: str) -> Target:
    """Return the target of the robots.txt that speaks for a resolved URL."""
    return Target(origin(url) + "/robots.txt", role="requisite", purpose="robots", accept="text/plain,*/*;q=0.5")


def product_token(user_agent: str) -> str:
    """Return the name that robots.txt may address us by: the User-Agent's first product, without its version."""
    matched = TOKEN.match(user_agent)
    return matched[0].lower() if matched else ""


def read_robots(answer: Answer) -> Reading:
    """Say what an answer to a robots.txt target means."""
    return read_requisite(answer)


def capture_rules(capture: Capture, product: str) -> Rules:
    """Return the rules that a capture of robots.txt holds for `product`."""
    exchange = capture.exchange
    status = exchange.status if exchange and not exchange.error else None
    if capture.state is State.OK and exchange is not None:
        return parse_rules(read_body(exchange, LIMIT).data, product)
    if status is not None and 400 <= status < 500 and capture.state is not State.RATE_LIMITED:
        return Rules(why=f"robots.txt answers {status}: everything is allowed")
    return Rules(default=False, why=f"robots.txt cannot be had ({capture.state}): nothing is allowed")


def parse_rules(text: bytes, product: str) -> Rules:
    """Read a robots.txt for `product`, a lower-case product token; lines that are no rules are passed over."""
    groups: dict[str, list[tuple[str, bool]]] = {}
    agents: list[str] = []
    in_rules = False
    for line in text[:LIMIT].decode("utf8", "replace").lstrip("\ufeff").splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon:
            continue
        if name == "user-agent":
            agents = [] if in_rules else agents
            in_rules = False
            agents.append(_agent(value))
            groups.setdefault(agents[-1], [])
        elif name in {"allow", "disallow"}:
            in_rules = True
            if value and len(value) <= LONGEST:
                for agent in agents:
                    groups[agent].append((_encoded(value), name == "allow"))
    chosen = groups.get(product) if product in groups else groups.get("*", [])
    ordered = sorted(chosen or [], key=lambda rule: (-len(rule[0].encode()), not rule[1]))
    return Rules(tuple(dict.fromkeys(ordered)))


def _path(url: str) -> str:
    """Return path and query of a resolved URL."""
    asked = without_fragment(url)
    return asked[asked.index("/", asked.index("://") + 3) :]


def _agent(value: str) -> str:
    if value.startswith("*"):
        return "*"
    matched = TOKEN.match(value)
    return matched[0].lower() if matched else ""


def _encoded(path: str) -> str:
    """Return a path with non-ASCII characters and the escapes of unreserved ones in one spelling (RFC 9309 §2.2.2)."""
    decoded = re.sub(r"%([0-9A-Fa-f]{2})", _unreserved, path)
    return quote(decoded, safe="%/?:@!$&'()*+,;=~-._[]|{}\"<>^`\\")


def _unreserved(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if re.match(r"[A-Za-z0-9._~-]", character) else escape[0].upper()


def _matches(pattern: str, path: str) -> bool:
    """Tell whether `path` begins with `pattern`, where `*` is any text and a final `$` the end. Linear: a pattern is hostile input too."""
    anchored = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not others:
        return not anchored or at == len(path)
    *between, last = others
    for part in between:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if anchored:
        return len(path) - len(last) >= at and path.endswith(last)
    return path.find(last, at) >= 0
