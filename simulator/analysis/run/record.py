"""What is stored of a run: its metrics path by path, and all that is needed to compute it again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import numpy as np
from jaxtyping import Int8, Shaped

from simulator.analysis.run.accuracy import Goal
from simulator.analysis.run.lazy import LazyMetrics
from simulator.analysis.run.program import program
from simulator.arguments import checked
from simulator.engine import NO_PATHS, Keep, Model, Plan, Program, Store
from simulator.errors import RunError, UsageError, did_you_mean
from simulator.estimate import Achieved, derive, split
from simulator.estimate.totals import Totals
from simulator.sampling import DrawsKey, draws_key
from simulator.study import Study


@dataclass(frozen=True, eq=False)
class RunRecord:
    """What is stored of a run.

    Parameters
    ----------
    study
        As resolved.
    plan
        Number of paths, seed, sampler, size of a block, precision.
    model
        The function of named draws that made the metrics.
    store
        Has the metrics.
    units
        The unit of every metric, by name, in the model's order.
    directory
        Where the run is stored, if it is.
    status
        "complete", or "interrupted" for the part of a run that was finished.
    not_finite
        Per metric that has any, the number of its paths that are "nan" and "infinite".
    timings
        Of the process that computed last: "compile" and "total"  [s]
    goal
        The accuracy that was asked for, if any was.
    looked
        What was achieved of it, where that is known already.
    recorded_key
        What decided its draws, of a run that was read back.
    platform
        What computed it, as its manifest has it; empty where that is not known.
    totals
        What was added up of its paths, of a run that keeps a summary.
    """

    study: Study
    plan: Plan
    model: Model
    store: Store
    units: Mapping[str, str]
    directory: Path | None = None
    status: str = "complete"
    not_finite: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    goal: Goal | None = None
    looked: tuple[Achieved, ...] = ()
    recorded_key: DrawsKey | None = None
    platform: Mapping[str, str | int] = field(default_factory=dict)
    totals: Totals | None = None

    @property
    def draws_key(self) -> DrawsKey:
        """What decides its draws: runs of equal keys are compared path by path."""
        return self.recorded_key or draws_key(self.study, self.plan.seed, self.plan.sampler)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the metrics, in the model's order."""
        return tuple(self.units)

    @property
    def keep(self) -> Keep:
        """What is kept of it: "all" paths, or a "summary"."""
        return "all" if self.totals is None else "summary"

    def need_paths(self, what: str) -> None:
        """Raise where the paths are not kept.

        Raises
        ------
        UsageError
            The run keeps a summary; it says what needs paths, and how to have them.
        """
        if self.totals is not None:
            message = f"{what}: {NO_PATHS}"
            raise UsageError(message)

    def metric(self, name: str) -> Shaped[np.ndarray, "replicate point"]:
        """Return one metric of every path, [replicate, point]."""
        checked("name", name, str, "the name of a metric")
        if name not in self.units:
            refuse_name("metric", name, self.names)
        self.need_paths("metric")
        return self.store.read(name, self.plan.batches)

    @property
    def metrics(self) -> Mapping[str, Shaped[np.ndarray, "replicate point"]]:
        """All metrics by name, each read when it is asked for."""
        return LazyMetrics(self.names, self.metric)

    @cached_property
    def verdicts(self) -> dict[str, Int8[np.ndarray, "replicate point"]]:
        """The passes of the scorecard and the verdict of every path, by the study's rules.

        `scorecard_passes.<entity>` is a number of items; `verdict.<entity>` is 1 for bull, 0 for base and -1
        for bear, and -128 (`simulator.estimate.NO_VERDICT`) where a metric that the rules need
        is not a number.
        """
        return derive(self.metrics, self.study.settings.scorecard, self.study.settings.verdicts)

    @cached_property
    def split(self) -> dict[str, Int8[np.ndarray, "replicate point"]]:
        """By entity, the verdict of every path with all else in two parts, as `simulator.estimate.split`."""
        return split(self.verdicts, self.metrics)

    @cached_property
    def program(self) -> Program:
        """What computes the run anew.

        Raises
        ------
        RunError
            This version makes other draws of its study than the run has.
        """
        present = draws_key(self.study, self.plan.seed, self.plan.sampler)
        if reasons := self.draws_key.differences(present):
            message = (
                f"{self.directory or 'this run'} cannot be computed again: this version makes other draws "
                f"({'; '.join(reasons)}); what it stored can be read as before. Run the study anew"
            )
            raise RunError(message)
        return program(self.study, self.model, self.plan)


def refuse_name(kind: str, name: str, known: Iterable[str]) -> NoReturn:
    """Raise that there is no metric, draw or series of a name, with the nearest that there is."""
    known = list(known)
    advice = did_you_mean(name, known) or f"There are {', '.join(known)}"
    message = f"there is no {kind} {name!r}. {advice}"
    raise UsageError(message)
