"""What pages of the open web can turn out to be, each played by a scene, with what must come of it; and what only looks like it.

A person can read the table; `test_pages.py` holds the whole program to it, n of n. The first path of a scene is the one that is cited.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from archiver.citation.platform import State
from archiver.service.demo.server import Answer, Request, page, redirect

HOST = "scene.test"  # stands for the scene's own host in what it answers
STORY = "/news/2022/07/20/two-ferries-in-the-harbour"
PROSE = "The morning ferry left on time and came back on time, and nobody on the quay was surprised by it. "
ARABIC = "غادرت العبّارة في موعدها صباح اليوم وعادت في موعدها، ولم يستغرب ذلك أحد على الرصيف. "
TEASER = "<p>The ferry was late today, as it had been on the day before, and the one before that.</p>"
MENU = "<nav><a href='/'>Home</a> <a href='/news/'>News</a> <a href='/sport/'>Sport</a></nav>"


@dataclass(frozen=True, slots=True)
class Scene:
    """One page: what is answered, and the manifest's words for it; `evidence` stands in the reason."""

    title: str
    answers: dict[str, Answer]
    outcome: str
    state: State
    evidence: str = ""
    fallback: Answer | None = None  # what the host says for every other address; None: an honest 404


def html(title: str, body: str = "", *, head: str = "", attributes: str = "", language: str = "en") -> str:
    """Return a page."""
    return f'<!doctype html><html lang="{language}" {attributes}><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>'


def article(body: str = PROSE * 20, *, head: str = "", title: str = "Two ferries in the harbour") -> str:
    """Return a page that is an article by its own account."""
    return html(
        title,
        f"<article><h1>{title}</h1>{body}</article>",
        head=f'<meta property="og:type" content="article"><meta property="article:published_time" content="2022-07-20">{head}',
    )


def island(**said: Any) -> str:
    """Return JSON-LD of a news article."""
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | said)}</script>'


def ok(title: str, body: str | Answer, path: str = STORY, *, fallback: Answer | None = None, evidence: str = "") -> Scene:
    """Return a scene that must be captured."""
    return Scene(title, {path: page(body) if isinstance(body, str) else body}, "captured", State.OK, evidence, fallback)


def gone(title: str, state: State, evidence: str, answers: dict[str, Answer], fallback: Answer | None = None) -> Scene:
    """Return a scene of something that is not there, or not for us."""
    return Scene(title, answers, "unavailable", state, evidence, fallback)


def shut(title: str, evidence: str, body: str | bytes) -> Scene:
    """Return a scene of a page whose rest is for subscribers."""
    return Scene(title, {STORY: page(body) if isinstance(body, str) else body}, "partial", State.PAYWALL, evidence)


def tested(title: str, evidence: str, answer: Answer, **more: Answer) -> Scene:
    """Return a scene in which who asks is put to a test."""
    return Scene(title, {STORY: answer} | {f"/{path}": said for path, said in more.items()}, "failed", State.BOT_CHALLENGE, evidence)


def anything(body: str) -> Answer:
    """Answer the same for every address, with "most read" that changes from answer to answer and the address in the words."""
    count = 0

    def answer(request: Request) -> bytes:
        nonlocal count
        count += 1
        links = "".join(f"<li><a href='/news/{count}-{n}'>Most read today, number {count * n}</a></li>" for n in range(9))
        return page(html("The Harbour Post", f"{MENU}<main>{body} {request.path}</main><ul>{links}</ul>"))

    return answer


NOT_HERE = anything("<h1>Hmm.</h1><p>We looked everywhere and there is nothing to be seen. Perhaps it sailed on to somewhere else.</p>")
LOGIN_FORM = "<form action=/session method=post><input name=user><input type=password name=secret><button>Go</button></form>"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
FOR_SALE = "<p>This domain may be for sale by its owner. Related searches: ferries, harbours.</p>"

GOOD = (
    ok("an article", article()),
    ok("an article in Arabic", html("عبّارتان في الميناء", f"<article><h1>عبّارتان</h1><p>{ARABIC * 12}</p></article>", language="ar")),
    ok("an article about a paywall", article("<p>The paywall, a subscription wall: subscribe to read, they say.</p>" + PROSE * 20)),
    ok("an article about lost pages", article("<h2>404 Not Found</h2><p>Page not found. This domain is for sale. Log in.</p>" + PROSE * 20)),
    ok("an article with a login in its header", article(f"<header>{LOGIN_FORM}</header><p>{PROSE * 20}</p>")),
    ok("a short page with a login in its header", html("Quay 7", f"<header>{LOGIN_FORM}</header><main><p>{PROSE}</p><img src=/a.png></main>")),
    ok("an article under a banner about cookies", article("<div id=banner><form action=/consent/save><button>Fine</button></form></div>" + PROSE * 20)),
    ok("a paywall in name, with the whole text sent", article(f"<div class=rest><p>{PROSE * 30}</p></div>", head=island(
        isAccessibleForFree="False", hasPart={"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".rest"}))),
    ok("said to be shut, and all the words are there", article(f"<p>{PROSE * 30}</p>", head=island(isAccessibleForFree=False, wordCount=600))),
    ok("said to be shut, and sent in the element of the search engines' example", article(f"{TEASER}<div class=paywall>{'<p>' + PROSE * 4 + '</p>'}<p>{PROSE * 9}</p></div>", head=island(isAccessibleForFree="False"))),
    ok("free, with a box that sells subscriptions", article(f"<p>{PROSE * 3}</p><div class=paywall>Subscribe to <a href=/offer>our paper</a></div>", head=island(isAccessibleForFree=True))),
    ok("a brief with a hidden gate", article("<p>Ferries on time.</p><div id=paywall style='display: none'><a href=/offer>Subscribe</a></div>")),
    ok("moved to another address of the same article", redirect("/news/two-ferries"), fallback=page(article())),
    Scene("shown for phones", {"/news/two-ferries/amp": redirect("/news/two-ferries"), "/news/two-ferries": page(html("Two ferries", f"<p>{PROSE * 9}</p>"))},
          "captured", State.OK),
    ok("a section that was cited", html("News", f"{MENU}<p>{PROSE * 3}</p>"), "/news/"),
    ok("the front page that was cited", redirect("/en/"), "/", fallback=page(html("The Harbour Post", f"<p>{PROSE * 9}</p>"))),
    ok("no article, on a site with honest 404s", html("Timetable", f"<table><tr><td>{PROSE * 4}</td></tr></table>"), "/timetable.html", evidence="a page with text"),
    ok("one title for the whole site, and words of its own", html("The Harbour Post", f"{MENU}<main><p>{ARABIC * 4}</p></main>"), "/ar/timetable", fallback=NOT_HERE),
    ok("a picture page on a site that answers everything", html("The Harbour Post", f"{MENU}<main><p>We looked everywhere</p><img src=/quay.png></main>"),
       "/photo/17", fallback=page(html("The Harbour Post", f"{MENU}<main><p>We looked everywhere</p></main>"))),
    ok("a domain dealer in the news", article(f"<p>{PROSE * 9} <a href='https://sedo.com/search/details/?domain=a.test'>for sale</a></p>")),
    ok("a page at an address about logins", html("Lost your key?", f"<p>{PROSE * 9}</p>"), "/help/login-problems-on-board"),
    ok("a login page that was cited", html("Log in", LOGIN_FORM), "/account/login"),
    ok("a form with a captcha under an article", article(PROSE * 9 + "<script src='https://www.google.com/recaptcha/api.js'></script><form><input name=q></form>")),
    ok("a PDF", page(PDF, media_type="application/pdf"), "/report.pdf", evidence="application/pdf"),
    ok("a picture", page(PNG, media_type="image/png"), "/a.png", evidence="image/png"),
    ok("a sound", page(b"ID3\x04" + bytes(64), media_type="audio/mpeg"), "/a.mp3", evidence="audio/mpeg"),
    ok("a film", page(b"\x00\x00\x00\x18ftypmp42" + bytes(64), media_type="video/mp4"), "/a.mp4", evidence="video/mp4"),
)  # fmt: skip

WALLS = (
    shut("a paywall: the shut part is not sent", "is not in the page", article(TEASER, head=island(
        isAccessibleForFree=False, hasPart={"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".rest"}))),
    shut("a paywall: fewer words than it says it has", "less than half of the 900 words", article(TEASER, head=island(isAccessibleForFree="http://schema.org/False", wordCount=900))),
    shut("a paywall: locked, and a teaser", "article:content_tier is locked", article(TEASER, head="<meta property='article:content_tier' content=locked>")),
    shut("a paywall: a gate after the first paragraph", "#paywall", article(f"{TEASER}<div id=paywall><p>Read on for 1 € a week</p><a href=/offer>Yes</a></div>")),
    shut("a paywall: status 402", "status 402", page(article(TEASER), "402 Payment Required")),
    Scene("a paywall: sent to the offer", {STORY: redirect("/subscribe?from=story"), "/subscribe": page(html("Our offer", f"<p>{PROSE * 5}</p>"))},
          "partial", State.PAYWALL, "redirected to"),
    gone("a login wall by redirect", State.LOGIN_WALL, "redirected to", {STORY: redirect("/account/login?next=x"), "/account/login": page(html("Log in", LOGIN_FORM))}),
    gone("a login wall in the page's place", State.LOGIN_WALL, "asks for a password", {STORY: page(html("Members", f"<main>{LOGIN_FORM}</main>"))}),
    gone("a login wall with its own address", State.LOGIN_WALL, "asks for a password", {STORY: page(html(
        "Members", LOGIN_FORM, head=f"<link rel=canonical href='http://{HOST}{STORY}'>"))}),
    gone("a login wall of HTTP", State.LOGIN_WALL, "WWW-Authenticate: Basic", {STORY: page("no", "401 Unauthorized", headers=[("WWW-Authenticate", 'Basic realm="x"')])}),
    gone("a login wall with status 403", State.LOGIN_WALL, "status 403", {STORY: page(html("Members", LOGIN_FORM), "403 Forbidden")}),
    gone("a consent wall by redirect", State.CONSENT_WALL, "redirected to", {STORY: redirect("/consent?to=story"), "/consent": page(html("Your privacy", f"<p>{PROSE * 9}</p>"))}),
    gone("a consent wall by refresh", State.CONSENT_WALL, "sends its reader", {STORY: page(html("…", head="<meta http-equiv=refresh content='0; url=/cookiewall?x'>"))}),
    gone("a consent wall in the page's place", State.CONSENT_WALL, "form asks for consent", {STORY: page(html("Before you go on", (
        f"<main><p>{PROSE * 9}</p><form action=/consent/save><input type=hidden name=continue value='http://{HOST}{STORY}'><button>Yes</button></form></main>")))}),
    gone("a border by status", State.GEO_BLOCKED, "451", {STORY: page("no", "451 Unavailable For Legal Reasons")}),
    gone("a border by redirect", State.GEO_BLOCKED, "redirected to", {STORY: redirect("/unavailable-in-your-region/"), "/unavailable-in-your-region/": page(html("Sorry", "<p>Not there.</p>"))}),
    gone("a border by Cloudflare's code", State.GEO_BLOCKED, "error 1009", {STORY: page(html("Access denied", "<h1><span class=cf-error-code>1009</span></h1>"), "403 Forbidden")}),
    tested("a challenge by header", "cf-mitigated", page("", "403 Forbidden", headers=[("cf-mitigated", "challenge")])),
    tested("a challenge by element", "Cloudflare", page(html("…", "<div id=challenge-error-text></div>"), "503 Service Unavailable")),
    tested("a challenge with status 200", "Anubis", page(html("…", "<script id=anubis_challenge type=application/json>{}</script>"))),
    tested("a challenge of Vercel", "x-vercel-mitigated", page("", "429 Too Many Requests", headers=[("x-vercel-mitigated", "challenge")])),
    tested("a captcha and nothing else", "a captcha", page(html("…", "<script src='https://hcaptcha.com/1/api.js'></script>"), "403 Forbidden")),
)  # fmt: skip

ABSENT = (
    gone("parked: a company's attribute", State.PARKED, "data-adblockkey", {STORY: page(html("scene.test", FOR_SALE, attributes="data-adblockkey=MFw"))}),
    gone("parked: a company's script", State.PARKED, "parking company", {STORY: page(html("scene.test", f"<script src='https://d38psrni17bvxu.cloudfront.net/x.js'></script>{FOR_SALE}"))}),
    gone("parked: sent to a market", State.PARKED, "a market for domains", {STORY: redirect("http://www.hugedomains.com/domain_profile.cfm?d=scene")}),
    gone("parked: the host's notice", State.PARKED, "suspendedpage", {STORY: redirect("/cgi-sys/suspendedpage.cgi"), "/cgi-sys/suspendedpage.cgi": page(html("Account Suspended", FOR_SALE))}),
    gone("parked: the server's own front page", State.PARKED, "a site that has none", {"/": page(html("Welcome to nginx!", f"<p>{PROSE * 3}</p>"))}),
    gone("soft 404: to the front page", State.SOFT_404, "front page", {STORY: redirect("/"), "/": page(html("The Harbour Post", f"<p>{PROSE * 9}</p>"))}),
    gone("soft 404: to the front page, by refresh", State.SOFT_404, "front page", {STORY: page(html("…", head="<meta http-equiv=refresh content='0;/'>"))}),
    gone("soft 404: to the section", State.SOFT_404, "the section", {STORY: redirect("/news/"), "/news/": page(html("News", f"{MENU}<p>{PROSE * 9}</p>"))}),
    gone("soft 404: a report to its folder", State.SOFT_404, "report.pdf is gone", {"/docs/report.pdf": redirect("/docs/"), "/docs/": page(html("Docs", f"<p>{PROSE * 9}</p>"))}),
    gone("soft 404: to an address for errors", State.SOFT_404, "an address for errors", {STORY: redirect("/errors/404.html"), "/errors/404.html": page(html("Hm", f"<p>{PROSE * 9}</p>"))}),
    gone("soft 404: WordPress", State.SOFT_404, "error404", {STORY: page(html("Hm", f"<p>{PROSE * 9}</p>").replace("<body>", "<body class='page error404'>"))}),
    gone("soft 404: title and robots", State.SOFT_404, "its title", {STORY: page(html("Page not found | Post", f"<p>{PROSE * 9}</p>", head="<meta name=robots content=noindex>"))}),
    gone("soft 404: the site's answer to everything", State.SOFT_404, "cannot exist", {"/quay/7": NOT_HERE}, NOT_HERE),
    gone("soft 404: everything, and it calls itself by the address", State.SOFT_404, "cannot exist", {"/quay/8": lambda request: page(html(
        "Post", f"<p>{PROSE * 3}</p>", head=f"<link rel=canonical href='http://{request.host}{request.path}'>"))}, lambda request: page(html(
        "Post", f"<p>{PROSE * 3}</p>", head=f"<link rel=canonical href='http://{request.host}{request.path}'>"))),
    gone("soft 404: everything is an article", State.SOFT_404, "cannot exist", {"/quay/6": page(html("Post", f"<p>{PROSE}</p>", head="<meta property='og:type' content=article>"))},
         page(html("Post", f"<p>{PROSE}</p>", head="<meta property='og:type' content=article>"))),
    gone("soft 404: by a number in the query", State.SOFT_404, "cannot exist", {"/show.php?id=17": page(html("Post", f"<p>{PROSE}</p>"))}, page(html("Post", f"<p>{PROSE}</p>"))),
    gone("soft 404: every way ends at one address", State.SOFT_404, "so does", {"/quay/9": redirect("/welcome-aboard")}, lambda request: (
        page(html(f"Welcome {len(request.raw)}", f"<p>{PROSE * 4}</p>")) if request.path == "/welcome-aboard" else redirect("/welcome-aboard"))),
    gone("a page in the name of a picture", State.SOFT_404, "is a page", {"/a.jpg": page(html("Hm", "<p>Not here</p>"), media_type="image/jpeg")}),
    Scene("no PDF in the name of one", {"/a.pdf": page(b"oops", media_type="application/pdf")}, "failed", State.UNREADABLE, "does not begin like one"),
    Scene("an empty shell", {STORY: page(html("App", "<div id=root></div><script src=/app.js></script>"))}, "partial", State.EMPTY_SHELL, "scripts that would make"),
    Scene("a shell with a loading picture's place", {STORY: page(html("App", "<app-root></app-root><canvas></canvas><script src=/app.js></script>"))}, "partial", State.EMPTY_SHELL, "scripts"),
    Scene("only sends on", {STORY: page(html("…", head="<meta http-equiv=refresh content='0;url=/news/other-place'>"))}, "partial", State.EMPTY_SHELL, ""),
)  # fmt: skip
SCENES = (*GOOD, *WALLS, *ABSENT)
