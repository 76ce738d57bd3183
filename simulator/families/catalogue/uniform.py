"""Uniform between two ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.families.family import Closed, Example, Family, Fitting, Parameter, Parameters, affine
from simulator.families.ranges import empty_range
from simulator.families.scale import LINE, shifted

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal, Numbers


def _marginal(given: Parameters) -> Marginal:
    from scipy import stats

    from simulator.families.distribution import Continuous

    return Continuous(stats.uniform(given["low"], given["high"] - given["low"]))


def _start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    from scipy import special

    from simulator.families.fitting import log_line

    return log_line(special.ndtr(z), x)


def _parameters(free: Numbers, given: Parameters) -> dict[str, Any]:
    import numpy as np

    return {"low": float(free[0]), "high": float(free[0] + np.exp(free[1]))}


FAMILY = Family(
    name="uniform",
    about="Uniform.",
    parameters={"low": Parameter("real", unit=1), "high": Parameter("real", unit=1)},
    ways=(("low", "high"),),
    marginal=_marginal,
    with_quantiles=(),
    fitting=Fitting(_start, _parameters),
    problems=empty_range,
    closed=Closed(
        lambda given, xp: (given["low"], given["high"] - given["low"]),
        affine,
        "uniform",
        {"low": 0.0, "high": 1.0},
        ("low", "high"),
    ),
    scale=LINE,
    moved=shifted("low", "high"),
    examples=(
        Example({"low": -1, "high": 4}, lambda stats: stats.uniform(-1, 5)),
        Example({"quantiles": {"p10": 1, "p90": 9}}),
        Example({"low": 0.0, "high": 10.0, "bounds": [2.0, None]}, lambda stats: stats.uniform(2, 8)),
    ),
)
