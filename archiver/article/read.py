"""Read any article: tell its format, hand it to that format's reader, or say in one line why it cannot be read.

What the bytes are unmistakably counts most: a PDF is a PDF whatever it is called. Then what the person (`--media-type`) or the server said,
the name's extension, and the look of the first bytes, by the table of the MIME sniffing standard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from archiver.article.article import Article
from archiver.article.asciidoc import read_asciidoc
from archiver.article.encoding import decode, guessed, marked
from archiver.article.feed import SNIFFED, is_feed, read_feed
from archiver.article.front_matter import front_matter
from archiver.article.html import read_html
from archiver.article.mail import is_mail, read_mail
from archiver.article.markdown.markdown import read_markdown
from archiver.article.mediawiki import is_export, read_export
from archiver.article.org import read_org
from archiver.article.restructured.restructured import read_restructured
from archiver.article.saved import is_saved, read_saved
from archiver.article.text import read_text
from archiver.article.warc import read_archive, what_archive
from archiver.article.wikitext import read_wikitext
from archiver.errors import UsageError

LIMIT = 64 << 20  # bytes of an article; a page of 5 MB is rare, and a text of 64 MiB no article
HEAD = 1024

ARCHIVE_URL = re.compile(r"^[^?#]*\.(?:warc|warc\.gz|wacz)(?:[?#]|$)", re.IGNORECASE)
SAVED_TYPES = ("multipart/related", "application/x-mimearchive", "application/x-webarchive")
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
MAIL_TYPES = frozenset({"message/rfc822", "message/global"})
HTML_NAMES = frozenset({".html", ".htm", ".xhtml", ".xht", ".shtml"})
TEXT_NAMES = frozenset({".txt", ".text", ".tex", ".log"})
MARKS = b" \t\r\n\xef\xbb\xbf\xff\xfe\x00"  # white space and byte-order marks
GENERIC_TYPES = frozenset({"text/plain", "application/octet-stream", "binary/octet-stream"})
MARKUP_TYPES = {"text/markdown": "text/markdown", "text/x-markdown": "text/markdown", "text/x-web-markdown": "text/markdown"}
MARKUP_TYPES |= {"text/x-rst": "text/x-rst", "text/prs.fallenstein.rst": "text/x-rst", "text/x-wiki": "text/x-wiki"}
MARKUP_TYPES |= {"text/asciidoc": "text/asciidoc", "text/x-asciidoc": "text/asciidoc", "text/org": "text/org", "text/x-org": "text/org"}
MARKUP_NAMES = dict.fromkeys((".md", ".markdown", ".mdx", ".mdown", ".mkd", ".mkdn", ".qmd", ".rmd"), "text/markdown")
MARKUP_NAMES |= dict.fromkeys((".rst", ".rest"), "text/x-rst")
MARKUP_NAMES |= dict.fromkeys((".wiki", ".mediawiki", ".wikitext"), "text/x-wiki")
MARKUP_NAMES |= dict.fromkeys((".adoc", ".asciidoc"), "text/asciidoc") | {".org": "text/org"}
MARKUP_READERS = {"text/markdown": read_markdown, "text/x-rst": read_restructured, "text/x-wiki": read_wikitext}
MARKUP_READERS |= {"text/asciidoc": read_asciidoc, "text/org": read_org}
# "Rules for identifying an unknown MIME type": these tags, behind white space, before a space or ">"
HTML_TAGS = re.compile(
    r"\s*(?>(?:<\?xml\b[^>]*>\s*|(?><!--.*?-->)\s*)*)"
    r"<(?:!doctype\s+html|html|head|body|title|script|style|iframe|h1|div|font|table|article|main|a|b|br|p)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
BINARIES = (
    (b"\x89PNG\r\n", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"), (b"PK\x03\x04", "a zip archive or an office document"), (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "gzip data"), (b"BZh", "bzip2 data"), (b"\xfd7zXZ\x00", "xz data"), (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"Rar!\x1a\x07", "a RAR archive"), (b"\x7fELF", "a program"), (b"MZ\x90", "a program"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"), (b"{\\rtf", "an RTF document"), (b"SQLite format 3\x00", "a database"),
    (b"OggS", "Ogg media"), (b"ID3", "an MP3 file"), (b"\x1aE\xdf\xa3", "a Matroska or WebM video"), (b"BM", "a BMP image"),
    (b"II*\x00", "a TIFF image"), (b"MM\x00*", "a TIFF image"), (b"wOFF", "a font"), (b"wOF2", "a font"), (b"WARC/1.", "a WARC file"),
)  # fmt: skip
SNIFFED_TYPES = ("application/pdf", "application/rss+xml", "application/atom+xml", "application/feed+json")  # whatever anybody says
READ_TYPES = (*HTML_TYPES, *SAVED_TYPES, *MAIL_TYPES, *MARKUP_TYPES, "text/plain", *SNIFFED_TYPES)
CAN = "archiver reads HTML, MHTML, PDF, text, Markdown, reStructuredText, AsciiDoc, Org, wikitext, feeds, e-mail, WARC and WACZ"


def read(
    data: bytes,
    *,
    source: str,
    url: str | None = None,
    base_url: str | None = None,
    media_type: str | None = None,
    charset: str | None = None,
    frames: Mapping[str, str] | None = None,
) -> Article:
    """Return the article in `data`.

    `source` is the name to show; `url` where it lives; `base_url` where a file came from; `media_type` and `charset` what the server or the
    person says of it; `frames` where the frames came from that a browser saved beside it. UsageError, in one line, for what is empty, too
    large, binary, or in no known encoding.
    """
    if not data:
        raise UsageError(f"{source}: empty; give a file with the article in it")
    if len(data) > LIMIT:
        raise UsageError(
            f"{source}: {len(data) / (1 << 20):,.0f} MiB, more than the {LIMIT >> 20} MiB that an article may have; give the article itself"
        )
    if what_archive(data):
        # An archive that was fetched has its own address for a base; that is no page in it.
        page = read_archive(data, source=source, wanted=None if ARCHIVE_URL.search(base_url or "") else base_url)
        article = _read(page.data, page.url or source, page.url, page.url, page.media_type, None, None)
        return replace(article, source=source, captured=page.captured)
    saved = read_saved(data, source=source, url=url) if is_saved(data) and media_type != "text/plain" else None
    return saved or _read(data, source, url, base_url, media_type, charset, frames)


def _read(
    data: bytes,
    source: str,
    url: str | None,
    base_url: str | None,
    media_type: str | None,
    charset: str | None,
    frames: Mapping[str, str] | None,
) -> Article:
    """Return the article in what is no archive file."""
    if _is_pdf(data, media_type or ""):
        from archiver.article.pdf.pdf import read_pdf  # noqa: PLC0415 - loads PDFium, 0.1 s, and most articles are no PDF

        return read_pdf(data, source=source, url=url, base_url=base_url)
    binary = what_binary(data)
    if binary:
        raise UsageError(f"{source}: {binary}; {CAN}, so give the article as one of these")
    said, _, parameters = (media_type or "").partition(";")
    named = re.search(r"charset\s*=\s*[\"']?([^\s\"';]+)", parameters, re.IGNORECASE)
    charset = charset or (named[1] if named else None)
    kind = said.strip().lower()
    if _is_mail(data, kind, source):
        return read_mail(data, source=source, url=url, base_url=base_url)
    if _begins(data, kind, source, is_export):
        return read_export(data, source=source, url=url, base_url=base_url, charset=charset)
    markup = _markup(data, kind, source, served=url is not None)
    if markup:
        return MARKUP_READERS[markup](data, source=source, url=url, base_url=base_url, charset=charset)
    if _begins(data, kind, source, is_feed):
        return read_feed(data, source=source, url=url, base_url=base_url, charset=charset)
    if _is_html(data, kind, source):
        kind = kind if kind in HTML_TYPES else "text/html"
        return read_html(data, source=source, url=url, base_url=base_url, media_type=kind, charset=charset, frames=frames)
    return read_text(data, source=source, url=url, base_url=base_url, media_type="text/plain", charset=charset)


def _is_pdf(data: bytes, said: str) -> bool:
    """Tell whether bytes are a PDF. Its mark may stand anywhere in the first kilobyte, as readers have always had it."""
    return data.startswith(b"%PDF-") or (b"%PDF-" in data[:HEAD] and (b"\x00" in data[:HEAD] or said.startswith("application/pdf")))


def _is_mail(data: bytes, kind: str, source: str) -> bool:
    """Tell whether a text is an e-mail: by its type or name, or by its headers where neither says that it is something else."""
    extension = PurePosixPath(source).suffix.lower()
    if kind in MAIL_TYPES or (extension == ".eml" and not kind):
        return True
    return not kind and extension not in TEXT_NAMES | HTML_NAMES and extension not in MARKUP_NAMES and is_mail(data)


def what_binary(data: bytes) -> str | None:
    """Say what unmistakably binary bytes are, by their signature; None for anything else."""
    if data[:4] == b"RIFF":
        return {b"WEBP": "a WebP image", b"WAVE": "a WAV file", b"AVI ": "an AVI video"}.get(data[8:12], "RIFF media")
    if data[4:8] == b"ftyp":
        return "an AVIF or HEIC image" if data[8:12] in {b"avif", b"heic", b"mif1"} else "an MP4 video"
    found = next((name for signature, name in BINARIES if data.startswith(signature)), None)
    # Two letters are no signature on their own: a text may begin "BMW".
    return None if found == "a BMP image" and b"\x00" not in data[2:10] else found


def _markup(data: bytes, kind: str, source: str, *, served: bool) -> str | None:
    """Return which markup language a text is in: by its type, its name, or, where neither says anything, by the front matter at its top.

    Servers call every source file `text/plain`, so there the name counts for more; of a person's file nobody but that person says so.
    """
    extension = PurePosixPath(source).suffix.lower()
    if kind in MARKUP_TYPES:
        return MARKUP_TYPES[kind]
    if extension in MARKUP_NAMES:
        return MARKUP_NAMES[extension] if not kind or (served and kind in GENERIC_TYPES) else None
    if kind or extension in TEXT_NAMES or extension in HTML_NAMES or not data.startswith((b"---", b"+++")):
        return None
    head = decode(data[: 16 * HEAD], "utf-8").replace("\r\n", "\n")
    return "text/markdown" if front_matter(head).title else None


def _begins(data: bytes, kind: str, source: str, known: Callable[[str], bool]) -> bool:
    """Tell whether a text is XML or JSON that is known by its root, a feed's or an export's, unless somebody says that it is plain text."""
    if kind == "text/plain" or PurePosixPath(source).suffix.lower() in TEXT_NAMES:
        return False
    head = data[: 4 * SNIFFED]
    encoding = marked(head) or (guessed(head) if b"\x00" in head else None)
    return data.lstrip(MARKS)[:1] in {b"<", b"{"} and known(decode(head, encoding or "utf-8"))


def _is_html(data: bytes, kind: str, source: str) -> bool:
    """Tell whether bytes that are not binary are HTML rather than text."""
    if kind in HTML_TYPES:
        return True
    extension = PurePosixPath(source).suffix.lower()
    if kind == "text/plain" or extension in TEXT_NAMES:
        return False
    return extension in HTML_NAMES or bool(HTML_TAGS.match(decode(data[:HEAD], marked(data) or "latin-1")))
