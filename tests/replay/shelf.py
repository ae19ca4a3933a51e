"""Stores for the dashboard's tests: one of everything; and the dashboard served on loopback, with a stand-in for the captured pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from archiver.citation.citation import Citation, Claims, Place, Reference
from archiver.citation.platform import Media, Post, State, Target
from archiver.config import Config
from archiver.record.catalog.catalog import Catalog
from archiver.record.snapshot import Snapshot
from archiver.replay import address
from archiver.replay.dashboard import routes
from archiver.replay.library import Library
from archiver.replay.server import Gate, listen
from archiver.service import archive
from archiver.service.demo.picture import png
from tests.article import pdf_made
from tests.record import made

SOURCE = "https://news.test/story"
TEXT = """عنوان المقال

قالت الصحيفة إن الخبر صحيح، ونقلت عن https://one.test/قصة أن الوزير لم ينفِ ذلك، وأضافت أن التفاصيل ستنشر لاحقًا.

مجالات التعاون
“A quoted post, with an emoji 👩‍🚀 and #tags in it”
— Writer (@writer) July 20, 2022

A paragraph in English that cites two sources in one sentence, and one source within the words of the other, as articles do.
"""
WRITER = Post(
    "x", "7", "https://x.com/writer/status/7", author="Writer ✍️ كاتب", handle="writer", created="2022-07-20T07:04:42Z",
    text="A quoted post, with an emoji 👩‍🚀 and some #tags within it https://t.co/abc", lang="en", counts={"likes": 3},
    media=(Media("photo", "https://cdn.test/photo.png", "Bands of colour"),),
)  # fmt: skip


def cited(
    number: int, words: str, url: str | None, *, kind: str = "link", platform: str = "web", inferred: bool = False, **claims: str
) -> Citation:
    """Return a citation of `words` in TEXT."""
    start = TEXT.index(words)
    place = Place(
        url, "a[href]", start, start + len(words), words, TEXT[max(0, start - 30) : start], TEXT[start + len(words) :][:30],
        line=TEXT.count("\n", 0, start) + 1, heading="مجالات التعاون" if start > 130 else None, inferred=inferred, confidence=0.7 if inferred else None,
    )  # fmt: skip
    return Citation(number, kind, Reference(platform, None, url, f"{platform}:{number}"), True, Claims(**claims), (place,))


CITATIONS = [
    cited(1, "https://one.test/قصة", "https://one.test/%D9%82%D8%B5%D8%A9"),
    cited(
        2, "“A quoted post, with an emoji 👩‍🚀 and #tags in it”\n— Writer (@writer) July 20, 2022", WRITER.url, kind="embed", platform="x",
        author="Writer", handle="writer", date="2022-07-20", text="A quoted post, with an emoji 👩‍🚀 and #tags in it",
    ),
    cited(3, "two sources in one sentence, and one source within the words of the other", "https://two.test/wide"),
    cited(4, "one source within", "https://two.test/narrow"),
    cited(5, "sentence, and one", "https://three.test/overlapping", inferred=True),
    cited(6, "as articles do", "http://10.0.0.1/"),
    cited(7, "الصحيفة", None, kind="mention", platform="x", author="صحيفة"),
    cited(8, "التفاصيل", "https://four.test/late"),
]  # fmt: skip


def article_of_everything(store: Path, catalog: Catalog, *, later: int = 0) -> Path:
    """Archive an article whose citations have every outcome, with a post, pictures, a film and a picture of a page."""
    started = made.START + timedelta(days=later)
    snapshot = Snapshot.begin(store, source=SOURCE, url=SOURCE, started=started, run=made.RUN, seen=catalog.seen)
    snapshot.add_article(made.article(TEXT, SOURCE), CITATIONS)
    moved = made.page("http://one.test/old", b"moved", b"302 Found")
    post = made.capture(
        made.page("https://cdn.test/tweet?id=7", b'{"id": "7"}', kind=b"application/json"), cited_by=(2,),
        target=Target("https://cdn.test/tweet?id=7", tier="post", purpose="syndication"), post=WRITER,
    )  # fmt: skip
    photo = made.page("https://cdn.test/photo.png", png("photo", 160, 90), kind=b"image/png")
    film = made.page("https://cdn.test/film.mp4", b"\0\0\0\x18ftypmp42" + bytes(5000), kind=b"video/mp4")
    captures = [
        made.capture(moved, made.page(CITATIONS[0].reference.url or "", b"<title>One</title> words", tls=made.TLS), cited_by=(1,)),
        post,
        made.capture(photo, target=Target("https://cdn.test/photo.png", role="requisite", purpose="photo"), cited_by=(2,)),
        made.capture(film, target=Target("https://cdn.test/film.mp4", role="requisite", purpose="video"), cited_by=(2,)),
        made.capture(made.page("https://two.test/wide", b"no such page", b"404 Not Found"), state=State.NOT_FOUND, cited_by=(3,)),
        made.capture(made.page("https://two.test/narrow", b"half"), state=State.OK_PARTIAL, cited_by=(4,)),
        made.capture(state=State.REFUSED_ADDRESS, target=Target("http://10.0.0.1/"), cited_by=(6,)),
    ]
    stored = [future.result() for future in [snapshot.add(one) for one in captures]]
    answers = [next((one["id"] for one in capture["records"] if one["type"] in ("response", "revisit")), "") for capture in stored]
    snapshot.add_derived("conversion", "urn:archiver:card:x:7", "text/html;charset=utf-8", b"<p>card</p>", answers[1]).result()
    snapshot.add_derived("resource", "urn:view:https://one.test/", "image/png", png("view", 200, 120), answers[0]).result()
    differs = {"verdict": "edited", "similarity": 0.86, "claimed": CITATIONS[1].claims.text, "captured": WRITER.text, "notes": ["a note"]}
    snapshot.settle(1, "captured", "ok", "it answered")
    snapshot.settle(2, "captured", "ok", "the post as the endpoint tells it", comparison=differs)
    snapshot.settle(3, "unavailable", "not_found", "status 404")
    snapshot.settle(4, "partial", "ok_partial", "pictures are missing")
    snapshot.settle(5, "failed", "timeout", "no whole answer within 5 s", next_attempt=started + timedelta(hours=1))
    snapshot.settle(6, "refused", "refused_address", "the address is not public")
    snapshot.settle(
        7, "unresolved", "unresolved", "no post of that account has these words", resolution={"id": None, "url": None, "evidence": "none"}
    )
    path = snapshot.finish(started + timedelta(minutes=5))
    catalog.add(path)
    return path


def article_in_pdf(store: Path) -> Path:
    """Archive, without fetching, a PDF of two pages with link annotations, the second page turned."""
    first = (
        pdf_made.Page().text(60, 700, "A printed page that cites a source here", 14).link((60, 695, 320, 715), "https://one.test/printed")
    )
    second = (
        pdf_made.Page(extra="/Rotate 90")
        .text(60, 700, "A turned page with another source", 14)
        .link((60, 695, 300, 715), "https://two.test/turned")
    )
    file = store / "printed.pdf"
    store.mkdir(exist_ok=True, parents=True)
    file.write_bytes(pdf_made.pdf(first, second))
    return archive.run(archive.Order(str(file), fetch=False), store, Config(), _Silent()).path


class _Silent:
    def begin(self, title: str, total: int) -> None: ...
    def fetched(self, url: str) -> None: ...
    def settled(self) -> None: ...


def everything(store: Path) -> list[str]:
    """Make a store of everything; return the names of its snapshots: two of one article, and the PDF."""
    pdf = article_in_pdf(store)
    with Catalog(store) as catalog:
        paths = [article_of_everything(store, catalog), article_of_everything(store, catalog, later=40)]
    return [path.relative_to(store).as_posix() for path in (*paths, pdf)]


@contextmanager
def dashboard(store: Path, captured: str = "<!doctype html><title>captured</title><p>a captured page") -> Iterator[str]:
    """Serve the dashboard behind the gate; every capture's own origin answers with one page. Yields the dashboard's origin."""
    with listen(0) as listener:
        port = listener.getsockname()[1]
        pages = Starlette(routes=[Route("/{path:path}", lambda _: HTMLResponse(captured))])
        ours = Starlette(routes=routes(Library(store), address.frame_url(port), address.player_url(port)))
        config = uvicorn.Config(
            Gate(port, ours, pages), http="h11", loop="asyncio", ws="none", lifespan="off", log_config=None, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://localhost:{port}"
        finally:
            server.should_exit = True
            thread.join(20)


def paths(names: Sequence[str], library: Library) -> list[str]:
    """Return the address of every kind of page of these snapshots."""
    found = [
        "/",
        "/?q=%D8%B9%D9%86%D9%88%D8%A7%D9%86&outcome=failed&sort=missing",
        "/?q=nothing-like-it",
        "/figures",
        "/about",
        "/url",
        "/url?url=https://one.test/%D9%82%D8%B5%D8%A9",
        "/url?url=nowhere.test",
        "/snapshot/no/such/20260101000000/",
    ]
    for name in names:
        view = library.snapshot(name)
        found.append(f"/snapshot/{name}/")
        found += [f"/snapshot/{name}/citation/{number}" for number in view.citations]
        found += [f"/snapshot/{name}/record/{record}" for record in list(view.records)[:6]]
    return found
