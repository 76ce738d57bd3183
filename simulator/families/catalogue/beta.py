"""Beta, on [0, 1] or on [low, high]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.families.checks import refuse
from simulator.families.family import Closed, Example, Family, Fitting, Parameter, Parameters, affine
from simulator.families.ranges import empty_range

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal, Numbers


def _marginal(given: Parameters) -> Marginal:
    from simulator.families.distribution import Beta

    return Beta(given["alpha"], given["beta"], given["low"], given["high"])


def _ends(given: Parameters) -> tuple[float, float]:
    return float(given.get("low", 0.0)), float(given.get("high", 1.0))


def _start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    import numpy as np

    from simulator.families.fitting import line

    low, high = _ends(given)
    mean, sd = line(z, (x - low) / (high - low))
    if not (low < x[0] and x[-1] < high):
        return [np.nan, np.nan]
    mean = min(max(mean, 0.01), 0.99)
    total = max(mean * (1 - mean) / sd**2 - 1, 0.1)
    return [float(np.log(mean * total)), float(np.log((1 - mean) * total))]


def _parameters(free: Numbers, given: Parameters) -> dict[str, Any]:
    import numpy as np

    low, high = _ends(given)
    return {"alpha": float(np.exp(free[0])), "beta": float(np.exp(free[1])), "low": low, "high": high}


def _moved(given: Parameters, before: float, after: float) -> dict[str, Any]:
    """Return a beta of the same ends and the same alpha + beta."""
    from scipy import optimize, special

    total = given["alpha"] + given["beta"]
    share = (after - given["low"]) / (given["high"] - given["low"])

    def miss(part: float) -> float:
        return float(special.betainc(total * part, total * (1 - part), share)) - 0.5

    least = 1e-12
    if miss(least) < 0 or miss(1 - least) > 0:
        refuse("median", f"{after:g}", f"a median that a beta with alpha + beta = {total:g} can have")
    part = optimize.root_scalar(miss, bracket=(least, 1 - least), method="brentq", xtol=1e-15).root
    return {**given, "alpha": total * part, "beta": total * (1 - part)}


FAMILY = Family(
    name="beta",
    about="Beta, on [0, 1] or on [low, high].",
    parameters={
        "low": Parameter("real", unit=1),
        "high": Parameter("real", unit=1),
        "alpha": Parameter("positive"),
        "beta": Parameter("positive"),
    },
    ways=(("alpha", "beta"),),
    marginal=_marginal,
    options={"low": 0.0, "high": 1.0},
    with_quantiles=(),
    fitting=Fitting(_start, _parameters),
    problems=empty_range,
    closed=Closed(
        lambda given, xp: (given["low"], given["high"] - given["low"]),
        affine,
        "beta",
        {"low": 0.0, "high": 1.0},
        ("low", "high"),
    ),
    tabled=True,
    moved=_moved,
    examples=(
        Example({"alpha": 2, "beta": 3}, lambda stats: stats.beta(2, 3)),
        Example({"alpha": 2, "beta": 3, "low": 10, "high": 20}, lambda stats: stats.beta(2, 3, 10, 10)),
        Example({"quantiles": {"p10": 0.2, "p90": 0.7}}),
        Example({"quantiles": {"p10": 12, "p90": 17}, "low": 10, "high": 20}),
    ),
)
