"""Films of three seconds, a web that has them in its pages, and a run that cites one of those."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from archiver.config import Config, Network, PerHost, Video
from archiver.record.verify import verify
from archiver.service import archive
from archiver.service.demo.server import LoopbackServer, Request, page

HEAD = '<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>فيلم</title><meta property="og:type" content="video.other">'

SIZES = """#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=160x120
list.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=5000000,RESOLUTION=1920x1080
large.m3u8
"""


class Silent:
    """A watch that says nothing."""

    def begin(self, title: str, total: int) -> None: ...
    def fetched(self, url: str) -> None: ...
    def settled(self) -> None: ...


def films(room: Path) -> Path:
    """Write into a folder: a film of three seconds as one mp4, as HLS in three segments, and as HLS in that size and in a larger one."""
    picture = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=10:duration=3")
    sound = ("-f", "lavfi", "-i", "sine=frequency=440:duration=3")
    coded = ("-c:v", "libx264", "-g", "10", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest")

    def ffmpeg(*arguments: str) -> None:
        subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], cwd=room, check=True)

    ffmpeg(*picture, *sound, *coded, "-movflags", "+faststart", "film.mp4")
    ffmpeg("-i", "film.mp4", "-c", "copy", "-hls_time", "1", "-hls_list_size", "0", "-f", "hls", "list.m3u8")
    ffmpeg("-i", "film.mp4", "-c", "copy", "-hls_time", "1", "-hls_list_size", "0", "-f", "hls", "large.m3u8")
    (room / "sizes.m3u8").write_text(SIZES)
    (room / "live.m3u8").write_text((room / "list.m3u8").read_text().replace("#EXT-X-ENDLIST", ""))
    key = '#EXT-X-KEY:METHOD=AES-128,URI="key.bin"\n#EXTINF'
    (room / "locked.m3u8").write_text((room / "list.m3u8").read_text().replace("#EXTINF", key, 1))
    return room


def serve(server: LoopbackServer, media: Path, body: str, path: str = "/film") -> None:
    kinds = {".mp4": "video/mp4", ".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t"}
    for file in media.iterdir():
        if file.suffix in kinds:
            server.routes[("films.test", f"/{file.name}")] = ranged(file.read_bytes(), kinds[file.suffix])
    poster = page(b"\x89PNG\r\n\x1a\n" + bytes(40), media_type="image/png")
    server.routes |= {
        ("films.test", "/poster.png"): poster,
        ("films.test", path): page(f"{HEAD}</head><body><h1>فيلم</h1><p>نص طويل</p>{body}"),
    }


def ranged(data: bytes, media_type: str):
    """Answer as a server of files does: whole, or the range that was asked for."""

    def answer(request: Request) -> bytes:
        asked = request.headers.get("range", "").removeprefix("bytes=")
        first, _, last = asked.partition("-")
        if not first:
            return page(data, media_type=media_type, headers=[("Accept-Ranges", "bytes")])
        low, high = int(first), min(int(last or len(data) - 1), len(data) - 1)
        told = [("Content-Range", f"bytes {low}-{high}/{len(data)}")]
        return page(data[low : high + 1], "206 Partial Content", media_type, told)

    return answer


def run(tmp_path: Path, server: LoopbackServer, url: str = "http://films.test/film", **video: object) -> dict:
    network = Network(
        connect_to={"*:80": f"127.0.0.1:{server.port}", "*:443": f"127.0.0.1:{server.port}"},
        attempts=1,
        deadline=10,
        per_host=PerHost(8, 0.0),
    )
    done = archive.run(archive.url_list([url]), tmp_path / "store", Config(network=network, video=Video(**video)), Silent())
    assert verify(done.path).faults == ()
    (citation,) = json.loads((done.path / "manifest.json").read_bytes())["citations"]
    return citation | {"path": done.path}
