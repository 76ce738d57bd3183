"""Weibull: scale times a power of an exponential variable."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from simulator.families.family import Closed, Example, Family, Fitting, Parameter, Parameters, affine
from simulator.families.scale import ABOVE_ZERO, multiplied

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal, Numbers


def _marginal(given: Parameters) -> Marginal:
    from scipy import stats

    from simulator.families.distribution import Continuous

    return Continuous(stats.weibull_min(given["shape"], scale=given["scale"]))


def _start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    import numpy as np
    from scipy import special

    from simulator.families.fitting import line

    intercept, slope = line(np.log(-special.log_ndtr(-z)), np.log(x))
    return [-float(np.log(slope)), intercept]


def _parameters(free: Numbers, given: Parameters) -> dict[str, Any]:
    from simulator.families.fitting import named

    return named(free, "shape", "scale")


FAMILY = Family(
    name="weibull",
    about="Weibull.",
    parameters={"shape": Parameter("positive"), "scale": Parameter("positive", unit=1)},
    ways=(("shape", "scale"),),
    marginal=_marginal,
    with_quantiles=(),
    fitting=Fitting(_start, _parameters),
    ends=(0.0, inf),
    closed=Closed(lambda given, xp: (0.0, given["scale"]), affine, "weibull", {"scale": 1.0}, ("scale",)),
    tabled=True,
    scale=ABOVE_ZERO,
    moved=multiplied("scale"),
    examples=(
        Example({"shape": 1.5, "scale": 3}, lambda stats: stats.weibull_min(1.5, scale=3)),
        Example({"quantiles": {"p10": 1, "p90": 9}}),
    ),
)
