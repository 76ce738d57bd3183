"""Normal: mean + sd z of a normal score z."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from simulator.families.family import Closed, Example, Family, Fitting, Parameter, Parameters, affine
from simulator.families.scale import LINE, placed

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal, Numbers


def _marginal(given: Parameters) -> Marginal:
    from simulator.families.marginal import Formula

    mean, sd = given["mean"], given["sd"]
    return Formula(lambda z: mean + sd * z, lambda x: (x - mean) / sd, (-inf, inf))


def _start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    from simulator.families.fitting import log_line

    return log_line(z, x)


def _parameters(free: Numbers, given: Parameters) -> dict[str, Any]:
    import numpy as np

    return {"mean": float(free[0]), "sd": float(np.exp(free[1]))}


FAMILY = Family(
    name="normal",
    about="Normal.",
    parameters={"mean": Parameter("real", unit=1), "sd": Parameter("positive", unit=1)},
    ways=(("mean", "sd"),),
    marginal=_marginal,
    with_quantiles=(),
    fitting=Fitting(_start, _parameters),
    closed=Closed(lambda given, xp: (given["mean"], given["sd"]), affine, drawn=("mean", "sd")),
    scale=LINE,
    moved=placed("mean"),
    examples=(
        Example({"mean": 10, "sd": 2}, lambda stats: stats.norm(10, 2)),
        Example({"quantiles": {"p10": 5, "p90": 20}}),
        Example({"mean": 1.0, "sd": 2.0, "bounds": [0.0, 3.5]}, lambda s: s.truncnorm(-0.5, 1.25, 1, 2)),
    ),
)
