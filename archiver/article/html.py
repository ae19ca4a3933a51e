"""Read an HTML page as an article: its text and element map, and what it says of itself.

What fields say of title, author and date is for `facts`; what the page shows of them is for `headline` and `dateline`. The language is the
declared one, unless the text is certainly in another, or certainly not in that one: templates in English around Arabic articles say
`lang="en"`.
"""

from __future__ import annotations

import contextlib
import hashlib
import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import unquote

from archiver.article.article import Article
from archiver.article.dateline import printed_byline, printed_date
from archiver.article.document import Document, Element
from archiver.article.encoding import codec, declared, decode, guessed, marked
from archiver.article.facts import Facts, facts
from archiver.article.headline import shown_headline, title_of, told_headline
from archiver.article.language import SAMPLE, is_denied, is_known, language_of
from archiver.url import resolve

VALUE = re.compile(r"(?<==[\"'])[^\"'<>]{1,1000}(?=[\"'])")
SAVED = re.compile(  # what browsers, and the extension SingleFile, write at the top of a page that they save
    r"\s*(?:<!doctype[^<>]{0,200}>\s*)?(?:<html[^<>]{0,500}>\s*)?<!--\s*"
    r"(?:saved from url=\([0-9]{1,5}\)|Page saved with SingleFile\s+url:\s*)(?P<url>https?://[^\s<>]{1,4000})"
    r"(?:\s+saved date:[ \t]*\w+ (?P<date>\w+ [0-9]+ [0-9]+ [0-9:]+ GMT[+-][0-9]{4}))?",
    re.IGNORECASE,
)


def read_html(
    data: bytes,
    *,
    source: str,
    url: str | None = None,
    base_url: str | None = None,
    media_type: str = "text/html",
    charset: str | None = None,
    frames: Mapping[str, str] | None = None,
) -> Article:
    """Return a page as an article. `charset` is what the transport said of it, any label; `base_url` where a file came from.

    A file that nobody gave an address has the one that the browser wrote into it when it saved the page. `frames` are the addresses of what
    a saved page's own ones lead to (`page_files/frame.html`, `cid:…`): in the tree they stand in place of these, in the bytes they do not.
    """
    encoding = marked(data) or codec(charset) or declared(data) or guessed(data) or "cp1252"
    written = decode(data, encoding)
    url, captured = (url, None) if url or base_url else (saved_from(written), _saved_when(written))
    address = url or base_url
    document = Document(_restored(written, frames) if frames else written, address)
    said = facts(document)
    heading = shown_headline(document, said)
    language = _language(document, said)
    return Article(
        source=source,
        url=url,
        media_type=media_type,
        data=data,
        encoding=encoding,
        text=document.text,
        sha256=hashlib.sha256(data).hexdigest(),
        blocks=document.blocks,
        title=title_of(document, heading, said) if heading else told_headline(document, said),
        byline=(None if said.author and not said.author_is_site else printed_byline(document, heading, language)) or said.author,
        published=_published(document, said, heading, language),
        language=language,
        base_url=(resolve(document.base, address) if document.base else None) or address,
        document=document,
        captured=captured,
    )


def _restored(written: str, frames: Mapping[str, str]) -> str:
    """Return a saved page whose frames have their addresses again."""

    def address(found: re.Match[str]) -> str:
        known = frames.get(unquote(html.unescape(found[0])).removeprefix("./"))
        return html.escape(known) if known else found[0]

    return VALUE.sub(address, written)


def saved_from(written: str) -> str | None:
    """Return where a browser says that it saved a page from, resolved."""
    found = SAVED.match(written)
    return resolve(found["url"]) if found else None


def _saved_when(written: str) -> str | None:
    """Return when a page was saved (ISO 8601), where that is said."""
    found = SAVED.match(written)
    with contextlib.suppress(ValueError):
        when = datetime.strptime((found and found["date"]) or "", "%b %d %Y %H:%M:%S GMT%z").astimezone(UTC)
        return when.strftime("%Y-%m-%dT%H:%M:%SZ")
    return None


def _published(document: Document, said: Facts, heading: Element | None, language: str | None) -> str | None:
    """Return the day of publication: that of the fields and what is printed; or the permalink's."""
    if said.publication.is_certain:
        return said.published
    printed = printed_date(document, heading, language) if heading else None
    return said.publication.beside(printed, said.modified) or said.permanent_day


def _language(document: Document, said: Facts) -> str | None:
    """Return the declared language, or that of the body's text where it is certainly another; none where the declared one is denied."""
    text = _beginning(document)
    heard, declared = language_of(text), said.language
    if declared is None or (heard is not None and is_known(declared) and heard != declared.split("-")[0]):
        return heard
    return None if heard is None and is_denied(text, declared) else declared


def _beginning(document: Document) -> str:
    """Return as much of the body's text as its language is told by."""
    paragraphs, length = list[str](), 0
    for block in document.blocks:
        if length >= SAMPLE:
            break
        if block.in_body:
            paragraphs.append(document.text[block.start : block.end])
            length += block.end - block.start + 1
    return "\n".join(paragraphs)
