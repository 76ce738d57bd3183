"""How far a belief's median may be moved: all that is drawn then has to be what the model can mean."""

import math
from collections.abc import Callable

from simulator.beliefs.parents import extremes
from simulator.study import Prior
from simulator.study.location import is_cut, scale_of

#: Digits of an end, rounded to the side of what may be.
DIGITS = 4


def median_ends(prior: Prior, median: float, ends: tuple[float, float]) -> tuple[float, float]:
    """Return the least and the greatest median of a prior whose draws stay within ends.

    Where bounds cut a prior they stay where they are, as the ends of a beta do, and so does what is drawn.

    Parameters
    ----------
    prior
        One that `at_median` moves.
    median
        Its median as it is; of quantiles the one among them is moved.
    ends
        What the model can mean, in the unit of the prior.
    """
    scale = scale_of(prior)
    if scale is None or is_cut(prior):
        return -math.inf, math.inf
    median = prior.quantiles.get(0.5, median) if prior.quantiles else median
    found = [-math.inf, math.inf]
    drawn = extremes([prior.name], {prior.name: prior})[prior.name]
    for side, (reach, end, least) in enumerate(zip(drawn, ends, (scale.low, scale.high), strict=True)):
        beyond = end <= least if side == 0 else end >= least
        if math.isfinite(end) and not beyond and reach != least:
            moved = _rounded(scale.moved(median, reach, end), math.floor if side else math.ceil)
            found[side] = max(moved, median) if side else min(moved, median)
    return found[0], found[1]


def _rounded(value: float, towards: Callable[[float], int]) -> float:
    """Return a number to some digits, down or up."""
    if value == 0:
        return value
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - DIGITS + 1)
    return float(f"{towards(value / unit) * unit:.{DIGITS}g}")
