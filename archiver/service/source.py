"""Source: what the person named, opened. A file, standard input, or a URL that was fetched and recorded.

Files are read here and nowhere else, and everything that can be wrong with one is said in one line. A URL is an article only when its own
answer is one: a 404, a login wall or a challenge page has no citations worth archiving, so the run ends before a snapshot begins.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from archiver import url as urls
from archiver.article.html import saved_from
from archiver.article.read import LIMIT, READ_TYPES
from archiver.citation.platform import Answer, State, Target
from archiver.embed import web
from archiver.errors import ArchiverError, UsageError
from archiver.fetch.answer import exchange_answer
from archiver.fetch.capture import Capture
from archiver.fetch.fetcher import Fetcher
from archiver.fetch.verdict import outcome
from archiver.record import layout
from archiver.service.reader import Received

STDIN = "-"
# What browsers call the folder beside a page that they save, in the languages that they speak.
FOLDERS = ("_files", ".files", "-Dateien", "_fichiers", "_archivos", "_arquivos", "_bestanden", "_file", "_pliki", "_soubory", "-filer")
MOST_FRAMES, HEAD = 200, 8192


@dataclass(frozen=True, slots=True)
class Source:
    """What the person named: `name` as given; `url` when it is one, else the bytes in `data`.

    `frames` is where the frames came from that a browser saved in the folder beside a page, by the names that the page has for them.
    """

    name: str
    url: str | None
    data: bytes | None
    frames: dict[str, str] = field(default_factory=dict)


def named(name: str) -> Source:
    """Open a file or standard input, or recognise a URL; UsageError says what is wrong with anything else."""
    if name == STDIN:
        return Source(name, None, _limited(sys.stdin.buffer.read(LIMIT + 1), "standard input"))
    if not name.strip():
        raise UsageError("SOURCE is empty: name a URL, a file, or - for standard input")
    scheme = urls.scheme(name)
    if scheme in {"http", "https"}:
        return Source(name, urls.web_url(name), None)
    if scheme and "://" in name:
        raise UsageError(f"{name}: only http and https URLs can be archived, not {scheme}")
    return Source(layout.told(name), None, _file(Path(name)), _frames(Path(name)))


def _file(path: Path) -> bytes:
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise UsageError(f"{path}: is a directory; name a file in it")
        if facts.st_size > LIMIT:
            raise UsageError(f"{path}: {facts.st_size:,} bytes are more than an article can have ({LIMIT:,}); name the article itself")
        with path.open("rb") as file:
            return _limited(file.read(LIMIT + 1), str(path))
    except FileNotFoundError:
        page = "." in path.parts[0] and "/" in str(path)
        hint = f"for a web page write https://{path}" if page else "check the path; a web page's address begins with https://"
        raise UsageError(f"{path}: no such file; {hint}") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({os.strerror(error.errno or 0)}); name a file that can be") from error
    except ValueError as error:
        raise UsageError(f"{path!s:.80}: not a file name ({error})") from error


def _frames(path: Path) -> dict[str, str]:
    """Return where each page in the folder beside a saved page was saved from, as the browser wrote into it."""
    found: dict[str, str] = {}
    for folder in (path.with_name(path.stem + end) for end in FOLDERS if path.suffix.lower() in {".html", ".htm"}):
        with contextlib.suppress(OSError):
            for page in islice(sorted(folder.glob("*.htm*")), MOST_FRAMES):
                if page.is_file() and not page.is_symlink() and (where := saved_from(_head(page))):
                    found[f"{folder.name}/{page.name}"] = where
    return found


def _head(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(HEAD).decode("utf8", "replace")


def _limited(data: bytes, name: str) -> bytes:
    if len(data) > LIMIT:
        raise UsageError(f"{name}: more than {LIMIT:,} bytes, more than an article can have; give the article itself")
    if not data:
        raise UsageError(f"{name}: is empty; give the article itself")
    return data


def opened(source: Source, *, base_url: str | None = None, media_type: str | None = None) -> Received:
    """Return what is in a file or on standard input."""
    assert source.data is not None
    where = urls.web_url(base_url) if base_url else None
    return Received(source.data, source.name, where, where, _said(media_type), frames=source.frames)


async def fetched(
    source: Source, fetcher: Fetcher, *, base_url: str | None = None, media_type: str | None = None
) -> tuple[Received, Capture]:
    """Fetch a URL and return its answer's body; ArchiverError where the answer is no article."""
    assert source.url is not None
    capture = await fetcher.fetch(Target(source.url), read=web.read)
    exchange = capture.exchange
    if capture.state not in {State.OK, State.OK_PARTIAL} or exchange is None:
        raise ArchiverError(f"{source.name}: cannot be read as an article: {capture.reason} ({capture.state}); {_remedy(capture.state)}")
    answer = exchange_answer(exchange, capture.target, capture.redirects)
    where = urls.web_url(base_url) if base_url else answer.url
    return Received(answer.body, source.name, answer.url, where, _said(media_type) or answer.media_type, charset_of(answer)), capture


def _remedy(state: State) -> str:
    match outcome(state):
        case "refused":
            return "the configuration says what may be asked: network.connect_to, allow_private_addresses, robots"
        case "failed":
            return "try again later, or save the page from a browser and give the file"
        case _:
            return "check the address; a page that you can see can be saved from the browser and given as a file"


def _said(media_type: str | None) -> str | None:
    """Return the media type that a person named; UsageError for one that nothing reads, which would do nothing in silence."""
    kind = (media_type or "").partition(";")[0].strip().lower()
    if media_type is not None and kind not in READ_TYPES:
        raise UsageError(f"--media-type {media_type}: must be one of {', '.join(sorted(READ_TYPES))}")
    return media_type


def charset_of(answer: Answer) -> str | None:
    """Return the charset that an answer's Content-Type names."""
    for parameter in (answer.header("content-type") or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" \"'") or None
    return None
