"""Points of a few paths, and what programs make of them first."""

import jax
import jax.numpy as jnp
import numpy as np

#: More than two groups of four, and not a multiple.
PATHS = 9


def fractions(points: jax.Array) -> jax.Array:
    """Return points as fractions from -2 to 2, exact in single precision."""
    return (points >> 20).astype(jnp.float32) * 2.0**-10 - 2.0


def whole(points: jax.Array) -> jax.Array:
    return (points >> 28).astype(jnp.int32) - 8


def points(rows: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**32, (rows, PATHS), dtype=np.uint32)
