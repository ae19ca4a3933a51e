"""Signature: who made an export. A key of one's own, ECDSA P-384 over SHA-256, the anonymous form of WACZ Signing and Verification.

`signedData` has exactly `hash`, `created`, `software`, `signature`, `publicKey` (and `version`), and no other property. The signature is
over the text `sha256:…` of datapackage-digest.json, r and s side by side in base64 (IEEE P1363), the key as SubjectPublicKeyInfo in
base64: the form that ReplayWeb.page reports as matching. It says that the holder of this key made the package, and nothing of who that is:
publish the fingerprint where readers look for it. The key file is PEM (PKCS #8), readable by its owner only, never overwritten.

`cryptography` is an optional extra: only `extra` imports this module.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from archiver.errors import StorageError, UsageError

VERSION = "0.1.0"
FIELD = 48  # bytes of a number of P-384
FIELDS = frozenset({"hash", "created", "software", "version", "signature", "publicKey"})


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key; `fingerprint` is the SHA-256 of its public half (SubjectPublicKeyInfo), in hex."""

    private: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls, path: Path) -> Key:
        """Make a key and write it to `path`. UsageError where a file is there already; StorageError."""
        made = ec.generate_private_key(ec.SECP384R1())
        pem = made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                try:
                    file.write(pem)
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    path.unlink()  # half a key is none, and would be in the way of the next
                    raise
        except FileExistsError:
            raise UsageError(f"{path}: a file is there already; name another with -o, or move it away") from None
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}; name a writable file with -o") from error
        return cls(made)

    @classmethod
    def load(cls, path: Path) -> Key:
        """Read a key. UsageError where there is none."""
        try:
            found = serialization.load_pem_private_key(path.read_bytes(), None)
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}; make a key with `archiver key new`, or name one with --key") from error
        except (ValueError, TypeError) as error:
            raise UsageError(f"{path}: is no private key without a passphrase; make one with `archiver key new`") from error
        if not isinstance(found, ec.EllipticCurvePrivateKey) or found.curve.name != "secp384r1":
            raise UsageError(f"{path}: is no P-384 key; make one with `archiver key new`")
        return cls(found)

    @property
    def public(self) -> bytes:
        """The public half, SubjectPublicKeyInfo in DER."""
        return self.private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> str:
        """What to publish: readers compare it with what `archiver verify` says of an export."""
        return fingerprint(self.public)

    def sign(self, digest: str, created: str, software: str) -> dict[str, str]:
        """Return `signedData` for the `hash` of datapackage-digest.json."""
        numbers = utils.decode_dss_signature(self.private.sign(digest.encode(), ec.ECDSA(hashes.SHA256())))
        return {
            "hash": digest,
            "created": created,
            "software": software,
            "version": VERSION,
            "signature": base64.b64encode(b"".join(number.to_bytes(FIELD, "big") for number in numbers)).decode(),
            "publicKey": base64.b64encode(self.public).decode(),
        }


def fingerprint(public: bytes) -> str:
    """Return the SHA-256 of a public key, in hex."""
    return hashlib.sha256(public).hexdigest()


def fingerprint_of(signed: dict[str, Any]) -> str:
    """Return the fingerprint of the key that a signature names. ValueError, KeyError where it names none."""
    return fingerprint(base64.b64decode(signed["publicKey"], validate=True))


def faults(signed: dict[str, Any], digest: str) -> list[str]:
    """Return what is wrong with the `signedData` of a package whose digest is `digest`; nothing where the signature holds.

    ECDSA on P-256 and P-384 is known, keys in the package (anonymous form).
    """
    if signed.get("hash") != digest:
        return [f"signs {signed.get('hash')!r}, and the package hashes to {digest}"]
    if "publicKey" not in signed:
        return ["has no publicKey: signatures by a domain's certificate are not checked here"]
    if unknown := signed.keys() - FIELDS:
        return [f"has properties that no signature has: {', '.join(sorted(unknown))}"]
    try:
        key = _public(base64.b64decode(signed["publicKey"], validate=True))
        raw = base64.b64decode(signed["signature"], validate=True)
        half = len(raw) // 2
        numbers = int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
        key.verify(utils.encode_dss_signature(*numbers), digest.encode(), ec.ECDSA(hashes.SHA256()))
    except (ValueError, TypeError, KeyError) as error:
        return [f"cannot be read: {error}"]
    except InvalidSignature:
        return ["was not made with the key that it names, over this package"]
    return []


def _public(data: bytes) -> ec.EllipticCurvePublicKey:
    found = serialization.load_der_public_key(data)
    if not isinstance(found, ec.EllipticCurvePublicKey):
        raise ValueError("the key is of another kind than ECDSA")  # noqa: TRY004 - one class for the reader to catch
    return found
