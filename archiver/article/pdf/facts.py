"""What a PDF says of itself: title, author, date, language, from its XMP packet and its information dictionary.

XMP comes first: it is the newer of the two and says what its dates mean. The packet is found as Adobe's specification has readers find it
that do not know the file's format: by its markers, in the bytes ("packet scanning"); one in a compressed stream is not found, and the
dictionary answers. No date of the dictionary is taken: `CreationDate` is the day on which the file was made, by printing a page or
exporting an old letter, and the same date stands in XMP as `xmp:CreateDate`; only PRISM and Dublin Core tell of publication. It is read
with expressions for the few properties that matter, not with an XML parser: it is a stranger's XML.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from archiver.article.times import iso_date

PACKET = re.compile(rb"<x:xmpmeta\b.{0,200000}?</x:xmpmeta>", re.DOTALL)
PACKETS = 8  # looked at; pictures have some of their own
ITEM = re.compile(r"<rdf:li\b[^>]*>([^<]{1,1000})</rdf:li>")
FILE_NAME = re.compile(
    r"(?:microsoft \w+ - .*|.*\.(?:docx?|pdf|indd|tex|odt|qxp|pages|rtf|html?|eps|ai|pptx?|xlsx?)|untitled.*|document[0-9]*|slide [0-9]+"
    r"|[^\s_]+(?:_[^\s_]+)+|(?:[0-9]+[-_])+\S*)",
    re.IGNORECASE,
)
EDITOR = re.compile(r"\s+[-–] Google (?:Docs|Slides|Sheets|Drive)\Z")  # what a browser printed, and where it did
TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
NOBODY = frozenset({"", "unknown", "user", "admin", "administrator", "author", "anonymous", "(anonymous)", "(unspecified)", "owner"})


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What a PDF says of itself; `published` an ISO date, `language` a BCP 47 tag."""

    title: str | None
    author: str | None
    published: str | None
    language: str | None


def pdf_facts(information: dict[str, str], data: bytes, language: str | None) -> PdfFacts:
    """Return what a document says by its information dictionary, the XMP packet in its bytes, and the catalogue's `/Lang`."""
    packet = _packet(data)
    dates = [iso_date(value) for name in ("prism:publicationDate", "dc:date") for value in _values(packet, name)]
    titles = [*_values(packet, "dc:title"), information["Title"]]
    authors = [", ".join(_values(packet, "dc:creator")), information["Author"]]
    languages = [language or "", *_values(packet, "dc:language")]
    return PdfFacts(
        title=next((title for title in map(_title, titles) if title and not FILE_NAME.fullmatch(title)), None),
        author=next((author for author in map(_line, authors) if author.lower() not in NOBODY), None),
        published=next(filter(None, dates), None),
        language=next((one.strip() for one in languages if TAG.fullmatch(one.strip()) and one.lower() != "x-default"), None),
    )


def _packet(data: bytes) -> str:
    """Return the XMP packet that speaks of the document: the last one with a title, as an updated file has its new one at the end."""
    found = [packet[0].decode("utf-8", "replace") for packet, _ in zip(PACKET.finditer(data), range(PACKETS), strict=False)]
    return next((packet for packet in reversed(found) if "dc:title" in packet), found[-1] if found else "")


def _values(packet: str, name: str) -> list[str]:
    """Return the values of a property: an attribute, a simple element, or the items of a list."""
    matched = re.search(rf"\b{name}=\"([^\"<]*)\"|\b{name}='([^'<]*)'|<{name}\b[^>]*>(.*?)</{name}>", packet, re.DOTALL)
    if matched is None:
        return []
    if matched[3] is None:
        return [html.unescape(matched[1] or matched[2] or "")]
    written = ITEM.findall(matched[3]) or ([matched[3]] if "<" not in matched[3] else [])
    return [html.unescape(one).strip() for one in written if one.strip()]


def _title(text: str) -> str:
    return EDITOR.sub("", _line(text))


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
