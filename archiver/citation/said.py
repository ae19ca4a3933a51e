"""Posts quoted in a sentence: who, on which network, and the words in quotation marks. No address, no day.

    Mr Shapps said on Twitter: “The latest data …”      Ana Ruiz escribió en X: «…»      وكتب أحمد علي على تويتر: "…"
    “The latest data …,” Mr Shapps wrote on Twitter.    In a post on X, Mr Shapps said: “The latest …”

All three must be there. The author is a handle, or a name: words that begin with capitals, beside the verb; "he", "the ministry" and "one
user" are none, because only the article's other sentences say who that is. In scripts without capitals the name stands between verb and
preposition. The network is named, or the verb can mean no other (`tweeted`). A quotation that its paragraph leaves open goes on in the
next, as printers have it, and is one. What is quoted is at least a clause long: a word or two in marks is the reporter's sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from archiver.article.article import Article
from archiver.article.signs import spots
from archiver.citation.attribution import Attribution

NETWORKS = {
    "twitter": "x", "x": "x", "facebook": "facebook", "instagram": "instagram", "telegram": "telegram", "bluesky": "bluesky",
    "tiktok": "tiktok", "threads": "threads", "mastodon": "mastodon", "truth social": "truthsocial", "linkedin": "linkedin",
    "twitterze": "x", "facebooku": "facebook", "твиттере": "x", "фейсбуке": "facebook", "телеграме": "telegram",
    "تويتر": "x", "إكس": "x", "اكس": "x", "فيسبوك": "facebook", "إنستغرام": "instagram", "انستغرام": "instagram", "تلغرام": "telegram",
    "تيليغرام": "telegram",
}  # fmt: skip
NETWORK = (
    r"(?P<network>X|Twitter|Facebook|Instagram|Telegram|Bluesky|TikTok|Threads|Mastodon|Truth Social|LinkedIn|Twitterze|Facebooku|Твиттере"
    r"|Фейсбуке|Телеграме)\b(?:[ -](?:account|page|profile|channel|feed|Account|Konto|Kanal))?"
)
SAYING = (
    r"said|says|wrote|writes|posted|posts|added|announced|replied|responded|explained|declared|warned|commented|insisted|noted|claimed"
    r"|shared|a (?:écrit|posté|publié|déclaré|réagi|annoncé)|écrit|escribió|publicó|dijo|aseguró|señaló|afirmó|schrieb|schreibt|erklärte"
    r"|ha scritto|scrive|ha dichiarato|escreveu|publicou|disse|afirmou|schreef|skrev|skriver|napisała?|написала?|сообщила?|заявила?"
)
ON = (
    r"(?:on|via|sur|en|auf|bei|su|sul|no|na|op|på|в|через|em|di)"
    r"(?:[^\S\n](?:his|her|their|its|the|su|son|sa|leur|sua|seu|suo|seinem|ihrem)(?:[^\S\n](?:official|verified|personal|oficial|officiel|offiziellen))?"
    r"(?:[^\S\n](?:account|cuenta|perfil|página|compte|conta|profilo|page|profile|Account|Konto|Profil)"
    r"(?:[^\S\n](?:oficial|officiel))?(?:[^\S\n](?:on|de|en|no|na|do|sur|su|di))?)?)?"
)
TWEETING = r"tweeted|tweets|a tweeté|a twitté|tuiteó|twitterte|ha twittato|tuitou|twitterde|twittrade|твитнула?"
TOLD = """
    Twitter Facebook Instagram Telegram Bluesky TikTok Threads Mastodon Truth LinkedIn Твиттере Фейсбуке Телеграме тви tweet twitt tuite
    tuitou تويتر إكس اكس فيسبوك إنستغرام انستغرام تلغرام تيليغرام
"""
NAMES = tuple(TOLD.split())
X = re.compile(r"(?<!\w)X(?!\w)")
WORD = r"[^\W\d_][\w.’'\-]{0,30}"
WHO = rf"(?P<name>{WORD}(?:[^\S\n]{WORD}){{0,4}}),?"
HOW = (
    rf"(?:(?:also|later|then|has|had|ha|hat|auch|también|aussi)[^\S\n])?"
    rf"(?:(?:{SAYING})(?:[^\S\n]in an?[^\S\n](?:\w{{1,12}}[^\S\n])?(?:tweet|post|thread|message|statement))?[^\S\n](?:{ON})[^\S\n]{NETWORK}"
    rf"(?:,?[^\S\n]\(?formerly[^\S\n](?:known as[^\S\n])?Twitter\)?)?|(?P<tweeted>{TWEETING}))"
)
OPEN, CLOSE = '“"«„', '”"»“'
SAID = re.compile(rf"(?<!\w){HOW}(?:[^\S\n][^\n:“\"«„.!?]{{1,40}})?,?[^\S\n]?[:,][^\S\n]{{0,2}}(?=[“\"«„])")
LED = re.compile(
    rf"(?<!\w)[Ii]n an?[^\S\n](?:\w{{1,12}}[^\S\n])?"
    rf"(?:(?P<tweeted>tweet)|(?:post|message|statement|thread|video)[^\S\n](?:{ON})[^\S\n]{NETWORK})"
    rf"(?:[^\S\n]on[^\S\n]\w{{6,9}})?,[^\S\n]{WHO}[^\S\n](?:{SAYING})[^\S\n]?[:,][^\S\n]{{0,2}}(?=[“\"«„])"
)
SIGNED = re.compile(rf"[{CLOSE}][,.]?[^\S\n]{WHO}[^\S\n]{HOW}(?!\w)")
ARABIC = re.compile(
    r"(?<!\w)و?(?:كتب|قال|غر[َّ]{0,2}د|أضاف|نشر|أعلن)ت?[^\S\n](?P<name>[^\W\d_]+(?:[^\S\n][^\W\d_]+){0,4}?)[^\S\n](?:على|عبر|في)[^\S\n]"
    r"(?:(?:حسابه|حسابها|صفحته|صفحتها)[^\S\n](?:الرسمي[ة]?[^\S\n])?(?:على|في|عبر)[^\S\n])?(?:(?:منصة|موقع)[^\S\n])?[\"“«]?"
    r"(?P<network>تويتر|إكس|اكس|فيسبوك|إنستغرام|انستغرام|تلغرام|تيليغرام)[\"”»]?[^\S\n]?[:،,][^\S\n]{0,2}(?=[“\"«„])"
)
NO_NAME_WORDS = """
    he she they it i we you who one this that these those the a an another someone somebody user users il elle ils elles on je nous un une
    le la les lo él ella ellos yo una el los er sie es wir ich ein eine der die das lui lei loro egli ele ela eles hij zij ze han hun hon
    он она они я мы
"""
LEAD_WORDS = """
    later earlier meanwhile yesterday today then but and so as when after before while also however if because since although though on in
    at now mais et puis pero y luego und aber dann ma e poi mas depois но и а затем
"""
PARTICLE_WORDS = "de del della di da dos das du van von der den bin ibn al el la le ben y e zu ter ten"
NO_NAMES, LEADS, PARTICLES = (frozenset(words.split()) for words in (NO_NAME_WORDS, LEAD_WORDS, PARTICLE_WORDS))
OWNER = re.compile(r"[^\S\n]?[(（]?@(?P<handle>[A-Za-z0-9_.]{1,30})[)）]?,?[^\S\n]$")  # whose post it is, before the verb
PREPOSITIONS = frozenset({"on", "in", "at", "after", "before"})
LEAST, MOST = 25, 1500  # characters of the words
MOST_BLOCKS = 5
REACH = 120  # characters before the verb in which the name stands


def said(article: Article) -> Iterator[Attribution]:
    """Yield the posts that sentences quote by author and network, in no order; `handle` and `day` are None."""
    text = article.text
    for at in _telling(article):
        block = article.blocks[at]
        for pattern, read in ((SAID, _before), (LED, _before), (ARABIC, _before), (SIGNED, _behind)):
            for found in pattern.finditer(text, block.start, block.end + 1):
                if found.end() <= block.end and (attribution := read(article, at, found)):
                    yield attribution


def _telling(article: Article) -> Iterator[int]:
    """Yield the blocks, by index, in which a quotation begins or ends and a network is named, or what can mean no other."""
    marks = spots(article.text, article.signs.intersection(OPEN + CLOSE))
    starts = [block.start for block in article.blocks] if marks else []
    # A mark may stand directly behind the block.
    for at in sorted({find(starts, mark) - 1 for mark in marks for find in (bisect_left, bisect_right)} - {-1}):
        words = article.text[article.blocks[at].start : article.blocks[at].end]
        if any(name in words for name in NAMES) or ("X" in words and X.search(words)):
            yield at


def _before(article: Article, at: int, found: re.Match[str]) -> Attribution | None:
    """Return what a match says that stands before the words."""
    end = found.end(found.lastgroup or 0)
    if found.re is ARABIC:
        name, start = found["name"], found.start("name")
    elif found.re is LED:
        whole = _named(found["name"])
        name, start, end = whole if whole == found["name"] else None, found.start(), found.end("name")
    else:
        top = max(article.blocks[at].start, found.start() - REACH)
        before = article.text[top : found.start()]
        owner = OWNER.search(before)
        name = _name_before(before[: owner.start()] + " " if owner else before)
        start = top + (before.rindex(name) if name else owner.start() if owner else 0)
        if owner:
            words = _quotation(article, at, found.end())
            return Attribution(start, end, name, owner["handle"], None, words, _platform(found)) if words else None
    words = _quotation(article, at, found.end()) if name else None
    return Attribution(start, end, name, None, None, words, _platform(found)) if words else None


def _behind(article: Article, at: int, found: re.Match[str]) -> Attribution | None:
    """Return what a match says that stands behind the words, and begins with the mark that closes them."""
    name = _named(found["name"])
    top = max(article.blocks[at].start, found.start() - MOST)
    opened = max(article.text.rfind(mark, top, found.start()) for mark in OPEN)
    if not name or opened < 0 or found.start() - opened - 1 < LEAST:
        return None
    start = found.start("name") + found["name"].rindex(name)
    return Attribution(start, found.end(), name, None, None, (opened + 1, found.start()), _platform(found))


def _platform(found: re.Match[str]) -> str:
    network = found["network"]
    return NETWORKS[network.lower()] if network else "x"


def _name_before(before: str) -> str | None:
    """Return the name that a sentence has directly before its verb, as written."""
    matched = re.search(rf"(?:^|[^\w@#.’'\-]){WHO}[^\S\n]$", before)
    return _named(matched["name"]) if matched else None


def _named(written: str) -> str | None:
    """Return the name at the end of some words: capitals and particles; None where it is no name."""
    words = written.split()
    kept: list[str] = []
    for word in reversed(words):
        if not (word[0].isupper() or (kept and word in PARTICLES)):
            break
        kept.insert(0, word)
        if word[-1] in ".!?" and len(word) > 4:  # the end of a sentence, and no title
            kept.pop(0)
            break
    while kept and (kept[0].casefold() in LEADS or kept[0] in PARTICLES):
        if kept.pop(0).casefold() in PREPOSITIONS:  # On Monday NAME, In Paris NAME: where the name begins nothing says
            return None
    if not kept or any(word.casefold() in NO_NAMES for word in kept if word not in PARTICLES):
        return None
    name = " ".join(kept)
    return name if name in written and len(kept[-1]) > 1 else None


def _quotation(article: Article, at: int, start: int) -> tuple[int, int] | None:
    """Return the span of the words that a quotation mark at `start` opens; one that its paragraph leaves open goes on in the next."""
    text, mark = article.text, article.text[start]
    closing = {"“": "”", "«": "»", "„": "“”", '"': '"'}[mark]
    for block in article.blocks[at : at + MOST_BLOCKS]:
        if block.start > start and text[block.start] != mark:
            return None
        first = max(start, block.start) + 1
        ends = [end for sign in closing if (end := text.find(sign, first, block.end)) >= 0]
        if ends:
            return (start + 1, min(ends)) if LEAST <= min(ends) - start - 1 <= MOST else None
    return None
