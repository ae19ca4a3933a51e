"""Every state that X and the open web can be in, each played by a scene on loopback, with what must come of it.

The answers have the statuses, fields and wordings that platforms were documented to use. A person can read the table; `test_states.py` holds
the whole program to it, n of n.
"""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import trustme

from archiver.citation.platform import State
from archiver.service.demo.server import Answer, Close, LoopbackServer, Repeat, Request, Reset, Send, Sleep, page, redirect, running

DEADLINE = 12.0  # seconds for one exchange; only two scenes take them all, both at once
Outcome = str


@dataclass(frozen=True, slots=True)
class XScene:
    """One post: what the syndication and the oEmbed endpoint say of it."""

    title: str
    syndication: bytes
    oembed: bytes
    outcome: Outcome
    state: State


@dataclass(frozen=True, slots=True)
class WebScene:
    """One page: `answers` by path on the scene's own host, the first of which is cited; `tls` names a certificate that is wrong."""

    title: str
    answers: dict[str, Answer]
    outcome: Outcome
    state: State
    tls: str = ""
    verified: bool | None = None  # of the capture's TLS; None for plain HTTP


def _json(data: Any, status: str = "200 OK") -> bytes:
    return page(json.dumps(data), status, "application/json")


def _tombstone(text: str) -> bytes:
    return _json({"__typename": "TweetTombstone", "tombstone": {"text": {"text": f"{text} Learn more", "rtl": False}}})


def _post(identifier: int, **more: Any) -> bytes:
    moment = datetime.fromtimestamp(((identifier >> 22) + 1288834974657) / 1000, UTC)
    user = {"id_str": "12", "name": "Some One", "screen_name": "someone"}
    created = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return _json(
        {"__typename": "Tweet", "id_str": str(identifier), "text": WORDS, "lang": "en", "created_at": created, "user": user, "entities": {}}
        | more
    )


def _embed(identifier: int) -> bytes:
    url = f"https://twitter.com/someone/status/{identifier}"
    html = f'<blockquote class="twitter-tweet"><p lang="en">{WORDS}</p>&mdash; Some One (@someone) <a href="{url}">July 20, 2022</a></blockquote>'
    return _json(
        {"url": url, "author_name": "Some One", "author_url": "https://twitter.com/someone", "html": html, "type": "rich", "version": "1.0"}
    )


WORDS = "Words of our own, about nothing in particular"
NOTHING = page(b"", "404 Not Found", "text/plain")
NO_EMBED = _json({"error": "Sorry, that page does not exist."}, "404 Not Found")
NOT_AUTHORIZED = _json({"error": "Sorry, you are not authorized to see this status."}, "403 Forbidden")
SUSPENDED = _json({"error": "Sorry, this account is suspended."}, "403 Forbidden")
BUSY = page(b"Rate limit exceeded", "429 Too Many Requests", "text/plain", [("Retry-After", "900")])
BROKEN = page(b"", "500 Internal Server Error")
GUESSES = "You\u2019re unable to view this Post because this account owner limits who can view their Posts."
FUTURE = 9_000_000_000_000_000_000

X_SCENES = (
    XScene("a living post", _post(1549651495053934001), _embed(1549651495053934001), "captured", State.OK),
    XScene("a long post that is told in part", _post(1549651495053934002, note_tweet={"id": "x"}), BROKEN, "partial", State.OK_PARTIAL),
    XScene("only oEmbed tells it", BROKEN, _embed(1549651495053934003), "captured", State.OK),
    XScene("deleted: both say 404", NOTHING, NO_EMBED, "unavailable", State.DELETED),
    XScene("deleted: an empty object and 404", _json({}), NO_EMBED, "unavailable", State.DELETED),
    XScene("deleted by its author", _tombstone("This Post was deleted by the Post author."), NO_EMBED, "unavailable", State.DELETED),
    XScene("404 in one place, the other is broken: open", NOTHING, BROKEN, "failed", State.SERVER_ERROR),
    XScene("suspended", _tombstone("This Post is from a suspended account."), SUSPENDED, "unavailable", State.SUSPENDED),
    XScene("account gone", _tombstone("This Post is from an account that no longer exists."), NO_EMBED, "unavailable", State.ACCOUNT_GONE),
    XScene("protected", _tombstone(GUESSES), NOT_AUTHORIZED, "unavailable", State.PROTECTED),
    XScene(
        "age-gated", _tombstone("Age-restricted adult content. It may not be for everyone."), NOT_AUTHORIZED, "unavailable", State.AGE_GATED
    ),
    XScene("removed by X", _tombstone("This Post violated the X Rules."), NO_EMBED, "unavailable", State.REMOVED_BY_PLATFORM),
    XScene("withheld", _tombstone("This Post has been withheld in Germany after a demand."), NO_EMBED, "unavailable", State.GEO_BLOCKED),
    XScene("unavailable, unsaid why", _tombstone("This Post is unavailable."), NO_EMBED, "unavailable", State.UNAVAILABLE_UNSPECIFIED),
    XScene("both endpoints broken", BROKEN, BROKEN, "failed", State.SERVER_ERROR),
    XScene("an answer that is no JSON", page(b"<html>", media_type="text/html"), page(b"no"), "failed", State.UNREADABLE),
    XScene("an id of the future", BROKEN, BROKEN, "unavailable", State.INVALID_ID),
)


def _html(title: str, text: str = "Enough words to be a page that somebody could have wanted to cite.", head: str = "") -> str:
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body><h1>{title}</h1><p>{text}</p></body></html>'


def _status(number: int, phrase: str, *headers: tuple[str, str]) -> bytes:
    return page(_html(phrase), f"{number} {phrase}", headers=headers)


def _to_sentinel(_request: Request) -> bytes:
    """Stand for a redirect to a server of this machine whose port is known only when it runs."""
    raise NotImplementedError


SHELL = '<!doctype html><html><head><title>App</title></head><body><div id="root"></div><script src="/app.js"></script></body></html>'
CHALLENGE = (
    '<!doctype html><html><head><title>Just a moment...</title></head><body><div id="challenge-error-text"></div>'
    "<script>window._cf_chl_opt = {cvId: '3', cType: 'managed'};</script></body></html>"
)
HOME = _html("A paper", head='<meta property="og:url" content="https://soft.small-web.test/">')
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n"

WEB_SCENES = (
    WebScene("a page", {"/a": page(_html("A page"))}, "captured", State.OK),
    WebScene(
        "moved twice", {"/a": redirect("/b"), "/b": redirect("/c", "308 Permanent Redirect"), "/c": page(_html("C"))}, "captured", State.OK
    ),
    WebScene("not found", {"/a": _status(404, "Not Found")}, "unavailable", State.NOT_FOUND),
    WebScene("gone", {"/a": _status(410, "Gone")}, "unavailable", State.GONE),
    WebScene("forbidden", {"/a": _status(403, "Forbidden")}, "unavailable", State.FORBIDDEN),
    WebScene("not for this country", {"/a": _status(451, "Unavailable For Legal Reasons")}, "unavailable", State.GEO_BLOCKED),
    WebScene("soft 404", {"/2022/07/a-story": redirect("/"), "/": page(HOME)}, "unavailable", State.SOFT_404),
    WebScene("login", {"/a": redirect("/login?next=/a"), "/login": page(_html("Log in"))}, "unavailable", State.LOGIN_WALL),
    WebScene("challenge by header", {"/a": _status(403, "Forbidden", ("cf-mitigated", "challenge"))}, "failed", State.BOT_CHALLENGE),
    WebScene("challenge in the page", {"/a": page(CHALLENGE, "503 Service Unavailable")}, "failed", State.BOT_CHALLENGE),
    WebScene("rate limit", {"/a": BUSY}, "failed", State.RATE_LIMITED),
    WebScene("server error", {"/a": BROKEN}, "failed", State.SERVER_ERROR),
    WebScene("empty shell", {"/a": page(SHELL)}, "partial", State.EMPTY_SHELL),
    WebScene("silence", {"/a": [Sleep(DEADLINE * 5)]}, "failed", State.TIMEOUT),
    WebScene("a head without end", {"/a": [Send(b"HTTP/1.1 200 OK\r\n"), Repeat(b"x: y\r\n", every=0.1)]}, "failed", State.TIMEOUT),
    WebScene("reset", {"/a": [Reset()]}, "failed", State.DISCONNECTED),
    WebScene("closed without a word", {"/a": [Close()]}, "failed", State.DISCONNECTED),
    WebScene("broken off in the body", {"/a": [Send(HEAD + _html("Half").encode()), Close()]}, "partial", State.OK_PARTIAL),
    WebScene("no HTTP", {"/a": [Send(b"\x00\x01\x02 what is this\r\n\r\n"), Close()]}, "failed", State.UNREADABLE),
    WebScene("a loop", {"/a": redirect("/b"), "/b": redirect("/a")}, "failed", State.REDIRECT_LOOP),
    WebScene("led to this machine", {"/a": _to_sentinel}, "refused", State.REFUSED_ADDRESS),
    WebScene("led to a cloud's secrets", {"/a": redirect("http://169.254.169.254:8000/latest/")}, "refused", State.REFUSED_ADDRESS),
    WebScene("led to a file", {"/a": redirect("file:///etc/passwd")}, "refused", State.REFUSED_SCHEME),
    WebScene("TLS, in order", {"/a": page(_html("Safe"))}, "captured", State.OK, "good", True),
    WebScene("TLS, self-signed", {"/a": page(_html("Mine"))}, "captured", State.OK, "self-signed", False),
    WebScene("TLS, expired", {"/a": page(_html("Old"))}, "captured", State.OK, "expired", False),
    WebScene("TLS, another's name", {"/a": page(_html("Other"))}, "captured", State.OK, "wrong host", False),
    WebScene("TLS, answered in plain HTTP", {"/a": NOTHING}, "failed", State.TLS_ERROR, "plain"),
)


@dataclass(frozen=True, slots=True)
class States:
    """The scenes being played: the URL of each, what connects the program to them, and a server that nobody may reach."""

    urls: dict[str, str]  # title -> URL, for both kinds
    connect_to: dict[str, str]
    sentinel: LoopbackServer


def post_url(number: int) -> str:
    """Return the address of an X scene's post."""
    identifier = FUTURE if X_SCENES[number].state is State.INVALID_ID else 1549651495053934001 + number
    return f"https://twitter.com/someone/status/{identifier}"


@contextmanager
def played(authority: trustme.CA) -> Iterator[States]:
    """Play every scene while the block runs."""
    plain, sentinel = LoopbackServer(), LoopbackServer()
    secure = {kind: LoopbackServer(tls=_context(kind, authority)) for kind in ("good", "self-signed", "expired", "wrong host")}
    servers = {"": plain, "plain": plain} | secure
    good = secure["good"]
    with ExitStack() as stack:
        stack.enter_context(running(sentinel, plain, *secure.values()))
        urls, connect_to = {}, {"*:80": f"127.0.0.1:{plain.port}", "*:443": f"127.0.0.1:{good.port}"}
        for number, web in enumerate(WEB_SCENES):
            host, server = f"scene-{number}.test", servers[web.tls]
            urls[web.title] = f"{'https' if web.tls else 'http'}://{host}{next(iter(web.answers))}"
            port = stack.enter_context(_deaf()) if web.tls == "plain" else server.port
            connect_to[f"{host}:{443 if web.tls else 80}"] = f"127.0.0.1:{port}"
            server.routes |= {(host, path): _filled(answer, sentinel.port) for path, answer in web.answers.items()}
        for number, post in enumerate(X_SCENES):
            urls[post.title] = post_url(number)
        good.routes["cdn.syndication.twimg.com", "/tweet-result"] = lambda request: _told(request, "id", lambda post: post.syndication)
        good.routes["publish.x.com", "/oembed"] = lambda request: _told(request, "url", lambda post: post.oembed)
        good.routes["web.archive.org", "/cdx/search/cdx"] = page(b"[]", media_type="application/json")
        yield States(urls, connect_to, sentinel)


@contextmanager
def _deaf() -> Iterator[int]:
    """Run a server that knows no TLS and complains in plain HTTP, as web servers do on the wrong port; yield its port."""

    class Complaint(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(4096)
            self.request.sendall(page(b"plain HTTP only", "400 Bad Request"))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Complaint) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def _told(request: Request, parameter: str, endpoint: Callable[[XScene], bytes]) -> bytes:
    asked = parse_qs(request.query)[parameter][0].rpartition("/")[2]
    return next((endpoint(post) for number, post in enumerate(X_SCENES) if post_url(number).endswith(f"/{asked}")), NOTHING)


def _filled(answer: Answer, port: int) -> Answer:
    return page(b"", "302 Found", headers=[("Location", f"http://127.0.0.1:{port}/")]) if answer is _to_sentinel else answer


def _context(kind: str, authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    scenes = [f"scene-{number}.test" for number in range(len(WEB_SCENES))]  # "*.test" is too wide for OpenSSL
    names = [*scenes, "*.twimg.com", "cdn.syndication.twimg.com", "*.x.com", "x.com", "twitter.com", "web.archive.org"]
    issuer = trustme.CA() if kind == "self-signed" else authority
    names = ["somebody-else.example"] if kind == "wrong host" else names
    past = datetime.now(UTC) - timedelta(days=1) if kind == "expired" else None
    issuer.issue_cert(*names, not_after=past).configure_cert(context)
    return context


def article(states: States) -> str:
    """Return an article that cites every scene: the pages as links, the posts as embeds."""
    parts = [f'<p>The scene "{web.title}" is <a href="{states.urls[web.title]}">a page</a>.</p>' for web in WEB_SCENES]
    for number, post in enumerate(X_SCENES):
        link = f'<a href="{post_url(number)}">July 20, 2022</a>'
        parts.append(
            f'<p>{post.title}</p><blockquote class="twitter-tweet"><p lang="en">{WORDS}</p>— Some One (@someone) {link}</blockquote>'
        )
    return f'<!doctype html><html lang="en"><head><title>Every state</title></head><body><article>{"".join(parts)}</article></body></html>'


def config(states: States, bundle: Path) -> str:
    """Return the configuration that sends the program to the scenes."""
    pairs = ", ".join(f'"{source}" = "{target}"' for source, target in states.connect_to.items())
    limits = f'attempts = 1\ndeadline = {DEADLINE}\nper_host = {{ connections = 4, interval = 0 }}\nca_bundle = "{bundle}"'
    return f"[network]\n{limits}\nconnect_to = {{ {pairs} }}\n"
