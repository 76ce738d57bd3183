"""Numbers as whole numbers of the same order, by their bits: comparing those takes no subnormal for zero."""

from typing import Any

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, Int

_WHOLE = {"float32": jnp.int32, "float64": jnp.int64}
#: Below this, by its bits, a number of single precision is subnormal: so many of its smallest unit.
_NORMAL, _SMALLEST = 1 << 23, 2.0**-149


def ranks(values: Float[Array, "*shape"]) -> Int[Array, "*shape"]:
    """Return whole numbers in the order of values; of both zeros the same, and of no number the largest."""
    bits = _bits(values)
    most = _most(bits)
    rank = jnp.where(bits < 0, jnp.where(bits == ~most, 0, bits ^ most), bits)
    return jnp.where(not_numbers(values), most, rank)


def of_ranks(rank: Int[Array, "*shape"], dtype: Any) -> Float[Array, "*shape"]:
    """Return the values that have some ranks."""
    return lax.bitcast_convert_type(jnp.where(rank < 0, rank ^ _most(rank), rank), dtype)


def not_numbers(values: Float[Array, "*shape"]) -> Bool[Array, "*shape"]:
    """Return where values are not numbers."""
    bits, infinity = _bits(values), _bits(jnp.asarray(jnp.inf, values.dtype))
    return (bits & _most(bits)) > infinity


def in_double(values: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Return values in double precision, subnormal ones of single precision too."""
    if values.dtype == jnp.float64:
        return values
    bits = _bits(values)
    size = bits & _most(bits)
    subnormal = size.astype(jnp.float64) * jnp.where(bits < 0, -_SMALLEST, _SMALLEST)
    return jnp.where(size < _NORMAL, subnormal, values.astype(jnp.float64))


def _bits(values: Float[Array, "*shape"]) -> Int[Array, "*shape"]:
    return lax.bitcast_convert_type(values, _WHOLE[str(values.dtype)])


def _most(bits: Int[Array, "*shape"]) -> int:
    """Return the largest whole number of this kind."""
    return int(jnp.iinfo(bits.dtype).max)
