"""Log lines on stderr: for people, or one JSON object a line for machines that collect them."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from archiver.cli.terminal import plain
from archiver.errors import UsageError


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message; ASCII, so that no terminal and no collector is surprised."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        said = {"time": moment, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said)


class PlainLines(logging.Formatter):
    """A line for people; what came from a stranger cannot move the cursor."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line."""
        line = f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%d %H:%M:%S} {plain(record.getMessage())}"
        whole = record.exc_info and logging.getLogger("archiver").isEnabledFor(logging.DEBUG)  # a traceback appears only with -v
        return f"{line}\n{self.formatException(record.exc_info)}" if whole and record.exc_info else line


def to_stderr(*, verbose: bool) -> None:
    """Log errors to stderr; where `verbose`, every request too. Of other libraries only what is wrong is said."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainLines())
    logging.basicConfig(handlers=[handler], level=logging.ERROR)
    logging.getLogger("archiver").setLevel(logging.DEBUG if verbose else logging.ERROR)


def log_runs(form: str, *, quiet: bool, verbose: bool = False) -> None:
    """Log what scheduled runs do, as `text` or `json`; only what is wrong where `quiet`, each request too where `verbose`.

    UsageError for another form.
    """
    if form not in ("text", "json"):
        raise UsageError(f"--log: must be text or json, not {form!r}")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    logger = logging.getLogger("archiver")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.DEBUG if verbose else logging.WARNING if quiet else logging.INFO)
