"""A prior that bounds cut is moved so that what they leave has the median; SciPy is the oracle."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.beliefs import quantile
from simulator.errors import StudyError
from simulator.study import Study

#: Bounds, a median within them, and a prior whose spread is named last.
CASES = [
    ([0.0, 3.0], 1.0, {"family": "normal", "mean": 5.0, "sd": 1.0}, "sd"),
    ([0.0, None], 0.2, {"family": "normal", "mean": 0.0, "sd": 1.0}, "sd"),
    ([None, 2.0], 1.9, {"family": "normal", "mean": 0.0, "sd": 0.5}, "sd"),
    ([0.0, 3.0], 2.0, {"family": "student_t", "df": 3.0, "loc": 0.0, "scale": 1.0}, "scale"),
    ([0.5, 3.0], 1.0, {"family": "lognormal", "median": 3.0, "sigma": 0.8}, "sigma"),
    ([0.5, 3.0], 2.5, {"family": "lognormal", "mean": 3.0, "sd": 2.0}, None),
    ([0.2, 0.5], 0.4, {"family": "logitnormal", "median": 0.2, "sigma": 1.0}, "sigma"),
    ([0.0, 3.0], 2.0, {"family": "uniform", "low": -1.0, "high": 3.5}, None),
    ([1.0, 3.0], 2.5, {"family": "loguniform", "low": 0.5, "high": 4.0}, None),
    ([0.0, 3.0], 2.0, {"family": "triangular", "low": -1.0, "mode": 0.0, "high": 4.0}, None),
    ([0.0, 3.0], 2.0, {"family": "pert", "low": -1.0, "mode": 0.0, "high": 4.0, "shape": 4.0}, "shape"),
    ([0.1, 0.6], 0.5, {"family": "beta", "alpha": 2.0, "beta": 3.0}, None),
    ([0.5, 3.0], 2.0, {"family": "gamma", "shape": 2.0, "scale": 1.0}, "shape"),
    ([0.5, 3.0], 1.0, {"family": "gamma", "mean": 6.0, "sd": 2.0}, None),
    ([0.5, 3.0], 1.6, {"family": "weibull", "shape": 1.5, "scale": 1.0}, "shape"),
    ([0.5, 3.0], 1.6, {"family": "exponential", "mean": 1.0}, None),
    ([0.5, 3.0], 1.6, {"family": "exponential", "rate": 1.0}, None),
]


def moved(prior: dict[str, Any], bounds: list[float | None], median: float):
    base = Study.from_dict({"priors": {"a": {**prior, "bounds": bounds}}})
    return base.override({"a.median": median}).priors["a"]


@pytest.mark.parametrize(("bounds", "median", "prior", "spread"), CASES)
def test_half_of_what_the_bounds_leave_lies_below_the_median(bounds, median, prior, spread) -> None:
    """The quantile function that the kernel is built from gives the median at the score 0."""
    found = moved(prior, bounds, median)
    assert quantile(found)(0.0) == pytest.approx(median, rel=1e-9)
    assert found.family == prior["family"]
    assert found.bounds == tuple(
        end if end is not None else far for end, far in zip(bounds, (-math.inf, math.inf), strict=True)
    )
    if spread:
        assert found.parameters[spread] == pytest.approx(prior[spread], rel=1e-12)


@pytest.mark.parametrize("median", [0.2, 0.7, 1.5, 2.2, 2.8])
def test_a_normal_moved_within_bounds_is_scipys_truncated_normal(median: float) -> None:
    mean = moved({"family": "normal", "mean": 0.0, "sd": 1.0}, [0.0, 3.0], median).parameters["mean"]
    oracle = stats.truncnorm(-mean, 3.0 - mean, loc=mean)
    # Shares are differences of probabilities right to 1e-16, of at least 1e-6 in all.
    assert oracle.median() == pytest.approx(median, rel=1e-9)


def test_an_exponential_moved_within_bounds_is_scipys_truncated_exponential() -> None:
    """Of an exponential above a bound the median lies ln 2 means above it."""
    found = moved({"family": "exponential", "mean": 1.0}, [2.0, None], 5.0)
    assert found.parameters["mean"] == pytest.approx(3.0 / math.log(2), rel=1e-9)
    found = moved({"family": "exponential", "mean": 1.0}, [None, 4.0], 1.0)
    mean = found.parameters["mean"]
    assert stats.truncexpon(4.0 / mean, scale=mean).median() == pytest.approx(1.0, rel=1e-9)


def test_bounds_that_cut_nothing_change_nothing() -> None:
    prior = {"family": "uniform", "low": 1.0, "high": 2.0}
    assert moved(prior, [0.0, 9.0], 4.0).parameters == {"low": 3.5, "high": 4.5}


@pytest.mark.parametrize(
    ("prior", "bounds", "median"),
    [
        ({"family": "normal", "mean": 0.0, "sd": 1.0}, [0.0, 3.0], 0.001),
        ({"family": "normal", "mean": 0.0, "sd": 1.0}, [0.0, 3.0], 2.999),
        ({"family": "student_t", "df": 1.0, "loc": 0.0, "scale": 1.0}, [0.0, 1.0], 0.9),
    ],
)
def test_a_median_that_cannot_be_had_is_refused_with_the_nearest(prior, bounds, median) -> None:
    with pytest.raises(StudyError, match="the nearest is") as caught:
        moved(prior, bounds, median)
    (fault,) = caught.value.faults
    assert (fault.file, fault.key, fault.found) == ("--set", "a.median", f"{median:g}")
    assert fault.allowed.endswith("bounds have to leave 1e-06 of a prior")
    nearest = float(fault.allowed.split("the nearest is ")[1].split(":")[0])
    inward = 0.9 * nearest + 0.1 * np.mean(bounds)
    assert quantile(moved(prior, bounds, inward))(0.0) == pytest.approx(inward, rel=1e-9)


@pytest.mark.parametrize("median", [-1.0, 0.0, 3.0, 4.0])
def test_a_median_outside_the_bounds_is_refused(median: float) -> None:
    with pytest.raises(StudyError, match="between 0 and 3, ends excluded"):
        moved({"family": "normal", "mean": 0.0, "sd": 1.0}, [0.0, 3.0], median)
