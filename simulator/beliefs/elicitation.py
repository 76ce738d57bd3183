"""From quantiles to parameters: exact where the family has as many parameters, else by least squares.

The misfit that is minimised, reported and judged is that of the quantiles themselves, as a share of the
distance from the lowest quantile given to the highest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, special

from simulator.beliefs.compound import truncated
from simulator.beliefs.families import FAMILIES, Parameters, refuse
from simulator.beliefs.marginal import Marginal, Numbers
from simulator.errors import StudyError

#: Miss of a quantile, as a share of their spread, above which a fit is reported as a warning.
FIT_WARNED = 0.01

#: Miss above which the family has another shape than the quantiles, and the fit is refused.
FIT_REFUSED = 0.10

#: From scores, quantiles and given parameters to a first guess of the free vector.
type Start = Callable[[Numbers, Numbers, Parameters], list[float]]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a family is fitted.

    Parameters
    ----------
    start
        First guess.
    parameters
        From the free vector and the given parameters to canonical ones.
    needed
        Fewest quantiles that determine it.
    """

    start: Start
    parameters: Callable[[Numbers, Parameters], dict[str, Any]]
    needed: int = 2


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


def line(z: Numbers, x: Numbers) -> tuple[float, float]:
    """Return the intercept and slope of the regression of x on z."""
    slope, intercept = np.polyfit(z, x, 1)
    return float(intercept), float(slope)


def fit(family: str, quantiles: Mapping[float, float], given: Parameters, bounds: tuple[float, float]) -> Fit:
    """Return the member of a family that has these quantiles, or comes nearest.

    Parameters
    ----------
    family
        Name of the family.
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
    shape = SHAPES.get(family)
    if shape is None:
        refuse("quantiles", f"quantiles for {family}", f"one of {', '.join(SHAPES)}, metalog")
    if len(values) < shape.needed:
        refuse("quantiles", f"{len(values)}", f"{shape.needed} or more for {family}")
    z = special.ndtri(probabilities)
    spread = values[-1] - values[0]

    def build(free: Numbers) -> Marginal:
        return truncated(FAMILIES[family](shape.parameters(free, given)), bounds)

    def misses(free: Numbers) -> Numbers:
        try:
            got = build(free).at(z)
        except (StudyError, ValueError, OverflowError):
            return np.full(len(z), 1e3)
        return np.nan_to_num((got - values) / spread, nan=1e3, posinf=1e3, neginf=-1e3)

    with np.errstate(all="ignore"):
        free = np.array(shape.start(z, values, given))
        if not np.isfinite(free).all():
            refuse("quantiles", _listed(values), f"values inside the support of {family}")
        build(free)  # so that a parameter given amiss is refused under its own name
        if np.abs(misses(free)).max() > 1e-13:
            free = optimize.least_squares(misses, free, x_scale="jac", xtol=1e-15, ftol=1e-15, gtol=1e-15).x
    worst = float(np.abs(misses(free)).max())
    if worst > FIT_REFUSED:
        refuse(
            "quantiles",
            f"a best {family} that misses by {worst:.1%} of their spread",
            f"at most {FIT_REFUSED:.0%}",
            "Use another family: a metalog takes most sets, and an empirical or a mixture any.",
        )
    marginal = build(free)
    got = dict(zip(probabilities.tolist(), marginal.at(z).tolist(), strict=True))
    return Fit(shape.parameters(free, given), marginal, got, worst)


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


def _by_line(link: Callable[[Numbers], Numbers]) -> Start:
    def start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
        intercept, slope = line(z, link(x))
        return [intercept, float(np.log(slope))]

    return start


def _uniform_line(
    link: Callable[[Numbers], Numbers],
) -> Start:
    def start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
        intercept, slope = line(special.ndtr(z), link(x))
        return [intercept, float(np.log(slope))]

    return start


def _student(free: Numbers, given: Parameters) -> dict[str, Any]:
    # Quantiles hardly tell the weight of the tails beyond them, so that it has to be given.
    return {"df": given.get("df"), "loc": float(free[0]), "scale": float(np.exp(free[1]))}


def _peaked_start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    # A triangle from somewhat beyond the outer quantiles, its mode at the middle one.
    reach = x[-1] - x[0]
    low, width = x[0] - reach / 2, 2 * reach
    return [float(low), float(np.log(width)), float(special.logit((np.median(x) - low) / width))]


def _peaked(free: Numbers, given: Parameters) -> dict[str, Any]:
    low, width = float(free[0]), float(np.exp(free[1]))
    peak = low + width * float(special.expit(free[2]))
    kept = {"shape": given["shape"]} if given.get("shape") is not None else {}
    return {"low": low, "mode": min(peak, low + width), "high": low + width, **kept}


def _beta_ends(given: Parameters) -> tuple[float, float]:
    return float(given.get("low", 0.0)), float(given.get("high", 1.0))


def _beta_start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    low, high = _beta_ends(given)
    mean, sd = line(z, (x - low) / (high - low))
    if not (low < x[0] and x[-1] < high):
        return [np.nan, np.nan]
    mean = min(max(mean, 0.01), 0.99)
    total = max(mean * (1 - mean) / sd**2 - 1, 0.1)
    return [float(np.log(mean * total)), float(np.log((1 - mean) * total))]


def _gamma_start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    # Wilson and Hilferty: the cube root of a gamma variable is nearly normal, with mean c (1 - 1/9k).
    middle, slope = line(z, np.cbrt(x))
    shape = max((middle / slope) ** 2 / 9, 0.05)
    return [float(np.log(shape)), float(np.log(middle**3 / shape))] if x[0] > 0 else [np.nan, np.nan]


def _weibull_start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    intercept, slope = line(np.log(-special.log_ndtr(-z)), np.log(x))
    return [-float(np.log(slope)), intercept]


def _exponential_start(z: Numbers, x: Numbers, given: Parameters) -> list[float]:
    return [float(np.mean(np.log(x) - np.log(-special.log_ndtr(-z))))]


def _named(*names: str) -> Callable[[Numbers, Parameters], dict[str, Any]]:
    """Return positive parameters from their logarithms."""
    return lambda free, given: dict(zip(names, np.exp(free).tolist(), strict=True))


#: Families that quantiles determine.
SHAPES: Mapping[str, Shape] = {
    "normal": Shape(_by_line(np.asarray), lambda f, g: {"mean": float(f[0]), "sd": float(np.exp(f[1]))}),
    "lognormal": Shape(_by_line(np.log), _named("median", "sigma")),
    "logitnormal": Shape(
        _by_line(special.logit),
        lambda f, g: {"median": float(special.expit(f[0])), "sigma": float(np.exp(f[1]))},
    ),
    "student_t": Shape(_by_line(np.asarray), _student),
    "uniform": Shape(
        _uniform_line(np.asarray), lambda f, g: {"low": float(f[0]), "high": float(f[0] + np.exp(f[1]))}
    ),
    "loguniform": Shape(
        _uniform_line(np.log),
        lambda f, g: {"low": float(np.exp(f[0])), "high": float(np.exp(f[0] + np.exp(f[1])))},
    ),
    "triangular": Shape(_peaked_start, _peaked, needed=3),
    "pert": Shape(_peaked_start, _peaked, needed=3),
    "beta": Shape(
        _beta_start,
        lambda f, g: {
            "alpha": float(np.exp(f[0])),
            "beta": float(np.exp(f[1])),
            "low": _beta_ends(g)[0],
            "high": _beta_ends(g)[1],
        },
    ),
    "gamma": Shape(_gamma_start, _named("shape", "scale")),
    "weibull": Shape(_weibull_start, _named("shape", "scale")),
    "exponential": Shape(_exponential_start, _named("mean"), needed=1),
}
