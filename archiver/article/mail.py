"""Read an e-mail as an article: a newsletter, a forwarded report. Subject, sender and date are its title, byline and day.

The words are those of the HTML part, which newsletters are made for; the text part is a by-product of their tools, often with nothing but
a link to the web version in it. It is read where there is no HTML part, or one without words. The text of the article is that part's,
decoded; the bytes as received are the message. Places with an XPath select in the HTML part.

The standard library's parser reads MIME; it notes defects, and fails at nothing but parts nested hundreds deep. Its newer header classes
do fail on hostile headers, so those are read as they stand and their encoded words (RFC 2047) decoded here, leniently: declared encodings
lie in mail more than anywhere else, and a charset that does not exist or does not fit gives way to the page's own declaration and to the
letters (`encoding`).

Attachments and mails within mails are no part of the article. Bounded are the parts that are looked at; the message has its limit from
`read`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parseaddr

from archiver.article.article import Article
from archiver.article.encoding import codec, guessed
from archiver.article.facts import iso_date
from archiver.article.html import read_html
from archiver.article.text import read_text
from archiver.errors import UsageError

MOST_PARTS = 500
LONGEST_HEADER = 2000
HEADERS = re.compile(rb"(?:>?From [^\r\n]*\r?\n)?(?:[!-9;-~]{1,76}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+\r?\n", re.IGNORECASE)
TELLING = re.compile(
    rb"^(?:from|to|subject|date|received|message-id|mime-version|return-path|delivered-to|content-type|dkim-signature):",
    re.IGNORECASE | re.MULTILINE,
)
HEAD = 1 << 16
ENOUGH = 3  # of the telling headers


def is_mail(data: bytes) -> bool:
    """Tell whether bytes begin with the headers of a message: nothing but header lines, and some that every mail has."""
    head = HEADERS.match(data[:HEAD])
    return head is not None and len({found.lower() for found in TELLING.findall(head[0])}) >= ENOUGH


def read_mail(data: bytes, *, source: str, url: str | None = None, base_url: str | None = None) -> Article:
    """Return a message as an article. UsageError, in one line, where it has no words."""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(data)
    except RecursionError:
        raise UsageError(f"{source}: an e-mail with parts in parts to a depth that no reader follows; save its text as a file") from None
    article = _worded(message, source, url, base_url)
    if article is None:
        raise UsageError(f"{source}: an e-mail without text; if the article is attached to it, save that")
    name, address = parseaddr(_header(message, "From") or "")
    return replace(
        article,
        media_type="message/rfc822",
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        title=_header(message, "Subject") or article.title,
        byline=name or address or article.byline,
        published=iso_date(_header(message, "Date")) or article.published,
    )


def _worded(message: Message, source: str, url: str | None, base_url: str | None) -> Article | None:
    """Return the first part that has words, read as an article, HTML before text."""
    parts = list(_parts(message))
    for kind in ("text/html", "text/plain"):
        for part in (part for part in parts if part.get_content_type() == kind):
            body = part.get_payload(decode=True)
            if not isinstance(body, bytes) or not body.strip():
                continue
            charset = _charset(part, body)
            if kind == "text/html":
                page = read_html(body, source=source, url=url, base_url=base_url or _address(part), charset=charset)
                if page.text.strip():
                    return page
            elif codec(charset) or guessed(body):
                return read_text(body, source=source, url=url, base_url=base_url, charset=charset)
    return None


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts of a message that are shown, outermost first; not attachments, not messages in it."""
    waiting = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        # Asked for a text, the library would decode it as the part says, and fail at charsets that are none.
        payload = part.get_payload() if part.is_multipart() else None
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting[:0] = [one for one in payload[:MOST_PARTS] if isinstance(one, Message)]
        elif part.get_content_disposition() != "attachment" and part.get_content_maintype() == "text":
            yield part


def _charset(part: Message, body: bytes) -> str | None:
    """Return the declared charset if the body can be read with it; us-ascii is what tools write that never looked."""
    said = part.get_param("charset")
    label = said if isinstance(said, str) else None
    name = codec(label)
    if name is None or (label or "").lower() in {"us-ascii", "ascii"}:
        return None
    try:
        body.decode(name)
    except UnicodeDecodeError:
        return guessed(body) or label
    return label


def _address(part: Message) -> str | None:
    """Return the part's Content-Location or Content-Base, against which its relative links are resolved (RFC 2557)."""
    found = _header(part, "Content-Location") or _header(part, "Content-Base") or ""
    return found if found.lower().startswith(("http://", "https://")) else None


def _header(message: Message, name: str) -> str | None:
    """Return a header as one line of text, encoded words decoded as far as they can be."""
    value = next((value for known, value in message.raw_items() if known.lower() == name.lower()), None)
    if value is None:
        return None
    written = str(value).encode("utf-8", "surrogateescape")[:LONGEST_HEADER]
    text = written.decode(guessed(written) or "latin-1", "replace")
    try:
        pieces = decode_header(" ".join(text.split()))
    except (HeaderParseError, ValueError):
        return " ".join(text.split()) or None
    words = "".join(piece if isinstance(piece, str) else _word(piece, charset) for piece, charset in pieces)
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", words).split()) or None


def _word(piece: bytes, charset: str | None) -> str:
    name = codec(charset) or guessed(piece) or "latin-1"
    return piece.decode(name, "replace")
