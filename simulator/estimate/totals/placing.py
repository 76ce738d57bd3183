"""A grid placed by the first paths of a run, which are computed before any are counted.

A quantile of all paths, or of those with a verdict, lies within five standard errors of that of the first
paths but for one time in some tens of thousands; that is its window. Windows are divided evenly, as finely
as the memory for all of them allows. Besides there are intervals that are about equally likely, and one for
each number that many paths have in common. A quantile outside its window is known to its interval only.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Shaped

from simulator.estimate.observed import RESOLUTION, AtMost, Below
from simulator.estimate.pool import Pool
from simulator.estimate.source import Sampled
from simulator.estimate.statistics import wilson
from simulator.estimate.totals.grid import Grid, bins_in
from simulator.estimate.totals.layout import Layout

#: Standard errors of the first paths from a quantile to either end of its window.
REACH = 5.0
#: Least error of a share, over that of independent paths. The first paths may be a whole net, which is more
#: even than some more paths are: 8,192 independent ones would move a share of 2^18 by 0.17 of this error.
PARTIAL = 0.2
#: Intervals that are about equally likely on the first paths.
OUTLINE = 128
#: How many extreme values there are of each tail: what its index is fitted to.
EXTREMES = 4097
#: A number has an interval of its own where at least one in so many of the first paths has it.
COMMON, MOST_COMMON = 1024, 64
#: Bins of all windows together, and of one window, at most; the former is 256 MiB of counts.
BINS, BINS_OF_WINDOW = 2**25, 2**17
#: Least reach of values that are not all the same, over the size of their middle.
NEARLY = 2.0**-20
#: Fewest bins of a window, and the most in a unit, as a power of two.
FEWEST, LARGEST_EXPONENT = 16, 1000


class Window(NamedTuple):
    """Where a quantile is looked for, the edges within, and the cells in which it is."""

    low: float
    inner: tuple[float, ...]
    high: float
    cells: tuple[int, ...]


class Wanted(NamedTuple):
    """What totals are to answer.

    Attributes
    ----------
    quantiles
        Levels of the quantiles, as shares above 0 and below 1.
    tails
        Shares of the paths over which a tail is averaged, each with 1 for the lower and -1 for the upper.
    """

    quantiles: tuple[float, ...]
    tails: tuple[tuple[float, int], ...]


def placed(source: Sampled, layout: Layout, wanted: Wanted, bins: int = BINS) -> Grid:
    """Return the grid for runs that begin with these paths.

    Parameters
    ----------
    source
        The first paths.
    layout
        The metrics and the cells of the run.
    wanted
        Which quantiles have a window, and which tails are averaged.
    bins
        How many there may be in all.
    """
    pools = [source.pool(name) for name in layout.names]
    finite = [np.sort(one.values[np.isfinite(one.values)]) for one in pools]
    windows = [
        list(_windows(source, name, entity, layout, wanted.quantiles))
        for name, entity in zip(layout.names, layout.entities, strict=True)
    ]
    starts = np.array([[_threshold(one.values, *tail) for tail in wanted.tails] for one in pools])
    starts = starts.reshape(len(finite), len(wanted.tails))
    edges = [_edges(one, own, near) for one, own, near in zip(finite, windows, starts, strict=True)]
    divided = _divided(edges, windows, bins)
    width = max(map(len, edges))
    base = np.full((len(edges), layout.cells, width + 2), -1, np.int32)
    per_unit, count = np.zeros((len(edges), width + 2)), 0
    for row, intervals in enumerate(divided):
        for interval, (fine, cells, number) in intervals.items():
            per_unit[row, interval] = fine
            for cell in cells:
                base[row, cell, interval] = count
                count += number
    centre, reach = _middles(source, layout, finite)
    depth = _depths(finite, starts, wanted)
    return Grid(
        edges=np.stack([np.append(one, [np.nan] * (width - len(one))).astype(one.dtype) for one in edges]),
        base=base,
        per_unit=per_unit,
        centre=centre,
        reach=reach,
        depth=np.where(depth > 0, depth, reach.max(axis=1, initial=0.0)[:, None]),
        levels=np.array([p for p, _ in wanted.tails]),
        signs=np.array([sign for _, sign in wanted.tails], np.int64),
        thresholds=starts,
        lowest=np.array([_extreme(one.values, EXTREMES - 1, np.inf) for one in pools]),
        highest=np.array([_extreme(-one.values, EXTREMES - 1, np.inf) for one in pools]) * -1,
        bins=np.array(count),
        first=np.array(source.paths),
    )


def _windows(
    source: Sampled, name: str, entity: str, layout: Layout, levels: Sequence[float]
) -> Iterator[Window]:
    """Give the windows of a metric: those of all paths, and those of each verdict and part."""
    labels = layout.labels(entity)
    everything = tuple(range(layout.cells)) if labels else (0,)
    parts = {"": (source.pool(name), everything)}
    parts |= {label: (pool, labels[label]) for label, pool in source.given(name).items()}
    for pool, cells in parts.values():
        numbers = pool.values[~np.isnan(pool.values)]
        if numbers.size < pool.size:
            pool = Pool(numbers, np.array([numbers.size]), pool.sampler)
        for level in levels if numbers.size else ():
            if window := _window(pool, level, cells):
                yield window


def _window(pool: Pool, level: float, cells: tuple[int, ...]) -> Window | None:
    """Return the window of a quantile; None where it is infinite."""
    middle = pool.at(math.floor(level * pool.size - 0.5))
    if not math.isfinite(middle):
        return None
    # Where many paths have this very number, those below it are what varies.
    errors = [pool.share_error(pool.count(event(middle))) for event in (AtMost, Below)]
    error, independent = max(errors), math.sqrt(level * (1 - level) / pool.size)
    if math.isnan(error):  # one replicate alone, or not all are numbers: as if paths were independent
        error = independent
    error = max(error, PARTIAL * independent, RESOLUTION / pool.size)
    ends, near = (wilson(level, error, span) for span in (REACH, 1.0))
    low, *within, high = (pool.at(math.floor(q * pool.size)) for q in (ends[0], *near, ends[1]))
    largest = float(np.finfo(pool.values.dtype).max) / 4
    inner = tuple(one for one in (middle, *within) if math.isfinite(one))
    low, high = (min(max(one, -largest), largest) for one in (low, high))
    return Window(low, inner, high, cells)


def _edges(
    ordered: Shaped[np.ndarray, " value"], windows: Sequence[Window], thresholds: Float[np.ndarray, " tail"]
) -> Shaped[np.ndarray, " edge"]:
    """Return the edges of a metric by its finite values on the first paths."""
    kind = ordered.dtype.type
    up = kind(np.inf)
    found = [kind(np.finfo(kind).min), kind(0.0), up]
    if ordered.size:
        found += ordered[np.linspace(0, ordered.size - 1, OUTLINE + 1).astype(int)].tolist()
        found.append(min(np.nextafter(ordered[-1], up), kind(np.finfo(kind).max)))
    for one in windows:
        found += [kind(one.low), *map(kind, one.inner), np.nextafter(kind(one.high), up)]
    found += thresholds.astype(ordered.dtype).tolist()
    values, counts = np.unique(ordered, return_counts=True)
    often = np.flatnonzero(counts * COMMON >= ordered.size + COMMON)
    common = values[often[np.argsort(counts[often], kind="stable")[-MOST_COMMON:]]]
    found += [*common, *np.nextafter(common, up)]
    return np.unique(np.array(found, ordered.dtype) + kind(0.0))  # which makes a zero of minus zero


def _threshold(values: Shaped[np.ndarray, " value"], share: float, sign: int) -> float:
    """Return where a tail of the first paths begins; 0 where that is at no finite number."""
    ordered = np.sort(values[~np.isnan(values)])
    rank = max(math.ceil(share * ordered.size), 1)
    found = float(ordered[rank - 1 if sign > 0 else -rank]) if ordered.size else 0.0
    return found if math.isfinite(found) else 0.0


class Middle(NamedTuple):
    """The middle of some values, and how far they go from it."""

    centre: float
    reach: float


def _middle(values: Shaped[np.ndarray, " value"], other: Middle) -> Middle:
    """Return the middle of finite values; of none the other, and its reach where all are zero."""
    if not values.size:
        return other
    ordered = np.sort(values).astype(np.float64)
    # The median, and no mean: a few huge values would take digits from sums of all the others.
    centre = float(ordered[ordered.size // 2])
    reach = float(max(centre - ordered[0], ordered[-1] - centre))
    # What is one number on the first paths, or nearly so, may be others later, of about its size.
    least = abs(centre) * (NEARLY if reach > 0 else 1 / 8)
    return Middle(centre, max(reach, least) or other.reach)


def _middles(
    source: Sampled, layout: Layout, finite: Sequence[Shaped[np.ndarray, "_"]]
) -> Float[np.ndarray, "middle metric cell"]:
    """Return the middle of the first paths by metric and cell, and how far they go from it.

    Each cell has its own: beside the values of another, the digits of smaller ones would be lost.
    """
    found = np.empty((len(Middle._fields), len(layout.names), layout.cells))
    for row, (name, entity, everything) in enumerate(zip(layout.names, layout.entities, finite, strict=True)):
        together, own = _middle(everything, Middle(0.0, 0.0)), source.given(name)
        found[:, row] = np.array(together)[:, None]
        for label, cells in layout.labels(entity).items():
            values = own[label].values if label in own else everything[:0]
            found[:, row, list(cells)] = np.array(_middle(values[np.isfinite(values)], together))[:, None]
    return found


def _depths(
    finite: Sequence[Shaped[np.ndarray, "_"]], starts: Float[np.ndarray, "metric tail"], wanted: Wanted
) -> Float[np.ndarray, "metric tail"]:
    """Return how far the finite values of each metric go beyond the threshold of each tail."""
    found = np.zeros(starts.shape)
    for row, values in enumerate(finite):
        for tail, (_, sign) in enumerate(wanted.tails):
            found[row, tail] = np.max(sign * (starts[row, tail] - values.astype(np.float64)), initial=0.0)
    return found


def _extreme(values: Shaped[np.ndarray, " value"], rank: int, beyond: float) -> np.floating:
    """Return the value of a rank from below; one that lets all pass where there are no more than that."""
    numbers = values[~np.isnan(values)]
    if numbers.size <= rank:
        return values.dtype.type(beyond)
    return np.partition(numbers, rank)[rank]


type Division = Mapping[int, tuple[float, tuple[int, ...], int]]


def _divided(edges: Sequence[np.ndarray], windows: Sequence[Sequence[Window]], bins: int) -> list[Division]:
    """Return how intervals are divided, as finely as so many bins allow: by interval, see `_division`."""
    wanted = sum(len(window.cells) for own in windows for window in own)
    number = min(max(bins // max(wanted, 1), FEWEST), BINS_OF_WINDOW)
    while True:
        found = [_division(*pair, number) for pair in zip(edges, windows, strict=True)]
        count = sum(len(cells) * one for own in found for _, cells, one in own.values())
        if count <= bins or number <= FEWEST:
            return found
        number = max(number * 31 // 32, FEWEST)


def _division(edges: np.ndarray, windows: Sequence[Window], number: int) -> Division:
    """Return by interval the bins in a unit, the cells that have them, and how many bins there are."""
    fine, cells = dict[int, float](), dict[int, set[int]]()
    for one in windows:
        low, high = edges.dtype.type(one.low), edges.dtype.type(one.high)
        end = np.nextafter(high, edges.dtype.type(np.inf))
        if low == high:  # a number that has an interval of its own
            continue
        # No finer than the numbers themselves, between which there is nothing to divide.
        spacing = math.log2(float(np.spacing(max(abs(low), abs(high)))))
        wanted = math.ceil(math.log2(number / (float(end) - float(low))))
        per_unit = 2.0 ** min(wanted, -math.floor(spacing), LARGEST_EXPONENT)
        first, last = np.searchsorted(edges, [low, end])
        for interval in range(int(first) + 1, int(last) + 1):
            fine[interval] = max(fine.get(interval, 0.0), per_unit)
            cells.setdefault(interval, set()).update(one.cells)
    return {
        k: (
            fine[k],
            tuple(sorted(cells[k])),
            bins_in(float(edges[k - 1]), float(edges[k]), fine[k]),
        )
        for k in sorted(fine)
    }
