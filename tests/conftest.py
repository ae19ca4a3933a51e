"""Shared by every test: an authority that only the tests trust, and the scripted server on loopback, plain and over TLS."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from hypothesis import settings

from archiver.service.demo.server import LoopbackServer, running

# `make test` tries the same examples every time, so that a red run is a change of ours; `make proof` looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)  # how long a thing takes is for the benchmarks to say
settings.register_profile("searching", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority of this test run."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The authority's root in a PEM file, as `ca_bundle` in a configuration names it."""
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="session")
def server_tls(authority: trustme.CA) -> Callable[..., ssl.SSLContext]:
    """Make a server's TLS context with a certificate for the host names and addresses given."""

    def make(*names: str, **options: object) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names, **options).configure_cert(context)  # type: ignore[arg-type]
        return context

    return make


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    """A running server without routes; tests add theirs."""
    plain = LoopbackServer()
    with running(plain):
        yield plain


@pytest.fixture
def tls_server(server_tls: Callable[..., ssl.SSLContext]) -> Iterator[LoopbackServer]:
    """The same over TLS, with a certificate for 127.0.0.1, localhost, a.test, b.test and every name right below page.test."""
    protected = LoopbackServer(tls=server_tls("127.0.0.1", "localhost", "a.test", "b.test", "*.page.test"))
    with running(protected):
        yield protected
