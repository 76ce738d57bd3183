"""Which of the ways to a derivative is believed."""

from typing import NamedTuple

import numpy as np

from simulator.analysis.questions.sensitivity.paired import STEPS, Kind, Paired
from simulator.analysis.questions.sensitivity.pathwise import Pathwise
from simulator.analysis.questions.sensitivity.records import Derivative, Way
from simulator.analysis.questions.sensitivity.slopes import Slopes
from simulator.estimate import Number
from simulator.estimate.distinguishable import AMONG_MANY
from simulator.estimate.effect import Effect

#: Share of a derivative that a difference over a whole step may be off, for what its square leaves.
CURVED = 2e-3


class Ways(NamedTuple):
    """All that was computed of a target's derivatives.

    Attributes
    ----------
    of_pass
        The pathwise ones; None where the model has none.
    of_paths
        The slopes.
    paired
        The differences.
    """

    of_pass: Pathwise | None
    of_paths: Slopes
    paired: Paired

    def smooth(self, row: int, kind: Kind) -> Number | None:
        """Return the pathwise derivative by a belief; None where it has none."""
        if self.of_pass is None or self.of_pass.still[row]:
            return None
        found = getattr(self.of_pass, kind).number(row)
        narrower = self.smoothing(row, kind)
        return found if narrower is None else _with_remainder(found, narrower)

    def smoothing(self, row: int, kind: Kind) -> Number | None:
        """Return what half the width of the smoothed step changed of a pathwise derivative of a chance."""
        if self.of_pass is None or self.of_pass.smoothing is None or self.of_pass.still[row]:
            return None
        return self.of_pass.smoothing[kind].number(row)

    def difference(self, row: int, kind: Kind) -> Number | None:
        """Return the paired difference; None where it was not computed or a step leads to what is not finite.

        Of a chance its error is no less than paths resolve, but for what moves no path: that is nothing.
        """
        found = self.paired.of(row, kind)
        if found is None or not np.isfinite(found.value):
            return None
        still = self.of_pass is not None and self.of_pass.still[row]
        return found.number().at_least(0.0 if still else self.paired.resolution(row, kind))

    def slope(self, row: int, kind: Kind) -> Number | None:
        """Return the slope; None where it is no derivative."""
        if not self.of_paths.known[row]:
            return None
        return getattr(self.of_paths, kind).number(row).at_least(self.of_paths.least)

    def agree(self, row: int, kind: Kind) -> bool:
        """Return whether the pathwise derivative agrees with what jumps are in: difference and slope."""
        smooth, difference = self.smooth(row, kind), self.difference(row, kind)
        if smooth is None:  # no path moves smoothly: of a belief that moves none at all that is all there is
            return difference is not None and difference.value == difference.error == 0
        return all(_agree(smooth, one) for one in self._with_jumps(row, kind))

    def derivative(self, row: int, kind: Kind) -> Derivative:
        """Return the derivative that is believed, with what each way gave.

        A jump is one of the belief: a pass that misses it in one of location and scale misses it in the other
        too, where it may be too small to be seen.
        """
        smooth, difference, slope = (one(row, kind) for one in (self.smooth, self.difference, self.slope))
        agreed = smooth if all(self.agree(row, one) for one in STEPS) else None
        way, value = believed(agreed, difference, slope)
        return Derivative(
            Effect(value.value, value.error), way, smooth, difference, slope, self.smoothing(row, kind)
        )

    def _with_jumps(self, row: int, kind: Kind) -> list[Number]:
        """Return the estimates of a derivative that have jumps in them: difference and slope."""
        found = (self.difference(row, kind), self.slope(row, kind))
        return [one for one in found if one is not None]


def believed(
    smooth: Number | None, difference: Number | None, slope: Number | None
) -> tuple[Way | None, Number]:
    """Return which estimate of a derivative is believed, and how it was obtained.

    The pathwise one, or else the difference. The slope is right whatever jumps, and is taken where its error
    is smaller than that of what stands. Where there is none of them nothing is known.

    Parameters
    ----------
    smooth, difference, slope
        The pathwise derivative, None where it does not agree with the others; the paired difference and the
        slope, None where there is none.
    """
    ways: tuple[tuple[Way, Number | None], ...] = (("pathwise", smooth), ("paired", difference))
    stands: tuple[Way, Number] | None = next(((way, one) for way, one in ways if one is not None), None)
    if slope is not None and (stands is None or slope.error < stands[1].error):
        stands = "slope", slope
    return stands or (None, Number(np.nan, np.nan))


def _with_remainder(found: Number, narrower: Number) -> Number:
    """Return an extrapolated derivative with what the extrapolation may leave as a part of its error.

    Half the width changed it by a share of the second order; of the fourth is the square of that.
    """
    largest = max(abs(found.value), abs(narrower.value))
    remainder = narrower.value**2 / largest if largest else 0.0
    return Number(found.value, float(np.hypot(found.error, remainder)))


def _agree(one: Number, other: Number) -> bool:
    """Return whether two estimates of one number agree: they are two of many that are compared."""
    allowed = AMONG_MANY * np.hypot(one.error, other.error) + CURVED * abs(one.value)
    return bool(abs(one.value - other.value) <= allowed)
