"""Every primitive by itself: the numbers of JAX, and on the machine the bits of the twin."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

#: Fractions among which are the ends of all cases: none below 2^-126, which processors may take for 0.
FRACTIONS = np.array(
    [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.7, -3.7, 1e-3, -1e-3, 1e-20, 1e20, -1e20, 88.0, -88.0,
     2.0**31, -(2.0**31), 2.0**32, np.inf, -np.inf, np.nan, 7.0, -7.0, 0.99, 1.01],
    np.float32,
)  # fmt: skip
WHOLE = np.array(
    [0, 1, -1, 2, 3, 5, -7, 31, 32, 33, 100, -100, 2**31 - 1, -(2**31), 2**30, -(2**30), 12345, -54321],
    np.int32,
)


def pairs(values: np.ndarray) -> np.ndarray:
    """Return every value with every other, as points of two rows."""
    one, other = np.meshgrid(values, values)
    return np.stack([one.ravel(), other.ravel()]).view(np.uint32)


def of_fractions(points: jax.Array) -> tuple[jax.Array, ...]:
    return tuple(lax.bitcast_convert_type(points, jnp.float32))


def of_whole(points: jax.Array) -> tuple[jax.Array, ...]:
    return tuple(lax.bitcast_convert_type(points, jnp.int32))


def flags(*truths: jax.Array) -> jax.Array:
    """Return truths as the bits of a whole number."""
    return sum((one.astype(jnp.int32) << place for place, one in enumerate(truths)), jnp.int32(0))


EXACT_OF_FRACTIONS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "max": lax.max,
    "min": lax.min,
    "neg": lambda a, _: -a,
    "abs": lambda a, _: jnp.abs(a),
    "sign": lambda a, _: jnp.sign(a),
    "floor": lambda a, _: jnp.floor(a),
    "ceil": lambda a, _: jnp.ceil(a),
    "round": lambda a, _: lax.round(a, lax.RoundingMethod.AWAY_FROM_ZERO),
    "round to even": lambda a, _: jnp.round(a),
    "sqrt": lambda a, _: jnp.sqrt(a),
    "square": lambda a, _: lax.square(a),
    "is_finite": lambda a, _: jnp.isfinite(a),
    "compare": lambda a, b: jnp.stack([a < b, a <= b, a > b, a >= b, a == b, a != b]),
    "extremes with a constant": lambda a, _: jnp.stack(
        [by(a, np.float32(zero)) for by in (jnp.maximum, jnp.minimum) for zero in (0.0, -0.0, 1.5)]
    ),
    "clamp": lambda a, _: lax.clamp(jnp.float32(-1), a, jnp.float32(2)),
    "select": lambda a, b: jnp.where(a > b, a, b),
    "to whole": lambda a, _: lax.bitcast_convert_type(a.astype(jnp.int32), jnp.float32),
    "to unsigned": lambda a, _: lax.bitcast_convert_type(a.astype(jnp.uint32), jnp.float32),
    "to truth": lambda a, _: a.astype(bool),
    "rem": lambda a, b: lax.rem(a, b),
    "nextafter": jnp.nextafter,
    "integer_pow": lambda a, _: jnp.stack([lax.integer_pow(a, y) for y in (-2, -1, 0, 1, 2, 4)]),
    "argmax": lambda a, b: jnp.stack([jnp.argmax(jnp.stack([a, b])), jnp.argmin(jnp.stack([b, a]))]),
    "sort": lambda a, b: jnp.sort(jnp.stack([a, b, -a, b * 0 + 1])),
    "top_k": lambda a, b: lax.top_k(jnp.stack([a, b, jnp.float32(0.7)]), 2)[0],
}


@pytest.mark.parametrize("name", EXACT_OF_FRACTIONS)
def test_an_operation_on_fractions_is_exact(name: str, three: Any) -> None:
    operation = EXACT_OF_FRACTIONS[name]
    values = FRACTIONS if name != "nextafter" else FRACTIONS[np.abs(FRACTIONS) > 0]

    def function(points: jax.Array) -> list[jax.Array]:
        a, b = of_fractions(points)
        return [operation(a[0], b[0])]

    found = three(function, pairs(values))
    found.same_bits()
    if name == "rem":  # from 2^23 times the divisor on it is said not to be known
        a, b = pairs(values).view(np.float32)
        with np.errstate(all="ignore"):
            far = (np.abs(a / b) >= 2**23) & np.isfinite(a)
        assert np.isnan(found.twin[:, far]).all()
        found.twin, found.jax = found.twin[:, ~far], found.jax[:, ~far]
    found.near_jax(rtol=0, atol=2.0**-126)  # less than that is 0 for XLA


OF_WHOLE: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lax.div,
    "rem": lax.rem,
    "floor_divide": lambda a, b: a // b,
    "max": lax.max,
    "min": lax.min,
    "neg": lambda a, _: -a,
    "abs": lambda a, _: jnp.abs(a),
    "sign": lambda a, _: jnp.sign(a),
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "not": lambda a, _: ~a,
    "shift_left": lax.shift_left,
    "shift_right_logical": lax.shift_right_logical,
    "shift_right_arithmetic": lax.shift_right_arithmetic,
    "shift by a constant": lambda a, b: (a << 3) ^ (b >> 5) ^ lax.shift_right_logical(a, a.dtype.type(7)),
    "population_count": lambda a, _: lax.population_count(a),
    "clz": lambda a, _: lax.clz(a),
    "integer_pow": lambda a, _: lax.integer_pow(a, 3),
    "compare": lambda a, b: flags(a < b, a <= b, a > b, a >= b, a == b),
    "clamp": lambda a, b: lax.clamp((b * 0 + 2).astype(a.dtype), a, (b * 0 + 7).astype(a.dtype)),
    "argmax": lambda a, b: jnp.argmax(jnp.stack([a, b, a])),
    "truths": lambda a, b: flags(
        (a > 0) ^ (b > 0), (a > 0) | ~(b > 0), lax.lt(a > 0, b > 0), lax.le(a > 0, b > 0)
    ),
    "sort": lambda a, b: jnp.sort(jnp.stack([a, b, a - b]))[1],
}


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("name", OF_WHOLE)
def test_an_operation_on_whole_numbers_is_exact(name: str, signed: bool, three: Any) -> None:
    operation = OF_WHOLE[name]

    def function(points: jax.Array) -> list[jax.Array]:
        a, b = of_whole(points) if signed else points
        found = operation(a.reshape(()), b.reshape(()))
        # As two halves, each of which a fraction holds exactly.
        bits = lax.bitcast_convert_type(found.astype(jnp.int32) if found.dtype == bool else found, jnp.uint32)
        return [bits & 0xFFFF, bits >> 16]

    found = three(function, pairs(WHOLE))
    found.same_bits()
    found.near_jax(rtol=0)


@pytest.mark.parametrize("signed", [True, False])
def test_whole_numbers_become_fractions(signed: bool, three: Any) -> None:
    def function(points: jax.Array) -> list[jax.Array]:
        given = lax.bitcast_convert_type(points, jnp.int32) if signed else points
        return [given.astype(jnp.float32), given.astype(bool)]

    found = three(function, WHOLE.view(np.uint32)[None])
    found.same_bits()
    found.near_jax(rtol=0)


SHAPES: dict[str, Callable[[jax.Array], Any]] = {
    "transpose": lambda x: x.reshape(2, 3, 2).transpose(2, 0, 1),
    "rev": lambda x: jnp.flip(x.reshape(3, 4), 1),
    "slice": lambda x: x.reshape(3, 4)[1:, ::2],
    "concatenate": lambda x: jnp.concatenate([x[:3], x[6:], x[:1]]),
    "stack": lambda x: jnp.stack([x[:6], x[6:]], 1),
    "pad": lambda x: lax.pad(x.reshape(3, 4), jnp.float32(9), [(1, 2, 1), (-1, 0, 2)]),
    "split": lambda x: jnp.split(x, [3, 7])[1],
    "tile": lambda x: jnp.tile(x.reshape(3, 4), (2, 1)),
    "broadcast": lambda x: jnp.broadcast_to(x.reshape(3, 1, 4), (3, 2, 4)),
    "iota": lambda x: x[:6].reshape(2, 3) + jnp.broadcast_to(jnp.arange(3.0), (2, 3)),
    "sum": lambda x: jnp.sum(x.reshape(3, 4), 1),
    "max": lambda x: jnp.max(x.reshape(3, 4), 0),
    "prod": lambda x: jnp.prod(x.reshape(3, 4), (0, 1)),
    "any": lambda x: jnp.any(x.reshape(3, 4) > 1, 0),
    "all": lambda x: jnp.all(x.reshape(3, 4) > -1, 1),
    "cumsum": lambda x: jnp.cumsum(x.reshape(3, 4), 1),
    "cumsum reversed": lambda x: lax.cumsum(x, reverse=True),
    "cumprod": lambda x: jnp.cumprod(x),
    "cummax": lambda x: lax.cummax(x),
    "cummin": lambda x: lax.cummin(x),
    "cumlogsumexp": lambda x: lax.cumlogsumexp(x),
    "dot": lambda x: x.reshape(3, 4) @ x.reshape(4, 3),
    "einsum": lambda x: jnp.einsum("bij,bjk->bik", x.reshape(2, 3, 2), x.reshape(2, 2, 3)),
    "outer": lambda x: jnp.outer(x[:3], x[:2]),
    "sum of nothing": lambda x: jnp.sum(x[:0]) + x[0],
    "argsort": lambda x: jnp.argsort(jnp.round(x), stable=True),
    "sort by two": lambda x: lax.sort((jnp.round(x), x), num_keys=2)[1],
    "sort falling": lambda x: jnp.sort(x, descending=True),
    "median": lambda x: jnp.median(x),
    "top_k along": lambda x: jnp.concatenate(
        [one.astype(jnp.float32) for one in lax.top_k(x.reshape(4, 3), 2, axis=0)]
    ),
    "argmax without a sign": lambda x: (lax.argmax(x, 0, np.uint32) - np.uint32(12)).astype(jnp.float32),
    "lines of nothing": lambda x: lax.scan(lambda c, r: (c + jnp.sum(r), c), x[0], jnp.zeros((500, 0)))[1][
        ::99
    ],
    "interp": lambda x: jnp.interp(x, jnp.linspace(-2.0, 2.0, 9), jnp.linspace(-2.0, 2.0, 9) ** 2),
    "searchsorted": lambda x: jnp.searchsorted(jnp.linspace(-2.0, 2.0, 9), x),
    "gather": lambda x: x[jnp.clip((x * 3).astype(int), 0, 11)],
    "gather beyond": lambda x: x.at[(x * 8).astype(int)].get(mode="fill", fill_value=5.0),
    "gather rows": lambda x: x.reshape(4, 3)[jnp.clip((x[:2] * 3).astype(int), 0, 3)],
    "take_along_axis": lambda x: jnp.take_along_axis(
        x.reshape(3, 4), jnp.clip((x.reshape(3, 4) * 2).astype(int), 0, 3), 1
    ),
    "dynamic_slice": lambda x: lax.dynamic_slice(x, [(x[0] * 20).astype(int)], [4]),
    "dynamic_update_slice": lambda x: lax.dynamic_update_slice(x, x[:3] * 2, [(x[0] * 20).astype(int)]),
    "scatter": lambda x: x.at[(x[:3] * 4).astype(int)].set(x[3:6], unique_indices=False),
    "scatter add": lambda x: x.at[(x[:5] * 2).astype(int)].add(1.5),
    "scatter mul": lambda x: x.at[jnp.clip((x[:2] * 4).astype(int), 0, 11)].mul(3.0),
    "scatter max": lambda x: x.at[(x[:5] * 2).astype(int)].max(0.5),
    "scatter at constants": lambda x: x.at[jnp.array([1, 5])].add(x[:2]),
    "select of many": lambda x: lax.select_n((x * 1.4).astype(int) % 3, x, x + 10, x + 20),
    "reduce": lambda x: lax.reduce(x, jnp.float32(1), lax.add, (0,)),
}


@pytest.mark.parametrize("name", SHAPES)
def test_entries_are_where_jax_has_them(name: str, three: Any) -> None:
    operation = SHAPES[name]
    generator = np.random.default_rng(len(name))
    numbers = generator.normal(size=(12, 41)).astype(np.float32)

    def function(points: jax.Array) -> list[jax.Array]:
        return [operation(lax.bitcast_convert_type(points, jnp.float32)[:, 0])]

    found = three(function, numbers.view(np.uint32))
    found.same_bits()
    # Sums of 12 numbers, and products, in another order.
    found.near_jax(rtol=12 * 2.0**-23, atol=12 * 2.0**-23)
