"""Shares of variance: of one prior, and of any set of them."""

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
from jaxtyping import Float

from simulator.analysis.explanation.binned import Binned, End, binned
from simulator.analysis.explanation.joint import Block, block
from simulator.analysis.explanation.random_inputs import RandomInput
from simulator.analysis.explanation.targets import Target
from simulator.engine import runtime
from simulator.estimate.replicated import Replicated, nothing, total

#: Shares of paths at either end of a prior: where its effect is read, and where chances of verdicts are.
TENTH, FIFTH = 0.1, 0.2


class Shares:
    """The variance of targets, and how much of it priors explain.

    Parameters
    ----------
    inputs
        The priors that vary.
    blocks
        The places of those that depend on each other; blocks are independent of each other.
    targets
        What is explained.

    Attributes
    ----------
    values
        Of the targets, about their means.
    mean, variance
        Of the targets.
    tenths, fifths
        The lowest and the highest tenth and fifth of each prior.
    """

    def __init__(
        self, inputs: Sequence[RandomInput], blocks: Iterable[list[int]], targets: Sequence[Target]
    ) -> None:
        raw = np.stack([target.values.astype(np.float64) for target in targets])
        # A mean can be one rounding off: what is constant is to vary by nothing at all.
        middles = np.where(np.ptp(raw, axis=(1, 2)) == 0, raw[:, 0, 0], raw.mean(axis=(1, 2)))
        self.values: Float[np.ndarray, "target replicate point"] = raw - middles[:, None, None]
        self.replicates, points = raw.shape[1:]
        paths = total(np.full((self.replicates, 1), points))
        self.mean = total(raw.sum(axis=2).T) / paths
        self.variance = total(np.square(self.values).sum(axis=2).T) / paths
        self.blocks = [tuple(places) for places in blocks]

        def sliced(one: RandomInput) -> tuple[Replicated, tuple[End, End], tuple[End, End]]:
            # Slices of every prior at once would outgrow the draws: only what is reported of them stays.
            slices = binned(one.ranks, self.values)
            return slices.explained(), _ends(one, slices, TENTH), _ends(one, slices, FIFTH)

        # Every prior is worked on by one thread alone, so that no number depends on how many there are.
        with ThreadPoolExecutor(runtime.cores()) as executor:
            found = list(executor.map(sliced, inputs))
        self._first_order = [explained for explained, _, _ in found]
        self.tenths = [tenth for _, tenth, _ in found]
        self.fifths = [fifth for _, _, fifth in found]
        self._joint: dict[tuple[int, ...], Block] = {
            places: block(np.stack([inputs[place].ranks for place in places]), self.values)
            for places in self.blocks
            if len(places) > 1
        }
        # The same sets of a block are asked for again and again.
        self._within = cache(self._fitted)

    def first_order(self, place: int) -> Replicated:
        """Return the first-order variance of one prior."""
        return self._first_order[place]

    def joint(self, places: Collection[int]) -> Replicated:
        """Return the variance of the targets' best fit by a sum of functions of one prior each.

        Of independent priors it is the sum of their first-order variances. Correlated ones explain in part
        the same; a block of them is fitted at once.
        """
        return self._summed(self._of_block(own, places) for own in self.blocks)

    def unique(self, places: Collection[int]) -> Replicated:
        """Return the variance that a set explains beyond what all other priors do together."""
        # Block by block: one that lies within the set, or outside it, is not touched by rounding.
        touched = [own for own in self.blocks if not set(own).isdisjoint(places)]
        return self._summed(
            self._of_block(own, own) - self._of_block(own, set(own) - set(places)) for own in touched
        )

    def _summed(self, parts: Iterable[Replicated]) -> Replicated:
        return sum(parts, start=nothing(self.replicates, len(self.values)))

    def _of_block(self, own: tuple[int, ...], places: Collection[int]) -> Replicated:
        return self._within(own, tuple(index for index, place in enumerate(own) if place in places))

    def _fitted(self, own: tuple[int, ...], members: tuple[int, ...]) -> Replicated:
        if own in self._joint:
            return self._joint[own].explained(list(members))
        return self._first_order[own[0]] if members else nothing(self.replicates, len(self.values))


def _ends(one: RandomInput, slices: Binned, tail: float) -> tuple[End, End]:
    low, high = slices.lowest(tail), slices.highest(tail)
    return slices.end(one.values, low), slices.end(one.values, high)
