"""The families of priors: from canonical parameters to a marginal, each refusing what is no distribution."""

import math
import time
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, NoReturn

import numpy as np
from scipy import stats

from simulator.beliefs.distribution import Atoms, Beta, Continuous, enumerated, weighted
from simulator.beliefs.marginal import REACH, LogitNormal, LogNormal, LogUniform, Marginal, Normal
from simulator.errors import Fault, StudyError

#: Scores on each side of 0 at which the quantiles of a distribution named by the user are probed.
PROBES = 200

#: Longest that the probes of one distribution may take; its table needs some ten times as many quantiles  [s]
MOST_SECONDS = 5.0

#: Of a standard deviation to its mean: the square of it, and of its inverse, is a floating-point number.
_GREATEST_RATIO = 1e100

type Parameters = Mapping[str, Any]


def refuse(key: str, found: object, allowed: str, advice: str = "") -> NoReturn:
    """Raise a fault of a prior; who knows the prior adds its name and file."""
    raise StudyError([Fault("", key, str(found), allowed, advice)])


def number(parameters: Parameters, key: str) -> float:
    """Return a parameter that has to be a finite number."""
    value = parameters.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        refuse(key, "nothing" if value is None else repr(value), "a finite number")
    return float(value)


def positive(parameters: Parameters, key: str) -> float:
    """Return a parameter that has to be a number above 0."""
    value = number(parameters, key)
    if value <= 0:
        refuse(key, f"{value:g}", "a number above 0", "For a point mass give `value = x` alone.")
    return value


def share(parameters: Parameters, key: str) -> float:
    """Return a parameter that has to lie strictly between 0 and 1."""
    value = number(parameters, key)
    if not 0 < value < 1:
        refuse(key, f"{value:g}", "a number between 0 and 1, ends excluded")
    return value


def rising(parameters: Parameters, *keys: str) -> tuple[float, ...]:
    """Return parameters that must not fall from one to the next, the last above the first."""
    values = tuple(number(parameters, key) for key in keys)
    if not (values[0] < values[-1] and all(a <= b for a, b in pairwise(values))):
        refuse(", ".join(keys), ", ".join(f"{v:g}" for v in values), "numbers in rising order")
    return values


def _mean_and_sd(parameters: Parameters) -> tuple[float, float]:
    """Return a mean and a standard deviation above 0 whose ratio, squared, is a floating-point number."""
    mean, sd = positive(parameters, "mean"), positive(parameters, "sd")
    if not 1 / _GREATEST_RATIO <= sd / mean <= _GREATEST_RATIO:
        allowed = f"an sd from {1 / _GREATEST_RATIO:g} to {_GREATEST_RATIO:g} times the mean"
        refuse("mean, sd", f"mean {mean:g}, sd {sd:g}", allowed)
    return mean, sd


def row(parameters: Parameters, key: str) -> np.ndarray:
    """Return a parameter that has to be a list of finite numbers, at least one."""
    try:
        values = np.array(parameters.get(key, ()), dtype=float)
    except (TypeError, ValueError):
        refuse(key, repr(parameters[key]), "a list of finite numbers")
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        refuse(key, repr(parameters.get(key)), "a list of finite numbers, at least one")
    return values


def weights(parameters: Parameters, key: str, count: int) -> np.ndarray:
    """Return weights of `count` values, equal ones where none are given."""
    if parameters.get(key) is None:
        return np.ones(count)
    values = row(parameters, key)
    if len(values) != count or (values < 0).any() or not 0 < values.sum() < math.inf:
        refuse(
            key,
            repr(list(values)),
            f"{count} numbers, none below 0, with a finite sum above 0: one for each value",
        )
    return values


def _lognormal(parameters: Parameters) -> Marginal:
    if parameters.get("median") is not None:
        return LogNormal(positive(parameters, "median"), positive(parameters, "sigma"))
    mean, sd = _mean_and_sd(parameters)
    spread = math.log1p((sd / mean) ** 2)
    return LogNormal(mean * math.exp(-spread / 2), math.sqrt(spread))


def _loguniform(parameters: Parameters) -> Marginal:
    low, high = rising(parameters, "low", "high")
    if low <= 0:
        refuse("low", f"{low:g}", "a number above 0")
    return LogUniform(low, high)


def _triangular(parameters: Parameters) -> Marginal:
    low, mode, high = rising(parameters, "low", "mode", "high")
    peak = (mode - low) / (high - low)
    return Continuous(stats.triang(peak, low, high - low), (mode,))


def _pert(parameters: Parameters) -> Marginal:
    low, mode, high = rising(parameters, "low", "mode", "high")
    shape = positive({"shape": 4.0, **parameters}, "shape")
    peak = (mode - low) / (high - low)
    return Beta(1 + shape * peak, 1 + shape * (1 - peak), low, high)


def _beta(parameters: Parameters) -> Marginal:
    low, high = rising({"low": 0.0, "high": 1.0, **parameters}, "low", "high")
    return Beta(positive(parameters, "alpha"), positive(parameters, "beta"), low, high)


def _gamma(parameters: Parameters) -> Marginal:
    if parameters.get("shape") is not None:
        return Continuous(stats.gamma(positive(parameters, "shape"), scale=positive(parameters, "scale")))
    mean, sd = _mean_and_sd(parameters)
    return Continuous(stats.gamma((mean / sd) ** 2, scale=sd * (sd / mean)))


def _exponential(parameters: Parameters) -> Marginal:
    if parameters.get("mean") is not None:
        return Continuous(stats.expon(scale=positive(parameters, "mean")))
    return Continuous(stats.expon(scale=1 / positive(parameters, "rate")))


def _bernoulli(parameters: Parameters) -> Marginal:
    p = number(parameters, "p")
    if not 0 <= p <= 1:
        refuse("p", f"{p:g}", "a probability from 0 to 1")
    return weighted(np.array([0.0, 1.0]), np.array([1 - p, p]))


def _categorical(parameters: Parameters) -> Marginal:
    values = row(parameters, "values")
    probabilities = weights(parameters, "probabilities", len(values))
    given = parameters.get("probabilities") is not None
    if given and not math.isclose(probabilities.sum(), 1, rel_tol=1e-6):
        refuse("probabilities", f"a sum of {probabilities.sum():g}", "a sum of 1")
    return weighted(values, probabilities)


def _empirical(parameters: Parameters) -> Marginal:
    values = row(parameters, "values")
    return weighted(values, weights(parameters, "weights", len(values)))


def _scipy(parameters: Parameters) -> Marginal:
    name, arguments = parameters.get("distribution"), parameters.get("args") or {}
    family = getattr(stats, name, None) if isinstance(name, str) else None
    if not isinstance(family, stats.rv_continuous | stats.rv_discrete):
        refuse("distribution", repr(name), "the name of a distribution in scipy.stats")
    for key in arguments:
        number(arguments, key)
    try:
        distribution = family(**arguments)
        known = enumerated if isinstance(family, stats.rv_discrete) else Continuous
        marginal = known(distribution)
        probe = _probed(str(name), marginal)
    except (TypeError, ValueError) as error:
        refuse("args", repr(dict(arguments)), f"arguments of scipy.stats.{name}", str(error))
    if not (np.isfinite(probe).all() and (np.diff(probe) >= 0).all()):
        refuse(
            "args",
            repr(dict(arguments)),
            f"arguments for which scipy.stats.{name} has rising finite quantiles",
        )
    return marginal


def _probed(name: str, marginal: Marginal) -> np.ndarray:
    """Return quantiles of a distribution, a few at a time, or refuse one that takes too long over them."""
    started, found = time.monotonic(), list[np.ndarray]()
    for scores in np.array_split(np.linspace(-REACH, REACH, 2 * PROBES + 1), PROBES // 4):
        found.append(marginal.at(scores))
        if time.monotonic() - started > MOST_SECONDS:
            refuse(
                "distribution",
                f"scipy.stats.{name}, whose quantiles take {MOST_SECONDS:g} seconds for a few hundred",
                "a distribution whose quantiles SciPy finds quickly",
                "Give its quantiles to a metalog, or values drawn from it to an empirical.",
            )
    return np.concatenate(found)


#: How each family with a marginal of its own is built. `mixture`, `metalog` and `dirichlet` need more than
#: their parameters: see `simulator.beliefs.oracle`.
FAMILIES: Mapping[str, Callable[[Parameters], Marginal]] = {
    "fixed": lambda p: Atoms(np.array([number(p, "value")]), np.empty(0)),
    "normal": lambda p: Normal(number(p, "mean"), positive(p, "sd")),
    "lognormal": _lognormal,
    "logitnormal": lambda p: LogitNormal(share(p, "median"), positive(p, "sigma")),
    "student_t": lambda p: Continuous(stats.t(positive(p, "df"), number(p, "loc"), positive(p, "scale"))),
    "uniform": lambda p: _uniform(*rising(p, "low", "high")),
    "loguniform": _loguniform,
    "triangular": _triangular,
    "pert": _pert,
    "beta": _beta,
    "gamma": _gamma,
    "weibull": lambda p: Continuous(stats.weibull_min(positive(p, "shape"), scale=positive(p, "scale"))),
    "exponential": _exponential,
    "bernoulli": _bernoulli,
    "categorical": _categorical,
    "empirical": _empirical,
    "scipy": _scipy,
}


def _uniform(low: float, high: float) -> Marginal:
    return Continuous(stats.uniform(low, high - low))
