"""What becomes of markup and stylesheets: shown from the archive, shown as missing, or without effect."""

from __future__ import annotations

import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.replay import rendition
from archiver.replay.rendition import Use

BASE = "https://paper.test/2026/story.html"
HELD = {
    "https://paper.test/2026/a.png": "image/png",
    "https://paper.test/2026/b.png": "image/png",
    "https://paper.test/2026/a.css": "text/css",
    "https://paper.test/2026/f.woff2": "font/woff2",
    "https://paper.test/2026/a.mp4": "video/mp4",
    "https://paper.test/2026/in.html": "text/html",
    "https://paper.test/2026/sprite.svg": "image/svg+xml",
}


FRAMED = '<html><head></head><body><p>x</p><img src="/in/image/a.png"></body></html>'


class Held:
    """A capture that has what the table names."""

    def address(self, url: str, use: Use) -> str | None:
        plain = url.partition("#")[0]
        return f"/in/{use}/{plain.rpartition('/')[2]}" if plain in HELD else None

    def media_type(self, url: str) -> str | None:
        return HELD.get(url)

    def missing(self, _: str, use: Use) -> str:
        return f"/missing/{use}"

    def leads(self, _: str) -> str:
        return "/leads"


def body(html: str, **more: bool) -> str:
    made = rendition.page(html, BASE, Held(), **more)
    found = re.search(r"<body[^>]*>(.*)</body>", made, re.DOTALL)
    return found[1] if found else made


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("<img src=a.png onerror=x>", '<img src="/in/image/a.png">'),
        ("<img src=c.png>", '<img src="/missing/image" title="Not archived: https://paper.test/2026/c.png">'),
        ("<img data-src=a.png>", '<img data-src="a.png" src="/in/image/a.png">'),
        ("<img src=c.png data-original=a.png>", '<img src="/in/image/a.png" data-original="a.png">'),
        ("<img srcset='c.png 1x, b.png 2x'>", '<img srcset="/in/image/b.png 2x" src="/in/image/b.png">'),
        ("<img src='data:image/png;base64,AA=='>", '<img src="data:image/png;base64,AA==">'),
        ("<img src=''>", "<img>"),
        ("<picture><source srcset=c.png><img src=a.png></picture>", '<picture><img src="/in/image/a.png"></picture>'),
        ("<picture><source srcset=b.png><img src=c.png></picture>", '<picture><source srcset="/in/image/b.png"><img src="/in/image/b.png"></picture>'),
        ("<a href=javascript:alert(1)>x</a>", '<a href="/leads">x</a>'),
        ("<a href='java\nscript:alert(1)'>x</a>", '<a href="/leads">x</a>'),
        ("<a href='data:text/html,x'>x</a>", '<a href="/leads">x</a>'),
        ("<a href=mailto:a@b.test>x</a>", '<a href="/leads" title="mailto:a@b.test">x</a>'),
        ("<a href=''>x</a><a name=n>y</a>", '<a href="">x</a><a name="n">y</a>'),
        ("<a href='#x' target=_top ping=/p>x</a>", '<a href="#x">x</a>'),
        ("<a href=/2026/story.html#x>x</a>", '<a href="#x">x</a>'),
        ("<a href=https://live.test/ target=_blank download>x</a>", '<a href="/leads" title="https://live.test/">x</a>'),
        ("<iframe src=in.html sandbox allow=camera></iframe>", '<iframe src="/in/frame/in.html"></iframe>'),
        ("<iframe src=//live.test/></iframe>", '<iframe src="/missing/frame"></iframe>'),
        ("<iframe src=javascript:alert(1)></iframe>", "<iframe></iframe>"),
        ("<object data=a.png width=3></object>", '<img width="3" src="/in/image/a.png">'),
        ("<object data=in.html></object>", '<iframe src="/in/frame/in.html"></iframe>'),
        ("<object data=x.swf><p>instead</p></object>", "<p>instead</p>"),
        ("<object data=x.swf><param name=q value=1></object>", '<iframe src="/missing/frame"></iframe>'),
        ("<embed src=x.swf>", '<iframe src="/missing/frame"></iframe>'),
        ("<video src=a.mp4 autoplay poster=c.png></video>", '<video src="/in/video/a.mp4" controls="" preload="metadata"></video>'),
        ("<video><source src=c.mp4><source src=a.mp4></video>", '<video src="/in/video/a.mp4" controls="" preload="metadata"></video>'),
        ("<audio src=c.mp3 class=p></audio>", '<img class="p" src="/missing/audio" alt="Not archived: https://paper.test/2026/c.mp3" title="Not archived: https://paper.test/2026/c.mp3">'),
        ("<form action=/steal method=post><button formaction=/b>x</button></form>", "<form><button>x</button></form>"),
        ("<input type=image src=a.png>", '<input type="image" src="/in/image/a.png">'),
        ("<div style='background:url(c.png)'>x</div>", '<div style="background:url(&quot;data:,&quot;)">x</div>'),
        ("<div style='background:url(a.png)'>x</div>", '<div style="background:url(&quot;/in/image/a.png&quot;)">x</div>'),
        ("<p onclick=a() nonce=1 contenteditable>x</p>", "<p>x</p>"),
        ("<noscript><img src=a.png></noscript>", '<img src="/in/image/a.png">'),
        ("<template><img src=a.png></template>", ""),
        (
            ("<x-y><template shadowrootmode=open onclick=x><script>1</script><img src=a.png><noscript>n</noscript>"
            "<x-y><template shadowrootmode='\"'><p onclick=a()>in</p></template></x-y></template>t</x-y>"),
            ('<x-y><template shadowrootmode="open"><img src="/in/image/a.png">n'
            '<x-y><template shadowrootmode="&quot;"><p>in</p></template></x-y></template>t</x-y>'),
        ),
        ("<svg><use href='sprite.svg#i'/><use href='#j'/></svg>", '<svg><use href="/in/image/sprite.svg#i"></use><use href="#j"></use></svg>'),
        ("<svg><a><set attributeName=href to=javascript:x /></a></svg>", "<svg><a></a></svg>"),
        ("<math><mi href=javascript:x>y</mi></math>", "<math><mi>y</mi></math>"),
        ("<amp-img src=a.png width=3></amp-img>", '<amp-img src="a.png" width="3"><img src="/in/image/a.png" width="3"></amp-img>'),
        ("<table background=a.png></table>", '<table background="/in/image/a.png"></table>'),
        ("<table><tr background=a.png><th background=c.png>x</th></tr></table>", '<table><tbody><tr background="/in/image/a.png"><th>x</th></tr></tbody></table>'),
        # what the page itself holds, and spots of the page itself
        ("<img srcset='data:image/gif;base64,AA 1x'>", '<img srcset="data:image/gif;base64,AA 1x">'),
        ("<img srcset='c.png 1x' data-srcset='a.png 1x'>", '<img srcset="/in/image/a.png 1x" data-srcset="a.png 1x" src="/in/image/a.png">'),
        ("<img srcset='b.png 1x' src=b.png data-srcset='a.png 1x'>", '<img srcset="/in/image/a.png 1x" src="/in/image/b.png" data-srcset="a.png 1x">'),
        ("<img srcset='data:image/gif;base64,AA 1x' data-src=c.png>", '<img data-src="c.png" title="Not archived: https://paper.test/2026/c.png" src="/missing/image">'),
        ("<img src='data:image/gif;base64,AA' data-src=a.png>", '<img src="/in/image/a.png" data-src="a.png">'),
        ("<video poster='data:image/gif;base64,AA'></video>", '<video poster="data:image/gif;base64,AA" controls="" preload="metadata"></video>'),
        ("<table background='data:image/gif;base64,AA'></table>", '<table background="data:image/gif;base64,AA"></table>'),
        ("<input type=image src='data:image/gif;base64,AA'>", '<input type="image" src="data:image/gif;base64,AA">'),
        ("<object data='data:image/svg+xml,x'>y</object>", '<img src="data:image/svg+xml,x">'),
        ("<iframe src='data:text/html,<p onclick=a()>x</p><img src=https://paper.test/2026/a.png>'></iframe>",
            f'<iframe srcdoc="{escape(FRAMED)}"></iframe>'),
        ("<svg><use href='/2026/story.html#i'/><rect fill='url(https://paper.test/2026/story.html#g)' style='fill:url(story.html#g)'/></svg>",
            '<svg><use href="#i"></use><rect fill="url(&quot;#g&quot;)" style="fill:url(&quot;#g&quot;)"></rect></svg>'),
        ("<svg><rect filter='url(//live.test/f.svg#f)'/></svg>", '<svg><rect filter="url(&quot;data:,&quot;)"></rect></svg>'),
        ("<script>alert(1)</script><applet><param></applet>", ""),
    ],
)  # fmt: skip
def test_element_becomes(written: str, made: str) -> None:
    assert body(written) == made


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("<link rel=stylesheet href=a.css integrity=x>", '<link rel="stylesheet" href="/in/css/a.css">'),
        ("<link rel=stylesheet href=c.css>", ""),
        ("<link rel=preload as=style href=a.css onload=\"this.rel='stylesheet'\">", '<link rel="stylesheet" as="style" href="/in/css/a.css">'),
        ("<link rel=stylesheet media=print href=a.css onload=\"this.media='all'\">", '<link rel="stylesheet" href="/in/css/a.css">'),
        ("<link rel=preconnect href=//live.test><link rel=dns-prefetch href=//live.test><link rel=manifest href=/m>", ""),
        ("<meta http-equiv=refresh content='0;url=//live.test'><meta http-equiv=Set-Cookie content=a=b>", ""),
        ("<base href=//live.test/><meta charset=koi8-r>", ""),
        ("<link rel=stylesheet media=screen href='data:text/css,a%7Bb:url(https://paper.test/2026/a.png)%7D%3C/style%3E'>", '<style media="screen">a{b:url("/in/image/a.png")}<\\/style></style>'),
        ("<link rel=stylesheet href='data:text/css;base64,YXtiOnVybChhLnBuZyl9'>", '<style>a{b:url("data:,")}</style>'),
        ("<style>@import 'c.css';a{b:url( 'a.png' )}</style>", '<style>@import "data:text/css,";a{b:url("/in/image/a.png" )}</style>'),
    ],
)  # fmt: skip
def test_head_becomes(written: str, made: str) -> None:
    page = rendition.page(f"<head>{written}</head>", BASE, Held())
    assert re.search(r"<head>(.*)</head>", page, re.DOTALL)[1] == made


def test_links_of_programs_tell_their_address_and_those_of_scripts_no_code() -> None:
    told: list[str] = []

    class Telling(Held):
        def leads(self, url: str) -> str:
            told.append(url)
            return "/leads"

    links = "<a href='javascript:steal(1)'></a><a href='tel:+1'></a><a href='blob:https://x/1'></a><a href='http://['></a>"
    rendition.page(links, BASE, Telling())
    assert sorted(told) == ["blob:", "http:", "javascript:", "tel:+1"]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">',
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">',
        "<!doctype html>",
        '<?xml version="1.0"?>\n<!-- x --><!DOCTYPE html SYSTEM "about:legacy-compat">',
    ],
)
def test_document_type_is_kept_as_it_decides_how_a_browser_lays_out(doctype: str) -> None:
    assert doctype.rpartition("<")[2] in rendition.page(f"{doctype}<p>x</p>", BASE, Held())
    assert "doctype" not in rendition.page(f"<p>x</p>{doctype}", BASE, Held()).lower()


def test_frames_go_one_level_deep() -> None:
    assert (
        body("<iframe src=in.html></iframe><img src=a.png>", framed=True)
        == '<iframe src="/missing/frame"></iframe><img src="/in/image/a.png">'
    )
    inner = body("<iframe srcdoc='<iframe src=in.html></iframe><img src=a.png onerror=x><script>1</script>'></iframe>")
    assert "/missing/frame" in inner
    assert "/in/image/a.png" in inner
    assert "script" not in inner
    assert "onerror" not in inner


def test_base_of_the_page_is_what_its_links_are_relative_to() -> None:
    assert "/in/image/a.png" in body("<base href=/2026/><img src=a.png>")
    assert "/missing/image" in body("<base href=/2025/><img src=a.png>")


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("a{b:url(a.png)}", 'a{b:url("/in/image/a.png")}'),
        ("a{b:url('a.png#x')}", 'a{b:url("/in/image/a.png#x")}'),
        ('a{b:URL( "c.png" )}', 'a{b:url("data:," )}'),
        ("@font-face{src:url(f.woff2)format('woff2'),url(g.ttf)}", '@font-face{src:url("/in/font/f.woff2")format(\'woff2\'),url("data:,")}'),
        ("@import url(a.css) screen;@import 'c.css' layer('x');", '@import url("/in/css/a.css") screen;@import "data:text/css," layer(\'x\');'),
        ("@namespace url(http://www.w3.org/1999/xhtml);", "@namespace url(http://www.w3.org/1999/xhtml);"),
        ("a{b:image-set('a.png' 1x,'c.png' 2x)}", 'a{b:image-set("/in/image/a.png" 1x,"data:," 2x)}'),
        ("a{b:image-set(url(a.png) 2x,'b.png' 1x)}", 'a{b:image-set(url("/in/image/a.png") 2x,"/in/image/b.png" 1x)}'),
        ("a{b:image-set('a.png' type('image/avif'),'b.png' type(\"image/png\"))}", 'a{b:image-set("/in/image/a.png" type(\'image/avif\'),"/in/image/b.png" type("image/png"))}'),
        ("a{b:url(\\61.png)}", 'a{b:url("/in/image/a.png")}'),
        ("a{b:url(data:image/png;base64,AA==);c:url(#x)}", "a{b:url(data:image/png;base64,AA==);c:url(#x)}"),
        ("/* url(a.png) */a::before{content:'url(a.png)'}", "/* url(a.png) */a::before{content:'url(a.png)'}"),
    ],
)  # fmt: skip
def test_stylesheet_becomes(written: str, made: str) -> None:
    assert rendition.style(written, BASE, Held()) == made


@given(st.text(alphabet="<>/=\"' abimgsrcscriptstyleonhref:url()svg&#x;\n{}@é", max_size=300))
def test_whatever_stands_there_a_page_comes_of_it(html: str) -> None:
    made = rendition.page(html, BASE, Held())
    assert "<script" not in made.lower()
    assert not re.search(r"<[a-z]+ [^>]*\bon[a-z]+=", re.sub(r'"[^"]*"', '""', made.lower()))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "html", ["<div>" * 100_000, "<p><b id=1>" * 5_000, "<iframe srcdoc='" * 2_000, "<object data=x>" * 3_000, "<a href='" * 50_000]
)
def test_pages_that_are_built_to_hurt_end(html: str) -> None:
    assert "<body" in rendition.page(html, BASE, Held())
