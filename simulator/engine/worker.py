"""A batch computed in another process: what is sent there, what comes back, and the kernels cached there."""

import os
import platform
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.engine import runtime
from simulator.engine.kernel import MetricKernel
from simulator.errors import ExecutorError, StrandlineError

#: Compiled kernels that a worker process caches: of the runs that it serves at the same time.
KERNELS_CACHED = 4

_compiling = threading.Lock()


@dataclass(frozen=True, slots=True)
class KernelSpec:
    """How another process makes the kernel of a run: small, and sent with every batch.

    Parameters
    ----------
    key
        The same for the same kernel, and for no other: by it a process knows what it has compiled.
    make
        Makes it; pickled by the executor, in its own way.
    """

    key: str
    make: Callable[[], MetricKernel] = field(compare=False)


class BatchResult(NamedTuple):
    """A batch, and what computed it.

    Attributes
    ----------
    worker
        The process, by its number and host.
    versions
        Of its packages.
    machine
        What it runs on, as `runtime.host` describes it.
    metrics
        Names of the rows.
    values
        In the units of the metrics.
    """

    worker: str
    versions: Mapping[str, str]
    machine: Mapping[str, str | int]
    metrics: tuple[str, ...]
    values: Float[np.ndarray, "metric path"]


def compute(spec: KernelSpec, batch: int) -> BatchResult:
    """Return a batch, computed in this process; the kernel is compiled when it is first asked for.

    Raises
    ------
    UsageError
        This process was forked from one that uses JAX.
    ExecutorError
        The kernel cannot be made here.
    """
    runtime.refuse_fork()
    try:
        with _compiling:  # one of a worker's threads compiles, and the others wait for it
            kernel = _kernel(spec)
        return BatchResult(worker(), *_computer(), kernel.metrics, kernel(batch))
    except StrandlineError as error:  # not every error of ours survives pickling; its message does
        message = f"worker {worker()}: {error}"
        raise ExecutorError(message) from None


def worker() -> str:
    """Return the name of this process among those of a cluster."""
    return f"process {os.getpid()} on {platform.node()}"


@lru_cache(KERNELS_CACHED)
def _kernel(spec: KernelSpec) -> MetricKernel:
    runtime.claim_device()
    return spec.make()


@cache
def _computer() -> tuple[dict[str, str], dict[str, str | int]]:
    return runtime.versions(), runtime.host()
