"""Elementary functions, written in JAX with operations that every machine rounds alike.

A processor adds, multiplies, divides and takes roots to the last bit, and nothing else; so these functions
give the same bits in every browser. They err by a few units in the last place of single precision where
nothing else is said. Each is translated as a model is, to one function of the program that is called where
it is needed.

References ---------- .. [1] S. L. Moshier. Cephes mathematical library, single precision, 1992. .. [2] M.
Giles. Approximating the erfinv function. In: GPU Computing Gems Jade Edition, 2012. .. [3] NIST Handbook of
Mathematical Functions, 2010: 4.6 to 4.45 (inverse functions), 5.11 (Stirling's series).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import reduce
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from simulator.portable.arrays import entries
from simulator.portable.build import Builder
from simulator.portable.program import Function, Node
from simulator.sampling.scores import LOGARITHM

if TYPE_CHECKING:
    from simulator.portable.translate import Translator

_LN2 = math.log(2)


def apply(translator: Translator, name: str, *arguments: Node) -> Node:
    """Return an elementary function of numbers.

    Parameters
    ----------
    translator
        To whose program it is added.
    name
        In `FUNCTIONS`.
    arguments
        Fractions.
    """
    builder = translator.builder
    if name not in builder.functions:
        _define(translator, name, len(arguments))
    return builder.number("call", *arguments, detail=name)


def _define(translator: Translator, name: str, count: int) -> None:
    """Add a function to a program, after those that it uses."""
    builder = Builder(translator.builder.functions)
    parameters = tuple(builder.parameter(place, "f") for place in range(count))
    number = jax.ShapeDtypeStruct((), np.float32)
    closed = jax.make_jaxpr(FUNCTIONS[name])(*[number] * count)
    (result,) = type(translator)(builder).call(closed, [entries((), [one]) for one in parameters])
    found = translator.read(result).item()
    translator.builder.functions[name] = Function(name, parameters, builder.once, found)


def _polynomial(at: Array, *coefficients: float) -> Array:
    """Return the polynomial with these coefficients in falling powers."""
    return reduce(lambda value, coefficient: value * at + np.float32(coefficient), coefficients[1:],
    jnp.float32(coefficients[0]))  # fmt: skip


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
    return r + r * r * _polynomial(
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
    found = exponent.astype(jnp.float32) * np.float32(_LN2) + m * _polynomial(m, *LOGARITHM[::-1])
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
    found = jnp.where(x < 0, negative, size)
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
    """Return the sine; exact to single precision up to some thousands."""
    return _turned(x, 0)


def cos(x: Array) -> Array:
    """Return the cosine; exact to single precision up to some thousands."""
    return _turned(x, 1)


def _turned(x: Array, quarters: int) -> Array:
    """Return the sine of x plus so many quarters of a turn [1]_."""
    n = _nearest(x * np.float32(2 / math.pi))
    r = ((x - n * 1.5703125) - n * np.float32(4.837512969970703125e-4)) - n * np.float32(
        7.54978995489188216e-8
    )
    z = r * r
    sine = r + r * z * _polynomial(z, -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1)
    cosine = (
        1.0
        - 0.5 * z
        + z * z * _polynomial(z, 2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2)
    )
    quadrant = n.astype(jnp.int32) + quarters
    value = jnp.where((quadrant & 1) == 1, cosine, sine)
    return jnp.where((quadrant & 2) == 2, -value, value)


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
        + s * z * _polynomial(z, 8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1)
    )
    return jnp.where(x < 0, -angle, angle)


def atan2(y: Array, x: Array) -> Array:
    """Return the angle of a point."""
    flat = (x == 0) & (y == 0)
    both = (jnp.abs(x) == np.inf) & (jnp.abs(y) == np.inf)
    slope = jnp.where(flat, jnp.float32(0.0), jnp.where(both, jnp.float32(1.0), jnp.abs(y) / jnp.abs(x)))
    angle = jnp.arctan(slope)
    angle = jnp.where(_negative(x), np.float32(math.pi) - angle, angle)
    return jnp.where(_negative(y), -angle, angle)


def _negative(x: Array) -> Array:
    """Whether the sign is set, that of 0 too."""
    return lax.bitcast_convert_type(x, jnp.int32) < 0


def asin(x: Array) -> Array:
    """Return the angle of a sine [1]_."""
    size = jnp.abs(x)
    outer = size > 0.5
    z = jnp.where(outer, 0.5 * (1.0 - size), size * size)
    s = jnp.where(outer, jnp.sqrt(z), size)
    inner = s + s * z * _polynomial(
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


def _erfc_beyond_one(size: Array) -> Array:
    """Return the complementary error function from 1 on [1]_."""
    q = 1.0 / size
    y = q * q
    middle = _polynomial(
        y, 2.326819970068386e-2, -1.387039388740657e-1, 3.687424674597105e-1, -5.824733027278666e-1,
        6.210004621745983e-1, -4.944515323274145e-1, 3.404879937665872e-1, -2.741127028184656e-1,
        5.638259427386472e-1,
    )  # fmt: skip
    far = _polynomial(
        y, -1.047766399936249e1, 1.297719955372516e1, -7.495518717768503e0, 2.921019019210786e0,
        -1.015265279202700e0, 4.218463358204948e-1, -2.820767439740514e-1, 5.641895067754075e-1,
    )  # fmt: skip
    return jnp.exp(-size * size) * q * jnp.where(size < 2.0, middle, far)


def _erf_within_one(x: Array) -> Array:
    """Return the error function up to 1 [1]_."""
    return x * _polynomial(
        x * x, 7.853861353153693e-5, -8.010193625184903e-4, 5.188327685732524e-3, -2.685381193529856e-2,
        1.128358514861418e-1, -3.761262582423300e-1, 1.128379165726710,
    )  # fmt: skip


def erf(x: Array) -> Array:
    """Return the error function."""
    size = jnp.abs(x)
    far = 1.0 - _erfc_beyond_one(lax.max(size, jnp.float32(1.0)))
    return jnp.where(size < 1.0, _erf_within_one(x), jnp.where(x < 0, -far, far))


def erfc(x: Array) -> Array:
    """Return one less the error function."""
    size = jnp.abs(x)
    far = _erfc_beyond_one(lax.max(size, jnp.float32(1.0)))
    return jnp.where(size < 1.0, 1.0 - _erf_within_one(x), jnp.where(x < 0, 2.0 - far, far))


def erf_inv(x: Array) -> Array:
    """Return the inverse of the error function [2]_."""
    w = -jnp.log((1.0 - x) * (1.0 + x))
    near = _polynomial(
        w - 2.5, 2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
        -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
    )  # fmt: skip
    far = _polynomial(
        jnp.sqrt(lax.max(w, jnp.float32(0.0))) - 3.0, -0.000200214257, 0.000100950558, 0.00134934322,
        -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
    )  # fmt: skip
    found = x * jnp.where(w < 5.0, near, far)
    return jnp.where(jnp.abs(x) == 1.0, x * np.inf, found)


#: Terms by which an argument is moved to where Stirling's series holds.
_SHIFT = 8


def lgamma(x: Array) -> Array:
    """Return the logarithm of the size of the gamma function, to some 1e-6 near its zeros [3]_."""
    reflected = x < 0.5
    y = jnp.where(reflected, 1.0 - x, x)
    product = reduce(lambda a, b: a * b, (y + k for k in range(_SHIFT)))
    z = y + _SHIFT
    series = _polynomial(1.0 / (z * z), 1 / 1260, -1 / 360, 1 / 12) / z
    found = (z - 0.5) * jnp.log(z) - z + np.float32(0.5 * math.log(2 * math.pi)) + series - jnp.log(product)
    mirrored = (
        np.float32(math.log(math.pi))
        - jnp.log(jnp.abs(jnp.sin(np.float32(math.pi) * (x - jnp.floor(x)))))
        - found
    )
    pole = (x <= 0) & (jnp.floor(x) == x)
    large = jnp.where(y > 1e4, (y - 0.5) * jnp.log(y) - y + np.float32(0.5 * math.log(2 * math.pi)), found)
    return jnp.where(
        pole | (jnp.abs(x) == np.inf), jnp.float32(np.inf), jnp.where(reflected, mirrored, large)
    )


def digamma(x: Array) -> Array:
    """Return the derivative of the logarithm of the gamma function [3]_."""
    reflected = x < 0.5
    y = jnp.where(reflected, 1.0 - x, x)
    less = reduce(lambda a, b: a + b, (1.0 / (y + k) for k in range(_SHIFT)))
    z = y + _SHIFT
    square = 1.0 / (z * z)
    found = jnp.log(z) - 0.5 / z - square * _polynomial(square, 1 / 252, -1 / 120, 1 / 12) - less
    turned = np.float32(math.pi) * (x - jnp.floor(x))
    mirrored = found - np.float32(math.pi) * jnp.cos(turned) / jnp.sin(turned)
    pole = (x <= 0) & (jnp.floor(x) == x)
    at_pole = jnp.where(x == 0, -np.inf, np.nan).astype(jnp.float32)
    return jnp.where(pole, at_pole, jnp.where(reflected, mirrored, found))


def remainder(x: Array, y: Array) -> Array:
    """Return what is left of x by whole multiples of y, with the sign of x; exact where x/y is below 2^23."""
    size, by = jnp.abs(x), jnp.abs(y)
    q = jnp.floor(size / by)
    # y in two parts of 12 bits: products with a whole number below 2^12 and differences near x are exact.
    high = lax.bitcast_convert_type(lax.bitcast_convert_type(by, jnp.int32) & np.int32(-4096), jnp.float32)
    qh = jnp.floor(q * np.float32(2.0**-12)) * 4096.0
    ql = q - qh
    r = (((size - qh * high) - ql * high) - qh * (by - high)) - ql * (by - high)
    r = jnp.where(r < 0, r + by, r)
    r = jnp.where(r >= by, r - by, r)
    r = jnp.where(by == np.inf, jnp.where(size < np.inf, size, np.nan), r)
    return jnp.where(_negative(x), -r, r)


def next_after(x: Array, y: Array) -> Array:
    """Return the number beside x on the way to y."""
    bits = lax.bitcast_convert_type(x, jnp.int32)
    away = (jnp.abs(y) > jnp.abs(x)) | (_negative(x) != _negative(y))
    beside = lax.bitcast_convert_type(
        jnp.where(away & ~((x != 0) & (_negative(x) != _negative(y))), bits + 1, bits - 1), jnp.float32
    )
    smallest = lax.bitcast_convert_type(np.int32(1), jnp.float32)
    first = jnp.where(_negative(y), -smallest, smallest)
    return jnp.where(x == y, y, jnp.where((x != x) | (y != y), np.nan, jnp.where(x == 0, first, beside)))


def round_half_away(x: Array) -> Array:
    """Return the nearest whole number, of two the one further from 0."""
    size = jnp.abs(x)
    down = jnp.floor(size)
    found = jnp.where(size - down >= 0.5, down + 1.0, down)
    return jnp.where(x < 0, -found, jnp.where(x == x, found, x))


#: By the name of JAX's primitive; and those that rules of `simulator.portable.primitives` use by name.
FUNCTIONS: Mapping[str, Callable[..., Array]] = {
    "acos": acos, "acosh": acosh, "asin": asin, "asinh": asinh, "atan": atan, "atan2": atan2, "atanh": atanh,
    "cbrt": cbrt, "cos": cos, "cosh": cosh, "digamma": digamma, "erf": erf, "erf_inv": erf_inv, "erfc": erfc,
    "exp": exp, "exp2": exp2, "expm1": expm1, "lgamma": lgamma, "log": log, "log1p": log1p,
    "logaddexp": logaddexp, "logistic": logistic, "nextafter": next_after, "pow": power, "rem": remainder,
    "round_half_away": round_half_away, "sin": sin, "sinh": sinh, "tan": tan, "tanh": tanh,
}  # fmt: skip
