"""Plain Monte Carlo: the reference against which quasi-Monte Carlo is judged."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, ScalarLike, UInt32

from simulator.sampling.counter import stream_keys, threefry
from simulator.sampling.layout import REPLICATES, STRIP, Coordinate


class MonteCarloTables(NamedTuple):
    """The key of each coordinate's stream.

    keys : UInt32[Array, "2 d"]
    """

    keys: UInt32[np.ndarray | Array, "2 d"]


@dataclass(frozen=True, slots=True)
class MonteCarlo:
    """Independent points: word 0 of threefry at counter (strip, point), keyed by (seed, name, component).

    The replicates of the layout are then only batches of paths.

    Parameters
    ----------
    seed
        Any integer.
    block_size
        Paths in a compute block: a power of two up to 256.
    """

    seed: int
    block_size: int = STRIP

    @property
    def structure(self) -> Hashable:
        """What a compiled kernel depends on: seed and names are in the tables."""
        return type(self), self.block_size

    @property
    def blocks(self) -> int:
        """Compute blocks in a batch."""
        return REPLICATES * STRIP // self.block_size

    def tables(self, coordinates: tuple[Coordinate, ...], batches: int) -> MonteCarloTables:
        """Return the keys of these coordinates, the same for any number of batches."""
        return MonteCarloTables(stream_keys("paths", self.seed, coordinates))

    def bits(self, tables: MonteCarloTables, batch: ScalarLike, block: ScalarLike) -> UInt32[Array, "d path"]:
        """Return the points of one block of one batch, as 32-bit fractions.

        Parameters
        ----------
        tables, batch, block
            As in `Sampler.bits`.
        """
        keys = jnp.asarray(tables.keys)
        first = jnp.asarray(block, dtype=jnp.uint32) * np.uint32(self.block_size)  # path within the batch
        strip = jnp.asarray(batch, dtype=jnp.uint32) * np.uint32(REPLICATES) + first // np.uint32(STRIP)
        point = first % np.uint32(STRIP) + jnp.arange(self.block_size, dtype=jnp.uint32)
        # The second word is left unused: taking it would cost a concatenation, and tie a draw to the block.
        word, _ = threefry((keys[0][:, None], keys[1][:, None]), (strip.reshape(1, 1), point[None, :]))
        # Fused with the inverse normal the rounds spill registers: 1.36 against 1.08 ns a number (AVX-512).
        return lax.optimization_barrier(word)
