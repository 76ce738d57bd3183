"""From 32-bit points to standard normal scores and uniforms, inside the kernel.

A point ``b`` stands for the middle of its cell, ``u = (b + 1/2) / 2^32``. For float32 the inverse normal is
one formula without branches, in the manner of Giles [1]_ but with one piece: with ``x = 2u - 1`` and
``w = -log(1 - x^2)``,

    z = x P(w) / Q(w),

a rational function that ``benchmarks/fit_inverse_normal.py`` fits to 1e-8 over all of ``w``. The distance
``1 - |x|`` to the nearer end is taken from the integer, never by subtraction, so that the tails are
resolved down to ``2^-33`` (z = 6.3) and ``b`` and its complement give exactly opposite scores.

References
----------
.. [1] M. Giles. Approximating the erfinv function. In: GPU Computing Gems Jade Edition, 2012.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.scipy.special import ndtri
from jax.typing import DTypeLike
from jaxtyping import Array, Float, UInt32

#: Coefficients of P and Q in rising powers of w, from benchmarks/fit_inverse_normal.py.
NUMERATOR = (
    1.253314125,
    0.4474254236,
    0.09099179984,
    0.0125202486,
    0.001137573073,
    5.927194076e-05,
    1.908905859e-07,
)
DENOMINATOR = (
    1.0,
    0.0951941705,
    0.03464842116,
    0.002310881804,
    0.0002483005222,
    3.734184226e-06,
)
#: log(1 + f) = f L(f) for 1 + f in [sqrt(1/2), sqrt(2)], from the same script.
LOGARITHM = (
    0.9999998139,
    -0.500006674,
    0.3333618202,
    -0.2495934384,
    0.1987304644,
    -0.1733346515,
    0.1641998972,
    -0.1010223679,
)

_LOG_2 = float(np.log(2.0))
_SQRT_HALF_BITS = np.int32(0x3F3504F3)
_LARGEST_POSITIVE = np.int32(0x7FFFFFFF)
_SIGN = np.uint32(0x80000000)


def _horner(coefficients: tuple[float, ...], at: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Return the polynomial with these coefficients in rising powers."""
    value = jnp.full_like(at, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        value = value * at + coefficient
    return value


def _log(v: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Return the logarithm of normal positive float32 numbers, to 1e-7 absolute or relative.

    XLA's own also serves zero, infinity, NaN and subnormals, at twice the time.
    """
    raw = lax.bitcast_convert_type(v, jnp.int32)
    exponent = (raw - _SQRT_HALF_BITS) >> 23
    fraction = lax.bitcast_convert_type(raw - (exponent << 23), jnp.float32) - 1.0
    return exponent.astype(jnp.float32) * _LOG_2 + fraction * _horner(LOGARITHM, fraction)


def _normal_float32(bits: UInt32[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Return the rational inverse normal."""
    signed = lax.bitcast_convert_type(bits, jnp.int32)
    outer = signed ^ (signed >> 31)  # cells between the point and the nearer end
    inner = _LARGEST_POSITIVE - outer  # cells between the point and the middle
    tail = (outer.astype(jnp.float32) + 0.5) * 2.0**-31
    x = (inner.astype(jnp.float32) + 0.5) * 2.0**-31
    w = -_log(tail * (2.0 - tail))
    size = x * _horner(NUMERATOR, w) / _horner(DENOMINATOR, w)
    negative = ~bits & _SIGN
    return lax.bitcast_convert_type(lax.bitcast_convert_type(size, jnp.uint32) | negative, jnp.float32)


@partial(jax.jit, static_argnames="dtype", inline=True)
def normal(bits: UInt32[Array, "*shape"], dtype: DTypeLike = jnp.float32) -> Float[Array, "*shape"]:
    """Return the standard normal scores of 32-bit points.

    Parameters
    ----------
    bits
        Points as 32-bit fractions.
    dtype
        float32 for the fused formula (relative error below 4e-7), float64 for the exact one.
    """
    if jnp.dtype(dtype) == jnp.float32:
        return _normal_float32(bits)
    return ndtri(uniform(bits, dtype))


@partial(jax.jit, static_argnames="dtype", inline=True)
def uniform(bits: UInt32[Array, "*shape"], dtype: DTypeLike = jnp.float32) -> Float[Array, "*shape"]:
    """Return 32-bit points as numbers in the open interval (0, 1).

    Small numbers keep their full resolution, so that a rare event ``u < p`` has its probability; in float32
    those that would round to one become the largest number below it.
    """
    scaled = (bits.astype(dtype) + 0.5) * 2.0**-32
    return jnp.minimum(scaled, 1.0 - float(jnp.finfo(dtype).epsneg))
