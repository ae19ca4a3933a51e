"""The commands from outside: what they print, what they leave behind, and how they end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archiver import cli
from archiver.cli import export
from archiver.cli.command import app
from archiver.service.demo import ARTICLE, small_web
from archiver.service.demo.server import Close, LoopbackServer, Send, Sleep, page, running
from archiver.service.export import formats

KINDS = {"captured", "partial", "unavailable", "failed", "refused", "unresolved"}


def archiver(*arguments: object, cwd: Path, store: str = "", **more) -> subprocess.CompletedProcess[str]:
    """Run the program as a person would, with nothing of the caller's environment that it reads."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ARCHIVER_")}
    environment |= {"ARCHIVER_SNAPSHOTS": store} if store else {}
    command = [sys.executable, "-m", "archiver", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False, **more)


def one_line(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """Hold a failed command to its one line on stderr, its exit code, and silence on stdout."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("archiver: ")
    for word in words:
        assert word in lines[0]


def config(folder: Path, *ports: int, **network: object) -> Path:
    """Write a configuration that sends all of the web's plain requests to a server on loopback."""
    file = folder / "archiver.toml"
    values = {
        "attempts": 1,
        "deadline": 5,
        "per_host": "{ interval = 0 }",
        "connect_to": f'{{ "*:80" = "127.0.0.1:{ports[0]}" }}',
    } | network
    file.write_text("[network]\n" + "".join(f"{key} = {value}\n" for key, value in values.items()))
    return file


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("absent.html", 2, ("absent.html", "no such file")),
        (".", 2, ("is a directory",)),
        ("empty.txt", 2, ("is empty",)),
        ("noise.txt", 2, ("not text",)),
        ("picture.png", 2, ("picture.png",)),
        ("huge.html", 2, ("1,073,741,824",)),
        ("ftp://example.org/x", 2, ("http and https",)),
        ("javascript:alert(1)", 2, ("no such file",)),
        ("https://", 2, ("host name",)),
        ("nul\0byte", 2, ()),
    ],
)
def test_a_source_that_is_no_article_gets_one_line_and_leaves_nothing(tmp_path, source, code, words):
    (tmp_path / "empty.txt").touch()
    (tmp_path / "noise.txt").write_bytes(bytes(range(128, 256)) * 20 + bytes(range(1, 9)) * 40)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(64))
    with (tmp_path / "huge.html").open("wb") as huge:
        huge.truncate(1 << 30)
    if "\0" in source:
        source = "x" * 5000  # no operating system passes NUL in an argument; a name that is too long is the nearest
    for command in ("extract", "article"):
        one_line(archiver(command, source, cwd=tmp_path), code, *words)
    assert not (tmp_path / "snapshots").exists() or not list((tmp_path / "snapshots").glob("*/*/*"))


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["nonsense"], 2, "nonsense"),
        (["article"], 2, "SOURCE"),
        (["article", "a.txt", "--nonsense"], 2, "--nonsense"),
        (["capture", "javascript:1"], 2, "javascript:1"),
        (["capture", "http://"], 2, "host name"),
        (["status", "x", "--snapshots", "absent"], 2, "absent"),
        (["status", "--citation", "1"], 2, "--citation"),
        (["verify", "absent"], 2, "absent"),
        (["rebuild", "--snapshots", "absent"], 2, "absent"),
        (["extract", "a.txt", "--config", "absent.toml"], 2, "absent.toml"),
        (["extract", "a.txt", "--config", "broken.toml"], 2, "network.conect_to"),
        (["article", "a.txt", "--snapshots", "a.txt"], 1, "a.txt"),
    ],
)
def test_wrong_usage_gets_one_line_and_the_contracts_code(tmp_path, arguments, code, word):
    (tmp_path / "a.txt").write_text("Words and https://example.org/x in them.\n")
    (tmp_path / "broken.toml").write_text("[network]\nconect_to = {}\n")
    one_line(archiver(*arguments, cwd=tmp_path), code, word)


def test_help_and_version_answer(tmp_path):
    assert archiver(cwd=tmp_path).stdout.startswith("Usage:")
    assert "article" in archiver("--help", cwd=tmp_path).stdout
    assert archiver("--version", cwd=tmp_path).stdout.startswith("archiver ")


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (page("gone", status="404 Not Found"), "not_found"),
        (page("<title>x</title><p>no", status="429 Too Many Requests"), "rate_limited"),
        (b"HTTP/1.1 302 Found\r\nLocation: /accounts/login/?next=/a\r\nContent-Length: 0\r\n\r\n", "login_wall"),
    ],
)
def test_an_article_url_that_answers_no_article_ends_before_a_snapshot(tmp_path, answer, word):
    login = page('<title>Log in</title><form><input type="password"></form><p>Log in to go on reading.</p>')
    server = LoopbackServer({("a.test", "/a"): answer, ("a.test", "/accounts/login/?next=/a"): login})
    with running(server):
        done = archiver("article", "http://a.test/a", "--config", config(tmp_path, server.port), cwd=tmp_path)
    one_line(done, 1, "http://a.test/a", word)
    assert not list((tmp_path / "snapshots").glob("*/*/*"))


def test_a_host_that_does_not_exist_is_named(tmp_path):
    one_line(archiver("article", "http://no.such.host.invalid/", cwd=tmp_path), 1, "no.such.host.invalid", "dns_error")


def test_extract_prints_the_citation_document_and_the_text(tmp_path):
    document = json.loads(archiver("extract", ARTICLE, "--json", cwd=tmp_path).stdout)
    text = archiver("extract", ARTICLE, "--text", cwd=tmp_path).stdout
    assert document["schema"] == "archiver.citations/1"
    assert document["article"]["text_length"] == len(text)
    for citation in document["citations"]:
        for place in citation["places"]:
            assert text[place["start"] : place["end"]] == place["exact"]
    assert "CaptainElla1" in archiver("extract", ARTICLE, cwd=tmp_path).stdout


def test_standard_input_is_a_source(tmp_path):
    done = archiver("extract", "-", "--json", cwd=tmp_path, input="See https://example.org/report for more.\n")
    assert [c["url"] for c in json.loads(done.stdout)["citations"]] == ["https://example.org/report"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The offline tour, taken once."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, archiver("demo", "--json", cwd=folder)


def test_demo_archives_the_bundled_article(demo):
    folder, done = demo
    assert done.returncode == 0, done.stderr
    snapshot = json.loads(done.stdout)["snapshots"][0]
    assert [c["outcome"] for c in snapshot["citations"]] == ["captured"] * 5
    assert (folder / snapshot["manifest"]).is_file()


def test_status_shows_the_store_an_article_and_a_citation(demo):
    folder, done = demo
    path = json.loads(done.stdout)["snapshots"][0]["path"]
    overview = json.loads(archiver("status", "--json", cwd=folder).stdout)
    assert overview["totals"]["snapshots"] == 1
    assert overview["articles"][0]["outcomes"] == {"captured": 5}
    assert "5 captured" in archiver("status", path, cwd=folder).stdout
    mention = json.loads(archiver("status", path, "--citation", "5", "--json", cwd=folder).stdout)
    assert (mention["state"], mention["resolution"]["way"]) == ("deleted", "short-link")
    assert "comparison: match" in archiver("status", path, "--citation", "1", cwd=folder).stdout
    one_line(archiver("status", path, "--citation", "99", cwd=folder), 2, "99")


def test_verify_finds_a_flipped_bit_and_rebuild_makes_the_views_again(demo):
    folder, done = demo
    path = folder / json.loads(done.stdout)["snapshots"][0]["path"]
    assert archiver("verify", cwd=folder).returncode == 0
    manifest = path / "manifest.json"
    before = manifest.read_bytes()
    manifest.unlink()
    missing = archiver("verify", path, cwd=folder)
    assert missing.returncode == 4
    assert "manifest.json" in missing.stdout + missing.stderr
    assert archiver("rebuild", cwd=folder).returncode == 0
    assert manifest.read_bytes() == before
    warc = next((path / "archive").glob("*.warc.gz"))
    kept = warc.read_bytes()
    warc.write_bytes(kept[:5000] + bytes([kept[5000] ^ 1]) + kept[5001:])
    flipped = archiver("verify", "-q", path, cwd=folder)
    warc.write_bytes(kept)
    one_line(flipped, 4, warc.name)


def test_capture_says_where_each_url_went(tmp_path):
    server = LoopbackServer(
        {("a.test", "/one"): page("<title>One</title><p>" + "words " * 30), ("a.test", "/two"): page("x", status="404 No")}
    )
    with running(server):
        options = ["--config", config(tmp_path, server.port), "--json"]
        done = archiver("capture", "http://a.test/one", "http://a.test/two", "http://a.test/one#again", *options, cwd=tmp_path)
    assert done.returncode == 3
    snapshot = json.loads(done.stdout)["snapshots"][0]
    assert [(c["url"], c["outcome"], c["state"]) for c in snapshot["citations"]] == [
        ("http://a.test/one", "captured", "ok"),
        ("http://a.test/two", "unavailable", "not_found"),
    ]
    places = json.loads((tmp_path / snapshot["manifest"]).read_text())["citations"][0]["places"]
    assert [place["line"] for place in places] == [1, 3]


def test_no_fetch_keeps_the_article_alone(tmp_path):
    (tmp_path / "a.txt").write_text("Words and https://example.org/x in them.\n")
    done = archiver("article", "a.txt", "--no-fetch", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (citation,) = json.loads(done.stdout)["snapshots"][0]["citations"]
    assert citation["outcome"] is None
    assert archiver("verify", cwd=tmp_path).returncode == 0


def test_chrome_is_captured_on_request_only(tmp_path):
    body = '<p>An article of some words that cites <a href="http://a.test/in">one page</a> in its body, and more words.</p>'
    (tmp_path / "a.html").write_text(f'<article><h1>T</h1>{body * 3}</article><footer><a href="http://a.test/foot">f</a></footer>')
    # Two pages, and an honest 404 for all else: a site that answers everything with one page has no page at /foot, and is told so.
    answer = page("<title>t</title><p>" + "words " * 40)
    with running(server := LoopbackServer({("a.test", "/in"): answer, ("a.test", "/foot"): answer})):
        options = ["--config", config(tmp_path, server.port), "--json"]
        some = json.loads(archiver("article", "a.html", *options, cwd=tmp_path).stdout)["snapshots"][0]["citations"]
        assert {c["url"].rpartition("/")[2]: c["outcome"] for c in some} == {"in": "captured", "foot": None}
        everything = json.loads(archiver("article", "a.html", "--all", *options, cwd=tmp_path).stdout)["snapshots"][0]["citations"]
        assert {c["outcome"] for c in everything} == {"captured"}


def test_a_second_run_says_who_writes_the_store(tmp_path):
    slow = [Send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"), Sleep(20), Send(b"ok")]
    server = LoopbackServer({("a.test", "/slow"): slow})
    with running(server):
        file = config(tmp_path, server.port, deadline=30)
        command = [
            sys.executable,
            "-m",
            "archiver",
            "capture",
            "http://a.test/slow",
            "--config",
            str(file),
            "--snapshots",
            str(tmp_path / "s"),
        ]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
            while not server.heard("/slow"):
                time.sleep(0.02)
            second = archiver("capture", "http://a.test/slow", "--config", file, "--snapshots", tmp_path / "s", cwd=tmp_path)
            one_line(second, 1, str(first.pid))
            first.send_signal(signal.SIGINT)
            assert first.wait(20) == 130
    assert list((tmp_path / "s").glob("*/*/*.open"))


def test_what_a_page_says_cannot_move_the_cursor(tmp_path):
    title = "\x1b[2J\x1b[1;1Hcaptured\x07\u202etxet"
    (tmp_path / "a.html").write_text(f"<title>{title}</title><article><p>Words https://example.org/x here.</p></article>")
    shown = archiver("extract", "a.html", cwd=tmp_path).stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\x07" not in shown


def test_the_demo_needs_no_network_but_loopback(tmp_path):
    with small_web() as web:
        (tmp_path / "archiver.toml").write_text(web.toml())
        done = archiver("article", ARTICLE, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {c["outcome"] for c in json.loads(done.stdout)["snapshots"][0]["citations"]} <= KINDS


def test_what_the_demo_says_to_type_can_be_typed(tmp_path):
    command = [sys.executable, "-m", "archiver", "demo", "--snapshots", "my store"]
    environment = os.environ | {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    (typed,) = [line.partition("    ")[0].strip() for line in done.stdout.splitlines() if " verify " in line]
    again = subprocess.run(["sh", "-c", typed], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stderr) == (0, "")


def test_the_formats_that_help_names_are_those_there_are():
    assert export.FORMATS.split(", ") == list(formats.FORMATS)


def loaded(folder: Path, *arguments: str) -> set[str]:
    """Return the modules that a command loads."""
    said = "import sys; from archiver.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", said, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout
    return set(done.stderr.split())


def test_a_start_loads_no_service(tmp_path):
    assert not {"httpx", "bs4", "selectolax", "sqlite3", "archiver.service.archive"} & loaded(tmp_path, "--version")


def test_what_only_reads_the_store_loads_nothing_that_fetches_or_reads_articles(tmp_path):
    (tmp_path / "a.txt").write_text("Words and https://a.invalid/x in them.\n")
    assert archiver("article", "a.txt", "--no-fetch", "-q", cwd=tmp_path).returncode == 0
    for asked in (["status"], ["status", "a.txt"], ["status", "--prometheus"], ["verify"], ["rebuild"]):
        assert not {"httpx", "archiver.embed", "archiver.article.body", "archiver.fetch.fetcher"} & loaded(tmp_path, *asked), asked
    (snapshot,) = (tmp_path / "snapshots").glob("local/*/2*")
    exports = [["export", name, str(snapshot)] for name in formats.FORMATS]
    for asked in (*exports, ["export", "csv", str(snapshot), "--base-url", "https://archive.example"]):
        assert not {"httpx", "archiver.embed", "archiver.article.body", "archiver.fetch.fetcher"} & loaded(tmp_path, *asked), asked


def test_common_options_stand_before_or_behind_the_command(tmp_path):
    (tmp_path / "a.txt").write_text("Words and https://example.org/x in them.\n")
    before = archiver("--json", "--snapshots", "s", "article", "a.txt", "--no-fetch", cwd=tmp_path)
    assert json.loads(before.stdout)["snapshots"][0]["path"].startswith("s/")
    both = archiver("--snapshots", "nowhere", "-q", "status", "--snapshots", "s", "--json", cwd=tmp_path, store="x")
    assert json.loads(both.stdout)["totals"]["snapshots"] == 1
    environment = archiver("--snapshots", "s", "status", cwd=tmp_path, store="x")
    assert environment.stdout.splitlines()[2].startswith("1 article, 1 snapshot, 1 citation, ")
    one_line(archiver("--config", "absent.toml", "status", cwd=tmp_path), 2, "absent.toml")


def test_help_says_whole_sentences_and_the_main_job_first(tmp_path):
    shown = archiver("--help", cwd=tmp_path).stdout
    assert "..." not in shown.replace("[ARGS]...", "")
    commands = shown.partition("Commands:")[2].split()
    assert commands[0] == "article"
    assert tuple(one.name for one in app.registered_commands) == cli.ORDER


def test_a_snapshot_is_named_alike_to_every_command(tmp_path):
    """As `status` lists it, wherever the store is."""
    (tmp_path / "a.txt").write_text("Words and https://a.invalid/x in them.\n")
    archiver("article", "a.txt", "--no-fetch", "-q", "--snapshots", "kept", cwd=tmp_path)
    (path,) = (tmp_path / "kept").glob("local/*/*")
    name = path.relative_to(tmp_path / "kept")
    for asked in (["verify", name], ["status", name], ["locate", name, "a.txt"], ["export", "csv", name]):
        done = archiver(*asked, "--snapshots", "kept", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert "no answered capture" in archiver("check", name, "--snapshots", "kept", cwd=tmp_path).stderr


def test_no_export_takes_the_place_of_another_format():
    assert len({one.suffix for one in formats.FORMATS.values()}) == len(formats.FORMATS)


@pytest.mark.parametrize("name", ["in", "local", "."])
def test_verify_means_every_snapshot_below_a_folder_and_says_where_there_is_none(tmp_path, name):
    (tmp_path / "a.txt").write_text("Words and https://example.org/x in them.\n")
    (tmp_path / "in").mkdir()
    archiver("article", "a.txt", "--no-fetch", "-q", "--snapshots", ".", cwd=tmp_path)
    done = archiver("verify", name, "--json", "--snapshots", ".", cwd=tmp_path)
    if name == "in":
        one_line(done, 2, "in: no snapshot is there")
    else:
        assert [report["faults"] for report in json.loads(done.stdout)["snapshots"]] == [[]]


def test_a_media_type_that_nothing_reads_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("Words and https://example.org/x in them.\n")
    one_line(archiver("extract", "a.txt", "--media-type", "text/nonsense", cwd=tmp_path), 2, "text/nonsense", "text/markdown")
    assert json.loads(archiver("extract", "a.txt", "--media-type", "text/html; charset=utf-8", "--json", cwd=tmp_path).stdout)


def test_a_piped_line_is_never_broken(tmp_path):
    name = "long-" * 45
    (tmp_path / f"{name}.txt").write_text("Words and https://example.org/x in them.\n")
    folder = tmp_path / "f" / name
    done = archiver("article", f"{name}.txt", "--no-fetch", "--snapshots", folder, cwd=tmp_path)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("snapshot: ")]
    assert Path(line.removeprefix("snapshot: ")).is_dir()


def test_a_password_in_a_link_is_told_to_no_archive(tmp_path):
    (tmp_path / "a.html").write_text('<article><p>Some words and <a href="http://me:hunter2@a.test/gone">a page</a> in them.</p></article>')
    index = LoopbackServer({("web.archive.org", "/cdx/search/cdx"): page("[]", media_type="application/json")})
    with running(index):
        file = config(tmp_path, index.port, connect_to=f'{{ "*:80" = "127.0.0.1:{index.port}", "*:443" = "127.0.0.1:9" }}')
        archiver("article", "a.html", "--config", file, "--json", cwd=tmp_path)
    assert index.heard("/gone")
    assert not any(b"hunter2" in line.request.raw for line in index.log)
    (folder,) = (tmp_path / "snapshots").glob("*/*/*")
    manifest = json.loads((folder / "manifest.json").read_text())
    asked = [capture["url"] for capture in manifest["citations"][0]["captures"] if capture["tier"] == "memento"]
    assert asked
    assert not any("hunter2" in url for url in asked)


def test_a_log_form_that_is_none_is_refused(tmp_path):
    one_line(archiver("run", "--log", "bogus", cwd=tmp_path), 2, "--log", "bogus")


def test_what_is_missing_and_why_and_what_is_due_when_stands_in_status(tmp_path):
    server = LoopbackServer(
        {("a.test", "/down"): page("x", status="503 No"), ("a.test", "/up"): page("<title>Up</title><p>" + "words " * 30)}
    )
    with running(server):
        options = ["--config", config(tmp_path, server.port)]
        for asked in (["http://a.test/down"], ["http://a.test/down", "http://a.test/up"], ["http://a.test/down"]):
            assert archiver("capture", *asked, *options, cwd=tmp_path).returncode == 3
        (tmp_path / "story.txt").write_text("Words and http://a.test/down in them.\n")
        assert archiver("article", "story.txt", "--no-fetch", *options, cwd=tmp_path).returncode == 0
    # Two lists of URLs are two articles: each waits for its own retry, and the same list again is the next version of itself.
    told = json.loads(archiver("status", "--json", cwd=tmp_path).stdout)
    assert (told["totals"]["articles"], told["totals"]["snapshots"], told["totals"]["due"]) == (3, 4, 2)
    assert [(one["url"], one["outcome"], one["state"]) for one in told["missing"]] == [("http://a.test/down", "failed", "server_error")] * 2
    assert all("status 503" in one["reason"] for one in told["missing"])
    assert sorted(one["runs"] for one in told["due"]) == [1, 2]
    assert told["next_due"] == min(one["next_attempt"] for one in told["due"])
    shown = archiver("status", "--config", watching(tmp_path), cwd=tmp_path).stdout
    assert "failed (server_error) http://a.test/down" in shown
    assert "feed:http://a.test/rss is polled next at " in shown
    latest = json.loads(archiver("status", "http://a.test/down", "--json", cwd=tmp_path).stdout)
    assert latest["article"]["source"] == "capture http://a.test/down"
    assert latest["predecessor"].rpartition("/")[0] == latest["snapshot"].rpartition("/")[0] == "a.test/down"
    assert len(latest["looks"]["versions"]) == 2


def watching(folder: Path) -> Path:
    """Write a configuration with a source to watch."""
    file = folder / "watching.toml"
    file.write_text('[[source]]\nfeed = "http://a.test/rss"\n')
    return file


def test_a_url_captured_is_no_version_of_the_article_there(tmp_path):
    text = page("<title>T</title><article><p>Words <a href='http://a.test/down'>of</a> " + "words " * 30 + "</article>")
    server = LoopbackServer({("a.test", "/story"): text, ("a.test", "/down"): page("x", status="503 No")})
    with running(server):
        options = ["--config", config(tmp_path, server.port), "--json"]
        archived = json.loads(archiver("article", "http://a.test/story", *options, cwd=tmp_path).stdout)
        captured = json.loads(archiver("capture", "http://a.test/story", *options, cwd=tmp_path).stdout)
    paths = [Path(tmp_path, told["snapshots"][0]["manifest"]) for told in (archived, captured)]
    assert paths[0].parent.parent == paths[1].parent.parent
    assert json.loads(paths[1].read_text())["predecessor"] is None
    told = json.loads(archiver("status", "--json", cwd=tmp_path).stdout)
    assert [one["url"] for one in told["due"]] == ["http://a.test/down"]


def test_what_comes_through_a_pipe_is_known_by_its_bytes(tmp_path):
    for text in ("One https://a.invalid/1", "Two https://a.invalid/2", "One https://a.invalid/1"):
        assert archiver("article", "-", "--no-fetch", "-q", cwd=tmp_path, input=text).returncode == 0
    told = json.loads(archiver("status", "--json", cwd=tmp_path).stdout)["totals"]
    assert (told["articles"], told["snapshots"]) == (2, 3)


def test_the_history_of_a_snapshot_is_found_in_the_store_that_it_lies_in(tmp_path):
    (tmp_path / "a.txt").write_text("Words and https://a.invalid/x in them.\n")
    for _ in range(2):
        assert archiver("article", "a.txt", "--no-fetch", "-q", cwd=tmp_path, store="elsewhere").returncode == 0
    path = max((tmp_path / "elsewhere").glob("*/*/*/"))
    looks = json.loads(archiver("status", path, "--json", cwd=tmp_path).stdout)["looks"]
    assert len(looks["versions"]) == 2
    assert not (tmp_path / "snapshots").exists()  # to look writes nothing


def test_a_lost_catalog_is_said_and_what_makes_it_again(tmp_path):
    (tmp_path / "a.txt").write_text("Words and https://a.invalid/x in them.\n")
    assert archiver("article", "a.txt", "--no-fetch", "-q", cwd=tmp_path).returncode == 0
    for file in (tmp_path / "snapshots").glob("catalog.sqlite*"):
        file.unlink()
    assert archiver("verify", cwd=tmp_path).returncode == 0
    for asked in (["status"], ["status", "a.txt"], ["status", "--prometheus"]):
        one_line(archiver(*asked, cwd=tmp_path), 2, "catalog.sqlite", "archiver rebuild")
    assert archiver("rebuild", cwd=tmp_path).stdout == "rebuilt 1 snapshot and the catalog of snapshots\n"


def test_a_snapshot_that_was_moved_by_hand_is_put_back_and_a_copy_is_left(tmp_path):
    (tmp_path / "a.txt").write_text("Words and https://a.invalid/x in them.\n")
    assert archiver("article", "a.txt", "--no-fetch", "-q", cwd=tmp_path).returncode == 0
    (home,) = (tmp_path / "snapshots").glob("local/*")
    (stamp,) = (path.name for path in home.iterdir())
    away = tmp_path / "snapshots/mine/story"
    away.parent.mkdir()
    home.parent.rename(away.parent / "all")
    (away.parent / "all" / home.name).rename(away)
    (away.parent / "all").rmdir()
    done = archiver("rebuild", cwd=tmp_path)
    name = f"snapshots/local/{home.name}/{stamp}"
    assert done.stdout == (
        f"snapshots/mine/story/{stamp}: put back to {name}, where its records say that it lies\n"
        "rebuilt 1 snapshot and the catalog of snapshots\n"
    )
    assert not away.parent.exists()
    assert archiver("status", name, cwd=tmp_path).returncode == archiver("verify", cwd=tmp_path).returncode == 0
    shutil.copytree(home, away)
    said = json.loads(archiver("rebuild", "--json", cwd=tmp_path).stdout)
    assert (said["snapshots"], said["returned"], said["left"]) == ([name], [], [f"snapshots/mine/story/{stamp}"])
    assert "1 snapshot," in archiver("status", cwd=tmp_path).stdout
    assert "keep copies outside the store" in archiver("rebuild", cwd=tmp_path).stdout


def test_verbose_logs_each_request_and_no_traceback_of_a_finding(tmp_path):
    server = LoopbackServer({("a.test", "/gone"): page("x", status="404 No")})
    with running(server):
        done = archiver("capture", "http://a.test/gone", "-v", "--config", config(tmp_path, server.port), cwd=tmp_path)
        quiet = archiver("capture", "http://a.test/gone", "--config", config(tmp_path, server.port), cwd=tmp_path)
    assert done.returncode == 3
    assert "GET http://a.test/gone: 404, " in done.stderr
    assert "Traceback" not in done.stderr
    one = quiet.stderr.splitlines()
    assert len(one) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["extract", "a.txt", "--text"],
        ["status", "--prometheus"],
        ["schedule", "--print-cron"],
        ["schedule", "--print-cron", "--print-systemd"],
    ],
)
def test_one_output_has_one_form(tmp_path, arguments):
    (tmp_path / "a.txt").write_text("Words and https://a.invalid/x in them.\n")
    one_line(archiver(*arguments, "--json", cwd=tmp_path), 2, "choose one", "--json")


def test_an_article_that_came_in_part_is_said_to_be_no_whole_one(tmp_path):
    cut = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n<title>T</title><p>" + b"words " * 40
    server = LoopbackServer({("a.test", "/story"): [Send(cut), Close()]})
    with running(server):
        done = archiver("article", "http://a.test/story", "--config", config(tmp_path, server.port), cwd=tmp_path)
    assert done.returncode == 0
    assert "the article itself is not whole" in done.stdout


def test_a_manifest_that_cannot_be_read_is_a_fault_of_the_store(tmp_path):
    (tmp_path / "a.txt").write_text("Words and https://a.invalid/x in them.\n")
    assert archiver("article", "a.txt", "--no-fetch", "-q", cwd=tmp_path).returncode == 0
    (manifest,) = (tmp_path / "snapshots").glob("*/*/*/manifest.json")
    manifest.write_text("{")
    for asked in (["status", manifest.parent], ["status", "a.txt"], ["export", "csv", "a.txt"]):
        one_line(archiver(*asked, cwd=tmp_path), 4, "manifest.json: cannot be read", "archiver rebuild")


def test_a_wacz_that_is_cut_short_is_a_damaged_one(tmp_path):
    (tmp_path / "a.txt").write_text("Words and https://a.invalid/x in them.\n")
    assert archiver("article", "a.txt", "--no-fetch", "-q", cwd=tmp_path).returncode == 0
    assert archiver("export", "wacz", "a.txt", "-o", "a.wacz", cwd=tmp_path).returncode == 0
    (tmp_path / "cut.wacz").write_bytes((tmp_path / "a.wacz").read_bytes()[:2000])
    done = archiver("verify", "cut.wacz", "a.wacz", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)
    assert [len(report["faults"]) for report in json.loads(done.stdout)["snapshots"]] == [1, 0]
    one_line(archiver("verify", "a.txt", cwd=tmp_path), 2, "is no WACZ")


def test_an_output_that_is_full_is_one_line(tmp_path):
    (tmp_path / "a.txt").write_text("Words and https://a.invalid/x in them.\n")
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "archiver", "extract", "a.txt"]
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "standard output: No space left on device" in done.stderr


@pytest.mark.parametrize(("closed", "source", "code", "said"), [(">&-", "a.txt", 0, ""), ("<&-", "-", 2, "empty"), ("2>&-", "b", 2, "")])
def test_a_closed_stream_is_one_that_nobody_hears(tmp_path, closed, source, code, said):
    (tmp_path / "a.txt").write_text("Words and https://a.invalid/x in them.\n")
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "archiver", "article", source, "--no-fetch"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "unexpected" not in done.stderr


def test_an_article_that_cannot_be_read_does_not_stop_the_others(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"{name} cites https://a.invalid/{name}.\n")
    (tmp_path / "empty.txt").touch()
    done = archiver("article", "a.txt", "absent.txt", "empty.txt", "b.txt", "--no-fetch", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert [one["article"]["source"] for one in told["snapshots"]] == ["a.txt", "b.txt"]
    assert [one["source"] for one in told["failed"]] == ["absent.txt", "empty.txt"]
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "2 of 4 articles were not archived" in done.stderr
    assert "absent.txt: no such file" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_pipes_get_utf_8_whatever_the_locale(tmp_path, encoding):
    (tmp_path / "a.txt").write_text("نص فيه كلمات كثيرة https://a.invalid/x\n", "utf8")
    for more in ([], ["--json"], ["--text"]):
        command = [sys.executable, "-m", "archiver", "extract", "a.txt", *more]
        done = subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONIOENCODING": encoding}, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "نص فيه كلمات" in done.stdout.decode("utf8")


def test_a_file_name_that_is_no_utf_8_is_a_name_too(tmp_path):
    name = os.fsdecode(b"\xff.txt")
    (tmp_path / name).write_text("Words and https://a.invalid/x in them.\n")
    done = archiver("article", name, "--no-fetch", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["snapshots"][0]["article"]["source"] == "\\udcff.txt"
    assert archiver("status", name, cwd=tmp_path).returncode == 0
    assert archiver("verify", cwd=tmp_path).returncode == 0
    assert archiver("status", cwd=tmp_path).returncode == 0


def test_a_snapshot_is_exported_whole_from_the_store_that_it_lies_in(tmp_path):
    server = LoopbackServer({("a.test", "/one"): page("<title>One</title><p>" + "words " * 30)})
    with running(server):
        options = ["--config", config(tmp_path, server.port), "--snapshots", "elsewhere", "-q"]
        for _ in range(2):
            assert archiver("capture", "http://a.test/one", *options, cwd=tmp_path).returncode == 0
    later = max((tmp_path / "elsewhere").glob("*/*/*/"))  # its page is a revisit: the payload stands in the first
    done = archiver("export", "wacz", later, "-o", "a.wacz", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert archiver("verify", "a.wacz", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "snapshots").exists()
