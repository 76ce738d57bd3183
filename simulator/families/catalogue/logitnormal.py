"""Logit-normal: the share whose log-odds are normal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.families.family import Closed, Example, Family, Fitting, Parameter, Parameters
from simulator.families.scale import SHARES, placed

if TYPE_CHECKING:
    from simulator.families.marginal import Marginal, Numbers


def _odds_against(value: float) -> float:
    """Return (1 - x) / x, infinite at 0."""
    return (1 - value) / value if value else float("inf")


def _line(given: Parameters, xp: Any) -> tuple[Any, Any]:
    """Return the odds against at the median, and sigma."""
    return (1 - given["median"]) / given["median"], given["sigma"]


def _kernel(place: Any, slope: Any, standard: Any, xp: Any) -> Any:
    return 1 / (1 + place * xp.exp(-slope * standard))


def _marginal(given: Parameters) -> Marginal:
    import numpy as np
    from scipy import special

    from simulator.families.marginal import Formula

    middle, sigma = special.logit(given["median"]), given["sigma"]
    return Formula(
        lambda z: special.expit(middle + sigma * z),
        lambda x: (special.logit(np.clip(x, 0, 1)) - middle) / sigma,
        (0.0, 1.0),
    )


def _start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    from scipy import special

    from simulator.families.fitting import log_line

    return log_line(z, special.logit(x))


def _parameters(free: Numbers, given: Parameters) -> dict[str, Any]:
    import numpy as np
    from scipy import special

    return {"median": float(special.expit(free[0])), "sigma": float(np.exp(free[1]))}


FAMILY = Family(
    name="logitnormal",
    about="Logit-normal on (0, 1), by its median and the sd of the log odds.",
    parameters={"median": Parameter("share"), "sigma": Parameter("positive")},
    ways=(("median", "sigma"),),
    marginal=_marginal,
    with_quantiles=(),
    fitting=Fitting(_start, _parameters),
    ends=(0.0, 1.0),
    share=True,
    closed=Closed(_line, _kernel, drawn=("median", "sigma"), constant=_odds_against),
    scale=SHARES,
    moved=placed("median"),
    examples=(
        Example({"median": 0.4, "sigma": 0.5}),
        Example({"quantiles": {"p10": 0.2, "p90": 0.7}}),
    ),
)
