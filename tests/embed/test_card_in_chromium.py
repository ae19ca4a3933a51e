"""Cards in real Chromium: WCAG AA by axe-core in both colour schemes, no wider than a phone, right to left as it should be, nothing runs."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archiver.citation.citation import Claims, Reference
from archiver.citation.platform import Choice, Media, Poll, Post, State
from archiver.embed.card.card import Copy, card, gone_card
from archiver.fetch.browser import binary
from archiver.fetch.browser.cdp import Session, launched
from archiver.service.demo.picture import png
from tests.embed.test_card import EVIL, PHOTO, POST, SOURCE, STILL, VIDEO, WHEN
from tests.looping import on_loop

AXE = Path(__file__).parents[2] / ".venv/assets/axe-core/axe.min.js"
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VIOLATIONS = "axe.run(document, {runOnly: %s}).then(found => found.violations.map(one => [one.id, one.nodes[0].html]))"
WIDER = "[...document.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML)"
PICTURE = "data:image/png;base64," + base64.b64encode(png("card", 300, 200)).decode()
PATHS = {PHOTO: PICTURE, STILL: PICTURE}
ARABIC = Post(
    "x", "1", "https://x.com/harbour_log/status/1549651495053934597", author="سجل الميناء Log", handle="harbour_log", created="2022-07-20T07:04:42Z",
    text="وصلت العبّارتان 🚢 في 12:30\n\nالبرنامج: https://example.org/visit #ميناء", lang="ar", media=(Media("photo", PHOTO, "عبّارة عند الرصيف"),),
    quoted=replace(POST, text="Two ferries", media=()), edited=True, edited_at="2022-07-20T08:00:00Z", counts={"likes": 1234},
)  # fmt: skip
POLL = Poll(
    (Choice("A very long answer that goes on and on until it has to wrap around", 3), Choice("متأخرة", 1)), 4, "2022-07-21T07:00:00Z", True
)
CARDS = {
    "an English post": card(POST, media_paths=PATHS, source=SOURCE, archived=WHEN),
    "an Arabic post": card(ARABIC, media_paths=PATHS, source=SOURCE, archived=WHEN),
    "a copy": card(ARABIC, media_paths=PATHS, source=SOURCE, archived=WHEN, copy=Copy("web.archive.org", "2022-07-21T10:00:00Z", State.DELETED)),
    "a poll that answers": card(replace(POST, media=(), poll=POLL, parent=ARABIC), media_paths=PATHS, source=SOURCE, archived=WHEN),
    "pictures": card(replace(POST, media=(Media("photo", PHOTO, "one"),) * 3), media_paths=PATHS, source=SOURCE, archived=WHEN),
    "nothing archived": card(ARABIC, media_paths={}, source=SOURCE, archived=WHEN),
    "a word without end": card(replace(POST, text="x" * 400, author="y" * 200, url="https://x.com/" + "z" * 300), media_paths={}, source=SOURCE, archived=WHEN),
    "gone": gone_card(Reference("x", "1", POST.url, "x:1"), Claims("سجل الميناء", "harbour_log", "2022-07-20", "وصلت العبّارة", "ar"), State.DELETED, "404; 404"),
    "gone, unsaid": gone_card(Reference("x", "1", POST.url, "x:1"), Claims(), State.LOGIN_WALL, "led to /login"),
}  # fmt: skip


@asynccontextmanager
async def opened(width: int) -> AsyncIterator[Session]:
    async with launched(binary.find()) as browser, browser.context() as context:
        session = await browser.page(context)
        await session.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        yield session


async def violations(session: Session) -> list[Any]:
    await session.evaluate(AXE.read_text(encoding="utf8") + ";0")
    found: list[Any] = await session.evaluate(VIOLATIONS % json.dumps(AA))
    return found


@pytest.mark.parametrize("width", [680, 360])
@on_loop
async def test_no_card_fails_wcag_aa_or_is_wider_than_its_screen(tmp_path: Path, width: int) -> None:
    async with opened(width) as session:
        for name, made in CARDS.items():
            (tmp_path / "card.html").write_text(made, encoding="utf8")
            await session.visit((tmp_path / "card.html").as_uri())
            assert await session.evaluate(WIDER) == [], name
            for scheme in ("light", "dark"):
                await session.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
                assert await violations(session) == [], (name, scheme)


@on_loop
async def test_each_post_has_its_own_direction_and_nothing_runs_or_is_loaded(tmp_path: Path) -> None:
    evil = replace(
        POST,
        text=EVIL,
        author=EVIL,
        handle=EVIL,
        url="javascript:alert(1)",
        quoted=ARABIC,
        media=(Media("photo", PHOTO, EVIL), *POST.media),
    )
    made = card(evil, media_paths={PHOTO: PICTURE, VIDEO: "javascript:alert(1)"}, source=EVIL, archived=WHEN)
    (tmp_path / "card.html").write_text(made, encoding="utf8")
    async with opened(680) as session:
        await session.call("Page.addScriptToEvaluateOnNewDocument", source="window.alert = () => { window.ran = true }")
        await session.visit((tmp_path / "card.html").as_uri())
        assert await session.evaluate("window.ran === undefined && document.scripts.length === 0")
        assert (
            await session.evaluate("performance.getEntriesByType('resource').map(one => one.name).filter(one => !one.startsWith('data:'))")
            == []
        )
        directions = "[...document.querySelectorAll('article')].map(one => getComputedStyle(one).direction)"
        assert await session.evaluate(directions) == ["ltr", "rtl"]
        face = "(() => { const [a, b] = [...document.querySelectorAll('article article header > *')]; return a.getBoundingClientRect().left > b.getBoundingClientRect().left })()"
        assert await session.evaluate(face)  # right to left, the face stands at the right of the name
