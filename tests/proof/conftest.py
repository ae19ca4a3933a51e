"""The forty sources, served for one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proof.forty import Sources, forty_sources


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[Sources]:
    with forty_sources(tmp_path) as served:
        yield served


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sources]:
    """The same, archived once for all tests of a module; they put back what they change."""
    with forty_sources(tmp_path_factory.mktemp("archived")) as served:
        done = served.run("article", str(served.article))
        assert done.returncode == 0, done.stderr.decode()
        yield served
