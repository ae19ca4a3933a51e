"""Check: does what was captured still show itself? Every capture is opened in a browser that has the records and nothing else.

Compared are what the capture's records say and what the page shows now: title, words, pictures that load. What is expected of a page that
a browser captured is what that browser saw (its text, its pictures); of one that http brought, the words of its document, and every
picture that is not known to be missing. A post is looked at as its card. What is no page (a film, a PDF, a feed) is read to its end and
not opened.

**Where the verdicts stand.** A snapshot never changes. They stand in the one that follows: an article's next version, whose predecessor is
its latest, which carries every citation with its outcome as a look does that asks for nothing, and adds a `checked` record for each
capture, the picture beside it (`urn:view:<URL>`, concurrent to it). The manifest's `checks` is made of these records like all else of it.
The other way, a WARC added beside a copy of the old files, was rejected: it would say every record twice, under one id in two places.

The words are `shown` (as expected), `partly`, `blank`, `failed` (the page did not open) and `kept` (no page, and all there).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from archiver.article.document import Document
from archiver.config import Config
from archiver.errors import IntegrityError, UsageError
from archiver.fetch.browser.binary import NoBrowser
from archiver.fetch.browser.tier import Tier
from archiver.fetch.browser.visit import Visit
from archiver.fetch.capture import Derived
from archiver.record import layout
from archiver.record.catalog.catalog import hexed
from archiver.record.snapshot import Occasion, Snapshot
from archiver.replay import media, offline
from archiver.replay.answers import Answers, base_of
from archiver.replay.library import Library, SnapshotView, Stored
from archiver.replay.offline import Offline
from archiver.service.again.earlier import Earlier
from archiver.service.again.revision import carried
from archiver.service.again.visit import carry
from archiver.service.archive import Archived, finished
from archiver.service.desk import Desk, at_desk, interruptible
from archiver.service.keeper import Watch

HTML = frozenset({"text/html", "application/xhtml+xml"})
WORDS = 4000  # distinct words that are compared
MOST = 0.8  # of the words expected: as expected
SOME = 0.2  # below: blank
FEW = 5  # words: fewer say nothing
LONGEST = 30.0  # seconds for a page
GOOD = frozenset({"shown", "kept"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one capture showed. `words` is the share of the expected words, None where none were; `pictures` expected and loaded."""

    snapshot: str
    capture: str
    citation: int | None
    url: str
    verdict: str
    reason: str
    title: dict[str, str | None]
    words: float | None
    pictures: dict[str, int]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A check: its verdicts, and the snapshot that holds them."""

    verdicts: tuple[Verdict, ...]
    archived: Archived

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints of it."""
        return {
            "schema": "archiver.check/1",
            "snapshot": self.verdicts[0].snapshot if self.verdicts else None,
            "written": str(self.archived.path),
            "checks": [asdict(one) for one in self.verdicts],
        }

    @property
    def bad(self) -> int:
        """How many captures do not show what they should."""
        return sum(one.verdict not in GOOD for one in self.verdicts)


@dataclass(frozen=True, slots=True)
class _Case:
    """One capture to be looked at, and the citation that it was made for."""

    capture: dict[str, Any]
    citation: int | None


def run(snapshot: Path, store: Path, config: Config, watch: Watch) -> Checked:
    """Check a finished snapshot of a store; see `check`. KeyboardInterrupt on SIGINT and SIGTERM."""
    return interruptible(check(snapshot, store, config, watch))


async def check(snapshot: Path, store: Path, config: Config, watch: Watch) -> Checked:
    """Open every capture of a snapshot and write what it showed into the article's next version.

    UsageError where the path is none of the store's snapshots, where it captured nothing, or where no browser can be started; errors as
    `archive` otherwise.
    """
    name = _name(snapshot, store)
    async with at_desk(store, config, watch) as desk:
        view = Library(store).snapshot(name)
        cases = list(_cases(view))
        if not cases:  # a version is not written to say that nothing was looked at
            before = view.manifest.get("predecessor")
            raise UsageError(
                f"{snapshot}: holds no answered capture of its own; check " + (f"{before}, before it" if before else "another")
            )
        watch.begin(view.manifest["article"]["title"] or name, len(cases))
        seen = await _looked_at(desk, view, cases)
        path = await _written(desk, view, seen)
        return Checked(tuple(verdict for verdict, _ in seen), path)


def _name(snapshot: Path, store: Path) -> str:
    try:
        return layout.meant(store, snapshot).resolve().relative_to(store.resolve()).as_posix()
    except ValueError:
        raise UsageError(f"{snapshot}: is not in the store {store}; name the store with --snapshots") from None


def _cases(view: SnapshotView) -> Iterator[_Case]:
    """Yield what is looked at: each answered seed once, the article's own first."""
    groups = [(None, view.manifest["article"]["captures"]), *((one["number"], one["captures"]) for one in view.manifest["citations"])]
    done: set[str] = set()
    for number, captures in groups:
        for one in captures:
            if one["role"] == "seed" and one["status"] is not None and one["id"] not in done:
                done.add(one["id"])
                yield _Case(one, number)


async def _looked_at(desk: Desk, view: SnapshotView, cases: list[_Case]) -> list[tuple[Verdict, bytes]]:
    library = Library(desk.store)
    network = Offline(library)
    settings = replace(desk.config.browser, tabs=1, consent="leave", scripts=(), profile="", deadline=LONGEST)
    seen: list[tuple[Verdict, bytes]] = []
    try:
        async with Tier(settings, desk.config.network, dialling=network) as tier:
            for case in cases:
                answers = Answers(view, hexed(case.capture["id"]))
                network.turn(answers)
                seen.append(await _look(library, tier, network, answers, case))
                desk.watch.settled()
    except NoBrowser as error:
        raise UsageError(f"a check opens pages, and {error}") from error
    finally:
        await network.close()
    return seen


async def _look(library: Library, tier: Tier, network: Offline, answers: Answers, case: _Case) -> tuple[Verdict, bytes]:
    view, capture = answers.view, case.capture
    stored = library.at(view.name, answers.answer.position) if answers.answer else None
    page = stored if stored is not None and media.media_type(stored) in HTML else None
    url = base_of(capture["url"]) if page else offline.CARD
    if page is None and answers.card is not None:
        page = library.at(view.name, answers.card)
    if stored is None or page is None:
        verdict, reason = await asyncio.to_thread(_read, stored)
        return _verdict(view, case, verdict, reason), b""
    visit = await tier.visit(url)
    try:
        made = await asyncio.to_thread(_compared, library, answers, case, page, visit, tuple(network.missing))
        picture = next((one.data for one in visit.derived if one.kind == "view"), b"")
    finally:
        visit.close()
    return made, picture


def _verdict(view: SnapshotView, case: _Case, verdict: str, reason: str, **more: Any) -> Verdict:
    told = {"title": {"expected": None, "shown": None}, "words": None, "pictures": {"expected": 0, "loaded": 0}, "missing": ()} | more
    url = case.capture["final_url"] or case.capture["url"]
    return Verdict(view.name, case.capture["id"], case.citation, url, verdict, reason, **told)


def _read(stored: Stored | None) -> tuple[str, str]:
    """Read what is no page to its end."""
    if stored is None:
        return "failed", "it has no answer in the records"
    try:
        length = sum(len(piece) for piece in stored.payload())
    except IntegrityError as error:
        return "failed", error.message
    if stored.missing:
        return "failed", stored.missing
    return "kept", f"{media.media_type(stored) or 'no media type'}, {length} bytes, all there"


def _compared(library: Library, answers: Answers, case: _Case, page: Stored, visit: Visit, missing: tuple[str, ...]) -> Verdict:
    """Compare what a page shows with what its capture says that it showed."""
    view, shown = answers.view, visit.shown
    if not shown:
        return _verdict(view, case, "failed", visit.failure or "the page showed nothing", missing=missing)
    text, loaded = _expected(library, view, case.capture, page)
    words, now = _words(text), _words(shown["text"])
    share = len(words & now) / len(words) if len(words) >= FEW else None
    pictures = {"expected": shown["images"]["total"] - _pictures(visit) if loaded is None else loaded, "loaded": shown["images"]["loaded"]}
    wanted = case.capture["title"] if page is not None and visit.url != offline.CARD else None
    title = {"expected": wanted, "shown": shown["title"]}
    faults = []
    if wanted and " ".join(wanted.split()) != " ".join(shown["title"].split()):
        faults.append("another title")
    if share is not None and share < MOST:
        faults.append(f"{share:.0%} of the words")
    if pictures["loaded"] < pictures["expected"]:
        faults.append(f"{pictures['loaded']} of {pictures['expected']} pictures")
    verdict = "blank" if share is not None and share < SOME else "partly" if faults else "shown"
    reason = "; ".join(faults) or "title, words and pictures as expected"
    return _verdict(view, case, verdict, reason, title=title, words=share, pictures=pictures, missing=missing[:100])


def _expected(library: Library, view: SnapshotView, capture: dict[str, Any], page: Stored) -> tuple[str, int | None]:
    """Return the text that a page should show, and the number of pictures where a browser counted them."""
    made = {
        (one["url"] or "").split(":", 2)[1]: one
        for one in capture["records"]
        if one["type"] == "resource" and (one["url"] or "").startswith("urn:")
    }
    if "text" in made and "pageinfo" in made:
        counted = json.loads(library.at(view.name, made["pageinfo"]).read(1 << 24)).get("counts", {}).get("loaded")
        return library.at(view.name, made["text"]).read(1 << 24).decode("utf8", "replace"), counted
    return Document(media.text(page)).text, None


def _pictures(visit: Visit) -> int:
    """Return how many pictures a page asked for and did not get."""
    return sum(part.kind == "Image" and part.exchange.status != 200 for part in visit.parts)


def _words(text: str) -> frozenset[str]:
    found: dict[str, None] = {}
    for word in re.finditer(r"\w+", text.casefold()):
        found[word[0]] = None
        if len(found) >= WORDS:
            break
    return frozenset(found)


async def _written(desk: Desk, view: SnapshotView, seen: list[tuple[Verdict, bytes]]) -> Archived:
    """Write the next version of the article: everything carried, the verdicts and pictures beside."""
    article = view.manifest["article"]
    head = desk.catalog.chains.head(article["source"], article["url"]) or view.name
    earlier = Earlier(desk.catalog, head)
    version = await asyncio.to_thread(carried, earlier)
    snapshot = Snapshot.begin(
        desk.store,
        source=article["source"],
        url=article["url"],
        started=desk.clock.now(),
        run=desk.made_with(),
        seen=desk.catalog.seen,
        occasion=Occasion("check", head),
    )
    try:
        snapshot.now = desk.clock.now
        await asyncio.to_thread(snapshot.add_article, version.article, version.citations, None, revision=version.revision)
        for citation in version.citations:
            old = earlier.citations.get(citation.key)
            if old is not None and old["outcome"] is not None:
                await carry(snapshot, earlier, citation, old)
        for verdict, picture in seen:
            made = Derived(f"urn:view:{verdict.url}", "image/png", picture) if picture else None
            await asyncio.wrap_future(snapshot.add_check(asdict(verdict), made))
        return await finished(desk, snapshot)
    finally:
        version.close()
        snapshot.close()
