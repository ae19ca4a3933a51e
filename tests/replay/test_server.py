"""Who may ask what of the server on loopback, and what every answer carries."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.replay import address
from tests.replay.archived import Said, archive
from tests.replay.serving import Replay, replaying

CAPTURE = "0123456789abcdef0123456789abcdef.replay.localhost"


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    store = tmp_path_factory.mktemp("store")
    archive(store, {"https://one.test/": {"https://one.test/": Said("one")}})
    with replaying(store) as running:
        yield running


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LocalHost", CAPTURE])
def test_hosts_of_ours_are_answered(replay: Replay, host: str) -> None:
    assert replay.get("/", host).status != 421


@pytest.mark.parametrize(
    "host",
    [
        "evil.test:{port}", "localhost", "localhost:1", "127.0.0.2:{port}", "localhost.evil.test:{port}", "0.0.0.0:{port}", "[::1]:{port}",
        "replay.localhost:{port}", "a.localhost:{port}", "0123.replay.localhost:{port}", f"x.{CAPTURE}:{{port}}", f"{CAPTURE}.evil.test:{{port}}",
        CAPTURE, "localhost:{port}:{port}", "",
    ],
)  # fmt: skip
def test_any_other_host_is_refused(replay: Replay, host: str) -> None:
    answer = replay.get("/", Host=host.format(port=replay.port))
    assert answer.status in (400, 421)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("host", ["localhost", CAPTURE])
def test_nothing_can_be_changed(replay: Replay, method: str, host: str) -> None:
    answer = replay.get("/", host, method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("localhost", {"Origin": "http://evil.test"}),
        ("localhost", {"Origin": "null"}),
        ("localhost", {"Origin": "http://127.0.0.1:{port}"}),
        ("localhost", {"Origin": "http://" + CAPTURE + ":{port}"}),
        ("localhost", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}),
        ("localhost", {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "empty"}),
        ("localhost", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"}),
        ("localhost", {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "serviceworker"}),
        (CAPTURE, {"Origin": "http://localhost:{port}"}),
        (CAPTURE, {"Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"}),
        (CAPTURE, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}),
        (CAPTURE, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "empty"}),
        (CAPTURE, {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "serviceworker"}),
    ],
)
def test_strangers_are_refused(replay: Replay, host: str, headers: dict[str, str]) -> None:
    given = {name.replace("-", "_"): value.format(port=replay.port) for name, value in headers.items()}
    assert replay.get("/", host, **given).status == 403


@pytest.mark.parametrize("host", ["localhost", CAPTURE, "evil.test"])
@pytest.mark.parametrize("path", ["/", "/nothing-here", "/%00", "/../../etc/passwd"])
def test_every_answer_carries_the_policy(replay: Replay, host: str, path: str) -> None:
    headers = replay.get(path, host).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers
    assert "frame-ancestors " in headers["content-security-policy"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_stop_is_a_good_end(tmp_path: Path, number: signal.Signals) -> None:
    archive(tmp_path, {"https://one.test/": {"https://one.test/": Said("one")}})
    with replaying(tmp_path) as running:
        assert running.get("/").status < 500
        running.process.send_signal(number)
        assert running.process.wait(10) == 0


def test_a_port_that_is_taken_is_said_in_one_line(replay: Replay, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "archiver", "replay", "--port", str(replay.port), "--snapshots", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "--port" in done.stderr


def test_addresses_lead_back() -> None:
    digits = address.capture_hex("<urn:uuid:01234567-89AB-cdef-0123-456789abcdef>")
    assert address.capture_id(digits) == "<urn:uuid:01234567-89ab-cdef-0123-456789abcdef>"
    assert address.capture_of(f"{digits}.replay.localhost:80", 80) is None
    assert address.capture_of(f"{digits}.replay.localhost", 80) == digits
    assert address.frame_url(8642)("local/قصة/20260101000000", digits) == (
        f"http://{digits}.replay.localhost:8642/local/%D9%82%D8%B5%D8%A9/20260101000000/"
    )


def test_an_address_that_nothing_stands_at_is_a_page_that_says_so(replay: Replay) -> None:
    for path in ("/nosuch", "/snapshot/a/b/c/citation/x", "/static/../x"):
        answer = replay.get(path)
        assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "Nothing stands at this address" in answer.text
        assert 'href="/"' in answer.text
