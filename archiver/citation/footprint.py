"""Footprints: what is left of a post of another network, or of one copied from X's own page, when its address is lost.

Each network signs in its own way, and only what no person writes by hand is taken for a signature:

    A post shared by NAME (@handle) on Jul 3, 2019 at 6:11am PDT     Instagram's, in the languages of its embeds; the day may be missing
    Posted by NAME on Friday, July 3, 2020                           Facebook's, but every blog signs so: only in a quotation element
    @handle words #tags ♬ original sound - NAME                      TikTok's; the note is U+266C
    words / @handle, July 20, 2022                                   a quotation element's last line
    NAME / @handle / words / 1:22 PM · Jul 20, 2022 · Twitter …      a post copied from the page of X: time, dot, day, on a line of its own

Bluesky signs as X does, and is read by `attribution`. Instagram's and Facebook's words are those before the signature in the same quotation
element; elsewhere nothing says where they begin, and none are claimed. Telegram's widget leaves no text behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.article.article import Article
from archiver.article.dates import find_date
from archiver.article.document import Document
from archiver.article.signs import spots
from archiver.citation.attribution import Attribution

AT = r"[(（]\s?[@＠](?P<handle>[A-Za-z0-9_.]{1,40})\s?[)）]"
NAME = r"(?P<name>[^\n()（）@]{1,80}?)"
BEFORE = (  # what Instagram writes before the name
    r"(?:A (?:post|photo|video|reel) (?:posted|shared) by|Una publicación (?:compartida|de)(?: por| de)?|Une publication partagée par"
    r"|Ein (?:von geteilter )?Beitrag geteilt von|Uma publicação (?:compartilhada|partilhada) por|Um post compartilhado por"
    r"|Un post condiviso da|Een bericht gedeeld door|Post udostępniony przez|Публикация от|Допис, поширений|Ett inlägg delat av"
    r"|Et opslag delt af|Et innlegg delt av|Příspěvek sdílený|O postare distribuită de|Bài viết do|Sebuah kiriman dibagikan oleh"
    r"|Η δημοσίευση κοινοποιήθηκε από(?: το χρήστη)?|تمت مشاركة منشور بواسطة|پستی که توسط|פוסט משותף על ידי|โพสต์ที่แชร์โดย)"
)
BEHIND = (  # and behind it
    r"(?:(?:'|’)?\w{0,4} paylaştığı bir gönderi|がシェアした投稿|님의 공유 게시물|分享的(?:帖子|貼文)|द्वारा साझा की गई पोस्ट"
    r"|által megosztott bejegyzés)"
)
INSTAGRAM = (
    re.compile(rf"(?<!\w){BEFORE}\s{{0,3}}{NAME}\s{{0,3}}{AT}"),
    re.compile(rf"(?:^|(?<=\n))[^\S\n]*{NAME}\s{{0,3}}{AT}\s?{BEHIND}"),
)
FACEBOOK = re.compile(
    r"(?:^|(?<=\n))[^\S\n]*(?:Posted by|Publiée? par|Posté par|Publicad[ao] por|Gepostet von|Pubblicato da|Geplaatst door"
    r"|Udostępniony przez|Opublikowany przez|تم النشر بواسطة|نشر بواسطة)\s{1,3}"
    r"(?P<name>[^\n]{1,100}?)\s{1,3}(?:on|sur|en|em|am|su|op|le|w dniu|في)\s"
    r"(?P<date>[^\n]{0,60}[0-9٠-٩۰-۹]{4}[^\n]{0,20})(?=\n|$)"
)
INSTAGRAM_SIGNS = (  # a part of each signature: looking for it costs a hundredth of the pattern
    (
        "shared by", "posted by", "publicación", "publication partagée", "Beitrag geteilt", "publicação", "post compartilhado",
        "post condiviso", "bericht gedeeld", "Post udostępniony", "Публикация от", "Допис, поширений", "inlägg delat",
        "opslag delt", "innlegg delt", "Příspěvek", "postare distribuită", "Bài viết do", "kiriman dibagikan", "δημοσίευση",
        "مشاركة منشور", "پستی که", "פוסט משותף", "โพสต์ที่แชร์",
    ),
    ("paylaştığı bir", "がシェアした", "공유 게시물", "分享的", "साझा की गई", "megosztott"),
)  # fmt: skip
FACEBOOK_SIGNS = (
    "Posted by",
    "Publi",
    "Posté",
    "Gepostet",
    "Pubblicato",
    "Geplaatst",
    "Udostępniony",
    "Opublikowany",
    "نشر بواسطة",
    "النشر بواسطة",
)
BRACKETS = ("(", "（")
REACH = 200  # characters before and behind the sign of a handle; the longest signature has fewer
LONGEST_SIGN = 40  # characters from the beginning of Facebook's signature to the name
TIKTOK = re.compile(
    r"(?:^|(?<=\n))[^\S\n]*@(?P<handle>[A-Za-z0-9_.]{2,30})[^\S\n]{1,3}(?P<words>[^♬]{1,600}?)\s{0,9}♬[^\S\n]{0,3}(?P<sound>[^\n]{1,120})"
)
COPIED = re.compile(
    r"(?:^|(?<=\n))[^\S\n]*(?:(?:上午|下午|午前|午後|오전|오후)\s?)?[0-9٠-٩]{1,2}[:.][0-9٠-٩]{2}(?:\s?[AaPp]\.?\s?[Mm]\.?|\s?[مص]|\s?(?:vorm|nachm)\.|\s?Uhr)?\s?[·•]\s?"
    r"(?P<date>[^\n·•]{6,30})(?P<rest>(?:\s?[·•][^\n]{0,80})?)(?=\n|$)"
)
SIGNED = re.compile(r"[^\S\n]*(?:[—–-]{1,2}\s?)?@(?P<handle>[A-Za-z0-9_]{1,20})[,·•]?\s(?P<date>[^\n@]{6,40})")
OWNER = re.compile(r"(?:(?P<name>[^\n@]{1,60}?)\s{0,2})?[@＠](?P<handle>[A-Za-z0-9_]{1,20})\s*(?:[·•][^\n]{0,30})?")
LONGEST_DATE = 60
MOST_WORDS = 1000  # characters between the handle and the time of a copied post
MOST_LINES = 24


def footprints(article: Article) -> Iterator[Attribution]:
    """Yield the posts that their network's own signature tells, in no order."""
    text, signs = article.text, article.signs
    if not signs.isdisjoint("@＠"):
        yield from _instagram(article)
        yield from () if signs.isdisjoint("·•") else _copied(article)
    if "♬" in signs:
        for found in TIKTOK.finditer(text):
            yield Attribution(found.start("handle") - 1, found.end("handle"), None, found["handle"], None, found.span("words"), "tiktok")
    if article.document is not None:
        yield from _facebook(article, article.document)
        yield from _signed(article)


def _signed(article: Article) -> Iterator[Attribution]:
    """Yield the quotations whose last line is a handle and a day."""
    for block in article.blocks_with("@"):
        line = article.text.rfind("\n", block.start, block.end) + 1 or block.start
        found = SIGNED.fullmatch(article.text, line, block.end)
        dated = find_date(found["date"], article.language) if found else None
        if found and dated and dated.start == 0 and len(found["date"]) - dated.end <= 2:
            words = _in_quotation(article, found.start("handle"))
            if words:
                yield Attribution(found.start("handle") - 1, block.end, None, found["handle"], dated.day, words)


def _instagram(article: Article) -> Iterator[Attribution]:
    for found in _signatures(article.text):
        line_end = article.text.find("\n", found.end(), found.end() + LONGEST_DATE)
        dated = find_date(article.text[found.end() : line_end if line_end >= 0 else found.end() + LONGEST_DATE], article.language)
        end = found.end() + dated.end if dated else found.end()
        words = _in_quotation(article, found.start())
        yield Attribution(
            found.start(), end, found["name"].strip() or None, found["handle"], dated.day if dated else None, words, "instagram"
        )


def _signatures(text: str) -> Iterator[re.Match[str]]:
    """Yield Instagram's signatures, each of which has one handle in it: looked for around the signs of handles that stand in brackets."""
    behind = 0
    for at in spots(text, "@＠"):
        low, high = max(behind, at - REACH), at + REACH
        near, behind = text[low:high], at + 1
        if text[max(0, at - 2) : at].rstrip()[-1:] not in BRACKETS:
            continue
        for signature, signs in zip(INSTAGRAM, INSTAGRAM_SIGNS, strict=True):
            found = signature.search(text, low, high) if any(sign in near for sign in signs) else None
            if found and found.start() <= at:
                yield found


def _facebook(article: Article, document: Document) -> Iterator[Attribution]:
    quotations = (document.span(one) for one in document.elements("blockquote"))
    if not any(sign in article.text[max(0, start - LONGEST_SIGN) : end] for start, end in quotations for sign in FACEBOOK_SIGNS):
        return
    for found in FACEBOOK.finditer(article.text):
        dated = find_date(found["date"], article.language)
        words = _in_quotation(article, found.start("name")) if dated else None
        if dated and words:
            start = found.end() - len(found[0].lstrip())
            yield Attribution(start, found.start("date") + dated.end, found["name"].strip(), None, dated.day, words, "facebook")


def _in_quotation(article: Article, offset: int) -> tuple[int, int] | None:
    """Return the span of what stands before an offset's line in the quotation element around it."""
    element = article.document.element_at(offset) if article.document is not None else None
    quotation = element.closest("blockquote") if element else None
    if quotation is None or article.document is None:
        return None
    line = article.text.rfind("\n", 0, offset) + 1
    start = article.document.span(quotation)[0]
    words = article.text[start:line].rstrip()
    return (start, start + len(words)) if words.strip() else None


def _copied(article: Article) -> Iterator[Attribution]:
    """Yield the posts that were copied from the page of X: the day is the reader's, the handle stands on a line above."""
    text = article.text
    for found in COPIED.finditer(text):
        dated = find_date(found["date"], article.language)
        top = max(0, found.start() - MOST_WORDS)
        lines = _lines_above(text, top, found.start()) if dated else []
        for start, end in lines[:MOST_LINES]:
            owner = OWNER.fullmatch(text, start, end)
            if owner is None or dated is None:
                continue
            words = text[end : found.start()]
            first = end + len(words) - len(words.lstrip())
            if words.strip():
                name = (owner["name"] or "").strip() or _line_above(text, start)
                yield Attribution(start, end, name, owner["handle"], dated.day, (first, end + len(words.rstrip())))
            break


def _lines_above(text: str, top: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of the lines that end before an offset, the nearest first, without blanks around them."""
    found = [matched.span() for matched in re.finditer(r"\S(?:[^\n]*[^\s])?", text[top:end])]
    return [(top + start, top + stop) for start, stop in reversed(found)]


def _line_above(text: str, start: int) -> str | None:
    """Return the line before, if it may be a name: short, and no sentence."""
    line = text[max(0, start - 100) : start].rstrip().rpartition("\n")[2].strip()
    return line if 0 < len(line) <= 50 and not re.search(r"[.!?:…]$", line) else None
