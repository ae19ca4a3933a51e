"""Extra: the one door to what the optional extra `sign` brings, signatures and timestamps, and the one line that explains its absence.

Nobody else imports `signature` and `timestamp`, so a base install reads and writes exports without them.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from types import ModuleType

from archiver.errors import UsageError

NEEDED = "needs the extra `sign`: pip install 'archiver[sign]'"


def signature() -> ModuleType:
    """Return the module of signatures. UsageError where the extra is missing."""
    return _module("signature", "signing")


def timestamp() -> ModuleType:
    """Return the module of trusted timestamps. UsageError where the extra is missing."""
    return _module("timestamp", "a trusted timestamp")


def _module(name: str, what: str) -> ModuleType:
    try:
        return importlib.import_module(f"archiver.record.wacz.{name}")
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in {"cryptography", "rfc3161_client"}:
            raise
        raise UsageError(f"{what} {NEEDED}") from missing


def default_key() -> Path:
    """Return where the key lies unless another file is named: in the person's configuration folder."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "archiver" / "key.pem"
