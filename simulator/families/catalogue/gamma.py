"""Gamma, by shape and scale or by mean and sd."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from simulator.families.family import Closed, Example, Family, Fitting, Parameter, Parameters, affine
from simulator.families.moments import far_apart
from simulator.families.scale import ABOVE_ZERO, multiplied

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal, Numbers


def _marginal(given: Parameters) -> Marginal:
    from scipy import stats

    from simulator.families.distribution import Continuous

    if "shape" in given:
        return Continuous(stats.gamma(given["shape"], scale=given["scale"]))
    mean, sd = given["mean"], given["sd"]
    return Continuous(stats.gamma((mean / sd) ** 2, scale=sd * (sd / mean)))


def _start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    import numpy as np

    from simulator.families.fitting import line

    # Wilson and Hilferty: the cube root of a gamma variable is nearly normal, with mean c (1 - 1/9k).
    middle, slope = line(z, np.cbrt(x))
    shape = max((middle / slope) ** 2 / 9, 0.05)
    return [float(np.log(shape)), float(np.log(middle**3 / shape))] if x[0] > 0 else [np.nan, np.nan]


def _parameters(free: Numbers, given: Parameters) -> dict[str, Any]:
    from simulator.families.fitting import named

    return named(free, "shape", "scale")


FAMILY = Family(
    name="gamma",
    about="Gamma, by shape and scale or by mean and sd.",
    parameters={
        "shape": Parameter("positive"),
        "scale": Parameter("positive", unit=1),
        "mean": Parameter("positive", unit=1),
        "sd": Parameter("positive", unit=1),
    },
    ways=(("shape", "scale"), ("mean", "sd")),
    marginal=_marginal,
    with_quantiles=(),
    fitting=Fitting(_start, _parameters),
    ends=(0.0, inf),
    problems=far_apart,
    closed=Closed(lambda given, xp: (0.0, given["scale"]), affine, "gamma", {"scale": 1.0}, ("scale",)),
    tabled=True,
    scale=ABOVE_ZERO,
    moved=multiplied("scale", "mean", "sd"),
    examples=(
        Example({"shape": 2, "scale": 3}, lambda stats: stats.gamma(2, scale=3)),
        Example({"mean": 6, "sd": 4}, lambda stats: stats.gamma(2.25, scale=8 / 3)),
        Example({"quantiles": {"p10": 1, "p90": 9}}),
    ),
)
