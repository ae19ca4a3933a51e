"""A snapshot as one file: complete on its own, the same bytes each time, signed, stamped, and no fault in it passes the check."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import shutil
import subprocess
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from archiver.config import Network
from archiver.errors import ArchiverError, IntegrityError, UsageError
from archiver.fetch.authority import ask
from archiver.record import layout, warc
from archiver.record.catalog.catalog import Catalog
from archiver.record.snapshot import Snapshot
from archiver.record.wacz import check, lent, package, signature, timestamp
from archiver.service.demo.server import LoopbackServer, Request, page
from tests.record import made

ARTICLE = package.OURS + layout.TEXT
TEXT = b"<title>odd</title> \xd9\x82\xd8\xa7\xd9\x84 " * 300


def coded(url: str, coding: bytes, body: bytes) -> made.Exchange:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding, len(body))
    return made.exchange(url, head, body)


def gzipped(data: bytes) -> bytes:
    press = zlib.compressobj(9, zlib.DEFLATED, 31)
    return press.compress(data) + press.flush()


def write(store: Path, source: str, captures: list, catalog: Catalog) -> Path:
    """Write and enter a snapshot with these captures."""
    with closing(Snapshot.begin(store, source=source, url=None, started=made.START, run=made.RUN, seen=catalog.seen)) as snapshot:
        snapshot.add_article(made.article(source=source), [made.citation(1)])
        for one in captures:
            snapshot.add(one).result()
        snapshot.settle(1, "captured", "ok", "it answered")
        path = snapshot.finish()
    catalog.add(path)
    return path


@pytest.fixture
def catalog(tmp_path):
    with Catalog(tmp_path / "store") as catalog:
        yield catalog


@pytest.fixture
def odd(catalog) -> Path:
    """A snapshot whose answers come in codings that players do not know, and in some that they do."""
    codings = {
        b"deflate": zlib.compress(TEXT),
        b"x-gzip": gzipped(TEXT),
        b"GZIP": gzipped(TEXT),
        b"gzip, gzip": gzipped(gzipped(TEXT)),
        b"gzip": gzipped(TEXT + b"!"),
        b"identity": TEXT,
        b"zstd": b"\x28\xb5\x2f\xfd" + bytes(20),
    }
    captures = [made.capture(coded(f"https://odd.test/{number}", *pair)) for number, pair in enumerate(codings.items())]
    return write(catalog.store, "odd.txt", captures, catalog)


def index_of(path: Path) -> dict[str, dict]:
    with zipfile.ZipFile(path) as opened:
        lines = list(package.lines_of(opened.read(package.CDX)))
    assert lines == sorted(lines)
    return {said["url"]: said for said in (json.loads(line.split(b" ", 2)[2]) for line in lines)}


def record_at(path: Path, said: dict, room: Path) -> tuple[warc.Reading, bytes]:
    with zipfile.ZipFile(path) as opened:
        data = opened.read(f"archive/{said['filename']}")
    at, length = int(said["offset"]), int(said["length"])
    (room / "one.warc.gz").write_bytes(data[at : at + length])
    reading, _ = next(warc.read(room / "one.warc.gz"))
    return reading, b"".join(reading.block())


def test_one_snapshot_stands_whole_and_twice_the_same(tmp_path, catalog):
    path = made.full(catalog.store)
    catalog.add(path)
    for name in ("a.wacz", "b.wacz"):
        package.write(tmp_path / name, [path], catalog)
    assert (tmp_path / "a.wacz").read_bytes() == (tmp_path / "b.wacz").read_bytes()
    report = check.check(tmp_path / "a.wacz")
    assert report.faults == ()
    assert "not signed" in report.notes
    with zipfile.ZipFile(tmp_path / "a.wacz") as opened:
        for file in layout.warcs(path):
            info = opened.getinfo(f"archive/{file.name}")
            assert info.compress_type == zipfile.ZIP_STORED
            assert opened.read(info) == file.read_bytes()
        for name in (layout.MANIFEST, layout.TEXT, layout.PAGES, layout.EXTRA_PAGES):
            ours = "" if "/" in name else package.OURS
            assert opened.read(ours + name) == (path / name).read_bytes()
        assert {json.loads(line)["format"] for line in opened.read(layout.PAGES).splitlines()[:1]} == {"json-pages-1.0"}
    assert not list(tmp_path.glob("*.part"))


def test_the_judges_of_others_accept_the_file_that_is_lent(tmp_path, catalog, odd):
    package.write(tmp_path / "odd.wacz", [odd], catalog)
    with zipfile.ZipFile(tmp_path / "odd.wacz") as opened:
        (tmp_path / lent.FILE).write_bytes(opened.read(f"archive/{lent.FILE}"))
    verdicts = made.judges(tmp_path / lent.FILE)
    # warcat reads one file at a time and reports a reference to a record in another one, which a copy cannot do without.
    assert {name: verdicts[name] for name in ("gzip", "warcio", "fastwarc")} == {"gzip": 0, "warcio": 0, "fastwarc": 0}


def test_codings_that_players_do_not_know_are_shown_from_a_decoded_copy(tmp_path, catalog, odd):
    package.write(tmp_path / "odd.wacz", [odd], catalog)
    assert check.check(tmp_path / "odd.wacz").faults == ()
    found = index_of(tmp_path / "odd.wacz")
    for number in range(4):
        said = found[f"https://odd.test/{number}"]
        reading, block = record_at(tmp_path / "odd.wacz", said, tmp_path)
        assert said["filename"] == lent.FILE
        assert (reading.get("WARC-Type"), block, said["mime"]) == ("resource", TEXT, "text/html")
    for number in range(4, 7):  # what players know, and what cannot be decoded, stays with the server's answer
        reading, _ = record_at(tmp_path / "odd.wacz", found[f"https://odd.test/{number}"], tmp_path)
        assert reading.get("WARC-Type") == "response"
    with zipfile.ZipFile(tmp_path / "odd.wacz") as opened:
        (file,) = layout.warcs(odd)
        assert opened.read(f"archive/{file.name}") == file.read_bytes()


def test_a_payload_of_another_snapshot_comes_along(tmp_path, catalog):
    body = b"<title>same</title>" * 200
    first = write(catalog.store, "first.txt", [made.capture(made.page("https://one.test/a", body))], catalog)
    odd = made.capture(coded("https://one.test/o", b"deflate", zlib.compress(TEXT)))
    other = write(catalog.store, "other.txt", [odd], catalog)
    again = [
        made.capture(made.page("https://two.test/b", body)),
        made.capture(coded("https://two.test/o", b"deflate", zlib.compress(TEXT))),
    ]
    second = write(catalog.store, "second.txt", again, catalog)
    package.write(tmp_path / "second.wacz", [second], catalog)
    assert check.check(tmp_path / "second.wacz").faults == ()
    found = index_of(tmp_path / "second.wacz")
    assert found["https://two.test/b"]["mime"] == "warc/revisit"
    reading, block = record_at(tmp_path / "second.wacz", found["https://one.test/a"], tmp_path)
    assert reading.get("WARC-Type") == "response"
    assert block.endswith(body)
    origin, _ = record_at(tmp_path / "second.wacz", found["https://two.test/b"], tmp_path)
    assert origin.get("WARC-Refers-To") == reading.get("WARC-Record-ID")
    assert found["https://one.test/o"]["filename"] == lent.FILE
    # Together with the snapshot that has it, nothing is lent.
    package.write(tmp_path / "all.wacz", [first, other, second], catalog)
    report = check.check(tmp_path / "all.wacz")
    assert report.faults == ()
    with zipfile.ZipFile(tmp_path / "all.wacz") as opened:
        names = set(opened.namelist())
        assert len(opened.read(layout.PAGES).splitlines()) == 4
        assert [one["prefix"] for one in json.loads(opened.read(package.SNAPSHOTS))] == ["0001-", "0002-", "0003-"]
    assert {f"archiver/000{number}-manifest.json" for number in (1, 2, 3)} <= names
    assert index_of(tmp_path / "all.wacz")["https://one.test/a"]["filename"].startswith("0001-")
    # Without its store it cannot stand alone, and says so.
    shutil.rmtree(first)
    with pytest.raises(IntegrityError, match="stands in another snapshot"):
        package.write(tmp_path / "alone.wacz", [second], None)
    assert not (tmp_path / "alone.wacz").exists()


def test_a_signature_names_its_key_and_holds_for_this_package_only(tmp_path, catalog, odd):
    key = signature.Key.new(tmp_path / "keys" / "key.pem")
    assert (tmp_path / "keys" / "key.pem").stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="already"):
        signature.Key.new(tmp_path / "keys" / "key.pem")
    assert signature.Key.load(tmp_path / "keys" / "key.pem").fingerprint == key.fingerprint
    package.write(tmp_path / "signed.wacz", [odd], catalog, sign=key.sign)
    report = check.check(tmp_path / "signed.wacz")
    assert report.faults == ()
    assert any(key.fingerprint in note for note in report.notes)
    with zipfile.ZipFile(tmp_path / "signed.wacz") as opened:
        said = json.loads(opened.read(layout.PACKAGE_DIGEST))
    signed = said["signedData"]
    assert set(signed) == {"hash", "created", "software", "version", "signature", "publicKey"}
    assert len(base64.b64decode(signed["signature"])) == 96
    other = signature.Key.new(tmp_path / "other.pem")
    for wrong in (
        signed | {"hash": "sha256:" + "0" * 64},
        signed | {"publicKey": base64.b64encode(other.public).decode()},
        signed | {"signature": base64.b64encode(bytes(96)).decode()},
        signed | {"signature": "no base64"},
        signed | {"extra": 1},
        {name: value for name, value in signed.items() if name != "publicKey"},
    ):
        assert signature.faults(wrong, said["hash"])
    for text in ("", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        (tmp_path / "bad.pem").write_text(text)
        with pytest.raises(UsageError):
            signature.Key.load(tmp_path / "bad.pem")


@pytest.fixture
def authority_of_time(tmp_path, server: LoopbackServer):
    """A timestamp authority: openssl's, asked over HTTP."""
    config = tmp_path / "tsa.cnf"
    config.write_text(
        "[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=Time\n[ca]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n"
        "[ts]\nextendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\nbasicConstraints=CA:false\n"
        "[tsa]\ndefault_tsa=t\n[t]\nserial=" + str(tmp_path / "serial") + "\ncrypto_device=builtin\nsigner_digest=sha256\n"
        "default_policy=1.2.3.4.1\ndigests=sha256\naccuracy=secs:1\nordering=yes\ntsa_name=yes\ness_cert_id_chain=no\n"
    )
    (tmp_path / "serial").write_text("01\n")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True, capture_output=True)

    new = ("-newkey", "rsa:2048", "-nodes", "-config", "tsa.cnf")
    openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "root.pem", "-subj", "/CN=Root", "-extensions", "ca", "-days", "30")
    openssl("req", *new, "-keyout", "ts.key", "-out", "ts.csr", "-subj", "/CN=Time")
    sign = ("-CA", "root.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "tsa.cnf", "-extensions", "ts", "-days", "30")
    openssl("x509", "-req", "-in", "ts.csr", *sign, "-out", "ts.pem")

    def answer(request: Request) -> bytes:
        (tmp_path / "q.tsq").write_bytes(request.body)
        openssl("ts", "-reply", "-queryfile", "q.tsq", "-config", "tsa.cnf", "-signer", "ts.pem", "-inkey", "ts.key", "-out", "a.tsr")
        data = (tmp_path / "a.tsr").read_bytes()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {len(data)}\r\n\r\n"
        return head.encode() + data

    server.routes[("tsa.test", "/")] = answer
    server.routes[("tsa.test", "/busy")] = page("busy", "503 Service Unavailable")
    return Network(connect_to={"*:80": f"127.0.0.1:{server.port}"}, ca_bundle=str(tmp_path / "root.pem"))


def test_a_timestamp_is_asked_over_our_transport_and_checked_offline(tmp_path, catalog, odd, authority_of_time):
    network = authority_of_time

    def stamp(data: bytes) -> bytes:
        return timestamp.accepted(ask("http://tsa.test/", timestamp.question(data), network), data, network.ca_bundle)

    package.write(tmp_path / "t.wacz", [odd], catalog, stamp=stamp)
    report = check.check(tmp_path / "t.wacz", ca_bundle=network.ca_bundle)
    assert report.faults == ()
    assert any("timestamp authority" in note for note in report.notes)
    # A root that nobody named, and another list of files, are faults.
    assert any("timestamp" in str(fault) for fault in check.check(tmp_path / "t.wacz").faults)
    with zipfile.ZipFile(tmp_path / "t.wacz") as opened:
        core, answer = opened.read(package.RESOURCES), opened.read(package.TOKEN)
    assert timestamp.faults(answer, core + b" ", network.ca_bundle)
    assert timestamp.faults(b"\x30\x00", core, network.ca_bundle)
    subprocess.run(
        ["openssl", "ts", "-verify", "-in", "a.tsr", "-queryfile", "q.tsq", "-CAfile", "root.pem"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    with pytest.raises(ArchiverError, match="503"):
        ask("http://tsa.test/busy", b"x", network)
    with pytest.raises(UsageError):
        ask("ftp://tsa.test/", b"x", network)


def repacked(path: Path, target: Path, change) -> Path:
    """Write a package again with its members changed: `change` takes and returns (name, bytes) or None, or a list of them."""
    with zipfile.ZipFile(path) as opened, zipfile.ZipFile(target, "w") as out:
        for info in opened.infolist():
            made_of = change(info.filename, opened.read(info))
            for name, data in made_of if isinstance(made_of, list) else [made_of] if made_of else []:
                out.writestr(zipfile.ZipInfo(name), data, compress_type=info.compress_type)
    return target


def rehashed(path: Path, target: Path, name: str, edit) -> Path:
    """Write a package again with one member edited and every hash made to fit: what a forger with a ZIP tool can do."""
    kept: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as opened:
        kept = {info.filename: opened.read(info) for info in opened.infolist()}
    kept[name] = edit(kept[name])
    data = json.loads(kept[layout.PACKAGE])
    for item in data["resources"]:
        if item["path"] == name:
            item |= {"hash": "sha256:" + hashlib.sha256(kept[name]).hexdigest(), "bytes": len(kept[name])}
    kept[layout.PACKAGE] = json.dumps(data).encode()

    kept[layout.PACKAGE_DIGEST] = json.dumps(
        {"path": layout.PACKAGE, "hash": "sha256:" + hashlib.sha256(kept[layout.PACKAGE]).hexdigest()}
    ).encode()
    return repacked(path, target, lambda one, _: (one, kept[one]))


@pytest.fixture
def whole(tmp_path, catalog, odd) -> Path:
    package.write(tmp_path / "whole.wacz", [odd], catalog)
    return tmp_path / "whole.wacz"


def test_no_edit_passes(tmp_path, whole):
    edits = {
        "missing": lambda name, data: None if name == ARTICLE else (name, data),
        "unlisted": lambda name, data: [(name, data), ("notes.txt", b"x")] if name == ARTICLE else (name, data),
        "outside": lambda name, data: [(name, data), ("../x", b"x")] if name == ARTICLE else (name, data),
        "no index": lambda name, data: None if name.startswith("indexes/") else (name, data),
        "no WARC": lambda name, data: None if name.startswith("archive/") else (name, data),
        "package": lambda name, data: (name, data.replace(b"archiver", b"archivist")) if name == layout.PACKAGE else (name, data),
    }
    for what, change in edits.items():
        faults = check.check(repacked(whole, tmp_path / "edited.wacz", change)).faults
        assert faults, what
    forged = {
        package.OURS + layout.MANIFEST: lambda data: data.replace(b'"captured"', b'"refused"'),
        ARTICLE: lambda data: data + b"\n",
        package.CDX: lambda data: gzipped(zlib.decompress(data, 31).replace(b"https://odd.test/4", b"https://odd.test/9")),
    }
    for name, edit in forged.items():
        faults = check.check(rehashed(whole, tmp_path / "forged.wacz", name, edit)).faults
        assert faults, name
        assert not any("hash" in fault.what for fault in faults), faults


def test_flipped_bytes_are_found(tmp_path, whole):
    chosen, data = random.Random(11), whole.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        spans = []
        for info in opened.infolist():
            start = info.header_offset + 30 + len(info.filename)
            spans.append((start, start + info.compress_size))
    missed = []
    for number in range(60):
        low, high = spans[number % len(spans)]
        at = chosen.randrange(low, high)
        edited = bytearray(data)
        edited[at] ^= 1 << chosen.randrange(8)
        (tmp_path / "flipped.wacz").write_bytes(edited)
        if not check.check(tmp_path / "flipped.wacz").faults:
            missed.append(at)
    assert missed == []


def test_what_is_no_package_is_one_line(tmp_path):
    for data in (b"", b"PK\x03\x04" + bytes(50), b"text"):
        (tmp_path / "x.wacz").write_bytes(data)
        with pytest.raises(UsageError, match="no WACZ"):
            check.check(tmp_path / "x.wacz")


def test_a_package_of_another_archiver_is_checked_by_what_it_has(tmp_path, whole):
    """Without manifest, and with digests in another spelling: no fault, and the notes say what was not there to check."""
    foreign = repacked(
        whole, tmp_path / "foreign.wacz", lambda name, data: None if name in {package.OURS + layout.MANIFEST, ARTICLE} else (name, data)
    )
    with zipfile.ZipFile(foreign) as opened:
        kept = {info.filename: opened.read(info) for info in opened.infolist()}
    data = json.loads(kept[layout.PACKAGE])
    data["resources"] = [item for item in data["resources"] if item["path"] not in {package.OURS + layout.MANIFEST, ARTICLE}]

    text = json.dumps(data).encode()
    kept[layout.PACKAGE] = text
    kept[layout.PACKAGE_DIGEST] = json.dumps({"path": layout.PACKAGE, "hash": "sha256:" + hashlib.sha256(text).hexdigest()}).encode()
    report = check.check(repacked(foreign, tmp_path / "f.wacz", lambda name, _: (name, kept[name])))
    assert report.faults == ()
    assert any("no manifest" in note for note in report.notes)
