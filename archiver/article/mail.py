"""Read an e-mail as an article: a newsletter, a forwarded report. Subject, sender and date are its title, byline and day.

The words are those of the HTML part, which newsletters are made for; the text part is a by-product of their tools, often with nothing but
a link to the web version in it. It is read where there is no HTML part, or one without words. The text of the article is that part's,
decoded; the bytes as received are the message. Places with an XPath select in the HTML part.

The standard library's parser reads MIME; it notes defects, and fails at nothing but parts nested hundreds deep. Its newer header classes
do fail on hostile headers, so those are read as they stand and their encoded words (RFC 2047) decoded here, leniently: declared encodings
lie in mail more than anywhere else, and a charset that does not exist or does not fit gives way to the page's own declaration and to the
letters (`encoding`).

Several parts with words are one text where a picture or an attachment stands between them; places are in what they make together.
Attachments are no part of the article, nor are mails within mails, unless there is nothing else: a mail without words of its own forwards
the one in it. Bounded are the parts that are looked at; the message has its limit from `read`.
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
from archiver.article.encoding import codec, decode, guessed
from archiver.article.html import read_html
from archiver.article.text import read_text
from archiver.article.times import iso_date
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
SOFT = re.compile(rb"(?<=[^ \r\n>]) \r?\n(?! |-- |>|\r?\n)")  # RFC 3676, DelSp=yes: the blank and the line end are none
MESSAGES = frozenset({"rfc822", "global", "news", "partial"})
# A part's first line, where the header names another boundary: one that was folded or rewritten on its way.
PARTED = re.compile(rb"^--(?P<boundary>[^\r\n\"]{1,200}?)[ \t]*\r?\n(?=Content-[A-Za-z-]{1,40}:)", re.IGNORECASE | re.MULTILINE)
TAGS = re.compile(
    rb"<(?:!doctype|html|head|body|p|div|span|br|a|b|i|u|font|center|h[1-6]|table|tr|td|ul|ol|li|pre|img|blockquote|style)[\s/>]",
    re.IGNORECASE,
)
BRACKETED = re.compile(rb"<https?://", re.IGNORECASE)
LIST_FOOTER = re.compile(rb"\s*_{20,}\s")  # what a mailing list puts below


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
    name, address = parseaddr(header(message, "From") or "")
    return replace(
        article,
        media_type="message/rfc822",
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        title=header(message, "Subject") or article.title,
        byline=name or address or article.byline,
        published=iso_date(header(message, "Date")) or article.published,
    )


def _worded(message: Message, source: str, url: str | None, base_url: str | None) -> Article | None:
    """Return the parts that have words, read as an article, HTML before text; of a message without any, those of the one it forwards."""
    parts = list(_parts(message, "text"))
    for kind in ("text/html", "text/plain"):
        # A part that is called HTML, but has addresses in angle brackets and no tags, is text.
        called = kind if kind == "text/plain" and any(part.get_content_type() == kind for part in parts) else "text/html"
        words = [(part, body) for part in parts if part.get_content_type() == called and (body := body_of(part))]
        if called == "text/html":
            tagged = kind == "text/html"
            words = [(part, body) for part, body in words if tagged == bool(TAGS.search(body) or not BRACKETED.search(body))]
        if kind == "text/html":
            pages = [(part, body, read_html(body, source=source, charset=charset_of(part, body))) for part, body in words]
            words = [(part, body) for part, body, page in pages if page.text.strip()]
        else:
            words = [one for at, one in enumerate(words) if not at or not LIST_FOOTER.match(one[1])]
        if not words:
            continue
        part, body = words[0]
        charset = charset_of(part, body)
        if len(words) > 1:  # what a picture or an attachment parts is one text
            body = b"\n\n".join(decode(one, codec(charset_of(of, one)) or guessed(one) or "utf-8").encode() for of, one in words)
            charset = "utf-8"
        if kind == "text/html":
            return read_html(body, source=source, url=url, base_url=base_url or _address(part), charset=charset)
        if codec(charset) or guessed(body):
            return read_text(body, source=source, url=url, base_url=base_url, charset=charset)
    forwarded = next((part for part in _parts(message, "message") if part.get_content_subtype() in MESSAGES), None)
    inner = forwarded.get_payload() if forwarded is not None else None
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return _worded(inner[0], source, url, base_url)
    return None


def body_of(part: Message) -> bytes | None:
    """Return the content of a part, decoded, soft line breaks of addresses undone; None where there is nothing in it."""
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes) or not body.strip():
        return None
    flowed = str(part.get_param("format")).lower() == "flowed" and str(part.get_param("delsp")).lower() == "yes"
    return SOFT.sub(b"", body) if flowed else body


def _parts(message: Message, kind: str) -> Iterator[Message]:
    """Yield the parts of a kind that a message shows, outermost first; not attachments, nor what is in the messages in it."""
    waiting = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        # Asked for a text, the library would decode it as the part says, and fail at charsets that are none.
        if part.get_content_maintype() == "multipart":
            inner = part.get_payload() if part.is_multipart() else _parted(part)
            waiting[:0] = [one for one in inner[:MOST_PARTS] if isinstance(one, Message)] if isinstance(inner, list) else []
        elif part.get_content_maintype() == kind and (kind == "message" or part.get_content_disposition() != "attachment"):
            yield part


def _parted(part: Message) -> object:
    """Return the parts of a multipart in which its boundary does not occur, by the one that does; None where none does."""
    written = part.get_payload(decode=True)
    first = PARTED.search(written) if isinstance(written, bytes) else None
    if first is None or not isinstance(written, bytes):
        return None
    head = b'Content-Type: multipart/mixed; boundary="' + first["boundary"] + b'"\n\n'
    try:
        return BytesParser(policy=policy.compat32).parsebytes(head + written).get_payload()
    except RecursionError:
        return None


def charset_of(part: Message, body: bytes) -> str | None:
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
    found = header(part, "Content-Location") or header(part, "Content-Base") or ""
    return found if found.lower().startswith(("http://", "https://")) else None


def header(message: Message, name: str) -> str | None:
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
