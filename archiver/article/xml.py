"""Read XML that feeds are written in, as it is, mended, or by its pieces.

Expat reads it without any document type, so that no entity is declared by the file itself; names that HTML knows (`&nbsp;`) are put in.
What is not well-formed is mended where the fault is a common one: bare ampersands, control characters, prefixes that nothing declares. A
file that breaks off, or has one item that nothing mends, is read by its items: each that is well-formed as it is, of each other one its
fields. So one bad item costs no other, and no feed is shown as the source that it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\b[^\[<>]*(?:\[[^\]]*\]\s*)?>", re.DOTALL)
REFERENCE = r"amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}"
ENTITY = re.compile(rf"&(?!(?:{REFERENCE});)(?P<name>#X[0-9A-Fa-f]{{1,6}};|[A-Za-z][A-Za-z0-9]{{1,31}};)?")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
ROOT = re.compile(r"<(?P<name>[A-Za-z][\w.:-]*)(?P<attributes>(?:\s[^<>]*)?)>")
PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):[A-Za-z_]|\s([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*\s*=\s*[\"']")
ITEM = re.compile(r"<(?P<name>(?:[A-Za-z]\w*:)?(?:item|entry))(?=[\s>])")
FIELD = re.compile(r"<(?P<name>[A-Za-z][\w.:-]*)(?P<attributes>(?:\s+[\w.:-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*(?P<alone>/)?>")
ATTRIBUTE = re.compile(r"([\w.:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
KNOWN = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "wp": "http://wordpress.org/export/1.2/",
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
}
MARKUP = frozenset({"content", "description", "summary", "encoded"})  # fields that may hold anything, and break off


def parsed(text: str) -> ET.Element | None:
    """Return the root element of XML, as it is, mended or put together; None for what is none."""
    root = 0
    while part := PROLOG.match(text, root):
        root = part.end()
    if text.startswith("<!", root):  # a document type that is none
        return None
    bare = text[root:]
    for mend in (lambda written: written, _mended):
        found = _read(mend(bare))
        if found is not None:
            return found
    return _salvaged(_mended(bare))


def local(element: ET.Element) -> tuple[str, str]:
    """Return namespace and local name; no name for a comment and the like."""
    space, _, name = element.tag.rpartition("}") if isinstance(element.tag, str) else ("", "", "")
    return space.lstrip("{"), name


def _read(text: str) -> ET.Element | None:
    try:
        return ET.fromstring(text)  # noqa: S314 - no document type is left in it, so no entity can be declared
    except (ET.ParseError, ValueError):
        return None


def _mended(text: str) -> str:
    """Return XML without what commonly breaks it: entities of HTML, bare ampersands, control characters, prefixes without a name space."""
    text = CONTROL.sub("", text)
    closed = text.rfind("]]>") + 3 if "]]>" in text else 0  # no section ends behind it
    pieces = [*CDATA.split(text[:closed]), "", text[closed:]]
    pieces[::2] = [ENTITY.sub(lambda found: _entity(found["name"]), piece) for piece in pieces[::2]]
    root = ROOT.match(pieces[0])
    used = {found[1] or found[2] for piece in pieces[::2] for found in PREFIX.finditer(piece)} - {"xml", "xmlns"}
    missing = [prefix for prefix in sorted(used) if not re.search(rf"\sxmlns:{re.escape(prefix)}\s*=", text)]
    if root and missing:
        spaces = "".join(f' xmlns:{prefix}="{KNOWN.get(prefix, "urn:" + prefix)}"' for prefix in missing)
        pieces[0] = pieces[0][: root.end("name")] + spaces + pieces[0][root.end("name") :]
    return "".join(pieces)


def _entity(name: str | None) -> str:
    character = html.unescape(f"&{name}") if name else "&"
    return "&amp;" + (name or "") if character.startswith("&") else html.escape(character)


def _salvaged(text: str) -> ET.Element | None:
    """Return the root element of a feed, put together from its items; None where there is none."""
    root, first = ROOT.match(text), ITEM.search(text)
    if root is None or first is None:
        return None
    opening, closing = root[0], f"</{root['name']}>"
    whole = _read(opening + closing)
    if whole is None:
        return None
    whole.extend(_fields(text[root.end() : first.start()]))
    unclosed: set[str] = set()
    while first:
        close = None if first["name"] in unclosed else re.compile(rf"</{re.escape(first['name'])}\s*>").search(text, first.end())
        unclosed |= {first["name"]} if close is None else set()
        following = ITEM.search(text, first.end())
        end = close.end() if close else following.start() if following else len(text)
        read = _read(opening + text[first.start() : end] + closing) if close else None
        if read is not None:
            whole.extend(read)
        else:
            item = ET.SubElement(whole, first["name"].rpartition(":")[2])
            item.extend(_fields(text[first.end() : close.start() if close else end]))
        first = ITEM.search(text, end)
    return whole


def _fields(text: str) -> Iterator[ET.Element]:
    """Yield the elements in a piece of XML that is not well-formed, with what is in them as text; of one without an end, the rest."""
    position = 0
    unclosed: set[str] = set()
    while found := FIELD.search(text, position):
        position = found.end()
        prefix, _, name = found["name"].rpartition(":")
        element = ET.Element(f"{{{KNOWN[prefix]}}}{name}" if prefix in KNOWN else name)
        element.attrib.update({key: html.unescape(one or other) for key, one, other in ATTRIBUTE.findall(found["attributes"])})
        if not found["alone"]:
            end = -1 if found["name"] in unclosed else text.find(f"</{found['name']}", position)
            if end < 0:
                unclosed.add(found["name"])
                if name not in MARKUP:
                    continue
                end = len(text)
            element.text = _words(text[position:end], element.get("type"))
            position = end
        yield element


def _words(written: str, kind: str | None) -> str:
    """Return the text of an element: what its sections hold, and the rest with references undone, or as it is where it is markup itself."""
    if "<![CDATA[" in written:
        return re.sub(r"<!\[CDATA\[|\]\]>", "", written)
    return written if kind == "xhtml" else html.unescape(written)
