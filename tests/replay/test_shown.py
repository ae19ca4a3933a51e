"""A newspaper's page in Chromium, framed by the dashboard: what a reader sees of it, and what is missing."""

from __future__ import annotations

from pathlib import Path

from archiver.replay import address
from tests.looping import on_loop
from tests.replay import newspaper
from tests.replay.archived import archive
from tests.replay.framing import browsing, reader, show, within
from tests.replay.serving import replaying

LOOK = """(() => {
  if (!document.getElementById('plain') || document.readyState !== 'complete') return null
  const lead = getComputedStyle(document.querySelector('.lead')), width = id => document.getElementById(id).naturalWidth
  return {
    heading: document.querySelector('h1').textContent, direction: getComputedStyle(document.body).direction,
    colour: getComputedStyle(document.querySelector('h1')).color, spacing: getComputedStyle(document.querySelector('h1')).letterSpacing,
    border: lead.borderTopColor, padding: lead.paddingTop,
    pictures: ['plain', 'lazy', 'set', 'pictured', 'quiet'].map(width), lost: [width('lost'), document.getElementById('lost').title],
    shadow: document.querySelector('div').shadowRoot.textContent, scripts: document.scripts.length,
    frames: [...document.querySelectorAll('iframe')].map(frame => (frame.contentDocument.body || {}).innerText),
    film: document.getElementById('film').controls, nofilm: document.getElementById('nofilm').tagName,
  }
})()"""


@on_loop
async def test_page_looks_as_it_did_and_says_what_is_missing(tmp_path: Path) -> None:
    archived = archive(tmp_path, {newspaper.URL: newspaper.TABLE})
    with replaying(tmp_path) as replay:
        async with browsing() as browser, reader(browser) as page:
            requests: list[str] = []
            page.listener = lambda method, said: requests.append(said["request"]["url"]) if method == "Network.requestWillBeSent" else None
            await page.call("Network.enable")
            url = archived.frame(replay.port, newspaper.URL)
            await show(page, archived.parent(replay.port, newspaper.URL), url, address.RENDITION_SANDBOX, 1)
            seen = await within(page, LOOK, 30)
            assert (await page.screenshot()).startswith(b"\x89PNG")
    assert seen["heading"] == "الرباط تستقبل وفداً"
    assert seen["direction"] == "rtl"
    assert (seen["colour"], seen["spacing"]) == ("rgb(1, 2, 3)", "2px")
    assert (seen["border"], seen["padding"]) == ("rgb(200, 30, 30)", "12px")
    assert seen["pictures"] == [160, 160, 500, 160, 160]  # of the set: the large one, at the density that `sizes` asks for
    assert seen["lost"] == [240, "Not archived: https://static.paper.test/2026/lost.png"]
    assert "ظل" in seen["shadow"]
    assert seen["scripts"] == 0
    here, gone, inner, flash = seen["frames"]
    assert "خريطة" in here
    assert "Frame not archived" in gone
    assert "https://video.test/embed/1" in gone
    assert "inner" in inner
    assert "movie.swf" in flash
    assert (seen["film"], seen["nofilm"]) == (True, "IMG")
    away = [
        one
        for one in requests
        if not one.startswith(("data:", "about:", f"http://localhost:{replay.port}/")) and ".replay.localhost" not in one
    ]
    assert away == []
