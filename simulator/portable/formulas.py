"""Elementary functions, written in JAX with operations that every machine rounds alike.

A processor adds, multiplies, divides and takes roots to the last bit, and nothing else; so these functions
give the same bits in every browser. They err by a few units in the last place of single precision where
nothing else is said.

References
----------
.. [1] S. L. Moshier. Cephes mathematical library, single precision, 1992.
"""

from __future__ import annotations

import math
from functools import reduce

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from simulator.sampling.scores import LOGARITHM

_LN2 = math.log(2)
#: Largest size whose sine is given: up to it the reduction below errs by at most 1e-6, as measured.
MOST_TURNED = np.float32(1e5)


def polynomial(at: Array, *coefficients: float) -> Array:
    """Return the polynomial with these coefficients in falling powers."""
    first, *others = map(np.float32, coefficients)
    return reduce(lambda value, coefficient: value * at + coefficient, others, jnp.asarray(first))


def _half_power_of_two(exponent: Array) -> Array:
    """Return 2 to a whole power less one, from -126 to 128: 0 for the least."""
    return lax.bitcast_convert_type((exponent.astype(jnp.int32) + 126) << 23, jnp.float32)


def _exponential(x: Array) -> tuple[Array, Array]:
    """Return half a power of two and exp(r) - 1, for x = n ln(2) + r with |r| up to ln(2)/2 [1]_."""
    x = lax.min(lax.max(x, jnp.float32(-87.3)), jnp.float32(89.0))
    n = _nearest(x * np.float32(1 / _LN2))
    r = (x - n * 0.693359375) - n * np.float32(-2.12194440e-4)
    return _half_power_of_two(n), _exp_less_one(r)


def _nearest(x: Array) -> Array:
    return lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN)


def _exp_less_one(r: Array) -> Array:
    return r + r * r * polynomial(
        r, 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
        5.0000001201e-1
    )  # fmt: skip


def exp(x: Array) -> Array:
    """Return e to the x; 0 below 2^-125."""
    half, less_one = _exponential(x)
    one = less_one + 1.0
    return half * (one + one)


def exp2(x: Array) -> Array:
    """Return 2 to the x; 0 below 2^-125."""
    x = lax.min(lax.max(x, jnp.float32(-126.0)), jnp.float32(128.25))
    n = _nearest(x)
    one = _exp_less_one((x - n) * np.float32(_LN2)) + 1.0
    return _half_power_of_two(n) * (one + one)


def expm1(x: Array) -> Array:
    """Return e to the x less 1, exact for small x too."""
    half, less_one = _exponential(x)
    found = half * less_one + (half - 0.5)
    return found + found


def log(x: Array) -> Array:
    """Return the natural logarithm; of a number below 2^-126 that of one near it."""
    bits = lax.bitcast_convert_type(x, jnp.int32)
    exponent = (bits - np.int32(0x3F3504F3)) >> 23
    m = lax.bitcast_convert_type(bits - (exponent << 23), jnp.float32) - 1.0
    found = exponent.astype(jnp.float32) * np.float32(_LN2) + m * polynomial(m, *LOGARITHM[::-1])
    found = jnp.where(x < np.inf, found, x)
    return jnp.where(x > 0, found, jnp.where(x == 0, -np.inf, np.nan).astype(jnp.float32))


def log1p(x: Array) -> Array:
    """Return the logarithm of 1 + x: what 1 + x lost by rounding is made good to first order."""
    u = 1.0 + x
    found = jnp.log(u) * (x / (u - 1.0))
    return jnp.where(u == 1.0, x, jnp.where(u < np.inf, found, jnp.log(u)))


def logaddexp(a: Array, b: Array) -> Array:
    """Return log(exp(a) + exp(b))."""
    found = lax.max(a, b) + jnp.log1p(jnp.exp(-jnp.abs(a - b)))
    return jnp.where(a == b, a + np.float32(_LN2), found)


def power(x: Array, y: Array) -> Array:
    """Return x to the y; its relative error grows with the size of y log(x), by 1e-7 for each unit."""
    size = jnp.exp(y * jnp.log(jnp.abs(x)))
    size = jnp.where((jnp.abs(x) == 1.0) & (jnp.abs(y) == np.inf), jnp.float32(1.0), size)
    whole, half = jnp.floor(y) == y, y * 0.5
    odd = whole & (jnp.floor(half) != half)
    signed = jnp.where(odd, -size, size)
    negative = jnp.where(whole, signed, jnp.where(jnp.abs(x) < np.inf, np.nan, size))
    zero = jnp.where(odd & is_negative(x), -size, size)
    found = jnp.where(x < 0, negative, jnp.where(x == 0, zero, size))
    return jnp.where((y == 0) | (x == 1), jnp.float32(1.0), found)


def logistic(x: Array) -> Array:
    """Return 1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + jnp.exp(-x))


def cbrt(x: Array) -> Array:
    """Return the cube root, by the logarithm and one step of Newton's."""
    size = jnp.abs(x)
    t = jnp.exp(jnp.log(size) * np.float32(1 / 3))
    t = t - (t - size / (t * t)) * np.float32(1 / 3)
    return jnp.where((size > 0) & (size < np.inf), jnp.sign(x) * t, x)


def sin(x: Array) -> Array:
    """Return the sine; not a number beyond `MOST_TURNED`."""
    return _turned(x, 0)


def cos(x: Array) -> Array:
    """Return the cosine; not a number beyond `MOST_TURNED`."""
    return _turned(x, 1)


def _turned(x: Array, quarters: int) -> Array:
    """Return the sine of x plus so many quarters of a turn [1]_."""
    n = _nearest(x * np.float32(2 / math.pi))
    r = ((x - n * 1.5703125) - n * np.float32(4.837512969970703125e-4)) - n * np.float32(
        7.54978995489188216e-8
    )
    z = r * r
    sine = r + r * z * polynomial(z, -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
    cosine = (
        1.0
        - 0.5 * z
        + z * z * polynomial(z, 2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
    )
    quadrant = n.astype(jnp.int32) + quarters
    value = jnp.where((quadrant & 1) == 1, cosine, sine)
    value = jnp.where((quadrant & 2) == 2, -value, value)
    return jnp.where(jnp.abs(x) <= MOST_TURNED, value, np.nan)


def tan(x: Array) -> Array:
    """Return the tangent."""
    return jnp.sin(x) / jnp.cos(x)


def atan(x: Array) -> Array:
    """Return the angle of a slope [1]_."""
    size = jnp.abs(x)
    steep, middle = size > np.float32(math.tan(3 * math.pi / 8)), size > np.float32(math.tan(math.pi / 8))
    start = jnp.where(
        steep, np.float32(math.pi / 2), jnp.where(middle, np.float32(math.pi / 4), np.float32(0))
    )
    s = jnp.where(steep, -1.0 / size, jnp.where(middle, (size - 1.0) / (size + 1.0), size))
    z = s * s
    angle = (
        start
        + s
        + s * z * polynomial(z, 8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1)
    )
    return jnp.where(x < 0, -angle, angle)


def atan2(y: Array, x: Array) -> Array:
    """Return the angle of a point."""
    flat = (x == 0) & (y == 0)
    both = (jnp.abs(x) == np.inf) & (jnp.abs(y) == np.inf)
    slope = jnp.where(flat, jnp.float32(0.0), jnp.where(both, jnp.float32(1.0), jnp.abs(y) / jnp.abs(x)))
    angle = jnp.arctan(slope)
    angle = jnp.where(is_negative(x), np.float32(math.pi) - angle, angle)
    return jnp.where(is_negative(y), -angle, angle)


def is_negative(x: Array) -> Array:
    """Whether the sign is set, that of 0 too."""
    return lax.bitcast_convert_type(x, jnp.int32) < 0


def asin(x: Array) -> Array:
    """Return the angle of a sine [1]_."""
    size = jnp.abs(x)
    outer = size > 0.5
    z = jnp.where(outer, 0.5 * (1.0 - size), size * size)
    s = jnp.where(outer, jnp.sqrt(z), size)
    inner = s + s * z * polynomial(
        z, 4.2163199048e-2, 2.4181311049e-2, 4.5470025998e-2, 7.4953002686e-2, 1.6666752422e-1
    )  # fmt: skip
    angle = jnp.where(outer, np.float32(math.pi / 2) - 2.0 * inner, inner)
    return jnp.where(x < 0, -angle, angle)


def acos(x: Array) -> Array:
    """Return the angle of a cosine."""
    near = 2.0 * jnp.arcsin(jnp.sqrt(0.5 * (1.0 - jnp.abs(x))))
    outer = jnp.where(x < 0, np.float32(math.pi) - near, near)
    return jnp.where(jnp.abs(x) > 0.5, outer, np.float32(math.pi / 2) - jnp.arcsin(x))


def sinh(x: Array) -> Array:
    """Return the hyperbolic sine."""
    size = jnp.abs(x)
    e, root = jnp.expm1(size), jnp.exp(0.5 * size)
    found = jnp.where(size < 1.0, 0.5 * (e + e / (e + 1.0)), 0.5 * root * root - 0.5 * jnp.exp(-size))
    return jnp.where(x < 0, -found, found)


def cosh(x: Array) -> Array:
    """Return the hyperbolic cosine."""
    size = jnp.abs(x)
    root = jnp.exp(0.5 * size)  # its square may be too large where half of that is not
    return 0.5 * root * root + 0.5 * jnp.exp(-size)


def tanh(x: Array) -> Array:
    """Return the hyperbolic tangent."""
    size = lax.min(jnp.abs(x), jnp.float32(10.0))
    e = jnp.expm1(2.0 * size)
    found = e / (e + 2.0)
    return jnp.where(x < 0, -found, found)


def asinh(x: Array) -> Array:
    """Return the inverse of the hyperbolic sine."""
    size = jnp.abs(x)
    near = jnp.log1p(size + size * size / (1.0 + jnp.sqrt(1.0 + size * size)))
    found = jnp.where(size < 1e9, near, jnp.log(size) + np.float32(_LN2))
    return jnp.where(x < 0, -found, found)


def acosh(x: Array) -> Array:
    """Return the inverse of the hyperbolic cosine."""
    t = x - 1.0
    near = jnp.log1p(t + jnp.sqrt(jnp.abs(t) * (2.0 + t)))
    return jnp.where(x < 1.0, np.nan, jnp.where(x < 1e9, near, jnp.log(x) + np.float32(_LN2)))


def atanh(x: Array) -> Array:
    """Return the inverse of the hyperbolic tangent."""
    size = jnp.abs(x)
    found = 0.5 * jnp.log1p(2.0 * size / (1.0 - size))
    found = jnp.where(size == 1.0, jnp.float32(np.inf), found)
    return jnp.where(x < 0, -found, found)


def remainder(x: Array, y: Array) -> Array:
    """Return what is left of x by whole multiples of y, with the sign of x; no number from 2^23 multiples."""
    size, by = jnp.abs(x), jnp.abs(y)
    q = jnp.floor(size / by)
    # y in two parts of 12 bits: products with a whole number below 2^12 and differences near x are exact.
    high = lax.bitcast_convert_type(lax.bitcast_convert_type(by, jnp.int32) & np.int32(-4096), jnp.float32)
    qh = jnp.floor(q * np.float32(2.0**-12)) * 4096.0
    ql = q - qh
    r = (((size - qh * high) - ql * high) - qh * (by - high)) - ql * (by - high)
    r = jnp.where(r < 0, r + by, r)
    r = jnp.where(r >= by, r - by, r)
    r = jnp.where(q < np.float32(2.0**23), r, np.nan)
    r = jnp.where(by == np.inf, jnp.where(size < np.inf, size, np.nan), r)
    return jnp.where(is_negative(x), -r, r)


def next_after(x: Array, y: Array) -> Array:
    """Return the number beside x on the way to y."""
    bits = lax.bitcast_convert_type(x, jnp.int32)
    away = (jnp.abs(y) > jnp.abs(x)) | (is_negative(x) != is_negative(y))
    beside = lax.bitcast_convert_type(
        jnp.where(away & ~((x != 0) & (is_negative(x) != is_negative(y))), bits + 1, bits - 1), jnp.float32
    )
    smallest = lax.bitcast_convert_type(np.int32(1), jnp.float32)
    first = jnp.where(is_negative(y), -smallest, smallest)
    return jnp.where(x == y, y, jnp.where((x != x) | (y != y), np.nan, jnp.where(x == 0, first, beside)))


def round_half_away(x: Array) -> Array:
    """Return the nearest whole number, of two the one further from 0."""
    size = jnp.abs(x)
    down = jnp.floor(size)
    found = jnp.where(size - down >= 0.5, down + 1.0, down)
    return jnp.where(x < 0, -found, jnp.where(x == x, found, x))
