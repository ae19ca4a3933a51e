"""Reading articles: format, encoding, language, headings, and one clear line for what cannot be read."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.article.encoding import codec, declared, guessed
from archiver.article.language import language_of
from archiver.article.read import LIMIT, read
from archiver.errors import UsageError

PAGES = Path(__file__).parent / "pages"
SEED = (files("archiver.service.demo") / "article.txt").read_bytes()
ARABIC = "قال المجلس إن الجسر الذي بني في القرن الماضي سيغلق من أول الشهر، وإن السفن تنقل الناس إلى الجانب الآخر من الميناء"
HEBREW = "המועצה אמרה כי הגשר הישן ייסגר לתנועה בתחילת החודש וכי האוניות יעבירו את התושבים אל הצד השני של הנמל"
RUSSIAN = "Совет сообщил, что старый мост через гавань закроют для движения с первого числа, а людей будут перевозить на судах"
GREEK = "Το συμβούλιο ανακοίνωσε ότι η παλιά γέφυρα του λιμανιού θα κλείσει από τον Μάιο και ότι τα πλοία θα μεταφέρουν τους πολίτες"
JAPANESE = "市議会は古い橋を来月から一年間閉鎖すると発表した。検査で亀裂が見つかったためであり、船が代わりに人を運ぶという。"
CHINESE = "市议会说旧桥将在下个月关闭一年，因为在检查中发现了裂缝。人们可以坐船到港口的另一边，这是不要钱的。"
KOREAN = (
    "시의회는 오래된 다리를 다음 달부터 일 년 동안 닫는다고 발표하였다. 검사에서 금이 발견되었기 때문이며 배가 사람을 나르게 된다고 하였다."
)
FRENCH = (
    "Le conseil a annoncé que le vieux pont du port sera fermé à la circulation dès le mois de mai, et que des bacs relieront les rives."
)
TURKISH = (
    "Belediye meclisi eski köprünün mayıs ayından itibaren bir yıl için kapatılacağını ve bu sürede gemilerle geçiş sağlanacağını açıkladı."
)
POLISH = (
    "Rada ogłosiła, że stary most w porcie będzie zamknięty dla ruchu od maja i że ludzie będą się przeprawiać łodziami na drugą stronę."
)
LEGACY = [
    (ARABIC, "cp1256"), (ARABIC, "iso8859-6"), (HEBREW, "cp1255"), (HEBREW, "iso8859-8"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (RUSSIAN, "cp866"),
    (GREEK, "cp1253"), (JAPANESE, "cp932"), (JAPANESE, "euc_jp"), (JAPANESE, "iso2022_jp"), (CHINESE, "gb18030"), (KOREAN, "cp949"), (FRENCH, "cp1252"),
]  # fmt: skip


def text_of(data: bytes, **said: str) -> str:
    return read(data, source="x.txt", **said).text


def test_the_seed():
    article = read(SEED, source="article.txt")
    lines = SEED.decode("utf8").split("\n")
    assert article.text == SEED.decode("utf8")
    assert article.title == f"{lines[1]} {lines[2]}"
    assert (article.language, article.published, article.byline, article.media_type) == ("ar", None, None, "text/plain")
    assert [article.line_column(b.start)[0] for b in article.blocks if b.kind == "heading"] == [17, 47, 118]
    assert [article.line_column(b.start)[0] for b in article.blocks if b.kind == "links"] == [102]
    assert article.heading_at(article.line_offset(75) or 0) == "مجالات التعاون"
    assert article.sha256 == hashlib.sha256(SEED).hexdigest()


@pytest.mark.parametrize(("text", "encoding"), LEGACY)
def test_legacy_text_is_told_by_its_letters(text: str, encoding: str):
    data = text.encode(encoding, "ignore")
    assert guessed(data) == encoding or text_of(data) == data.decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8"])
def test_unicode_text_needs_no_guess(encoding: str):
    text = f"First line\r\n{ARABIC}\rlast \U0001f1f2 \ue000\n"
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    assert text_of((mark + text).encode(encoding)) == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(encoding: str):
    text = "A line of English – with a dash \ud7ff and more of the same."
    assert text_of(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("ISO-8859-1", "cp1252"), (" 'utf8' ", "utf-8"), ("gb2312", "gb18030"), ("ks_c_5601-1987", "cp949"), ("x-sjis", "cp932"), ("iso-8859-8-i", "iso8859-8"),
        ("windows-1256", "cp1256"), ("tis-620", "cp874"), ("koi8-r", "koi8-r"), ("IBM866", "cp866"), ("utf-16", "utf-16-le"),
        ("utf-7", None), ("idna", None), ("rot13", None), ("hex", None), ("undefined", None), ("unicode_escape", None), ("x\0y", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_labels_mean_what_browsers_mean(label: str | None, name: str | None):
    assert codec(label) == name


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<meta charset=windows-1256>", "cp1256"),
        (b"<META content='text/html; charset=iso-8859-8' http-equiv=x>", "iso8859-8"),
        (b"<?xml version='1.0' encoding='koi8-r'?>", "koi8-r"),
        (b"<!-- <meta charset=koi8-r> --><meta charset='utf-16'>", "utf-8"),
        (b"<meta charset=nonsense><meta charset=gbk>", "gb18030"),
        # behind the first kilobyte: as far as the head goes, which is how far browsers read (measured in Chromium)
        (b" " * 1100 + b"<meta charset=koi8-r>", "koi8-r"),
        (b"<head><script>'<p>'</script><title>t</title>" + b"<link rel=x>" * 100 + b"<meta charset=gb2312>", "gb18030"),
        (b"<head><script>" + b" " * 1100 + b"<meta charset=koi8-r></script>", None),
        (b"<p>" + b" " * 1100 + b"<meta charset=koi8-r>", None),
        (b"<!--" * 300_000 + b"<meta charset=koi8-r>", None),
        (b"<meta <title" * 100_000, None),
        (b"charset=koi8-r", None),
    ],
)
def test_declared_encodings(head: bytes, name: str | None):
    assert declared(head) == name


def test_html_is_decoded_by_mark_then_server_then_meta_then_letters():
    page = f"<meta charset=koi8-r><p>{RUSSIAN}"
    bare = f"<p>{RUSSIAN}"
    assert read(page.encode("koi8-r"), source="a.html").text == RUSSIAN
    assert read(page.encode("cp1251"), source="a.html", charset="windows-1251").text == RUSSIAN
    assert read(page.encode("cp1251"), source="a.html", media_type="text/html; charset=windows-1251").text == RUSSIAN
    assert read(page.encode("utf-8-sig"), source="a.html", charset="windows-1251").text == RUSSIAN
    assert read(page.encode("utf-16"), source="a.html").text == RUSSIAN
    assert read(bare.encode("cp1251"), source="a.html").text == RUSSIAN
    assert read(b"<p>\xff\xfe\xfd", source="a.html", charset="utf-8").text == "\ufffd" * 3


@pytest.mark.parametrize(("length", "name"), [(40, "utf-8"), (10, "koi8-r")])
def test_a_saved_page_that_kept_its_old_declaration_is_what_its_bytes_are(length: int, name: str):
    page = f"<meta charset=koi8-r><p>{'ж' * length}".encode()
    assert declared(page) == name
    assert read(page, source="a.html", charset="koi8-r").encoding == "koi8-r"


def test_html_article():
    data = (PAGES / "news.html").read_bytes()
    article = read(data, source="news.html", base_url="https://courier.example/2023/bridge")
    assert (article.title, article.byline) == ("Harbour bridge to close for a year", "Ada Quill, Ben & Sons")
    assert (article.published, article.language, article.encoding) == ("2023-03-09", "en-GB", "utf-8")
    assert (article.url, article.base_url, article.data) == (None, "https://courier.example/2023/bridge", data)
    assert article.document is not None
    film = article.document.span(article.document.select("#film")[0])[0]
    assert article.heading_at(film) == "What the piers look like"
    report = article.document.span(article.document.select("#report")[0])[0]
    assert article.paragraph_at(report) == 2
    assert article.paragraph_at(article.document.span(article.document.select("#imprint")[0])[0]) is None


def test_a_language_that_the_template_declares_wrongly():
    assert read((PAGES / "rtl.html").read_bytes(), source="rtl.html").language == "ar"


ALBANIAN = "Ura e vjetër e qytetit u mbyll dje për shkak të çarjeve dhe nuk do të hapet deri në vjeshtë, njoftoi bashkia e qytetit. "
NORWEGIAN = "Den gamle broen over havnen blir stengt fra mai, og det er ikke klart når den kan åpnes for trafikk igjen, sier kommunen. "
SWEDISH = "Den gamla bron över hamnen stängs från maj, och det är inte klart när den kan öppnas för trafik igen, säger kommunen till oss. "


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        ("sq", ALBANIAN, "sq"), ("nb", NORWEGIAN, "nb"), ("sv", SWEDISH, "sv"), ("en", SWEDISH, "sv"), ("nb", SWEDISH, "nb"),
        ("en-US", ALBANIAN * 4, None),  # the default of a template
        ("en-US", ALBANIAN, "en-US"),  # too little to say so
        ("sq", ALBANIAN * 4, "sq"),
        ("en", "</p><p>".join(f"{n}. Ada Quill, Harbour SC, 1:{n}" for n in range(10, 40)), "en"),  # a list is not prose
    ],
)  # fmt: skip
def test_who_declares_a_language_that_cannot_be_heard_is_believed(declared: str, text: str, language: str | None):
    page = f"<html lang={declared}><title>t</title><h1>Ura</h1><p>{text}</p>"
    assert read(page.encode(), source="x.html").language == language


@pytest.mark.parametrize(
    ("base", "where", "expected"),
    [("/a/", "https://x.example/b", "https://x.example/a/"), ("//y.example/", None, None), ("https://y.example/", None, "https://y.example/"), (None, "https://x.example/", "https://x.example/")],
)  # fmt: skip
def test_base_of_relative_links(base: str | None, where: str | None, expected: str | None):
    html = f"<base href='{base}'>" if base else "<p>"
    assert read(html.encode(), source="x.html", url=where).base_url == expected


@pytest.mark.parametrize(
    ("data", "source", "media_type", "expected"),
    [
        (b"<p>x", "a.html", None, "text/html"), (b"plain", "a.htm", None, "text/html"), (b"<!-- c -->\n<!DOCTYPE HTML>x", "-", None, "text/html"),
        (b"\xef\xbb\xbf<html>x", "-", None, "text/html"), ("<html>x".encode("utf-16"), "-", None, "text/html"),
        (b"<?xml version='1.0'?><html>x", "a.xml", None, "text/html"), (b"<?xml version='1.0'?><rss>x", "a.xml", None, "text/plain"),
        (b"<div>x", "a.md", None, "text/markdown"), (b"<p>x", "a.html", "text/plain", "text/plain"), (b"x", "a.txt", "text/html", "text/html"),
        (b"x", "-", "application/xhtml+xml", "application/xhtml+xml"), (b"<pre-amble> x", "-", None, "text/plain"), (b"BMW sells", "-", None, "text/plain"),
        (b"<html>x", "https://x.example/page", "application/octet-stream", "text/html"),
    ],
)  # fmt: skip
def test_media_type(data: bytes, source: str, media_type: str | None, expected: str):
    assert read(data, source=source, media_type=media_type).media_type == expected


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"), (b" \n\t ", "white space"), (b"%PDF-1.7\n", "a PDF too broken"), (b"\x89PNG\r\n\x1a\n", "a PNG image"), (b"GIF89a..", "a GIF image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"), (b"PK\x03\x04", "a zip archive"), (b"RIFF1234WEBPVP8 ", "a WebP image"), (b"\0\0\0\x18ftypmp42", "an MP4 video"),
        (b"\x1f\x8b\x08", "gzip data"), (b"WARC/1.1\r\n", "a web archive without a page"), (b"BM\x36\x00\x00\x00\x00\x00\x00\x00", "a BMP image"), (bytes(range(256)) * 9, "not text"),
        (b"\x01\x02\x03 text", "binary data"), (b"x" * (LIMIT + 1), "more than the 64 MiB"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_refused_in_one_line(data: bytes, what: str):
    with pytest.raises(UsageError) as caught:
        read(data, source="the name")
    assert caught.value.message.startswith("the name: ")
    assert what in caught.value.message
    assert "\n" not in caught.value.message


def test_a_pdf_called_html_is_a_pdf():
    with pytest.raises(UsageError, match="a PDF too broken"):
        read(b"%PDF-1.4", source="x.html", media_type="text/html")


def test_blocks_of_text():
    text = "The title\n\nOne line\nand another.\n  \n\nShort heading\nfollowed by a much longer line of text, as it must be.\n\fNext page\n\nhttps://a.example/\n http://b.example/x \n"
    article = read(text.encode(), source="x")
    assert [(text[b.start : b.end], b.kind) for b in article.blocks] == [
        ("The title", "paragraph"),
        ("One line\nand another.", "paragraph"),
        ("Short heading", "heading"),
        ("followed by a much longer line of text, as it must be.", "paragraph"),
        ("Next page", "paragraph"),
        ("https://a.example/\n http://b.example/x", "links"),
    ]
    assert article.title == "The title"


@pytest.mark.parametrize(
    "line",
    [
        "It ends here.",
        "(@handle) said",
        "https://x.example/",
        ", comma first",
        "— Name (@n) May 1, 2020",
        "1 | 2",
        "a" * 80,
        "؟؟",
        "...",
        "وقال:",
    ],
)
def test_lines_that_are_no_headings(line: str):
    article = read(
        f"{line}\nand below it there is a line that is a good deal longer than it, for which it might be a heading.".encode(), source="x"
    )
    assert [b.kind for b in article.blocks] == ["paragraph"]


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("Title\n2022-07-21\n\nText", "2022-07-21"), ("Title\nPublished: 2022-07-21 10:00\n", "2022-07-21"), ("---\ntitle: x\ndate: '2022-07-21T08:00:00Z'\n", "2022-07-21"),
        ("Title\nupdated: 2022-07-21\n", None), ("On 2022-07-21 it rained.", None), ("x\n" * 20 + "2022-07-21", None), ("2022-13-45", None), ("July 21, 2022", None),
    ],
)  # fmt: skip
def test_published_only_where_the_text_says_so(text: str, published: str | None):
    assert read(text.encode(), source="x").published == published


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Head #1\n\ntext", "Head #1"), ("---\ntitle: 'Bridge: closed'\ndate: x\n---\n\nText", "Bridge: closed"), ("---\n\nFirst\n\nSecond", "First"),
        ("One\ntwo\nthree\nfour", "One"), ("a\nb\n\nc", "a b"), ("12\n34", "12 34"), ("\n\n  padded   words \n\n", "padded words"),
    ],
)  # fmt: skip
def test_title_of_text(text: str, title: str):
    assert read(text.encode(), source="x").title == title


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ARABIC, "ar"), (HEBREW, "he"), (RUSSIAN, "ru"), (GREEK, "el"), (JAPANESE, "ja"), (CHINESE, "zh"), (KOREAN, "ko"), (FRENCH, "fr"),
        ("این گزارش را که در آن به وضعیت پل قدیمی شهر پرداخته شده است برای شما آورده‌ایم تا با آن آشنا شوید و نظر خود را بگویید", "fa"),
        ("The council said that the bridge will be closed for a year and that it is not safe to cross by car or on foot.", "en"),
        ("El presidente del gobierno dijo ayer que las obras del puente de la ciudad se retrasan por la lluvia y no hay fecha para su fin.", "es"),
        ("El president del govern va dir ahir que les obres del pont de la ciutat s'endarrereixen per la pluja i no hi ha data per al final.", "ca"),
        ("ज़िला परिषद ने कहा है कि पुराने पुल की मरम्मत के लिए एक साल का समय है और लोगों को नाव से पार जाना होगा", "hi"),
        ("Ura e vjetër e qytetit u mbyll dje e nuk do të hapet deri në vjeshtë, njoftoi bashkia e Durrësit, e ujësjellësi punon si zakonisht.", None),
        ("Hey, I'd love to. Let me think about something to write and I'll get back to you", "en"),
        ("short", None), ("", None), ("1234567890 " * 20, None), ("https://www.example.com/no/que/de/la " * 20, None),
        ("lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor incididunt labore dolore magna aliqua", None),
    ],
)  # fmt: skip
def test_language_only_where_it_is_certain(text: str, language: str | None):
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "a" * 400_000, "<!---->" * 140 + "x", "https://x" * 50_000 + " y", "." * 400_000 + "x\nshort\n" + "long enough to follow " * 5, "\n" * 400_000 + "x",
        "title: a" + " " * 400_000 + "b", ("a." * 200_000) + "\u0640" * 1000, "x\f" * 100_000, "https://x.example/ " * 20_000 + "end",
    ],
    ids=["letters", "comments", "glued links", "dots", "newlines", "title", "labels", "form feeds", "links"],
)  # fmt: skip
def test_monotonous_text_is_read_in_linear_time(text: str):
    assert read(text.encode(), source="x").text == text


SENTENCES = "The harbour closed at noon. Nobody came to the pier, and the ferries stayed. " * 20


@pytest.mark.parametrize("between", ["\n", "\n \n", "\n\n"])
def test_a_dump_with_a_word_on_every_line_has_pages_and_nothing_else(between: str):
    text = between.join(SENTENCES.split()) + "\n\f" + between.join(SENTENCES.split())
    article = read(text.encode(), source="a.txt")
    assert [block.kind for block in article.blocks] == ["paragraph", "paragraph"]
    assert [article.text[block.start : block.end] for block in article.blocks] == text.split("\n\f")
    assert article.title is None


@pytest.mark.parametrize(
    "text",
    [
        "Title\n\nharbour\npier\nferry\n" * 10,  # too few lines to tell
        "https://a.example/x\n" * 300,
        "港の古い橋、来月から全面閉鎖へ\n" * 300,
        "Title\n\n" + "word\n" * 300 + "two words\n" * 200,
    ],
)
def test_lines_with_one_word_are_not_always_a_dump_s(text: str):
    assert read(text.encode(), source="a.txt").title is not None


def test_stretched_words_are_words():
    assert language_of(ARABIC.replace("من", "مـــن").replace("في", "فــي")) == "ar"


@settings(max_examples=200)
@given(
    st.binary(min_size=1, max_size=200) | st.text(min_size=1, max_size=80).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(["x", "x.html"]),
)
def test_any_bytes_are_read_or_refused(data: bytes, source: str):
    try:
        article = read(data, source=source)
    except UsageError as error:
        article, refusal = None, error.message
    if article is None:
        assert "\n" not in refusal
    else:
        assert article.data == data
        assert all(article.text[b.start : b.end].strip() for b in article.blocks)
