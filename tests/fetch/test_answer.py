"""Answer: content codings undone within bounds, whatever came."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from array import array

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.citation.platform import Target
from archiver.fetch.answer import OTHER_LIMIT, TEXT_LIMIT, exchange_answer, read_body
from archiver.fetch.exchange import Exchange
from tests.fetch.simulated import Say, exchange


def raw_deflate(data: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-15)
    return encoder.compress(data) + encoder.flush()


CODERS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "identity": bytes}


def coded(body: bytes, coding: str, media_type: str = "text/html", truncated: str | None = None) -> Exchange:
    headers = (("Content-Type", media_type), ("Content-Encoding", coding))
    return exchange("https://a.test/", Say(200, body, headers, truncated=truncated))


@settings(max_examples=150)
@given(data=st.binary(max_size=5000), codings=st.lists(st.sampled_from(sorted(CODERS)), max_size=4), step=st.integers(1, 700))
def test_any_stack_of_codings_in_any_pieces_is_undone(data: bytes, codings: list[str], step: int):
    body = data
    for name in codings:
        body = CODERS[name](body)
    made = coded(body, ", ".join(codings))
    made.segments = array("Q", [at for start in range(0, len(body), step) for at in (start, min(start + step, len(body)))])
    read = read_body(made)
    assert (read.data, read.cut, read.fault) == (data, False, None)


def test_deflate_is_read_in_both_forms_even_byte_by_byte():
    for body in (zlib.compress(b"words " * 50), raw_deflate(b"words " * 50)):
        made = coded(body, "deflate")
        made.segments = array("Q", [at for start in range(len(body)) for at in (start, start + 1)])
        assert read_body(made).data == b"words " * 50


def test_members_of_gzip_follow_one_another_and_rubbish_after_them_is_no_body():
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"<!-- cached -->"
    assert read_body(coded(body, "gzip")).data == b"one two"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_broken_off_body_gives_what_there_was(coding: str):
    data = bytes(range(256)) * 400
    body = CODERS[coding](data)[:-20]
    read = read_body(coded(body, coding, truncated="disconnect"))
    assert read.cut
    assert read.fault is None
    assert data.startswith(read.data)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_body_that_is_not_in_its_coding_is_given_raw_with_the_fault(coding: str):
    read = read_body(coded(b"<html>plain after all", coding))
    assert read.data == b"<html>plain after all"
    assert coding in (read.fault or "")


@pytest.mark.parametrize("coding", ["zstd", "sdch", "gzip;q=1", "x" * 5000, ", ".join(["gzip"] * 20)])
def test_codings_that_cannot_be_read_are_faults(coding: str):
    read = read_body(coded(b"body", coding))
    assert read.data == b"body"
    assert 0 < len(read.fault or "") < 200


def test_an_empty_body_is_empty_in_any_coding():
    assert read_body(coded(b"", "gzip")).cut is False
    assert read_body(coded(b"", "br")).fault is None


def bomb(coding: str, size: int) -> bytes:
    if coding == "br":
        encoder = brotli.Compressor(quality=5)
        return b"".join(encoder.process(bytes(1 << 20)) for _ in range(size >> 20)) + encoder.finish()
    zipped = zlib.compressobj(9, wbits=31)
    once = b"".join(zipped.compress(bytes(1 << 20)) for _ in range(size >> 20)) + zipped.flush()
    return once if coding == "gzip" else gzip.compress(once)


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "br"])
def test_a_bomb_is_cut_at_the_cap(coding: str):
    made = coded(bomb(coding, 256 << 20), coding)
    tracemalloc.start()
    read = read_body(made)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read.cut
    assert len(read.data) == TEXT_LIMIT
    assert peak < 3 * TEXT_LIMIT


def test_only_the_beginning_of_what_is_no_text_is_read():
    made = exchange("https://a.test/v.mp4", Say(200, bytes(3 << 20), (("Content-Type", "video/mp4"),)))
    read = read_body(made)
    assert len(read.data) == OTHER_LIMIT
    assert read.cut


@pytest.mark.parametrize(
    "kind", ["text/html; charset=x", "application/json", "application/ld+json", "image/svg+xml", "APPLICATION/XHTML+XML", ""]
)
def test_text_of_every_kind_is_read_whole(kind: str):
    made = exchange("https://a.test/", Say(200, b"a" * (OTHER_LIMIT + 5), (("Content-Type", kind),)))
    assert len(read_body(made).data) == OTHER_LIMIT + 5


def test_the_answer_has_what_platforms_look_at():
    made = exchange(
        "https://a.test/b", Say(200, gzip.compress(b"{}"), (("content-type", "Application/JSON; x"), ("Content-Encoding", "GZIP")))
    )
    answer = exchange_answer(made, Target("https://a.test/a"), ("https://a.test/a",))
    assert (answer.body, answer.media_type, answer.status, answer.url) == (b"{}", "application/json", 200, "https://a.test/b")
    assert answer.redirects == ("https://a.test/a",)
