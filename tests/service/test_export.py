"""Exports from outside, of the demo's snapshot and of an article on the web: what they hold, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import bagit
import pytest

from archiver.article.document import Document
from archiver.citation.robust import RobustLink, in_html
from archiver.service.demo.server import LoopbackServer, page, running
from archiver.service.export import formats, table
from tests.cli.test_commands import archiver, one_line

HTML = """<!doctype html><html lang="ar"><head><meta charset="windows-1256"><title>خبر</title></head><body><article>
<h1>خبر &lt;script src=//x&gt;</h1><p>كتبت <a href="http://one.test/a?x=1&amp;y=2">الصحيفة</a> أمس، ثم <b><a href='http://gone.test/'>صفحة</a></b>.</p>
<blockquote class="twitter-tweet"><p>قال &lt;img src=x onerror=alert(1)&gt;</p>&mdash; ن (@n_n) <a href="https://twitter.com/n_n/status/1549651495053934597">July 20, 2022</a>
</blockquote></article></body></html>"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    """The store of the demo, with its one snapshot."""
    store = tmp_path_factory.mktemp("demo") / "snapshots"
    done = archiver("demo", "-q", "--snapshots", store, cwd=store.parent)
    assert done.returncode == 0, done.stderr
    return store


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Path:
    """A folder with a store that holds an HTML article, and the article."""
    folder = tmp_path_factory.mktemp("story")
    (folder / "story.html").write_bytes(HTML.encode("cp1256", "xmlcharrefreplace"))
    server = LoopbackServer({("one.test", "/a?x=1&y=2"): page("<title>one</title><h1>One</h1><p>words</p>")})
    with socket.socket() as refusing, running(server):
        refusing.bind(("127.0.0.1", 0))  # and never listens: every host is out of reach over TLS
        closed = refusing.getsockname()[1]
        (folder / "archiver.toml").write_text(
            "[network]\nattempts = 1\ndeadline = 5\nper_host = { interval = 0 }\n"
            f'connect_to = {{ "*:80" = "127.0.0.1:{server.port}", "*:443" = "127.0.0.1:{closed}" }}\n'
        )
        done = archiver("article", "story.html", cwd=folder)
    assert done.returncode == 3, done.stderr
    return folder


def exported(store: Path, tmp_path: Path, format_: str, *more: object) -> Path:
    done = archiver("export", format_, "--snapshots", store, store.glob("local/*/2*").__next__(), *more, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["schema"] == "archiver.export/1"
    return tmp_path / said["path"]


def test_wacz_signed_and_verified_by_the_command_line(demo, tmp_path):
    key = tmp_path / "key.pem"
    made = json.loads(archiver("key", "new", "-o", key, "--json", cwd=tmp_path).stdout)
    one_line(archiver("key", "new", "-o", key, cwd=tmp_path), 2, "already")
    path = exported(demo, tmp_path, "wacz", "-o", "out.wacz", "--key", key)
    away = tmp_path / "elsewhere"
    away.mkdir()
    done = archiver("verify", path, cwd=away)
    assert done.returncode == 0, done.stderr
    assert made["fingerprint"] in done.stdout
    assert not list(away.iterdir())  # a file from elsewhere is read without a store
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    done = archiver("verify", path, "--json", cwd=away)
    assert done.returncode == 4
    assert json.loads(done.stdout)["snapshots"][0]["faults"]


def test_annotations_have_what_the_recommendation_demands(demo, tmp_path):
    data = json.loads(exported(demo, tmp_path, "annotations", "-o", "a.jsonld").read_text())
    manifest = json.loads(next(demo.glob("local/*/2*/manifest.json")).read_text())
    text = next(demo.glob("local/*/2*/article.txt")).read_text()
    assert data["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert data["total"] == len(data["first"]["items"]) == len(manifest["citations"])
    for annotation, citation in zip(data["first"]["items"], manifest["citations"], strict=True):
        assert annotation["type"] == "Annotation"
        assert annotation["body"].get("source") == citation["url"]
        assert len(annotation["target"]) == len(citation["places"])
        for target in annotation["target"]:
            kinds = {one["type"]: one for one in target["selector"]}
            position, quote = kinds["TextPositionSelector"], kinds["TextQuoteSelector"]
            assert text[position["start"] : position["end"]] == quote["exact"]
            assert text[: position["start"]].endswith(quote["prefix"])
            assert kinds["FragmentSelector"]["value"] == f"char={position['start']},{position['end']}"
            assert target["state"]["type"] == "TimeState"
    rescued = next(one for one in data["first"]["items"] if "double-cross" in one["body"]["source"])
    assert rescued["body"]["state"]["cached"].startswith("https://web.archive.org/web/2022")


def test_csv_has_a_row_for_each_place(demo, tmp_path):
    data = exported(demo, tmp_path, "csv", "-o", "a.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    manifest = json.loads(next(demo.glob("local/*/2*/manifest.json")).read_text())
    assert len(rows) == sum(len(citation["places"]) for citation in manifest["citations"])
    assert {row["outcome"] for row in rows} == {"captured"}
    assert rows[0]["handle"] == "CaptainElla1"
    assert all(row["sha256"] for row in rows)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\u200e=1", "\u202e=HYPERLINK()"]
)
def test_no_cell_is_a_formula(text):
    assert table.cell(text).startswith("'")


def test_cells_that_are_no_formula_stay():
    assert [table.cell(value) for value in ("-5", -5, 0.5, None, True, "a=b", "قال\nهو")] == [
        "-5",
        "-5",
        "0.5",
        "",
        "True",
        "a=b",
        "قال هو",
    ]


class Outside(HTMLParser):
    """What a page would ask for or run."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.asked += [tag] if tag in {"script", "iframe", "object", "embed", "link"} else []
        self.asked += [
            f"{tag} {name}" for name, value in attrs if name.startswith("on") or (name == "src" and not (value or "").startswith("data:"))
        ]


def test_report_is_one_file_that_asks_for_nothing(demo, tmp_path):
    text = exported(demo, tmp_path, "report", "-o", "r.html").read_text()
    found = Outside()
    found.feed(text)
    assert found.asked == []
    assert text.count("data:image/") >= 1
    assert "5 captured" in text
    assert "default-src 'none'" in text
    document = Document(text)
    assert len(document.select("article")) == 5
    assert "https://double-cross.org/قيمة-500-مليون-دولار" in document.text


def test_hostile_words_are_shown_and_not_run(story, tmp_path):
    text = exported(story / "snapshots", tmp_path, "report", "-o", "r.html").read_text()
    found = Outside()
    found.feed(text)
    assert found.asked == []
    shown = Document(text).text
    assert "خبر <script src=//x>" in shown
    assert "قال <img src=x onerror=alert(1)>" in shown
    rows = csv.DictReader(io.StringIO(exported(story / "snapshots", tmp_path, "csv", "-o", "a.csv").read_text("utf-8-sig")))
    assert next(rows)["outcome"]


def test_robust_links_in_the_article_itself(story, tmp_path):
    path = exported(story / "snapshots", tmp_path, "robust-links", "-o", "a.html", "--base-url", "https://archive.example/")
    document = Document(path.read_text("utf8"))
    link, lost = document.select("p a")[0], document.select("b a")[0]
    manifest = json.loads(next((story / "snapshots").glob("local/*/2*/manifest.json")).read_text())
    outcomes = {citation["url"]: citation["outcome"] for citation in manifest["citations"]}
    assert link.attributes["href"] == "http://one.test/a?x=1&y=2"
    assert "الصحيفة" in document.text
    assert document.select("meta")[0].attributes["charset"] == "utf-8"
    for element in (link, lost):
        shown = outcomes[element.attributes["href"]] == "captured"
        assert ("data-versionurl" in element.attributes) == shown
        if shown:
            assert element.attributes["data-originalurl"] == element.attributes["href"]
            assert element.attributes["data-versionurl"].startswith("https://archive.example/web/2")
            assert element.attributes["data-versiondate"].endswith("Z")


def test_a_robust_link_stands_on_its_own_link_and_on_no_other():
    def robust(css: str, url: str, exact: str, **more: Any) -> RobustLink:
        return RobustLink(css, 0, 1, url, f"https://archive.example/{url}", "2026-01-01T00:00:00Z", url, exact, **more)

    html = (
        "<p>See <a href='http://one.test/'>one</a> and http://two.test/?a=1&amp;b=2 and <a href='http://three.test/'>three</a>,"
        " http://two.test/?a=1&amp;b=2 again.</p><blockquote><a href='http://x.test/tag'>#</a><a href='http://x.test/1?s=2'>x</a></blockquote>"
        "<div><iframe src='http://v.test/1'></iframe></div><p><a href='http://one.test/'>of http://two.test/?a=1&amp;b=2</a></p>"
    )
    links = [
        robust("p", "http://two.test/?a=1&b=2", "http://two.test/?a=1&b=2", element=False),
        robust("p", "http://two.test/?a=1&b=2", "http://two.test/?a=1&b=2", element=False),
        robust("p a:nth-of-type(2)", "http://three.test/", "three"),
        robust("blockquote", "http://x.test/1", ""),
        robust("iframe", "http://v.test/1", ""),
        robust("p:nth-of-type(2)", "http://two.test/?a=1&b=2", "http://two.test/?a=1&b=2", element=False),
    ]
    document = Document(in_html(html, links))
    said = [(one.attributes.get("href"), one.attributes.get("data-originalurl")) for one in document.select("a")]
    assert said == [
        ("http://one.test/", None),
        ("http://two.test/?a=1&b=2", "http://two.test/?a=1&b=2"),
        ("http://three.test/", "http://three.test/"),
        ("http://two.test/?a=1&b=2", "http://two.test/?a=1&b=2"),
        ("http://x.test/tag", None),
        ("http://x.test/1?s=2", "http://x.test/1"),
        ("http://one.test/", None),
    ]
    assert document.select("iframe")[0].attributes["data-originalurl"] == "http://v.test/1"
    assert document.text == Document(html).text


def test_robust_links_of_a_text_stand_at_its_places(demo, tmp_path):
    text = exported(demo, tmp_path, "robust-links", "-o", "a.html").read_text("utf8")
    document = Document(text)
    assert len(document.select("a[data-versionurl]")) >= 5
    assert "".join(document.select("pre")[0].text.split()) == "".join(next(demo.glob("local/*/2*/article.txt")).read_text().split())


@pytest.mark.parametrize("target", ["bag", "bag.zip"])
def test_bag_is_valid_for_the_library_of_congress(demo, tmp_path, target):
    path = exported(demo, tmp_path, "bagit", "-o", target)
    if target.endswith(".zip"):
        with zipfile.ZipFile(path) as opened:
            opened.extractall(tmp_path / "open")
        path = tmp_path / "open" / "bag"
    bag = bagit.Bag(str(path))
    assert bag.is_valid()
    snapshot = next(demo.glob("local/*/2*"))
    assert (path / "data" / snapshot.relative_to(demo) / "manifest.json").read_bytes() == (snapshot / "manifest.json").read_bytes()


def test_what_cannot_be_exported_is_one_line(demo, tmp_path):
    snapshot = next(demo.glob("local/*/2*"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()

    def export(*arguments: object):
        return archiver("export", *arguments, "--snapshots", demo, cwd=tmp_path)

    one_line(export("pdf", snapshot), 2, "no such format", "wacz")
    one_line(export("wacz", "nowhere"), 2, "nowhere")
    one_line(export("annotations", snapshot, snapshot), 2, "one snapshot")
    one_line(export("csv", snapshot, "--sign"), 2, "--sign")
    one_line(export("wacz", snapshot, "--key", "none.pem"), 2, "none.pem", "archiver key new")
    one_line(export("wacz", snapshot, "-o", "-"), 2, "not text")
    for format_ in formats.FORMATS:
        one_line(export(format_, snapshot, "-o", "no/such/folder/a.zip"), 1, "no/such/folder: no such folder; make it")
    one_line(export("bagit", snapshot, "-o", "full"), 2, "holds something")
    one_line(export("wacz", snapshot, "--timestamp", "ftp://x/"), 2, "ftp://x/")
    one_line(export("csv", snapshot, "--base-url", "archive.example"), 2, "archive.example", "https://")
    one_line(export("bagit", snapshot, "--base-url", "https://archive.example/"), 2, "--base-url", "no such links")
    one_line(export("csv", snapshot, "-o", "-", "--json"), 2, "-o - and --json")
    assert export("csv", snapshot, "-o", "-").stdout.startswith("\ufeffsnapshot,")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full"]
    os.mkfifo(tmp_path / "pipe")
    for format_ in ("wacz", "csv", "bagit"):
        one_line(export(format_, snapshot, "-o", "pipe"), 2, "pipe: is a device or a pipe")
    for format_ in ("wacz", "report"):
        one_line(export(format_, snapshot, "-o", "."), 2, "is a directory")
        one_line(export(format_, snapshot, "-o", "full"), 2, "full: is a directory")
    assert (tmp_path / "pipe").is_fifo()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_an_export_that_is_interrupted_leaves_nothing(demo, tmp_path, number):
    (tmp_path / "archiver.toml").write_text("[network]\nallow_private_addresses = true\n")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        stamp = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        words = ["export", "wacz", next(demo.glob("local/*/2*")), "--snapshots", demo, "--timestamp", stamp, "-o", "a.wacz"]
        command = [sys.executable, "-m", "archiver", *map(str, words)]
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
            silent.settimeout(60)
            asked, _ = silent.accept()
            with asked:
                assert (tmp_path / "a.wacz.part").exists()
                process.send_signal(number)
                said = process.communicate(timeout=30)[1]
    assert (process.returncode, said.count("\n")) == (130, 1), said
    assert [path.name for path in tmp_path.iterdir()] == ["archiver.toml"]


def test_a_bag_holds_nothing_that_a_killed_export_left(demo, tmp_path):
    (tmp_path / "bag.part" / "data").mkdir(parents=True)
    (tmp_path / "bag.part" / "data" / "stale").touch()
    snapshot = next(demo.glob("local/*/2*"))
    one_line(archiver("export", "bagit", snapshot, "--snapshots", demo, "-o", "bag", cwd=tmp_path), 2, "bag.part: was left")
    assert [path.name for path in tmp_path.iterdir()] == ["bag.part"]


@pytest.mark.parametrize("damage", ["flip", "lost", "manifest", "index"])
@pytest.mark.parametrize("format_", ["wacz", "bagit"])
def test_what_is_not_as_it_was_written_is_not_exported_as_evidence(demo, tmp_path, format_, damage):
    store = shutil.copytree(demo, tmp_path / "store")
    snapshot = next(store.glob("local/*/2*"))
    warc = next((snapshot / "archive").iterdir())
    data = warc.read_bytes()
    match damage:
        case "flip":
            warc.write_bytes(data[:3000] + bytes([data[3000] ^ 1]) + data[3001:])
        case "lost":
            warc.unlink()
        case "manifest":
            text = (snapshot / "manifest.json").read_text()
            (snapshot / "manifest.json").write_text(text.replace("captured", "kaptured", 1))
        case "index":
            with (snapshot / "indexes" / "index.cdxj").open("ab") as index:
                index.write(b"\n")
    done = archiver("export", format_, "--snapshots", store, snapshot, "-o", "made.zip", cwd=tmp_path)
    one_line(done, 4, {"flip": warc.name, "lost": warc.name, "manifest": "manifest.json", "index": "index.cdxj"}[damage], "from a copy")
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_without_the_extra_exports_are_unsigned_and_say_so(demo, tmp_path):
    """The base install, played by an interpreter in which the extra's packages cannot be found."""
    snapshot = next(demo.glob("local/*/2*"))
    hidden = (
        "import sys\nclass Hidden:\n    def find_spec(self, name, *_):\n        if name.split('.')[0] in {'cryptography', 'rfc3161_client'}:\n"
        "            raise ModuleNotFoundError(name, name=name)\nsys.meta_path.insert(0, Hidden())\nfrom archiver.cli import main\nmain()\n"
    )

    def run(*arguments: object):
        command = [sys.executable, "-c", hidden, *map(str, arguments), "--snapshots", str(demo)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run("export", "wacz", snapshot, "-o", "a.wacz").returncode == 0
    one_line(run("export", "wacz", snapshot, "--sign", "-o", "b.wacz"), 2, "archiver[sign]")
    one_line(run("key", "new", "-o", "k.pem"), 2, "archiver[sign]")
    archiver("key", "new", "-o", "k.pem", cwd=tmp_path)
    archiver("export", "wacz", snapshot, "--snapshots", demo, "-o", "c.wacz", "--key", "k.pem", cwd=tmp_path)
    done = run("verify", "c.wacz")
    assert (done.returncode, "not checked" in done.stdout) == (0, True)
