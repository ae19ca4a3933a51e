"""Make the demo web's certificates again: `python tests/service/make_demo_certificates.py` writes them into archiver/service/demo/.

Run once; the files are data of the package, so that `archiver demo` needs nothing but the standard library to speak TLS. The CA's private
key exists only inside this process: nobody can sign a second certificate under it, and nobody trusts it except a run whose configuration
names it as `ca_bundle`. The leaf's key is public on purpose. Valid to 2099, because an expired demo helps nobody.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FOLDER = Path(__file__).parents[2] / "archiver" / "service" / "demo"
NOTE = "# Of the small web on loopback that `archiver demo` plays. Nobody trusts it; its CA's private key was thrown away.\n"
FROM, TO = dt.datetime(2022, 1, 1, tzinfo=dt.UTC), dt.datetime(2099, 12, 31, tzinfo=dt.UTC)
HOSTS = (
    *("twitter.com", "*.twitter.com", "x.com", "*.x.com", "t.co", "*.twimg.com", "cdn.syndication.twimg.com"),
    *("bbc.com", "*.bbc.com", "*.bbci.co.uk", "static.files.bbci.co.uk", "double-cross.org", "*.double-cross.org"),
    *("archive.org", "*.archive.org", "small-web.test", "*.small-web.test"),
)


def main() -> None:
    """Write ca.pem and leaf.pem."""
    ca_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "archiver demo CA, trusted by nobody")])
    leaf_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "archiver demo web")])
    identifier = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca = (
        _certificate(ca_name, ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    leaf = (
        _certificate(leaf_name, ca_name, leaf_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(leaf_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    key = leaf_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem = serialization.Encoding.PEM
    (FOLDER / "ca.pem").write_bytes(NOTE.encode() + ca.public_bytes(pem))
    (FOLDER / "leaf.pem").write_bytes(NOTE.encode() + leaf.public_bytes(pem) + key)


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return builder.serial_number(x509.random_serial_number()).not_valid_before(FROM).not_valid_after(TO)


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        key_cert_sign=certificates,
        crl_sign=certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


if __name__ == "__main__":
    main()
