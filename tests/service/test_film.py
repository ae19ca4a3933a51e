"""Films of cited pages, fetched by yt-dlp through our own transport: every request recorded, the film whole, and what is no film refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archiver.config import Config, Network, PerHost, Video
from archiver.fetch.video import joining
from archiver.record import reread
from archiver.record.verify import verify
from archiver.replay.dashboard.citation import media as media_of
from archiver.service import archive
from archiver.service.demo.server import LoopbackServer, Request, page

HEAD = '<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>فيلم</title><meta property="og:type" content="video.other">'


class Silent:
    """A watch that says nothing."""

    def begin(self, title: str, total: int) -> None: ...
    def fetched(self, url: str) -> None: ...
    def settled(self) -> None: ...


@pytest.fixture(scope="module")
def media(tmp_path_factory) -> Path:
    """A film of three seconds as one mp4, as HLS in three segments, and as HLS with picture and sound apart."""
    room = tmp_path_factory.mktemp("media")
    picture = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=10:duration=3")
    sound = ("-f", "lavfi", "-i", "sine=frequency=440:duration=3")
    coded = ("-c:v", "libx264", "-g", "10", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest")

    def ffmpeg(*arguments: str) -> None:
        subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], cwd=room, check=True)

    ffmpeg(*picture, *sound, *coded, "-movflags", "+faststart", "film.mp4")
    ffmpeg("-i", "film.mp4", "-c", "copy", "-hls_time", "1", "-hls_list_size", "0", "-f", "hls", "list.m3u8")
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


def films_of(citation: dict) -> dict[str, dict]:
    return {one["url"]: one for one in citation["captures"] if one["tier"] == "video"}


def made_of(citation: dict) -> dict[str, dict]:
    records = [record for one in citation["captures"] for record in one["records"] if record["type"] == "conversion"]
    return {record["url"].rpartition("http")[0]: record for record in records}


def playable(path: Path) -> float:
    """Return how long a film is, by ffprobe's reading of it whole."""
    command = [
        "ffprobe",
        "-v",
        "error",
        "-count_frames",
        "-show_entries",
        "format=duration:stream=nb_read_frames",
        "-of",
        "json",
        str(path),
    ]
    said = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert all(int(stream["nb_read_frames"]) > 20 for stream in said["streams"])
    return float(said["format"]["duration"])


def test_a_film_in_one_file_is_its_own_record(tmp_path, server, media):
    serve(server, media, '<video poster="/poster.png" src="/film.mp4"></video>')
    citation = run(tmp_path, server)
    assert citation["outcome"] == "captured"
    assert "film" not in citation["reason"], citation["reason"]
    capture = films_of(citation)["http://films.test/film.mp4"]
    record = next(one for one in capture["records"] if one["type"] in ("response", "revisit"))
    assert reread.payload(citation["path"], record, 1 << 30) == (media / "film.mp4").read_bytes()
    assert capture["purpose"] == "video"
    info = made_of(citation)["urn:archiver:film-info:"]
    said = json.loads(reread.payload(citation["path"], info, 1 << 20))
    assert said["url"] == "http://films.test/film.mp4"
    assert films_of(citation).get("http://films.test/poster.png")


def test_segments_are_recorded_and_joined(tmp_path, server, media):
    serve(server, media, '<video><source src="/list.m3u8" type="application/x-mpegURL"></video>')
    citation = run(tmp_path, server)
    captured = films_of(citation)
    segments = sorted(f"http://films.test/{file.name}" for file in media.glob("*.ts"))
    assert len(segments) == 3
    assert [url for url in sorted(captured) if url.endswith(".ts")] == segments
    assert {one["outcome"] for one in [citation]} == {"captured"}
    joined = made_of(citation)["urn:archiver:film:"]
    (tmp_path / "film.mp4").write_bytes(reread.payload(citation["path"], joined, 1 << 30))
    assert 2.5 < playable(tmp_path / "film.mp4") < 3.5
    # The dashboard shows the joined film, and not its segments.
    shown = media_of(citation)
    assert [one["record"]["id"] for one in shown if one["kind"] == "video"] == [joined["id"]]
    # Every request that went over the wire stands in the records.
    asked = [line.request.target for line in server.log if line.host == "films.test"]
    recorded = [one for one in citation["captures"] if one["url"].startswith("http://films.test/")]
    assert {one["url"].removeprefix("http://films.test") for one in recorded} | {"/robots.txt"} >= set(asked)


def test_a_live_stream_a_play_list_and_a_locked_stream_are_refused(tmp_path, server, media):
    bodies = {
        "live": ('<video><source src="/live.m3u8" type="application/x-mpegURL"></video>', "live"),
        "many": ('<video src="/film.mp4"></video><video src="/film.mp4?2"></video>', "play list"),
        "locked": ('<video><source src="/locked.m3u8" type="application/x-mpegURL"></video>', "encrypted"),
        "none": ("<p>nothing moves here</p>", "no film"),
    }
    for name, (body, why) in bodies.items():
        serve(server, media, body, f"/{name}")
        citation = run(tmp_path / name, server, f"http://films.test/{name}")
        assert citation["outcome"] == "captured"
        assert "film is not kept" in citation["reason"], name
        assert why in citation["reason"], (name, citation["reason"])


def test_a_film_that_is_too_large_is_given_up(tmp_path, server, media):
    serve(server, media, '<video><source src="/list.m3u8" type="application/x-mpegURL"></video>')
    size = sum(file.stat().st_size for file in media.glob("*.ts"))
    citation = run(tmp_path, server, max_size=size // 2)
    assert "larger than" in citation["reason"]
    assert "urn:archiver:film:" not in made_of(citation)


def test_the_guard_stands_before_what_yt_dlp_asks(tmp_path, server, media):
    serve(server, media, '<video src="http://inside.test:8080/film.mp4"></video>')
    citation = run(tmp_path, server)
    assert "film is not kept" in citation["reason"]
    assert not [line for line in server.log if line.host == "inside.test"]


def test_never_means_never(tmp_path, server, media):
    serve(server, media, '<video src="/film.mp4"></video>')
    assert films_of(run(tmp_path, server, fetch="never")) == {}


def test_without_the_extra_one_line_says_what_is_missing(tmp_path, server, media):
    serve(server, media, '<video src="/film.mp4"></video>')
    (tmp_path / "archiver.toml").write_text(
        f'[network]\nattempts = 1\nper_host = {{ interval = 0 }}\nconnect_to = {{ "*:80" = "127.0.0.1:{server.port}" }}\n'
    )
    hidden = "import sys\nsys.modules['yt_dlp'] = None\nfrom archiver.cli import main\nmain()\n"
    command = [sys.executable, "-c", hidden, "capture", "http://films.test/film", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (citation,) = json.loads(done.stdout)["snapshots"][0]["citations"]
    assert "archiver[video]" in citation["reason"]
    assert "Traceback" not in done.stderr


def test_what_is_no_film_is_not_given_to_ffmpeg(tmp_path):
    for name, data in {
        "list": b"#EXTM3U\n#EXTINF:1\n/etc/passwd\n",
        "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
        "empty": b"",
    }.items():
        (tmp_path / name).write_bytes(data)
        assert joining.container(tmp_path / name) is None
        assert joining.join([tmp_path / name], tmp_path / "out") is None
