"""Watch: what a source lists now: the items of a feed or sitemap, the files of a folder, the lines of a list, the messages of a mailbox.

**Seen once.** Publishers change addresses (a new slug), guids (a new CMS), both. An entry is known if any of its names is: guid, canonical
URL; else, in a feed, title and date together, unless the item that they name is in this very list too: then they are two. What a file
holds decides for folders, so a changed file is listed again, and a touched one is not.

**Asked politely.** ETag and Last-Modified of the last answer go along; 304 and the same bytes mean: nothing new. A poll belongs to no
snapshot and is no evidence, so it is not recorded; guard, pace and limits are those of every fetch. A poll that fails is tried again before
the next slot, with growing waits.

A list of a source is a stranger's file: it is parsed where articles are (`reader`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

from archiver import url as urls
from archiver.article.read import LIMIT
from archiver.article.sitemap import Listed
from archiver.citation.platform import Answer, Reading, State, Target
from archiver.config import Source
from archiver.errors import ArchiverError
from archiver.fetch.answer import exchange_answer
from archiver.fetch.capture import Held
from archiver.fetch.fetcher import Fetcher
from archiver.fetch.verdict import status_state
from archiver.record import layout
from archiver.record.catalog.agenda import Agenda, Found, Polled
from archiver.service.reader import Received, list_received
from archiver.service.source import charset_of

SUFFIXES = frozenset({
    ".html", ".htm", ".xhtml", ".mhtml", ".mht", ".webarchive", ".pdf", ".txt", ".md", ".rst", ".wiki", ".eml", ".xml", ".warc", ".wacz",
    ".gz", ".json",
})  # fmt: skip
TEMPORARY = (".part", ".tmp", ".crdownload", ".swp", "~")
DEPTH = 3  # lists within lists
NESTED = 200  # further lists of one sitemap that are asked, those first that changed last
FEED = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8"


@dataclass(slots=True)
class Poll:
    """What one poll brought: things found, in order, and for each address asked what to ask it with next time."""

    found: list[Found] = field(default_factory=list)
    polled: dict[str, Polled] = field(default_factory=dict)
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Watcher:
    """Polls sources for one run."""

    fetcher: Fetcher
    agenda: Agenda

    async def poll(self, source: Source) -> Poll:
        """Return what a source lists now. What is wrong with it is in `failure`; nothing is raised."""
        where, made = getattr(source, source.kind), Poll()
        try:
            match source.kind:
                case "feed" | "sitemap":
                    await self._listed(source, where, made, 0)
                case "list":
                    data = await self._read(source.key, where, made)
                    made.found += list(_lines(data, where)) if data is not None else []
                case "folder":
                    wrong: list[str] = []
                    made.found += _files(Path(where), lambda key: self.agenda.has(source.key, key), wrong)
                    made.failure = f"{where}: {'; '.join(wrong[:5])}" if wrong else None
                case "mailbox":
                    made.found += [_message(where, key) for key, _ in messages(Path(where))]
                case _:
                    made.found.append(Found(where, (f"name:{where}",)))
        except ArchiverError as error:
            made.failure = error.message
        except OSError as error:
            made.failure = f"{where}: {os.strerror(error.errno or 0)}"
        return made

    async def _listed(self, source: Source, where: str, made: Poll, depth: int) -> None:
        """Add what a feed or sitemap lists, and the sitemaps that it lists."""
        key = source.key if depth == 0 else f"{source.key}#{where}"
        data = await self._read(key, where, made)
        if data is None:
            return
        listed = await list_received(Received(data.body, where, data.url, None, data.media_type, charset_of(data)))
        if listed is None:
            made.polled.pop(key, None)
            made.failure = f"{where}: cannot be read as a {source.kind}"
            return
        made.found += [one for entry in listed if not entry.nested and (one := _entry(entry, data.url, source.kind))]
        nested = sorted((entry for entry in listed if entry.nested), key=lambda entry: entry.published or "", reverse=True)
        for entry in nested[:NESTED] if depth < DEPTH else ():
            further = urls.resolve(entry.url, data.url)
            if further is not None:
                await self._listed(source, further, made, depth + 1)

    async def _read(self, key: str, where: str, made: Poll) -> Answer | None:
        """Return a list's bytes, from its file or its server; None where it is as it was, or cannot be had, which `made` then says."""
        # A list of lists is asked whole: that it is as it was says nothing of those that it leads to.
        before = Polled() if self.agenda.leads(key) else self.agenda.polled(key)
        target = Target(where, role="poll", purpose="poll", accept=FEED)
        if urls.scheme(where) not in ("http", "https"):
            answer, polled = _file(target), Polled()
        else:
            held = _held(before) if before.url else None
            capture = await self.fetcher.fetch(target, read=_status, held=held)
            exchange = capture.exchange
            try:
                if capture.held is not None:
                    made.polled[key] = before
                    return None
                if capture.state is not State.OK or exchange is None:
                    made.failure = f"{where}: {capture.reason} ({capture.state})"
                    return None
                answer = exchange_answer(exchange, target, capture.redirects)
                polled = Polled(exchange.url, exchange.header("ETag"), exchange.header("Last-Modified"))
            finally:
                capture.close()
        sha256 = hashlib.sha256(answer.body).hexdigest()
        made.polled[key] = Polled(polled.url, polled.etag, polled.modified, sha256)
        return None if sha256 == before.sha256 else answer


def message(mailbox: Path, token: str) -> bytes | None:
    """Return a message of a mailbox, or None where it is gone. OSError where the file cannot be read."""
    return next((data for key, data in messages(mailbox) if key == token), None)


def _status(answer: Answer) -> Reading:
    return Reading(status_state(answer.status), f"status {answer.status}")


def _held(before: Polled) -> Held | None:
    if not before.url or not (before.etag or before.modified):
        return None
    return Held(before.url, before.etag, before.modified, "", before.url, "", "", "", lambda: Reading(State.OK, "not modified"))


def _file(target: Target) -> Answer:
    path = Path(target.url)
    data = path.read_bytes()[:LIMIT]
    return Answer(target, "", 200, (), "", data)


def _entry(entry: Listed, base: str, kind: str) -> Found | None:
    """Return an entry with its names; None for one that has no address to archive."""
    url = urls.resolve(entry.url, base or None) if entry.url else None
    if url is None:
        return None
    keys = [f"guid:{entry.guid}"] if entry.guid else []
    weak = f"words:{entry.published}:{' '.join(entry.title.split()).casefold()}" if entry.title and entry.published else None
    return Found(urls.without_fragment(url), (*keys, f"url:{urls.canonical(url)}"), weak if kind == "feed" or entry.title else None)


def _lines(answer: Answer, where: str) -> Iterator[Found]:
    """Yield the URLs and paths of a list, one a line; `#` begins a comment."""
    for line in answer.body.decode("utf8", "replace").splitlines():
        written = line.strip().lstrip("\ufeff")
        if not written or written.startswith("#"):
            continue
        url = urls.resolve(written)
        if url is not None:
            yield Found(urls.without_fragment(url), (f"url:{urls.canonical(url)}",))
        elif not answer.url:
            path = str((Path(where).parent / written).absolute())
            yield Found(path, (f"path:{path}",))


def _files(folder: Path, known: Callable[[str], bool], wrong: list[str]) -> Iterator[Found]:
    """Yield the articles of a folder and those below it, the oldest first; a file that was not touched is not read.

    One that cannot be read, or whose name could not be written down so that it finds the file again, is told in `wrong`: it must not stop
    the others. OSError where there is no such folder.
    """
    if not folder.is_dir():
        raise FileNotFoundError(2, "no such folder", str(folder))
    files = [(path.stat(), path) for path in folder.rglob("*") if _is_article(path, folder)]
    for facts, path in sorted(files, key=lambda one: (one[0].st_mtime_ns, str(one[1]))):
        touched = f"stat:{path}:{facts.st_mtime_ns}:{facts.st_size}"
        if layout.told(str(path)) != str(path):
            wrong.append(f"{layout.told(path.name)} is no name in UTF-8, rename it")
        elif known(touched):
            yield Found(str(path), (touched,))
        elif 0 < facts.st_size <= LIMIT:
            try:
                with path.open("rb") as file:
                    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                wrong.append(f"{path.name}: {os.strerror(error.errno or 0)}")
                continue
            yield Found(str(path), (touched, f"sha256:{path}:{sha256}"))


def _is_article(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.suffix.lower() in SUFFIXES and not path.name.endswith(TEMPORARY) and path.is_file()


def _message(where: str, key: str) -> Found:
    return Found(f"{where}#{key}", (f"message:{key}",), token=key)


def messages(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the messages of a mailbox file (mboxrd): each by its Message-ID, or the hash of its bytes where it has none."""
    with path.open("rb") as file:
        lines: list[bytes] | None = None
        for line in file:
            if line.startswith(b"From ") and (lines is None or not lines or not lines[-1].strip()):
                if lines:
                    yield _known(lines)
                lines = []
            elif lines is not None:
                lines.append(line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(b"From ") else line)
        if lines:
            yield _known(lines)


def _known(lines: Sequence[bytes]) -> tuple[str, bytes]:
    data = b"".join(lines).rstrip(b"\r\n") + b"\n"
    head = message_from_bytes(data.partition(b"\n\n")[0] + b"\n\n", policy=policy.compat32)
    said = "".join(str(head.get("Message-ID") or "").split()).strip("<>")
    return (said or f"sha256:{hashlib.sha256(data).hexdigest()}"), data
