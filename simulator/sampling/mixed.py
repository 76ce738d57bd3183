"""Some coordinates by one sampler, and the others by another."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int32, ScalarLike, UInt32

from simulator.sampling.layout import Coordinate, Sampler


class MixedTables(NamedTuple):
    """The tables of both samplers, and where each row is among those of the first and then of the second.

    places : Int32[Array, "d"]
    """

    first: Any
    second: Any
    places: Int32[np.ndarray | Array, " d"]


@dataclass(frozen=True, slots=True)
class Mixed:
    """Coordinates whose names begin so by the second sampler, all others by the first.

    Parameters
    ----------
    first, second
        Of one size of a block.
    prefix
        Of the names that are the second's.
    """

    first: Sampler
    second: Sampler
    prefix: str

    @property
    def block_size(self) -> int:
        """Paths in a compute block."""
        return self.first.block_size

    @property
    def structure(self) -> Hashable:
        """What a compiled kernel depends on: the two samplers, and which names are the second's."""
        return type(self), self.first.structure, self.second.structure, self.prefix

    @property
    def blocks(self) -> int:
        """Compute blocks in a batch."""
        return self.first.blocks

    def tables(self, coordinates: tuple[Coordinate, ...], batches: int) -> MixedTables:
        """Return the tables of these coordinates in so many batches."""
        seconds = np.array([name.startswith(self.prefix) for name, _ in coordinates], dtype=bool)
        order = np.argsort(seconds, kind="stable")
        split = int((~seconds).sum())
        sorted_rows = [coordinates[row] for row in order.tolist()]
        return MixedTables(
            self.first.tables(tuple(sorted_rows[:split]), batches),
            self.second.tables(tuple(sorted_rows[split:]), batches),
            np.argsort(order).astype(np.int32),
        )

    def bits(self, tables: MixedTables, batch: ScalarLike, block: ScalarLike) -> UInt32[Array, "d path"]:
        """Return the points of one block of one batch, as 32-bit fractions.

        Parameters
        ----------
        tables, batch, block
            As in `Sampler.bits`.
        """
        found = self.first.bits(tables.first, batch, block), self.second.bits(tables.second, batch, block)
        return jnp.concatenate(found)[jnp.asarray(tables.places)]
