r"""Assembly: a tape becomes exchanges, each with the request and the answer as they were seen, and what is not whole marked.

**Answers.** The head is `headersText`, the text that the network stack received: order, case, Set-Cookie as they came. Chromium joins
folded lines, and drops a byte above 127 that is no UTF-8 with what follows it; such a line is put back from the list of headers, where it
stands in Latin-1. HTTP/2 has no text: there the head is written from the list, with `HTTP/1.1` in the status line, since no reader of WARC
knows another, and `WARC-Protocol` says `h2`. The body comes with its content coding taken off; `framing` is then `decoded`, and the
record's head says so (R10).

**Requests.** Method, target and every header as sent, bodies included where the browser tells their bytes. The protocol sorts the headers
by name; Host and Connection are put first again, the order of the others is not known. HTTP/2's pseudo-headers become the request line and
Host.

**Whole or marked** (R6). A body is whole when it has the bytes that the renderer was told of. Redirects with a body, bodies given up, and
those of which bytes passed by before they could be read are `WARC-Truncated`; whoever drives refetches them. A 206 of a film is no
exchange of its own: every browser asks for a beginning, an end and the middle, and breaks off (R7). Those are `fragments`: to be had whole
elsewhere.
"""

from __future__ import annotations

import base64
import logging
import re
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from archiver import url as urls
from archiver.citation.platform import State
from archiver.fetch import head as heads
from archiver.fetch.browser.egress import Failure
from archiver.fetch.browser.tape import Pause, Request, Said, Step, Tape
from archiver.fetch.exchange import Exchange, Tls, Wire

log = logging.getLogger(__name__)
CODED = "decoded"
INNER = "Non-Authoritative-Reason"  # a redirect that the browser made itself
FIRST = ("host", "connection")
# What a request ends with whose server stopped in the middle of a body. Chromium hands over what came of it as if it were all.
BROKEN = re.compile(r"net::ERR_(CONTENT_LENGTH_MISMATCH|INCOMPLETE_|CONNECTION_|HTTP2_|EMPTY_RESPONSE)")
SECRET = frozenset({"cookie", "set-cookie", "authorization", "proxy-authorization"})
ERRORS = {
    "net::ERR_NAME_NOT_RESOLVED": State.DNS_ERROR,
    "net::ERR_TIMED_OUT": State.TIMEOUT,
    "net::ERR_CONNECTION_TIMED_OUT": State.TIMEOUT,
    "net::ERR_TOO_MANY_REDIRECTS": State.REDIRECT_LOOP,
    "net::ERR_INVALID_HTTP_RESPONSE": State.UNREADABLE,
    "net::ERR_CONTENT_DECODING_FAILED": State.UNREADABLE,
    "net::ERR_UNKNOWN_URL_SCHEME": State.REFUSED_SCHEME,
}


@dataclass(frozen=True, slots=True)
class Wayside:
    """What stands beside the browser and knows what it does not: where connections went, why they failed, whose certificates were shown."""

    address: Callable[[str, int], str | None]
    failure: Callable[[str, int], Failure | None]
    certificates: Mapping[str, Tls]  # by origin
    secrets: bool = True  # whether cookies and credentials are written down


@dataclass(slots=True)
class Seen:
    """One exchange, and what the page wanted of it: CDP's resource type, and the id of its chain.

    `listed` where the network's own words were not told: the heads are then what the browser lists, without Set-Cookie.
    """

    exchange: Exchange
    kind: str
    chain: str
    listed: bool = False


@dataclass(slots=True)
class Assembled:
    """What a tape came to. `fragments` are URLs of media that came in parts only, `cut` those of other answers that are not whole."""

    seen: list[Seen] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    inner: int = 0


def assemble(tape: Tape, beside: Wayside) -> Assembled:
    """Put a tape's pieces together; its bodies belong to the exchanges afterwards."""
    made = Assembled(inner=tape.inner)
    for request in tape.requests.values():
        for step, pause, sent, received in _joined(request):
            if not _over_the_wire(step, received, request):
                made.inner += 1
                continue
            last = step is request.steps[-1]
            if received is not None and received["statusCode"] == 206 and request.kind == "Media":
                made.fragments.append(urls.without_fragment(step.asked["request"]["url"]))
                continue
            exchange = _exchange(request, step, pause, sent, received, beside, last=last)
            made.seen.append(Seen(exchange, request.kind, request.id, listed=received is None and exchange.status is not None))
            if exchange.truncated and exchange.method == "GET" and exchange.status and 200 <= exchange.status < 300 and not request.endless:
                made.cut.append(exchange.url)
    made.fragments = list(dict.fromkeys(made.fragments))
    made.seen.sort(key=lambda one: one.exchange.started)
    return made


def _joined(request: Request) -> Iterator[tuple[Step, Pause | None, Said | None, Said | None]]:
    """Yield each hop with the pause and the extra information that are its own: in order, statuses and URLs agreeing."""
    pauses, sent, received = list(request.pauses), list(request.sent), list(request.received)
    for step in request.steps:
        status = step.answered["status"] if step.answered else None
        url = step.asked["request"]["url"]
        pause = _taken(pauses, partial(_is_of, url, status))
        if status is None and pause is not None:
            status = pause.said.get("responseStatusCode")
        said = _taken(received, partial(_has_status, status))
        yield step, pause, (sent.pop(0) if sent else None), said


def _is_of(url: str, status: int | None, pause: Pause) -> bool:
    """Tell whether a pause is that of a hop; one that the browser gave up and asked again has no status."""
    said = pause.said.get("responseStatusCode")
    return urls.without_fragment(pause.said["request"]["url"]) == urls.without_fragment(url) and (status is None or said == status)


def _has_status(status: int | None, received: Said) -> bool:
    return status is None or received["statusCode"] == status


def _taken(waiting: list[Any], fits: Callable[[Any], bool]) -> Any:
    """Take the first that fits, and all before it, which belong to nothing that is known."""
    for number, one in enumerate(waiting):
        if fits(one):
            del waiting[: number + 1]
            return one
    return None


def _over_the_wire(step: Step, received: Said | None, request: Request) -> bool:
    asked = step.asked["request"]
    if not asked["url"].startswith(("http:", "https:")):
        return False
    answered = step.answered or {}
    if received is None and (answered.get("fromServiceWorker") or answered.get("fromDiskCache") or request.cached):
        return False
    return not (received is None and any(name.lower() == INNER.lower() for name in answered.get("headers", {})))


def _exchange(
    request: Request, step: Step, pause: Pause | None, sent: Said | None, received: Said | None, beside: Wayside, *, last: bool
) -> Exchange:
    asked = step.asked["request"]
    url = urls.without_fragment(urls.resolve(asked["url"]) or asked["url"])
    exchange = Exchange(url, asked["method"], datetime.fromtimestamp(step.asked["wallTime"], UTC))
    log.debug("browser: %s %s", exchange.method, url)
    exchange.request = _request(asked, url, sent, pause, beside)
    exchange.port = urls.port(url)
    exchange.ip = beside.address(urls.host(url), exchange.port)
    exchange.tls = beside.certificates.get(urls.origin(url))
    said = _head(step, pause, received, beside)
    if said is None:
        return _failed(exchange, request, beside)
    protocol = str((step.answered or {}).get("protocol", ""))
    exchange.protocol = protocol if protocol and not protocol.startswith("http/") else None
    body, exchange.truncated = _body(request, pause, exchange, last=last)
    exchange.wire.append(said)
    exchange.head_end = exchange.wire.length
    read = heads.read(said)
    exchange.status, exchange.reason, exchange.headers = read.status, read.reason, read.headers
    if body is not None:
        _append(exchange, body)
    exchange.segments = array("Q", [exchange.head_end, exchange.wire.length])
    exchange.framing = _framing(exchange)
    if exchange.truncated is None and last and request.length and exchange.body_length != request.length and exchange.status != 304:
        exchange.truncated = "unspecified"
    return exchange


def _append(exchange: Exchange, body: Wire) -> None:
    for at in range(0, body.length, 1 << 18):
        exchange.wire.append(body.read(at, at + (1 << 18)))
    body.close()


def _request(asked: Said, url: str, sent: Said | None, pause: Pause | None, beside: Wayside) -> bytes:
    """Return the request as HTTP/1.1 would write it; empty where nothing says that one was sent.

    Of a service worker's script, and of what shared workers ask for, Chromium tells nothing of the network's words (never, in any session):
    those requests are written from what the browser meant to send, without cookies, of which it shows those of a later time.
    """
    said = sent or (pause.said["request"] if pause and "responseStatusCode" in pause.said else None)
    if said is None:
        return b""
    told = beside.secrets and sent is not None
    headers = {name: value for name, value in said["headers"].items() if name[0] != ":" and (told or name.lower() not in SECRET)}
    if not any(name.lower() == "host" for name in headers):
        headers["Host"] = said["headers"].get(":authority", urls.origin(url).partition("://")[2])
    ordered = sorted(headers.items(), key=lambda one: FIRST.index(one[0].lower()) if one[0].lower() in FIRST else len(FIRST))
    lines = [f"{name}: {value}" for name, value in ordered]
    target = url[url.index("/", url.index("://") + 3) :]
    head = "\r\n".join([f"{asked['method']} {target} HTTP/1.1", *lines, "", ""])
    entries = ((pause.said["request"] if pause else None) or asked).get("postDataEntries") or asked.get("postDataEntries") or []
    body = b"".join(base64.b64decode(entry["bytes"]) for entry in entries if "bytes" in entry)
    return _bytes(head) + body


def _head(step: Step, pause: Pause | None, received: Said | None, beside: Wayside) -> bytes | None:
    """Return the answer's head with its blank line; None where no answer came."""
    if received is not None:
        text = received.get("headersText", "")
        raw = (
            _repaired(text, received["headers"]) if text.startswith("HTTP/") else _written(received["statusCode"], "", received["headers"])
        )
    elif pause is not None and "responseStatusCode" in pause.said:
        fields = [(one["name"], one["value"]) for one in pause.said.get("responseHeaders", ())]
        raw = _lines(pause.said["responseStatusCode"], pause.said.get("responseStatusText", ""), fields)
    elif step.answered is not None and step.answered.get("status"):
        raw = _written(step.answered["status"], step.answered.get("statusText", ""), step.answered["headers"])
    else:
        return None
    return raw if beside.secrets else _without_secrets(raw)


def _repaired(text: str, listed: Mapping[str, str]) -> bytes:
    """Return the text of a head; where it has lost bytes, its lines in their order with the values that the list has, in Latin-1."""
    values = [(name, one) for name, value in listed.items() for one in value.split("\n")]
    if all(value.isascii() for _, value in values):
        return _bytes(text.rstrip("\r\n") + "\r\n\r\n")
    status, _, rest = text.partition("\r\n")
    found: list[tuple[int, bytes]] = []
    after: dict[str, int] = {}
    for name, value in values:
        at = after[name] = rest.find(f"{name}:", after.get(name, -1) + 1)
        found.append((at if at >= 0 else len(rest), _bytes(name) + b": " + value.encode("latin-1", "replace")))
    return b"\r\n".join([_bytes(status), *(line for _, line in sorted(found, key=lambda one: one[0])), b"", b""])


def _written(status: int, reason: str, listed: Mapping[str, str]) -> bytes:
    fields = [(name, one) for name, value in listed.items() if not name.startswith(":") for one in value.split("\n")]
    return _lines(status, reason, fields)


def _lines(status: int, reason: str, fields: list[tuple[str, str]]) -> bytes:
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in fields), "", ""]
    return _bytes("\r\n".join(lines))


def _without_secrets(raw: bytes) -> bytes:
    """Return a head whose Set-Cookie lines say only that they were left out: those of a person's own profile open a person's account."""
    lines = raw.split(b"\r\n")
    secret = [line.partition(b":")[0].strip().lower().decode("latin-1") in SECRET for line in lines]
    return b"\r\n".join(
        b"X-Archive-Left-Out: " + line.partition(b":")[0] if hide else line for line, hide in zip(lines, secret, strict=True)
    )


def _body(request: Request, pause: Pause | None, exchange: Exchange, *, last: bool) -> tuple[Wire | None, str | None]:
    """Return the body that was taken, and WARC's word where it is not all that was sent."""
    if pause is not None and pause.body is not None:
        return pause.body, pause.missing or ("disconnect" if _broken(pause, pause.body, request, last=last) else None)
    if last and request.streamed is not None:
        broken = request.failure is not None or not request.finished
        return request.streamed, ("disconnect" if request.failure else "time") if broken else None
    missing = pause.missing if pause is not None else None
    if missing is None and exchange.method != "HEAD" and _promises_body(pause, request, last=last):
        missing = "unspecified"
    return None, missing


def _broken(pause: Pause, body: Wire, request: Request, *, last: bool) -> bool:
    """Tell whether a body stopped short: the request's end says so, or the length that its head gives. A reset has no error of its own."""
    if last and BROKEN.match(str((request.failure or {}).get("errorText", ""))):
        return True
    said = {one["name"].lower(): one["value"].strip() for one in pause.said.get("responseHeaders", ())}
    coded = said.get("content-encoding", "identity").lower() not in ("", "identity") or "transfer-encoding" in said
    length = said.get("content-length", "")
    return not coded and length.isdecimal() and body.length < int(length)


def _promises_body(pause: Pause | None, request: Request, *, last: bool) -> bool:
    """Tell whether an answer whose body was not taken says that it has one."""
    said = {}
    if pause is not None:
        said = {one["name"].lower(): one["value"] for one in pause.said.get("responseHeaders", ())}
        if pause.said.get("responseStatusCode") in (204, 304):
            return False
    elif last and request.received:
        said = {name.lower(): value for name, value in request.received[-1]["headers"].items()}
        if request.received[-1]["statusCode"] in (204, 304):
            return False
    return said.get("content-length", "0") != "0" or "transfer-encoding" in said


def _framing(exchange: Exchange) -> str:
    """Return how the wire's body relates to its head: as it says, without chunks, or without content coding too."""
    names = {name.lower(): value.strip().lower() for name, value in exchange.headers}
    if exchange.body_length and names.get("content-encoding", "identity") not in ("", "identity"):
        return CODED
    if "transfer-encoding" in names:
        return "chunked"
    length = names.get("content-length")
    if exchange.body_length and length is not None and length != str(exchange.body_length) and exchange.truncated is None:
        return CODED
    return "length" if exchange.body_length else "none"


def _failed(exchange: Exchange, request: Request, beside: Wayside) -> Exchange:
    """Say why no answer came: the egress knows it better than the browser."""
    failure = beside.failure(urls.host(exchange.url), urls.port(exchange.url))
    text = str((request.failure or {}).get("errorText", ""))
    if failure is not None and "SOCKS" in text:
        exchange.error, exchange.error_text = failure.state.value, failure.text
    elif not request.finished:
        exchange.error, exchange.error_text = State.TIMEOUT.value, "no answer while the page was open"
    else:
        why = (request.failure or {}).get("blockedReason") or (request.failure or {}).get("corsErrorStatus", {}).get("corsError")
        state = ERRORS.get(text, State.TLS_ERROR if "_SSL_" in text or "_CERT_" in text else State.DISCONNECTED)
        exchange.error, exchange.error_text = state.value, f"{text or 'no answer'}{f' ({why})' if why else ''}"
    return exchange


def _bytes(text: str) -> bytes:
    """Return a head's text as it was on the wire: UTF-8 where it was (the protocol shows it so), else Latin-1."""
    return text.encode("utf8", "replace")
