"""Randomised quasi-Monte Carlo: scrambled Sobol points that cost one XOR each in the kernel."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, ScalarLike, UInt32

from simulator.sampling.generators import DIGITS, random_columns, scrambled_columns, sobol_columns
from simulator.sampling.layout import REPLICATES, STRIP, Coordinate
from simulator.study.coordinates import parse_coordinate

#: Bits of a point's index that count within a strip; the others count batches.
_STRIP_BITS = STRIP.bit_length() - 1


class NetTables(NamedTuple):
    """The scrambled points of all replicates, split by linearity into the point within a batch and the batch.

    low : UInt32[Array, "block d path"]
        The shifted points of the first batch.
    columns : UInt32[Array, "replicate bit d"]
        What each bit of the batch's number adds (XOR) to all of them.
    """

    low: UInt32[np.ndarray | Array, "block d path"]
    columns: UInt32[np.ndarray | Array, "replicate bit d"]


@dataclass(frozen=True, slots=True)
class DigitalNet:
    """Sobol points under a random linear scramble and a digital shift, in 32 independent replicates.

    The coordinates named in ``order`` take the Sobol dimensions in that order. Any other name has a random
    generator matrix of its own, so it can come and go without moving another name's draws. Alone it is as
    evenly spread as a Sobol dimension. Of the pairs with another such name nearly all are far better spread
    than independent points, but about one in ``n / 2`` (n points a replicate) shares its leading digit and is
    far worse, with errors that show it; on average the variance of such an interaction is up to twice that
    of Monte Carlo. So what matters belongs in the order.

    Parameters
    ----------
    seed
        Any integer.
    order
        ``name`` or ``name[component]``, the most important first.
    block_size
        Paths in a compute block: a power of two up to 256.
    """

    seed: int
    order: tuple[str, ...] = ()
    block_size: int = STRIP

    @property
    def structure(self) -> Hashable:
        """What a compiled kernel depends on: seed and names are in the tables."""
        return type(self), self.block_size

    @property
    def blocks(self) -> int:
        """Compute blocks in a batch."""
        return REPLICATES * STRIP // self.block_size

    def tables(self, coordinates: tuple[Coordinate, ...], batches: int) -> NetTables:
        """Return the tables of these coordinates, good for so many batches.

        Parameters
        ----------
        coordinates
            Name and component of each row of the bits.
        batches
            How many batches the run may reach, from 1 to ``MAX_BATCHES``.
        """
        columns = self.columns(coordinates, _STRIP_BITS + (batches - 1).bit_length())
        scrambled, shift = scrambled_columns(columns, self.seed, coordinates)
        d = len(coordinates)
        points = np.empty((REPLICATES, d, STRIP), dtype=np.uint32)
        points[..., 0] = shift
        for bit in range(_STRIP_BITS):
            done = 1 << bit
            np.bitwise_xor(points[..., :done], scrambled[:, bit, :, None], out=points[..., done : 2 * done])
        low = points.reshape(REPLICATES, d, STRIP // self.block_size, self.block_size).swapaxes(1, 2)
        return NetTables(
            low=np.ascontiguousarray(low).reshape(self.blocks, d, self.block_size),
            columns=np.ascontiguousarray(scrambled[:, _STRIP_BITS:]),
        )

    def bits(self, tables: NetTables, batch: ScalarLike, block: ScalarLike) -> UInt32[Array, "d path"]:
        """Return the points of one block of one batch, as 32-bit fractions.

        Parameters
        ----------
        tables, batch, block
            As in `Sampler.bits`.
        """
        index = jnp.asarray(block, dtype=jnp.int32)
        low = lax.dynamic_index_in_dim(jnp.asarray(tables.low), index, keepdims=False)
        replicate = index // (STRIP // self.block_size)
        columns = lax.dynamic_index_in_dim(jnp.asarray(tables.columns), replicate, keepdims=False)
        # Some 24 operations per coordinate and block, under 1% of the inverse normal: no state per batch.
        counted = jnp.arange(DIGITS - _STRIP_BITS, dtype=jnp.uint32)
        picked = -((jnp.asarray(batch, dtype=jnp.uint32) >> counted) & np.uint32(1))
        high = lax.reduce(columns & picked[:, None], np.uint32(0), lax.bitwise_xor, (0,))
        return low ^ high[:, None]

    def columns(self, coordinates: tuple[Coordinate, ...], count: int) -> UInt32[np.ndarray, "column d"]:
        """Return the generator matrices before scrambling, of a Sobol dimension the first columns."""
        dimension = {parse_coordinate(text): number for number, text in enumerate(self.order)}
        known = [row for row, coordinate in enumerate(coordinates) if coordinate in dimension]
        other = [row for row, coordinate in enumerate(coordinates) if coordinate not in dimension]
        columns = np.empty((DIGITS, len(coordinates)), dtype=np.uint32)
        if known:
            columns[:, known] = sobol_columns([dimension[coordinates[row]] for row in known], count)
        if other:
            columns[:, other] = random_columns([coordinates[row] for row in other])
        return columns
