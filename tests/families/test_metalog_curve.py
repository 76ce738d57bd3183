"""Metalogs against the distributions that they contain, and through any quantiles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from simulator.families.metalog_curve import fit_metalog

INF = np.inf
Z = np.linspace(-6, 6, 101)


@pytest.mark.parametrize(
    ("bounds", "known"),
    [
        ((-INF, INF), stats.logistic(2, 0.5)),
        ((0.0, INF), stats.fisk(4, scale=3)),
        ((1.0, INF), stats.fisk(4, loc=1, scale=3)),
    ],
)
def test_two_terms_are_the_logistic_and_the_loglogistic(bounds: tuple[float, float], known: object) -> None:
    quantiles = {p: float(known.ppf(p)) for p in (0.1, 0.9)}  # type: ignore[attr-defined]
    metalog = fit_metalog(quantiles, bounds)
    expected = np.where(Z < 0, known.ppf(special.ndtr(Z)), known.isf(special.ndtr(-Z)))  # type: ignore[attr-defined]
    np.testing.assert_allclose(metalog.at(Z), expected, rtol=1e-9)
    np.testing.assert_allclose(metalog.score(expected), Z, atol=1e-8)


def test_a_bound_above_mirrors_a_bound_below() -> None:
    below = fit_metalog({0.1: 1.0, 0.5: 2.0, 0.9: 4.0}, (0.0, INF))
    above = fit_metalog({0.1: -4.0, 0.5: -2.0, 0.9: -1.0}, (-INF, 0.0))
    np.testing.assert_allclose(above.at(Z), -below.at(-Z), rtol=1e-12)


def test_bounds_on_both_sides_hold() -> None:
    metalog = fit_metalog({0.1: 0.1, 0.5: 0.2, 0.9: 0.7}, (0.0, 1.0))
    values = metalog.at(np.linspace(-8, 8, 1001))
    assert (values > 0).all()
    assert (values < 1).all()


@settings(max_examples=30)
@given(st.lists(st.floats(0.6, 1.6), min_size=3, max_size=6), st.floats(-100, 100))
def test_every_quantile_of_a_mild_set_is_met(steps: list[float], first: float) -> None:
    # Gaps that are those of a normal distribution, each changed by a factor.
    probabilities = np.linspace(0.08, 0.9, len(steps) + 1)
    gaps = np.diff(special.ndtri(probabilities)) * np.array(steps)
    values = first + np.concatenate([[0.0], np.cumsum(gaps)])
    metalog = fit_metalog(dict(zip(probabilities.tolist(), values.tolist(), strict=True)), (-INF, INF))
    if len(metalog.coefficients) == len(values):
        np.testing.assert_allclose(metalog.at(special.ndtri(probabilities)), values, atol=1e-7)
    assert (np.diff(metalog.at(np.linspace(-7, 7, 2001))) > 0).all()


def test_seven_symmetric_quantiles_are_met() -> None:
    # Where the seven terms themselves are not independent.
    probabilities = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
    values = stats.gumbel_r(0, 1).ppf(probabilities)
    metalog = fit_metalog(dict(zip(probabilities.tolist(), values.tolist(), strict=True)), (-INF, INF))
    np.testing.assert_allclose(metalog.at(special.ndtri(probabilities)), values, atol=1e-9)


def test_terms_are_dropped_until_it_is_a_distribution() -> None:
    wild = {0.1: 0.0, 0.3: 1.0, 0.5: 1.01, 0.7: 1.02, 0.9: 3.0}
    metalog = fit_metalog(wild, (-INF, INF))
    assert len(metalog.coefficients) < len(wild)
    assert metalog.rises()
