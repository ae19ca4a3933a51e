"""A scene: one cited post, what every endpoint answers when it is asked for, and what must come of it in the manifest's words.

Answers have the statuses, fields and element names that the platforms were documented or seen to use; all words in them are ours. Keys of
`answers` are the addresses as they must be asked, so a request for another address finds nothing: a query in a key names the parameters
that must be there, whatever else is. A key that begins with `activity ` answers those who accept `application/activity+json`.
"""

from __future__ import annotations

import html as markup
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from archiver.citation.platform import State
from archiver.service.demo.server import page

FILES = "files.small-web.test"  # every path on it is a picture, those under /missing/ are not there
WORDS = "Two ferries & one pier, in the fog of a long morning"
ARABIC = "وصلت العبّارتان إلى الرصيف في ضباب صباح طويل"
HEBREW = "שתי מעבורות הגיעו לרציף בערפל של בוקר ארוך"


@dataclass(frozen=True, slots=True)
class Scene:
    """One post. `markup` is how the article shows it, a link where empty; `says` are words that its telling must have.

    `media` are paths on FILES that must be in the archive; `verdict` is that of claims against capture; `facts` are fields of the told post.
    """

    title: str
    url: str
    answers: Mapping[str, bytes]
    outcome: str
    state: State
    markup: str = ""
    says: str | None = None
    media: tuple[str, ...] = ()
    verdict: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that are asked."""
        return frozenset(urlsplit(f"https://{address.removeprefix('activity ')}").hostname or "" for address in self.answers)

    @property
    def is_busy(self) -> bool:
        """Tell whether it shuts its hosts for those who come after it."""
        refusing = (b"HTTP/1.1 429", b"HTTP/1.1 503", b"HTTP/1.1 420", b"HTTP/1.1 999", b"HTTP/1.1 508")
        return self.state is State.RATE_LIMITED or any(answer.startswith(refusing) for answer in self.answers.values())


def captured(title: str, url: str, answers: Mapping[str, bytes], **more: Any) -> Scene:
    """Return a scene whose post is captured whole."""
    return Scene(title, url, answers, "captured", State.OK, **more)


def partial(title: str, url: str, answers: Mapping[str, bytes], **more: Any) -> Scene:
    """Return a scene whose post is captured in part."""
    return Scene(title, url, answers, "partial", State.OK_PARTIAL, **more)


def unavailable(title: str, url: str, answers: Mapping[str, bytes], state: State, **more: Any) -> Scene:
    """Return a scene whose post cannot be had, as its platform says."""
    return Scene(title, url, answers, "unavailable", state, **more)


def failed(title: str, url: str, answers: Mapping[str, bytes], state: State, **more: Any) -> Scene:
    """Return a scene that is about us or the way there, and is tried again."""
    return Scene(title, url, answers, "failed", state, **more)


def js(data: Any, status: str = "200 OK", media_type: str = "application/json") -> bytes:
    """Return an answer in JSON."""
    return page(json.dumps(data, ensure_ascii=False), status, media_type)


def doc(title: str = "", body: str = "<p>Enough words to be a page.</p>", status: str = "200 OK", **meta: str) -> bytes:
    """Return an answer that is a page; `meta` are properties of its head, `og_url` for `og:url`; `canonical` is its link."""
    head = "".join(
        f'<meta property="{name.replace("_", ":", 1)}" content="{markup.escape(value)}">'
        for name, value in meta.items()
        if name != "canonical"
    )
    link = f'<link rel="canonical" href="{meta["canonical"]}">' if "canonical" in meta else ""
    said = f"<title>{markup.escape(title)}</title>" if title else ""
    return page(f'<!doctype html><html lang="en"><head><meta charset="utf-8">{said}{link}{head}</head><body>{body}</body></html>', status)


def file(path: str) -> str:
    """Return the address of a picture or film on FILES."""
    return f"https://{FILES}/{path}"


NOTHING = page(b"", "404 Not Found", "text/plain")
BROKEN = page(b"", "500 Internal Server Error", "text/plain")
BUSY = page(b"Too Many Requests", "429 Too Many Requests", "text/plain", [("Retry-After", "900")])
CHALLENGE = page(
    '<!doctype html><title>Just a moment...</title><div id="challenge-error-text"></div>',
    "403 Forbidden",
    headers=[("cf-mitigated", "challenge")],
)
SHELL = page('<!doctype html><html><head><title></title></head><body><div id="root"></div><script src="/app.js"></script></body></html>')
