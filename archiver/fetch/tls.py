"""Trust: strict first, then, where the certificate or the protocol fails, once more without verification, and never silently.

A page behind an expired certificate is evidence too; that it was expired belongs to the evidence. So a lax handshake happens only after
a strict one failed, and what it brings is marked `verified=False` with the strict one's failure (reliability A5: expired, self-signed,
wrong host and TLS 1.0 are all captured that way, measured). Strict is Python's default context: the system's roots, host names checked,
TLS 1.2 or later.
"""

from __future__ import annotations

import ssl
from functools import cached_property

from archiver.errors import ConfigError
from archiver.fetch.exchange import Tls

CURRENT = frozenset({"TLSv1.2", "TLSv1.3"})  # what the strict context speaks
LEGACY_SERVER_CONNECT = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT, which has a name from Python 3.12 on


class Trust:
    """The two contexts. `ca_bundle` is a PEM file of further roots beside the system's; ConfigError where it cannot be read."""

    def __init__(self, ca_bundle: str = "") -> None:
        self.strict = ssl.create_default_context()
        self.strict.set_alpn_protocols(["http/1.1"])
        if ca_bundle:
            try:
                self.strict.load_verify_locations(ca_bundle)
            except OSError as error:  # ssl.SSLError is one
                raise ConfigError(
                    f"network.ca_bundle: {ca_bundle} has no certificates that can be read ({error.strerror or error})"
                ) from error

    @cached_property
    def lax(self) -> ssl.SSLContext:
        """Accept any certificate, old ciphers and protocols down to the oldest that this OpenSSL still speaks."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.options |= LEGACY_SERVER_CONNECT  # servers without RFC 5746
        context.set_alpn_protocols(["http/1.1"])
        return context


def failure(error: ssl.SSLError) -> str:
    """Say in one line why a handshake failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}"
    return f"handshake: {(error.reason or str(error)).replace('_', ' ').lower()}"


def protection(connection: ssl.SSLObject, failed: str | None) -> Tls:
    """Describe how a connection is protected; `failed` is why the strict handshake before it failed, None where there was none."""
    cipher = connection.cipher()
    certificate = connection.getpeercert(binary_form=True)
    return Tls(connection.version() or "", cipher[0] if cipher else "", failed is None, failed, certificate or b"")
