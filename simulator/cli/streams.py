"""The standard streams as a shell may leave them: closed, or on a device that takes nothing."""

import contextlib
import os
import sys
from io import TextIOWrapper


def prepare() -> None:
    """Give each standard stream that is closed one in its place, and let no stream fail over a character.

    A file that the program opens must not come to stand under the number of a closed stream, where other
    code would write into it. What is printed on a closed standard output fails as an error that is reported;
    what is printed on a closed standard error goes nowhere.
    """
    for number, mode in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # takes the lowest number that is free, this one
    if sys.stdout is None:
        # Open for reading only: to write there is an error, as it is on a closed stream.
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal without a sign of ours shows a question mark for it; that is no reason to stop.
            stream.reconfigure(errors="replace")


def finish() -> None:
    """Let Python's own end find nothing to write that cannot be written: it would change the exit code."""
    from simulator.report.console import discard

    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with contextlib.suppress(OSError, ValueError):
                discard(stream)
