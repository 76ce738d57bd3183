"""Error functions, and those of the logarithm of the gamma function: see `simulator.portable.formulas`.

References
----------
.. [1] S. L. Moshier. Cephes mathematical library, single precision, 1992.
.. [2] M. Giles. Approximating the erfinv function. In: GPU Computing Gems Jade Edition, 2012.
.. [3] NIST Handbook of Mathematical Functions, 2010: 5.11 (Stirling's series).
"""

from __future__ import annotations

import math
from functools import reduce

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from simulator.portable.formulas import polynomial


def _erfc_beyond_one(size: Array) -> Array:
    """Return the complementary error function from 1 on [1]_."""
    q = 1.0 / size
    y = q * q
    middle = polynomial(
        y, 2.326819970068386e-2, -1.387039388740657e-1, 3.687424674597105e-1, -5.824733027278666e-1,
        6.210004621745983e-1, -4.944515323274145e-1, 3.404879937665872e-1, -2.741127028184656e-1,
        5.638259427386472e-1,
    )  # fmt: skip
    far = polynomial(
        y, -1.047766399936249e1, 1.297719955372516e1, -7.495518717768503e0, 2.921019019210786e0,
        -1.015265279202700e0, 4.218463358204948e-1, -2.820767439740514e-1, 5.641895067754075e-1,
    )  # fmt: skip
    return jnp.exp(-size * size) * q * jnp.where(size < 2.0, middle, far)


def _erf_within_one(x: Array) -> Array:
    """Return the error function up to 1 [1]_."""
    return x * polynomial(
        x * x, 7.853861353153693e-5, -8.010193625184903e-4, 5.188327685732524e-3, -2.685381193529856e-2,
        1.128358514861418e-1, -3.761262582423300e-1, 1.128379165726710,
    )  # fmt: skip


def erf(x: Array) -> Array:
    """Return the error function."""
    size = jnp.abs(x)
    far = 1.0 - _erfc_beyond_one(lax.max(size, jnp.float32(1.0)))
    return jnp.where(size < 1.0, _erf_within_one(x), jnp.where(x < 0, -far, far))


def erfc(x: Array) -> Array:
    """Return one less the error function; its relative error grows with the square of x."""
    size = jnp.abs(x)
    far = _erfc_beyond_one(lax.max(size, jnp.float32(1.0)))
    return jnp.where(size < 1.0, 1.0 - _erf_within_one(x), jnp.where(x < 0, 2.0 - far, far))


def erf_inv(x: Array) -> Array:
    """Return the inverse of the error function [2]_."""
    w = -jnp.log((1.0 - x) * (1.0 + x))
    near = polynomial(
        w - 2.5, 2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
        -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
    )  # fmt: skip
    far = polynomial(
        jnp.sqrt(lax.max(w, jnp.float32(0.0))) - 3.0, -0.000200214257, 0.000100950558, 0.00134934322,
        -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
    )  # fmt: skip
    found = x * jnp.where(w < 5.0, near, far)
    return jnp.where(jnp.abs(x) == 1.0, x * np.inf, found)


#: Terms by which an argument is moved to where Stirling's series holds.
_SHIFT = 8


def lgamma(x: Array) -> Array:
    """Return the logarithm of the size of the gamma function; it errs by up to 8e-6 near its zeros [3]_."""
    reflected = x < 0.5
    y = jnp.where(reflected, 1.0 - x, x)
    product = reduce(lambda a, b: a * b, (y + k for k in range(_SHIFT)))
    z = y + _SHIFT
    series = polynomial(1.0 / (z * z), 1 / 1260, -1 / 360, 1 / 12) / z
    found = (z - 0.5) * jnp.log(z) - z + np.float32(0.5 * math.log(2 * math.pi)) + series - jnp.log(product)
    large = (y - 0.5) * jnp.log(y) - y + np.float32(0.5 * math.log(2 * math.pi))
    found = jnp.where(y > 1e4, large, found)
    turned = jnp.log(jnp.abs(jnp.sin(np.float32(math.pi) * (x - jnp.floor(x)))))
    mirrored = np.float32(math.log(math.pi)) - turned - found
    pole = (x <= 0) & (jnp.floor(x) == x)
    return jnp.where(
        pole | (jnp.abs(x) == np.inf), jnp.float32(np.inf), jnp.where(reflected, mirrored, found)
    )


def digamma(x: Array) -> Array:
    """Return the derivative of the logarithm of the gamma function; errors as of `lgamma` [3]_."""
    reflected = x < 0.5
    y = jnp.where(reflected, 1.0 - x, x)
    less = reduce(lambda a, b: a + b, (1.0 / (y + k) for k in range(_SHIFT)))
    z = y + _SHIFT
    square = 1.0 / (z * z)
    found = jnp.log(z) - 0.5 / z - square * polynomial(square, 1 / 252, -1 / 120, 1 / 12) - less
    turned = np.float32(math.pi) * (x - jnp.floor(x))
    mirrored = found - np.float32(math.pi) * jnp.cos(turned) / jnp.sin(turned)
    pole = (x <= 0) & (jnp.floor(x) == x)
    at_pole = jnp.where(x == 0, -np.inf, np.nan).astype(jnp.float32)
    return jnp.where(pole, at_pole, jnp.where(reflected, mirrored, found))
