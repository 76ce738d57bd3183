"""Where values are counted: of each metric the edges of intervals, and bins in those that matter.

Interval k of a metric holds the values that are no less than k of its edges. The first edge is the lowest
finite number and the last one infinity, so that the first interval is minus infinity and the one after the
last edge infinity; a column more is for what is not a number. Intervals are counted by cell and replicate.
Those inside a window around a quantile are divided into bins besides, whose width is a power of two, so
that which bin a value is in is exact; bins are counted by cell alone.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int, Shaped

#: Slots of the table in which an interval is looked up.
SLOTS = 4096
#: More edges than this in one slot, and they are searched instead.
MOST_STEPS = 8


@dataclass(frozen=True)
class Grid:
    """The edges and bins of every metric, and about what its sums are taken.

    Attributes
    ----------
    edges
        In the precision of the run, ascending, nan after the last.
    base
        The first bin of an interval, by cell; -1 where it has none.
    per_unit
        Bins in one unit of the metric, a power of two.
    centre
        About what powers are summed in each cell: the median of the first paths there.
    reach
        How far from it the first paths of the cell went.
    depth
        How far beyond the threshold of a tail they went.
    levels, signs
        Of each mean of a tail that is kept: which share of the paths, and 1 for the lower tail, -1 for the
        upper.
    thresholds
        Where these tails begin on the first paths.
    lowest, highest
        Values that are no less extreme than these may be among the most extreme of the run.
    bins
        How many there are in all.
    first
        How many paths the grid was placed by.
    """

    edges: Shaped[np.ndarray, "metric edge"]
    base: Int[np.ndarray, "metric cell interval"]
    per_unit: Float[np.ndarray, "metric interval"]
    centre: Float[np.ndarray, "metric cell"]
    reach: Float[np.ndarray, "metric cell"]
    depth: Float[np.ndarray, "metric tail"]
    levels: Float[np.ndarray, " tail"]
    signs: Int[np.ndarray, " tail"]
    thresholds: Float[np.ndarray, "metric tail"]
    lowest: Shaped[np.ndarray, " metric"]
    highest: Shaped[np.ndarray, " metric"]
    bins: Int[np.ndarray, ""]
    first: Int[np.ndarray, ""]

    @property
    def columns(self) -> int:
        """Intervals of each metric, and one for what is not a number."""
        return self.edges.shape[1] + 2

    def arrays(self) -> dict[str, np.ndarray]:
        """Return all of it by name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> "Grid":
        """Return the grid that has these arrays."""
        return cls(**{one.name: arrays[one.name] for one in fields(cls)})

    @cached_property
    def lookups(self) -> "tuple[Lookup, ...]":
        """What finds the interval of a value, by metric."""
        return tuple(Lookup(row[~np.isnan(row)]) for row in self.edges)


def bins_in(low: float, high: float, per_unit: float) -> int:
    """Return how many bins there are between two edges: one more than fit, for what is rounded to the end.

    Parameters
    ----------
    low, high
        The edges, in the unit of the metric.
    per_unit
        Bins in one unit.
    """
    return math.floor((high - low) * per_unit) + 1


class Lookup:
    """Finds the interval of a value.

    A value's slot is found by arithmetic that is monotone, whatever its rounding. So edges of lower slots are
    below it and those of higher ones above it, and only those of its own slot are compared with it.

    Parameters
    ----------
    edges
        Ascending.
    """

    def __init__(self, edges: Shaped[np.ndarray, " edge"]) -> None:
        self._edges = np.append(edges, edges.dtype.type(np.nan))
        inner = edges[1:-1]
        self._steps = MOST_STEPS + 1
        for share in (0.0, 0.01, 0.05):
            last = inner.size - 1
            low, high = inner[int(share * last)], inner[last - int(share * last)]
            with np.errstate(over="ignore", divide="ignore"):
                scale = edges.dtype.type(SLOTS) / (high - low)
            if not np.isfinite(scale) or not scale > 0:
                continue
            slots = _slots(edges, low, scale)
            steps = int(np.bincount(slots).max())
            if steps < self._steps:
                self._steps, self._low, self._scale = steps, low, scale
                self._start = np.searchsorted(slots, np.arange(SLOTS))

    def __call__(self, values: Shaped[np.ndarray, " path"]) -> Int[np.ndarray, " path"]:
        """Return how many edges each value is no less than; of one that is not a number, anything."""
        if self._steps > MOST_STEPS:
            return np.searchsorted(self._edges[:-1], values, side="right")
        found = self._start.take(_slots(values, self._low, self._scale))
        for _ in range(self._steps):
            found += values >= self._edges.take(found)
        return found


def _slots(
    values: Shaped[np.ndarray, " value"], low: np.floating, scale: np.floating
) -> Int[np.ndarray, " value"]:
    """Return the slot of each value."""
    with np.errstate(over="ignore", invalid="ignore"):
        place = (values - low) * scale
    # Not a number becomes slot 0: fmax takes the number of the two.
    return np.fmin(np.fmax(place, 0), SLOTS - 1).astype(np.intp)
