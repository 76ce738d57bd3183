"""Total effects by pick-freeze: the model on the run's own paths, some of their draws made anew.

With ``f`` a target on a path and ``f'`` the same where the set ``S`` of draws is made anew, given all others,
Jansen's estimator of what of the variance is left where all but ``S`` is known is

    E[Var(f | all but S)] = E[(f - f')^2] / 2.

It is never negative, and its error shrinks with what it estimates: one batch of paths is enough to tell what
is large from what is small.

References
----------
.. [1] M. J. W. Jansen. Analysis of variance designs for model output. Computer Physics Communications 117,
   1999.
.. [2] A. Saltelli et al. Variance based sensitivity analysis of model output. Design and estimator for the
   total sensitivity index. Computer Physics Communications 181(2), 2010.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import cast

import numpy as np
from jaxtyping import Float

from simulator.analysis.explanation.targets import Target, values_of
from simulator.analysis.run import Run
from simulator.beliefs import Beliefs, Redrawn
from simulator.beliefs.redrawn import SECOND
from simulator.engine import MemoryStore, MetricKernel, metric_kernel, on_threads, runtime
from simulator.errors import RunError
from simulator.estimate.replicated import Replicated, total
from simulator.sampling import STRIP, Mixed, Sampler, make_sampler

#: Names and components that are drawn anew together.
type Coordinates = frozenset[tuple[str, int]]

#: What of a target's variance may lie between what was stored and what is computed: rounding is far below.
ROUNDING = 1e-3


def _paired(run: Run) -> Sampler:
    """Return the sampler of a run, with independent points for what is made anew.

    Of a net, a coordinate and its second are a pair of random matrices, and of many pairs some are badly
    spread: such a total effect would be known far worse than by independent points.
    """
    first = run.program.sampler
    return Mixed(first, make_sampler("mc", run.plan.seed, block_size=first.block_size), SECOND)


class PickFreeze:
    """What of the variance of targets is left where all but some draws are known.

    Parameters
    ----------
    run
        Its paths are computed again, with its model.
    targets
        What is explained.
    variance
        Of the targets.
    batches
        The most that any estimate will rest on; the run has as many.

    Raises
    ------
    ModelNeededError
        Only the name of the run's model is known.
    RunError
        The model computes something else than the run stored.
    """

    def __init__(self, run: Run, targets: Sequence[Target], variance: Replicated, batches: int) -> None:
        self._run, self._targets, self._variance = run, targets, variance
        self._redrawn = Redrawn(cast(Beliefs, run.program.beliefs))
        # The model itself: of priors that it does not read the run has warned.
        program = replace(run.program, beliefs=self._redrawn, sampler=_paired(run), model=run.model)
        self._kernel = metric_kernel(program, run.plan.first(batches))
        self._sums: dict[Coordinates, list[Float[np.ndarray, "replicate target"]]] = {}
        self._known: list[Float[np.ndarray, "target replicate point"]] = []
        on_threads(
            lambda batch: self._values(self._kernel, batch),
            range(batches),
            lambda _, values: self._known.append(values),
            runtime.cores(),
        )
        self._refuse_others()

    def compute(self, sets: Iterable[Coordinates], batches: int) -> None:
        """Compute the first batches with each of some sets drawn anew, as far as they are not there."""
        wanted = list(dict.fromkeys(sets))
        kernels = {one: self._kernel.with_parameters(self._redrawn.parameters_of(one)) for one in wanted}
        missing = [(one, batch) for one in wanted for batch in range(len(self._sums.get(one, ())), batches)]

        def work(place: int) -> Float[np.ndarray, "replicate target"]:
            one, batch = missing[place]
            moved = self._values(kernels[one], batch) - self._known[batch]
            return np.square(moved).sum(axis=2).T / 2

        def keep(place: int, sums: Float[np.ndarray, "replicate target"]) -> None:
            self._sums.setdefault(missing[place][0], []).append(sums)

        on_threads(work, range(len(missing)), keep, runtime.cores())

    def batches(self, one: Coordinates) -> int:
        """Return how many batches the estimate of a set rests on."""
        return len(self._sums[one])

    def share(self, one: Coordinates) -> Replicated:
        """Return the share of each target's variance that is left where all but a set is known."""
        sums = self._sums[one]
        points = np.full((len(sums[0]), 1), len(sums) * STRIP)
        return total(np.sum(sums, axis=0)) / total(points) / self._variance

    def _values(self, kernel: MetricKernel, batch: int) -> Float[np.ndarray, "target replicate point"]:
        store = MemoryStore(kernel.metrics, self._run.plan.dtype)
        store.write(0, kernel(batch))
        part = replace(self._run, plan=self._run.plan.first(1), store=store)
        return np.stack([values_of(part, target).astype(np.float64) for target in self._targets])

    def _refuse_others(self) -> None:
        """Raise where what is computed is not what was stored."""
        known = np.concatenate(self._known, axis=2)
        stored = np.stack([target.values[:, : known.shape[2]] for target in self._targets])
        apart = np.square(known - stored).mean(axis=(1, 2))
        changed = np.flatnonzero(~(apart <= ROUNDING * self._variance.value))
        if changed.size:
            name = self._targets[changed[0]].name
            message = f"the model computes another {name} than the run has: it is not the one that made it"
            raise RunError(message)
