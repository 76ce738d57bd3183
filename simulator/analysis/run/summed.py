"""The batches of a run that keeps a summary: the first place the grid, all are added up, none is kept.

Two passes over the first batches, at most 262,144 paths: they are computed in memory, the grid is placed by
them, and they are added up like all others. What was added up is written to the folder of the run now and
then, whole or not at all, and a run that was stopped goes on from there. What accelerators of this process
compute is added up on them. Wherever else batches are computed, they are reduced by threads of this process,
and added by one of its own, which no interrupt reaches.
"""

import hashlib
import time
import warnings
from collections import deque
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
from jaxtyping import Float

from simulator.analysis.run.accuracy import Goal
from simulator.analysis.run.batches import machine_of
from simulator.analysis.run.devices import again
from simulator.analysis.run.record import RunRecord
from simulator.engine import DamagedError, DeviceBatches, Work, read_arrays, runtime, write_arrays
from simulator.engine.execute import BATCHES_AHEAD
from simulator.errors import RunError, RunWarning
from simulator.estimate import QUANTILES, SHORTFALL, Sampled, SamplerName, derive
from simulator.estimate.targets import level_of
from simulator.estimate.totals import Layout, Reduced, Totals, Wanted, placed, reduced
from simulator.estimate.totals.device_totals import DeviceTotals
from simulator.sampling import BATCH, MAX_BATCHES, join_batches
from simulator.study import Settings

#: Most batches by which the grid is placed.
FIRST = 32
#: Seconds between two checkpoints at least, and how many times as long as the writing of the last one.
SECONDS, TIMES = 30.0, 20.0
#: Version of what is in a checkpoint.
_FORMAT = 2


def layout_of(names: tuple[str, ...], sampler: str, settings: Settings) -> Layout:
    """Return what the totals of a run are kept of."""
    return Layout(names, cast(SamplerName, sampler), settings.scorecard, settings.verdicts)


def wanted_by(goal: Goal | None) -> Wanted:
    """Return which quantiles and tails the summary of a run has, and those of the accuracy asked for."""
    quantiles, tails = list(QUANTILES.values()), [(SHORTFALL, 1), (SHORTFALL, -1)]
    for target in goal.targets if goal else ():
        match level_of(target.statistic):
            case ("p", level):
                quantiles.append(level)
            case ("cvar", level):
                quantiles.append(level)
                tails.append((level, 1) if level <= 0.5 else (1 - level, -1))
            case _:
                continue
    return Wanted(tuple(dict.fromkeys(quantiles)), tuple(dict.fromkeys(tails)))


class SummedBatches:
    """Batches that are added up.

    Parameters
    ----------
    work
        Computes batches.
    threads
        On how many of this process they are reduced.
    layout
        The metrics and the rules of the run.
    wanted
        Which quantiles and tails are asked for.
    path
        Where what was added up is written; None keeps it in memory.
    identity
        What distinguishes the run from others.
    most
        Most batches that there may be.
    first
        Most batches by which the grid is placed.
    """

    def __init__(
        self,
        work: Work,
        threads: int,
        layout: Layout,
        wanted: Wanted,
        path: Path | None = None,
        identity: str = "",
        most: int = MAX_BATCHES,
        first: int = FIRST,
    ) -> None:
        self.totals: Totals | None = None
        self.asked = 0
        self._work, self._threads, self._layout, self._wanted = work, threads, layout, wanted
        self._path, self._identity, self._first = path, identity, first
        self._probe = b""
        self._adder = ThreadPoolExecutor(1, thread_name_prefix="strandline-sum")
        self._due = time.monotonic() + SECONDS
        if path is not None and path.exists():
            self._go_on(path, most)

    def _go_on(self, path: Path, most: int) -> None:
        """Take what was added up before, if it is sound and what this program computes."""
        try:
            self.totals, self.asked, self._probe = read_totals(path, self._identity)
        except DamagedError as error:
            warnings.warn(f"{error}: the run is computed anew", RunWarning, stacklevel=5)
            return
        if self.asked > most:
            message = (
                f"{path} is of {self.asked * BATCH} paths, more than the {most * BATCH} asked for. Give "
                "another directory"
            )
            raise RunError(message)
        if self._digest_of_first() != self._probe:
            message = (
                f"what {path} has is not what this program computes: the model, a package or the processor "
                "is another one; give another directory"
            )
            raise RunError(message)

    @property
    def machine(self) -> Mapping[str, str | int]:
        """What computed them, where that is not this process's processor; else nothing."""
        return machine_of(self._work)

    def bring(self, batches: int, first: int, progress: Callable[[int], None]) -> None:
        """Add up so many batches; those that are added up stay."""
        self.bring_share(range(batches), batches, progress)

    def bring_share(self, share: Collection[int], batches: int, progress: Callable[[int], None]) -> None:
        """Add up a share of so many batches of a run, on the grid that the first of the run place."""
        self.asked = batches
        totals = self.totals or self._begun(share, min(batches, self._first), progress)
        progress(len(totals.batches))
        missing = sorted(set(share) - totals.batches)
        try:
            if isinstance(self._work, DeviceBatches):
                self._sum_there(self._work, totals, missing, progress)
            else:
                self._sum_here(totals, missing, progress)
        finally:
            self._save()

    def _sum_there(
        self, work: DeviceBatches, totals: Totals, missing: list[int], progress: Callable[[int], None]
    ) -> None:
        """Add up what accelerators compute, there, and bring it here for each checkpoint and in the end."""
        there, done = DeviceTotals(totals.grid, self._layout), len(totals.batches)

        def consume(_: int) -> None:
            nonlocal done
            done += 1
            progress(done)
            if self._path is not None and time.monotonic() > self._due:
                self._bring_here(there)
                self._save()

        try:
            work.left(missing, there.add, consume)
        finally:
            self._bring_here(there)

    def _bring_here(self, there: DeviceTotals) -> None:
        """Merge what was added up on accelerators, in the thread that adds."""

        def merge() -> None:
            for totals in there.taken():
                assert self.totals is not None
                self.totals = self.totals.merged(totals)

        self._adder.submit(merge).result()

    def _sum_here(self, totals: Totals, missing: list[int], progress: Callable[[int], None]) -> None:
        """Add up batches here, as they come."""
        under_way: deque[tuple[int, Future[Reduced]]] = deque()

        def add_first() -> None:
            batch, found = under_way[0]
            self._add(totals, batch, found.result())
            under_way.popleft()
            progress(len(totals.batches))
            if time.monotonic() > self._due:
                self._save()

        with ThreadPoolExecutor(self._threads, thread_name_prefix="strandline-reduce") as pool:

            def consume(batch: int, values: Float[np.ndarray, "metric path"]) -> None:
                under_way.append((batch, pool.submit(reduced, totals.grid, self._layout, values)))
                while len(under_way) > BATCHES_AHEAD * self._threads:
                    add_first()

            try:
                self._work(missing, consume)
            finally:
                while under_way:
                    add_first()

    def _digest_of_first(self) -> bytes:
        """Return the digest of the first batch as it is computed now."""
        found: list[bytes] = []
        self._work([0], lambda _, values: found.append(digest_of(values)))
        return found[0]

    def _begun(self, share: Collection[int], batches: int, progress: Callable[[int], None]) -> Totals:
        """Return the totals of those of a share among the first batches, by which the grid is placed."""
        values: list[np.ndarray] = []

        def consume(batch: int, found: np.ndarray) -> None:
            if batch == len(values):
                values.append(found)
                progress(sum(one in share for one in range(len(values))))

        self._work(range(batches), consume)
        layout = self._layout
        joined = join_batches(iter(values), batches)
        metrics = dict(zip(layout.names, joined, strict=True))
        derived = derive(metrics, layout.scorecard, layout.rules)
        sample = Sampled(metrics, derived, layout.sampler, layout.scorecard, layout.rules)
        grid = placed(sample, layout, self._wanted)
        totals = Totals.nothing(grid, layout)
        for batch, one in enumerate(values):
            if batch in share:
                totals.add(batch, reduced(grid, layout, one), layout)
        self._probe = digest_of(values[0])
        self.totals = totals
        return totals

    def _add(self, totals: Totals, batch: int, found: Reduced) -> None:
        """Add a batch in the thread of its own, so that an interrupt leaves it added whole or not at all."""
        self._adder.submit(totals.add, batch, found, self._layout).result()

    def _save(self) -> None:
        """Write what was added up, and say when to do so next."""
        if self._path is not None and self.totals is not None:
            began = time.monotonic()
            self._adder.submit(self._write, self._path, self.totals).result()
            now = time.monotonic()
            self._due = now + max(SECONDS, TIMES * (now - began))

    def _write(self, path: Path, totals: Totals) -> None:
        write_totals(path, self._identity, totals, self.asked, self._probe)

    def done(self) -> int:
        """Return how many batches are added up."""
        return len(self.totals.batches) if self.totals else 0

    def not_finite(self) -> Mapping[str, Mapping[str, int]]:
        """Return per metric that has any how many numbers are not finite."""
        return {} if self.totals is None else self.totals.not_finite(self._layout)

    def shown[Record: RunRecord](self, run: Record) -> Record:
        """Return the run with what was added up."""
        return replace(run, totals=self.totals)


def totals_again(run: RunRecord) -> tuple[Totals, Mapping[str, str | int]]:
    """Return what all paths of a run add up to when they are computed again, and what computed them."""
    layout = layout_of(run.names, run.plan.sampler, run.study.settings)
    assert run.totals is not None
    share, first = run.totals.batches, int(run.totals.grid.first) // BATCH
    most = max(share) + 1  # of a run that was killed on several devices, batches may be missing among these
    work, machine = again(run.program, run.plan.first(most), run.platform, run.names)
    summed = SummedBatches(work, runtime.cores(), layout, wanted_by(run.goal), first=first)
    summed.bring_share(share, most, lambda _: None)
    assert summed.totals is not None
    return summed.totals, machine()


def write_totals(path: Path, identity: str, totals: Totals, asked: int, probe: bytes) -> None:
    """Write what was added up of a run, as `read_totals` returns it."""
    about = {"format": np.array(_FORMAT), "asked": np.array(asked)}
    about |= {"probe": np.frombuffer(probe, np.uint8)}
    write_arrays(path, identity, about | totals.arrays())


def read_totals(path: Path, identity: str) -> tuple[Totals, int, bytes]:
    """Return what was added up of a run, how many batches were to be, and the digest of the first.

    Raises
    ------
    RunError
        The file is damaged, another run's or of another version.
    """
    arrays = read_arrays(path, identity)
    if int(arrays["format"]) != _FORMAT:
        message = f"{path}: found totals of another version of strandline; give another directory"
        raise RunError(message)
    return Totals.of(arrays), int(arrays["asked"]), arrays["probe"].astype(np.uint8).tobytes()


def digest_of(values: Float[np.ndarray, "metric path"]) -> bytes:
    """Return the SHA-256 of the metrics of a batch."""
    return hashlib.sha256(np.ascontiguousarray(values)).digest()
