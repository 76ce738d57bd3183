"""Quantiles in, the distribution that has them out; or a refusal that says why."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.beliefs import fit_report, quantile
from simulator.errors import StudyError
from simulator.families import FAMILIES
from simulator.study import Prior
from tests.beliefs.cases import prior

#: Quantiles that every family of its kind can have.
PAIRS = {
    "normal": {0.1: -3.0, 0.9: 5.0},
    "lognormal": {0.05: 2.0, 0.6: 9.0},
    "logitnormal": {0.1: 0.2, 0.9: 0.95},
    "student_t": {0.1: -3.0, 0.8: 5.0},
    "uniform": {0.1: -3.0, 0.9: 5.0},
    "loguniform": {0.1: 0.3, 0.9: 5.0},
    "beta": {0.1: 0.02, 0.9: 0.5},
    "gamma": {0.1: 0.3, 0.9: 5.0},
    "weibull": {0.1: 0.3, 0.9: 5.0},
}


def asked(family: str, quantiles: dict[float, float], **more: object) -> Prior:
    parameters = {"student_t": {"df": 4}}.get(family, {})
    return prior("q", family, {**parameters, **more.pop("parameters", {})}, quantiles=quantiles, **more)  # type: ignore[dict-item]


@pytest.mark.parametrize("family", PAIRS)
def test_two_quantiles_are_met_exactly(family: str) -> None:
    one = asked(family, PAIRS[family])
    got = quantile(one)(stats.norm.ppf(list(PAIRS[family])))
    np.testing.assert_allclose(got, list(PAIRS[family].values()), rtol=1e-9)
    assert fit_report(one).worst_miss < 1e-9


@pytest.mark.parametrize("family", PAIRS)
def test_two_quantiles_of_the_truncated_distribution_are_met(family: str) -> None:
    (p, low), (q, high) = PAIRS[family].items()
    bounds = (low - (high - low) / 2, high + (high - low) / 2)
    one = asked(family, PAIRS[family], bounds=bounds)
    got = quantile(one)(stats.norm.ppf([p, q]))
    np.testing.assert_allclose(got, [low, high], rtol=1e-6)
    # Truncated indeed: at the far ends of the scores it nears the bounds, and no more.
    far = quantile(one)(np.array([-6.0, 6.0]))
    assert bounds[0] <= far[0] < low
    assert high < far[1] <= bounds[1]


@pytest.mark.parametrize("family", ["triangular", "pert"])
@settings(max_examples=8)
@given(low=st.floats(-100, 100), width=st.floats(0.1, 100), mode=st.floats(0.05, 0.95))
def test_three_quantiles_give_the_peaked_families_back(
    family: str, low: float, width: float, mode: float
) -> None:
    shape = {"low": low, "mode": low + mode * width, "high": low + width}
    z = stats.norm.ppf([0.1, 0.5, 0.9])
    values = quantile(prior("p", family, shape))(z)
    got = quantile(asked(family, dict(zip([0.1, 0.5, 0.9], values.tolist(), strict=True))))(z)
    np.testing.assert_allclose(got, values, atol=1e-6 * width)


@settings(max_examples=8)
@given(shape=st.floats(0.3, 50), scale=st.floats(0.01, 1000))
def test_gamma_and_weibull_give_their_parameters_back(shape: float, scale: float) -> None:
    for family in ("gamma", "weibull"):
        z = stats.norm.ppf([0.05, 0.95])
        values = quantile(prior("p", family, {"shape": shape, "scale": scale}))(z)
        found = fit_report(asked(family, dict(zip([0.05, 0.95], values.tolist(), strict=True)))).parameters
        assert found["shape"] == pytest.approx(shape, rel=1e-5)
        assert found["scale"] == pytest.approx(scale, rel=1e-5)


@settings(max_examples=8)
@given(alpha=st.floats(0.4, 100), beta=st.floats(0.4, 100))
def test_beta_gives_its_quantiles_back(alpha: float, beta: float) -> None:
    z = stats.norm.ppf([0.1, 0.9])
    values = quantile(prior("p", "beta", {"alpha": alpha, "beta": beta}))(z)
    got = quantile(asked("beta", dict(zip([0.1, 0.9], values.tolist(), strict=True))))(z)
    np.testing.assert_allclose(got, values, atol=1e-6 * np.ptp(values))


def test_more_quantiles_are_met_by_least_squares_of_their_misses() -> None:
    # Of a normal this is linear regression: its residuals are orthogonal to the regressors.
    quantiles = {0.1: -1.5, 0.5: 0.1, 0.9: 1.3}
    report = fit_report(asked("normal", quantiles))
    misses = np.array([report.got[p] - x for p, x in quantiles.items()])
    assert abs(misses.sum()) < 1e-9
    assert abs(misses @ stats.norm.ppf(list(quantiles))) < 1e-9
    assert report.worst_miss == pytest.approx(np.abs(misses).max() / 2.8)


def test_the_example_of_a_prior_set_is_met_and_says_by_how_much_not() -> None:
    # p10 110, p50 125, p90 148 is more skewed than a lognormal: log ratios of .128 and .169.
    report = fit_report(asked("lognormal", {0.1: 110.0, 0.5: 125.0, 0.9: 148.0}))
    assert 0.03 < report.worst_miss < 0.06
    assert "asked for 125" in str(report)
    assert "worst miss 4.5%" in str(report)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (asked("normal", {0.1: 0.0, 0.5: 1.0, 0.9: 100.0}), "misses by"),
        (asked("normal", {0.1: 5.0, 0.9: 1.0}), "values that rise"),
        (asked("normal", {0.1: 1.0, 0.9: 1.0}), "values that rise"),
        (asked("normal", {0.1: 1.0}), "2 or more"),
        (asked("triangular", {0.1: 1.0, 0.9: 2.0}), "3 or more"),
        (asked("lognormal", {0.1: -1.0, 0.9: 2.0}), "inside the support"),
        (asked("gamma", {0.1: -1.0, 0.9: 2.0}), "inside the support"),
        (asked("logitnormal", {0.1: 0.5, 0.9: 1.5}), "inside the support"),
        (asked("beta", {0.1: 0.5, 0.9: 1.5}), "inside the support"),
        (asked("normal", {0.1: 1.0, 0.9: 2.0}, bounds=(0.0, 1.5)), "inside the bounds"),
        (asked("normal", {0.1: 1.0, 1.5: 2.0}), "probabilities between"),
        (asked("bernoulli", {0.1: 0.0, 0.9: 1.0}), "quantiles for bernoulli"),
        (asked("student_t", {0.1: 0.0, 0.9: 1.0}, parameters={"df": None}), "df"),
        (asked("metalog", {0.1: 0.0, 0.5: 0.01, 0.9: 1.0}), "metalog"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.family,
)
def test_what_cannot_be_had_is_refused(one: Prior, words: str) -> None:
    with pytest.raises(StudyError, match=words) as caught:
        quantile(one)
    assert caught.value.faults[0].key.startswith("q.")


def test_every_fitted_family_is_tested() -> None:
    fitted = {name for name, family in FAMILIES.items() if family.fitting}
    assert fitted == {*PAIRS, "triangular", "pert", "exponential"}


def test_one_free_parameter_is_fitted_to_two_quantiles() -> None:
    values = stats.expon(scale=3).ppf([0.2, 0.8])
    report = fit_report(asked("exponential", dict(zip([0.2, 0.8], values.tolist(), strict=True))))
    assert report.parameters["mean"] == pytest.approx(3)


def test_bounds_that_cut_nothing_off_leave_a_family_as_it_is() -> None:
    open_, bounded = (
        fit_report(asked("lognormal", PAIRS["lognormal"], bounds=(low, np.inf))) for low in (-np.inf, 0.0)
    )
    assert open_ == bounded
    assert bounded.kind == "lognormal"
