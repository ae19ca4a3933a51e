"""Timestamp: what was there at the latest, by the word of a third party (RFC 3161).

A signature says who, and its time is what the signer says. A timestamp authority signs a hash together with its own clock, so nobody can
say later that the package was made afterwards. What is stamped is `integrity/resources.json`, the list of every other file of the export
with its SHA-256; the answer stands beside it as `integrity/resources.json.tsr`, and both are listed in the data package, since WACZ allows
a signature's own fields nothing more.

`rfc3161-client` makes the question and checks the answer; it does no networking, which is the fetch tier's. Pinned above 1.0.2
(CVE-2025-52556). Trust roots are the ones that web servers are checked with, and those that the configuration adds (`ca_bundle`).
"""

from __future__ import annotations

import warnings
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from archiver.errors import ArchiverError


def question(data: bytes) -> bytes:
    """Return the TimeStampReq for a SHA-256 of `data`, in DER, that asks for the authority's certificates too."""
    return TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).cert_request(cert_request=True).build().as_bytes()


def accepted(answer: bytes, data: bytes, ca_bundle: str) -> bytes:
    """Return an authority's answer, checked before it is kept. ArchiverError where it does not stamp `data` or is not trusted."""
    found = faults(answer, data, ca_bundle)
    if found:
        raise ArchiverError(f"the timestamp {found[0]}; name the authority's root with network.ca_bundle, or export without --timestamp")
    return answer


def faults(answer: bytes, data: bytes, ca_bundle: str) -> list[str]:
    """Return what is wrong with an answer as the timestamp of `data`; nothing where it holds."""
    try:
        response = decode_timestamp_response(answer)
        verifier = VerifierBuilder(roots=_roots(ca_bundle)).build()
        verifier.verify_message(response, data)
    except VerificationError as error:
        return [f"does not hold: {error}"]
    except ValueError as error:
        return [f"cannot be read: {error}"]
    return []


def when(answer: bytes) -> str:
    """Return the time that an answer says, ISO 8601 UTC. ValueError where it cannot be read."""
    response: TimeStampResponse = decode_timestamp_response(answer)
    return response.tst_info.gen_time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _roots(ca_bundle: str) -> list[x509.Certificate]:
    named = [Path(certifi.where()), *([Path(ca_bundle)] if ca_bundle else [])]
    with warnings.catch_warnings(category=CryptographyDeprecationWarning, action="ignore"):  # public roots with an odd serial number
        return [root for path in named for root in x509.load_pem_x509_certificates(path.read_bytes())]
