"""Every family against SciPy, and the laws that all quantile functions obey."""

import numpy as np
import pytest
from scipy import special, stats

from simulator.beliefs import quantile
from simulator.beliefs.resolve import resolve
from simulator.errors import StudyError
from simulator.study import Prior
from tests.beliefs.cases import CASES, PRIORS, TRUNCATED, Case, component, label, prior

#: Scores out to where a path in 10^10 gets, off any break by symmetry.
Z = np.linspace(-6.4567, 6.4567, 1001)

#: Of float64: SciPy's inverses and ours differ by some roundings, amplified by how steep the quantiles are.
ROUNDINGS = 1e-9


@pytest.mark.parametrize("case", CASES, ids=label)
def test_quantiles_are_scipys(case: Case) -> None:
    expected = case.expected(special.ndtr(Z), special.ndtr(-Z))
    scale = np.abs(expected) + np.ptp(expected)
    # Of families for which SciPy has no upper tail of its own, the reference has lost digits there.
    lost = np.finfo(float).eps / special.ndtr(-np.abs(Z))
    np.testing.assert_array_less(
        np.abs(quantile(case.prior)(Z) - expected) / scale, ROUNDINGS + 10 * lost * (np.abs(Z) > 4)
    )


@pytest.mark.parametrize("case", TRUNCATED, ids=label)
def test_truncated_quantiles_are_those_of_the_rest_of_the_distribution(case: Case) -> None:
    z = Z[np.abs(Z) < 4]
    expected = case.expected(special.ndtr(z), special.ndtr(-z))
    # The reference forms 1 - q, which leaves eps / q of the upper tail.
    np.testing.assert_allclose(quantile(case.prior)(z), expected, rtol=1e-9)


@pytest.mark.parametrize("one", PRIORS, ids=label)
class TestEveryPrior:
    """The protocol."""

    def test_rises_and_is_finite(self, one: Prior) -> None:
        values = quantile(one)(np.linspace(-6.5, 6.5, 4001))
        assert np.isfinite(values).all()
        assert (np.diff(values) >= 0).all()

    def test_keeps_shape_and_takes_numbers(self, one: Prior) -> None:
        at = quantile(one)
        assert at(0.3).shape == ()
        assert at(np.zeros((3, 2))).shape == (3, 2)

    def test_inverts_its_distribution_function(self, one: Prior) -> None:
        marginal = resolve(one).marginals[0]
        z = np.linspace(-5, 5, 201)
        z = z[np.abs(z[:, None] - marginal.breaks(9)).min(axis=1, initial=1) > 1e-9]
        x = marginal.at(z)
        # P(X < x) <= Φ(z) <= P(X <= x), up to the rounding of x, over the slope of the quantile function.
        slack = 1e-8 + 1e-14 * np.abs(x) * 2e-4 / np.maximum(
            marginal.at(z + 1e-4) - marginal.at(z - 1e-4), 1e-300
        )
        assert (marginal.score_below(x) <= z + slack).all()
        assert (z <= marginal.score(x) + slack).all()

    def test_halves_at_the_median(self, one: Prior) -> None:
        marginal = resolve(one).marginals[0]
        median = quantile(one)(np.zeros(1))
        assert marginal.score_below(median)[0] <= 1e-9
        assert marginal.score(median)[0] >= -1e-9

    def test_has_no_mass_at_a_bound(self, one: Prior) -> None:
        marginal = resolve(one).marginals[0]
        for bound in one.bounds:
            if np.isfinite(bound) and bound not in marginal.corners:
                values = quantile(one)(np.linspace(-4, 4, 1001))
                assert (values != bound).all()
                assert len(np.unique(values)) == len(values)


def test_truncation_far_out_keeps_its_digits() -> None:
    # Beyond 9 standard deviations, P = 1e-19: the mean excess is 1 / 9 to first order (Mills), and the median
    # solves Q(x) = Q(9) / 2 in logarithms.
    at = quantile(prior("far", "normal", {"mean": 0.0, "sd": 1.0}, bounds=(4.5, np.inf)))
    median = at(np.zeros(1))[0]
    assert special.log_ndtr(-median) == pytest.approx(special.log_ndtr(-4.5) - np.log(2), rel=1e-12)
    low = quantile(prior("low", "normal", {"mean": 0.0, "sd": 1.0}, bounds=(-np.inf, -4.5)))
    assert low(np.zeros(1))[0] == pytest.approx(-median, rel=1e-14)


def test_mixture_is_the_weighted_sum_of_distribution_functions() -> None:
    parts = [component(1, "gamma", shape=2, scale=1), component(3, "normal", mean=5, sd=0.5)]
    at = quantile(prior("m", "mixture", {"components": parts}))
    z = np.linspace(-5, 5, 101)
    x = at(z)
    lower = 0.25 * stats.gamma(2).cdf(x) + 0.75 * stats.norm(5, 0.5).cdf(x)
    np.testing.assert_allclose(lower, special.ndtr(z), rtol=1e-9)


def test_mixture_takes_quantiles_bounds_and_point_masses() -> None:
    parts = [
        {"weight": 1, "family": "normal", "quantiles": {"p10": -1.0, "p90": 1.0}},
        {"weight": 2, "family": "normal", "mean": 0, "sd": 1, "bounds": [None, -3.0]},
        {"weight": 1, "value": 9.0},
    ]
    at = quantile(prior("m", "mixture", {"components": parts}))
    # By their weights: all of the second lies below -3, where the first has nearly nothing.
    assert (at(special.ndtri(np.array([0.01, 0.4999]))) < -3).all()
    assert at(special.ndtri(np.array([0.625])))[0] == pytest.approx(0, abs=1e-3)
    assert (at(special.ndtri(np.array([0.7501, 0.99]))) == 9).all()


def test_dirichlet_has_shares_that_sum_to_one_and_beta_means() -> None:
    rng = np.random.default_rng(5)
    alpha = np.array([0.3, 1.0, 4.0])
    shares = quantile(prior("d", "dirichlet", {"alpha": alpha.tolist()}))(rng.normal(size=(3, 200_000)))
    np.testing.assert_allclose(shares.sum(axis=0), 1, rtol=1e-14)
    total = alpha.sum()
    sd = np.sqrt(alpha * (total - alpha) / total**2 / (total + 1))
    error = sd / np.sqrt(shares.shape[1])
    np.testing.assert_array_less(np.abs(shares.mean(axis=1) - alpha / total), 5 * error)
    # A share is beta: its distribution function at its own quantiles, within binomial error.
    for share, a in zip(shares, alpha, strict=True):
        for p in (0.05, 0.5, 0.95):
            found = np.mean(share <= stats.beta(a, total - a).ppf(p))
            assert abs(found - p) < 5 * np.sqrt(p * (1 - p) / shares.shape[1])


def test_dirichlet_with_tiny_alpha_is_finite_everywhere() -> None:
    at = quantile(prior("d", "dirichlet", {"alpha": [0.01, 0.01]}))
    shares = at(np.array([[-6.5, -6.5, 6.5], [-6.5, 6.5, -6.5]]))
    assert np.isfinite(shares).all()
    np.testing.assert_allclose(shares[:, 0], 0.5)


@pytest.mark.parametrize(
    ("one", "key"),
    [
        (prior("a", "normal", {"mean": 0.0, "sd": -1.0}), "a.sd"),
        (prior("a", "normal", {"mean": np.nan, "sd": 1.0}), "a.mean"),
        (prior("a", "normal", {"sd": 1.0}), "a.mean"),
        (prior("a", "lognormal", {"median": 0.0, "sigma": 1.0}), "a.median"),
        (prior("a", "logitnormal", {"median": 1.0, "sigma": 1.0}), "a.median"),
        (prior("a", "uniform", {"low": 2.0, "high": 2.0}), "a"),
        (prior("a", "loguniform", {"low": 0.0, "high": 2.0}), "a.low"),
        (prior("a", "triangular", {"low": 0.0, "mode": 4.0, "high": 2.0}), "a.mode"),
        (prior("a", "bernoulli", {"p": 1.2}), "a.p"),
        (prior("a", "categorical", {"values": [1, 2], "probabilities": [0.5, 0.6]}), "a.probabilities"),
        (prior("a", "categorical", {"values": [1, 2], "probabilities": [1.0]}), "a.probabilities"),
        (prior("a", "empirical", {"values": []}), "a.values"),
        (prior("a", "empirical", {"values": ["x"]}), "a.values"),
        (prior("a", "scipy", {"distribution": "__import__"}), "a.distribution"),
        (prior("a", "scipy", {"distribution": "norm.rvs"}), "a.distribution"),
        (prior("a", "scipy", {"distribution": "gamma", "args": {"a": -1.0}}), "a.args"),
        (prior("a", "scipy", {"distribution": "gamma", "args": {"shape": 1.0}}), "a.args"),
        (prior("a", "scipy", {"distribution": "poisson", "args": {"mu": 1e9}}), "a.args"),
        (prior("a", "normal", {"mean": 0.0, "sd": 1.0}, bounds=(50.0, 60.0)), "a.bounds"),
        (prior("a", "normal", {"mean": 0.0, "sd": 1.0}, bounds=(2.0, 1.0)), "a.bounds"),
        (prior("a", "dirichlet", {"alpha": [1.0, 0.0]}), "a.alpha"),
        (prior("a", "mixture", {"components": []}), "a.components"),
        (prior("a", "mixture", {"components": [component(1, "normal", mean=0, sd=0)]}), "a.components[0].sd"),
        (prior("a", "mixture", {"components": [component(-1, "normal", mean=0, sd=1)]}), "a.weights"),
        (prior("a", "cauchy", {}), "a.family"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.family,
)
def test_what_is_no_distribution_is_refused(one: Prior, key: str) -> None:
    with pytest.raises(StudyError) as caught:
        quantile(one)
    assert [fault.key for fault in caught.value.faults] == [key]
