"""Exponential, by mean or rate."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from simulator.families.family import Closed, Example, Family, Fitting, Parameter, Parameters, affine
from simulator.families.scale import ABOVE_ZERO

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal, Numbers


def _mean(given: Parameters) -> Any:
    return given["mean"] if "mean" in given else 1 / given["rate"]


def _marginal(given: Parameters) -> Marginal:
    from scipy import stats

    from simulator.families.distribution import Continuous

    return Continuous(stats.expon(scale=_mean(given)))


def _start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    import numpy as np
    from scipy import special

    return [float(np.mean(np.log(x) - np.log(-special.log_ndtr(-z))))]


def _parameters(free: Numbers, given: Parameters) -> dict[str, Any]:
    from simulator.families.fitting import named

    return named(free, "mean")


def _moved(given: Parameters, before: float, after: float) -> dict[str, Any]:
    factor = after / before
    return {"mean": factor * given["mean"]} if "mean" in given else {"rate": given["rate"] / factor}


FAMILY = Family(
    name="exponential",
    about="Exponential, by mean or rate.",
    parameters={"mean": Parameter("positive", unit=1), "rate": Parameter("positive", unit=-1)},
    ways=(("mean",), ("rate",)),
    marginal=_marginal,
    with_quantiles=(),
    fitting=Fitting(_start, _parameters, needed=1),
    ends=(0.0, inf),
    closed=Closed(
        lambda given, xp: (0.0, _mean(given)), affine, "exponential", {"mean": 1.0}, ("mean", "rate")
    ),
    tabled=True,
    scale=ABOVE_ZERO,
    moved=_moved,
    examples=(
        Example({"mean": 5}, lambda stats: stats.expon(scale=5)),
        Example({"rate": 0.2}, lambda stats: stats.expon(scale=5)),
        Example({"quantiles": {"p10": 0.5268, "p90": 11.513}}),
    ),
)
