"""Uniform in the logarithm."""

from __future__ import annotations

import math
from math import inf
from typing import TYPE_CHECKING, Any

from simulator.families.family import Closed, Example, Family, Fitting, Parameter, Parameters, exponential
from simulator.families.ranges import empty_range
from simulator.families.scale import ABOVE_ZERO, multiplied

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal, Numbers


def _line(given: Parameters, xp: Any) -> tuple[Any, Any]:
    return given["low"], xp.log(given["high"] / given["low"])


def _marginal(given: Parameters) -> Marginal:
    import numpy as np

    from simulator.families.marginal import Formula, score_of, tails

    low, high = given["low"], given["high"]
    ratio = math.log(high / low)

    def at(z: Numbers) -> Numbers:
        lower, upper = tails(z)
        return np.where(z < 0, low * np.exp(ratio * lower), high * np.exp(-ratio * upper))

    def score(x: Numbers) -> Numbers:
        x = np.clip(x, low, high)
        return score_of(np.log(x / low) / ratio, np.log(high / x) / ratio)

    return Formula(at, score, (low, high))


def _start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    import numpy as np
    from scipy import special

    from simulator.families.fitting import log_line

    return log_line(special.ndtr(z), np.log(x))


def _parameters(free: Numbers, given: Parameters) -> dict[str, Any]:
    import numpy as np

    return {"low": float(np.exp(free[0])), "high": float(np.exp(free[0] + np.exp(free[1])))}


FAMILY = Family(
    name="loguniform",
    about="Uniform in the logarithm.",
    parameters={"low": Parameter("positive", unit=1), "high": Parameter("positive", unit=1)},
    ways=(("low", "high"),),
    marginal=_marginal,
    with_quantiles=(),
    fitting=Fitting(_start, _parameters),
    ends=(0.0, inf),
    problems=empty_range,
    closed=Closed(_line, exponential, "uniform", {"low": 0.0, "high": 1.0}, ("low", "high")),
    scale=ABOVE_ZERO,
    moved=multiplied("low", "high"),
    examples=(
        Example({"low": 0.1, "high": 10}, lambda stats: stats.loguniform(0.1, 10)),
        Example({"quantiles": {"p10": 1, "p90": 9}}),
        Example({"low": 1.0, "high": 100.0, "bounds": [None, 50.0]}, lambda stats: stats.loguniform(1, 50)),
    ),
)
