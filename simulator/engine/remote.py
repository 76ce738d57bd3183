"""Batches computed by an executor's processes: bit for bit what one process computes, or refused.

A worker's first batch is computed here too and compared. Where it differs because the workers' processor or
device is another kind, the run takes the workers' numbers, if they all agree, and the manifest says so; any
other cause of a difference stops the run.
"""

import contextlib
import math
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from simulator.engine import runtime
from simulator.engine.execute import BATCHES_AHEAD, Promise, in_order, on_threads
from simulator.engine.jobs import JobQueue
from simulator.engine.kernel import MetricKernel
from simulator.engine.process_pool import ProcessPool
from simulator.engine.resume import differs
from simulator.engine.worker import BatchResult, KernelSpec, compute
from simulator.errors import ExecutorError, ExecutorWarning, StrandlineError

#: How often a Dask cluster is asked for its workers  [s]
SECONDS_BETWEEN_COUNTS = 2.0


class RemoteBatches:
    """The batches of a run, given to an executor: computes them there, and hands them on in order.

    Parameters
    ----------
    kernel
        This process's own, to check the workers by, and to go on with if the executor breaks.
    spec
        Makes the same kernel elsewhere.
    executor
        Anything that has `submit`: a pool of `concurrent.futures`, a Dask client; or a `JobQueue`.
    threads
        Cores of this process to go on with, at least 1.

    Attributes
    ----------
    machine
        What computed the run, for its manifest.
    """

    def __init__(self, kernel: MetricKernel, spec: KernelSpec, executor: Any, threads: int) -> None:
        self.machine: dict[str, str | int] = dict(runtime.host())
        self._kernel = kernel
        self._spec = spec
        self._threads = threads
        self._workers = _workers(executor, threads)
        # Dask's own adapter; not pure: the key of a task is then no hash of all that is sent.
        self._executor = executor.get_executor(pure=False) if hasattr(executor, "get_executor") else executor
        self._known: set[str] = set()
        self._reference: BatchResult | None = None  # of the first worker, where its bits are not ours

    def __call__(
        self, batches: Iterable[int], consume: Callable[[int, Float[np.ndarray, "metric path"]], None]
    ) -> None:
        """Compute the batches there, and call `consume` here with each in order."""
        left = dict.fromkeys(batches)

        try:
            with self._folder() as folder:

                def received(batch: int, result: BatchResult) -> None:
                    self._admit(batch, result)
                    consume(batch, result.values)
                    left.pop(batch, None)
                    # Not before it is taken: after an interrupt it is asked for again.
                    (folder / str(batch)).unlink(missing_ok=True)

                submit = self._submit(folder, list(left))
                in_order(submit, list(left), received, lambda: BATCHES_AHEAD * self._workers())
        except BrokenExecutor as error:
            if self._reference is not None:
                message = f"the executor broke ({error}); start it anew and give the same command again"
                raise ExecutorError(message) from error
            warnings.warn(
                f"the executor broke ({error}); this process goes on alone", ExecutorWarning, stacklevel=2
            )
            on_threads(self._kernel, list(left), consume, self._threads)

    @contextlib.contextmanager
    def _folder(self) -> Iterator[Path]:
        """Return where batches are that come by files: jobs have a folder of their own."""
        if isinstance(self._executor, JobQueue):
            yield self._executor.folder
            return
        with tempfile.TemporaryDirectory(prefix="strandline-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def _submit(self, folder: Path, batches: Sequence[int]) -> "Callable[[int], _Submitted]":
        """Return what gives a batch to the executor; pools of processes and jobs have files in a folder."""
        if isinstance(self._executor, ProcessPoolExecutor):
            submit = ProcessPool(self._executor, self._spec, folder).submit
        elif isinstance(self._executor, JobQueue):
            submit = self._executor.jobs(self._spec, batches).submit
        else:
            submit = partial(self._executor.submit, partial(compute, self._spec))
        return lambda batch: _Submitted(submit(batch))

    def _admit(self, batch: int, result: BatchResult) -> None:
        """Compare the first batch of a worker with our own."""
        if result.worker in self._known:
            return
        if result.metrics != self._kernel.metrics:
            names = ", ".join(sorted({*result.metrics} ^ {*self._kernel.metrics})) or "their order"
            raise ExecutorError(_refusal(result, f"its model has other metrics ({names})"))
        if self._reference is not None:
            same_kind = runtime.kind_of(result.machine) == runtime.kind_of(self.machine)
            sound = same_kind and result.versions == self._reference.versions
        else:
            sound = not differs(self._kernel(batch), result.values).any()
        if not sound and not self._known:
            self._follow(result)
        elif not sound:
            raise ExecutorError(_refusal(result, f"its numbers are not those of the others (batch {batch})"))
        self._known.add(result.worker)

    def _follow(self, result: BatchResult) -> None:
        """Let the workers' numbers be the run's, if only their machines can be why they differ from ours."""
        ours = runtime.versions()
        if changed := [name for name in ours if ours[name] != result.versions.get(name)]:
            packages = ", ".join(
                f"{name} {result.versions.get(name)} against {ours[name]}" for name in changed
            )
            raise ExecutorError(_refusal(result, f"its numbers and packages are others ({packages})"))
        if runtime.kind_of(result.machine) == runtime.kind_of(self.machine):
            raise ExecutorError(_refusal(result, "its numbers are others, so its model is another one"))
        theirs, mine = runtime.kind_of(result.machine), runtime.kind_of(self.machine)
        warnings.warn(
            f"the workers compute on {theirs}, this process on {mine}: the last bits of the run are those of "
            "the workers, and only a machine like theirs can verify it bit for bit",
            ExecutorWarning,
            stacklevel=2,
        )
        self._reference = result
        self.machine = dict(result.machine)


@dataclass(frozen=True, slots=True)
class _Submitted:
    """The promise of a batch, whose failures are of two kinds: those of the executor, and our own."""

    promise: Promise[BatchResult]

    def result(self) -> BatchResult:
        try:
            return self.promise.result()
        except (StrandlineError, BrokenExecutor):
            raise
        except Exception as error:
            message = (
                f"the executor failed: {type(error).__name__}: {error}. What is finished is stored; the same "
                "command goes on from there"
            )
            raise ExecutorError(message) from error

    def cancel(self) -> bool:
        return self.promise.cancel()


def _workers(executor: Any, threads: int) -> Callable[[], int]:
    """Return a function that gives how many batches an executor computes at once, as far as that is known."""
    least = max(threads, runtime.cores(), getattr(executor, "batches_at_once", 0))
    if not hasattr(executor, "nthreads"):
        return lambda: least
    asked, workers = -math.inf, least

    def of_cluster() -> int:  # whose workers come and go
        nonlocal asked, workers
        if time.monotonic() - asked > SECONDS_BETWEEN_COUNTS:
            workers = max(least, sum(executor.nthreads().values()))
            asked = time.monotonic()
        return workers

    return of_cluster


def _refusal(result: BatchResult, why: str) -> str:
    advice = "Give all workers this version, these packages and one kind of processor"
    return f"{result.worker} cannot take part: {why}. {advice}"
