"""Scores are proper: closed forms, the truth in front, uniform PIT under it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from simulator.buildout.forecast.mixture import Mixture

numbers = st.floats(-3, 3)
scales = st.floats(0.05, 3)
RNG = np.random.default_rng(7)


def three(rng=RNG):
    return Mixture(rng.dirichlet(np.ones(3)), rng.normal(size=3), rng.uniform(0.2, 1.5, size=3))


@given(numbers, scales, numbers)
def test_crps_of_a_normal_is_the_closed_form(mean, sd, outcome):
    z = (outcome - mean) / sd
    closed = sd * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert Mixture.normal(mean, sd).crps(outcome) == pytest.approx(
        closed, abs=1e-13 * (1 + abs(outcome - mean))
    )


@pytest.mark.parametrize("outcome", [-2.0, 0.1, 3.0])
def test_crps_of_a_mixture_is_the_integral_of_its_definition(outcome):
    forecast = three()
    below, _ = integrate.quad(lambda x: forecast.cdf(x) ** 2, -25, outcome, limit=200)
    above, _ = integrate.quad(lambda x: (1 - forecast.cdf(x)) ** 2, outcome, 25, limit=200)
    assert forecast.crps(outcome) == pytest.approx(below + above, abs=1e-8)


def test_log_score_is_the_log_of_a_density_that_integrates_to_one():
    forecast = three()
    total, _ = integrate.quad(lambda x: np.exp(forecast.log_score(x)), -25, 25, limit=200)
    assert total == pytest.approx(1, abs=1e-8)
    slope = (forecast.cdf(0.3 + 1e-5) - forecast.cdf(0.3 - 1e-5)) / 2e-5
    assert np.exp(forecast.log_score(0.3)) == pytest.approx(slope, rel=1e-6)


def test_log_score_far_out_is_finite():
    assert Mixture.normal(0, 1).log_score(60.0) == pytest.approx(-1800 - np.log(2 * np.pi) / 2)


@given(st.floats(0.001, 0.999))
def test_a_quantile_is_the_inverse_of_the_distribution(probability):
    forecast = Mixture(np.array([0.2, 0.8]), np.array([-1.0, 2.0]), np.array([0.3, 1.1]))
    assert forecast.cdf(forecast.quantile(probability)) == pytest.approx(probability, abs=1e-12)


@pytest.mark.parametrize("df", [2, 7, 28])
def test_a_student_is_scipy_s(df):
    # 64 normals stand for the t: their distribution is within two thousandths.
    forecast = Mixture.student(1.0, 0.5, df)
    x = np.linspace(-2, 4, 61)
    truth = stats.t(df, 1.0, 0.5).cdf(x)
    assert np.abs([forecast.cdf(value) for value in x] - truth).max() < 2e-3


def test_the_truth_scores_best_in_the_mean():
    # Differences of 4,000 paired scores: the truth wins by more than five standard errors of the mean.
    truth = three()
    part = RNG.choice(3, p=truth.weights, size=4000)
    outcomes = RNG.normal(truth.means[part], truth.sds[part])
    crps = np.array([truth.crps(x) for x in outcomes])
    logs = np.array([truth.log_score(x) for x in outcomes])
    for shift, scale in ((0.4, 1.0), (0.0, 1.6), (0.0, 0.6)):
        other = Mixture(truth.weights, truth.means + shift, truth.sds * scale)
        worse = np.array([other.crps(x) for x in outcomes]) - crps
        assert worse.mean() > 5 * worse.std() / np.sqrt(len(outcomes))
        less = logs - np.array([other.log_score(x) for x in outcomes])
        assert less.mean() > 5 * less.std() / np.sqrt(len(outcomes))


def test_pit_is_uniform_under_the_truth_and_not_beside_it():
    truth = three()
    part = RNG.choice(3, p=truth.weights, size=4000)
    outcomes = RNG.normal(truth.means[part], truth.sds[part])
    assert stats.kstest([truth.cdf(x) for x in outcomes], "uniform").pvalue > 1e-3
    wide = Mixture(truth.weights, truth.means, truth.sds * 2)
    assert stats.kstest([wide.cdf(x) for x in outcomes], "uniform").pvalue < 1e-6
