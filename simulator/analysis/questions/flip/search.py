"""Where a margin is zero along one belief: some places first, then each change of sign closed in on.

The paths of a run are the same with every value of a belief. The margin with a belief at a value is
therefore taken as that of all paths of the run, plus the change that the value makes on the paths that are
computed: the noise that both have in common falls out.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from simulator.analysis.questions.changed import Changed
from simulator.analysis.questions.flip.belief import Belief
from simulator.analysis.questions.flip.margin import Margin, Side, straightened
from simulator.analysis.questions.flip.records import FlipValue, Place, Uncomputed
from simulator.analysis.run import Run
from simulator.engine import on_threads, runtime
from simulator.errors import GateError, UsageError
from simulator.estimate import Number
from simulator.estimate.effect import Effect
from simulator.estimate.replicated import Replicated
from simulator.sampling import BATCH

#: Batches on which places are computed.
FEW = 1
#: Standard errors from zero within which a margin is a straight line of the belief for all that matters.
NEAR = 8.0
#: Standard errors by which a step goes beyond zero, so that both sides of it are known.
BEYOND = 3.0
#: Every so many steps one is a halving: a line that misleads does so a few times only.
HALVING = 4
#: The part of the way between two places that a step goes at least, and leaves.
LEAST = 0.02


class Point(NamedTuple):
    """The margin with a belief at a value.

    Attributes
    ----------
    value, level
        Of the belief, and its share of paths below.
    side
        What was computed.
    lead
        The margin with its error.
    straight
        The margin on a scale on which it is nearly a line of the belief's score.
    batches
        On how many.
    """

    value: float
    level: float
    side: Side
    lead: Effect
    straight: float
    batches: int

    @property
    def positive(self) -> bool:
        """Whether the margin is above zero, clearly or not."""
        return self.lead.value > 0

    def place(self) -> Place:
        """Return it as a record."""
        return Place(self.level, self.value, self.side.outcome, self.lead, self.batches * BATCH)


class NoAnswer(Exception):
    """With beliefs at some values there is no answer."""

    def __init__(self, found: Uncomputed) -> None:
        super().__init__(found)
        self.found = found


class Search:
    """Looks for the values of beliefs at which a margin is zero.

    Parameters
    ----------
    run
        As it is.
    changed
        Computes it with beliefs at numbers.
    margin
        What is to be zero.
    batches
        On which values are closed in on.

    Raises
    ------
    UsageError
        There is no answer as it is: something is not a number.
    """

    def __init__(self, run: Run, changed: Changed, margin: Margin, batches: int) -> None:
        self._changed, self._margin, self._batches = changed, margin, batches
        self.measured = margin.measure(run)
        if np.isnan(self.measured.value).any():
            message = f"{margin.asked}: found nan; allowed: what is a number as the study is"
            raise UsageError(message)
        self._first = {
            count: margin.measure(replace(run, plan=run.plan.first(count))) for count in {FEW, batches}
        }

    def side(self, values: Mapping[str, float], batches: int = FEW) -> Side:
        """Return the answer with beliefs at some values.

        Raises
        ------
        NoAnswer
            Something is not a number there.
        """
        try:
            found = self._margin.measure(self._changed.at(values, batches))
        except GateError as error:
            # The first of its lines says with which values.
            reason = "; ".join(line.strip() for line in str(error).splitlines()[1:])
            raise NoAnswer(Uncomputed(values, reason)) from error
        if np.isnan(found.value).any():
            raise NoAnswer(Uncomputed(values, f"{self._margin.asked}: nan"))
        first = self._first[batches]
        # Of what is infinite there are no pairs.
        paired = all(np.isfinite(one.without).all() for one in (self.measured, first))
        return self._margin.side(self.measured + (found - first) if paired else found)

    def lead(self, margin: Replicated, batches: int = FEW) -> Effect:
        """Return a margin with its error, which is no smaller than so many paths resolve.

        One that is infinite without any of the replicates has none; of one that is so without some of them
        nothing is known.
        """
        value = float(margin.value)
        if not np.isfinite(margin.without).all():
            return Effect(value, 0.0 if (margin.without == value).all() else math.inf)
        least = self._margin.resolution / (batches * BATCH)
        return Effect(value, max(float(margin.error), least))

    def as_it_is(self) -> Point:
        """Return the margin with no belief at a value, as if it were that with one at its median."""
        side = self._margin.side(self.measured)
        lead = self.lead(side.margin)
        return Point(math.nan, 0.5, side, lead, straightened(self._margin, lead.value), FEW)

    def point(self, belief: Belief, value: float, batches: int = FEW) -> Point:
        """Return the margin with a belief at a value."""
        side = self.side({belief.name: value}, batches)
        lead = self.lead(side.margin, batches)
        straight = straightened(self._margin, lead.value)
        return Point(value, belief.level(value), side, lead, straight, batches)

    def places(self, wanted: Sequence[tuple[Belief, float]]) -> list[Point | Uncomputed]:
        """Return the margins of beliefs at values, on few paths; or why there is none."""
        found: list[Point | Uncomputed] = []

        def work(place: int) -> Point | Uncomputed:
            try:
                return self.point(*wanted[place])
            except NoAnswer as error:
                return error.found

        on_threads(work, range(len(wanted)), lambda _, point: found.append(point), runtime.cores())
        return found

    def decided(self, belief: Belief, points: Sequence[Point]) -> list[Point]:
        """Return points with those on more paths that are unclear and not between two clear answers."""
        inside = {
            place
            for low, high in changes([point.lead.sign for point in points])
            for place in range(low, high)
        }
        return [
            point if point.lead.sign or place in inside else self._surely(belief, point)
            for place, point in enumerate(points)
        ]

    def values(self, belief: Belief, points: Sequence[Point]) -> list[FlipValue]:
        """Return the values at which the answer changes, clearly on either side, between points."""
        signs = [point.lead.sign for point in points]
        found = (self._closed_in(belief, points[low], points[high]) for low, high in changes(signs))
        return [one for one in found if one is not None]

    def _surely(self, belief: Belief, point: Point) -> Point:
        """Return a point on as many paths as values are closed in on."""
        if point.batches == self._batches:
            return point
        return self.point(belief, point.value, self._batches)

    def _closed_in(self, belief: Belief, low: Point, high: Point) -> FlipValue | None:
        """Return where between two points of different sign the margin is zero.

        None where on more paths they turn out to have the same sign.
        """
        last, steps = None, 0
        while not (self._near(low) and self._near(high)):
            steps += 1
            part = 0.5 if steps % HALVING == 0 else _part(low, high, last)
            value = belief.part(low.value, high.value, part)
            if value is None:
                break
            last = self.point(belief, value, self._batches)
            low, high = (last, high) if last.positive == low.positive else (low, last)
        low, high = self._surely(belief, low), self._surely(belief, high)
        return None if low.positive == high.positive else self._value(belief, low, high)

    def _near(self, point: Point) -> bool:
        near = abs(point.lead.value) <= NEAR * point.lead.error < math.inf
        return near and point.batches == self._batches

    def _value(self, belief: Belief, low: Point, high: Point) -> FlipValue:
        jump = belief.jumps(low.value, high.value)
        value = self._between(belief, low, high) if jump else self._zero(belief, low, high)
        below, above = (belief.level(value.value + sign * value.error) for sign in (-1, 1))
        level = Number(belief.level(value.value), 0.0 if jump else (above - below) / 2)
        sides = low.side.outcome, high.side.outcome
        return FlipValue(value, level, *sides, (low.value, high.value), jump)

    @staticmethod
    def _between(belief: Belief, low: Point, high: Point) -> Number:
        """Return what lies half way between two points, half of the way being its error."""
        half = (high.value - low.value) / 2
        return Number(low.value + half, half, belief.unit)

    def _zero(self, belief: Belief, low: Point, high: Point) -> Number:
        """Return where a line from one point to the other is zero."""
        if not all(np.isfinite(point.side.margin.without).all() for point in (low, high)):
            return self._between(belief, low, high)
        width, fall = high.value - low.value, low.side.margin - high.side.margin
        part = low.side.margin / fall
        # No margin is known better than its paths resolve it.
        least = self._margin.resolution / (low.batches * BATCH) / abs(float(fall.value))
        error = width * max(float(part.error), least)
        # Of ends that are not near zero no more is known than that it is between them.
        beside = 0.0 if self._near(low) and self._near(high) else width / 2
        return Number(low.value + width * float(part.value), math.hypot(error, beside), belief.unit)


def changes(signs: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pairs of places next to each other, of those with a sign, whose signs differ."""
    clear = [place for place, sign in enumerate(signs) if sign]
    return [(low, high) for low, high in pairwise(clear) if signs[low] != signs[high]]


def _part(low: Point, high: Point, last: Point | None) -> float:
    """Return how far from low to high a line comes to zero, and a little beyond it as seen from the last."""
    if not math.isfinite(low.straight - high.straight):
        return 0.5
    # Near zero the straight margin is as steep as the margin, but for a factor of about one.
    beyond = 0.0
    if last is not None and math.isfinite(last.lead.error):
        beyond = BEYOND * last.lead.error * (-1 if last.positive else 1)
    part = (low.straight - beyond) / (low.straight - high.straight)
    return min(max(part, LEAST), 1 - LEAST)
