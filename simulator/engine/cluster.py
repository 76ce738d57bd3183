"""A Dask cluster by its address, as the command line names it."""

import asyncio
import contextlib
import logging
import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from simulator.errors import ExecutorError, ExecutorWarning, UsageError

#: How long a scheduler is waited for  [s]
PATIENCE = 10.0


@contextlib.contextmanager
def connected(address: str) -> Iterator[Any]:
    """Return a client of the Dask scheduler at ``dask://HOST:PORT``, closed in the end.

    Raises
    ------
    UsageError
        The address is not of this form, or Dask is not installed.
    ExecutorError
        No scheduler answers there.
    """
    url = scheduler(address)
    try:
        from distributed import Client  # an extra, and seconds to import
    except ImportError as error:
        message = "a Dask cluster needs the extra dask: pip install 'strandline[dask]'"
        raise UsageError(message) from error
    # What becomes of the cluster is an error or a warning of ours; Dask's own remarks have tracebacks.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        asyncio.run(_greeted(url))
        client = Client(url, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, MemoryError, EOFError) as error:
        # A timeout is an OSError; a port that speaks otherwise is one of the others, by its bytes.
        reason = str(error) or f"nothing was heard for {PATIENCE:g} s"
        message = f"no Dask scheduler answers at {address}: {reason}"
        raise ExecutorError(message) from error
    with client:
        if not client.nthreads():
            warnings.warn(
                f"the cluster at {address} has no workers yet: waiting for them",
                ExecutorWarning,
                stacklevel=3,
            )
        yield client


async def _greeted(url: str) -> None:
    """Exchange greetings with a scheduler and part: a client waits for minutes where none come."""
    from distributed.comm.core import connect

    async with asyncio.timeout(PATIENCE):
        comm = await connect(url, timeout=PATIENCE)
    comm.abort()


def scheduler(address: str) -> str:
    """Return the address that Dask knows of ``dask://HOST:PORT``."""
    with contextlib.suppress(ValueError):  # of a port that is no number
        parts = urlsplit(address)
        if parts.scheme == "dask" and parts.hostname and parts.port and parts.path in ("", "/"):
            return f"tcp://{parts.netloc}"
    message = f"executor: found {address!r}; allowed: dask://HOST:PORT, where a Dask scheduler listens"
    raise UsageError(message)
