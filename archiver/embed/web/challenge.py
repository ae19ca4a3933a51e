"""Challenge: a test of who asks, in the place of what was asked for; by elements and addresses that only such tests have."""

from __future__ import annotations

import re

from archiver.citation.platform import Reading, State
from archiver.embed.web.scripted import SHELL_TEXT
from archiver.embed.web.seen import LITTLE_TEXT, Seen
from archiver.url import on_host, parts

# Elements that only a challenge page has, and their maker.
CHALLENGED = {
    "#challenge-form, #cf-challenge-running, #challenge-error-text, #cf-please-wait": "Cloudflare",
    "script#anubis_challenge, script#anubis_version": "Anubis",
    "script[src^='/.well-known/ddos-guard/'], #ddg-captcha": "DDoS-Guard",
    "#px-captcha, #px-captcha-wrapper": "HUMAN",
    "#sec-if-cpt-container": "Akamai",
    "iframe#main-iframe[src*='_Incapsula_Resource']": "Imperva",
    "script[src*='/_fs-ch-']": "Fastly",
    "form#captcha-form[action='index']": "Google",
}
ANY_CHALLENGE = ", ".join(CHALLENGED)  # asked first: nearly every page has none of them
# Elements that ordinary pages have too: they count on a refusing status, or where there is hardly anything else.
SUSPECT = {
    "script[src*='/cdn-cgi/challenge-platform/']": "Cloudflare",
    "script[src*='captcha-delivery.com']": "DataDome",
    "script[src*='awswaf.com/']": "AWS WAF",
    "script[src*='_Incapsula_Resource']": "Imperva",
    "script[src*='/TSPD/']": "F5",
    "script[src*='hcaptcha.com/'], script[src*='google.com/recaptcha/'], script[src*='challenges.cloudflare.com/turnstile/']": "a captcha",
}
REFUSING = (202, 401, 403, 405, 429, 503)
# Where challenges live: host, path.
SENT_TO = (
    (("google.com",), re.compile(r"/sorry/")),
    (("perfdrive.com",), re.compile(r"/")),
    (("captcha-delivery.com",), re.compile(r"/")),
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
    for selector, maker in CHALLENGED.items() if seen.document.select(ANY_CHALLENGE) else ():
        if seen.document.select(selector):
            return seen.reading(State.BOT_CHALLENGE, f"an element of {maker}'s challenge page, status {status}")
    named = parts(seen.answer.url)
    if seen.answer.redirects and any(on_host(named.host, *hosts) and path.match(named.path) for hosts, path in SENT_TO):
        return seen.reading(State.BOT_CHALLENGE, f"sent to {named.host}{named.path[:60]}, where callers are tested")
    if status >= 400:
        for element in seen.document.select(".cf-error-code")[:1]:
            code = element.text.strip()
            if code in CODES:
                state, why = CODES[code]
                return seen.reading(state, f"Cloudflare's error {code}: {why}, status {status}")
    return _suspect(seen)


def _suspect(seen: Seen) -> Reading | None:
    status = seen.answer.status
    refusing = status in REFUSING
    if seen.words >= LITTLE_TEXT or not (refusing or seen.words < SHELL_TEXT):
        return None
    for selector, maker in SUSPECT.items():
        if seen.document.select(selector):
            return seen.reading(State.BOT_CHALLENGE, f"hardly any text and a script of {maker}, status {status}")
    if refusing and any("_cf_chl_opt" in script.text for script in seen.document.select("script:not([src])")):
        return seen.reading(State.BOT_CHALLENGE, f"hardly any text and Cloudflare's challenge options, status {status}")
    return None
