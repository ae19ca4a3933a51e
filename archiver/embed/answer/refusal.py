"""Refusal: what status and headers alone say against an answer, whatever stands in its body. The same for every platform's endpoints.

Only structure that a server sets on purpose counts: a status, or a header that exists to say "this is a challenge". `server: cloudflare`
is on a fifth of the web and says nothing. A challenge or a rate limit is about us, never about the source: nothing here says `deleted`.
"""

from __future__ import annotations

from archiver.citation.platform import Answer, Reading, State

# Header, value it begins with ("" for any), and whether it says so only beside a refusing status: DataDome marks good answers too.
CHALLENGES = (
    ("cf-mitigated", "challenge", False),
    ("x-amzn-waf-action", "challenge", False),
    ("x-amzn-waf-action", "captcha", False),
    ("captcha-bypass", "", True),
    ("x-vercel-mitigated", "challenge", False),
    ("x-datadome", "", True),
    ("x-dd-b", "", True),
    ("server", "ddos-guard", True),
    ("sg-captcha", "challenge", False),
    ("x-kpsdk-ct", "", True),
    ("x-px-blocked", "", True),
    ("x-sucuri-block", "", True),
)
RATE_LIMITS = frozenset({420, 429, 508, 999})  # 420: old Twitter; 508: some hosters' "resource limit"; 999: LinkedIn
QUOTAS = ("x-rate-limit-remaining", "x-ratelimit-remaining", "ratelimit-remaining")


def challenge(answer: Answer) -> Reading | None:
    """Return `bot_challenge` where a header says that the answer is a test of who asks."""
    for name, start, refused_only in CHALLENGES:
        value = answer.header(name)
        if value is not None and value.strip().lower().startswith(start) and (not refused_only or answer.status in (401, 403, 405, 503)):
            return Reading(State.BOT_CHALLENGE, f"header {name}: {value.strip()[:60] or '(empty)'} with status {answer.status}")
    return None


def refusal(answer: Answer) -> Reading | None:
    """Return the reading of an answer that is about the asker or the server, not about the thing asked for; None for all others."""
    challenged = challenge(answer)
    if challenged:
        return challenged
    status = answer.status
    if status in RATE_LIMITS:
        return Reading(State.RATE_LIMITED, f"status {status}")
    for name in QUOTAS:
        if status >= 400 and (answer.header(name) or "").strip() == "0":
            return Reading(State.RATE_LIMITED, f"header {name}: 0 with status {status}")
    if status == 451:
        return Reading(State.GEO_BLOCKED, "status 451: unavailable for legal reasons")
    if status >= 500:
        return Reading(State.SERVER_ERROR, f"status {status}")
    return None
