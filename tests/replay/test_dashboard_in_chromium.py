"""The dashboard in real Chromium: WCAG AA by axe-core, nothing wider than the phone, no stranger's word ever run, the keyboard, no script."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from archiver.fetch.browser import binary
from archiver.fetch.browser.cdp import Browser, Refused, Session, launched
from archiver.record import layout
from archiver.record.catalog.catalog import Catalog
from archiver.record.rebuild import rebuild_catalog
from archiver.record.snapshot import Snapshot
from archiver.replay.library import Library
from tests.looping import on_loop
from tests.record import made
from tests.replay import shelf

AXE = Path(__file__).parents[2] / ".venv/assets/axe-core/axe.min.js"
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIOLATIONS = "axe.run(document, {iframes: false, runOnly: %s}).then(found => found.violations.map(one => [one.id, one.nodes[0].html]))"
WIDER = "document.documentElement.scrollWidth > %d ? [...document.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > %d)[0].outerHTML : ''"

# Each calls `canary`, by another way: elements, attributes that end, URLs, templates, comments, raw text elements, foreign content.
PAYLOADS = [
    "<script>canary(1)</script>",
    '"><img src=x onerror=canary(2)>',
    "'><svg onload=canary(3)>",
    '" autofocus onfocus=canary(4) x="',
    "' onmouseover=canary(5) x='",
    "javascript:canary(6)",
    "</title><script>canary(7)</script>",
    "</textarea></style></script><script>canary(8)</script>",
    "--><script>canary(9)</script><!--",
    "{{ ''.__class__ }}{% for x in [1] %}<script>canary(10)</script>{% endfor %}",
    "</svg><img src=x onerror=canary(11)>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=canary(12)&gt;">',
    "&lt;script&gt;canary(13)&lt;/script&gt;",
    "\ud800<script>canary(14)</script>",
    "\r\n\r\n<script>canary(15)</script>",
    "data:text/html,<script>canary(16)</script>",
    'x"; canary(17); "',
    "<iframe srcdoc='<script>parent.canary(18)</script>'>",
    "<details open ontoggle=canary(19)>",
    "%3Cscript%3Ecanary(20)%3C/script%3E\u202e<b onclick=canary(20)>",
]  # fmt: skip
KEPT = {"id", "file", "date", "started", "finished", "snapshot", "retry_after", "next_attempt", "type", "role", "tier", "schema", "key"}


async def where(session: Session) -> str:
    """Return the last two steps of the path of a page that has loaded; nothing while one goes and the next comes."""
    with suppress(Refused):
        path: str = await session.evaluate("performance.timing.loadEventEnd ? location.pathname : ''")
        return "/" + "/".join(path.rstrip("/").rsplit("/", 2)[1:])
    return ""


@asynccontextmanager
async def page(browser: Browser, width: int = 1280) -> AsyncIterator[Session]:
    async with browser.context() as context:
        made_page = await browser.page(context)
        await made_page.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        yield made_page


async def coloured(session: Session, scheme: str) -> None:
    await session.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])


async def violations(session: Session) -> list[Any]:
    await session.evaluate(AXE.read_text(encoding="utf8") + ";0")
    found: list[Any] = await session.evaluate(VIOLATIONS % json.dumps(AA))
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    path = tmp_path_factory.mktemp("store")
    return path, shelf.everything(path)


@pytest.mark.parametrize("width", [1280, 390])
@on_loop
async def test_no_page_fails_wcag_aa_or_is_wider_than_its_screen(store: tuple[Path, list[str]], width: int) -> None:
    paths = [path for path in shelf.paths(store[1][1:], Library(store[0])) if not re.search(r"/citation/[3468]$", path)]
    assert len(paths) > 20
    with shelf.dashboard(store[0]) as origin:
        async with launched(binary.find()) as browser, page(browser, width) as session:
            for path in paths:
                await session.visit(origin + path)
                await session.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                assert await session.evaluate(WIDER % (width, width)) == "", path
                for scheme in ("light", "dark") if width > 400 else ("dark",):
                    await coloured(session, scheme)
                    assert await violations(session) == [], (path, scheme)


@pytest.mark.parametrize("width", [360, 1280])
@on_loop
async def test_names_without_a_break_stay_in_their_place_and_do_not_push_the_rest_away(tmp_path: Path, width: int) -> None:
    url = "https://" + "very-long-" * 20 + ".test/" + "x" * 900
    names = []
    with Catalog(tmp_path) as catalog:
        for day in range(2):
            begun = made.START + timedelta(days=day)
            snapshot = Snapshot.begin(
                tmp_path, source="https://a.test/", url="https://a.test/", started=begun, run=made.RUN, seen=catalog.seen
            )
            snapshot.add_article(made.article("Donaudampfschiff" * 30 + "\n\nwords", "https://a.test/"), [made.citation(1, url)])
            snapshot.settle(1, "failed", "timeout", "w" * 300)
            names.append(snapshot.finish(begun))
            catalog.add(names[-1])
    here = f"/snapshot/{names[0].relative_to(tmp_path).as_posix()}"
    with shelf.dashboard(tmp_path) as origin:
        async with launched(binary.find()) as browser, page(browser, width) as session:
            for path in ("/", "/figures", f"{here}/", f"{here}/citation/1", f"/url?url={quote(url)}"):
                await session.visit(origin + path)
                assert await session.evaluate(WIDER % (width, width)) == "", path
            await session.visit(f"{origin}{here}/citation/1")
            assert await session.evaluate("document.querySelector('h1').getBoundingClientRect().height") < 150
            assert await session.evaluate("document.querySelector('.crumbs').getBoundingClientRect().height") < 70
            assert await session.evaluate("document.querySelector('.article-head .meta').innerText.length") > 900


@on_loop
async def test_the_judge_finds_what_is_wrong(store: tuple[Path, list[str]]) -> None:
    with shelf.dashboard(store[0]) as origin:
        async with launched(binary.find()) as browser, page(browser) as session:
            await session.visit(origin + "/about")
            await session.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x\"><p id=c>dim</p>')")
            await session.evaluate("document.getElementById('c').style.color = '#bbb'")
            assert {found[0] for found in await violations(session)} == {"image-alt", "color-contrast"}


def poisoned(value: Any, payload: str, name: str = "") -> Any:
    """Return a manifest's value with every word that is shown replaced by the payload."""
    if isinstance(value, dict):
        return {key: poisoned(item, payload, key) for key, item in value.items()}
    if isinstance(value, list):
        return [poisoned(item, payload, name) for item in value]
    if value is None and name in {"byline", "language", "published", "comparison", "why", "truncated", "heading", "ip"}:
        return payload if name != "comparison" else None
    return value if not isinstance(value, str) or name in KEPT or "sha256" in name else payload


def poison(store: Path) -> list[str]:
    """Make a snapshot for each payload: its manifest and text hold nothing else, and its records have them in every header."""
    names = []
    for number, payload in enumerate(PAYLOADS):
        name = f"evil.test/story-{number}/20260101000000"
        with_headers = made.begin(store)
        heads = "".join(
            f"X-Evil-{n}: {one.encode('latin1', 'replace').decode('latin1')}\r\n" for n, one in enumerate(PAYLOADS) if "\n" not in one
        )
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + heads.encode("latin1", "replace") + b"Content-Length: 2\r\n\r\n"
        answer = made.exchange(f"https://one.test/{quote(payload, errors='replace')}", head, b"ok", tls=made.TLS)
        stored = with_headers.add(made.capture(made.page("http://one.test/old", b"", b"302 Found"), answer)).result()
        view = with_headers.add_derived("resource", f"urn:view:{payload!a}", "image/png", b"\x89PNG\r\n\x1a\n", stored["records"][-1]["id"])
        view.result()
        compared = {"verdict": "edited", "similarity": 0.5, "claimed": payload, "captured": payload + " else", "notes": [payload]}
        with_headers.settle(1, "captured", "ok", payload, comparison=compared, resolution={"id": "1", "url": payload, "evidence": payload})
        path = with_headers.finish()
        (store / name).parent.mkdir(parents=True)
        path.rename(store / name)
        manifest = json.loads((store / name / layout.MANIFEST).read_bytes())
        changed = poisoned(manifest, payload) | {"snapshot": name}
        changed["article"]["media_type"] = "text/plain"
        (store / name / layout.MANIFEST).write_text(json.dumps(changed))
        text = made.TEXT[:6] + payload + made.TEXT[6:] + payload
        (store / name / layout.TEXT).write_bytes(text.encode("utf8", "surrogatepass"))
        names.append(name)
    rebuild_catalog(store)
    return names


def evil_paths(store: Path, names: list[str]) -> list[str]:
    library = Library(store)
    found = ["/", "/figures", "/url?url=https://one.test/old"]
    for name, payload in zip(names, PAYLOADS, strict=True):
        written = quote(payload, safe="", errors="replace")
        found += [f"/?q={written}&outcome={written}&sort={written}&page={written}", f"/url?url={written}", f"/snapshot/a/{written}/x/"]
        found += [f"/snapshot/{name}/", f"/snapshot/{name}/citation/1?capture={written}&replay={written}", f"/snapshot/{name}/citation/2"]
        shown = library.snapshot(name)
        found += [
            f"/snapshot/{name}/record/{record}"
            for record, position in shown.records.items()
            if position["type"] in ("response", "resource")
        ]
    return found


PROD = """for (const one of document.querySelectorAll('*')) {
  for (const name of ['mouseover', 'focus', 'toggle', 'error', 'load']) one.dispatchEvent(new Event(name));
  if (one.matches('a[href^="javascript:" i], a[href^="data:" i], b')) one.click();
}"""


@on_loop
async def test_no_word_of_a_stranger_runs(tmp_path: Path) -> None:
    names = poison(tmp_path)
    paths = evil_paths(tmp_path, names)
    assert len(paths) > 8 * len(PAYLOADS)
    with shelf.dashboard(tmp_path) as origin:
        async with launched(binary.find()) as browser, page(browser) as session:
            ran: list[str] = []
            seen = await watched(session, ran)
            # Escaping alone has to hold: the pages' policy, which would stop every one of these too, is switched off.
            await session.call("Page.setBypassCSP", enabled=True)
            shown = 0
            for path in paths:
                await session.visit(origin + path)
                await session.evaluate(PROD)
                source: str = await session.evaluate("document.documentElement.outerHTML")
                shown += "canary(" in html.unescape(source)
                assert ran == [], path
            assert shown > 0.9 * len(paths)  # the words were there to be read
            assert seen == []
            await session.evaluate("document.body.innerHTML = \"<img src=x onerror=canary('alive')>\"")
            async with asyncio.timeout(60):
                while not ran:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            assert ran == ["alive"]  # and the canary sings


@on_loop
async def test_the_policy_alone_holds_too(tmp_path: Path) -> None:
    names = poison(tmp_path)
    with shelf.dashboard(tmp_path) as origin:
        async with launched(binary.find()) as browser, page(browser) as session:
            ran: list[str] = []
            await watched(session, ran)
            await session.visit(f"{origin}/snapshot/{names[0]}/")
            for payload in PAYLOADS:
                await session.evaluate(f"document.body.insertAdjacentHTML('beforeend', {json.dumps(payload)})")
            await session.evaluate(PROD)
            await session.evaluate(
                "const made = document.createElement('script'); made.textContent = 'canary(0)'; document.body.append(made)"
            )
            await asyncio.sleep(0.2)
            assert ran == []


async def watched(session: Session, ran: list[str]) -> list[str]:
    """Give a page its canary; return the list of dialogs, of requests to other hosts, and of errors of our own script."""
    seen: list[str] = []

    def listen(method: str, parameters: dict[str, Any]) -> None:
        if method == "Runtime.bindingCalled":
            ran.append(parameters["payload"])
        elif method == "Page.javascriptDialogOpening":
            seen.append(parameters["message"])
        elif method == "Network.requestWillBeSent":
            url = parameters["request"]["url"]
            if not re.match(r"http://(?:[0-9a-f]{32}\.replay\.)?localhost:|data:,$", url):
                seen.append(url)
        elif method == "Runtime.exceptionThrown":
            seen.append(parameters["exceptionDetails"]["text"])

    session.listener = listen
    await session.call("Runtime.enable")
    await session.call("Network.enable")
    await session.call("Runtime.addBinding", name="sing")
    await session.call("Page.enable")
    await session.call("Page.addScriptToEvaluateOnNewDocument", source="window.canary = (note) => sing(String(note))")
    return seen


@on_loop
async def test_keys_walk_through_the_citations(store: tuple[Path, list[str]]) -> None:
    with shelf.dashboard(store[0]) as origin:
        async with launched(binary.find()) as browser, page(browser) as session:
            await session.visit(f"{origin}/snapshot/{store[1][1]}/")
            focused = "document.activeElement.closest('[data-entry]')?.dataset.entry"

            async def press(key: str) -> None:
                for kind in ("keyDown", "keyUp"):
                    await session.call(
                        "Input.dispatchKeyEvent", type=kind, key=key, **({"text": key} if len(key) == 1 and kind == "keyDown" else {})
                    )

            walked = []
            for key in ("j", "j", "ArrowRight", "k", "k", "k"):
                await press(key)
                walked.append(await session.evaluate(focused))
            assert walked == ["1", "2", "3", "2", "1", "1"]
            assert await session.evaluate("[...document.querySelectorAll('mark.lit')].length") == 1
            await session.evaluate("document.querySelector('mark[data-cites~=\"4\"]').click()")
            assert await session.evaluate(focused) == "4"
            await session.visit(f"{origin}/snapshot/{store[1][1]}/citation/1")
            await press("j")
            async with asyncio.timeout(60):
                while await where(session) != "/citation/2":  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            await session.visit(f"{origin}/")
            await press("/")
            assert await session.evaluate("document.activeElement.name") == "q"
            await press("j")
            assert await session.evaluate("document.activeElement.value") == "j"  # letters in a field are letters


@on_loop
async def test_pages_are_whole_without_script(store: tuple[Path, list[str]]) -> None:
    with shelf.dashboard(store[0]) as origin:
        async with launched(binary.find()) as browser, page(browser) as session:
            await session.call("Emulation.setScriptExecutionDisabled", value=True)
            await session.visit(f"{origin}/snapshot/{store[1][1]}/")
            document = await session.call("DOM.getDocument", depth=-1)
            found = await session.call("DOM.querySelectorAll", nodeId=document["root"]["nodeId"], selector=".entry, .chip, mark")
            assert len(found["nodeIds"]) > 20


@on_loop
async def test_right_to_left_stands_right(store: tuple[Path, list[str]]) -> None:
    with shelf.dashboard(store[0]) as origin:
        async with launched(binary.find()) as browser, page(browser) as session:
            await session.visit(f"{origin}/snapshot/{store[1][1]}/")
            sides = await session.evaluate("[...document.querySelectorAll('.text p')].map(one => getComputedStyle(one).direction)")
            assert sides == ["rtl", "rtl", "rtl", "ltr", "ltr"]
            title = await session.evaluate("getComputedStyle(document.querySelector('h1 bdi')).direction")
            assert title == "rtl"
            gaps = "(() => { const t = document.querySelector('.text').getBoundingClientRect(); const r = document.createRange(); r.selectNodeContents(document.querySelector('.text p')); const b = r.getBoundingClientRect(); return [b.left - t.left, t.right - b.right] })()"
            left, right = await session.evaluate(gaps)
            assert right < 2 < left  # the line begins at the right
