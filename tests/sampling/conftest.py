"""Drawing points as the engine does: one compiled function of tables and batch, scanned over blocks."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from simulator.sampling import Coordinate, Sampler, by_replicate

type Draw = Callable[[Sampler, tuple[Coordinate, ...], int], np.ndarray]


@partial(jax.jit, static_argnames="sampler")
def _batch(sampler, tables, number):
    blocks = lax.map(lambda block: sampler.bits(tables, number, block), jnp.arange(sampler.blocks))
    return jnp.moveaxis(blocks, 0, 1).reshape(blocks.shape[1], -1)


def _draw(sampler: Sampler, coordinates: tuple[Coordinate, ...], batches: int = 1) -> np.ndarray:
    tables = sampler.tables(coordinates)
    return np.concatenate([np.asarray(_batch(sampler, tables, number)) for number in range(batches)], axis=1)


@pytest.fixture
def draw() -> Draw:
    """Bits of the first batches, [d, paths] in path order."""
    return _draw


@pytest.fixture
def draw_replicates() -> Draw:
    """Bits of the first batches, [d, replicate, points]."""
    return lambda sampler, coordinates, batches=1: by_replicate(_draw(sampler, coordinates, batches))
