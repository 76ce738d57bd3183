"""A run under way: its batches computed until there are enough of them, and how it may end otherwise."""

import contextlib
import time
from dataclasses import replace

from simulator.analysis.run.accuracy import unmet
from simulator.analysis.run.batches import Batches
from simulator.analysis.run.outcome import Run
from simulator.analysis.run.progress import Progress
from simulator.engine import (
    Manifest,
    ManifestWriter,
    Status,
    non_finite_faults,
)
from simulator.errors import GateError, RunError
from simulator.sampling import BATCH


class Interrupted(KeyboardInterrupt):
    """A run was interrupted; `run` has the batches that were finished, or is None where there were none."""

    exit_code = 130

    def __init__(self, message: str, run: Run | None) -> None:
        super().__init__(message)
        self.run = run


class NotFiniteError(GateError):
    """A run is complete, and some metric has paths that are not numbers; `run` is that run."""

    def __init__(self, message: str, run: Run) -> None:
        super().__init__(message)
        self.run = run


class AccuracyError(GateError):
    """A run came to its most paths, and some target is not met; `run` is that run."""

    def __init__(self, run: Run) -> None:
        super().__init__(unmet(run.accuracy, run.plan.paths))
        self.run = run


class Computation:
    """Computes the batches that a run lacks, and records in its manifest how far it came.

    Parameters
    ----------
    run
        As it begins: what is to be computed before the first look, and the accuracy asked for.
    manifest
        Of the run.
    batches
        Computes the batches of the run, and keeps them.
    progress
        Called with the paths finished and the paths asked for.
    compiling
        Time taken to compile the kernel  [s]
    started
        When the call began, by `time.perf_counter`  [s]
    """

    def __init__(
        self,
        run: Run,
        manifest: Manifest,
        batches: Batches,
        progress: Progress,
        compiling: float,
        started: float,
    ) -> None:
        self._run = run
        self._batches = batches
        self._progress = progress
        self._compiling = compiling
        self._started = started
        self._before = batches.done()
        self._writer = ManifestWriter(run.directory, manifest)

    def complete(self) -> Run:
        """Compute until every target is met or the most paths are reached, and return the run.

        Raises
        ------
        Interrupted
            On Ctrl-C; what was finished is stored.
        """
        try:
            self._compute()
        except KeyboardInterrupt as error:
            batches, paths = self._batches.done(), self._run.plan.paths
            self._run = replace(self._run, plan=self._run.plan.first(max(batches, 1)), looked=())
            part = self._close("interrupted")
            message = f"interrupted after {batches * BATCH} of {paths} paths"
            raise Interrupted(message, part if batches else None) from error
        except BaseException:
            with contextlib.suppress(RunError):
                self._close("failed")
            raise
        return self._close("complete")

    def _compute(self) -> None:
        done, batches = 0, max(self._run.plan.batches, self._batches.asked)
        self._run = replace(self._run, plan=self._run.plan.first(batches))
        while done < batches:
            self._batches.bring(batches, done, self._finished)
            self._run = self._batches.shown(self._run)
            done, batches = batches, self._following(batches)

    def _following(self, batches: int) -> int:
        """Look at what so many batches achieve, and return how many there are to be."""
        run = self._run
        if run.goal is None:
            return batches
        self._run = replace(run, looked=run.accuracy)
        following = run.goal.following(batches, run.accuracy, run.plan.sampler)
        if following > batches:
            self._run = replace(run, plan=run.plan.first(following), looked=())
        return following

    def _finished(self, batches: int) -> None:
        self._writer.progress(self._run.plan, batches)
        self._progress(batches * BATCH, self._run.plan.paths)

    def _close(self, status: Status) -> Run:
        """Write how the run ended, and return it."""
        run, found = self._batches.shown(self._run), self._batches.not_finite()
        timings = dict(self._writer.manifest.timings)
        if self._batches.done() > self._before or not timings:  # else it was only read
            timings = {"compile": self._compiling, "total": time.perf_counter() - self._started}
        outcome = {
            "timings": timings,
            "not_finite": found,
            "accuracy": run.goal.record(run.looked) if run.goal else {},
        }
        if self._batches.machine:
            outcome["platform"] = self._batches.machine
        self._writer.close(status, **outcome)
        platform = self._writer.manifest.platform
        return replace(run, status=status, not_finite=found, timings=timings, platform=platform)


def refuse_missed_gates(run: Run) -> None:
    """Raise where a run is complete and not good enough.

    Raises
    ------
    NotFiniteError
        A metric has a NaN, or an infinity that its model does not allow.
    AccuracyError
        A target is not met.
    """
    if faults := non_finite_faults(run.not_finite, run.model, run.plan.paths):
        raise NotFiniteError("\n  ".join(["metrics that are not finite:", *faults]), run)
    if not all(one.met for one in run.accuracy):
        raise AccuracyError(run)
