"""Every error that leaves the program, by who must act.

    ArchiverError            exit 1    something else; the message says what
    ├── UsageError           exit 2    the person at the command line: a path, a URL, an option
    │   └── ConfigError      exit 2    the same person, in archiver.toml: the message names the key
    ├── NotArchived          exit 3    nobody, or later: the run finished, but some citation was not captured
    ├── IntegrityError       exit 4    whoever keeps the disk: stored bytes are not what was written
    ├── StorageError         exit 1    whoever keeps the disk: full, read-only, failing; the run can be resumed
    ├── VersionError         exit 1    who runs the program: `archiver rebuild` makes the catalog of another version again
    └── LeaseLost            exit 1    nobody: another run is writing this snapshot store

A failed fetch is not in this tree. It is a finding: a capture with a state (architecture, principle 1).

`message` is one line for stderr: what was wrong, then what to do. Errors that find several faults list them all in `faults`.
"""

from __future__ import annotations


class ArchiverError(Exception):
    """An error that a person is told about in one line."""

    exit_code = 1
    http_status = 500

    def __init__(self, message: str, *, faults: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.faults = faults


class UsageError(ArchiverError):
    """What was asked for cannot be done as asked."""

    exit_code = 2
    http_status = 400


class ConfigError(UsageError):
    """The configuration has an unknown key, a wrong type or a bad value; the message names the key."""


class NotArchived(ArchiverError):  # noqa: N818 - the contract's word
    """The run finished, but some citation in the body was not captured."""

    exit_code = 3
    http_status = 404


class IntegrityError(ArchiverError):
    """Stored bytes are not what was written; `faults` lists every place."""

    exit_code = 4


class StorageError(ArchiverError):
    """The disk refused: full, read-only or failing. What was acknowledged is safe; the same command resumes."""

    http_status = 507


class VersionError(ArchiverError):
    """A file that can be made again is of another version of the program; its bytes are what was written."""


class LeaseLost(ArchiverError):  # noqa: N818 - the contract's word
    """Another process holds the writer's lock of this snapshot store."""

    http_status = 409
