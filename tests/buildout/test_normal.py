"""The normal distribution function against SciPy's, in both precisions."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import ndtr

from simulator.buildout.normal import NEAR, TAIL, normal_cdf

#: Relative error of one float32 rounding.
ROUNDING = 2.0**-24
#: Of the fit itself, from benchmarks/fit_normal_tail.py.
FIT = 3.2e-8


def test_float32_is_as_exact_as_its_roundings_allow_in_the_tail_too() -> None:
    x = np.linspace(-12.5, 12.5, 200_001, dtype=np.float32)
    exactly = x.astype(np.float64)
    truth = ndtr(exactly)
    t = 1 / (1 + NEAR * np.abs(exactly))
    powers = [c * t**k for k, c in enumerate(TAIL)]
    # Horner's rule: two roundings a degree, on the sum of the terms' sizes; then two of t, and one of
    # each product; the exponential magnifies the two roundings of x^2 / 2.
    series = 2 * (len(TAIL) - 1) * sum(map(np.abs, powers)) / sum(powers)
    relative = FIT + (series + 12 + exactly**2) * ROUNDING
    found = np.asarray(normal_cdf(jnp.asarray(x)), np.float64)
    assert np.all(np.abs(found - truth) < relative * ndtr(-np.abs(exactly)) + ROUNDING * truth)


def test_float32_reaches_the_ends_and_is_symmetric() -> None:
    x = jnp.asarray([0.0, 40.0, -40.0, jnp.inf, -jnp.inf], jnp.float32)
    np.testing.assert_allclose(normal_cdf(x), [0.5, 1, 0, 1, 0], atol=2 * ROUNDING)
    one = normal_cdf(x[:3]) + normal_cdf(-x[:3])
    np.testing.assert_allclose(one, 1, atol=2 * ROUNDING)


@pytest.mark.parametrize("x", [-37.0, -8.0, -0.3, 0.0, 0.3, 8.0, 37.0])
def test_float64_is_exact(x: float) -> None:
    with jax.enable_x64(True):
        assert float(normal_cdf(jnp.asarray([x], jnp.float64))[0]) == pytest.approx(ndtr(x), rel=1e-13)
