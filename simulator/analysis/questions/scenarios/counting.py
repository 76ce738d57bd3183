"""What a box holds of paths on which it was not searched, with errors by the jackknife over replicates."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool

from simulator.analysis.questions.scenarios.bins import Bins, Box, Paths
from simulator.estimate import Number, Replicated
from simulator.estimate.replicated import total


class Counted(NamedTuple):
    """What a box holds.

    Attributes
    ----------
    mass
        Its share of all paths: its probability.
    purity
        The share of its paths on which the event holds.
    coverage
        The share of the event's paths that are inside.
    lift
        How many times as likely the event is inside as on all paths.
    explained
        The share of the event's variance that being inside explains.
    """

    mass: Replicated
    purity: Replicated
    coverage: Replicated
    lift: Replicated
    explained: Replicated


@dataclass(frozen=True, eq=False)
class Count:
    """The paths on which boxes are counted.

    Attributes
    ----------
    paths
        These.
    event
        Where it holds.
    among
        Those that are in no earlier box: no other counts as inside.
    """

    paths: Paths
    event: Bool[np.ndarray, " path"]
    among: Bool[np.ndarray, " path"]

    def inside(self, box: Box) -> Bool[np.ndarray, " path"]:
        """Return which paths are in a box, and in no earlier one."""
        return self.among & self.paths.inside(box)

    def of(self, inside: Bool[np.ndarray, " path"]) -> Counted:
        """Return what some paths are of all."""
        everything = self._total(np.ones_like(inside))
        event, inner, both = (self._total(one) for one in (self.event, inside, inside & self.event))
        mass, purity, base = inner / everything, both / inner, event / everything
        about = both / everything - mass * base
        spread = mass * mass.rest() * base * base.rest()
        return Counted(mass, purity, both / event, purity / base, about * about / spread)

    def purity(self, box: Box) -> Replicated:
        """Return the share of a box's paths on which the event holds."""
        inside = self.inside(box)
        return self._total(inside & self.event) / self._total(inside)

    def overlap(self, inside: Bool[np.ndarray, " path"], other: Box) -> Number:
        """Return the share of some paths that are in another box too."""
        return (self._total(inside & self.paths.inside(other)) / self._total(inside)).number()

    def elsewhere(self, inside: Bool[np.ndarray, " path"], bins: Bins) -> Replicated:
        """Return how far the mean quantile of each belief on some paths is from a half, that of all paths."""
        about = bins.quantiles - 0.5
        rows = (np.flatnonzero(inside & (self.paths.replicate == one)) for one in range(self._replicates))
        sums = np.stack([np.sum(self.paths.histogram(own) * about, axis=1) for own in rows])
        counts = np.bincount(self.paths.replicate[inside], minlength=self._replicates)
        return total(sums) / total(np.repeat(counts[:, None], len(about), axis=1))

    @property
    def _replicates(self) -> int:
        return int(self.paths.replicate[-1]) + 1

    def _total(self, where: Bool[np.ndarray, " path"]) -> Replicated:
        return total(np.bincount(self.paths.replicate[where], minlength=self._replicates))
