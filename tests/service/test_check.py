"""Check: every capture opened from the records alone, and what it showed written into the article's next version."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archiver.config import Browser, Config, Network, PerHost
from archiver.errors import UsageError
from archiver.record import layout, reread
from archiver.record.rebuild import rebuild_snapshot
from archiver.record.verify import verify
from archiver.service import archive, check
from archiver.service.demo.server import LoopbackServer, page
from tests.service.test_browsing import Silent, web  # noqa: F401 - a fixture

LOST = (
    "<!doctype html><title>Lost</title><p>words enough to be compared with what is shown later</p><img src=/gone.png><img src=/plain.png>"
)
FILLED = """<!doctype html><title>Filled</title><p id=a>These words stand in the markup and a script takes all of them away again</p>
<script>fetch('/never-asked-' + Math.random()).catch(() => 0).then(() => document.getElementById('a').remove())</script>"""


@pytest.fixture
def config(web: LoopbackServer) -> Config:  # noqa: F811
    web.routes["plain.test", "/lost"] = page(LOST)
    web.routes["plain.test", "/filled"] = page(FILLED)
    web.routes["plain.test", "/from"] = page("", "302 Found", headers=[("Location", "/")])
    web.routes["plain.test", "/file.pdf"] = page(b"%PDF-1.4 not much of one", media_type="application/pdf")
    return Config(network=Network(connect_to={"*:80": f"127.0.0.1:{web.port}"}, per_host=PerHost(6, 0.0), attempts=1, deadline=20.0))


def test_every_capture_is_opened_from_the_records_alone(web, config, tmp_path):  # noqa: F811
    urls = [
        "http://app.test/",
        "http://plain.test/from",
        "http://plain.test/lost",
        "http://plain.test/filled",
        "http://plain.test/file.pdf",
    ]
    done = archive.run(archive.url_list(urls), tmp_path, config, Silent())
    heard = len(web.log)
    checked = check.run(done.path, tmp_path, config, Silent())
    assert len(web.log) == heard  # nothing left the records
    said = {(one.url, one.citation): one for one in checked.verdicts}
    by_citation = {one.citation: one for one in checked.verdicts}  # of the first there are two; the browser's is the last
    assert by_citation[1].verdict == "shown", by_citation[1]
    assert by_citation[1].pictures == {"expected": 2, "loaded": 2}
    assert by_citation[2].verdict == "shown", by_citation[2]
    assert by_citation[2].url == "http://plain.test/"
    assert by_citation[3].verdict == "shown", by_citation[3]
    assert by_citation[3].missing == ("http://plain.test/gone.png",)
    assert by_citation[3].pictures == {"expected": 1, "loaded": 1}
    assert by_citation[4].verdict == "blank", by_citation[4]
    assert by_citation[5].verdict == "kept", by_citation[5]
    assert len(said) >= 5


def test_verdicts_and_pictures_stand_in_the_next_version(web, config, tmp_path):  # noqa: F811
    done = archive.run(archive.url_list(["http://app.test/"]), tmp_path, config, Silent())
    before = {path: path.read_bytes() for path in done.path.rglob("*") if path.is_file()}
    checked = check.run(done.path, tmp_path, config, Silent())
    assert {path: path.read_bytes() for path in before} == before
    path = checked.archived.path
    manifest = json.loads((path / layout.MANIFEST).read_bytes())
    name = done.path.relative_to(tmp_path).as_posix()
    assert (manifest["predecessor"], manifest["run"]["trigger"]) == (name, "check")
    assert manifest["citations"][0]["outcome"] == "captured"
    assert manifest["citations"][0]["history"]["standing"] == name
    assert {one["capture"] for one in manifest["checks"]} <= {one["id"] for one in done.manifest["citations"][0]["captures"]}
    last = manifest["checks"][-1]
    assert (last["verdict"], last["snapshot"], last["citation"]) == ("shown", name, 1)
    _, view = last["records"]
    assert (view["type"], view["url"], view["media_type"]) == ("resource", "urn:view:http://app.test/", "image/png")
    assert reread.payload(path, view, 1 << 24).startswith(b"\x89PNG")
    verify(path).check()
    made = {name: (path / name).read_bytes() for name in (layout.MANIFEST, layout.INDEX, layout.PAGES)}
    rebuild_snapshot(path)
    assert {name: (path / name).read_bytes() for name in made} == made
    again = check.run(done.path, tmp_path, config, Silent())
    assert json.loads((again.archived.path / layout.MANIFEST).read_bytes())["predecessor"] == path.relative_to(tmp_path).as_posix()


def test_what_cannot_be_checked_is_one_line(web, config, tmp_path):  # noqa: F811
    done = archive.run(archive.url_list(["http://plain.test/"]), tmp_path / "store", config, Silent())
    with pytest.raises(UsageError, match="not in the store"):
        check.run(tmp_path, tmp_path / "store", config, Silent())
    (tmp_path / "a.txt").write_text("Words and http://plain.test/ in them.\n")
    nothing = archive.run(archive.Order(str(tmp_path / "a.txt"), fetch=False), tmp_path / "store", config, Silent())
    with pytest.raises(UsageError, match="no answered capture"):
        check.run(nothing.path, tmp_path / "store", config, Silent())
    assert len(list(nothing.path.parent.iterdir())) == 1
    without = Config(network=config.network, browser=Browser(binary=str(tmp_path / "none")))
    with pytest.raises(UsageError, match="a check opens pages, and browser"):
        check.run(done.path, tmp_path / "store", without, Silent())


def test_the_command_says_what_it_found(web, config, tmp_path):  # noqa: F811
    store = tmp_path / "snapshots"
    done = archive.run(archive.url_list(["http://plain.test/", "http://plain.test/filled"]), store, config, Silent())
    run = [sys.executable, "-m", "archiver", "check", str(done.path), "--snapshots", str(store)]
    found = subprocess.run([*run, "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert found.returncode == 3, found.stderr
    said = json.loads(found.stdout)
    assert [one["verdict"] for one in said["checks"]] == ["shown", "blank"]
    assert Path(said["written"]).is_dir()
    assert found.stderr.count("\n") == 1
