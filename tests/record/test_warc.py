"""What is written is what was said, in a form that every reader understands; judged by readers that others wrote."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archiver.citation.platform import Page
from archiver.record import block, draft, lint, manifest, warc
from archiver.record.warc import streaming
from archiver.record.writer.filing import filed
from tests.record import made

FOREIGN = HealthCheck.too_slow


def members(path: Path) -> list[tuple[dict[str, str], bytes, bytes]]:
    """Return fields, raw header and block of every record, read by gzip and by hand."""
    found = []
    for file in sorted((path / "archive").iterdir()):
        for record in made.split(file.read_bytes()):
            raw, _, rest = record.partition(b"\r\n\r\n")
            assert rest.endswith(b"\r\n\r\n")
            found.append((dict(line.split(": ", 1) for line in raw.decode().split("\r\n")[1:]), raw, rest[:-4]))
    return found


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.full(tmp_path_factory.mktemp("store"))


def test_validators_accept_every_kind_of_record(tmp_path: Path) -> None:
    path = made.full(tmp_path, revisits=False)
    kinds = {fields["WARC-Type"] for fields, _, _ in members(path)}
    assert kinds == {"warcinfo", "request", "response", "metadata", "resource", "conversion"}
    assert made.judges(next((path / "archive").iterdir())) == {"gzip": 0, "warcio": 0, "fastwarc": 0, "warcat": 0}


HEADS = st.sampled_from([b"", b"HTTP/1.1 200 OK\r\nA: \xff\r\n b\r\n\r\n"])


@given(st.sampled_from(["request", "response", "metadata", "resource"]), HEADS, st.binary(max_size=300), st.integers(0, 700), st.booleans())
def test_a_record_is_put_together_as_warcio_does(kind: str, head: bytes, data: bytes, times: int, stored: bool) -> None:
    record = warc.Record(kind, "2026-01-02T03:04:05.000006Z", "a/b", "https://a.test/\u0639 <", head=head, data=data * times)
    record.length, record.fields = len(record.data), [("WARC-Concurrent-To", record.id)]
    record.digest().stored = stored
    streamed: list[bytes] = []
    streaming.serialise(record, streamed.append)
    mine = warc.press(record).data
    assert mine is not None
    assert gzip.decompress(mine) == gzip.decompress(b"".join(streamed))


def test_revisit_is_what_the_standard_wants(snapshot: Path) -> None:
    found = members(snapshot)
    revisit, _, said = next(one for one in found if one[0]["WARC-Type"] == "revisit")
    origin = next(fields for fields, _, _ in found if fields["WARC-Record-ID"] == revisit["WARC-Refers-To"])
    assert origin["WARC-Type"] == "response"
    assert revisit["WARC-Refers-To-Target-URI"] == origin["WARC-Target-URI"] == "https://one.test/new"
    assert revisit["WARC-Refers-To-Date"] == origin["WARC-Date"]
    assert revisit["WARC-Payload-Digest"] == origin["WARC-Payload-Digest"]
    assert revisit["WARC-Profile"].endswith("/1.1/revisit/identical-payload-digest")
    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert said.endswith(b"\r\n\r\n")
    # fastwarc and warcat hash the absent payload of a revisit; the profile demands the digest all the same.
    assert {k: v for k, v in made.judges(next((snapshot / "archive").iterdir())).items() if k in ("gzip", "warcio")} == {
        "gzip": 0,
        "warcio": 0,
    }


def test_no_header_has_a_fault(snapshot: Path) -> None:
    assert [fault for _, raw, _ in members(snapshot) for fault in lint.faults(raw)] == []


def test_requests_and_heads_stand_byte_for_byte(snapshot: Path) -> None:
    by_uri = {(fields["WARC-Type"], fields.get("WARC-Target-URI")): said for fields, _, said in members(snapshot)}
    assert by_uri["request", "https://one.test/new"] == made.exchange("x", b"").request
    assert by_uri["response", "https://one.test/new"] == made.page("x").wire.read(0, 9999)
    chunked = by_uri["response", "https://one.test/chunked"]
    assert chunked == (
        b"HTTP/1.1 200 OK\r\nX-Archive-Orig-Transfer-Encoding: chunked\r\nX-Latin: caf\xe9\r\nX-Fold: a\r\n  b\r\n"
        b"Content-Length: 3050\r\n\r\n" + b"a" * 3000 + b"b" * 50
    )


def test_malformed_answers_stand_byte_for_byte(snapshot: Path) -> None:
    said = {fields["WARC-Target-URI"]: (fields, data) for fields, _, data in members(snapshot) if fields["WARC-Type"] == "response"}
    for one in made.malformed().values():
        fields, data = said[one.url]
        assert data == one.wire.read(0, one.wire.length), one.url
        assert fields["Content-Type"] == "application/octet-stream"
        assert "WARC-Payload-Digest" not in fields


def test_records_of_one_exchange_belong_together(snapshot: Path) -> None:
    found = [fields for fields, _, _ in members(snapshot)]
    by_id = {fields["WARC-Record-ID"]: fields for fields in found}
    for request in (fields for fields in found if fields["WARC-Type"] == "request" and "WARC-Concurrent-To" in fields):
        answer = by_id[request["WARC-Concurrent-To"]]
        assert answer["WARC-Date"] == request["WARC-Date"]
        assert answer["WARC-Target-URI"] == request["WARC-Target-URI"]
        assert answer["WARC-IP-Address"] == "192.0.2.7"
    secure = next(raw for fields, raw, _ in members(snapshot) if fields.get("WARC-Target-URI") == "https://one.test/new")
    assert re.findall(rb"WARC-(?:Protocol|Cipher-Suite): (.*)\r\n", secure) == [b"http/1.1", b"tls/1.3", b"TLS_AES_256_GCM_SHA384"]
    cut = next(fields for fields in found if fields.get("WARC-Target-URI") == "https://two.test/cut" and fields["WARC-Type"] == "response")
    assert cut["WARC-Truncated"] == "disconnect"


def test_metadata_keeps_what_the_blocks_leave_out(snapshot: Path) -> None:
    said = [json.loads(data) for fields, _, data in members(snapshot) if fields["WARC-Type"] == "metadata"]
    chunked = next(one for one in said if one["kind"] == manifest.CAPTURE and one["capture"]["url"].endswith("/chunked"))["exchanges"][0]
    assert base64.b64decode(chunked["interim"]) == b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    assert base64.b64decode(chunked["trailers"]) == b"X-Sum: 1\r\n"
    assert base64.b64decode(chunked["chunk_extensions"]) == b"bb8;n=1\r\n32;n=1"
    assert chunked["tls"]["certificate_sha256"] == hashlib.sha256(made.TLS.certificate).hexdigest()
    certificates = [data for fields, _, data in members(snapshot) if fields["Content-Type"] == "application/pkix-cert"]
    assert certificates == [made.TLS.certificate]


def test_bytes_after_the_end_are_kept() -> None:
    extra = made.page("https://one.test/", b"helloEXTRA")
    extra.segments[1] -= 5
    said = json.loads(filed(made.capture(extra)).records[-1].data)
    assert base64.b64decode(said["exchanges"][0]["after"]) == b"EXTRA"


def test_large_bodies_stream_and_digest_alike(tmp_path: Path) -> None:
    body = hashlib.sha512(b"seed").digest() * (warc.SMALL // 64 + 5000)
    snapshot = made.begin(tmp_path)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: video/mp4\r\n\r\n"
    big = made.exchange("https://one.test/film", head, chunks=(body[:1000], body[1000:]))
    stored = snapshot.add(made.capture(big)).result()
    read = snapshot.exchange(stored)
    assert read is not None
    assert b"".join(read.body()) == body
    path = snapshot.finish()
    assert stored["records"][0]["payload_sha256"] == hashlib.sha256(body).hexdigest()
    assert made.judges(next((path / "archive").iterdir())) == {"gzip": 0, "warcio": 0, "fastwarc": 0, "warcat": 0}


def test_compressed_bodies_are_stored_and_text_is_pressed() -> None:
    def length(kind: bytes, body: bytes) -> int:
        hop = draft.hop(made.page("https://one.test/", body, kind=kind))
        assert hop.response is not None
        pressed = warc.press(hop.response)
        assert gzip.decompress(pressed.data or b"").endswith(body + b"\r\n\r\n")
        return len(pressed.data or b"")

    noise = b"".join(hashlib.sha512(b"%d" % n).digest() for n in range(400))
    assert length(b"application/octet-stream", noise) < len(noise) + 1200
    assert length(b"text/plain", b"word " * 5000) < 2000
    assert length(b"image/jpeg", b"word " * 5000) > 25000  # taken at its word: stored


def test_digests_follow_the_grammar() -> None:
    hop = draft.hop(made.page("https://one.test/", b"hello"))
    assert hop.response is not None
    assert hop.response.payload_digest == "sha1:" + base64.b32encode(hashlib.sha1(b"hello").digest()).decode()
    assert hop.response.sha256 == hashlib.sha256(b"hello").hexdigest()


@pytest.mark.parametrize(
    ("head", "plain"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", True),
        (b"HTTP/1.1 200\r\nA: b\r\n\r\n", True),
        (b"HTTP/1.0 999 \r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\nA: b\n\n", False),
        (b"HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", False),
        (b"HTTP/1.1 20 OK\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nA: " + b"a" * 32000 + b"\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n", False),
        (b"", False),
    ],
)
def test_only_heads_that_all_readers_read_alike_are_plain(head: bytes, plain: bool) -> None:
    assert block.plain(head) is plain


def test_conflicting_length_beside_chunks_is_renamed_too() -> None:
    head = b"HTTP/1.1 200 OK\r\nCONTENT-length : 99\r\ntransfer-encoding: chunked\r\n\r\n"
    said = block.response(made.exchange("https://one.test/", head, chunks=(b"abc",)))
    assert said is not None
    assert said.head == (
        b"HTTP/1.1 200 OK\r\nX-Archive-Orig-CONTENT-length : 99\r\nX-Archive-Orig-transfer-encoding: chunked\r\nContent-Length: 3\r\n\r\n"
    )


HOSTILE = st.text(st.sampled_from('ab:/ %<>"\r\n\0\x1b\x85\u2028é\u202e\ud800') | st.characters(), max_size=40).map(
    lambda text: text + "\r\nWARC-Target-URI: http://victim.test/\r\n\r\n"
)


@settings(max_examples=60, suppress_health_check=[FOREIGN])
@given(url=HOSTILE, title=HOSTILE, header=st.binary(max_size=60), tls=HOSTILE)
def test_nothing_forges_a_field(url: str, title: str, header: bytes, tls: str) -> None:
    """Hostile URL, title, HTTP head, protocol and cipher names: one header as ours, and the same bytes in the block."""
    name = made.Tls(tls, tls, True, None, b"c")
    odd = made.exchange("http://odd.test/" + url, b"HTTP/1.1 200 OK\r\nX: " + header + b"\r\n\r\n", b"x", tls=name)
    capture = made.capture(odd, page=Page(title=title), notes={"a": url})
    records = [
        *filed(capture).records,
        *draft.opening(made.RUN, {"snapshot": "s", "source": url, "url": url, "started": "2026-01-01T00:00:00Z"}, "f"),
    ]
    for record in records:
        data = warc.press(record.digest() if not record.block_digest else record).data
        read = next(ArchiveIterator(io.BytesIO(data), no_record_parse=True))
        raw = gzip.decompress(data or b"").partition(b"\r\n\r\n")[0]
        assert lint.faults(raw) == []
        assert read.rec_headers.get_header("WARC-Target-URI") != "http://victim.test/"
        assert read.raw_stream.read() == record.head + record.data
        assert [key for key, _ in read.rec_headers.headers] == [key for key, _ in warc.headers(record)]


def test_where_a_read_ends_does_not_matter_to_a_member_that_is_finished_twice():
    whole = b"WARC/1.1\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n"
    for cut in range(30, len(whole)):
        reading = warc.Reading(0, iter((whole[:cut], whole[cut:])))
        reading.finish()
        reading.finish()
    for torn in (whole[:-1], whole + b"x", whole[:-2] + b"\n\r"):
        reading = warc.Reading(0, iter((torn,)))
        for _ in range(2):
            with pytest.raises(warc.Damaged):
                reading.finish()
