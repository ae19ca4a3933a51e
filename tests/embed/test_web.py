"""The open web beyond the tables: what pages say of themselves, in which characters, and what they need to look whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.article.read import read
from archiver.citation.extract import extract
from archiver.citation.platform import Answer, Reading, State, Target
from archiver.embed import PLATFORMS, web
from archiver.embed.web import markup
from archiver.embed.web.requisite import MOST, in_css, largest
from archiver.embed.web.seen import is_home
from archiver.url import resolve

HERE = "https://example.org/news/ferries.html"


def page(
    body: str | bytes, *, kind: str = "text/html", purpose: str = "page", url: str = HERE, headers: tuple[tuple[str, str], ...] = ()
) -> Answer:
    data = body.encode() if isinstance(body, str) else body
    return Answer(Target(url, purpose=purpose), url, 200, headers, kind, data)


def needs(body: str, **more: str) -> list[tuple[str, str]]:
    found = web.requisites(page(body, **more))
    assert all(target.role == "requisite" and target.tier == "http" for target in found)
    return [(target.purpose, target.url) for target in found]


@pytest.mark.parametrize(
    ("path", "home"),
    [
        *[(path, True) for path in ("/", "/de", "/pt-BR/", "/zh_tw/index.html", "/index.php", "/en/home")],
        *[(path, False) for path in ("/go", "/tv/", "/us/x", "/dehome", "/en?p=7", "/en/x/")],
    ],
)
def test_a_front_page_is_the_sites_or_that_of_a_language(path: str, home: bool) -> None:
    assert is_home("https://example.org" + path) == home


def test_a_page_says_what_it_is() -> None:
    reading = web.read(
        page(
            "<html lang=ar><title>عبّارتان</title><link rel=canonical href='https://example.org/news/1'>"
            "<meta property='og:url' content='https://example.org/news/1'><meta property='og:type' content='article'>"
            "<meta name=robots content=noarchive><p>وصلت العبّارة إلى الرصيف صباح اليوم في موعدها تمامًا."
        )
    )
    assert reading.state is State.OK
    told = reading.page
    assert told is not None
    assert (told.title, told.canonical, told.og_type, told.language, told.robots) == (
        "عبّارتان",
        "https://example.org/news/1",
        "article",
        "ar",
        "noarchive",
    )


def test_the_key_forgets_how_somebody_came_and_the_url_does_not() -> None:
    one, other = web.identify("https://www.example.org/a/?utm_source=x&id=7#top"), web.identify("http://example.org/a?id=7")
    assert one is not None
    assert other is not None
    assert one.key == other.key == "web:example.org/a?id=7"
    assert one.url == "https://www.example.org/a/?utm_source=x&id=7"


def test_the_state_of_a_page_that_is_the_whole_site_tells_things_apart() -> None:
    one, other = web.identify("http://charts.example/#search=woff"), web.identify("http://charts.example/#search=svg")
    assert one is not None
    assert other is not None
    assert one.key != other.key
    assert one.url == "http://charts.example/#search=woff"
    for fragment in ("utm_source=feed", "ref=x", ":~:text=words", "top", "t=30", "search=", "xtor=RSS-1"):
        plain = web.identify(f"http://charts.example/#{fragment}")
        assert plain is not None
        assert plain.url == "http://charts.example/"
    deep = web.identify("http://charts.example/a#search=svg")
    assert deep is not None
    assert deep.url == "http://charts.example/a"


def test_the_last_try_has_the_last_word() -> None:
    reference = web.identify(HERE)
    assert reference is not None
    slow, gone, old = Reading(State.TIMEOUT, "t"), Reading(State.GONE, "410"), Reading(State.OK, "old")
    target = Target(HERE)
    assert web.verdict([(target, slow), (target, gone), (Target(HERE, tier="memento"), old)], reference) == (State.GONE, "410")
    assert web.verdict([], reference)[0] is State.UNRESOLVED


@pytest.mark.parametrize(
    ("body", "header"),
    [
        ("<title>Fähre</title>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("<title>Fähre</title>".encode("latin-1"), "text/html"),
        ("<meta charset=windows-1252><title>Fähre</title>".encode("cp1252"), "text/html"),
        ("<title>Fähre</title>".encode(), "text/html; charset=nonsense"),
        ("<title>Fähre</title>".encode(), "text/html; charset=hex"),
        ("<title>Fähre</title>".encode("utf-16"), "text/html"),
        ("<title>Fähre</title>".encode("utf-8-sig"), "text/html; charset=latin-1"),
        ("<meta charset=utf-16><title>Fähre</title>".encode(), "text/html"),
    ],
)
def test_characters(body: bytes, header: str) -> None:
    reading = web.read(page(body + b"<p>x<img src=a>", headers=(("Content-Type", header),)))
    assert reading.page is not None
    assert reading.page.title == "Fähre"


def test_a_letter_cut_in_two_by_the_cap_changes_no_encoding() -> None:
    data = "<title>ميناء</title><p>".encode() + "عبّارة".encode()[:-1]
    answer = Answer(Target(HERE), HERE, 200, (), "text/html", data, cut=True)
    assert "ميناء" in markup.text(answer)


def test_requisites_of_a_page() -> None:
    found = needs(
        """<!doctype html><head><base href="/static/">
        <link rel="alternate stylesheet" href="a.css"><link rel="preload" as="font" href="f.woff2" crossorigin>
        <link rel="shortcut icon" href="/favicon.ico"><link rel="apple-touch-icon" href="/touch.png"><link rel="canonical" href="/c">
        <style>@import "b.css"; @font-face{font-family:x;src:local("x"),url(g.woff2) format("woff2")} p{background:url('bg.png')}</style>
        <script src="//cdn.example.net/s.js"></script></head>
        <body background="body.gif" style="background-image:url(&quot;hero.jpg&quot;)">
        <img src="small.jpg" srcset="mid.jpg 640w, large.jpg 1280w, small.jpg 320w" alt=""><img src="data:image/gif;base64,AAAA" data-src="lazy.jpg">
        <picture><source srcset="p1.webp, p2.webp 2x"><img src="p.jpg"></picture>
        <video poster="poster.jpg"><source src="v.mp4"></video><audio src="a.mp3"></audio>
        <iframe src="https://charts.example.org/1"></iframe><object data="o.svg"></object><input type=image src="go.png">
        <noscript><img src="noscript.jpg"></noscript><img src="small.jpg#again"><img src="javascript:x"><img src="#x"><img src="">
        <svg><image href="i.png"/></svg><img src="/news/ferries.html">"""
    )
    base = "https://example.org/static/"
    assert [url.removeprefix(base) for purpose, url in found if purpose == "stylesheet"] == ["a.css", "b.css"]
    assert [url for purpose, url in found if purpose == "script"] == ["https://cdn.example.net/s.js"]
    assert {url.removeprefix(base) for purpose, url in found if purpose == "font"} == {"f.woff2", "g.woff2"}
    assert [url for purpose, url in found if purpose == "icon"] == ["https://example.org/favicon.ico", "https://example.org/touch.png"]
    assert {url.removeprefix(base) for purpose, url in found if purpose == "image"} == {
        "small.jpg", "large.jpg", "lazy.jpg", "p2.webp", "p.jpg", "poster.jpg", "body.gif", "hero.jpg", "bg.png", "go.png", "noscript.jpg", "i.png",
    }  # fmt: skip
    assert {url.removeprefix(base) for purpose, url in found if purpose == "media"} == {"v.mp4", "a.mp3", "o.svg"}
    assert [url for purpose, url in found if purpose == "frame"] == ["https://charts.example.org/1"]
    assert len(found) == len({url for _, url in found})


def test_requisites_of_what_a_browser_makes_of_a_page_by_itself() -> None:
    found = needs(
        """<link rel=stylesheet href="data:text/css,a%7Bb:url(//example.org/news/no.png);c:url(https://example.org/news/held.png)%7D">
        <x-y><template shadowrootmode=open><style>p{b:url(styled.png)}</style><link rel=stylesheet href=shadow.css>
        <x-y><template shadowrootmode=closed><img src=shadow.png></template></x-y></template></x-y><template><img src=no.png></template>
        <iframe srcdoc="<img src=written.png><iframe src=no.html></iframe>"></iframe><iframe src="data:text/html,<img src=framed.png>"></iframe>
        <table><tr background=row.png><th background=head.png><td style="b:image-set('set.png' 1x)"></table>
        <svg><use href="sprite.svg#a"/><use xlink:href="sprite.svg#b"/><use href="#c"/><feImage href="fe.png"/></svg>"""
    )
    names = {(purpose, url.removeprefix("https://example.org/news/")) for purpose, url in found}
    pictures = "held.png styled.png shadow.png written.png framed.png row.png head.png set.png sprite.svg fe.png"
    assert names == {("stylesheet", "shadow.css"), *(("image", name) for name in pictures.split())}


@pytest.mark.parametrize("around", ["<x-y><template shadowrootmode=open>", '<iframe srcdoc="'])
def test_documents_within_documents_without_end_end(around: str) -> None:
    assert ("image", HERE + "a.png") not in needs(around * 3000 + "<img src=a.png>")


def test_frames_go_one_level_deep() -> None:
    inner = "<img src=a.png><iframe src=deeper.html></iframe>"
    assert needs(inner) == [("image", "https://example.org/news/a.png"), ("frame", "https://example.org/news/deeper.html")]
    assert needs(inner, purpose="frame") == [("image", "https://example.org/news/a.png")]


def test_a_stylesheet_names_its_own() -> None:
    sheet = '@charset "utf-8"; @import url("more.css") screen; .a{background:url(../i/a.png?x=1)} @font-face{src:url(f.woff)}'
    url = "https://example.org/css/main.css"
    assert needs(sheet, kind="text/css", url=url) == [
        ("stylesheet", "https://example.org/css/more.css"),
        ("font", "https://example.org/css/f.woff"),
        ("image", "https://example.org/i/a.png?x=1"),
    ]
    assert needs(sheet, kind="text/plain", purpose="stylesheet", url=url) == needs(sheet, kind="text/css", url=url)


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("a{background:url( 'a b.png' )}", [("image", "a b.png")]),
        (r"a{background:url(a\(1\).png)}", [("image", "a(1).png")]),
        (r"a{background:url('a\26 b.png')}", [("image", "a&b.png")]),
        ("/* url(no.png) */ a{background:url(yes.png)} /* url(no2.png)", [("image", "yes.png")]),
        ("a{content:'url(no.png)'}", []),
        ('@namespace svg url(http://www.w3.org/2000/svg); @import "i.css" layer("x");', [("stylesheet", "i.css")]),
        (
            "@media print{@font-face{src:url(f.eot);src:url(f.eot?#iefix)}a{background:url(p.png)}}",
            [("font", "f.eot"), ("font", "f.eot?#iefix"), ("image", "p.png")],
        ),
        ('a{background:image-set("a.png" 1x, "b.png" 2x)}', [("image", "a.png"), ("image", "b.png")]),
        ('a{b:image-set(url(a.png) 1x, "b.png" 2x);c:"d.png"}', [("image", "a.png"), ("image", "b.png")]),
        ('a{b:-webkit-image-set("a.avif" type("image/avif"), "b.png" type("image/png"))}', [("image", "a.avif"), ("image", "b.png")]),
        ("a{background:URL(data:image/png;base64,AA)}", [("image", "data:image/png;base64,AA")]),
        ('a{color:red} "unclosed', []),
    ],
)
def test_css(css: str, expected: list[tuple[str, str]]) -> None:
    assert in_css(css) == expected


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("a.jpg", "a.jpg"),
        ("a.jpg 1x, b.jpg 2x", "b.jpg"),
        ("a.jpg 640w,b.jpg 320w", "a.jpg"),
        ("a,b.jpg 2x, c.jpg", "a,b.jpg"),
        ("  , a.jpg, ,b.jpg 1.5x ,", "b.jpg"),
        ("data:image/gif;base64,AAAA 9x, b.jpg", "b.jpg"),
        ("", None),
        (" , ,", None),
    ],
)
def test_srcset(srcset: str, expected: str | None) -> None:
    assert largest(srcset) == expected


def test_what_a_hostile_page_may_ask_for_is_bounded() -> None:
    found = needs("".join(f"<img src=/{n}.png>" for n in range(5 * MOST)) + "<link rel=stylesheet href=last.css>")
    assert len(found) == MOST
    assert found[0] == ("stylesheet", "https://example.org/news/last.css")


@pytest.mark.parametrize("piece", ["url(", 'url("', "/*", "@import ", '"', "\\", "image-set(", "{", "url(a", ", "])
def test_hostile_css_and_srcset_take_linear_time(piece: str) -> None:
    # Quadratic reading of these 300,000 repetitions would outlast the suite's time limit many times over.
    in_css(piece * 300_000)
    largest(piece * 300_000)


@given(st.text(alphabet="url(){}'\"/*\\@importfnace-;: \n,12xw.", max_size=80))
def test_css_and_srcset_never_raise(text: str) -> None:
    for purpose, written in in_css(text):
        assert purpose in ("stylesheet", "font", "image")
        resolve(written, HERE)
    largest(text)


def test_errors_need_nothing() -> None:
    answer = Answer(Target(HERE), HERE, 404, (), "text/html", b"<img src=a.png>")
    assert web.requisites(answer) == []


@pytest.mark.parametrize(
    ("url", "identifier"),
    [
        ("https://codepen.io/harbour/embed/AbCdEf?default-tab=result", "AbCdEf"),
        ("https://codepen.io/harbour/pen/AbCdEf", "AbCdEf"),
        ("https://codepen.io/harbour", None),
        ("https://datawrapper.dwcdn.net/JkDsL/7/", "JkDsL"),
        ("https://e.infogram.com/ferries-1h7g6k", "ferries-1h7g6k"),
        ("https://infogram.com/ferries-1h7g6k", "ferries-1h7g6k"),
        ("https://infogram.com/pricing", None),
        ("https://flo.uri.sh/story/4711/embed", "4711"),
        ("https://notcodepen.io/harbour/pen/AbCdEf", None),
    ],
)
def test_a_service_s_own_id_is_told_from_player_and_page_alike(url: str, identifier: str | None) -> None:
    reference = web.identify(url)
    assert reference is not None
    assert reference.id == identifier
    assert reference.key.startswith("web:")  # and the address of the page


@pytest.mark.parametrize(
    ("film", "key"), [("https://youtu.be/w7Ft2ymGmfc", "youtube:w7Ft2ymGmfc"), ("https://vimeo.com/146022717", "vimeo:146022717")]
)
def test_a_player_that_is_given_the_page_of_a_film_shows_the_film(film: str, key: str):
    article = read(
        f"<article><p>Fog.</p><video src='{film}'></video><video src='https://a.example/fog.mp4'></video></article>".encode(),
        source="a.html",
    )
    assert [one.reference.key for one in extract(article, PLATFORMS)] == [key, "web:a.example/fog.mp4"]
