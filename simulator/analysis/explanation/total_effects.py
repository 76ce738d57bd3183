"""Total effects on every target: of priors, of shocks, and of priors that depend on each other.

Everything is looked at on few paths first, also a prior that explains nothing by itself: what acts only
together with others is not missed. What then leaves most of the variance of some target is estimated on more.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from simulator.analysis.explanation.pick_freeze import Coordinates, PickFreeze
from simulator.analysis.explanation.random_inputs import RandomInput
from simulator.analysis.explanation.records import DividedEffect, TotalEffect, Totals
from simulator.analysis.explanation.shapley import shapley
from simulator.analysis.explanation.together import (
    MOST_MEMBERS,
    Together,
    dependent,
    has_own_law,
    own_coordinates,
    shocks_of,
)
from simulator.analysis.run import Run
from simulator.arguments import refuse
from simulator.errors import did_you_mean
from simulator.estimate.effect import Effect
from simulator.estimate.replicated import Replicated
from simulator.sampling import BATCH

#: How many of what is looked at on one batch are then estimated on all the paths asked for.
LEADING = 24


class TotalEffects:
    """Total effects of all that varies on a run's paths.

    Parameters
    ----------
    run
        Its study and model.
    inputs, blocks
        The priors that vary, and the places of those that depend on each other.
    frozen
        Computes the targets with some draws made anew.
    batches
        On which the leading ones are estimated.
    divided
        Names of priors and of groups of shocks among whom their common total effect is divided, or none.

    Raises
    ------
    UsageError
        What is to be divided is unknown, too much, or has no law given the rest.
    """

    def __init__(
        self,
        run: Run,
        inputs: Sequence[RandomInput],
        blocks: Iterable[Sequence[int]],
        frozen: PickFreeze,
        batches: int,
        divided: Sequence[str],
    ) -> None:
        self._frozen = frozen
        self._priors = {one.name: own_coordinates(one) for one in inputs if has_own_law(one, run.study)}
        self._shocks = shocks_of(run)
        self._blocks = dependent(inputs, blocks, run.study)
        self._divided = [_asked(divided, {**self._priors, **self._shocks})] if divided else []
        everything = [*self._priors.values(), *self._shocks.values(), *(one.whole for one in self._blocks)]
        frozen.compute(everything, 1)
        leading = self._leading(everything)
        frozen.compute(leading, batches)
        for block in (*self._blocks, *self._divided):
            needed = batches if block in self._divided or block.whole in leading else 1
            sets = block.sets() if block.divisible else ()
            frozen.compute((block.of(some) for some in sets), needed)

    def of(self, name: str) -> Replicated | None:
        """Return the total effect of a prior on every target; None of one without a law given the others."""
        return self._frozen.share(self._priors[name]) if name in self._priors else None

    def on(self, index: int, top: int) -> Totals:
        """Return the total effects on one target.

        Parameters
        ----------
        index
            Its place among the targets.
        top
            How many priors.
        """
        divided = [self._division(one, index) for one in self._divided]
        return Totals(
            self._listed(self._priors, index)[:top],
            self._listed(self._shocks, index),
            [self._division(block, index) for block in self._blocks],
            divided[0] if divided else None,
        )

    def _leading(self, everything: Sequence[Coordinates]) -> list[Coordinates]:
        """Return what leaves most of the variance of each target: the first of all, then the second."""
        found = np.nan_to_num(np.stack([self._frozen.share(one).value for one in everything]))
        order = np.argsort(-found, axis=0, kind="stable")
        return [everything[place] for place in dict.fromkeys(order.ravel().tolist())][:LEADING]

    def _listed(self, named: dict[str, Coordinates], index: int) -> list[TotalEffect]:
        found = [
            TotalEffect(name, Effect.share(self._frozen.share(own)[index]), self._paths(own))
            for name, own in named.items()
        ]
        return sorted(found, key=lambda one: -one.total.value)

    def _division(self, block: Together, index: int) -> DividedEffect:
        parts = None
        if block.divisible:
            worth = {some: self._frozen.share(block.of(some)) for some in block.sets()}
            found = shapley(tuple(block.members), worth)
            parts = {name: Effect.of(value[index]) for name, value in found.items()}
        whole = block.whole
        return DividedEffect(
            list(block.members), Effect.share(self._frozen.share(whole)[index]), self._paths(whole), parts
        )

    def _paths(self, one: Coordinates) -> int:
        return self._frozen.batches(one) * BATCH


def _asked(names: Sequence[str], known: dict[str, Coordinates]) -> Together:
    names = list(dict.fromkeys(names))
    for name in names:
        if name not in known:
            refuse("shapley", name, "priors that can be drawn given all others", did_you_mean(name, known))
    if not 2 <= len(names) <= MOST_MEMBERS:
        refuse("shapley", names, f"2 to {MOST_MEMBERS} names")
    return Together({name: known[name] for name in names}, divisible=True)
