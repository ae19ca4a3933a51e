"""Notice: a page that is nothing but a server's word about itself, under a good status: not found, refused, broken, a test of who asks.

Such pages name what they are in title and heading, in the words of the servers, frameworks and companies that make them: "404 Not Found",
"Service Unavailable", "Just a moment...". A title alone proves nothing, because people write about these things, and name films and songs
by them. So three things must meet: the whole title (or a part of it that separators set off, or the heading) says it and nothing else;
outside of links and menus there is next to no prose, or no more than a notice has where two of title, heading and `noindex` agree; and the
page is no article by its own account, does not call itself by the address it was asked under, and was not asked for under an address that
says the same (`/wiki/HTTP_404`).

Words that are ordinary titles too ("Forbidden", "Access denied") count only as the whole title, and a bare "404" only with a second sign.
What is about us or passes (a test, a rate limit, a broken server, maintenance) is told from what is about the page, so that nothing that
passes is ever called gone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import unquote

from archiver.article.document import Element
from archiver.citation.platform import Reading, State
from archiver.embed.web.seen import NOTICE_TEXT, Seen
from archiver.url import parts

SEPARATOR = re.compile(r"\s+[|–—·•:«»‹›-]+\s+|:\s+|\s+[›»]\s+|\s\|\s?")
NUMBER = re.compile(
    r"(?:(?:http|https|the|server|an?)\s+)*(?:(?:status|error|erreur|fehler|fout|errore|erro|fel|virhe|błąd|chyba|hata|ошибка|помилка"
    r"|خطأ|"
    r"エラー|code|seite|page)[\s:#]*)*(?P<number>[45][0-9]{2})(?:\s*(?P<phrase>\S.{0,80}))?",
    re.IGNORECASE,
)
PHRASE = re.compile(
    r"[-–—:|,.!\s]*(?:(?:error|page|client error|server error)\b.{0,40}|bad request.{0,20}|unauthori[sz]ed|authorization required"
    r"|payment required|access (?:denied|forbidden)|forbidden.{0,20}|method not allowed|gone|not acceptable|too many requests"
    r"|request.{0,20}"
    r"|(?:(?:this|the|requested)\s+)*(?:page|resource|file|url|document|content|site)?\b.{0,24}\b(?:not|cannot"
    r"|couldn.t)\b.{0,12}\bfound\b.{0,40}"
    r"|internal server error.{0,20}|not implemented|bad gateway.{0,20}|(?:service|webservice|web server).{0,24}|gateway.{0,20}"
    r"|origin.{0,40}"
    r"|scheduled maintenance|file or directory.{0,30}|temporarily.{0,20}|unavailable for legal reasons)?[\s.!…]*",
    re.IGNORECASE,
)
ABSENT = re.compile(
    r"(?:oops[!,.…]*\s*|sorry[!,.…]*\s*|we.re sorry[!,.…]*\s*)?(?:(?:the|this|that|your|requested)\s+)*"
    r"(?:page|article|content|story|document|file|resource|url)\s+(?:you requested\s+)?(?:is\s+|was\s+|could\s+|can\s*|has\s+)?"
    r"(?:not|cannot|couldn.t|can.t)\s*(?:be\s+)?found"
    r"|(?:oops[!,.…]*\s*|sorry[!,.…]*\s*)?(?:we\s+)(?:could ?n.t|could not|can.t|cannot|can not)\s+(?:seem to\s+)?find\s+(?:that|this"
    r"|the|your)\s+page"
    r"(?:\s+you.{0,30})?|not found|(?:page|article) (?:unavailable|does not exist|doesn.t exist|no longer exists|no longer available)"
    r"|site not found|nothing found|there.s nothing here"
    r"|(?:die )?(?:angeforderte )?seite (?:(?:wurde )?(?:leider )?nicht gefunden|existiert nicht)"
    r"|(?:page|contenu|article) (?:introuvable|non trouvée?|inexistante)|cette page n.existe pas"
    r"|p[áa]gina (?:no|não|nao) (?:encontrada|existe|disponible)|p[àa]gina no trobada|pagina non trovata|pagina niet gevonden"
    r"|sidan (?:kunde inte hittas|hittades inte|finns inte)|siden (?:blev ikke fundet|kunne ikke findes|ble ikke funnet|finnes ikke)"
    r"|fant ikke siden"
    r"|sivua ei löy[td]\w*|nie znaleziono strony|strona nie (?:została znaleziona|istnieje)|stránk[au] (?:nenalezena|nebola nájdená)"
    r"|(?:az )?oldal nem található|pagina nu (?:a fost găsită|există)|η σελίδα δεν βρέθηκε|страница не найдена|сторінку не знайдено"
    r"|страницата не е намерена|sayfa bulunamadı|halaman tidak ditemukan|không tìm thấy trang"
    r"|(?:عذرا[ً،]?\s*)?(?:الصفحة (?:المطلوبة )?غير موجودة|لم يتم العثور على الصفحة|الصفحة غير متوفرة)|הדף לא נמצא|העמוד לא נמצא"
    r"|صفحه (?:مورد نظر )?(?:یافت|پیدا) نشد|ページが見つかりません(?:でした)?"
    r"|(?:您访问的)?(?:页面|頁面)(?:不存在|未找到)|找不到(?:页面|頁面|网页|網頁)"
    r"|페이지를 찾을 수 없습니다|पृष्ठ नहीं मिला|ไม่พบหน้า\S*",
    re.IGNORECASE,
)
BROKEN = re.compile(
    r"internal server error|bad gateway|gateway time-?out|(?:(?:web ?)?service|server|site|website)\s+(?:is\s+)?(?:temporarily\s+"
    r"|currently\s+)?unavailable"
    r"|(?:temporarily|briefly) unavailable(?: for scheduled maintenance.{0,60})?|database (?:connection )?error"
    r"|error establishing a database connection"
    r"|(?:the |this |our )?(?:site|website|page|server|system)?\s*(?:is )?(?:currently |temporarily )?(?:down|closed|offline"
    r"|unavailable|under|in|undergoing)"
    r"\s+(?:for |due to )?(?:scheduled |planned |routine )?maintenance|maintenance mode|site maintenance|application error|fatal error"
    r"|web server is down|web server is returning an unknown error|origin is unreachable|a timeout occurred|worker threw exception",
    re.IGNORECASE,
)
# What follows counts as the whole title only.
LIMITED = re.compile(r"too many requests|rate limit(?:ed| exceeded)|you have been rate limited", re.IGNORECASE)
REFUSED = re.compile(
    r"forbidden|unauthori[sz]ed|access (?:denied|forbidden|to this site is blocked)|permission denied|authorization required"
    r"|request rejected"
    r"|you have been blocked|the request could not be satisfied|error: the request could not be satisfied"
    r"|your access to this site has been limited by the site owner",
    re.IGNORECASE,
)
TEST = re.compile(
    r"just a moment|attention required!? \| cloudflare|one moment,? please|access to this page has been (?:denied|blocked)"
    r"|pardon our interruption|vercel security checkpoint|making sure you.re not a bot!?|ddos-guard|robot challenge screen"
    r"|security (?:check|verification|checkpoint)"
    r"|human verification|are you (?:a )?(?:human|robot)\??|robot or human\??|bot or not\??|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|challenge validation|client challenge|checking your (?:browser|connection).{0,60}|verifying (?:your )?(?:browser"
    r"|connection).{0,40}|captcha|ddos protection.{0,40}"
    r"|sucuri website firewall - access denied|you are being redirected",
    re.IGNORECASE,
)
WITH_CODE = re.compile(r"(?<=\w)\s+[45][0-9]{2}$")  # "Service unavailable 503"
BODY = {"in-maintenance": State.SERVER_ERROR, "maintenance-page": State.SERVER_ERROR}
BARE_TEXT = 120  # code points of prose beside a single sign; two signs agree over a whole notice
SET_OFF = re.compile(r"(?:[^\W\d]{3,12}\s)?(40[0134]|410|429|50[0-4]|52[0-6])\s*[-–—:|·]\s*[^\W\d].{0,80}")
ROUTES = ("/404", "/_error", "/_not-found")  # of Next.js, for errors
NEXT = re.compile(rf'"page"\s*:\s*"(?:{"|".join(ROUTES)})"')


def notice(seen: Seen) -> Reading | None:
    """Return the reading of a page that is only a notice."""
    if seen.is_itself:
        return None
    for body in seen.glance.all("body"):
        if body.attributes.get("id") == "error-page" and seen.document.select(".wp-die-message"):
            return seen.reading(State.SERVER_ERROR, "the message that WordPress dies with")
        for name, state in BODY.items():
            if name in body.classes:
                return seen.reading(state, f"body class {name}")
    if found := routed(seen):
        return _over(seen, NOTICE_TEXT, *found)
    signs = list(_titled(seen))
    if not signs:
        return None
    told = len({name == "heading" for name, _, _ in signs}) + _asks_to_be_hidden(seen)
    name, state, written = signs[0]
    return _over(seen, NOTICE_TEXT if told > 1 else BARE_TEXT, state, f"its {name} is {written[:80]!r}")


def _over(seen: Seen, most: int, state: State, said: str) -> Reading | None:
    """Return the reading, where the page has less text beside than `most`."""
    return seen.reading(state, f"{said}, and hardly any text stands beside it") if seen.prose(most) < most else None


def routed(seen: Seen) -> tuple[State, str] | None:
    """Return what an application of Next.js says of the page it was asked for: its route is the one for errors."""
    for script in seen.glance.having("id", "script"):
        if script.attributes["id"] != "__NEXT_DATA__" or not NEXT.search(written := script.text):
            continue
        try:
            told = json.loads(written)
        except (ValueError, RecursionError):
            return None
        if isinstance(told, dict) and (page := told.get("page")) in ROUTES:
            properties = told.get("props")
            inner = properties.get("pageProps") if isinstance(properties, dict) else None
            status = inner.get("statusCode") if isinstance(inner, dict) else None
            state = State.SERVER_ERROR if isinstance(status, int) and status >= 500 else State.SOFT_404
            return state, f"its application's route is {page}"
    return None


def _titled(seen: Seen) -> Iterator[tuple[str, State, str]]:
    """Yield what title and heading say that the page is, where its address does not say the same: which of them, what, in which words."""
    named = parts(seen.asked)
    address = unquote(f"{named.path}?{named.query}"[:2_000]).lower()
    told = (("title", seen.facts.title), ("og:title", seen.facts.og_title))
    headings = (list(seen.glance.all("h1")) or seen.document.select("h2"))[:2]
    titled, hidden = False, _asks_to_be_hidden(seen)
    for name, text in (*told, *(("heading", _line(one)) for one in headings)):
        found = (said(text) or (_numbered(text) if hidden else None)) if text else None
        if not text or found is None or _said_by_address(found[1], address):
            continue
        state, words = found
        if name == "heading" and not titled and words.isascii() and len(words.split()) < 3:
            continue  # songs and films are called so; their titles have more
        if words == "404" and text.strip(" .!…") != words and not hidden:
            continue
        titled = True
        yield name, state, text


def _asks_to_be_hidden(seen: Seen) -> bool:
    return "noindex" in (seen.facts.robots or "").lower()


def _line(element: Element) -> str:
    return " ".join(element.text.split())


def said(title: str) -> tuple[State, str] | None:
    """Return which notice a title names, with the words that do; None for every other title."""
    whole = " ".join(title.split())[:200].strip(" .!…")
    if TEST.fullmatch(whole):
        return State.BOT_CHALLENGE, whole
    if REFUSED.fullmatch(whole):
        return State.FORBIDDEN, whole
    if LIMITED.fullmatch(whole):
        return State.RATE_LIMITED, whole
    pieces = [one.strip(" .!…") for one in SEPARATOR.split(whole)][:8]
    for length in (3, 2, 1):
        for start in range(len(pieces) - length + 1):
            piece = " ".join(pieces[start : start + length])
            if state := _named(piece):
                return state, piece
    return None


def _named(piece: str) -> State | None:
    bare = WITH_CODE.sub("", piece)
    for pattern, state in ((ABSENT, State.SOFT_404), (BROKEN, State.SERVER_ERROR)):
        if pattern.fullmatch(bare):
            return state
    found = NUMBER.fullmatch(piece)
    if found is None:
        return None
    number, phrase = found["number"], (found["phrase"] or "").strip(" -–—:|,.!")
    if not PHRASE.fullmatch(phrase) and not ABSENT.fullmatch(phrase):
        return None
    if not phrase and number != "404" and found.start("number") == 0:
        return None  # "500" is a car
    return _status(number)


def _numbered(title: str) -> tuple[State, str] | None:
    """Return what a title says that begins with an error's number, set off from words in any language: "503: Dienst nicht verfügbar"."""
    found = SET_OFF.fullmatch(" ".join(title.split()))
    return (_status(found[1]), found[1]) if found else None


def _status(number: str) -> State:
    return {"404": State.SOFT_404, "410": State.SOFT_404, "429": State.RATE_LIMITED, "451": State.GEO_BLOCKED}.get(
        number, State.FORBIDDEN if number in ("401", "403") else State.CLIENT_ERROR if number < "500" else State.SERVER_ERROR
    )


def _said_by_address(words: str, address: str) -> bool:
    """Tell whether an address has the words of a title: it is then the address of a page about them."""
    named = re.findall(r"\w+", words.lower())
    number = [one for one in named if one.isdecimal()]
    return all(re.search(rf"(?<![0-9a-z]){re.escape(one)}(?![0-9a-z])", address) for one in (number or named))
