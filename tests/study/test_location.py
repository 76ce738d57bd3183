"""A prior moved to another median is the same family with the same spread, and says that it was moved."""

from typing import Any

import numpy as np
import pytest
from scipy import special

from simulator.beliefs import quantile
from simulator.errors import StudyError
from simulator.study import Study

PROBES = special.ndtri(np.array([0.01, 0.1, 0.25, 0.75, 0.9, 0.99]))

#: Priors, and where they are moved to: on the line by a shift, above 0 by a factor, shares in log-odds.
ON_THE_LINE = [
    {"family": "normal", "mean": 3.0, "sd": 2.0},
    {"family": "student_t", "df": 4.0, "loc": 1.0, "scale": 2.0},
    {"family": "uniform", "low": -1.0, "high": 3.0},
    {"family": "triangular", "low": 0.0, "mode": 1.0, "high": 3.0},
    {"family": "triangular", "low": 0.0, "mode": 2.9, "high": 3.0},
    {"family": "pert", "low": 0.0, "mode": 1.0, "high": 3.0},
    {"family": "metalog", "quantiles": {"p10": 1.0, "p50": 2.0, "p90": 4.0}},
    {"family": "normal", "quantiles": {"p10": 1.0, "p50": 2.0, "p90": 3.0}},
    {"family": "normal", "quantiles": {"p10": 1.0, "p75": 3.0}},
    {"family": "uniform", "quantiles": {"p10": 1.0, "p75": 3.0}},
]
ABOVE_ZERO = [
    {"family": "lognormal", "median": 3.0, "sigma": 0.8},
    {"family": "lognormal", "mean": 3.0, "sd": 2.0},
    {"family": "loguniform", "low": 0.1, "high": 30.0},
    {"family": "gamma", "shape": 0.3, "scale": 2.0},
    {"family": "gamma", "mean": 6.0, "sd": 2.0},
    {"family": "weibull", "shape": 0.7, "scale": 2.0},
    {"family": "exponential", "mean": 4.0},
    {"family": "exponential", "rate": 4.0},
    {"family": "lognormal", "quantiles": {"p25": 1.0, "p50": 2.0, "p75": 4.0}},
    {"family": "lognormal", "quantiles": {"p10": 1.0, "p75": 4.0}},
    {"family": "metalog", "quantiles": {"p10": 1.0, "p50": 2.0, "p90": 5.0}, "bounds": [0.0, None]},
]
SHARES = [
    {"family": "logitnormal", "median": 0.4, "sigma": 0.7},
    {"family": "metalog", "quantiles": {"p10": 0.1, "p50": 0.2, "p90": 0.7}, "bounds": [0.0, 1.0]},
]


def study(prior: dict[str, Any], unit: str = "1") -> Study:
    return Study.from_dict({"priors": {"a": {**prior, "unit": unit}}})


def at(one: Study, z: np.ndarray) -> np.ndarray:
    return quantile(one.priors["a"])(z)


CASES = [
    *((prior, 7.5, lambda x: x) for prior in ON_THE_LINE),
    *((prior, 7.5, np.log) for prior in ABOVE_ZERO),
    *((prior, 0.6, special.logit) for prior in SHARES),
]


@pytest.mark.parametrize(("prior", "median", "scale"), CASES)
def test_the_median_is_the_one_asked_for_and_the_spread_is_kept(prior, median, scale) -> None:
    """On the scale of the family every quantile moves as far as the median does."""
    base = study(prior)
    moved = base.override({"a.median": median})
    assert moved.priors["a"].family == prior["family"]
    # A fit stops at 1e-13 of the spread, and a metalog solves a small linear system.
    assert at(moved, np.zeros(1))[0] == pytest.approx(median, rel=1e-10)
    before, after = scale(at(base, PROBES)), scale(at(moved, PROBES))
    shift = scale(median) - scale(at(base, np.zeros(1))[0])
    np.testing.assert_allclose(after - before, shift, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("median", [0.001, 0.2, 0.9, 2.0])
def test_a_beta_keeps_its_ends_and_its_concentration(median: float) -> None:
    prior = {"family": "beta", "alpha": 2.5, "beta": 1.5, "low": 0.0, "high": 2.5}
    moved = study(prior).override({"a.median": median})
    parameters = moved.priors["a"].parameters
    assert at(moved, np.zeros(1))[0] == pytest.approx(median, rel=1e-9)
    assert parameters["alpha"] + parameters["beta"] == pytest.approx(4.0, rel=1e-12)
    assert (parameters["low"], parameters["high"]) == (0.0, 2.5)


def test_a_move_is_recorded_as_a_prior_set_for_this_run_in_its_unit_and_size() -> None:
    prior = {
        "family": "normal", "mean": 0.2, "sd": 0.05, "size": 3, "basis": "judgement", "note": "once",
    }  # fmt: skip
    base = study(prior, unit="1/yr")
    moved = base.override({"a.median": "30%"})
    found = moved.priors["a"]
    assert (found.parameters, found.size, found.unit) == ({"mean": 0.3, "sd": 0.05}, 3, "1/yr")
    assert (found.note, found.sources, found.as_of, found.file) == ("set for this run", (), None, "--set")
    assert moved.replaced["a"] == base.priors["a"]
    assert Study.from_dict(moved.to_dict()).hash == moved.hash


def test_a_prior_whose_name_ends_in_median_is_itself() -> None:
    both = Study.from_dict({"priors": {"x.median": {"family": "normal", "mean": 0, "sd": 1}}})
    assert both.override({"x.median": 2}).priors["x.median"].family == "fixed"
    assert both.override({"x.median.median": 2}).priors["x.median"].parameters == {"mean": 2.0, "sd": 1.0}


@pytest.mark.parametrize(
    ("prior", "value", "found", "words"),
    [
        ({"value": 3.0}, 2, "a prior that is one number", r"Write a=VALUE"),
        ({"family": "bernoulli", "p": 0.2}, 0.5, "a median of a bernoulli", "Give the prior anew"),
        ({"family": "dirichlet", "alpha": [1, 2]}, 0.5, "a median of a dirichlet", "Give the prior anew"),
        ({"family": "categorical", "values": [1, 2]}, 2, "a median of a categorical", "Give the prior anew"),
        ({"family": "lognormal", "median": 3, "sigma": 1}, 0, "0", "between 0 and inf"),
        ({"family": "logitnormal", "median": 0.3, "sigma": 1}, 1.2, "1.2", "between 0 and 1"),
        ({"family": "normal", "mean": 0, "sd": 1}, float("nan"), "nan", "a finite number"),
        ({"family": "normal", "mean": 0, "sd": 1}, "much", '"much"', "a number in 1"),
        ({"family": "normal", "mean": 0, "sd": 1}, True, "true", "a number in 1"),
        ({"family": "normal", "mean": 0, "sd": 1, "bounds": [0, 3]}, 4, "4", "between 0 and 3"),
        ({"family": "gamma", "quantiles": {"p10": 1, "p90": 2}}, 1, "without p50", "that hold p50"),
    ],
)
def test_what_has_no_other_median_is_refused_with_what_to_do(prior, value, found: str, words: str) -> None:
    with pytest.raises(StudyError, match=words) as caught:
        study(prior).override({"a.median": value})
    (fault,) = caught.value.faults
    assert (fault.file, fault.key) == ("--set", "a.median")
    assert found in fault.found


def test_a_prior_is_not_set_and_moved_at_once() -> None:
    for values in ({"a": 1.0, "a.median": 2.0}, {"a.median": 2.0, "a": 1.0}):
        with pytest.raises(StudyError, match="one of the two"):
            study({"family": "normal", "mean": 0, "sd": 1}).override(values)


def test_quantiles_moved_beyond_the_bounds_are_refused() -> None:
    prior = {"family": "normal", "quantiles": {"p10": 1.0, "p50": 2.0, "p90": 3.0}, "bounds": [0.0, 9.0]}
    with pytest.raises(StudyError, match=r"quantiles\.p90: found 9\.5; allowed: values between 0 and 9"):
        at(study(prior).override({"a.median": 8.5}), np.zeros(1))
