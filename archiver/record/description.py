"""Description: a capture as the contract's JSON, and what of the wire its record blocks leave out.

The JSON says everything that was learnt, in one place, so that the manifest needs no other source: attempts and waits, addresses, TLS,
verdict, the normalised post. What the block of a response leaves out of the wire (interim answers, trailers, chunk extensions, bytes after
the end) stands here in base64, up to 64 KiB of each; so nothing that a server said is only nearly kept.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import asdict
from typing import Any

from archiver.fetch.capture import Attempt, Capture
from archiver.fetch.exchange import Exchange, Tls
from archiver.record import block
from archiver.record.layout import stamp

KEPT = 64 << 10  # bytes of each kind of wire remainder


def capture(made: Capture) -> dict[str, Any]:
    """Return the contract's Capture object without `records`, which the writer adds."""
    last, target = made.exchange, made.target
    answered = last is not None and last.status is not None
    return {
        "url": target.url,
        "tier": target.tier,
        "role": target.role,
        "purpose": target.purpose,
        "proof": target.proof,
        "started": stamp(made.started),
        "finished": stamp(made.finished),
        "status": last.status if last else None,
        "final_url": last.url if last and answered else None,
        "redirects": list(made.redirects),
        "media_type": block.media_type(last.head) if last and answered else None,
        "title": made.page.title if made.page else None,
        "state": str(made.state),
        "reason": made.reason,
        "attempts": [attempt(one) for one in made.attempts],
        "ip": last.ip if last else None,
        "tls": tls(last.tls) if last and last.tls else None,
        "truncated": last.truncated if last else None,
        "memento": asdict(made.memento) if made.memento else None,
        "post": made.post.as_json() if made.post else None,
        "page": asdict(made.page) if made.page else None,
        "retry_after": stamp(made.retry_after) if made.retry_after else None,
        "cited_by": list(made.cited_by),
        "parent": made.parent,
        "notes": dict(made.notes),
    }


def attempt(made: Attempt) -> dict[str, Any]:
    """Return one try: when, what was waited before it and why, and the answer's status or the failure's word."""
    return {
        "started": stamp(made.started),
        "status": made.last.status if made.last and made.error is None else None,
        "error": made.error,
        "waited": round(made.waited, 3),
        "why": made.why,
    }


def tls(made: Tls) -> dict[str, Any]:
    """Return how an answer was protected; the certificate itself stands in a record of its own, once per snapshot."""
    return {
        "protocol": made.protocol,
        "cipher": made.cipher,
        "verified": made.verified,
        "failure": made.failure,
        "certificate_sha256": hashlib.sha256(made.certificate).hexdigest(),
    }


def exchange(made: Exchange, request: str | None, response: str | None) -> dict[str, Any]:
    """Return what is known of one exchange beside its records, whose ids are given. Only what there is: no empty fields."""
    known: dict[str, Any] = {
        "url": made.url,
        "method": made.method,
        "request": request,
        "response": response,
        "started": stamp(made.started),
        "first_byte": made.first_byte and round(made.first_byte, 6),
        "seconds": round(made.seconds, 6),
        "ip": made.ip,
        "port": made.port,
        "status": made.status,
        "framing": made.framing,
        "tls": tls(made.tls) if made.tls else None,
        "truncated": made.truncated,
        "malformed": made.malformed,
        "error": made.error,
        "error_text": made.error_text,
    }
    if response is not None and (found := block.response(made)) and found.content_type == block.HTTP_RESPONSE:
        known |= remainder(made)
    return {key: value for key, value in known.items() if value is not None}


def remainder(made: Exchange) -> dict[str, Any]:
    """Return, in base64, what the wire held beside the final head, the body and plain chunk framing."""
    found = {
        "interim": made.interim,
        "trailers": made.trailers,
        "chunk_extensions": _extensions(made) if made.framing == "chunked" else b"",
        "after": _after(made) if made.framing in ("length", "none") else b"",
    }
    return {key: base64.b64encode(data[:KEPT]).decode() for key, data in found.items() if data}


def _extensions(made: Exchange) -> bytes:
    """Return the chunk-size lines, as received, of a body whose lines say more than sizes."""
    ends = [made.head_end, *made.segments[1::2]]
    lines, length = [], 0
    for start, end in zip(ends, made.segments[::2], strict=False):
        lines.append(made.wire.read(start, min(end, start + 8192)).strip(b"\r\n"))
        length += len(lines[-1])
        if length > KEPT:
            break
    return b"\r\n".join(lines) if any(b";" in line for line in lines) else b""


def _after(made: Exchange) -> bytes:
    """Return what came after the end of a message whose length was said."""
    end = made.segments[-1] if made.segments else made.head_end
    return made.wire.read(end, min(made.wire.length, end + KEPT)) if made.head_end else b""
