"""The document in an answer: bytes → characters → tree, for pages that come from anywhere and may be built to hurt.

Which characters (WHATWG, "determining the character encoding"): byte order mark, then the header's charset, then the page's own
declaration, then UTF-8 where the bytes allow it, then windows-1252. Nothing raises: what cannot be decoded becomes U+FFFD.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from archiver.article.document import Document
from archiver.citation.platform import Answer

IN_XML = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
IN_META = re.compile(rb"<\s*meta[^>]+?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
HTML = ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")
LONGEST = 16 << 20  # characters of markup that are read; the capture has all of them
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def is_html(answer: Answer) -> bool:
    """Tell whether an answer is a page: by its media type, or by its first bytes where it names none."""
    if answer.media_type:
        return answer.media_type.lower() in HTML
    return looks_like_html(answer.body)


def looks_like_html(body: bytes) -> bool:
    """Tell whether bytes begin as pages do."""
    return bool(re.match(rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html|head|body)\b", body[:1024], re.IGNORECASE | re.DOTALL))


@lru_cache(maxsize=1)  # the verdict and the requisites are read from one answer, one after the other
def document(answer: Answer) -> Document:
    """Return the tree of a page. That it can be built in reasonable time is `Document`'s care."""
    return Document(text(answer)[:LONGEST])


def text(answer: Answer) -> str:
    """Return the body as characters."""
    for mark, name in MARKS:
        if answer.body.startswith(mark):
            return answer.body.decode(name, "replace")
    named = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]+)", answer.header("content-type") or "", re.IGNORECASE)
    declared = _declared(answer.body, is_page=is_html(answer))
    for encoding in (named[1] if named else None, declared):
        if encoding and (known := _known(encoding)):
            return answer.body.decode(known, "replace")
    try:
        return answer.body.decode()
    except UnicodeDecodeError as error:
        # A multi-byte character that the cap cut in two is no sign of another encoding.
        cut = answer.cut and error.start >= len(answer.body) - 3
        return answer.body.decode("utf-8" if cut else "windows-1252", "replace")


def _declared(body: bytes, *, is_page: bool) -> str | None:
    """Return the encoding that the markup names: in its XML declaration, or in a `meta` near its beginning."""
    found = IN_XML.match(body, 0, 1024) or (IN_META.search(body, 0, 2048) if is_page else None)
    return found[1].decode("ascii") if found else None


def _known(name: str) -> str | None:
    """Return Python's name of an encoding of text; browsers read Latin-1 and ASCII as windows-1252."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if not found._is_text_encoding:  # noqa: SLF001 - the only way to tell: "rot13" and "hex" are codecs too
        return None
    return "windows-1252" if found.name in ("iso8859-1", "ascii") else "utf-8" if found.name.startswith("utf-16") else found.name
