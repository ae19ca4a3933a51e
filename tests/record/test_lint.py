"""The lint speaks of what the validators let pass."""

from __future__ import annotations

import pytest

from archiver.record import lint

SHA1 = "sha1:" + "A" * 32
GOOD = {
    "WARC-Type": "response",
    "WARC-Record-ID": "<urn:uuid:11111111-1111-4111-8111-111111111111>",
    "WARC-Date": "2026-03-04T05:06:07.890123Z",
    "WARC-Target-URI": "https://one.test/",
    "WARC-Concurrent-To": "<urn:uuid:21111111-1111-4111-8111-111111111111>",
    "WARC-Payload-Digest": SHA1,
    "WARC-Block-Digest": SHA1,
    "Content-Type": "application/http;msgtype=response",
    "Content-Length": "12",
}


def header(changed: dict[str, str | None] | None = None, extra: bytes = b"") -> bytes:
    fields = {name: value for name, value in (GOOD | (changed or {})).items() if value is not None}
    return b"WARC/1.1" + b"".join(f"\r\n{name}: {value}".encode() for name, value in fields.items()) + extra


def test_good_header_has_no_fault() -> None:
    assert lint.faults(header()) == []
    assert lint.faults(header(extra=b"\r\nWARC-Protocol: h2\r\nWARC-Protocol: tls/1.3\r\nX-Unknown: \xff")) == []


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (b"\r\nWARC-Target-URI: http://victim.test/", "2 WARC-Target-URI"),
        (b"\r\nwarc-type: resource", "2 WARC-Type"),
        (b"\r\nno field at all", "no field"),
        (b"\r\nX Y: 1", "no field"),
        (b"\r\n folded", "no field"),
        (b"\r\nX-A: a\nWARC-Type: b", "control character"),
        (b"\r\nX-A: a\x00b", "control character"),
        (b"\r\nWARC-Filename: x", "WARC-Filename, which a response must not have"),
        (b"\r\nWARC-Refers-To: <urn:x:1>", "WARC-Refers-To, which a response must not have"),
        (b"\r\nWARC-Profile: urn:x:1", "WARC-Profile, which"),
        (b"\r\nWARC-Truncated: because", "bad WARC-Truncated"),
        (b"\r\nWARC-IP-Address: example.org", "bad WARC-IP-Address"),
    ],
)
def test_what_is_too_much(extra: bytes, said: str) -> None:
    assert any(said in fault for fault in lint.faults(header(extra=extra)))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"WARC-Record-ID": None}, "no WARC-Record-ID"),
        ({"WARC-Target-URI": None}, "no WARC-Target-URI"),
        ({"WARC-Block-Digest": None}, "no WARC-Block-Digest"),
        ({"Content-Length": "1e3"}, "bad Content-Length"),
        ({"Content-Length": "-1"}, "bad Content-Length"),
        ({"WARC-Date": "2026-03-04 05:06:07"}, "bad WARC-Date"),
        ({"WARC-Target-URI": "https://one.test/قصة"}, "bad WARC-Target-URI"),
        ({"WARC-Target-URI": "<https://one.test/>"}, "bad WARC-Target-URI"),
        ({"WARC-Record-ID": "urn:uuid:1"}, "bad WARC-Record-ID"),
        ({"WARC-Block-Digest": "sha256:" + "A" * 64}, "bad WARC-Block-Digest"),
        ({"WARC-Block-Digest": "sha1:" + "a" * 32}, "bad WARC-Block-Digest"),
        ({"WARC-Type": "metadata"}, "WARC-Payload-Digest, which a metadata must not have"),
        ({"WARC-Type": "conversion"}, "WARC-Concurrent-To, which a conversion must not have"),
        ({"WARC-Type": "revisit"}, "no WARC-Refers-To-Date"),
        ({"WARC-Type": "warcinfo"}, "no WARC-Filename"),
        ({"WARC-Type": "invention"}, "bad WARC-Type"),
    ],
)
def test_what_is_missing_or_misplaced(changed: dict[str, str | None], said: str) -> None:
    assert any(said in fault for fault in lint.faults(header(changed)))


def test_other_versions_are_named() -> None:
    assert lint.faults(header().replace(b"WARC/1.1", b"WARC/0.9"))
