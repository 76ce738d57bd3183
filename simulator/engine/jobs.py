"""Batches computed by the jobs of a batch system, many batches a job, which come back by files.

The jobs and this process share a folder. A job writes each batch there as it is finished: what a job that is
lost had finished is not computed again, and in memory here is one batch.
"""

import itertools
import pickle
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from simulator.engine import runtime
from simulator.engine.execute import BATCHES_AHEAD, on_threads
from simulator.engine.process_pool import compute_to_file
from simulator.engine.worker import BatchResult, KernelSpec
from simulator.errors import ExecutorError

#: Batches of a job, and jobs that wait or run at once, where nothing else is said.
BATCHES, JOBS = 64, 16
#: How often the same batches are given to a job before the run ends.
TRIES = 3
#: What submitit has a job say that it ends before its time limit does: it is lost, and has not failed.
OUT_OF_TIME = "Job not requeued because"
#: How often a file is looked for  [s]
SECONDS_BETWEEN_LOOKS = 0.5


def compute_to_files(spec: KernelSpec, folder: Path, batches: Sequence[int]) -> None:
    """Compute batches on all cores of this process, and write each to a file of the folder.

    Parameters
    ----------
    spec
        Makes the kernel.
    folder
        For the files, each named by its batch.
    batches
        Numbers of the batches, from 0.
    """

    def compute(batch: int) -> None:
        compute_to_file(spec, folder / str(batch), batch)

    on_threads(compute, batches, lambda *_: None, runtime.cores())


@dataclass(frozen=True, slots=True)
class JobQueue:
    """A batch system, and how a run is divided among its jobs.

    Parameters
    ----------
    executor
        An executor of submitit: `submit` returns a job with `done`, `exception` and `cancel`.
    folder
        For the files; the jobs have it too.
    batches
        How many a job computes, at most.
    most
        How many jobs wait or run at once.
    """

    executor: Any
    folder: Path
    batches: int = BATCHES
    most: int = JOBS

    @property
    def batches_at_once(self) -> int:
        """How many batches are computed at once: the others of those under way are ahead of the run."""
        return max(1, self.most * self.batches // BATCHES_AHEAD)

    def jobs(self, spec: KernelSpec, batches: Sequence[int]) -> "Jobs":
        """Return what gives these batches to jobs, in their order."""
        return Jobs(self, spec, batches)


class Jobs:
    """The jobs of some batches, each submitted when its first batch is.

    Parameters
    ----------
    queue
        Takes the jobs.
    spec
        Makes the kernel in them.
    batches
        All that are to be computed, in the order in which they will be submitted.
    """

    def __init__(self, queue: JobQueue, spec: KernelSpec, batches: Sequence[int]) -> None:
        compute = partial(compute_to_files, spec, queue.folder)
        self._job_of: dict[int, Job] = {}
        for some in itertools.batched(batches, queue.batches):
            self._job_of |= dict.fromkeys(some, Job(queue, compute, some))

    def submit(self, batch: int) -> "BatchOfJob":
        """Return the promise of a batch."""
        job = self._job_of.pop(batch)
        job.start()
        return BatchOfJob(job, batch)


class Job:
    """Some batches computed by a job, which is given again where it is lost.

    Parameters
    ----------
    queue
        Takes the job.
    compute
        Called in the job with the batches that are left to do.
    batches
        What the job is for.
    """

    def __init__(self, queue: JobQueue, compute: partial[None], batches: Sequence[int]) -> None:
        self._queue, self._compute = queue, compute
        self._left = dict.fromkeys(batches)
        self._tries = 0
        self._submitted: Any = None

    def start(self) -> None:
        """Submit the job, unless it is."""
        if self._submitted is None:
            self._submit()

    def result(self, batch: int) -> BatchResult:
        """Wait for the file of a batch, and return what is in it, as often as it is asked for.

        Raises
        ------
        ExecutorError
            The job failed, or was lost as often as it may be.
        """
        path = self._path(batch)
        while not path.exists():
            if self._submitted.done():
                self._ended(path)
            else:
                time.sleep(SECONDS_BETWEEN_LOOKS)
        self._left.pop(batch, None)
        if not self._left:
            self._submitted.exception()  # waits for the end of the job, which still writes in the folder
        return pickle.loads(path.read_bytes())

    def cancel(self, batch: int) -> bool:
        """End the job, and return whether a batch will now never be there."""
        there = self._path(batch).exists()
        if not there or len(self._left) > 1:
            self._submitted.cancel(check=False)
        return not there

    def _submit(self) -> None:
        self._tries += 1
        left = [batch for batch in self._left if not self._path(batch).exists()]
        try:
            self._submitted = self._queue.executor.submit(self._compute, left)
        except Exception as error:  # of the command that submits: whatever it says, nothing has begun
            message = f"a job cannot be submitted: {error}"
            raise ExecutorError(message) from error

    def _ended(self, path: Path) -> None:
        """Give the job again where it ended without a file that it should have written.

        A file may be seen later than the job's end, on a disk that several hosts share: what asks for the
        exception waits for that.
        """
        from submitit.core.utils import FailedJobError  # an extra, which made the job

        error = self._submitted.exception()
        if path.exists():
            return
        failed = isinstance(error, FailedJobError) and OUT_OF_TIME not in str(error)
        if failed or self._tries == TRIES:
            why = error or f"Is {self._queue.folder} on a disk that the jobs and this process share?"
            message = f"job {self._submitted.job_id} ended without the files it was to write. {why}"
            raise ExecutorError(message)
        self._submit()

    def _path(self, batch: int) -> Path:
        return self._queue.folder / str(batch)


@dataclass(frozen=True, slots=True)
class BatchOfJob:
    """The promise of a batch that a job writes to a file."""

    job: Job
    batch: int

    def result(self) -> BatchResult:
        """Wait for the batch, and return it."""
        return self.job.result(self.batch)

    def cancel(self) -> bool:
        """Return whether the batch is not there, and now never is: its job is ended."""
        return self.job.cancel(self.batch)
