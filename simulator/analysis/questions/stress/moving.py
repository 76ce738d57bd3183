"""The model of a run with beliefs moved: their scores shifted by constants, all else as it was drawn."""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import cast

import numpy as np
from jaxtyping import Float

from simulator.analysis.run import Run
from simulator.beliefs import Beliefs, IndependentScores, Shifted
from simulator.engine import Kernel, MemoryStore, Program, metric_kernel, on_threads, runtime
from simulator.errors import UsageError
from simulator.sampling import join_batches


@dataclass(frozen=True, eq=False, repr=False)
class MovedRun(Run):
    """A run with moved beliefs: its paths and draws are those of the beliefs as they were moved.

    Attributes
    ----------
    moved
        What computes it.
    """

    moved: Program | None = None

    @cached_property
    def program(self) -> Program:
        """What computes the run anew."""
        assert self.moved is not None
        return self.moved


class MovedModel:
    """The model of a run, for any shift of its beliefs: one kernel is compiled for all.

    Parameters
    ----------
    run
        Whose paths are computed again, with its model.

    Attributes
    ----------
    run
        As it was.
    unmoved
        Its beliefs, shifted by nothing.

    Raises
    ------
    ModelNeededError
        Only the name of the run's model is known.
    UsageError
        No belief varies.
    """

    def __init__(self, run: Run) -> None:
        self.run = replace(run, goal=None, looked=())
        self.unmoved = Shifted.nowhere(cast(Beliefs, run.program.beliefs))
        if not self.unmoved.movable:
            message = "target: no belief of the study varies, so that none can be moved"
            raise UsageError(message)
        # The model itself: of priors that it does not read the run has warned.
        self._program = replace(run.program, beliefs=self.unmoved, model=run.model)
        self._kernel = metric_kernel(self._program, run.plan)

    def at(self, shift: Float[np.ndarray, " coordinate"], batches: int) -> Run:
        """Return the run of the first batches with its beliefs moved.

        Parameters
        ----------
        shift
            Of each of `Shifted.movable`  [standard deviations of its score]
        batches
            How many, at most those of the run.
        """
        beliefs, plan = replace(self.unmoved, shift=shift), self.run.plan.first(batches)
        kernel = self._kernel.with_parameters(beliefs.parameters)
        store = MemoryStore(kernel.metrics, plan.dtype)
        on_threads(kernel, range(batches), store.write, min(runtime.cores(), batches))
        given = {one.name: getattr(self.run, one.name) for one in fields(self.run)}
        program = replace(self._program, beliefs=beliefs)
        return MovedRun(**{**given, "plan": plan, "store": store, "moved": program})

    def scores(self, batches: int) -> Float[np.ndarray, "coordinate replicate point"]:
        """Return the scores of the first batches before they are moved."""
        return self._scores[..., : self.run.plan.first(batches).paths // self._scores.shape[1]]

    @cached_property
    def _scores(self) -> Float[np.ndarray, "coordinate replicate point"]:
        program = replace(self._program, beliefs=IndependentScores(self.unmoved))
        kernel = Kernel(program, self.run.plan, lambda drawn: drawn)
        found: list[np.ndarray] = []
        on_threads(
            kernel,
            range(self.run.plan.batches),
            lambda _, named: found.append(named[IndependentScores.NAME]),
            runtime.cores(),
        )
        return join_batches(found, len(found))
