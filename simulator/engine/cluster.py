"""A Dask cluster by its address, as the command line names it."""

import contextlib
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
    try:
        client = Client(url, timeout=PATIENCE, set_as_default=False)
    except (
        OSError,
        ValueError,
    ) as error:  # a timeout is an OSError; a port that speaks otherwise a ValueError
        message = f"no Dask scheduler answers at {address}: {error}"
        raise ExecutorError(message) from error
    with client:
        if not client.nthreads():
            warnings.warn(
                f"the cluster at {address} has no workers yet: waiting for them",
                ExecutorWarning,
                stacklevel=3,
            )
        yield client


def scheduler(address: str) -> str:
    """Return the address that Dask knows of ``dask://HOST:PORT``."""
    with contextlib.suppress(ValueError):  # of a port that is no number
        parts = urlsplit(address)
        if parts.scheme == "dask" and parts.hostname and parts.port and parts.path in ("", "/"):
            return f"tcp://{parts.netloc}"
    message = f"executor: found {address!r}; allowed: dask://HOST:PORT, where a Dask scheduler listens"
    raise UsageError(message)
