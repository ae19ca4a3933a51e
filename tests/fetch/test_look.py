"""What is seen of a page that is built of components: the words of open and closed shadows in their places, and sheets that no markup names."""

from __future__ import annotations

import json

from archiver.citation.platform import Reading, State, Target
from archiver.config import Browser, Network, PerHost
from archiver.fetch.browser.captures import page_capture
from archiver.fetch.browser.tier import Tier
from archiver.fetch.browser.visit import Visit
from archiver.service.demo.server import LoopbackServer, page
from tests.looping import on_loop

COMPONENTS = """<!doctype html><html lang=ar dir=rtl><title>Components</title><style id=empty></style>
<body class=b><h1>light words</h1><my-card><b slot=name>slotted words</b><i>words that no slot takes</i></my-card><dark-card></dark-card>
<div id=host></div><p>last words</p><script>
const define = (name, mode, html, css) => customElements.define(name, class extends HTMLElement {
  constructor() {
    super();
    const root = this.attachShadow({mode});
    root.innerHTML = html;
    const sheet = new CSSStyleSheet({media: 'screen'});
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  }
});
define('my-card', 'open', `<style>.none { display: none }</style><p>open words<br>and more <slot name=name>fallback</slot></p><p class=none>unseen</p>
  <inner-card></inner-card><template><p>inert words</p></template>`, 'p { color: rgb(1, 2, 3) } p::after { content: "</style>$&" }');
define('inner-card', 'open', '<span>inner words</span> <slot>words in want of others</slot>', 'span { color: red }');
define('dark-card', 'closed', '<p>dark words</p><very-dark></very-dark>', 'p { margin: 1px }');
define('very-dark', 'closed', '<p>darker words</p>', 'p { margin: 2px }');
document.getElementById('host').attachShadow({mode: 'open'}).innerHTML = '<em>hosted words</em>';
document.getElementById('empty').sheet.insertRule('h1 { color: rgb(4, 5, 6) }');
const own = new CSSStyleSheet(); own.replaceSync('h1 { margin: 7px }'); document.adoptedStyleSheets = [own];
</script>"""


async def visited(server: LoopbackServer, markup: str) -> Visit:
    server.routes["*", "/"] = page(markup)
    network = Network(connect_to={"*:80": f"127.0.0.1:{server.port}"}, per_host=PerHost(6, 0.0))
    async with Tier(Browser(consent="leave"), network) as tier:
        return await tier.visit("http://site.test/")


@on_loop
async def test_shadows_and_sheets_of_scripts_are_written_down(server) -> None:
    seen = await visited(server, COMPONENTS)
    dom = seen.shown["dom"]
    assert dom.startswith('<!DOCTYPE html>\n<html lang="ar" dir="rtl"><head>')
    assert dom.endswith("</body></html>")
    card = dom[dom.index("<my-card>") : dom.index("</my-card>")]
    assert card.startswith('<my-card><template shadowrootmode="open"><style>.none')
    assert '<inner-card><template shadowrootmode="open"><span>inner words</span>' in card
    assert "<template><p>inert words</p></template>" in card
    assert 'p { color: rgb(1, 2, 3); }\np::after { content: "<\\/style>$&"; }}</style></template><b slot="name">' in card
    assert '<dark-card><template shadowrootmode="closed"><p>dark words</p><very-dark><template shadowrootmode="closed">' in dom
    assert '<style id="empty"></style><style data-archiver="from script">h1 { color: rgb(4, 5, 6); }</style>' in dom
    assert dom.count('<style data-archiver="from script">@media screen {') == 4
    assert '<style data-archiver="from script">h1 { margin: 7px; }</style></body>' in dom
    assert "<!--" not in dom
    assert seen.shown["shadows"] == {"open": 3, "closed": 2, "styles": 6}
    assert json.loads(seen.derived[0].data)["shadowRoots"] == seen.shown["shadows"]
    seen.close()


@on_loop
async def test_the_text_has_the_words_in_the_order_in_which_they_show(server) -> None:
    seen = await visited(server, COMPONENTS)
    words = [line for line in seen.shown["text"].split("\n") if line]
    assert words == [
        "light words", "open words", "and more slotted words", "inner words words in want of others", "dark words", "darker words",
        "hosted words", "last words",
    ]  # fmt: skip
    seen.close()


@on_loop
async def test_who_judges_the_page_reads_the_words_in_shadows_too(server) -> None:
    seen, read = await visited(server, COMPONENTS), list[bytes]()
    page_capture(seen, Target("http://site.test/"), lambda answer: read.append(answer.body) or Reading(State.OK, ""), secrets=True)
    (body,) = read
    assert b"shadowrootmode" not in body
    assert b"<template><p>inert words</p></template>" in body
    assert all(word in body for word in (b"open words", b"inner words", b"darker words", b"hosted words"))
    seen.close()


@on_loop
async def test_a_page_without_shadows_is_what_its_markup_says(server) -> None:
    seen = await visited(server, "<!doctype html><title>Plain</title><p>plain <template><b>x</b></template> words<br>more<p hidden>none")
    assert seen.shown["dom"].endswith('<body><p>plain <template><b>x</b></template> words<br>more</p><p hidden="">none</p></body></html>')
    assert (seen.shown["text"], seen.shown["flat"]) == ("plain words\nmore", None)
    assert seen.shown["shadows"] == {"open": 0, "closed": 0, "styles": 0}
    seen.close()
