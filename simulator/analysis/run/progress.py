"""Progress of a call where somebody watches: on a terminal or in a notebook, unless its caller takes it."""

import contextlib
import sys
from collections.abc import Callable

from simulator.arguments import refuse

#: Called with the paths finished and the paths asked for.
type Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Show nothing."""


def progress_of(
    asked: Progress | bool | None, paths: int, work: str = "simulating"
) -> contextlib.AbstractContextManager[Progress]:
    """Return a context that hands out what to call as paths are finished.

    Parameters
    ----------
    asked
        What the caller gave: a function of its own, False for none, or True or None for a bar where standard
        error is a terminal or the code runs in a notebook.
    paths
        How many are asked for.
    work
        What is done, as it stands beside the bar.

    Raises
    ------
    UsageError
        It is none of these.
    """
    if not (asked is None or isinstance(asked, bool) or callable(asked)):
        refuse("progress", asked, "a function of the paths finished and asked for, True, False or None")
    if callable(asked):
        return contextlib.nullcontext(asked)
    if asked is False or not (sys.stderr.isatty() or "ipykernel" in sys.modules):
        return contextlib.nullcontext(silent)
    # Rich is imported for a watcher only.
    from rich.console import Console

    from simulator.progress import bar

    return bar(paths, Console(stderr=True), work=work)
