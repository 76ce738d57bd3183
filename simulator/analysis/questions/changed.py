"""A run's own draws with some beliefs at a number: what changes is what was changed, path by path."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import numpy as np
from jaxtyping import Float

from simulator.analysis.run import Run
from simulator.analysis.run.agreement import beyond_rounding
from simulator.analysis.run.program import priors_of
from simulator.beliefs import Beliefs, can_be
from simulator.engine import (
    MemoryStore,
    NonFiniteCounts,
    metric_kernel,
    non_finite_faults,
    on_threads,
    runtime,
)
from simulator.errors import GateError, RunError, UsageError, did_you_mean
from simulator.estimate.targets import written
from simulator.study.units import in_own_unit


class Changed:
    """The model of a run on its first paths, with some beliefs at a number and all other draws as they are.

    This changes beliefs, as ``--set`` does; it does not condition on them: a correlated belief stays where it
    was drawn. Those alone follow that are drawn from one that is changed. Nothing is compiled for a number.

    Parameters
    ----------
    run
        Whose paths are computed again, with its model.
    batches
        The most that are computed of a change.

    Attributes
    ----------
    beliefs
        Names of those that can be changed, in the order of the study: numbers that vary.

    Raises
    ------
    ModelNeededError
        Only the name of the run's model is known.
    RunError
        The model computes something else than the run stored.
    UsageError
        The run keeps a summary.
    """

    beliefs: tuple[str, ...]

    def __init__(self, run: Run, batches: int) -> None:
        run.need_paths("a changed belief")
        self._run = replace(run, plan=run.plan.first(min(batches, run.plan.batches)), goal=None, looked=())
        self._beliefs = cast(Beliefs, run.program.beliefs)
        self._units = {name: prior.unit for name, prior in priors_of(run.study, run.model).items()}
        self.beliefs = tuple(
            name
            for name, prior in run.study.priors.items()
            if prior.family not in ("fixed", "dirichlet") and prior.size is None and name in self._units
        )
        # The model itself: of priors that it does not read the run has warned.
        self._kernel = metric_kernel(replace(run.program, model=run.model), self._run.plan)
        self._refuse_others()

    def at(self, values: Mapping[str, float], batches: int | None = None) -> Run:
        """Return the run of the first batches with some beliefs at a number.

        Parameters
        ----------
        values
            By belief, in its own unit; none, for the study as it is.
        batches
            How many, at most those of this object; all by default.

        Raises
        ------
        UsageError
            A name is none of `beliefs`, or a number is none that the belief can be.
        GateError
            Some metric is not a number on some path.
        """
        for name in values:
            if name not in self.beliefs:
                message = f"{name}: found no belief that varies and is one number. "
                raise UsageError(f"{message}{did_you_mean(name, self.beliefs)}".rstrip())
        given = {name: self._in_model_unit(name, value) for name, value in values.items()}
        kernel = self._kernel.with_parameters(self._beliefs.with_constants(given).parameters)
        plan = self._run.plan.first(self._run.plan.batches if batches is None else batches)
        store, counts = MemoryStore(kernel.metrics, plan.dtype), NonFiniteCounts(kernel.metrics)

        def take(batch: int, metrics: Float[np.ndarray, "metric path"]) -> None:
            store.write(batch, metrics)
            counts.add(metrics)

        on_threads(kernel, range(plan.batches), take, min(runtime.cores(), plan.batches))
        if faults := non_finite_faults(counts.found(), self._run.model, plan.paths):
            what = ", ".join(f"{name} = {written(value)}" for name, value in values.items()) or "the study"
            raise GateError("\n  ".join([f"metrics that are not finite with {what}:", *faults]))
        return replace(self._run, plan=plan, store=store, not_finite=counts.found())

    def _in_model_unit(self, name: str, value: float) -> float:
        prior = self._run.study.priors[name]
        number = float(in_own_unit(np.array([value]), prior.unit, self._units[name])[0])
        if not can_be(prior.family, number):
            message = f"{name}: found {written(value)}; allowed: a number that a {prior.family} can be"
            raise UsageError(message)
        return number

    def _refuse_others(self) -> None:
        """Raise where the model computes another first batch than was stored."""
        stored = self._run.store.load(0)
        if self._kernel.metrics != self._run.names or (
            stored is not None and beyond_rounding(self._kernel(0), stored).any()
        ):
            message = "the model computes other numbers than the run has: it is not the one that made it"
            raise RunError(message)
