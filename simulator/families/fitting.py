"""From quantiles to parameters: exact where the family has as many parameters, else by least squares.

The misfit that is minimised, reported and judged is that of the quantiles themselves, as a share of the
distance from the lowest quantile given to the highest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from scipy import special

from simulator.errors import StudyError
from simulator.families.checks import checked, refuse
from simulator.families.compound import truncated
from simulator.families.family import Family, Parameters
from simulator.families.marginal import Marginal, Numbers

#: Miss of a quantile, as a share of their spread, above which a fit is reported as a warning.
FIT_WARNED = 0.01

#: Miss above which the family has another shape than the quantiles, and the fit is refused.
FIT_REFUSED = 0.10

#: What to do about a fit that is refused.
INSTEAD = "Use another family: a metalog takes most sets, and an empirical or a mixture any."


@dataclass(frozen=True, slots=True)
class Fit:
    """A marginal fitted to quantiles, and what it makes of each.

    Attributes
    ----------
    got
        Its quantile at each probability asked for.
    worst_miss
        Largest miss, as a share of the spread of the quantiles asked for.
    """

    parameters: Mapping[str, Any]
    marginal: Marginal
    got: Mapping[float, float]
    worst_miss: float


def fit(
    family: Family, quantiles: Mapping[float, float], given: Parameters, bounds: tuple[float, float]
) -> Fit:
    """Return the member of a family that has these quantiles, or comes nearest.

    Parameters
    ----------
    family
        One with a fitting.
    quantiles
        Value at each probability in (0, 1), any order.
    given
        Parameters that are not fitted: df of a student_t, shape of a pert, low and high of a beta.
    bounds
        Truncation; the quantiles are those of the truncated distribution.

    Raises
    ------
    StudyError
        The quantiles cannot be had: out of order, too few, outside the support, or of another shape.
    """
    probabilities, values = check_quantiles(quantiles, bounds)
    fitting = family.fitting
    if fitting is None:
        refuse("quantiles", f"quantiles for {family.name}", "a family that quantiles determine")
    if len(values) < fitting.needed:
        refuse("quantiles", f"{len(values)}", f"{fitting.needed} or more for {family.name}")
    z = special.ndtri(probabilities)
    spread = values[-1] - values[0]

    def build(free: Numbers) -> Marginal:
        return truncated(family.marginal(checked(family, fitting.parameters(free, given))), bounds)

    def misses(free: Numbers) -> Numbers:
        try:
            got = build(free).at(z)
        except (StudyError, ValueError, OverflowError):
            return np.full(len(z), 1e3)
        return np.nan_to_num((got - values) / spread, nan=1e3, posinf=1e3, neginf=-1e3)

    with np.errstate(all="ignore"):
        free = np.array(fitting.start(z, values, given))
        if not np.isfinite(free).all():
            refuse("quantiles", _listed(values), f"values inside the support of {family.name}")
        build(free)  # so that a parameter given amiss is refused under its own name
        if np.abs(misses(free)).max() > 1e-13:
            exactly = dict.fromkeys(("xtol", "ftol", "gtol"), 1e-15)
            free = scipy.optimize.least_squares(misses, free, x_scale="jac", **exactly).x
    worst = float(np.abs(misses(free)).max())
    judged(family.name, worst, INSTEAD)
    marginal = build(free)
    got = dict(zip(probabilities.tolist(), marginal.at(z).tolist(), strict=True))
    return Fit(fitting.parameters(free, given), marginal, got, worst)


def judged(family: str, worst: float, advice: str) -> None:
    """Refuse a fit that misses a quantile by more than `FIT_REFUSED` of their spread.

    Parameters
    ----------
    family
        Its name.
    worst
        The greatest miss, as a share of the spread of the quantiles.
    advice
        What to do about it.
    """
    if worst > FIT_REFUSED:
        refuse(
            "quantiles",
            f"a best {family} that misses by {worst:.1%} of their spread",
            f"at most {FIT_REFUSED:.0%}",
            advice,
        )


def check_quantiles(quantiles: Mapping[float, float], bounds: tuple[float, float]) -> tuple[Numbers, Numbers]:
    """Return probabilities and values in rising order, or refuse them."""
    probabilities = np.array(sorted(quantiles), dtype=float)
    values = np.array([quantiles[p] for p in sorted(quantiles)], dtype=float)
    if not (np.isfinite(values).all() and ((probabilities > 0) & (probabilities < 1)).all()):
        refuse("quantiles", _listed(values), "finite values at probabilities between 0 and 1")
    if len(values) < 2:
        refuse("quantiles", f"{len(values)}", "2 or more")
    if not (np.diff(values) > 0).all():
        refuse("quantiles", _listed(values), "values that rise with the probability")
    if not bounds[0] < values[0] <= values[-1] < bounds[1]:
        refuse("quantiles", _listed(values), f"values inside the bounds {bounds[0]:g} and {bounds[1]:g}")
    return probabilities, values


def _listed(values: Numbers) -> str:
    return ", ".join(f"{value:g}" for value in values)


def line(z: Numbers, x: Numbers) -> tuple[float, float]:
    """Return the intercept and slope of the regression of x on z."""
    slope, intercept = np.polyfit(z, x, 1)
    return float(intercept), float(slope)


def log_line(z: Numbers, x: Numbers) -> list[float]:
    """Return the intercept and the logarithm of the slope of the regression of x on z."""
    intercept, slope = line(z, x)
    return [intercept, float(np.log(slope))]


def named(free: Numbers, *names: str) -> dict[str, Any]:
    """Return positive parameters from their logarithms."""
    return dict(zip(names, np.exp(free).tolist(), strict=True))
