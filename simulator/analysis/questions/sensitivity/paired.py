"""Derivatives by central differences: the model on the run's own draws, a belief a step up and down."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, cast

import numpy as np
from jaxtyping import Float

from simulator.analysis.questions.sensitivity.response import Response, with_metrics
from simulator.analysis.run import Run
from simulator.analysis.run.agreement import beyond_rounding
from simulator.beliefs import Beliefs
from simulator.beliefs.moved import Move, Moved, rows_of
from simulator.engine import MetricKernel, metric_kernel, on_threads, runtime
from simulator.errors import RunError
from simulator.estimate.replicated import Replicated, total
from simulator.sampling import BATCH, REPLICATES, STRIP

type Kind = Literal["location", "scale"]
#: What is moved, and by what share of the usual step.
type Step = tuple[int, Kind, float]

#: Steps up and down: of the location in standard deviations of the score, of the scale in itself.
STEPS: dict[Kind, float] = {"location": 0.2, "scale": 0.1}


class Paired:
    """Central differences of a target on the first paths of a run.

    Parameters
    ----------
    run
        Its model computes the paths again.
    response
        What of a path has the target for its mean.
    batches
        How many.

    Raises
    ------
    ModelNeededError
        Only the name of the run's model is known.
    RunError
        The model computes something else than the run stored.
    """

    def __init__(self, run: Run, response: Response, batches: int) -> None:
        self._run, self._response, self._batches = run, response, batches
        self._moved = Moved(cast(Beliefs, run.program.beliefs))
        self._rows = rows_of(self._moved.beliefs)
        program = replace(run.program, beliefs=self._moved, model=run.model)
        self._kernel = metric_kernel(program, run.plan.first(batches))
        self._found: dict[Step, Replicated] = {}
        self._refuse_others()

    def compute(self, steps: Iterable[Step]) -> None:
        """Compute some differences, as far as they are not there."""
        missing = [step for step in dict.fromkeys(steps) if step not in self._found]
        work = [(step, batch) for step in missing for batch in range(self._batches)]
        kernels = {(step, sign): self._kernel_of(step, sign) for step in missing for sign in (-1, 1)}
        sums: dict[Step, Float[np.ndarray, " replicate"]] = {}

        def change(place: int) -> Float[np.ndarray, " replicate"]:
            step, batch = work[place]
            low, high = (self._values(kernels[step, sign], batch) for sign in (-1, 1))
            with np.errstate(invalid="ignore"):  # a step away the model may not be finite
                return (high - low).sum(axis=1) / (2 * _size(step))

        def add(place: int, found: Float[np.ndarray, " replicate"]) -> None:
            step = work[place][0]
            sums[step] = sums.get(step, 0.0) + found

        on_threads(change, range(len(work)), add, runtime.cores())
        points = total(np.full(REPLICATES, self._batches * STRIP))
        self._found |= {step: total(found) / points for step, found in sums.items()}

    def of(self, row: int, kind: Kind) -> Replicated | None:
        """Return a derivative; None where it was not computed.

        Where half a step was computed too it is extrapolated from both to none, which takes out what the
        square of a step leaves.
        """
        whole, half = (self._found.get((row, kind, share)) for share in (1.0, 0.5))
        if whole is None or half is None:
            return whole
        with np.errstate(invalid="ignore"):
            return half.scaled(4 / 3) - whole.scaled(1 / 3)

    def resolution(self, row: int, kind: Kind) -> float:
        """Return the least error of a derivative: of a chance paths resolve no finer change."""
        share = 0.5 if (row, kind, 0.5) in self._found else 1.0
        return self._response.resolution(self._batches * BATCH) / (2 * _size((row, kind, share)))

    def _kernel_of(self, step: Step, sign: int) -> MetricKernel:
        row, kind, _ = step
        by = sign * _size(step)
        move = Move(location=by) if kind == "location" else Move(scale=1 + by)
        return self._kernel.with_parameters(self._moved.parameters_of({self._rows[row]: move}))

    def _values(self, kernel: MetricKernel, batch: int) -> Float[np.ndarray, "replicate point"]:
        return self._response.values(with_metrics(self._run, kernel(batch)))

    def _refuse_others(self) -> None:
        """Raise where the model computes another first batch than was stored."""
        stored = self._run.store.load(0)
        if self._kernel.metrics != self._run.names or (
            stored is not None and beyond_rounding(self._kernel(0), stored).any()
        ):
            message = "the model computes other numbers than the run has: it is not the one that made it"
            raise RunError(message)


def _size(step: Step) -> float:
    return STEPS[step[1]] * step[2]
