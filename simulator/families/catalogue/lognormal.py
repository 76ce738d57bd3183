"""Lognormal: median exp(sigma z) of a normal score z."""

from __future__ import annotations

import math
from math import inf
from typing import TYPE_CHECKING, Any

from simulator.families.family import (
    Closed,
    Example,
    Family,
    Fitting,
    Parameter,
    Parameters,
    exponential,
)
from simulator.families.moments import far_apart
from simulator.families.scale import ABOVE_ZERO, multiplied

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal, Numbers


def _line(given: Parameters, xp: Any) -> tuple[Any, Any]:
    """Return median and sigma."""
    if "median" in given:
        return given["median"], given["sigma"]
    spread = xp.log1p((given["sd"] / given["mean"]) ** 2)
    return given["mean"] * xp.exp(-spread / 2), xp.sqrt(spread)


def _marginal(given: Parameters) -> Marginal:
    import numpy as np

    from simulator.families.marginal import Formula

    median, sigma = _line(given, math)

    def score(x: Numbers) -> Numbers:
        with np.errstate(divide="ignore"):
            return np.log(np.maximum(x, 0) / median) / sigma

    return Formula(lambda z: median * np.exp(sigma * z), score, (0.0, inf))


def _start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    import numpy as np

    from simulator.families.fitting import log_line

    return log_line(z, np.log(x))


def _parameters(free: Numbers, given: Parameters) -> dict[str, Any]:
    from simulator.families.fitting import named

    return named(free, "median", "sigma")


def _moved(given: Parameters, before: float, after: float) -> dict[str, Any]:
    moved = multiplied("mean", "sd")(given, before, after)
    return {**moved, "median": after} if "median" in given else moved


FAMILY = Family(
    name="lognormal",
    about="Lognormal, by median and sd of the logarithm, or by its own mean and sd.",
    parameters={
        "median": Parameter("positive", unit=1),
        "sigma": Parameter("positive"),
        "mean": Parameter("positive", unit=1),
        "sd": Parameter("positive", unit=1),
    },
    ways=(("median", "sigma"), ("mean", "sd")),
    marginal=_marginal,
    with_quantiles=(),
    fitting=Fitting(_start, _parameters),
    ends=(0.0, inf),
    problems=far_apart,
    closed=Closed(_line, exponential, drawn=("median", "sigma", "mean", "sd")),
    scale=ABOVE_ZERO,
    moved=_moved,
    examples=(
        Example({"median": 125.0, "sigma": 0.15}, lambda stats: stats.lognorm(0.15, scale=125)),
        Example(
            {"mean": 3e6, "sd": 3e5},
            lambda stats: stats.lognorm(math.sqrt(math.log(1.01)), scale=3e6 / math.sqrt(1.01)),
        ),
        Example({"quantiles": {"p2.5": 1, "p50": 2, "p97.5": 4}}),
        Example({"median": 2.0, "sigma": 1.0, "bounds": [1, None]}),
    ),
)
