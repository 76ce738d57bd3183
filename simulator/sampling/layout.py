"""How paths are laid out: the one convention that every draw, block and result obeys.

Path ``i`` is point ``256 * batch + i % 256`` of replicate ``(i % 8192) // 256``, with ``batch = i // 8192``.
So a batch holds one strip of 256 consecutive points of each of the 32 replicates, every replicate has
the same number of points, and more paths only append batches: path ``i`` stays path ``i``.
These numbers are part of what a seed means; changing one changes every draw ever made.
"""

from collections.abc import Hashable, Iterable
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Array, Shaped, UInt32

#: Independent randomisations of the point set, whose spread gives the standard errors.
REPLICATES = 32
#: Consecutive points of one replicate, the unit in which replicates are interleaved [paths].
STRIP = 256
#: One strip of each replicate, the unit of work, storage and resume [paths].
BATCH = REPLICATES * STRIP
#: Batches that 32-bit points can number: 2^32 points of each replicate.
MAX_BATCHES = 2**32 // STRIP

#: One number per path: the name of a prior or shock, and which of its components.
type Coordinate = tuple[str, int]


@runtime_checkable
class Sampler(Protocol):
    """What the engine asks of a source of random numbers.

    ``tables`` is called once a run, on the host. ``bits`` is pure, is called inside the compiled batch and
    yields the 32-bit points of one block: ``block_size`` paths within one strip, so that a batch is scanned
    over ``blocks`` of them. The size of a block and the other coordinates present never change a draw.
    """

    @property
    def block_size(self) -> int:
        """Paths in a compute block."""
        ...

    @property
    def blocks(self) -> int:
        """Compute blocks in a batch."""
        ...

    @property
    def structure(self) -> Hashable:
        """Equal for samplers whose ``bits`` are the same function of their tables."""
        ...

    def tables(self, coordinates: tuple[Coordinate, ...], batches: int) -> Any:
        """Return the arrays from which ``bits`` makes the draws of these coordinates in so many batches."""
        ...

    def bits(self, tables: Any, batch: Any, block: Any) -> UInt32[Array, "d path"]:
        """Return the points of one block of one batch, as 32-bit fractions.

        Parameters
        ----------
        tables
            What `tables` returned, of d coordinates.
        batch
            Number of the batch, from 0.
        block
            Number of the block within it, from 0 and below `blocks`.
        """
        ...


def join_batches(
    batches: Iterable[Shaped[np.ndarray, "*rest path"]], count: int
) -> Shaped[np.ndarray, "*rest replicate point"]:
    """Return the values of whole batches, one after the other, as one row of points for each replicate.

    Parameters
    ----------
    batches
        Of each the values in the order of its 8192 paths, all of one shape and dtype.
    count
        How many there are, at least 1.
    """
    strips = np.empty(0)
    for place, values in enumerate(batches):
        by_replicate = values.reshape(*values.shape[:-1], REPLICATES, STRIP)
        if place == 0:
            strips = np.empty((*values.shape[:-1], REPLICATES, count, STRIP), values.dtype)
        strips[..., place, :] = by_replicate
    return strips.reshape(*strips.shape[:-2], count * STRIP)
