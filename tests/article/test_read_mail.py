"""E-mail: which part is the article, in which charset, and what the headers say."""

from __future__ import annotations

import base64
import contextlib
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.article.article import Article
from archiver.article.mail import is_mail
from archiver.article.read import read
from archiver.errors import UsageError

HEAD = b"From: News <news@a.example>\r\nTo: you@b.example\r\nSubject: The subject\r\nDate: Thu, 21 Jul 2022 23:30:00 +0200\r\nMIME-Version: 1.0\r\n"
PAGE = '<html lang="en"><body><h1>Heading</h1><p>See <a href="/report">the report</a>.</p></body></html>'


def part(kind: str, body: bytes, encoding: str = "8bit", extra: str = "") -> bytes:
    coded = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(body)
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n{extra}\r\n".encode() + coded


def multipart(*parts: bytes, kind: str = "alternative", boundary: str = "b1") -> bytes:
    between = f"\r\n--{boundary}\r\n".encode()
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\nFor old programs.'.encode()
        + b"".join(between + one for one in parts)
        + f"\r\n--{boundary}--\r\n".encode()
    )


def mail(body: bytes, head: bytes = HEAD) -> Article:
    return read(head + body, source="letter.eml", base_url="https://a.example/")


def test_headers_are_title_byline_and_day():
    found = mail(part("text/plain", b"Words."))
    assert (found.media_type, found.title, found.byline, found.published) == ("message/rfc822", "The subject", "News", "2022-07-21")
    assert found.text == "Words."
    assert found.data.startswith(b"From:")


def test_encoded_words_in_any_charset():
    head = "From: =?utf-8?B?2YbYtNix2Kk=?= <n@a.example>\nSubject: =?windows-1256?Q?=C7=E1=DA=E4=E6=C7=E4?=\n =?utf-8?q?_caf=C3=A9?=\nMIME-Version: 1.0\nDate: nonsense\n"
    found = mail(part("text/plain", b"Words."), head.encode())
    assert (found.title, found.byline, found.published) == ("العنوان café", "نشرة", None)
    raw = mail(part("text/plain", b"Words."), "Subject: Grüße aus Köln\nFrom: x@a.example\n".encode())
    assert raw.title == "Grüße aus Köln"
    assert mail(part("text/plain", b"Words."), b"Subject: =?no-such?B?w6k=?= =?utf-8?B?!!?=\n").title


@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_the_html_part_before_the_text_part(encoding: str):
    body = multipart(
        part("text/plain; charset=utf-8", b"Read it on the web"),
        part("text/html; charset=utf-8", PAGE.replace("report<", "café<").encode(), encoding),
    )
    found = mail(body)
    assert found.text == "Heading\nSee the café."
    assert found.document is not None
    assert [element.attributes["href"] for element in found.document.select("a")] == ["/report"]
    assert found.base_url == "https://a.example/"


def test_nested_parts_and_attachments():
    inner = multipart(part("text/plain", b"plain"), part("text/html", PAGE.encode()), boundary="b2")
    attached = part("text/html", b"<p>attached</p>", extra='Content-Disposition: attachment; filename="a.html"\r\n')
    forwarded = b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nContent-Type: text/html\r\n\r\n<p>forwarded</p>"
    assert mail(multipart(attached, inner, forwarded, kind="mixed")).text == "Heading\nSee the report."


def test_an_html_part_without_words_gives_way_to_the_text():
    assert mail(multipart(part("text/plain", b"The words."), part("text/html", b"<img src=pixel.gif>"))).text == "The words."


def test_a_part_that_is_called_html_and_is_none_is_read_as_text():
    words = b"The report <https://b.example/report> and\nthe harbour <https://b.example/fog>.\n"
    for sent in (part("text/html", words), multipart(part("text/plain", words), part("text/html", words))):
        assert "The report <https://b.example/report>" in mail(sent).text
    assert mail(part("text/html", b"Fog &amp; rain")).text == "Fog & rain"


@pytest.mark.parametrize(
    ("said", "encoding", "words"),
    [
        ("windows-1256", "cp1256", "قال الوزير إن البلاد في حاجة إلى السلام"),
        ("us-ascii", "utf-8", "Grüße aus Köln und Straßburg"),
        ("no-such-charset", "utf-8", "Привет из Москвы"),
        ("iso-8859-1", "cp1252", "“quoted” – café"),
        ("utf-8", "cp1256", "قال الوزير إن البلاد في حاجة إلى السلام"),
    ],
)
def test_charsets_that_are_declared_wrongly(said: str, encoding: str, words: str):
    found = mail(part(f"text/plain; charset={said}", words.encode(encoding), "base64"))
    assert found.text == words


def test_a_soft_break_in_an_address_is_none():
    found = mail(part("text/plain", b"https://a.example/a-very-long=\r\n-address?x=3D1", "8bit").replace(b"8bit", b"quoted-printable"))
    assert found.text == "https://a.example/a-very-long-address?x=1"


def test_what_is_a_mail():
    letter = HEAD + part("text/plain", b"Words.")
    assert is_mail(letter)
    assert read(letter, source="-").media_type == "message/rfc822"
    assert read(b"From news@a.example Thu Jul 21 10:00:00 2022\n" + letter, source="-").title == "The subject"
    assert read(letter, source="letter.txt").media_type == "text/plain"
    assert read(letter, source="-", media_type="text/plain").media_type == "text/plain"
    assert read(b"x", source="x", media_type="message/rfc822").text == "x"
    for text in (
        b"From: me\nTo: you\n\nDear reader",
        b"Subject to change: yes\n\ntext",
        b"Title: a\nDate: 2022\n\nText.",
        b"Note: x\r\n" * 3,
    ):
        assert not is_mail(text)


def test_a_mail_without_words_is_refused_in_one_line():
    for body in (
        part("image/png", b"\x89PNG"),
        multipart(part("application/pdf", b"%PDF", "base64"), kind="mixed"),
        part("text/html", b""),
    ):
        with pytest.raises(UsageError, match=r"^letter\.eml: an e-mail without text") as caught:
            mail(body)
        assert "\n" not in caught.value.message


def test_hostile_nesting_ends():
    body = b"Content-Type: text/plain\r\n\r\nWords."
    for depth in range(60):
        body = multipart(body, boundary=f"n{depth}")
    with_words = mail(body)
    assert with_words.text == "Words."


@settings(max_examples=60)
@given(st.binary(max_size=400), st.binary(max_size=80))
def test_any_bytes_behind_mail_headers_are_read_or_refused(body: bytes, header: bytes):
    with contextlib.suppress(UsageError):
        assert mail(b"Content-Type: multipart/mixed; boundary=b\r\nX: " + header + b"\r\n\r\n--b\r\n" + body).text


def test_a_charset_in_pieces_and_letters_outside_of_it_are_read():
    """Found by fuzzing: the standard library hands a charset of RFC 2231 on as a tuple, and fails at it."""
    mail = b"From: a\nTo: b\nSubject: c\nContent-Type: text/plain; charset*=utf-8''utf-8\n\nCaf\xc3\xa9 https://a.example/\n"
    assert "https://a.example/" in read(mail, source="a.eml").text


def test_parts_in_parts_without_end_are_refused():
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    with pytest.raises(UsageError, match="parts in parts"):
        read(b"From: a\n" + nested + b"x", source="a.eml")


PICTURE = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"


def test_what_a_picture_parts_is_one_text():
    one, two = part("text/html; charset=utf-8", "<p>Café one".encode()), part("text/html; charset=cp1252", "<p>Café two".encode("cp1252"))
    assert mail(multipart(one, PICTURE, two, kind="mixed")).text == "Café one\nCafé two"
    one, two = part("text/plain; charset=utf-8", "Café one".encode()), part("text/plain; charset=cp1252", "Café two".encode("cp1252"))
    assert mail(multipart(one, PICTURE, two, kind="mixed")).text == "Café one\n\nCafé two"


def test_a_mailing_lists_footer_is_no_part_of_the_article():
    footer = b"_______________________________________________\r\nlist@a.example\r\nhttps://a.example/list\r\n"
    assert mail(multipart(part("text/plain", b"Words."), part("text/plain", footer), kind="mixed")).text.strip() == "Words."


def test_a_message_without_words_forwards_the_one_in_it():
    inner = b"Content-Type: message/rfc822\r\n\r\nSubject: Inner\r\n" + part("text/html", PAGE.encode())
    assert mail(multipart(inner, kind="mixed")).text.startswith("Heading")
    assert mail(multipart(part("text/plain", b"Outer."), inner, kind="mixed")).text == "Outer."
    with pytest.raises(UsageError):
        mail(multipart(b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a.example\r\n", kind="report"))


def test_soft_line_breaks_within_an_address():
    said = "text/plain; format=flowed; delsp={}"
    assert "https://a.example/a/long/one now" in mail(part(said.format("yes"), b"See https://a.example/a/ \r\nlong/one now.\r\n")).text
    assert mail(part(said.format("no"), b"See this \r\none.\r\n")).text.split() == ["See", "this", "one."]
    assert "first \n> said" in mail(part(said.format("yes"), b"So \r\nfirst \r\n> said\r\n")).text


def test_messages_in_messages_end():
    deep = b"Content-Type: message/rfc822\r\n\r\n" * 400 + part("text/plain", b"Words.")
    with contextlib.suppress(UsageError):
        assert mail(deep).text == "Words."


def test_a_boundary_that_was_folded_or_renamed_on_its_way_is_the_one_that_stands_in_the_body():
    words = multipart(
        part("text/plain; charset=utf-8", "À lire : https://b.example/1".encode()), part("image/png", b"AAAA"), boundary="b 1"
    )
    renamed = words.replace(b'boundary="b 1"', b'boundary="b2"', 1)
    folded = words.replace(b'boundary="b 1"', b'boundary="b\r\n 1"', 1)
    assert mail(renamed).text.strip() == mail(folded).text.strip() == "À lire : https://b.example/1"
    with pytest.raises(UsageError):
        mail(b'Content-Type: multipart/mixed; boundary="b2"\r\n\r\n--b1\r\nno header\r\n')


def test_html_without_words_is_no_text():
    inner = part("message/rfc822", b"From: a@b.example\r\nSubject: Inner\r\n\r\nThe words that were forwarded.\r\n")
    assert (
        mail(multipart(part("text/html", b"<html><body><p></p></body></html>"), inner, kind="mixed")).text.strip()
        == "The words that were forwarded."
    )
    with pytest.raises(UsageError):
        mail(part("text/html", b"<html><body><img src=pixel.gif></body></html>"))
