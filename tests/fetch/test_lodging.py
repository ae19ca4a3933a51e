import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from archiver.fetch.lodging import BROWSER, FILM, Lodging, sweep

KILLED = """import os, signal
from archiver.fetch.lodging import FILM, Lodging
own = Lodging.enter(FILM)
(own.path / "part0").write_bytes(bytes(1000))
print(own.path, flush=True)
os.kill(os.getpid(), signal.SIGKILL)"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_goes_when_its_owner_leaves(place):
    own = Lodging.enter(FILM)
    assert own.path.parent == place
    own.leave()
    assert not own.path.exists()


def test_a_browser_that_outlives_its_owner_keeps_its_folder(place):
    """It has inherited the lock."""
    own = Lodging.enter(BROWSER)
    heir = subprocess.Popen(["sleep", "60"], pass_fds=[own.lock])
    os.close(own.lock)
    sweep()
    assert own.path.is_dir()
    heir.kill()
    heir.wait()
    sweep()
    assert not own.path.exists()


def test_the_film_of_a_killed_process_goes_when_the_next_is_fetched_and_one_that_is_being_fetched_stays(place):
    others = Lodging.enter(FILM)
    killed = subprocess.run([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True, env=os.environ | {"TMPDIR": str(place)})
    left = Path(killed.stdout.strip())
    assert left.exists()
    own = Lodging.enter(FILM)
    assert sorted(one.name for one in place.iterdir()) == sorted((others.path.name, own.path.name))
