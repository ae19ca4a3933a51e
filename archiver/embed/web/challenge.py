"""Challenge: a test of who asks, in the place of what was asked for; by elements and addresses that only such tests have."""

from __future__ import annotations

import re

from archiver.citation.platform import Reading, State
from archiver.embed.web import notice
from archiver.embed.web.scripted import SHELL_TEXT
from archiver.embed.web.seen import LITTLE_TEXT, NOTICE_TEXT, Seen
from archiver.url import on_host, parts

# Elements that only a challenge page has, and their maker. Pages that explain them have more to read than a notice.
CHALLENGED = {
    "#challenge-form, #cf-challenge-running, #challenge-error-text, #cf-please-wait": "Cloudflare",
    "script#anubis_challenge, script#anubis_version, script#anubis_public_url": "Anubis",
    "[data-ddg-origin], #ddg-captcha": "DDoS-Guard",
    "#px-captcha, #px-captcha-wrapper, meta[name=description][content='px-captcha']": "HUMAN",
    "#sec-if-cpt-container, meta[http-equiv=refresh i][content*='bm-verify=']": "Akamai",
    "iframe[src*='_Incapsula_Resource']": "Imperva",
    "iframe[src*='captcha-delivery.com']": "DataDome",
    "script[src*='.token.awswaf.com/']": "AWS WAF",
    "link[href*='cdn.sucuri.net/sucuri-firewall-block']": "Sucuri",
    "form#captcha-form[action='index']": "Google",
    "#wsidchk-form, input#wsidchk": "Imunify360",
    "input[type=hidden][name=js_challenge]": "Reddit",
    "script[src*='/ips.js?'][src*='x-kpsdk-']": "Kasada",
}
DATA = "script#anubis_challenge, script#anubis_version"  # the test itself, which nobody shows for an example
ANY_CHALLENGE = ", ".join(CHALLENGED)  # asked first: nearly every page has none of them
# Where the parts of challenges are served on the site's own host. Cloudflare's `jsd` only looks on, on ordinary pages.
SERVED = re.compile(
    r"/(?:\.well-known/(?:ddos-guard|sgcaptcha|captcha|vercel/security)|\.within\.website|_fs-ch-|_sec/cp_challenge|_____tmd_____"
    r"|cdn-cgi/challenge-platform(?!/(?:\S*/)?(?:jsd|precursor)/|\S*/invisible\.js))",
    re.IGNORECASE,
)
HOLDING = {"script": "src", "link": "href", "iframe": "src", "form": "action", "img": "src"}
# What the script of such a page sets, where hardly anything else is on it.
SET = {
    re.compile(r"\b_cf_chl_opt\s*="): "Cloudflare",
    re.compile(r"\bsucuri_cloudproxy_js\s*="): "Sucuri",
    re.compile(r"\bgokuProps\s*="): "AWS WAF",
    re.compile(r"\b__blnChallengeStore\b"): "Baleen",
    re.compile(r"\bsgchallenge\s*="): "SiteGround",
    re.compile(r"\bvar dd\s*=\s*\{.{0,2000}captcha-delivery\.com", re.DOTALL): "DataDome",
    re.compile(r"\bx5secdata="): "Alibaba",
}
# Elements that ordinary pages have too: they count on a refusing status, or where there is hardly anything else.
WIDGETS = (
    "hcaptcha.com/", "google.com/recaptcha/", "recaptcha.net/recaptcha/", "challenges.cloudflare.com/turnstile/", "geetest.com/",
    "arkoselabs.com/", "friendlycaptcha.com/", "friendly-challenge", "smartcaptcha.yandexcloud.net/", "mtcaptcha.com/",
)  # fmt: skip
SUSPECT = {
    "script[src*='/cdn-cgi/challenge-platform/']": "Cloudflare",
    "script[src*='captcha-delivery.com']": "DataDome",
    "script[src*='awswaf.com/']": "AWS WAF",
    "script[src*='_Incapsula_Resource']": "Imperva",
    "script[src*='/TSPD/']": "F5",
    "script[src*='/ips.js']": "Kasada",
    ", ".join(f"script[src*='{one}']" for one in WIDGETS): "a captcha",
}
LOOKING_ON = ("Cloudflare", "AWS WAF")  # their scripts stand on any page of who uses them
READER = "textarea, article, main img[src], figure, picture, video"  # what somebody came for, or is asked to write
REFUSING = (202, 401, 403, 405, 428, 429, 503)
SCRIPT = 1 << 16  # characters of a script that are looked at
# Where challenges live: host, path; and what the address of one is called on any host.
SENT_TO = (
    (("google.com",), re.compile(r"/sorry/")),
    (("perfdrive.com",), re.compile(r"/")),
    (("captcha-delivery.com",), re.compile(r"/")),
)
TESTS = re.compile(
    r"/(?:showcaptcha|(?:re)?captcha|captcha-?challenge|bot-?(?:check|challenge)|are-you-(?:a-)?(?:human|robot)|human-?verification)/?$",
    re.IGNORECASE,
)
# Cloudflare's own error pages name the rule that refused: <span class="cf-error-code">1020</span>.
CODES = {
    "1009": (State.GEO_BLOCKED, "the country is banned"),
    "1015": (State.RATE_LIMITED, "asked too often"),
    "1010": (State.BOT_CHALLENGE, "the browser's signature is banned"),
}


def challenged(seen: Seen) -> Reading | None:
    """Return the reading of a page that is a test of who asks, or that says by its maker's code why it refuses."""
    status = seen.answer.status
    if status in (404, 410):
        return None
    named = parts(seen.ended)
    if seen.moved and any(on_host(named.host, *hosts) and path.match(named.path) for hosts, path in SENT_TO):
        return seen.reading(State.BOT_CHALLENGE, f"sent to {named.host}{named.path[:60]}, where callers are tested")
    if (
        seen.moved
        and (SERVED.match(named.path) or (TESTS.search(named.path) and not TESTS.search(parts(seen.asked).path)))
        and not seen.is_read
    ):
        return seen.reading(State.BOT_CHALLENGE, f"sent to {named.path[:80]}, where callers are tested")
    maker = _made(seen)
    if maker and (status in REFUSING or seen.document.select(DATA) or _is_titled(seen) or seen.prose(NOTICE_TEXT) < NOTICE_TEXT):
        return seen.reading(State.BOT_CHALLENGE, f"{maker}, status {status}")
    if status >= 400:
        for element in seen.document.select(".cf-error-code")[:1]:
            code = element.text.strip()
            if code in CODES:
                state, why = CODES[code]
                return seen.reading(state, f"Cloudflare's error {code}: {why}, status {status}")
    return _suspect(seen)


def _is_titled(seen: Seen) -> bool:
    """Tell whether a page's title is a challenge's; some hide much text from people, to catch who is none."""
    named = notice.said(seen.facts.title or "")
    return named is not None and named[0] is State.BOT_CHALLENGE


def _made(seen: Seen) -> str | None:
    """Return what of a page only a challenge has, in words: an element, or a part that is served from where challenges are."""
    for selector, maker in CHALLENGED.items() if seen.document.select(ANY_CHALLENGE) else ():
        if seen.document.select(selector):
            return f"an element of {maker}'s challenge page"
    for tag, name in HOLDING.items():
        for element in seen.glance.having(name, tag):
            if SERVED.search(address := element.attributes[name][:500]):
                return f"a part of a challenge ({address[:60]})"
    return None


def _suspect(seen: Seen) -> Reading | None:
    status = seen.answer.status
    refusing = status in REFUSING
    if seen.words >= LITTLE_TEXT:
        return None
    for script in seen.glance.all("script"):
        if "src" in script.attributes or "application" in script.attributes.get("type", ""):
            continue
        for pattern, maker in SET.items():
            if pattern.search(script.text[:SCRIPT]):
                return seen.reading(State.BOT_CHALLENGE, f"hardly any text and a script that sets up {maker}'s challenge, status {status}")
    if not refusing and (seen.words >= SHELL_TEXT or seen.is_itself or seen.document.select(READER)):
        return None
    for selector, maker in SUSPECT.items():
        if (refusing or maker not in LOOKING_ON) and seen.document.select(selector):
            return seen.reading(State.BOT_CHALLENGE, f"hardly any text and a script of {maker}, status {status}")
    return None
