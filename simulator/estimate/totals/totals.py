"""The totals of a run: counts, exact sums and extremes, the same bits in whatever order batches are added."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Int, Shaped

from simulator.errors import RunError
from simulator.estimate.totals import fixed_point
from simulator.estimate.totals.grid import Grid
from simulator.estimate.totals.layout import Layout
from simulator.estimate.totals.placing import EXTREMES
from simulator.estimate.totals.reduction import DEPTHS, POWERS, Reduced, orders
from simulator.sampling import REPLICATES, STRIP

_GRID = "grid."


@dataclass(frozen=True)
class Totals:
    """What was added up of some batches of a run.

    Attributes
    ----------
    grid
        Where values are counted: of totals that are merged it is the same.
    batches
        Which batches these are.
    counts
        Paths in each interval of a metric, by cell and replicate.
    bins
        Paths in each bin.
    sums
        As `Reduced` has them, in limbs (`fixed_point`).
    lowest, highest
        The most extreme values of each metric, ascending; where there are fewer, infinities fill up.
    cells, passed
        By entity, as `Reduced` has them.
    """

    grid: Grid
    batches: set[int]
    counts: Int[np.ndarray, "metric cell replicate interval"]
    bins: Int[np.ndarray, " bin"]
    sums: Int[np.ndarray, "limb metric cell replicate term"]
    lowest: Shaped[np.ndarray, "metric extreme"]
    highest: Shaped[np.ndarray, "metric extreme"]
    cells: Int[np.ndarray, "judged cell replicate"]
    passed: Int[np.ndarray, "scored count replicate"]

    @classmethod
    def nothing(cls, grid: Grid, layout: Layout) -> "Totals":
        """Return the totals of no batch."""
        metrics, by = len(layout.names), (layout.cells, REPLICATES)
        terms = len(orders(grid, layout.sampler))
        return cls(
            grid,
            set(),
            np.zeros((metrics, *by, grid.columns), np.int64),
            np.zeros(int(grid.bins), np.int64),
            np.zeros((fixed_point.LIMBS, metrics, *by, terms), np.int64),
            np.full((metrics, EXTREMES), np.inf, grid.edges.dtype),
            np.full((metrics, EXTREMES), -np.inf, grid.edges.dtype),
            np.zeros((len(layout.judged), *by), np.int64),
            np.zeros((len(layout.scored), 2 * len(layout.scorecard) + 1, REPLICATES), np.int64),
        )

    def add(self, batch: int, found: Reduced, layout: Layout) -> None:
        """Add what a batch adds; nothing where it was added before.

        Parameters
        ----------
        batch
            Its number.
        found
            What it adds.
        layout
            The metrics and the rules of the run.

        Raises
        ------
        RunError
            A sum is too large for the unit that the first paths set.
        """
        if batch in self.batches:
            return
        sums = _limbs(found.sums, exponents(self.grid, layout.sampler)[:, :, None], layout)
        self.counts[...] += found.counts
        np.add.at(self.bins, found.bins, 1)
        self.sums[...] += sums
        for row, (low, high) in enumerate(zip(found.lowest, found.highest, strict=True)):
            self._extend(row, low, high)
        for place, entity in enumerate(layout.judged):
            self.cells[place] += found.cells[entity]
        for place, entity in enumerate(layout.scored):
            self.passed[place] += found.passed[entity]
        self.batches.add(batch)

    def _extend(self, row: int, low: np.ndarray, high: np.ndarray) -> None:
        """Take values into the most extreme of a metric, as far as they belong there."""
        lowest, highest = self.lowest[row], self.highest[row]
        low, high = low[low < lowest[-1]], high[high > highest[0]]
        if low.size:
            lowest[:] = np.sort(np.concatenate([lowest, low]))[:EXTREMES]
        if high.size:
            highest[:] = np.sort(np.concatenate([highest, high]))[-EXTREMES:]

    def merged(self, other: "Totals") -> "Totals":
        """Return the totals of the batches of both, to the bit as if all had been added to one.

        Raises
        ------
        RunError
            They are counted on different grids, or have batches in common.
        """
        mine, theirs = self.grid.arrays(), other.grid.arrays()
        if any(not np.array_equal(mine[name], theirs[name], equal_nan=True) for name in mine):
            message = (
                "the totals of two parts are counted on different grids; allowed: parts of one run, computed "
                "on one kind of machine"
            )
            raise RunError(message)
        if common := self.batches & other.batches:
            message = f"two parts both have batch {min(common)}; allowed: each batch in one part"
            raise RunError(message)
        lowest = np.sort(np.concatenate([self.lowest, other.lowest], axis=1), axis=1)[:, :EXTREMES]
        highest = np.sort(np.concatenate([self.highest, other.highest], axis=1), axis=1)[:, -EXTREMES:]
        added = ("counts", "bins", "sums", "cells", "passed")
        return replace(
            self,
            batches=self.batches | other.batches,
            lowest=lowest,
            highest=highest,
            **{name: getattr(self, name) + getattr(other, name) for name in added},
        )

    def not_finite(self, layout: Layout) -> dict[str, dict[str, int]]:
        """Return per metric that has any how many numbers are not finite: "nan" and "infinite"."""
        found = dict[str, dict[str, int]]()
        for name, edges, counts in zip(layout.names, self.grid.edges, self.counts, strict=True):
            by_interval = counts.sum(axis=(0, 1))
            nan = int(by_interval[-1])
            infinite = int(by_interval[0] + by_interval[np.count_nonzero(~np.isnan(edges))])
            if nan or infinite:
                found[name] = {"nan": nan, "infinite": infinite}
        return found

    def differing(self, other: "Totals", layout: Layout) -> tuple[str, ...]:
        """Return the metrics of which totals differ from others in any bit; all where only bins do."""
        mine, theirs = self.arrays(), other.arrays()
        alike = {name: np.array_equal(mine[name], theirs[name], equal_nan=True) for name in mine}
        pairs = [(self.counts, other.counts), (self.lowest, other.lowest), (self.highest, other.highest)]
        pairs.append((np.moveaxis(self.sums, 1, 0), np.moveaxis(other.sums, 1, 0)))
        found = [
            name
            for row, name in enumerate(layout.names)
            if not all(np.array_equal(one[row], another[row]) for one, another in pairs)
        ]
        return tuple(found) if found or all(alike.values()) else layout.names

    def arrays(self) -> dict[str, np.ndarray]:
        """Return all of it by name: the same for the same batches."""
        own = {name: getattr(self, name) for name in _ARRAYS}
        grid = {f"{_GRID}{name}": one for name, one in self.grid.arrays().items()}
        return {"batches": np.array(sorted(self.batches), np.uint32), **own, **grid}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> "Totals":
        """Return the totals that have these arrays."""
        grid = Grid.of(
            {name.removeprefix(_GRID): one for name, one in arrays.items() if name.startswith(_GRID)}
        )
        return cls(grid, set(arrays["batches"].tolist()), **{name: arrays[name] for name in _ARRAYS})


_ARRAYS = ("counts", "bins", "sums", "lowest", "highest", "cells", "passed")


def exponents(grid: Grid, sampler: str) -> Int[np.ndarray, "metric cell term"]:
    """Return the exponents of the units of the sums of each metric in each cell."""
    metrics, cells = grid.reach.shape
    reach = np.repeat(grid.reach[..., None], POWERS[sampler], axis=-1)
    deep = np.repeat(grid.depth, DEPTHS[sampler], axis=1)
    depth = np.broadcast_to(deep[:, None], (metrics, cells, deep.shape[1]))
    with np.errstate(over="ignore"):  # of what then does not fit
        sizes = (2 * np.concatenate([reach, depth], axis=-1)) ** orders(grid, sampler)
        return fixed_point.exponents(STRIP * sizes)


def _limbs(numbers: np.ndarray, exponent: np.ndarray, layout: Layout) -> np.ndarray:
    """Return sums of strips in limbs, or raise with the metric whose sums do not fit."""
    found, beyond = fixed_point.limbs(numbers, exponent)
    refuse_beyond(beyond.any(axis=(1, 2, 3)), layout)
    return found


def refuse_beyond(beyond: Bool[np.ndarray, " metric"], layout: Layout) -> None:
    """Raise where a sum of a metric does not fit the limbs.

    Raises
    ------
    RunError
        It is too large for the unit that the first paths set.
    """
    if beyond.any():
        row = int(np.argmax(beyond))
        message = (
            f"{layout.names[row]}: found values so much larger than those of the first paths, or so large at "
            "all, that the sum of their powers does not fit a summary; allowed: sums up to 2^123 times as "
            "large, and powers that double precision holds. Keep all paths instead"
        )
        raise RunError(message)
