"""Films of cited pages, fetched by yt-dlp through our own transport: every request recorded, the film whole, and what is no film refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archiver.fetch.video import joining
from archiver.record import reread
from archiver.replay.dashboard.citation import media as media_of
from tests.service.films import films, run, serve


@pytest.fixture(scope="module")
def media(tmp_path_factory) -> Path:
    return films(tmp_path_factory.mktemp("media"))


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
    segments = sorted(f"http://films.test/{file.name}" for file in media.glob("list*.ts"))
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
    size = sum(file.stat().st_size for file in media.glob("list*.ts"))
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
