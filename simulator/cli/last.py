"""The last run or update of the folder of runs, for a verb that is given none."""

from collections.abc import Sequence
from pathlib import Path

from simulator.cli.parameters import RUNS
from simulator.errors import UsageError
from simulator.report.console import plain, print_note

#: Files whose time says when a run, and an update, was last written.
RUN, UPDATE = "manifest.json", "update.json"


def last(verb: str, records: Sequence[str] = (RUN,)) -> Path:
    """Return the run that was written last, and name it on standard error.

    Parameters
    ----------
    verb
        What is asked for, as "strandline report".
    records
        Which kinds of folder count, by the file that each has.

    Raises
    ------
    UsageError
        There is none.
    """
    found = [path for record in records for path in RUNS.glob(f"*/{record}") if path.is_file()]
    if not found:
        message = (
            f"{verb}: found no run directory, and none in {RUNS}/; name one, or make one: strandline run"
        )
        raise UsageError(message)
    newest = max(found, key=lambda path: (path.stat().st_mtime_ns, str(path))).parent
    print_note(f"the last run: {plain(newest)}")
    return newest
