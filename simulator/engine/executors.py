"""Where the batches of a run are computed, by the text that names it."""

import contextlib
from pathlib import Path
from typing import Any

from simulator.engine import runtime
from simulator.engine.cluster import connected
from simulator.engine.process_pool import Processes
from simulator.engine.slurm import slurm
from simulator.errors import UsageError
from simulator.whole_numbers import LONGEST, whole

#: What a text may be.
ALLOWED = (
    "processes or processes:N for N processes of this machine, slurm or slurm:FILE.toml for jobs of Slurm, "
    "dask://HOST:PORT for the workers of a Dask cluster"
)


def executor_of(text: str) -> contextlib.AbstractContextManager[Any]:
    """Return the executor that a text names, which ends with the block that it is entered for.

    Raises
    ------
    UsageError
        The text is none that is allowed; entered, that what it needs is not installed.
    ExecutorError
        Entered: it cannot be reached.
    """
    scheme, colon, rest = text.partition(":")
    if scheme == "dask":
        return connected(text)
    if scheme == "processes":
        return Processes(whole("executor: processes", rest, 1) if colon else runtime.cores())
    if scheme == "slurm" and bool(colon) == bool(rest):
        return slurm(Path(rest) if rest else None)
    message = f"executor: found {text[:LONGEST]!r}; allowed: {ALLOWED}"
    raise UsageError(message)
