"""Rounds computed by an executor's processes: bit for bit what one process computes, or refused.

A worker's first batch is computed here too and compared. Where it differs because the workers' processor or
device is another kind, the run is theirs, all of them alike, and the manifest says so; for anything else that
makes a difference the run stops.
"""

import math
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Float

from simulator.engine import pool, runtime
from simulator.engine.errand import Answer, Recipe, compute
from simulator.engine.execute import BATCHES_AHEAD, Executor, Promise, in_order, on_threads
from simulator.engine.fill import differs
from simulator.engine.kernel import MetricKernel
from simulator.errors import ExecutorError, ExecutorWarning, StrandlineError, UsageError

#: What of a machine decides the last bits.
KIND = ("machine", "processor", "device", "backend")
#: How often a Dask cluster is asked for its workers  [s]
SECONDS_BETWEEN_COUNTS = 2.0


class Crew:
    """The work of a run, given to an executor: computes batches, and keeps them in order.

    Parameters
    ----------
    kernel
        This process's own, to check the workers by, and to go on with if the executor breaks.
    recipe
        Makes the same kernel elsewhere.
    executor
        Anything that has `submit`: a pool of `concurrent.futures`, a Dask client.
    threads
        Cores of this process to go on with.

    Attributes
    ----------
    machine
        What computed the run, for its manifest.
    """

    def __init__(self, kernel: MetricKernel, recipe: Recipe, executor: Any, threads: int) -> None:
        context = getattr(executor, "_mp_context", None)
        if context is not None and context.get_start_method() == "fork":
            message = (
                "executor: found a pool of forked processes, in which JAX hangs; allowed: processes started "
                "anew, as in ProcessPoolExecutor(mp_context=multiprocessing.get_context('spawn'))"
            )
            raise UsageError(message)
        self.machine: dict[str, str | int] = dict(runtime.host())
        self._kernel = kernel
        self._recipe = recipe
        self._threads = threads
        self._width = _width(executor, threads)
        # Dask's own adapter; not pure: the key of a task is then no hash of all that is sent.
        self._executor = executor.get_executor(pure=False) if hasattr(executor, "get_executor") else executor
        self._known: set[str] = set()
        self._theirs: Answer | None = None  # of the first worker, where its bits are not ours

    def __call__(
        self, batches: Iterable[int], keep: Callable[[int, Float[np.ndarray, "metric path"]], None]
    ) -> None:
        """Compute the batches there, and call `keep` here with each in order."""
        left = dict.fromkeys(batches)

        def kept(batch: int, answer: Answer) -> None:
            self._admit(batch, answer)
            keep(batch, answer.values)
            left.pop(batch, None)

        work = partial(compute, self._recipe)
        try:
            in_order(work, list(left), kept, _Telling(self._executor), lambda: BATCHES_AHEAD * self._width())
        except BrokenExecutor as error:
            if self._theirs is not None:
                message = f"the executor broke ({error}); start it anew and give the same command again"
                raise ExecutorError(message) from error
            warnings.warn(
                f"the executor broke ({error}); this process goes on alone", ExecutorWarning, stacklevel=2
            )
            on_threads(self._kernel, list(left), keep, self._threads)

    def _admit(self, batch: int, answer: Answer) -> None:
        """Compare the first batch of a worker with our own."""
        if answer.worker in self._known:
            return
        if answer.metrics != self._kernel.metrics:
            names = ", ".join(sorted({*answer.metrics} ^ {*self._kernel.metrics})) or "their order"
            raise ExecutorError(_refusal(answer, f"its model has other metrics ({names})"))
        if self._theirs is not None:
            sound = _kind(answer.machine) == _kind(self.machine) and answer.versions == self._theirs.versions
        else:
            sound = not differs(self._kernel(batch), answer.values).any()
        if not sound and not self._known:
            self._follow(answer)
        elif not sound:
            raise ExecutorError(_refusal(answer, f"its numbers are not those of the others (batch {batch})"))
        self._known.add(answer.worker)

    def _follow(self, answer: Answer) -> None:
        """Let the workers' numbers be the run's, if nothing but their machines can be why they are others."""
        ours = runtime.versions()
        if changed := [name for name in ours if ours[name] != answer.versions.get(name)]:
            packages = ", ".join(
                f"{name} {answer.versions.get(name)} against {ours[name]}" for name in changed
            )
            raise ExecutorError(_refusal(answer, f"its numbers and packages are others ({packages})"))
        if _kind(answer.machine) == _kind(self.machine):
            raise ExecutorError(_refusal(answer, "its numbers are others, so its model is another one"))
        warnings.warn(
            f"the workers compute on {_kind(answer.machine)}, this process on {_kind(self.machine)}: the "
            "last bits of the run are those of the workers, and only a machine like theirs can verify it",
            ExecutorWarning,
            stacklevel=2,
        )
        self._theirs = answer
        self.machine = dict(answer.machine)


@dataclass(frozen=True, slots=True)
class _Telling:
    """An executor whose failures are told as such, and not as those of the work."""

    executor: Executor

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> "_Promise":
        future = self.executor.submit(function, *arguments)
        if isinstance(self.executor, ProcessPoolExecutor):
            return _Promise(future, partial(pool.answer, future, self.executor))
        return _Promise(future, future.result)


@dataclass(frozen=True, slots=True)
class _Promise:
    future: Promise
    wait: Callable[[], Answer]

    def result(self) -> Answer:
        try:
            return self.wait()
        except (StrandlineError, BrokenExecutor):
            raise
        except Exception as error:
            message = (
                f"the executor failed: {type(error).__name__}: {error}. What is finished is kept; the same "
                "command goes on from there"
            )
            raise ExecutorError(message) from error

    def cancel(self) -> bool:
        return self.future.cancel()


def _width(executor: Any, cores: int) -> Callable[[], int]:
    """Return what tells how many batches an executor computes at once, as far as that is known."""
    if not hasattr(executor, "nthreads"):
        workers = getattr(executor, "_max_workers", cores)
        return lambda: workers
    asked, width = -math.inf, cores

    def threads() -> int:  # of a Dask cluster, whose workers come and go
        nonlocal asked, width
        if time.monotonic() - asked > SECONDS_BETWEEN_COUNTS:
            width = max(cores, sum(executor.nthreads().values()))
            asked = time.monotonic()
        return width

    return threads


def _kind(machine: Mapping[str, str | int]) -> str:
    return ", ".join(dict.fromkeys(str(machine[key]) for key in KIND))


def _refusal(answer: Answer, why: str) -> str:
    advice = "Give all workers this version, these packages and one kind of processor"
    return f"{answer.worker} cannot take part: {why}. {advice}"
