"""The normal distribution function, in float32 without branches."""

from functools import reduce

import jax.numpy as jnp
from jax.scipy.special import erfc
from jaxtyping import Array, Float

#: The tail is a polynomial in t = 1 / (1 + NEAR |x|); benchmarks/fit_normal_tail.py makes its coefficients.
NEAR = 0.35
TAIL = (
    0.1396214043,
    0.139861869,
    0.1198328731,
    0.1055079818,
    -0.02310978125,
    0.1591740808,
    -0.2557141843,
    0.1439716639,
    -0.02914592337,
)


def normal_cdf(x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Return ``Phi(x)``.

    In float64 by ``erfc``. In float32, ``Phi(-|x|) = exp(-x^2 / 2) t P(t)``, to 2e-7 in absolute terms and to
    1e-6 relative to itself out to five standard deviations: XLA's ``erfc`` works out two series for every
    number and takes one of them, at three times the cost.
    """
    if x.dtype != jnp.float32:
        return 0.5 * erfc(x * -(0.5**0.5))
    t = 1 / (1 + NEAR * jnp.abs(x))
    tail = jnp.exp(-0.5 * x * x) * t * reduce(lambda value, c: value * t + c, reversed(TAIL))
    return jnp.where(x < 0, tail, 1 - tail)
