"""The command line: parse, call, print.

An error is one line on stderr that says what was wrong and what to do; the exit code is the contract's; a traceback appears only with `-v`.
This is the one place in the program that catches everything: beyond it there is only the shell.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
import traceback
from pathlib import Path

from typer.exceptions import Abort, TyperException

from archiver.cli import check, commands, doctor, export, replay, schedule
from archiver.cli.command import app
from archiver.cli.terminal import plain
from archiver.errors import ArchiverError, NotArchived

INTERRUPTED = 130
COMMANDS = (commands, schedule, replay, export, check, doctor)  # importing a module registers its commands
ORDER = (  # in `--help`: what a person wants first, then what looks after the archive
    "article", "extract", "capture", "run", "schedule", "status", "replay", "verify", "check", "export", "locate", "rebuild", "keep",
    "doctor", "demo",
)  # fmt: skip
app.registered_commands.sort(key=lambda one: ORDER.index(one.name or ""))


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with the contract's code: 0, 1, 2, 3, 4 or 130."""
    arguments = sys.argv[1:] if arguments is None else arguments
    # A run makes few cycles and many long-lived values; looking for garbage at the default pace took a twelfth of its CPU time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    _have_streams()
    _speak_utf8()
    _end_in_order()
    verbose = "-v" in arguments or "--verbose" in arguments
    try:
        code = app(arguments, prog_name="archiver", standalone_mode=False)
    except TyperException as error:
        code = _usage(error)
    except ArchiverError as error:
        if verbose and not isinstance(error, NotArchived):  # a finding, and no fault of anybody's code
            traceback.print_exc()
        code = _say(error.message, error.exit_code)
    except (KeyboardInterrupt, Abort):
        code = INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away: nothing to say, and nobody to say it to
        code = 1
    except OSError as error:
        if verbose:
            traceback.print_exc()
        where = error.filename or "standard output"  # files that the program opens say so themselves
        code = _say(f"{where}: {error.strerror or error}; name another place, or free the disk", 1)
    except Exception as error:  # noqa: BLE001 - see the header
        if verbose:
            traceback.print_exc()
        code = _say(f"unexpected {type(error).__name__}: {error}; run again with -v for the details and report them", 1)
    if code == INTERRUPTED:
        _say("interrupted; the same command resumes where it stopped", INTERRUPTED)
    gc.freeze()  # what is left goes with the process: looking for garbage in it took 0.2 s after a run of 2,000
    sys.exit(code or 0)


def _have_streams() -> None:
    """Have the null device for each standard stream that is closed, as services and `>&-` close them; Python has None there."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf8"))  # noqa: SIM115 - open as long as the process is


def _speak_utf8() -> None:
    """Write UTF-8 into pipes and files whatever the locale: JSON is UTF-8, and so is the text that offsets refer to.

    What a terminal cannot show, and a file name that is no UTF-8, are escaped as JSON escapes them.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _end_in_order() -> None:
    """Have SIGTERM and SIGHUP end any command as SIGINT does: what is half written is removed. What is ignored (nohup) stays so."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _usage(error: TyperException) -> int:
    message = error.format_message()
    if message.startswith("Usage:"):  # no command given: the help is the answer
        print(message)
        return 0
    return _say(f"{message.rstrip('.')}; see `archiver --help`", error.exit_code)


def _say(message: str, code: int) -> int:
    print(f"archiver: {plain(message)}", file=sys.stderr)
    return code
