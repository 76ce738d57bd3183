"""Drawing points as the engine does: one compiled function of tables and batch, scanned over blocks."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from simulator.sampling import BATCH, Coordinate, Sampler, join_batches

type Draw = Callable[[Sampler, tuple[Coordinate, ...], int], np.ndarray]


@partial(jax.jit, static_argnames="sampler")
def _batch(sampler, tables, number):
    blocks = lax.map(lambda block: sampler.bits(tables, number, block), jnp.arange(sampler.blocks))
    return jnp.moveaxis(blocks, 0, 1).reshape(blocks.shape[1], -1)


def _draw(sampler: Sampler, coordinates: tuple[Coordinate, ...], batches: int = 1) -> np.ndarray:
    tables = sampler.tables(coordinates, batches)
    return np.concatenate([np.asarray(_batch(sampler, tables, number)) for number in range(batches)], axis=1)


@pytest.fixture
def draw() -> Draw:
    """Bits of the first batches, [d, paths] in path order."""
    return _draw


@pytest.fixture
def draw_replicates() -> Draw:
    """Bits of the first batches, [d, replicate, points]."""

    def drawn(sampler: Sampler, coordinates: tuple[Coordinate, ...], batches: int = 1) -> np.ndarray:
        bits = _draw(sampler, coordinates, batches)
        return join_batches(np.split(bits, bits.shape[-1] // BATCH, axis=-1), batches)

    return drawn
