"""Film: one film found by yt-dlp and fetched by us, whole and in the best quality that its size allows.

    find      yt-dlp reads the page and its endpoints (every request recorded) and names formats, thumbnail, subtitles
    refuse    a live stream has no end, a play list is no citation: said, not fetched
    fetch     a film in one file is asked for once, whole, and its record is the film; segments go through yt-dlp's own walk of the list
    join      picture and sound apart, or segments, become one file where ffmpeg is there (`joining`)

yt-dlp chooses formats by their announced size; what grows beyond `most` all the same is given up. Its own use of ffmpeg, external
downloaders, caches, plugins and configuration files are off: a format that only ffmpeg could fetch would be fetched past the guard.
Scripts of players (YouTube's, mostly) run in deno alone, which yt-dlp starts without leave for the network; other engines have no such
confinement, and would let a script out past the guard.

A failure is a finding: `Film.reason` says it, nothing is raised but what recording raises.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import threading
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archiver.citation.platform import State, Target
from archiver.errors import ArchiverError
from archiver.fetch.capture import Capture
from archiver.fetch.lodging import FILM, Lodging
from archiver.fetch.video import joining
from archiver.fetch.video.given import Given

if TYPE_CHECKING:
    from archiver.fetch.video.handler import Ask, Downloader

NEEDED = "the film was not fetched: that needs the extra `video`: pip install 'archiver[video]'"
ENGINE = "deno"
SUBTITLES = 8
INFO = 4 << 20  # bytes of what yt-dlp says of a film
Info = dict[str, Any]
Fetch = Callable[[Target], Awaitable[Capture]]


def found() -> bool:
    """Tell whether yt-dlp is installed."""
    return importlib.util.find_spec("yt_dlp") is not None


@dataclass(slots=True)
class Film:
    """What came of a film. `kept` is true where the film itself is in the records.

    `media` is the address whose record is the film, where it is one file; `file` the joined file, in a folder that `close` removes; `info`
    what yt-dlp says of it, as JSON.
    """

    kept: bool = False
    reason: str = ""
    media: str | None = None
    info: bytes = b""
    file: Path | None = None
    _own: Lodging | None = field(default=None, repr=False)

    def close(self) -> None:
        """Remove the folder."""
        if self._own is not None:
            self._own.leave()
            self._own = None


async def fetch(url: str, ask: Fetch, *, most: int, seconds: float, agent: str) -> Film:
    """Fetch the film at `url`, at most `most` bytes, within `seconds`. `ask` records; what it raises is raised."""
    try:
        own = await asyncio.to_thread(Lodging.enter, FILM)
    except OSError as error:
        return Film(reason=f"there is no place to put it ({error.strerror}); name one with TMPDIR")
    film = Film(_own=own)
    with ExitStack() as given_up:
        given_up.callback(film.close)
        await _done(_Work(url, film, own.path, most, agent), ask, seconds)
        given_up.pop_all()
    return film


async def _done(work: _Work, ask: Fetch, seconds: float) -> None:
    """Do the work in a thread of its own, its requests on this loop; what recording raised is raised."""
    loop, failed = asyncio.get_running_loop(), list[BaseException]()
    over = loop.time() + seconds

    def crossing(target: Target) -> Capture:
        if loop.time() > over:
            work.give(f"it was not whole after {seconds:g} s")
        if work.given:
            raise work.given
        future = asyncio.run_coroutine_threadsafe(_asked(ask, target), loop)
        try:
            capture = future.result()
        except (ArchiverError, asyncio.CancelledError) as error:  # the disk refuses, or the run was stopped: theirs to tell
            failed.append(error)
            work.give("recording stopped")
            raise Given("recording stopped") from None
        work.taken(capture)
        return capture

    done: asyncio.Future[None] = loop.create_future()

    def end() -> None:
        if not done.done():
            done.set_result(None)

    def run() -> None:
        try:
            work.do(crossing)
        finally:
            loop.call_soon_threadsafe(end)

    # A thread that dies with the process: yt-dlp may sit in a regular expression, and nothing outside can end that.
    threading.Thread(target=run, name="film", daemon=True).start()
    try:
        async with asyncio.timeout(seconds + 60):
            await done
    except TimeoutError:
        work.film.reason = f"yt-dlp did not end within {seconds:g} s"
    if failed:
        raise failed[0]


async def _asked(ask: Fetch, target: Target) -> Capture:
    return await ask(target)


class _Work:
    """What yt-dlp's thread does."""

    def __init__(self, url: str, film: Film, room: Path, most: int, agent: str) -> None:
        self.url, self.film, self.room, self.most, self.agent = url, film, room, most, agent
        self.bytes, self.log = 0, _Log()
        self.given: Given | None = None

    def give(self, why: str) -> None:
        """Give the film up: whatever yt-dlp asks from now on is refused with this."""
        self.given = self.given or Given(why)

    def taken(self, capture: Capture) -> None:
        """Count what was fetched, and give up beyond the limit."""
        self.bytes += capture.exchange.body_length if capture.exchange else 0
        if self.bytes > self.most:
            self.give(f"it is larger than {self.most:,} bytes")

    def do(self, ask: Ask) -> None:
        """Find and fetch; write into the film what that came to."""
        from yt_dlp.utils import YoutubeDLError  # noqa: PLC0415

        from archiver.fetch.video.handler import Downloader  # noqa: PLC0415 - the optional extra

        try:
            with Downloader(self._params(), ask) as downloader:
                info = self._found(downloader)
                self.film.info = _plain(downloader.sanitize_info(info))
                self._fetch(downloader, info, ask)
        except Given as why:
            self.film.reason = str(self.given or why)
        except YoutubeDLError as error:
            self.film.reason = str(self.given or f"yt-dlp found no film that can be fetched: {_line(str(error))}")
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, AssertionError, OSError) as error:
            self.film.reason = f"yt-dlp stumbled over the page: {type(error).__name__} {_line(str(error))}"

    def _params(self) -> dict[str, Any]:
        os.environ.setdefault("YTDLP_NO_PLUGINS", "1")
        fits = f"[filesize<?{self.most}][filesize_approx<?{self.most}]"
        both, one = f"bv*{fits}+ba{fits}", f"b{fits}"
        return {
            "format": f"{both}/{one}/b" if joining.installed() else f"{one}/{both}/b",
            "quiet": True, "no_warnings": True, "noprogress": True, "logger": self.log, "ignoreerrors": True, "noplaylist": True,
            "playlist_items": "1:2",
            "extract_flat": "in_playlist", "cachedir": False, "retries": 0, "fragment_retries": 0, "extractor_retries": 0,
            "file_access_retries": 0, "skip_unavailable_fragments": False, "ffmpeg_location": str(self.room / "none"), "continuedl": False,
            "js_runtimes": {ENGINE: {}},
            "nopart": True, "updatetime": False, "http_headers": {"User-Agent": self.agent}, "concurrent_fragment_downloads": 1,
        }  # fmt: skip

    def _found(self, downloader: Downloader) -> Info:
        info: Info | None = downloader.extract_info(self.url, download=False)
        if self.given:
            raise self.given
        if info is None:  # `ignoreerrors`: whatever an extractor stumbles over is logged, and is no film
            raise Given(f"yt-dlp found no film that can be fetched: {_line(self.log.last)}")
        if info.get("_type") in ("playlist", "multi_video"):
            raise Given("it is a play list, not one film")
        if info.get("is_live") or info.get("live_status") in ("is_live", "is_upcoming", "post_live"):
            raise Given("it is a live stream, which has no end to wait for")
        if not info.get("requested_formats") and not info.get("url"):
            raise Given("yt-dlp names no file of it")
        return info

    def _fetch(self, downloader: Downloader, info: Info, ask: Ask) -> None:
        chosen: list[Info] = info.get("requested_formats") or [info]
        parts = [self._part(downloader, one, ask, number) for number, one in enumerate(chosen)]
        self._beside(info, ask)
        single = len(chosen) == 1 and _whole(chosen[0])
        self.film.kept = True
        self.film.media = chosen[0]["url"] if single else None
        if not single:
            self.film.file = joining.join(parts, self.room / "film")
            why = "ffmpeg could not join its parts" if joining.installed() else "ffmpeg is not installed"
            self.film.reason = "" if self.film.file else f"its parts are kept apart: {why}"

    def _part(self, downloader: Downloader, one: Info, ask: Ask, number: int) -> Path:
        """Fetch one stream; return it as a file."""
        target = self.room / f"part{number}"
        if _whole(one):
            self._file(one, ask, target)
        else:
            downloader.handler.purpose = "segment"
            self._segments(downloader, one, target)
        return target

    def _file(self, one: Info, ask: Ask, target: Path) -> None:
        headers = tuple((name, value) for name, value in (one.get("http_headers") or {}).items() if name.lower() in ("referer", "origin"))
        sound = one.get("vcodec") == "none"
        capture = ask(Target(one["url"], "requisite", "video", "audio" if sound else "video", headers=headers))
        try:
            exchange = capture.exchange
            if capture.state is not State.OK or exchange is None or exchange.truncated:
                raise Given(f"its file did not come whole: {capture.reason}")
            with target.open("wb") as out:
                for piece in exchange.body():
                    out.write(piece)
        finally:
            capture.close()

    def _segments(self, downloader: Downloader, one: Info, target: Path) -> None:
        """Have yt-dlp walk a list of segments; only by its own downloaders, which ask our handler."""
        from yt_dlp.downloader.dash import DashSegmentsFD  # noqa: PLC0415
        from yt_dlp.downloader.hls import HlsFD  # noqa: PLC0415

        protocol = one.get("protocol") or ""
        if protocol.startswith("m3u8"):
            text = downloader.urlopen(one["url"]).read().decode("utf8", "replace")
            # RFC 8216 §4.3.3.4: without EXT-X-ENDLIST more segments may be added, unless the type is VOD.
            if "#EXT-X-ENDLIST" not in text and "#EXT-X-PLAYLIST-TYPE:VOD" not in text:
                raise Given("it is a live stream, which has no end to wait for")
            if not HlsFD.can_download(text, one) or "#EXT-X-KEY:METHOD=AES-128" in text:
                raise Given("its stream is encrypted, or of a kind that cannot be fetched in order")
            walk: Any = HlsFD(downloader, downloader.params)
        elif protocol.startswith("http_dash_segments"):
            walk = DashSegmentsFD(downloader, downloader.params)
        else:
            raise Given(f"its protocol is {protocol or 'not named'}, which is not spoken here")
        if not _walked(walk, target, one) or not target.is_file():
            raise Given("not all of its segments came")

    def _beside(self, info: Info, ask: Ask) -> None:
        """Fetch thumbnail and subtitles; what of them cannot be had is no loss of the film."""
        wanted = [Target(info["thumbnail"], "requisite", "video", "poster")] if info.get("thumbnail") else []
        for forms in list((info.get("subtitles") or {}).values())[:SUBTITLES]:
            best = next(
                (one for one in forms if one.get("ext") == "vtt" and one.get("url")), next((one for one in forms if one.get("url")), None)
            )
            wanted += [Target(best["url"], "requisite", "video", "subtitles")] if best else []
        for target in wanted:
            ask(target).close()


def _walked(walk: Any, target: Path, one: Info) -> bool:
    """Have a list of segments walked, and close the file that yt-dlp leaves open where it gives up on the way."""
    begun: list[Info] = []
    start = walk._start_frag_download  # noqa: SLF001 - the one place where the file can be had

    def noted(context: Info, info: Info) -> Any:
        begun.append(context)
        return start(context, info)

    walk._start_frag_download = noted  # noqa: SLF001
    try:
        ok, _ = walk.download(str(target), one)
    finally:
        for context in begun:
            if not context["dest_stream"].closed:
                context["dest_stream"].close()
    return bool(ok)


def _whole(one: Info) -> bool:
    """Tell whether a format is one file over HTTP."""
    return (one.get("protocol") or "") in ("http", "https") and not one.get("fragments")


def _plain(info: Any) -> bytes:
    """Return what yt-dlp says of a film as JSON, without what it needs for itself."""
    said = {key: value for key, value in info.items() if key not in ("http_headers", "cookies", "automatic_captions", "_version")}
    for one in [said, *said.get("formats", ()), *said.get("requested_formats", ())]:
        one.pop("cookies", None)
    data = json.dumps(said, ensure_ascii=False, indent=1, default=str).encode("utf8", "replace")
    return data if len(data) <= INFO else b""


def _line(text: str) -> str:
    return " ".join(re.sub("\x1b\\[[0-9;]*m", "", text).split())[:300]


class _Log:
    """yt-dlp's logger: the last error is kept, for `reason`."""

    def __init__(self) -> None:
        self.last = ""

    def debug(self, text: str) -> None:
        """Say nothing."""

    info = warning = debug

    def error(self, text: str) -> None:
        """Keep it."""
        self.last = text
