"""What a batch of paths adds to the totals of its run: a pure function, which any thread may call."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int, Shaped, UInt16

from simulator.estimate.observed import Depth
from simulator.estimate.totals.grid import Grid
from simulator.estimate.totals.layout import Layout
from simulator.sampling import REPLICATES, STRIP

#: Powers of what a value is above the centre, and of how deep it is in a tail, of which there are sums: what
#: errors by replicates need, and what errors of independent paths need.
POWERS, DEPTHS = {"rqmc": 2, "mc": 4}, {"rqmc": 1, "mc": 2}
_REPLICATE = np.repeat(np.arange(REPLICATES), STRIP)


class Group(NamedTuple):
    """The cell of each path, and its cell and replicate as one number."""

    cell: Int[np.ndarray, " path"]
    strip: Int[np.ndarray, " path"]


class Reduced(NamedTuple):
    """What one batch adds.

    Attributes
    ----------
    counts
        Paths in each interval of a metric, by cell and replicate.
    bins
        The bin of each value that is in one, ascending.
    sums
        By cell and replicate, of the powers of what finite values are above the centre, then of those of
        their `Depth` in each tail: see `orders`.
    lowest, highest
        By metric, the values that may be among the run's most extreme.
    cells
        By entity with a verdict, paths in each cell.
    passed
        By entity with a scorecard, as `Layout.sort` has them.
    """

    counts: UInt16[np.ndarray, "metric cell replicate interval"]
    bins: Int[np.ndarray, " value"]
    sums: Float[np.ndarray, "metric cell replicate term"]
    lowest: list[Shaped[np.ndarray, " value"]]
    highest: list[Shaped[np.ndarray, " value"]]
    cells: dict[str, Int[np.ndarray, "cell replicate"]]
    passed: dict[str, Int[np.ndarray, "count replicate"]]


def orders(grid: Grid, sampler: str) -> Int[np.ndarray, " term"]:
    """Return the power of each term of which there are sums."""
    deep = np.tile(np.arange(1, DEPTHS[sampler] + 1), len(grid.levels))
    return np.concatenate([np.arange(1, POWERS[sampler] + 1), deep])


def reduced(grid: Grid, layout: Layout, values: Shaped[np.ndarray, "metric path"]) -> Reduced:
    """Return what a batch adds to totals.

    Parameters
    ----------
    grid
        Where values are counted.
    layout
        The metrics and the cells of the run.
    values
        The metrics of the 8192 paths, each in the unit of the model.
    """
    cells, passed = layout.sort(values)
    groups = {entity: Group(own, own * REPLICATES + _REPLICATE) for entity, own in cells.items()}
    together = Group(np.zeros_like(_REPLICATE), _REPLICATE)
    shape = (layout.cells, REPLICATES)
    count = len(layout.names)
    counts = np.empty((count, *shape, grid.columns), np.uint16)
    terms = orders(grid, layout.sampler)
    sums = np.empty((count, *shape, len(terms)))
    bins: list[np.ndarray] = []
    for row, entity in enumerate(layout.entities):
        own, group = values[row], groups.get(entity, together)
        bins.append(_count(grid, row, own, group, counts[row]))
        for place, term in enumerate(_terms(grid, row, own, group, layout.sampler)):
            added = np.bincount(group.strip, weights=term, minlength=math.prod(shape))
            sums[row, ..., place] = added.reshape(shape)
    return Reduced(
        counts,
        np.sort(np.concatenate(bins)),
        sums,
        [_plain(own[own <= bound]) for own, bound in zip(values, grid.lowest, strict=True)],
        [_plain(own[own >= bound]) for own, bound in zip(values, grid.highest, strict=True)],
        {
            entity: np.bincount(own.strip, minlength=math.prod(shape)).reshape(shape)
            for entity, own in groups.items()
        },
        passed,
    )


def _plain(values: Shaped[np.ndarray, " value"]) -> Shaped[np.ndarray, " value"]:
    """Return values with one kind of zero, so that the order in which they are added moves no bit."""
    return values + values.dtype.type(0.0)


def _count(
    grid: Grid,
    row: int,
    values: Shaped[np.ndarray, " path"],
    group: Group,
    counts: UInt16[np.ndarray, "cell replicate interval"],
) -> Int[np.ndarray, " value"]:
    """Count the values of a metric by interval, and return the bins of those that are in one."""
    interval = grid.lookups[row](values)
    if (lost := np.isnan(values)).any():
        interval[lost] = grid.columns - 1
    place = group.strip * grid.columns
    place += interval
    counts[:] = np.bincount(place, minlength=counts.size).reshape(counts.shape)
    first = grid.base[row].take(group.cell * grid.columns + interval)
    found = np.flatnonzero(first >= 0)
    interval = interval.take(found)
    above = values.take(found).astype(np.float64) - grid.edges[row].take(interval - 1)
    return first.take(found) + (above * grid.per_unit[row].take(interval)).astype(np.intp)


def _terms(
    grid: Grid, row: int, values: Shaped[np.ndarray, " path"], group: Group, sampler: str
) -> Iterator[Float[np.ndarray, " path"]]:
    """Give the terms of a metric in the order of `orders`; those of what is not finite are 0."""
    exact, finite = values.astype(np.float64), np.isfinite(values)
    terms = [(exact - grid.centre[row].take(group.cell), POWERS[sampler])]
    for threshold, sign in zip(grid.thresholds[row].tolist(), grid.signs.tolist(), strict=True):
        terms.append((Depth(threshold, sign).of(exact), DEPTHS[sampler]))
    for term, most in terms:
        yield from powers(term if finite.all() else np.where(finite, term, 0.0), most)


def powers(term: Float[Any, "*path"], most: int) -> Iterator[Float[Any, "*path"]]:
    """Give the powers of a term from the first to the highest, in NumPy or in JAX."""
    power = term
    for order in range(1, most + 1):
        yield power
        power = power * term if order < most else power
