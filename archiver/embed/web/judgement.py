"""Verdict on a page of the open web: what an answer means, from its structure, never from a phrase looked for in the whole page.

"Page not found" stands in articles about pages that were not found. So only these speak: status, headers, where redirects ended, elements
that exist for one purpose (a challenge's form, WordPress's `body.error404`), and what the page says of itself in title, canonical URL and
cards. Signs that are weak alone must come in twos (`_signs`), and a page that calls itself by the address it was asked under, or is an
article by its own account, is never a soft 404.

In order: challenge by header, by element; status; empty; where the redirects ended; signs of a soft 404; an empty shell; ok.
What is not HTML is itself and nothing more can be said of it: `ok`, without page facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archiver.article.document import Document
from archiver.article.facts import Facts, facts
from archiver.citation.platform import Answer, Page, Reading, State
from archiver.embed.refusal import challenge, refusal
from archiver.embed.web import markup
from archiver.url import canonical, on_host, parts, resolve

# Elements that only a challenge page has, and their maker.
CHALLENGED = {
    "#challenge-form, #cf-challenge-running, #challenge-error-text, #cf-please-wait": "Cloudflare",
    "script#anubis_challenge, script#anubis_version": "Anubis",
    "script[src^='/.well-known/ddos-guard/'], #ddg-captcha": "DDoS-Guard",
    "#px-captcha, #px-captcha-wrapper": "HUMAN",
    "#sec-if-cpt-container": "Akamai",
    "iframe#main-iframe[src*='_Incapsula_Resource']": "Imperva",
}
# Elements that ordinary pages have too: they count on a refusing status, or where there is hardly anything else.
SUSPECT = {
    "script[src*='/cdn-cgi/challenge-platform/']": "Cloudflare",
    "script[src*='captcha-delivery.com']": "DataDome",
    "script[src*='awswaf.com/']": "AWS WAF",
    "script[src*='_Incapsula_Resource']": "Imperva",
    "script[src*='hcaptcha.com/'], script[src*='google.com/recaptcha/'], script[src*='challenges.cloudflare.com/turnstile/']": "a captcha",
}
NOT_FOUND_BODIES = "body.error404, body.error-404, body.page-404, body.page-not-found, body.page-error-404"
SHELL_TEXT = 40  # code points of text below which a page that runs scripts has nothing to read
SUSPECT_TEXT = 400
LOGIN = re.compile(
    r"(?:^|/)(?:accounts?/)?(?:log-?in|sign-?in|log-?on|sign-?up|register|auth|authwall|authorize|checkpoint|sso|consent|cookiewall)"
    r"(?:\.[a-z]{2,5})?(?:/|$)",
    re.IGNORECASE,
)
LOGIN_HOSTS = re.compile(r"^(?:login|signin|auth|accounts?|sso|consent|myprivacy|privacy)\.", re.IGNORECASE)
HOME = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|default|home)(?:\.[a-z]{2,5})?/?)?", re.IGNORECASE)
# Whole titles, or their first or last part, of pages that say they are not there.
ERROR_TITLE = re.compile(
    r"(?:error\s*)?40[34](?:\s*(?:error|not found|page not found|seite nicht gefunden|page introuvable))?"
    r"|(?:oops[!,.]*\s*)?(?:the\s+)?(?:page|article|content|story|document)\s+(?:could\s+)?(?:not|cannot)\s+(?:be\s+)?found"
    r"|not found|page unavailable"
    r"|seite nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada|página não encontrada|pagina non trovata"
    r"|страница не найдена|sayfa bulunamadı|الصفحة غير موجودة|הדף לא נמצא"
    r"|صفحه (?:مورد نظر )?یافت نشد|ページが見つかりません|页面不存在|找不到页面",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page and what is asked about it again and again.

    `asked` is the address it was asked under; for an archive's copy the original's, which is then also where it was got.
    """

    answer: Answer
    asked: str
    document: Document
    facts: Facts
    page: Page

    @property
    def words(self) -> int:
        """Code points of the text, counted no further than any question here asks: pages are long, and the answer is mostly "enough"."""
        return self.document.text_length(SUSPECT_TEXT)

    def reading(self, state: State, reason: str) -> Reading:
        return Reading(state, reason, page=self.page)


def read(answer: Answer) -> Reading:
    """Return what an answer to a page's URL means."""
    challenged = challenge(answer)
    if challenged:
        return challenged
    seen = _seen(answer) if markup.is_html(answer) and answer.body.strip() else None
    marked = _marked(seen) if seen else None
    if marked:
        return marked
    if not 200 <= answer.status < 300:
        return _status(answer, seen)
    if not answer.body:
        return Reading(State.EMPTY_SHELL, f"status {answer.status} without a body")
    if seen is None:
        if markup.is_html(answer):
            return Reading(State.EMPTY_SHELL, f"status {answer.status} with a blank page")
        return Reading(State.OK, f"status {answer.status}, {answer.media_type or 'no media type'}")
    return _elsewhere(seen) or _soft(seen) or _shell(seen) or seen.reading(State.OK, f"status {answer.status}, a page with text or media")


def _seen(answer: Answer) -> _Seen:
    document = markup.document(answer)
    told = facts(document)
    page = Page(
        title=told.title,
        canonical=told.canonical,
        og_url=told.og_url,
        og_type=told.og_type,
        description=told.description,
        author=told.author,
        published=told.published,
        language=told.language,
        robots=told.robots,
    )
    asked = answer.url if answer.target.tier == "memento" else answer.target.url
    return _Seen(answer, asked, document, told, page)


def _status(answer: Answer, seen: _Seen | None) -> Reading:
    page, status = seen.page if seen else None, answer.status
    refused = refusal(answer)
    if refused:
        return Reading(refused.state, refused.reason, page=page)
    known = {401: State.FORBIDDEN, 403: State.FORBIDDEN, 404: State.NOT_FOUND, 410: State.GONE}
    if status in known:
        return Reading(known[status], f"status {status}", page=page)
    if 400 <= status < 500:
        return Reading(State.CLIENT_ERROR, f"status {status}", page=page)
    if 300 <= status < 400:
        return Reading(State.UNAVAILABLE_UNSPECIFIED, f"status {status}, a redirect that leads nowhere", page=page)
    return Reading(State.UNREADABLE, f"status {status} is no final answer", page=page)


def _marked(seen: _Seen) -> Reading | None:
    """Find a challenge by its elements."""
    status = seen.answer.status
    if status in (404, 410):
        return None
    for selector, maker in CHALLENGED.items():
        if seen.document.select(selector):
            return seen.reading(State.BOT_CHALLENGE, f"an element of {maker}'s challenge page, status {status}")
    refusing = status in (202, 401, 403, 405, 429, 503)
    if seen.words < SUSPECT_TEXT and (refusing or seen.words < SHELL_TEXT):
        for selector, maker in SUSPECT.items():
            if seen.document.select(selector):
                return seen.reading(State.BOT_CHALLENGE, f"hardly any text and a script of {maker}, status {status}")
        if refusing and any("_cf_chl_opt" in script.text for script in seen.document.select("script:not([src])")):
            return seen.reading(State.BOT_CHALLENGE, f"hardly any text and Cloudflare's challenge options, status {status}")
    return None


def _elsewhere(seen: _Seen) -> Reading | None:
    """Judge where the redirects ended, or where the page says it belongs: at a login, a consent page, the front page."""
    asked, got = seen.asked, seen.answer.url
    if _is_login(asked):
        return None
    if seen.answer.redirects and _is_login(got):
        return seen.reading(State.LOGIN_WALL, f"redirected to {got}")
    if seen.answer.redirects and not _is_home(asked) and _is_home(got) and _same_site(asked, got):
        return seen.reading(State.SOFT_404, f"redirected to the front page {got}")
    for name, written in (("canonical URL", seen.facts.canonical), ("og:url", seen.facts.og_url)):
        named = _absolute(written, seen)
        if named is not None and _is_login(named) and not _is_login(got) and seen.document.select("input[type=password i]"):
            return seen.reading(State.LOGIN_WALL, f"its {name} is a login page, and it asks for a password")
    return None


def _soft(seen: _Seen) -> Reading | None:
    """Judge whether a page with a good status says by its structure that what was asked for is not there."""
    bodies = seen.document.select(NOT_FOUND_BODIES)
    if bodies:
        return seen.reading(State.SOFT_404, f"body class {' '.join(bodies[0].classes)[:80]}")
    if _is_itself(seen) or _is_home(seen.asked):
        return None
    signs = _signs(seen)
    return seen.reading(State.SOFT_404, "; ".join(signs)) if len(signs) >= 2 else None


def _is_itself(seen: _Seen) -> bool:
    """Tell whether the page is an article by its own account, or calls itself by the address it was asked under."""
    told = seen.facts
    if told.og_type == "article" or told.published:
        return True
    here = {canonical(seen.asked), canonical(seen.answer.url)}
    return any(canonical(named) in here for url in (told.canonical, told.og_url) if (named := _absolute(url, seen)))


def _signs(seen: _Seen) -> list[str]:
    told, signs = seen.facts, []
    for name, url in (("canonical URL", told.canonical), ("og:url", told.og_url)):
        named = _absolute(url, seen)
        if named is not None and _is_home(named):
            signs.append(f"its {name} is the front page")
    title = (told.title or "").strip()
    if any(ERROR_TITLE.fullmatch(part.strip(" .!…")) for part in re.split(r"\s[|–—·:«»-]\s|:\s", title)):
        signs.append(f"its title is {title[:80]!r}")
    elif told.og_site_name and title == told.og_site_name.strip():
        signs.append("its title is the site's name")
    if signs and told.robots and "noindex" in told.robots.lower():
        signs.append("it asks not to be indexed")
    return signs


def _shell(seen: _Seen) -> Reading | None:
    """Find a page with nothing to read or see until its scripts run."""
    if seen.words >= SHELL_TEXT or seen.document.select(
        "img[src], picture, video, audio, iframe[src], frame, object, embed, svg, form input"
    ):
        return None
    if seen.document.select("script"):
        return seen.reading(State.EMPTY_SHELL, f"{seen.words} characters of text, no media, and scripts that would make the page")
    if seen.words == 0:
        return seen.reading(State.EMPTY_SHELL, "a page without text or media")
    return None


def _absolute(written: str | None, seen: _Seen) -> str | None:
    return resolve(written, seen.answer.url) if written else None


def _is_login(url: str) -> bool:
    return bool(LOGIN.search(parts(url).path) or LOGIN_HOSTS.match(parts(url).host))


def _is_home(url: str) -> bool:
    named = parts(url)
    return (
        bool(HOME.fullmatch(named.path)) and not re.search(r"(?:^|&)(?:p|id|page_id|story|article|q)=", named.query) and not named.fragment
    )


def _same_site(one: str, other: str) -> bool:
    a, b = parts(one).host.removeprefix("www."), parts(other).host.removeprefix("www.")
    return on_host(a, b) or on_host(b, a)
