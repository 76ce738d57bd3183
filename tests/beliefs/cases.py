"""Priors of every family with what SciPy, or arithmetic, says of them."""

from collections.abc import Callable
from math import factorial
from typing import Any, NamedTuple

import numpy as np
from scipy import special, stats

from simulator.study import Prior

OPEN = (-np.inf, np.inf)


class Case(NamedTuple):
    """A prior and its quantile function, of tails below and above, told in another way."""

    prior: Prior
    expected: Callable[[np.ndarray, np.ndarray], np.ndarray]


def prior(name: str, family: str, parameters: dict[str, Any], **more: Any) -> Prior:
    return Prior(name, family, parameters, **more)


def by_scipy(distribution: Any) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    return lambda p, q: np.where(p < 0.5, distribution.ppf(p), distribution.isf(q))


def cut(distribution: Any, low: float, high: float) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return quantiles of a SciPy distribution within bounds, by probabilities as they come."""
    below, above = distribution.cdf(low), distribution.cdf(high)
    return lambda p, q: distribution.ppf(below + p * (above - below))


def steps(values: list[float], probabilities: list[float]) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    totals = np.cumsum(probabilities)
    return lambda p, q: np.array([values[int(np.searchsorted(totals[:-1], one))] for one in p])


def normalised(weights: list[float]) -> list[float]:
    return [weight / sum(weights) for weight in weights]


EMPIRICAL = [2.5, 0.5, 1.0, 7.0, 3.0]

#: Families whose quantiles SciPy, or a formula, gives at once.
CASES = [
    Case(prior("normal", "normal", {"mean": 1.0, "sd": 2.0}), by_scipy(stats.norm(1, 2))),
    Case(
        prior("lognormal", "lognormal", {"median": 3.0, "sigma": 0.8}), by_scipy(stats.lognorm(0.8, scale=3))
    ),
    Case(
        prior("lognormal_by_mean", "lognormal", {"mean": 3e6, "sd": 3e5}),
        by_scipy(
            stats.lognorm(np.sqrt(np.log(1.01)), scale=3e6 / np.sqrt(1.01)),
        ),
    ),
    Case(
        prior("logitnormal", "logitnormal", {"median": 0.85, "sigma": 1.2}),
        lambda p, q: special.expit(special.logit(0.85) + 1.2 * by_scipy(stats.norm())(p, q)),
    ),
    Case(prior("student_t", "student_t", {"df": 4, "loc": 1.0, "scale": 2.0}), by_scipy(stats.t(4, 1, 2))),
    Case(prior("cauchy", "student_t", {"df": 1, "loc": 0.0, "scale": 1.0}), by_scipy(stats.t(1))),
    Case(prior("uniform", "uniform", {"low": -1.0, "high": 3.0}), by_scipy(stats.uniform(-1, 4))),
    Case(prior("loguniform", "loguniform", {"low": 0.1, "high": 30.0}), by_scipy(stats.loguniform(0.1, 30))),
    Case(
        prior("triangular", "triangular", {"low": 0.0, "mode": 1.0, "high": 3.0}),
        by_scipy(stats.triang(1 / 3, 0, 3)),
    ),
    Case(
        prior("triangular_edge", "triangular", {"low": 1.0, "mode": 1.0, "high": 3.0}),
        by_scipy(stats.triang(0, 1, 2)),
    ),
    Case(
        prior("pert", "pert", {"low": 0.0, "mode": 1.0, "high": 3.0, "shape": 4.0}),
        by_scipy(stats.beta(1 + 4 / 3, 1 + 8 / 3, 0, 3)),
    ),
    Case(
        prior("beta", "beta", {"alpha": 2.5, "beta": 0.7, "low": 1.0, "high": 4.0}),
        by_scipy(stats.beta(2.5, 0.7, 1, 3)),
    ),
    Case(prior("gamma", "gamma", {"shape": 0.3, "scale": 2.0}), by_scipy(stats.gamma(0.3, scale=2))),
    Case(prior("gamma_by_mean", "gamma", {"mean": 6.0, "sd": 2.0}), by_scipy(stats.gamma(9, scale=2 / 3))),
    Case(
        prior("weibull", "weibull", {"shape": 0.7, "scale": 2.0}), by_scipy(stats.weibull_min(0.7, scale=2))
    ),
    Case(prior("exponential", "exponential", {"mean": 4.0}), by_scipy(stats.expon(scale=4))),
    Case(prior("exponential_by_rate", "exponential", {"rate": 4.0}), by_scipy(stats.expon(scale=0.25))),
    Case(prior("bernoulli", "bernoulli", {"p": 0.1}), by_scipy(stats.bernoulli(0.1))),
    Case(
        prior("categorical", "categorical", {"values": [3.0, 1.0, 2.0], "probabilities": [0.2, 0.3, 0.5]}),
        steps([1, 2, 3], [0.3, 0.5, 0.2]),
    ),
    Case(prior("empirical", "empirical", {"values": EMPIRICAL}), steps(sorted(EMPIRICAL), [0.2] * 5)),
    Case(
        prior("weighted", "empirical", {"values": EMPIRICAL, "weights": [1, 2, 3, 0, 4]}),
        steps([0.5, 1, 2.5, 3], [0.2, 0.3, 0.1, 0.4]),
    ),
    Case(
        prior("skewnorm", "scipy", {"distribution": "skewnorm", "args": {"a": 3.0, "loc": 1.0}}),
        by_scipy(stats.skewnorm(3, 1)),
    ),
    Case(
        prior("poisson", "scipy", {"distribution": "poisson", "args": {"mu": 4.5}}),
        by_scipy(stats.poisson(4.5)),
    ),
    Case(
        prior("randint", "scipy", {"distribution": "randint", "args": {"low": 30, "high": 41}}),
        by_scipy(stats.randint(30, 41)),
    ),
]

#: Truncated ones, within bounds where the plain formula keeps its digits.
TRUNCATED = [
    Case(prior("normal", "normal", {"mean": 1.0, "sd": 2.0}, bounds=(0.0, 3.0)), cut(stats.norm(1, 2), 0, 3)),
    Case(
        prior("lognormal", "lognormal", {"median": 3.0, "sigma": 0.8}, bounds=(1.0, np.inf)),
        cut(stats.lognorm(0.8, scale=3), 1, np.inf),
    ),
    Case(
        prior("student_t", "student_t", {"df": 2, "loc": 0.0, "scale": 1.0}, bounds=(-np.inf, 4.0)),
        cut(stats.t(2), -np.inf, 4),
    ),
    Case(
        prior("gamma", "gamma", {"shape": 2.0, "scale": 2.0}, bounds=(0.5, 9.0)),
        cut(stats.gamma(2, scale=2), 0.5, 9),
    ),
    Case(
        prior("uniform", "uniform", {"low": 0.0, "high": 10.0}, bounds=(2.0, 30.0)),
        by_scipy(stats.uniform(2, 8)),
    ),
    Case(
        prior("loguniform", "loguniform", {"low": 1.0, "high": 100.0}, bounds=(-5.0, 50.0)),
        by_scipy(stats.loguniform(1, 50)),
    ),
    Case(
        prior("poisson", "scipy", {"distribution": "poisson", "args": {"mu": 4.5}}, bounds=(2.0, 7.0)),
        steps([2.0, 3, 4, 5, 6, 7], normalised([4.5**k / factorial(k) for k in range(2, 8)])),
    ),
]


def component(weight: float, family: str, **more: Any) -> dict[str, Any]:
    return {"weight": weight, "family": family, **more}


#: Priors whose quantiles have no formula; judged by their own distribution functions.
OTHERS = [
    prior(
        "gap",
        "mixture",
        {"components": [component(3, "uniform", low=0, high=1), component(7, "uniform", low=5, high=6)]},
    ),
    prior(
        "spike",
        "mixture",
        {"components": [{"weight": 0.8, "value": 0.0}, component(0.2, "lognormal", median=1, sigma=0.5)]},
    ),
    prior(
        "two_humps",
        "mixture",
        {"components": [component(0.8, "normal", mean=0, sd=1), component(0.2, "normal", mean=8, sd=0.5)]},
        bounds=(-1.0, np.inf),
    ),
    prior(
        "overlap",
        "mixture",
        {"components": [component(1, "gamma", shape=2, scale=1), component(1, "beta", alpha=2, beta=3)]},
    ),
    prior("metalog", "metalog", {}, quantiles={0.1: 1.0, 0.5: 2.0, 0.9: 4.0}),
    prior(
        "metalog_above",
        "metalog",
        {},
        quantiles={0.1: 1.0, 0.25: 1.5, 0.5: 2.0, 0.75: 3.0, 0.9: 5.0},
        bounds=(0.0, np.inf),
    ),
    prior("metalog_within", "metalog", {}, quantiles={0.1: 0.1, 0.5: 0.2, 0.9: 0.7}, bounds=(0.0, 1.0)),
    prior("metalog_below", "metalog", {}, quantiles={0.1: -5.0, 0.5: -2.0, 0.9: -1.0}, bounds=(-np.inf, 0.0)),
    prior("normal_tail", "normal", {"mean": 0.0, "sd": 1.0}, bounds=(4.0, np.inf)),
    prior("logit_cut", "logitnormal", {"median": 0.3, "sigma": 1.2}, bounds=(0.1, 0.5)),
    prior("lognormal_fit", "lognormal", {}, quantiles={0.1: 110.0, 0.5: 125.0, 0.9: 148.0}),
    prior("beta_fit", "beta", {"low": 0.0, "high": 1.0}, quantiles={0.1: 0.1, 0.9: 0.5}),
    prior("beta_steep", "beta", {"alpha": 0.5, "beta": 2.0}),  # where scipy.stats.beta has holes
    prior("solved", "scipy", {"distribution": "foldnorm", "args": {"c": 1.95}}),
    prior("pareto", "scipy", {"distribution": "pareto", "args": {"b": 1.5}}),
    prior("many", "scipy", {"distribution": "poisson", "args": {"mu": 4000.0}}),
]

#: Every prior of one number.
PRIORS = [case.prior for case in CASES + TRUNCATED] + OTHERS


def label(case: Case | Prior) -> str:
    one = case.prior if isinstance(case, Case) else case
    return one.name if one.bounds == OPEN else f"{one.name}_within_{one.bounds[0]:g}_{one.bounds[1]:g}"


#: One prior of each family that a study may name.
ALL_FAMILIES = list(
    {
        one.family: one
        for one in [
            *PRIORS,
            prior("fixed", "fixed", {"value": 2.0}),
            prior("dirichlet", "dirichlet", {"alpha": [1.0, 2.0]}),
        ]
    }.values()
)
