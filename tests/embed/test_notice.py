"""Pages that are only a notice under a good status, tests of who asks, stand-ins and walls; and the pages that merely look like them."""

from __future__ import annotations

import json

import pytest

from archiver.citation.platform import Answer, State, Target
from archiver.embed import web
from archiver.embed.web import notice

ASKED = "https://paper.example/2022/07/20/two-ferries-in-the-harbour"
MENU = "<nav><a href=/>Start</a> <a href=/quay>From the quay to the lighthouse and back</a></nav>"
SHORT = "<p>Nobody is at this quay. Try the next one, or ask at the office.</p>"
PROSE = "<p>" + "The morning ferry left on time and came back on time, and nobody was surprised. " * 30 + "</p>"
LOGIN = "<form action=/session method=post><input name=u><input type=password name=p></form>"


def page(title: str, body: str = SHORT, head: str = "", attributes: str = "") -> str:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body {attributes}>{MENU}<main>{body}</main></body></html>"


def state(
    body: str, *, asked: str = ASKED, ended: str | None = None, status: int = 200, headers: tuple[tuple[str, str], ...] = ()
) -> State:
    moved = (asked,) if ended else ()
    return web.read(Answer(Target(asked), ended or asked, status, headers, "text/html", body.encode(), redirects=moved)).state


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("404 Not Found", State.SOFT_404),
        ("404 - Resource not found", State.SOFT_404),
        ("Harbour news | 404 - File or directory not found", State.SOFT_404),
        ("HTTP Status 404 – Not Found", State.SOFT_404),
        ("Erreur 404 - Le Port", State.SOFT_404),
        ("Fehler 404: Seite nicht gefunden | Hafenblatt", State.SOFT_404),
        ("Page not found · The Harbour Post", State.SOFT_404),
        ("Sorry, we couldn't find that page | The Harbour Post", State.SOFT_404),
        ("410: Gone", State.SOFT_404),
        ("الصفحة غير موجودة - الميناء", State.SOFT_404),
        ("페이지를 찾을 수 없습니다", State.SOFT_404),
        ("503 Service Unavailable", State.SERVER_ERROR),
        ("Down for maintenance", State.SERVER_ERROR),
        ("502: Bad Gateway", State.SERVER_ERROR),
        ("403 - Forbidden", State.FORBIDDEN),
        ("Access denied", State.FORBIDDEN),
        ("429 Too Many Requests", State.RATE_LIMITED),
        ("400 | Bad Request", State.CLIENT_ERROR),
        ("Just a moment...", State.BOT_CHALLENGE),
        ("Pardon Our Interruption", State.BOT_CHALLENGE),
    ],
)
def test_a_title_that_says_so_over_hardly_any_text_is_a_notice(title: str, expected: State):
    assert state(page(title)) is expected
    # A notice is short: the same title over a text to read, of an article, or at an address that names the thing, is a page.
    assert state(page(title, PROSE)) is State.OK
    assert state(page(title, head="<meta property=og:type content=article>")) is State.OK
    assert state(page(title, head=f"<link rel=canonical href='{ASKED}'>")) is State.OK


@pytest.mark.parametrize(
    "title",
    [
        "Forbidden (1932) | Films", "Access Denied | Films", "404 - The Band - Songs", "Gone | Poems", "500 | Cars", "Maintenance | Boat club",
        "404 Main Street | Homes", "503 Squadron | Museum", "Service | Garage", "Security check | Airport", "The page that was not found",
        "Room 404", "Issue 404", "Missing", "Two ferries", "Error", "Found", "4040 Not Founders",
    ],
)  # fmt: skip
def test_things_are_called_so_too(title: str):
    assert notice.said(title) is None or notice.said(title) == (State.SOFT_404, "404")
    assert state(page(title)) is State.OK


def test_who_asks_for_a_page_about_it_gets_it():
    assert state(page("404 Not Found"), asked="https://docs.example/http/status/404") is State.OK
    assert state(page("Page not found"), asked="https://poems.example/page-not-found-a-poem") is State.OK
    assert state(page("Scheduled maintenance mode: Maintenance mode"), asked="https://docs.example/maintenance-mode") is State.OK


def test_a_heading_speaks_where_the_title_is_the_sites():
    assert state(page("The Harbour Post", "<h1>This page could not be found</h1>")) is State.SOFT_404
    assert state(page("Songs", "<h1>Not Found</h1><p>From the second album.</p>")) is State.OK


def test_an_application_says_by_its_route_that_it_found_nothing():
    def routed(told: object) -> str:
        return page("Post", f"<h1>Sorry</h1>{SHORT}<script id=__NEXT_DATA__ type=application/json>{json.dumps(told)}</script>")

    assert state(routed({"page": "/404", "props": {}})) is State.SOFT_404
    assert state(routed({"page": "/_error", "props": {"pageProps": {"statusCode": 404}}})) is State.SOFT_404
    assert state(routed({"page": "/_error", "props": {"pageProps": {"statusCode": 500}}})) is State.SERVER_ERROR
    assert state(routed({"page": "/[slug]", "props": {"links": [{"page": "/404"}]}})) is State.OK
    assert state(routed(["page", "/404"])) is State.OK


def test_what_builders_mark_their_pages_with():
    assert state(page("Post", attributes="class='path-system-404'")) is State.SOFT_404
    assert state(page("Post", attributes="class='maintenance-page in-maintenance'")) is State.SERVER_ERROR
    assert state(page("Post", "<div class=wp-die-message>Hm</div>", attributes="id=error-page")) is State.SERVER_ERROR
    assert state(page("Post", attributes="class='page page-id-404'")) is State.OK


@pytest.mark.parametrize(
    "mark",
    [
        "<iframe src='https://geo.captcha-delivery.com/captcha/?x'></iframe>",
        "<iframe src='/_Incapsula_Resource?x'></iframe>",
        "<script src='/.well-known/vercel/security/static/challenge.js'></script>",
        "<link rel=stylesheet href='/.well-known/ddos-guard/page.css'>",
        "<script src='/_sec/cp_challenge/sec.js'></script>",
        "<script src='https://a.b.token.awswaf.com/c/challenge.js'></script>",
        "<form id=wsidchk-form action=/z0><input type=hidden id=wsidchk></form>",
        "<form hidden><input type=hidden name=js_challenge value=1></form>",
        "<script>window._cf_chl_opt = {};</script>",
        "<script>var s={},sucuri_cloudproxy_js='';</script>",
    ],
)
@pytest.mark.parametrize("status", [200, 403])
def test_what_only_a_challenge_has(mark: str, status: int):
    assert state(page("paper.example", f"<p>Wait</p>{mark}"), status=status) is State.BOT_CHALLENGE
    assert state(page("How the test works", f"{PROSE}{mark}")) is State.OK


@pytest.mark.parametrize(
    "address", ["/.well-known/sgcaptcha/?r=%2F", "/.within.website/x/pass-challenge?id=1", "/showcaptcha?cc=1", "/_____tmd_____/punish?x=1"]
)
def test_sent_to_where_callers_are_tested(address: str):
    assert state(page("Robot test"), ended=f"https://paper.example{address}") is State.BOT_CHALLENGE
    assert state(f"<html><head><meta http-equiv=refresh content='0;{address}'></head></html>") is State.BOT_CHALLENGE


@pytest.mark.parametrize(
    ("name", "value"), [("SG-Captcha", "challenge"), ("x-kpsdk-ct", "0a"), ("X-Sucuri-Block", "FBP007"), ("x-px-blocked", "1")]
)
def test_headers_that_say_who_refuses(name: str, value: str):
    assert state(page("Hm"), status=403, headers=((name, value),)) is State.BOT_CHALLENGE


@pytest.mark.parametrize(
    "beside",
    [
        "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
        "<script src='https://a.edge.sdk.awswaf.com/b/challenge.js'></script>",
        "<img src=/quay.jpg><script src='https://www.google.com/recaptcha/api.js?render=k'></script>",
        "<form><textarea name=comment></textarea></form><script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>",
    ],
)
def test_what_watches_an_ordinary_page_is_no_challenge(beside: str):
    assert state(page("Quay 7", f"<h1>Quay 7</h1>{beside}")) in (State.OK, State.EMPTY_SHELL)
    assert state(page("Quay 7", f"<h1>Quay 7</h1>{SHORT}{beside}")) is State.OK


@pytest.mark.parametrize(
    "body",
    [
        '<html><head><script>window.onload=function(){window.location.href="/lander"}</script></head></html>',
        '<html><body><div id=target></div><script>window.park = "ey";</script></body></html>',
        '<html><head><script>window.LANDER_SYSTEM="PW"</script></head><body><div id=root></div></body></html>',
        page("paper.example", "<p>Searches</p><script src='https://www.google.com/adsense/domains/caf.js'></script>"),
        page("paper.example is for sale | A market"),
    ],
)
def test_a_domain_that_is_parked(body: str):
    assert state(body) is State.PARKED


def test_who_writes_about_parking_is_no_parked_domain():
    for mark in ("<iframe src='https://demo.sedoparking.com/x'></iframe>", "<form action='https://www.hugedomains.com/search'></form>"):
        assert state(page("How parking works", PROSE + mark)) is State.OK
    assert state(page("harbour.example is for sale, and who buys it", SHORT)) is State.OK


@pytest.mark.parametrize(
    "title", ["Account Suspended", "Domain Default page", "IIS7", "Default Web Site Page", "HTTP Server Test Page powered by A"]
)
def test_a_hosts_page_for_a_site_that_is_not_there(title: str):
    assert state(page(title), asked="https://paper.example/") is State.PARKED
    assert state(page(title)) is State.SOFT_404
    assert state(page(title, PROSE)) is State.OK


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        ("/register/of-interests", State.LOGIN_WALL), ("/news/checkpoint/at-the-bridge", State.LOGIN_WALL), ("/auth/flows", State.LOGIN_WALL),
        ("/topics/consent/age-of", State.CONSENT_WALL), ("/premium/two-ferries-1234", State.PAYWALL), ("/offers/spring", State.PAYWALL),
    ],
)  # fmt: skip
def test_a_section_may_be_called_like_a_wall(ended: str, expected: State):
    short = "https://paper.example/n/1234"
    assert state(page("Two ferries", PROSE), asked=short, ended=f"https://paper.example{ended}") is State.OK
    assert state(page("Two ferries"), asked=short, ended=f"https://paper.example{ended}") is State.OK
    wall = "/" + ended.split("/")[-2] if ended.count("/") > 1 else ended
    assert state(page("Hm", LOGIN), asked=short, ended=f"https://paper.example{wall}") is expected
    assert state(page("Hm", PROSE), asked=short, ended=f"https://paper.example{ended}?return_to=%2Fn%2F1234") is expected


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        ("https://paper.example/zustimmung?url=https%3A%2F%2Fpaper.example", State.CONSENT_WALL),
        ("https://paper.example/gdpr-consent/?destination=%2f2022", State.CONSENT_WALL),
        ("https://paper.example/consent/tcf/2022/07/20/two-ferries-in-the-harbour", State.CONSENT_WALL),
        ("https://consent.owner.example/v2/collectConsent?sessionId=3", State.CONSENT_WALL),
        ("https://club.example/app/sso/saml?SAMLRequest=x", State.LOGIN_WALL),
        ("https://paper.example/barrier/corporate", State.PAYWALL),
        ("https://owner.example/gdpr/paper.example/", State.GEO_BLOCKED),
        ("https://paper.example/eu-unavailable/", State.GEO_BLOCKED),
        ("https://owner.example/", State.SOFT_404),
        ("https://paper.example/homepage", State.SOFT_404),
        ("https://paper.example/error?code=404", State.SOFT_404),
    ],
)
def test_where_the_way_ended(ended: str, expected: State):
    assert state(page("Hm"), ended=ended) is expected


def test_a_name_like_an_errors_is_a_page_where_there_is_one():
    for ended in ("https://films.example/films/missing", "https://films.example/issues/404"):
        assert state(page("Missing", PROSE), asked="https://films.example/t/17", ended=ended) is State.OK
    assert state(page("Hm", PROSE), asked="https://short.example/x7Yq", ended="https://harbour.example/") is State.OK


def test_a_login_beside_the_page_is_none_in_its_place():
    assert state(page("Short note", f"<h1>Short note</h1>{SHORT}<div class=sidebar>{LOGIN}</div>")) is State.OK
    assert state(page("Members", LOGIN, attributes="class='has-sidebar modal-open'")) is State.LOGIN_WALL


def test_weak_signs_do_not_take_a_text_away():
    home = "<link rel=canonical href=https://paper.example/><meta property=og:url content=https://paper.example/>"
    assert state(page("Two ferries", SHORT, head=home)) is State.OK  # one setting, said twice
    name = "<meta property=og:site_name content='The Post'><meta name=robots content=noindex>"
    assert state(page("The Post", PROSE, head=name)) is State.OK
    assert state(page("The Post", SHORT, head=name)) is State.SOFT_404


def shut(selector: str | None, **more: object) -> str:
    part = {"@type": "WebPageElement", "isAccessibleForFree": False} | ({} if selector is None else {"cssSelector": selector})
    told = {"@type": "NewsArticle", "isAccessibleForFree": False, "hasPart": part} | more
    return f"<script type='application/ld+json'>{json.dumps(told)}</script>"


def test_a_text_that_is_whole_is_not_shut_whatever_is_missing():
    whole = f"<article>{PROSE * 2}</article>"
    assert state(page("Two ferries", whole, head=shut(".paywall"))) is State.OK
    assert state(page("Two ferries", whole, head=shut(""))) is State.OK
    mark = "<div class=mark></div>"
    assert state(page("Two ferries", f"<article>{mark}{PROSE}</article>", head=shut(".mark", wordCount=460))) is State.OK
    # An empty element in the text's place, a gate, or too few words: shut.
    assert state(page("Two ferries", mark + whole, head=shut(".mark"))) is State.PAYWALL
    assert state(page("Two ferries", f"{whole}<div id=paywall>Read on <a href=/o>here</a></div>", head=shut(".rest"))) is State.PAYWALL
    assert state(page("Two ferries", f"<article>{PROSE}</article>", head=shut(".rest", wordCount=900))) is State.PAYWALL
    assert state(page("Two ferries", SHORT, head=shut(".rest"))) is State.PAYWALL


def test_a_single_sign_needs_next_to_no_text_beside_it():
    words = "<p>" + "The morning ferry left on time and came back on time. " * 6 + "</p>"
    assert state(page("Access denied", words)) is State.OK
    assert state(page("Access denied", f"<h1>Access denied</h1>{words}")) is State.FORBIDDEN
    assert state(page("Access denied", words, head="<meta name=robots content=noindex>")) is State.FORBIDDEN


def test_a_number_speaks_every_language_where_the_page_asks_not_to_be_found():
    hidden = "<meta name=robots content='noindex, nofollow'>"
    for title, expected in (
        ("503: Dienst nicht verfügbar", State.SERVER_ERROR),
        ("403 - Запрещено", State.FORBIDDEN),
        ("404: нічого", State.SOFT_404),
    ):
        assert state(page(title, head=hidden)) is expected
        assert state(page(title)) is State.OK
        assert state(page(title, PROSE, head=hidden)) is State.OK
    assert state(page("500: Autos von damals", head=hidden), asked="https://cars.example/models/500") is State.OK
    assert state(page("Service unavailable 503")) is State.SERVER_ERROR
