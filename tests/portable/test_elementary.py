"""Elementary functions: as near to exact values as they say, and on the machine the bits of the twin."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from scipy import special

#: Unit in the last place of single precision.
ULP = 2.0**-23


def around(low: float, high: float) -> np.ndarray:
    """Return numbers of either sign from a least to a largest size, and 0."""
    sizes = np.exp(np.linspace(np.log(low), np.log(high), 400))
    return np.concatenate([-sizes[::-1], [0.0], sizes]).astype(np.float32)


def above(low: float, high: float) -> np.ndarray:
    return np.exp(np.linspace(np.log(low), np.log(high), 801)).astype(np.float32)


#: Below 0 and not near a whole number, where there are poles and zeros.
BETWEEN_POLES = -np.add.outer(np.arange(6), np.linspace(0.2, 0.35, 20)).ravel().astype(np.float32)


GAMMA = np.concatenate([above(1e-2, 1e6), BETWEEN_POLES, np.array([-70000.25], np.float32)])


def power(x: np.ndarray) -> np.ndarray:
    return np.abs(x) ** 1.75


#: JAX's function, the exact one, where both are tried, and the error allowed: relative in units in the
#: last place, and absolute. A relative error is what the formula's own rounding comes to: its last
#: operations round once each, half a unit; sums of several terms, or two steps of reduction, some more.
CASES: dict[str, tuple[Callable[..., Any], Callable[..., Any], np.ndarray, float, float]] = {
    "exp": (jnp.exp, np.exp, around(1e-6, 80), 2, 0),
    "exp2": (jnp.exp2, np.exp2, around(1e-6, 120), 2, 0),
    "expm1": (jnp.expm1, np.expm1, around(1e-9, 80), 3, 0),
    "log": (jnp.log, np.log, np.concatenate([above(1e-37, 1e38), 1 + around(1e-6, 0.3)]), 5, 0),
    "log1p": (jnp.log1p, np.log1p, np.r_[above(1e-9, 1e30), -above(1e-9, 0.9)].astype(np.float32), 6, 0),
    "logistic": (jax.nn.sigmoid, special.expit, around(1e-6, 80), 4, 0),
    "tanh": (jnp.tanh, np.tanh, around(1e-9, 30), 5, 0),
    "sinh": (jnp.sinh, np.sinh, around(1e-9, 80), 6, 0),
    "cosh": (jnp.cosh, np.cosh, around(1e-9, 80), 4, 0),
    "asinh": (jnp.arcsinh, np.arcsinh, around(1e-9, 1e30), 8, 0),
    "acosh": (jnp.arccosh, np.arccosh, above(1.0001, 1e30), 8, 0),
    "atanh": (jnp.arctanh, np.arctanh, around(1e-9, 0.999), 8, 0),
    "sin": (jnp.sin, np.sin, around(1e-9, 1000), 2, 1e-7),
    "cos": (jnp.cos, np.cos, around(1e-9, 1000), 2, 1e-7),
    "tan": (jnp.tan, np.tan, around(1e-9, 1.5), 5, 0),
    "asin": (jnp.arcsin, np.arcsin, around(1e-9, 1.0), 5, 0),
    "acos": (jnp.arccos, np.arccos, around(1e-9, 0.999), 5, 1e-7),
    "atan": (jnp.arctan, np.arctan, around(1e-9, 1e9), 4, 0),
    "cbrt": (jnp.cbrt, np.cbrt, around(1e-30, 1e30), 3, 0),
    "erf": (lax.erf, special.erf, around(1e-9, 6), 4, 0),
    "erfc": (lax.erfc, special.erfc, around(1e-9, 8), 200, 0),  # exp(-x^2) has the rounding of x^2, up to 64
    "erf_inv": (lax.erf_inv, special.erfinv, around(1e-9, 0.9999), 8, 0),
    "lgamma": (lax.lgamma, special.gammaln, GAMMA, 8, 8e-6),
    "digamma": (lax.digamma, special.digamma, GAMMA, 8, 8e-6),
    "pow": (lambda x: jnp.power(jnp.abs(x), jnp.float32(1.75)), power, around(1e-9, 1e9), 40, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_function_is_near_its_exact_values(name: str, three: Any) -> None:
    function, exact, numbers, units, absolute = CASES[name]

    def of_points(points: jax.Array) -> list[jax.Array]:
        return [function(lax.bitcast_convert_type(points, jnp.float32))]

    found = three(of_points, numbers.view(np.uint32)[None])
    found.same_bits()
    known = exact(numbers.astype(np.float64))
    np.testing.assert_allclose(found.twin[0], known, rtol=units * ULP, atol=absolute)


ENDS = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 2.0, -2.0, -0.5, 1e9, -1e9], np.float32)


@pytest.mark.parametrize("function", [jnp.sin, jnp.cos, jnp.tan])
def test_a_turn_that_is_not_known_is_not_a_number(function: Any, three: Any) -> None:
    def of_points(points: jax.Array) -> list[jax.Array]:
        return [function(lax.bitcast_convert_type(points, jnp.float32))]

    found = three(of_points, np.array([2e5, -1e9, np.inf, np.nan], np.float32).view(np.uint32)[None])
    found.same_bits()
    assert np.isnan(found.twin).all()


@pytest.mark.parametrize("name", [name for name in CASES if name not in {"sin", "cos", "tan", "pow"}])
def test_ends_are_those_of_jax(name: str, three: Any) -> None:
    function = CASES[name][0]

    def of_points(points: jax.Array) -> list[jax.Array]:
        return [function(lax.bitcast_convert_type(points, jnp.float32))]

    found = three(of_points, ENDS.view(np.uint32)[None])
    found.same_bits()
    found.near_jax(rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("pow", jnp.power),
        ("atan2", jnp.arctan2),
        ("logaddexp", lambda a, b: lax.cumlogsumexp(jnp.stack([a, b]))[1]),
    ],
)
def test_a_function_of_two_is_that_of_jax_at_its_ends(name: str, function: Any, three: Any) -> None:
    values = np.array(
        [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5, np.inf, -np.inf, np.nan, 2.5], np.float32
    )
    one, other = np.meshgrid(values, values)
    points = np.stack([one.ravel(), other.ravel()]).view(np.uint32)

    def of_points(given: jax.Array) -> list[jax.Array]:
        a, b = lax.bitcast_convert_type(given, jnp.float32)
        return [function(a[0], b[0])]

    found = three(of_points, points)
    found.same_bits()
    found.near_jax(rtol=1e-5, atol=1e-6)
