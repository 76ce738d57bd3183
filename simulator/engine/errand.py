"""A batch computed in another process: what is sent there, what comes back, and the kernel kept there."""

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

#: Compiled kernels that a worker process keeps: of the runs that it serves in turn.
KERNELS_KEPT = 4

_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class Recipe:
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


class Answer(NamedTuple):
    """A batch, and what computed it: the process, its packages, its machine, the names of the rows."""

    worker: str
    versions: Mapping[str, str]
    machine: Mapping[str, str | int]
    metrics: tuple[str, ...]
    values: Float[np.ndarray, "metric path"]


def compute(recipe: Recipe, batch: int) -> Answer:
    """Return a batch, computed in this process; the kernel is compiled when it is first asked for."""
    try:
        with _making:  # of the threads of a worker one compiles, and the others wait for it
            kernel = _kernel(recipe)
        return Answer(worker(), *_computer(), kernel.metrics, kernel(batch))
    except StrandlineError as error:  # not all of ours survive pickling; their words do
        message = f"worker {worker()}: {error}"
        raise ExecutorError(message) from None


def worker() -> str:
    """Return the name of this process among those of a cluster."""
    return f"process {os.getpid()} on {platform.node()}"


@lru_cache(KERNELS_KEPT)
def _kernel(recipe: Recipe) -> MetricKernel:
    runtime.claim_device()
    return recipe.make()


@cache
def _computer() -> tuple[dict[str, str], dict[str, str | int]]:
    return runtime.versions(), runtime.host()
