"""A page built of components, opened in a browser and shown without a script: its words, open and closed, and the styles that scripts put in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archiver.config import Browser, Config, Network, PerHost
from archiver.record.catalog.catalog import hexed
from archiver.replay import address
from archiver.service import archive
from archiver.service.demo.picture import png
from archiver.service.demo.server import LoopbackServer, page, running
from tests.looping import on_loop
from tests.replay.archived import Archived
from tests.replay.framing import browsing, reader, show, within
from tests.replay.serving import replaying
from tests.service.films import Silent

URL = "http://parts.test/"
MARKUP = """<!doctype html><title>Components</title><body><story-card><b slot=name>slotted words</b></story-card><dark-card></dark-card><script>
const define = (name, mode, html, css) => customElements.define(name, class extends HTMLElement {
  constructor() {
    super();
    const root = this.attachShadow({mode});
    root.innerHTML = html;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  }
});
define('story-card', 'open', `<noscript>without script</noscript><p id=p>open words <slot name=name></slot></p><img id=i src=/i.png onload="if (location.host !== 'parts.test') this.id = 'ran'">
  <a id=a href="javascript:alert(1)">link</a><iframe id=f src="javascript:if (parent.location.host !== 'parts.test') parent.document.title = 'ran'"></iframe><dark-card></dark-card>`,
  'p { color: rgb(1, 2, 3); background: url(/i.png) }');
define('dark-card', 'closed', '<p>dark words</p>', 'p { text-indent: 3px }');
</script>"""
LOOK = """(() => {
  const card = document.querySelector('story-card'), root = card && card.shadowRoot
  if (!root || !root.getElementById('i').naturalWidth) return null
  const p = root.getElementById('p'), style = getComputedStyle(p), dark = document.querySelector('body > dark-card')
  return [p.textContent, p.querySelector('slot').assignedNodes()[0].textContent, style.color, style.backgroundImage.startsWith('url("http'),
    root.getElementById('i').naturalWidth, root.querySelector('script, noscript, [onload], [href^=javascript], [src^=javascript]'), document.title,
    dark.shadowRoot, dark.offsetHeight > 10, root.querySelector('dark-card').offsetHeight > 10]
})()"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Archived]:
    made = tmp_path_factory.mktemp("components")
    server = LoopbackServer({("*", "/"): page(MARKUP), ("*", "/i.png"): page(png("i", 9, 9), media_type="image/png")})
    with running(server):
        network = Network(connect_to={"*:80": f"127.0.0.1:{server.port}"}, per_host=PerHost(6, 0.0), attempts=1, deadline=20.0)
        archive.run(archive.url_list([URL]), made, Config(network=network, browser=Browser(tier="browser")), Silent())
    (path,) = made.glob("parts.test/*/2*")
    (citation,) = json.loads((path / "manifest.json").read_bytes())["citations"]
    assert (citation["outcome"], citation["state"]) == ("captured", "ok"), citation["reason"]
    (shown,) = [one for one in citation["captures"] if one["purpose"] == "page"]
    return made, Archived(path.relative_to(made).as_posix(), {URL: hexed(shown["id"])}, (URL,))


@on_loop
async def test_rendition_shows_what_stands_in_shadows_and_runs_nothing_of_it(store: tuple[Path, Archived]) -> None:
    made, archived = store
    with replaying(made) as replay:
        assert "open words" in replay.follow(archived.frame(replay.port, URL)).text
        async with browsing() as browser, reader(browser) as session:
            await show(session, archived.parent(replay.port, URL), archived.frame(replay.port, URL), address.RENDITION_SANDBOX)
            shown = await within(session, LOOK)
    assert shown == ["open words ", "slotted words", "rgb(1, 2, 3)", True, 9, None, "Components", None, True, True]
