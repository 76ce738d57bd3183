"""Student's t, shifted and scaled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.families.family import Closed, Example, Family, Fitting, Parameter, Parameters, affine
from simulator.families.scale import LINE, placed

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal, Numbers


def _marginal(given: Parameters) -> Marginal:
    from scipy import stats

    from simulator.families.distribution import Continuous

    return Continuous(stats.t(given["df"], given["loc"], given["scale"]))


def _start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    from simulator.families.fitting import log_line

    return log_line(z, x)


def _parameters(free: Numbers, given: Parameters) -> dict[str, Any]:
    import numpy as np

    # Quantiles hardly decide the weight of the tails beyond them, so that it has to be given.
    return {"df": given.get("df"), "loc": float(free[0]), "scale": float(np.exp(free[1]))}


FAMILY = Family(
    name="student_t",
    about="Student's t, shifted and scaled.",
    parameters={
        "df": Parameter("positive"),
        "loc": Parameter("real", unit=1),
        "scale": Parameter("positive", unit=1),
    },
    ways=(("df", "loc", "scale"),),
    marginal=_marginal,
    with_quantiles=("df",),
    fitting=Fitting(_start, _parameters),
    closed=Closed(
        lambda given, xp: (given["loc"], given["scale"]),
        affine,
        "student_t",
        {"loc": 0.0, "scale": 1.0},
        ("loc", "scale"),
    ),
    tabled=True,
    scale=LINE,
    moved=placed("loc"),
    examples=(
        Example({"df": 4, "loc": 1, "scale": 2}, lambda stats: stats.t(4, 1, 2)),
        Example({"df": 5, "quantiles": {"p10": -1, "p90": 3}}),
    ),
)
