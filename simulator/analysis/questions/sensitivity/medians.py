"""The location of a belief in its own unit."""

import numpy as np

from simulator.analysis.questions.sensitivity.records import Median
from simulator.beliefs.resolve import resolve
from simulator.estimate.effect import Effect
from simulator.study import Prior

#: Scores about the median between which the quantile function is taken for a line.
NEAR = 1e-3


def median_of(prior: Prior, location: Effect) -> Median | None:
    """Return the derivative by a location where it is measured by how far the median goes.

    One standard deviation of the score takes the median of a normal up by its standard deviation, and that
    of a lognormal by its sigma in logarithms: to these and to a logitnormal this is what ``NAME.median=``
    does. Other families have the same median then, and spread otherwise than with ``NAME.median=``.

    Parameters
    ----------
    prior
        In its own unit.
    location
        The derivative by one standard deviation of the score.

    Returns
    -------
    Median or None
        None of a prior that has not one median in its unit, or does not move there with its score.
    """
    if prior.drawn or prior.family == "dirichlet":
        return None
    marginal = resolve(prior).marginals[0]
    low, middle, high = marginal.at(np.array([-NEAR, 0.0, NEAR])).tolist()
    slope = (high - low) / (2 * NEAR)
    if not slope > 0:
        return None
    by_unit = Effect(location.value / slope, location.error / slope)
    percent = abs(middle) / 100
    return Median(middle, by_unit, Effect(by_unit.value * percent, by_unit.error * percent))
