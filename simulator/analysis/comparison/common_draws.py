"""Studies computed on the same draws: what is compiled once serves every study of the same structure."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
from jaxtyping import Float

from simulator.analysis.comparison.statistics import Sample, Statistic, needed
from simulator.analysis.run.program import model_of, program
from simulator.beliefs import Beliefs
from simulator.engine import MetricKernel, NonFiniteCounts, Plan, metric_kernel, non_finite_faults, on_threads
from simulator.errors import GateError
from simulator.sampling import BATCH, join_batches
from simulator.study import Settings, Study

#: Called when a batch is computed.
type Counted = Callable[[], None]


class CommonDraws:
    """Samples of any number of studies on the draws of one plan.

    Parameters
    ----------
    plan
        Seed, sampler, precision, and the most batches that are asked for.
    drawn
        The study whose order and directions all studies are drawn with: a draw then depends on no study.
    threads
        On which to compute.
    counted
        Called after each batch that is computed.
    """

    def __init__(self, plan: Plan, drawn: Study, threads: int, counted: Counted) -> None:
        self._plan, self._drawn, self._threads, self._counted = plan, drawn, threads, counted
        self._compiled: list[tuple[Settings, Any, Hashable, MetricKernel]] = []

    def names(self, study: Study) -> tuple[str, ...]:
        """Return the names of a study's metrics."""
        return self._kernel(study).metrics

    def sample(
        self,
        study: Study,
        wanted: Sequence[Statistic],
        batches: int,
    ) -> dict[str, Sample]:
        """Return the metrics of a study that statistics need, by name, on the first batches.

        Raises
        ------
        GateError
            Some metric is not a number on some path.
        """
        kernel = self._kernel(study)
        names = needed(wanted, kernel.metrics, study.settings)
        found, counts = computed(kernel, names, batches, self._threads, self._counted)
        if faults := non_finite_faults(counts.found(), model_of(study, None), batches * BATCH):
            message = "\n  ".join([f"metrics of {study.name} that are not finite:", *faults])
            raise GateError(message)
        return found

    def metric(self, study: Study, name: str, batches: int) -> Sample:
        """Return one metric of a study on the first batches, whatever the others are."""
        found, _ = computed(self._kernel(study), (name,), batches, self._threads, self._counted)
        return found[name]

    def _kernel(self, study: Study) -> MetricKernel:
        model = model_of(study, None)
        alike = replace(study, order=self._drawn.order, directions=self._drawn.directions)
        made = program(alike, model, self._plan)
        beliefs = cast(Beliefs, made.beliefs)
        choices = replace(study.settings, scorecard=(), verdicts=())
        for known, given, structure, kernel in self._compiled:
            if given is study.model and known == choices and structure == beliefs.structure:
                return kernel.with_parameters(beliefs.parameters)
        kernel = metric_kernel(made, self._plan)
        self._compiled.append((choices, study.model, beliefs.structure, kernel))
        return kernel


def computed(
    kernel: MetricKernel, names: Iterable[str], batches: int, threads: int, counted: Counted
) -> tuple[dict[str, Sample], NonFiniteCounts]:
    """Return metrics of the first batches, by name, and how many numbers are not finite."""
    rows = [kernel.metrics.index(name) for name in names]
    counts = NonFiniteCounts(kernel.metrics)
    finished: list[Float[np.ndarray, "metric path"]] = []

    def collect(_: int, metrics: Float[np.ndarray, "metric path"]) -> None:
        counts.add(metrics)
        finished.append(metrics[rows])
        counted()

    on_threads(kernel, range(batches), collect, threads)
    values = join_batches(finished, len(finished))
    return {kernel.metrics[row]: values[i] for i, row in enumerate(rows)}, counts
