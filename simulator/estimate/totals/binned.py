"""Values of which there are counts in bins, exact sums and the most extreme: what statistics ask of them.

A value in order is known to the bin that it lies in, and given as if those in a bin were evenly spread; the
farther end of the bin is then the bound on how wrong it is. A bin holds numbers of the run's precision
only, so that one that holds a single number has no error. Sums by replicate beyond a threshold are exact at
the threshold of the first paths, and moved to another by the integral of the distribution function.
"""

import math
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int, Real

from simulator.estimate.observed import (
    Above,
    AtMost,
    Below,
    Depth,
    Event,
    Infinite,
    NotANumber,
    Observed,
    SamplerName,
    Square,
    Term,
    Value,
)
from simulator.estimate.totals import fixed_point
from simulator.estimate.totals.grid import bins_in
from simulator.estimate.totals.placing import EXTREMES
from simulator.estimate.totals.reduction import DEPTHS, POWERS
from simulator.estimate.totals.totals import Totals, exponents


class Bin(NamedTuple):
    """Some values that lie between two numbers, ends included, and how many lie below them."""

    below: int
    number: int
    low: float
    high: float

    def ranked(self, rank: int) -> tuple[float, float]:
        """Return the value of a rank that is in it, and how wrong it is at most."""
        if self.low >= self.high:
            return self.high, 0.0
        value = self.low + (self.high - self.low) * (rank - self.below + 0.5) / self.number
        return value, max(value - self.low, self.high - value)

    def upto(self, bound: float, *, strictly: bool) -> tuple[float, float]:
        """Return how many values there are up to a number, and by how much that is wrong at most."""
        if bound < self.low or (strictly and bound == self.low):
            return self.below, 0.0
        if bound > self.high or (not strictly and bound == self.high):
            return self.below + self.number, 0.0
        part = (bound - self.low) / (self.high - self.low)
        return self.below + part * self.number, max(part, 1 - part) * self.number


class Binned(Observed):
    """The values of a metric on all paths of a run, or on those in some cells.

    Parameters
    ----------
    totals
        Of the run.
    row
        The metric.
    cells
        Those of the paths.
    sampler
        How the paths were drawn.
    whole
        Whether these are all paths, of which the most extreme values are known.
    """

    def __init__(
        self, totals: Totals, row: int, cells: tuple[int, ...], sampler: SamplerName, *, whole: bool
    ) -> None:
        self.sampler: SamplerName = sampler
        self._totals, self._row, self._cells, self._whole = totals, row, cells, whole
        self._counts = totals.counts[row, list(cells)].sum(axis=0)
        self.counts = self._counts.sum(axis=1)
        edges = totals.grid.edges[row]
        self._edges, self._per_unit = edges[~np.isnan(edges)], totals.grid.per_unit[row]
        self._below = np.append(0, np.cumsum(self._counts[:, :-1].sum(axis=0)))
        self._known = dict[int, np.ndarray | None]()

    @property
    def valid(self) -> bool:
        """Whether there are values and each is a number, infinity included."""
        return self.size > 0 and not self._counts[:, -1].any()

    @property
    def extremes(self) -> int:
        """How many of the lowest, and of the highest values there are."""
        return min(EXTREMES, self.size) if self._whole else 0

    def lowest(self, count: int) -> Float[np.ndarray, " value"]:
        """Return so many of the lowest values, ascending."""
        return self._totals.lowest[self._row, :count].astype(np.float64)

    def highest(self, count: int) -> Float[np.ndarray, " value"]:
        """Return so many of the highest values, ascending."""
        return self._totals.highest[self._row, -count:].astype(np.float64)

    def at(self, position: float) -> float:
        """Return the value at a position in ascending order, as `Pool.at` does."""
        position = min(max(position, 0.0), self.size - 1.0)
        low, part = int(position), position - int(position)
        below = self._ranked(low)[0]
        above = self._ranked(min(low + 1, self.size - 1))[0]
        return below if part == 0 or above == below else below + part * (above - below)

    def doubt(self, position: float) -> float:
        """Return how far at most `at` is from the value at this position."""
        low = int(min(max(position, 0.0), self.size - 1.0))
        return max(self._ranked(low)[1], self._ranked(min(low + 1, self.size - 1))[1])

    def count(self, event: Event) -> Real[np.ndarray, " replicate"]:
        """Return the number of values, by replicate, for which an event is true."""
        match event:
            case Infinite():
                return self._counts[:, 0] + self._counts[:, len(self._edges)]
            case NotANumber():
                return self._counts[:, -1]
            case Above(bound):
                return self.counts - self.count(AtMost(bound))
            case Below(bound) | AtMost(bound):
                interval = self._interval(bound)
                inside, _ = self._upto(event)
                share = (inside - self._below[interval]) / max(self._within(interval), 1)
                return self._counts[:, :interval].sum(axis=1) + share * self._counts[:, interval]

    def doubtful(self, event: Event) -> float:
        """Return by how many values at most `count` may be wrong, over all replicates."""
        match event:
            case Above(bound):
                return self._upto(AtMost(bound))[1]
            case Below() | AtMost():
                return self._upto(event)[1]
            case _:
                return 0.0

    def sums(self, term: Term) -> Float[np.ndarray, " replicate"]:
        """Return the sum of a term of every value, by replicate; of values that are all finite."""
        match term:
            case Value():
                return (self._of_cells[..., 0] + self._centres * self._in_cells).sum(axis=0)
            case Square(about):
                return self._moment(about)
            case Depth(threshold, sign):
                start, place = self._tail(term)
                beyond, _ = self._beyond(start, threshold, sign)
                own = self._beyond_by_replicate(start, threshold, sign)
                moved = own + self.counts / self.size * (beyond - own.sum())
                return self._sums[:, place] - sign * moved

    def squares(self, term: Term, middle: float) -> float:
        """Return the sum of squares of a term of every value about a middle.

        Values between the threshold of a `Depth` and that of the first paths count at the middle of a bin.
        """
        match term:
            case Value():
                return float(self._moment(middle).sum())
            case Square(about):
                shift, number = about - self._centres[:, 0], self._in_cells.sum(axis=1)
                first, second, third, fourth = np.moveaxis(self._of_cells[..., :4].sum(axis=1), -1, 0)
                fourth += shift * (-4 * third + shift * (6 * second + shift * (-4 * first)))
                found = (
                    (fourth + shift**4 * number).sum()
                    - 2 * middle * self._moment(about).sum()
                    + middle**2 * self.size
                )
                return max(float(found), 0.0)
            case Depth():
                about_middle = -2 * middle * self.sums(term).sum() + middle**2 * self.size
                return max(float(self._squared_depth(term) + about_middle), 0.0)

    def _squared_depth(self, term: Depth) -> float:
        """Return the sum of squared depths: those at the threshold of the first paths, moved to another."""
        start, place = self._tail(term)
        first, second = self._sums[:, place : place + 2].sum(axis=0)
        moved = term.sign * (term.threshold - start)
        far = self._from(start, term.sign, itself=moved > 0)
        at, counts = self._steps(min(start, term.threshold), max(start, term.threshold))
        middles = (at[1:] + at[:-1]) / 2
        between = float(np.sum(np.diff(counts) * np.square(middles - term.threshold)))
        return float(second - 2 * moved * first + moved**2 * far + np.sign(moved) * between)

    def _from(self, start: float, sign: int, *, itself: bool) -> float:
        """Return how many values are on the far side of a number, with those that are it or without."""
        if sign > 0:
            return float(self.count(AtMost(start) if itself else Below(start)).sum())
        return float(self.size - self.count(Below(start) if itself else AtMost(start)).sum())

    def doubt_of_sum(self, term: Term) -> float:
        """Return by how much at most `sums` may be wrong, over all replicates."""
        if not isinstance(term, Depth):
            return 0.0
        return self._beyond(self._tail(term)[0], term.threshold, term.sign)[1]

    @cached_property
    def _centres(self) -> Float[np.ndarray, "cell 1"]:
        """About what powers are summed in each of the cells."""
        return self._totals.grid.centre[self._row, list(self._cells), None]

    @cached_property
    def _in_cells(self) -> Int[np.ndarray, "cell replicate"]:
        """How many values each of the cells has."""
        return self._totals.counts[self._row, list(self._cells)].sum(axis=-1)

    @cached_property
    def _of_cells(self) -> Float[np.ndarray, "cell replicate term"]:
        """Sums of every term in each of the cells."""
        cells = list(self._cells)
        exponent = exponents(self._totals.grid, self.sampler)[self._row, cells, None]
        return fixed_point.total(self._totals.sums[:, self._row, cells], exponent)

    @cached_property
    def _sums(self) -> Float[np.ndarray, "replicate term"]:
        """Sums of every term by replicate: of powers, each cell about its own centre."""
        return self._of_cells.sum(axis=0)

    def _moment(self, about: float) -> Float[np.ndarray, " replicate"]:
        """Return the sums by replicate of squares about a number."""
        shift = about - self._centres
        found = self._of_cells[..., 1] - 2 * shift * self._of_cells[..., 0] + shift**2 * self._in_cells
        return np.maximum(found, 0.0).sum(axis=0)  # which rounding to the unit of the sums may pass

    def _tail(self, term: Depth) -> tuple[float, int]:
        """Return the threshold nearest to that of a depth at which there are sums, and their place."""
        grid = self._totals.grid
        own = np.flatnonzero(grid.signs == term.sign)
        tail = own[np.argmin(np.abs(grid.thresholds[self._row, own] - term.threshold))]
        start = float(grid.thresholds[self._row, tail])
        return start, POWERS[self.sampler] + int(tail) * DEPTHS[self.sampler]

    def _interval(self, bound: float) -> int:
        """Return the interval that a number is in."""
        return int(np.searchsorted(self._edges, self._in_precision(bound), side="right"))

    def _in_precision(self, bound: float) -> float:
        """Return a number in the precision of the values, which is how paths are compared with it."""
        with np.errstate(over="ignore"):
            return float(self._edges.dtype.type(bound))

    def _within(self, interval: int) -> int:
        return int(self._below[interval + 1] - self._below[interval])

    def _ends(self, interval: int) -> tuple[float, float]:
        """Return the least and the greatest number that an interval can hold, as far as there are any."""
        if interval == 0:
            return -math.inf, -math.inf
        low = self._edges[interval - 1]
        if interval == len(self._edges):
            return math.inf, math.inf
        high = np.nextafter(self._edges[interval], low)
        least, most = self._totals.lowest[self._row, 0], self._totals.highest[self._row, -1]
        return float(max(low, least)), float(min(high, most))

    def _bins(self, interval: int) -> Int[np.ndarray, " edge"] | None:
        """Return how many values of an interval lie below each edge of its bins, if all are in bins."""
        if interval not in self._known:
            self._known[interval] = self._counted(interval)
        return self._known[interval]

    def _counted(self, interval: int) -> Int[np.ndarray, " edge"] | None:
        grid = self._totals.grid
        filled = [c for c in self._cells if self._totals.counts[self._row, c, :, interval].any()]
        first = grid.base[self._row, filled, interval]
        if not filled or (first < 0).any():
            return None
        low, high = (float(edge) for edge in self._edges[interval - 1 : interval + 1])
        number = bins_in(low, high, float(grid.per_unit[self._row, interval]))
        counts = np.zeros(number, np.int64)
        for start in first:
            counts += self._totals.bins[start : start + number]
        return np.append(0, np.cumsum(counts))

    def _bin(self, interval: int, below: Int[np.ndarray, " edge"], place: int) -> Bin:
        """Return a bin of an interval."""
        kind, (low, high) = self._edges.dtype.type, self._ends(interval)
        start, per_unit = float(self._edges[interval - 1]), float(self._per_unit[interval])
        first, after = start + place / per_unit, start + (place + 1) / per_unit
        least, last = kind(first), kind(after)
        if float(least) < first:
            least = np.nextafter(least, kind(np.inf))
        if float(last) >= after:
            last = np.nextafter(last, kind(-np.inf))
        count = int(below[place + 1] - below[place])
        ends = max(low, float(least)), min(high, float(last))
        return Bin(int(self._below[interval] + below[place]), count, *ends)

    def _holding(self, interval: int) -> Bin:
        """Return an interval as one bin."""
        return Bin(int(self._below[interval]), self._within(interval), *self._ends(interval))

    def _ranked(self, rank: int) -> tuple[float, float]:
        """Return the value of a rank from below, counted from 0, and how wrong it is at most."""
        if rank < self.extremes:
            return float(self._totals.lowest[self._row, rank]), 0.0
        if self.size - rank <= self.extremes:
            return float(self._totals.highest[self._row, rank - self.size]), 0.0
        interval = int(np.searchsorted(self._below, rank, side="right")) - 1
        found = self._bins(interval)
        if found is None:
            holding = self._holding(interval)
        else:
            place = int(np.searchsorted(found, rank - self._below[interval], side="right")) - 1
            holding = self._bin(interval, found, place)
        if self.extremes:  # between which it is
            least, most = self._totals.lowest[self._row, -1], self._totals.highest[self._row, 0]
            holding = holding._replace(
                low=max(holding.low, float(least)), high=min(holding.high, float(most))
            )
        return holding.ranked(rank)

    def _upto(self, event: Below | AtMost) -> tuple[float, float]:
        """Return how many values there are up to a number, and by how much that is wrong at most."""
        bound, strictly = self._in_precision(event.bound), isinstance(event, Below)
        interval = self._interval(bound)
        found = self._bins(interval)
        if found is None:
            return self._holding(interval).upto(bound, strictly=strictly)
        above = bound - float(self._edges[interval - 1])
        place = min(int(above * self._per_unit[interval]), len(found) - 2)
        return self._bin(interval, found, place).upto(bound, strictly=strictly)

    def _beyond(self, start: float, end: float, sign: int) -> tuple[float, float]:
        """Return the integral of the number of values on the far side of x, for x from one number to another.

        And how wrong it is at most: the number of values is known at the edges of every bin.
        """
        low, high = min(start, end), max(start, end)
        at, counts = self._steps(low, high)
        if sign < 0:
            counts = self.size - counts
        widths = np.diff(at)
        area = float(np.sum(widths * (counts[1:] + counts[:-1]) / 2))
        wrong = float(np.sum(widths * np.abs(np.diff(counts)) / 2))
        if widths.size:
            wrong += float(widths[0] * self._upto(AtMost(low))[1] + widths[-1] * self._upto(Below(high))[1])
        return (area if end >= start else -area), wrong

    def _beyond_by_replicate(self, start: float, end: float, sign: int) -> Float[np.ndarray, " replicate"]:
        """Return the integral of `_beyond` by replicate, known at the edges of intervals."""
        low, high = min(start, end), max(start, end)
        inside = np.flatnonzero((self._edges > low) & (self._edges < high))
        at = np.concatenate([[low], self._edges[inside].astype(np.float64), [high]])
        below = np.cumsum(self._counts[:, :-1], axis=1)[:, inside]
        ends = [self.count(AtMost(low)), self.count(Below(high))]
        counts = np.column_stack([ends[0], below, ends[1]]).astype(np.float64)
        if sign < 0:
            counts = self.counts[:, None] - counts
        area = np.sum(np.diff(at) * (counts[:, 1:] + counts[:, :-1]) / 2, axis=1)
        return area if end >= start else -area

    def _steps(
        self, low: float, high: float
    ) -> tuple[Float[np.ndarray, " step"], Float[np.ndarray, " step"]]:
        """Return the edges of bins between two numbers, and these, with the number of values up to each."""
        at, counts = [np.array([low])], [np.array([self._upto(AtMost(low))[0]])]
        for interval in range(self._interval(low), self._interval(high) + 1):
            found = self._bins(interval)
            if found is not None:
                start = float(self._edges[interval - 1])
                at.append(start + np.arange(1, len(found) - 1) / self._per_unit[interval])
                counts.append((self._below[interval] + found[1:-1]).astype(np.float64))
            if interval < len(self._edges):
                at.append(self._edges[interval : interval + 1].astype(np.float64))
                counts.append(self._below[interval + 1 : interval + 2].astype(np.float64))
        places, totals = np.concatenate(at), np.concatenate(counts)
        inside = (places >= low) & (places < high)
        # Below it, for a number that many values share counts on its far side alone.
        end = self._upto(Below(high))[0]
        return np.append(places[inside], high), np.append(totals[inside], end)
