"""Solving a rising function for its argument, to the last bit and across jumps."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Int

from simulator.families.marginal import Numbers


def invert(score: Callable[[Numbers], Numbers], z: Numbers, low: Numbers, high: Numbers) -> Numbers:
    """Return the least float x in [low, high] with score(x) >= z: true at jumps and on plateaus too.

    Halves the count of floats between the ends, so that 64 steps reach it whatever the magnitudes.

    Parameters
    ----------
    score
        A function that does not fall, of arrays of the shape of `z`.
    z
        Its values that are looked for.
    low, high
        Ends between which the arguments lie, of the shape of `z`.
    """
    below, above = _rank(low), _rank(high)
    above = np.where(score(low) >= z, below, above)
    while np.any(above - 1 > below):
        middle = (below >> 1) + (above >> 1) + (below & above & 1)
        reached = score(_float(middle)) >= z
        above = np.where(reached, middle, above)
        below = np.where(reached, below, middle)
    return _float(above)


def _rank(x: Numbers) -> Int[np.ndarray, "..."]:
    bits = np.ascontiguousarray(x, dtype=np.float64).view(np.int64)
    return np.where(bits < 0, np.iinfo(np.int64).min - bits, bits)


def _float(rank: Int[np.ndarray, "..."]) -> Numbers:
    return np.where(rank < 0, np.iinfo(np.int64).min - rank, rank).view(np.float64)
