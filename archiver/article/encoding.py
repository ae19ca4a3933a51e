"""Decode bytes to text: what the bytes say, what the server said, what the document says, what the letters say.

The order is WHATWG's ("encoding sniffing"): byte-order mark, transport, `<meta charset>` in the first kilobyte, or later in the head, as
far as browsers read on (Chromium's `HTMLMetaCharsetParser`: up to the first element that is none of a head's); and its labels mean what
browsers mean by them: `iso-8859-1` is windows-1252, `gb2312` is gb18030, `ks_c_5601` is cp949. Bytes that a declared encoding does not have
become U+FFFD, as in a browser: the article stays readable, and the bytes as received are kept.

A program that saves a page often writes UTF-8 and leaves the old declaration in it. Browsers show such a file as nonsense; here bytes
that are UTF-8 throughout, many letters beyond ASCII among them, are that: no text in another encoding is so by chance. What a server says
is not doubted.

Without any declaration valid UTF-8 is UTF-8 (random legacy text is not). What remains is told by letters: in the right legacy encoding,
the commonest letters of its language are common. Each candidate's share of them is set against what its language has in prose; the best
must reach a fair part of it, or there is no answer. A wrong guess would show a reader nonsense as the article's words.
"""

from __future__ import annotations

import codecs
import re

# Labels that a browser reads otherwise than Python's codec of that name.
MEANT = {
    "cp1252": "iso-8859-1 iso8859-1 latin1 latin-1 l1 ascii us-ascii ansi_x3.4-1968 x-cp1252 x-user-defined",
    "cp1254": "iso-8859-9 iso8859-9 latin5 l5",
    "cp874": "iso-8859-11 iso8859-11 tis-620 windows-874 dos-874",
    "iso8859-8": "iso-8859-8-i iso-8859-8-e logical visual csiso88598i",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j csshiftjis",
    "cp949": "euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949 cseuckr",
    "gb18030": "gb2312 gbk x-gbk gb_2312 gb_2312-80 chinese iso-ir-58",
    "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5 csbig5",
    "euc_jp": "x-euc-jp cseucpkdfmtjapanese",
    "utf-16-le": "utf-16 utf16 unicode ucs-2 iso-10646-ucs-2 csunicode",
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 x-unicode20utf8",
    "mac-roman": "macintosh mac x-mac-roman csmacintosh",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
}
LABELS = {label: name for name, labels in MEANT.items() for label in labels.split()}
# The encodings of the standard (and UTF-32, for text files), by Python's names; no other codec of Python's is for text on the web.
CODECS = """
    utf-8 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10
    iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp866 cp874 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r koi8-u
    mac-roman mac-cyrillic gb18030 big5hkscs euc_jp iso2022_jp cp932 cp949
"""
KNOWN = frozenset(CODECS.split())
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CERTAIN = 40  # bytes beyond the first of their letters
PRESCAN = 1024  # bytes, the standard's
HEAD = 64 << 10  # bytes that are read on, where the head goes on
BODY = re.compile(rb"</?(?!(?:script|noscript|style|link|meta|object|title|base|html|head)\b)[a-z]", re.IGNORECASE)
MUTE = re.compile(rb"<!--.*?(?:-->|\Z)|<(script|style|title|noscript)\b[^<>]*>.*?(?:</\1|\Z)", re.IGNORECASE | re.DOTALL)
META_TAG = re.compile(rb"<meta\b[^<>]*>", re.IGNORECASE)
META = re.compile(
    rb"<meta\b[^>]*?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)|<\?xml\b[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]+)", re.IGNORECASE
)
COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
# The commonest letters of languages that are still met in legacy encodings, those encodings, and the part of all letters beyond ASCII that
# these letters make up in prose.
LEGACY = (
    ("cp1256 iso8859-6", "اليمونتربعدهسفقك", 0.85),
    ("cp1255 iso8859-8", "יוהלאתרמבשנדעח", 0.8),
    ("cp1251 koi8-r cp866 iso8859-5", "оеаинтсрвлкмдпу", 0.8),
    ("cp1253", "αοιετσνρηπκμυλά", 0.8),
    ("cp874", "านรกอเงมยลว่ดทสต้ั", 0.75),
    ("cp932 euc_jp", "のにはをたがでてとしれさいなるもかこ", 0.4),
    ("gb18030", "的一是不了在人有我他这个中大为国来上到以说时要就出会可也你对生能年和", 0.25),
    ("big5hkscs", "的一是不了在人有我他這個中大為國來上到以說時要就出會可也你對生能年和", 0.25),
    ("cp949", "이다는을의에가고를지하은한로도사기아자어", 0.4),
    ("cp1252", "éèàçêôîâûùœäöüßñáíóúãõåøæ’“”–‘»«°€…ÉÀ", 0.95),
    ("cp1254", "ığşçöüİĞŞÇÖÜ’“”–", 0.95),
    ("cp1250", "ąęółśżźćńěščřžýáíéúůőűöü’“”„–", 0.95),
)
LATIN = frozenset({"cp1252", "cp1254", "cp1250"})
MIXED = re.compile(r"[A-Za-z](?=[^\W\d_A-Za-z])|[^\W\d_A-Za-z](?=[A-Za-z])")
BESIDE = re.compile(r"[^\W\d_A-Za-z](?=[^\W\d_A-Za-z])")
FAIR = 0.7  # part of the usual share that a candidate must reach
SAMPLE = 100_000  # bytes that the guess looks at


def codec(label: str | None) -> str | None:
    """Return the Python codec that a WHATWG label stands for, or None for a label that names no text encoding."""
    name = (label or "").strip().strip("\"'").lower()
    try:
        found = codecs.lookup(LABELS.get(name, name)).name if name else None
    except (LookupError, ValueError):
        return None
    return found if found in KNOWN else None


def marked(data: bytes) -> str | None:
    """Return the codec that a byte-order mark names."""
    return next((name for mark, name in MARKS if data.startswith(mark)), None)


def declared(data: bytes) -> str | None:
    """Return the codec that a `meta` or an XML declaration names, outside comments, where browsers look; UTF-8 where it is that now."""
    found = _named(data)
    return "utf-8" if found and found != "utf-8" and _is_utf_8(data) else found


def _is_utf_8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8 throughout, and not by chance."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(data) - len(text) >= CERTAIN


def _named(data: bytes) -> str | None:
    start = COMMENT.sub(b"", data[: 4 * PRESCAN])[:PRESCAN]
    for matched in META.finditer(start + _rest_of_head(data) if len(data) > PRESCAN else start):
        found = codec((matched[1] or matched[2]).decode("ascii"))
        if found:
            # "If encoding is UTF-16BE/LE, then set it to UTF-8": the declaration could not be read if it were true.
            return "utf-8" if found.startswith("utf-16") else found
    return None


def _rest_of_head(data: bytes) -> bytes:
    """Return the `meta` elements of a page's head; linear in time, whatever stands there."""
    head = MUTE.sub(b"", data[:HEAD])
    body = BODY.search(head)
    return b"".join(META_TAG.findall(head, 0, body.start() if body else len(head)))


def guessed(data: bytes) -> str | None:
    """Return the codec that fits bytes without any declaration, or None where none does."""
    if data.isascii() and (b"\x1b$B" in data or b"\x1b$@" in data):
        return "iso2022_jp"
    sample = data[:SAMPLE]
    even, odd = sample[::2].count(0) / (len(sample) or 1), sample[1::2].count(0) / (len(sample) or 1)
    if max(even, odd) > 0.2 > 10 * min(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if b"\x00" in sample:
            return None
    else:
        return "utf-8"
    best, name = max((_fit(sample, name, letters, usual), name) for names, letters, usual in LEGACY for name in names.split())
    return name if best >= FAIR else None


def _fit(sample: bytes, name: str, letters: str, usual: float) -> float:
    """Return how near the common letters' share comes to what is usual, if the bytes are read as this encoding; 0 where they cannot be."""
    # The sample may end within a character, so one error at its end is none.
    text = sample.decode(name, "replace")[:-2]
    beyond = [character for character in text.lower() if character > "\x7f" and not character.isspace()]
    if not beyond or text.count("\ufffd") > len(beyond) // 500 or any("\x80" <= character < "\xa0" for character in beyond):
        return 0.0
    # A script's letters stand side by side, Latin ones with accents among plain ones.
    alone, together = len(MIXED.findall(text)), len(BESIDE.findall(text))
    kept = (alone if name in LATIN else together) / ((alone + together) or 1)
    return kept * min(1.0, sum(map(beyond.count, set(letters.lower()))) / len(beyond) / usual)


def decode(data: bytes, name: str) -> str:
    """Return bytes as text by a codec, the byte-order mark taken off; what the encoding does not have is U+FFFD."""
    text = data.decode(name, "replace")
    return text.removeprefix("\ufeff")
